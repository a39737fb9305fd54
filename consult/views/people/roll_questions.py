"""The form of a roll's questions: what stands in it, and what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from consult.domain.form_errors import too_long
from consult.domain.people.roll.questions import (
    FOR_ALL,
    LONGEST_TYPED,
    TYPED,
    Question,
    QuestionKind,
    key_for_all,
    key_of,
)
from consult.web.words import code_words
from consult.web.words.people import roll_question_words, roll_words

MOST_SHOWN = 100
"""So many questions of one kind stand on the page at a time; an answer for all covers the others too."""


@dataclass(frozen=True)
class QuestionField:
    """One question in the form."""

    id: str
    sentence: str
    where: Sequence[str]
    options: Sequence[tuple[str, str]]
    chosen: str
    label: str
    """Of the field for words; empty where nothing is typed."""
    typed: str
    mistake: str
    """What is wrong with the words; empty where nothing is."""
    remembered: bool


@dataclass(frozen=True)
class QuestionSection:
    """The questions of one kind."""

    kind: str
    id: str
    """Of its heading on the page."""
    title: str
    number: int
    for_all: Sequence[tuple[str, str]]
    chosen: str
    fields: Sequence[QuestionField]

    @property
    def more(self) -> int:
        """Return how many questions do not stand on the page."""
        return self.number - len(self.fields)


def sections(
    questions: Sequence[Question], sheets: Sequence[str], answers: Mapping[str, str], *, answered: bool
) -> Sequence[QuestionSection]:
    """Return the questions with an answer, or those without, by their kinds in the order in which a roll is settled.

    An answer for all of a kind is asked for once: with the questions without an answer, where there are any.
    """
    by_kind: dict[QuestionKind, list[Question]] = {kind: [] for kind in QuestionKind}
    open_kinds = {question.kind for question in questions if question.answer is None}
    for question in questions:
        if (question.answer is not None) is answered:
            by_kind[question.kind].append(question)
    return [
        _section(kind, of_kind, sheets, answers, several=len(of_kind) > 1 and not (answered and kind in open_kinds))
        for kind, of_kind in by_kind.items()
        if of_kind
    ]


def _section(
    kind: QuestionKind,
    questions: Sequence[Question],
    sheets: Sequence[str],
    answers: Mapping[str, str],
    *,
    several: bool,
) -> QuestionSection:
    return QuestionSection(
        kind=kind.value,
        id=f"{kind.value}-{'answered' if questions[0].answer is not None else 'open'}",
        title=str(roll_question_words.TITLES[kind]),
        number=len(questions),
        for_all=[(one, roll_question_words.for_all(kind, one)) for one in FOR_ALL.get(kind, ())] if several else [],
        chosen=answers.get(key_for_all(kind), ""),
        fields=[_field(question, sheets, answers) for question in questions[:MOST_SHOWN]],
    )


def _field(question: Question, sheets: Sequence[str], answers: Mapping[str, str]) -> QuestionField:
    own = answers.get(key_of(question.kind, *question.subject), "")
    typed = own.removeprefix(TYPED) if own.startswith(TYPED) else ""
    return QuestionField(
        id=question.id,
        sentence=roll_question_words.line(question),
        where=[
            _("%(name)s (%(why)s)", name=name, why=roll_words.place(row, sheets))
            if name
            else roll_words.place(row, sheets)
            for row, name in list(zip(question.rows, question.names, strict=True))[:5]
        ],
        options=[(option, roll_question_words.answer(question, option)) for option in question.options],
        chosen=question.answer if question.remembered and question.answer else own,
        label=str(roll_question_words.TYPED[question.kind]) if question.takes_words else "",
        typed=typed,
        mistake=_mistake(question),
        remembered=question.remembered,
    )


def _mistake(question: Question) -> str:
    if not question.typed or question.answer is not None:
        return ""
    if len(question.typed) > LONGEST_TYPED:
        return code_words.sentence_of(too_long(question.typed, LONGEST_TYPED))
    return str(_("This cannot be taken here. Type it otherwise, or choose an answer."))


def mistakes_of(*asked: Sequence[QuestionSection]) -> dict[str, str]:
    """Return the sentences of what was typed and cannot be taken, by the ids of the fields."""
    fields = [field for sections in asked for section in sections for field in section.fields]
    return {f"t-{field.id}": field.mistake for field in fields if field.mistake}


def has_words(answers: Mapping[str, str]) -> bool:
    """Tell whether something was typed: only that may be no answer."""
    return any(one.startswith(TYPED) for one in answers.values())


def given(form: Mapping[str, str], questions: Sequence[Question]) -> dict[str, str]:
    """Return the answers of a form by the keys of their questions; empty for one that was taken back."""
    answers: dict[str, str] = {}
    for kind in {question.kind for question in questions}:
        if (chosen := form.get(f"all-{kind.value}")) is not None and chosen in ("", *FOR_ALL.get(kind, ())):
            answers[key_for_all(kind)] = chosen
    for question in questions:
        key = key_of(question.kind, *question.subject)
        chosen, words = form.get(f"q-{question.id}"), form.get(f"t-{question.id}", "").strip()
        if words and question.takes_words:
            answers[key] = TYPED + words
        elif chosen is not None and chosen in ("", *question.options):
            answers[key] = chosen
    return answers
