"""What leaves the app as a file, a page or a feed, opened with every office at once: not a word of a case is in it."""

import zipfile
from collections import Counter
from io import BytesIO
from itertools import product

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult import clock
from consult.domain.cases.states import CaseState
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import MEDIATES, TITLES
from consult.models import db
from consult.services.core.acts import Act
from consult.services.core.transactions import writing
from consult.services.people import grants
from tests import prints
from tests.cases import a_case
from tests.meetings import a_held_meeting
from tests.village import FOUNDED, a_consultation, a_poll, close, vote

SECRET = "他把我阿公留下的铜锁藏在灶台下面"
TOLD = (SECRET, "屋檐滴水纠纷", "墙面修缮费", "双方当面谈好", "愿意装水槽")
"""A statement, the title, a row of the agreement, the summary, what was said at a session."""
NUMBERS = {"1", "2"}
DESK_ITSELF = "/rongxi/cases/"
"""The list of whoever mediates: it shows them the titles of their cases."""


def paths(app) -> list[str]:
    """Every address of the app that can be opened but those of one case, with small numbers in it."""
    known = {"slug": {"rongxi"}, "month": {clock.now().strftime("%Y-%m")}, "filename": {"style.css"}}
    found = set()
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and "<address>" not in rule.rule:
            names = sorted(rule.arguments)
            offered = [known.get(name) or getattr(rule._converters[name], "items", NUMBERS) for name in names]
            built = [rule.build(dict(zip(names, chosen, strict=True))) for chosen in product(*offered)]
            found |= {one[1] for one in built if one is not None}
    return sorted(found)


def opened(answer: TestResponse) -> str:
    """What a reader finds in it: files inside of files, and the words of printed pages."""
    if answer.mimetype == "application/pdf":
        return "".join(prints.words(answer.data))
    if zipfile.is_zipfile(BytesIO(answer.data)):
        return inside(answer.data, "")
    return answer.data.decode(errors="ignore")


def inside(data: bytes, name: str) -> str:
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as bundle:
            return "".join(inside(bundle.read(one), one) for one in bundle.namelist())
    return "".join(prints.words(data)) if name.endswith(".pdf") else data.decode(errors="ignore")


def busy_village(app, village) -> None:
    """A case that is through, a meeting that was held with its vote, a poll that is over: everything has a file."""
    with app.app_context():
        a_case(village, CaseState.ARCHIVED, words=SECRET)
        with writing():  # past the rule which offices go together: no real person holds them all
            for role in sorted(TITLES):
                if role not in MEDIATES or role == "head_of_mediation":
                    act = Act.by_system(village.id, now=FOUNDED)
                    grants.begin(village.ms_yip.row(), role, Term(FOUNDED.date()), act)
        a_held_meeting(village)
        a_consultation(village, key="another")
        poll = a_poll(village, key="another")
        vote(village, poll, village.ah_fong, 1)
        close(at=clock.now())
        db.session.remove()


def test_no_file_page_or_feed_of_the_app_has_a_word_of_a_case_in_it(app, as_person, village):
    busy_village(app, village)
    client, kinds, read = as_person(village.ms_yip), Counter(), {}
    for path in paths(app):
        answer = FlaskClient.open(client, path, buffered=True)
        assert answer.status_code < 500 or path == "/readyz", path  # no job runner lives here
        if answer.status_code == 200:
            kinds[answer.mimetype] += 1
            read[path] = opened(answer)
    leaks = {(path, words) for path, text in read.items() for words in TOLD if words in text}
    assert leaks <= {(DESK_ITSELF, "屋檐滴水纠纷"), (f"{DESK_ITSELF}search", "屋檐滴水纠纷")}
    files = {"application/pdf", "application/zip", "text/csv", "text/calendar", "application/json"}
    assert files <= set(kinds) and any("spreadsheet" in kind for kind in kinds), kinds
    for kind, words in ((".zip", "水圳"), (".pdf", "榕溪"), (".xlsx", "陈伯坚"), (".csv", "陈伯坚")):
        assert any(words in text for path, text in read.items() if path.endswith(kind)), f"{kind} was not looked into"
