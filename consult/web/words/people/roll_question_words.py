"""The sentences of the questions that a roll asks, and of the answers to choose from."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.people.roles import Role
from consult.domain.people.roll import questions as asking
from consult.domain.people.roll.places import AS, codes_of_day
from consult.domain.people.roll.questions import Question, QuestionKind
from consult.web.words.refusal_words import ROLES

TITLES: dict[QuestionKind, LazyString] = {
    QuestionKind.GROUP_OF_SHEET: _l("Which villager group do these rows belong to?"),
    QuestionKind.CODE_DAY: _l("The spreadsheet made a date of a number. Which number was it?"),
    QuestionKind.GROUP_NAME: _l("A group that is written otherwise, or a new one?"),
    QuestionKind.HOUSES_BY_HEAD: _l("Households have no number here. Does one begin at each head of a household?"),
    QuestionKind.ROW_HOUSEHOLD: _l("These rows have no household number."),
    QuestionKind.HOUSE_CODE: _l("A household number written otherwise: is it the same household?"),
    QuestionKind.HOUSE_IN_GROUPS: _l("One household number stands in several groups. Is it one household?"),
    QuestionKind.HOUSE_GROUP: _l("The roll has this household number in another group."),
    QuestionKind.ROW_NAME: _l("These rows have no name that can be read."),
    QuestionKind.NAME_CHARACTERS: _l("Is the name right? It has characters that look otherwise on other machines."),
    QuestionKind.ROW_BORN: _l("When were they born? What is written is no date."),
    QuestionKind.BORN_CENTURY: _l("In which century were they born?"),
    QuestionKind.BORN_TWO: _l("The date of birth is not the one in the identity number. Which is right?"),
    QuestionKind.BORN_DAY: _l("Only the month of birth is written. On which day?"),
    QuestionKind.DEATH: _l("Has this person died?"),
    QuestionKind.OFFICE_WORD: _l("Which office is this?"),
    QuestionKind.PARTY_WORD: _l("Is this a full member of the Party, with a vote?"),
    QuestionKind.MEMBER_WORD: _l("Is this a member of the collective?"),
    QuestionKind.HEAD_WORD: _l("Is this the head of the household?"),
    QuestionKind.PHONE: _l("These phone numbers cannot be read."),
    QuestionKind.DOUBLE: _l("Two rows: one person, or two?"),
    QuestionKind.TWO_HEADS: _l("One household has more than one head. Who is it?"),
    QuestionKind.NAME_DIFFERS: _l("The name is another one than before. The same person?"),
    QuestionKind.BORN_DIFFERS: _l("The date of birth is another one than before. The same person?"),
    QuestionKind.HOUSE_DIFFERS: _l("The household is another one than before. The same person?"),
    QuestionKind.WHO_IS_IT: _l("Who of the roll is this?"),
}

LINES: dict[QuestionKind, LazyString] = {
    QuestionKind.GROUP_OF_SHEET: _l("Sheet “%(sheet)s”: “%(group)s”"),
    QuestionKind.CODE_DAY: _l("“%(day)s”"),
    QuestionKind.GROUP_NAME: _l("“%(group)s”, %(number)s people"),
    QuestionKind.HOUSES_BY_HEAD: _l("Sheet “%(sheet)s”"),
    QuestionKind.ROW_HOUSEHOLD: _l("%(name)s"),
    QuestionKind.HOUSE_CODE: _l("%(group)s: “%(code)s”, before it was “%(like)s”"),
    QuestionKind.HOUSE_IN_GROUPS: _l("Household %(code)s: %(groups)s"),
    QuestionKind.HOUSE_GROUP: _l("Household %(code)s: %(before)s before, %(group)s in the file"),
    QuestionKind.ROW_NAME: _l("“%(name)s”"),
    QuestionKind.NAME_CHARACTERS: _l("%(name)s"),
    QuestionKind.ROW_BORN: _l("%(name)s: “%(written)s”"),
    QuestionKind.BORN_CENTURY: _l("%(name)s: “%(written)s”"),
    QuestionKind.BORN_TWO: _l("%(name)s: %(cell)s in the column, %(identity)s in the identity number"),
    QuestionKind.BORN_DAY: _l("%(name)s: %(month)s"),
    QuestionKind.DEATH: _l("%(name)s: “%(written)s”"),
    QuestionKind.OFFICE_WORD: _l("“%(word)s”"),
    QuestionKind.PARTY_WORD: _l("“%(word)s”"),
    QuestionKind.MEMBER_WORD: _l("“%(word)s”"),
    QuestionKind.HEAD_WORD: _l("“%(word)s”"),
    QuestionKind.PHONE: _l("%(name)s: “%(written)s”"),
    QuestionKind.DOUBLE: _l("%(first)s (first row); %(second)s (second row)"),
    QuestionKind.TWO_HEADS: _l("%(group)s, household %(code)s: %(heads)s"),
    QuestionKind.NAME_DIFFERS: _l("%(before_house)s: %(before_name)s before, %(name)s in the file"),
    QuestionKind.BORN_DIFFERS: _l("%(name)s: %(before_born)s before, %(born)s in the file"),
    QuestionKind.HOUSE_DIFFERS: _l("%(name)s: %(before_house)s before, %(house)s in the file"),
    QuestionKind.WHO_IS_IT: _l("%(name)s"),
}

EMPTY: dict[QuestionKind, LazyString] = {QuestionKind.ROW_BORN: _l("%(name)s: nothing is written")}
"""What stands there instead of the line of a question whose cell is empty."""

LEAVE = _l("leave this row out")
YES, NO = _l("yes"), _l("no")
ANSWERS: dict[tuple[QuestionKind, str], LazyString] = {
    (QuestionKind.GROUP_OF_SHEET, asking.WRITTEN): _l("this is the group"),
    (QuestionKind.CODE_DAY, asking.WRITTEN): _l("it is as it is written"),
    (QuestionKind.GROUP_NAME, asking.WRITTEN): _l("a group of its own"),
    (QuestionKind.HOUSES_BY_HEAD, asking.HEADS): _l("yes, and number the households"),
    (QuestionKind.ROW_HOUSEHOLD, asking.LEAVE): LEAVE,
    (QuestionKind.HOUSE_CODE, asking.LIKE): _l("the same household"),
    (QuestionKind.HOUSE_CODE, asking.WRITTEN): _l("another household"),
    (QuestionKind.HOUSE_IN_GROUPS, asking.APART): _l("each group has a household of its own"),
    (QuestionKind.HOUSE_GROUP, asking.MOVED): _l("the same household, now in the group of the file"),
    (QuestionKind.HOUSE_GROUP, asking.APART): _l("another household, which has the same number"),
    (QuestionKind.ROW_NAME, asking.LEAVE): LEAVE,
    (QuestionKind.NAME_CHARACTERS, asking.WRITTEN): _l("it is right"),
    (QuestionKind.ROW_BORN, asking.LEAVE): LEAVE,
    (QuestionKind.BORN_TWO, asking.CELL): _l("the one in the column"),
    (QuestionKind.BORN_TWO, asking.IDENTITY): _l("the one in the identity number"),
    (QuestionKind.BORN_DAY, asking.FIRST): _l("take the first day of the month"),
    (QuestionKind.DEATH, asking.DEAD): _l("has died: leave the row out"),
    (QuestionKind.DEATH, asking.ALIVE): _l("is alive: take the row in"),
    (QuestionKind.OFFICE_WORD, asking.NONE): _l("no office here"),
    (QuestionKind.PARTY_WORD, asking.YES): YES,
    (QuestionKind.PARTY_WORD, asking.NO): NO,
    (QuestionKind.MEMBER_WORD, asking.YES): YES,
    (QuestionKind.MEMBER_WORD, asking.NO): NO,
    (QuestionKind.HEAD_WORD, asking.YES): YES,
    (QuestionKind.HEAD_WORD, asking.NO): NO,
    (QuestionKind.PHONE, asking.EMPTY): _l("leave the phone number empty"),
    (QuestionKind.DOUBLE, asking.FIRST): _l("one person: keep the first row"),
    (QuestionKind.DOUBLE, asking.SECOND): _l("one person: keep the second row"),
    (QuestionKind.DOUBLE, asking.BOTH): _l("two persons"),
    (QuestionKind.NAME_DIFFERS, asking.SAME): _l("the same person, with the name of the file"),
    (QuestionKind.NAME_DIFFERS, asking.KEEP): _l("the same person, with the name as before"),
    (QuestionKind.NAME_DIFFERS, asking.OTHER): _l("somebody else, who is new"),
    (QuestionKind.BORN_DIFFERS, asking.SAME): _l("the same person"),
    (QuestionKind.BORN_DIFFERS, asking.OTHER): _l("somebody else, who is new"),
    (QuestionKind.HOUSE_DIFFERS, asking.SAME): _l("the same person"),
    (QuestionKind.HOUSE_DIFFERS, asking.OTHER): _l("somebody else, who is new"),
    (QuestionKind.WHO_IS_IT, asking.OTHER): _l("somebody else, who is new"),
}

TYPED: dict[QuestionKind, LazyString] = {
    QuestionKind.GROUP_OF_SHEET: _l("Or type the group"),
    QuestionKind.CODE_DAY: _l("Or type the number"),
    QuestionKind.ROW_HOUSEHOLD: _l("Or type the household number"),
    QuestionKind.ROW_NAME: _l("Or type the name"),
    QuestionKind.NAME_CHARACTERS: _l("Or type the name"),
    QuestionKind.ROW_BORN: _l("Or type the date of birth"),
    QuestionKind.BORN_DAY: _l("Or type the date of birth"),
    QuestionKind.PHONE: _l("Or type the phone number"),
    QuestionKind.TWO_HEADS: _l("Two households? Type a number for the second, which begins at its head"),
}
"""What may be typed instead of an answer."""


def line(question: Question) -> str:
    """Return what one question is about."""
    empty = not question.shown.get("written", "-").strip()
    return str(EMPTY.get(question.kind, LINES[question.kind]) if empty else LINES[question.kind]) % question.shown


def answer(question: Question, option: str) -> str:
    """Return one answer to choose, in words."""
    if option in question.shown:
        named = question.shown[option]
        return str(gettext("%(name)s is the head", name=named)) if question.kind is QuestionKind.TWO_HEADS else named
    if question.kind is QuestionKind.CODE_DAY and option != asking.WRITTEN:
        return codes_of_day(question.shown["day"])[option]
    if question.kind is QuestionKind.BORN_CENTURY:
        first, second = question.shown["first"], question.shown["second"]
        return first if first.startswith(option[:2]) else second
    if option.startswith(AS):
        return _as_named(question.kind, option.removeprefix(AS))
    return _of_kind(question.kind, option)


def for_all(kind: QuestionKind, option: str) -> str:
    """Return an answer for all questions of a kind, in words."""
    if kind is QuestionKind.CODE_DAY:
        return str(gettext("month and day, such as 6-4"))
    if kind is QuestionKind.BORN_CENTURY:
        return str(gettext("in the years after %(year)s", year=option))
    if kind is QuestionKind.GROUP_NAME and option == asking.LIKE:
        return str(gettext("each is the group that it looks like"))
    if kind is QuestionKind.GROUP_NAME:
        return str(gettext("each is a group of its own"))
    return _of_kind(kind, option)


def _as_named(kind: QuestionKind, name: str) -> str:
    if kind is QuestionKind.GROUP_NAME:
        return str(gettext("the same as “%(name)s”", name=name))
    if kind is QuestionKind.HOUSE_IN_GROUPS:
        return str(gettext("one household, of %(name)s", name=name))
    return name


def _of_kind(kind: QuestionKind, option: str) -> str:
    words: Mapping[tuple[QuestionKind, str], LazyString] = ANSWERS
    if (kind, option) in words:
        return str(words[kind, option])
    return str(ROLES[Role(option)])
