"""Addresses of this server for paper and phones."""

from flask import request, url_for

from consult.config import current_config


def public_address() -> str:
    """Return the address under which phones reach this server: as configured, otherwise that of this request."""
    config = current_config()
    return config.public_url or request.host_url.rstrip("/")


def card_address(code: str) -> str:
    """Return the address in the QR of a household card. A browser keeps what stands behind the # to itself."""
    return public_address() + url_for("cards.show", _anchor=code)
