"""What a poll's pages show in each of its states."""

import secrets
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from consult.domain import versions
from consult.domain.audit import fingerprint_groups
from consult.domain.board.notices import NoticeTag
from consult.domain.law import bodies
from consult.domain.people import roles
from consult.domain.polls import ballot_rules, methods
from consult.domain.polls import polls as rules
from consult.domain.polls.ballot_rules import Attempt
from consult.domain.polls.frozen import FrozenRule
from consult.domain.polls.polls import PollState, Standing, Tally
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, Meeting, Poll, db
from consult.models.board import notice_queries
from consult.models.people import roll_queries
from consult.models.polls import poll_queries
from consult.services.core import group_commit
from consult.services.people.villages import local_day
from consult.services.polls import (
    assisted_voting,
    ballots,
    closing,
    count_sheets,
    poll_changes,
    poll_states,
    polls,
    roll_units,
    vote_disputes,
)
from consult.services.polls.counting import paper_tickers
from consult.web import conveners, errors, pages
from consult.web.access import held_roles, now, person_or_none, village
from consult.web.words import code_words, refusal_words

INPUT_TIME = "%Y-%m-%dT%H:%M"
"""What <input type=datetime-local> takes: a machine's format, not one that people read."""


def may_announce() -> bool:
    return roles.holds_any(held_roles(), roles.ANNOUNCES_POLLS)


def fresh(consultation: Consultation, like: Poll | None = None) -> dict[str, str]:
    """Return the fields of a new plan; those of an earlier draft where one is to be written anew."""
    return {**_defaults(consultation), **(_fields_of(like) if like else {})}


def _fields_of(poll: Poll) -> dict[str, str]:
    own_options = () if poll.method.fixed_options else (option.label for option in poll.options)
    zone = ZoneInfo(village().timezone)
    return {
        "body": poll.body,
        "group_id": str(poll.group_id or ""),
        "kind": poll.kind,
        "question": poll.question,
        "options": "\n".join(own_options),
        "max_choices": str(poll.max_choices) if poll.method.several else "",
        "standing": poll.standing,
        "short_notice_reason": poll.short_notice_reason,
        "secrecy": "secret" if poll.secret else "named",
        "turnout": "shown" if poll.turnout_shown else "after_close",
        "paper": "1" if poll.paper else "",
        "hands": "1" if poll.hands else "",
        "opens_at": poll.opens_at.astimezone(zone).strftime(INPUT_TIME),
        "closes_at": poll.closes_at.astimezone(zone).strftime(INPUT_TIME),
    }


def _defaults(consultation: Consultation) -> dict[str, str]:
    return {
        "key": secrets.token_urlsafe(18),
        "kind": methods.codes()[0],
        "standing": Standing.ADVISORY.value,
        "secrecy": "named",
        "turnout": "shown",
        "body": "VG_house" if len(consultation.groups) == 1 else "VA_house",
        "group_id": str(consultation.groups[0].id) if len(consultation.groups) == 1 else "",
    }


def form(
    consultation: Consultation, values: Mapping[str, str], mistakes: Mapping[str, str], status: int = 200
) -> Response:
    return pages.page(
        "polls/new.html",
        status,
        consultation=consultation,
        values=values,
        mistakes=mistakes,
        bodies=[
            (code, code_words.body(code))
            for code in bodies.codes()
            if bodies.is_of_a_collective(code) or not village().is_township
        ],
        poll_kinds=code_words.kinds(),
        group_choices=[(g.id, g.name) for g in roll_queries.groups_of(village().id)],
    )


def draft(poll: Poll, refusal: Refused | None = None) -> Response:
    """Show a draft as it would be frozen, with the button that freezes it."""
    body = polls.body_of(poll, village())
    return pages.page(
        "polls/draft.html",
        200 if refusal is None else errors.status_of(refusal.reason),
        poll=poll,
        version=versions.token(polls.shown_parts(poll)),
        body=body,
        formal_source=polls.formal_source(poll.village_id, body, poll.group_id),
        first_day=bodies.first_opening_day(local_day(village(), now()), body.notice_days),
        refusal=refusal_words.refusal(refusal) if refusal else "",
    )


def announced(poll: Poll) -> Response:
    state = state_of(poll)
    common: dict[str, Any] = {
        "poll": poll,
        "state": state,
        "rule": rule_of(poll),
        "changes": poll_changes.confirmed(poll.id),
        "fingerprint": fingerprint_groups(poll_states.fingerprint_of(poll)),
        "office": office_links(poll),
    }
    if state in (PollState.CLOSED, PollState.DECLARED):
        common["may_declare"] = state is PollState.CLOSED and may_declare(poll)
        tally = _tally_of_closed(poll)
        common["version"] = versions.token(closing.shown_parts(poll)) if common["may_declare"] else ""
        if tally is None:
            return pages.page(
                "polls/counting.html", **common, why=count_sheets.why_not_countable(poll), fault=closing.fault_of(poll)
            )
        return pages.page(
            "polls/outcome.html",
            **common,
            tally=tally,
            verdict=closing.verdict_of(poll, tally),
            parts=tally.parts_to_show(secret=poll.secret),
            contested=vote_disputes.numbers(poll.id),
            helpers=assisted_voting.by_helper(poll.id),
            noted=poll_queries.noted_units(poll.id),
            notice_id=notice_queries.of_poll(poll.id, NoticeTag.POLL_DECLARED),
        )
    return pages.page("polls/show.html", **common, **standing_of_reader(poll, state))


def _tally_of_closed(poll: Poll) -> Tally | None:
    """Return the tally for a page; one that no job has stored yet is shown only once the close is noted for good.

    Noted by the one thread that writes, since a page that is read takes no lock itself.
    """
    if poll.closing_seen_at is None and poll.tally is None:
        seen_at, poll_id = now(), poll.id
        group_commit.run(lambda: poll_states.note_closings(now=seen_at, poll_id=poll_id))
    return closing.tally_of(poll)


def may_declare(poll: Poll) -> bool:
    """Tell whether the reader may declare: a meeting's vote those who may call the meeting, any other the officers."""
    if poll.meeting_poll is None:
        return roles.holds_any(held_roles(), roles.DECLARES_OUTCOMES)
    return conveners.convenes(poll.body, poll.group_id)


def standing_of_reader(poll: Poll, state: PollState) -> dict[str, Any]:
    """Return whether the reader may vote, and if not, why not; what was cast before."""
    standing: dict[str, Any] = {
        "may_contest": False,
        "entry": None,
        "refusal": Reason.NOT_SIGNED_IN,
        "sentence": "",
        "cast": [],
        "choice": (),
        "mistake": "",
    }
    person = person_or_none()
    if person is None:
        return standing
    frozen = poll_states.frozen_of(poll)
    unit = roll_units.unit_of_person(frozen, person.id)
    reason = ballot_rules.why_not_unit(Attempt(person.id, ()), poll=frozen, unit=unit) or rules.why_not_vote(state)
    mine = unit is not None and unit.voted_by == person.id
    return standing | {
        "may_contest": frozen.by_household and unit is not None and unit.voted_by not in (None, person.id),
        "entry": unit,
        "refusal": reason,
        "sentence": refusal_words.refusal(ballots.refused(reason, unit, frozen)) if reason else "",
        "cast": poll_queries.ballots_of(poll, unit.number) if unit and mine else [],
    }


def office_links(poll: Poll) -> dict[str, bool]:
    """Return which other pages of a poll the reader's offices open."""
    held = held_roles()
    return {
        "helps": roles.holds_any(held, roles.HELPS_VOTERS),
        "counts": (poll.paper or poll.hands) and roles.holds_any(held, roles.COUNTS_BALLOTS),
        "changes": roles.holds_any(held, roles.CHANGES_POLLS),
        "recounts": roles.holds_any(held, roles.SCRUTINEERS) and not paper_tickers.hides_voters(poll, now()),
    }


def rule_of(poll: Poll) -> FrozenRule:
    """Return the rule as it was frozen. Raises Refused for a draft."""
    return poll_states.frozen_of(poll).rule


def state_of(poll: Poll) -> PollState:
    return poll_states.state_for_page(poll, now(), village().clock_trusted_at)


def still_running(poll: Poll) -> bool:
    """Tell whether counts are still secret: before the close, and for ever after a cancellation."""
    return state_of(poll) not in (PollState.CLOSED, PollState.DECLARED)


def published_before_close(poll: Poll) -> dict[str, Any]:
    """Return what is published for programs before the close: no counts and no choices."""
    return {
        "poll": poll.id,
        "state": state_of(poll).value,
        "fingerprint": poll_states.fingerprint_of(poll),
        "secret": poll.secret,
        "roll": {"units": poll_states.roll_size(poll), "unit": rule_of(poll).unit.value},
        "opens_at": poll.opens_at.isoformat(),
        "closes_at": poll.closes_at.isoformat(),
    }


def published_outcome(poll: Poll) -> dict[str, Any]:
    """Return counts and verdict for programs, with both sides of every comparison."""
    tally = _tally_of_closed(poll)
    if tally is None:
        fault = closing.fault_of(poll)
        return published_before_close(poll) | ({"set_aside": fault.value} if fault else {})
    verdict = closing.verdict_of(poll, tally).as_facts()
    return {
        **published_before_close(poll),
        "new_ways": poll_queries.new_ways(poll.id),
        "blank": tally.blank,
        "invalid": tally.invalid,
        "counts_by_channel": {channel: list(n) for channel, n in tally.parts_to_show(secret=poll.secret).items()},
        "standing": poll.standing,
        "rule": rule_of(poll).to_facts(),
        "channels": dict(tally.by_channel),
        "present": tally.present,
        "counts": [
            {"option": option.number, "label": option.label, "count": count}
            for option, count in zip(poll.options, tally.counts, strict=True)
        ],
        "quorum": verdict["quorum"],
        "majority": verdict["majority"],
        "winners": verdict["winners"],
        "tied": verdict["tied"],
        "outcome": verdict["outcome"],
    }


def meeting_of(poll: Poll) -> Meeting | None:
    """Return the meeting that voted in a poll, if one did."""
    return db.session.get(Meeting, poll.meeting_poll.meeting_id) if poll.meeting_poll else None
