"""What is sent in stays in memory: a photo of a quarrel is not to lie on a disk before it is sealed."""

from io import BytesIO
from typing import IO

from flask import Flask, Request


class MemoryRequest(Request):
    """Werkzeug puts files above half a megabyte into the temporary folder; MAX_CONTENT_LENGTH bounds what memory takes."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return BytesIO()


def init_app(app: Flask) -> None:
    app.request_class = MemoryRequest
