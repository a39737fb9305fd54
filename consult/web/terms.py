"""The words for codes that are not refusals: bodies, states, channels, outcomes, mistakes in forms, log tags."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.audit import Tag
from consult.domain.mistakes import Mistake
from consult.domain.polls import Channel, Kind, Outcome, Standing, State

BODIES: dict[str, LazyString] = {
    "VA_people": _l("Villagers' assembly, by persons"),
    "VA_house": _l("Villagers' assembly, by households"),
    "VRA": _l("Villagers' representative assembly"),
    "VG_people": _l("Villager group meeting, by persons"),
    "VG_house": _l("Villager group meeting, by households"),
    "CM": _l("Collective members' assembly"),
    "CRA": _l("Collective members' representative assembly"),
    "BOARD": _l("Board of the collective"),
    "NONMEMBER": _l("Collective members' assembly, on rights of non-members"),
    "PARTY": _l("Party members' meeting"),
    "VC": _l("Villagers' committee meeting"),
    "COUNCIL": _l("Villagers' council"),
}

STATES: dict[State, LazyString] = {
    State.DRAFTED: _l("draft"),
    State.ANNOUNCED: _l("announced"),
    State.OPEN: _l("open"),
    State.CLOSED: _l("closed"),
    State.DECLARED: _l("declared"),
}

KINDS: dict[Kind, LazyString] = {
    Kind.MOTION: _l("Support, oppose or abstain"),
    Kind.SINGLE_CHOICE: _l("Choose one"),
    Kind.APPROVAL: _l("Choose several"),
}

CHANNELS: dict[Channel, LazyString] = {
    Channel.PHONE: _l("by phone"),
    Channel.ASSISTED: _l("with a helper"),
    Channel.PAPER: _l("on paper"),
    Channel.HANDS: _l("by show of hands"),
    Channel.PROXY: _l("by proxy"),
}

OUTCOMES: dict[Outcome, LazyString] = {
    Outcome.CARRIED: _l("carried"),
    Outcome.NOT_CARRIED: _l("not carried"),
    Outcome.INQUORATE: _l("no quorum"),
}

STANDINGS: dict[Standing, LazyString] = {
    Standing.FORMAL: _l("This is a formal vote."),
    Standing.ADVISORY: _l("This vote only collects opinions; the meeting decides."),
}

ANSWERS: dict[str, LazyString] = {
    "support": _l("Support"),
    "oppose": _l("Oppose"),
    "abstain": _l("Abstain"),
}

NOTICES: dict[str, LazyString] = {
    "poll_announced": _l("Notice of a vote"),
    "poll_declared": _l("Notice of a result"),
}

MISTAKES: dict[Mistake, LazyString] = {
    Mistake.EMPTY: _l("Please write something here."),
    Mistake.TOO_LONG: _l("That is too long. Please make it shorter."),
    Mistake.NOT_MONEY: _l("Write the amount in figures, like 3000. If it is not certain, leave it empty."),
    Mistake.FUNDING_DIFFERS: _l("What it costs and where the money comes from do not add up to the same sum."),
    Mistake.FUNDING_UNNAMED: _l("Write where this money comes from."),
    Mistake.TOO_FEW_OPTIONS: _l("Write at least two answers, each different, one on a line."),
    Mistake.NOT_A_TIME: _l("Choose a day and an hour."),
    Mistake.NOT_A_DAY: _l("Choose a day."),
    Mistake.ENDS_TOO_EARLY: _l("The last day comes before the first."),
    Mistake.NOBODY_THERE: _l("Nobody of this name lives in this household. Write both as they stand on the roll."),
    Mistake.NOT_OFFERED: _l("Please choose one from the list."),
    Mistake.NOT_A_NUMBER: _l("Write a number, no larger than the number of answers."),
    Mistake.NOT_A_PICTURE: _l("This file is not a picture we can read. Choose a JPEG or PNG of up to 12 MB."),
    Mistake.PICTURE_TOO_LARGE: _l("This picture is too large."),
    Mistake.PICTURE_UNDESCRIBED: _l("Say in a few words what the picture shows, for those who cannot see it."),
}

TAGS: dict[Tag, LazyString] = {
    Tag.VILLAGE_CREATED: _l("village created"),
    Tag.ROLL_IMPORTED: _l("roll imported"),
    Tag.PERSON_DEPARTED: _l("person moved away or died"),
    Tag.ROLE_GRANTED: _l("office granted"),
    Tag.ROLE_ENDED: _l("office ended"),
    Tag.REPRESENTATIVE_CHOSEN: _l("household representative chosen"),
    Tag.CARDS_ISSUED: _l("household cards issued"),
    Tag.CARD_CLAIMED: _l("household card claimed"),
    Tag.CARD_WITHDRAWN: _l("household card withdrawn"),
    Tag.CONSULTATION_OPENED: _l("consultation opened"),
    Tag.STANDING_SET: _l("standing of a body set"),
    Tag.POLL_DRAFTED: _l("vote drafted"),
    Tag.POLL_ANNOUNCED: _l("vote announced"),
    Tag.BALLOT_CAST: _l("ballot cast"),
    Tag.POLL_CLOSED: _l("vote closed"),
    Tag.POLL_DECLARED: _l("result declared"),
    Tag.NOTICE_POSTED: _l("notice posted"),
}


def body(code: str) -> str:
    return str(BODIES[code])


def outcome(code: str) -> str:
    return str(OUTCOMES[Outcome(code)])


def channel(code: str) -> str:
    return str(CHANNELS[Channel(code)])


def standing(code: str) -> str:
    return str(STANDINGS[Standing(code)])


def notice(tag: str) -> str:
    return str(NOTICES[tag])


def answer(label: str, kind: str) -> str:
    """An option of a poll: the fixed words of a motion, or the village's own."""
    return str(ANSWERS[label]) if kind == Kind.MOTION else label


def mistakes(found: Mapping[str, Mistake]) -> dict[str, str]:
    """The sentence for each field."""
    return {name: str(MISTAKES[mistake]) for name, mistake in found.items()}
