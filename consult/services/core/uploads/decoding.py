"""Start the programs of consult/decoders: each file in a process of its own, with bounded memory, seconds and turn.

A broken or malicious file ends that process and not the server, and its memory goes with it. The program sees no secret:
its environment is empty. Only a few run at a time, so that a rush of uploads leaves threads and processors to the votes.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from consult.config import ROOT
from consult.services.core import transactions

MEGABYTE = 1024 * 1024
AT_ONCE = 1
"""Files that one worker decodes at the same time: a photo takes an eighth of a second of a processor."""
PATIENCE_SECONDS = 20
"""How long an upload waits for its turn."""


@dataclass(frozen=True)
class Program:
    """A decoder, and what one run of it may take."""

    name: str
    most_memory: int
    most_cpu_seconds: int
    most_seconds: int
    """By the clock on the wall: the processor is shared."""
    folder: str = "consult/decoders"
    queue: str = "media"
    """Among what it waits for its turn: a long roll, or a page that is read aloud, keeps no photo waiting."""


PICTURES = Program("pictures.py", 640 * MEGABYTE, 10, 40)
RECORDINGS = Program("recordings.py", 1024 * MEGABYTE, 40, 60)
SPREADSHEETS = Program("spreadsheets.py", 768 * MEGABYTE, 60, 300, queue="rolls")
ROLLS = Program("program.py", 768 * MEGABYTE, 60, 300, folder="consult/domain/people/roll", queue="rolls")
"""Makes rows of a roll from what SPREADSHEETS read."""
SPEECH = Program("speech.py", 768 * MEGABYTE, 60, 300, queue="speech")
SPEECH_BY_MODEL = Program("speech.py", 4096 * MEGABYTE, 2_400, 3_600, queue="speech")
"""A model takes some minutes of a processor for a minute of speech."""


class Busy(Exception):
    """Too many files arrive at the moment; this one was not looked at."""


class Undecodable(Exception):
    """The program ended without an answer; `code` is what it ended with, negative for a signal, None after its time."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"ended with {code}")
        self.code = code


_turns = threading.BoundedSemaphore(AT_ONCE)
_queues = {
    "media": _turns,
    "rolls": threading.BoundedSemaphore(AT_ONCE),
    "speech": threading.BoundedSemaphore(AT_ONCE),
}


def run(program: Program, data: bytes, *arguments: object) -> bytes:
    """Return what a decoder makes of a file. Raises Busy and Undecodable.

    Raises RuntimeError inside a unit of work: nobody else could write meanwhile.
    """
    refuse_in_unit()
    with turn(program):
        return run_in_turn(program, data, *arguments)


def refuse_in_unit() -> None:
    """Raise RuntimeError inside a unit of work."""
    if transactions.in_unit():
        raise RuntimeError("files are decoded before a unit of work, not inside one")


@contextmanager
def turn(program: Program) -> Iterator[None]:
    """Wait for the turn of a program. Raises Busy."""
    turns = _queues[program.queue]
    if not turns.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        yield
    finally:
        turns.release()


def run_in_turn(program: Program, data: bytes, *arguments: object, heard: Callable[[str], None] | None = None) -> bytes:
    """Return what a program makes of a file, inside its turn; `heard` gets each line that it reports. Raises Undecodable."""
    with _listening(heard) as errors:
        return _run(program, data, errors, *arguments)


@contextmanager
def _listening(heard: Callable[[str], None] | None) -> Iterator[int]:
    """Give a descriptor for what a program reports, read by a thread until its end."""
    if heard is None:
        yield subprocess.DEVNULL
        return
    reading, writing = os.pipe()

    def listen() -> None:
        with os.fdopen(reading, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                heard(line)

    listener = threading.Thread(target=listen, name="decoder-progress", daemon=True)
    listener.start()
    try:
        yield writing
    finally:
        os.close(writing)
        listener.join()


def _run(program: Program, data: bytes, errors: int, *arguments: object) -> bytes:
    path = ROOT / program.folder / program.name
    words = map(str, (program.most_memory, program.most_cpu_seconds, *arguments))
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(path), *words],
            input=data,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd="/",
            env={"MALLOC_ARENA_MAX": "1"},
            timeout=program.most_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Undecodable(None) from error
    if done.returncode:
        raise Undecodable(done.returncode)
    return done.stdout
