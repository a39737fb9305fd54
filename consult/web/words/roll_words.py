"""The sentences of a roll import: what was expected where, and what the clerk should look at."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.people.roll_headers import Column
from consult.domain.people.roll_sheets import Doubt, Expected, Problem, RollQuestion
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
}

EXPECTED: dict[Expected, LazyString] = {
    Expected.HEADER: _l("no sheet has a header row with villager group, household code, name and date of birth"),
    Expected.COLUMN: _l("this column is missing"),
    Expected.GROUP: _l("expected the villager group"),
    Expected.HOUSEHOLD: _l("expected the household code"),
    Expected.NAME: _l("expected a name without figures"),
    Expected.BIRTH_DATE: _l("expected a date, like 1966-07-23 or 1966.7.23"),
    Expected.BIRTH_IN_PAST: _l("expected a date between 1900 and today"),
    Expected.ONE_ROW_A_PERSON: _l("the same household, name and date of birth stand in another row already"),
    Expected.PEOPLE: _l("no people under the header row"),
    Expected.READABLE_FILE: _l("expected a spreadsheet: .xlsx, .xls, .ods or .csv"),
    Expected.SMALLER_FILE: _l("expected a file of up to 20 MB, with at most 20,000 rows and 60 columns"),
    Expected.QUIETER_MOMENT: _l("many files arrive at this moment; send it again in a minute"),
}

DOUBTS: dict[Doubt, LazyString] = {
    Doubt.PHONE_UNREADABLE: _l("the phone number cannot be read; it stays empty"),
    Doubt.OFFICE_UNKNOWN: _l("the office “%(shown)s” is not known; it is left out"),
    Doubt.DAY_OF_BIRTH_MISSING: _l("only the month of birth is given; the first day is taken"),
    Doubt.BIRTH_DATE_DIFFERS: _l("the date of birth differs from before; taken as the same person"),
    Doubt.HOUSEHOLD_DIFFERS: _l("stands in another household than before; taken as the same person"),
    Doubt.AWAITED: _l("is new and does not count yet: it takes a second officer"),
    Doubt.RETURNED: _l("was marked as moved or deceased, and is on the roll again"),
    Doubt.NO_HEAD: _l("household %(shown)s has no head"),
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


def question(found: RollQuestion) -> str:
    words = str(DOUBTS[found.doubt]) % {"shown": found.shown}
    return str(gettext("Row %(row)s, %(name)s: %(doubt)s", row=found.row, name=found.name, doubt=words))


def fields(names: tuple[str, ...]) -> str:
    """Return the changed fields in words."""
    words = {**{c.value: str(w) for c, w in COLUMNS.items()}, "collective_member": str(COLUMNS[Column.COLLECTIVE])}
    return listed(words[name] for name in names)
