"""The demo village for `bench check`: every kind of page, with the reader for whom it is measured.

Run as a module it seeds the village and prints, as JSON, a sign-in token for each reader and the addresses of the pages.
"""

import json
from dataclasses import asdict, dataclass

from flask import current_app
from sqlalchemy import func, select

from consult import clock, create_app
from consult.demo import accounts, seed_village
from consult.domain.people.roles import Role
from consult.models import Comment, MediationCase, Meeting, Notice, Poll, PollTally, Task, db
from consult.services.core import schema
from consult.services.people import sign_ins

STRANGER, VILLAGER, OFFICER, CLERK, MEDIATOR = "stranger", "villager", "officer", "clerk", "mediator"
OFFICES = {OFFICER: Role.BRANCH_SECRETARY, CLERK: Role.CLERK, MEDIATOR: Role.HEAD_OF_MEDIATION}


@dataclass(frozen=True)
class Page:
    """One kind of page as one reader opens it."""

    kind: str
    reader: str
    path: str
    sends: str = ""
    """Empty for a GET; otherwise what a POST sends: `look` for the second look at a ballot, `vote` for the ballot."""

    @property
    def name(self) -> str:
        return f"{self.kind}, {self.reader}"


def seed() -> dict[str, object]:
    """Seed the demo village. Return the tokens of its readers and the pages to measure."""
    village = seed_village.seed(now=clock.now())
    cast = accounts.members()
    people = {VILLAGER: cast[0].person}
    people |= {name: next(m.person for m in cast if role in m.roles) for name, role in OFFICES.items()}
    tokens = {name: sign_ins.begin(one, "demo", now=clock.now()) for name, one in people.items()}
    return {"tokens": tokens, "pages": [asdict(page) for page in _pages(f"/{village.slug}", tokens)]}


def _pages(at: str, tokens: dict[str, str]) -> list[Page]:
    case = {name: _case_of(tokens[name], at) for name in (VILLAGER, MEDIATOR)}
    opened, announced, outcome = _polls()
    talk, task = _consultation(), db.session.scalars(select(Task).order_by(Task.id)).first()
    held, coming, *_ = db.session.scalars(select(Meeting.id).order_by(Meeting.id))
    notice = db.session.scalars(select(Notice.id).order_by(Notice.id.desc())).first()
    everybody = (STRANGER, VILLAGER, OFFICER)
    if task is None:
        raise SystemExit("bench: the demo village has no task")
    kinds: list[tuple[str, str, tuple[str, ...]]] = [
        ("front page", "/", everybody),
        ("consultations", "/consultations/", everybody),
        ("proposal", f"/consultations/{talk}", everybody),
        ("comments", f"/consultations/{talk}/comments", (VILLAGER,)),
        ("open poll", f"/polls/{opened}", everybody),
        ("announced poll", f"/polls/{announced}", everybody),
        ("outcome", f"/polls/{outcome}", everybody),
        ("my polls", "/polls/mine", (VILLAGER,)),
        ("me", "/me", (VILLAGER, OFFICER)),
        ("notices", "/notices/", everybody),
        ("notice", f"/notices/{notice}", everybody),
        ("meetings", "/meetings/", everybody),
        ("meeting", f"/meetings/{held}", everybody),
        ("minutes", f"/meetings/{held}/minutes", everybody),
        ("console", f"/meetings/{coming}/console", (OFFICER,)),
        ("projector", f"/meetings/{coming}/projector", (OFFICER,)),
        ("check-in desk", f"/meetings/{coming}/door", (OFFICER,)),
        ("tasks", f"/consultations/{task.consultation_id}/tasks/", everybody),
        ("roll", "/roll", (CLERK,)),
        ("cases", "/cases/", (STRANGER, VILLAGER, MEDIATOR)),
        ("case (party)", f"/cases/{case[VILLAGER]}", (VILLAGER,)),
        ("case (in charge)", f"/cases/{case[MEDIATOR]}", (MEDIATOR,)),
        ("filing form", "/cases/new/story?kind=neighbours", (VILLAGER,)),
        ("search", "/search?q=%E6%B0%B4%E5%9C%B3", everybody),
        ("inbox", "/notifications/", (VILLAGER, OFFICER)),
        ("sign-in", "/sign-in", (STRANGER,)),
    ]
    found = [Page(kind, reader, at + path) for kind, path, readers in kinds for reader in readers]
    return [
        *found,
        Page("second look", VILLAGER, f"{at}/polls/{opened}/ballots/look", "look"),
        Page("vote", VILLAGER, f"{at}/polls/{opened}/ballots", "vote"),
        Page("receipt", VILLAGER, f"{at}/polls/{opened}/receipt"),
    ]


def _polls() -> tuple[int, int, int]:
    """Return the ids of a poll that is open, one that is announced and one whose outcome is known."""
    now = clock.now()
    plain = select(Poll.id).where(Poll.announced_at.is_not(None), Poll.secret.is_(False), Poll.hands.is_(False))
    opened = plain.where(Poll.opens_at <= now, Poll.closes_at > now).order_by(Poll.paper, Poll.id)
    announced = plain.where(Poll.opens_at > now).order_by(Poll.id)
    outcome = plain.where(Poll.id.in_(select(PollTally.poll_id))).order_by(Poll.id)
    found = [db.session.scalars(query).first() for query in (opened, announced, outcome)]
    if None in found:
        raise SystemExit(f"bench: the demo village lacks a poll of the three: {found}")
    return found[0] or 0, found[1] or 0, found[2] or 0


def _consultation() -> int:
    """Return the consultation with most comments."""
    query = select(Comment.consultation_id).group_by(Comment.consultation_id).order_by(func.count().desc())
    return db.session.scalars(query).first() or 0


def _case_of(token: str, at: str) -> str:
    """Return the address of the oldest case that the holder of this token can open."""
    client = current_app.test_client()
    client.set_cookie("sign_in", token)
    addresses = list(db.session.scalars(select(MediationCase.address).order_by(MediationCase.id)))
    db.session.remove()  # the requests below share this context
    found = next((one for one in addresses if client.get(f"{at}/cases/{one}").status_code == 200), None)
    if found is None:
        raise SystemExit("bench: a reader of the demo village can open no case")
    return found


if __name__ == "__main__":
    with create_app().app_context():
        schema.create()
        print(json.dumps(seed()))
