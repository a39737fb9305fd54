"""A line of the inbox: its sentence in the reader's language, and the page it leads to."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.sign_ins import CardLoss
from consult.models import Notification
from consult.web import filters
from consult.web.words import code_words, tagging, talk_words, waiting_words
from consult.web.words.people import right_words

SENTENCES: dict[str, LazyString] = {
    "vote_announced": _l("A vote is announced: %(title)s."),
    "vote_reminder": _l("You have not voted yet: %(title)s. It closes %(when)s."),
    "vote_changed": _l("A vote was changed: %(title)s: %(change)s."),
    "decided": _l("Decided: %(title)s: %(outcome)s."),
    "vote_announced_of_opinions": _l("Your opinion is asked: %(title)s. Nothing is decided by it."),
    "vote_reminder_of_opinions": _l("You have not given your opinion yet: %(title)s. Asked until %(when)s."),
    "vote_changed_of_opinions": _l("The collecting of opinions was changed: %(title)s: %(change)s."),
    "decided_of_opinions": _l("What people think is posted: %(title)s. Nothing is decided by it."),
    "work_accepted": _l("Two representatives have accepted the work: %(title)s."),
    "replied": _l("Somebody replied to you: %(title)s."),
    "question_answered": _l("Your question was answered: %(title)s."),
    "official_answer": _l("The council has answered: %(title)s: %(state)s."),
    "suggestion_accepted": _l("Your suggestion was taken up: %(title)s."),
    "revised": _l("The proposal was revised: %(title)s."),
    "withdrawn": _l("The proposer took it back: %(title)s."),
    "merged": _l("It goes on as part of another proposal: %(title)s."),
    "withdrawn_with_duty": _l(
        "The proposer took it back: %(title)s. The council owes no answer to it now; anybody can raise it anew."
    ),
    "merged_with_name": _l(
        "Your proposal, or one that you stand behind, goes on in: %(title)s. Your name counts there."
    ),
    "merged_with_duty": _l(
        "What you stand behind goes on in: %(title)s. Your name counts there, and the council must answer by %(until)s."
    ),
    "merger_asked": _l("The council asks whether %(title)s is the same as another proposal. Say yes or no here."),
    "merger_confirmed": _l(
        "Two officers want to merge %(title)s into another proposal on %(until)s. If it is not the same, say so here before."
    ),
    "second_merger": _l("Somebody asks to merge a proposal into another: %(title)s. It takes a second person."),
    "merger_declined": _l("The proposer says that it is not the same: %(title)s. It is not merged."),
    "merger_dropped": _l("It is not merged into another after all: %(title)s."),
    "merger_lapsed": _l("The request to merge has lapsed, nobody confirmed it: %(title)s."),
    "answer_extended": _l(
        "The council takes longer for its answer, and says why: %(title)s. It is due by %(until)s now."
    ),
    "overdue_answer": _l("There is no answer yet to %(title)s. It was due by %(until)s."),
    "overdue_objection": _l("There is no answer yet to an objection to a notice. It was due by %(until)s."),
    "overdue_petition": _l(
        "Enough have signed, and the meeting is not called yet: %(title)s. It was due by %(until)s."
    ),
    "overdue_data_request": _l("There is no answer yet to a request about one's own data. It was due by %(until)s."),
    "overdue_appeal": _l("Nobody has decided yet on an appeal about hidden words. It was due by %(until)s."),
    "overdue_report": _l("Nobody has looked yet at words that were reported. It was due by %(until)s."),
    "overdue_contest": _l(
        "Nobody has decided yet on what was said against a vote: %(title)s. It was due by %(until)s. The result waits for it."
    ),
    "overdue_letter": _l(
        "Nobody has looked yet at a letter of proxy: %(title)s. It was due by %(until)s. The count waits for it."
    ),
    "answer_due": _l("Enough villagers stand behind it, and the council owes an answer: %(title)s."),
    "words_reported": _l("Somebody reported words; please look at them."),
    "appeal_made": _l("An author appeals; please decide, since you did not hide the words."),
    "task_given": _l("A task is yours: %(title)s."),
    "work_to_accept": _l("Work is done and waits for two representatives to look at it: %(title)s."),
    "work_sent_back": _l("A representative sends the work back to you: %(title)s."),
    "meeting_called": _l("You are called to a meeting: %(title)s, %(when)s, %(place)s. Say whether you can come."),
    "meeting_reminder": _l("The meeting is soon: %(title)s, %(when)s, %(place)s."),
    "meeting_moved": _l("The meeting was moved: %(title)s, now %(when)s, %(place)s."),
    "meeting_adjourned": _l(
        "The meeting was broken off and goes on: %(title)s, %(when)s, %(place)s. Please come again."
    ),
    "meeting_cancelled": _l("The meeting was called off: %(title)s."),
    "meeting_ended": _l("The meeting is over: %(title)s. It does not go on on %(when)s."),
    "agenda_added": _l("The agenda of a meeting has another item: %(title)s, %(when)s, %(place)s. Please read it."),
    "agenda_added_now": _l("The meeting that is on takes up another item: %(title)s, %(place)s."),
    "petition_reached": _l("Enough have signed; the meeting must be called: %(title)s."),
    "objection_made": _l("Somebody says something against a notice; please answer."),
    "objection_answered": _l("What you said against a notice was answered."),
    "poll_set_aside": _l("A vote does not add up and was set aside; please look: %(title)s."),
    "data_asked": _l("Somebody asks something about their own data; please answer in time."),
    "data_answered": _l("What you asked about your own data was answered."),
    "letter_for_you": _l(
        "%(who)s has voted for you with a letter, %(when)s: %(title)s. If that is not so, say so here, or vote yourself."
    ),
    "letter_accepted": _l("The letter of %(name)s was looked at; the vote that %(who)s gave counts: %(title)s."),
    "letter_refused": _l(
        "The letter of %(name)s was refused; the vote that %(who)s gave does not count: %(title)s. Why: %(why)s"
    ),
    "you_were_helped": _l(
        "%(who)s has filled in your vote, %(when)s; witness: %(witness)s: %(title)s. If that is not so, say so here."
    ),
    "you_were_helped_waits": _l(
        "%(who)s has filled in your vote, %(when)s: %(title)s. It counts once the witness %(witness)s, or you, say yes here. "
        "If it is not so, say so here."
    ),
    "witness_asked": _l(
        "%(who)s filled in the vote of %(name)s, %(when)s, and named you as the witness: %(title)s. Were you there? Say so here."
    ),
    "you_witnessed": _l(
        "You were the witness when %(who)s filled in the vote of %(name)s, %(when)s: %(title)s. If that is not so, say so."
    ),
    "helped_confirmed": _l("The witness %(who)s has said yes; the vote of %(name)s counts: %(title)s."),
    "helped_denied": _l(
        "The witness %(who)s says that it was not so; the vote that was filled in for %(name)s does not count: %(title)s."
    ),
    "helped_unanswered": _l(
        "Neither the witness %(who)s nor the voter said yes before the close: the vote filled in for %(name)s does not count: "
        "%(title)s."
    ),
    "own_vote_counts": _l(
        "%(name)s has voted in person; that vote counts now and the earlier one does not: %(title)s."
    ),
    "you_marked_paper": _l(
        "%(who)s has noted, %(when)s, that you voted on paper: %(title)s. If that is not so, say so here."
    ),
    "you_marked_hands": _l(
        "%(who)s has noted, %(when)s, that you voted by raising your hand: %(title)s. If that is not so, say so here."
    ),
    "you_unmarked": _l("%(who)s has taken back the note that you voted: %(title)s. You have not voted."),
    "you_unmarked_by_two": _l(
        "%(name)s and %(who)s have taken back, after the close, the note that you voted: %(title)s. Why: %(why)s. If you did "
        "vote, tell the village supervisors before the result is declared."
    ),
    "contest_received": _l(
        "We have what you said against a vote: %(title)s. Two officers decide by %(due)s and you are told; before, nothing is "
        "declared."
    ),
    "contest_of_yours": _l(
        "%(name)s says of a vote that you gave or noted that it is not so: %(title)s. Two others decide."
    ),
    "contest_upheld": _l("Decided: what %(name)s said against a vote is right: %(title)s. Why: %(why)s"),
    "contest_in_box": _l(
        "Decided: what %(name)s said against a vote is right, but its paper is in the box, or its hand was counted, and nobody "
        "can tell it from the others. It stays and is named with the result: %(title)s. Why: %(why)s"
    ),
    "contest_lapsed": _l(
        "The result is declared, and no two officers had agreed on what %(name)s said against a vote: %(title)s. "
        "The vote is counted as it was given; the result did not hang on it and names it."
    ),
    "contest_dismissed": _l("Decided: the vote that %(name)s contested stands: %(title)s. Why: %(why)s"),
    "second_letter": _l("A letter of proxy waits for you to look at it: %(title)s."),
    "second_contest": _l("Somebody says of a vote that it is not so; please decide with another officer: %(title)s."),
    "message": _l("You have a message."),
    "case_waits": _l("Something waits for you under Mediation."),
    "case_due": _l("A day runs out under Mediation. Please look."),
    "right_waits": _l("A change waits for you as the second person: %(name)s, %(what)s."),
    "second_poll_change": _l("A change of a vote waits for you as the second person: %(title)s: %(change)s."),
    "second_addition": _l(
        "Somebody is to be added to the roll of a meeting; it waits for you as the second person: %(title)s."
    ),
    "second_rule": _l("A rule of our own waits for you as the second person."),
    "second_clock": _l("An officer says that the clock is right; it waits for you as the second person."),
    "second_sheet": _l("A count sheet was entered once and waits for a second counter: %(title)s."),
    "second_late_marks": _l("Marks after the close wait for you as the second person: %(title)s."),
    "late_marks_dropped": _l("The marks after the close that you asked for were dropped: %(title)s."),
    "late_marks_lapsed": _l(
        "The marks after the close that you asked for lapsed: nobody confirmed them in time: %(title)s."
    ),
    "second_late_undoing": _l("Marks to be undone after the close wait for you as the second person: %(title)s."),
    "late_undoing_dropped": _l("Your request to undo marks after the close was dropped: %(title)s."),
    "late_undoing_lapsed": _l(
        "Your request to undo marks after the close lapsed: nobody confirmed it in time: %(title)s."
    ),
    "second_money": _l("The money of a task waits for you as the second person: %(title)s."),
    "second_further_vote": _l(
        "A ground to vote again on the same matter waits for you as the second person: %(title)s."
    ),
    "further_vote_dropped": _l("The ground to vote again that you stated was dropped: %(title)s."),
    "further_vote_lapsed": _l(
        "The ground to vote again that you stated lapsed: nobody confirmed it in time: %(title)s."
    ),
    "roll_appeal_made": _l(
        "Somebody says that they are missing on the roll of a vote: %(title)s. Please answer in time."
    ),
    "roll_appeal_more": _l("One more person says that they are missing on the roll of a vote: %(title)s."),
    "second_roll_refusal": _l("The refusal of an appeal about the roll waits for you as the second person: %(title)s."),
    "roll_appeal_refused": _l(
        "Your appeal about the roll of a vote was refused: %(title)s. The reason stands on its page."
    ),
    "poll_change_dropped": _l("The change of a vote that you asked for was dropped: %(title)s: %(change)s."),
    "poll_change_lapsed": _l(
        "The change of a vote that you asked for lapsed: nobody confirmed it in time: %(title)s: %(change)s."
    ),
    "addition_lapsed": _l(
        "The addition to the roll of a meeting that you asked for lapsed: nobody confirmed it in time: %(title)s."
    ),
    "rule_dropped": _l("The rule of our own that you asked for was dropped."),
    "rule_lapsed": _l("The rule of our own that you asked for lapsed: nobody confirmed it in time."),
    "second_answer": _l("An answer of the council waits for you as the second person: %(title)s."),
    "second_move": _l("A proposal is to go to another stage; it waits for you as the second person: %(title)s."),
    "second_objection": _l("An answer to what somebody says against a notice waits for you as the second person."),
    "second_extension": _l("A later day for the council's answer waits for you as the second person: %(title)s."),
    "second_endorsement_rule": _l("The rule when the council must answer waits for you as the second person."),
    "council_dropped": _l("What you asked for in the council's name was dropped: %(title)s"),
    "council_lapsed": _l("What you asked for in the council's name lapsed: nobody confirmed it in time: %(title)s"),
    "deliberations_begin": _l("It was accepted and costs money: begin the four deliberations: %(title)s."),
    "task_change_dropped": _l("The money that you asked for was dropped: %(title)s."),
    "task_change_lapsed": _l("The money that you asked for lapsed: nobody confirmed it in time: %(title)s."),
    "task_corrected": _l("A task was corrected: %(title)s. Look at who is in charge, the day and the budget."),
    "task_withdrawn": _l("A task of yours was withdrawn: %(title)s. You need not do it."),
    "office_asked": _l("Somebody asks for a change of your office: %(what)s. It takes a second person."),
    "office_in_force": _l("It holds: %(name)s, %(what)s."),
    "office_ended": _l("It was dropped: %(name)s, %(what)s."),
    "way_asked": _l("%(name)s: %(what)s. It was asked for and waits. If that was not you, say so here."),
    "way_in_force": _l("%(name)s: %(what)s. It holds now. If that was not you, say so here."),
    "way_ended": _l("%(name)s: %(what)s. It was stopped."),
    "office_lapsed": _l(
        "%(name)s, %(what)s: nobody confirmed it in time, so it lapsed. Ask again if it is still wanted."
    ),
    "way_lapsed": _l(
        "%(name)s: %(what)s. It lapsed: nobody confirmed it in time, or it cannot be done any more. Nothing changed."
    ),
    "card_claimed": _l("A household card is in use now, by %(name)s. If that was not you, say so here."),
    "card_made": _l("A household card was made for your house. If nobody brings it to you, ask the village office."),
    "card_withdrawn": _l("A household card of your house was withdrawn and opens nothing any more."),
    "card_tried": _l(
        "Somebody typed wrong PINs at a household card of your house, and was not let in. Perhaps they have a photo of "
        "it: if that was none of you, the village office makes another card."
    ),
    "factor_tried": _l(
        "Somebody who got past your PIN or code gave wrong second proofs. If that was not you: tell the office."
    ),
    "card_withdrawn_by_office": _l(
        "An officer withdrew the household card of %(name)s: %(why)s. If that is wrong, bring it back here within %(days)s days."
    ),
    "card_withdrawn_seen": _l("An officer withdrew the household card of %(name)s: %(why)s."),
    "card_brought_back": _l("Somebody of your house brought back the household card of %(name)s. It opens again."),
    "card_brought_back_seen": _l(
        "The house brought back the household card of %(name)s, which an officer had withdrawn."
    ),
    "basis_asked": _l("Somebody asks for another source of formal phone votes: %(body)s. It takes a second person."),
    "basis_in_force": _l("Two officers decided whether phone votes are formal: %(body)s."),
    "basis_dropped": _l("Your request about formal phone votes was dropped: %(body)s."),
    "basis_lapsed": _l("Your request about formal phone votes lapsed, since nobody confirmed it in time: %(body)s."),
    "factor_lapsed": _l("A request about second proofs lapsed, since nobody confirmed it in time."),
    "factor_reset_others_asked": _l("Somebody asks to end the second proof of %(name)s. It takes a second person."),
    "factor_reset_others_in_force": _l("Two officers ended the second proof of %(name)s."),
    "factor_require_asked": _l("Somebody asks that officers need a second proof. It takes a second person."),
    "factor_require_in_force": _l(
        "Those who keep the roll, the records and the cases need a second proof from now on. Set one up."
    ),
    "factor_release_asked": _l("Somebody asks that officers need no second proof any more. It takes a second person."),
    "factor_release_in_force": _l("Officers need no second proof any more: two officers decided it."),
    "number_first": _l("%(name)s can sign in by phone now. If that number is not yours, tell the clerk."),
    "factor_reset_asked": _l(
        "Somebody asked to end your second proof because it is lost. If it is not: tell the office."
    ),
    "speaker_chosen": _l(
        "%(name)s speaks for your household now. If the household does not want that, choose anew here."
    ),
    "speaker_now": _l(
        "%(name)s speaks for your household now, also in votes that run. If the household wants somebody else, choose here."
    ),
    "roll_touched": _l("The roll changed while a vote runs: No. %(number)s, %(title)s. Its page says who votes now."),
    "factor_reset": _l("Two officers ended your second proof, and you were signed out everywhere. Set up a new one."),
    "hidden": _l("Words of yours were hidden. Here you see why, and can appeal."),
    "restored": _l("Your words are shown again."),
    "appeal_refused": _l("Somebody else looked at your appeal; the words stay hidden. Here you see why."),
}

PAGES = {
    "message": "cases.index",
    "case_waits": "cases.index",
    "case_due": "cases.index",
    "data_asked": "data_requests.index",
    "data_answered": "own_data.show",
    "factor_reset_asked": "second_factors.show",
    "factor_reset": "second_factors.show",
    "right_waits": "rights.index",
    "rule_dropped": "own_rules.index",
    "rule_lapsed": "own_rules.index",
    "council_dropped": "council_requests.index",
    "council_lapsed": "council_requests.index",
    "office_asked": "ways_in.show",
    "office_in_force": "grants.board",
    "office_ended": "grants.board",
    "way_asked": "ways_in.show",
    "way_in_force": "ways_in.show",
    "way_ended": "ways_in.show",
    "office_lapsed": "grants.board",
    "way_lapsed": "ways_in.show",
    "card_withdrawn_by_office": "ways_in.show",
    "card_withdrawn_seen": "rights.index",
    "card_brought_back": "ways_in.show",
    "card_brought_back_seen": "rights.index",
    "basis_asked": "standings.index",
    "basis_in_force": "standings.index",
    "basis_dropped": "standings.index",
    "basis_lapsed": "standings.index",
    "factor_lapsed": "second_factors.show",
    "factor_reset_others_asked": "second_factors.changes",
    "factor_reset_others_in_force": "second_factors.changes",
    "factor_require_asked": "second_factors.show",
    "factor_require_in_force": "second_factors.show",
    "factor_release_asked": "second_factors.show",
    "factor_release_in_force": "second_factors.show",
    "card_claimed": "ways_in.show",
    "card_made": "ways_in.show",
    "card_withdrawn": "ways_in.show",
    "card_tried": "ways_in.show",
    "factor_tried": "second_factors.show",
    "number_first": "ways_in.show",
    "speaker_chosen": "representatives.show",
    "speaker_now": "representatives.show",
}
"""The pages to which lines of these kinds lead, whatever they are about."""


NAMED = (
    *("title", "when", "outcome", "state", "change", "place", "name", "what", "why", "body", "days", "number"),
    *("who", "witness", "due", "until"),
)
"""What sentences may name."""
WRITTEN = ("title", "place", "why")
"""What of it somebody typed; names of people are read in the voice of the page."""


BY_FACT = (
    ("poll", "polls.show", "poll_id"),
    ("contests", "contests.index", "poll_id"),
    ("letters", "letters.index", "poll_id"),
    ("matter", "further_votes.index", "consultation_id"),
    ("meeting", "meetings.show", "meeting_id"),
    ("petition", "petitions.show", "petition_id"),
    ("notice", "notices.show", "notice_id"),
    ("task", "tasks.show", "task_id"),
    ("hiding", "hidings.show", "hiding_id"),
)
"""The page to which a line leads that has this fact: its endpoint, and the argument that names the row."""
OVERDUE_PAGES = {
    "overdue_data_request": ("own_data.show", "home.waiting"),
    "overdue_appeal": ("notifications.index", "hidings.index"),
    "overdue_report": ("home.show", "hidings.index"),
}
"""Where a line about what is late leads: who waits for it, and those who owe it or watch over it."""


def line(notification: Notification) -> tuple[Markup, str]:
    """Return the sentence, with the language of what people wrote in it, and the address."""
    kind, facts = _kind(notification), notification.facts
    if waits := facts.get("waits"):
        address = waiting_words.address_of_line(waits, notification.subject, facts)
    else:
        address = _address(kind, notification)
    said = _facts(facts)
    return escape(str(SENTENCES[kind])) % (
        said | {name: tagging.tagged(said[name]) for name in WRITTEN if said[name]}
    ), address


def when(notification: Notification) -> Markup:
    """Return day and hour of a line; of a mediation case only the day, since only the day is kept."""
    told_at = notification.told_at
    return filters.day_mark(told_at) if _kind(notification).startswith("case_") else filters.moment(told_at)


def _kind(notification: Notification) -> str:
    return str(notification.facts.get("kind", notification.event))


def _facts(facts: dict[str, Any]) -> dict[str, str]:
    """Return the facts as words. One that an older line lacks is an empty word, not an error."""
    words = dict.fromkeys(NAMED, "") | {k: str(v) for k, v in facts.items()}
    if at := facts.get("closes_at") or facts.get("starts_at") or facts.get("at"):
        words["when"] = _instant(at)
    if facts.get("right"):
        words["what"] = right_words.named(facts["right"], facts.get("role", ""))
    if facts.get("why") and "vote" not in facts:
        words["why"] = str(right_words.LOSSES[CardLoss(facts["why"])])
    for name, named in NAMED_BY_CODE.items():
        if facts.get(name):
            words[name] = named(facts[name])
    if facts.get("until") and facts.get("change"):  # a vote that goes on longer
        words["change"] = gettext("%(what)s, until %(when)s", what=words["change"], when=_instant(facts["until"]))
    return words


def _instant(text: str) -> str:
    instant = datetime.fromisoformat(text)
    return f"{filters.day(instant)} {filters.clock_time(instant)}"


def _day(text: str) -> str:
    """Return a day as people read it; of an instant that of its date."""
    return filters.day(date.fromisoformat(text.partition("T")[0]))


NAMED_BY_CODE: dict[str, Callable[[str], str]] = {
    "body": code_words.body,
    "outcome": code_words.outcome,
    "change": code_words.change,
    "state": talk_words.answer_state,
    "due": _day,
    "until": _day,
}
"""Facts that are codes or days, and how each is said."""


def _address(kind: str, notification: Notification) -> str:
    if kind in PAGES or "vote" in notification.facts:
        page, vote = PAGES.get(kind, "acts_on_votes.show"), notification.facts.get("vote")
        return url_for(page) if vote is None else url_for(page, poll_id=int(vote))
    if kind in OVERDUE_PAGES:
        mine, watched = OVERDUE_PAGES[kind]
        return url_for(mine if notification.event is NotificationEvent.CHANGED else watched)
    if kind in ("words_reported", "appeal_made"):
        return url_for("hidings.index")
    facts, about = notification.facts, notification.subject.partition(":")[0]
    row_id = notification.subject.rpartition(":")[2]
    if about in ("merger_asked", "merger_confirmed"):
        return url_for("mergers.show", request_id=int(row_id))
    if about == "poll":
        return url_for("polls.show", poll_id=int(row_id))
    if about == "comment":
        return url_for("comments.show", comment_id=facts["comment"], _anchor=f"comment-{row_id}")
    for fact, endpoint, name in BY_FACT:
        if fact in facts:
            where: dict[str, Any] = {name: int(facts[fact])}
            return url_for(endpoint, **where)
    page = "four_deliberations.show" if kind == "deliberations_begin" else "consultations.show"
    return url_for(page, consultation_id=notification.consultation_id)
