"""What a group's robot says of a public notice: in the default language, with the address of the notice."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from consult import clock
from consult.config import current_config
from consult.domain import languages
from consult.domain.board.notices import ENDED
from consult.domain.languages import N_
from consult.domain.meetings.meetings import MeetingChangeKind
from consult.domain.polls.polls import Standing
from consult.web import filters, i18n

SENTENCES: dict[str, str] = {
    "poll_announced": N_("A vote is announced: %(title)s. It closes on %(when)s."),
    "poll_declared": N_("The result is posted: %(title)s."),
    "poll_extended": N_("Voting goes on longer: %(title)s. It now closes on %(when)s."),
    "poll_cancelled": N_("The vote is cancelled: %(title)s."),
    "poll_annulled": N_("The vote is annulled: %(title)s."),
    "meeting_called": N_("A meeting is called: %(title)s. It begins on %(when)s."),
    "meeting_changed": N_("The meeting is moved: %(title)s. It now begins on %(when)s."),
    "meeting_cancelled": N_("This meeting is called off: %(title)s."),
    "agenda_added": N_("The agenda of this meeting has another item: %(title)s. It begins on %(when)s."),
    "meeting_results": N_("The results of this meeting are posted: %(title)s."),
    "log_head": N_(
        "Check digits of the village's records, %(when)s: %(digits)s. Keep this message: by it a change is found."
    ),
    "result_posted": N_("What became of it is posted: %(title)s."),
}


OF_OPINIONS: dict[str, str] = {
    "poll_announced": N_("Your opinion is asked: %(title)s. Until %(when)s; nothing is decided by it."),
    "poll_declared": N_("What people think is posted: %(title)s. Nothing is decided by it."),
    "poll_extended": N_("Opinions are asked for longer: %(title)s. Now until %(when)s."),
    "poll_cancelled": N_("Opinions are not asked for any more: %(title)s."),
    "poll_annulled": N_("The collected opinions are annulled: %(title)s."),
}
"""Of a vote that only advises."""
OF_DAYS: dict[tuple[str, str], str] = {
    ("meeting_changed", MeetingChangeKind.ADJOURNED): N_(
        "The meeting was broken off: %(title)s. It goes on on %(when)s."
    ),
    ("meeting_cancelled", ENDED): N_("The meeting is over: %(title)s. It does not go on on %(when)s."),
}
"""Of the days of a meeting that was adjourned, by what the notice tells of."""


def text_of(template: str, facts: dict[str, Any]) -> str:
    """Return one or two sentences and an address. Nothing personal is in the facts."""
    config = current_config()
    closes = datetime.fromisoformat(facts["closes_at"]).astimezone(ZoneInfo(facts["timezone"]))
    sentences = OF_OPINIONS if facts.get("standing") == Standing.ADVISORY else SENTENCES
    said_of = OF_DAYS.get((template, facts.get("kind", "")), sentences[template])
    words = i18n.catalogue(i18n.default()).ugettext(said_of)
    row = i18n.default()
    pattern = languages.with_year(row.day) if closes.year != clock.now().astimezone(closes.tzinfo).year else row.day
    when = f"{format_date(closes, pattern, locale=row.babel)} {filters.time_in_words(closes, row)}"
    said = words % {"title": facts["title"], "when": when, "digits": facts.get("digits", "")}
    return f"{said}\n{config.public_url}{facts['path']}" if config.public_url and facts["path"] else said
