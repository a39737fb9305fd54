"""The log of the operator: time and level on each line, as text or JSON, and never a value of anybody's.

A fault is one line with an id that stands on the page too. How it came about is told once a minute for each kind, by the
places in the code and the class of the error: the text of an error may hold what somebody typed.
"""

import errno
import json
import logging
import logging.handlers
import sys
import time
import traceback
from datetime import UTC, datetime

from consult.domain.characters import escaped

SECONDS_BETWEEN_TRACES = 60.0


class LineFormatter(logging.Formatter):
    """Write a record as one line, with the trace of a kind of fault at most once a minute."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self.as_json = as_json
        self._told_at: dict[str, float] = {}

    def format(self, record: logging.LogRecord) -> str:
        """Return the line. Line breaks in a message are written as spaces, and what a terminal would obey as escapes."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = escaped(" ".join(record.getMessage().split()))
        line = {"time": at, "level": record.levelname, "logger": record.name, "message": said}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"], trace = self._told(record.exc_info[1])
            if trace:
                line["trace"] = trace
        return json.dumps(line, ensure_ascii=False) if self.as_json else " ".join(line.values())

    def _told(self, error: BaseException) -> tuple[str, str]:
        """Return the class of an error and where it was raised, and the way there if it was not told lately."""
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "nowhere"
        kind = " ".join(filter(None, (type(error).__name__, _code_of(error), "at", where)))
        now = time.monotonic()
        if now - self._told_at.get(kind, -SECONDS_BETWEEN_TRACES) < SECONDS_BETWEEN_TRACES:
            return kind, ""
        self._told_at[kind] = now
        cause = error.__cause__ or error.__context__
        because = f" because of {type(cause).__name__}" if cause else ""
        return kind + because, " < ".join(f"{one.filename}:{one.lineno} {one.name}" for one in reversed(frames))


def _code_of(error: BaseException) -> str:
    """Return the code that the system or a database gave an error, as ENOSPC or SQLITE_FULL; it holds nothing of anybody."""
    said = getattr(error, "orig", error)
    if isinstance(said, OSError):
        return errno.errorcode.get(said.errno or 0, "")
    return getattr(said, "sqlite_errorname", None) or getattr(said, "sqlstate", None) or ""


class TerminalFormatter(LineFormatter):
    """Write a record for whoever typed a command: what it is in Chinese first, then the line as the journal has it."""

    def __init__(self) -> None:
        super().__init__(as_json=False)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without a line break in it."""
        return f"{_SAID[record.levelno >= logging.ERROR]} / {super().format(record)}"


_SAID = {True: "出错了，请看 consult doctor", False: "过程"}
JOURNAL = "/dev/log"
"""Where the journal of the machine takes lines of programs that are no service."""


def configure(level: str, form: str, *, for_command: bool = False) -> None:
    """Write what the app says from this level on, and what libraries warn of, to the standard error.

    `for_command`: that is somebody's terminal. Only errors are written to it, or all with DEBUG; the rest goes to the journal.
    """
    handlers = [_to_terminal(level), *_to_journal(form)] if for_command else [_to_stderr(form)]
    for name, least in (("", "WARNING"), ("consult", level)):
        logger = logging.getLogger(name)
        logger.setLevel(least)
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one.formatter, LineFormatter)] + handlers
    logging.getLogger("consult").handlers.clear()


def _to_stderr(form: str) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(as_json=form == "json"))
    return handler


def _to_terminal(level: str) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TerminalFormatter())
    handler.setLevel(level if level == "DEBUG" else "ERROR")
    return handler


class _Journal(logging.handlers.SysLogHandler):
    """Writes to the journal, and keeps quiet where there is none or it is gone: a command goes on all the same."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Lose the line."""


def _to_journal(form: str) -> list[logging.Handler]:
    """Return what writes to the journal under the name `consult`; nothing on a machine that has none."""
    try:
        handler = _Journal(JOURNAL)
    except OSError:
        return []
    handler.ident = "consult: "
    handler.setFormatter(LineFormatter(as_json=form == "json"))
    return [handler]
