"""From codes to sentences, in the reader's language. A test holds each table to its enum."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.refusals import Reason, Refused
from consult.domain.roles import Role

REFUSALS: dict[Reason, LazyString] = {
    Reason.NOT_SIGNED_IN: _l("Please sign in first."),
    Reason.NO_SUCH_OFFICE: _l("This page is for people with another office."),
    Reason.OTHER_VILLAGE: _l("You are signed in to another village."),
    Reason.NOT_A_PHONE: _l("This is not a mobile number. It has 11 digits, like 138 0000 0000."),
    Reason.WAIT_FOR_CODE: _l("A code was sent just now. You can ask for another in %(minutes)s min."),
    Reason.SHORT_CODE: _l("Only %(typed)s digits so far, %(missing)s more to come."),
    Reason.WRONG_CODE: _l("The code is wrong or has expired. Look at the message again, or ask for a new code."),
    Reason.NOT_SHARING: _l("Please enter the code first, then choose who you are."),
    Reason.NO_SUCH_CARD: _l("This card code is not known. Look at the card again, or ask the village clerk."),
    Reason.NO_SUCH_HOUSEHOLD: _l("No household has this code. It looks like 01-001."),
    Reason.CARD_CLAIMED: _l("This card has been claimed. Enter its PIN; if it was not you, tell the village clerk."),
    Reason.WEAK_PIN: _l("Choose 4 to 6 digits that are not easy to guess: not 1111, not 1234."),
    Reason.WRONG_PIN: _l("The PIN is wrong. Please try again."),
    Reason.WAIT_FOR_PIN: _l("Too many tries. Please try again in %(minutes)s min."),
    Reason.NOT_ON_THE_ROLL_NOW: _l("Only adults who stand on the village roll can sign in."),
    Reason.NOT_ON_ROLL: _l("You are not on the roll of this vote."),
    Reason.TOO_YOUNG: _l("Voters must be 18 on the day the vote opens."),
    Reason.NOT_REPRESENTATIVE: _l("One household has one vote, and %(name)s speaks for yours."),
    Reason.HOUSEHOLD_HAS_VOTED: _l("Your household has already voted. %(name)s can change it until voting closes."),
    Reason.POLL_NOT_OPEN_YET: _l("Voting has not opened yet."),
    Reason.POLL_CLOSED: _l("Voting has closed."),
    Reason.OTHER_CHANNEL: _l("This vote was already given another way, so it cannot be given here."),
    Reason.NOT_A_CHOICE: _l("Please choose one of the answers."),
    Reason.TOO_MANY_CHOICES: _l("You can choose at most %(most)s."),
    Reason.KEY_USED_DIFFERENTLY: _l("This page was already used to vote. Open the vote again to change it."),
    Reason.NOT_IN_HOUSEHOLD: _l("Only an adult of your own household can speak for it."),
    Reason.ALREADY_ANNOUNCED: _l("The vote is announced already; nothing in it can be changed."),
    Reason.NOT_ANNOUNCED: _l("The vote has not been announced."),
    Reason.NOTICE_TOO_SHORT: _l(
        "This body needs %(days)s full days of notice. Open later, or write down why it is urgent."
    ),
    Reason.CLOSES_BEFORE_OPENING: _l("Voting must close after it opens."),
    Reason.OPENS_IN_THE_PAST: _l("The opening time is already past."),
    Reason.TOO_FEW_OPTIONS: _l("Write at least two answers, each different."),
    Reason.BODY_NEEDS_GROUP: _l("A group meeting decides for one group. Choose which."),
    Reason.BODY_IS_VILLAGE_WIDE: _l("This body decides for the whole village, not for one group."),
    Reason.ROLL_IS_EMPTY: _l(
        "Nobody on the roll may vote in this body. Check the offices and the collective's members."
    ),
    Reason.NO_FORMAL_BASIS: _l("The village has not yet set that phone votes of this body are formal."),
    Reason.NOT_CLOSED_YET: _l("Voting is still going on."),
    Reason.ALREADY_DECLARED: _l("The result is declared already."),
    Reason.PHASE_CLOSED: _l("This cannot be done at this stage of the consultation."),
    Reason.CONSULTATION_ENDED: _l("This proposal was withdrawn or merged; it can only be read."),
    Reason.PRIVATE_NUMBER: _l(
        "There is a phone, identity or bank card number in the text. Take it out: everybody would see it."
    ),
    Reason.NOT_PROPOSER: _l("Only whoever made the proposal can do this."),
    Reason.TEXT_FROZEN: _l("A vote on these words is announced, so they cannot be changed any more."),
    Reason.REVISED_MEANWHILE: _l("Somebody has revised the proposal meanwhile. Look at the new words first."),
    Reason.NO_WAY_THERE: _l("The consultation cannot go from this stage to that one."),
    Reason.NOTHING_TO_CARRY_OUT: _l("Nothing has been carried or accepted yet, so there is nothing to carry out."),
    Reason.ONLY_INTO_ANOTHER: _l("Choose another consultation that is still going on."),
    Reason.NOT_THE_AUTHOR: _l("Only whoever wrote these words can do this."),
    Reason.HIDER_CANNOT_DECIDE: _l("Whoever hid the words cannot decide on the appeal. Somebody else must."),
    Reason.NOTHING_HIDDEN: _l("These words are not hidden."),
    Reason.APPEALED_ALREADY: _l("You have appealed already. Somebody else will look at it."),
    Reason.NO_APPEAL: _l("Nobody has appealed."),
    Reason.NOT_TASK_OWNER: _l("Only the person in charge of this task can do this."),
    Reason.OWNER_CANNOT_ACCEPT: _l("Whoever is in charge of the work cannot accept it."),
    Reason.WORK_NOT_DONE: _l("The person in charge has not said yet that the work is done."),
    Reason.WORK_ACCEPTED: _l("The work has been accepted; nothing can be added."),
}

ROLES: dict[Role, LazyString] = {
    Role.VILLAGER: _l("villager"),
    Role.REPRESENTATIVE: _l("villagers' representative"),
    Role.GROUP_HEAD: _l("group head"),
    Role.COUNCIL_MEMBER: _l("council member"),
    Role.COMMITTEE_MEMBER: _l("villagers' committee member"),
    Role.BRANCH_SECRETARY: _l("Party branch secretary"),
    Role.PARTY_MEMBER: _l("Party member"),
    Role.SUPERVISOR: _l("village affairs supervisor"),
    Role.GRID_WORKER: _l("grid worker"),
    Role.MEDIATOR: _l("mediator"),
    Role.HEAD_OF_MEDIATION: _l("head of mediation"),
    Role.CLERK: _l("clerk"),
    Role.COUNTY_OPERATOR: _l("county operator"),
    Role.COLLECTIVE_REPRESENTATIVE: _l("collective members' representative"),
    Role.COLLECTIVE_DIRECTOR: _l("director of the collective"),
}


def refusal(error: Refused) -> str:
    """The sentence that tells why, with the offices it would take where that is the reason."""
    if error.reason is Reason.NO_SUCH_OFFICE:
        offices: Any = error.facts.get("offices", ())
        names = ", ".join(str(ROLES[Role(value)]) for value in offices)
        return str(gettext("This is for: %(offices)s. You do not hold that office.", offices=names))
    return str(REFUSALS[error.reason]) % error.facts


def role(value: str) -> str:
    return str(ROLES[Role(value)])
