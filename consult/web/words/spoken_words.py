"""What is read out over the loudspeaker and sent to the chat group: plain words in each spoken language of the village.

The sentences stand in the catalogues like all others; here they are taken in a named language, not in the reader's.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext

from consult.domain import citations
from consult.domain.instants import local_day
from consult.domain.languages import N_, Language
from consult.web import filters, i18n
from consult.web.words import code_words
from consult.web.words.lunar import lunar_day

LOUDSPEAKER = N_(
    "%(called)s, attention please. %(called)s, attention please. There is a meeting: %(title)s. "
    "It is on %(day)s, %(hour)s, at %(place)s. We shall talk about %(items)s. %(who)s Please come on time. If you cannot "
    "come, tell your group head. I say it once more: %(day)s, %(hour)s, at %(place)s."
)
VILLAGERS = N_("Dear villagers")
CALLED: dict[str, str] = {
    "VRA": N_("Representatives of the villagers"),
    "VG_people": N_("Villagers of the group"),
    "VG_house": N_("Villagers of the group"),
    "CM": N_("Members of the collective"),
    "CRA": N_("Representatives of the collective's members"),
    "BOARD": N_("Directors of the collective"),
    "NONMEMBER": N_("Members of the collective"),
    "PARTY": N_("Members of the Party"),
    "VC": N_("Members of the villagers' committee"),
    "COUNCIL": N_("Members of the villagers' council"),
    "TWO_COMMITTEES": N_("Members of the two committees"),
}
"""How those who are meant are called over the loudspeaker, by body; for the others VILLAGERS."""
PERSONS = N_("Every adult is called, one person, one vote.")
HOUSEHOLDS = N_("Each household sends one adult, one household, one vote.")
MEMBERS = N_("Called are: %(body)s.")
MESSAGE = N_(
    "【%(village)s】%(title)s\nWhen: %(day)s %(hour)s\nWhere: %(place)s\nAbout: %(items)s\nCan you come? One tap: %(address)s"
)


def spoken() -> list[Language]:
    """Return the languages that are read out, in the order in which they are offered."""
    return [language for language in i18n.offered() if language.speech]


def label(language: Language) -> str:
    """Return what stands above the words in this language, in the reader's; its own name where it has no label."""
    return str(gettext(language.speech.label)) if language.speech else language.name


def loudspeaker(
    language: Language,
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
    day, hour = _when(language, starts_at, timezone, aloud=True)
    who = HOUSEHOLDS if unit == "household" else PERSONS if body in ("VA_people", "VG_people") else MEMBERS
    facts = {"body": said(language, code_words.BODIES[body])}
    return said(language, LOUDSPEAKER) % {
        "called": said(language, CALLED.get(body, VILLAGERS)),
        "title": title,
        "day": day,
        "hour": hour,
        "place": place,
        "items": _listed(language, items, aloud=True),
        "who": said(language, who) % facts,
    }


def message(
    language: Language,
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


def said(language: Language, sentence: str) -> str:
    """Return a sentence of the catalogues in a named language."""
    text: str = i18n.catalogue(language).ugettext(sentence)
    return text


def _when(language: Language, instant: datetime, timezone: str, *, aloud: bool = False) -> tuple[str, str]:
    """Return day and hour, 12月12日星期六（十一月初四） and 晚上7:30; aloud with 农历 before the lunar day, and 晚上七点半."""
    zone = ZoneInfo(timezone)
    local, on = instant.astimezone(zone), local_day(zone, instant)
    pattern = filters.in_the_year(on, language.speech.day if language.speech else language.day)
    day = str(format_date(on, pattern, locale=language.babel))
    lunar = lunar_day(on, language.lunar)
    if aloud and language.speech and language.speech.hour:
        return f"{day}，{language.speech.lunar}{lunar}" if lunar else day, _hour_aloud(language, local)
    return f"{day}（{lunar}）" if lunar else day, filters.time_in_words(local, language)


def _hour_aloud(language: Language, local: datetime) -> str:
    """Return a time in words only: 晚上七点半, 下午两点零五分."""
    words = language.speech
    if words is None:
        return filters.time_in_words(local, language)
    hour = (local.hour - 1) % 12 + 1 if local.hour else 0
    said = words.two if hour == 2 else citations.in_words(hour)
    minute = {0: "", 30: words.half}.get(local.minute)
    if minute is None:
        minute = (words.zero if local.minute < 10 else "") + citations.in_words(local.minute) + words.minute
    return f"{filters.part_of_day(local, language)}{said}{words.hour}{minute}"


def _listed(language: Language, items: Sequence[str], *, aloud: bool = False) -> str:
    words = aloud and language.speech and language.speech.hour
    return "；".join(f"{citations.in_words(n) if words else n}、{item}" for n, item in enumerate(items, 1))
