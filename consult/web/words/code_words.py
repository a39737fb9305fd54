"""The words for codes that are not refusals: bodies, states, channels, outcomes, mistakes in forms, log tags."""

from collections.abc import Mapping

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.audit import Tag
from consult.domain.form_errors import FormError
from consult.domain.languages import N_
from consult.domain.polls import methods
from consult.domain.polls.polls import Channel, Outcome, PollKind, PollState, Standing

BODIES: dict[str, str] = {
    "VA_people": N_("Villagers' assembly, by persons"),
    "VA_house": N_("Villagers' assembly, by households"),
    "VRA": N_("Villagers' representative assembly"),
    "VG_people": N_("Villager group meeting, by persons"),
    "VG_house": N_("Villager group meeting, by households"),
    "CM": N_("Collective members' assembly"),
    "CRA": N_("Collective members' representative assembly"),
    "BOARD": N_("Board of the collective"),
    "NONMEMBER": N_("Collective members' assembly, on rights of non-members"),
    "PARTY": N_("Party members' meeting"),
    "VC": N_("Villagers' committee meeting"),
    "COUNCIL": N_("Villagers' council"),
    "TWO_COMMITTEES": N_("Joint meeting of the two committees"),
}
"""English sentences for the catalogues: the loudspeaker says them in another language than the reader's."""

STATES: dict[PollState, LazyString] = {
    PollState.DRAFTED: _l("draft"),
    PollState.ANNOUNCED: _l("announced"),
    PollState.OPEN: _l("open"),
    PollState.CLOSED: _l("closed"),
    PollState.DECLARED: _l("declared"),
    PollState.CANCELLED: _l("cancelled"),
}

KINDS: dict[str, LazyString] = {
    PollKind.MOTION: _l("Support, oppose or abstain"),
    PollKind.SINGLE_CHOICE: _l("Choose one"),
    PollKind.APPROVAL: _l("Choose several"),
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

OPINION_OF_MEETING = _l("This is what the meeting thinks; where the law asks for it, another meeting decides.")

ANSWERS: dict[str, LazyString] = {
    "support": _l("Support"),
    "oppose": _l("Oppose"),
    "abstain": _l("Abstain"),
}

NOTICES: dict[str, LazyString] = {
    "poll_announced": _l("Notice of a vote"),
    "poll_declared": _l("Notice of a result"),
    "poll_extended": _l("Notice of a longer vote"),
    "poll_roll_added": _l("Notice of an addition to the roll"),
    "poll_cancelled": _l("Notice of a cancelled vote"),
    "meeting_called": _l("Notice of a meeting"),
    "meeting_changed": _l("Notice of a moved meeting"),
    "meeting_cancelled": _l("Notice of a meeting called off"),
    "result_posted": _l("Notice of what became of it"),
}

CHANGES: dict[str, LazyString] = {
    "extension": _l("voting goes on longer"),
    "addition": _l("somebody was added to the roll by appeal"),
    "cancellation": _l("the vote is cancelled"),
}

MISTAKES: dict[FormError, LazyString] = {
    FormError.EMPTY: _l("Please write something here."),
    FormError.TOO_LONG: _l("That is too long. Please make it shorter."),
    FormError.NOT_MONEY: _l("Write the amount in figures, like 3000. If it is not certain, leave it empty."),
    FormError.FUNDING_DIFFERS: _l("What it costs and where the money comes from do not add up to the same sum."),
    FormError.FUNDING_UNNAMED: _l("Write where this money comes from."),
    FormError.TOO_FEW_OPTIONS: _l("Write at least two answers, each different, one on a line."),
    FormError.NOT_A_TIME: _l("Choose a day and an hour."),
    FormError.NOT_A_DAY: _l("Choose a day."),
    FormError.ENDS_TOO_EARLY: _l("The last day comes before the first."),
    FormError.NOBODY_THERE: _l("Nobody of this name lives in this household. Write both as they stand on the roll."),
    FormError.NOT_OFFERED: _l("Please choose one from the list."),
    FormError.NOT_A_NUMBER: _l("Write a number, no larger than the number of answers."),
    FormError.NOT_A_PICTURE: _l("This file is not a picture we can read. Choose a JPEG or PNG of up to 12 MB."),
    FormError.PICTURE_TOO_LARGE: _l(
        "This picture has too many dots: more than 25 million. Choose a smaller size in the camera."
    ),
    FormError.ENOUGH_FILES: _l(
        "That is enough photos and recordings for today. Send the others tomorrow; your words can go."
    ),
    FormError.DISK_FULL: _l(
        "The server has no room for photos and recordings at the moment. Your words can go without them."
    ),
    FormError.TRY_AGAIN: _l(
        "Many files arrive at this moment. Send it again in a minute; what you wrote is still here."
    ),
    FormError.PICTURE_UNDESCRIBED: _l("Say in a few words what the picture shows, for those who cannot see it."),
    FormError.PRIVATE_NUMBER: _l(
        "There is a phone, identity or bank card number in it. Please take it out: everybody would see it."
    ),
    FormError.NOT_A_RECORDING: _l("This file is no recording we can play. Record again, or choose another file."),
    FormError.RECORDING_TOO_LONG: _l("The recording is longer than two minutes. Please say it shorter."),
    FormError.TRANSCRIPT_MISSING: _l("Write down what is said in it, for those who cannot hear it."),
    FormError.BEFORE_AGREED: _l("This is before the day on which they agreed."),
    FormError.DAY_PAST: _l("This day is already past."),
    FormError.OUT_OF_BOUNDS: _l("Write a number within the bounds named below."),
    FormError.NOT_AN_ADDRESS: _l("Choose whose robot it is, and copy its whole address, which begins with https."),
    FormError.NOT_A_COUNT: _l("Write a number, 0 if there are none."),
    FormError.MORE_THAN_ISSUED: _l("More came back than were given out. Look at the sheet again."),
    FormError.DOES_NOT_ADD_UP: _l(
        "Valid, blank and invalid together are not as many as came back. Look at the sheet again."
    ),
    FormError.NOT_NUMBERS_OF_ROLL: _l("Write roll numbers, like 3, 7, 12-15."),
    FormError.MUST_BE_SAID: _l("This must be so, and you must say it; otherwise the vote cannot be taken this way."),
    FormError.NOT_SECRET_BY_HANDS: _l("A show of hands is not secret. Choose one or the other."),
    FormError.PICTURE_MISSING: _l("Take a photo of the paper."),
    FormError.MORE_THAN_EXPECTED: _l("More came than were expected. Look at both numbers again."),
    FormError.STEP_NOT_PASSED: _l(
        "With these numbers it did not pass: more than half of all members must agree,"
        " and two thirds of the Party members be there."
    ),
    FormError.BELOW_THE_LAW: _l("The law asks for more. A charter may ask for as much or more, never for less."),
    FormError.SIGNATURES_NOT_ENOUGH: _l(
        "These are not enough: two thirds of all households must be stood for, and more than half of these have signed."
    ),
    FormError.MORE_THAN_PRESENT: _l("More voted than came. Look at the numbers again."),
    FormError.DAY_TO_COME: _l("This day is still to come."),
    FormError.TOO_SHORT: _l("Please write at least two characters."),
    FormError.TWICE: _l("This is the same person on both sides."),
    FormError.TOO_MANY_FILES: _l("At most 6 photos at a time. Choose fewer, and add the others afterwards."),
    FormError.NOT_A_PHONE: _l("Write a mobile number of 11 digits, like 138 0000 0000."),
}

TAGS: dict[Tag, LazyString] = {
    Tag.VILLAGE_CREATED: _l("village created"),
    Tag.ROLL_IMPORTED: _l("roll imported"),
    Tag.PERSON_JOINED: _l("person new on the roll, or back on it"),
    Tag.PERSON_DEPARTED: _l("person moved away or died"),
    Tag.ROLE_GRANTED: _l("office granted"),
    Tag.ROLE_ENDED: _l("office ended"),
    Tag.RIGHT_ASKED: _l("change of rights asked for"),
    Tag.RIGHT_CONFIRMED: _l("change of rights confirmed by a second person"),
    Tag.RIGHT_ENDED: _l("change of rights dropped or stopped"),
    Tag.NUMBER_CHANGED: _l("phone number changed"),
    Tag.REPRESENTATIVE_CHOSEN: _l("household representative chosen"),
    Tag.CARDS_ISSUED: _l("household cards issued"),
    Tag.CARD_CLAIMED: _l("household card claimed"),
    Tag.CARD_BROUGHT_BACK: _l("household card brought back by the house"),
    Tag.CARD_WITHDRAWN: _l("household card withdrawn"),
    Tag.CODES_CAPPED: _l("limit on guessing codes or PINs reached"),
    Tag.EXPORT_MADE: _l("personal data taken out as a file"),
    Tag.FACTOR_SET: _l("second proof of an officer set up"),
    Tag.FACTOR_ENDED: _l("second proof of an officer ended"),
    Tag.FACTOR_CHANGE_ASKED: _l("change of second proofs asked for"),
    Tag.FACTOR_CHANGE_LAPSED: _l("change of second proofs lapsed"),
    Tag.FACTOR_CHANGE_CONFIRMED: _l("change of second proofs confirmed"),
    Tag.CONSULTATION_OPENED: _l("consultation opened"),
    Tag.STANDING_ASKED: _l("standing of a body asked for"),
    Tag.STANDING_DROPPED: _l("request about the standing of a body dropped or lapsed"),
    Tag.STANDING_SET: _l("standing of a body set"),
    Tag.POLL_DRAFTED: _l("vote drafted"),
    Tag.POLL_ANNOUNCED: _l("vote announced"),
    Tag.BALLOT_CAST: _l("ballot cast"),
    Tag.POLL_CLOSED: _l("vote closed"),
    Tag.POLL_DECLARED: _l("result declared"),
    Tag.POLL_SET_ASIDE: _l("vote set aside"),
    Tag.NOTICE_POSTED: _l("notice posted"),
    Tag.CONSULTATION_MOVED: _l("consultation moved to another phase"),
    Tag.CONSULTATION_WITHDRAWN: _l("proposal withdrawn"),
    Tag.CONSULTATION_MERGED: _l("proposal merged into another"),
    Tag.CONSULTATION_RELATED: _l("related proposals linked"),
    Tag.PROPOSAL_REVISED: _l("proposal revised"),
    Tag.PROPOSAL_ENDORSED: _l("proposal endorsed"),
    Tag.ENDORSEMENT_REMOVED: _l("endorsement taken back"),
    Tag.PROPOSAL_RECORDED: _l("spoken message added"),
    Tag.PROPOSAL_ANSWERED: _l("official answer given"),
    Tag.COMMENT_WRITTEN: _l("comment written"),
    Tag.QUESTION_ANSWERED: _l("question answered"),
    Tag.QUESTION_REOPENED: _l("question asked again"),
    Tag.SUMMARY_SIGNED: _l("summary of opinions signed"),
    Tag.STATEMENT_WRITTEN: _l("statement written"),
    Tag.WORDS_REPORTED: _l("words reported"),
    Tag.REPORT_SETTLED: _l("report settled"),
    Tag.WORDS_HIDDEN: _l("words hidden"),
    Tag.WORDS_RESTORED: _l("words restored"),
    Tag.HIDING_APPEALED: _l("appeal made"),
    Tag.APPEAL_DECIDED: _l("appeal decided"),
    Tag.TASK_MADE: _l("task made"),
    Tag.PROGRESS_NOTED: _l("progress noted"),
    Tag.WORK_LOOKED_AT: _l("work looked at by a representative"),
    Tag.WORK_RATED: _l("work rated"),
    Tag.MEETING_DRAFTED: _l("meeting drafted"),
    Tag.MEETING_CALLED: _l("meeting called"),
    Tag.MEETING_CHANGED: _l("meeting moved"),
    Tag.MEETING_CANCELLED: _l("meeting called off"),
    Tag.MEETING_NOTED: _l("entry in the record of a meeting"),
    Tag.AGENDA_ITEM_ADDED: _l("item put on an agenda"),
    Tag.ARRIVAL_NOTED: _l("somebody came to a meeting, or left"),
    Tag.ADDITION_ASKED: _l("addition to a meeting's roll asked for"),
    Tag.ADDITION_CONFIRMED: _l("addition to a meeting's roll confirmed"),
    Tag.POLL_ENDED: _l("vote of a meeting ended"),
    Tag.MINUTES_CONFIRMED: _l("minutes confirmed"),
    Tag.PAGE_SIGNED: _l("photo of a signed page added"),
    Tag.MATTER_SET: _l("kind of matter said"),
    Tag.RULE_ASKED: _l("a rule of our own asked for"),
    Tag.RULE_CONFIRMED: _l("a rule of our own confirmed by a second person"),
    Tag.RULE_DROPPED: _l("a rule of our own not wanted after all"),
    Tag.PAPER_RECORDED: _l("paper that the law asks for put on record"),
    Tag.MOTION_CHECKED: _l("questions of law gone through"),
    Tag.STEP_RECORDED: _l("step of the four deliberations recorded"),
    Tag.PETITION_OPENED: _l("petition opened"),
    Tag.PETITION_SIGNED: _l("petition signed"),
    Tag.OBJECTION_MADE: _l("objection made"),
    Tag.OBJECTION_ANSWERED: _l("objection answered"),
    Tag.BOARD_PHOTOGRAPHED: _l("board photographed"),
    Tag.RULES_SET: _l("rules of talking set"),
    Tag.DATA_ASKED: _l("a request about one's own data"),
    Tag.DATA_ANSWERED: _l("a request about one's own data answered"),
    Tag.DATA_UNLOCKED: _l("a lock on one's own data ended"),
    Tag.DATA_FORGOTTEN: _l("old data deleted"),
    Tag.ROBOT_SET: _l("group robot set"),
    Tag.UNIT_MARKED: _l("marked as taking part on paper or by hand"),
    Tag.BOX_VISITED: _l("ballot box carried round"),
    Tag.TICKER_ASSIGNED: _l("assigned to give out paper"),
    Tag.TICKER_ENDED: _l("gives out paper no more"),
    Tag.VOTE_CONTESTED: _l("household's vote contested"),
    Tag.SHEET_OPENED: _l("count sheet opened"),
    Tag.SHEET_ENTERED: _l("count sheet entered"),
    Tag.SHEET_CONFIRMED: _l("count sheet confirmed"),
    Tag.CHANGE_ASKED: _l("change of a vote asked for"),
    Tag.POLL_CHANGED: _l("vote changed by two persons"),
    Tag.ACT_REFUSED: _l("attempt refused"),
    Tag.BACKUP_RESTORED: _l("backup put back"),
    Tag.CLOCK_DOUBTED: _l("clock in doubt"),
    Tag.CLOCK_CONFIRMED: _l("time confirmed"),
    Tag.CLOCK_SETTLED: _l("clock settled"),
    Tag.CASE_FILED: _l("mediation case filed"),
    Tag.CASE_MOVED: _l("mediation case moved on"),
    Tag.SWEEP_NOTED: _l("round of the mediators noted"),
}


ROBOTS: dict[str, LazyString] = {
    "wecom": _l("WeCom (Enterprise WeChat)"),
    "dingtalk": _l("DingTalk"),
}


def robot(kind: str) -> str:
    """Return what a provider of robots is called; its own name if there is no word for it yet."""
    return str(ROBOTS.get(kind, kind))


def body(code: str) -> str:
    return str(gettext(BODIES[code]))


def outcome(code: str) -> str:
    return str(OUTCOMES[Outcome(code)])


def channel(code: str) -> str:
    return str(CHANNELS[Channel(code)])


def change(kind: str) -> str:
    return str(CHANGES[kind])


def standing(code: str, *, at_meeting: bool = False) -> str:
    if at_meeting and Standing(code) is Standing.ADVISORY:
        return str(OPINION_OF_MEETING)
    return str(STANDINGS[Standing(code)])


def notice(tag: str) -> str:
    return str(NOTICES[tag])


def answer(label: str, kind: str) -> str:
    """Return the words of a fixed option of a poll, or the village's own."""
    return str(ANSWERS[label]) if methods.of(kind).fixed_options else label


def kinds() -> list[tuple[str, str]]:
    """Return the voting methods a form offers: (code, name)."""
    return [(code, str(KINDS[code])) for code in methods.codes()]


def units(n: int, unit: str) -> str:
    """So many of what a rule counts: households or people."""
    if unit == "household":
        return str(ngettext("%(n)s household", "%(n)s households", n, n=n))
    return str(ngettext("%(n)s person", "%(n)s people", n, n=n))


def mistakes(found: Mapping[str, FormError]) -> dict[str, str]:
    """Return the sentence for each field."""
    return {name: str(MISTAKES[mistake]) for name, mistake in found.items()}
