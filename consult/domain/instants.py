"""Read a day and an hour as <input type=datetime-local> sends it, or as people type it, by the village's clock."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from consult.domain.form_errors import FormError


def read_instant(form: Mapping[str, str], name: str, zone: tzinfo, mistakes: dict[str, FormError]) -> datetime | None:
    """Return the instant in a field, in UTC. None, with a mistake noted, for anything else."""
    text = unicodedata.normalize("NFKC", form.get(name, "")).strip().replace("/", "-")
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        mistakes[name] = FormError.NOT_A_TIME
        return None
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
