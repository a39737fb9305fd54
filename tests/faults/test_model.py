"""A small model of a poll beside the real one: whatever is done in whatever order, both count the same."""

import copy
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from consult import clock
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.polls.acts_on_votes import answer_due, numbers
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import HELPER_CAP, Channel
from consult.domain.polls.secret_ballots import new_token
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, CountSheet, Poll, PollChange, ProxyLetter, RollEntry, VoteDispute, db
from consult.models.polls import act_queries
from consult.services.core import group_commit
from consult.services.core.acts import Act
from consult.services.people import grants
from consult.services.people.villages import local_day
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
from consult.services.polls.channels import answers, rulings, vote_disputes
from consult.services.polls.counting import late_marks, paper_tickers
from consult.services.site.verification import verify
from tests import hours
from tests.bundle_cases import check, files_of
from tests.hours import day_of
from tests.village import FOUNDED, Cast, a_consultation, a_photo, a_plan, number_of

pytestmark = pytest.mark.both_databases
DECIDERS = (("uncle_ho", "supervisor"), ("ms_yip", "branch_secretary"), ("aunt_leung", "council_member"))
"""None of them helps, marks or holds a letter here; of a contest of their own another one decides."""
VOTERS = ("ah_fong", "ah_kwok", "old_chan", "uncle_ho", "ms_yip", "aunt_leung")
HOUR = timedelta(hours=1)


@dataclass
class Model:
    """What must be so: who voted how, by which channel, until when."""

    closes: Any
    votes: dict[str, tuple[str, int]] = field(default_factory=dict)
    paper: set[str] = field(default_factory=set)
    extended: bool = False
    unmarked: set[str] = field(default_factory=set)
    helped: set[str] = field(default_factory=set)
    """Whom the one helper has filled in for, three at most."""
    waits: set[str] = field(default_factory=set)
    """Whose helped vote nobody has said yes to: it does not count."""
    confirmed: set[str] = field(default_factory=set)
    """Who said yes to a helped vote: the helper changes it no more."""
    letters: set[str] = field(default_factory=set)
    """Whose letter nobody has looked at yet: the poll is not counted before."""
    contested: dict[str, date] = field(default_factory=dict)
    """Who says of what stands that it is not so, and until which day the poll is not counted before two have decided."""
    found_out: set[str] = field(default_factory=set)
    """Whose helper was found wrong and does not act for them again."""
    held_wrong: set[str] = field(default_factory=set)
    """Whose letter was found wrong: its holder brings no other one."""
    stays: set[str] = field(default_factory=set)
    """Of whose vote it was found that it is not so, and nobody can take it out of the count."""

    def taken_out(self, who: str) -> None:
        """The unit is free again: neither a ballot of it counts nor a mark."""
        self.votes.pop(who, None)
        for one in (self.waits, self.letters, self.confirmed):
            one.discard(who)
        self.contested.pop(who, None)

    def copy(self) -> "Model":
        return copy.deepcopy(self)


class Polling(RuleBasedStateMachine):
    """Each example makes polls of its own in one village, and lives in its own time."""

    app: Any
    cast: Cast
    path: str
    begun = counted = ruled = looked = undecided = 0

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.now = max(clock.now(), db.session.scalar(select(func.max(Poll.closes_at))) or clock.now()) + HOUR
        self.begin()
        self.kept: tuple[Model, Any] | None = None

    def begin(self) -> None:
        type(self).begun += 1
        self.nth, self.secret = self.begun, self.begun % 2 == 0
        plan = a_plan(secret=self.secret, paper=True, opens_at=self.now, closes_at=self.now + 10 * HOUR)
        key = new_token()
        consultation = db.session.get_one(Consultation, a_consultation(self.cast, key=key))
        poll = polls.draft(consultation, plan, self.cast.sister_chow.act(key=key, now=self.now))
        self.poll = poll.id
        polls.announce(self.row(), self.cast.sister_chow.act(now=self.now))
        self.model = Model(plan.closes_at)
        if self.nth % 4 == 1:  # chance alone brings no letter in some runs
            self.by_letter(2)

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
        own_instead = used in ("assisted", "proxy") and channel == "phone"
        again = (used == channel or own_instead) and not self.secret
        return self.now < self.model.closes and (used is None or again)

    @rule(who=st.sampled_from(VOTERS), choice=st.integers(1, 3))
    def cast_or_revise(self, who: str, choice: int) -> None:
        db.session.rollback()
        order = self.order(who, choice)
        if self.attempt(lambda: ballots.cast(order, clock=lambda: self.now), allowed=self.may(who, "phone")):
            self.model.taken_out(who)
            self.model.votes[who] = ("phone", choice)
            ballots.cast(order, clock=lambda: self.now)  # the reply was lost: the same press again

    @rule(who=st.sampled_from(VOTERS), choice=st.integers(1, 3), said=st.booleans())
    def assist(self, who: str, choice: int, said: bool) -> None:
        number = number_of(self.poll, getattr(self.cast, who))
        db.session.rollback()
        helped = ballot_requests.Assistant(self.cast.ah_keung.id, self.cast.sister_chow.id, witnessed=said)
        order = self.order(who, choice, Channel.ASSISTED, number=number, assistant=helped)
        may = self.may(who, "assisted") and len(self.model.helped - {who}) < HELPER_CAP and (said or not self.secret)
        may = may and who not in self.model.confirmed | self.model.contested.keys() | self.model.found_out
        if self.attempt(lambda: ballots.cast(order, clock=lambda: self.now), allowed=may):
            self.model.votes[who] = ("assisted", choice)
            self.model.helped.add(who)
            (self.model.waits.discard if said else self.model.waits.add)(who)

    @rule(who=st.sampled_from(VOTERS))
    def say_yes(self, who: str) -> None:
        """The voter says of the helper's vote that it is right, where it waits."""
        unit = db.session.get(RollEntry, (self.poll, number_of(self.poll, getattr(self.cast, who))))
        number, rev = unit.number, unit.rev
        act = lambda: answers.witness(  # noqa: E731
            self.row(), number, rev, getattr(self.cast, who).act(now=self.now), sound=True
        )
        if who in self.model.waits and self.attempt(act, allowed=self.now < self.model.closes):
            self.model.waits.discard(who)
            self.model.confirmed.add(who)

    @rule(who=st.sampled_from(VOTERS))
    def say_no(self, who: str) -> None:
        """The witness says of a helped vote that waits that it was not so: it does not count, and the voter may vote."""
        unit = db.session.get(RollEntry, (self.poll, number_of(self.poll, getattr(self.cast, who))))
        number, rev = unit.number, unit.rev
        act = lambda: answers.witness(  # noqa: E731
            self.row(), number, rev, self.cast.sister_chow.act(now=self.now), sound=False
        )
        if who in self.model.waits and self.attempt(act, allowed=self.now < self.model.closes):
            self.model.taken_out(who)

    @rule(choice=st.integers(1, 3))
    def by_letter(self, choice: int) -> None:
        """Ah Kwok votes for his wife with a letter."""
        number, photo = number_of(self.poll, self.cast.ah_fong), a_photo(self.cast.ah_kwok)
        db.session.rollback()
        order = ballot_requests.BallotRequest(
            self.cast.id,
            self.poll,
            self.cast.ah_kwok.id,
            (choice,),
            new_token(),
            channel=Channel.PROXY,
            number=number,
            letter=photo,
        )
        free = "ah_fong" not in self.model.votes and "ah_fong" not in self.model.paper
        may = free and not self.secret and self.now < self.model.closes and "ah_fong" not in self.model.held_wrong
        if self.attempt(lambda: ballots.cast(order, clock=lambda: self.now), allowed=may):
            self.model.votes["ah_fong"] = ("proxy", choice)
            self.model.letters.add("ah_fong")

    @rule(sound=st.booleans())
    def look(self, *, sound: bool) -> None:
        if self.model.letters:
            query = select(ProxyLetter).filter_by(poll_id=self.poll).order_by(ProxyLetter.rev.desc())
            letter, act = db.session.scalars(query).first(), self.cast.ms_yip.act(now=self.now)
            assert self.attempt(lambda: answers.look(letter, act, sound=sound, reason="没有字"), allowed=True)
            self.model.letters.clear()
            type(self).looked += 1
            if not sound:
                self.model.taken_out("ah_fong")

    @rule(who=st.sampled_from(VOTERS))
    def contest(self, who: str) -> None:
        """A voter says of what another did that it is not so, also after the close."""
        row, act = self.row(), getattr(self.cast, who).act(now=self.now)
        allowed = who in self.by_another()
        if self.attempt(lambda: vote_disputes.dispute(row, "", act, on=day_of(self.now)), allowed=allowed):
            self.model.contested.setdefault(who, answer_due(day_of(self.now)))

    def by_another(self) -> list[str]:
        """Whose vote somebody else gave or noted."""
        helped = {who for who, (channel, _) in self.model.votes.items() if channel in ("assisted", "proxy")}
        return sorted(helped | self.model.paper)

    @rule(who=st.sampled_from(VOTERS), upheld=st.booleans())
    def decide(self, who: str, *, upheld: bool) -> None:
        if who in self.model.contested:
            self.rule_on(who, upheld=upheld)

    def rule_on(self, who: str, *, upheld: bool, counted: bool = False) -> None:
        """Two who had no hand in it and live elsewhere are of one mind. A counted paper is said to be in the box."""
        in_box = counted if who in self.model.paper else None
        number = number_of(self.poll, getattr(self.cast, who))
        for name, office in [one for one in DECIDERS if one[0] != who][:2]:
            [contest] = act_queries.open_contest_ids(self.poll, number)
            row = db.session.get_one(VoteDispute, contest)
            act = getattr(self.cast, name).act(now=self.now)
            rulings.say(row, office, act, upheld=upheld, reason="看过了", in_box=in_box)
        self.model.contested.pop(who, None)
        type(self).ruled += 1
        if not upheld:
            return
        if who in self.model.paper and not counted:
            self.model.paper.remove(who)
            self.model.unmarked.add(who)
        elif who in self.model.paper or self.secret:
            self.model.stays.add(who)
        else:
            (self.model.held_wrong if self.model.votes[who][0] == "proxy" else self.model.found_out).add(who)
            self.model.taken_out(who)

    @rule(who=st.sampled_from(VOTERS))
    def paper(self, who: str) -> None:
        number = number_of(self.poll, getattr(self.cast, who))
        row, actor = self.row(), self.cast.sister_chow.act(now=self.now)
        free = who not in self.model.votes
        if paper_tickers.hides_voters(row, self.now):
            boss = self.cast.old_chan.act(now=self.now, key=f"ticker-{self.poll}")
            paper_tickers.assign(row, actor.actor, boss)
        act = lambda: offline_turnout.mark(row, Channel.PAPER, [number], actor)  # noqa: E731
        if self.attempt(act, allowed=free and self.now < self.model.closes):
            self.model.paper.add(who)

    @rule(who=st.sampled_from(VOTERS), confirmed=st.booleans())
    def paper_after_the_close(self, who: str, *, confirmed: bool) -> None:
        """One officer asks with the signed list; only the second one's word marks."""
        number = number_of(self.poll, getattr(self.cast, who))
        photo, row = a_photo(self.cast.sister_chow), self.row()
        free = who not in self.model.votes and who not in self.model.paper
        asking = self.cast.sister_chow.act(now=self.now, key=new_token())

        def act() -> None:
            asked = late_marks.ask(row, Channel.PAPER, [number], asking, picture=photo, office="council_member")
            if confirmed:
                late_marks.confirm(asked, "committee_member", self.cast.old_chan.act(now=self.now))

        own = confirmed and who == "old_chan"  # who confirms is of another house
        if self.attempt(act, allowed=free and self.now >= self.model.closes and not own) and confirmed:
            self.model.paper.add(who)

    @rule(who=st.sampled_from(VOTERS))
    def unmark(self, who: str) -> None:
        """A wrong mark is undone before the close: the unit has not voted, and may by any way."""
        number = number_of(self.poll, getattr(self.cast, who))
        row, actor = self.row(), self.cast.sister_chow.act(now=self.now)
        if paper_tickers.hides_voters(row, self.now):
            boss = self.cast.old_chan.act(now=self.now, key=f"ticker-{self.poll}")
            paper_tickers.assign(row, actor.actor, boss)
        marked = who in self.model.paper
        may = self.now < self.model.closes if marked else who in self.model.unmarked
        act = lambda: offline_turnout.unmark(row, [number], "看错了号", actor)  # noqa: E731
        if self.attempt(act, allowed=may) and marked:
            self.not_on_paper(who)

    @rule(who=st.sampled_from(VOTERS), confirmed=st.booleans())
    def unmark_after_the_close(self, who: str, *, confirmed: bool) -> None:
        """One officer asks to undo a mark with the list nobody signed; only the second one's word undoes it."""
        number = number_of(self.poll, getattr(self.cast, who))
        photo, row = a_photo(self.cast.sister_chow), self.row()
        asking = self.cast.sister_chow.act(now=self.now, key=new_token())

        def act() -> None:
            request = {"picture": photo, "office": "council_member", "undo_because": "没有签字"}
            asked = late_marks.ask(row, Channel.PAPER, [number], asking, **request)
            if confirmed:
                late_marks.confirm(asked, "committee_member", self.cast.old_chan.act(now=self.now))

        own = confirmed and who == "old_chan"  # who confirms is of another house
        may = who in self.model.paper and self.now >= self.model.closes and not own
        if self.attempt(act, allowed=may) and confirmed:
            self.not_on_paper(who)

    def not_on_paper(self, who: str) -> None:
        self.model.paper.remove(who)
        self.model.unmarked.add(who)
        self.model.contested.pop(who, None)

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
        nth, kept = self.nth, 0
        for who in self.by_another()[: nth % 3]:
            self.contest(who)
        self.refused_while_something_waits()
        counted_first, nobody_decides = nth // 2 % 2 == 0, nth % 5 == 4
        if nobody_decides:
            self.look(sound=nth % 3 == 0)
            self.now += timedelta(days=numbers().answer_days + 2)
        elif not counted_first:
            self.settle(upheld=nth % 3 == 0)
        if self.model.paper:
            kept = nth % 3 and len(self.model.paper) - 1
            self.count_paper(kept)
        if counted_first and not nobody_decides:
            self.settle(upheld=nth % 3 != 1, counted=True)
        facts, refused = None, None
        try:
            facts = counting.declare(self.row(), self.cast.old_chan.act(now=self.now)).facts["tally"]
        except Refused as refusal:
            refused = refusal.reason
            db.session.rollback()
        if facts is None:
            doubted = self.model.stays or self.model.contested
            assert refused is Reason.CONTEST_TOUCHES_OUTCOME and doubted, refused
            self.leave()
            return
        came = len(self.model.paper) - kept
        for who in self.model.waits:
            del self.model.votes[who]
        cast_choices = [choice for _, choice in self.model.votes.values()] + [1] * came
        assert facts["counts"] == [cast_choices.count(n) for n in (1, 2, 3)]
        assert facts["present"] == len(self.model.votes) + came
        assert (facts["issued"], facts["returned"]) == (len(self.model.paper), came)
        left = self.model.contested.keys() - self.model.waits
        assert act_queries.counts_of(self.poll).get("undecided", 0) == len(left)
        type(self).undecided += len(left)
        assert act_queries.doubted_but_counted(self.poll) == len(self.model.stays)
        with tempfile.TemporaryDirectory() as folder:
            code, failed, said = check(files_of(self.poll, full=nth // 2 % 2 == 1), Path(folder))
        assert code == 0 and not failed, said
        type(self).counted += 1
        self.leave()

    def refused_while_something_waits(self) -> None:
        today = local_day(self.cast.row(), self.now)
        if self.model.letters or any(due >= today for due in self.model.contested.values()):
            with pytest.raises(Refused) as refusal:
                counting.declare(self.row(), self.cast.old_chan.act(now=self.now))
            db.session.rollback()
            assert refusal.value.reason is (Reason.LETTERS_WAIT if self.model.letters else Reason.CONTESTS_WAIT)

    def settle(self, *, upheld: bool, counted: bool = False) -> None:
        """Look at what waits and decide what is contested, some one way and some the other."""
        self.look(sound=upheld)
        for who in sorted(self.model.contested):
            self.rule_on(who, upheld=upheld, counted=counted)

    def leave(self) -> None:
        """Go on with another poll."""
        with clock_at(self.now):  # by the clock of this machine its votes would have ended before their time
            assert list(verify(self.cast.row())) == []
        self.now += HOUR
        self.begin()
        self.kept = None

    def count_paper(self, kept: int) -> None:
        """Count all papers that were given out; `kept` of them did not come back."""
        issued = len(self.model.paper)
        figures = Figures(issued, issued - kept, (issued - kept, 0, 0))
        sheet = count_sheets.open_sheet(
            self.row(), Channel.PAPER, "票箱", self.cast.old_chan.act(key=new_token(), now=self.now)
        ).id
        for who in (self.cast.old_chan, self.cast.uncle_ho):
            count_sheets.enter(db.session.get_one(CountSheet, sheet), figures, who.act(now=self.now), picture="")

    def teardown(self) -> None:
        """Count the poll that the steps left open, so that each example ends with a count."""
        if len(self.model.votes) + len(self.model.paper) >= 1:
            self.close()
        db.session.rollback()
        assert poll_states.roll_size(self.row()) == 8
        db.session.remove()
        self.context.pop()


@contextmanager
def clock_at(instant: datetime) -> Iterator[None]:
    """Move the clock of the program to an instant, as in a rehearsal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(hours.CLOCK_SHIFT, hours.later(instant - clock.now()))
        yield


def checkpoint(path: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def test_whatever_is_done_the_poll_counts_what_the_model_counts(app, config, village):
    path = config.database_url.removeprefix("sqlite:///") if config.on_sqlite else ""
    polling: Any = type("Here", (Polling,), {"app": app, "cast": village, "path": path})
    with app.app_context():
        for name, office in DECIDERS[1:]:
            who, term = getattr(village, name), Term(FOUNDED.date())
            grants.grant(who.row(), Role(office), term, Act.by_system(village.id, now=FOUNDED))
    run_state_machine_as_test(
        polling,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # all live in one village: none fails alike again when made smaller
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{polling.counted} polls counted, each as the model counts")
    print(
        f"{polling.ruled} contests decided, {polling.looked} letters looked at, {polling.undecided} not decided in time"
    )
    assert polling.counted >= 3 and polling.ruled >= 1 and polling.looked >= 1 and polling.undecided >= 1
