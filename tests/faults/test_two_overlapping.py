"""Every act that numbers, counts or ends, by two different persons in the same moment: no fault, one consistent end.

Each act of ACTS prepares, in an app context, what the two do and what must hold afterwards. On both databases.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from consult import clock
from consult.domain import versions
from consult.domain.cases import shown
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.states import CaseRole, CaseState, Source
from consult.domain.law.matters import MatterPaper
from consult.domain.law.motion_checks import Check, LawQuestion
from consult.domain.law.paper_records import PaperRecord
from consult.domain.meetings.agendas import ItemKind, ItemPlan, MotionPlan, Result
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.meetings.entry_facts import (
    ChairChangedFacts,
    ProceedingStep,
    RemarkNotedFacts,
    SpeechAskedFacts,
    SpeechBegunFacts,
)
from consult.domain.meetings.meetings import MeetingPlan, RsvpAnswer
from consult.domain.meetings.petitions import PetitionKind, PetitionPlan
from consult.domain.people.owed import AnswerRule
from consult.domain.people.own_data import RequestKind
from consult.domain.people.people import DepartureKind
from consult.domain.people.person_forms import Identity, NewPerson, Particulars, Place
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import Role
from consult.domain.people.second_factors import FactorChange
from consult.domain.people.sign_ins import CardLoss, SignInWay
from consult.domain.polls.annulments import Annuller, Ruling
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.poll_plans import Asked
from consult.domain.polls.polls import Channel, Standing
from consult.domain.polls.repeat_grounds import Ground
from consult.domain.polls.resolution_texts import ResolutionText
from consult.domain.polls.roll_appeals import AppealForm
from consult.domain.refusals import Reason
from consult.domain.talk.comments import AnswerState
from consult.domain.talk.common_ground import Position
from consult.domain.talk.consultations import Draft
from consult.domain.talk.moderation import ReportGround
from consult.domain.talk.phases import Phase
from consult.domain.talk.tasks import ProgressNote, Stage, TaskPlan
from consult.models import (
    Acceptance,
    Account,
    AgendaItem,
    AnswerExtension,
    AuditEntry,
    BallotEvent,
    BodyStanding,
    CaseEntry,
    CheckIn,
    Comment,
    Consultation,
    ContentReport,
    ContestOpinion,
    ContestRuling,
    CouncilRequest,
    CouncilRequestStep,
    CountSheet,
    DataLock,
    DataRequest,
    Declaration,
    DeliberationStep,
    Departure,
    Endorsement,
    FactorRequest,
    FurtherVote,
    Group,
    Household,
    HouseholdCard,
    LateMarks,
    LateMarksConfirmation,
    LateMarksEnd,
    MarkUndoing,
    MatterChoice,
    MatterComparison,
    MatterPaperRecord,
    MediationCase,
    Meeting,
    MeetingAddition,
    MeetingChange,
    Merger,
    MergerRequest,
    Notice,
    Objection,
    OfficialAnswer,
    OpinionSummary,
    PaperTicker,
    Person,
    PetitionSignature,
    PhaseEntry,
    Poll,
    PollChange,
    PollChangeConfirmation,
    PollEnding,
    Proceeding,
    Progress,
    ProposalRevision,
    ProxyLetter,
    Rating,
    Reaction,
    Relation,
    Removal,
    RepresentativeChoice,
    RightChange,
    RightStep,
    RollAppeal,
    RollEntry,
    RollImport,
    Rsvp,
    RuleChange,
    Seconding,
    SheetConfirmation,
    SheetEntry,
    SignIn,
    StandingChange,
    Statement,
    Task,
    TaskChange,
    TaskChangeStep,
    Turnout,
    VoidedBallot,
    VoteAnswer,
    VoteDispute,
    Withdrawal,
    db,
)
from consult.models.people import right_queries
from consult.services.board import notice_objections
from consult.services.cases import filing, membership, transitions
from consult.services.cases.filing import Application
from consult.services.cases.transitions import Transition
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.law import four_deliberations, rule_changes
from consult.services.meetings import (
    agendas,
    check_ins,
    meeting_additions,
    meeting_votes,
    meetings,
    petitions,
    proceedings,
    resolutions,
    rsvps,
    sittings,
)
from consult.services.people import cards, data_requests, factor_changes, representatives, rights, sign_ins
from consult.services.people.accounts import switching
from consult.services.people.rights import WantedRight
from consult.services.people.roll import persons, rolls
from consult.services.polls import (
    ballot_requests,
    ballots,
    closing,
    count_sheets,
    formal_basis,
    offline_turnout,
    poll_changes,
    polls,
)
from consult.services.polls.channels import answers as said_of_votes
from consult.services.polls.channels import rulings, vote_disputes
from consult.services.polls.counting import late_marks, paper_tickers
from consult.services.polls.requests import further_votes, roll_appeals, same_words
from consult.services.polls.requests.roll_appeals import Appellant
from consult.services.site.verification import verify
from consult.services.talk import (
    answers,
    comments,
    common_ground,
    consultations,
    endorsements,
    moderation,
    moderation_subjects,
    phases,
    revisions,
    task_changes,
    tasks,
    withdrawals,
)
from consult.services.talk.council import council_acts, council_requests, objection_answers
from consult.services.talk.duty import mergers
from tests import accounts
from tests import cases as case_builders
from tests.council import drafted, later_day, small_spending
from tests.faults.overlap import overlapping
from tests.hours import day_of, today
from tests.meetings import (
    ALL_YES,
    URGENT,
    a_called_meeting,
    a_meeting_draft,
    a_vote,
    an_item,
    begin_vote,
    end_vote,
    everybody,
    open_it,
    ripe,
    seat,
    seat_number,
    studied,
)
from tests.rights import give as give_right
from tests.rolls import answer_all
from tests.tasks import a_task, carried_out, note
from tests.tasks import representatives as make_representatives
from tests.village import (
    Cast,
    Who,
    a_consultation,
    a_draft,
    a_matter,
    a_photo,
    a_plan,
    a_poll,
    formal_by_phone,
    help_to_vote,
    number_of,
    say,
    vote,
)

pytestmark = pytest.mark.both_databases
Two = tuple[Callable[[], object], Callable[[], object], Callable[[list[Any]], None]]
"""What the one does, what the other does, and what must hold of their answers and of the records."""
ZH = "zh-Hans-CN"
ASKED = Asked(kind="motion", question="修吗？", options=(), max_choices=1, secret=False, paper=False, hands=True)


def count(model: type, **same: object) -> int:
    return int(db.session.query(model).filter_by(**same).count())


def get(model: type, row_id: int) -> Any:
    return db.session.get_one(model, row_id)


def both(told: list[Any]) -> None:
    """Neither was refused."""
    assert not [one for one in told if isinstance(one, Reason)], told


def one_of(told: list[Any], *reasons: Reason) -> None:
    """Exactly one was refused, for one of these reasons."""
    refused = [one for one in told if isinstance(one, Reason)]
    assert len(refused) == 1 and refused[0] in reasons, told


def numbered(rows: Sequence[Any], attribute: str = "number") -> None:
    """The rows are numbered from 1 on, without a gap."""
    assert sorted(getattr(row, attribute) for row in rows) == list(range(1, len(rows) + 1))


# talk


def raise_two_matters(cast: Cast) -> Two:
    def open_one(who: Who) -> Callable[[], object]:
        words = Draft("修路", "把村口的路修好", "", None, ())
        return lambda: (
            consultations.open_consultation(
                words, [], who.act(language=ZH, key=f"k{who.id}"), group_ids=[], phase=Phase.RAISE
            ).number
        )

    def holds(told: list[Any]) -> None:
        assert sorted(told) == [1, 2]

    return open_one(cast.ah_fong), open_one(cast.ah_kwok), holds


def endorse_a_matter(cast: Cast) -> Two:
    matter = a_matter(cast)
    cast.row().endorsements_needed = 2
    db.session.commit()

    def endorse(who: Who) -> Callable[[], object]:
        return lambda: endorsements.endorse(get(Consultation, matter), who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Endorsement) == 3 and get(Consultation, matter).answer_due_on is not None

    return endorse(cast.ah_kwok), endorse(cast.uncle_ho), holds


def comment_on_a_matter(cast: Cast) -> Two:
    one = a_consultation(cast)

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Comment) == 2

    return lambda: say(cast, one, cast.ah_fong), lambda: say(cast, one, cast.ah_kwok, text="我也问"), holds


def second_while_it_ends(cast: Cast) -> Two:
    one = a_consultation(cast)
    comment = say(cast, one, cast.ah_fong)

    def holds(told: list[Any]) -> None:
        assert told[1] is None and (told[0] is None) == (count(Seconding) == 1)

    return (
        lambda: comments.second(get(Comment, comment), cast.ah_kwok.act()),
        lambda: withdrawals.withdraw(get(Consultation, one), "不修了", cast.sister_chow.act()),
        holds,
    )


def react_while_it_ends(cast: Cast) -> Two:
    one = a_consultation(cast)
    text = common_ground.write_statement(get(Consultation, one), "先修路", cast.ah_fong.act(language=ZH, key="s")).id

    def holds(told: list[Any]) -> None:
        assert told[1] is None and (told[0] is None) == (count(Reaction) == 2)

    return (
        lambda: common_ground.react(get(Statement, text), Position.AGREE, cast.ah_kwok.act()),
        lambda: withdrawals.withdraw(get(Consultation, one), "不修了", cast.sister_chow.act()),
        holds,
    )


def write_two_statements(cast: Cast) -> Two:
    one = a_consultation(cast)

    def write(who: Who) -> Callable[[], object]:
        act = {"language": ZH, "key": f"s{who.id}"}
        return lambda: common_ground.write_statement(get(Consultation, one), f"{who.name}说", who.act(**act)).id

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Statement) == 2

    return write(cast.ah_fong), write(cast.ah_kwok), holds


def revise_a_proposal(cast: Cast) -> Two:
    one = a_consultation(cast)

    def revise(who: Who) -> Callable[[], object]:
        words = Draft("修路", f"{who.name}改过", "", None, ())
        act = {"language": ZH, "key": f"r{who.id}"}
        return lambda: revisions.revise(
            get(Consultation, one), words, who.act(**act), base=1, reason="改", accepted=(), in_office=True
        )

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.REVISED_MEANWHILE)
        assert count(ProposalRevision) == 2

    return revise(cast.sister_chow), revise(cast.old_chan), holds


LONG = timedelta(days=9)
"""After it a merger holds that two officers confirmed and nobody spoke against."""


def ask_to_merge(cast: Cast, one: int, other: int, *, who: Who) -> int:
    asked = mergers.ask(get(Consultation, one), get(Consultation, other), "同一件", who.act())
    assert asked is not None
    return asked.id


def withdraw_and_merge(cast: Cast) -> Two:
    one, other = a_consultation(cast), a_consultation(cast, key="other")
    asked = ask_to_merge(cast, one, other, who=cast.old_chan)
    mergers.confirm(get(MergerRequest, asked), "supervisor", cast.uncle_ho.act())

    def holds(told: list[Any]) -> None:
        assert count(Withdrawal) + count(Merger) == 1, told

    return (
        lambda: withdrawals.withdraw(get(Consultation, one), "不修了", cast.sister_chow.act()),
        lambda: mergers.hold_due(now=clock.now() + LONG),
        holds,
    )


def merge_crosswise(cast: Cast) -> Two:
    """Two proposers say yes at once, each to go on in the other."""
    one, other = a_matter(cast, key="one"), a_matter(cast, key="other", by=cast.ah_kwok)
    asked = [ask_to_merge(cast, a, b, who=cast.old_chan) for a, b in ((one, other), (other, one))]

    def agree(request: int, who: Who) -> Callable[[], object]:
        return lambda: mergers.agree(get(MergerRequest, request), who.act())

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.ONLY_INTO_ANOTHER, Reason.CONSULTATION_ENDED)
        assert count(Merger) == 1

    return agree(asked[0], cast.ah_fong), agree(asked[1], cast.ah_kwok), holds


def ask_to_merge_twice(cast: Cast) -> Two:
    one, other, third = (a_matter(cast, key=key) for key in ("one", "other", "third"))

    def ask(into: int, who: Who) -> Callable[[], object]:
        return lambda: mergers.ask(get(Consultation, one), get(Consultation, into), "同一件", who.act())

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.MERGER_WAITS)
        assert count(MergerRequest) == 1

    return ask(other, cast.old_chan), ask(third, cast.sister_chow), holds


def merge_and_endorse(cast: Cast) -> Two:
    """A name is given while it moves: it counts where it goes on, or its giver is told that it ended."""
    one, other = a_matter(cast, key="one"), a_matter(cast, key="other", by=cast.ah_keung)
    asked = ask_to_merge(cast, one, other, who=cast.old_chan)

    def holds(told: list[Any]) -> None:
        assert told[1] in (None, Reason.CONSULTATION_ENDED)
        names = {row.person_id for row in db.session.query(Endorsement).filter_by(consultation_id=other)}
        wanted = {cast.ah_fong.id, cast.ah_keung.id} | ({cast.uncle_ho.id} if told[1] is None else set())
        assert names == wanted and count(Merger) == 1

    return (
        lambda: mergers.agree(get(MergerRequest, asked), cast.ah_fong.act()),
        lambda: endorsements.endorse(get(Consultation, one), cast.uncle_ho.act()),
        holds,
    )


def agree_and_confirm(cast: Cast) -> Two:
    one, other = a_matter(cast, key="one"), a_matter(cast, key="other")
    asked = ask_to_merge(cast, one, other, who=cast.old_chan)

    def holds(told: list[Any]) -> None:
        assert told[0] is None and told[1] in (None, Reason.MERGER_OVER), told
        assert count(Merger) == 1

    return (
        lambda: mergers.agree(get(MergerRequest, asked), cast.ah_fong.act()),
        lambda: mergers.confirm(get(MergerRequest, asked), "supervisor", cast.uncle_ho.act()),
        holds,
    )


def owed_in_three_days(cast: Cast) -> tuple[int, date]:
    one, due = a_matter(cast), today(timedelta(days=3))
    get(Consultation, one).answer_due_on = due
    db.session.commit()
    return one, due


def extend_and_answer(cast: Cast) -> Two:
    """A later day and the answer are confirmed in the same second: the day moves only if it was not answered before."""
    one, due = owed_in_three_days(cast)
    later = later_day(cast, one, due + timedelta(days=9)).id
    request = drafted(cast, one, AnswerState.PARTLY, "先修一段").id

    def holds(told: list[Any]) -> None:
        assert not isinstance(told[1], Reason) and told[0] in (None, Reason.NO_ANSWER_OWED), told
        moved = get(Consultation, one).answer_due_on != due
        assert moved is (told[0] is None) is (count(AnswerExtension) == 1)

    return (
        lambda: council_acts.confirm(get(CouncilRequest, later), Role.COUNCIL_MEMBER, cast.sister_chow.act()),
        lambda: council_acts.confirm(get(CouncilRequest, request), Role.SUPERVISOR, cast.uncle_ho.act()),
        holds,
    )


def extend_twice(cast: Cast) -> Two:
    """Two wishes of two officers are confirmed in the same second: the day moves once."""
    one, due = owed_in_three_days(cast)
    wishes = [
        later_day(cast, one, due + timedelta(days), by=who).id
        for days, who in ((5, cast.old_chan), (9, cast.sister_chow))
    ]

    def confirm(number: int, who: Who) -> Callable[[], object]:
        return lambda: council_acts.confirm(get(CouncilRequest, number), Role.SUPERVISOR, who.act())

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.ANSWER_EXTENDED)
        assert count(AnswerExtension) == count(CouncilRequestStep) == 1

    case_builders.grant(cast.aunt_leung, Role.SUPERVISOR)
    return confirm(wishes[0], cast.uncle_ho), confirm(wishes[1], cast.aunt_leung), holds


def ask_for_a_later_day_twice(cast: Cast) -> Two:
    """One officer taps twice: one request waits, and the day stays."""
    one, due = owed_in_three_days(cast)

    def ask() -> object:
        return later_day(cast, one, due + timedelta(days=9)).id

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(CouncilRequest) == 1 and get(Consultation, one).answer_due_on == due

    return ask, ask, holds


def confirm_a_later_day_twice(cast: Cast) -> Two:
    one, due = owed_in_three_days(cast)
    number = later_day(cast, one, due + timedelta(days=9)).id

    def confirm(who: Who, office: Role) -> Callable[[], object]:
        return lambda: council_acts.confirm(get(CouncilRequest, number), office, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(AnswerExtension) == count(CouncilRequestStep) == 1

    return confirm(cast.uncle_ho, Role.SUPERVISOR), confirm(cast.sister_chow, Role.COUNCIL_MEMBER), holds


def seen(cast: Cast, consultation: int) -> str:
    return versions.token(phases.shown_parts(get(Consultation, consultation)))


def answer_for_the_council(cast: Cast) -> Two:
    """Yes and no are confirmed in the same second: the village sees one of them, and the other was of an older page."""
    one = a_matter(cast)
    yes = drafted(cast, one, AnswerState.ACCEPTED).id
    no = drafted(cast, one, AnswerState.NOT_ACCEPTED, key="b", by=cast.sister_chow).id

    def confirm(who: Who, request: int) -> Callable[[], object]:
        return lambda: council_acts.confirm(get(CouncilRequest, request), Role.SUPERVISOR, who.act())

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CHANGED_MEANWHILE)
        assert count(OfficialAnswer) == count(CouncilRequestStep) == 1

    case_builders.grant(cast.aunt_leung, Role.SUPERVISOR)
    return confirm(cast.uncle_ho, yes), confirm(cast.aunt_leung, no), holds


def draft_one_answer_twice(cast: Cast) -> Two:
    """Two officers draft in the same second: both wait, and nothing is posted."""
    one = a_matter(cast)
    page = seen(cast, one)

    def draft(who: Who) -> Callable[[], object]:
        act = {"language": ZH, "key": f"a{who.id}"}
        return lambda: (
            answers.propose(get(Consultation, one), AnswerState.ACCEPTED, "因为", replace(who.act(**act), seen=page)).id
        )

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(CouncilRequest) == 2 and count(OfficialAnswer) == 0

    return draft(cast.sister_chow), draft(cast.old_chan), holds


def confirm_one_answer_twice(cast: Cast) -> Two:
    request = drafted(cast, a_matter(cast), AnswerState.ACCEPTED).id

    def confirm(who: Who, office: Role) -> Callable[[], object]:
        return lambda: council_acts.confirm(get(CouncilRequest, request), office, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(OfficialAnswer) == count(CouncilRequestStep) == 1

    return confirm(cast.uncle_ho, Role.SUPERVISOR), confirm(cast.sister_chow, Role.COUNCIL_MEMBER), holds


def confirm_an_answer_while_it_is_dropped(cast: Cast) -> Two:
    request = drafted(cast, a_matter(cast), AnswerState.ACCEPTED).id
    confirm = lambda: council_acts.confirm(get(CouncilRequest, request), Role.SUPERVISOR, cast.uncle_ho.act())  # noqa: E731
    drop = lambda: council_requests.drop(  # noqa: E731
        get(CouncilRequest, request), Role.COUNCIL_MEMBER, cast.sister_chow.act()
    )

    def holds(told: list[Any]) -> None:
        assert sorted(map(str, told)) in (["None", Reason.RIGHT_STOPPED.value], ["None", Reason.RIGHT_IN_FORCE.value])
        assert count(CouncilRequestStep) == 1 and count(OfficialAnswer) == (told[0] is None)

    return confirm, drop, holds


def confirm_a_rule_of_endorsing_twice(cast: Cast) -> Two:
    request = endorsements.ask_rule(cast.row(), AnswerRule(40, 20), cast.old_chan.act(key="rule"))
    assert request is not None
    number = request.id

    def confirm(who: Who, office: Role) -> Callable[[], object]:
        return lambda: council_acts.confirm(get(CouncilRequest, number), office, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert cast.row().endorsements_needed == 40 and count(CouncilRequestStep) == 1

    return confirm(cast.uncle_ho, Role.SUPERVISOR), confirm(cast.sister_chow, Role.COUNCIL_MEMBER), holds


def rate_work_twice(cast: Cast) -> Two:
    task = a_task(cast)
    note(cast, task, cast.ah_keung)

    def rate(who: Who, satisfied: bool) -> Callable[[], object]:
        return lambda: tasks.rate(get(Task, task), satisfied, "看过", who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Rating) == 2

    return rate(cast.ah_fong, True), rate(cast.aunt_leung, False), holds


def sum_up(cast: Cast) -> Two:
    one = a_consultation(cast)

    def write(who: Who) -> Callable[[], object]:
        act = {"language": ZH, "key": f"m{who.id}"}
        return lambda: answers.sum_up(get(Consultation, one), f"{who.name}记", who.act(**act)).number

    def holds(told: list[Any]) -> None:
        assert sorted(told) == [1, 2] and count(OpinionSummary) == 2

    return write(cast.sister_chow), write(cast.ms_yip), holds


def move_on_two_ways(cast: Cast) -> Two:
    one = a_matter(cast)
    page = seen(cast, one)
    request = phases.move(get(Consultation, one), Phase.DECIDE, cast.old_chan.act(key="decide"))
    assert request is not None
    number = request.id

    def move(who: Who, phase: Phase) -> Callable[[], object]:
        return lambda: phases.move(get(Consultation, one), phase, replace(who.act(), seen=page), reason="看过")

    decide = lambda: council_acts.confirm(get(CouncilRequest, number), Role.SUPERVISOR, cast.uncle_ho.act())  # noqa: E731

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CHANGED_MEANWHILE)
        numbered(db.session.query(PhaseEntry).all())
        assert count(PhaseEntry) == 2

    return move(cast.sister_chow, Phase.DISCUSS), decide, holds


def hide_a_comment(cast: Cast) -> Two:
    comment = say(cast, a_consultation(cast, by=cast.aunt_leung), cast.ah_fong)
    page = versions.token({"hidden": False})

    def hide(who: Who) -> Callable[[], object]:
        return lambda: moderation.hide(
            get(Comment, comment), ReportGround.INSULT, f"{who.name}说", replace(who.act(), seen=page)
        )

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CHANGED_MEANWHILE)
        assert count(Removal) == 1

    return hide(cast.sister_chow), hide(cast.old_chan), holds


def decide_an_appeal(cast: Cast) -> Two:
    comment = say(cast, a_consultation(cast, by=cast.aunt_leung), cast.ah_fong)
    moderation.hide(get(Comment, comment), ReportGround.INSULT, "粗口", cast.sister_chow.act())
    removal = db.session.query(Removal).one().id
    moderation.appeal(get(Removal, removal), "没有骂人", cast.ah_fong.act())
    page = versions.token(moderation.removal_parts(get(Removal, removal)))

    def decide(who: Who, *, restore: bool) -> Callable[[], object]:
        return lambda: moderation.decide(
            get(Removal, removal), replace(who.act(), seen=page), restore_content=restore, reason=f"{who.name}定"
        )

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CHANGED_MEANWHILE)

    return decide(cast.uncle_ho, restore=True), decide(cast.old_chan, restore=False), holds


def restore_and_hide(cast: Cast) -> Two:
    """An appeal is granted while another officer, who has the old page, hides the same words once more."""
    comment = say(cast, a_consultation(cast, by=cast.aunt_leung), cast.ah_fong)
    moderation.hide(get(Comment, comment), ReportGround.INSULT, "粗口", cast.sister_chow.act())
    removal = db.session.query(Removal).one().id
    moderation.appeal(get(Removal, removal), "没有骂人", cast.ah_fong.act())

    def holds(told: list[Any]) -> None:
        assert told[0] is None and told[1] in (None, Reason.CHANGED_MEANWHILE, Reason.RESTORED_SAME_GROUND), told
        assert told[1] is not None, "it is not hidden again on the same ground"
        assert count(Removal) == 1 and get(Comment, comment).hidden_at is None

    return (
        lambda: moderation.decide(get(Removal, removal), cast.uncle_ho.act(), restore_content=True, reason="没骂"),
        lambda: moderation.hide(get(Comment, comment), ReportGround.INSULT, "还是粗口", cast.old_chan.act()),
        holds,
    )


def hide_a_matter(cast: Cast) -> Two:
    one = get(Consultation, a_matter(cast)).proposal.id

    def hide(who: Who) -> Callable[[], object]:
        def act() -> None:
            subject = moderation_subjects.find(cast.id, "revision", f"{one}.1")
            assert subject is not None
            moderation.hide(subject, ReportGround.PRIVATE, f"{who.name}说", who.act())

        return act

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CHANGED_MEANWHILE)
        assert count(Removal) == 1

    return hide(cast.sister_chow), hide(cast.old_chan), holds


def report_a_comment(cast: Cast) -> Two:
    comment = say(cast, a_consultation(cast), cast.ah_fong)

    def report(who: Who) -> Callable[[], object]:
        return lambda: moderation.report_content(get(Comment, comment), ReportGround.OTHER, "", who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(ContentReport) == 2

    return report(cast.ah_kwok), report(cast.uncle_ho), holds


def relate_two(cast: Cast) -> Two:
    one, other = a_consultation(cast), a_consultation(cast, key="other")

    def relate(a: int, b: int, who: Who) -> Callable[[], object]:
        return lambda: withdrawals.relate(get(Consultation, a), get(Consultation, b), who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Relation) == 1

    return relate(one, other, cast.sister_chow), relate(other, one, cast.old_chan), holds


def assign_two_tasks(cast: Cast) -> Two:
    one = carried_out(cast)

    def assign(who: Who) -> Callable[[], object]:
        plan = TaskPlan("砌墙", today(timedelta(days=9)), 500)
        return lambda: (
            tasks.assign(get(Consultation, one), plan, cast.ah_keung.row(), who.act(language=ZH, key=f"t{who.id}")).id
        )

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Task) == 2

    return assign(cast.sister_chow), assign(cast.old_chan), holds


def hand_out_all_the_money_twice(cast: Cast) -> Two:
    """Each of the two is within the decided sum: the second one waits for a second person."""
    one = carried_out(cast)
    small_spending(cast, get(Consultation, one).proposal.cost_fen)
    decided = get(Consultation, one).proposal.cost_fen

    def assign(who: Who) -> Callable[[], object]:
        plan = TaskPlan("砌墙", today(timedelta(days=9)), decided)
        act = who.act(language=ZH, key=f"t{who.id}")
        return lambda: tasks.assign(get(Consultation, one), plan, cast.ah_keung.row(), act).id

    def holds(told: list[Any]) -> None:
        both(told)
        assert sorted(row.budget_fen or 0 for row in db.session.query(Task)) == [0, decided]
        assert count(TaskChange, needs_second=True) == 1

    return assign(cast.sister_chow), assign(cast.old_chan), holds


def _money_that_waits(cast: Cast) -> tuple[int, int]:
    small_spending(cast, 1)
    task = a_task(cast, budget=get(Consultation, carried_out(cast)).proposal.cost_fen + 1)
    [change] = task_changes.waiting(task)
    return task, change.id


def confirm_the_money_of_a_task_twice(cast: Cast) -> Two:
    task, change = _money_that_waits(cast)

    def confirm(who: Who, office: Role) -> Callable[[], object]:
        return lambda: task_changes.confirm(get(TaskChange, change), office, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(TaskChangeStep) == 1 and get(Task, task).budget_fen

    return confirm(cast.uncle_ho, Role.SUPERVISOR), confirm(cast.old_chan, Role.COMMITTEE_MEMBER), holds


def confirm_the_money_of_a_task_while_it_is_withdrawn(cast: Cast) -> Two:
    task, change = _money_that_waits(cast)
    confirm = lambda: task_changes.confirm(get(TaskChange, change), Role.SUPERVISOR, cast.uncle_ho.act())  # noqa: E731
    drop = lambda: task_changes.withdraw(  # noqa: E731
        get(Task, task), "派重了", Role.COMMITTEE_MEMBER, cast.old_chan.act(key="w", language=ZH)
    )

    def holds(told: list[Any]) -> None:
        assert told[0] in (None, Reason.TASK_WITHDRAWN) and told[1] is None
        assert get(Task, task).withdrawn_at and bool(get(Task, task).budget_fen) == (told[0] is None)

    return confirm, drop, holds


def accept_the_work(cast: Cast) -> Two:
    make_representatives(cast, cast.ah_fong, cast.uncle_ho)
    task = a_task(cast)
    note(cast, task, cast.ah_keung)

    def accept(who: Who) -> Callable[[], object]:
        return lambda: tasks.inspect(get(Task, task), True, "", who.act(key=f"l{who.id}"))

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Acceptance) == 2 and get(Task, task).accepted_at is not None

    return accept(cast.ah_fong), accept(cast.uncle_ho), holds


def accept_and_send_back(cast: Cast) -> Two:
    make_representatives(cast, cast.ah_fong, cast.uncle_ho)
    task = a_task(cast)
    note(cast, task, cast.ah_keung)

    def look(who: Who, *, accepted: bool) -> Callable[[], object]:
        words = "" if accepted else "缝没勾"
        return lambda: tasks.inspect(get(Task, task), accepted, words, who.act(key=f"l{who.id}"))

    def holds(told: list[Any]) -> None:
        assert set(told) <= {None, Reason.WORK_NOT_DONE}
        assert get(Task, task).accepted_at is None and get(Task, task).done_at is None

    return look(cast.ah_fong, accepted=True), look(cast.uncle_ho, accepted=False), holds


# polls


def announce_one_poll(cast: Cast) -> Two:
    poll_id = a_draft(cast)

    def announce(who: Who) -> Callable[[], object]:
        return lambda: polls.announce(get(Poll, poll_id), who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Notice) == 1 and count(PhaseEntry, phase=Phase.VOTE) == 1

    return announce(cast.sister_chow), announce(cast.old_chan), holds


def announce_two_polls(cast: Cast) -> Two:
    one, other = a_draft(cast), a_draft(cast, key="p2")

    def announce(poll_id: int, who: Who) -> Callable[[], object]:
        return lambda: polls.announce(get(Poll, poll_id), who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        numbered(db.session.query(Notice).all())

    return announce(one, cast.sister_chow), announce(other, cast.old_chan), holds


def extend_and_cancel(cast: Cast) -> Two:
    """Two changes that were asked for are confirmed at once: the second one rests on a page that is old."""
    poll_id = a_poll(cast)
    poll = get(Poll, poll_id)
    wishes = [
        ChangeRequest(ChangeKind.EXTENSION, "大雨", poll.closes_at + timedelta(days=1)),
        ChangeRequest(ChangeKind.CANCELLATION, "停电"),
    ]
    asked = [
        poll_changes.ask(poll, wish, "council_member", cast.sister_chow.act(key=f"c{n}")).id
        for n, wish in enumerate(wishes)
    ]
    page = versions.token(poll_changes.shown_parts(get(Poll, poll_id)))

    def confirm(change: int, who: Who, office: str) -> Callable[[], object]:
        return lambda: poll_changes.confirm(get(PollChange, change), office, replace(who.act(), seen=page))

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CHANGED_MEANWHILE, Reason.POLL_CANCELLED)
        assert count(PollChangeConfirmation) == 1

    return (
        confirm(asked[0], cast.old_chan, "committee_member"),
        confirm(asked[1], cast.uncle_ho, "supervisor"),
        holds,
    )


def a_counted_poll(cast: Cast) -> int:
    poll_id = a_poll(cast)
    closing.close(get(Poll, poll_id), Act.by_system(cast.id, now=clock.now() + timedelta(days=4)))
    return poll_id


def note_work_while_its_vote_is_annulled(cast: Cast) -> Two:
    """Noted before, or the work rests. Never a note on work whose vote was annulled."""
    poll_id, at = a_poll(cast), clock.now() + timedelta(days=4)
    for who in (cast.ah_fong, cast.ah_kwok, cast.old_chan, cast.uncle_ho, cast.ms_yip):
        vote(cast, poll_id, who, 1)
    closing.declare(get(Poll, poll_id), cast.old_chan.act(now=at))
    phases.enter(get(Consultation, get(Poll, poll_id).consultation_id), Phase.CARRY_OUT, cast.old_chan.act(now=at))
    db.session.commit()
    task = a_task(cast, budget=None)
    ruling = Ruling(Annuller.COURT, "（2026）粤01行初1号", at.date(), a_photo(cast.sister_chow))
    wish = ChangeRequest(ChangeKind.ANNULMENT, "有异议", ruling=ruling)
    change = poll_changes.ask(get(Poll, poll_id), wish, "council_member", cast.sister_chow.act(now=at, key="annul")).id

    def note_it() -> object:
        words = ProgressNote(Stage.DONE, "墙砌好了", 320_000)
        return tasks.note_progress(get(Task, task), words, cast.ah_keung.act(now=at, key="n"), in_office=False)

    def annul() -> object:
        return poll_changes.confirm(get(PollChange, change), "committee_member", cast.old_chan.act(now=at))

    def holds(told: list[Any]) -> None:
        assert told[0] in (None, Reason.WORK_RESTS) and not isinstance(told[1], Reason), told
        assert count(Progress) == (told[0] is None)
        assert get(Poll, poll_id).annulled_at is not None

    return note_it, annul, holds


def annul_by_two(cast: Cast) -> Two:
    """Two officers confirm at once that a court annulled a vote."""
    poll_id, at = a_counted_poll(cast), clock.now() + timedelta(days=5)
    ruling = Ruling(Annuller.COURT, "（2026）1号", at.date(), a_photo(cast.old_chan))
    wish = ChangeRequest(ChangeKind.ANNULMENT, "侵害权益", ruling=ruling)
    change = poll_changes.ask(get(Poll, poll_id), wish, "council_member", cast.sister_chow.act(key="a", now=at)).id

    def confirm(who: Who, office: str) -> Callable[[], object]:
        return lambda: poll_changes.confirm(get(PollChange, change), office, who.act(now=at))

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(PollChangeConfirmation) == 1 and get(Poll, poll_id).annulled_at is not None
        assert count(Notice, tag="poll_annulled") == 1

    return confirm(cast.old_chan, "committee_member"), confirm(cast.uncle_ho, "supervisor"), holds


def annul_while_it_is_declared(cast: Cast) -> Two:
    poll_id, at = a_counted_poll(cast), clock.now() + timedelta(days=5)
    ruling = Ruling(Annuller.COURT, "（2026）1号", at.date(), a_photo(cast.old_chan))
    wish = ChangeRequest(ChangeKind.ANNULMENT, "侵害权益", ruling=ruling)
    change = poll_changes.ask(get(Poll, poll_id), wish, "council_member", cast.sister_chow.act(key="a", now=at)).id

    def holds(told: list[Any]) -> None:
        assert told[0] is None or not isinstance(told[0], Reason)
        assert {one for one in told if isinstance(one, Reason)} <= {Reason.POLL_ANNULLED}
        assert get(Poll, poll_id).annulled_at is not None

    return (
        lambda: poll_changes.confirm(get(PollChange, change), "supervisor", cast.uncle_ho.act(now=at)),
        lambda: closing.declare(get(Poll, poll_id), cast.old_chan.act(now=at)).outcome,
        holds,
    )


def announce_two_votes_on_one_matter(cast: Cast) -> Two:
    """The same people about the same matter: one vote is announced, the other one refused."""
    one = a_draft(cast)
    other = polls.draft(get(Poll, one).consultation, a_plan(), cast.old_chan.act(key="p2")).id

    def announce(poll_id: int, who: Who) -> Callable[[], object]:
        return lambda: polls.announce(get(Poll, poll_id), who.act())

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.DECIDED_ELSEWHERE_NOW)
        assert count(Notice) == 1

    return announce(one, cast.sister_chow), announce(other, cast.old_chan), holds


def state_two_grounds(cast: Cast) -> Two:
    """The later ground takes the place of the earlier one: one waits."""
    poll_id, at = a_poll(cast), clock.now() + timedelta(days=5)
    closing.declare(get(Poll, poll_id), cast.old_chan.act(now=at))

    def state(who: Who, office: str) -> Callable[[], object]:
        act = who.act(now=at, key=f"g{who.id}")
        return lambda: further_votes.ask(get(Poll, poll_id), Ground.NEW_FACTS, "石料降价", office, act).id

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(FurtherVote) == 2 and count(FurtherVote, ended_at=None) == 1

    return state(cast.sister_chow, "council_member"), state(cast.old_chan, "committee_member"), holds


def confirm_and_drop_a_ground(cast: Cast) -> Two:
    poll_id, at = a_poll(cast), clock.now() + timedelta(days=5)
    closing.declare(get(Poll, poll_id), cast.old_chan.act(now=at))
    act = cast.sister_chow.act(now=at, key="g")
    asked = further_votes.ask(get(Poll, poll_id), Ground.NEW_FACTS, "石料降价", "council_member", act).id

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.RIGHT_STOPPED, Reason.RIGHT_IN_FORCE)
        row = get(FurtherVote, asked)
        assert (row.confirmed_at is None) != (row.ended_at is None)

    return (
        lambda: further_votes.confirm(asked, "committee_member", cast.old_chan.act(now=at)),
        lambda: further_votes.drop(asked, "supervisor", cast.uncle_ho.act(now=at)),
        holds,
    )


def an_appeal(cast: Cast, poll_id: int, *, key: str = "m") -> int:
    said = AppealForm(f"新{key}", "", "01-001", "")
    desk = Appellant(officer_id=cast.sister_chow.id)
    return roll_appeals.make(get(Poll, poll_id), said, desk, cast.sister_chow.act(key=key), code=f"C{key}").id


def appeal_twice(cast: Cast) -> Two:
    poll_id = a_poll(cast)

    def appeal(key: str) -> Callable[[], object]:
        said = AppealForm(f"新{key}", f"1390000000{key}", "01-001", "")
        who, act = Appellant(browser=f"b{key}"), Act(cast.id, None, clock.now(), language=ZH, key=key)
        return lambda: roll_appeals.make(get(Poll, poll_id), said, who, act, code=f"C{key}").id

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(RollAppeal) == 2

    return appeal("1"), appeal("2"), holds


def add_and_refuse_an_appellant(cast: Cast) -> Two:
    """One second officer adds, another one refuses: one of the two is the answer."""
    poll_id = a_poll(cast)
    late = Person(
        village_id=cast.id,
        household_id=cast.ah_fong.household_id,
        roll_position=90,
        name="新m",
        born=cast.ah_fong.row().born,
    )
    db.session.add(late)
    db.session.commit()
    appeal = an_appeal(cast, poll_id)
    wish = ChangeRequest(ChangeKind.ADDITION, "漏了", None, late.id, appeal_id=appeal)
    change = poll_changes.ask(get(Poll, poll_id), wish, "council_member", cast.sister_chow.act(key="c")).id
    roll_appeals.propose_refusal(appeal, "不是本村人", "council_member", cast.sister_chow.act())

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.APPEAL_ANSWERED)
        row = get(RollAppeal, appeal)
        assert (row.added_at is None) != (row.confirmed_at is None)

    return (
        lambda: poll_changes.confirm(get(PollChange, change), "committee_member", cast.old_chan.act()),
        lambda: roll_appeals.confirm_refusal(appeal, "supervisor", cast.uncle_ho.act()),
        holds,
    )


def propose_two_refusals(cast: Cast) -> Two:
    appeal = an_appeal(cast, a_poll(cast))

    def propose(who: Who, office: str) -> Callable[[], object]:
        return lambda: roll_appeals.propose_refusal(appeal, f"理由{who.id}", office, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        row = get(RollAppeal, appeal)
        assert row.refused_by in (cast.old_chan.id, cast.uncle_ho.id)
        assert roll_appeals.refusal_of(row) == f"理由{row.refused_by}"

    return propose(cast.old_chan, "committee_member"), propose(cast.uncle_ho, "supervisor"), holds


def add_to_a_roll(cast: Cast) -> Two:
    poll_id = a_poll(cast, body="VG_people", group_id=cast.upper_group)
    late = [
        Person(
            village_id=cast.id,
            household_id=cast.ah_fong.household_id,
            roll_position=90 + n,
            name=f"新{n}",
            born=cast.ah_fong.row().born,
        )
        for n in range(2)
    ]
    db.session.add_all(late)
    db.session.commit()
    asked = [
        poll_changes.ask(
            get(Poll, poll_id),
            ChangeRequest(ChangeKind.ADDITION, "漏了", None, one.id),
            "council_member",
            cast.sister_chow.act(key=f"c{one.id}"),
        ).id
        for one in late
    ]
    before = count(RollEntry)

    def confirm(change: int, who: Who, office: str) -> Callable[[], object]:
        return lambda: poll_changes.confirm(get(PollChange, change), office, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(RollEntry) == before + 2
        numbered(db.session.query(RollEntry).all())

    return confirm(asked[0], cast.old_chan, "committee_member"), confirm(asked[1], cast.uncle_ho, "supervisor"), holds


def declare_an_outcome(cast: Cast) -> Two:
    poll_id = a_poll(cast)
    vote(cast, poll_id, cast.ah_fong, 1)
    after = get(Poll, poll_id).closes_at + timedelta(minutes=1)

    def declare(who: Who) -> Callable[[], object]:
        return lambda: closing.declare(get(Poll, poll_id), who.act(now=after)).poll_id

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Declaration) == 1 and count(Notice) == 2

    return declare(cast.old_chan), declare(cast.sister_chow), holds


def vote_for_one_household(cast: Cast) -> Two:
    """Before anybody has voted, its representative is chosen anew while the old one casts."""
    poll_id = a_poll(cast, body="VG_house", group_id=cast.upper_group)

    def cast_it() -> object:
        order = ballot_requests.BallotRequest(cast.id, poll_id, cast.ah_fong.id, (1,), "k1")
        return ballots.cast(order, clock=clock.now).rev

    def choose() -> object:
        return representatives.choose(cast.ah_kwok.id, cast.ah_kwok.act(), on=today())

    def holds(told: list[Any]) -> None:
        assert told[1] is None and told[0] in (1, Reason.NOT_REPRESENTATIVE)
        assert count(BallotEvent) == (told[0] == 1)

    return cast_it, choose, holds


def choose_a_representative(cast: Cast) -> Two:
    page = versions.token({"speaker": None})

    def choose(who: Who) -> Callable[[], object]:
        act = lambda: replace(who.act(), seen=page)  # noqa: E731
        return lambda: representatives.choose(who.id, act(), on=today())

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CHANGED_MEANWHILE)
        assert count(RepresentativeChoice) == 1

    return choose(cast.ah_fong), choose(cast.ah_kwok), holds


def enter_a_sheet(cast: Cast) -> Two:
    meeting_id, poll_id = a_running_vote(cast)
    end_vote(cast, meeting_id, poll_id)
    sheet = count_sheets.sheets_of(poll_id)[-1].id

    def enter(who: Who) -> Callable[[], object]:
        return lambda: count_sheets.enter(get(CountSheet, sheet), Figures(6, 6, (6, 0, 0)), who.act(), picture="")

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(SheetConfirmation) == 1

    return enter(cast.uncle_ho), enter(cast.ms_yip), holds


def enter_a_sheet_in_two_windows(cast: Cast) -> Two:
    """One person, two windows, two readings: the first one stays, and the second is told."""
    meeting_id, poll_id = a_running_vote(cast)
    end_vote(cast, meeting_id, poll_id)
    sheet = count_sheets.sheets_of(poll_id)[-1].id

    def enter(*valid: int) -> Callable[[], object]:
        return lambda: count_sheets.enter(get(CountSheet, sheet), Figures(6, 6, valid), cast.ms_yip.act(), picture="")

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.ENTERED_ALREADY)

    return enter(6, 0, 0), enter(5, 1, 0), holds


def correct_a_sheet(cast: Cast) -> Two:
    """Two corrections of one sheet would both be counted."""
    poll_id = a_poll(cast, paper=True)
    offline_turnout.mark(get(Poll, poll_id), Channel.PAPER, [1, 2], cast.ms_yip.act())
    after = get(Poll, poll_id).closes_at + timedelta(minutes=1)
    wrong = count_sheets.open_sheet(get(Poll, poll_id), Channel.PAPER, "门口", cast.ms_yip.act(now=after, key="s"))
    for who in (cast.ms_yip, cast.uncle_ho):
        count_sheets.enter(wrong, Figures(2, 2, (2, 0, 0)), who.act(now=after), picture="")
    wrong_id = wrong.id

    def correct(who: Who) -> Callable[[], object]:
        return lambda: (
            count_sheets.open_sheet(
                get(Poll, poll_id),
                Channel.PAPER,
                "门口",
                who.act(now=after, key=f"s{who.id}"),
                corrects=get(CountSheet, wrong_id),
            ).id
        )

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CHANGED_MEANWHILE)
        assert count(CountSheet, corrects_id=wrong_id) == 1

    return correct(cast.ms_yip), correct(cast.uncle_ho), holds


def mark_a_roll(cast: Cast) -> Two:
    poll_id = a_poll(cast, paper=True)
    number = number_of(poll_id, cast.ah_fong)

    def mark(who: Who) -> Callable[[], object]:
        return lambda: offline_turnout.mark(get(Poll, poll_id), Channel.PAPER, [number], who.act())

    def holds(told: list[Any]) -> None:
        assert {tuple(one) if isinstance(one, list) else one for one in told} <= {
            (),
            (number,),
            Reason.VOTED_ANOTHER_WAY,
        }
        assert count(RollEntry, poll_id=poll_id, channel=Channel.PAPER) == 1

    return mark(cast.ms_yip), mark(cast.sister_chow), holds


def vote_and_mark(cast: Cast) -> Two:
    poll_id = a_poll(cast, paper=True)
    number = number_of(poll_id, cast.ah_fong)

    def cast_it() -> object:
        order = ballot_requests.BallotRequest(cast.id, poll_id, cast.ah_fong.id, (1,), "k1")
        return ballots.cast(order, clock=clock.now).rev

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.VOTED_ANOTHER_WAY, Reason.OTHER_CHANNEL)

    return (
        cast_it,
        lambda: offline_turnout.mark(get(Poll, poll_id), Channel.PAPER, [number], cast.ms_yip.act()),
        holds,
    )


def on_paper(cast: Cast) -> tuple[int, int, timedelta]:
    """A poll with two units marked on paper, the number of one, and how long until after its close."""
    poll_id = a_poll(cast, paper=True)
    number = number_of(poll_id, cast.ah_fong)
    numbers = [number, number_of(poll_id, cast.ah_kwok)]
    offline_turnout.mark(get(Poll, poll_id), Channel.PAPER, numbers, cast.ms_yip.act())
    return poll_id, number, timedelta(days=4)


def undo(poll_id: int, number: int, who: Who, after: timedelta = timedelta()) -> Callable[[], object]:
    act = {"now": clock.now() + after}
    return lambda: offline_turnout.unmark(get(Poll, poll_id), [number], "看错了号", who.act(**act))


def undo_a_mark(cast: Cast) -> Two:
    poll_id, number, _ = on_paper(cast)

    def holds(told: list[Any]) -> None:
        assert sorted(told) == [[], [number]]
        assert count(MarkUndoing) == 1 and count(RollEntry, poll_id=poll_id, channel=Channel.PAPER) == 1

    return undo(poll_id, number, cast.ms_yip), undo(poll_id, number, cast.sister_chow), holds


def mark_and_undo(cast: Cast) -> Two:
    poll_id, number, _ = on_paper(cast)

    def holds(told: list[Any]) -> None:
        marked = count(RollEntry, poll_id=poll_id, number=number, channel=Channel.PAPER)
        assert told in ([[], [number]], [[number], [number]])
        assert marked == (told[0] == [number]) and count(MarkUndoing) == 1

    mark = lambda: offline_turnout.mark(get(Poll, poll_id), Channel.PAPER, [number], cast.sister_chow.act())  # noqa: E731
    return mark, undo(poll_id, number, cast.ms_yip), holds


def vote_and_undo(cast: Cast) -> Two:
    """The unit votes by phone while its wrong mark is undone: before, it is refused; after, it counts."""
    poll_id, number, _ = on_paper(cast)

    def cast_it() -> object:
        order = ballot_requests.BallotRequest(cast.id, poll_id, cast.ah_fong.id, (1,), "k1")
        return ballots.cast(order, clock=clock.now).rev

    def holds(told: list[Any]) -> None:
        assert told in ([Reason.OTHER_CHANNEL, [number]], [1, [number]])
        assert count(BallotEvent, poll_id=poll_id) == (told[0] == 1)

    return cast_it, undo(poll_id, number, cast.ms_yip), holds


def enter_a_sheet_and_undo(cast: Cast) -> Two:
    """A mark goes, or its paper is counted: never both."""
    poll_id, request_id, at = late_undoing_of(cast)
    sheet = count_sheets.open_sheet(get(Poll, poll_id), Channel.PAPER, "门口", cast.ms_yip.act(now=at, key="s")).id

    def enter() -> object:
        figures = Figures(2, 2, (2, 0, 0))
        return count_sheets.enter(get(CountSheet, sheet), figures, cast.uncle_ho.act(now=at), picture="")

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.MORE_THAN_MARKED, Reason.MARKS_ARE_COUNTED)
        assert count(SheetEntry) + count(MarkUndoing) == 1

    return enter, confirming(request_id, cast.old_chan, "committee_member"), holds


def late_marks_of(cast: Cast) -> tuple[int, int]:
    poll_id, _, after = on_paper(cast)
    picture, act = a_photo(cast.sister_chow), cast.sister_chow.act(now=clock.now() + after, key="late")
    number = [number_of(poll_id, cast.aunt_leung)]
    ask = {"picture": picture, "office": "council_member"}
    return poll_id, late_marks.ask(get(Poll, poll_id), Channel.PAPER, number, act, **ask).id


def confirming(request_id: int, who: Who, office: str) -> Callable[[], object]:
    at = clock.now() + timedelta(days=4)
    return lambda: late_marks.confirm(get(LateMarks, request_id), office, who.act(now=at))


def confirm_late_marks(cast: Cast) -> Two:
    poll_id, request_id = late_marks_of(cast)

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(LateMarksConfirmation) == 1 and count(RollEntry, poll_id=poll_id, channel=Channel.PAPER) == 3

    return (
        confirming(request_id, cast.uncle_ho, "supervisor"),
        confirming(request_id, cast.old_chan, "committee_member"),
        holds,
    )


def late_undoing_of(cast: Cast) -> tuple[int, int, datetime]:
    """Ah Fong's mark, which a council member asks to undo after the close. Returns poll, request, and an hour after the close."""
    poll_id, number, after = on_paper(cast)
    at = clock.now() + after
    ask = {"picture": a_photo(cast.sister_chow), "office": "council_member", "undo_because": "没有签字"}
    act = cast.sister_chow.act(now=at, key="undo")
    return poll_id, late_marks.ask(get(Poll, poll_id), Channel.PAPER, [number], act, **ask).id, at


def confirm_a_late_undoing(cast: Cast) -> Two:
    """Two second persons in one moment: undone once."""
    poll_id, request_id, _ = late_undoing_of(cast)

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(LateMarksConfirmation) == count(MarkUndoing) == 1
        assert count(RollEntry, poll_id=poll_id, channel=Channel.PAPER) == 1

    return (
        confirming(request_id, cast.uncle_ho, "supervisor"),
        confirming(request_id, cast.old_chan, "committee_member"),
        holds,
    )


def confirm_a_late_undoing_and_declare(cast: Cast) -> Two:
    """Undone beside a sheet that is right without it, or refused because the count came first; never half."""
    poll_id, request_id, at = late_undoing_of(cast)
    sheet = count_sheets.open_sheet(get(Poll, poll_id), Channel.PAPER, "门口", cast.ms_yip.act(now=at, key="s"))
    for who in (cast.ms_yip, cast.uncle_ho):
        count_sheets.enter(sheet, Figures(1, 1, (1, 0, 0)), who.act(now=at), picture="")

    def holds(told: list[Any]) -> None:
        assert told[0] is None, told
        assert count(MarkUndoing) == 1 and told[1] in (Reason.FEWER_THAN_MARKED, poll_id)
        assert count(Declaration) == (told[1] == poll_id)

    return (
        confirming(request_id, cast.uncle_ho, "supervisor"),
        lambda: closing.declare(get(Poll, poll_id), cast.old_chan.act(now=at)).poll_id,
        holds,
    )


def say_whether_a_paper_is_in_the_box(cast: Cast) -> Two:
    """Two of one mind in one moment: one ruling, and the mark stays."""
    poll_id, number, _ = on_paper(cast)
    contest = vote_disputes.dispute(get(Poll, poll_id), "", cast.ah_fong.act(), on=today()).id

    def say(who: Who, office: str) -> Callable[[], object]:
        return lambda: rulings.say(
            get(VoteDispute, contest), office, who.act(), upheld=True, reason="票在箱里", in_box=True
        )

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(ContestRuling, in_box=True) == 1 and count(MarkUndoing) == 0
        assert get(RollEntry, (poll_id, number)).channel is Channel.PAPER

    return say(cast.old_chan, "committee_member"), say(cast.uncle_ho, "supervisor"), holds


def say_whether_it_is_the_same_matter(cast: Cast) -> Two:
    """Two officers answer differently in one moment: one answer stands."""
    earlier = a_poll(cast)
    matter = a_consultation(cast, key="consultation-1")

    def say(who: Who, office: str, *, same: bool) -> Callable[[], object]:
        return lambda: same_words.say(
            get(Consultation, matter), get(Poll, earlier), office, who.act(), same=same, words="" if same else "另一条"
        )

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.ANSWERED_OTHERWISE)
        assert count(MatterComparison) == 1

    return (
        say(cast.sister_chow, "council_member", same=True),
        say(cast.old_chan, "committee_member", same=False),
        holds,
    )


def confirm_late_marks_and_drop_them(cast: Cast) -> Two:
    poll_id, request_id = late_marks_of(cast)
    at = clock.now() + timedelta(days=4)

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.RIGHT_STOPPED, Reason.RIGHT_IN_FORCE)
        marked = count(RollEntry, poll_id=poll_id, channel=Channel.PAPER) == 3
        assert marked == (count(LateMarksConfirmation) == 1) == (count(LateMarksEnd) == 0)

    def drop() -> object:
        return late_marks.drop(get(LateMarks, request_id), "committee_member", cast.old_chan.act(now=at))

    return confirming(request_id, cast.uncle_ho, "supervisor"), drop, holds


def confirm_late_marks_and_declare(cast: Cast) -> Two:
    """Counted without the late mark, or refused because its paper is missing: never counted without its paper."""
    poll_id, request_id = late_marks_of(cast)
    at = clock.now() + timedelta(days=4)
    sheet = count_sheets.open_sheet(get(Poll, poll_id), Channel.PAPER, "门口", cast.ms_yip.act(now=at, key="s"))
    for who in (cast.ms_yip, cast.uncle_ho):
        count_sheets.enter(sheet, Figures(2, 2, (2, 0, 0)), who.act(now=at), picture="")

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.COUNTED_ALREADY, Reason.FEWER_THAN_MARKED)
        assert count(Declaration) + count(LateMarksConfirmation) == 1

    return (
        confirming(request_id, cast.uncle_ho, "supervisor"),
        lambda: closing.declare(get(Poll, poll_id), cast.old_chan.act(now=at)).poll_id,
        holds,
    )


def a_letter(cast: Cast, poll_id: int) -> None:
    """Ah Kwok votes for Ah Fong with a letter."""
    order = ballot_requests.BallotRequest(
        cast.id,
        poll_id,
        cast.ah_kwok.id,
        (2,),
        "letter",
        channel=Channel.PROXY,
        number=number_of(poll_id, cast.ah_fong),
        letter=a_photo(cast.ah_kwok),
    )
    db.session.rollback()
    ballots.cast(order, clock=clock.now)
    db.session.rollback()


def vote_while_the_holder_votes(cast: Cast) -> Two:
    """Whatever comes first, the giver's own vote is the one that counts."""
    poll_id, number, photo = a_poll(cast), 0, a_photo(cast.ah_kwok)
    number = number_of(poll_id, cast.ah_fong)

    def by_letter() -> object:
        order = ballot_requests.BallotRequest(
            cast.id, poll_id, cast.ah_kwok.id, (2,), "k1", channel=Channel.PROXY, number=number, letter=photo
        )
        return ballots.cast(order, clock=clock.now).rev

    def own() -> object:
        order = ballot_requests.BallotRequest(cast.id, poll_id, cast.ah_fong.id, (1,), "k2")
        return ballots.cast(order, clock=clock.now).rev

    def holds(told: list[Any]) -> None:
        assert tuple(told) in ((1, 2), (Reason.OTHER_CHANNEL, 1)), told
        assert closing.count(get(Poll, poll_id)).counts == (1, 0, 0)
        assert count(ProxyLetter) == (told[0] == 1) and get(Turnout, poll_id).units == 1

    return by_letter, own, holds


def look_while_the_giver_contests(cast: Cast) -> Two:
    """Refused first, there is nothing left to contest; contested first, both stand."""
    poll_id = a_poll(cast)
    a_letter(cast, poll_id)
    number = number_of(poll_id, cast.ah_fong)

    def look() -> object:
        letter = db.session.query(ProxyLetter).one()
        return said_of_votes.look(letter, cast.ms_yip.act(), sound=False, reason="没有签名")

    def contest() -> object:
        return vote_disputes.dispute(get(Poll, poll_id), "", cast.ah_fong.act(), on=today()).number

    def holds(told: list[Any]) -> None:
        assert told[0] is None and told[1] in (number, Reason.NOTHING_TO_CONTEST), told
        assert count(VoidedBallot) == 1 and count(VoteDispute) == (told[1] == number)
        assert db.session.get(RollEntry, (poll_id, number)).channel is None

    return look, contest, holds


def look_at_one_letter_twice(cast: Cast) -> Two:
    poll_id = a_poll(cast)
    a_letter(cast, poll_id)

    def look(who: Who, *, sound: bool) -> Callable[[], object]:
        return lambda: said_of_votes.look(db.session.query(ProxyLetter).one(), who.act(), sound=sound, reason="不清楚")

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.ANSWERED_OTHERWISE, Reason.VOTE_GIVEN_ANEW)
        assert count(VoteAnswer) == 1

    return look(cast.ms_yip, sound=True), look(cast.uncle_ho, sound=False), holds


def witness_while_the_poll_closes(cast: Cast) -> Two:
    """Said before the count it counts; else the ballot is taken out. Never both."""
    poll_id = a_poll(cast)
    help_to_vote(cast, poll_id, cast.ah_fong, 1, helper=cast.ah_keung, witness=cast.ms_yip, pin=False)
    db.session.rollback()
    number = number_of(poll_id, cast.ah_fong)
    after = get(Poll, poll_id).closes_at + timedelta(minutes=1)

    def say() -> object:
        return said_of_votes.witness(get(Poll, poll_id), number, 1, cast.ms_yip.act(), sound=True)

    def close() -> object:
        return closing.close(get(Poll, poll_id), Act.by_system(cast.id, now=after))

    def holds(told: list[Any]) -> None:
        late = (Reason.COUNTED_ALREADY, Reason.POLL_CLOSED, Reason.VOTE_GIVEN_ANEW)
        assert told[1] is None and told[0] in (None, *late), told
        counted = closing.tally_of(get(Poll, poll_id)).counts
        assert counted == ((1, 0, 0) if told[0] is None else (0, 0, 0))

    return say, close, holds


def decide_a_contest(cast: Cast) -> Two:
    """Two of one mind in one moment: one ruling."""
    poll_id = a_poll(cast)
    a_letter(cast, poll_id)
    contest = vote_disputes.dispute(get(Poll, poll_id), "", cast.ah_fong.act(), on=today()).id

    def say(who: Who, office: str) -> Callable[[], object]:
        return lambda: rulings.say(get(VoteDispute, contest), office, who.act(), upheld=True, reason="对")

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(ContestRuling) == 1 and count(ContestOpinion) == 2 and count(VoidedBallot) == 1

    return say(cast.old_chan, "committee_member"), say(cast.uncle_ho, "supervisor"), holds


def a_contested_mark(cast: Cast) -> tuple[int, int, Callable[[datetime], object]]:
    """Two units on paper; one says that it is not so and one officer agrees. Returns poll, number, and the second one's word."""
    poll_id, number, _ = on_paper(cast)
    contest = vote_disputes.dispute(get(Poll, poll_id), "", cast.ah_fong.act(), on=today()).id
    first = cast.old_chan.act()
    rulings.say(get(VoteDispute, contest), "committee_member", first, upheld=True, reason="对", in_box=False)

    def second(at: datetime) -> object:
        act = cast.uncle_ho.act(now=at)
        return rulings.say(get(VoteDispute, contest), "supervisor", act, upheld=True, reason="对", in_box=False)

    return poll_id, number, second


def decide_a_contest_and_undo_the_mark(cast: Cast) -> Two:
    """The mark is undone once, by the one or the other."""
    poll_id, number, second = a_contested_mark(cast)

    def holds(told: list[Any]) -> None:
        assert told in ([None, []], [Reason.VOTE_GIVEN_ANEW, [number]])
        assert count(MarkUndoing) == 1 and count(ContestRuling) == (told[0] is None)
        assert count(RollEntry, poll_id=poll_id, channel=Channel.PAPER) == 1

    return lambda: second(clock.now()), undo(poll_id, number, cast.ms_yip), holds


def decide_a_contest_and_count_its_paper(cast: Cast) -> Two:
    """The mark goes, or its paper is counted and the ruling refused until the papers are looked at: never both."""
    poll_id, _, second = a_contested_mark(cast)
    at = clock.now() + timedelta(days=4)
    sheet = count_sheets.open_sheet(get(Poll, poll_id), Channel.PAPER, "门口", cast.ms_yip.act(now=at, key="s")).id

    def enter() -> object:
        figures = Figures(2, 2, (2, 0, 0))
        return count_sheets.enter(get(CountSheet, sheet), figures, cast.ms_yip.act(now=at), picture="")

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.MARKS_ARE_COUNTED, Reason.MORE_THAN_MARKED)
        assert count(ContestRuling) == count(MarkUndoing) == (told[0] is None)
        assert count(SheetEntry) == (told[1] is None)

    return lambda: second(at), enter, holds


def dispute_a_vote(cast: Cast) -> Two:
    poll_id = a_poll(cast, body="VG_house", group_id=cast.upper_group)
    vote(cast, poll_id, cast.ah_fong, 1)
    after = get(Poll, poll_id).closes_at + timedelta(minutes=1)

    def holds(told: list[Any]) -> None:
        assert told[0] in (1, Reason.POLL_CLOSED) and count(VoteDispute) == (told[0] == 1)
        assert told[0] != 1 or told[1] is Reason.CONTESTS_WAIT

    return (
        lambda: vote_disputes.dispute(get(Poll, poll_id), "没商量", cast.ah_kwok.act(), on=today()).turn,
        lambda: closing.declare(get(Poll, poll_id), cast.old_chan.act(now=after)).poll_id,
        holds,
    )


def contest_one_mark_in_one_house(cast: Cast) -> Two:
    """The one who spoke for the house is heard, and another adult beside it only if they came first."""
    poll_id = a_poll(cast, body="VG_house", group_id=cast.upper_group, paper=True)
    number = number_of(poll_id, cast.ah_fong)
    offline_turnout.mark(get(Poll, poll_id), Channel.PAPER, [number], cast.ms_yip.act())
    voter = get(RollEntry, (poll_id, number)).person_id
    db.session.rollback()

    def say(who: Who) -> Callable[[], object]:
        return lambda: vote_disputes.dispute(get(Poll, poll_id), "没去", who.act(), on=today()).turn

    def holds(told: list[Any]) -> None:
        assert told[0] == 1 and told[1] in (1, Reason.CONTESTED_BY_HOUSE), told
        assert count(VoteDispute) == told.count(1)

    pair = (cast.ah_fong, cast.ah_kwok) if voter == cast.ah_fong.id else (cast.ah_kwok, cast.ah_fong)
    return say(pair[0]), say(pair[1]), holds


def change_an_opinion_and_agree_with_it(cast: Cast) -> Two:
    """One officer says otherwise while another agrees with the earlier word: it is decided once, or not yet."""
    poll_id = a_poll(cast)
    help_to_vote(cast, poll_id, cast.ah_fong, 1, helper=cast.ah_keung, witness=cast.ms_yip)
    contest = vote_disputes.dispute(get(Poll, poll_id), "", cast.ah_fong.act(), on=today()).id
    rulings.say(get(VoteDispute, contest), "committee_member", cast.old_chan.act(), upheld=False, reason="签了字")

    def say(who: Who, office: str, *, upheld: bool) -> Callable[[], object]:
        return lambda: rulings.say(get(VoteDispute, contest), office, who.act(), upheld=upheld, reason="看过了")

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CONTEST_RULED) if Reason.CONTEST_RULED in told else both(told)
        decided = db.session.query(ContestRuling).all()
        assert len(decided) == (Reason.CONTEST_RULED in told) and not any(one.upheld for one in decided)

    changes = say(cast.old_chan, "committee_member", upheld=True)
    return changes, say(cast.uncle_ho, "supervisor", upheld=False), holds


def declare_what_nobody_decided_and_decide_it(cast: Cast) -> Two:
    """After its day: decided before the result, or named with it. Never both."""
    poll_id = a_poll(cast)
    for who in (cast.old_chan, cast.uncle_ho, cast.sister_chow):
        vote(cast, poll_id, who, 1)
    help_to_vote(cast, poll_id, cast.ah_fong, 2, helper=cast.ah_keung, witness=cast.ms_yip)
    contest = vote_disputes.dispute(get(Poll, poll_id), "", cast.ah_fong.act(), on=today()).id
    rulings.say(get(VoteDispute, contest), "committee_member", cast.old_chan.act(), upheld=False, reason="签了字")
    after = clock.now() + timedelta(days=5)

    def decide() -> object:
        act = cast.uncle_ho.act(now=after)
        return rulings.say(get(VoteDispute, contest), "supervisor", act, upheld=False, reason="签了字")

    def holds(told: list[Any]) -> None:
        assert told[0] == poll_id and told[1] in (None, Reason.CONTEST_OF_RESULT), told
        left = db.session.query(AuditEntry).filter_by(tag="contest:undecided").count()
        assert (left, count(ContestRuling)) in ((1, 0), (0, 1))

    return lambda: closing.declare(get(Poll, poll_id), cast.old_chan.act(now=after)).poll_id, decide, holds


def ask_for_a_formal_basis(cast: Cast) -> Two:
    """Another source takes the place of the first: one waits."""
    give_right(cast, cast.ah_keung, Role.BRANCH_SECRETARY)

    def name_it(who: Who, office: Role) -> Callable[[], object]:
        return lambda: formal_basis.ask("VA_people", f"{who.name}章程", office, who.act()).source

    def holds(told: list[Any]) -> None:
        both(told)
        assert len(formal_basis.waiting(cast.id)) == 1 and count(StandingChange) == 2

    one, other = name_it(cast.old_chan, Role.COMMITTEE_MEMBER), name_it(cast.ah_keung, Role.BRANCH_SECRETARY)
    return one, other, holds


def confirm_and_drop_a_formal_basis(cast: Cast) -> Two:
    give_right(cast, cast.ah_keung, Role.BRANCH_SECRETARY)
    asked = formal_basis.ask("VA_people", "村章程", Role.COMMITTEE_MEMBER, cast.old_chan.act()).id

    def holds(told: list[Any]) -> None:
        assert set(told) <= {None, Reason.RIGHT_STOPPED, Reason.RIGHT_IN_FORCE}
        assert count(BodyStanding) == count(AuditEntry, tag="standing:set") == int(told[0] is None)

    return (
        lambda: formal_basis.confirm(asked, Role.SUPERVISOR, cast.uncle_ho.act()),
        lambda: formal_basis.drop(asked, Role.BRANCH_SECRETARY, cast.ah_keung.act()),
        holds,
    )


# meetings


def a_running_vote(cast: Cast) -> tuple[int, int]:
    meeting_id, poll_id = a_called_meeting(cast)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    begin_vote(cast, meeting_id, poll_id)
    return meeting_id, poll_id


def draft_two_meetings(cast: Cast) -> Two:
    def draft(who: Who) -> Callable[[], object]:
        plan = MeetingPlan("VA_people", None, "村民会议", "文化室", clock.now() + timedelta(days=20))
        return lambda: meetings.draft(plan, who.act(language=ZH, key=f"m{who.id}")).number

    def holds(told: list[Any]) -> None:
        assert sorted(told) == [1, 2]

    return draft(cast.old_chan), draft(cast.sister_chow), holds


def call_a_meeting(cast: Cast) -> Two:
    meeting_id = a_meeting_draft(cast)
    an_item(cast, meeting_id, kind=ItemKind.REPORT, title="账目")

    def call(who: Who) -> Callable[[], object]:
        return lambda: meetings.call(get(Meeting, meeting_id), URGENT, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Notice) == 1

    return call(cast.old_chan), call(cast.sister_chow), holds


def call_while_an_item_is_added(cast: Cast) -> Two:
    """What is called is what stood on the page of the one who called."""
    meeting_id = a_meeting_draft(cast)
    an_item(cast, meeting_id, kind=ItemKind.REPORT, title="账目")
    page = versions.token(meetings.shown_parts(get(Meeting, meeting_id)))
    plan = ItemPlan("修路", ItemKind.REPORT, None, "", "")

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CHANGED_MEANWHILE, Reason.MEETING_CALLED)

    return (
        lambda: meetings.call(get(Meeting, meeting_id), URGENT, replace(cast.old_chan.act(), seen=page)),
        lambda: agendas.add(get(Meeting, meeting_id), plan, cast.sister_chow.act(language=ZH, key="i")).number,
        holds,
    )


def add_two_items(cast: Cast) -> Two:
    meeting_id = a_meeting_draft(cast)

    def add(who: Who) -> Callable[[], object]:
        plan = ItemPlan(f"{who.name}项", ItemKind.MOTION, None, "修好。", "")
        return lambda: agendas.add(get(Meeting, meeting_id), plan, who.act(language=ZH, key=f"i{who.id}")).number

    def holds(told: list[Any]) -> None:
        assert sorted(told) == [1, 2]
        numbered(db.session.query(AgendaItem).all())

    return add(cast.old_chan), add(cast.sister_chow), holds


def add_two_items_after_the_call(cast: Cast) -> Two:
    """Each is posted and told by itself."""
    meeting_id, _ = a_called_meeting(cast)

    def add(who: Who) -> Callable[[], object]:
        plan = ItemPlan(f"{who.name}项", ItemKind.MOTION, None, "修好。", "桥断了")
        return lambda: agendas.add(get(Meeting, meeting_id), plan, who.act(language=ZH, key=f"i{who.id}")).number

    def holds(told: list[Any]) -> None:
        assert sorted(told) == [2, 3]
        notices = db.session.query(Notice).filter_by(tag="agenda_added").order_by(Notice.change_id).all()
        assert [one.change_id for one in notices] == [1, 2]
        assert sorted(one.facts["item"] for one in notices) == [2, 3]

    return add(cast.old_chan), add(cast.sister_chow), holds


def study_a_proposal_while_an_agenda_gets_another_text(cast: Cast) -> Two:
    """It is never in doubt whether the study was of the text: one of them came first."""
    meeting_id, consultation = a_meeting_draft(cast), a_consultation(cast)
    ripe(cast, consultation)
    other = ResolutionText("把鱼塘租给外人三十年。")
    plan = ItemPlan("修圳", ItemKind.MOTION, consultation, "", "", resolution=other)

    def add() -> object:
        return agendas.add(get(Meeting, meeting_id), plan, cast.sister_chow.act(language=ZH, key="i")).number

    def holds(told: list[Any]) -> None:
        assert 1 in told
        text_at = db.session.query(AgendaItem).one().text_at
        studied_at = four_deliberations.motion(consultation).studied_at
        assert text_at is not None and studied_at is not None and text_at != studied_at
        covered = bool(four_deliberations.covering(consultation))
        assert covered is (studied_at > text_at)

    return lambda: studied(cast, consultation), add, holds


def plan_and_remove_an_item(cast: Cast) -> Two:
    meeting_id = a_meeting_draft(cast)
    item = an_item(cast, meeting_id).id

    def plan() -> object:
        return a_vote(cast, get(AgendaItem, item))

    def holds(told: list[Any]) -> None:
        assert count(Poll) == 0 or count(AgendaItem) == 1, told

    return plan, lambda: agendas.remove(get(Meeting, meeting_id), item), holds


def tick_at_two_desks(cast: Cast) -> Two:
    meeting_id, _ = a_called_meeting(cast)
    numbers = [seat_number(meeting_id, who) for who in everybody(cast)[:4]]

    def tick(who: Who, wanted: list[int]) -> Callable[[], object]:
        return lambda: check_ins.tick(get(Meeting, meeting_id), wanted, CheckInWay.MANUAL, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(CheckIn) == len(numbers)
        numbered(db.session.query(CheckIn).all())

    return tick(cast.ms_yip, numbers), tick(cast.old_chan, numbers[::-1]), holds


def note_two_words(cast: Cast) -> Two:
    meeting_id, _ = a_running_vote(cast)

    def write(who: Who) -> Callable[[], object]:
        facts = RemarkNotedFacts(text=f"{who.name}说")
        return lambda: proceedings.note(get(Meeting, meeting_id), facts, 1, who.act(key=f"n{who.id}"))

    def holds(told: list[Any]) -> None:
        both(told)
        numbered(db.session.query(Proceeding).all())

    return write(cast.ms_yip), write(cast.old_chan), holds


def open_one_vote(cast: Cast) -> Two:
    meeting_id, poll_id = a_called_meeting(cast)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)

    def begin(who: Who) -> Callable[[], object]:
        return lambda: meeting_votes.open_vote(get(Meeting, meeting_id), poll_id, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(RollEntry) == 8

    return begin(cast.old_chan), begin(cast.sister_chow), holds


def end_one_vote(cast: Cast) -> Two:
    meeting_id, poll_id = a_running_vote(cast)

    def end(who: Who) -> Callable[[], object]:
        return lambda: meeting_votes.end_vote(get(Meeting, meeting_id), poll_id, who.act(), clock=clock.now)

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(PollEnding) == count(CountSheet) == 1

    return end(cast.old_chan), end(cast.sister_chow), holds


def vote_and_end(cast: Cast) -> Two:
    meeting_id, poll_id = a_running_vote(cast)

    def cast_it() -> object:
        order = ballot_requests.BallotRequest(cast.id, poll_id, cast.ah_fong.id, (1,), "k1")
        return ballots.cast(order, clock=clock.now).rev

    def holds(told: list[Any]) -> None:
        assert told[0] in (1, Reason.POLL_CLOSED, Reason.OTHER_CHANNEL) and told[1] is None
        assert count(BallotEvent) == (told[0] == 1)

    end = lambda: meeting_votes.end_vote(get(Meeting, meeting_id), poll_id, cast.old_chan.act(), clock=clock.now)  # noqa: E731
    return cast_it, end, holds


def close_an_item(cast: Cast) -> Two:
    meeting_id, _ = a_called_meeting(cast)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)

    def close(who: Who) -> Callable[[], object]:
        return lambda: proceedings.close_item(get(Meeting, meeting_id), 1, Result.TALKED_OVER, who.act())

    def holds(told: list[Any]) -> None:
        numbered(db.session.query(Proceeding).all())
        assert count(Proceeding) == 3, told

    return close(cast.old_chan), close(cast.ms_yip), holds


def break_a_meeting_off_twice(cast: Cast) -> Two:
    meeting_id, _ = a_called_meeting(cast)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)

    def end(who: Who) -> Callable[[], object]:
        again = clock.now() + timedelta(days=1)
        return lambda: sittings.adjourn(get(Meeting, meeting_id), "祠堂", again, "天黑", who.act(key=f"b{who.id}"))

    def holds(told: list[Any]) -> None:
        assert sorted(map(str, told)) == ["None", str(Reason.MEETING_ADJOURNED)]
        numbered(db.session.query(Proceeding).all())
        assert count(MeetingChange) == 1 and get(Meeting, meeting_id).adjourned_at is not None

    return end(cast.old_chan), end(cast.ms_yip), holds


def announce_while_a_meeting_opens_its_vote(cast: Cast) -> Two:
    """One body is asked about one proposal once at a time."""
    meeting_id, poll_id = a_called_meeting(cast)
    of_meeting = get(Poll, poll_id)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    formal_by_phone(cast, of_meeting.body)
    opens = clock.now() + timedelta(days=30)
    plan = a_plan(body=of_meeting.body, standing=Standing.FORMAL, opens_at=opens, closes_at=opens + timedelta(days=3))
    by_phone = polls.draft(of_meeting.consultation, plan, cast.old_chan.act(key="phone")).id
    announce = lambda: polls.announce(get(Poll, by_phone), cast.old_chan.act())  # noqa: E731
    begin = lambda: begin_vote(cast, meeting_id, poll_id)  # noqa: E731

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.DECIDED_ELSEWHERE_NOW)

    return announce, begin, holds


def break_off_while_somebody_comes_in(cast: Cast) -> Two:
    meeting_id, _ = a_called_meeting(cast)
    seat(cast, meeting_id, *everybody(cast)[:5])
    open_it(cast, meeting_id)
    late = seat_number(meeting_id, everybody(cast)[5])
    again = clock.now() + timedelta(days=1)
    off = lambda: sittings.adjourn(get(Meeting, meeting_id), "祠堂", again, "天黑", cast.old_chan.act(key="b"))  # noqa: E731
    come = lambda: check_ins.tick(get(Meeting, meeting_id), [late], CheckInWay.MANUAL, cast.ms_yip.act())  # noqa: E731

    def holds(told: list[Any]) -> None:
        assert told == [None, [late]]
        numbered(db.session.query(CheckIn).all())

    return off, come, holds


def go_on_twice(cast: Cast) -> Two:
    meeting_id, _ = a_called_meeting(cast)
    open_it(cast, meeting_id)
    again = clock.now() + timedelta(days=1)
    sittings.adjourn(get(Meeting, meeting_id), "祠堂", again, "天黑", cast.old_chan.act(key="b"))

    def resume(who: Who) -> Callable[[], object]:
        act = who.act(key=f"r{who.id}", now=again)
        return lambda: sittings.resume(get(Meeting, meeting_id), act, began_at=again)

    def holds(told: list[Any]) -> None:
        both(told)
        steps = [row.step for row in db.session.query(Proceeding)]
        assert steps.count("resumed") == 1

    return resume(cast.old_chan), resume(cast.ms_yip), holds


def prepare_one_item_twice(cast: Cast) -> Two:
    meeting_id = a_meeting_draft(cast)
    item_id = an_item(cast, meeting_id, consultation_id=a_consultation(cast)).id

    def prepare(who: Who, matter: str) -> Callable[[], object]:
        motion = MotionPlan(matter=matter, check=ALL_YES, vote=ASKED)
        plan = ItemPlan("修圳", ItemKind.MOTION, None, "", "", motion=motion)
        seen = versions.token(agendas.shown_parts(get(AgendaItem, item_id)))
        act = replace(who.act(key=f"i{who.id}"), seen=seen)
        return lambda: agendas.revise(get(AgendaItem, item_id), plan, act)

    def holds(told: list[Any]) -> None:
        assert sorted(map(str, told)) == ["None", str(Reason.CHANGED_MEANWHILE)]
        assert count(MatterChoice) == count(Poll) == 1

    return prepare(cast.old_chan, "public_works"), prepare(cast.sister_chow, "village_planning"), holds


def answer_a_call(cast: Cast) -> Two:
    meeting_id, _ = a_called_meeting(cast)

    def answer(who: Who) -> Callable[[], object]:
        return lambda: rsvps.answer(get(Meeting, meeting_id), RsvpAnswer.COMING, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Rsvp) == 2

    return answer(cast.ah_fong), answer(cast.ah_kwok), holds


def sign_a_petition(cast: Cast) -> Two:
    plan = PetitionPlan(PetitionKind.ASSEMBLY_BY_VILLAGERS, "请开会", "议一议水圳")
    petition = petitions.open_petition(plan, cast.ah_fong.act(language=ZH, key="p"))
    petition_id, petition.needed = petition.id, 3
    db.session.commit()

    def sign(who: Who) -> Callable[[], object]:
        return lambda: petitions.sign(get(type(petition), petition_id), who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(PetitionSignature) == 3 and get(type(petition), petition_id).reached_at is not None

    return sign(cast.ah_kwok), sign(cast.uncle_ho), holds


def add_to_a_meeting(cast: Cast) -> Two:
    meeting_id, _ = a_called_meeting(cast)
    late = Person(
        village_id=cast.id,
        household_id=cast.ah_fong.household_id,
        roll_position=90,
        name="新来",
        born=cast.ah_fong.row().born,
    )
    db.session.add(late)
    db.session.commit()
    asked = meeting_additions.ask(get(Meeting, meeting_id), late, "漏了", "clerk", cast.ms_yip.act(key="a")).id

    def confirm(who: Who, office: str) -> Callable[[], object]:
        return lambda: meeting_additions.confirm(get(MeetingAddition, asked), office, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert get(MeetingAddition, asked).number == 9

    return confirm(cast.old_chan, "committee_member"), confirm(cast.sister_chow, "council_member"), holds


# law, people, board


def choose_a_matter(cast: Cast) -> Two:
    one = a_consultation(cast)

    def choose(who: Who, matter: str) -> Callable[[], object]:
        return lambda: four_deliberations.choose_matter(get(Consultation, one), matter, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        numbered(db.session.query(MatterChoice).all())

    return choose(cast.old_chan, "public_works"), choose(cast.sister_chow, "village_rules"), holds


def check_a_motion(cast: Cast) -> Two:
    one = a_consultation(cast)
    four_deliberations.choose_matter(get(Consultation, one), "public_works", cast.old_chan.act())

    def check(who: Who) -> Callable[[], object]:
        said = Check({question.value: "yes" for question in LawQuestion}, who.name)
        return lambda: four_deliberations.check_motion(get(Consultation, one), said, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(DeliberationStep) == 0

    return check(cast.old_chan), check(cast.sister_chow), holds


def record_a_paper(cast: Cast) -> Two:
    one = a_consultation(cast)
    photo = a_photo(cast.old_chan)

    def record(who: Who) -> Callable[[], object]:
        words = f"镇政府批复，{who.name}"
        paper = PaperRecord(paper=MatterPaper.TOWN_APPROVAL, dated=today(), words=words)
        return lambda: four_deliberations.record_paper(get(Consultation, one), paper, photo, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        numbered(db.session.query(MatterPaperRecord).all())

    return record(cast.old_chan), record(cast.sister_chow), holds


def confirm_a_rule(cast: Cast) -> Two:
    wanted = rule_changes.wanted_collective(cast.upper_group, "上围经济合作社", "登记证", on=today())
    change = rule_changes.ask(wanted, "clerk", cast.ms_yip.act(key="rule")).id

    def confirm(who: Who, office: str) -> Callable[[], object]:
        return lambda: rule_changes.confirm(change, office, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert get(RuleChange, change).confirmed_by in (cast.old_chan.id, cast.uncle_ho.id)
        assert get(Group, cast.upper_group).collective == "上围经济合作社"

    return confirm(cast.old_chan, "committee_member"), confirm(cast.uncle_ho, "supervisor"), holds


def issue_cards(cast: Cast) -> Two:
    def issue(who: Who) -> Callable[[], object]:
        return lambda: cards.issue(cast.upper_group, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        homes = count(Household, group_id=cast.upper_group)
        assert sum(told) == count(HouseholdCard) == homes

    return issue(cast.ms_yip), issue(cast.old_chan), holds


HEAD = "小组,户号,姓名,与户主关系,性别,出生日期,电话\n"


def stage(who: Who, rows: str) -> tuple[int, str]:
    """A file that was read, and the version of the preview its clerk looks at."""
    reading = rolls.read_file((HEAD + rows).encode(), "r.csv", today=today())
    staged = rolls.stage(reading, "r.csv", who.act())
    answer_all(staged, who.act())
    return staged.id, versions.token(rolls.shown_parts(rolls.preview(staged)))


def take_in_two_rolls(cast: Cast) -> Two:
    """Two files for one new household, each with a head of it: the second is looked at anew."""
    before = count(Person)
    one = stage(cast.ms_yip, "新一组,9001,甲一,户主,男,1970-01-02,\n")
    other = stage(cast.old_chan, "新一组,9001,乙二,户主,男,1971-01-02,\n")

    def confirm(staged: tuple[int, str], who: Who) -> Callable[[], object]:
        return lambda: rolls.confirm(get(RollImport, staged[0]), None, replace(who.act(), seen=staged[1])) is not None

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.ROLL_CHANGED)
        assert count(Person) == before + 1

    return confirm(one, cast.ms_yip), confirm(other, cast.old_chan), holds


def take_in_one_roll_twice(cast: Cast) -> Two:
    before = count(Person)
    rows = "新一组,9001,甲一,户主,男,1970-01-02,\n"
    one, other = stage(cast.ms_yip, rows), stage(cast.old_chan, rows)

    def confirm(staged: tuple[int, str], who: Who) -> Callable[[], object]:
        return lambda: rolls.confirm(get(RollImport, staged[0]), None, replace(who.act(), seen=staged[1])) is not None

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.ROLL_CHANGED)
        assert count(Person) == before + 1

    return confirm(one, cast.ms_yip), confirm(other, cast.old_chan), holds


def add_one_person(cast: Cast) -> Two:
    """Two officers add the same bride by hand: she stands on the roll once."""
    before = count(Person)
    who_she_is = Identity("何阿妹", date(1999, 5, 6))
    bride = NewPerson(who_she_is, Place("01-001", None), Particulars("儿媳", "女", ""), "", collective_member=False)

    def add(who: Who, office: Role) -> Callable[[], object]:
        return lambda: persons.add(bride, office, who.act(), vote_runs=False) and None

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Person) == before + 1

    return add(cast.ms_yip, Role.CLERK), add(cast.old_chan, Role.COMMITTEE_MEMBER), holds


def ask_for_a_departure(cast: Cast) -> Two:
    def depart(who: Who, office: Role) -> Callable[[], object]:
        wanted = WantedRight(kind=RightKind.DEPARTURE, person_id=cast.ah_kwok.id, departure=DepartureKind.MOVED)
        return lambda: rights.ask(wanted, office, who.act(key=f"gone-{who.id}")) and None

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(RightChange) == 1

    return depart(cast.ms_yip, Role.CLERK), depart(cast.old_chan, Role.COMMITTEE_MEMBER), holds


def note_a_departure(cast: Cast) -> Two:
    """Two officers confirm at once what a third one asked for."""
    wanted = WantedRight(kind=RightKind.DEPARTURE, person_id=cast.ah_kwok.id, departure=DepartureKind.MOVED)
    change = rights.ask(wanted, Role.CLERK, cast.ms_yip.act(key="gone"))
    assert change is not None
    change_id = change.id

    def confirm(who: Who, office: Role) -> Callable[[], object]:
        return lambda: rights.confirm(change_id, office, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Departure) == 1

    return confirm(cast.old_chan, Role.COMMITTEE_MEMBER), confirm(cast.uncle_ho, Role.SUPERVISOR), holds


def give_a_first_number(cast: Cast) -> Two:
    """Two officers give one person a first number: the second one replaces it, and needs a second person."""
    with transactions.writing():
        row = cast.ah_kwok.row()
        row.phone_cipher = row.phone_mark = row.number_since = None

    def give(who: Who, office: Role, number: str) -> Callable[[], object]:
        wanted = WantedRight(kind=RightKind.NUMBER_CHANGED, person_id=cast.ah_kwok.id, number=number)
        return lambda: bool(rights.ask_number(wanted, office, who.act(key=f"first-{who.id}"), vote_runs=False))

    def holds(told: list[Any]) -> None:
        assert sorted(told) == [False, True], told
        assert count(RightChange) == 1

    first = give(cast.ms_yip, Role.CLERK, "13900000001")
    return first, give(cast.old_chan, Role.COMMITTEE_MEMBER, "13900000002"), holds


def _asked_departure(cast: Cast) -> int:
    wanted = WantedRight(kind=RightKind.DEPARTURE, person_id=cast.ah_kwok.id, departure=DepartureKind.MOVED)
    change = rights.ask(wanted, Role.CLERK, cast.ms_yip.act(key="gone"))
    assert change is not None
    return change.id


def confirm_and_drop_a_right(cast: Cast) -> Two:
    change = _asked_departure(cast)

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.RIGHT_STOPPED, Reason.RIGHT_IN_FORCE)
        assert count(Departure) == (told[0] is None)

    return (
        lambda: rights.confirm(change, Role.COMMITTEE_MEMBER, cast.old_chan.act()),
        lambda: rights.drop(change, Role.SUPERVISOR, cast.uncle_ho.act()),
        holds,
    )


def confirm_and_stop_a_new_head(cast: Cast) -> Two:
    """The second officer confirms while the house says no: it does not hold."""
    wanted = WantedRight(kind=RightKind.HEAD_CHANGED, person_id=cast.ah_kwok.id, relation="户主")
    change = rights.ask(wanted, Role.CLERK, cast.ms_yip.act(key="head"))
    assert change is not None
    change_id = change.id

    def holds(told: list[Any]) -> None:
        assert told[1] is None and told[0] in (None, Reason.RIGHT_STOPPED)
        rights.apply_due(now=clock.now() + timedelta(days=2))
        assert get(Person, cast.ah_kwok.id).relation == "配偶"

    return (
        lambda: rights.confirm(change_id, Role.SUPERVISOR, cast.uncle_ho.act()),
        lambda: rights.stop(change_id, cast.ah_fong.act()),
        holds,
    )


def confirm_while_it_lapses(cast: Cast) -> Two:
    """A second person confirms in the minute in which the job lets it lapse: one of both, never both."""
    wanted = WantedRight(kind=RightKind.HEAD_CHANGED, person_id=cast.ah_kwok.id, relation="户主")
    long_ago = clock.now() - timedelta(days=14)
    change = rights.ask(wanted, Role.CLERK, cast.ms_yip.act(now=long_ago, key="head"))
    assert change is not None
    change_id = change.id

    def holds(told: list[Any]) -> None:
        steps = {one.step.value for one in db.session.query(RightStep).filter_by(change_id=change_id)}
        assert steps in ({"lapsed"}, {"confirmed", "applied"}), steps

    early = long_ago + timedelta(days=13, hours=23)
    return (
        lambda: rights.confirm(change_id, Role.SUPERVISOR, cast.uncle_ho.act(now=early)),
        lambda: rights.apply_due(now=clock.now()) and None,
        holds,
    )


def bring_a_card_back_and_withdraw_it(cast: Cast) -> Two:
    """The house brings a card back while another officer withdraws it: it opens afterwards."""
    cards.issue(cast.upper_group, cast.ms_yip.act())
    (card,) = cards.of_household(cast.ah_fong.household_id)
    now = clock.now()
    cards.claim(card, cast.ah_fong.id, "739264", on=day_of(now), now=now)
    cards.withdraw(card, CardLoss.LOST, cast.ms_yip.act())
    card_id = card.id

    def holds(told: list[Any]) -> None:
        assert told[0] is None and told[1] in (None, Reason.CARD_BROUGHT_BACK)
        assert get(HouseholdCard, card_id).withdrawn_at is None

    return (
        lambda: rights.bring_back_card(card_id, cast.ah_kwok.act()),
        lambda: cards.withdraw(get(HouseholdCard, card_id), CardLoss.STOLEN, cast.old_chan.act()),
        holds,
    )


def confirm_second_proofs(cast: Cast) -> Two:
    """Two persons confirm one request at once: it is confirmed once, by one of them."""
    request = factor_changes.ask(FactorChange.REQUIRE, None, Role.SUPERVISOR, cast.uncle_ho.act()).id

    def confirm(who: Who, office: Role) -> Callable[[], object]:
        return lambda: factor_changes.confirm(get(FactorRequest, request), office, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(AuditEntry, tag="factor_change:confirmed") == 1 and cast.row().second_factor_needed

    return confirm(cast.ms_yip, Role.CLERK), confirm(cast.old_chan, Role.COMMITTEE_MEMBER), holds


def answer_a_request_about_data(cast: Cast) -> Two:
    asked = data_requests.ask(RequestKind.ERASURE, "请删去", cast.ah_kwok.act(key="erase")).id

    def answer(who: Who, *, granted: bool) -> Callable[[], object]:
        return lambda: data_requests.answer(get(DataRequest, asked), who.name, who.act(), granted=granted)

    def holds(told: list[Any]) -> None:
        both(told)
        row = get(DataRequest, asked)
        assert (row.answer, row.granted) in ((cast.ms_yip.name, False), (cast.old_chan.name, False))

    return answer(cast.ms_yip, granted=False), answer(cast.old_chan, granted=False), holds


def agree_to_an_erasure_and_stop_it(cast: Cast) -> Two:
    asked = data_requests.ask(RequestKind.ERASURE, "请删去", cast.ah_fong.act(key="erase")).id

    def holds(told: list[Any]) -> None:
        both(told)
        row = get(DataRequest, asked)
        assert row.granted is False and not right_queries.erasure_waiting(cast.ah_fong.id)

    return (
        lambda: rights.grant_erasure(get(DataRequest, asked), "好", Role.CLERK, cast.ms_yip.act()),
        lambda: rights.stop_erasure(get(DataRequest, asked), cast.ah_fong.act()),
        holds,
    )


def require_second_factors(cast: Cast) -> Two:
    def ask(who: Who, office: Role) -> Callable[[], object]:
        return lambda: factor_changes.ask(FactorChange.REQUIRE, None, office, who.act()) and None

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(FactorRequest) == 1

    return ask(cast.ms_yip, Role.CLERK), ask(cast.old_chan, Role.COMMITTEE_MEMBER), holds


def object_to_a_notice(cast: Cast) -> Two:
    a_poll(cast)
    notice = db.session.query(Notice).one().id

    def object_(who: Who) -> Callable[[], object]:
        return lambda: notice_objections.object_to(
            get(Notice, notice), f"{who.name}不同意", who.act(language=ZH, key=f"o{who.id}")
        )

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Objection) == 2

    return object_(cast.ah_fong), object_(cast.ah_kwok), holds


def answer_an_objection(cast: Cast) -> Two:
    a_poll(cast)
    notice_objections.object_to(db.session.query(Notice).one(), "不同意", cast.ah_fong.act(language=ZH, key="o"))
    objection = db.session.query(Objection).one().id

    def ask(who: Who) -> int:
        return objection_answers.propose(
            get(Objection, objection), f"{who.name}答", who.act(language=ZH, key=who.name)
        ).id

    first, second = ask(cast.old_chan), ask(cast.sister_chow)

    def confirm(who: Who, request: int, office: Role) -> Callable[[], object]:
        return lambda: council_acts.confirm(get(CouncilRequest, request), office, who.act())

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CHANGED_MEANWHILE)

    return (
        confirm(cast.uncle_ho, first, Role.SUPERVISOR),
        confirm(cast.old_chan, second, Role.COMMITTEE_MEMBER),
        holds,
    )


# cases


def file_two_cases(cast: Cast) -> Two:
    def file_one(who: Who) -> Callable[[], object]:
        def act() -> object:
            sides = [
                membership.party_of(cast.ah_fong.row(), CaseRole.APPLICANT),
                Side(CaseRole.RESPONDENT, "陈伯坚"),
            ]
            application = Application(
                topic="neighbours", source=Source.APPLICATION, sides=sides, words="屋檐滴水", way="visit", phone=""
            )
            return filing.file_for(application, who.act(language=ZH, key=f"f{who.id}")).number

        return act

    def holds(told: list[Any]) -> None:
        assert sorted(told) == [1, 2] and count(MediationCase) == 2

    return file_one(cast.aunt_leung), file_one(cast.old_chan), holds


def agree_twice(cast: Cast) -> Two:
    """Two write down different terms in the same second: the later words do not replace the earlier silently."""
    address = case_builders.a_case(cast, CaseState.MEDIATING)
    case_builders.grant(cast.uncle_ho, Role.HEAD_OF_MEDIATION)
    facts = next(step[2] for step in case_builders.course(cast) if step[1] is CaseAct.AGREE)
    case = case_builders.opened(cast, cast.aunt_leung, address)
    assert case is not None
    page = versions.token(shown.parts_of(case.situation, CaseAct.AGREE))
    before = count(CaseEntry)

    def agree(who: Who, terms: str) -> Callable[[], object]:
        def act() -> object:
            found = case_builders.opened(cast, who, address)
            assert found is not None
            said = Transition(CaseAct.AGREE, {**facts, "terms": terms})
            return transitions.do(found, said, replace(who.act(language=ZH, key=f"g{who.id}"), seen=page))

        return act

    def holds(told: list[Any]) -> None:
        one_of(told, Reason.CHANGED_MEANWHILE)
        assert count(CaseEntry) == before + 1

    return agree(cast.aunt_leung, "赔一万"), agree(cast.uncle_ho, "赔五万"), holds


def end_an_assignment_to_give_out_paper(cast: Cast) -> Two:
    poll = a_poll(cast, secret=True, paper=True)
    ticker = paper_tickers.assign(get(Poll, poll), cast.ms_yip.row(), cast.old_chan.act(key="a")).id

    def end(who: Who) -> Callable[[], object]:
        return lambda: paper_tickers.end(get(PaperTicker, ticker), who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(AuditEntry, tag="ticker:ended") == 1
        assert not paper_tickers.sees_voters(get(Poll, poll), cast.ms_yip.id, clock.now())

    return end(cast.old_chan), end(cast.uncle_ho), holds


def confirm_second_proofs_while_it_lapses(cast: Cast) -> Two:
    """A second person confirms in the minute in which the job lets the request lapse: one of both."""
    long_ago = clock.now() - timedelta(days=14)
    request = factor_changes.ask(FactorChange.REQUIRE, None, Role.SUPERVISOR, cast.uncle_ho.act(now=long_ago)).id

    def holds(told: list[Any]) -> None:
        row = get(FactorRequest, request)
        assert (row.confirmed_at is None) != (row.lapsed_at is None)
        assert cast.row().second_factor_needed == (row.confirmed_at is not None)

    early = cast.ms_yip.act(now=long_ago + timedelta(days=13, hours=23))
    return (
        lambda: factor_changes.confirm(get(FactorRequest, request), Role.CLERK, early),
        lambda: factor_changes.lapse_due(now=clock.now()) and None,
        holds,
    )


def confirm_a_basis_while_it_lapses(cast: Cast) -> Two:
    long_ago = clock.now() - timedelta(days=14)
    asked = formal_basis.ask("villagers", "村规 3", Role.COMMITTEE_MEMBER, cast.old_chan.act(now=long_ago)).id

    def holds(told: list[Any]) -> None:
        row = get(StandingChange, asked)
        assert (row.confirmed_at is None) != (row.ended_at is None)
        assert count(BodyStanding) == (row.confirmed_at is not None)

    early = cast.uncle_ho.act(now=long_ago + timedelta(days=13, hours=23))
    return (
        lambda: formal_basis.confirm(asked, Role.SUPERVISOR, early),
        lambda: formal_basis.lapse_due(now=clock.now()) and None,
        holds,
    )


def withdraw_a_request_and_answer_it(cast: Cast) -> Two:
    asked = data_requests.ask(RequestKind.LOCK, "请封存", cast.ah_kwok.act(key="lock")).id

    def holds(told: list[Any]) -> None:
        both(told)
        row = get(DataRequest, asked)
        assert count(DataLock) == bool(row.granted) and count(AuditEntry, tag="data:answered") == 1

    return (
        lambda: data_requests.withdraw(get(DataRequest, asked), cast.ah_kwok.act()),
        lambda: data_requests.answer(get(DataRequest, asked), "好", cast.ms_yip.act(), granted=True),
        holds,
    )


def claim_a_card_and_withdraw_it(cast: Cast) -> Two:
    cards.issue(cast.upper_group, cast.ms_yip.act())
    (card,) = cards.of_household(cast.ah_fong.household_id)
    card_id, now = card.id, clock.now()

    def holds(told: list[Any]) -> None:
        assert told[0] in (None, Reason.NO_SUCH_CARD) and told[1] is None
        row = get(HouseholdCard, card_id)
        assert row.withdrawn_at is not None and (row.claimed_at is None) == (told[0] is not None)

    return (
        lambda: cards.claim(get(HouseholdCard, card_id), cast.ah_fong.id, "739256", on=day_of(now), now=now) and None,
        lambda: cards.withdraw(get(HouseholdCard, card_id), CardLoss.LOST, cast.old_chan.act()),
        holds,
    )


def bring_a_card_back_and_end_it(cast: Cast) -> Two:
    """Two of the house: one brings a card back that an officer withdrew, one closes it for good."""
    cards.issue(cast.upper_group, cast.ms_yip.act())
    (card,) = cards.of_household(cast.ah_fong.household_id)
    now = clock.now()
    cards.claim(card, cast.ah_fong.id, "739256", on=day_of(now), now=now)
    cards.withdraw(card, CardLoss.LOST, cast.ms_yip.act())
    card_id = card.id

    def holds(told: list[Any]) -> None:
        assert told[1] is None and told[0] in (None, Reason.CARD_NOT_BROUGHT_BACK)
        assert get(HouseholdCard, card_id).withdrawn_at is not None

    return (
        lambda: rights.bring_back_card(card_id, cast.ah_fong.act()),
        lambda: rights.end_card(card_id, cast.ah_kwok.act()),
        holds,
    )


def stop_a_number_twice(cast: Cast) -> Two:
    wanted = WantedRight(kind=RightKind.NUMBER_CHANGED, person_id=cast.ah_fong.id, number="13900000001")
    change = rights.ask(wanted, Role.CLERK, cast.ms_yip.act(key="number"))
    assert change is not None
    change_id = change.id

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(RightStep, change_id=change_id) == 1

    return lambda: rights.stop(change_id, cast.ah_fong.act()), lambda: rights.stop(change_id, cast.ah_kwok.act()), holds


def erase_while_the_house_stops_it(cast: Cast) -> Two:
    """The job erases in the moment in which somebody of the house says no."""
    asked = data_requests.ask(RequestKind.ERASURE, "请删去", cast.ah_fong.act(key="erase")).id
    rights.grant_erasure(get(DataRequest, asked), "好", Role.CLERK, cast.ms_yip.act())
    change = right_queries.erasure_waiting(cast.ah_fong.id)
    assert change is not None
    rights.confirm(change.id, Role.COMMITTEE_MEMBER, cast.old_chan.act())

    def holds(told: list[Any]) -> None:
        assert told[0] is None and told[1] in (None, Reason.RIGHT_IN_FORCE)
        erased = get(Person, cast.ah_fong.id).phone_mark is None
        assert bool(get(DataRequest, asked).granted) == erased

    return (
        lambda: rights.apply_due(now=clock.now() + timedelta(days=2)) and None,
        lambda: rights.stop_erasure(get(DataRequest, asked), cast.ah_kwok.act()),
        holds,
    )


def erase_while_a_card_is_brought_back(cast: Cast) -> Two:
    """What was erased does not open again."""
    cards.issue(cast.upper_group, cast.ms_yip.act())
    (card,) = cards.of_household(cast.ah_fong.household_id)
    now = clock.now()
    cards.claim(card, cast.ah_fong.id, "739256", on=day_of(now), now=now)
    cards.withdraw(card, CardLoss.LOST, cast.ms_yip.act())
    card_id = card.id
    asked = data_requests.ask(RequestKind.ERASURE, "请删去", cast.ah_fong.act(key="erase")).id
    rights.grant_erasure(get(DataRequest, asked), "好", Role.CLERK, cast.ms_yip.act())
    change = right_queries.erasure_waiting(cast.ah_fong.id)
    assert change is not None
    rights.confirm(change.id, Role.COMMITTEE_MEMBER, cast.old_chan.act())

    def holds(told: list[Any]) -> None:
        row = get(HouseholdCard, card_id)
        assert get(DataRequest, asked).granted and row.withdrawn_at is not None and row.pin_hash is None, told

    return (
        lambda: rights.apply_due(now=clock.now() + timedelta(days=2)) and None,
        lambda: rights.bring_back_card(card_id, cast.ah_kwok.act()),
        holds,
    )


def move_house_and_move_away(cast: Cast) -> Two:
    """A change of house takes effect while two officers note that the person moved away."""
    wanted = WantedRight(
        kind=RightKind.HOUSE_CHANGED, person_id=cast.ah_kwok.id, household_id=cast.uncle_ho.household_id
    )
    change = rights.ask(wanted, Role.CLERK, cast.ms_yip.act(key="house"))
    assert change is not None
    rights.confirm(change.id, Role.COMMITTEE_MEMBER, cast.old_chan.act())
    gone = _asked_departure(cast)

    def holds(told: list[Any]) -> None:
        assert told[0] is None and told[1] in (None, Reason.RIGHT_IN_FORCE), told  # the job may have noted it before
        assert count(Departure) == 1

    return (
        lambda: rights.apply_due(now=clock.now() + timedelta(days=1, minutes=1)) and None,
        lambda: rights.confirm(gone, Role.COMMITTEE_MEMBER, cast.old_chan.act()),
        holds,
    )


def name_a_deputy(cast: Cast) -> Two:
    """The chair is away: two officers let the same person chair, and the record says it once."""
    meeting_id, _ = a_called_meeting(cast)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    facts = ChairChangedFacts(person=cast.sister_chow.id, name=cast.sister_chow.name, reason="")

    def name(who: Who) -> Callable[[], object]:
        return lambda: proceedings.note(get(Meeting, meeting_id), facts, 1, who.act(key=f"d{who.id}"))

    def holds(told: list[Any]) -> None:
        both(told)
        rows = db.session.query(Proceeding).all()
        numbered(rows)
        assert [row.step for row in rows].count(ProceedingStep.CHAIR_CHANGED) == 1
        assert proceedings.course_of(meeting_id).chair_id == cast.sister_chow.id

    return name(cast.old_chan), name(cast.ms_yip), holds


def give_one_speaker_the_floor(cast: Cast) -> Two:
    meeting_id, _ = a_called_meeting(cast)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    asked = SpeechAskedFacts(name=cast.ah_fong.name)
    proceedings.note(get(Meeting, meeting_id), asked, 1, cast.old_chan.act(key="asked"))
    (waiting,) = proceedings.course_of(meeting_id).queue
    begun = SpeechBegunFacts(of=waiting.number, name=cast.ah_fong.name)

    def give(who: Who) -> Callable[[], object]:
        return lambda: proceedings.note(get(Meeting, meeting_id), begun, 1, who.act(key=f"f{who.id}"))

    def holds(told: list[Any]) -> None:
        both(told)
        steps = [row.step for row in db.session.query(Proceeding)]
        assert steps.count(ProceedingStep.SPEECH_BEGUN) == 1

    return give(cast.old_chan), give(cast.ms_yip), holds


def amend_while_the_vote_opens(cast: Cast) -> Two:
    """The vote binds the text that stands on the item: the one before the change or the one after it."""
    meeting_id, poll_id = a_called_meeting(cast)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    item = db.session.query(AgendaItem).filter_by(meeting_id=meeting_id).one().id

    def holds(told: list[Any]) -> None:
        assert told[1] is None and told[0] in (None, Reason.TEXT_VOTED_ON, Reason.MOTION_REVISED), told
        bound = polls.resolution_of(get(Poll, poll_id)).text
        assert bound == resolutions.of_item(get(AgendaItem, item)).text
        assert (bound == "只修上圳二百米") == (told[0] is None)

    return (
        lambda: resolutions.amend(get(Meeting, meeting_id), item, "只修上圳二百米", cast.old_chan.act()),
        lambda: meeting_votes.open_vote(get(Meeting, meeting_id), poll_id, cast.sister_chow.act()),
        holds,
    )


def amend_two_ways(cast: Cast) -> Two:
    """Both stand in the record, and the last one is the text."""
    meeting_id, _ = a_called_meeting(cast)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    item = db.session.query(AgendaItem).filter_by(meeting_id=meeting_id).one().id

    def amend(who: Who, text: str) -> Callable[[], object]:
        return lambda: resolutions.amend(get(Meeting, meeting_id), item, text, who.act())

    def holds(told: list[Any]) -> None:
        both(told)
        rows = db.session.query(Proceeding).order_by(Proceeding.number).all()
        numbered(rows)
        noted = [row.facts["text"] for row in rows if row.step is ProceedingStep.AMENDMENT_NOTED]
        assert sorted(noted) == ["修一百米", "修二百米"]
        assert resolutions.of_item(get(AgendaItem, item)).text == noted[-1]

    return amend(cast.old_chan, "修一百米"), amend(cast.sister_chow, "修二百米"), holds


def repeat_a_cancelled_vote(cast: Cast) -> Two:
    """Two officers plan it once more: the item gets one vote, not two."""
    meeting_id, poll_id = a_running_vote(cast)
    wish = ChangeRequest(ChangeKind.CANCELLATION, "停电")
    change = poll_changes.ask(get(Poll, poll_id), wish, "council_member", cast.sister_chow.act(key="c")).id
    poll_changes.confirm(get(PollChange, change), "supervisor", cast.uncle_ho.act())

    def again(who: Who) -> Callable[[], object]:
        return lambda: meeting_votes.repeat(get(Meeting, meeting_id), poll_id, who.act(key=f"r{who.id}")).id

    def holds(told: list[Any]) -> None:
        both(told)
        assert told[0] == told[1] != poll_id and count(Poll) == 2

    return again(cast.old_chan), again(cast.sister_chow), holds


def count_on_the_phone_of_the_other(cast: Cast) -> Two:
    """One enters on her phone, the other by PIN on the same phone: two entries, which agree."""
    meeting_id, poll_id = a_running_vote(cast)
    end_vote(cast, meeting_id, poll_id)
    sheet = count_sheets.sheets_of(poll_id)[-1].id
    figures = Figures(6, 6, (6, 0, 0))

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(SheetConfirmation) == 1
        devices = {row.entered_by: row.device_of for row in db.session.query(SheetEntry)}
        assert devices == {cast.ms_yip.id: None, cast.uncle_ho.id: cast.ms_yip.id}

    return (
        lambda: count_sheets.enter(get(CountSheet, sheet), figures, cast.ms_yip.act(), picture=""),
        lambda: count_sheets.enter(
            get(CountSheet, sheet), figures, cast.uncle_ho.act(), picture="", device_of=cast.ms_yip.row()
        ),
        holds,
    )


def connect_one_number_in_two_villages(cast: Cast) -> Two:
    """The second officer of one village and the operator of another give the same person an office: one account."""
    change = accounts.asked(cast)

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(Account) == 1
        people = db.session.query(Person).filter_by(name=accounts.MAI.name).all()
        assert len(people) == 2 and len({one.account_id for one in people}) == 1

    return (
        lambda: rights.confirm(change, Role.SUPERVISOR, cast.uncle_ho.act()),
        lambda: accounts.outside_there() and None,
        holds,
    )


def switch_the_village_while_another_phone_ends_it(cast: Cast) -> Two:
    """A sign-in that was ended is that of nobody, in neither village."""
    here, there = accounts.outside(cast), accounts.outside_there()
    sign_ins.begin(get(Person, here), SignInWay.CODE, now=clock.now())
    row = db.session.query(SignIn).filter_by(person_id=here).one().id

    def switch() -> object:
        place = switching.destination(get(Person, here), there, now=clock.now())
        return switching.switch(get(SignIn, row), place, now=clock.now()) and None

    def holds(told: list[Any]) -> None:
        ended = get(SignIn, row)
        assert told[1] is None and told[0] in (None, Reason.NOT_SIGNED_IN), told
        assert (ended.person_id == there) == (told[0] is None)
        assert ended.ended_at is not None

    return switch, lambda: sign_ins.end_own(get(Person, here), row, now=clock.now()), holds


def switch_the_village_twice(cast: Cast) -> Two:
    """Two taps: the sign-in is that of the person there, once, and it goes on."""
    here, there = accounts.outside(cast), accounts.outside_there()
    sign_ins.begin(get(Person, here), SignInWay.CODE, now=clock.now())
    row = db.session.query(SignIn).filter_by(person_id=here).one().id

    def switch() -> object:
        place = switching.destination(get(Person, here), there, now=clock.now())
        return switching.switch(get(SignIn, row), place, now=clock.now()) and None

    def holds(told: list[Any]) -> None:
        both(told)
        assert count(SignIn) == 1 and get(SignIn, row).person_id == there and get(SignIn, row).ended_at is None

    return switch, switch, holds


ACTS: tuple[Callable[[Cast], Two], ...] = (
    raise_two_matters,
    endorse_a_matter,
    comment_on_a_matter,
    second_while_it_ends,
    react_while_it_ends,
    write_two_statements,
    revise_a_proposal,
    withdraw_and_merge,
    merge_crosswise,
    ask_to_merge_twice,
    merge_and_endorse,
    agree_and_confirm,
    extend_and_answer,
    extend_twice,
    ask_for_a_later_day_twice,
    confirm_a_later_day_twice,
    answer_for_the_council,
    draft_one_answer_twice,
    confirm_one_answer_twice,
    confirm_an_answer_while_it_is_dropped,
    confirm_a_rule_of_endorsing_twice,
    rate_work_twice,
    sum_up,
    move_on_two_ways,
    end_an_assignment_to_give_out_paper,
    hide_a_comment,
    decide_an_appeal,
    restore_and_hide,
    hide_a_matter,
    report_a_comment,
    relate_two,
    assign_two_tasks,
    hand_out_all_the_money_twice,
    confirm_the_money_of_a_task_twice,
    confirm_the_money_of_a_task_while_it_is_withdrawn,
    accept_the_work,
    accept_and_send_back,
    announce_one_poll,
    announce_two_polls,
    extend_and_cancel,
    note_work_while_its_vote_is_annulled,
    annul_by_two,
    annul_while_it_is_declared,
    announce_two_votes_on_one_matter,
    state_two_grounds,
    confirm_and_drop_a_ground,
    appeal_twice,
    add_and_refuse_an_appellant,
    propose_two_refusals,
    add_to_a_roll,
    declare_an_outcome,
    vote_for_one_household,
    choose_a_representative,
    enter_a_sheet,
    enter_a_sheet_in_two_windows,
    correct_a_sheet,
    mark_a_roll,
    vote_and_mark,
    undo_a_mark,
    mark_and_undo,
    vote_and_undo,
    enter_a_sheet_and_undo,
    confirm_late_marks,
    confirm_late_marks_and_drop_them,
    confirm_late_marks_and_declare,
    confirm_a_late_undoing,
    confirm_a_late_undoing_and_declare,
    say_whether_a_paper_is_in_the_box,
    say_whether_it_is_the_same_matter,
    vote_while_the_holder_votes,
    look_while_the_giver_contests,
    look_at_one_letter_twice,
    witness_while_the_poll_closes,
    decide_a_contest,
    decide_a_contest_and_undo_the_mark,
    decide_a_contest_and_count_its_paper,
    dispute_a_vote,
    contest_one_mark_in_one_house,
    change_an_opinion_and_agree_with_it,
    declare_what_nobody_decided_and_decide_it,
    ask_for_a_formal_basis,
    confirm_and_drop_a_formal_basis,
    draft_two_meetings,
    call_a_meeting,
    call_while_an_item_is_added,
    add_two_items,
    add_two_items_after_the_call,
    study_a_proposal_while_an_agenda_gets_another_text,
    plan_and_remove_an_item,
    tick_at_two_desks,
    note_two_words,
    open_one_vote,
    end_one_vote,
    vote_and_end,
    close_an_item,
    break_a_meeting_off_twice,
    announce_while_a_meeting_opens_its_vote,
    break_off_while_somebody_comes_in,
    go_on_twice,
    prepare_one_item_twice,
    answer_a_call,
    sign_a_petition,
    add_to_a_meeting,
    choose_a_matter,
    check_a_motion,
    record_a_paper,
    confirm_a_rule,
    issue_cards,
    take_in_two_rolls,
    take_in_one_roll_twice,
    add_one_person,
    ask_for_a_departure,
    note_a_departure,
    give_a_first_number,
    confirm_and_drop_a_right,
    confirm_and_stop_a_new_head,
    confirm_while_it_lapses,
    bring_a_card_back_and_withdraw_it,
    confirm_second_proofs,
    answer_a_request_about_data,
    agree_to_an_erasure_and_stop_it,
    require_second_factors,
    object_to_a_notice,
    answer_an_objection,
    file_two_cases,
    agree_twice,
    confirm_second_proofs_while_it_lapses,
    confirm_a_basis_while_it_lapses,
    withdraw_a_request_and_answer_it,
    claim_a_card_and_withdraw_it,
    bring_a_card_back_and_end_it,
    stop_a_number_twice,
    erase_while_the_house_stops_it,
    erase_while_a_card_is_brought_back,
    move_house_and_move_away,
    name_a_deputy,
    give_one_speaker_the_floor,
    amend_while_the_vote_opens,
    amend_two_ways,
    repeat_a_cancelled_vote,
    count_on_the_phone_of_the_other,
    connect_one_number_in_two_villages,
    switch_the_village_while_another_phone_ends_it,
    switch_the_village_twice,
)


@pytest.mark.parametrize("prepare", ACTS, ids=lambda prepare: prepare.__name__)
def test_two_persons_at_once_meet_no_fault_and_leave_one_state(app, village, prepare):
    with app.app_context():
        one, other, holds = prepare(village)
        db.session.remove()
    told = overlapping(app, [one, other])
    with app.app_context():
        holds(told)
        assert list(verify(village.row())) == []
