"""The sentences of a roll import: what was expected where, what was taken as written, and what was not read."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.people.roll.headers import Column
from consult.domain.people.roll.raw_rows import Unread, line_of, sheet_of
from consult.domain.people.roll.sheets import Expected, Noted, Problem, RollNote
from consult.web.words.lists import listed

COLUMNS: dict[Column, LazyString] = {
    Column.GROUP: _l("villager group"),
    Column.HOUSEHOLD: _l("household code"),
    Column.NAME: _l("name"),
    Column.RELATION: _l("relation to the head"),
    Column.SEX: _l("sex"),
    Column.BORN: _l("date of birth"),
    Column.PHONE: _l("phone"),
    Column.RESIDENCE: _l("residence"),
    Column.OFFICES: _l("offices"),
    Column.PARTY: _l("Party membership"),
    Column.COLLECTIVE: _l("member of the collective"),
    Column.IDENTITY: _l("identity number"),
    Column.HEAD_NAME: _l("name of the head"),
    Column.BORN_YEAR: _l("year of birth"),
    Column.BORN_MONTH: _l("month of birth"),
    Column.BORN_DAY: _l("day of birth"),
}

EXPECTED: dict[Expected, LazyString] = {
    Expected.HEADER: _l("no sheet has a header row with the names and dates of birth of people"),
    Expected.COLUMN: _l("this column is missing"),
    Expected.PEOPLE: _l("no people under the header row"),
    Expected.READABLE_FILE: _l("expected a spreadsheet: .xlsx, .xls, .et, .ods or .csv"),
    Expected.SMALLER_FILE: _l("expected a file of up to 20 MB, with at most 60,000 rows and 60 columns"),
    Expected.QUIETER_MOMENT: _l("many files arrive at this moment; send it again in a minute"),
    Expected.INTERRUPTED: _l("it was not read to its end, or has lain here too long; upload it once more"),
}

NOTES: dict[Noted, LazyString] = {
    Noted.AWAITED: _l("is new and does not count yet: it takes a second officer"),
    Noted.RETURNED: _l("was marked as moved or deceased, and is on the roll again"),
    Noted.NO_HEAD: _l("household %(shown)s has no head"),
    Noted.LEFT_OUT: _l("is left out, as you answered"),
}

UNREAD: dict[str, LazyString] = {
    "row": _l("row: “%(words)s”"),
    "rest": _l("the end of a very long cell: “%(words)s”"),
    "columns": _l("columns: %(words)s"),
    "sheet": _l("the whole sheet, with %(words)s rows: it has no header of a roll"),
}


def problem(found: Problem) -> str:
    """Sheet, row, column and what was expected there."""
    words = str(EXPECTED[found.expected])
    if not found.row:
        return str(gettext("“%(sheet)s”: %(expected)s", sheet=found.sheet, expected=words))
    column = str(COLUMNS[Column(found.column)]) if found.column else ""
    return str(
        gettext(
            "Sheet “%(sheet)s”, row %(row)s, column “%(column)s”: %(expected)s",
            sheet=found.sheet,
            row=found.row,
            column=column,
            expected=words,
        )
    )


def place(row: int, sheets: Sequence[str]) -> str:
    """Return where a row stands: its line, and its sheet where there are several."""
    if len(sheets) < 2:
        return str(gettext("row %(row)s", row=line_of(row)))
    named = sheets[min(sheet_of(row), len(sheets) - 1)]
    return str(gettext("sheet “%(sheet)s”, row %(row)s", sheet=named, row=line_of(row)))


def note(found: RollNote, sheets: Sequence[str]) -> str:
    """Return a note on a row."""
    words = str(NOTES[found.noted]) % {"shown": found.shown}
    return str(
        gettext("%(place)s, %(name)s: %(note)s", place=place(found.row, sheets), name=found.name or "…", note=words)
    )


def unread(found: Unread) -> str:
    """Return what was not read, and where it stands."""
    words = str(UNREAD[found.what]) % {"words": found.words}
    if found.what not in ("row", "rest"):
        return str(gettext("Sheet “%(sheet)s”: %(words)s", sheet=found.sheet, words=words))
    return str(gettext("Sheet “%(sheet)s”, %(line)s: %(words)s", sheet=found.sheet, line=found.line, words=words))


def fields(names: tuple[str, ...], *, back: bool) -> str:
    """Return in words which fields a file changes. `back`: the person had left, and is on the roll again."""
    words = {**{c.value: str(w) for c, w in COLUMNS.items()}, "collective_member": str(COLUMNS[Column.COLLECTIVE])}
    return listed([*([str(gettext("back on the roll"))] if back else []), *(words[name] for name in names)])
