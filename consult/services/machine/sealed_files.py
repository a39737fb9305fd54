"""Encrypt and decrypt a file as it is written and read, for whoever holds a private key or knows a passphrase.

The format stands in docs/operations.md. A file key is drawn for each file. The content is cut into chunks, each sealed by
ChaCha20-Poly1305 under the number of the chunk and whether it is the last: a chunk that is missing, moved, changed or
of another file is refused, and so is an end that was cut off.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"consult-sealed/1\n"
PUBLIC, PRIVATE = "consult-backup-public:", "consult-backup-private:"
CHUNK = 64 * 1024
TAG = 16
LONGEST_HEADER = 4096
SHORTEST_PASSPHRASE = 16
SCRYPT_LOG_N = 17
"""128 MB and about half a second for each guess of a passphrase."""
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
INFO = b"consult-sealed/1 file key"


KEY_BYTES = 32


class NotOpened(Exception):
    """The file cannot be opened: the wrong key, or it was changed or cut. The text is a sentence."""


@dataclass(frozen=True, repr=False)
class Lock:
    """The thing a file is sealed with: a public key, or a passphrase."""

    public: X25519PublicKey | None = None
    passphrase: str = ""


@dataclass(frozen=True, repr=False)
class Opener:
    """The thing a file is opened with: the private key, or the passphrase."""

    private: X25519PrivateKey | None = None
    passphrase: str = ""


def new_pair() -> tuple[str, str]:
    """Return a new private key and its public key, each as the line of text in which it is kept."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    return PRIVATE + _text(private.private_bytes_raw()), PUBLIC + _text(public)


def lock_of(text: str) -> Lock:
    """Return the lock of a public key or, for any other text, of a passphrase. Raises ValueError with a sentence."""
    text = text.strip()
    if text.startswith(PUBLIC):
        return Lock(public=X25519PublicKey.from_public_bytes(_key(text.removeprefix(PUBLIC))))
    if text.startswith(PRIVATE):
        raise ValueError(
            "这是私钥，不该在服务器上；这里要公钥 / "
            "this is the private key, which belongs on no server; the public one is needed here"
        )
    if len(text) < SHORTEST_PASSPHRASE:
        raise ValueError(
            f"口令至少要 {SHORTEST_PASSPHRASE} 个字符 / a passphrase needs at least {SHORTEST_PASSPHRASE} characters"
        )
    return Lock(passphrase=text)


def opener_of(text: str) -> Opener:
    """Return the opener of a private key or, for any other text, of a passphrase. Raises ValueError with a sentence."""
    text = text.strip()
    if text.startswith(PRIVATE):
        return Opener(private=X25519PrivateKey.from_private_bytes(_key(text.removeprefix(PRIVATE))))
    if text.startswith(PUBLIC):
        raise ValueError(
            "这是公钥，什么都打不开；这里要私钥 / "
            "this is the public key, which opens nothing; the private one is needed here"
        )
    return Opener(passphrase=text)


def is_sealed(path: Path) -> bool:
    """Tell whether a file is sealed, by its beginning."""
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


class Sealer:
    """A file that is written to, and arrives sealed in another. `close` writes the last chunk; without it all is void."""

    def __init__(self, file: IO[bytes], lock: Lock) -> None:
        self.file, self.number, self.waiting = file, 0, bytearray()
        key = secrets.token_bytes(32)
        header = MAGIC + json.dumps(_wrapped(key, lock)).encode() + b"\n"
        file.write(header)
        self.aead, self.bound = _cipher(key, header)

    def write(self, data: bytes) -> int:
        """Take some content."""
        self.waiting += data
        while len(self.waiting) > CHUNK:  # the last chunk is kept back: only the end knows that it is the last
            self._chunk(bytes(self.waiting[:CHUNK]), last=False)
            del self.waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Write what is left as the last chunk."""
        self._chunk(bytes(self.waiting), last=True)

    def _chunk(self, content: bytes, *, last: bool) -> None:
        self.file.write(self.aead.encrypt(_nonce(self.number, last=last), content, self.bound))
        self.number += 1


class Unsealer:
    """A sealed file, read as its content. Nothing of a chunk is given out before it was found genuine."""

    def __init__(self, file: IO[bytes], opener: Opener) -> None:
        self.file, self.number, self.waiting, self.ended = file, 0, bytearray(), False
        header = file.readline(len(MAGIC)) + file.readline(LONGEST_HEADER)
        if not header.startswith(MAGIC) or not header.endswith(b"\n"):
            raise NotOpened("不是加密的备份 / it is no sealed file")
        try:
            key = _unwrapped(json.loads(header.removeprefix(MAGIC)), opener)
        except (InvalidTag, ValueError, KeyError, TypeError, RecursionError):
            raise NotOpened("私钥或口令不是这个文件的 / the key or passphrase does not fit this file") from None
        self.aead, self.bound = _cipher(key, header)
        self.ahead = file.read(CHUNK + TAG)

    def read(self, size: int = -1) -> bytes:
        """Return so much of the content, less only at its end. Raises NotOpened for a file that was changed or cut."""
        while not self.ended and (size < 0 or len(self.waiting) < size):
            self._chunk()
        end = len(self.waiting) if size < 0 else size
        taken = bytes(self.waiting[:end])
        del self.waiting[:end]
        return taken

    def finish(self) -> None:
        """Read to the end, so that a file whose end is missing is refused. Raises NotOpened."""
        while not self.ended:
            self._chunk()

    def _chunk(self) -> None:
        sealed, self.ahead = self.ahead, self.file.read(CHUNK + TAG)
        last = not self.ahead
        try:
            self.waiting += self.aead.decrypt(_nonce(self.number, last=last), sealed, self.bound)
        except InvalidTag:
            raise NotOpened("文件被改过，或者不完整 / the file was changed, or its end is missing") from None
        self.number, self.ended = self.number + 1, last


def _cipher(key: bytes, header: bytes) -> tuple[ChaCha20Poly1305, bytes]:
    """Return the cipher of the chunks and what each is bound to: the hash of the header."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(header)
    bound = digest.finalize()
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=bound, info=b"consult-sealed/1 chunks").derive(key)
    return ChaCha20Poly1305(derived), bound


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _wrapped(key: bytes, lock: Lock) -> dict[str, Any]:
    """Return the file key as it stands in the header."""
    if lock.public is not None:
        return {"for": "key", "key": _text(SUITE.encrypt(key, lock.public, info=INFO))}
    salt = os.urandom(16)
    wrapped = ChaCha20Poly1305(_stretched(lock.passphrase, salt)).encrypt(bytes(12), key, INFO)
    return {"for": "passphrase", "salt": _text(salt), "key": _text(wrapped)}


def _unwrapped(header: dict[str, Any], opener: Opener) -> bytes:
    wrapped = base64.b64decode(header["key"], validate=True)
    if header["for"] == "key":
        if opener.private is None:
            raise ValueError("a private key is needed")
        return SUITE.decrypt(wrapped, opener.private, info=INFO)
    salt = base64.b64decode(header["salt"], validate=True)
    return ChaCha20Poly1305(_stretched(opener.passphrase, salt)).decrypt(bytes(12), wrapped, INFO)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**SCRYPT_LOG_N, r=8, p=1).derive(passphrase.encode())


def _key(text: str) -> bytes:
    """Return the 32 bytes of a key as it is written. Raises ValueError with a sentence."""
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("密钥不完整，请拿整个文件 / the key is not whole: take the whole of its file")
    return key


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
