"""A case to be told: one of twelve kinds, from filing to the archive."""

import pytest

from tests.case_stories import Story


@pytest.fixture
def story(app, village, as_person, monkeypatch) -> Story:
    return Story(app, village, as_person, monkeypatch)
