"""No part of a bundle is dropped, exchanged, re-sorted, cut off or hidden without a check that names it.

Each kind of bundle is changed in every place; a run of the tests takes every so many of these changes, and all of those
that hide something of the log. docs/bundle.md lists what no bundle can show, and the test holds it to that list.
"""

import json
import re
import zipfile
from datetime import timedelta
from itertools import islice

import pytest

from consult.config import ROOT
from consult.models import Poll, db
from consult.services.polls import closing
from tests.bundle_cases import Files, declared, edited, entry_of, files_of, missed_changes, newest_head, verifier
from tests.bundle_mutations import changes_of, hidden, hidings_of, missed, named_by
from tests.meetings import a_held_meeting
from tests.village import Cast, a_poll, close, vote

AT_A_TIME = 150
"""So many changes of each bundle, of its thousands, are tried in one run."""
OLD = ROOT / "tests" / "data" / "bundles"
SHOWN_BY_NO_BUNDLE = {
    r"(README\.txt|verify\.py): changed": "the log does not have them; take verify.py from elsewhere",
    r"log: cut off at \d+, with what hangs on it": "the same as the bundle made before the declaration",
}
"""What passes, and why. Of formats 1 and 2 also any cutting off behind the count: their log went on with other matters."""


def of_households(cast: Cast) -> int:
    poll = a_poll(cast, body="VA_house", key="households")
    for n, who in enumerate((cast.ah_fong, cast.old_chan), 1):
        vote(cast, poll, who, n)
    at = db.session.get_one(Poll, poll).closes_at + timedelta(hours=1)
    close(at=at)
    closing.declare(db.session.get_one(Poll, poll, populate_existing=True), cast.old_chan.act(now=at))
    return poll


MADE = {
    "named": lambda cast: declared(cast, secret=False)[0],
    "secret": lambda cast: declared(cast, secret=True)[0],
    "in a meeting": lambda cast: a_held_meeting(cast)[1],
    "of households": of_households,
}


@pytest.fixture(params=MADE)
def poll(request, inside) -> int:
    return MADE[request.param](inside)


def unlisted(found: list[str], files: Files) -> list[str]:
    """Those that are not in the list; cutting off is in it only behind the count."""
    rows = json.loads(files["log.json"])["entries"]
    counted = next(n for n, row in enumerate(rows) if "poll:closed" in str(row))
    older = {f"log/entries without {len(rows) - 1}"} | {f"log: cut off at {n}" for n in range(counted + 1, len(rows))}
    known = older if isinstance(rows[0], list) else set()
    late = {w for w in found if "cut off" not in w or int(re.findall(r"\d+", w)[0]) > counted}
    listed = {w for w in late if any(re.fullmatch(one, w) for one in SHOWN_BY_NO_BUNDLE)}
    return [where for where in found if where not in listed | known]


def some_of(files: Files) -> list[str]:
    """Try every so many of all changes, a different part of them for each bundle."""
    every = sum(1 for _ in changes_of(files)) // AT_A_TIME or 1
    return missed(islice(changes_of(files), len(files["log.json"]) % every, None, every))


@pytest.mark.parametrize("full", [True, False])
def test_no_change_of_a_bundle_passes_that_is_not_in_the_list(poll, full):
    files = files_of(poll, full=full)
    assert not named_by(files)
    assert unlisted(some_of(files), files) == []


@pytest.mark.parametrize("full", [True, False])
def test_nothing_of_the_log_is_hidden_or_cut_off_unnoticed(poll, full):
    files = files_of(poll, full=full)
    assert unlisted(missed(hidings_of(files)), files) == []


@pytest.mark.parametrize("name", sorted(path.name for path in OLD.glob("*.zip")))
def test_the_same_holds_of_older_formats(name):
    with zipfile.ZipFile(OLD / name) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    assert not named_by(files)
    assert unlisted(some_of(files) + missed(hidings_of(files)), files) == []


def test_a_notice_closed_to_a_digest_and_dropped_from_the_heads_is_named(inside):
    files = files_of(declared(inside, secret=False)[0], full=False)
    rows = json.loads(files["log.json"])["entries"]
    notices = [n for n, row in enumerate(rows) if row.get("open", {}).get("tag", ["", ""])[1] == "notice:posted"]
    assert len(notices) == 4
    assert [named_by(hidden(files, [n], hangs_on_it=True)) for n in notices[:3]] == ["L4"] * 3


def test_a_declaration_that_is_hidden_is_named_by_its_notice(inside):
    files = files_of(declared(inside, secret=True)[0], full=False)
    rows = json.loads(files["log.json"])["entries"]
    place = rows.index(entry_of({"entries": rows}, "poll:declared"))
    assert named_by(hidden(files, [place], hangs_on_it=True)) == "L4"


def test_a_counted_sheet_that_is_left_out_does_not_add_up_for_everybody(inside):
    """Also where the closing entry does not bind what is told of: it was written before it did."""
    files = files_of(declared(inside, secret=True)[0], full=False)
    left_out = edited(files, "sheets", lambda sheets: sheets.pop())
    wrong = verifier().t1(verifier().Bundle(left_out), None)
    assert list(wrong) == ["present", "papers", "sheets.json"]


@pytest.mark.parametrize("full", [True, False])
def test_random_changes_pass_no_more_than_those(poll, full, tmp_path, capsys):
    files = files_of(poll, full=full)
    found = missed_changes(files, newest_head(files), tmp_path / "bundle", 60)
    capsys.readouterr()
    assert found == []


def test_the_list_of_what_no_bundle_shows_is_written_down():
    written = (ROOT / "docs" / "bundle.md").read_text(encoding="utf-8")
    assert "## What a bundle alone cannot show" in written
