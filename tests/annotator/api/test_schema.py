from pathlib import Path

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

ROOT = Path(__file__).resolve().parents[3]


def test_the_committed_schema_is_current() -> None:
    # update it with: manage.py spectacular --file docs/openapi.yaml
    schema = SchemaGenerator().get_schema(request=None, public=True)
    assert (
        OpenApiYamlRenderer().render(schema, renderer_context={}).decode() == (ROOT / "docs/openapi.yaml").read_text()
    )
