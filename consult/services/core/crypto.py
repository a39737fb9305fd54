"""Encrypt and hash under the data key, which is kept outside the database."""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet

from consult.config import current_config


def seal(text: str) -> str:
    """Encrypt a text for storage."""
    return _fernet(_data_key()).encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """Decrypt a text. Raises cryptography.fernet.InvalidToken under another data key."""
    return _fernet(_data_key()).decrypt(token.encode()).decode()


def seal_for(reader: str, text: str) -> str:
    """Encrypt a text so that it opens only when the app acts for this reader (a person, an office)."""
    return _fernet_for(_data_key(), reader).encrypt(text.encode()).decode()


def unseal_for(reader: str, token: str) -> str:
    """Decrypt a text for its reader. Raises cryptography.fernet.InvalidToken for another reader."""
    return _fernet_for(_data_key(), reader).decrypt(token.encode()).decode()


def mark(purpose: str, text: str) -> str:
    """Return a keyed hash, by which a phone number or code is found without the database knowing it."""
    return hmac.new(_derived(_data_key(), "mark"), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


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
