"""flask translate update|derive|compile: from the sources to the catalogues."""

from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from consult.config import HOUSE
from consult.cli import cantonese

cli = AppGroup("translate", help="Catalogues of the three languages.")
FOLDER = HOUSE / "translations"
TEMPLATE = FOLDER / "messages.pot"
LANGUAGES = ("zh_Hans", "yue_Hant", "yue_Hans")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None}


def extract() -> Catalog:
    """Every sentence in the sources, as a catalogue without translations."""
    with open(FOLDER / "babel.cfg") as file:
        methods, options = parse_mapping_cfg(file)
    catalogue = Catalog(project="consult", charset="utf-8")
    found = extract_from_dir(str(HOUSE), methods, options, keywords=KEYWORDS, comment_tags=("Note:",))
    for filename, _line, message, comments, _context in sorted(found, key=lambda f: (f[0], f[1])):
        catalogue.add(message, locations=[(Path(filename).as_posix(), None)], auto_comments=comments)
    return catalogue


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """A catalogue as it stands; an empty one with the right plural form where there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with open(path, "rb") as file:
        return read_po(file, locale=language)


def write(catalogue: Catalog, path: Path) -> None:
    catalogue._num_plurals, catalogue._plural_expr = 1, "0"
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
        catalogue = read(language)
        catalogue._num_plurals, catalogue._plural_expr = 1, "0"
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        write(catalogue, path_of(language))
    click.echo(f"{len(template)} sentences")


@cli.command("derive")
def derive() -> None:
    """Make yue_Hans from yue_Hant: simplified characters and mainland words."""
    source, derived = read("yue_Hant"), Catalog(locale="yue_Hans")
    derived._num_plurals, derived._plural_expr = 1, "0"
    for message in source:
        if message.id:
            derived.add(message.id, string=_simplified(message.string), locations=message.locations)
    write(derived, path_of("yue_Hans"))
    click.echo(f"{len(derived)} sentences")


def _simplified(string: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(string, tuple | list):
        return tuple(cantonese.simplified(part) for part in string)
    return cantonese.simplified(string)


@cli.command("compile")
def compile_all() -> None:
    """Write the .mo files the app reads."""
    for language in LANGUAGES:
        with open(path_of(language).with_suffix(".mo"), "wb") as file:
            write_mo(file, read(language))
