from tests.corpus.domain.conftest import store  # noqa: F401 -- a fixture
from tests.corpus.media.conftest import ffmpeg, make  # noqa: F401 -- fixtures
