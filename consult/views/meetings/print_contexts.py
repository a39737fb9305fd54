"""The context of each print, in the language of the paper: what templates/print/*.typ set."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from consult.domain.audit import fingerprint_groups
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.minutes import Item, Line
from consult.models import Meeting, Poll
from consult.services.meetings.appointments import Appointment
from consult.views.meetings import minute_words
from consult.views.meetings.minute_words import WrittenMinutes
from consult.web import filters
from consult.web.access import now, village
from consult.web.words import code_words, meeting_words, resolution_words, sitting_words, verdict_words
from consult.web.words.lists import clauses, listed, one_after_another

SIGNATURES = 24
"""Lines for signatures at the end of the minutes; the sign-in sheet has everybody's."""


def line_of(meeting: Meeting, days: Sequence[Appointment]) -> str:
    """Return on one line what is called, when, where and who: on the days on which it was held, or as it is told."""
    when, where = sitting_words.days_held(days), sitting_words.places_held(days)
    return f"{meeting.title} · {when} · {where} · {code_words.body(meeting.body)}"


def told(meeting: Meeting) -> list[Appointment]:
    """Return the hour and the place that are told now, for papers of a meeting that is to come."""
    return [Appointment(meeting.starts_at, meeting.place)]


def of_minutes(meeting: Meeting, written: WrittenMinutes) -> dict[str, Any]:
    text = written.text
    sections = [_item(item, written.unit) for item in text.items]
    if text.general:
        lines = [_minute_line(line, written.unit) for line in text.general]
        sections.append({"title": _("The meeting as a whole"), "aside": "", "pairs": [], "lines": lines, "result": ""})
    return {
        "village": village().name,
        "title": _("Minutes"),
        "subtitle": meeting.title,
        "marks": written.marks,
        "pairs": written.pairs,
        "names": minute_words.names(meeting, written.lines),
        "items": sections,
        "ending": _("These are the minutes of this meeting, read out and found right: %(title)s.", title=meeting.title),
        "signers": [
            _("%(label)s: %(words)s", label=_("Chair"), words=written.chair),
            _("%(label)s: %(words)s", label=_("Recorder"), words=written.recorder),
        ],
        "all_sign": _("Signatures of those present"),
        "signatures": SIGNATURES,
        "proof": [
            _("Printed %(when)s", when=filters.long_day(now())),
            *(_("%(label)s: %(words)s", label=_("Fingerprint"), words=c.digest[:32]) for c in written.confirmations),
        ],
        "foot": line_of(meeting, written.days),
    }


def _item(item: Item, unit: str) -> dict[str, Any]:
    pairs = resolution_words.pairs(item.resolution, resolved=item.resolved)
    if item.called:
        pairs.append((_("Amended in the meeting"), _("Before that: %(words)s", words=item.called)))
    for ruling, why in item.annulled:
        paper = filters.ruling_words(ruling.by.value, ruling.number, ruling.on)
        pairs.append((_("This vote was annulled."), one_after_another((paper, why))))
    added = _("Put on the agenda after the notice:")
    return {
        "title": _("%(ordinal)s. %(title)s", ordinal=filters.ordinal(item.number), title=item.title),
        "aside": one_after_another((added, item.added_reason)) if item.added_reason else "",
        "pairs": pairs,
        "lines": [_minute_line(line, unit) for line in item.lines],
        "result": _("Ended: %(how)s", how=meeting_words.result(item.result)) if item.result else "",
    }


def _minute_line(line: Line, unit: str) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []

    def say(text: object, *, strong: bool = False, struck: bool = False) -> None:
        parts.append({"text": str(text), "strong": strong, "struck": struck})

    if line.step is ProceedingStep.VOTE_DECLARED:
        for text, strong in vote_words(line.facts, unit):
            say(text, strong=strong)
    elif line.step is ProceedingStep.VOTE_CANCELLED:
        say(_("This vote was cancelled."), strong=True)
        say(clauses([line.facts["question"], line.facts["reason"]]))
    else:
        if name := line.facts.get("name"):
            say(_("%(name)s:", name=name), strong=True)
        kinds = {
            ProceedingStep.AMENDMENT_NOTED: _("(amendment)"),
            ProceedingStep.CONFLICT_DECLARED: _("(declares an interest)"),
            ProceedingStep.CHAIR_CHANGED: _("(chairs from now on)"),
            ProceedingStep.RECORDER_CHANGED: _("(keeps the record from now on)"),
        }
        if line.step in kinds:
            say(kinds[line.step])
        for index, words in enumerate(line.words):
            say(words, struck=index < len(line.words) - 1)
        for said in _said_beside(line):
            say(said)
    if line.late:
        when = f"{filters.long_day(line.at)} {filters.clock_time(line.at)}"
        say(_("(entered late: %(when)s)", when=when))
    return {"parts": parts}


def _said_beside(line: Line) -> list[str]:
    """Return what an entry says beside its words: the day on which the meeting goes on, and the reason."""
    day = [sitting_words.sitting_step(line)] if line.step in sitting_words.SITTING_STEPS else []
    return day + ([str(line.facts["reason"])] if line.facts.get("reason") else [])


def vote_words(facts: Any, unit: str) -> list[tuple[str, bool]]:
    """Return one vote in sentences: question, present, channels, counts, what was needed, outcome; True: in bold."""
    tally = facts["tally"]
    ways = listed(f"{code_words.channel(code)} {n}" for code, n in tally["by_channel"].items())
    labels = [code_words.answer(label, facts["kind"]) for label in facts["options"]]
    counts = listed(f"{label} {n}" for label, n in zip(labels, tally["counts"], strict=True))
    present = code_words.units(tally["present"], unit)
    needed = facts["verdict"]["majority"]["needed"]
    return [
        (str(_("Vote: %(question)s", question=facts["question"])), False),
        (str(_("Present %(present)s; %(ways)s.", present=present, ways=ways)), False),
        (str(_("%(counts)s.", counts=counts)), False),
        *((words, False) for words in verdict_words.papers_of_record(tally)),
        (str(_("Needed: %(n)s.", n=needed)), False),
        (str(_("Outcome: %(outcome)s.", outcome=code_words.outcome(facts["outcome"]))), True),
    ]


def of_letter(meeting: Meeting) -> dict[str, Any]:
    return {
        "title": _("Letter of proxy"),
        "paragraphs": [
            _("I cannot come to this meeting and let an adult of my household speak and vote for me:"),
            line_of(meeting, told(meeting)),
        ],
        "blanks": [
            _("My name"),
            _("Household code"),
            _("Who comes for me"),
            _("What I think of the items"),
            _("Signature or fingerprint"),
            _("Day"),
        ],
        "note": _(
            "One letter for one meeting; whoever comes can hold one. Bring it to the door, where it is photographed."
        ),
        "foot": line_of(meeting, told(meeting)),
    }


def _sizes(poll: Poll) -> list[float]:
    """Return the sizes in points of question, answer and gap: the largest that fit a quarter of a page."""
    words = len(poll.question) + sum(max(len(option.label), 12) for option in poll.options)
    return [16, 20, 6] if words <= 120 else [13, 14, 3] if words <= 300 else [10.5, 10.5, 1]


def of_ballots(poll: Poll, fingerprint: str) -> dict[str, Any]:
    most = poll.max_choices
    how = ngettext(
        "Tick one. More make the ballot invalid.", "Tick up to %(n)s. More make the ballot invalid.", most, n=most
    )
    standing = code_words.standing(poll.standing, at_meeting=poll.meeting_poll is not None) if poll.announced_at else ""
    return {
        "village": village().name,
        "title": _("Ballot"),
        "body": code_words.body(poll.body),
        "question": poll.question,
        "options": [code_words.answer(option.label, poll.kind) for option in poll.options],
        "marks": [option.label if poll.method.fixed_options else "" for option in poll.options],
        "sizes": _sizes(poll),
        "how": one_after_another((how, standing)),
        "fingerprint": fingerprint_groups(fingerprint)[:19],
    }
