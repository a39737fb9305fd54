"""Passkeys (WebAuthn): what the browser is asked for, and whether it signed the right thing. By py_webauthn."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from flask import session

from consult.domain.people import sign_ins as rules
from consult.domain.people.second_factors import FactorKind
from consult.domain.refusals import Reason, Refused
from consult.models import Person
from consult.services.people import second_factors
from consult.services.people.sign_ins import token_hash
from consult.web.access import now
from consult.web.addresses import public_address

CHALLENGE = "passkey_challenge"
NEW, KNOWN = "new", "known"
"""What a challenge was drawn for: a new passkey, or a signature with one that counts."""


def registration(person: Person, site: str) -> str:
    """Return as JSON what the browser makes a new passkey from, and keep the challenge in the session."""
    webauthn: Any = import_module("webauthn")
    structs: Any = import_module("webauthn.helpers.structs")
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=site,
        user_name=person.name,
        user_id=token_hash(f"passkey:{person.id}").encode()[:32],
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=_bytes(one)) for one in _known(person)],
    )
    _keep(NEW, person, options.challenge)
    return str(webauthn.options_to_json(options))


def registered(person: Person, sent: str) -> tuple[str, str, int]:
    """Check a new passkey. Return its id, its public key and its counter. Raises Refused."""
    webauthn: Any = import_module("webauthn")
    challenge = _challenge(NEW, person)
    try:
        checked = webauthn.verify_registration_response(
            credential=json.loads(sent),
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=public_address(),
        )
    except (ValueError, KeyError, TypeError, _fault()) as fault:
        raise Refused(Reason.WRONG_DIGITS) from fault
    return _text(checked.credential_id), _text(checked.credential_public_key), int(checked.sign_count)


def question(person: Person) -> str:
    """Return as JSON what the browser signs with one of a person's passkeys; empty where there is none."""
    known = _known(person)
    if not known:
        return ""
    webauthn: Any = import_module("webauthn")
    structs: Any = import_module("webauthn.helpers.structs")
    options = webauthn.generate_authentication_options(
        rp_id=_host(), allow_credentials=[structs.PublicKeyCredentialDescriptor(id=_bytes(one)) for one in known]
    )
    _keep(KNOWN, person, options.challenge)
    return str(webauthn.options_to_json(options))


def prove(person: Person, sent: str) -> None:
    """Check what a passkey of a person signed, and keep its counter. Raises Refused."""
    webauthn: Any = import_module("webauthn")
    challenge = _challenge(KNOWN, person)
    try:
        credential = json.loads(sent)
        factor = next(one for one in second_factors.of_person(person.id) if one.credential_id == credential["id"])
        checked = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=public_address(),
            credential_public_key=_bytes(factor.public_key or ""),
            credential_current_sign_count=factor.sign_count,
        )
    except (StopIteration, ValueError, KeyError, TypeError, _fault()) as fault:
        raise Refused(Reason.WRONG_DIGITS) from fault
    second_factors.count_signature(factor, int(checked.new_sign_count))


def _fault() -> type[Exception]:
    fault: type[Exception] = import_module("webauthn.helpers.exceptions").WebAuthnException
    return fault


def _keep(what: str, person: Person, challenge: bytes) -> None:
    until = (now() + rules.CHOOSING_TIME).timestamp()
    session[CHALLENGE] = {"what": what, "person": person.id, "until": until, "challenge": _text(challenge)}


def _challenge(what: str, person: Person) -> bytes:
    """Return the challenge that was drawn for this and this person a few minutes ago; it counts once. Raises Refused."""
    kept = session.pop(CHALLENGE, None)
    if not isinstance(kept, dict) or (kept["what"], kept["person"]) != (what, person.id):
        raise Refused(Reason.WRONG_DIGITS)
    if kept["until"] < now().timestamp():
        raise Refused(Reason.WRONG_DIGITS)
    return _bytes(kept["challenge"])


def _known(person: Person) -> list[str]:
    return [one.credential_id or "" for one in second_factors.of_person(person.id) if one.kind is FactorKind.PASSKEY]


def _host() -> str:
    return urlsplit(public_address()).hostname or ""


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
