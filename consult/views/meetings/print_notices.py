"""The context of a notice on paper: one A4 page with seal, QR, fingerprint and the head of the log."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from consult.domain import citations
from consult.domain.audit import fingerprint_groups
from consult.domain.board.notices import NoticeTag
from consult.domain.law.bodies import QuorumBase
from consult.domain.polls.frozen import FrozenRule
from consult.domain.polls.polls import Tally, Verdict
from consult.models import Meeting, Notice, Poll
from consult.services.people.villages import local_day
from consult.web import filters, qr_codes
from consult.web.access import village
from consult.web.addresses import public_address
from consult.web.words import code_words, meeting_words, verdict_words


def of_notice(notice: Notice, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of a printed notice of any kind; `context` are those of its page."""
    if notice.consultation is not None:
        return of_result_notice(notice, notice.consultation.proposal.title, context["head"])
    if notice.meeting is not None:
        return of_meeting_notice(notice, notice.meeting, context)
    return of_poll_notice(notice, context)


def of_meeting_notice(notice: Notice, meeting: Meeting, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context of a call, a move or a cancellation: one A4 page."""
    items = [f"{i.title} ({meeting_words.item_kind(i.kind)})" for i in context["items"] if not i.reason]
    rule = (meeting.frozen or {})["rule"]
    place, starts_at = context["place"], context["starts_at"]
    moved = notice.tag == NoticeTag.MEETING_CHANGED
    pairs = [
        [_("When"), f"{filters.long_day(starts_at)} {filters.clock_time(starts_at)} {filters.lunar(starts_at)}"],
        [_("Where"), place],
        [_("Who meets"), code_words.body(meeting.body) + (f" · {meeting.group.name}" if meeting.group else "")],
        [_("Who votes"), _("One household, one vote") if rule["unit"] == "household" else _("One person, one vote")],
        [
            _("Enough are here with"),
            filters.share_words(rule["quorum"]) if rule["quorum"] else _("as the charter says"),
        ],
    ]
    if meeting.short_notice_reason:
        pairs.append([_("Short notice because"), meeting.short_notice_reason])
    said = {
        NoticeTag.MEETING_CALLED: _("You are called to this meeting: %(title)s.", title=meeting.title),
        NoticeTag.MEETING_CHANGED: _("This meeting was moved: %(title)s.", title=meeting.title),
        NoticeTag.MEETING_CANCELLED: _("This meeting was called off: %(title)s.", title=meeting.title),
    }[notice.tag]
    paragraphs = [said, *([str(notice.facts["reason"])] if notice.facts.get("reason") else [])]
    return sheet(notice, context["head"], context["fingerprint"]) | {
        "title": code_words.notice(notice.tag),
        "paragraphs": paragraphs,
        "pairs": pairs if notice.tag != NoticeTag.MEETING_CANCELLED else [],
        "tables": [],
        "lists": [{"title": _("Agenda"), "rows": items}]
        if not moved and notice.tag != NoticeTag.MEETING_CANCELLED
        else [],
        "closing": [
            _("Sign in at the door; bring your household card. If you cannot come, answer by scanning the code.")
        ]
        if notice.tag == NoticeTag.MEETING_CALLED
        else [],
    }


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
        "lists": [],
        "closing": [],
        "paragraphs": [title, _("All work was accepted by two villagers' representatives.")],
        "tables": [{"columns": 2, "head": [_("Work"), _("Budget (yuan)")], "rows": rows, "marks": [""] * len(rows)}],
    }


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
    poll, tally, verdict = context["poll"], context["tally"], context["verdict"]
    proposal = poll.consultation.proposal
    said = [_where_and_when(poll, context["meeting"])] if tally else []
    said += [proposal.title, poll.question]
    if tally is None:
        said.append(str(notice.facts.get("reason") or proposal.summary))
    return sheet(notice, context["head"], context["fingerprint"]) | {
        "title": code_words.notice(notice.tag),
        "paragraphs": said,
        "lists": [],
        "pairs": [] if tally else _poll_pairs(poll, context["rule"]),
        "tables": [_counts(poll, tally, verdict, context["rule"])] if tally else [],
        "closing": _meaning(poll, tally, verdict, context["rule"]) + _new_ways(notice) if tally else [_standing(poll)],
    }


def _new_ways(notice: Notice) -> list[str]:
    """Return the sentence on ballots that came by ways in newer than the announcement, if there were any."""
    many = notice.facts.get("new_ways", 0)
    sentence = ngettext(
        "One vote came by a phone number or card that was new after the announcement.",
        "%(n)s votes came by phone numbers or cards that were new after the announcement.",
        many,
        n=many,
    )
    return [sentence] if many else []


def _standing(poll: Poll) -> str:
    return code_words.standing(poll.standing, at_meeting=poll.meeting_poll is not None)


def _where_and_when(poll: Poll, meeting: Meeting | None) -> str:
    body = code_words.body(poll.body)
    if meeting is None:
        opened, closed = filters.long_day(poll.opens_at), filters.long_day(poll.closes_at)
        return str(
            _(
                "From %(opened)s to %(closed)s, %(body)s voted on the following matter. The result is posted here.",
                opened=opened,
                closed=closed,
                body=body,
            )
        )
    day = filters.long_day(meeting.starts_at)
    return str(
        _(
            "On %(day)s the %(body)s met at %(place)s. It voted on the following matter; the result is posted here.",
            day=day,
            body=body,
            place=meeting.place,
        )
    )


def _poll_pairs(poll: Poll, rule: FrozenRule) -> list[list[str]]:
    majority = filters.share_words(rule.majority)
    whole, here = _("%(share)s of the whole roll", share=majority), _("%(share)s of those present", share=majority)
    quorum = filters.share_words(rule.quorum) if rule.quorum else _("as the charter says")
    opens, closes = (f"{filters.long_day(at)} {filters.clock_time(at)}" for at in (poll.opens_at, poll.closes_at))
    decided = [[_("Quorum"), quorum], [_("Carried with"), whole if rule.base is QuorumBase.ALL else here]]
    return [
        [_("Who decides"), code_words.body(poll.body)],
        [_("When"), f"{opens} – {closes}"],
        *([] if verdict_words.is_only_asked(poll) else decided),
        [_("Source"), citations.shown(rule.source)],
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
    expected = _("Asked:") if asked else _("Expected:")
    rows.append(
        [
            _("Took part") if asked else _("Present"),
            code_words.units(tally.present, rule.unit),
            f"{expected} {code_words.units(tally.roll, rule.unit)}",
        ]
    )
    of_those = _("Of those who took part") if asked else _("Of those present")
    whole = _("Of the whole roll") if rule.base is QuorumBase.ALL else of_those
    marks = [option.label if poll.method.fixed_options else "" for option in poll.options]
    return {"columns": 3, "head": [_("Answer"), _("Votes"), whole], "rows": rows, "marks": [*marks, ""]}


def _meaning(poll: Poll, tally: Tally, verdict: Verdict, rule: FrozenRule) -> list[str]:
    """Quorum, majority, outcome, the ways they voted, and the source of the rule."""
    ways = [f"{code_words.channel(code)} {code_words.units(n, rule.unit)}" for code, n in tally.by_channel.items()]
    spoiled = tally.blank or tally.invalid
    blank = _("Blank ballots: %(blank)s. Invalid ballots: %(invalid)s.", blank=tally.blank, invalid=tally.invalid)
    source = _("Source")
    said = [
        verdict_words.quorum(verdict, rule.unit, poll, tally),
        verdict_words.majority(verdict, rule, poll),
        f"{verdict_words.outcome(verdict, poll)} {_standing(poll)}",
        blank if spoiled else "",
        " · ".join(ways),
        f"{source} · {citations.shown(rule.source)}",
    ]
    return [one for one in said if one]
