"""Keep uploads in memory: a photo of a dispute must not lie on a disk before it is encrypted."""

from io import BytesIO
from typing import IO

from flask import Flask
from werkzeug.formparser import FormDataParser

from consult.web.guards.edge import EdgeRequest


class MemoryRequest(EdgeRequest):
    """A request whose files stay in memory. Werkzeug would put those above half a megabyte into the temporary folder.

    MAX_CONTENT_LENGTH bounds the memory that one request takes.
    """

    def make_form_data_parser(self) -> FormDataParser:
        """Return the parser that keeps each uploaded file in memory."""
        parser = super().make_form_data_parser()
        parser.stream_factory = _in_memory
        return parser


def _in_memory(
    total_content_length: int | None,
    content_type: str | None,
    filename: str | None = None,
    content_length: int | None = None,
) -> IO[bytes]:
    """Return an empty stream for one uploaded file; werkzeug calls it with these names."""
    del total_content_length, content_type, filename, content_length
    return BytesIO()


def init_app(app: Flask) -> None:
    app.request_class = MemoryRequest
