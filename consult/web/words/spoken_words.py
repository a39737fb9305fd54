"""What is read out over the loudspeaker and sent to the chat group: plain words in Mandarin and Cantonese.

The sentences stand in the catalogues like all others; here they are taken in a named language, not in the reader's.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.web import i18n
from consult.web.filters import CLOCK, SPOKEN_DAY
from consult.web.words import code_words
from consult.web.words.lunar import lunar_day

SPOKEN = ("zh_Hans", "yue_Hant")
LOUDSPEAKER: LazyString = _l(
    "Dear villagers, dear villagers. There is a meeting: %(title)s. It is on %(day)s, %(hour)s, at %(place)s. We shall talk "
    "about %(items)s. %(who)s Please come on time. If you cannot come, tell your group head. I say it once more: %(day)s, "
    "%(hour)s, at %(place)s."
)
PERSONS: LazyString = _l("Every adult is called, one person, one vote.")
HOUSEHOLDS: LazyString = _l("Each household sends one adult, one household, one vote.")
MEMBERS: LazyString = _l("Called are: %(body)s.")
MESSAGE: LazyString = _l(
    "【%(village)s】%(title)s\nWhen: %(day)s %(hour)s\nWhere: %(place)s\nAbout: %(items)s\nCan you come? One tap: %(address)s"
)


def loudspeaker(
    language: str,
    *,
    title: str,
    starts_at: datetime,
    timezone: str,
    place: str,
    items: Sequence[str],
    body: str,
    unit: str,
) -> str:
    """Return the announcement to be read aloud slowly, twice."""
    day, hour = _when(language, starts_at, timezone)
    who = HOUSEHOLDS if unit == "household" else PERSONS if body in ("VA_people", "VG_people") else MEMBERS
    facts = {"body": said(language, code_words.BODIES[body])}
    return said(language, LOUDSPEAKER) % {
        "title": title,
        "day": day,
        "hour": hour,
        "place": place,
        "items": _listed(language, items),
        "who": said(language, who) % facts,
    }


def message(
    language: str,
    *,
    village: str,
    title: str,
    starts_at: datetime,
    timezone: str,
    place: str,
    items: Sequence[str],
    address: str,
) -> str:
    """Return the message to copy into a chat group: hour, place, agenda, and the plain address of the meeting."""
    day, hour = _when(language, starts_at, timezone)
    return said(language, MESSAGE) % {
        "village": village,
        "title": title,
        "day": day,
        "hour": hour,
        "place": place,
        "items": _listed(language, items),
        "address": address,
    }


def said(language: str, sentence: LazyString) -> str:
    """Return a sentence of the catalogues in a named language."""
    source: str = sentence._args[0]
    return i18n.catalogue(language).ugettext(source)


def _when(language: str, instant: datetime, timezone: str) -> tuple[str, str]:
    local = instant.astimezone(ZoneInfo(timezone))
    day = str(format_date(local.date(), SPOKEN_DAY[language], locale=language))
    lunar = lunar_day(local.date(), language)
    hour = str(format_time(local, CLOCK[language], locale=language))
    return f"{day}（{lunar}）" if lunar else day, hour


def _listed(language: str, items: Sequence[str]) -> str:
    return "；".join(f"{n}、{item}" for n, item in enumerate(items, 1))
