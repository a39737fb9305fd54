"""What leaves the village of one poll tells nothing of who voted, when, or of anything else that goes on."""

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from consult import clock
from consult.domain.audit import Tag
from consult.domain.polls.bundle_lists import unit_token
from consult.domain.talk.moderation import ReportGround
from consult.models import AuditEntry, Comment, Person, Poll, RollEntry, SheetEntry, db
from consult.services.core import audit
from consult.services.polls import bundles
from consult.services.talk import moderation
from tests.bundle_cases import declared, entry_of, files_of
from tests.meetings import a_held_meeting
from tests.village import Cast, a_consultation, a_poll, build, number_of, say, vote_in_secret

FAR = 987_600_000
"""Ids of people from here on: no count, number or hash looks like one."""


FORBIDDEN = {
    "ballot:cast": ("by", "at", "facts.number"),
    "sheet:confirmed": ("at", "facts.persons"),
    "sheet:entered": ("at",),
    "poll:ended": ("facts.present",),
}


def told(files: dict[str, bytes]) -> str:
    return "\n".join(content.decode() for name, content in files.items() if name.endswith(".json"))


def rows(files: dict[str, bytes]) -> list[dict[str, Any]]:
    return list(json.loads(files["log.json"])["entries"])


@pytest.fixture
def far(app) -> Iterator[Cast]:
    """The cast under ids that nothing else resembles."""
    ids = itertools.count(FAR)

    def give(_mapper: object, _connection: object, person: Person) -> None:
        person.id = next(ids)

    event.listen(Person, "before_insert", give)
    with app.app_context():
        yield build()
    event.remove(Person, "before_insert", give)


@pytest.fixture(params=["named", "secret", "meeting"])
def poll(request, inside) -> int:
    """A village in which other things happen before, during and after the poll."""
    say(inside, a_consultation(inside, key="other"), inside.ah_keung, key="before")
    other = a_poll(inside, secret=True, closes_at=clock.now() + timedelta(days=90), key="other-poll")
    vote_in_secret(inside, other, inside.uncle_ho, 2)
    of_meeting = request.param == "meeting"
    found = a_held_meeting(inside)[1] if of_meeting else declared(inside, secret=request.param == "secret")[0]
    vote_in_secret(inside, other, inside.old_chan, 1, at=clock.now() + timedelta(days=80))
    return found


@pytest.mark.parametrize("full", [True, False])
def test_no_instant_but_the_public_ones_leaves_the_village(poll, full):
    words = told(files_of(poll, full=full))
    public = {Tag.POLL_ANNOUNCED, Tag.POLL_CHANGED, Tag.POLL_ENDED, Tag.POLL_CLOSED, Tag.POLL_DECLARED}
    shown = [e for e in db.session.query(AuditEntry) if e.tag in public and e.subject == f"poll:{poll}"]
    allowed = {e.recorded_at.isoformat(timespec="microseconds") for e in shown}
    allowed.add(db.session.get_one(Poll, poll).closes_at.isoformat(timespec="microseconds"))
    for entry in db.session.query(AuditEntry):
        at = entry.recorded_at.isoformat(timespec="microseconds")
        assert at in allowed or at not in words, entry.tag
    assert allowed and any(at in words for at in allowed)


@pytest.mark.parametrize("full", [True, False])
def test_only_named_fields_of_this_poll_are_open(poll, full):
    secret = db.session.get_one(Poll, poll).secret
    for row in rows(files_of(poll, full=full)):
        entry = db.session.get_one(AuditEntry, (db.session.get_one(Poll, poll).village_id, row["number"]))
        mine = entry.subject == f"poll:{poll}" or entry.tag in ("meeting:called", "notice:posted")
        if not mine or (entry.tag == "ballot:cast" and (secret or not full)):
            assert set(row) == {"number", "body"}, entry.tag
        opened = row.get("open", {})
        assert not {"actor", *FORBIDDEN.get(entry.tag, ())} & set(opened)
        assert "at" not in opened or entry.tag in {
            "poll:announced",
            "poll:changed",
            "poll:ended",
            "poll:closed",
            "poll:declared",
        }


@pytest.mark.parametrize("full", [True, False])
def test_no_roll_number_stands_beside_a_channel_a_ballot_or_a_time(poll, full):
    files = files_of(poll, full=full)
    assert {frozenset(row) for row in json.loads(files["roll.json"])} == {frozenset({"number", "commitment"})}
    for part in ("marks", "ballots", "sheets", "log"):
        if part == "log":
            assert not any("facts.number" in row.get("open", {}) for row in rows(files) if not is_notice(row))
        else:
            assert '"number"' not in files[f"{part}.json"].decode()


def is_notice(row: dict[str, Any]) -> bool:
    return bool(row.get("open", {}).get("tag", ["", ""])[1] == "notice:posted")


def test_no_digest_of_a_stored_file_stands_in_the_bundle_for_everybody(inside):
    poll, _ = declared(inside, secret=False)
    pictures = {e.picture for e in db.session.query(SheetEntry) if e.picture}
    words = told(files_of(poll, full=False))
    assert pictures and not [picture for picture in pictures if picture in words]


@pytest.mark.parametrize("how", ["named", "secret", "meeting"])
def test_the_id_of_no_person_stands_in_it(far, how):
    """Grep for the ids of all people of a village where each did something of each kind."""
    comment = say(far, a_consultation(far, key="other"), far.ah_keung, key="words")
    moderation.report_content(db.session.get_one(Comment, comment), ReportGround.INSULT, "骂人", far.ah_fong.act())
    poll = a_held_meeting(far)[1] if how == "meeting" else declared(far, secret=how == "secret")[0]
    logged = [e for e in db.session.query(AuditEntry) if str(FAR)[:6] in f"{e.actor_id} {e.facts} {e.subject}"]
    assert len(logged) > 20
    for full in (True, False):
        files = files_of(poll, full=full)
        assert str(FAR)[:6] not in told(files)
        assert "words:reported" not in told(files) and "comment:" not in told(files)


def test_persons_are_pseudonyms_of_this_poll(inside):
    """Two are two, and nobody knows who."""
    poll, _ = declared(inside, secret=False)
    files = files_of(poll, full=True)
    sheets = json.loads(files["sheets.json"])
    persons = {e["person"] for sheet in sheets for e in sheet["entries"]}
    both = (inside.old_chan, inside.uncle_ho)
    assert persons == {audit.pseudonym_of(inside.id, f"poll:{poll}", who.id) for who in both}
    assert not persons & {audit.pseudonym_of(inside.id, f"poll:{poll + 1}", who.id) for who in both}
    change = entry_of(json.loads(files["log.json"]), "poll:changed")["open"]["facts.change"][1]
    assert len({change["asked_by"], change["confirmed_by"]}) == 2


def test_what_goes_on_elsewhere_changes_no_byte_of_a_declared_polls_bundle(inside):
    poll, _ = declared(inside, secret=False)
    row = db.session.get_one(Poll, poll)
    before = {full: bundles.make_bundle(row, full=full) for full in (True, False)}
    later = clock.now() + timedelta(days=80)
    other = a_poll(inside, secret=True, closes_at=later, key="open-now")
    vote_in_secret(inside, other, inside.ah_fong, 1, at=later - timedelta(days=1))
    say(inside, a_consultation(inside, key="talk"), inside.ah_keung, key="words")
    db.session.expire_all()
    row = db.session.get_one(Poll, poll)
    assert {full: bundles.make_bundle(row, full=full) for full in (True, False)} == before


def test_only_who_has_the_salt_of_a_unit_joins_its_number_to_its_channel(inside):
    poll, _ = declared(inside, secret=True)
    entry = db.session.get_one(RollEntry, (poll, number_of(poll, inside.ah_fong)))
    marks = {mark["unit"]: mark for mark in json.loads(files_of(poll, full=False)["marks.json"])}
    assert marks[unit_token(entry.salt)]["channel"] == "phone"
    commitments = {row["commitment"] for row in json.loads(files_of(poll, full=False)["roll.json"])}
    assert not commitments & set(marks)
