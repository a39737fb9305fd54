"""Ids in addresses: what no row can have is no address of ours."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

from consult.domain.numbers import LARGEST_ID, read_id


class IdConverter(IntegerConverter):
    """`<int:…>` of every route: 404 for numbers that no column holds."""

    def to_python(self, value: str) -> Any:
        """Return the number. Raises ValidationError beyond the largest id."""
        if len(value) > len(str(LARGEST_ID)) or int(value) > LARGEST_ID:
            raise ValidationError
        return super().to_python(value)


def init_app(app: Flask) -> None:
    """Take the place of werkzeug's converter before any route is registered."""
    app.url_map.converters["int"] = IdConverter


def ident(text: str) -> int:
    """Return an id, for `request.args.get(name, type=ident)`. Raises ValueError, which gives the default there."""
    number = read_id(text)
    if number is None:
        raise ValueError("no id")
    return number
