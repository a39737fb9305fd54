"""What waits for whom: every act of two persons stands first on the page of those who can finish it, and in their inbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from consult import clock
from consult.domain.people.office_terms import Term
from consult.domain.people.right_changes import RightKind, numbers
from consult.domain.people.roles import Role
from consult.domain.people.second_factors import FactorChange
from consult.domain.people.waiting import TWO_PERSONS, WHO, Wait
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import Channel
from consult.domain.polls.repeat_grounds import Ground
from consult.domain.polls.roll_appeals import AppealForm
from consult.domain.talk.comments import AnswerState
from consult.domain.talk.moderation import ReportGround
from consult.domain.talk.tasks import TaskTerms
from consult.models import (
    ClockDoubt,
    Comment,
    Consultation,
    CouncilRequest,
    CountSheet,
    FactorRequest,
    LateMarks,
    Meeting,
    MeetingAddition,
    MergerRequest,
    PollChange,
    ProxyLetter,
    Removal,
    RollAppeal,
    RollImport,
    Task,
    TaskChange,
    VoteDispute,
    db,
)
from consult.models.site.waiting_queries import PARTS
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.law import rule_changes
from consult.services.machine import clock_watch
from consult.services.meetings import meeting_additions, proceedings
from consult.services.people import factor_changes, grants, rights
from consult.services.people.rights import WantedRight
from consult.services.polls import ballots, closing, count_sheets, formal_basis, poll_changes
from consult.services.polls.ballot_requests import BallotRequest
from consult.services.polls.channels import answers as said_of_votes
from consult.services.polls.channels import rulings, vote_disputes
from consult.services.polls.counting import late_marks
from consult.services.polls.requests import further_votes, roll_appeals
from consult.services.polls.requests.roll_appeals import Appellant
from consult.services.site import clock_confirmations
from consult.services.talk import answers, moderation, task_changes
from consult.services.talk.council import council_acts, council_requests
from consult.services.talk.duty import mergers
from tests import hours
from tests.council import small_spending
from tests.hours import today
from tests.meetings import a_called_meeting, a_held_meeting
from tests.tasks import a_task, look, note, representatives
from tests.village import FOUNDED, Cast, Who, a_matter, a_photo, a_poll, help_to_vote, number_of, say, vote
from tests.ways import ask_late, mark, poll_of

DAYS = timedelta(days=4)


@dataclass(frozen=True)
class Case:
    """An act of two persons: the first half, and how it ends. `begin` and the endings run in an app context."""

    begin: Callable[[Cast], int]
    form: str
    """How the action of the form ends that finishes it."""
    ends: dict[str, Callable[[Cast, int], object]]
    first: str = "ah_fong"
    may: tuple[str, ...] = ("uncle_ho",)
    may_not: tuple[str, ...] = ("ah_fong", "ah_kwok", "old_chan")
    """Who asked; who lives with them, of another office; who holds the same office."""
    at: timedelta = timedelta()
    """When the second one comes."""


def act(who: Who, *, key: str = "", after: timedelta = timedelta()) -> Act:
    return who.act(now=clock.now() + after, key=key, language="zh-Hans-CN")


def late() -> datetime:
    return clock.now() + numbers().lapse + timedelta(minutes=1)


def ask_poll_change(cast: Cast) -> int:
    request = ChangeRequest(ChangeKind.CANCELLATION, "题目写错了")
    return poll_changes.ask(poll_of(a_poll(cast)), request, "committee_member", act(cast.ah_fong, key="c")).id


def ask_further_vote(cast: Cast) -> int:
    """A second vote on the same matter, after the first one was declared."""
    poll = poll_of(a_poll(cast))
    closing.declare(poll, act(cast.old_chan, after=DAYS))
    asked = act(cast.ah_fong, key="f", after=DAYS)
    return further_votes.ask(poll, Ground.NEW_FACTS, "石料降价了", "committee_member", asked).id


def propose_refusal(cast: Cast) -> int:
    poll, appellant = poll_of(a_poll(cast)), Appellant(officer_id=cast.old_chan.id)
    said = AppealForm("新来福", "13900000001", "02-009", "")
    made = roll_appeals.make(poll, said, appellant, act(cast.old_chan, key="m"), code="CODE")
    roll_appeals.propose_refusal(made.id, "不是本村人", "committee_member", act(cast.ah_fong))
    return made.id


def ask_addition(cast: Cast) -> int:
    """Sister Chow was too young, by the roll, when the meeting was called."""
    row = cast.sister_chow.row()
    row.born, born = today(), row.born
    db.session.commit()
    meeting_id, _ = a_called_meeting(cast)
    cast.sister_chow.row().born = born
    db.session.commit()
    meeting = db.session.get_one(Meeting, meeting_id)
    key = act(cast.ah_fong, key="a")
    return meeting_additions.ask(meeting, cast.sister_chow.row(), "漏了", "committee_member", key).id


def ask_right(cast: Cast) -> int:
    wanted = WantedRight(
        kind=RightKind.OFFICE_GIVEN, person_id=cast.aunt_leung.id, role=Role.GRID_WORKER, term=Term(FOUNDED.date())
    )
    change = rights.ask(wanted, "committee_member", act(cast.ah_fong, key="r"))
    assert change is not None
    return change.id


def ask_rule(cast: Cast) -> int:
    wanted = rule_changes.wanted_collective(cast.upper_group, "上围经济合作社", "登记证", on=today())
    return rule_changes.ask(wanted, "committee_member", act(cast.ah_fong, key="o")).id


def ask_factor(cast: Cast) -> int:
    return factor_changes.ask(FactorChange.REQUIRE, None, "committee_member", act(cast.ah_fong)).id


def ask_basis(cast: Cast) -> int:
    return formal_basis.ask("VA_people", "章程 12", "committee_member", act(cast.ah_fong)).id


def ask_merger(cast: Cast) -> int:
    one, other = a_matter(cast, by=cast.ah_keung, key="one"), a_matter(cast, by=cast.aunt_leung, key="other")
    consultations = [db.session.get_one(Consultation, n) for n in (one, other)]
    asked = mergers.ask(consultations[0], consultations[1], "同一件事", act(cast.ah_fong))
    assert asked is not None
    return asked.id


def ask_money(cast: Cast) -> int:
    small_spending(cast, 99_000_000)
    task = db.session.get_one(Task, a_task(cast))
    terms = TaskTerms(task.owner_id, task.due_on, 99_000_000)
    return task_changes.correct(task, terms, "石料涨价", "committee_member", act(cast.ah_fong, key="m")).id


def ask_answer(cast: Cast) -> int:
    matter = db.session.get_one(Consultation, a_matter(cast, by=cast.aunt_leung))
    key = act(cast.ah_fong, key="answer")
    return answers.propose(matter, AnswerState.ACCEPTED, "下月装好", key, office="committee_member").id


def begin_clock(cast: Cast) -> int:
    doubt = in_doubt(cast)
    clock_confirmations.confirm(cast.id, "committee_member", act(cast.ah_fong), shown_at=clock.now())
    return doubt


def in_doubt(cast: Cast) -> int:
    """The machine was off, and a poll hangs on the time."""
    a_poll(cast, opens_at=clock.now() - timedelta(hours=1))
    present = clock_watch.reading()
    with transactions.writing():
        cast.row().clock_trusted_at = present.at - timedelta(hours=2)
        doubt = ClockDoubt(
            village_id=cast.id,
            kind="silence",
            trusted_at=present.at - timedelta(hours=2),
            shown_at=present.at,
            boot=present.boot,
            running_us=present.running_us,
            entry=1,
            persons_needed=2,
        )
        db.session.add(doubt)
    return doubt.id


def begin_sheet(cast: Cast) -> int:
    poll = a_poll(cast, paper=True)
    mark(cast, poll, cast.ah_fong, cast.ah_kwok)
    opened = act(cast.old_chan, key="s", after=DAYS)
    sheet = count_sheets.open_sheet(poll_of(poll), Channel.PAPER, "上围票箱", opened).id
    enter(cast, sheet, cast.old_chan)
    return sheet


def enter(cast: Cast, sheet_id: int, who: Who) -> None:
    photo = a_photo(who)
    sheet = db.session.get_one(CountSheet, sheet_id)
    count_sheets.enter(sheet, Figures(2, 2, (1, 1, 0)), act(who, after=DAYS), picture=photo)


def ask_late_marks(cast: Cast) -> int:
    poll = a_poll(cast, paper=True)
    mark(cast, poll, cast.uncle_ho)
    return ask_late(
        cast, poll, number_of(poll, cast.aunt_leung), by=cast.ah_fong, office="committee_member", at=DAYS
    ).id


def begin_work(cast: Cast) -> int:
    representatives(cast, cast.ah_fong, cast.ah_kwok, cast.aunt_leung)
    task = a_task(cast, owner=cast.ah_keung)
    note(cast, task, cast.ah_keung)
    look(task, cast.ah_fong)
    return task


def begin_appeal(cast: Cast) -> int:
    comment = db.session.get_one(Comment, say(cast, a_matter(cast), cast.ah_kwok))
    moderation.hide(comment, ReportGround.INSULT, "骂人", act(cast.sister_chow))
    removal = db.session.query(Removal).one()
    moderation.appeal(removal, "我没有骂人", act(cast.ah_kwok))
    return removal.id


def begin_letter(cast: Cast) -> int:
    """Ah Kwok votes for Ah Fong with a letter."""
    poll = a_poll(cast)
    order = BallotRequest(
        cast.id,
        poll,
        cast.ah_kwok.id,
        (1,),
        "letter",
        channel=Channel.PROXY,
        number=number_of(poll, cast.ah_fong),
        letter=a_photo(cast.ah_kwok),
    )
    db.session.rollback()
    ballots.cast(order, clock=clock.now)
    db.session.rollback()
    return db.session.query(ProxyLetter).one().id


def look_at(cast: Cast, n: int, *, sound: bool) -> None:
    said_of_votes.look(
        db.session.get_one(ProxyLetter, n), second(cast), sound=sound, reason="" if sound else "没有签名"
    )


def begin_contest(cast: Cast) -> int:
    """Aunt Leung says of a vote that Ah Keung filled in for her that it is not so."""
    poll = a_poll(cast)
    help_to_vote(cast, poll, cast.aunt_leung, 1, helper=cast.ah_keung, witness=cast.ms_yip)
    db.session.rollback()
    return vote_disputes.dispute(poll_of(poll), "", act(cast.aunt_leung), on=today()).id


def cancel_vote(cast: Cast, poll: int) -> None:
    """Two officers cancel the vote on which it waits."""
    wish = ChangeRequest(ChangeKind.CANCELLATION, "停电")
    change = poll_changes.ask(poll_of(poll), wish, "committee_member", act(cast.old_chan, key="off")).id
    poll_changes.confirm(db.session.get_one(PollChange, change), "supervisor", second(cast))


def decide(cast: Cast, n: int) -> None:
    for who, office in ((cast.uncle_ho, "supervisor"), (cast.old_chan, "committee_member")):
        rulings.say(db.session.get_one(VoteDispute, n), office, act(who), upheld=True, reason="对")


def vote_anew(cast: Cast, n: int) -> None:
    poll = db.session.get_one(VoteDispute, n).poll_id
    vote(cast, poll, cast.aunt_leung, 2)


def second(cast: Cast) -> Act:
    return act(cast.uncle_ho)


CASES: dict[Wait, Case] = {
    Wait.POLL_CHANGE: Case(
        ask_poll_change,
        "/confirmation",
        {
            "confirmed": lambda cast, n: poll_changes.confirm(
                db.session.get_one(PollChange, n), "supervisor", second(cast)
            ),
            "dropped": lambda cast, n: poll_changes.drop(db.session.get_one(PollChange, n), "supervisor", second(cast)),
            "lapsed": lambda _cast, _n: poll_changes.lapse_due(now=late()),
        },
    ),
    Wait.ADDITION: Case(
        ask_addition,
        "/confirmation",
        {
            "confirmed": lambda cast, n: meeting_additions.confirm(
                db.session.get_one(MeetingAddition, n), "supervisor", second(cast)
            ),
            "lapsed": lambda _cast, _n: meeting_additions.lapse_due(now=late()),
        },
        may_not=("ah_fong", "ah_kwok", "old_chan", "sister_chow"),
    ),
    Wait.FURTHER_VOTE: Case(
        ask_further_vote,
        "/confirmation",
        {
            "confirmed": lambda cast, n: further_votes.confirm(n, "supervisor", act(cast.uncle_ho, after=DAYS)),
            "dropped": lambda cast, n: further_votes.drop(n, "supervisor", act(cast.uncle_ho, after=DAYS)),
            "lapsed": lambda _cast, _n: further_votes.lapse_due(now=late() + DAYS),
        },
        at=DAYS,
    ),
    Wait.ROLL_REFUSAL: Case(
        propose_refusal,
        "/refusal/confirmation",
        {
            "confirmed": lambda cast, n: roll_appeals.confirm_refusal(n, "supervisor", second(cast)),
            "dropped": lambda cast, n: roll_appeals.drop_refusal(n, "supervisor", second(cast)),
            "vote cancelled": lambda cast, n: cancel_vote(cast, db.session.get_one(RollAppeal, n).poll_id),
        },
    ),
    Wait.RIGHT: Case(
        ask_right,
        "/confirmation",
        {
            "confirmed": lambda cast, n: rights.confirm(n, "supervisor", second(cast)),
            "dropped": lambda cast, n: rights.drop(n, "supervisor", second(cast)),
            "lapsed": lambda _cast, _n: rights.apply_due(now=late()),
        },
        may=("uncle_ho", "ms_yip"),
        may_not=("ah_fong", "ah_kwok", "old_chan", "aunt_leung"),
    ),
    Wait.RULE: Case(
        ask_rule,
        "/confirmation",
        {
            "confirmed": lambda cast, n: rule_changes.confirm(n, "supervisor", second(cast)),
            "dropped": lambda cast, n: rule_changes.drop(n, "supervisor", second(cast)),
            "lapsed": lambda _cast, _n: rule_changes.lapse_due(now=late()),
        },
        may=("uncle_ho", "ms_yip"),
    ),
    Wait.FACTOR: Case(
        ask_factor,
        "/confirmation",
        {
            "confirmed": lambda cast, n: factor_changes.confirm(
                db.session.get_one(FactorRequest, n), "supervisor", second(cast)
            ),
            "lapsed": lambda _cast, _n: factor_changes.lapse_due(now=late()),
        },
        may=("uncle_ho", "ms_yip"),
    ),
    Wait.BASIS: Case(
        ask_basis,
        "/confirmation",
        {
            "confirmed": lambda cast, n: formal_basis.confirm(n, "supervisor", second(cast)),
            "dropped": lambda cast, n: formal_basis.drop(n, "supervisor", second(cast)),
            "lapsed": lambda _cast, _n: formal_basis.lapse_due(now=late()),
        },
    ),
    Wait.TASK_CHANGE: Case(
        ask_money,
        "/confirmation",
        {
            "confirmed": lambda cast, n: task_changes.confirm(
                db.session.get_one(TaskChange, n), "supervisor", second(cast)
            ),
            "dropped": lambda cast, n: task_changes.drop(db.session.get_one(TaskChange, n), "supervisor", second(cast)),
            "lapsed": lambda _cast, _n: task_changes.lapse_due(now=late()),
        },
        may=("uncle_ho", "sister_chow"),
    ),
    Wait.COUNCIL: Case(
        ask_answer,
        "/confirmation",
        {
            "confirmed": lambda cast, n: council_acts.confirm(
                db.session.get_one(CouncilRequest, n), "supervisor", second(cast)
            ),
            "dropped": lambda cast, n: council_requests.drop(
                db.session.get_one(CouncilRequest, n), "supervisor", second(cast)
            ),
            "lapsed": lambda _cast, _n: council_requests.lapse_due(now=late()),
        },
        may=("uncle_ho", "sister_chow"),
    ),
    Wait.MERGER: Case(
        ask_merger,
        "/confirmation",
        {
            "confirmed": lambda cast, n: mergers.confirm(
                db.session.get_one(MergerRequest, n), "supervisor", second(cast)
            ),
            "agreed": lambda cast, n: mergers.agree(db.session.get_one(MergerRequest, n), act(cast.ah_keung)),
            "declined": lambda cast, n: mergers.decline(db.session.get_one(MergerRequest, n), act(cast.ah_keung)),
            "dropped": lambda cast, n: mergers.drop(db.session.get_one(MergerRequest, n), second(cast)),
            "lapsed": lambda _cast, _n: mergers.hold_due(now=late()),
        },
        may=("uncle_ho", "sister_chow"),
        may_not=("ah_fong", "ah_kwok", "old_chan", "ah_keung"),
    ),
    Wait.CLOCK: Case(
        begin_clock,
        "/clock",
        {
            "confirmed": lambda cast, _n: clock_confirmations.confirm(
                cast.id, "supervisor", second(cast), shown_at=clock.now()
            )
        },
        may_not=("ah_fong", "old_chan", "aunt_leung"),
    ),
    Wait.LATE_MARKS: Case(
        ask_late_marks,
        "/confirmation",
        {
            "confirmed": lambda cast, n: late_marks.confirm(
                db.session.get_one(LateMarks, n), "supervisor", act(cast.uncle_ho, after=DAYS)
            ),
            "dropped": lambda cast, n: late_marks.drop(
                db.session.get_one(LateMarks, n), "supervisor", act(cast.uncle_ho, after=DAYS)
            ),
            "lapsed": lambda _cast, _n: late_marks.lapse_due(now=late() + DAYS),
        },
        may=("uncle_ho", "sister_chow", "ah_keung"),
        at=DAYS,
    ),
    Wait.SHEET: Case(
        begin_sheet,
        "/entries",
        {"confirmed": lambda cast, n: enter(cast, n, cast.uncle_ho)},
        first="old_chan",
        may=("uncle_ho", "ms_yip"),
        may_not=("old_chan", "sister_chow", "aunt_leung"),
        at=DAYS,
    ),
    Wait.WORK: Case(
        begin_work,
        "/acceptances",
        {
            "accepted": lambda cast, n: look(n, cast.aunt_leung),
            "sent back": lambda cast, n: look(n, cast.aunt_leung, accepted=False),
            "withdrawn": lambda cast, n: task_changes.withdraw(
                db.session.get_one(Task, n), "不做了", "committee_member", act(cast.old_chan, key="w")
            ),
        },
        may=("ah_kwok", "aunt_leung"),
        may_not=("ah_fong", "ah_keung", "uncle_ho"),
    ),
    Wait.APPEAL: Case(
        begin_appeal,
        "/decision",
        {
            "decided": lambda cast, n: moderation.decide(
                db.session.get_one(Removal, n), second(cast), restore_content=False, reason="是骂人"
            )
        },
        first="sister_chow",
        may=("uncle_ho", "old_chan"),
        may_not=("sister_chow",),
    ),
    Wait.LETTER: Case(
        begin_letter,
        "/answer",
        {
            "accepted": lambda cast, n: look_at(cast, n, sound=True),
            "refused": lambda cast, n: look_at(cast, n, sound=False),
            "voted herself": lambda cast, n: vote(cast, db.session.get_one(ProxyLetter, n).poll_id, cast.ah_fong, 1),
            "vote cancelled": lambda cast, n: cancel_vote(cast, db.session.get_one(ProxyLetter, n).poll_id),
        },
        may=("uncle_ho", "ms_yip"),
        may_not=("ah_fong", "ah_kwok"),
    ),
    Wait.CONTEST: Case(
        begin_contest,
        "/opinions",
        {
            "decided": decide,
            "voted herself": vote_anew,
            "vote cancelled": lambda cast, n: cancel_vote(cast, db.session.get_one(VoteDispute, n).poll_id),
        },
        first="aunt_leung",
        may=("uncle_ho", "old_chan"),
        may_not=("aunt_leung", "ah_keung"),
    ),
}


ABOUT_RESULTS = {Wait.OBJECTION}
"""An objection to a notice is answered whatever became of the vote."""


def test_nothing_waits_on_a_vote_that_stands_no_more():
    for kind, part in PARTS.items():
        sql = str(part())
        if "JOIN poll ON" in sql or "FROM poll" in sql:
            assert kind in ABOUT_RESULTS or "poll.annulled_at IS NULL" in sql, kind


@pytest.fixture
def cast(app, village) -> Cast:
    """Ah Fong of the committee, and her husband, the secretary."""
    with app.app_context():
        for who, role in ((village.ah_fong, Role.COMMITTEE_MEMBER), (village.ah_kwok, Role.BRANCH_SECRETARY)):
            grants.grant(who.row(), role, Term(FOUNDED.date()), Act.by_system(village.id, now=FOUNDED))
        db.session.remove()
    return village


def test_the_table_knows_every_kind_and_this_test_every_act_of_two():
    assert set(WHO) == set(Wait) == set(PARTS)
    assert set(CASES) == TWO_PERSONS


@pytest.fixture
def shift(monkeypatch):
    """Let the server live some time later."""

    def to(gap: timedelta) -> None:
        if gap:
            monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(gap))

    return to


def first_line(client) -> str:
    """Where the first line of what waits leads; empty: nothing waits."""
    assert client.get("/rongxi/").status_code == 200
    found = client.page.select("section[aria-labelledby=to-do] ul.to-do li a")
    return str(found[0]["href"]) if found else ""


def inbox(client) -> list[str]:
    assert client.get("/rongxi/notifications/").status_code == 200
    return [str(a["href"]) for a in client.page.select("main ul.ledger a[href]")]


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", CASES, ids=lambda kind: kind.value)
def test_who_can_finish_an_act_of_two_finds_it_first_and_is_told(app, cast, as_person, shift, kind):
    case = CASES[kind]
    with app.app_context():
        case.begin(cast)
        db.session.remove()
    shift(case.at)
    for name in case.may:
        client = as_person(getattr(cast, name))
        address = first_line(client)
        assert address, f"{name} finds nothing on the front page"
        path, _, anchor = address.partition("#")
        assert client.get(path).status_code == 200
        place = client.page.select_one(f"#{anchor}") if anchor else client.page.select_one("main")
        assert place is not None, f"{path} has no {anchor}"
        action = place if place.name == "form" else place.select_one(f"form[action$='{case.form}']")
        assert action is not None and str(action["action"]).endswith(case.form), f"{address} does not open the form"
        assert address in inbox(client), f"{name} was not told, or the line leads elsewhere"
    for name in case.may_not:
        client = as_person(getattr(cast, name))
        known = first_line(client)
        assert known != address, f"{name} cannot finish it, and finds it"
        assert address not in inbox(client), f"{name} cannot finish it, and is told"


@pytest.mark.parametrize(
    ("kind", "end"), [(kind, end) for kind, case in CASES.items() for end in case.ends], ids=lambda one: str(one)
)
def test_once_it_is_over_it_waits_nowhere(app, cast, as_person, shift, kind, end):
    case = CASES[kind]
    with app.app_context():
        row = case.begin(cast)
        db.session.remove()
        shift(case.at)
        address = ""
    clients = {name: as_person(getattr(cast, name)) for name in case.may}
    for client in clients.values():
        address = first_line(client)
    with app.app_context():
        case.ends[end](cast, row)
        db.session.remove()
    if end == "lapsed":
        shift(numbers().lapse + timedelta(minutes=2))
        clients = {name: as_person(getattr(cast, name)) for name in case.may}
    for name, client in clients.items():
        assert first_line(client) != address, f"it still waits for {name}"
        assert address not in inbox(client), f"{name} is still told"


@pytest.mark.parametrize(
    "kind", [kind for kind, case in CASES.items() if "lapsed" in case.ends], ids=lambda kind: kind.value
)
def test_who_asked_is_told_that_it_lapsed(app, cast, as_person, kind):
    case = CASES[kind]
    with app.app_context():
        row = case.begin(cast)
        case.ends["lapsed"](cast, row)
        case.ends["lapsed"](cast, row)
        db.session.remove()
    client = as_person(getattr(cast, case.first))
    client.get("/rongxi/notifications/")
    assert client.text("main").count("作廢") == 1, client.text("main")


# the list itself


def kinds_on(client, page: str = "/rongxi/") -> list[str]:
    assert client.get(page).status_code == 200
    return [str(a["href"]).partition("?")[0] for a in client.page.select("ul.to-do li a")]


def owed(cast: Cast, *, days: int) -> int:
    """A proposal whose answer is owed so many days from now."""
    matter = a_matter(cast, key=f"owed-{days}")
    with transactions.writing():
        db.session.get_one(Consultation, matter).answer_due_on = today(timedelta(days=days))
    return matter


@pytest.mark.both_databases
def test_what_holds_others_up_comes_first_then_what_has_a_day_then_the_rest(app, cast, as_person):
    with app.app_context():
        late, soon = owed(cast, days=-2), owed(cast, days=3)
        say(cast, soon, cast.ah_kwok)
        ask_basis(cast)
        db.session.remove()
    first, *rest = kinds_on(as_person(cast.uncle_ho))
    assert first == "/rongxi/bodies#asked-VA_people"
    assert rest == [f"/rongxi/consultations/{late}"], "the supervisor sees what is late, not what is only owed"
    found = kinds_on(as_person(cast.sister_chow))
    steer = [f"/rongxi/consultations/{one}/steering" for one in (late, soon)]
    assert [one.partition("/steer")[0] for one in found[:2]] == [one.partition("/steer")[0] for one in steer]
    assert found[2] == f"/rongxi/consultations/{soon}/comments"


def test_what_is_past_its_day_says_so_and_names_nobody(app, cast, as_person):
    with app.app_context():
        owed(cast, days=-2)
        task = db.session.get_one(Task, a_task(cast))
        with transactions.writing():
            task.due_on = today(-timedelta(days=1))
        db.session.remove()
    client = as_person(cast.sister_chow)
    kinds_on(client)
    late = client.page.select("ul.to-do li.late")
    assert len(late) == 2 and all("过了" in one.get_text() for one in late)
    assert cast.ah_keung.name not in client.text("ul.to-do")


def test_where_nothing_waits_nothing_is_shown(as_person, cast):
    client = as_person(cast.ah_keung)
    assert kinds_on(client) == [] and "等您办" not in client.text("main")
    assert kinds_on(client, "/rongxi/waiting") == []


def test_the_front_page_shows_a_few_and_a_page_of_its_own_shows_all(app, cast, as_person):
    with app.app_context():
        for days in range(9):
            owed(cast, days=days)
        db.session.remove()
    client = as_person(cast.sister_chow)
    assert len(kinds_on(client)) == 3
    assert "还有 6 件等您办" in client.text("main")
    assert len(kinds_on(client, "/rongxi/waiting")) == 9


@pytest.mark.both_databases
def test_the_chair_is_asked_to_confirm_the_minutes_and_nobody_else(app, cast, as_person):
    with app.app_context():
        meeting, _ = a_held_meeting(cast)
        chair = proceedings.course_of(meeting).chair_id
        db.session.remove()
    for who in (cast.old_chan, cast.ah_fong, cast.sister_chow):
        shown = f"/rongxi/meetings/{meeting}/minutes" in kinds_on(as_person(who), "/rongxi/waiting")
        assert shown == (who.id == chair), who.name


def test_ballots_on_paper_without_a_sheet_are_counted_before_the_result_is_declared(app, cast, as_person, shift):
    with app.app_context():
        poll = a_poll(cast, paper=True)
        mark(cast, poll, cast.ah_fong)
        db.session.remove()
    shift(DAYS)
    counts, declares = f"/rongxi/polls/{poll}/count-sheets/", f"/rongxi/polls/{poll}"
    found = kinds_on(as_person(cast.old_chan))
    assert counts in found and declares not in found


def test_all_that_one_roll_asks_for_is_one_line(app, cast, as_person):
    with app.app_context():
        with transactions.writing():
            roll = RollImport(
                village_id=cast.id,
                filename="a.csv",
                rows_cipher="",
                uploaded_by=cast.ms_yip.id,
                uploaded_at=clock.now(),
            )
            db.session.add(roll)
            db.session.flush()
        for role in (Role.GRID_WORKER, Role.GROUP_HEAD):
            wanted = WantedRight(
                kind=RightKind.OFFICE_GIVEN,
                person_id=cast.aunt_leung.id,
                role=role,
                term=Term(FOUNDED.date(), group_id=cast.upper_group),
                import_id=roll.id,
            )
            rights.ask(wanted, "clerk", act(cast.ms_yip, key=f"r-{role}"))
        db.session.remove()
    client = as_person(cast.uncle_ho)
    assert len([one for one in kinds_on(client) if one.startswith("/rongxi/rights/")]) == 1
    assert "2 项变动" in client.text("ul.to-do")
    assert inbox(client).count("/rongxi/rights/") == 1


def test_the_page_of_mine_leads_an_officer_first_to_what_waits(app, cast, as_person):
    with app.app_context():
        ask_basis(cast)
        db.session.remove()
    client = as_person(cast.uncle_ho)
    client.get("/rongxi/me")
    headings = [h.get_text() for h in client.page.select("main h2")]
    assert headings.index("我的职务") < headings.index("怎么看着舒服")
    assert client.page.select_one("main ul.ledger li a")["href"] == "/rongxi/waiting"
    villager = as_person(cast.ah_keung)
    villager.get("/rongxi/me")


def test_a_villager_pays_nothing_for_the_list_and_an_officer_one_statement(as_person, cast):
    def asked(who: Who) -> tuple[int, int]:
        client = as_person(who)
        client.get("/rongxi/")
        client.get("/rongxi/")
        return sum("clock_doubt" in one or "UNION" in one for one in client.queries), len(client.queries)

    assert asked(cast.siu_ming)[0] == 0
    assert asked(cast.sister_chow)[1] <= 12
    assert asked(cast.old_chan)[1] <= 13
