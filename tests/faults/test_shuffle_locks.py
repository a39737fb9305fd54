"""A poll older than the seals is rewritten on PostgreSQL with VACUUM FULL: it waits for no lock for long."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from consult import clock
from consult.models import PollTally, db
from tests.tampering import announced_before_the_seals
from tests.village import a_poll, close, vote, vote_in_secret

pytestmark = [pytest.mark.postgresql, pytest.mark.serial]
LATER = timedelta(days=4)


def test_somebody_who_holds_the_table_delays_this_count_alone_and_for_two_seconds(app, client, village):
    with app.app_context():
        older = a_poll(village, secret=True)
        announced_before_the_seals(older)
        vote_in_secret(village, older, village.ah_fong, 1)
        named, sealed = a_poll(village, key="named"), a_poll(village, key="sealed", secret=True)
        vote(village, named, village.ah_fong, 1)
        vote_in_secret(village, sealed, village.ah_fong, 2)
        db.session.remove()
        holder = db.engine.connect()
        holder.execute(text("LOCK TABLE secret_ballot IN ACCESS SHARE MODE"))
        begun = time.monotonic()
        assert set(close(at=clock.now() + LATER)) == {named, sealed}
        assert time.monotonic() - begun < 8
        assert db.session.get(PollTally, older) is None, "not counted, and so not shown, before the rows are rewritten"
        db.session.remove()
        holder.rollback()
        holder.close()
        assert close(at=clock.now() + LATER) == [older]


def test_while_it_waits_a_ballot_of_another_village_comes_through(app, village):
    with app.app_context():
        older = a_poll(village, secret=True)
        announced_before_the_seals(older)
        vote_in_secret(village, older, village.ah_fong, 1)
        other = a_poll(village, key="other", secret=True, closes_at=clock.now() + timedelta(days=30))
        announced_before_the_seals(other)
        db.session.remove()
        holder = db.engine.connect()
        holder.execute(text("LOCK TABLE secret_ballot IN ACCESS SHARE MODE"))

        def count() -> list[int]:
            with app.app_context():
                return close(at=clock.now() + LATER)

        with ThreadPoolExecutor(1) as pool:
            counting = pool.submit(count)
            time.sleep(0.7)
            begun = time.monotonic()
            vote_in_secret(village, other, village.old_chan, 1)
            waited = time.monotonic() - begun
            assert counting.result(30) == []
        holder.rollback()
        holder.close()
        print(f"a ballot waited {waited:.1f} s behind VACUUM FULL")
        assert waited < 4
