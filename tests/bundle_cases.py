"""Polls with every way of voting, declared, as bundles that a test may tamper with."""

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from consult import clock
from consult.domain.audit import head_digits
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import Channel
from consult.domain.polls.roll_appeals import AppealForm
from consult.domain.polls.secret_ballots import new_token
from consult.models import CountSheet, Person, Poll, ProxyLetter, db
from consult.services.polls import (
    ballot_requests,
    ballots,
    bundles,
    closing,
    count_sheets,
    offline_turnout,
    poll_changes,
)
from consult.services.polls.channels import answers, rulings, vote_disputes
from consult.services.polls.requests import roll_appeals
from consult.services.polls.requests.roll_appeals import Appellant
from tests.hours import today
from tests.village import Cast, Who, a_photo, a_poll, help_to_vote, number_of, vote, vote_in_secret
from tests.ways import give_out_paper, mark_late, unmark_late

Files = dict[str, bytes]


def declared(cast: Cast, *, secret: bool) -> tuple[int, list[str]]:
    """A poll by phone, with a helper, by letter, on paper and by hand; extended, added to, declared. Receipts too."""
    left_out = Person(
        village_id=cast.id,
        household_id=cast.aunt_leung.household_id,
        roll_position=600,
        name="陈迟来",
        born=cast.old_chan.row().born,
    )
    poll = a_poll(cast, secret=secret, paper=True, hands=not secret, key=f"bundle-{secret}")
    db.session.add(left_out)
    db.session.commit()
    late = _row(poll).closes_at + timedelta(days=1)
    _changed(cast, poll, ChangeRequest(ChangeKind.EXTENSION, "大雨", late), "e")
    appeal = _appeal(cast, poll, "陈迟来")
    _appeal(cast, poll, "李外人", refused=True)
    _changed(cast, poll, ChangeRequest(ChangeKind.ADDITION, "漏了", person_id=left_out.id, appeal_id=appeal), "a")
    cast_one = vote_in_secret if secret else vote
    receipts = [cast_one(cast, poll, cast.ah_fong, 1)]
    if not secret:
        receipts = [vote(cast, poll, cast.ah_fong, 2)]
    receipts.append(help_to_vote(cast, poll, cast.aunt_leung, 1, helper=cast.ah_keung, witness=cast.ms_yip))
    receipts.append(vote_in_secret(cast, poll, cast.ah_kwok, 2) if secret else _by_letters(cast, poll))
    _mark(cast, poll, Channel.PAPER, cast.uncle_ho, cast.ms_yip, cast.ah_keung)
    offline_turnout.unmark(_row(poll), [number_of(poll, cast.ah_keung)], "号看错了", cast.sister_chow.act())
    if not secret:
        _mark(cast, poll, Channel.HANDS, cast.old_chan)
        _sheet(cast, poll, Channel.HANDS, Figures(1, 1, (0, 0, 1)), late)
    mark_late(cast, poll, cast.ah_keung, at=late - clock.now(), key=f"late-{poll}")
    unmark_late(cast, poll, cast.ah_keung, at=late - clock.now(), key=f"undone-{poll}")
    mark_late(cast, poll, cast.ah_keung, at=late - clock.now(), key=f"again-{poll}")
    wrong = _sheet(cast, poll, Channel.PAPER, Figures(3, 3, (3, 0, 0)), late)
    _sheet(cast, poll, Channel.PAPER, Figures(3, 2, (1, 0, 0), blank=1), late, corrects=wrong)
    closing.declare(_row(poll), cast.old_chan.act(now=late + timedelta(hours=2)))
    return poll, receipts


def files_of(poll_id: int, *, full: bool) -> Files:
    with zipfile.ZipFile(io.BytesIO(bundles.make_bundle(_row(poll_id), full=full))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def check(files: Files, folder: Path, *words: str, relist: bool = True) -> tuple[int, set[str], str]:
    """verify.py, called in this process: exit code, the ids of the checks that failed, what it said.

    relist: whoever tampers writes the list of files anew.
    """
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = int(verifier().main([str(_zipped(files, folder, relist=relist)), *words]))
    return code, failures(said.getvalue()), said.getvalue()


def check_apart(files: Files, folder: Path, *words: str, relist: bool = True) -> tuple[int, set[str], str]:
    """The same in a process of its own, as scrutineers run it."""
    command = [sys.executable, "-I", str(bundles.VERIFIER), str(_zipped(files, folder, relist=relist)), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, failures(done.stdout), done.stdout + done.stderr


def _zipped(files: Files, folder: Path, *, relist: bool) -> Path:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in (relisted(files) if relist else files).items():
            archive.writestr(name, part)
    return path


def failures(said: str) -> set[str]:
    return {line.split()[2] for line in said.splitlines() if line.startswith("不对 FAIL")}


def relisted(files: Files) -> Files:
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = bundles.digests({k: v for k, v in files.items() if k != "manifest.json"})
    return {**files, "manifest.json": json.dumps(manifest).encode()}


def edited(files: Files, part: str, change: Callable[[Any], None]) -> Files:
    """One file with something in it changed."""
    value = json.loads(files[f"{part}.json"])
    change(value)
    return {**files, f"{part}.json": json.dumps(value, ensure_ascii=False).encode()}


def chained(files: Files, change: Callable[[dict[str, Any]], None], tag: str) -> Files:
    """The facts of the first open log entry with a tag changed, and every hash after it made anew: a forger with time."""

    def rewrite(log: dict[str, Any]) -> None:
        fields = entry_of(log, tag)["open"]
        facts = {name.removeprefix("facts."): pair[1] for name, pair in fields.items()}
        change(facts)
        for name, pair in fields.items():
            pair[1] = facts[name.removeprefix("facts.")]
        rehash(log)

    return edited(files, "log", rewrite)


def entry_of(log: dict[str, Any], tag: str) -> dict[str, Any]:
    return next(row for row in log["entries"] if row.get("open", {}).get("tag", ["", ""])[1] == tag)


def rehash(log: dict[str, Any]) -> None:
    for number, row in enumerate(log["entries"], log["entries"][0]["number"]):
        row["number"] = number
    log["head"] = verifier().sealed_entries(log)[-1].digest


@cache
def verifier() -> Any:
    """verify.py as a module, to be called in this process."""
    module: Any = type(sys)("verify")
    exec(compile(bundles.VERIFIER.read_text(encoding="utf-8"), "verify.py", "exec"), module.__dict__)
    return module


def newest_head(files: Files) -> str:
    return head_digits(json.loads(files["log.json"])["head"])


def _row(poll_id: int) -> Poll:
    return db.session.get_one(Poll, poll_id, populate_existing=True)


def _changed(cast: Cast, poll: int, wish: ChangeRequest, key: str) -> None:
    change = poll_changes.ask(_row(poll), wish, "council_member", cast.sister_chow.act(key=key))
    poll_changes.confirm(change, "committee_member", cast.old_chan.act())


def _appeal(cast: Cast, poll: int, name: str, *, refused: bool = False) -> int:
    """An appeal that an officer writes down for somebody who is not on the roll."""
    said, desk = AppealForm(name, "", "01-009", ""), Appellant(officer_id=cast.ms_yip.id)
    key = f"appeal-{poll}-{refused}"
    appeal = roll_appeals.make(_row(poll), said, desk, cast.ms_yip.act(language="zh-Hans-CN", key=key), code=key).id
    if refused:
        roll_appeals.propose_refusal(appeal, "不是本村人", "council_member", cast.sister_chow.act())
        roll_appeals.confirm_refusal(appeal, "committee_member", cast.old_chan.act())
    return appeal


def _by_letters(cast: Cast, poll: int) -> str:
    """A letter that is refused, a better one that is contested in vain, and an own vote in the place of a helper's."""
    help_to_vote(cast, poll, cast.sister_chow, 2, helper=cast.ah_keung, witness=cast.ms_yip)
    vote(cast, poll, cast.sister_chow, 1)
    for sound in (False, True):
        receipt = _by_letter(cast, poll)
        letter = db.session.scalars(select(ProxyLetter).order_by(ProxyLetter.id.desc()).limit(1)).one()
        answers.look(letter, cast.ms_yip.act(), sound=sound, reason="" if sound else "没有签名")
    contest = vote_disputes.dispute(_row(poll), "", cast.ah_kwok.act(), on=today())
    for who, office in ((cast.old_chan, "committee_member"), (cast.uncle_ho, "supervisor")):
        rulings.say(contest, office, who.act(), upheld=False, reason="信是他写的")
    return receipt


def _by_letter(cast: Cast, poll: int) -> str:
    number = number_of(poll, cast.ah_kwok)
    db.session.rollback()
    order = ballot_requests.BallotRequest(
        cast.id,
        poll,
        cast.ah_fong.id,
        (2,),
        new_token(),
        channel=Channel.PROXY,
        number=number,
        letter=a_photo(cast.ah_fong),
    )
    db.session.rollback()
    return ballots.cast(order, clock=clock.now).code


def _mark(cast: Cast, poll: int, channel: Channel, *who: Who) -> None:
    numbers = sorted(number_of(poll, one) for one in who)
    give_out_paper(poll, cast.sister_chow.row())
    offline_turnout.mark(_row(poll), channel, numbers, cast.sister_chow.act())


def _sheet(cast: Cast, poll: int, channel: Channel, figures: Figures, at: Any, *, corrects: int | None = None) -> int:
    earlier = db.session.get(CountSheet, corrects) if corrects else None
    act = cast.old_chan.act(key=f"{poll}{channel}{corrects}", now=at)
    sheet = count_sheets.open_sheet(_row(poll), channel, "票箱", act, corrects=earlier).id
    for n, who in enumerate((cast.old_chan, cast.uncle_ho)):
        picture = a_photo(who) if n == 0 else ""
        count_sheets.enter(db.session.get_one(CountSheet, sheet), figures, who.act(now=at), picture=picture)
    return sheet


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for key in value for leaf in leaves(value[key], (*path, key))]
    if isinstance(value, list):
        return [leaf for n, part in enumerate(value) for leaf in leaves(part, (*path, n))]
    return [path]


def other(value: Any, dice: random.Random) -> Any:
    """Something else of the same kind, near enough to be believed."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + dice.choice((-1, 1, 2))
    if value is None:
        return dice.choice((1, "phone"))
    place = dice.randrange(len(value)) if value else 0
    letter = dice.choice([c for c in "0123456789abcdef[]{}甲" if value[place : place + 1] != c])
    return value[:place] + letter + value[place + 1 :]


def mutated(files: Files, dice: random.Random) -> tuple[str, Files]:
    part = dice.choice([name.removesuffix(".json") for name in sorted(files) if name.endswith(".json")])
    value = json.loads(files[f"{part}.json"])
    fields = [path for path in leaves(value) if path[0] != "files"]
    if not fields:
        return mutated(files, dice)
    *way, last = dice.choice(fields)
    holder = value
    for step in way:
        holder = holder[step]
    before = holder[last]
    holder[last] = other(before, dice)
    where = f"{part}: {[*way, last]} {before!r} -> {holder[last]!r}"
    return where, {**files, f"{part}.json": json.dumps(value, ensure_ascii=False).encode()}


def in_process(files: Files, head: str, folder: Path, *words: str) -> int:
    for name, content in relisted(files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return int(verifier().main([str(folder), "--head", head, *words]))


def missed_changes(files: Files, head: str, folder: Path, times: int) -> list[str]:
    """Change one field of a bundle again and again, list the files anew, and return which changes passed."""
    assert in_process(files, head, folder) == 0
    dice, missed = random.Random(20260101), []
    for _ in range(times):
        where, tampered = mutated(files, dice)
        if in_process(tampered, head, folder) == 0:
            missed.append(where)
    return missed
