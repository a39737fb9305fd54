"""While a vote is open whose turnout is hidden, a ballot changes nothing that anybody else can see, nor its length or tag."""

import re
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from consult import clock
from consult.models import db
from tests import hours
from tests.village import Cast, a_poll, close, vote, vote_in_secret

TOKENS = re.compile(rb'(name="csrf_token" value|name="csrf-token" content|name="key" value)="[^"]*"')
LEFT_OUT = ("/leave", "/source", "/demo", "/static/")
MOST_PAGES = 150


def everything(client: Any, start: str, stand_still: Callable[[], None]) -> dict[str, tuple[int, bytes, str]]:
    """Each page that can be reached by links from the front page: its status, its bytes, its tag."""
    seen: dict[str, tuple[int, bytes, str]] = {}
    waiting = deque([start])
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.popleft()
        if path in seen or any(word in path for word in LEFT_OUT):
            continue
        stand_still()
        seen[path] = _one(client, path)
        links = re.findall(rb'href="(/[^"#]*)', seen[path][1])
        waiting.extend(link.decode().replace("&amp;", "&") for link in links)
    return seen


@pytest.fixture
def a_minute(monkeypatch) -> Callable[[], None]:
    """Set the clock to the beginning of the next minute, again and again: some pages say by when one is answered."""
    begins = (hours.now() // 60 + 1) * 60
    return lambda: monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(timedelta(seconds=begins - hours.now())))


@pytest.mark.parametrize("secret", [True, False])
@pytest.mark.parametrize("who", ["stranger", "villager"])
def test_a_ballot_changes_no_page_that_another_can_open(app, as_person, client, a_minute, village: Cast, secret, who):
    with app.app_context():
        counted = a_poll(village, key="counted")
        vote(village, counted, village.ah_fong, 1)
        close(at=clock.now() + timedelta(days=30))
    with app.app_context():
        later = clock.now() + timedelta(days=90)
        hidden = a_poll(village, secret=secret, turnout_shown=False, closes_at=later, key="hidden")
        db.session.remove()
    reader = as_person(village.ah_keung) if who == "villager" else client
    more = [
        f"/rongxi/polls/{counted}/bundle.zip",
        f"/rongxi/polls/{hidden}",
        f"/rongxi/polls/{hidden}/receipts",
        "/healthz",
    ]
    before = everything(reader, "/rongxi/", a_minute) | {path: _one(reader, path) for path in more}
    assert f"/rongxi/polls/{hidden}" in before and before[more[0]][0] == 200
    with app.app_context():
        cast = vote_in_secret if secret else vote
        at = clock.now() + timedelta(days=40)
        cast(village, hidden, village.ah_fong, 1, at=at)
        cast(village, hidden, village.old_chan, 2, at=at)
        db.session.remove()
    after = everything(reader, "/rongxi/", a_minute) | {path: _one(reader, path) for path in more}
    before.pop("/rongxi/me/data", None)  # it lists what the walk itself exported
    assert [path for path in before if before[path] != after.get(path)] == []


def _one(reader: Any, path: str) -> tuple[int, bytes, str]:
    """The tag of a form with a key of its own is new each time."""
    answer = reader.get(path)
    told = TOKENS.sub(b"", answer.data)
    return answer.status_code, told, "" if b'name="key"' in answer.data else answer.headers.get("ETag", "")
