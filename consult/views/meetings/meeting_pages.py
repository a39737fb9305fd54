"""What the pages of a meeting show in each of its states, and who sees which."""

import secrets
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, request

from consult.domain import versions
from consult.domain.audit import fingerprint_groups
from consult.domain.form_errors import FormError
from consult.domain.law import bodies, vote_gates
from consult.domain.law.motions import ItemText, Motion
from consult.domain.law.vote_gates import Exceptions
from consult.domain.meetings import meetings as rules
from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.meetings.proceedings import Course
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.refusals import Reason, Refused
from consult.domain.text_fields import line
from consult.models import AgendaItem, Meeting, Petition, db
from consult.models.meetings import check_in_queries, meeting_queries
from consult.services.law import four_deliberations
from consult.services.meetings import (
    agendas,
    appointments,
    meeting_states,
    meetings,
    minutes,
    petitions,
    proceedings,
    resolutions,
    rsvps,
)
from consult.services.people.villages import local_day, local_midnight
from consult.views.polls.poll_pages import INPUT_TIME
from consult.web import conveners, pages
from consult.web.access import held_roles, now, person_or_none, today, village
from consult.web.words import code_words, meeting_words, refusal_words

INTERNAL = bodies.internal_codes()
MOST_COPIED = 6
SHORT_NOTICE_LENGTH = 300


def in_office() -> bool:
    """Tell whether the reader runs meetings, keeps their record, or oversees them."""
    return roles.holds_any(held_roles(), roles.READS_MEETING_PAPERS)


def runs() -> bool:
    return roles.holds_any(held_roles(), roles.RUNS_MEETINGS)


def staffs_check_in() -> bool:
    return roles.holds_any(held_roles(), roles.STAFFS_CHECK_IN)


def find_meeting(meeting_id: int, *, drafts: bool = False) -> Meeting:
    """Return a meeting of this village that the reader may see; 404 otherwise."""
    meeting = meeting_queries.one(village().id, meeting_id)
    if meeting is None or (meeting.called_at is None and not (drafts and runs() and meeting.cancelled_at is None)):
        abort(404)
    if meeting.body in INTERNAL and not in_office():
        reader = person_or_none()
        if reader is None or not meeting_queries.called_person(meeting.id, reader, in_person=True):
            abort(404)
    return meeting


def to_run(meeting_id: int) -> Meeting:
    """Return a meeting that the reader may run. 404; raises Refused."""
    meeting = find_meeting(meeting_id, drafts=True)
    if not conveners.may_run(meeting):
        raise Refused(Reason.NOT_CONVENER)
    return meeting


def to_call(meeting_id: int) -> Meeting:
    """Return a meeting that the reader may call, move, cancel or decide in. 404; raises Refused."""
    meeting = find_meeting(meeting_id, drafts=True)
    if not conveners.convenes(meeting.body, meeting.group_id):
        raise Refused(Reason.NOT_CONVENER)
    return meeting


def to_decide(meeting_id: int) -> Meeting:
    """Return a meeting in which the reader may plan, open, end and declare votes. 404; raises Refused."""
    meeting = find_meeting(meeting_id, drafts=True)
    if not conveners.may_decide(meeting):
        raise Refused(Reason.NOT_CONVENER)
    return meeting


def form(values: Mapping[str, str], mistakes: Mapping[str, str], status: int = 200) -> Response:
    petition = _petition(values.get("petition", ""))
    mine, groups = conveners.offered()
    asked = petitions.rule_of(petition) if petition is not None else None
    offered = mine if asked is None else asked.bodies
    return pages.page(
        "meetings/new.html",
        status,
        values=values,
        mistakes=mistakes,
        petition=petition,
        bodies=[(code, code_words.body(code)) for code in offered],
        group_choices=groups,
        put_off=put_off(values.get("copy", "")),
        chosen=set(request.form.getlist("carry")) if request.method == "POST" else None,
        earlier=[] if values.get("copy") or petition else _may_be_copied(offered),
    )


def copied(chosen: str) -> dict[str, str]:
    """Return the values of the form of a new meeting that is to be like an earlier one; empty where there is none."""
    meeting = _earlier(chosen)
    if meeting is None:
        return {}
    heard = [item.title for item in meeting_queries.agenda(meeting.id) if item.kind is not ItemKind.MOTION]
    later = {item.title for item in agendas.put_off(meeting)}
    return {
        "copy": str(meeting.id),
        "body": meeting.body,
        "group_id": str(meeting.group_id or ""),
        "title": meeting.title,
        "place": meeting.place,
        "speech_minutes": str(meeting.speech_minutes),
        "reports": "\n".join(title for title in heard if title not in later),
    }


def put_off(chosen: str) -> list[AgendaItem]:
    """Return the items that the meeting which is copied put off or did not come to."""
    meeting = _earlier(chosen)
    return agendas.put_off(meeting) if meeting is not None else []


def _earlier(chosen: str) -> Meeting | None:
    meeting_id = read_id(chosen)
    meeting = meeting_queries.one(village().id, meeting_id) if meeting_id is not None else None
    return meeting if meeting is not None and meeting.called_at is not None and conveners.may_run(meeting) else None


def _may_be_copied(bodies_offered: Collection[str]) -> list[Any]:
    """Return the newest meetings of these bodies that are over, for a new one like one of them."""
    past = meeting_queries.past(
        village().id,
        person_or_none(),
        since=local_midnight(village(), now()),
        internal=INTERNAL,
        officer=in_office(),
        most=MOST_COPIED,
    )
    return [one for one in past if one.body in bodies_offered]


def _petition(text: str) -> Petition | None:
    chosen = read_id(text)
    petition = db.session.get(Petition, chosen) if chosen is not None else None
    return petition if petition is not None and petition.village_id == village().id else None


def draft(
    meeting: Meeting,
    *,
    values: Mapping[str, str] | None = None,
    mistakes: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Show a draft: what is planned, what is still missing before the call, and the forms for it."""
    body = meeting_states.body_of(meeting)
    starts_on, today = local_day(village(), meeting.starts_at), local_day(village(), now())
    items = meeting_queries.agenda(meeting.id)
    motions = four_deliberations.motions([i.consultation_id for i in items if i.kind is ItemKind.MOTION])
    texts = resolutions.against_proposals(items)
    notice_days = max([body.notice_days, *(motion.open_days for motion in motions.values())])
    ripe = {
        i.number: _why_unripe(i, motions[i.consultation_id], meeting, texts[i.number])
        for i in items
        if i.kind is ItemKind.MOTION
    }
    return pages.page(
        "meetings/draft.html",
        status,
        meeting=meeting,
        version=versions.token(meetings.shown_parts(meeting)),
        body=body,
        items=items,
        resolutions=resolutions.of_items(items),
        votes=votes_by_item(meeting.id),
        ripe=ripe,
        proposals=[(p.id, p.title) for p in meeting_queries.proposals_for_agenda(village().id)],
        notice_is_short=vote_gates.notice_is_short(notice_days, called_on=today, starts_on=starts_on),
        may_be_shortened=vote_gates.may_be_shortened(body, motions.values(), called_on=today, starts_on=starts_on),
        notice_days=notice_days,
        calls=conveners.convenes(meeting.body, meeting.group_id),
        days=rules.full_days_between(today, starts_on),
        values={"key": secrets.token_urlsafe(18), **(values or {})},
        mistakes=_of_all_items(mistakes or {}, ripe),
    )


def _of_all_items(mistakes: Mapping[str, str], ripe: Mapping[int, str]) -> Mapping[str, str]:
    """Return the mistakes of a draft: where an item is not ready, what each of them lacks, and not only the first."""
    if mistakes.get("") not in {why for why in ripe.values() if why}:
        return mistakes
    return {f"item-{number}": why for number, why in ripe.items() if why}


def _why_unripe(item: Any, motion: Motion, meeting: Meeting, text: ItemText) -> str:
    """Return why a motion cannot be put before this body yet, as a sentence; empty: it can."""
    try:
        motion.refuse_unless_ripe(
            item.title,
            meeting.body,
            meeting.group_id,
            authorisation=item.authorisation,
            on=day_of_vote(meeting),
            text=text,
        )
    except Refused as refusal:
        return refusal_words.refusal(refusal)
    return ""


def day_of_vote(meeting: Meeting) -> date:
    """Return the day on which a meeting votes, as far as is known today."""
    return max(local_day(village(), now()), local_day(village(), meeting.starts_at))


def votes_by_item(meeting_id: int) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for vote in meeting_queries.votes(meeting_id):
        found.setdefault(vote.item, []).append(vote)
    return found


def live(meeting: Meeting) -> dict[str, Any]:
    """Return what every screen of a meeting shows: who is here, where it stands, the open vote, what was decided."""
    course, votes = proceedings.course_of(meeting.id), votes_by_item(meeting.id)
    items = meeting_queries.agenda(meeting.id)
    on = next((item for item in items if item.number == course.current), None)
    mine, call = votes.get(course.current or 0, []), meeting.call
    vote = next(
        (v for v in mine if v.announced_at and not v.ended_at and not v.cancelled_at and v.closes_at > now()), None
    )
    quorum = meeting_states.quorum_of(meeting)
    return {
        "meeting": meeting,
        "state": meeting_states.state_of(meeting),
        "course": course,
        "items": items,
        "resolutions": resolutions.called_of_items(call, items),
        "votes": votes,
        "on": on,
        "vote": vote,
        "quorum": quorum,
        "unit": unit_of(meeting),
        "quorum_sentence": meeting_words.quorum(quorum, unit_of(meeting), meeting.call.rule if meeting.call else None),
        "ways": check_in_queries.present_by_way(meeting.id),
        "version": meeting_queries.screen_version(meeting.village_id, meeting.id),
    }


def unit_of(meeting: Meeting) -> str:
    """Return what the roll counts, "person" or "household"; empty for a draft."""
    return meeting.call.unit.value if meeting.call else ""


def render_meeting(meeting: Meeting) -> Response:
    """Show the public page: the notice in short, the reader's answer and check-in, and what goes on now."""
    reader = person_or_none()
    called = reader is not None and meeting_queries.called_person(meeting.id, reader)
    context = live(meeting)
    return pages.page(
        "meetings/show.html",
        **context,
        called=called,
        **_of_reader(meeting, called, context["course"]),
        answers=check_in_queries.answers(meeting.id, since=appointments.answers_since(meeting)),
        changes=meeting_queries.changes(meeting.id),
        runs=conveners.may_run(meeting),
        calls=conveners.convenes(meeting.body, meeting.group_id),
        staffs_check_in=staffs_check_in(),
        in_office=in_office(),
        notices=meeting_queries.notices(meeting.id),
        fingerprint=fingerprint_groups(meeting.fingerprint or ""),
        online=meeting.call is not None and meeting.call.online != "",
        takes_letters=meeting_states.body_of(meeting).takes_letters,
        minutes_ready=minutes.confirmed_digest(meeting.id) != "",
        key=secrets.token_urlsafe(18),
    )


def _of_reader(meeting: Meeting, called: bool, course: Course) -> dict[str, Any]:
    """Return what the reader answered, and whether they are here."""
    nothing = {"my_answer": "", "signed_in": False, "house_is_here": "", "letters": [], "my_turn": 0, "ticked": False}
    reader = person_or_none()
    if reader is None or not called:
        return nothing
    household = meeting_states.by_household(meeting)
    entry = check_in_queries.unit_of(meeting.id, reader, by_household=household)
    ticked = household and entry is not None and entry.way in (CheckInWay.MANUAL, CheckInWay.PAPER)
    other = entry.attending_id if entry and entry.attending_id not in (None, reader.id) and not ticked else None
    queue = [asked.facts.get("person") for asked in course.queue]
    return {
        "my_answer": rsvps.mine(meeting, reader),
        "house_is_here": meeting_queries.names([other])[other] if other else "",
        "signed_in": entry is not None
        and entry.attending_id is not None
        and (ticked or entry.attending_id == reader.id),
        "letters": check_in_queries.proxied_units(meeting.id, reader.id),
        "ticked": ticked,
        "my_turn": queue.index(reader.id) + 1 if reader.id in queue else 0,
    }


def is_in_doubt(meeting: Meeting) -> bool:
    """Tell whether the day of a meeting is over and nothing says that it was held."""
    return meeting_words.is_in_doubt(meeting, now())


def same_hour_tomorrow(meeting: Meeting) -> datetime:
    """Return the hour of a meeting tomorrow, or on its own day where that is later."""
    days = (today() - local_day(village(), meeting.starts_at)).days + 1
    return meeting.starts_at + timedelta(days=max(1, days))


def as_values(meeting: Meeting) -> dict[str, str]:
    """Return the values of the fields that move a meeting."""
    return {"place": meeting.place, "starts_at": local_time(meeting.starts_at)}


def local_time(instant: datetime) -> str:
    """Return an instant by the village's clock, for <input type=datetime-local>."""
    return instant.astimezone(ZoneInfo(village().timezone)).strftime(INPUT_TIME)


def exceptions_from(form: Mapping[str, str], mistakes: dict[str, FormError]) -> Exceptions:
    """Return why the notice is short, as an officer wrote it for the call. An authorisation is written for each item."""
    return Exceptions(short_notice=line(form, "short_notice", SHORT_NOTICE_LENGTH, mistakes, may_be_empty=True))
