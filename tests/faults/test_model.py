"""A small model of a poll beside the real one: whatever is done in whatever order, both count the same."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from consult import clock
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import Channel
from consult.domain.polls.secret_ballots import new_token
from consult.domain.refusals import Refused
from consult.models import Consultation, CountSheet, Poll, PollChange, db
from consult.services.core import group_commit
from consult.services.polls import (
    ballot_requests,
    ballots,
    count_sheets,
    offline_turnout,
    poll_changes,
    poll_states,
    polls,
)
from consult.services.polls import closing as counting
from consult.services.polls.counting import paper_tickers
from consult.services.site.verification import verify
from tests.village import Cast, a_consultation, a_plan, number_of

pytestmark = pytest.mark.both_databases
VOTERS = ("ah_fong", "ah_kwok", "old_chan", "uncle_ho", "ms_yip", "aunt_leung")
HOUR = timedelta(hours=1)


@dataclass
class Model:
    """What must be so: who voted how, by which channel, until when."""

    closes: Any
    votes: dict[str, tuple[str, int]] = field(default_factory=dict)
    paper: set[str] = field(default_factory=set)
    extended: bool = False

    def copy(self) -> "Model":
        return Model(self.closes, dict(self.votes), set(self.paper), self.extended)


class Polling(RuleBasedStateMachine):
    """Each example makes polls of its own in one village, and lives in its own time."""

    app: Any
    cast: Cast
    path: str
    counted = 0

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.now = max(clock.now(), db.session.scalar(select(func.max(Poll.closes_at))) or clock.now()) + HOUR
        self.begin()
        self.kept: tuple[Model, Any] | None = None

    def begin(self) -> None:
        self.secret = bool(int(self.now.timestamp()) % 2)
        plan = a_plan(secret=self.secret, paper=True, opens_at=self.now, closes_at=self.now + 10 * HOUR)
        key = new_token()
        consultation = db.session.get_one(Consultation, a_consultation(self.cast, key=key))
        poll = polls.draft(consultation, plan, self.cast.sister_chow.act(key=key, now=self.now))
        self.poll = poll.id
        polls.announce(self.row(), self.cast.sister_chow.act(now=self.now))
        self.model = Model(plan.closes_at)

    def row(self) -> Poll:
        db.session.rollback()
        return db.session.get_one(Poll, self.poll, populate_existing=True)

    def attempt(self, act: Any, *, allowed: bool) -> bool:
        """Whether it was done; it must be done exactly when the model says so."""
        refused = None
        try:
            act()
        except Refused as refusal:
            refused = refusal.reason
            db.session.rollback()
        assert allowed == (refused is None), refused or "the model refuses what was done"
        return refused is None

    def order(
        self, who: str, choice: int, channel: Channel = Channel.PHONE, **more: Any
    ) -> ballot_requests.BallotRequest:
        actor = getattr(self.cast, who) if channel is Channel.PHONE else self.cast.ah_keung
        return ballot_requests.BallotRequest(
            self.cast.id, self.poll, actor.id, (choice,), new_token(), channel=channel, **more
        )

    def may(self, who: str, channel: str) -> bool:
        used = "paper" if who in self.model.paper else self.model.votes.get(who, (None, 0))[0]
        again = used == channel and not self.secret
        return self.now < self.model.closes and (used is None or again)

    @rule(who=st.sampled_from(VOTERS), choice=st.integers(1, 3))
    def cast_or_revise(self, who: str, choice: int) -> None:
        db.session.rollback()
        order = self.order(who, choice)
        if self.attempt(lambda: ballots.cast(order, clock=lambda: self.now), allowed=self.may(who, "phone")):
            self.model.votes[who] = ("phone", choice)
            ballots.cast(order, clock=lambda: self.now)  # the reply was lost: the same press again

    @rule(who=st.sampled_from(VOTERS), choice=st.integers(1, 3))
    def assist(self, who: str, choice: int) -> None:
        number = number_of(self.poll, getattr(self.cast, who))
        db.session.rollback()
        helped = ballot_requests.Assistant(self.cast.ah_keung.id, self.cast.sister_chow.id)
        order = self.order(who, choice, Channel.ASSISTED, number=number, assistant=helped)
        if self.attempt(lambda: ballots.cast(order, clock=lambda: self.now), allowed=self.may(who, "assisted")):
            self.model.votes[who] = ("assisted", choice)

    @rule(who=st.sampled_from(VOTERS))
    def paper(self, who: str) -> None:
        number = number_of(self.poll, getattr(self.cast, who))
        row, actor = self.row(), self.cast.sister_chow.act(now=self.now)
        free = who not in self.model.votes
        if paper_tickers.hides_voters(row, self.now):
            boss = self.cast.old_chan.act(now=self.now, key=f"ticker-{self.poll}")
            paper_tickers.assign(row, actor.actor, boss)
        act = lambda: offline_turnout.mark(row, Channel.PAPER, [number], actor)  # noqa: E731
        if self.attempt(act, allowed=free):
            self.model.paper.add(who)

    @rule()
    def extend(self) -> None:
        row, later = self.row(), self.model.closes + 5 * HOUR
        actor = self.cast.sister_chow.act(key=new_token(), now=self.now)
        allowed = not self.model.extended and self.now < self.model.closes

        def act() -> None:
            change = poll_changes.ask(row, ChangeRequest(ChangeKind.EXTENSION, "雨", later), "council_member", actor)
            second = db.session.get_one(PollChange, change.id)
            poll_changes.confirm(second, "committee_member", self.cast.old_chan.act(now=self.now))

        if self.attempt(act, allowed=allowed):
            self.model.closes, self.model.extended = later, True

    @rule(hours=st.integers(1, 12))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule()
    def crash(self) -> None:
        """Whatever was begun and not committed is gone, and every connection with it."""
        db.session.get_one(Poll, self.poll)
        db.session.remove()
        self.app.extensions.pop("group_commit", None)
        db.engine.dispose()

    @precondition(lambda self: self.path)
    @rule()
    def back_up(self) -> None:
        self.crash()
        with group_commit.alone():
            checkpoint(self.path)
            shutil.copy(self.path, f"{self.path}.kept")
        self.kept = (self.model.copy(), self.now)

    @precondition(lambda self: self.path and self.kept)
    @rule()
    def restore(self) -> None:
        self.crash()
        checkpoint(self.path)
        shutil.copy(f"{self.path}.kept", self.path)
        assert self.kept is not None
        self.model = self.kept[0].copy()

    @precondition(lambda self: len(self.model.votes) + len(self.model.paper) >= 1)
    @rule()
    def close(self) -> None:
        self.now = max(self.now, self.model.closes)
        if self.model.paper:
            self.count_paper()
        facts = counting.declare(self.row(), self.cast.old_chan.act(now=self.now)).facts["tally"]
        cast_choices = [choice for _, choice in self.model.votes.values()] + [1] * len(self.model.paper)
        assert facts["counts"] == [cast_choices.count(n) for n in (1, 2, 3)]
        assert facts["present"] == len(self.model.votes) + len(self.model.paper)
        assert list(verify(self.cast.row())) == []
        type(self).counted += 1
        self.now += HOUR
        self.begin()
        self.kept = None

    def count_paper(self) -> None:
        figures = Figures(n := len(self.model.paper), n, (n, 0, 0))
        sheet = count_sheets.open_sheet(
            self.row(), Channel.PAPER, "票箱", self.cast.old_chan.act(key=new_token(), now=self.now)
        ).id
        for who in (self.cast.old_chan, self.cast.uncle_ho):
            count_sheets.enter(db.session.get_one(CountSheet, sheet), figures, who.act(now=self.now), picture="")

    def teardown(self) -> None:
        db.session.rollback()
        assert poll_states.roll_size(self.row()) == 8
        db.session.remove()
        self.context.pop()


def checkpoint(path: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def test_whatever_is_done_the_poll_counts_what_the_model_counts(app, config, village):
    path = config.database_url.removeprefix("sqlite:///") if config.on_sqlite else ""
    polling: Any = type("Here", (Polling,), {"app": app, "cast": village, "path": path})
    run_state_machine_as_test(
        polling,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{polling.counted} polls counted, each as the model counts")
    assert polling.counted >= 3
