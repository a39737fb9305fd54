"""The context of each print, worded in the reader's language: what templates/print/*.typ set on paper."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from consult.domain.audit import fingerprint_groups
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.minutes import Line
from consult.models import Meeting, Poll
from consult.views.meetings.minute_words import WrittenMinutes
from consult.web import filters
from consult.web.access import now, village
from consult.web.words import code_words, meeting_words
from consult.web.words.lists import listed

SIGNATURES = 24
"""Lines for signatures at the end of the minutes; the sign-in sheet has everybody's."""


def line_of(meeting: Meeting) -> str:
    """Return when, where and who, on one line."""
    when = f"{filters.long_day(meeting.starts_at)} {filters.clock_time(meeting.starts_at)}"
    return f"{meeting.title} · {when} · {meeting.place} · {code_words.body(meeting.body)}"


def of_minutes(meeting: Meeting, written: WrittenMinutes) -> dict[str, Any]:
    text = written.text
    unit = written.unit
    sections = [
        {
            "title": f"{i.number}. {i.title}",
            "aside": i.added_reason,
            "lines": [_minute_line(x, unit) for x in i.lines],
            "result": _("Ended: %(how)s", how=meeting_words.result(i.result)) if i.result else "",
        }
        for i in text.items
    ]
    if text.general:
        lines = [_minute_line(line, unit) for line in text.general]
        sections.append({"title": _("The meeting as a whole"), "aside": "", "lines": lines, "result": ""})
    chair, recorder, print_word = _("Chair"), _("Recorder"), _("Fingerprint")
    return {
        "village": village().name,
        "title": _("Minutes"),
        "subtitle": meeting.title,
        "marks": written.marks,
        "pairs": written.pairs,
        "items": sections,
        "signers": [f"{chair} {written.chair}", f"{recorder} {written.recorder}"],
        "all_sign": _("Signatures of those present"),
        "signatures": SIGNATURES,
        "proof": [
            _("Printed %(when)s", when=filters.long_day(now())),
            *(f"{print_word} {c.digest[:32]}" for c in written.confirmations),
        ],
        "foot": line_of(meeting),
    }


def _minute_line(line: Line, unit: str) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []

    def say(text: str, *, strong: bool = False, struck: bool = False) -> None:
        parts.append({"text": text, "strong": strong, "struck": struck})

    if line.step is ProceedingStep.VOTE_DECLARED:
        for text, strong in vote_words(line.facts, unit):
            say(text, strong=strong)
    elif line.step is ProceedingStep.VOTE_CANCELLED:
        say(_("This vote was cancelled.") + " ", strong=True)
        say(f"{line.facts['question']} · {line.facts['reason']}")
    else:
        if line.facts.get("name"):
            say(f"{line.facts['name']}: ", strong=True)
        kinds = {
            ProceedingStep.AMENDMENT_NOTED: _("amendment"),
            ProceedingStep.CONFLICT_DECLARED: _("declares an interest"),
            ProceedingStep.CHAIR_CHANGED: _("chairs from now on"),
            ProceedingStep.RECORDER_CHANGED: _("keeps the record from now on"),
        }
        if line.step in kinds:
            say(f"({kinds[line.step]}) ")
        for index, words in enumerate(line.words):
            say(words + " ", struck=index < len(line.words) - 1)
        if "reason" in line.facts:
            say(str(line.facts["reason"]))
    if line.late:
        when = f"{filters.long_day(line.at)} {filters.clock_time(line.at)}"
        say(" [" + _("entered late: %(when)s", when=when) + "]")
    return {"parts": parts}


def vote_words(facts: Any, unit: str) -> list[tuple[str, bool]]:
    """Return one vote in parts: question, present, channels, counts, what was needed, outcome; True: in bold."""
    tally = facts["tally"]
    ways = " · ".join(f"{code_words.channel(code)} {n}" for code, n in tally["by_channel"].items())
    labels = [code_words.answer(label, facts["kind"]) for label in facts["options"]]
    counts = listed(f"{label} {n}" for label, n in zip(labels, tally["counts"], strict=True))
    vote, present = _("Vote"), _("Present %(present)s", present=code_words.units(tally["present"], unit))
    needed = _("Needed: %(n)s.", n=facts["verdict"]["majority"]["needed"])
    return [
        (f"{vote}: {facts['question']} ", False),
        (f"{present} · {ways}. {counts}. {needed} ", False),
        (code_words.outcome(facts["outcome"]), True),
    ]


def of_letter(meeting: Meeting) -> dict[str, Any]:
    return {
        "title": _("Letter of proxy"),
        "paragraphs": [
            _("I cannot come to this meeting and let an adult of my household speak and vote for me:"),
            line_of(meeting),
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
        "foot": line_of(meeting),
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
        "how": f"{how} {standing}",
        "fingerprint": fingerprint_groups(fingerprint)[:19],
    }
