"""The key pairs of secret polls. The public key is in the database, the private key in a folder of its own.

The job runner makes them ahead; announcing a poll takes one. So no web worker needs to read or write the folder. The
folder is part of no backup, and a private key is destroyed as soon as the ballots of its poll are opened.
"""

import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, or_, select

from consult.config import current_config
from consult.domain.polls.poll_faults import FaultKind
from consult.domain.refusals import Reason, Refused
from consult.models import Poll, SealingKey, db
from consult.services.core import crypto
from consult.services.core.transactions import atomic
from consult.services.polls.counting.poll_faults import DoesNotAddUp

MADE_AHEAD = 20
"""As many secret polls can be announced between two minutes of the job runner."""
STRANGE_KEPT = timedelta(days=1)
"""Free keys of another folder are left to its job runner so long; then they are taken for those of a machine that is gone."""
SUFFIX = ".key"
MARK_FILE = "folder-mark"
"""In the folder: random, so that two folders can be told apart."""
TAG_FILE = "CACHEDIR.TAG"
TAG_TEXT = "Signature: 8a477f597d28d172789f06886806bc55\n# Keys of open secret polls: to be in no backup.\n"
"""Programs that make backups leave a folder with this file out (borg, restic, tar --exclude-caches)."""


class KeyMissing(DoesNotAddUp):
    """The private key of a poll is not there."""

    kind = FaultKind.KEY_MISSING


class KeyElsewhere(KeyMissing):
    """The private key was written to another folder: the job runner of another machine may have it."""


class KeyHidden(Exception):
    """This process may not read the folder of the private keys: another one counts."""


def folder() -> Path:
    """Return the folder of the private keys."""
    config = current_config()
    return config.key_folder


def make(*, now: datetime) -> SealingKey:
    """Make a key pair; the private key is on the disk before this returns. Raises OSError."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw().hex()
    _write(public, private.private_bytes_raw())
    cipher = crypto.seal(f"{public}:{secrets.token_hex(32)}")
    return SealingKey(public_key=public, mac_key_cipher=cipher, made_at=now, folder=folder_mark())


@atomic
def take(poll: Poll, *, now: datetime) -> SealingKey:
    """Give a poll a key of its own. Raises Refused where none was made ahead and this process can make none."""
    free = select(SealingKey).where(SealingKey.poll_id.is_(None)).order_by(SealingKey.made_at, SealingKey.public_key)
    if there := _on_disk():  # a web worker that may not look takes what the job runner found whole
        free = free.where(SealingKey.public_key.in_(there))
    key = db.session.scalar(free.limit(1).with_for_update(skip_locked=True))
    if key is None:
        try:
            key = make(now=now)
        except OSError:
            raise Refused(Reason.NO_SEALING_KEY) from None
        db.session.add(key)
    try:
        mac_key(key)
    except DoesNotAddUp:  # put in by SQL: somebody else may have its private key
        raise Refused(Reason.NO_SEALING_KEY) from None
    key.poll_id, key.village_id = poll.id, poll.village_id
    db.session.flush()
    return key


def make_ahead(*, now: datetime) -> int:
    """Make as many keys as are missing to those kept ready in this folder, and return how many. Raises OSError.

    Those without their private key are dropped; of another folder only after a day, for its own job runner has them.
    """
    ready, here, mark = _free(), _on_disk(), folder_mark()
    lost = {
        public
        for public, (made_in, made_at) in ready.items()
        if public not in here and (made_in in ("", mark) or now - made_at > STRANGE_KEPT)
    }
    made = [make(now=now) for _ in range(MADE_AHEAD - len(ready.keys() & here))]
    if made or lost:
        _exchange(lost, made)
    return len(made)


def ready() -> int:
    """Return how many keys are kept ready for polls that will be announced."""
    return len(_free())


def forget_unreadable() -> int:
    """Drop every free key whose private key is not in this folder, and return how many: after a backup was put back."""
    lost = _free().keys() - _on_disk()
    if lost:
        _exchange(set(lost), [])
    return len(lost)


def _free() -> dict[str, tuple[str, datetime]]:
    """Return the mark of the folder and the time of making of each key that no poll has taken."""
    query = select(SealingKey.public_key, SealingKey.folder, SealingKey.made_at).where(SealingKey.poll_id.is_(None))
    found = {row.public_key: (row.folder, row.made_at) for row in db.session.execute(query)}
    db.session.rollback()
    return found


def folder_mark() -> str:
    """Return the mark of the folder of this process; empty where the folder has none or is hidden."""
    with suppress(OSError):
        return (folder() / MARK_FILE).read_text(encoding="ascii").strip()
    return ""


@atomic
def _exchange(lost: set[str], made: list[SealingKey]) -> None:
    db.session.execute(delete(SealingKey).where(SealingKey.public_key.in_(lost), SealingKey.poll_id.is_(None)))
    db.session.add_all(made)


def _on_disk() -> set[str]:
    """Return the public keys whose private keys lie in the folder; none where it is hidden or not there."""
    with suppress(OSError):
        return {path.name.removesuffix(SUFFIX) for path in folder().iterdir() if path.suffix == SUFFIX}
    return set()


def mac_key(key: SealingKey) -> bytes:
    """Return the key of the ballots' MACs. Raises DoesNotAddUp where the public key was put in by SQL."""
    return mac_key_of(key.public_key, key.mac_key_cipher)


def mac_key_of(public_key: str, cipher: str) -> bytes:
    """Return the key of the ballots' MACs from the columns of a SealingKey. Raises DoesNotAddUp."""
    try:
        public, _, mac = crypto.unseal(cipher).partition(":")
    except InvalidToken:
        raise ForgedKey(f"the sealing key {public_key[:16]} was not made by this installation") from None
    if public != public_key:
        raise ForgedKey(f"the sealing key {public_key[:16]} was exchanged")
    return bytes.fromhex(mac)


class ForgedKey(DoesNotAddUp):
    """The key of a poll was put in or exchanged by SQL."""

    kind = FaultKind.BALLOT_CHANGED


def private_key(public_key: str, *, made_in: str = "") -> X25519PrivateKey:
    """Return the private key. `made_in`: the mark of its folder. Raises KeyMissing, KeyElsewhere, KeyHidden."""
    path = _path(public_key)
    try:
        return X25519PrivateKey.from_private_bytes(path.read_bytes())
    except PermissionError as error:
        raise KeyHidden(f"{path}: {type(error).__name__}") from None
    except (OSError, ValueError) as error:
        if made_in not in ("", folder_mark()):
            raise KeyElsewhere(f"{path}: made in another folder") from None
        raise KeyMissing(f"{path}: {type(error).__name__}") from None


def destroy(public_key: str) -> bool:
    """Overwrite and remove a private key. Return whether there was one. Raises OSError."""
    path = _path(public_key)
    if not path.exists():
        return False
    with open(path, "r+b", buffering=0) as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)
    _flush(path.parent)
    return True


def destroy_used() -> int:
    """Destroy the private keys of all polls that were opened or cancelled. Return how many there were.

    The count does it by itself; this is for a process that was killed between its commit and the destruction.
    """
    with suppress(OSError):
        there = {path.stem for path in folder().glob(f"*{SUFFIX}")}
        over = or_(SealingKey.opened_at.is_not(None), Poll.cancelled_at.is_not(None))
        used = select(SealingKey.public_key).join(Poll, Poll.id == SealingKey.poll_id).where(over)
        return sum(destroy(public) for public in sorted(there & set(db.session.scalars(used))))
    return 0


def missing() -> list[int]:
    """Return the ids of polls whose ballots are still sealed and whose private key is not in the folder."""
    query = select(SealingKey.poll_id, SealingKey.public_key).join(Poll, Poll.id == SealingKey.poll_id)
    waiting = query.where(SealingKey.opened_at.is_(None), Poll.cancelled_at.is_(None)).order_by(SealingKey.poll_id)
    rows = db.session.execute(waiting).all()
    return [poll_id for poll_id, public in rows if poll_id is not None and not _path(public).exists()]


def _path(public_key: str) -> Path:
    return folder() / f"{public_key}{SUFFIX}"


def _write(public_key: str, private_key: bytes) -> None:
    """Write a private key, readable by its owner only, and flush it and its folder to the disk."""
    there = folder()
    there.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        descriptor = os.open(there / MARK_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(16))
            file.flush()
            os.fsync(file.fileno())
    tag = there / TAG_FILE
    if not tag.exists():
        tag.write_text(TAG_TEXT, encoding="ascii")
    with open(os.open(_path(public_key), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as key:
        key.write(private_key)
        key.flush()
        os.fsync(key.fileno())
    _flush(there)
    _flush(there.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
