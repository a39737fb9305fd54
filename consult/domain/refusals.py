"""Why an act was refused. The domain names the rule; web/wording.py has the sentence."""

from enum import StrEnum


class Reason(StrEnum):
    """Each member is one rule that said no."""

    # who you are
    NOT_SIGNED_IN = "not_signed_in"
    NO_SUCH_OFFICE = "no_such_office"
    OTHER_VILLAGE = "other_village"
    NOT_A_PHONE = "not_a_phone"
    WAIT_FOR_CODE = "wait_for_code"
    SHORT_CODE = "short_code"
    WRONG_CODE = "wrong_code"
    NOT_SHARING = "not_sharing"
    NO_SUCH_CARD = "no_such_card"
    NO_SUCH_HOUSEHOLD = "no_such_household"
    CARD_CLAIMED = "card_claimed"
    WEAK_PIN = "weak_pin"
    WRONG_PIN = "wrong_pin"
    WAIT_FOR_PIN = "wait_for_pin"
    NOT_ON_THE_ROLL_NOW = "not_on_the_roll_now"
    # voting
    NOT_ON_ROLL = "not_on_roll"
    TOO_YOUNG = "too_young"
    NOT_REPRESENTATIVE = "not_representative"
    HOUSEHOLD_HAS_VOTED = "household_has_voted"
    POLL_NOT_OPEN_YET = "poll_not_open_yet"
    POLL_CLOSED = "poll_closed"
    OTHER_CHANNEL = "other_channel"
    NOT_A_CHOICE = "not_a_choice"
    TOO_MANY_CHOICES = "too_many_choices"
    KEY_USED_DIFFERENTLY = "key_used_differently"
    NOT_IN_HOUSEHOLD = "not_in_household"
    ALREADY_VOTED_SECRETLY = "already_voted_secretly"
    # other ways of voting
    NO_SUCH_NUMBER = "no_such_number"
    CHANNEL_NOT_OFFERED = "channel_not_offered"
    HELPER_IS_AUTHOR = "helper_is_author"
    HELPER_IS_VOTER = "helper_is_voter"
    HELPER_HELPED_ENOUGH = "helper_helped_enough"
    WITNESS_IS_ANOTHER = "witness_is_another"
    VOTED_ANOTHER_WAY = "voted_another_way"
    NO_PROXY_FOR_HOUSEHOLDS = "no_proxy_for_households"
    PROXY_OF_ANOTHER = "proxy_of_another"
    ONE_PROXY_EACH = "one_proxy_each"
    NOTHING_TO_CONTEST = "nothing_to_contest"
    # counting and changing
    COUNTER_IS_AUTHOR = "counter_is_author"
    ENTERED_ALREADY = "entered_already"
    SHEET_CONFIRMED = "sheet_confirmed"
    SHEETS_OPEN = "sheets_open"
    SHEETS_MISSING = "sheets_missing"
    MORE_THAN_MARKED = "more_than_marked"
    COUNTED_ALREADY = "counted_already"
    NOT_COUNTED_YET = "not_counted_yet"
    TWO_WORKERS = "two_workers"
    SAME_PERSON = "same_person"
    SAME_OFFICE = "same_office"
    POLL_CANCELLED = "poll_cancelled"
    EXTENDED_ALREADY = "extended_already"
    NOT_LATER = "not_later"
    ON_ROLL_ALREADY = "on_roll_already"
    NO_SEAT = "no_seat"
    FROZEN_BEFORE_BUNDLES = "frozen_before_bundles"
    READ_ONLY = "read_only"
    # running a poll
    ALREADY_ANNOUNCED = "already_announced"
    NOT_ANNOUNCED = "not_announced"
    NOTICE_TOO_SHORT = "notice_too_short"
    CLOSES_BEFORE_OPENING = "closes_before_opening"
    OPENS_IN_THE_PAST = "opens_in_the_past"
    TOO_FEW_OPTIONS = "too_few_options"
    BODY_NEEDS_GROUP = "body_needs_group"
    BODY_IS_VILLAGE_WIDE = "body_is_village_wide"
    ROLL_IS_EMPTY = "roll_is_empty"
    NO_FORMAL_BASIS = "no_formal_basis"
    NOT_CLOSED_YET = "not_closed_yet"
    ALREADY_DECLARED = "already_declared"
    # talking
    PHASE_CLOSED = "phase_closed"
    CONSULTATION_ENDED = "consultation_ended"
    PRIVATE_NUMBER = "private_number"
    NOT_PROPOSER = "not_proposer"
    TEXT_FROZEN = "text_frozen"
    REVISED_MEANWHILE = "revised_meanwhile"
    NO_WAY_THERE = "no_way_there"
    NOTHING_TO_CARRY_OUT = "nothing_to_carry_out"
    ONLY_INTO_ANOTHER = "only_into_another"
    NOT_THE_AUTHOR = "not_the_author"
    HIDER_CANNOT_DECIDE = "hider_cannot_decide"
    NOTHING_HIDDEN = "nothing_hidden"
    APPEALED_ALREADY = "appealed_already"
    NO_APPEAL = "no_appeal"
    # carrying out
    NOT_TASK_OWNER = "not_task_owner"
    OWNER_CANNOT_ACCEPT = "owner_cannot_accept"
    WORK_NOT_DONE = "work_not_done"
    WORK_ACCEPTED = "work_accepted"
    # meetings
    MEETING_CALLED = "meeting_called"
    MEETING_NOT_CALLED = "meeting_not_called"
    MEETING_NOT_OPEN = "meeting_not_open"
    MEETING_OPENED = "meeting_opened"
    MEETING_CLOSED = "meeting_closed"
    MEETING_GOES_ON = "meeting_goes_on"
    MEETING_CANCELLED = "meeting_cancelled"
    NO_AGENDA = "no_agenda"
    OTHER_BODY_DECIDES = "other_body_decides"
    NEEDS_AUTHORISATION = "needs_authorisation"
    NO_PARTY_STUDY = "no_party_study"
    MOTION_UNCHECKED = "motion_unchecked"
    MOTION_UNLAWFUL = "motion_unlawful"
    MOTION_WITHOUT_MATTER = "motion_without_matter"
    STEP_OUT_OF_ORDER = "step_out_of_order"
    NOT_AT_MEETING = "not_at_meeting"
    NOT_OF_THE_MEETING = "not_of_the_meeting"
    HOUSEHOLD_IS_HERE = "household_is_here"
    DOOR_CODE_OLD = "door_code_old"
    ONLINE_NOT_OFFERED = "online_not_offered"
    LETTER_MISSING = "letter_missing"
    QUORUM_MISSING = "quorum_missing"
    ADDED_AFTER_NOTICE = "added_after_notice"
    NOT_A_MOTION = "not_a_motion"
    ITEM_CLOSED = "item_closed"
    ITEM_NOT_CURRENT = "item_not_current"
    VOTE_IS_OPEN = "vote_is_open"
    VOTE_NOT_DECLARED = "vote_not_declared"
    VOTE_NOT_OPEN = "vote_not_open"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOT_CHAIR = "not_chair"
    PETITION_ENDED = "petition_ended"
    NOT_A_SIGNER = "not_a_signer"
    POSTING_ENDED = "posting_ended"
    RESULT_NOT_READY = "result_not_ready"


LOGGED = frozenset(
    {
        Reason.HELPER_IS_AUTHOR, Reason.HELPER_IS_VOTER, Reason.HELPER_HELPED_ENOUGH, Reason.WITNESS_IS_ANOTHER,
        Reason.COUNTER_IS_AUTHOR, Reason.ENTERED_ALREADY, Reason.MORE_THAN_MARKED, Reason.TWO_WORKERS,
        Reason.SAME_PERSON, Reason.SAME_OFFICE,
    }
)  # fmt: skip
"""Attempts that stand in the audit log: somebody tried to do alone what takes two, or what the rule keeps from them."""


class Refused(Exception):
    """An act was refused for a reason of the domain; `facts` fill the sentence (numbers, dates, names)."""

    def __init__(self, reason: Reason, **facts: object) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.facts = facts
