"""What a poll's pages show in each of its states."""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from consult.domain import versions
from consult.domain.audit import fingerprint_groups
from consult.domain.law import bodies
from consult.domain.people import roles
from consult.domain.polls import annulments as annulment_rules
from consult.domain.polls import ballot_rules, methods, repeat_grounds
from consult.domain.polls import polls as rules
from consult.domain.polls.ballot_rules import Attempt
from consult.domain.polls.change_requests import ChangeKind
from consult.domain.polls.frozen import FrozenRule
from consult.domain.polls.polls import PollState, Standing, Tally
from consult.domain.polls.repeat_grounds import Ground
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, Meeting, Poll, db
from consult.models.board import notice_queries
from consult.models.people import roll_queries
from consult.models.polls import act_queries, channel_queries, poll_queries
from consult.models.talk import moderation_queries
from consult.services.core import group_commit
from consult.services.meetings import proceedings, resolutions
from consult.services.people.villages import local_day
from consult.services.polls import ballots, closing, poll_changes, poll_states, polls, roll_units
from consult.services.polls.channels import assisted_voting, own_acts
from consult.services.polls.channels.own_acts import ShownAct
from consult.services.polls.counting import contested_outcomes, paper_tickers
from consult.services.polls.requests import further_votes, roll_appeals, same_words
from consult.services.polls.requests.further_votes import Repeat
from consult.views.polls import changed_words
from consult.views.polls.changed_words import ChangedWords
from consult.web import conveners, errors, pages
from consult.web.access import held_roles, now, person_or_none, today, village
from consult.web.words import code_words, heard_words, refusal_words
from consult.web.words.lists import dotted

INPUT_TIME = "%Y-%m-%dT%H:%M"
"""What <input type=datetime-local> takes: a machine's format, not one that people read."""


HEARD = (PollState.ANNOUNCED, PollState.OPEN, PollState.DECLARED)
"""States in which the page of a vote is read aloud."""
OPINIONS = "opinions"
"""The outcome, for programs, of a vote that only advises: it carries nothing and rejects nothing."""


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
    body = polls.body_of(poll, village(), now=now())
    asked = repeat_grounds.bodies_asked(poll.body, Standing(poll.standing))
    return pages.page(
        "polls/draft.html",
        200 if refusal is None else errors.status_of(refusal.reason),
        poll=poll,
        version=versions.token(polls.shown_parts(poll)),
        body=body,
        few=rules.few_in_secret(polls.voters_ahead(poll, village(), now=now())) if poll.secret else 0,
        formal_source=polls.formal_source(poll.village_id, body, poll.group_id),
        first_day=bodies.first_opening_day(local_day(village(), now()), body.notice_days),
        refusal=refusal_words.refusal(refusal) if refusal else "",
        same_words=same_words.unsaid(poll.consultation_id, asked, poll.group_id, Standing(poll.standing)),
    )


def announced(poll: Poll) -> Response:
    state = state_of(poll)
    changes, fingerprint = poll_changes.confirmed_with_fingerprint(poll)
    common: dict[str, Any] = {
        "poll": poll,
        "state": state,
        "rule": rule_of(poll),
        "resolution": polls.resolution_of(poll),
        "called_text": _called_text(poll),
        "changes": changes,
        "fingerprint": fingerprint_groups(fingerprint),
        "office": office_links(poll),
        "appeals": roll_appeals.numbers(poll.id),
        "again": (again := further_votes.repeat_of(poll)),
        "changed_since": _changed_since(poll, again),
        "other_matters": same_words.other_matters(poll.consultation_id),
        "my_marks": _marks_of_reader(poll),
        "heard": heard_words.heard_poll(poll) if state in HEARD else None,
        "own_voice": moderation_queries.shown_recording(poll.consultation.proposal),
    }
    if state in rules.COUNTED:
        common["acts"] = _acts_on(poll)
        common["may_declare"] = state is PollState.CLOSED and may_declare(poll)
        tally = _tally_of_closed(poll)
        common["version"] = versions.token(closing.shown_parts(poll)) if common["may_declare"] else ""
        if tally is None:
            return pages.page(
                "polls/counting.html",
                **common,
                why=closing.why_not_countable(poll, now()),
                fault=closing.fault_of(poll),
            )
        reader = person_or_none()
        noted, ended = poll_queries.noted_units(poll.id), act_queries.counts_of(poll.id)
        return pages.page(
            "polls/outcome.html",
            **common,
            tally=tally,
            verdict=closing.verdict_of(poll, tally),
            parts=tally.parts_to_show(secret=poll.secret),
            contested=act_queries.contested_numbers(poll.id) if ended.get("contested") else (),
            ended=ended,
            helpers=assisted_voting.by_helper(poll.id) if noted.helped else (),
            noted=noted,
            own_vote=(own := poll_queries.own_vote(poll.id, reader) if reader is not None else None),
            chosen=chosen_words(own.choice, {one.number: (one.label, poll.kind) for one in poll.options})
            if own
            else "",
            notice_id=notice_queries.of_result(poll.id),
            asked_again=noted.asked_again,
            hangs_on=None
            if poll.declaration or poll.annulled_at
            else contested_outcomes.votes_it_hangs_on(poll, tally, now()),
            annullers=annulment_rules.sources(poll.body),
            annulment=next((one for one in changes if one.kind is ChangeKind.ANNULMENT), None),
        )
    return pages.page("polls/show.html", **common, **standing_of_reader(poll, state))


def chosen_words(choice: str | None, labels: Mapping[int, tuple[str, str]]) -> str:
    """Return what was chosen in a named vote in words; `choice`: as its ballot holds it, None for a secret one."""
    numbers: list[int] = json.loads(choice) if choice else []
    return dotted(code_words.answer(*labels[n]) for n in numbers if n in labels)


def _changed_since(poll: Poll, again: Repeat | None) -> ChangedWords | None:
    """Return what changed between an earlier vote and this one, where that is the ground of this one."""
    if again is None or again.ground is not Ground.CHANGED_PROPOSAL:
        return None
    revision = poll_states.frozen_of(poll).proposal_revision
    return changed_words.since_vote(again.earlier.id, poll.consultation_id, revision=revision)


def _marks_of_reader(poll: Poll) -> Sequence[Any]:
    """Return the marks of the reader's own unit on paper or by hand that were undone; one that stands is an act on the vote."""
    person = person_or_none()
    if person is None or not (poll.paper or poll.hands):
        return ()
    number = poll_queries.number_of(poll.id, person, by_household=poll_states.frozen_of(poll).by_household)
    marks = channel_queries.marks_of_unit(poll.id, number) if number is not None else ()
    return [one for one in marks if one.undone_at is not None]


def _acts_on(poll: Poll) -> list[ShownAct]:
    """Return what others did with the reader's vote, for who is signed in."""
    reader = person_or_none()
    return own_acts.told(poll, reader, state_of(poll), on=today()) if reader is not None else []


def _called_text(poll: Poll) -> str:
    """Return the text of a meeting's motion as it was called, where another one is voted on; else nothing."""
    meeting, frozen = meeting_of(poll), poll_states.frozen_of(poll)
    item = proceedings.item_of(meeting.id, frozen.meeting.item) if meeting and frozen.meeting else None
    if meeting is None or item is None:
        return ""
    return resolutions.text_before_amendment(meeting.call, item, polls.resolution_of(poll))


def _tally_of_closed(poll: Poll) -> Tally | None:
    """Return the tally for a page; one that no job has stored yet is shown only once the close is noted for good, or not at all.

    Noted by the one thread that writes, since a page that is read takes no lock itself.
    """
    if poll.closing_seen_at is None and poll.tally is None:
        seen_at, poll_id = now(), poll.id
        if not group_commit.note(lambda: poll_states.note_closings(now=seen_at, poll_id=poll_id)):
            return None
    return closing.tally_of(poll)


def may_declare(poll: Poll) -> bool:
    """Tell whether the reader may declare: a meeting's vote those who decide in the meeting, any other the officers."""
    if poll.meeting_poll is None:
        return roles.holds_any(held_roles(), roles.DECLARES_OUTCOMES)
    return conveners.may_decide(db.session.get_one(Meeting, poll.meeting_poll.meeting_id))


def standing_of_reader(poll: Poll, state: PollState) -> dict[str, Any]:
    """Return whether the reader may vote, and if not, why not; what was cast before."""
    standing: dict[str, Any] = {
        "acts": [],
        "helped_others": False,
        "entry": None,
        "refusal": Reason.NOT_SIGNED_IN,
        "sentence": "",
        "cast": [],
        "replaced": "",
        "choice": (),
        "mistake": "",
    }
    person = person_or_none()
    if person is None:
        return standing
    frozen = poll_states.frozen_of(poll)
    unit = roll_units.unit_of_person(frozen, person.id, on=today())
    reason = ballot_rules.why_not_unit(Attempt(person.id, ()), poll=frozen, unit=unit) or rules.why_not_vote(state)
    mine = unit is not None and unit.voted_by == person.id
    return standing | {
        "acts": own_acts.told(poll, person, state, on=today()) if unit is not None and unit.channel is not None else [],
        "helped_others": state is PollState.OPEN and own_acts.gave_or_witnessed(poll, person),
        "entry": unit,
        "refusal": reason,
        "sentence": refusal_words.refusal(ballots.refused(reason, unit, frozen)) if reason else "",
        "cast": poll_queries.ballots_of(poll, unit.number) if unit and mine else [],
        "replaced": roll_units.replaced_name(unit) if unit is not None and unit.voted_by is None else "",
    }


def office_links(poll: Poll) -> dict[str, bool]:
    """Return which other pages of a poll the reader's offices open."""
    held = held_roles()
    return {
        "helps": roles.holds_any(held, roles.HELPS_VOTERS) and not is_author(poll),
        "decides": roles.holds_any(held, roles.DECIDES_CONTESTS),
        "looks": bodies.takes_letters(poll.body) and roles.holds_any(held, roles.COUNTS_BALLOTS),
        "counts": (poll.paper or poll.hands) and roles.holds_any(held, roles.COUNTS_BALLOTS),
        "changes": roles.holds_any(held, roles.CHANGES_POLLS),
        "recounts": roles.holds_any(held, roles.SCRUTINEERS) and not paper_tickers.hides_voters(poll, now()),
    }


def is_author(poll: Poll) -> bool:
    """Tell whether the reader made the proposal: that person neither helps voters nor counts."""
    reader = person_or_none()
    return reader is not None and poll_states.author_of(poll.consultation_id) == reader.id


def rule_of(poll: Poll) -> FrozenRule:
    """Return the rule as it was frozen. Raises Refused for a draft."""
    return poll_states.frozen_of(poll).rule


def state_of(poll: Poll) -> PollState:
    return poll_states.state_for_page(poll, now(), village().clock_trusted_at)


def still_running(poll: Poll) -> bool:
    """Tell whether counts are still secret: before the close, and for ever after a cancellation."""
    return state_of(poll) not in rules.COUNTED


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
    verdict, appeals = closing.verdict_of(poll, tally).as_facts(), roll_appeals.numbers(poll.id)
    return {
        **published_before_close(poll),
        "new_ways": poll_queries.new_ways(poll.id),
        "blank": tally.blank,
        "invalid": tally.invalid,
        "papers": None
        if tally.returned is None
        else {"issued": tally.issued, "returned": tally.returned, "late": tally.late},
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
        "outcome": OPINIONS if poll.standing is Standing.ADVISORY else verdict["outcome"],
        "annulled_at": poll.annulled_at.isoformat() if poll.annulled_at else None,
        "roll_appeals": appeals.as_facts(),
    }


def may_be_left_off(poll: Poll) -> bool:
    """Tell whether a page offers the appeal of those left off the roll: while it can be made, to who is not on the roll.

    A stranger may be somebody who is not.
    """
    if poll.meeting_poll is not None or not poll.stands or poll.closes_at <= now():
        return False
    person = person_or_none()
    by_household = poll_states.frozen_of(poll).by_household
    return person is None or poll_queries.number_of(poll.id, person, by_household=by_household) is None


def meeting_of(poll: Poll) -> Meeting | None:
    """Return the meeting that voted in a poll, if one did."""
    return db.session.get(Meeting, poll.meeting_poll.meeting_id) if poll.meeting_poll else None
