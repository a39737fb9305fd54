"""Replay outages against real processes, and print what everybody is told meanwhile and whether each acknowledged ballot is there.

    python3 run.py bench outages [sqlite|postgresql] [NAMES …]

Web workers and job runner are those of docs/deploy. OUTAGE_SECONDS (120) says how long PostgreSQL is gone. What needs root (mounting a
full or read-only disk) is named as not run without it. Exit code 1: an acknowledged ballot is not there, a message went out
twice, something irreversible was done, or a log was flooded.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

import psycopg
from sqlalchemy import select

from bench.place import Place, Voting
from consult import clock
from consult.models import Person, Village, db
from consult.services.core import files
from consult.services.core.acts import Act
from consult.services.core.uploads import stored_files
from consult.services.messages import outbox
from tests.running.postgres import Server as Cluster
from tests.running.providers import Provider, a_certificate, tencent_env

SECONDS = float(os.environ.get("OUTAGE_SECONDS", "120"))
LINES_A_SECOND = 20
"""More lines than these while something is away would fill a disk and hide what matters; 1,468 a second it was once."""
DISK = 60 * 1024 * 1024
OTHER_KEY = "another-" + "Zq8wXn3Lk5Vt7Rb2Mh9Cj4Fd6Gs1Ap0e"
APPROVED = {
    name: {"id": name, "params": ["number"]}
    for name in ("duty", "vote_reminder", "rights", "poll_announced", "poll_extended")
}
TAKEN = {"Response": {"SendStatusSet": [{"Code": "Ok"}]}}
HOUR = timedelta(hours=1)
HOW_MANY = 30
"""Messages that wait when a provider is slow or its runner dies."""


def main(arguments: list[str]) -> int:
    """Replay all outages, or those named, on the databases named or on both."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    kinds = [one for one in arguments if one in ("sqlite", "postgresql")] or ["sqlite", "postgresql"]
    names = [one for one in arguments if one not in ("sqlite", "postgresql")] or list(OUTAGES)
    if unknown := set(names) - set(OUTAGES):
        raise SystemExit(f"bench outages: {' '.join(sorted(unknown))}: none of {' '.join(OUTAGES)}")
    wrong: list[str] = []
    for name in names:
        for kind in kinds:
            outage, on = OUTAGES[name]
            if kind in on:
                wrong += [f"{name} on {kind}: {fault}" for fault in _replayed(name, kind, outage)]
    print("\n".join(wrong) or "\nnothing lost, nothing twice, nothing irreversible, no flood")
    return 1 if wrong else 0


def _replayed(name: str, kind: str, outage: Callable[["Stage"], Iterator[str]]) -> list[str]:
    print(f"\n== {name}, {kind}", flush=True)
    with tempfile.TemporaryDirectory(prefix="consult-") as made:
        folder = Path(made)
        folder.chmod(0o755)  # PostgreSQL runs as somebody else
        stage = Stage(folder, kind)
        try:
            return list(outage(stage))
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:  # the others are replayed all the same
            return [f"not replayed to its end: {type(error).__name__}: {error}"]
        finally:
            stage.end()


class Stage:
    """What one outage is replayed on; it ends what it started."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder, self.kind = folder, kind
        self.cluster: Cluster | None = None
        self.place: Place | None = None
        self.mounted: Path | None = None

    def build(self, on: Path | None, settings: dict[str, str]) -> Place:
        """Return a place with a village, in our folder or on another disk."""
        folder = on or self.folder
        if self.kind == "postgresql":
            self.cluster = Cluster(folder, durable=True)
        self.place = Place(folder, self.folder, self.cluster, **settings)
        return self.place

    def running(self, on: Path | None = None, settings: dict[str, str] | None = None) -> tuple[Place, list[str]]:
        """Return a place at work, and what its doctor says while all is well."""
        place = self.build(on, settings or {})
        place.start("web")
        place.start("jobs")
        _until(lambda: '"ready"' in place.get("/readyz").body, 90)
        code, before = place.doctor()
        print(f"  before: doctor exit {code}: {'; '.join(before)}")
        place.said(most=1)
        return place, before

    def mount(self) -> Path | None:
        """Return a small disk of its own; None where nobody may mount one."""
        disk = self.folder / "disk"
        disk.mkdir()
        size = DISK if self.kind == "sqlite" else 4 * DISK
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", str(disk)],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            print("  not run: nobody here may mount a disk")
            return None
        self.mounted = disk
        return disk

    def end(self) -> None:
        if self.place:
            self.place.end()
        if self.cluster:
            self.cluster.stop()
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.mounted)], check=False)


def _until(asked: Callable[[], bool], seconds: float) -> float | None:
    """Return after how many seconds something became so; None: it did not."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if asked():
            return time.monotonic() - begun
        time.sleep(0.5)
    return None


def _flood(lines: int, seconds: float) -> Iterator[str]:
    print(f"  {lines} lines in {seconds:.0f} s of it")
    if lines > LINES_A_SECOND * seconds:
        yield f"{lines} lines of log in {seconds:.0f} s"


def _lost(place: Place, *reports: Voting) -> Iterator[str]:
    for report in reports:
        if lost := place.compare(report):
            yield f"{lost} acknowledged ballots are not there"


# 1


def database_away(stage: Stage) -> Iterator[str]:
    """Stop PostgreSQL while voters vote."""
    place, before = stage.running()
    assert stage.cluster is not None
    with place.voting() as report:
        time.sleep(2)
        stage.cluster.halt()
        gone = time.monotonic()
        time.sleep(2)
        place.look(before)
        time.sleep(max(0.0, SECONDS - (time.monotonic() - gone)))
        stage.cluster.go_on()
        back = time.monotonic()
        first = place.get("/healthz")
        page = place.get(f"/{place.voters.slug}/polls/{place.voters.poll}", f"sign_in={place.voters.tokens[1]}")
        print(
            f"  back: /healthz {first.status}, the first page {page.status}, {time.monotonic() - back:.1f} s after the start"
        )
        if page.status != 200:
            yield f"the first page after it is back: {page}"
        lines = place.said()
        time.sleep(3)
    yield from _flood(lines, back - gone)
    yield from _lost(place, report)
    ready = _until(lambda: '"ready"' in place.get("/readyz").body, 120)
    print(f"  ready again {ready if ready is None else round(ready)} s later")


def connections_taken(stage: Stage) -> Iterator[str]:
    """Let another program hold every connection that PostgreSQL gives, while voters vote."""
    place, before = stage.running()
    assert stage.cluster is not None
    address, held = stage.cluster.address(), list[psycopg.Connection]()
    with place.voting() as report:
        time.sleep(2)
        began = time.monotonic()
        with ExitStack() as stack:
            until = began + SECONDS
            looked = False
            while time.monotonic() < until:
                _take_all(address, stack, held)
                held[0].execute(OTHERS_END, (sorted(one.info.backend_pid for one in held),))
                _take_all(address, stack, held)
                if not looked:
                    print(f"  {len(held)} connections are held, and none is left")
                    place.look(before)
                    looked = True
                time.sleep(0.5)
        back = time.monotonic()
        mended = _until(lambda: place.get("/healthz").status == 200, 60)
        print(f"  given back: /healthz answers 200 {mended if mended is None else round(mended, 1)} s later")
        lines = place.said()
        time.sleep(3)
    yield from _flood(lines, back - began)
    yield from _lost(place, report)
    ready = _until(lambda: '"ready"' in place.get("/readyz").body, 120)
    print(f"  ready again {ready if ready is None else round(ready)} s later")
    if mended is None or ready is None:
        yield "connections that were given back are not used"


OTHERS_END = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE backend_type = 'client backend' AND NOT pid = ANY(%s)"""


def _take_all(address: str, stack: ExitStack, held: list[psycopg.Connection]) -> None:
    """Open connections until the server gives none."""
    with suppress(psycopg.OperationalError):
        while True:
            held.append(stack.enter_context(psycopg.connect(address, autocommit=True)))


# 2


def disk_full(stage: Stage) -> Iterator[str]:
    """Fill the disk to the last byte while voters vote."""
    disk = stage.mount()
    if disk is None:
        return
    place, before = stage.running(disk)
    with place.voting() as report:
        time.sleep(2)
        full = time.monotonic()
        _fill(disk / "filling")
        time.sleep(3)
        place.look(before)
        for words in (("audit", "verify"), ("backup", "--plain", str(disk / "b.tar")), ("polls", "close-due")):
            code, said = place.flask(*words)
            print(f"  flask {' '.join(words[:2])}: exit {code}: {said.splitlines()[-1][:160] if said else ''}")
        lines, seconds = place.said(), time.monotonic() - full
        (disk / "filling").unlink()
        time.sleep(5)
    yield from _flood(lines, seconds)
    yield from _lost(place, report)
    print(
        f"  with room again: {place.get('/healthz').status}, votes stop being refused: {report.statuses['a receipt']} receipts"
    )


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 512, 1):
            with suppress(OSError):
                while file.write(b"\0" * size):
                    pass


def disk_read_only(stage: Stage) -> Iterator[str]:
    """Start everything on a disk that can only be read, as evidence on a sealed disk is."""
    disk = stage.mount()
    if disk is None:
        return
    place, before = stage.running(disk)
    print(f"  {place.stop()}")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        place.start("web")
    except RuntimeError as error:
        yield str(error)
        return
    place.start("jobs")
    began = time.monotonic()
    with place.voting(8) as report:
        time.sleep(2)
        place.look(before)
        code, said = place.flask("audit", "verify")
        print(f"  flask audit verify: exit {code}: {said.splitlines()[-1][:160] if said else ''}")
    if report.acknowledged:
        yield "a ballot was acknowledged on a disk that can only be read"
    print(f"  votes: {dict(report.statuses)}; {' | '.join(report.said.values())}")
    yield from _flood(place.said(), time.monotonic() - began)
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    with place.voting(8) as after:
        time.sleep(3)
    yield from _lost(place, after)


# 3


def clock_wrong(stage: Stage) -> Iterator[str]:
    """Set the clock an hour ahead, then an hour back, with a poll that is due within the hour; put it right; let two officers say so."""
    place, before = stage.running()
    officers = place.two_officers()
    poll = place.another_poll(timedelta(minutes=6), "due")
    due = time.monotonic() + 360
    for shift in (HOUR, -HOUR):
        print(f"  the clock is {shift.total_seconds() / 3600:+.0f} h")
        place.stop()
        moved = {"CONSULT_CLOCK_SHIFT": str(int(shift.total_seconds()))}
        place.env |= moved
        place.start("web")
        place.start("jobs")
        time.sleep(75)
        place.look(before)
        place.said()
        if _counted(place, poll):
            yield f"a poll was counted by a clock that was {shift} wrong"
    del place.env["CONSULT_CLOCK_SHIFT"]
    place.stop()
    place.start("web")
    place.start("jobs")
    time.sleep(75)
    print(f"  put right, and nobody has said so: counted {_counted(place, poll)}")
    if _counted(place, poll):
        yield "a poll was counted while the clock was in doubt"
    code, said = place.flask(
        "clock", "settle", place.voters.slug, "--yes", *(word for name in officers for word in ("--person", name))
    )
    print(f"  flask clock settle: exit {code}: {said.splitlines()[-1][:160] if said else ''}")
    right = _until(lambda: "in doubt" not in place.get("/healthz").body, 30)
    print(f"  no doubt any more {right if right is None else round(right)} s later")
    after = _until(lambda: _counted(place, poll), max(0.0, due - time.monotonic()) + 150)
    print(f"  the poll was counted {'never' if after is None else f'{time.monotonic() - due:.0f} s after its time'}")
    if after is None:
        yield "a clock that was put right left a poll uncounted"
        place.look(before)
    code, said = place.flask("audit", "verify")
    print(f"  flask audit verify: exit {code}: {said.splitlines()[-1][:160] if said else ''}")
    if code:
        yield f"audit verify after the clock was wrong: exit {code}"


def _counted(place: Place, poll: int) -> bool:
    return bool(place.rows("SELECT 1 FROM poll_tally WHERE poll_id = :poll", poll=poll))


# 4, 9


def provider_slow(stage: Stage) -> Iterator[str]:
    """Let the provider take each message and answer after 15 seconds; then let it refuse the key."""
    with Provider(answer=TAKEN, slow=15, certificate=a_certificate(stage.folder)) as provider:
        place, before = _with_messages(stage, provider)
        poll = place.another_poll(timedelta(seconds=70), "soon")
        due = time.monotonic() + 70
        counted = _until(lambda: _counted(place, poll), 200)
        print(
            f"  a poll meanwhile was counted {'never' if counted is None else f'{time.monotonic() - due:.0f} s after its time'}"
        )
        if counted is None:
            yield "a slow provider kept a poll from being counted"
        time.sleep(max(0.0, 400 - 70 - (counted or 0)))
        yield from _twice(provider)
        _state(place)
        place.look(before)
        place.said()
        place.stop()
    refused = {"Response": {"Error": {"Code": "AuthFailure.SecretIdNotFound"}}}
    with Provider(answer=refused, certificate=a_certificate(stage.folder)) as provider:
        place.env |= tencent_env(provider.url, APPROVED)
        _write(place, "after")
        for _ in range(2):
            place.start("jobs")
            time.sleep(70)
            place.stop("jobs", kill=True)
        print(f"  the key is refused: {len(provider.heard)} calls in two minutes and two starts")
        place.start("web")
        place.look(before)
        place.said()


def runner_killed(stage: Stage) -> Iterator[str]:
    """Kill the job runner (kill -9) in the midst of sending, three times."""
    with Provider(answer=TAKEN, slow=1.0, certificate=a_certificate(stage.folder)) as provider:
        place, before = _with_messages(stage, provider)
        for _ in range(3):
            heard = len(provider.heard)
            _until(lambda heard=heard: len(provider.heard) > heard, 90)  # type: ignore[misc]
            place.stop("jobs", kill=True)
            place.start("jobs")
        _until(lambda: not _waiting(place), 300)
        yield from _twice(provider)
        _state(place)
        place.look(before)
        place.said()


def _delivery(stage: Stage, provider: Provider) -> dict[str, str]:
    trusted = {"DELIVERY": "tencent", "SSL_CERT_FILE": str(a_certificate(stage.folder))}
    return trusted | tencent_env(provider.url, APPROVED)


def _with_messages(stage: Stage, provider: Provider) -> tuple[Place, list[str]]:
    place, before = stage.running(settings=_delivery(stage, provider))
    _write(place, "first")
    return place, before


def _write(place: Place, subject: str, template: str = "duty", how_many: int = HOW_MANY, **facts: str) -> None:
    """Write messages of which no two have the same words, so that each goes out in a call of its own."""
    with place.app().app_context():
        people = db.session.scalars(select(Person.id).order_by(Person.id).limit(how_many)).all()
        there = db.session.scalars(select(Village.id)).one()
        lines = [
            (one, f"{subject}:{one}", {"title": f"{subject} {one}", "number": f"{subject}-{one}", **facts})
            for one in people
        ]
        outbox.write_each_sms(lines, template, village_id=there, now=clock.now())
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _waiting(place: Place) -> int:
    found = place.rows("SELECT count(*) FROM outbox_message WHERE sent_at IS NULL AND given_up_at IS NULL")
    return int(str(found[0][0]))


def _state(place: Place) -> None:
    rows = place.rows(
        "SELECT CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN given_up_at IS NOT NULL THEN 'given up' ELSE 'waiting' END, "
        "last_error, count(*) FROM outbox_message GROUP BY 1, 2"
    )
    print(f"  messages: {'; '.join(' '.join(map(str, row)) for row in rows)}")


def _twice(provider: Provider) -> Iterator[str]:
    heard = Counter(
        (number, body["TemplateId"], *body["TemplateParamSet"])
        for _, _, body in provider.heard
        for number in body["PhoneNumberSet"]
    )
    print(f"  {len(provider.heard)} calls; sendings of each message: {dict(Counter(heard.values()))}")
    if again := sum(times > 1 for times in heard.values()):
        yield f"{again} messages went out more than once"


# 5


def wrong_key(stage: Stage) -> Iterator[str]:
    """Start everything with another DATA_KEY."""
    place, _ = stage.running()
    place.flask("backup", "--plain", str(place.folder / "b.tar"))
    place.stop()
    place.said(most=0)
    place.env["DATA_KEY"] = OTHER_KEY
    for words in (
        ("db", "upgrade"),
        ("jobs", "run"),
        ("doctor",),
        ("doctor", "--json"),
        ("drill",),
        ("drill", str(place.folder / "b.tar")),
        ("restore", "--over", str(place.folder / "b.tar")),
        ("audit", "verify"),
        ("version",),
    ):
        code, said = place.flask(*words)
        print(f"  flask {' '.join(words[:2])}: exit {code}, {len(said.splitlines())} lines: {said[-220:]}")
        if "Traceback" in said:
            yield f"flask {words[0]}: a traceback"
        if code != (2 if words[0] == "doctor" else 1):
            yield f"flask {words[0]}: exit {code}"
    try:
        place.start("web")
        yield "the web server starts with another key"
    except RuntimeError as error:
        print(f"  web: {error}")
    print(f"  {place.stop()}")
    place.said()


# 6


def files_missing(stage: Stage) -> Iterator[str]:
    """Remove a picture, a recording and a file of a case of the demo village; ask drill and doctor."""
    place = stage.build(None, {"CONSULT_MODE": "demo"})
    code, said = place.flask("demo", "seed")
    print(f"  flask demo seed: exit {code} {said[-100:] if code else ''}")
    _keep_one_of_each(place)
    named = {str(row[0]) for row in place.rows("SELECT name FROM stored_file UNION SELECT name FROM case_file")}
    first: dict[str, Path] = {}
    for one in sorted(place.instance.rglob("*")):
        if one.name in named or one.stem in named:
            first.setdefault(one.relative_to(place.instance).parts[0], one)
    gone = list(first.values())
    for one in gone:
        one.unlink()
    print(f"  removed: {' '.join(str(one.relative_to(place.instance)) for one in gone)}")
    for command in ("drill", "doctor"):
        code, said = place.flask(command)
        missed = [one.name for one in gone if one.stem not in said]
        print(f"  flask {command}: exit {code}; names {len(gone) - len(missed)} of {len(gone)} files: {said[-600:]}")
        if len(gone) < 3 or missed:  # one of each kind
            yield f"{command} does not name {len(missed)} of {len(gone)} missing files"


def _keep_one_of_each(place: Place) -> None:
    """Keep a picture and a recording, as pages do: the demo village has files of cases only."""
    with place.app().app_context():
        there = Act.by_system(db.session.scalars(select(Village.id).order_by(Village.id)).first() or 0, now=clock.now())
        for folder in (files.PICTURES, files.RECORDINGS):
            stored_files.keep(folder.name.encode(), folder, there)
        db.session.remove()
        db.engine.dispose()


# 7


def restore_running(stage: Stage) -> Iterator[str]:
    """Put a backup back under a running server, then after stopping it."""
    place, _ = stage.running()
    backup = place.folder / "b.tar"
    code, said = place.flask("backup", "--plain", str(backup))
    print(f"  flask backup: exit {code}")
    for running in ("web and jobs", "jobs", "web", ""):
        if running == "jobs":
            place.stop("web")
        if running == "web":
            place.stop("jobs")
            place.start("web")
        if not running:
            place.stop()
        code, said = place.flask("restore", "--over", str(backup))
        print(f"  flask restore while {running or 'nothing'} runs: exit {code}: {said[:300]}")
        if (code == 0) is bool(running):
            yield f"restore while {running or 'nothing'} runs: exit {code}"
    place.start("web")
    with place.voting(8) as report:
        time.sleep(3)
    yield from _lost(place, report)


# 8


def runner_dead(stage: Stage) -> Iterator[str]:
    """Stop the job runner for a day (by the clock), with reminders and notices that wait; then start it."""
    with Provider(answer=TAKEN, certificate=a_certificate(stage.folder)) as provider:
        place, before = stage.running(settings=_delivery(stage, provider))
        place.stop()
        soon = (clock.now() + HOUR).isoformat()
        _write(place, "poll", "vote_reminder", closes_at=soon)
        _write(place, "task", how_many=5)
        place.env |= {"CONSULT_CLOCK_SHIFT": str(86400), "CONSULT_BOOT": "a day later"}
        place.start("web")
        place.look(before)
        with place.voting(8) as report:
            time.sleep(3)
        place.start("jobs")
        _until(lambda: not _waiting(place), 90)
        alive = _until(lambda: '"ready"' in place.get("/readyz").body, 90)
        print(f"  the runner is back: ready {alive if alive is None else round(alive)} s later")
        yield from _twice(provider)
        _state(place)
        if len(provider.heard) > 5:
            yield f"{len(provider.heard)} messages after a day, of which 5 made sense"
        place.look(before)
        place.said()
        yield from _lost(place, report)


BOTH, SQLITE, POSTGRESQL = ("sqlite", "postgresql"), ("sqlite",), ("postgresql",)
OUTAGES: dict[str, tuple[Callable[[Stage], Iterator[str]], tuple[str, ...]]] = {
    "database": (database_away, POSTGRESQL),
    "connections": (connections_taken, POSTGRESQL),
    "full": (disk_full, BOTH),
    "readonly": (disk_read_only, SQLITE),
    "clock": (clock_wrong, BOTH),
    "provider": (provider_slow, SQLITE),
    "key": (wrong_key, BOTH),
    "files": (files_missing, SQLITE),
    "restore": (restore_running, BOTH),
    "dead": (runner_dead, BOTH),
    "killed": (runner_killed, BOTH),
}
"""Each with the databases on which it is something else."""
