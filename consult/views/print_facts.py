"""The facts of each print, worded in the reader's language: what templates/print/*.typ set on paper."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from consult.domain.audit import fingerprint_groups
from consult.domain.minutes import Line, Minutes, Present
from consult.domain.proceedings import Step
from consult.models import Meeting, Poll
from consult.web import filters, meeting_terms, terms
from consult.web.access import now, village

SIGNATURES = 24
"""Lines for signatures at the end of the minutes; the sign-in sheet has everybody's."""


def line_of(meeting: Meeting) -> str:
    """When, where and who, on one line."""
    when = f"{filters.long_day(meeting.starts_at)} {filters.clock_time(meeting.starts_at)}"
    return f"{meeting.title} · {when} · {meeting.place} · {terms.body(meeting.body)}"


def units(n: int, unit: str) -> str:
    if unit == "household":
        return str(ngettext("%(n)s household", "%(n)s households", n, n=n))
    return str(ngettext("%(n)s person", "%(n)s people", n, n=n))


def of_minutes(meeting: Meeting, written: dict[str, Any]) -> dict[str, Any]:
    text: Minutes = written["text"]
    unit = written["unit"]
    marks = (
        [_("Recorded afterwards: the meeting was opened in the app long after its hour.")]
        if written["afterwards"]
        else []
    )
    digests = [f"{c.digest[:32]}" for c in written["confirmations"]]
    return {
        "village": village().name, "title": _("Minutes"), "subtitle": meeting.title, "marks": marks,
        "pairs": _minute_pairs(meeting, text, written, unit),
        "items": [
            {"title": f"{i.number}. {i.title}", "lines": [_minute_line(x, unit) for x in i.lines],
             "result": _("Ended: %(how)s", how=meeting_terms.result(i.result)) if i.result else ""}
            for i in text.items
        ],
        "signers": [f"{_('Chair')} {written['chair']}", f"{_('Recorder')} {written['recorder']}"],
        "all_sign": _("Signatures of those present"), "signatures": SIGNATURES,
        "proof": [_("Printed %(when)s", when=filters.long_day(now())), *(f"{_('Fingerprint')} {d}" for d in digests)],
        "foot": line_of(meeting),
    }  # fmt: skip


def _minute_pairs(meeting: Meeting, text: Minutes, written: dict[str, Any], unit: str) -> list[list[str]]:
    p: Present = text.present
    began = text.began_at or meeting.starts_at
    when = f"{filters.long_day(began)} {filters.clock_time(began)}"
    came = units(p.came, unit) + (f" · {_('%(n)s came later', n=p.late)}" if p.late else "")
    away = units(p.excused + p.absent, unit) + (f" · {_('%(n)s of them excused', n=p.excused)}" if p.excused else "")
    rows = [
        [_("When"), when + (f" – {filters.clock_time(text.ended_at)}" if text.ended_at else "")],
        [_("Where"), meeting.place],
        [_("Who meets"), terms.body(meeting.body)],
        [_("Chair"), written["chair"]],
        [_("Recorder"), written["recorder"]],
        [_("Expected"), units(p.expected, unit)],
        [_("Came"), came],
        [_("Did not come"), away],
        [_("Sat in"), "; ".join(f"{name} ({why})" for name, why in p.sitting_in) or "-"],
    ]
    q = written["quorum"]
    if q.share is not None:
        met = _("reached") if q.reached else _("not reached")
        rows.append(
            [_("Were there enough?"), f"{filters.share_words(q.share.as_facts())}: {units(q.needed, unit)}, {met}"]
        )
    return rows


def _minute_line(line: Line, unit: str) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []

    def say(text: str, *, strong: bool = False, struck: bool = False) -> None:
        parts.append({"text": text, "strong": strong, "struck": struck})

    if line.step is Step.VOTE_DECLARED:
        for text, strong in vote_words(line.facts, unit):
            say(text, strong=strong)
    else:
        if line.facts.get("name"):
            say(f"{line.facts['name']}: ", strong=True)
        kinds = {
            Step.AMENDMENT_NOTED: _("amendment"), Step.CONFLICT_DECLARED: _("declares an interest"),
            Step.CHAIR_CHANGED: _("chairs from now on"), Step.RECORDER_CHANGED: _("keeps the record from now on"),
        }  # fmt: skip
        if line.step in kinds:
            say(f"({kinds[line.step]}) ")
        for index, words in enumerate(line.words):
            say(words + " ", struck=index < len(line.words) - 1)
        if "reason" in line.facts:
            say(str(line.facts["reason"]))
    if line.late:
        say(f" [{_('entered late')} {filters.long_day(line.at)} {filters.clock_time(line.at)}]")
    return {"parts": parts}


def vote_words(facts: Any, unit: str) -> list[tuple[str, bool]]:
    """One vote in a sentence: question, who was present, by which ways, the counts, what was needed, the outcome."""
    tally = facts["tally"]
    ways = " · ".join(f"{terms.channel(code)} {n}" for code, n in tally["by_channel"].items())
    labels = [terms.answer(label, facts["kind"]) for label in facts["options"]]
    counts = ", ".join(f"{label} {n}" for label, n in zip(labels, tally["counts"], strict=True))
    present = _("Present %(present)s", present=units(tally["present"], unit))
    needed = _("Needed: %(n)s.", n=facts["verdict"]["majority"]["needed"])
    return [
        (f"{_('Vote')}: {facts['question']} ", False), (f"{present} · {ways}. {counts}. {needed} ", False),
        (terms.outcome(facts["outcome"]), True),
    ]  # fmt: skip


def of_letter(meeting: Meeting) -> dict[str, Any]:
    return {
        "title": _("Letter of proxy"),
        "paragraphs": [
            _("I cannot come to this meeting and let an adult of my household speak and vote for me:"), line_of(meeting),
        ],
        "blanks": [
            _("My name"), _("Household code"), _("Who comes for me"), _("What I think of the items"),
            _("Signature or fingerprint"), _("Day"),
        ],
        "note": _("One letter for one meeting; whoever comes can hold one. Bring it to the door, where it is photographed."),
        "foot": line_of(meeting),
    }  # fmt: skip


def of_ballots(poll: Poll, fingerprint: str) -> dict[str, Any]:
    most = poll.max_choices
    how = ngettext(
        "Tick one. More make the ballot invalid.", "Tick up to %(n)s. More make the ballot invalid.", most, n=most
    )
    return {
        "village": village().name, "title": _("Ballot"), "body": terms.body(poll.body), "question": poll.question,
        "options": [terms.answer(option.label, poll.kind) for option in poll.options],
        "how": f"{how} {terms.standing(poll.standing)}", "fingerprint": fingerprint_groups(fingerprint)[:19],
    }  # fmt: skip
