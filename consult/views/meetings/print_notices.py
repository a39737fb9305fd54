"""The context of a notice on paper: what is posted, with seal, QR, fingerprint and the head of the log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from consult.domain import citations
from consult.domain.audit import fingerprint_groups
from consult.domain.board.notices import ENDED, NoticeTag
from consult.domain.law.bodies import QuorumBase
from consult.domain.meetings.meetings import MeetingChangeKind
from consult.domain.polls.frozen import FrozenRule
from consult.domain.polls.polls import Standing, Tally, Verdict
from consult.models import Meeting, Notice, Poll
from consult.services.core import typesetting
from consult.services.meetings.appointments import Appointment
from consult.services.people.villages import local_day
from consult.views.board.notice_contexts import CalledItem, VoteOnBoard
from consult.web import filters, qr_codes
from consult.web.access import village
from consult.web.addresses import public_address
from consult.web.words import code_words, council_words, meeting_words, resolution_words, sitting_words, verdict_words
from consult.web.words.lists import listed, one_after_another

FITS_ONE_PAGE, ROW = 400, 30
"""So many characters stand on one page in large print; more are set smaller. A row of a table takes the room of so many."""


def of_notice(notice: Notice, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of a printed notice of any kind; `context` are those of its page."""
    facts = _of_kind(notice, context)
    parts = [facts[name] for name in ("paragraphs", "pairs", "sections", "closing")]
    rows = sum(len(table["rows"]) + 1 for part in facts["sections"] for table in part["tables"])
    return facts | {"long": sum(map(len, typesetting.strings(parts))) + rows * ROW > FITS_ONE_PAGE}


def _of_kind(notice: Notice, context: dict[str, Any]) -> dict[str, Any]:
    if notice.consultation is not None:
        return of_result_notice(notice, notice.consultation.proposal.title, context["head"])
    if notice.tag is NoticeTag.MEETING_RESULTS:
        return of_meeting_results(notice, context)
    if notice.meeting is not None:
        return of_meeting_notice(notice, notice.meeting, context)
    return of_poll_notice(notice, context)


def of_meeting_notice(notice: Notice, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of a call, a move, a cancellation, or of one more item."""
    called = notice.tag == NoticeTag.MEETING_CALLED
    lists = called or notice.tag == NoticeTag.AGENDA_ADDED
    said = {
        NoticeTag.MEETING_CALLED: _("You are called to this meeting: %(title)s.", title=meeting.title),
        NoticeTag.AGENDA_ADDED: _("The agenda of this meeting has another item: %(title)s.", title=meeting.title),
        NoticeTag.MEETING_CHANGED: _("This meeting was moved: %(title)s.", title=meeting.title),
        NoticeTag.MEETING_CANCELLED: _("This meeting was called off: %(title)s.", title=meeting.title),
    }[notice.tag]
    if notice.facts.get("kind") == MeetingChangeKind.ADJOURNED:
        said = _("This meeting was broken off and goes on with the same items: %(title)s.", title=meeting.title)
    if notice.facts.get("kind") == ENDED:
        when = f"{filters.long_day(context['starts_at'])} {filters.clock_time(context['starts_at'])}"
        said = _("The meeting is over: %(title)s. It does not go on on %(when)s.", title=meeting.title, when=when)
    paragraphs = [said, *([str(notice.facts["reason"])] if notice.facts.get("reason") else [])]
    closing = _("Sign in at the door; bring your household card. If you cannot come, answer by scanning the code.")
    source = FrozenRule.from_facts((meeting.frozen or {})["rule"]).source
    return sheet(notice, context["head"], context["fingerprint"]) | {
        "title": code_words.notice(notice.tag),
        "paragraphs": paragraphs,
        "pairs": _call_pairs(meeting, context) if notice.tag != NoticeTag.MEETING_CANCELLED else [],
        "heading": _("Agenda") if lists else "",
        "sections": [_called_item(row) for row in context["agenda"]] if lists else [],
        "closing": [closing, _source(source)] if called else [],
    }


def _call_pairs(meeting: Meeting, context: dict[str, Any]) -> list[list[str]]:
    rule = (meeting.frozen or {})["rule"]
    starts_at = context["starts_at"]
    pairs = [
        [_("Time of the meeting"), f"{filters.long_day(starts_at)} {filters.clock_time(starts_at)} {lunar(starts_at)}"],
        [_("Place of the meeting"), context["place"]],
        [_("Kind of meeting"), body_of(meeting)],
        [_("Who votes"), _("One household, one vote") if rule["unit"] == "household" else _("One person, one vote")],
        [_("Quorum"), filters.share_words(rule["quorum"]) if rule["quorum"] else _("as the charter says")],
    ]
    reasons = [
        (_("Short notice because"), meeting.short_notice_reason),
        (_("Party organisation's study"), meeting.study_exception),
        (_("Authorised by the assembly"), meeting.authorisation),
    ]
    return pairs + [[term, said] for term, said in reasons if said]


def body_of(meeting: Meeting) -> str:
    """Return which body meets, and of which group."""
    return code_words.body(meeting.body) + (f" · {meeting.group.name}" if meeting.group else "")


def lunar(instant: datetime) -> str:
    """Return the lunar day in brackets, empty where the language has none."""
    said = filters.lunar(instant)
    return str(_("(lunar %(day)s)", day=said)) if said else ""


def _called_item(row: CalledItem) -> dict[str, Any]:
    kind = meeting_words.item_kind(row.kind)
    title = _("%(ordinal)s. %(title)s (%(kind)s)", ordinal=filters.ordinal(row.number), title=row.title, kind=kind)
    return section(title, pairs=resolution_words.pairs(row.resolution))


def section(
    title: str,
    *,
    pairs: Sequence[tuple[str, str]] = (),
    paragraphs: Sequence[str] = (),
    table: dict[str, Any] | None = None,
    closing: Sequence[str] = (),
    small: str = "",
) -> dict[str, Any]:
    """Return one part of a notice: what stands under one heading, a table, and `small` print below it."""
    return {
        "title": title,
        "paragraphs": list(paragraphs),
        "pairs": [list(pair) for pair in pairs],
        "tables": [table] if table else [],
        "closing": list(closing),
        "small": small,
    }


def of_meeting_results(notice: Notice, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of the one notice of a meeting's results: each vote with its text, its money and its counts."""
    meeting, unit = notice.meeting, context["unit"]
    if meeting is None:
        raise LookupError("results of no meeting")  # the database allows none: ck_notice_about_one_thing
    facts = notice.facts
    pairs = [
        [_("Time of the meeting"), sitting_words.days_held(context["days"])],
        [_("Place of the meeting"), sitting_words.places_held(context["days"])],
        [_("Kind of meeting"), body_of(meeting)],
        [_("Expected"), code_words.units(facts["expected"], unit)],
        [_("Came"), code_words.units(facts["came"], unit)],
    ]
    said = _(
        "This meeting voted on the following matters; the results are posted here: %(title)s.", title=meeting.title
    )
    return sheet(notice, context["head"], context["fingerprint"]) | {
        "title": code_words.notice(notice.tag),
        "paragraphs": [said],
        "pairs": pairs,
        "sections": [_voted_item(vote) for vote in context["votes"]],
        "closing": [_source(one) for one in dict.fromkeys(vote.rule.source for vote in context["votes"])],
    }


def _voted_item(vote: VoteOnBoard) -> dict[str, Any]:
    poll = vote.poll
    return section(
        _("%(ordinal)s. %(title)s", ordinal=filters.ordinal(vote.item), title=vote.title),
        pairs=[
            *resolution_words.pairs(
                vote.resolution,
                resolved=verdict_words.resolves(poll, vote.verdict),
                asked=poll.standing is Standing.ADVISORY,
            ),
            *([(_("Amended in the meeting"), _("Before that: %(words)s", words=vote.called))] if vote.called else []),
            (_("The question"), poll.question),
        ],
        table=_counts(poll, vote.tally, vote.verdict, vote.rule),
        closing=_meaning(poll, vote.tally, vote.verdict, vote.rule) + _new_ways(vote.new_ways),
        small=str(_("Fingerprint")) + " " + vote.fingerprint,
    )


def of_result_notice(notice: Notice, title: str, head: str) -> dict[str, Any]:
    """Return what became of a resolution: works, money."""
    facts = notice.facts
    rows = [[str(name), filters.yuan(budget) if budget is not None else "-"] for name, _at, budget in facts["tasks"]]
    money = [[_("Spent in all"), filters.yuan(int(facts["spent_fen"]))]]
    if facts.get("cost_fen") is not None:
        money.insert(0, [_("Planned in all"), filters.yuan(int(facts["cost_fen"]))])
    return sheet(notice, head, "") | {
        "title": code_words.notice(notice.tag),
        "pairs": money,
        "paragraphs": [
            title,
            _("All work was accepted by two villagers' representatives."),
            *filter(None, [council_words.work_stands_on(facts)]),
            *_of_money_and_withdrawn(facts),
        ],
        "sections": [section("", table=table(2, [_("Work"), _("Budget (yuan)")], rows))],
    }


def _of_money_and_withdrawn(facts: Mapping[str, Any]) -> list[str]:
    """Say where more was spent than was decided, and which tasks were withdrawn."""
    said, decided, spent = [], facts.get("cost_fen"), int(facts["spent_fen"])
    if decided is not None and spent > int(decided):
        said.append(
            _(
                "More was spent than was decided: %(spent)s yuan of %(decided)s yuan.",
                spent=filters.yuan(spent),
                decided=filters.yuan(int(decided)),
            )
        )
    if names := facts.get("withdrawn"):
        said.append(_("Withdrawn, with the reason on its page:") + listed(names))
    return said


def table(columns: int, head: list[str], rows: list[list[str]], marks: Sequence[str] = ()) -> dict[str, Any]:
    """Return a table of a notice. `marks`: the signs before the first word of each row."""
    return {"columns": columns, "head": head, "rows": rows, "marks": list(marks) or [""] * len(rows)}


def sheet(notice: Notice, head: str, fingerprint: str) -> dict[str, Any]:
    """Village, number, signature, QR and the head of the log: on every notice."""
    address = public_address() + url_for("notices.show", notice_id=notice.id)
    head_word, print_word = _("Head of the log"), _("Fingerprint")
    program_word = _("Fingerprint of the page programs")
    proof = [_("Scan to read it on your phone."), f"{head_word} {head}"]
    if fingerprint:
        proof.append(f"{print_word} {fingerprint}")
    if notice.assets:
        proof.append(f"{program_word} {fingerprint_groups(notice.assets)}")
    return {
        "village": _("Villagers' Committee of %(village)s", village=village().name),
        "number": _("Notice No. %(number)s of %(year)s", number=notice.number, year=notice.year),
        "signed": [
            _("Villagers' Committee of %(village)s (seal)", village=village().name),
            _("Village affairs supervision committee (signature)"),
            filters.long_day(notice.posted_at),
        ],
        "foot": _("Posted until %(until)s", until=filters.long_day(notice.posted_until)),
        "posting": _posting(notice),
        "qr": qr_codes.for_print(address),
        "proof": proof,
        "paragraphs": [],
        "pairs": [],
        "heading": "",
        "sections": [],
        "closing": [],
    }


def _posting(notice: Notice) -> str:
    since, until = filters.long_day(notice.posted_at), filters.long_day(notice.posted_until)
    days = (notice.posted_until - local_day(village(), notice.posted_at)).days
    return str(
        _(
            "Posted from %(since)s to %(until)s, %(n)s days. "
            "Whoever disagrees may tell the village affairs supervision committee in this time.",
            since=since,
            until=until,
            n=days,
        )
    )


def of_poll_notice(notice: Notice, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of a vote announced or changed, or of its result."""
    poll, tally, verdict, rule = context["poll"], context["tally"], context["verdict"], context["rule"]
    proposal = poll.consultation.proposal
    common = sheet(notice, context["head"], context["fingerprint"]) | {
        "title": code_words.notice(notice.tag, poll.standing)
    }
    if tally is None:
        advisory = poll.standing is Standing.ADVISORY
        asked = [_where_and_when(poll, context["held"], counted=False)] if advisory else []
        reason = [str(notice.facts["reason"])] if notice.facts.get("reason") else []
        if by := notice.facts.get("annulled_by"):
            reason.insert(0, filters.ruling_words(by, notice.facts["ruling"], notice.facts["ruled_on"]))
        if again := notice.facts.get("again"):
            reason.append(verdict_words.asked_again(again))
        return common | {
            "paragraphs": [*asked, proposal.title, *reason],
            "pairs": [
                *map(list, resolution_words.pairs(context["resolution"], asked=advisory)),
                [_("The question"), poll.question],
                *_poll_pairs(poll, rule),
            ],
            "closing": [_standing(poll), _source(rule.source)],
        }
    resolved = resolution_words.pairs(
        context["resolution"],
        resolved=verdict_words.resolves(poll, verdict),
        asked=poll.standing is Standing.ADVISORY,
    )
    return common | {
        "paragraphs": [_where_and_when(poll, context["held"], counted=True), proposal.title],
        "pairs": [*map(list, resolved), [_("The question"), poll.question]],
        "sections": [section("", table=_counts(poll, tally, verdict, rule))],
        "closing": [
            *_meaning(poll, tally, verdict, rule),
            *_new_ways(notice.facts.get("new_ways", 0)),
            _source(rule.source),
        ],
    }


def _source(stored: str) -> str:
    return str(_("%(label)s: %(words)s", label=_("Source"), words=citations.shown(stored)))


def _new_ways(many: int) -> list[str]:
    """Return the sentence on ballots that came by ways in newer than the announcement, if there were any."""
    sentence = ngettext(
        "One vote came by a phone number or card that was new after the announcement.",
        "%(n)s votes came by phone numbers or cards that were new after the announcement.",
        many,
        n=many,
    )
    return [sentence] if many else []


def _standing(poll: Poll) -> str:
    return code_words.standing(poll.standing, at_meeting=poll.meeting_poll is not None)


def _where_and_when(poll: Poll, held: Appointment | None, *, counted: bool) -> str:
    if poll.standing is Standing.ADVISORY:
        return verdict_words.opinions_asked(poll, held, open=not counted)
    body = code_words.body(poll.body)
    if held is None:
        opened, closed = filters.long_day(poll.opens_at), filters.long_day(poll.closes_at)
        return str(
            _(
                "From %(opened)s to %(closed)s, %(body)s voted on the following matter. The result is posted here.",
                opened=opened,
                closed=closed,
                body=body,
            )
        )
    day = filters.long_day(held.starts_at)
    return str(
        _(
            "On %(day)s the %(body)s met at %(place)s. It voted on the following matter; the result is posted here.",
            day=day,
            body=body,
            place=held.place,
        )
    )


def _poll_pairs(poll: Poll, rule: FrozenRule) -> list[list[str]]:
    majority = filters.share_words(rule.majority)
    whole, here = _("%(share)s of the whole roll", share=majority), _("%(share)s of those present", share=majority)
    quorum = filters.share_words(rule.quorum) if rule.quorum else _("as the charter says")
    opens, closes = (f"{filters.long_day(at)} {filters.clock_time(at)}" for at in (poll.opens_at, poll.closes_at))
    decided = [[_("Quorum"), quorum], [_("Carried with"), whole if rule.base is QuorumBase.ALL else here]]
    return [
        [_("Who is asked") if verdict_words.is_only_asked(poll) else _("Who decides"), code_words.body(poll.body)],
        [_("Time of the vote"), str(_("%(first)s to %(last)s", first=opens, last=closes))],
        *([] if verdict_words.is_only_asked(poll) else decided),
    ]


def _counts(poll: Poll, tally: Tally, verdict: Verdict, rule: FrozenRule) -> dict[str, Any]:
    rows = [
        [
            code_words.answer(option.label, poll.kind),
            code_words.units(count, rule.unit),
            f"{filters.share(count, verdict.majority.whole)}%",
        ]
        for option, count in zip(poll.options, tally.counts, strict=True)
    ]
    asked = verdict_words.is_only_asked(poll)
    expected = _("Asked") if asked else _("Expected")
    rows.append(
        [
            _("Took part") if asked else _("Present"),
            code_words.units(tally.present, rule.unit),
            f"{expected} {code_words.units(tally.roll, rule.unit)}",
        ]
    )
    of_those = _("Of those who took part") if asked else _("Of those present")
    whole = _("Of the whole roll") if rule.base is QuorumBase.ALL else of_those
    answer = _("What was answered") if poll.standing is Standing.ADVISORY else _("Answer")
    marks = [option.label if poll.method.fixed_options else "" for option in poll.options]
    return table(3, [answer, _("Votes"), whole], rows, [*marks, ""])


def _meaning(poll: Poll, tally: Tally, verdict: Verdict, rule: FrozenRule) -> list[str]:
    """Quorum, majority, outcome, and the ways they voted."""
    ways = listed(
        f"{code_words.channel(code)} {code_words.units(n, rule.unit)}" for code, n in tally.took_part().items()
    )
    said = [
        verdict_words.quorum(verdict, rule.unit, poll, tally),
        verdict_words.majority(verdict, rule, poll),
        one_after_another([verdict_words.outcome(verdict, poll), _standing(poll)]),
        *verdict_words.papers(tally),
        str(_("%(label)s: %(words)s", label=_("Ways of voting"), words=ways)) if ways else "",
    ]
    return [one for one in said if one]
