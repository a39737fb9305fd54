"""The catalogues as files: read, written with one plural form, and compiled into the .mo files that the app reads.

`python -m consult.cli.catalogues` compiles them all; run.py does so when a .po file is newer than its .mo file.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser, write_po

from consult.config import ROOT

FOLDER = ROOT / "translations"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
WIDTH = 120


class OneFormCatalog(Catalog):
    """A catalogue with one plural form, also of a language that Babel does not know.

    Chinese languages have one. Babel's table gives Cantonese two; for a language it does not know, Babel assumes two
    and leaves the header out, so that gettext would look for a second form that is not there.
    """

    @property
    def num_plurals(self) -> int:
        return 1

    @property
    def plural_expr(self) -> str:
        return "0"

    def _headers(self) -> list[tuple[str, str]]:
        """Return Babel's headers, with the plural forms for an unknown language too."""
        headers = [(name, value) for name, value in super().mime_headers if name != "Plural-Forms"]
        place = 1 + [name for name, _value in headers].index("Language-Team")
        return [*headers[:place], ("Plural-Forms", self.plural_forms), *headers[place:]]

    def _take_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        Catalog.mime_headers.__set__(self, headers)

    mime_headers = property(_headers, _take_headers)


def new(code: str | None = None) -> Catalog:
    """Return an empty catalogue whose header does not change from day to day; without a code that of all sentences."""
    return (OneFormCatalog if code else Catalog)(
        locale=code,
        project="consult",
        version="1",
        copyright_holder="the village",
        msgid_bugs_address="-",
        header_comment="",
        fuzzy=False,
        creation_date=EPOCH,
        revision_date=EPOCH,
        last_translator="-",
        language_team="-",
        charset="utf-8",
    )


def path_of(code: str, folder: Path = FOLDER) -> Path:
    return folder / code / "LC_MESSAGES" / "messages.po"


def read_catalogue(code: str, folder: Path = FOLDER) -> Catalog:
    """Return a catalogue as it stands; an empty one where there is none yet."""
    catalogue = new(code)
    if path_of(code, folder).exists():
        with open(path_of(code, folder), "rb") as file:
            PoFileParser(catalogue).parse(file)
    return catalogue


def write_catalogue(catalogue: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        write_po(file, catalogue, width=WIDTH, sort_output=True, omit_header=False, include_previous=False)


def compile_one(code: str, folder: Path = FOLDER) -> None:
    """Write the .mo file beside the .po file. A sentence without a translation is left out: the fallback has it."""
    source, complete = read_catalogue(code, folder), new(code)
    for message in source:
        if message.id and not message.fuzzy and all(forms(message)):
            complete.add(message.id, string=message.string)
    with open(path_of(code, folder).with_suffix(".mo"), "wb") as file:
        write_mo(file, complete)


def forms(message: Message) -> list[str]:
    """Return the translations of a message, one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def compile_all(folder: Path = FOLDER) -> None:
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        compile_one(path.parent.parent.name, folder)


if __name__ == "__main__":
    compile_all()
