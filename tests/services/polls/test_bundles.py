"""A poll's bundle passes its own verifier; every kind of tampering fails the check that is for it."""

import ast
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, select

from consult import clock
from consult.config import ROOT
from consult.domain.audit import commitment, head_digits
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.refusals import Reason, Refused
from consult.models import Poll, RollEntry, StoredFile, db
from consult.services.core.files import digest_of
from consult.services.core.uploads import stored_files
from consult.services.polls import bundles, poll_changes
from consult.services.polls.counting import told_entries
from consult.services.site.verification import verify
from tests.bundle_cases import (
    chained,
    check,
    check_apart,
    declared,
    edited,
    entry_of,
    files_of,
    missed_changes,
    newest_head,
    rehash,
    verifier,
)
from tests.village import a_poll, close, number_of, vote

MUTATIONS = 600


@pytest.fixture
def named(inside) -> tuple[int, list[str]]:
    return declared(inside, secret=False)


@pytest.fixture
def secret(inside) -> tuple[int, list[str]]:
    return declared(inside, secret=True)


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ["named", "secret"])
def test_every_check_passes_on_what_the_app_writes(request, how, tmp_path):
    poll, receipts = request.getfixturevalue(how)
    for full in (True, False):
        files = files_of(poll, full=full)
        for receipt in receipts:
            code, failed, said = check_apart(
                files, tmp_path, "--head", newest_head(files), "--receipt", receipt, relist=False
            )
            assert (code, failed) == (0, set()), said
    assert len(json.loads(files["sheets.json"])) == (2 if how == "secret" else 3)


@pytest.mark.parametrize("how", ["named", "secret"])
def test_the_public_bundle_holds_no_choice_no_name_no_phone(request, inside, how):
    poll, _ = request.getfixturevalue(how)
    files = files_of(poll, full=False)
    words = "".join(content.decode() for name, content in files.items() if name.endswith(".json"))
    assert '"choice"' not in words and '"salt"' not in words
    for who in (inside.ah_fong, inside.aunt_leung, inside.ah_keung):
        assert who.name not in words and who.phone not in words
    assert not [name for name in files if name.startswith("photos/")]
    assert [name for name in files_of(poll, full=True) if name.startswith("photos/")]


def test_the_public_bundle_names_no_file_and_holds_no_digest_that_is_the_files_own(named):
    words = b"".join(files_of(named[0], full=False).values()).decode()
    rows = db.session.scalars(select(StoredFile)).all()
    assert rows
    for row in rows:
        assert row.name not in words and digest_of(stored_files.path_of(row).read_bytes()) not in words


def test_who_has_the_full_bundle_can_check_its_photos_against_the_log(named):
    files = files_of(named[0], full=True)
    rows = [row.get("open", {}) for row in json.loads(files["log.json"])["entries"]]
    logged = {row["facts.picture"][1] for row in rows if "facts.picture" in row}
    shown = [entry for sheet in json.loads(files["sheets.json"]) for entry in sheet["entries"] if "photo" in entry]
    photos = {name for name in files if name.startswith("photos/")}
    assert photos == {entry["photo"] for entry in shown} and photos
    for entry in shown:
        assert stored_files.salted_digest(entry["photo_salt"], files[entry["photo"]]) in logged


def test_the_same_poll_gives_the_same_bytes(named):
    row = db.session.get_one(Poll, named[0])
    assert bundles.make_bundle(row, full=True) == bundles.make_bundle(row, full=True)


def test_a_voter_who_knows_the_own_salt_finds_the_own_entry(inside, named):
    poll, _ = named
    entry = db.session.get_one(RollEntry, (poll, number_of(poll, inside.ah_fong)))
    row = json.loads(files_of(poll, full=False)["roll.json"])[entry.number - 1]
    assert row["commitment"] == commitment(entry.salt, f"person:{inside.ah_fong.id}")


def test_there_is_no_bundle_before_the_count(inside):
    with pytest.raises(Refused) as refusal:
        bundles.make_bundle(db.session.get_one(Poll, a_poll(inside, key="open")), full=False)
    assert refusal.value.reason is Reason.NOT_COUNTED_YET


def first(rows: list[Any], **wanted: Any) -> Any:
    return next(row for row in rows if all(row[key] == value for key, value in wanted.items()))


def forge_tally(facts: dict[str, Any]) -> None:
    facts["counts"][0] += 1


def set_in(place: str, value: Any):
    def change(row: Any) -> None:
        row[place] = value

    return change


TAMPERED = {
    "L1": ("named", lambda f: edited(f, "log", lambda log: entry_of(log, "poll:closed").update(sealed={}))),
    "L3": ("named", lambda f: edited(f, "heads", lambda heads: heads[0].update(head="0000 " * 8))),
    "R1": ("named", lambda f: edited(f, "rules", lambda rules: rules["frozen"].update(question="另一个问题？"))),
    "R2": ("named", lambda f: edited(f, "roll", lambda roll: roll[0].update(commitment=roll[1]["commitment"]))),
    "R3": ("named", lambda f: edited(f, "result", lambda result: result["appeals"].update(made=1))),
    "U1": ("named", lambda f: edited(f, "marks", lambda marks: first(marks, channel="paper").update(channel="phone"))),
    "B1": ("named", lambda f: edited(f, "ballots", lambda ballots: ballots[0].update(choice=[3]))),
    "B2": ("secret", lambda f: edited(f, "ballots", lambda ballots: ballots.append(ballots[0]))),
    "B3": ("secret", lambda f: edited(f, "ballots", lambda ballots: ballots[0].update(choice=[3]))),
    "S1": ("named", lambda f: edited(f, "sheets", lambda s: s[0]["entries"][0]["figures"].update(blank=1))),
    "T1": ("named", lambda f: edited(f, "result", lambda result: forge_tally(result["tally"]))),
    "T2": (
        "named",
        lambda f: edited(f, "result", lambda result: result["verdict"].update(outcome="carried", tied=True)),
    ),
}


@pytest.mark.parametrize("code", TAMPERED)
def test_each_kind_of_tampering_fails_its_own_check(request, code, tmp_path):
    how, tamper = TAMPERED[code]
    poll, _ = request.getfixturevalue(how)
    exit_code, failed, said = check(tamper(files_of(poll, full=True)), tmp_path)
    assert exit_code == 1 and code in failed, said


def test_a_file_that_is_not_the_listed_one_fails(named, tmp_path):
    files = files_of(named[0], full=True)
    for tampered in (
        {**files, "README.txt": b"x"},
        {**files, "more.txt": b"x"},
        {k: v for k, v in files.items() if k != "README.txt"},
    ):
        exit_code, failed, _ = check(tampered, tmp_path, relist=False)
        assert exit_code == 1 and failed == {"F1"}


@pytest.mark.parametrize("words", ["请打 13800000001", "440000197803011234", "44000019780301123X"])
def test_a_private_number_or_a_time_beside_a_secret_ballot_fails(secret, words, tmp_path):
    files = files_of(secret[0], full=True)
    assert "F2" in check(edited(files, "rules", lambda r: r["frozen"].update(question=words)), tmp_path)[1]
    timed = edited(files, "ballots", lambda ballots: ballots[0].update(cast_at="2026-07-01T00:00:00+00:00"))
    assert "F2" in check(timed, tmp_path)[1]


def test_unsorted_secret_ballots_fail(secret, tmp_path):
    tampered = edited(files_of(secret[0], full=True), "ballots", lambda ballots: ballots.reverse())
    assert "B2" in check(tampered, tmp_path)[1]


def test_a_whole_chain_made_anew_fails_against_a_printed_head(named, tmp_path):
    files = files_of(named[0], full=True)
    printed = newest_head(files)
    forged = chained(files, lambda facts: facts.update(units=facts["units"]), "poll:announced")
    assert "L2" not in check(forged, tmp_path, "--head", printed)[1], "nothing was changed yet"
    forged = chained(files, lambda facts: facts.update(units=99), "poll:announced")
    assert "L2" in check(forged, tmp_path, "--head", printed)[1]


def test_a_last_change_that_is_left_out_fails_though_the_chain_and_the_printed_head_are_right(inside, tmp_path):
    poll = a_poll(inside)
    wish = ChangeRequest(ChangeKind.EXTENSION, "大雨", db.session.get_one(Poll, poll).closes_at + timedelta(days=1))
    change = poll_changes.ask(db.session.get_one(Poll, poll), wish, "council_member", inside.sister_chow.act(key="e"))
    poll_changes.confirm(change, "committee_member", inside.old_chan.act())
    close(at=clock.now() + timedelta(days=9))
    files = files_of(poll, full=False)

    def left_out(log: dict[str, Any]) -> None:
        for row in log["entries"]:
            if row.get("open", {}).get("tag", ["", ""])[1] in ("change:asked", "poll:changed"):
                row["body"] = verifier().body_of(row)
                del row["open"], row["sealed"]

    assert check(files, tmp_path, "--head", newest_head(files))[0] == 0
    assert check(edited(files, "log", left_out), tmp_path, "--head", newest_head(files))[1] == {"R1", "L4"}


def test_a_printed_head_before_the_first_entry_of_a_chain_made_anew_fails(named, tmp_path):
    files = files_of(named[0], full=True)

    def behind_the_printed_head(log: dict[str, Any]) -> None:
        log["before"] = log["head"]
        rehash(log)

    forged = edited(files, "log", behind_the_printed_head)
    heads = json.loads(forged["log.json"])
    assert "L2" in check(forged, tmp_path, "--head", head_digits(heads["before"]))[1]


def test_appeals_that_are_answered_otherwise_than_told_fail_though_the_chain_is_made_anew(named, tmp_path):
    files = files_of(named[0], full=False)
    assert json.loads(files["result.json"])["appeals"] == {"made": 2, "added": 1, "refused": 1}
    for told in ({"made": 1}, {"added": 0}, {"added": 2, "made": 3}, {"refused": 0}):
        forged = chained(files, lambda facts, told=told: facts["appeals"].update(told), "poll:declared")
        assert "R3" in check(forged, tmp_path)[1], "result.json has it otherwise"
        forged = edited(forged, "result", lambda result, told=told: result["appeals"].update(told))
        failed = check(forged, tmp_path)[1]
        assert "R3" in failed, "the closing entry, or the additions, have it otherwise"


@pytest.mark.parametrize(("added", "sound"), [(0, False), (1, True), (2, False)])
def test_as_many_were_put_on_the_roll_as_additions_name_an_appeal(added, sound):
    """Two additions, one of them by appeal: a bundle that told of two by appeal was taken."""
    told = {"made": 2, "added": added, "refused": 0}
    entry = SimpleNamespace(facts={"appeals": told})
    additions = [{"kind": "addition", "appeal": 7}, {"kind": "addition"}]
    bundle = SimpleNamespace(
        format=3,
        result={"appeals": told},
        logged=lambda tag: [entry] if tag == "poll:closed" else [],
        changes=lambda: additions,
    )
    assert (list(verifier().r3(bundle, None)) == []) is sound


def sheet_figures(channel: str, figures: dict[str, Any], *, kind: str = "approval") -> Any:
    """A bundle as far as the sums of sheets read it: ten marked for every channel, one sheet."""
    sheet = {"id": 1, "channel": channel, "corrects": None, "persons": ["a", "b"], "entries": []}
    sheet["entries"] = [{"person": "a", "figures": figures}]
    bundle: Any = object.__new__(verifier().Bundle)
    bundle.format, bundle.sheets, bundle.frozen = (
        3,
        [sheet],
        {"poll": 1, "kind": kind, "max_choices": 2, "options": ["甲", "乙"]},
    )
    bundle.entries, bundle.meeting = [], {}
    bundle.marks = [{"channel": one, "unit": str(n), "rev": 1} for one in verifier().CHANNELS for n in range(10)]
    return bundle


def counted_by_papers(bundle: Any) -> Any:
    """The same, closed since papers are held against marks."""
    bundle.entries = [SimpleNamespace(tag="poll:closed", subject="poll:1", facts={"returned": 0})]
    return bundle


@pytest.mark.parametrize("channel", ["paper", "hands"])
def test_each_mark_has_its_paper_or_hand_and_each_of_them_its_mark(channel):
    figures = {"issued": 10, "returned": 9, "valid": [9, 0], "blank": 0, "invalid": 0}
    other = sheet_figures({"paper": "hands", "hands": "paper"}[channel], figures).sheets
    for issued in (9, 10, 11):
        bundle = counted_by_papers(sheet_figures(channel, figures | {"issued": issued}))
        bundle.sheets += [{**sheet, "id": 2} for sheet in other]
        assert bool(list(verifier().s2(bundle, None))) == (issued != 10)
        assert bundle.present() == 30 + 18, "three ways that leave ballots, ten each, and what came back"


def test_in_a_meeting_fewer_hands_are_raised_than_people_are_there():
    figures = {"issued": 4, "returned": 4, "valid": [4, 0], "blank": 0, "invalid": 0}
    bundle = counted_by_papers(sheet_figures("hands", figures))
    bundle.marks, bundle.meeting = [mark for mark in bundle.marks if mark["channel"] != "paper"], {"id": 1}
    assert list(verifier().s2(bundle, None)) == []


def test_an_older_bundle_may_have_marks_without_papers():
    figures = {"issued": 2, "returned": 1, "valid": [1, 0], "blank": 0, "invalid": 0}
    assert list(verifier().s2(sheet_figures("paper", figures), None)) == []


@pytest.mark.parametrize("full", [True, False])
def test_late_marks_of_one_person_or_office_fail_even_in_a_chain_made_anew(named, tmp_path, full):
    files = files_of(named[0], full=full)
    for alone in (lambda f: f.update(asked_office=f["office"]), lambda f: f.update(units=0)):
        assert "U2" in check(chained(files, alone, "late_marks:confirmed"), tmp_path)[1]


def the_undoing(files: dict[str, bytes], change: Callable[[dict[str, Any]], None]) -> dict[str, bytes]:
    """The confirmed undoing of marks after the close with something of it changed, in a chain made anew."""

    def rewrite(log: dict[str, Any]) -> None:
        change(next(row["open"] for row in log["entries"] if "facts.undoes" in row.get("open", {})))
        rehash(log)

    return edited(files, "log", rewrite)


@pytest.mark.parametrize("full", [True, False])
def test_marks_undone_after_the_close_by_one_or_more_than_told_fail_even_in_a_chain_made_anew(named, tmp_path, full):
    files = files_of(named[0], full=full)
    for lie in (
        lambda fields: fields["facts.asked_office"].__setitem__(1, fields["facts.office"][1]),
        lambda fields: fields["facts.asked_by"].__setitem__(1, fields["by"][1]),
        lambda fields: fields["facts.units"].__setitem__(1, 2),
        lambda fields: fields["facts.undoes"].__setitem__(1, False),
    ):
        assert "U2" in check(the_undoing(files, lie), tmp_path)[1]
    hidden = chained(files, lambda facts: facts["acts"].pop("undone_late"), "poll:declared")
    assert "U2" in check(hidden, tmp_path)[1]


@pytest.mark.parametrize("name", ["present", "issued", "returned", "late"])
def test_a_tally_that_papers_do_not_give_fails_even_in_a_chain_made_anew(named, tmp_path, name):
    """Ballots that do not exist lifted the quorum: the public bundle shows it as the full one does."""
    files = files_of(named[0], full=False)
    files = edited(files, "result", lambda result: result["tally"].update({name: result["tally"][name] + 1}))
    forged = chained(files, lambda facts: facts.update({name: facts[name] + 1}), "poll:closed")
    assert {"T1", "U2"} & check(forged, tmp_path)[1]


def test_a_sheet_has_no_more_votes_than_ballots_and_none_of_a_phone():
    right = {"issued": 10, "returned": 10, "valid": [10, 5], "blank": 0, "invalid": 0}
    assert list(verifier().s2(sheet_figures("paper", right), None)) == []
    assert list(verifier().s2(sheet_figures("paper", right | {"valid": [20, 0]}), None))
    assert list(verifier().s2(sheet_figures("phone", right), None))


def last_cast_behind_the_close(log: dict[str, Any]) -> None:
    rows = log["entries"]
    cast = next(row for row in rows[::-1] if row.get("open", {}).get("tag", ["", ""])[1] == "ballot:cast")
    rows.remove(cast)
    rows.insert(rows.index(entry_of(log, "poll:closed")) + 1, cast)
    rehash(log)


def test_ballots_after_the_close_fail_even_in_a_chain_made_anew(named, tmp_path):
    assert "C1" in check(edited(files_of(named[0], full=True), "log", last_cast_behind_the_close), tmp_path)[1]


def test_more_ballots_on_a_sheet_than_people_marked_fail_even_in_a_chain_made_anew(named, tmp_path):
    files = files_of(named[0], full=True)

    def more(sheets: list[Any]) -> None:
        for sheet in sheets:
            for entry in sheet["entries"]:
                entry["figures"]["issued"] = 99

    assert "S2" in check(edited(files, "sheets", more), tmp_path)[1]


def test_one_person_twice_on_a_sheet_fails(named, tmp_path):
    tampered = edited(files_of(named[0], full=True), "sheets", lambda s: s[0].update(persons=[s[0]["persons"][0]] * 2))
    assert "S1" in check(tampered, tmp_path)[1]


@pytest.mark.parametrize("how", ["named", "secret"])
def test_a_receipt_that_was_not_counted_is_not_found(request, how, tmp_path):
    poll, _ = request.getfixturevalue(how)
    assert check(files_of(poll, full=False), tmp_path, "--receipt", "2222 3333 4444 5555")[1] == {"V1"}


def test_a_receipt_that_was_replaced_is_not_found(named, tmp_path):
    files = files_of(named[0], full=False)
    rows = json.loads(files["ballots.json"])
    twice = next(b["unit"] for b in rows if b["rev"] == 2)
    old = first(rows, unit=twice, rev=1)
    assert check(files, tmp_path, "--receipt", old["receipt"])[1] == {"V1"}


@pytest.mark.parametrize("how", ["named", "secret"])
def test_an_altered_receipt_is_found_in_the_bundle_for_everybody(request, how, tmp_path):
    poll, _ = request.getfixturevalue(how)
    files = files_of(poll, full=False)
    field = "receipt" if how == "named" else "key"
    other = "2222333344445555" if how == "named" else "0" * 64
    code, failed, said = check(edited(files, "ballots", lambda rows: rows[0].update({field: other})), tmp_path)
    assert code == 1 and failed & {"B1", "B2"}, said


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_what_cannot_be_read_ends_with_two(content, tmp_path):
    path = tmp_path / "x.zip"
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("manifest.json", "[]")
    else:
        path.write_bytes(content)
    done = subprocess.run(
        [sys.executable, str(bundles.VERIFIER), str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "Traceback" not in done.stderr


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("how", ["named", "secret"])
def test_hundreds_of_random_changes_of_one_field_are_all_caught(request, how, full, tmp_path, capsys):
    """The list of files is written anew each time: it is not the file hashes that find them."""
    poll, _ = request.getfixturevalue(how)
    files = files_of(poll, full=full)
    missed = missed_changes(files, newest_head(files), tmp_path / "bundle", MUTATIONS // 2)
    capsys.readouterr()
    assert missed == []


def test_the_verifier_is_python_3_8_and_of_the_standard_library_only():
    source = bundles.VERIFIER.read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {n.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names}
    imported |= {
        node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    assert imported <= sys.stdlib_module_names
    assert not re.search(r"removeprefix|removesuffix|\bmatch \w+:|zip\(.*strict", source)


def test_the_guide_names_every_file(named):
    guide = bundles.GUIDE.read_text(encoding="utf-8")
    assert all(name.split("/")[0] in guide for name in files_of(named[0], full=True))


def test_the_format_is_written_down(named):
    written = (ROOT / "docs" / "bundle.md").read_text(encoding="utf-8")
    files = files_of(named[0], full=True)
    for name in files:
        assert name.split("/")[0] in written, name
    assert all(f"`{code}`" in written for code in verifier().NAMES)
    assert bundles.FORMAT in written


def test_the_command_writes_the_zip(app, inside, named, tmp_path):
    db.session.remove()
    path = tmp_path / "poll.zip"
    done = app.test_cli_runner().invoke(args=["polls", "bundle", str(named[0]), "--to", str(path), "--full"])
    assert done.exit_code == 0, done.output
    assert zipfile.ZipFile(BytesIO(path.read_bytes())).testzip() is None
    assert app.test_cli_runner().invoke(args=["polls", "bundle", "999"]).exit_code == 1


@pytest.mark.parametrize("question", ["[紧急] 您赞成修上圳吗？", "{一} 您赞成修上圳吗？", "[1]"])
def test_a_question_that_begins_with_a_bracket_is_no_fault(inside, question, tmp_path):
    poll = a_poll(inside, question=question)
    vote(inside, poll, inside.ah_fong, 1)
    close(at=db.session.get_one(Poll, poll).closes_at)
    db.session.expire_all()
    code, failed, said = check(files_of(poll, full=False), tmp_path, relist=False)
    assert (code, failed) == (0, set()), said


def test_what_a_bundle_tells_of_is_found_in_few_statements_however_long_the_log_is(inside):
    poll = db.session.get_one(Poll, a_poll(inside))
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        told_entries.digest(poll)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert not [one for one in said if "poll_change" in one], "nothing was asked for"


@pytest.mark.parametrize("full", [False, True])
def test_a_cancellation_asked_for_before_the_close_comes_too_late_after_it_and_is_no_fault_of_log_or_bundle(
    inside, tmp_path, full
):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    row, wanted = db.session.get_one(Poll, poll), ChangeRequest(ChangeKind.CANCELLATION, "雨太大", None, None)
    before, after = row.closes_at - timedelta(hours=1), row.closes_at + timedelta(hours=1)
    change = poll_changes.ask(row, wanted, "council_member", inside.sister_chow.act(key="c", now=before))
    assert close(at=after) == [poll]
    with pytest.raises(Refused):
        poll_changes.confirm(change, "committee_member", inside.old_chan.act(now=after))
    db.session.rollback()
    assert poll_changes.lapse_due(now=after) == [change.id]
    assert list(verify(inside.row())) == []
    _, failed, said = check(files_of(poll, full=full), tmp_path, relist=False)
    assert not failed & {"R1", "L4"}, said
