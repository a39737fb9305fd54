"""The words for codes of meetings: states, answers, ways of checking in, items, matters, steps, checks, petitions."""

from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.law.bodies import QuorumBase
from consult.domain.law.four_deliberations import DeliberationStage
from consult.domain.law.matters import MatterPaper
from consult.domain.law.motion_checks import CheckAnswer, LawQuestion
from consult.domain.meetings import meetings as rules
from consult.domain.meetings.agendas import ItemKind, Result
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.meetings.meetings import MeetingState, Quorum, RsvpAnswer
from consult.domain.meetings.petitions import PetitionKind
from consult.domain.meetings.retention import Retention
from consult.domain.polls.frozen import FrozenRule
from consult.web import filters
from consult.web.words import code_words
from consult.web.words.lists import listed, one_after_another

STATES: dict[MeetingState, LazyString] = {
    MeetingState.DRAFTED: _l("draft"),
    MeetingState.CALLED: _l("called"),
    MeetingState.OPEN: _l("going on"),
    MeetingState.ADJOURNED: _l("goes on another day"),
    MeetingState.CLOSED: _l("over"),
    MeetingState.CANCELLED: _l("called off"),
}

ANSWERS: dict[RsvpAnswer, LazyString] = {
    RsvpAnswer.COMING: _l("I can come"),
    RsvpAnswer.NOT_COMING: _l("I cannot come"),
    RsvpAnswer.PROXY: _l("Somebody comes for me"),
}

ANSWER_ICONS: dict[RsvpAnswer, str] = {
    RsvpAnswer.COMING: "yes",
    RsvpAnswer.NOT_COMING: "no",
    RsvpAnswer.PROXY: "neighbours",
}

WAYS: dict[CheckInWay, LazyString] = {
    CheckInWay.SCAN: _l("scanned the code"),
    CheckInWay.MANUAL: _l("ticked off at the door"),
    CheckInWay.PAPER: _l("signed the paper sheet"),
    CheckInWay.ONLINE: _l("takes part from away"),
    CheckInWay.PROXY: _l("by letter"),
}

ITEM_KINDS: dict[ItemKind, LazyString] = {
    ItemKind.REPORT: _l("to be heard"),
    ItemKind.DISCUSSION: _l("to be talked over"),
    ItemKind.MOTION: _l("to be voted on"),
}

RESULTS: dict[Result, LazyString] = {
    Result.HEARD: _l("heard"),
    Result.TALKED_OVER: _l("talked over"),
    Result.POSTPONED: _l("put off to another time"),
    Result.INQUORATE: _l("put off: too few were here to decide"),
    Result.CARRIED: _l("item carried"),
    Result.NOT_CARRIED: _l("item not carried"),
}

MATTERS: dict[str, LazyString] = {
    "village_planning": _l("Planning and building of the village"),
    "lost_work_allowance": _l("Allowances for lost work"),
    "collective_proceeds": _l("How the collective's proceeds are used"),
    "public_works": _l("Public works and their contracting"),
    "fund_raising": _l("Raising money or labour from the households"),
    "key_assistance": _l("Who gets key assistance, and how"),
    "other_village_matter": _l("Another matter of all villagers that must be decided"),
    "village_rules": _l("Village rules and the village charter"),
    "representative_assembly": _l("Setting up the representative assembly"),
    "committee_report": _l("The committee's yearly report"),
    "committee_appraisal": _l("How the committee's members did their work"),
    "revoking_committee_decision": _l("Revoking or changing a decision of the committee"),
    "revoking_representatives_decision": _l("Revoking or changing a decision of the representatives"),
    "group_matter": _l("A matter of one villager group, not its land or money"),
    "collective_charter": _l("Charter of the collective"),
    "collective_rules": _l("Internal rules of the collective"),
    "collective_members": _l("Who is a member of the collective"),
    "collective_report": _l("Reports of the collective's directors and supervisors"),
    "directors_pay": _l("Pay of the collective's directors, supervisors and managers"),
    "collective_budget": _l("Budget and distribution of the collective"),
    "land_and_shares": _l("Land contracting, homesteads, shares"),
    "contracting_plan": _l("Contracting plan and its adjustment"),
    "land_to_outsiders": _l("Letting land to outsiders"),
    "commercial_land": _l("Commercial construction land"),
    "forest_land": _l("Transfer of forest land"),
    "land_compensation": _l("Use of compensation for land"),
    "investment": _l("Investment and large transactions of the collective"),
    "merger": _l("Merging, splitting or dissolving the collective"),
    "nonmember_rights": _l("Benefits for people who are not members"),
    "consultation": _l("Something to talk over: no vote on it decides"),
}

MATTER_PAPERS: dict[MatterPaper, LazyString] = {
    MatterPaper.AUTHORISATION: _l("the villagers' assembly's authorisation"),
    MatterPaper.HOUSEHOLD_SIGNATURES: _l("sheet on which the households signed"),
    MatterPaper.TOWN_CHECK: _l("the town's check of the plan"),
    MatterPaper.TOWN_FILING: _l("the town's receipt that it was filed"),
    MatterPaper.TOWN_APPROVAL: _l("the town's approval"),
    MatterPaper.PUBLICITY: _l("photo of the board on which it was made public"),
}

STEPS: dict[DeliberationStage, LazyString] = {
    DeliberationStage.PARTY_PROPOSES: _l("Party organisation proposes"),
    DeliberationStage.COMMITTEES_DISCUSS: _l("Two committees discuss"),
    DeliberationStage.PARTY_REVIEWS: _l("Party members review"),
    DeliberationStage.VILLAGERS_RESOLVE: _l("Villagers resolve"),
    DeliberationStage.RESOLUTION_POSTED: _l("Resolution posted"),
    DeliberationStage.RESULT_POSTED: _l("Result posted"),
}

QUESTIONS: dict[LawQuestion, LazyString] = {
    LawQuestion.POWER: _l("Is it in the power of this body to decide it?"),
    LawQuestion.LAWFUL: _l("Does it keep to the law and to state policy?"),
    LawQuestion.RIGHTS: _l("Does it leave everybody's personal, democratic and property rights untouched?"),
    LawQuestion.WOMEN: _l(
        "Are women treated like men, whether unmarried, married, divorced, widowed, or with no man in the house?"
    ),
    LawQuestion.MONEY: _l("Is it clear what it costs and where the money comes from?"),
}

CHECK_ANSWERS: dict[CheckAnswer, LazyString] = {
    CheckAnswer.YES: _l("Yes"),
    CheckAnswer.NO: _l("No"),
    CheckAnswer.UNSURE: _l("Not sure"),
}

PETITIONS: dict[PetitionKind, LazyString] = {
    PetitionKind.ASSEMBLY_BY_VILLAGERS: _l("Villagers ask for a villagers' assembly (one in ten)"),
    PetitionKind.ASSEMBLY_BY_REPRESENTATIVES: _l("Representatives ask for a villagers' assembly (one in three)"),
    PetitionKind.REPRESENTATIVES: _l("Representatives ask for their own assembly (one in five)"),
}

RETENTIONS: dict[Retention, LazyString] = {
    Retention.PERMANENT: _l("kept for good"),
    Retention.THIRTY_YEARS: _l("kept for 30 years"),
    Retention.TEN_YEARS: _l("kept for 10 years"),
}


def matter_paper(code: str) -> str:
    return str(MATTER_PAPERS[MatterPaper(code)])


def state(code: str) -> str:
    return str(STATES[MeetingState(code)])


def answer(code: str) -> str:
    return str(ANSWERS[RsvpAnswer(code)])


PAPERS: dict[str, LazyString] = {
    "minutes": _l("Minutes"),
    "attendance": _l("Who was there"),
    "meeting": _l("What happened, as data"),
    "notices": _l("Notices"),
    "votes": _l("Everything of a vote, to check it"),
    "signed-pages": _l("Photo of a signed page"),
    "board": _l("Photo of the board"),
    "letters": _l("Photo of the letter"),
    "sheets": _l("Photo of the sheet"),
}
"""By the folder, or the name, of a file in the archive."""


def paper(name: str) -> str:
    return str(PAPERS[name.partition("/")[0].partition(".")[0]])


def way(code: str) -> str:
    return str(WAYS[CheckInWay(code)])


def item_kind(code: str) -> str:
    return str(ITEM_KINDS[ItemKind(code)])


def result(code: str) -> str:
    return str(RESULTS[Result(code)])


def matter(code: str) -> str:
    return str(MATTERS[code])


def step(code: str) -> str:
    return str(STEPS[DeliberationStage(code)])


def petition(code: str) -> str:
    return str(PETITIONS[PetitionKind(code)])


def bodies(codes: list[str]) -> str:
    """Return the names of bodies, one after another."""
    return listed(code_words.body(code) for code in codes)


def quorum(q: Quorum, unit: str, rule: FrozenRule | None = None) -> str:
    """Return what console, screen and phone say: how many are missing, or that there are enough.

    `rule`: where so many of all must agree, it is said that those who are here are too few to carry anything.
    """
    enough = _enough(q, unit)
    needed = rule.majority.needed(q.roll) if rule and rule.base is QuorumBase.ALL and q.roll else 0
    if not q.reached or q.present >= needed:
        return enough
    too_few = gettext("%(n)s must agree: with those who are here nothing can be carried.", n=needed)
    return one_after_another((enough, too_few))


def _enough(q: Quorum, unit: str) -> str:
    if q.share is None:
        return str(gettext("How many must come is set by the charter."))
    if q.reached:
        return str(gettext("Enough are here; votes can be taken."))
    if unit == "household":
        return str(gettext("%(n)s more households are needed.", n=q.missing))
    return str(gettext("%(n)s more people are needed.", n=q.missing))


def is_in_doubt(meeting: Any, now: datetime) -> bool:
    """Tell whether the day of a meeting, or of a row of meeting_queries, is over and nothing says that it was held."""
    waits = meeting.called_at is not None and (meeting.opened_at is None or meeting.adjourned_at is not None)
    over = meeting.closed_at is not None or meeting.cancelled_at is not None
    begins_on, today = filters.village_day(meeting.starts_at), filters.village_day(now)
    return rules.is_in_doubt(begins_on=begins_on, today=today, waits=waits and not over)


def retention(code: str) -> str:
    return str(RETENTIONS[Retention(code)])


def question(code: str) -> str:
    return str(QUESTIONS[LawQuestion(code)])


def check_answer(code: str) -> str:
    return str(CHECK_ANSWERS[CheckAnswer(code)])


GLOBALS = {
    "meeting_state": state,
    "is_in_doubt": is_in_doubt,
    "rsvp_name": answer,
    "way_name": way,
    "item_kind": item_kind,
    "item_result": result,
    "matter_name": matter,
    "step_name": step,
    "petition_name": petition,
    "body_names": bodies,
    "retention_name": retention,
    "question_name": question,
    "check_answer": check_answer,
}
"""What templates call, by its name there."""
