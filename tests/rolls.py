"""Rolls in tests: read, staged, answered."""

from collections.abc import Mapping

from flask import Flask

from consult.domain.people.roll.questions import Question, QuestionKind, key_of
from consult.models import RollImport, db
from consult.services.core.acts import Act
from consult.services.people.roll import rolls
from tests.client import Client
from tests.village import Who

USUAL: Mapping[QuestionKind, str] = {
    QuestionKind.NAME_DIFFERS: "same",
    QuestionKind.BORN_DIFFERS: "same",
    QuestionKind.HOUSE_DIFFERS: "same",
    QuestionKind.HOUSE_GROUP: "moved",
    QuestionKind.GROUP_NAME: "written",
    QuestionKind.DOUBLE: "first",
    QuestionKind.BORN_DAY: "first",
    QuestionKind.PHONE: "empty",
    QuestionKind.HOUSE_CODE: "like",
    QuestionKind.HOUSES_BY_HEAD: "heads",
    QuestionKind.GROUP_OF_SHEET: "written",
    QuestionKind.CODE_DAY: "month_day",
    QuestionKind.HOUSE_IN_GROUPS: "apart",
    QuestionKind.HEAD_WORD: "yes",
    QuestionKind.OFFICE_WORD: "none",
    QuestionKind.PARTY_WORD: "no",
    QuestionKind.MEMBER_WORD: "no",
    QuestionKind.DEATH: "dead",
    QuestionKind.NAME_CHARACTERS: "written",
    QuestionKind.ROW_NAME: "leave",
    QuestionKind.ROW_BORN: "leave",
    QuestionKind.ROW_HOUSEHOLD: "leave",
    QuestionKind.BORN_TWO: "identity",
    QuestionKind.BORN_CENTURY: "1900",
}
"""What a clerk says most often."""
FIRST_OFFERED = "first offered"


def answer_all(staged: RollImport, act: Act, **otherwise: str) -> list[Question]:
    """Answer every question of a staged roll, of a kind named in `otherwise` by that; return those answered."""
    answered: list[Question] = []
    while left := rolls.preview(staged).open:
        given = {}
        for one in left:
            said = otherwise.get(one.kind.value, USUAL.get(one.kind, ""))
            said = one.options[0] if said == FIRST_OFFERED else said
            assert said in one.options or said.startswith("typed:"), f"{one.kind}: {said} of {one.options}"
            given[key_of(one.kind, *one.subject)] = said
        rolls.answer(staged, given)
        answered += left
        assert len(answered) < 1000, "the answers lead to no end"
    return answered


def staged_of(path: str) -> RollImport:
    """The staged roll whose page has this address."""
    return db.session.get_one(RollImport, int(path.rstrip("/").rpartition("/")[2]))


def answer_page(app: Flask, clerk: Client, who: Who, path: str, **otherwise: str) -> None:
    """Answer every question of the roll on a page, and open the page again."""
    with app.app_context():
        answer_all(staged_of(path), who.act(), **otherwise)
    assert clerk.get(path).status_code == 200
