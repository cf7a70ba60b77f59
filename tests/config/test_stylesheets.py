import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from config.stylesheets import StylesheetError, bundle, has_imports
from config.web.static_files import HashedModuleStorage
from tests.conftest import ROOT

CSS = ROOT / "static" / "css"
ENTRIES = sorted(path.name for path in CSS.glob("*.css"))
RULE = re.compile(r"[^{}/]*[^{}/\s][^{}]*\{[^{}]*\}")


def read(name: str) -> str:
    return (ROOT / "static" / name).read_text(encoding="utf-8")


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def files_of(entry: str) -> list[str]:
    """Return the files that a browser would load for an entry file, in the order in which it applies them."""
    names = []
    for path in re.findall(r'@import url\("([^"]+)"\)', (CSS / entry).read_text(encoding="utf-8")):
        names += [*files_of(path), path]
    return names


def rules(css: str) -> list[str]:
    """Return the innermost rules of a stylesheet: selectors with their declarations."""
    return [" ".join(rule.split()) for rule in RULE.findall(without_comments(css))]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HashedModuleStorage]:
    """Collect the static files as production does."""
    folder = tmp_path_factory.mktemp("static")
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.web.static_files.HashedModuleStorage"}}
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield HashedModuleStorage(location=folder)


def hashed(storage: HashedModuleStorage, name: str) -> str:
    """Return the content that browsers get for a file."""
    return Path(storage.path(storage.stored_name(name))).read_text(encoding="utf-8")


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_collected_stylesheet_has_no_import_and_every_rule_in_the_same_order(
    collected: HashedModuleStorage, entry: str
) -> None:
    content = hashed(collected, f"css/{entry}")
    assert "@import" not in without_comments(content)
    assert "url(" not in without_comments(content)
    expected = [rule for name in files_of(entry) for rule in rules(read(f"css/{name}"))]
    assert rules(content) == expected
    assert len(expected) > 100


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_rule_is_in_a_layer_and_the_layers_are_in_order(collected: HashedModuleStorage, entry: str) -> None:
    content = without_comments(hashed(collected, f"css/{entry}")).strip()
    first, *blocks = re.split(r"^@layer ", content, flags=re.MULTILINE)[1:]
    assert first.strip() == "base, layout, components, pages;"
    order = [block.split(" ", 1)[0] for block in blocks]
    assert order == sorted(order, key=["base", "layout", "components", "pages"].index)
    for block in blocks:
        depth = 0
        for place, sign in enumerate(block.rstrip()):
            depth += {"{": 1, "}": -1}.get(sign, 0)
            if sign == "}" and depth == 0:
                assert place == len(block.rstrip()) - 1, "a rule after the end of its layer"


def test_every_stylesheet_is_imported(collected: HashedModuleStorage) -> None:
    parts = {path.relative_to(CSS).as_posix() for path in CSS.rglob("*.css")} - set(ENTRIES)
    assert parts == {name for entry in ENTRIES for name in files_of(entry)} - set(ENTRIES)


def test_a_page_requests_one_stylesheet(collected: HashedModuleStorage) -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        assert template.read_text(encoding="utf-8").count('rel="stylesheet"') <= 1, template


def test_modules_import_each_other_by_hashed_names(collected: HashedModuleStorage) -> None:
    page = hashed(collected, "js/label/page/page.js")
    assert re.search(r'from "\./keyboard\.[0-9a-f]{12}\.js"', page)
    assert re.search(r'from "\.\./sync/tabs\.[0-9a-f]{12}\.js"', page)
    names = re.findall(r'^(?:import|export) [^"]*from "([^"]+)"', page, flags=re.MULTILINE)
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in names)


def bundled(**files: str) -> str:
    return bundle(
        "css/entry.css", {f"css/{name.replace('__', '/')}.css": css for name, css in files.items()}.__getitem__
    )


def test_an_import_is_replaced_by_its_content_in_its_layer() -> None:
    css = '@layer a, b;\n@import url("a/one.css") layer(a);\n@import url("two.css");\np {\n}\n'
    two = '@import url("a/three.css") layer(b);\n'
    content = bundled(entry=css, a__one="i {\n}\n", two=two, a__three="b {\n}\n")
    assert content == "@layer a, b;\n@layer a {\ni {\n}\n}\n@layer b {\nb {\n}\n}\np {\n}\n"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"entry": "@import 'one.css';\n"}, "unsupported import: @import 'one.css';"),
        ({"entry": '@import url("one.css") screen;\n'}, "unsupported import"),
        ({"entry": '@import url("entry.css");\n'}, "imports itself: css/entry.css -> css/entry.css"),
        ({"entry": '@import url("a/one.css");\n', "a__one": "p { mask: url(x.svg) }\n"}, "would point elsewhere"),
    ],
    ids=["quoted", "media", "circle", "reference"],
)
def test_an_import_that_cannot_be_bundled_is_an_error(files: dict[str, Any], message: str) -> None:
    with pytest.raises(StylesheetError, match=re.escape(message)):
        bundled(**files)


def test_a_comment_that_mentions_imports_is_ignored() -> None:
    assert not has_imports("/* it has no @import */\np {\n}\n")
    assert has_imports('p {}\n  @import "x.css";')
