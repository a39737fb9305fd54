"""The words for acts in the council's name: what is asked for, on whose word it stands, and where it is done."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.talk.council_requests import CouncilAct
from consult.models import CouncilRequest, Objection, OfficialAnswer, Poll, db
from consult.models.talk.meeting_bases import MeetingBasis
from consult.services.talk.duty import owed_answers
from consult.web import access, filters
from consult.web.words import code_words, refusal_words, talk_words
from consult.web.words.lists import dotted

SENTENCES: dict[CouncilAct, LazyString] = {
    CouncilAct.ANSWER: _l("Confirm as the second person: the council's answer"),
    CouncilAct.MOVE: _l("Confirm as the second person: a proposal goes to another stage"),
    CouncilAct.OBJECTION: _l("Confirm as the second person: the answer to what somebody says against a notice"),
    CouncilAct.ENDORSEMENT_RULE: _l("Confirm as the second person: how many villagers oblige the council to answer"),
    CouncilAct.EXTENSION: _l("Confirm as the second person: a later day for the council's answer"),
}
"""The lines of the list of what waits."""


def what(request: CouncilRequest) -> str:
    """Return what a request asks for, in one line."""
    facts = request.facts
    if request.kind is CouncilAct.ANSWER:
        return str(_("Answer of the council: %(state)s", state=talk_words.answer_state(facts["state"])))
    if request.kind is CouncilAct.MOVE:
        moved = str(_("On to: %(phase)s", phase=talk_words.phase(facts["phase"])))
        until = (
            _("planned until %(when)s", when=filters.day(date.fromisoformat(facts["until"]))) if facts["until"] else ""
        )
        return dotted((moved, until))
    if request.kind is CouncilAct.OBJECTION:
        return str(_("Answer to what somebody says against a notice"))
    if request.kind is CouncilAct.EXTENSION:
        days_of = {name: filters.day(date.fromisoformat(facts[name])) for name in ("due", "until")}
        return str(_("The answer by %(until)s instead of %(due)s", **days_of))
    needed, days = facts["needed"], facts["days"]
    rule = _(
        "%(n)s villagers who stand behind it oblige the council to answer, within %(days)s days", n=needed, days=days
    )
    town = _("the town is told when it is %(n)s days late", n=facts["town"]) if "town" in facts else ""
    return dotted((rule, town))


def place_of(request: CouncilRequest) -> str:
    """Return the address of the page on which it shows when it is done."""
    if request.consultation_id is not None:
        return url_for("consultations.show", consultation_id=request.consultation_id)
    if request.objection_id is not None:
        notice_id = db.session.get_one(Objection, request.objection_id).notice_id
        return url_for("notices.show", notice_id=notice_id, _anchor="objections")
    return url_for("endorsements.rule")


def on_whose_word(answer: OfficialAnswer) -> str:
    """Return on whose word an answer stands: two officers with their offices, or the item of a meeting."""
    if answer.item is not None:
        item = answer.item
        when = filters.day(item.meeting.closed_at or answer.answered_at)
        return str(_("By the meeting of %(when)s, item %(n)s: %(title)s", when=when, n=item.number, title=item.title))
    if answer.request is None:
        return str(_("On the word of one officer: it is older than the rule of two"))
    return by_two(answer.request)


def by_two(request: Any) -> str:
    """Return who asked and who confirmed, with their offices."""
    step = request.step
    if step is None or step.person is None:
        return ""
    return str(
        _(
            "By two officers: %(first)s (%(office)s) and %(second)s (%(other)s)",
            first=request.asker.name,
            office=refusal_words.role(request.asked_office),
            second=step.person.name,
            other=refusal_words.role(step.done_office),
        )
    )


def work_stands_on(facts: Mapping[str, Any]) -> str:
    """Return on what the work of a result notice stands; empty: the notice is older than this line."""
    if facts.get("poll"):
        poll = db.session.get_one(Poll, facts["poll"])
        declared = poll.declaration.declared_at if poll.declaration else poll.closes_at
        return str(
            _("Decided by the vote of %(body)s, %(when)s", body=code_words.body(poll.body), when=filters.day(declared))
        )
    if facts.get("answer"):
        return on_whose_word(db.session.get_one(OfficialAnswer, facts["answer"]))
    return ""


def by_second() -> str:
    """Return the way of an answer that a second officer confirms."""
    return str(_("a second officer, of another office and another house, who confirms it"))


def basis(one: MeetingBasis) -> str:
    """Return an item of a meeting on which an answer may stand, in one line."""
    said = {True: _("carried"), False: _("not carried"), None: _("talked over")}[one.carried]
    return dotted((filters.day(one.closed_at), one.title, _("item %(n)s", n=one.number), said))


def town_days(due: date) -> int:
    """Return after how many days the town is told of what was due on a day, in the village whose page it is."""
    here, known = access.village(), g.setdefault("town_days", {})  # a page names many days
    if here.id not in known:
        known[here.id] = owed_answers.town_days_by_due(here)
    return int(known[here.id](due))


GLOBALS = {
    "town_days": town_days,
    "on_whose_word": on_whose_word,
    "by_two_officers": by_two,
    "council_request": what,
    "work_stands_on": work_stands_on,
}
"""What templates call, by its name there."""
