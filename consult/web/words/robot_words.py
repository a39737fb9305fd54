"""What a group's robot says of a public notice: in Mandarin, with the address of the notice."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.config import Config
from consult.web import i18n

SENTENCES: dict[str, LazyString] = {
    "poll_announced": _l("A vote is announced: %(title)s. It closes on %(when)s."),
    "poll_declared": _l("The result is posted: %(title)s."),
    "poll_extended": _l("Voting goes on longer: %(title)s. It now closes on %(when)s."),
    "poll_cancelled": _l("The vote is cancelled: %(title)s."),
    "meeting_called": _l("A meeting is called: %(title)s. It begins on %(when)s."),
    "meeting_changed": _l("The meeting is moved: %(title)s. It now begins on %(when)s."),
    "meeting_cancelled": _l("This meeting is called off: %(title)s."),
    "result_posted": _l("What became of it is posted: %(title)s."),
}


def text_of(template: str, facts: dict[str, Any]) -> str:
    """One or two sentences and an address. Nothing personal is in the facts."""
    config: Config = current_app.config["CONSULT"]
    closes = datetime.fromisoformat(facts["closes_at"]).astimezone(ZoneInfo(facts["timezone"]))
    words = i18n.catalogue(i18n.DEFAULT).ugettext(_source(template))
    said = words % {"title": facts["title"], "when": f"{closes.month}-{closes.day} {closes:%H:%M}"}
    return f"{said}\n{config.public_url}{facts['path']}" if config.public_url else said


def _source(template: str) -> str:
    """The English sentence, which is the key of the catalogue."""
    sentence: str = SENTENCES[template]._args[0]
    return sentence
