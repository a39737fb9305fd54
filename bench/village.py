"""The village the bench runs on: 300 people, 200 consultations, one open poll. Prints cookies of its voters as JSON."""

import json
import sys
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select

from consult import clock, create_app
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import SignInWay
from consult.domain.polls.poll_plans import PollPlan
from consult.domain.polls.polls import PollKind, Standing
from consult.domain.talk.consultations import Draft
from consult.models import Comment, Consultation, Group, Household, Person, PhaseEntry, Proposal, Village, db
from consult.services.core import schema, transactions
from consult.services.core.acts import Act
from consult.services.people import grants, sign_ins, villages
from consult.services.polls import polls
from consult.services.talk import consultations

PEOPLE, CONSULTATIONS = 300, 200
COMMENTS = (50, 500, 5000)
STANCES = ("support", "concern", "question", "suggestion")
LAMPS = Draft("给老碾房换三盏灯", "老碾房夜里看不见路。", "买三盏灯，装在门口和两头。", None, ())
SUMMARY = "上圳从山塘口到老碾房这一段，去年大水冲坏了三处。"


def people(village: Village, how_many: int) -> list[Person]:
    group = Group(village_id=village.id, name="上围", position=1)
    db.session.add(group)
    db.session.flush()
    households = [
        Household(village_id=village.id, group_id=group.id, code=f"01-{n:04}") for n in range(how_many // 3 + 1)
    ]
    db.session.add_all(households)
    db.session.flush()
    found = [
        Person(
            village_id=village.id,
            household_id=households[n // 3].id,
            roll_position=n,
            name=f"陈桂{n}",
            relation="",
            born=date(1970, 1, 1),
        )
        for n in range(how_many)
    ]
    db.session.add_all(found)
    db.session.flush()
    return found


def talk(village: Village, officer: Person, how_many: int, now: datetime) -> None:
    for n in range(1, how_many + 1):
        one = Consultation(
            village_id=village.id,
            year=2026,
            number=n + 1,
            opened_by=officer.id,
            opened_at=now,
            request_key=f"{village.id}-{n}",
        )
        one.proposal = Proposal(
            village_id=village.id,
            title=f"修好第{n}条水圳",
            summary=SUMMARY,
            text=SUMMARY,
            language="zh-Hans-CN",
            cost_fen=12860000,
            proposed_by=officer.id,
            proposed_at=now,
        )
        db.session.add(one)
    db.session.flush()


def comments(village: Village, speakers: list[Person], now: datetime) -> dict[str, int]:
    """Write three proposals with 50, 500 and 5,000 comments, a reply to every tenth. Return their ids."""
    query = select(Consultation.id).where(Consultation.village_id == village.id).order_by(Consultation.id).limit(3)
    found = dict(zip(map(str, COMMENTS), db.session.scalars(query), strict=True))
    for how_many, consultation_id in found.items():
        db.session.add(
            PhaseEntry(
                consultation_id=consultation_id, number=1, village_id=village.id, phase="discuss", entered_at=now
            )
        )
        db.session.execute(
            insert(Comment),
            [
                {
                    "village_id": village.id,
                    "consultation_id": consultation_id,
                    "person_id": speakers[n % len(speakers)].id,
                    "parent_id": None,
                    "stance": STANCES[n % 4],
                    "text": f"第{n}句：{SUMMARY}",
                    "language": "zh-Hans-CN",
                    "revision": 1,
                    "from_council": False,
                    "request_key": f"{consultation_id}-{n}",
                    "written_at": now,
                }
                for n in range(int(how_many))
            ],
        )
        above = db.session.scalars(select(Comment.id).where(Comment.consultation_id == consultation_id)).all()
        db.session.execute(
            insert(Comment),
            [
                {
                    "village_id": village.id,
                    "consultation_id": consultation_id,
                    "person_id": speakers[0].id,
                    "parent_id": one,
                    "stance": "",
                    "text": "图纸加上了。",
                    "language": "zh-Hans-CN",
                    "revision": 1,
                    "from_council": True,
                    "request_key": f"{consultation_id}-r{one}",
                    "written_at": now,
                }
                for one in above[::10]
            ],
        )
    return found


def poll(
    village: Village, officer: Person, now: datetime, *, lasts: timedelta = timedelta(days=30), key: str = ""
) -> int:
    """Announce a poll that opened a minute ago. With a `key` it is about something else: the same is not asked twice."""
    draft = Draft("修好上圳三百米水圳", SUMMARY, SUMMARY, None, ()) if not key else LAMPS
    opened = consultations.open_consultation(
        draft, [], Act.of(officer, now=now, language="zh-Hans-CN", key=f"c{village.id}{key}"), group_ids=[]
    )
    plan = PollPlan(
        body="VA_people",
        group_id=None,
        kind=PollKind.MOTION,
        question="要换灯吗？" if key else "您赞成吗？",
        options=(),
        max_choices=1,
        standing=Standing.ADVISORY,
        short_notice_reason="",
        opens_at=now - timedelta(minutes=1),
        closes_at=now + lasts,
    )
    act = Act.of(officer, now=now, key=f"p{village.id}{key}")
    made = polls.draft(opened, plan, act)
    polls.announce(made, act)
    return made.id


def build(voters: int = PEOPLE, slug: str = "bench", *, talking: bool = True) -> dict[str, object]:
    """Make one village, ready to vote. `talking`: add comments, which are not in the log and would fail verification."""
    now = clock.now()
    village = villages.create(slug, "榕溪村", now=now)
    talks = {}
    with transactions.writing():
        everybody = people(village, voters)
        grants.give_first(
            everybody[0], Role.COMMITTEE_MEMBER, Term(date(2026, 1, 1)), Act.by_system(village.id, now=now)
        )
        if talking:
            talk(village, everybody[0], CONSULTATIONS, now)
            talks = comments(village, everybody, now)
    poll_id = poll(village, everybody[0], now)
    tokens = [sign_ins.begin(person, SignInWay.DEMO, now=now) for person in everybody]
    return {"slug": slug, "poll": poll_id, "tokens": tokens, "talks": talks}


if __name__ == "__main__":
    with create_app().app_context():
        schema.create()
        print(json.dumps(build(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE, talking="quiet" not in sys.argv)))
