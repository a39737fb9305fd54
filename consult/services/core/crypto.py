"""Encrypt and hash under the data key, which is kept outside the database."""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app

from consult.config import current_config
from consult.models import Installation, db

MARK_KEY = "mark_key"
"""Extension of the app: the key of the keyed marks, once it was looked up."""


def seal(text: str) -> str:
    """Encrypt a text for storage."""
    return _fernet(_data_key()).encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """Decrypt a text; while the data key is changed, also one under the old key. Raises InvalidToken under another."""
    return MultiFernet([_fernet(key) for key in data_keys()]).decrypt(token.encode()).decode()


def seal_for(reader: str, text: str) -> str:
    """Encrypt a text so that it opens only when the app acts for this reader (a person, an office)."""
    return _fernet_for(_data_key(), reader).encrypt(text.encode()).decode()


def unseal_for(reader: str, token: str) -> str:
    """Decrypt a text for its reader. Raises cryptography.fernet.InvalidToken for another reader."""
    return MultiFernet([_fernet_for(key, reader) for key in data_keys()]).decrypt(token.encode()).decode()


def is_of_new_key(token: str, reader: str = "") -> bool:
    """Tell whether a sealed text opens with the data key at hand, and not only with the old one."""
    key = _data_key()
    try:
        (_fernet_for(key, reader) if reader else _fernet(key)).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def mark(purpose: str, text: str) -> str:
    """Return a keyed hash, by which a phone number or code is found without the database knowing it."""
    return hmac.new(mark_key(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def mark_key() -> bytes:
    """Return the key of the marks: it stays when the data key is changed, for not every mark can be made anew."""
    kept: bytes | None = current_app.extensions.get(MARK_KEY)
    if kept is None:
        row = db.session.get(Installation, 1)
        kept = bytes.fromhex(unseal(row.mark_key_cipher)) if row is not None else first_mark_key()
        if row is not None:
            current_app.extensions[MARK_KEY] = kept
    return kept


def first_mark_key() -> bytes:
    """Return the key of the marks of an installation whose data key was never changed."""
    return _derived(data_keys()[-1], "mark")


def check_of(data_key: str) -> str:
    """Return the value by which the database knows its data key again."""
    return hmac.new(_derived(data_key, "check"), b"consult data key", hashlib.sha256).hexdigest()


def data_keys() -> list[str]:
    """Return the data key, and after it the old one while it is being changed."""
    config = current_config()
    return [key for key in (config.data_key, config.data_key_old) if key]


def _data_key() -> str:
    config = current_config()
    return config.data_key


@lru_cache(maxsize=4096)
def _derived(data_key: str, use: str) -> bytes:
    return hmac.new(data_key.encode(), f"consult:{use}".encode(), hashlib.sha256).digest()


@lru_cache(maxsize=4)
def _fernet(data_key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(data_key, "seal")))


@lru_cache(maxsize=4096)
def _fernet_for(data_key: str, reader: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(data_key, f"seal-for:{reader}")))
