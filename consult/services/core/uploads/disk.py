"""Watch the room on the disk: votes go on to the last, uploads do not."""

import logging
import os

from consult.config import current_config

log = logging.getLogger("consult.jobs")


def is_low() -> bool:
    """Tell whether less is free than LEAST_FREE_MB says."""
    config = current_config()
    return free_bytes() < config.least_free_bytes


def free_bytes() -> int:
    """Return how many bytes the app may still write below INSTANCE_PATH."""
    config = current_config()
    room = os.statvfs(config.instance_path)
    return room.f_bavail * room.f_frsize


def watch() -> None:
    """Log an error while the disk is nearly full: for the operator, each time the job runs."""
    if is_low():
        log.error("the disk is nearly full: %d MB are free, and uploads are refused", free_bytes() // 1024**2)
