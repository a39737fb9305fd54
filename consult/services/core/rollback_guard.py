"""Keep the newest head of each village's log outside the database, to notice an older or another database put back.

One witness is `heads.json` in INSTANCE_PATH; WITNESS_PATHS names folders elsewhere (another disk, a stick, a share). The
database remembers which witnesses there are: one that is not there at a start is an alarm as well, so that taking
the files away silences nothing. What is printed on notices and said in the chat group is read by people.
"""

import json
import logging
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, tuple_

from consult.config import HEADS, current_config
from consult.domain.audit import GENESIS, Tag
from consult.domain.core import stamps
from consult.models import AuditEntry, AuditHead, Installation, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic

log = logging.getLogger("consult")
AT_ONCE = 200
Heads = dict[int, tuple[int, str]]
"""By village: the number and the hash of its newest entry."""


class Unreadable(Exception):
    """A witness that is there and cannot be read; the text names it."""


def path() -> Path:
    """Return the path of the file that keeps the heads, beside the database."""
    config = current_config()
    return config.instance_path / HEADS


def witnesses() -> list[Path]:
    """Return the files that keep the heads: the one beside the database, and those in the operator's folders."""
    config = current_config()
    return [path(), *(folder / HEADS for folder in config.witness_paths)]


def anchored(witness: Path | None = None) -> Heads:
    """Return the heads that a witness has seen; without one, the file beside the database. Raises Unreadable."""
    file = witness or path()
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return {int(village): (int(number), str(digest)) for village, (number, digest) in rows.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(f"{file} 读不了 / {file} cannot be read ({type(error).__name__})") from None


def is_behind(folder: Path, *, by: timedelta, now: datetime) -> bool:
    """Tell whether the witness in a folder lacks what the one beside the database was given longer ago than `by`."""
    try:
        if anchored(folder / HEADS) == anchored():
            return False
        written = datetime.fromtimestamp(path().stat().st_mtime, UTC)
    except (Unreadable, OSError):
        return True
    return not stamps.is_fresh(written, now, within=by)


def missing() -> Heads:
    """Return heads, of any witness, that the database lacks: it is older than what stood here before, or another one.

    Every witness is read before the database is asked. One that is written meanwhile has seen more than a
    transaction of SQLite that began before.
    """
    lost: Heads = {}
    for seen in [anchored(witness) for witness in witnesses()]:
        for village, head in _lacking(seen).items():
            lost[village] = max(lost.get(village, head), head)
    return lost


def _lacking(seen: Heads) -> Heads:
    there = set()
    pairs = [(village, number) for village, (number, _) in seen.items() if number]
    for start in range(0, len(pairs), AT_ONCE):
        query = select(AuditEntry.village_id, AuditEntry.number, AuditEntry.hash)
        some = query.where(tuple_(AuditEntry.village_id, AuditEntry.number).in_(pairs[start : start + AT_ONCE]))
        there |= {(row.village_id, row.number, row.hash) for row in db.session.execute(some)}
    return {v: (n, digest) for v, (n, digest) in seen.items() if n and (v, n, digest) not in there}


def absent() -> list[str]:
    """Return the witnesses that the database remembers and that are not there now."""
    return [one for one in _remembered() if not _place(one).is_file()]


def why_alarm() -> list[str]:
    """Return, a line for each in Chinese and English, why this database must not be written to. Empty: all is well.

    It looks at the newest state, not at that which the transaction at hand began with.
    """
    with transactions.looking_anew():
        try:
            lost = missing()
        except Unreadable as error:
            return [str(error)]
        lines = [
            f"村 {village} 的日志少了第 {number} 条 / village {village}: entry {number} of its log is missing"
            for village, (number, _) in lost.items()
        ]
        return lines + [f"见证 {one} 不见了 / the witness {one} is not there" for one in absent()]


def advance(*, now: datetime) -> int:
    """Note the newest heads and return how many moved; none while the alarm stands. A job does it each minute."""
    heads = {row.village_id: (row.number, row.hash) for row in db.session.scalars(select(AuditHead))}
    db.session.rollback()
    known = {v: head for v, head in heads.items() if head[1] != GENESIS}
    try:
        behind = [one for one in witnesses() if anchored(one) != known]
    except Unreadable:
        behind = []
    if not behind:
        return 0
    if why_alarm():
        stir()
        return 0
    seen = anchored(behind[0])
    _write_all(heads, behind)
    return len([village for village, head in heads.items() if seen.get(village) != head])


Generation = tuple[int, int, int]


def generation() -> Generation:
    """Return what changes whenever the witness beside the database is written, stirred or taken away.

    Not asked of the witnesses elsewhere: a share that does not answer would hold every request.
    """
    try:
        known = path().stat()
    except OSError:
        return 0, 0, 0
    return known.st_mtime_ns, known.st_size, known.st_ino


def stir() -> None:
    """Let every process of this machine look at the alarm anew, without changing what the witness says."""
    with suppress(OSError):
        os.utime(path())


def accept(reason: str, *, now: datetime) -> list[int]:
    """Accept an older database that was put back: write to each log what was lost. Return the villages' ids."""
    lost = _accept(reason, now=now)
    forget_absent()
    _write_all({row.village_id: (row.number, row.hash) for row in db.session.scalars(select(AuditHead))}, witnesses())
    return sorted(lost)


@atomic
def forget_absent() -> None:
    """Expect those witnesses no longer that are not there: somebody answers for it in the log."""
    row = db.session.get(Installation, 1)
    if row is not None:
        gone = absent()
        row.witnesses = "\n".join(one for one in _remembered() if one not in gone)


def _remembered() -> list[str]:
    row = db.session.get(Installation, 1)
    return row.witnesses.splitlines() if row is not None else []


@atomic
def _remember(witnesses_now: list[Path]) -> None:
    row = db.session.get(Installation, 1)
    if row is not None:
        known = row.witnesses.splitlines()
        row.witnesses = "\n".join([*known, *(one for one in map(_named, witnesses_now) if one not in known)])


def _named(witness: Path) -> str:
    """Return how the database remembers a witness: the one beside it without its folder, for it may move along."""
    return HEADS if witness == path() else str(witness)


def _place(name: str) -> Path:
    return path() if name == HEADS else Path(name)


def _write_all(heads: Heads, files: list[Path]) -> None:
    """Write each witness; one whose folder is away for the moment is named in the log, and keeps no other from it."""
    written = []
    for file in files:
        try:
            _write(heads, file)
            written.append(file)
        except OSError as error:
            log.error("the witness %s cannot be written (%s)", file, type(error).__name__)
    if any(_named(file) not in _remembered() for file in written):
        _remember(written)


@atomic
def _accept(reason: str, *, now: datetime) -> Heads:
    lost = missing()
    gone = {} if lost or not absent() else _heads_now()
    for village_id, (number, digest) in sorted((lost or gone).items()):
        audit.record(
            Tag.BACKUP_RESTORED,
            f"village:{village_id}",
            Act.by_system(village_id, now=now),
            lost_number=number,
            lost_hash=digest,
            reason=reason,
        )
    return lost


def _heads_now() -> Heads:
    """Return the heads as they stand: where a witness is gone, each log says from which entry on it is trusted anew."""
    return {row.village_id: (row.number, row.hash) for row in db.session.scalars(select(AuditHead))}


def _write(heads: Heads, file_path: Path) -> None:
    """Write a file whole or not at all, and flush it to the disk."""
    partial = file_path.with_suffix(f".{os.getpid()}.part")
    with open(partial, "w", encoding="utf-8") as file:
        json.dump({str(v): head for v, head in heads.items() if head[1] != GENESIS}, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(file_path)
