"""Tell the operator that this machine's job runner lacks the keys of open secret polls: it cannot count them.

Pages may not look into the folder of the keys, so the job runner notes in a file what /healthz says.
"""

import logging

from consult.config import current_config
from consult.services.polls.sealing import keys

log = logging.getLogger("consult.jobs")
FILE = "missing-keys"
_said: list[list[int]] = []
"""What was logged last, so that it is said at the start and whenever it changes."""


def watch() -> int:
    """Note how many keys of open secret polls are not in the folder; log it when that changes. Return how many."""
    missing = keys.missing()
    path = current_config().instance_path / FILE
    partial = path.with_suffix(".part")
    partial.write_text(str(len(missing)), encoding="ascii")
    partial.replace(path)
    if missing and _said[-1:] != [missing]:
        log.warning(
            "the keys of these open secret polls are not in %s: %s",
            keys.folder(),
            " ".join(f"poll {one}" for one in missing),
        )
    _said[:] = [missing]
    return len(missing)


def how_many() -> int | None:
    """Return what the job runner of this machine noted last; None before it ever ran."""
    try:
        return int((current_config().instance_path / FILE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
