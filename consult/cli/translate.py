"""flask translate update|derive|compile: from the sources to the catalogues. docs/languages.md says when."""

from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import write_po
from flask import current_app
from flask.cli import AppGroup

from consult.cli import catalogues, derivation
from consult.config import ROOT
from consult.domain import languages
from consult.web.guards import outages

cli = AppGroup("translate", help="Catalogues of the languages.")
GUIDES = ROOT / "docs" / "guide"
DEPLOY = ROOT / "docs" / "deploy"
TEMPLATE = catalogues.FOLDER / "messages.pot"
KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "N_": None}


def extract() -> Catalog:
    """Return every sentence in the sources, as a catalogue without translations."""
    with open(catalogues.FOLDER / "babel.cfg") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalogue = catalogues.new()
    options_map: Any = options
    found = extract_from_dir(str(ROOT), methods, options_map, keywords=KEYWORDS, comment_tags=("Note:",))
    for filename, _line, message, comments, _context in sorted(found, key=lambda f: (f[0], f[1])):
        place: Any = (Path(filename).as_posix(), None)  # no line numbers: they change with every edit
        catalogue.add(message, locations=[place], auto_comments=comments)
    return catalogue


@cli.command("update")
def update() -> None:
    """Bring new sentences from the sources into every catalogue; nothing is guessed."""
    template = extract()
    with open(TEMPLATE, "wb") as file:
        write_po(file, template, width=catalogues.WIDTH, sort_output=True, omit_header=True)
    for language in languages.translated():
        if language.derived is None:
            catalogue = catalogues.read_catalogue(language.code)
            catalogue.update(template, no_fuzzy_matching=True)
            catalogue.obsolete.clear()
            catalogues.write_catalogue(catalogue, catalogues.path_of(language.code))
    click.echo(f"{len(template)} sentences")


@cli.command("outage-page")
def outage_page() -> None:
    """Write the pages that nginx shows while the app is away, and for what is too large, from the catalogues."""
    with current_app.test_request_context():
        for name, said in outages.STATIC.items():
            (DEPLOY / name).write_text(outages.static_page(said), encoding="utf-8")
            click.echo(name)


@cli.command("derive")
def derive() -> None:
    """Make the catalogues and the guides that are derived from others."""
    for language in languages.translated():
        if language.derived is not None:
            made = derived(language.code, language.derived)
            catalogues.write_catalogue(made, catalogues.path_of(language.code))
            guides = derived_guides(language.code, language.derived)
            for path, text in guides.items():
                path.write_text(text, encoding="utf-8")
            click.echo(f"{language.code}: {len(made)} sentences, {len(guides)} guides")


def derived_guides(code: str, how: languages.Derivation) -> dict[Path, str]:
    """Return the guides of a language as they follow from its source's, by their files. Pictures are those of the language."""
    found = {}
    for path in sorted(GUIDES.glob(f"*.{how.source}.md")):
        lines = path.read_text(encoding="utf-8").split("\n")
        text = "\n".join(derivation.derived(line, how) for line in lines)
        found[path.with_name(path.name.replace(how.source, code))] = text.replace(f".{how.source}.", f".{code}.")
    return found


def derived(code: str, how: languages.Derivation) -> Catalog:
    """Return the catalogue of a language as it follows from its source's."""
    made = catalogues.new(code)
    for message in catalogues.read_catalogue(how.source):
        if message.id:
            parts = tuple(derivation.derived(part, how) for part in catalogues.forms(message))
            string = parts[0] if isinstance(message.string, str) else parts
            made.add(message.id, string=string, locations=message.locations)
    return made


@cli.command("compile")
def compile_all() -> None:
    """Write the .mo files the app reads."""
    catalogues.compile_all()
