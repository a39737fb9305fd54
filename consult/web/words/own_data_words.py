"""What the village holds about a person, in plain words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from consult.domain.people.own_data import Holding, RequestKind

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
}

PURPOSES: dict[str, LazyString] = {
    "attempt": _l("Tries at a code or PIN, to stop guessing"),
    "one_time_code": _l("Codes sent to phones"),
    "sign_in": _l("Sign-ins, after they have run out"),
    "outbox_message": _l("Messages to phones"),
    "notification": _l("Messages in the inbox"),
    "proposal_draft": _l("Drafts of proposals on which nobody goes on writing"),
    "roll_import": _l("Uploaded rolls"),
    "data_request": _l("Requests about one's own data, after the answer"),
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


GLOBALS = {
    "holding_name": holding,
    "why_held": why_held,
    "request_kind": request_kind,
    "request_kinds": request_kinds,
    "purpose_of": purpose,
    "kept_for": kept_for,
}
