"""Our app with one commit for each ballot: what group commit is measured against."""

from collections.abc import Callable
from typing import TypeVar

from consult import create_app
from consult.domain.refusals import Refused
from consult.models import db
from consult.services.core import group_commit, transactions

Result = TypeVar("Result")


def alone(act: Callable[[], Result]) -> Result:
    db.session.rollback()
    transactions.expect(reading=False)
    try:
        result = act()
        db.session.commit()
    except Refused:
        db.session.rollback()
        raise
    return result


group_commit.run = alone
app = create_app()
