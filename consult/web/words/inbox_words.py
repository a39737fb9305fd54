"""A line of the inbox: its sentence in the reader's language, and the page it leads to."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from consult.domain.people.sign_ins import CardLoss
from consult.models import Notification
from consult.web import filters
from consult.web.words import code_words, right_words, talk_words

SENTENCES: dict[str, LazyString] = {
    "vote_announced": _l("A vote is announced: %(title)s."),
    "vote_reminder": _l("You have not voted yet: %(title)s. It closes %(when)s."),
    "vote_changed": _l("A vote was changed: %(title)s: %(change)s."),
    "decided": _l("Decided: %(title)s: %(outcome)s."),
    "work_accepted": _l("Two representatives have accepted the work: %(title)s."),
    "replied": _l("Somebody replied to you: %(title)s."),
    "question_answered": _l("Your question was answered: %(title)s."),
    "official_answer": _l("The council has answered: %(title)s: %(state)s."),
    "suggestion_accepted": _l("Your suggestion was taken up: %(title)s."),
    "revised": _l("The proposal was revised: %(title)s."),
    "withdrawn": _l("The proposer took it back: %(title)s."),
    "merged": _l("It goes on as part of another proposal: %(title)s."),
    "answer_due": _l("Enough villagers stand behind it, and the council owes an answer: %(title)s."),
    "words_reported": _l("Somebody reported words; please look at them."),
    "appeal_made": _l("An author appeals; please decide, since you did not hide the words."),
    "task_given": _l("A task is yours: %(title)s."),
    "work_to_accept": _l("Work is done and waits for two representatives to look at it: %(title)s."),
    "work_sent_back": _l("A representative sends the work back to you: %(title)s."),
    "meeting_called": _l("You are called to a meeting: %(title)s, %(when)s, %(place)s. Say whether you can come."),
    "meeting_reminder": _l("The meeting is soon: %(title)s, %(when)s, %(place)s."),
    "meeting_moved": _l("The meeting was moved: %(title)s, now %(when)s, %(place)s."),
    "meeting_cancelled": _l("The meeting was called off: %(title)s."),
    "petition_reached": _l("Enough have signed; the meeting must be called: %(title)s."),
    "objection_made": _l("Somebody says something against a notice; please answer."),
    "objection_answered": _l("What you said against a notice was answered."),
    "poll_set_aside": _l("A vote does not add up and was set aside; please look: %(title)s."),
    "data_asked": _l("Somebody asks something about their own data; please answer in time."),
    "data_answered": _l("What you asked about your own data was answered."),
    "case_waits": _l("Something waits for you under Mediation."),
    "case_due": _l("A day runs out under Mediation. Please look."),
    "right_waits": _l("A change waits for a second person: %(name)s, %(what)s."),
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
    "factor_reset": _l("Two officers ended your second proof, and you were signed out everywhere. Set up a new one."),
    "hidden": _l("Words of yours were hidden. Here you see why, and can appeal."),
    "restored": _l("Your words are shown again."),
    "appeal_refused": _l("Somebody else looked at your appeal; the words stay hidden. Here you see why."),
}

PAGES = {
    "case_waits": "cases.index",
    "case_due": "cases.index",
    "data_asked": "data_requests.index",
    "data_answered": "own_data.show",
    "factor_reset_asked": "second_factors.show",
    "factor_reset": "second_factors.show",
    "right_waits": "rights.index",
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
}
"""The pages to which lines of these kinds lead, whatever they are about."""


def line(notification: Notification) -> tuple[str, str]:
    """Sentence and address."""
    kind = _kind(notification)
    return str(SENTENCES[kind]) % _facts(notification.facts), _address(kind, notification)


def when(notification: Notification) -> Markup:
    """Return day and hour of a line; of a mediation case only the day, since only the day is kept."""
    told_at = notification.told_at
    return filters.day_mark(told_at) if _kind(notification).startswith("case_") else filters.moment(told_at)


def _kind(notification: Notification) -> str:
    return str(notification.facts.get("kind", notification.event))


def _facts(facts: dict[str, Any]) -> dict[str, str]:
    """Return the facts as words. One that an older line lacks is an empty word, not an error."""
    words = dict.fromkeys(
        ("title", "when", "outcome", "state", "change", "place", "name", "what", "why", "body", "days"), ""
    ) | {k: str(v) for k, v in facts.items()}
    if at := facts.get("closes_at") or facts.get("starts_at"):
        instant = datetime.fromisoformat(at)
        words["when"] = f"{filters.day(instant)} {filters.clock_time(instant)}"
    if facts.get("right"):
        words["what"] = right_words.named(facts["right"], facts.get("role", ""))
    if facts.get("why"):
        words["why"] = str(right_words.LOSSES[CardLoss(facts["why"])])
    if facts.get("body"):
        words["body"] = code_words.body(facts["body"])
    if facts.get("outcome"):
        words["outcome"] = code_words.outcome(facts["outcome"])
    if facts.get("change"):
        words["change"] = code_words.change(facts["change"])
    if facts.get("state"):
        words["state"] = talk_words.answer_state(facts["state"])
    return words


def _address(kind: str, notification: Notification) -> str:
    if kind in PAGES:
        return url_for(PAGES[kind])
    row_id = notification.subject.rpartition(":")[2]
    by_subject: dict[str, Callable[[], str]] = {
        "poll": lambda: url_for("polls.show", poll_id=int(row_id)),
        "comment": lambda: url_for(
            "comments.show", comment_id=notification.facts["comment"], _anchor=f"comment-{row_id}"
        ),
    }
    if "poll" in notification.facts:
        return url_for("polls.show", poll_id=int(notification.facts["poll"]))
    if "meeting" in notification.facts:
        return url_for("meetings.show", meeting_id=notification.facts["meeting"])
    if "petition" in notification.facts:
        return url_for("petitions.show", petition_id=notification.facts["petition"])
    if "notice" in notification.facts:
        return url_for("notices.show", notice_id=notification.facts["notice"])
    found = by_subject.get(notification.subject.partition(":")[0])
    if found is not None:
        return found()
    if "task" in notification.facts:
        return url_for("tasks.show", task_id=notification.facts["task"])
    if "hiding" in notification.facts:
        return url_for("hidings.show", hiding_id=notification.facts["hiding"])
    if kind in ("words_reported", "appeal_made"):
        return url_for("hidings.index")
    return url_for("consultations.show", consultation_id=notification.consultation_id)
