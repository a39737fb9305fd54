"""This browser as one that asks for codes and types PINs: its secret, what it has signed in with, where it comes from."""

import secrets
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from flask import request, session

from consult.services.core import crypto
from consult.services.people.limits.askers import Asker
from consult.web import cookies

BROWSER = "browser"
HOUSE_OF_IPV6 = 56
"""Bits of an IPv6 address that one line has: a machine draws the others anew as it likes."""


def asker() -> Asker:
    """Return this browser as one that asks for codes; it gets its secret at its first asking."""
    if BROWSER not in session:
        session[BROWSER] = secrets.token_urlsafe(18)
    return Asker(session[BROWSER], cookies.known_numbers(request))


def begin() -> None:
    """Give this browser its secret with the page of a form, so that the form sent again after a lost answer comes from it too."""
    asker()


def token_of(person_id: int, proof: str) -> str:
    """Return the token of the sign-in that a proof opens in this browser: the same one for a form that is sent again."""
    return crypto.mark("sign-in", f"{asker().session}:{person_id}:{proof}")


def form_proof() -> str:
    """Return what tells the form at hand from others: its token, which says when its page was drawn."""
    return f"form:{request.form.get('csrf_token', '')}"


def source_mark() -> str:
    """Return the keyed hash of the address this request comes from; the address itself is kept nowhere."""
    return crypto.mark("source", source_of(request.remote_addr))


def source_of(address: str | None) -> str:
    """Return the source of an address: an IPv4 address, or the part of an IPv6 address that one line has. Empty: unknown."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if isinstance(found, IPv4Address):
        return str(found)
    return str(IPv6Network((found, HOUSE_OF_IPV6), strict=False))
