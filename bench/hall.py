"""A meeting for the bench: all people of the bench's village are called, the chair has opened it. Prints ids as JSON."""

import json
from datetime import timedelta

from sqlalchemy import select

from consult import clock, create_app
from consult.domain.law.four_deliberations import DeliberationStage, StageRecord
from consult.domain.law.motion_checks import Check, LawQuestion
from consult.domain.law.vote_gates import Exceptions
from consult.domain.meetings.agendas import ItemKind, ItemPlan
from consult.domain.meetings.meetings import MeetingPlan
from consult.domain.polls.poll_plans import Asked
from consult.domain.polls.polls import PollKind
from consult.models import Consultation, Person, Village, db
from consult.services.core.acts import Act
from consult.services.law import four_deliberations
from consult.services.meetings import agendas, check_ins, meeting_votes, meetings, proceedings

WHY = Exceptions("bench")


def build(slug: str = "bench") -> dict[str, object]:
    """Make a meeting that is called, opened and at its motion, before anyone has checked in."""
    now, village = clock.now(), db.session.scalars(select(Village).where(Village.slug == slug)).one()
    chair = db.session.scalars(select(Person).where(Person.village_id == village.id).order_by(Person.id)).first()
    assert chair is not None
    by_chair = Act.of(chair, now=now)
    plan = MeetingPlan("VA_people", None, "村民会议", "榕树头", now + timedelta(minutes=1))
    meeting = meetings.draft(plan, Act.of(chair, now=now, language="zh-Hans-CN", key="hall"))
    words = ItemPlan("修好上圳三百米水圳", ItemKind.MOTION, None, "把上圳三处修好。", "")
    item = agendas.add(meeting, words, Act.of(chair, now=now, language="zh-Hans-CN", key="item"))
    consultation = db.session.get_one(Consultation, item.consultation_id)
    four_deliberations.choose_matter(consultation, "public_works", by_chair)
    four_deliberations.check_motion(consultation, Check({q.value: "yes" for q in LawQuestion}, ""), by_chair)
    study = StageRecord(
        step=DeliberationStage.PARTY_PROPOSES,
        held_on=clock.now().date(),
        place="bench",
        expected=9,
        present=9,
        support=9,
        oppose=0,
        abstain=0,
        words="bench",
        exception="",
    )
    four_deliberations.record_step(consultation, study, "", by_chair)
    asked = Asked(
        kind=PollKind.MOTION, question="您赞成吗？", options=(), max_choices=1, secret=False, paper=False, hands=True
    )
    vote = meeting_votes.plan(item, asked, Act.of(chair, now=now, key="vote"))
    meetings.call(meeting, WHY, by_chair)
    proceedings.open_meeting(meeting, by_chair, chair_id=chair.id, recorder_id=chair.id, began_at=now)
    proceedings.call_item(meeting, 1, by_chair)
    return {"meeting": meeting.id, "vote": vote.id, "code": check_ins.screen_codes(meeting.id, now)[0]}


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps(build()))
