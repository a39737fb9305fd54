"""Units of work: joined, undone, and followed up; and ballots that are made durable together. On both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from consult.domain.refusals import Reason, Refused
from consult.models import ProposalDraft, Village, db
from consult.services.core import group_commit, transactions
from consult.services.core.transactions import atomic
from consult.services.talk import drafts

pytestmark = pytest.mark.both_databases


def kept() -> int:
    return db.session.query(ProposalDraft).count()


@atomic
def a_draft(act, *, fail: bool) -> None:
    drafts.begin(act)
    if fail:
        raise Refused(Reason.PHASE_CLOSED)


def test_an_error_in_the_outer_act_undoes_the_inner_one(inside):
    with pytest.raises(Refused):
        a_draft(inside.ah_fong.act(key="a"), fail=True)
    assert kept() == 0 and not transactions.in_unit()
    a_draft(inside.ah_fong.act(key="a"), fail=False)
    assert kept() == 1


def test_what_follows_a_commit_is_done_once_it_is_durable_and_not_if_the_act_fails(inside):
    done = []

    def act(*, fail: bool) -> None:
        with transactions.writing():
            transactions.after_commit(lambda: done.append(transactions.in_unit()))
            if fail:
                raise Refused(Reason.PHASE_CLOSED)

    with pytest.raises(Refused):
        act(fail=True)
    assert done == []
    act(fail=False)
    assert done == [False]


def test_what_follows_a_commit_and_fails_takes_nothing_back_and_keeps_no_other_from_its_turn(inside, caplog):
    done = []

    def broken() -> None:
        raise OSError("the disk is away")

    with transactions.writing():
        drafts.begin(inside.ah_fong.act(key="a"))
        transactions.after_commit(broken)
        transactions.after_commit(lambda: drafts.begin(inside.ah_kwok.act(key="b")))
        transactions.after_commit(lambda: done.append(1))
    assert kept() == 2 and done == [1]
    assert "after a commit" in caplog.text


def test_rows_changed_outside_a_unit_are_not_lost_silently(inside):
    inside.row().name = "别的村"
    with pytest.raises(RuntimeError):
        drafts.begin(inside.ah_fong.act(key="a"))
    db.session.rollback()
    db.session.get_one(Village, inside.id).name = "别的村"
    db.session.flush()
    with pytest.raises(RuntimeError):
        drafts.begin(inside.ah_fong.act(key="a"))


@pytest.fixture
def batched(app, village):
    """Let acts wait until they are done in one batch; return what became of each."""

    def run(*acts):
        started, go = threading.Event(), threading.Event()

        def first() -> None:
            started.set()
            go.wait(10)

        def submit(act):
            with app.app_context():
                try:
                    return group_commit.run(act)
                except Exception as error:
                    return type(error).__name__

        with ThreadPoolExecutor(len(acts) + 1) as pool:
            holder = pool.submit(submit, first)
            assert started.wait(10)
            waiting = [pool.submit(submit, act) for act in acts]
            with app.app_context():
                while app.extensions["group_commit"].waiting.qsize() < len(acts):
                    pass
            go.set()
            assert holder.result(20) is None
            return [one.result(20) for one in waiting]

    return run


def test_in_a_batch_one_act_that_fails_takes_no_other_with_it(app, village, batched):
    def begin(who):
        return lambda: drafts.begin(who.act(key=f"k{who.id}")).request_key

    def broken() -> None:
        db.session.execute(text("SELECT * FROM nowhere"))

    def refused() -> None:
        raise Refused(Reason.PHASE_CLOSED)

    def opens_a_unit() -> str:
        with transactions.writing():
            drafts.begin(village.uncle_ho.act(key="u"))
        return "done"

    told = batched(begin(village.ah_fong), broken, refused, opens_a_unit, begin(village.ah_kwok))
    assert told[1] in ("OperationalError", "ProgrammingError") and told[2] == "Refused" and told[3] == "done"
    assert told[0] == f"k{village.ah_fong.id}" and told[4] == f"k{village.ah_kwok.id}"
    with app.app_context():
        assert kept() == 3


def test_a_writer_that_cannot_begin_says_so_at_once_and_works_again_later(app, village, config):
    lock = config.instance_path / "write.lock"
    with app.app_context():
        assert group_commit.run(lambda: 1) == 1
        lock.unlink()
        lock.mkdir()
        with pytest.raises(OSError):
            group_commit.run(lambda: 2)
        lock.rmdir()
        assert group_commit.run(lambda: 3) == 3
