from typing import Any

import pytest

from tests.annotator.domain.timeline.material import Editor, episode_with_drafts
from tests.factories import UserFactory


@pytest.fixture
def editor() -> Any:
    return Editor(episode_with_drafts(), UserFactory())
