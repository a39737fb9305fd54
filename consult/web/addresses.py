"""Addresses of this server for paper and phones."""

from flask import request

from consult.config import current_config


def public_address() -> str:
    """Return the address under which phones reach this server: as configured, otherwise that of this request."""
    config = current_config()
    return config.public_url or request.host_url.rstrip("/")
