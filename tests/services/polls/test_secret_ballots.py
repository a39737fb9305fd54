"""Secret ballots: who voted is known, how is not; a retry is answered, nothing can be changed, all of it can be checked."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.domain.audit import sha256
from consult.domain.polls.polls import Tally
from consult.domain.polls.secret_ballots import is_token, key_of, new_token
from consult.domain.refusals import Reason, Refused
from consult.models import Assistance, AuditEntry, BallotEvent, Poll, RollEntry, SecretBallot, db
from consult.models.polls import poll_queries
from consult.services.core.acts import Act
from consult.services.polls import closing
from consult.services.polls.counting import openings
from consult.services.site.verification import verify
from tests.services.polls.test_polls import without_triggers
from tests.village import a_poll, close, help_to_vote, vote_in_secret

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


@pytest.fixture
def poll(inside) -> int:
    return a_poll(inside, secret=True)


def refusal(*arguments, **facts) -> Reason:
    with pytest.raises(Refused) as refused:
        vote_in_secret(*arguments, **facts)
    db.session.rollback()
    return refused.value.reason


def test_the_receipt_is_the_token_and_the_ballot_lies_under_its_hash(inside, poll):
    token = vote_in_secret(inside, poll, inside.ah_fong, 1)
    assert is_token(token) and len({new_token() for _ in range(100)}) == 100
    close(at=clock.now() + LATER)
    (ballot,) = db.session.scalars(select(SecretBallot))
    assert ballot.key == key_of(token) == sha256(token) and ballot.choice == "[1]"


def test_the_token_stands_nowhere(inside, poll):
    token = vote_in_secret(inside, poll, inside.ah_fong, 1)
    for table in inspect(db.engine).get_table_names():
        for row in db.session.execute(text(f"SELECT * FROM {table}")):
            assert token not in str(tuple(row)), table


def test_the_ballots_table_has_no_person_no_time_and_no_row_order(inside, poll):
    assert {column.name for column in SecretBallot.__table__.columns} == {"poll_id", "key", "village_id", "choice"}
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(DBAPIError, match="rowid"):
            db.session.execute(text("SELECT rowid FROM secret_ballot"))


def test_the_log_learns_that_somebody_voted_and_not_under_which_key(inside, poll):
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    facts = db.session.scalars(select(AuditEntry.facts).where(AuditEntry.tag == "ballot:cast")).one()
    assert set(re.findall(r'"(\w+)":', facts)) == {"channel", "number", "rev"}
    assert db.session.query(BallotEvent).count() == 0


def test_the_same_token_gives_the_same_receipt_even_after_the_close(inside, poll):
    token = vote_in_secret(inside, poll, inside.ah_fong, 1)
    assert vote_in_secret(inside, poll, inside.ah_fong, 1, token=token) == token
    assert vote_in_secret(inside, poll, inside.ah_fong, 1, token=token, at=clock.now() + LATER) == token
    assert openings.how_many(poll) == 1


def test_a_second_ballot_is_refused_because_none_can_be_taken_back(inside, poll):
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    assert refusal(inside, poll, inside.ah_fong, 2) is Reason.ALREADY_VOTED_SECRETLY
    assert openings.how_many(poll) == 1


def test_a_token_cannot_be_asked_how_its_owner_voted(inside, poll):
    """Whoever has a neighbour's receipt gets the same answer for every choice, and none as somebody else."""
    token = vote_in_secret(inside, poll, inside.ah_fong, 2)
    answers = {vote_in_secret(inside, poll, inside.ah_fong, choice, token=token) for choice in (1, 2, 3)}
    assert answers == {token}
    for choice in (1, 2, 3):
        assert refusal(inside, poll, inside.old_chan, choice, token=token) is Reason.KEY_USED_DIFFERENTLY


def test_what_is_no_token_of_ours_is_refused(inside, poll):
    assert refusal(inside, poll, inside.ah_fong, 1, token="short") is Reason.KEY_USED_DIFFERENTLY


def test_a_refused_token_leaves_no_mark_of_the_helper(inside, poll):
    """Ballots that arrive together are committed together: what a refused one wrote would stay."""
    with pytest.raises(Refused):
        help_to_vote(inside, poll, inside.ah_fong, 1, helper=inside.ah_keung, witness=inside.ms_yip, key="short")
    db.session.rollback()
    assert db.session.query(Assistance).count() == 0


def test_no_count_is_given_before_the_ballots_are_mixed(inside, poll):
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    row = db.session.get(Poll, poll)
    assert closing.tally_of(row) is None
    with pytest.raises(Refused):
        closing.close(row, Act.by_system(inside.id, now=clock.now()))
    assert close(at=clock.now() + LATER) == [poll]
    tally = closing.tally_of(db.session.get(Poll, poll))
    assert tally is not None and tally.counts == (1, 0, 0) and tally.by_channel == {"phone": 1}


def test_the_counted_keys_are_listed_in_their_order_without_choices(inside, poll):
    tokens = [vote_in_secret(inside, poll, who, 1) for who in (inside.ah_fong, inside.old_chan, inside.uncle_ho)]
    close(at=clock.now() + LATER)
    assert list(poll_queries.counted_keys(poll)) == sorted(map(key_of, tokens))


@pytest.mark.parametrize("statement", ["UPDATE secret_ballot SET choice = '[2]'", "DELETE FROM secret_ballot"])
def test_the_database_itself_refuses_to_touch_a_secret_ballot(inside, poll, statement):
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    close(at=clock.now() + LATER)
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))
    db.session.rollback()


def without_guards(*statements: str) -> None:
    without_triggers(*statements)


@pytest.mark.parametrize(
    ("statement", "closed", "named"),
    [
        ("UPDATE secret_ballot SET choice = '[2]'", True, "not those that were counted"),
        ("DELETE FROM sealed_ballot", False, "0 secret ballots, but 3 units have voted"),
        ("DELETE FROM secret_ballot", True, "not those that were counted"),
        (
            "UPDATE roll_entry SET channel = NULL, voted_by = NULL, rev = 0 WHERE number = 1",
            False,
            "does not fit its ballots",
        ),
        ("UPDATE roll_entry SET channel = 'phone', rev = 1 WHERE number = 8", False, "does not fit its ballots"),
        ("UPDATE roll_entry SET salt = 'x' WHERE number = 1", False, "the roll was changed"),
    ],
)
def test_whoever_changes_secret_ballots_by_sql_is_found_out(inside, poll, statement, closed, named):
    for who in (inside.ah_fong, inside.ah_kwok, inside.old_chan):
        vote_in_secret(inside, poll, who, 1)
    if closed:
        close(at=clock.now() + LATER)
    assert list(verify(inside.row())) == []
    without_guards(statement)
    assert any(named in fault for fault in verify(inside.row())), list(verify(inside.row()))


def test_a_poll_is_not_counted_when_ballots_and_roll_disagree(inside, poll):
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    without_guards("DELETE FROM sealed_ballot")
    with pytest.raises(closing.CountsDiffer):
        closing.close(db.session.get_one(Poll, poll), Act.by_system(inside.id, now=clock.now() + LATER))
    db.session.rollback()
    assert close(at=clock.now() + LATER) == []


def test_a_small_or_unanimous_part_of_a_secret_poll_is_not_broken_out():
    def parts(**by_channel):
        return Tally(99, 60, (0, 0), {}, by_channel).parts_to_show(secret=True)

    assert parts(phone=(20, 10), paper=(8, 6)) != {}
    assert parts(phone=(20, 10), paper=(8, 4)) == {}
    assert parts(phone=(20, 10), paper=(9, 0)) == {}
    assert Tally(9, 9, (), {}, {"phone": (1,), "paper": (1,)}).parts_to_show(secret=False) != {}


def test_the_roll_entry_holds_the_voter_and_the_channel_only(inside, poll):
    vote_in_secret(inside, poll, inside.ah_fong, 1)
    entry = db.session.scalars(select(RollEntry).where(RollEntry.channel.is_not(None))).one()
    assert (entry.voted_by, entry.channel, entry.rev) == (inside.ah_fong.id, "phone", 1)
    assert "at" not in {c.name.rpartition("_")[2] for c in RollEntry.__table__.columns}
