"""The key that seals what a phone keeps of a person's forms and cases: it hangs on the person, not on one sign-in.

The phone draws a salt and keeps it beside what is sealed; the key is made of the person, that salt and a secret of this
server. A phone whose sign-in ended by itself has the sealed words and the salt, and nothing that opens them, until the same
person signs in on it again. A deliberate sign-out deletes the salt: no key can be made again, by this server neither.
"""

import hashlib
import hmac
import re

from consult.config import current_config
from consult.models import Person
from consult.services.core import crypto

SALT = re.compile(r"[0-9a-f]{32}")
HEADER = "Phone-Salt"
"""How a phone says its salt: in no address, which proxies log."""


def subject_of(person: Person) -> str:
    """Return the name of the human being who acts: all villages of one account are the same."""
    return f"person:{person.id}" if person.account_id is None else f"account:{person.account_id}"


def holder_mark(subject: str) -> str:
    """Return what stands for a person in their own pages, by which a phone knows whose words it keeps."""
    secret = current_config().secret_key.encode()
    return hmac.new(secret, f"holder:{subject}".encode(), hashlib.sha256).hexdigest()[:20]


def key_of(subject: str, salt: str) -> str | None:
    """Return the key of a person for one phone as 64 hexadecimal digits; None for what is no salt."""
    return crypto.mark("phone-seal", f"{subject}:{salt}") if SALT.fullmatch(salt) else None
