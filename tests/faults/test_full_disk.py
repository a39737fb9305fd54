"""No room left: a vote is refused, never said to be in when it is not. And it works again when there is room."""

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from consult import clock
from consult.domain.secret_ballots import new_token
from consult.models import BallotEvent, SecretBallot, db
from consult.services import ballot_orders, ballots, transactions
from consult.services.verification import verify
from tests.village import a_poll, villagers


@pytest.mark.parametrize("secret", [False, True])
def test_on_a_full_disk_every_vote_is_refused_or_really_in(app, village, secret):
    with app.app_context():
        people = villagers(village, 120)
        poll = a_poll(village, secret=secret)
        pages = db.session.execute(db.text("PRAGMA page_count")).scalar()
        db.session.remove()
        db.engine.dispose()
        full = [True]

        def limit(connection, _record) -> None:
            if full[0]:
                connection.execute(f"PRAGMA max_page_count={pages + 4}")

        event.listen(db.engine, "connect", limit)
        acknowledged = sum(cast(village, poll, person) for person in people)
        transactions.expect(reading=True)
        table = SecretBallot if secret else BallotEvent
        assert 0 < acknowledged < len(people) and db.session.query(table).count() == acknowledged
        assert list(verify(village.row())) == []
        db.session.remove()
        full[0] = False
        app.extensions.pop("group_commit")
        db.engine.dispose()
        assert cast(village, poll, people[-1])
        print(
            f"{'secret' if secret else 'named'}: {acknowledged} in, {len(people) - acknowledged} refused, none in between"
        )


def cast(village, poll: int, person: int) -> bool:
    order = ballot_orders.Order(village.id, poll, person, (1,), new_token())
    try:
        ballots.cast(order, clock=clock.now)
    except OperationalError:
        return False
    return True
