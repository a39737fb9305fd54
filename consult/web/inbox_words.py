"""A line of the inbox: its sentence in the reader's language, and the page it leads to."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.models import Notification
from consult.web import filters, talk_terms, terms

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
    "hidden": _l("Words of yours were hidden. Here you see why, and can appeal."),
    "restored": _l("Your words are shown again."),
    "appeal_refused": _l("Somebody else looked at your appeal; the words stay hidden. Here you see why."),
}


def line(notification: Notification) -> tuple[str, str]:
    """Sentence and address."""
    kind = str(notification.facts.get("kind", notification.event))
    return str(SENTENCES[kind]) % _facts(notification.facts), _address(kind, notification)


def _facts(facts: dict[str, Any]) -> dict[str, str]:
    """The facts as words. One that an older line lacks is an empty word, not an error."""
    words = dict.fromkeys(("title", "when", "outcome", "state", "change"), "") | {k: str(v) for k, v in facts.items()}
    if "closes_at" in facts:
        instant = datetime.fromisoformat(facts["closes_at"])
        words["when"] = f"{filters.day(instant)} {filters.clock_time(instant)}"
    if facts.get("outcome"):
        words["outcome"] = terms.outcome(facts["outcome"])
    if facts.get("change"):
        words["change"] = terms.change(facts["change"])
    if facts.get("state"):
        words["state"] = talk_terms.answer_state(facts["state"])
    return words


def _address(kind: str, notification: Notification) -> str:
    row_id = notification.subject.rpartition(":")[2]
    by_subject: dict[str, Callable[[], str]] = {
        "poll": lambda: url_for("polls.show", poll_id=int(row_id)),
        "comment": lambda: url_for(
            "comments.show", comment_id=notification.facts["comment"], _anchor=f"comment-{row_id}"
        ),
    }
    if "poll" in notification.facts:
        return url_for("polls.show", poll_id=int(notification.facts["poll"]))
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
