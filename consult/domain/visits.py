"""When the ballot box was carried round: never in the future."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from consult.domain.mistakes import Mistake


def read_visit(
    form: Mapping[str, str], *, zone: tzinfo, now: datetime, mistakes: dict[str, Mistake]
) -> datetime | None:
    """The instant in the field `visited_at`, by the village's clock."""
    text = unicodedata.normalize("NFKC", form.get("visited_at", "")).strip()
    try:
        instant = datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        instant = None
    if instant is None or instant > now:
        mistakes["visited_at"] = Mistake.NOT_A_TIME
        return None
    return instant
