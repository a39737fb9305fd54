"""The reasons for which an act is refused. web/words/refusal_words.py has the sentence for each."""

from enum import StrEnum
from http import HTTPStatus
from typing import Self

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
"""What was typed or chosen is wrong."""
FORBIDDEN = HTTPStatus.FORBIDDEN
"""The wrong person asks."""
TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
UNAUTHORIZED = HTTPStatus.UNAUTHORIZED
UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE
CONFLICT = HTTPStatus.CONFLICT
"""It is too late, too early or already done."""


class Reason(StrEnum):
    """One rule that refuses an act, with the HTTP status of the answer (409 where none stands beside it)."""

    status: HTTPStatus

    def __new__(cls, value: str, status: HTTPStatus = CONFLICT) -> Self:
        """Make a member whose value is the text alone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.status = status
        return member

    # who you are
    NOT_SIGNED_IN = "not_signed_in", UNAUTHORIZED
    FORM_OF_ANOTHER = "form_of_another"
    WRONG_DIGITS = "wrong_digits", UNPROCESSABLE
    SECOND_PROOF_NEEDED = "second_proof_needed", FORBIDDEN
    NO_WAY_TO_PROVE = "no_way_to_prove", FORBIDDEN
    NO_SUCH_OFFICE = "no_such_office", FORBIDDEN
    VILLAGERS_ONLY = "villagers_only", FORBIDDEN
    NO_OFFICE_THERE = "no_office_there", FORBIDDEN
    NOT_A_PHONE = "not_a_phone", UNPROCESSABLE
    PHONE_WITHOUT_COUNTRY = "phone_without_country", UNPROCESSABLE
    WAIT_FOR_CODE = "wait_for_code", TOO_MANY
    SHORT_CODE = "short_code", UNPROCESSABLE
    WRONG_CODE = "wrong_code", UNPROCESSABLE
    CODE_TOO_SHORT = "code_too_short", UNPROCESSABLE
    CODES_CAPPED = "codes_capped", TOO_MANY
    NOT_SHARING = "not_sharing", UNPROCESSABLE
    NO_SUCH_CARD = "no_such_card", UNPROCESSABLE
    NO_SUCH_HOUSEHOLD = "no_such_household", UNPROCESSABLE
    CARD_IS_NEW = "card_is_new"
    CARD_CLAIMED = "card_claimed"
    WEAK_PIN = "weak_pin", UNPROCESSABLE
    WRONG_PIN = "wrong_pin", UNPROCESSABLE
    WAIT_FOR_PIN = "wait_for_pin", TOO_MANY
    PINS_CAPPED = "pins_capped", TOO_MANY
    NOT_ON_THE_ROLL_NOW = "not_on_the_roll_now", FORBIDDEN
    REQUESTS_WAIT = "requests_wait", TOO_MANY
    OWN_REQUEST = "own_request", FORBIDDEN
    ERASURE_AGREED = "erasure_agreed"
    # voting
    NOT_ON_ROLL = "not_on_roll", FORBIDDEN
    NOT_REPRESENTATIVE = "not_representative", FORBIDDEN
    NO_ADULT_IN_HOUSEHOLD = "no_adult_in_household", FORBIDDEN
    VOTER_LEFT = "voter_left", FORBIDDEN
    HOUSEHOLD_HAS_VOTED = "household_has_voted"
    POLL_NOT_OPEN_YET = "poll_not_open_yet"
    POLL_CLOSED = "poll_closed"
    OTHER_CHANNEL = "other_channel"
    NOT_A_CHOICE = "not_a_choice", UNPROCESSABLE
    TOO_MANY_CHOICES = "too_many_choices", UNPROCESSABLE
    KEY_USED_DIFFERENTLY = "key_used_differently"
    NOT_IN_HOUSEHOLD = "not_in_household", FORBIDDEN
    ALREADY_VOTED_SECRETLY = "already_voted_secretly"
    # other ways of voting
    NO_SUCH_NUMBER = "no_such_number", UNPROCESSABLE
    CHANNEL_NOT_OFFERED = "channel_not_offered"
    HELPER_IS_AUTHOR = "helper_is_author", FORBIDDEN
    HELPER_IS_VOTER = "helper_is_voter", FORBIDDEN
    HELPER_HELPED_ENOUGH = "helper_helped_enough", FORBIDDEN
    WITNESS_IS_ANOTHER = "witness_is_another", UNPROCESSABLE
    WITNESS_OF_HELPERS_HOUSE = "witness_of_helpers_house", UNPROCESSABLE
    VOTED_ANOTHER_WAY = "voted_another_way"
    NO_PROXY_FOR_HOUSEHOLDS = "no_proxy_for_households"
    PROXY_OF_ANOTHER = "proxy_of_another", FORBIDDEN
    ONE_PROXY_EACH = "one_proxy_each"
    NOTHING_TO_CONTEST = "nothing_to_contest"
    ACT_CONTESTED = "act_contested"
    ACT_CONFIRMED = "act_confirmed"
    LETTER_VOTE_STAYS = "letter_vote_stays"
    LETTER_OF_OWN_HOUSE = "letter_of_own_house", FORBIDDEN
    LETTER_LOOKED_AT = "letter_looked_at", FORBIDDEN
    LETTERS_WAIT = "letters_wait"
    SECRET_NO_LETTERS = "secret_no_letters", FORBIDDEN
    ANSWERED_OTHERWISE = "answered_otherwise"
    NOT_THE_WITNESS = "not_the_witness", FORBIDDEN
    WITNESS_PROVES_NOW = "witness_proves_now", UNPROCESSABLE
    VOTE_GIVEN_ANEW = "vote_given_anew"
    CONTESTS_WAIT = "contests_wait"
    CONTEST_OF_OWN_ACT = "contest_of_own_act", FORBIDDEN
    CONTEST_OF_OWN_HOUSE = "contest_of_own_house", FORBIDDEN
    MARK_OF_OWN_HOUSE = "mark_of_own_house", FORBIDDEN
    HELPER_WAS_CONTESTED = "helper_was_contested", FORBIDDEN
    CONTEST_RULED = "contest_ruled"
    CONTEST_TOUCHES_OUTCOME = "contest_touches_outcome"
    CONTESTED_BY_HOUSE = "contested_by_house"
    CONTEST_OF_RESULT = "contest_of_result"
    # counting and changing
    COUNTER_IS_AUTHOR = "counter_is_author", FORBIDDEN
    ENTERED_ALREADY = "entered_already"
    NOT_A_COUNTER = "not_a_counter", FORBIDDEN
    COUNTERS_OF_ONE_HOUSE = "counters_of_one_house", FORBIDDEN
    SHEET_ENTERED_AT_HOME = "sheet_entered_at_home", FORBIDDEN
    COUNTER_HAS_NO_PIN = "counter_has_no_pin", FORBIDDEN
    SHEET_CONFIRMED = "sheet_confirmed"
    SHEETS_OPEN = "sheets_open"
    SHEETS_MISSING = "sheets_missing"
    MORE_THAN_MARKED = "more_than_marked", UNPROCESSABLE
    FEWER_THAN_MARKED = "fewer_than_marked"
    MORE_RETURNED_THAN_ISSUED = "more_returned_than_issued", UNPROCESSABLE
    PAPERS_DO_NOT_ADD_UP = "papers_do_not_add_up", UNPROCESSABLE
    TOO_FEW_FOR_SECRECY = "too_few_for_secrecy"
    LATE_MARKS_BY_TWO = "late_marks_by_two"
    NOT_LATE_TO_UNDO = "not_late_to_undo"
    UNDONE_ALREADY = "undone_already"
    PAPER_RULED_IN_BOX = "paper_ruled_in_box"
    SAY_IF_IN_BOX = "say_if_in_box"
    SAME_WORDS_VOTED = "same_words_voted"
    SAY_WHY_ANOTHER = "say_why_another"
    ANOTHER_MATTER_BY_TWO = "another_matter_by_two"
    NOT_LATE_YET = "not_late_yet"
    PHOTO_OF_LIST_NEEDED = "photo_of_list_needed", UNPROCESSABLE
    MARKED_ALREADY = "marked_already"
    NOT_MARKED = "not_marked", UNPROCESSABLE
    MARKS_ARE_COUNTED = "marks_are_counted"
    COUNTED_ALREADY = "counted_already"
    NOT_COUNTED_YET = "not_counted_yet"
    POLL_SET_ASIDE = "poll_set_aside"
    NO_SEALING_KEY = "no_sealing_key", UNAVAILABLE
    NOT_TICKING = "not_ticking", FORBIDDEN
    NOT_TIME_TO_TICK = "not_time_to_tick"
    TWO_WORKERS = "two_workers", UNPROCESSABLE
    SAME_PERSON = "same_person", FORBIDDEN
    SAME_OFFICE = "same_office", FORBIDDEN
    SAME_HOUSE = "same_house", FORBIDDEN
    OWN_RIGHT = "own_right", FORBIDDEN
    NOT_ON_ROLL_HERE = "not_on_roll_here"
    OFFICES_CLASH = "offices_clash"
    KIN_CLASH = "kin_clash"
    TERM_IS_OVER = "term_is_over", UNPROCESSABLE
    BEGAN_TOO_LONG_AGO = "began_too_long_ago", UNPROCESSABLE
    TERM_TOO_LONG = "term_too_long", UNPROCESSABLE
    NOT_THAT_WAY = "not_that_way", UNPROCESSABLE
    OFFICE_OF_THE_ROLL = "office_of_the_roll", UNPROCESSABLE
    NUMBER_ON_ROLL = "number_on_roll"
    NUMBER_OF_ANOTHER = "number_of_another"
    HOLDS_AN_ACCOUNT = "holds_an_account"
    OFFICE_ENDED = "office_ended"
    LAST_TWO_OFFICERS = "last_two_officers"
    TAKES_TWO_OFFICERS = "takes_two_officers", FORBIDDEN
    RIGHT_STOPPED = "right_stopped"
    RIGHT_IN_FORCE = "right_in_force"
    NOBODY_OF_THE_HOUSE = "nobody_of_the_house", UNPROCESSABLE
    NOT_YOUR_HOUSE = "not_your_house", FORBIDDEN
    REQUEST_LAPSED = "request_lapsed"
    ASKER_LEFT_OFFICE = "asker_left_office"
    ALREADY_SO = "already_so"
    PERSON_KNOWN = "person_known"
    PERSON_LEFT = "person_left"
    PERSON_ALIKE = "person_alike"
    HEAD_BY_TWO = "head_by_two"
    HOUSEHOLD_UNKNOWN = "household_unknown", UNPROCESSABLE
    TOO_LATE_TO_UNDO = "too_late_to_undo"
    CARD_BROUGHT_BACK = "card_brought_back", FORBIDDEN
    CARD_NOT_BROUGHT_BACK = "card_not_brought_back"
    POLL_CANCELLED = "poll_cancelled"
    POLL_ANNULLED = "poll_annulled"
    ONLY_ANNULLED_NOW = "only_annulled_now"
    NOT_COUNTED_BEFORE_ANNULLING = "not_counted_before_annulling"
    CANNOT_ANNUL = "cannot_annul", UNPROCESSABLE
    RULING_OF_ANOTHER_TIME = "ruling_of_another_time", UNPROCESSABLE
    VOTED_BEFORE = "voted_before"
    GROUND_DOES_NOT_FIT = "ground_does_not_fit", UNPROCESSABLE
    NOTHING_TO_REPEAT = "nothing_to_repeat"
    VOTE_HOLDS_MATTER = "vote_holds_matter"
    EXTENDED_ALREADY = "extended_already"
    EXTENDED_TOO_FAR = "extended_too_far", UNPROCESSABLE
    MATTER_NOT_IN_FORCE = "matter_not_in_force", UNPROCESSABLE
    NOT_LATER = "not_later", UNPROCESSABLE
    ON_ROLL_ALREADY = "on_roll_already"
    NO_SEAT = "no_seat", UNPROCESSABLE
    FROZEN_BEFORE_BUNDLES = "frozen_before_bundles"
    READ_ONLY = "read_only", UNAVAILABLE
    VILLAGE_CLOSED = "village_closed"
    SLUG_TAKEN = "slug_taken"
    STILL_OPEN = "still_open"
    CLOCK_IN_DOUBT = "clock_in_doubt", UNAVAILABLE
    NO_DOUBT = "no_doubt"
    TIME_HAS_PASSED = "time_has_passed"
    ENOUGH_TODAY = "enough_today", TOO_MANY
    DISK_FULL = "disk_full", UNAVAILABLE
    SERVER_BUSY = "server_busy", UNAVAILABLE
    TOO_SLOW = "too_slow", HTTPStatus.REQUEST_TIMEOUT
    # two at once
    COLLIDED = "collided"
    DATABASE_BUSY = "database_busy", UNAVAILABLE
    CHANGED_MEANWHILE = "changed_meanwhile"
    ROLL_CHANGED = "roll_changed"
    ROLL_ASKS = "roll_asks"
    NOT_BY_ONE_ROLL = "not_by_one_roll"
    # running a poll
    NOT_ANNOUNCED = "not_announced"
    NOTICE_TOO_SHORT = "notice_too_short", UNPROCESSABLE
    NOTICE_CANNOT_BE_SHORT = "notice_cannot_be_short", UNPROCESSABLE
    PLAN_NOT_OPEN_LONG_ENOUGH = "plan_not_open_long_enough", UNPROCESSABLE
    CLOSES_BEFORE_OPENING = "closes_before_opening", UNPROCESSABLE
    OPENS_IN_THE_PAST = "opens_in_the_past", UNPROCESSABLE
    BODY_NEEDS_GROUP = "body_needs_group", UNPROCESSABLE
    BODY_IS_VILLAGE_WIDE = "body_is_village_wide", UNPROCESSABLE
    NOT_OF_A_TOWNSHIP = "not_of_a_township", UNPROCESSABLE
    NO_COLLECTIVE = "no_collective", UNPROCESSABLE
    BALLOT_REQUIRED = "ballot_required", UNPROCESSABLE
    ONLY_TALKED_OVER = "only_talked_over", UNPROCESSABLE
    ROLL_IS_EMPTY = "roll_is_empty"
    NO_FORMAL_BASIS = "no_formal_basis", UNPROCESSABLE
    NOT_CLOSED_YET = "not_closed_yet"
    ALREADY_DECLARED = "already_declared"
    # talking
    PHASE_CLOSED = "phase_closed"
    CONSULTATION_ENDED = "consultation_ended"
    PRIVATE_NUMBER = "private_number", UNPROCESSABLE
    NOT_PROPOSER = "not_proposer", FORBIDDEN
    TEXT_FROZEN = "text_frozen"
    REVISED_MEANWHILE = "revised_meanwhile"
    NO_WAY_THERE = "no_way_there"
    NOTHING_TO_CARRY_OUT = "nothing_to_carry_out"
    MONEY_NOT_DECIDED = "money_not_decided"
    OWN_MATTER = "own_matter", FORBIDDEN
    NOT_BORNE_OUT = "not_borne_out", UNPROCESSABLE
    NOTHING_TO_TAKE_BACK = "nothing_to_take_back"
    ONLY_INTO_ANOTHER = "only_into_another", UNPROCESSABLE
    MERGER_WAITS = "merger_waits"
    MERGER_DECLINED = "merger_declined"
    MERGER_OVER = "merger_over"
    PROPOSER_SAYS_YES_OR_NO = "proposer_says_yes_or_no", FORBIDDEN
    NO_ANSWER_OWED = "no_answer_owed"
    ANSWER_EXTENDED = "answer_extended"
    ANSWER_LATE = "answer_late"
    EXTENSION_TOO_LONG = "extension_too_long", UNPROCESSABLE
    WORDS_CONCERN_YOU = "words_concern_you", FORBIDDEN
    RESTORED_SAME_GROUND = "restored_same_ground"
    RESTORED_SAME_PERSON = "restored_same_person", FORBIDDEN
    APPEAL_CONCERNS_YOU = "appeal_concerns_you", FORBIDDEN
    WORDS_ARE_VOTED_ON = "words_are_voted_on"
    WORDS_ARE_HIDDEN = "words_are_hidden"
    RECORDING_IS_HIDDEN = "recording_is_hidden"
    NOT_THE_AUTHOR = "not_the_author", FORBIDDEN
    HIDER_CANNOT_DECIDE = "hider_cannot_decide", FORBIDDEN
    NOTHING_HIDDEN = "nothing_hidden"
    APPEALED_ALREADY = "appealed_already"
    NO_APPEAL = "no_appeal"
    APPEAL_ANSWERED = "appeal_answered"
    ENOUGH_APPEALS = "enough_appeals", TOO_MANY
    # carrying out
    NOT_TASK_OWNER = "not_task_owner", FORBIDDEN
    OWNER_CANNOT_ACCEPT = "owner_cannot_accept", FORBIDDEN
    WORK_NOT_DONE = "work_not_done"
    WORK_ACCEPTED = "work_accepted"
    TASK_WITHDRAWN = "task_withdrawn"
    WORK_RESTS = "work_rests"
    OWNER_CANNOT_CHANGE = "owner_cannot_change", FORBIDDEN
    # meetings
    MEETING_CALLED = "meeting_called"
    MEETING_NOT_CALLED = "meeting_not_called"
    MEETING_NOT_OPEN = "meeting_not_open"
    MEETING_OPENED = "meeting_opened"
    MEETING_CLOSED = "meeting_closed"
    MEETING_GOES_ON = "meeting_goes_on"
    MEETING_ADJOURNED = "meeting_adjourned"
    MEETING_CANCELLED = "meeting_cancelled"
    NO_AGENDA = "no_agenda", UNPROCESSABLE
    OTHER_BODY_DECIDES = "other_body_decides", UNPROCESSABLE
    OTHER_ORGANISATION_DECIDES = "other_organisation_decides", UNPROCESSABLE
    OWNER_NOT_SAID = "owner_not_said", UNPROCESSABLE
    MATTER_DECIDED = "matter_decided"
    PAPER_MISSING = "paper_missing", UNPROCESSABLE
    NO_PAPER_WANTED = "no_paper_wanted"
    NEEDS_AUTHORISATION = "needs_authorisation", UNPROCESSABLE
    NO_PARTY_STUDY = "no_party_study", UNPROCESSABLE
    TEXT_NOT_STUDIED = "text_not_studied", UNPROCESSABLE
    MOTION_UNCHECKED = "motion_unchecked", UNPROCESSABLE
    MOTION_UNLAWFUL = "motion_unlawful", UNPROCESSABLE
    MOTION_WITHOUT_MATTER = "motion_without_matter", UNPROCESSABLE
    STEP_OUT_OF_ORDER = "step_out_of_order", UNPROCESSABLE
    NOT_AT_MEETING = "not_at_meeting", FORBIDDEN
    NOT_OF_THE_MEETING = "not_of_the_meeting", FORBIDDEN
    HOUSEHOLD_IS_HERE = "household_is_here", FORBIDDEN
    DOOR_CODE_OLD = "door_code_old", UNPROCESSABLE
    ONLINE_NOT_OFFERED = "online_not_offered", FORBIDDEN
    LETTER_MISSING = "letter_missing", UNPROCESSABLE
    QUORUM_MISSING = "quorum_missing"
    QUORUM_REACHED = "quorum_reached"
    ADDED_AFTER_NOTICE = "added_after_notice"
    NOT_A_MOTION = "not_a_motion"
    ITEM_CLOSED = "item_closed"
    ITEM_NOT_CURRENT = "item_not_current"
    AMENDMENT_STANDS = "amendment_stands"
    TEXT_VOTED_ON = "text_voted_on"
    VOTE_IS_OPEN = "vote_is_open"
    VOTE_NOT_DECLARED = "vote_not_declared"
    VOTE_NOT_OPEN = "vote_not_open"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOT_CHAIR = "not_chair", FORBIDDEN
    NOT_CONVENER = "not_convener", FORBIDDEN
    NO_LETTERS_FOR_SEATS = "no_letters_for_seats", FORBIDDEN
    TOO_LATE_TO_ADD = "too_late_to_add"
    TOO_EARLY_TO_OPEN = "too_early_to_open"
    EARLIER_THAN_CALLED = "earlier_than_called", UNPROCESSABLE
    NOTHING_CHANGES = "nothing_changes", UNPROCESSABLE
    NUMBERS_NOT_HERE = "numbers_not_here", UNPROCESSABLE
    VOTE_OF_MEETING = "vote_of_meeting"
    ON_AN_AGENDA = "on_an_agenda"
    MOTION_REVISED = "motion_revised"
    SCAN_FIRST = "scan_first", FORBIDDEN
    HELD_BY_LETTER = "held_by_letter", FORBIDDEN
    PETITION_NOT_REACHED = "petition_not_reached"
    HOLDER_TOO_YOUNG = "holder_too_young", UNPROCESSABLE
    AGENDA_FULL = "agenda_full", UNPROCESSABLE
    CHAIR_NOT_CALLED = "chair_not_called", UNPROCESSABLE
    CHAIR_NAMES_ITSELF = "chair_names_itself", FORBIDDEN
    DECIDED_HERE = "decided_here"
    DECIDED_ELSEWHERE_NOW = "decided_elsewhere_now"
    KEY_USED = "key_used"
    PETITION_ENDED = "petition_ended"
    NOT_A_SIGNER = "not_a_signer", FORBIDDEN
    POSTING_ENDED = "posting_ended"
    RESULT_NOT_READY = "result_not_ready"
    # mediation cases
    CASE_OTHER_PART = "case_other_part", FORBIDDEN
    CASE_OTHER_STATE = "case_other_state"
    CASE_CONSENT_MISSING = "case_consent_missing"
    CASE_NOT_CONFIRMED = "case_not_confirmed"
    CASE_IS_CONFIRMED = "case_is_confirmed"
    CASE_NOT_IN_COURT = "case_not_in_court"
    CASE_COURT_SILENT = "case_court_silent"
    CASE_AGREEMENT_VOID = "case_agreement_void"
    CASE_SAY_WHETHER_CONFIRMABLE = "case_say_whether_confirmable", UNPROCESSABLE
    CASE_FINDING_OPEN = "case_finding_open", UNPROCESSABLE
    CASE_STILL_OWED = "case_still_owed", UNPROCESSABLE
    CASE_NO_SUM = "case_no_sum", UNPROCESSABLE
    CASE_TOO_MUCH_PAID = "case_too_much_paid", UNPROCESSABLE
    CASE_NOT_OWED_TO = "case_not_owed_to", UNPROCESSABLE
    CASE_PRIVATE_MATTER = "case_private_matter"
    CASE_SENT_ALREADY = "case_sent_already"
    CASE_PAPERS_MISSING = "case_papers_missing", UNPROCESSABLE
    CASE_TIME_EXPIRED = "case_time_expired"
    CASE_TIME_RUNS = "case_time_runs"
    CASE_MUST_BE_WRITTEN = "case_must_be_written", UNPROCESSABLE
    CASE_NOT_DUE = "case_not_due"
    CASE_CANNOT_BE_CONFIRMED = "case_cannot_be_confirmed"
    CASE_CONFIRMATION_LATE = "case_confirmation_late"
    CASE_BOTH_MUST_AGREE = "case_both_must_agree", UNPROCESSABLE
    CASE_TALK_HOW = "case_talk_how", UNPROCESSABLE
    CASE_DANGER_UNSAID = "case_danger_unsaid", UNPROCESSABLE
    CASE_AGENT_OF_WHOM = "case_agent_of_whom", UNPROCESSABLE
    CASE_RECEIPT_MISSING = "case_receipt_missing"
    CASE_ROW_DONE = "case_row_done"
    CASE_OTHER_SIDE_SAYS = "case_other_side_says", FORBIDDEN
    CASE_MEDIATOR_IS_PARTY = "case_mediator_is_party", UNPROCESSABLE
    CASE_NOT_THE_AGENT = "case_not_the_agent", FORBIDDEN
    CASE_NOT_A_DRAFT = "case_not_a_draft"
    CASE_PARTY_THERE = "case_party_there", UNPROCESSABLE
    CASE_NAME_THERE = "case_name_there", UNPROCESSABLE
    CASE_OTHER_SIDE_MISSING = "case_other_side_missing"
    CASE_BEFORE_STEP = "case_before_step", UNPROCESSABLE
    CASE_EXTENDED_FAR = "case_extended_far", UNPROCESSABLE
    CASE_LATER_STEP = "case_later_step"
    CASE_WORDS_SIGNED = "case_words_signed"
    CASE_OWN_WORDS = "case_own_words", FORBIDDEN
    CASE_CORRECTION_WAITS = "case_correction_waits"
    CASE_CORRECTED_OTHERWISE = "case_corrected_otherwise"
    CASE_NOT_STRUCK = "case_not_struck"
    CASE_SECOND_PERSON = "case_second_person", FORBIDDEN
    CASE_DUE_BEFORE_AGREED = "case_due_before_agreed", UNPROCESSABLE
    CASE_NOT_IN_HOUSEHOLD = "case_not_in_household", UNPROCESSABLE
    CASE_NOTHING_NEW = "case_nothing_new", UNPROCESSABLE
    CASE_NOT_SURE = "case_not_sure", UNPROCESSABLE
    CASE_PARTY_LEFT = "case_party_left"
    CASE_REPRESENTATIVE_MISSING = "case_representative_missing", UNPROCESSABLE
    CASE_REPRESENTATIVE_ACTS = "case_representative_acts", FORBIDDEN
    CASE_REPRESENTATIVE_OTHER_SIDE = "case_representative_other_side", UNPROCESSABLE
    CASE_REPRESENTATIVE_MINOR = "case_representative_minor", UNPROCESSABLE
    CASE_PARTY_ACTS_ALONE = "case_party_acts_alone", UNPROCESSABLE
    CASE_PARTY_IS_BODY = "case_party_is_body", UNPROCESSABLE
    CASE_OWN_INCOME_AGE = "case_own_income_age", UNPROCESSABLE
    CASE_COURT_FINDS_CAPACITY = "case_court_finds_capacity", UNPROCESSABLE
    CASE_PROOF_MISSING = "case_proof_missing", UNPROCESSABLE
    CASE_ONE_SIDE_CHOOSES = "case_one_side_chooses", UNPROCESSABLE
    CASE_REPORT_RUNS = "case_report_runs", CONFLICT
    CASE_HEAD_NAMES = "case_head_names"
    CASE_MEDIATOR_CLOSE = "case_mediator_close", UNPROCESSABLE
    CASE_LINE_NOT_ON_ROLL = "case_line_not_on_roll", UNPROCESSABLE
    CASE_NAMES_IN_IT = "case_names_in_it", UNPROCESSABLE


LOGGED = frozenset(
    {
        Reason.HELPER_IS_AUTHOR,
        Reason.HELPER_IS_VOTER,
        Reason.HELPER_HELPED_ENOUGH,
        Reason.WITNESS_IS_ANOTHER,
        Reason.WITNESS_OF_HELPERS_HOUSE,
        Reason.COUNTER_IS_AUTHOR,
        Reason.ENTERED_ALREADY,
        Reason.NOT_A_COUNTER,
        Reason.COUNTERS_OF_ONE_HOUSE,
        Reason.SHEET_ENTERED_AT_HOME,
        Reason.MORE_THAN_MARKED,
        Reason.TWO_WORKERS,
        Reason.SAME_PERSON,
        Reason.SAME_OFFICE,
        Reason.SAME_HOUSE,
        Reason.OWN_RIGHT,
        Reason.OWN_MATTER,
        Reason.OFFICES_CLASH,
        Reason.KIN_CLASH,
        Reason.TAKES_TWO_OFFICERS,
        Reason.ANOTHER_MATTER_BY_TWO,
    }
)
"""Attempts that stand in the audit log: somebody tried to do alone what takes two, or what the rule keeps from them."""


class Refused(Exception):
    """Refuse an act for a reason of the domain; `facts` fill the sentence (numbers, dates, names)."""

    def __init__(self, reason: Reason, **facts: object) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.facts = facts
