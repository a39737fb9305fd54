"""The words for codes that are not refusals: bodies, states, channels, outcomes, mistakes in forms, log tags."""

from collections.abc import Mapping

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.audit import Tag
from consult.domain.form_errors import FormError
from consult.domain.languages import N_
from consult.domain.polls import methods
from consult.domain.polls.acts_on_votes import ActKind, VoidReason
from consult.domain.polls.annulments import Annuller
from consult.domain.polls.polls import Channel, Outcome, PollKind, PollState, Standing
from consult.domain.polls.repeat_grounds import Ground

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
    PollState.ANNULLED: _l("annulled"),
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
    "poll_annulled": _l("Notice of an annulled vote"),
    "meeting_called": _l("Notice of a meeting"),
    "meeting_changed": _l("Notice of a moved meeting"),
    "meeting_cancelled": _l("Notice of a meeting called off"),
    "meeting_results": _l("Notice of the results of a meeting"),
    "agenda_added": _l("Notice of one more item"),
    "result_posted": _l("Notice of what became of it"),
}

NOTICES_OF_OPINIONS: dict[str, LazyString] = {
    "poll_announced": _l("Notice: opinions are asked for"),
    "poll_declared": _l("Notice of the opinions collected"),
    "poll_extended": _l("Notice: opinions are asked for longer"),
    "poll_roll_added": _l("Notice: somebody more is asked"),
    "poll_cancelled": _l("Notice: opinions are not asked for any more"),
    "poll_annulled": _l("Notice: opinions that were annulled"),
}
"""Titles of notices about a vote that only advises."""

CHANGES: dict[str, LazyString] = {
    "extension": _l("voting goes on longer"),
    "addition": _l("somebody was added to the roll by appeal"),
    "cancellation": _l("the vote is cancelled"),
    "annulment": _l("the vote is annulled"),
}

ANNULLERS: dict[Annuller, LazyString] = {
    Annuller.COURT: _l("the people's court"),
    Annuller.TOWNSHIP: _l("the government of the town"),
    Annuller.ASSEMBLY: _l("the villagers' assembly"),
    Annuller.PARTY_ABOVE: _l("the Party organisation above"),
}

MISTAKES: dict[FormError, LazyString] = {
    FormError.EMPTY: _l("Please write something here."),
    FormError.TOO_LONG: _l("At most %(most)s characters fit here: please take out %(over)s."),
    FormError.LINES_TOO_LONG: _l("At most %(lines)s lines of %(most)s characters each fit here."),
    FormError.NOT_MONEY: _l("Write the amount in figures, like 3000. If it is not certain, leave it empty."),
    FormError.FUNDING_DIFFERS: _l("What it costs and where the money comes from do not add up to the same sum."),
    FormError.FUNDING_UNNAMED: _l("Write where this money comes from."),
    FormError.TOO_FEW_OPTIONS: _l("Write at least two answers, each different, one on a line."),
    FormError.NOT_A_TIME: _l("Choose a day and an hour."),
    FormError.NOT_A_DAY: _l("Choose a day."),
    FormError.ENDS_TOO_EARLY: _l("The last day comes before the first."),
    FormError.CLOSES_BEFORE_OPENING: _l("Voting must close after it opens."),
    FormError.NOBODY_THERE: _l("Nobody of this name lives in this household. Write both as they stand on the roll."),
    FormError.NOT_OFFERED: _l("Please choose one from the list."),
    FormError.NOT_A_NUMBER: _l("Write a number, no larger than the number of answers."),
    FormError.NOT_A_PICTURE: _l(
        "This file is no photo that can be read here. Take it once more, or take a picture of the screen and choose that."
    ),
    FormError.FILE_TOO_LARGE: _l(
        "This photo is larger than %(most)s MB. Choose a smaller size in the camera, or take a picture of the screen."
    ),
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
    FormError.PRIVATE_NUMBER: _l(
        "“%(found)s” reads as a phone, identity or bank card number. Please take it out: everybody would see it."
    ),
    FormError.NOT_A_RECORDING: _l("This file is no recording we can play. Record again, or choose another file."),
    FormError.SILENT_RECORDING: _l(
        "Nothing can be heard in it. Hold the phone near your mouth, see that nothing covers the microphone, and record again."
    ),
    FormError.WECHAT_VOICE: _l(
        "This is a voice message of WeChat, which only WeChat can play. "
        "Record it here again, or with your phone's own recorder, and choose that file."
    ),
    FormError.RECORDING_TOO_LONG: _l("The recording is longer than two minutes. Please say it shorter."),
    FormError.TRANSCRIPT_MISSING: _l("Write down what is said in it, for those who cannot hear it."),
    FormError.BEFORE_AGREED: _l("This is before the day on which they agreed."),
    FormError.DAY_PAST: _l("This day is already past."),
    FormError.DAY_TOO_FAR: _l("This day is too far away. Choose a nearer one."),
    FormError.HOUR_UNFIT: _l(
        "This hour cannot be right: it is before the meeting was called or began, or still to come."
    ),
    FormError.OUT_OF_BOUNDS: _l("Write a number within the bounds named below."),
    FormError.NOT_AN_ADDRESS: _l("Choose whose robot it is, and copy its whole address, which begins with https."),
    FormError.NOT_A_COUNT: _l("Write a number, 0 if there are none."),
    FormError.NOT_NUMBERS_OF_ROLL: _l("Write roll numbers, like 3, 7, 12-15."),
    FormError.MUST_BE_TICKED: _l("This must be so, and you must tick it; otherwise it cannot be done."),
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
    FormError.TWICE: _l("This is the same person on both sides."),
    FormError.TOO_MANY_FILES: _l("At most %(most)s photos at a time. Choose fewer, and add the others afterwards."),
    FormError.TOO_MANY_RECORDINGS: _l(
        "There are %(most)s recordings already. Hand these in first, and say the rest afterwards."
    ),
    FormError.LISTED_TWICE: _l("This person stands in the list twice."),
    FormError.NOT_A_CREDIT_CODE: _l("A credit code has 18 signs, and the last one fits the others. Look again."),
    FormError.TOO_MANY_LINES: _l("At most %(most)s people at once. Send the rest as a second list."),
    FormError.LINE_UNCLEAR: _l("Two phones or two amounts in one line. Give each person a line of their own."),
    FormError.NAME_WITH_DIGITS: _l("A name has no figures in it."),
    FormError.NO_SUCH_CODE: _l("No appeal about this vote has this code. Look at the code again."),
    FormError.NOT_A_PHONE: _l(
        "This is not a phone number. Mainland: 11 digits. Hong Kong: 852 and 8 digits. Macau: 853 and 8 digits."
    ),
    FormError.PHONE_WITHOUT_COUNTRY: _l(
        "Is this a number of Hong Kong or Macau? Write 852 before it for Hong Kong, 853 for Macau."
    ),
}

TAGS: dict[Tag, LazyString] = {
    Tag.VILLAGE_CREATED: _l("village created"),
    Tag.VILLAGE_CHANGED: _l(
        "name, province, collective or address of the village changed, or it was closed or opened again"
    ),
    Tag.ROLL_IMPORTED: _l("roll imported"),
    Tag.PERSON_JOINED: _l("person new on the roll, or back on it"),
    Tag.PERSON_ADDED: _l("person added to the roll by hand"),
    Tag.PERSON_CORRECTED: _l("person on the roll corrected by hand"),
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
    Tag.POLL_TOUCHED: _l("the roll changed while a vote runs"),
    Tag.POLL_CLOSED: _l("vote closed"),
    Tag.POLL_DECLARED: _l("result declared"),
    Tag.POLL_SET_ASIDE: _l("vote set aside"),
    Tag.NOTICE_POSTED: _l("notice posted"),
    Tag.CONSULTATION_MOVED: _l("consultation moved to another phase"),
    Tag.CONSULTATION_WITHDRAWN: _l("proposal withdrawn"),
    Tag.CONSULTATION_MERGED: _l("proposal merged into another"),
    Tag.MERGER_ASKED: _l("merging of a proposal asked for"),
    Tag.MERGER_CONFIRMED: _l("merging of a proposal confirmed by a second person"),
    Tag.MERGER_ENDED: _l("merging of a proposal given up"),
    Tag.ANSWER_EXTENDED: _l("day for the answer moved"),
    Tag.CONSULTATION_RELATED: _l("related proposals linked"),
    Tag.PROPOSAL_REVISED: _l("proposal revised"),
    Tag.PROPOSAL_ENDORSED: _l("proposal endorsed"),
    Tag.ENDORSEMENT_REMOVED: _l("endorsement taken back"),
    Tag.PROPOSAL_RECORDED: _l("spoken message added"),
    Tag.PROPOSAL_ANSWERED: _l("official answer given"),
    Tag.COMMENT_WRITTEN: _l("comment written"),
    Tag.PICTURE_DESCRIBED: _l("photo described"),
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
    Tag.TASK_CORRECTED: _l("task corrected"),
    Tag.TASK_WITHDRAWN: _l("task withdrawn"),
    Tag.TASK_CHANGE_ASKED: _l("more money for a task asked for"),
    Tag.COUNCIL_ASKED: _l("something in the council's name asked for"),
    Tag.COUNCIL_CONFIRMED: _l("something in the council's name confirmed by a second officer"),
    Tag.COUNCIL_ENDED: _l("something in the council's name dropped or lapsed"),
    Tag.TASK_CHANGE_ENDED: _l("more money for a task dropped or lapsed"),
    Tag.MEETING_DRAFTED: _l("meeting drafted"),
    Tag.MEETING_CALLED: _l("meeting called"),
    Tag.MEETING_CHANGED: _l("meeting moved"),
    Tag.MEETING_CANCELLED: _l("meeting called off"),
    Tag.MEETING_NOTED: _l("entry in the record of a meeting"),
    Tag.AGENDA_ITEM_CHANGED: _l("item of an agenda changed"),
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
    Tag.UNIT_UNMARKED: _l("mark on paper or by hand undone"),
    Tag.LATE_MARKS_ASKED: _l("marks after the close, or their undoing, asked for"),
    Tag.LATE_MARKS_CONFIRMED: _l("marks after the close, or their undoing, confirmed by two"),
    Tag.LATE_MARKS_DROPPED: _l("request for marks after the close dropped or lapsed"),
    Tag.BOX_VISITED: _l("ballot box carried round"),
    Tag.TICKER_ASSIGNED: _l("assigned to give out paper"),
    Tag.TICKER_ENDED: _l("gives out paper no more"),
    Tag.VOTE_CONTESTED: _l("vote contested"),
    Tag.CONTEST_OPINION: _l("an officer's word on a contested vote"),
    Tag.MATTER_COMPARED: _l("said whether a matter with the same words is the same one"),
    Tag.CONTEST_RULED: _l("contested vote decided by two persons"),
    Tag.CONTEST_UNDECIDED: _l("contested vote on which nobody agreed before the result"),
    Tag.LETTER_LOOKED_AT: _l("letter of proxy looked at"),
    Tag.HELP_ANSWERED: _l("helped vote confirmed or denied"),
    Tag.BALLOT_VOIDED: _l("ballot does not count"),
    Tag.SHEET_OPENED: _l("count sheet opened"),
    Tag.SHEET_ENTERED: _l("count sheet entered"),
    Tag.SHEET_CONFIRMED: _l("count sheet confirmed"),
    Tag.CHANGE_ASKED: _l("change of a vote asked for"),
    Tag.CHANGE_DROPPED: _l("change of a vote dropped or lapsed"),
    Tag.POLL_CHANGED: _l("vote changed by two persons"),
    Tag.FURTHER_VOTE_ASKED: _l("ground for one more vote asked for"),
    Tag.FURTHER_VOTE_CONFIRMED: _l("ground for one more vote confirmed by a second person"),
    Tag.FURTHER_VOTE_ENDED: _l("ground for one more vote dropped or lapsed"),
    Tag.ROLL_APPEAL_MADE: _l("appeal about the roll of a vote"),
    Tag.ROLL_APPEAL_REFUSAL_ASKED: _l("refusal of an appeal about the roll proposed or taken back"),
    Tag.ROLL_APPEAL_ANSWERED: _l("appeal about the roll of a vote answered"),
    Tag.ACT_REFUSED: _l("attempt refused"),
    Tag.BACKUP_RESTORED: _l("backup put back"),
    Tag.CLOCK_DOUBTED: _l("clock in doubt"),
    Tag.CLOCK_CONFIRMED: _l("time confirmed"),
    Tag.CLOCK_SETTLED: _l("clock settled"),
    Tag.CASE_FILED: _l("mediation case filed"),
    Tag.CASE_MOVED: _l("mediation case moved on"),
    Tag.SWEEP_NOTED: _l("round of the mediators noted"),
    Tag.REPORT_HANDED_IN: _l("report of mediation handed in"),
    Tag.REPORT_DAY_SET: _l("closing day of the reports of mediation set"),
}


ACTS: dict[ActKind, LazyString] = {
    ActKind.HOUSEHOLD: _l("vote of the household"),
    ActKind.ASSISTED: _l("vote filled in by a helper"),
    ActKind.PROXY: _l("vote with a letter"),
    ActKind.PAPER: _l("noted as voting on paper"),
    ActKind.HANDS: _l("noted as raising a hand"),
}
VOID: dict[VoidReason, LazyString] = {
    VoidReason.LETTER_REFUSED: _l("the letter of proxy was refused"),
    VoidReason.NOT_WITNESSED: _l("the witness says that it was not so"),
    VoidReason.UNANSWERED: _l("neither witness nor voter said yes before the close"),
    VoidReason.CONTEST_UPHELD: _l("it was contested, and two officers found that right"),
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


def act(kind: str) -> str:
    """Return by what act somebody else gave or noted a vote."""
    return str(ACTS[ActKind(kind)])


def void(why: str) -> str:
    """Return why a ballot does not count."""
    return str(VOID[VoidReason(why)])


def channel(code: str) -> str:
    return str(CHANNELS[Channel(code)])


def change(kind: str) -> str:
    return str(CHANGES[kind])


GROUNDS: dict[Ground, LazyString] = {
    Ground.INQUORATE: _l("Too few took part the first time"),
    Ground.ANNULLED: _l("The first vote was annulled"),
    Ground.CONTESTED: _l("The first result hung on votes that were found wrong and could not be taken out"),
    Ground.CHANGED_PROPOSAL: _l("The proposal was changed since"),
    Ground.NEW_FACTS: _l("Something new is known that nobody knew then"),
    Ground.ASKED_BY_VOTERS: _l("One tenth of the villagers, or a third of the representatives, ask for it"),
    Ground.TERM: _l("A year has passed since the first result"),
}


def ground(code: str) -> str:
    return str(GROUNDS[Ground(code)])


def annuller(code: str) -> str:
    return str(ANNULLERS[Annuller(code)])


def standing(code: str, *, at_meeting: bool = False) -> str:
    if at_meeting and Standing(code) is Standing.ADVISORY:
        return str(OPINION_OF_MEETING)
    return str(STANDINGS[Standing(code)])


def notice(tag: str, standing: str | None = None) -> str:
    """Return the title of a notice. `standing`: of the vote it is about; None: about none."""
    if standing == Standing.ADVISORY:
        return str(NOTICES_OF_OPINIONS[tag])
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
    return {name: sentence_of(mistake) for name, mistake in found.items()}


def sentence_of(mistake: FormError, others: Mapping[FormError, LazyString] = MISTAKES) -> str:
    """Return the sentence of a mistake with its numbers; of `others` where it stands there."""
    sentence = str(others.get(mistake) or MISTAKES[mistake])
    return sentence % mistake.numbers if mistake.numbers else sentence
