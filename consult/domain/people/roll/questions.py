"""The questions of a roll: each has a kind and a subject, so that one answer covers all rows alike."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class QuestionKind(StrEnum):
    """The kinds of questions; the subject of each stands beside it."""

    GROUP_OF_SHEET = "group_of_sheet"
    """Sheet, heading inside it: the group of rows that have no column for it."""
    CODE_DAY = "code_day"
    """Day: the code of which the spreadsheet made a date."""
    GROUP_NAME = "group_name"
    """Name: another way to write a group, or a new group."""
    HOUSES_BY_HEAD = "houses_by_head"
    """Sheet: households have no number; one begins at each head."""
    ROW_HOUSEHOLD = "row_household"
    """Row: its household stands nowhere."""
    HOUSE_CODE = "house_code"
    """Group, code: another way to write the number of a household."""
    HOUSE_IN_GROUPS = "house_in_groups"
    """Code: it stands in several groups."""
    HOUSE_GROUP = "house_group"
    """Code, group: the roll has the household in another group."""
    ROW_NAME = "row_name"
    NAME_CHARACTERS = "name_characters"
    """Row: the name has characters that nobody sees, or of somebody's own font."""
    ROW_BORN = "row_born"
    BORN_CENTURY = "born_century"
    BORN_TWO = "born_two"
    """Row: the date of birth is another one than the one in the identity number."""
    BORN_DAY = "born_day"
    """Row: only the month of birth is written."""
    DEATH = "death"
    """Row: something in it may say that the person has died."""
    OFFICE_WORD = "office_word"
    PARTY_WORD = "party_word"
    MEMBER_WORD = "member_word"
    HEAD_WORD = "head_word"
    """Word of a column, which the table of exact words does not know."""
    PHONE = "phone"
    DOUBLE = "double"
    """Two rows that may be one person."""
    TWO_HEADS = "two_heads"
    """Household: more than one row of it is the head."""
    NAME_DIFFERS = "name_differs"
    BORN_DIFFERS = "born_differs"
    HOUSE_DIFFERS = "house_differs"
    """Row, person: two of name, birth and household are those of somebody on the roll."""
    WHO_IS_IT = "who_is_it"
    """Row: more than one on the roll may be this person."""


class WordKind(StrEnum):
    """The questions about words of a column. What the clerk answers holds for the village's next rolls too."""

    OFFICE = QuestionKind.OFFICE_WORD.value
    PARTY = QuestionKind.PARTY_WORD.value
    MEMBER = QuestionKind.MEMBER_WORD.value
    HEAD = QuestionKind.HEAD_WORD.value


WRITTEN, LIKE, LEAVE, EMPTY, FIRST = "written", "like", "leave", "empty", "first"
APART, MOVED, YES, NO, NONE, HEADS = "apart", "moved", "yes", "no", "none", "heads"
DEAD, ALIVE, BOTH, SECOND, SAME, KEEP, OTHER = "dead", "alive", "both", "second", "same", "keep", "other"
CELL, IDENTITY = "cell", "identity"
TYPED = "typed:"
"""How an answer begins that the clerk typed."""
LONGEST_TYPED = 60
"""Characters: what is longer is no answer, and is told so."""

FOR_ALL: Mapping[QuestionKind, tuple[str, ...]] = {
    QuestionKind.CODE_DAY: ("month_day",),
    QuestionKind.ROW_HOUSEHOLD: (LEAVE,),
    QuestionKind.HOUSES_BY_HEAD: (HEADS,),
    QuestionKind.GROUP_OF_SHEET: (WRITTEN,),
    QuestionKind.GROUP_NAME: (LIKE, WRITTEN),
    QuestionKind.HOUSE_CODE: (LIKE, WRITTEN),
    QuestionKind.HOUSE_IN_GROUPS: (APART,),
    QuestionKind.HOUSE_GROUP: (MOVED, APART),
    QuestionKind.ROW_NAME: (LEAVE,),
    QuestionKind.NAME_CHARACTERS: (WRITTEN,),
    QuestionKind.ROW_BORN: (LEAVE,),
    QuestionKind.BORN_CENTURY: ("1900", "2000"),
    QuestionKind.BORN_TWO: (CELL, IDENTITY),
    QuestionKind.BORN_DAY: (FIRST,),
    QuestionKind.DEATH: (DEAD, ALIVE),
    QuestionKind.OFFICE_WORD: (NONE,),
    QuestionKind.PARTY_WORD: (NO,),
    QuestionKind.PHONE: (EMPTY,),
    QuestionKind.DOUBLE: (FIRST, SECOND, BOTH),
    QuestionKind.NAME_DIFFERS: (SAME, KEEP, OTHER),
    QuestionKind.BORN_DIFFERS: (SAME, OTHER),
    QuestionKind.HOUSE_DIFFERS: (SAME, OTHER),
}
"""The answers that may be given once for all questions of a kind; one question may still be answered otherwise."""


RANKS: Mapping[QuestionKind, int] = {
    kind: rank
    for rank, kinds in enumerate(
        (
            (QuestionKind.GROUP_OF_SHEET, QuestionKind.CODE_DAY),
            (QuestionKind.GROUP_NAME, QuestionKind.HOUSES_BY_HEAD, QuestionKind.ROW_HOUSEHOLD),
            (QuestionKind.HOUSE_CODE,),
            (QuestionKind.HOUSE_IN_GROUPS, QuestionKind.HOUSE_GROUP),
            (QuestionKind.DOUBLE, QuestionKind.TWO_HEADS),
            (
                QuestionKind.NAME_DIFFERS,
                QuestionKind.BORN_DIFFERS,
                QuestionKind.HOUSE_DIFFERS,
                QuestionKind.WHO_IS_IT,
            ),
        )
    )
    for kind in kinds
}
"""A question that rests on the answer to one of a lower rank is asked once that one is answered."""


@dataclass
class Question:
    """One question, with the rows that it is about."""

    kind: QuestionKind
    subject: tuple[str, ...]
    options: tuple[str, ...]
    shown: Mapping[str, str]
    """What its sentence names."""
    rows: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    like: str = ""
    """The option that LIKE means when it is given for all: what this one most looks like. Empty: none."""
    takes_words: bool = False
    """The answer may be typed."""
    answer: str | None = None
    typed: str = ""
    """Words that were typed and could not be taken."""
    remembered: bool = False
    """The answer is the one given for the village's roll before."""

    @property
    def id(self) -> str:
        """Return the short name of the question in a form."""
        return hashlib.sha256(key_of(self.kind, *self.subject).encode()).hexdigest()[:12]


def key_of(kind: QuestionKind, *subject: str) -> str:
    """Return the key under which the answer to a question is kept."""
    return "\x1f".join((kind.value, *subject))


def key_for_all(kind: QuestionKind) -> str:
    """Return the key under which the answer for all questions of a kind is kept."""
    return f"{kind.value}\x1f*"


class Questions:
    """The questions that come up while a roll is settled, and the answers to them."""

    def __init__(self, answers: Mapping[str, str], remembered: Mapping[str, str]) -> None:
        self.answers, self.remembered = answers, remembered
        self.asked: dict[str, Question] = {}
        self.lowest = len(RANKS)
        """The lowest rank of a question without an answer."""

    def __iter__(self) -> Iterator[Question]:
        return iter(self.asked.values())

    def ask(
        self,
        question: Question,
        *,
        row: int = 0,
        name: str = "",
        read: Callable[[str], str | None] | None = None,
    ) -> str | None:
        """Return the answer, or None while there is none. The same question for another row adds the row to it.

        `read` makes of typed words what they mean, or None where they cannot be taken.
        """
        key, rank = key_of(question.kind, *question.subject), RANKS.get(question.kind, 0)
        if rank > self.lowest:
            return None
        asked = self.asked.get(key)
        if asked is None:
            asked = self.asked[key] = question
            question.takes_words = read is not None
            self._answer(question, key, read)
            if question.answer is None and question.kind in RANKS:
                self.lowest = min(self.lowest, rank)
        if row:
            asked.rows.append(row)
            asked.names.append(name)
        return asked.answer

    def _answer(self, question: Question, key: str, read: Callable[[str], str | None] | None) -> None:
        given = self.answers.get(key)
        if given is not None and given.startswith(TYPED) and read is not None:
            question.typed = given.removeprefix(TYPED)
            meant = read(question.typed) if len(question.typed) <= LONGEST_TYPED else None
            question.answer = None if meant is None else TYPED + meant
            return
        for_all = self.answers.get(key_for_all(question.kind))
        if for_all == LIKE and question.like:
            for_all = question.like
        for answer in (given, for_all):
            if answer in question.options:
                question.answer = answer
                return
        if self.remembered.get(key) in question.options:
            question.answer, question.remembered = self.remembered[key], True

    def drop_row(self, row: int, kinds: Collection[QuestionKind]) -> None:
        """Take a row out of the questions of these kinds; one about no other row is not asked."""
        for key, question in list(self.asked.items()):
            if question.kind not in kinds or row not in question.rows:
                continue
            kept = [(one, name) for one, name in zip(question.rows, question.names, strict=True) if one != row]
            question.rows, question.names = [one for one, _ in kept], [name for _, name in kept]
            if not kept:
                del self.asked[key]


def typed(answer: str | None) -> str | None:
    """Return what an answer says that was typed, None for one that was chosen."""
    return answer.removeprefix(TYPED) if answer is not None and answer.startswith(TYPED) else None
