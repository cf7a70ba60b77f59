from tests.corpus.domain.conftest import corpus, store  # noqa: F401 -- fixtures
from tests.corpus.media.conftest import ffmpeg, make  # noqa: F401 -- fixtures
