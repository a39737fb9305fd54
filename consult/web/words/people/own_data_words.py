"""What the village holds about a person, in plain words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from consult.domain.people.own_data import Holding, RequestKind
from consult.web.words.people import right_words

HOLDINGS: dict[Holding, LazyString] = {
    Holding.ROLL: _l("Your place on the roll: name, household, birthday, number, and what changed in it"),
    Holding.WAYS_IN: _l("Your sign-ins, household cards and second proofs"),
    Holding.OFFICES: _l("Your offices"),
    Holding.MESSAGES: _l("Messages to you, and which of them you turned off"),
    Holding.WORDS: _l("What you wrote, proposed, reported or objected to"),
    Holding.SUPPORT: _l("What you stood behind or signed"),
    Holding.VOTES: _l("Votes for which you stood on the roll, and your named ballots"),
    Holding.MEETINGS: _l("Meetings you were called to or came to"),
    Holding.REQUESTS: _l("What you asked about your own data"),
    Holding.DUTIES: _l("What you did for the village, in an office or by a task"),
}

WHY: dict[Holding, LazyString] = {
    Holding.ROLL: _l("To know who may vote. Seen by those who keep the roll."),
    Holding.WAYS_IN: _l("So that only you act in your name. Old sign-ins are deleted after half a year."),
    Holding.OFFICES: _l("Everybody may know who holds which office."),
    Holding.MESSAGES: _l("Seen by you alone; deleted after two years."),
    Holding.WORDS: _l("Part of the village's records. Drafts are seen by you alone."),
    Holding.SUPPORT: _l("So that each person counts once."),
    Holding.VOTES: _l(
        "So that the count can be checked. How you voted in a secret vote stands nowhere beside your name."
    ),
    Holding.MEETINGS: _l("Part of the minutes, which the law has us keep."),
    Holding.REQUESTS: _l("To answer you in time; deleted three years after the answer."),
    Holding.DUTIES: _l("Who did what for the village must stay known."),
}

REQUEST_KINDS: dict[RequestKind, LazyString] = {
    RequestKind.CORRECTION: _l("Something is wrong: please correct it"),
    RequestKind.ERASURE: _l("Please erase what need not be kept"),
    RequestKind.LOCK: _l("Please lock it: keep it, but use it for nothing the law does not ask for"),
}

TAKEN: dict[str, LazyString] = {
    "rolls.export": _l("The village roll"),
    "cli.roll_export": _l("The village roll"),
    "cli.plain_backup": _l("A copy of everything, not encrypted"),
    "prints.household_cards": _l("Household cards of your group, to print"),
    "cards.index": _l("Household cards of your group, to print"),
    "cards.household": _l("Household cards of your group, to print"),
    "prints.sign_in_sheet": _l("The sign-in sheet of a meeting"),
    "prints.minutes_file": _l("The minutes of a meeting"),
    "archives.meeting": _l("The archive of a meeting: minutes, sheets, photos"),
    "bundles.full_bundle": _l("The file for a recount, with the named ballots of a vote"),
    "cli.full_bundle": _l("The file for a recount, with the named ballots of a vote"),
    "own_data.export": _l("Everything about you, by yourself or by somebody with your phone and your PIN"),
}
"""By the kinds of domain.readings that a person is shown."""

KEPT: dict[str, LazyString] = {
    "roll": _l("Your place on the roll, offices and households: as long as you belong to the village"),
    "rights": _l("Who gave whom an office, a number or a card: proof of who could vote"),
    "votes": _l("Votes, ballots and count sheets: proof of the result"),
    "meetings": _l("Meetings, sign-in sheets and minutes: the archive law asks for them"),
    "talk": _l("What was said, proposed, answered and promised in public: the village's record"),
    "cases": _l("Mediation cases: the rules of mediation ask for the file; it is encrypted"),
    "board": _l("Notices and what was said against them: the village's record"),
    "log": _l("The log: who did what and when, without names"),
    "settings": _l("Settings that an officer made, and when"),
}
"""By the reasons of retention.toml."""

PURPOSES: dict[str, LazyString] = {
    "attempt": _l("Tries at a code or PIN, to stop guessing"),
    "one_time_code": _l("Codes sent to phones"),
    "sign_in": _l("Sign-ins, after they have run out"),
    "outbox_message": _l("Messages to phones"),
    "notification": _l("Messages in the inbox"),
    "proposal_draft": _l("Drafts of proposals on which nobody goes on writing"),
    "roll_import": _l("Uploaded rolls"),
    "roll_appeal": _l("Name, number and words of an appeal about the roll of a vote"),
    "right_change": _l("The mark of a phone number in a change of it"),
    "data_request": _l("Requests about one's own data, after the answer"),
    "data_lock": _l("Locks on one's own data, after their end"),
    "second_factor": _l("Second proofs of officers, after their end"),
    "recovery_code": _l("Codes on paper, after their use"),
    "factor_request": _l("Requests about second proofs"),
    "household_card": _l("Holder and PIN of a card that was withdrawn"),
    "stored_file": _l("Who uploaded a photo or recording"),
    "report": _l("Who reported words, after it was settled"),
    "rsvp": _l("Who would come to a meeting"),
    "account": _l("Mobile number of an officer who stands on no roll, after their last office"),
    "allowance": _l("Counts of how much one person wrote or sent in a day"),
}
"""By the tables of retention.toml."""


def holding(of: Holding) -> str:
    return str(HOLDINGS[of])


def why_held(of: Holding) -> str:
    return str(WHY[of])


def request_kind(kind: RequestKind) -> str:
    return str(REQUEST_KINDS[kind])


def request_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(words)) for kind, words in REQUEST_KINDS.items()]


def purpose(table: str) -> str:
    return str(PURPOSES[table])


def kept_for(days: int) -> str:
    """Say a period as people do: days, half a year, whole years."""
    if years := days // 365:
        return str(ngettext("%(n)s year", "%(n)s years", years, n=years))
    return str(_("half a year") if days >= 182 else ngettext("%(n)s day", "%(n)s days", days, n=days))


def taken_name(kind: str) -> str:
    """Return what a file was that somebody took out; of a kind that is not known any more, that it was one."""
    return str(TAKEN.get(kind, _l("A file with people in it")))


def kept_why(why: str) -> str:
    return str(KEPT[why])


GLOBALS = {
    "taken_name": taken_name,
    "kept_why": kept_why,
    "right_name": lambda kind: right_words.named(kind, ""),
    "holding_name": holding,
    "why_held": why_held,
    "request_kind": request_kind,
    "request_kinds": request_kinds,
    "purpose_of": purpose,
    "kept_for": kept_for,
}
