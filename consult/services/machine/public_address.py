"""Ask the public address of this place who answers there. A folder of files has a mark of chance, which /healthz tells.

The mark says nothing and opens nothing. It is in no backup: a place put back elsewhere has another, also with the same keys.
"""

import http.client
import json
import os
import secrets
import ssl
from contextlib import suppress
from enum import Enum
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from consult.config import current_config
from consult.services.machine.patience import Late, within

FILE = "place-mark"
SECONDS = 5.0
MOST_BYTES = 16 * 1024
_known: dict[Path, str] = {}
"""The mark of each place that this process has read, by its folder."""


class Answer(Enum):
    """The finding when the public address was asked."""

    OURS = "ours"
    ANOTHER = "another"
    """Another place of this program: an old machine, a trial, one of several web servers."""
    STRANGER = "stranger"
    """Something else than this program."""
    UNSAID = "unsaid"
    """An older version, or a place on a disk that can only be read: it tells no mark."""
    BAD_CERTIFICATE = "bad certificate"
    UNREACHED = "unreached"


def mark() -> str:
    """Return the mark of this place, which is made when it is first asked for. Empty on a disk that can only be read."""
    folder = current_config().instance_path
    if folder not in _known:
        with suppress(OSError):
            if not (folder / FILE).exists():
                _make(folder)
            _known[folder] = (folder / FILE).read_text(encoding="ascii", errors="replace").strip()
    return _known.get(folder, "")


def _make(folder: Path) -> None:
    """Write a mark, whole or not at all; that of another process, which was first, stays. Raises OSError."""
    with NamedTemporaryFile("w", dir=folder, encoding="ascii") as file:
        file.write(secrets.token_hex(8))
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, folder / FILE)


def ask(url: str) -> Answer:
    """Ask `url`/healthz for the mark: nothing of ours is sent, no redirect is followed, and it takes SECONDS at most."""
    here = mark()
    try:
        return within(SECONDS, lambda: _asked(url, here))  # one may answer in drops
    except Late:
        return Answer.UNREACHED


def _asked(url: str, here: str) -> Answer:
    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    line = kind(address.hostname or "", address.port, timeout=SECONDS)
    try:
        line.request("GET", "/healthz", headers={"Connection": "close"})
        answer = line.getresponse()
        return judged(answer.status, answer.read(MOST_BYTES), here)
    except ssl.SSLCertVerificationError:
        return Answer.BAD_CERTIFICATE
    except (OSError, http.client.HTTPException, ValueError):
        return Answer.UNREACHED
    finally:
        line.close()


def judged(status: int, body: bytes, here: str) -> Answer:
    """Return who gave an answer. `here`: the mark of this place."""
    if (
        status != http.HTTPStatus.OK
    ):  # a firewall, or nginx without the program behind it; or a site that leads elsewhere
        return Answer.STRANGER if status in ELSEWHERE else Answer.UNREACHED
    try:
        said = json.loads(body)
    except ValueError:
        return Answer.STRANGER
    if not isinstance(said, dict) or not {"version", "records"} <= set(said):
        return Answer.STRANGER
    there = said.get("place")
    if not there or not here:
        return Answer.UNSAID
    return Answer.OURS if there == here else Answer.ANOTHER


ELSEWHERE = (301, 302, 307, 308, 400, 404)
"""What no server of this place answers there: 400 says that it has another name."""
