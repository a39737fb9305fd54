"""What waits for an officer: its sentence in the reader's language, what it is about, and the page with its very form."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from consult.domain.law.rule_changes import RuleKind
from consult.domain.people.owed import Owed
from consult.domain.people.second_factors import FactorChange
from consult.domain.people.waiting import TWO_PERSONS, Wait
from consult.domain.polls.change_requests import ChangeKind
from consult.domain.talk.council_requests import CouncilAct
from consult.services.site.waiting import WaitingThing
from consult.web import filters
from consult.web.words import code_words, council_words
from consult.web.words.people import right_words

SENTENCES: dict[Wait, LazyString] = {
    Wait.ADDITION: _l("Confirm as the second person: somebody is added to the roll of a meeting"),
    Wait.TASK_CHANGE: _l("Confirm as the second person: more money than was decided"),
    Wait.LATE_MARKS: _l("Confirm as the second person: marks made or undone after the close, with the signed list"),
    Wait.MERGER: _l("Confirm as the second person: a proposal goes on as part of another"),
    Wait.WORK: _l("Look at the work, and accept it or send it back"),
    Wait.APPEAL: _l("Decide an appeal: words of somebody were hidden"),
    Wait.ROLL_APPEAL: _l("Answer an appeal: somebody is not on the roll of a vote"),
    Wait.ROLL_REFUSAL: _l("Confirm as the second person: an appeal about the roll is refused"),
    Wait.FURTHER_VOTE: _l("Confirm as the second person: the same matter is voted on again"),
    Wait.LETTER: _l("Look at a letter of proxy: its vote does not count before"),
    Wait.CONTEST: _l("Decide with another: somebody says of a vote that it is not so"),
    Wait.COUNT: _l("Count the paper ballots or the hands"),
    Wait.DECLARE: _l("Declare the result"),
    Wait.LOOK_INTO: _l("Look into a vote that does not add up"),
    Wait.ANSWER: _l("Answer the proposal"),
    Wait.OBJECTION: _l("Answer what somebody says against a notice"),
    Wait.DATA_REQUEST: _l("Answer a request about one's own data"),
    Wait.PETITION: _l("Call the meeting: enough have signed"),
    Wait.HELD: _l("Say what became of the meeting: its day is over"),
    Wait.MINUTES: _l("Confirm the minutes as the chair"),
    Wait.RESULT: _l("Post what became of it: all work is accepted"),
    Wait.LATE: _l("A task is past its day: ask how it goes"),
}
LATE: dict[Owed, LazyString] = {
    Owed.ANSWER: _l("The council has not answered a proposal in time"),
    Owed.OBJECTION: _l("An objection to a notice was not answered in time"),
    Owed.PETITION: _l("A meeting that enough have signed for was not called in time"),
    Owed.DATA_REQUEST: _l("A request about one's own data was not answered in time"),
    Owed.APPEAL: _l("An appeal about hidden words was not decided in time"),
    Owed.REPORT: _l("Nobody looked in time at words that were reported"),
    Owed.CONTEST: _l("What was said against a vote was not decided in time"),
    Owed.LETTER: _l("Nobody looked in time at a letter of proxy"),
}
CHANGES: dict[ChangeKind, LazyString] = {
    ChangeKind.EXTENSION: _l("Confirm as the second person: the vote goes on longer"),
    ChangeKind.ADDITION: _l("Confirm as the second person: somebody is added to the roll of a vote"),
    ChangeKind.CANCELLATION: _l("Confirm as the second person: the vote is cancelled"),
    ChangeKind.ANNULMENT: _l("Confirm as the second person: a body above annulled the vote"),
}
RULES: dict[RuleKind, LazyString] = {
    RuleKind.CHARTER: _l("Confirm as the second person: a rule of the charter"),
    RuleKind.COLLECTIVE: _l("Confirm as the second person: a collective organisation"),
    RuleKind.VOTER: _l("Confirm as the second person: who votes in the collective"),
}
FACTORS: dict[FactorChange, LazyString] = {
    FactorChange.RESET: _l("Confirm as the second person: a lost second proof ends"),
    FactorChange.REQUIRE: _l("Confirm as the second person: officers need a second proof"),
    FactorChange.RELEASE: _l("Confirm as the second person: officers need no second proof any more"),
}


@dataclass(frozen=True)
class Line:
    """A line of the list: what is to be done, about what, by when, and where."""

    kind: Wait
    sentence: str
    about: str
    language: str
    """Of `about`; empty: the reader's."""
    by: str
    """By when; empty: no day."""
    overdue: bool
    address: str

    @property
    def takes_two(self) -> bool:
        """Tell whether somebody else has done the first half."""
        return self.kind in TWO_PERSONS


def lines(things: list[WaitingThing]) -> list[Line]:
    """Return a line for each thing; all that one roll asks for makes one line, where its first change stands."""
    found, seen = [], set[int]()
    for one in things:
        if one.kind is Wait.RIGHT and (roll := one.row.place) is not None:
            if roll in seen:
                continue
            seen.add(roll)
            many = sum(other.kind is Wait.RIGHT and other.row.place == roll for other in things)
            found.append(_line(one, of_roll=many))
        else:
            found.append(_line(one))
    return found


def _line(one: WaitingThing, *, of_roll: int = 0) -> Line:
    row = one.row
    return Line(
        kind=one.kind,
        sentence=_sentence(one, of_roll),
        about=_about(one, of_roll),
        language=row.language or "",
        by=_by(one),
        overdue=one.overdue,
        address=address(one.kind, row.id, place=row.place, detail=row.detail or ""),
    )


def _sentence(one: WaitingThing, of_roll: int) -> str:
    row = one.row
    if one.kind is Wait.POLL_CHANGE:
        return str(CHANGES[ChangeKind(row.detail)])
    if one.kind is Wait.RIGHT:
        if of_roll > 1:
            many = ngettext(
                "Confirm as the second person: %(n)s change of a new roll",
                "Confirm as the second person: %(n)s changes of a new roll",
                of_roll,
                n=of_roll,
            )
            return str(many)
        what = right_words.named(row.detail, row.role or "")
        return str(_("Confirm as the second person: %(what)s", what=what))
    if one.kind is Wait.RULE:
        return str(RULES[RuleKind(row.detail)])
    if one.kind is Wait.COUNCIL:
        return str(council_words.SENTENCES[CouncilAct(row.detail)])
    if one.kind is Wait.FACTOR:
        return str(FACTORS[FactorChange(row.detail)])
    return _other_sentence(one)


def _other_sentence(one: WaitingThing) -> str:
    row = one.row
    if one.kind is Wait.BASIS:
        return str(_("Confirm as the second person: whether phone votes are formal"))
    if one.kind is Wait.CLOCK:
        if row.asked_by is not None:
            return str(_("Confirm as the second person: the clock is right"))
        return str(_("Say whether the clock is right: nothing is opened or counted before"))
    if one.kind is Wait.SHEET:
        first = row.detail == "first"
        return str(_("Enter the count sheet") if first else _("Enter the count sheet as the second counter"))
    if one.kind is Wait.OVERDUE:
        return str(LATE[Owed(row.detail)])
    if one.kind is Wait.REPORT:
        said = ngettext(
            "Look at %(n)s remark that was reported", "Look at %(n)s remarks that were reported", row.place, n=row.place
        )
        return str(said)
    if one.kind is Wait.QUESTIONS:
        return str(ngettext("Answer %(n)s question", "Answer %(n)s questions", row.place, n=row.place))
    return str(SENTENCES[one.kind])


def _about(one: WaitingThing, of_roll: int) -> str:
    if one.kind is Wait.RULE and one.row.role:
        return str(code_words.body(one.row.role))
    if one.kind is Wait.BASIS:
        return str(code_words.body(one.row.detail))
    return "" if of_roll > 1 else str(one.row.title or "")


def _by(one: WaitingThing) -> str:
    if one.due is None:
        return ""
    day, late = filters.day(one.due), filters.days_late(one.due)
    if not one.overdue:
        return str(_("do it by %(day)s", day=day))
    return str(
        ngettext("it was due by %(day)s, %(n)s day ago", "it was due by %(day)s, %(n)s days ago", late, n=late, day=day)
    )


def address(kind: Wait, row_id: int, *, place: int | None, detail: str) -> str:
    """Return the address of the form by which it is done. `place`, `detail`: as in models.site.waiting_queries."""
    at = {
        Wait.POLL_CHANGE: lambda: url_for("poll_changes.index", poll_id=place, _anchor=f"change-{row_id}"),
        Wait.ADDITION: lambda: url_for("doors.show", meeting_id=place, _anchor=f"addition-{row_id}"),
        Wait.FURTHER_VOTE: lambda: url_for("further_votes.index", consultation_id=place, _anchor=f"request-{row_id}"),
        Wait.ROLL_REFUSAL: lambda: url_for("roll_appeals.desk", poll_id=place, _anchor=f"refusal-{row_id}"),
        Wait.ROLL_APPEAL: lambda: url_for("roll_appeals.desk", poll_id=place, _anchor=f"appeal-{row_id}"),
        Wait.RIGHT: lambda: url_for("rights.index", _anchor=f"right-{row_id}"),
        Wait.RULE: lambda: url_for("own_rules.index", _anchor=f"rule-{row_id}"),
        Wait.FACTOR: lambda: url_for("second_factors.changes", _anchor=f"factor-{row_id}"),
        Wait.BASIS: lambda: url_for("standings.index", _anchor=f"asked-{detail}"),
        Wait.TASK_CHANGE: lambda: url_for("tasks.show", task_id=place, _anchor=f"change-{row_id}"),
        Wait.COUNCIL: lambda: url_for("council_requests.index", _anchor=f"request-{row_id}"),
        Wait.MERGER: lambda: url_for("mergers.show", request_id=row_id, _anchor="confirm"),
        Wait.OVERDUE: lambda: _late_address(Owed(detail), row_id, place),
        Wait.CLOCK: lambda: url_for("clocks.show"),
        Wait.LATE_MARKS: lambda: url_for("late_marks.index", poll_id=place, _anchor=f"late-{row_id}"),
        Wait.SHEET: lambda: url_for("count_sheets.show", poll_id=place, sheet_id=row_id),
        Wait.WORK: lambda: url_for("tasks.show", task_id=place, _anchor="look"),
        Wait.APPEAL: lambda: url_for("hidings.show", hiding_id=row_id),
        Wait.LETTER: lambda: url_for("letters.index", poll_id=place, _anchor=f"letter-{row_id}"),
        Wait.CONTEST: lambda: url_for("contests.index", poll_id=place, _anchor=f"contest-{row_id}"),
        Wait.COUNT: lambda: url_for("count_sheets.index", poll_id=place),
        Wait.DECLARE: lambda: url_for("polls.show", poll_id=place),
        Wait.LOOK_INTO: lambda: url_for("polls.show", poll_id=place),
        Wait.ANSWER: lambda: url_for("steerings.show", consultation_id=row_id),
        Wait.OBJECTION: lambda: url_for("notices.show", notice_id=place, _anchor="objections"),
        Wait.DATA_REQUEST: lambda: url_for("data_requests.index", _anchor=f"request-{row_id}"),
        Wait.PETITION: lambda: url_for("petitions.show", petition_id=row_id),
        Wait.HELD: lambda: url_for("meetings.show", meeting_id=place, _anchor="held"),
        Wait.MINUTES: lambda: url_for("minutes.show", meeting_id=place),
        Wait.RESULT: lambda: url_for("four_deliberations.show", consultation_id=row_id),
        Wait.REPORT: lambda: url_for("hidings.index"),
        Wait.QUESTIONS: lambda: url_for("comments.index", consultation_id=row_id, sort="unanswered"),
        Wait.LATE: lambda: url_for("tasks.show", task_id=place),
    }
    return at[kind]()


def _late_address(kind: Owed, row_id: int, place: int | None) -> str:
    """Return the page on which everybody, or those who watch over it, see that something is late."""
    if kind is Owed.ANSWER:
        return url_for("consultations.show", consultation_id=row_id)
    if kind is Owed.OBJECTION:
        return url_for("notices.show", notice_id=place, _anchor="objections")
    if kind is Owed.PETITION:
        return url_for("petitions.show", petition_id=row_id)
    if kind is Owed.CONTEST:
        return url_for("contests.index", poll_id=place)
    if kind is Owed.LETTER:
        return url_for("letters.index", poll_id=place)
    if kind is Owed.DATA_REQUEST:
        return url_for("home.waiting")
    return url_for("hidings.index")


def address_of_line(waits: str, subject: str, facts: dict[str, Any]) -> str:
    """Return where a line of the inbox leads that asks for a second person: the same form as on the front page."""
    kind, row_id = Wait(waits), int(subject.rpartition(":")[2])
    if subject.startswith("waits_roll:"):
        return url_for("rights.index")
    place = facts.get("poll") or facts.get("meeting") or facts.get("task") or facts.get("matter")
    return address(kind, row_id, place=int(place) if place else None, detail=str(facts.get("body", "")))
