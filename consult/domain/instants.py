"""Read days and hours that people type, and take the day of an instant, by a village's clock."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from consult.domain.form_errors import FormError

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Of days and hours that people send: at the ends of the calendar a time zone or a term would lead out of it."""


def read_day(text: str) -> date | None:
    """Return the day that a form or an address names as 2026-07-13, or None for anything else."""
    try:
        day = date.fromisoformat(unicodedata.normalize("NFKC", text).strip())
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def read_instant(form: Mapping[str, str], name: str, zone: tzinfo, mistakes: dict[str, FormError]) -> datetime | None:
    """Return the instant in a field, in UTC. None, with a mistake noted, for anything else."""
    text = unicodedata.normalize("NFKC", form.get(name, "")).strip().replace("/", "-")
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        local = None
    if local is None or not FIRST_YEAR <= local.year <= LAST_YEAR:
        mistakes[name] = FormError.NOT_A_TIME
        return None
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)


def local_day(zone: tzinfo, instant: datetime) -> date:
    """Return the calendar day in a time zone at an instant."""
    return instant.astimezone(zone).date()


def at_local(zone: tzinfo, day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Return the instant, in UTC, at which clocks of a zone show this hour on this day."""
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def local_midnight(zone: tzinfo, instant: datetime) -> datetime:
    """Return the instant, in UTC, at which the zone's calendar day of an instant began."""
    return at_local(zone, local_day(zone, instant))


def days_anywhere(instant: datetime, first: int = 0, last: int = 0) -> list[date]:
    """Return the days from `first` to `last` days after an instant, in every time zone: UTC's and one more at each end."""
    about = instant.astimezone(UTC).date()
    return [about + timedelta(n) for n in range(first - 1, last + 2)]


def last_day_anywhere(instant: datetime) -> date:
    """Return a day that is not before the calendar day of an instant in any time zone: the one after UTC's."""
    return days_anywhere(instant)[-1]
