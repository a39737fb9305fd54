"""The standing cast. A test says who, and the reader knows what they may do.

Ah Fong    a villager on the roll, head of her household        Ah Kwok      her husband
Old Chan   committee member                                    Siu Ming     his grandson, too young to vote
Aunt Leung mediator                                            Uncle Ho     supervisor
Ms Yip     clerk                                               Sister Chow  council member
Ah Keung   head of the upper group                             Mr Wong      of another village
"""

import hashlib
import io
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from consult import clock
from consult.domain.people.office_terms import Term
from consult.domain.people.people import HEAD_OF_HOUSEHOLD
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import SignInWay
from consult.domain.polls.poll_plans import PollPlan
from consult.domain.polls.polls import Channel, PollKind, Standing
from consult.domain.polls.secret_ballots import new_token
from consult.domain.talk.comments import CommentText, Stance
from consult.domain.talk.consultations import Draft
from consult.domain.talk.phases import Phase
from consult.models import (
    BodyStanding,
    Consultation,
    Group,
    Household,
    Person,
    Poll,
    RollEntry,
    StandingChange,
    Village,
    db,
)
from consult.services.core import crypto, files
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import stored_files
from consult.services.people import grants, sign_ins, villages
from consult.services.polls import ballot_requests, ballots, polls
from consult.services.polls.counting import due
from consult.services.talk import comments, consultations
from consult.web.access import SIGN_IN_COOKIE

Row = TypeVar("Row")
FOUNDED = datetime(2026, 1, 5, tzinfo=UTC)
SUMMARY = "上圳从山塘口到老碾房这一段，去年大水冲坏了三处，今年插秧前要修好。"
WORDS = Draft("修好上圳三百米水圳", SUMMARY, f"{SUMMARY}\n\n先清淤，再砌石。", 12_860_000, (("县里补助", 12_860_000),))


ORIGIN = {"way": "elected", "source_on": "2025-12-20", "source_words": "村民代表会议"}
"""Where an office comes from, in the form that gives one."""


@dataclass(frozen=True)
class Who:
    """One of the cast: what a test needs to know without asking the database."""

    id: int
    name: str
    household_id: int
    phone: str

    def row(self) -> Person:
        """The person in the session at hand."""
        return db.session.get_one(Person, self.id)

    def act(self, *, now: datetime | None = None, language: str = "", key: str = "") -> Act:
        """An act of this person in the session at hand, now if no instant is given."""
        return Act.of(self.row(), now=now or clock.now(), language=language, key=key)


@dataclass(frozen=True)
class Cast:
    id: int
    slug: str
    upper_group: int
    lower_group: int
    ah_fong: Who
    ah_kwok: Who
    old_chan: Who
    siu_ming: Who
    aunt_leung: Who
    uncle_ho: Who
    ms_yip: Who
    sister_chow: Who
    ah_keung: Who
    mr_wong: Who

    def row(self) -> Village:
        return db.session.get_one(Village, self.id)


@atomic
def build() -> Cast:
    """Both villages, in the app context at hand."""
    here = villages.create("rongxi", "榕溪村", now=FOUNDED, province="广东", collective="榕溪村经济联合社")
    there = villages.create("daling", "大岭村", now=FOUNDED)
    upper, lower, far = _group(here, "上围", 1), _group(here, "下围", 2), _group(there, "大岭", 1)
    fongs, chans, keungs = (_household(upper, f"01-00{n}") for n in (1, 2, 3))
    leungs, hos, yips, chows = (_household(lower, f"02-00{n}") for n in (1, 2, 3, 4))
    return Cast(
        here.id,
        here.slug,
        upper.id,
        lower.id,
        ah_fong=_person(fongs, "李桂芳", 1978, "13800000001", sex="女", language="yue_Hant"),
        ah_kwok=_person(fongs, "陈国强", 1975, "13800000002", relation="配偶"),
        old_chan=_person(chans, "陈伯坚", 1958, "13800000003", office=Role.COMMITTEE_MEMBER),
        siu_ming=_person(chans, "陈小明", clock.now().year - 15, "13800000004", relation="孙子"),
        aunt_leung=_person(leungs, "梁秀珍", 1963, "13800000005", sex="女", office=Role.MEDIATOR),
        uncle_ho=_person(hos, "何树根", 1960, "13800000006", office=Role.SUPERVISOR),
        ms_yip=_person(yips, "叶敏仪", 1990, "13800000007", sex="女", office=Role.CLERK),
        sister_chow=_person(chows, "周玉兰", 1972, "13800000008", sex="女", office=Role.COUNCIL_MEMBER),
        ah_keung=_person(keungs, "陈志强", 1980, "13800000009", office=Role.GROUP_HEAD, group=upper),
        mr_wong=_person(_household(far, "01-001"), "黄先生", 1970, "13800000010", office=Role.COMMITTEE_MEMBER),
    )


def _group(village: Village, name: str, position: int) -> Group:
    return _added(Group(village_id=village.id, name=name, position=position))


def _household(group: Group, code: str) -> Household:
    return _added(Household(village_id=group.village_id, group_id=group.id, code=code))


def _person(
    household: Household,
    name: str,
    born: int,
    phone: str,
    *,
    relation: str = HEAD_OF_HOUSEHOLD,
    sex: str = "男",
    language: str = "zh_Hans",
    office: Role | None = None,
    group: Group | None = None,
) -> Who:
    person = Person(
        village_id=household.village_id,
        household_id=household.id,
        roll_position=int(phone[-2:]),
        name=name,
        relation=relation,
        sex=sex,
        number_since=FOUNDED,
        born=date(born, 3, 1),
        phone_cipher=crypto.seal(phone),
        phone_mark=crypto.mark("phone", phone),
        collective_member=True,
        language=language,
    )
    _added(person)
    if office is not None:
        term = Term(FOUNDED.date(), group_id=group.id if group else None)
        grants.grant(person, office, term, Act.by_system(person.village_id, now=FOUNDED))
    return Who(person.id, name, household.id, phone)


def _added(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


# Builders of what the cast does. Each runs in the app context at hand and returns ids or codes.


def words_of_its_own(key: str) -> Draft:
    """The usual words, with a plan that no other key has: who puts the same words to the vote again is asked why."""
    plan = "".join(chr(0x4E00 + n * 7) for n in hashlib.shake_256(key.encode()).digest(200))
    return replace(WORDS, text=plan)


def a_consultation(
    cast: Cast, *, by: Who | None = None, words: Draft | None = None, key: str = "consultation-1"
) -> int:
    """Opened by Sister Chow of the council."""
    words = words or (WORDS if key in ("consultation-1", "for-poll-1") else words_of_its_own(key))
    act = (by or cast.sister_chow).act(language="zh-Hans-CN", key=key)
    return consultations.open_consultation(words, [], act, group_ids=[]).id


def a_plan(**changes: object) -> PollPlan:
    """A motion to all adults of the village, advisory, open since a minute and for three days."""
    now = clock.now()
    usual: dict[str, Any] = {
        "body": "VA_people",
        "group_id": None,
        "kind": PollKind.MOTION,
        "question": "您赞成修上圳吗？",
        "options": (),
        "max_choices": 1,
        "standing": Standing.ADVISORY,
        "short_notice_reason": "",
        "opens_at": now - timedelta(minutes=1),
        "closes_at": now + timedelta(days=3),
    }
    return PollPlan(**(usual | changes))


def a_draft(cast: Cast, *, key: str = "poll-1", **changes: object) -> int:
    """A poll that has not been announced; `changes` are fields of its plan."""
    consultation = db.session.get_one(Consultation, a_consultation(cast, key=f"for-{key}"))
    return polls.draft(consultation, a_plan(**changes), cast.sister_chow.act(key=key)).id


def a_poll(cast: Cast, *, key: str = "poll-1", **changes: object) -> int:
    """An announced poll. Open now, unless `changes` say otherwise."""
    poll_id = a_draft(cast, key=key, **changes)
    polls.announce(db.session.get_one(Poll, poll_id), cast.sister_chow.act())
    return poll_id


def formal_by_phone(cast: Cast, body: str) -> None:
    """The village's own rule that phone votes of a body are formal."""
    asked = StandingChange(
        village_id=cast.id,
        body=body,
        source="村民自治章程 12",
        asked_by=cast.old_chan.id,
        asked_office=Role.COMMITTEE_MEMBER,
        asked_at=FOUNDED,
    )
    db.session.add(asked)
    db.session.flush()
    asked.confirmed_by, asked.confirmed_office, asked.confirmed_at = cast.uncle_ho.id, Role.SUPERVISOR, FOUNDED
    db.session.flush()
    kept = {"source": asked.source, "set_by": asked.asked_by, "set_at": FOUNDED}
    db.session.add(BodyStanding(village_id=cast.id, body=body, **kept))
    db.session.commit()


def vote(cast: Cast, poll_id: int, who: Who, *choice: int, key: str = "", at: datetime | None = None) -> str:
    """Cast a ballot and return its receipt code."""
    order = ballot_requests.BallotRequest(cast.id, poll_id, who.id, choice, key or f"{poll_id}-{who.id}-{choice}")
    return _cast(order, at)


def _cast(order: ballot_requests.BallotRequest, at: datetime | None) -> str:
    """Through the writer's own thread: this one must hold no lock meanwhile."""
    db.session.rollback()
    return ballots.cast(order, clock=lambda: at or clock.now()).code


def vote_in_secret(
    cast: Cast, poll_id: int, who: Who, *choice: int, token: str = "", at: datetime | None = None
) -> str:
    """Cast a secret ballot and return its token, which is the receipt."""
    token = token or new_token()
    order = ballot_requests.BallotRequest(cast.id, poll_id, who.id, choice, token)
    return _cast(order, at)


def number_of(poll_id: int, who: Who) -> int:
    """The roll number by which somebody, or their household, stands on the roll of a poll."""
    mine = RollEntry.unit.in_((f"person:{who.id}", f"household:{who.household_id}"))
    return db.session.scalars(select(RollEntry.number).where(RollEntry.poll_id == poll_id, mine)).one()


def help_to_vote(
    cast: Cast, poll_id: int, voter: Who, *choice: int, helper: Who, witness: Who, key: str = "", pin: bool = True
) -> str:
    """A helper fills in for a voter before a witness, who types their PIN unless `pin` is False. Returns the receipt code."""
    order = ballot_requests.BallotRequest(
        cast.id,
        poll_id,
        helper.id,
        choice,
        key or new_token(),
        channel=Channel.ASSISTED,
        number=number_of(poll_id, voter),
        assistant=ballot_requests.Assistant(helper.id, witness.id, witnessed=pin),
    )
    return _cast(order, None)


def close(*, at: datetime) -> list[int]:
    """Let time pass: close and count what is due at an instant."""
    return list(due.close_due(now=at))


def sign_in_as(client: FlaskClient, who: Who) -> str:
    """Let a test client act as one of the cast. Returns the token."""
    with client.application.app_context():
        token = sign_ins.begin(who.row(), SignInWay.DEMO, now=clock.now())
    client.set_cookie(SIGN_IN_COOKIE, token)
    return token


def a_matter(cast: Cast, *, by: Who | None = None, key: str = "matter-1", words: Draft = WORDS) -> int:
    """Raised by Ah Fong, a villager: it waits for others to stand behind it."""
    act = (by or cast.ah_fong).act(language="zh-Hans-CN", key=key)
    return consultations.open_consultation(words, [], act, group_ids=[], phase=Phase.RAISE).id


def say(
    cast: Cast,
    consultation_id: int,
    who: Who,
    stance: Stance = Stance.QUESTION,
    text: str = "八月断水，莲藕塘怎么办？",
    *,
    key: str = "",
) -> int:
    """A comment. Returns its id."""
    consultation = db.session.get_one(Consultation, consultation_id)
    act = who.act(language="zh-Hans-CN", key=key or f"{consultation_id}-{who.id}-{text}")
    return comments.write(consultation, CommentText(stance, text), act).id


def villagers(cast: Cast, how_many: int) -> list[int]:
    """More adults, each in a household of the lower group. Returns their ids."""
    group = db.session.get_one(Group, cast.lower_group)
    made = [_person(_household(group, f"12-{n:03}"), f"邻居{n}", 1980, f"139{n:08}") for n in range(how_many)]
    db.session.commit()
    return [one.id for one in made]


def a_photo(who: Who) -> str:
    """Return the name of a small photo that somebody sent."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return stored_files.keep(out.getvalue(), files.PICTURES, who.act()).name
