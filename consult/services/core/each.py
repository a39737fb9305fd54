"""Do one act for many ids: one that fails does not keep the others from their turn."""

import logging
from collections.abc import Callable, Iterable
from functools import partial

from consult.models import db
from consult.services.core import collisions

log = logging.getLogger("consult.jobs")


def each(
    what: str, ids: Iterable[int], act: Callable[[int], object], *, later: tuple[type[Exception], ...] = ()
) -> list[int]:
    """Do an act, a unit of work of its own, for each id, once more where it collided. Return the ids for which it was done.

    A failure is undone and logged as `what` and the id, with its traceback; the next id is taken. An exception
    named in `later` says that the time has not come: it is not logged.
    """
    done = []
    for one in ids:
        try:
            collisions.again(partial(act, one))
        except later:
            db.session.rollback()
        except Exception:
            db.session.rollback()
            log.exception("%s %s failed", what, one)
        else:
            done.append(one)
    return done
