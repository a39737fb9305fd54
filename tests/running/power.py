"""Power cuts: every write, truncation and flush of a process is recorded, then disks are made as they might look after
the power went at some instant. What was flushed is there; what was not may be there, or not, or half.
"""

import random
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MISSING = "strace is missing. Please type: apt-get install -y strace  (python3 run.py test does it as root)"
CALLS = "pwrite64,write,fsync,fdatasync,ftruncate"
SECTOR = 512
LINE = re.compile(r"^(?:\[pid\s+)?(\d+)\]?\s+(.*)$")
CALL = re.compile(r"^(\w+)\((\d+)<([^>]*)>(?:, (.*))?\)\s+= (-?\d+)")


@dataclass(frozen=True)
class Event:
    """write: `data` at `offset`; truncate: to `offset`; sync; ack: what the process said it had done."""

    what: str
    path: str
    offset: int = 0
    data: bytes = b""


def record(command: Sequence[str], log: Path, env: dict[str, str]) -> list[Event]:
    """Run a program to its end and return what it did to files, in order."""
    if shutil.which("strace") is None:
        raise AssertionError(MISSING)
    strace = ["strace", "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(log), *command]
    subprocess.run(strace, env=env, check=True, stdout=subprocess.DEVNULL)
    return list(events(log.read_text(encoding="ascii", errors="replace").splitlines()))


def events(lines: Sequence[str]) -> Iterator[Event]:
    waiting: dict[str, str] = {}
    for line in lines:
        found = LINE.match(line)
        if found is None:
            continue
        pid, words = found.groups()
        if words.endswith("<unfinished ...>"):
            waiting[pid] = words.removesuffix("<unfinished ...>")
            continue
        if words.startswith("<... "):
            words = waiting.pop(pid, "") + re.sub(r"^<\.\.\. \w+ resumed>\s?", "", words)
        event = _event(words)
        if event is not None:
            yield event


def _event(words: str) -> Event | None:
    call = CALL.match(words)
    if call is None or int(call[5]) < 0:
        return None
    name, _fd, hexed, rest, result = call.groups()
    path = _bytes(hexed).decode(errors="replace") if hexed.startswith("\\x") else hexed
    if name in ("fsync", "fdatasync"):
        return Event("sync", path)
    if name == "ftruncate":
        return Event("truncate", path, int(rest))
    text, *numbers = re.findall(r'"((?:\\x[0-9a-f]{2})*)"|(\d+)', rest)
    data = _bytes(text[0])[: int(result)]
    if name == "write":
        return Event("ack", path, data=data) if data.startswith(b"ACK ") else None
    return Event("write", path, int(numbers[-1][1]), data)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def after_a_cut(before: dict[str, bytes], done: Sequence[Event], dice: random.Random) -> dict[str, bytes]:
    """The files of a disk whose power went after these events."""
    disk = {path: bytearray(content) for path, content in before.items()}
    pending: dict[str, list[Event]] = defaultdict(list)
    for event in done:
        if event.what == "sync":
            for one in pending.pop(event.path, []):
                _apply(disk, one)
        elif event.what in ("write", "truncate"):
            pending[event.path].append(event)
    for path, waiting in pending.items():
        for one in waiting:
            fate = dice.choice(("kept", "lost", "torn"))
            if fate == "kept":
                _apply(disk, one)
            elif fate == "torn" and one.what == "write" and len(one.data) > SECTOR:
                cut = dice.randrange(1, len(one.data) // SECTOR + 1) * SECTOR
                _apply(disk, Event("write", path, one.offset, one.data[:cut]))
    return {path: bytes(content) for path, content in disk.items()}


def _apply(disk: dict[str, bytearray], event: Event) -> None:
    file = disk.setdefault(event.path, bytearray())
    if event.what == "truncate":
        del file[event.offset :]
        file.extend(bytes(event.offset - len(file)))
        return
    file.extend(bytes(max(0, event.offset - len(file))))
    file[event.offset : event.offset + len(event.data)] = event.data
