"""What a group's robot says of a public notice: in the default language, with the address of the notice."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from consult.config import current_config
from consult.domain.languages import N_
from consult.web import i18n

SENTENCES: dict[str, str] = {
    "poll_announced": N_("A vote is announced: %(title)s. It closes on %(when)s."),
    "poll_declared": N_("The result is posted: %(title)s."),
    "poll_extended": N_("Voting goes on longer: %(title)s. It now closes on %(when)s."),
    "poll_cancelled": N_("The vote is cancelled: %(title)s."),
    "meeting_called": N_("A meeting is called: %(title)s. It begins on %(when)s."),
    "meeting_changed": N_("The meeting is moved: %(title)s. It now begins on %(when)s."),
    "meeting_cancelled": N_("This meeting is called off: %(title)s."),
    "log_head": N_(
        "Check digits of the village's records, %(when)s: %(digits)s. Keep this message: by it a change is found."
    ),
    "result_posted": N_("What became of it is posted: %(title)s."),
}


def text_of(template: str, facts: dict[str, Any]) -> str:
    """Return one or two sentences and an address. Nothing personal is in the facts."""
    config = current_config()
    closes = datetime.fromisoformat(facts["closes_at"]).astimezone(ZoneInfo(facts["timezone"]))
    words = i18n.catalogue(i18n.default()).ugettext(SENTENCES[template])
    when = f"{closes.month}-{closes.day} {closes:%H:%M}"
    said = words % {"title": facts["title"], "when": when, "digits": facts.get("digits", "")}
    return f"{said}\n{config.public_url}{facts['path']}" if config.public_url and facts["path"] else said
