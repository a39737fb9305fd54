"""flask translate update|derive|compile: from the sources to the catalogues."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from consult.cli import cantonese
from consult.config import ROOT

cli = AppGroup("translate", help="Catalogues of the three languages.")
FOLDER = ROOT / "translations"
TEMPLATE = FOLDER / "messages.pot"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
LANGUAGES = ("zh_Hans", "yue_Hant", "yue_Hans")
KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None}


def new(language: str | None = None) -> Catalog:
    """An empty catalogue whose header does not change from day to day."""
    return Catalog(
        locale=language,
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


def extract() -> Catalog:
    """Every sentence in the sources, as a catalogue without translations."""
    with open(FOLDER / "babel.cfg") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalogue = new()
    options_map: Any = options
    found = extract_from_dir(str(ROOT), methods, options_map, keywords=KEYWORDS, comment_tags=("Note:",))
    for filename, _line, message, comments, _context in sorted(found, key=lambda f: (f[0], f[1])):
        place: Any = (Path(filename).as_posix(), None)  # no line numbers: they change with every edit
        catalogue.add(message, locations=[place], auto_comments=comments)
    return catalogue


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def read_catalogue(language: str) -> Catalog:
    """A catalogue as it stands; an empty one with the right plural form where there is none yet."""
    path = path_of(language)
    if not path.exists():
        return new(language)
    with open(path, "rb") as file:
        return read_po(file, locale=language)


def one_plural_form(catalogue: Catalog) -> None:
    """Chinese and Cantonese have one; Babel's table gives Cantonese two."""
    setattr(catalogue, "_num_plurals", 1)  # noqa: B010 - no public way to set it
    setattr(catalogue, "_plural_expr", "0")  # noqa: B010


def write_catalogue(catalogue: Catalog, path: Path) -> None:
    one_plural_form(catalogue)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, omit_header=False, include_previous=False)


@cli.command("update")
def update() -> None:
    """Bring new sentences from the sources into every catalogue; nothing is guessed."""
    template = extract()
    with open(TEMPLATE, "wb") as file:
        write_po(file, template, width=120, sort_output=True, omit_header=True)
    for language in ("zh_Hans", "yue_Hant"):
        catalogue = read_catalogue(language)
        one_plural_form(catalogue)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        write_catalogue(catalogue, path_of(language))
    click.echo(f"{len(template)} sentences")


@cli.command("derive")
def derive() -> None:
    """Make yue_Hans from yue_Hant: simplified characters and mainland words."""
    source, derived = read_catalogue("yue_Hant"), new("yue_Hans")
    one_plural_form(derived)
    for message in source:
        if message.id:
            derived.add(message.id, string=_simplified(message.string), locations=message.locations)
    write_catalogue(derived, path_of("yue_Hans"))
    click.echo(f"{len(derived)} sentences")


def _simplified(string: Any) -> Any:
    if isinstance(string, tuple | list):
        return tuple(cantonese.simplified(part) for part in string)
    return cantonese.simplified(string)


@cli.command("compile")
def compile_all() -> None:
    """Write the .mo files the app reads."""
    for language in LANGUAGES:
        with open(path_of(language).with_suffix(".mo"), "wb") as file:
            write_mo(file, read_catalogue(language))
