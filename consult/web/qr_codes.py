"""QR codes as SVG. The library is loaded when a process draws its first one."""

from importlib import import_module
from io import BytesIO
from typing import Any

from flask import Response, make_response
from markupsafe import Markup


def response(address: str, *, cache_control: str) -> Response:
    """Return the code of an address as an image of its own, black on white."""
    image = make_response(_saved(address, border=2, svgclass="qr", dark="#000", light="#fff"))
    image.mimetype = "image/svg+xml"
    image.headers["Cache-Control"] = cache_control
    return image


def for_print(address: str) -> str:
    """Return the code of an address as SVG for a PDF."""
    return _saved(address, border=1, dark="#000", light="#fff").decode()


def inline(address: str) -> Markup:
    """Return the code of an address as markup within a page, as large as its style says."""
    return Markup(_code(address).svg_inline(scale=1, border=1, svgclass="qr", omitsize=True))


def _saved(address: str, **style: Any) -> bytes:
    out = BytesIO()
    _code(address).save(out, kind="svg", xmldecl=False, **style)
    return out.getvalue()


def _code(address: str) -> Any:
    segno: Any = import_module("segno")
    return segno.make(address, error="m")
