"""PDF files read as people read them: their words, and pictures of their pages to look at."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from pypdfium2 import PdfDocument

PICTURES = Path(__file__).resolve().parents[1] / "artefacts" / "prints"
A4 = (595, 842)
"""Points, upright."""


@contextmanager
def _opened(pdf: bytes) -> Iterator[PdfDocument]:
    """Open a file that a reader of files can name: each has its title in the metadata, where a browser's tab reads it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        assert document.get_metadata_value("Title"), "a PDF without a title"
        yield document
    finally:
        document.close()


def words(pdf: bytes) -> list[str]:
    """The text of each page, without spaces and line ends: where a line breaks is the printer's affair."""
    with _opened(pdf) as document:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page, in points."""
    with _opened(pdf) as document:
        return [(round(page.get_width()), round(page.get_height())) for page in document]


def keep(pdf: bytes, name: str) -> None:
    """Pictures of all pages in artefacts/prints, for eyes."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _opened(pdf) as document:
        for number, page in enumerate(document, 1):
            page.render(scale=1.5).to_pil().save(PICTURES / f"{name}-{number}.png")


HALF_WIDTH = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff][,;:?!()]|[,;:?!()][\u3400-\u9fff\U00020000-\U0002ffff]")


def half_width(text: str) -> list[str]:
    """Each place where a mark of ASCII stands beside a Chinese character, with what is around it."""
    return [text[max(0, found.start() - 8) : found.end() + 8] for found in HALF_WIDTH.finditer(text)]


def lines(pdf: bytes) -> list[list[str]]:
    """The lines of each page, as they are set."""
    with _opened(pdf) as document:
        return [page.get_textpage().get_text_range().splitlines() for page in document]
