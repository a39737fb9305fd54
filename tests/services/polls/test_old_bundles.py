"""What was handed out before 0.7.0 goes on verifying, and polls of that time give bundles that tell no names either."""

import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import text

from consult.config import ROOT
from consult.domain.audit import GENESIS, Link
from consult.models import AuditEntry, Poll, db
from consult.services.site.verification import verify
from tests.bundle_cases import Files, check, check_apart, files_of, missed_changes
from tests.tampering import without_triggers
from tests.village import a_poll, close, vote, vote_in_secret

FOLDER = ROOT / "tests" / "data" / "bundles"
KNOWN = json.loads((FOLDER / "known.json").read_text(encoding="utf-8"))
"""Of each file the head of its log and the receipts that were given. Formats 1 and 2 were written by 0.6.0.

Those named marks are of format 3, from before papers were held against marks: three units marked, two papers given out,
one came back, and all three present.
"""


BINDINGS = ("marks", "listed", "rules", "told", "notice", "here", "assets")
"""Facts that 0.6.0 did not write."""


def files_in(name: str) -> Files:
    with zipfile.ZipFile(FOLDER / name) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


@pytest.mark.parametrize("name", KNOWN)
def test_a_bundle_of_an_older_format_still_verifies(name, tmp_path):
    for receipt in KNOWN[name]["receipts"] or [""]:
        words = ["--head", KNOWN[name]["head"], *(["--receipt", receipt] if receipt else [])]
        code, failed, said = check_apart(files_in(name), tmp_path, *words, relist=False)
        assert (code, failed) == (0, set()), said


@pytest.mark.parametrize("name", [name for name in KNOWN if "full" in name])
def test_random_changes_of_an_older_bundle_are_still_caught(name, tmp_path, capsys):
    missed = missed_changes(files_in(name), KNOWN[name]["head"], tmp_path / "bundle", 200)
    capsys.readouterr()
    assert missed == []


def in_the_first_form(village_id: int) -> None:
    """Rewrite the log as 0.6.0 would have written it."""
    without_triggers()
    previous = GENESIS
    entries = db.session.query(AuditEntry).filter_by(village_id=village_id).order_by(AuditEntry.number)
    for entry in entries.all():
        facts = {k: v for k, v in json.loads(entry.facts).items() if k not in BINDINGS}
        words = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        link = Link(
            village_id=village_id,
            number=entry.number,
            recorded_at=entry.recorded_at,
            actor_id=entry.actor_id,
            tag=entry.tag,
            subject=entry.subject,
            facts=words,
            prev_hash=previous,
        )
        row = {"hash": link.digest(), "prev": previous, "facts": words, "n": entry.number, "village": village_id}
        db.session.execute(
            text(
                "UPDATE audit_entry SET form = 1, salt = '', facts = :facts, prev_hash = :prev, hash = :hash "
                "WHERE village_id = :village AND number = :n"
            ),
            row,
        )
        head = "UPDATE audit_head SET hash = :hash WHERE village_id = :village"
        db.session.execute(text(head), {"hash": link.digest(), "village": village_id})
        heads = "UPDATE notice SET audit_head = :prev WHERE id = :id"
        if entry.tag == "notice:posted":
            db.session.execute(text(heads), {"prev": previous, "id": int(entry.subject.partition(":")[2])})
        previous = link.digest()
    db.session.commit()
    db.session.expire_all()


def is_first(row: dict[str, object]) -> bool:
    return "body" not in row and "open" not in row


@pytest.mark.both_databases
@pytest.mark.parametrize("secret", [False, True])
def test_old_entries_keep_their_hash_and_new_ones_follow_them(inside, secret, tmp_path):
    poll = a_poll(inside, secret=secret)
    cast = vote_in_secret if secret else vote
    cast(inside, poll, inside.ah_fong, 1)
    in_the_first_form(inside.id)
    cast(inside, poll, inside.ah_keung, 2)
    close(at=db.session.get_one(Poll, poll).closes_at + timedelta(hours=1))
    assert list(verify(inside.row())) == []
    for full in (True, False):
        files = files_of(poll, full=full)
        code, failed, said = check(files, tmp_path, relist=False)
        assert (code, failed) == (3, set()), said
        rows = json.loads(files["log.json"])["entries"]
        assert [row["number"] for row in rows if "hash" in row] == [max(n["number"] for n in rows if is_first(n))]
        assert not any("actor" in row.get("said", {}) for row in rows)


def test_no_hash_of_an_old_entry_leaves_with_the_one_before_it(inside, tmp_path):
    """A poll that was over before 0.7.0: who cast could be found from two hashes by trying persons and instants."""
    poll = a_poll(inside, secret=True)
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    vote_in_secret(inside, poll, inside.ah_keung, 2)
    close(at=db.session.get_one(Poll, poll).closes_at + timedelta(hours=1))
    in_the_first_form(inside.id)
    hashes = {e.hash: e.prev_hash for e in db.session.query(AuditEntry)}
    for full in (True, False):
        files = files_of(poll, full=full)
        words = files["log.json"].decode()
        assert not [one for one, before in hashes.items() if one in words and before in words]
        code, failed, said = check(files, tmp_path, relist=False)
        assert (code, failed) == (3, set()), said


def test_an_old_entry_behind_a_new_one_is_a_fault(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    in_the_first_form(inside.id)
    without_triggers("UPDATE audit_entry SET form = 2, salt = 'x' WHERE number = 1")
    faults = list(verify(inside.row()))
    assert any("older form" in fault for fault in faults)
