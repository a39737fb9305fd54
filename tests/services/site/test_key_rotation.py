"""The database knows its data key: a wrong one stops the start, and another one can be put in its place."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import String, select, text

from consult import clock, create_app
from consult.cli.machine import doctor
from consult.config import ROOT, Config, Misconfigured
from consult.domain.cases.states import CaseState
from consult.domain.people.right_changes import RightKind
from consult.models import CaseReader, Installation, MediationCase, Person, PollTally, db
from consult.services.cases import keys
from consult.services.core import crypto
from consult.services.people import codes, rights, second_factors
from consult.services.site import key_rotation
from tests.browser import environment
from tests.cases import a_case, opened
from tests.rights import by_two
from tests.village import Cast, a_poll, close, vote_in_secret

pytestmark = pytest.mark.both_databases
NEW = "another-key-0123456789-zyxwvutsrqponmlkji"


@contextmanager
def started(config: Config, **changes: str) -> Iterator[Flask]:
    """The server as it starts with these keys."""
    app = create_app(replace(config, **changes))
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def with_new(config: Config) -> dict[str, str]:
    return {"data_key": NEW, "data_key_old": config.data_key}


@pytest.fixture
def sealed(config, app, village) -> str:
    """A village with phones and a case, whose key the database knows. Returns the address of the case."""
    with app.app_context():
        address = a_case(village, CaseState.ACCEPTED)
        db.session.remove()
    with started(config):
        return address


def readable(app: Flask, cast: Cast, address: str) -> bool:
    """Whether phones, the case and the marks open with the keys of this app."""
    with app.app_context():
        phone = db.session.get_one(Person, cast.ah_fong.id).phone_cipher
        case = opened(cast, cast.aunt_leung, address)
        return crypto.unseal(phone) == cast.ah_fong.phone and case.keys.opens("all") and bool(case.entries)


def test_a_wrong_key_stops_the_start_with_a_sentence(config, sealed):
    with pytest.raises(Misconfigured, match="DATA_KEY is not the key"):
        create_app(replace(config, data_key=NEW))


@pytest.mark.parametrize("command", [["jobs", "run"], ["audit", "verify"], ["keys", "rotate"]])
def test_neither_jobs_nor_commands_start_with_a_wrong_key(config, sealed, command):
    env = os.environ | environment(config) | {"DATA_KEY": NEW}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0 and "DATA_KEY is not the key" in done.stderr and "Traceback" not in done.stderr


def test_a_database_without_the_value_is_not_taken_over_by_a_key_that_opens_nothing_in_it(config, app, village):
    with app.app_context():  # the first app of a process has written it
        db.session.query(Installation).delete()
        db.session.commit()
    with pytest.raises(Misconfigured, match="DATA_KEY is not the key"):
        create_app(replace(config, data_key=NEW))
    with app.app_context():
        assert db.session.get(Installation, 1) is None


def test_the_right_key_starts_again_and_again(config, village, sealed):
    for _ in range(2):
        with started(config) as app:
            assert readable(app, village, sealed)


def test_a_change_of_the_key_seals_all_anew_and_everything_opens_with_the_new_one_alone(config, village, sealed):
    with started(config, **with_new(config)) as app:
        assert readable(app, village, sealed), "before it is begun"
        said = app.test_cli_runner().invoke(args=["keys", "rotate"])
        assert said.exit_code == 0 and "sealed anew" in said.output
        assert "0 sealed anew" in app.test_cli_runner().invoke(args=["keys", "rotate"]).output
    with started(config, data_key=NEW) as app:
        assert readable(app, village, sealed)
        with app.app_context():
            for column in key_rotation.SEALED:
                if column.reader is None:
                    found = db.session.scalars(select(column.column).where(column.column.is_not(None)))
                    assert all(crypto.is_of_new_key(one) for one in found if one)
    with pytest.raises(Misconfigured):
        create_app(config)


def test_a_phone_is_found_by_its_mark_also_after_the_change(config, village, sealed):
    with started(config, **with_new(config)) as app, app.app_context():
        key_rotation.rotate()
    with started(config, data_key=NEW) as app, app.app_context():
        marked = crypto.mark("phone", village.ah_fong.phone)
        assert db.session.scalar(select(Person.id).where(Person.phone_mark == marked)) == village.ah_fong.id
        assert codes.ask(village.id, village.ah_fong.phone, now=clock.now()) == village.ah_fong.phone


def test_an_app_of_a_second_factor_proves_its_holder_also_after_the_change(config, village, sealed):
    with started(config) as app, app.app_context():
        secret = second_factors.new_secret()
        digits = pyotp.TOTP(secret).at(clock.now())
        second_factors.set_up_app(village.ms_yip.row(), secret, digits, village.ms_yip.act())
    with started(config, **with_new(config)) as app, app.app_context():
        key_rotation.rotate()
    with started(config, data_key=NEW) as app, app.app_context():
        later = clock.now() + timedelta(minutes=1)
        second_factors.prove(village.ms_yip.row(), pyotp.TOTP(secret).at(later), now=later)


def test_a_secret_poll_that_is_open_while_the_key_is_changed_is_counted(config, village, sealed):
    with started(config) as app, app.app_context():
        poll_id = a_poll(village, secret=True)
        vote_in_secret(village, poll_id, village.ah_fong, 1)
    with started(config, **with_new(config)) as app, app.app_context():
        key_rotation.rotate()
    with started(config, data_key=NEW) as app, app.app_context():
        vote_in_secret(village, poll_id, village.old_chan, 1)
        assert close(at=clock.now() + timedelta(days=4)) == [poll_id]
        tally = db.session.scalars(select(PollTally).where(PollTally.poll_id == poll_id)).one()
        assert tally.counts["counts"][0] == 2


def test_a_number_that_waits_for_its_day_takes_effect_also_after_the_change(config, village, sealed):
    number = "13900000077"
    with started(config) as app, app.app_context():
        by_two(village, kind=RightKind.NUMBER_CHANGED, person_id=village.ah_fong.id, number=number)
    with started(config, **with_new(config)) as app, app.app_context():
        key_rotation.rotate()
    with started(config, data_key=NEW) as app, app.app_context():
        assert len(rights.apply_due(now=clock.now() + timedelta(days=2))) == 1
        assert crypto.unseal(village.ah_fong.row().phone_cipher) == number


def test_a_change_that_was_killed_in_the_middle_goes_on_where_it_was(config, village, sealed, monkeypatch):
    monkeypatch.setattr(key_rotation, "AT_ONCE", 2)
    with started(config, **with_new(config)) as app, app.app_context():
        key_rotation._begin()
        numbers = next(one for one in key_rotation.SEALED if one.name == "person.phone_cipher")
        batch = next(key_rotation._batches(numbers))
        assert key_rotation._reseal_batch(numbers, batch, None) == 2
    for half in ({}, {"data_key": NEW}):
        with pytest.raises(Misconfigured, match="is being changed"):
            create_app(replace(config, **half))
    with started(config, **with_new(config)) as app:
        assert readable(app, village, sealed)
        with app.app_context():
            assert key_rotation.rotate() > 2
    with started(config, data_key=NEW) as app:
        assert readable(app, village, sealed)


def test_what_is_written_while_the_key_is_changed_is_under_the_new_one(config, village, sealed):
    with started(config, **with_new(config)) as app, app.app_context():
        address = a_case(village, CaseState.ACCEPTED, key="meanwhile")
        assert all(
            crypto.is_of_new_key(row.wrapped, reader)
            for row in db.session.scalars(
                select(CaseReader).join(MediationCase, MediationCase.id == CaseReader.case_id)
            )
            if (reader := key_rotation._case_readers()(row.reader_mark)) and row.wrapped and _is_of(row, address)
        )
        assert opened(village, village.aunt_leung, address).entries


def _is_of(row: CaseReader, address: str) -> bool:
    return db.session.get_one(MediationCase, row.case_id).address == address


def test_without_both_keys_nothing_is_begun(config, sealed):
    with started(config) as app:
        said = app.test_cli_runner().invoke(args=["keys", "rotate"])
        assert said.exit_code == 1 and "DATA_KEY_OLD" in said.output


THIRD = "a-third-key-0123456789-qponmlkjihgfedcba"


def leave_one_number_under(config: Config, key: str, person_id: int) -> None:
    """One number is under a key of which nobody knows any more."""
    with started(config, data_key=key, data_key_old=config.data_key) as app, app.app_context():
        db.session.get_one(Person, person_id).phone_cipher = crypto.seal("13900000088")
        db.session.commit()


def test_a_change_is_not_begun_while_something_opens_with_neither_key(config, village, sealed):
    """It began, ended with InvalidToken, and nothing started any more with the key before."""
    leave_one_number_under(config, THIRD, village.ah_fong.id)
    with started(config, **with_new(config)) as app:
        said = app.test_cli_runner().invoke(args=["keys", "rotate"])
        assert said.exit_code == 1 and "person.phone_cipher 1" in said.output and "Nothing was changed" in said.output
        assert "account.phone_cipher" not in said.output
        with app.app_context():
            assert db.session.get_one(Installation, 1).rotated_to == ""
            phone = db.session.get_one(Person, village.old_chan.id).phone_cipher
            assert phone and not crypto.is_of_new_key(phone)
    with started(config) as app, app.app_context():
        assert crypto.unseal(village.old_chan.row().phone_cipher) == village.old_chan.phone, "back to the key before"


def test_a_key_before_that_is_the_wrong_one_is_refused_by_what_it_does_not_open(config, village, sealed):
    with started(config) as app, app.app_context():
        under_the_key_before = crypto.seal("13900000088")
    with started(config, **with_new(config)) as app, app.app_context():
        key_rotation.rotate()
        row = db.session.get_one(Person, village.ah_fong.id)
        row.phone_cipher = under_the_key_before
        db.session.commit()
    with started(config, data_key=NEW, data_key_old=THIRD) as app:
        said = app.test_cli_runner().invoke(args=["keys", "rotate"])
        assert said.exit_code == 1 and "person.phone_cipher 1" in said.output
    with started(config, **with_new(config)) as app:
        assert "1 sealed anew" in app.test_cli_runner().invoke(args=["keys", "rotate"]).output


def test_what_no_key_opens_any_more_can_be_left_as_it_is(config, village, sealed):
    """After a lost key its cases stay closed for good; the key that followed it can be changed all the same."""
    leave_one_number_under(config, THIRD, village.ah_fong.id)
    with started(config, **with_new(config)) as app:
        said = app.test_cli_runner().invoke(args=["keys", "rotate", "--leave-unopened"])
        assert said.exit_code == 0 and "sealed anew" in said.output
    with started(config, data_key=NEW) as app, app.app_context():
        assert crypto.unseal(village.old_chan.row().phone_cipher) == village.old_chan.phone
        assert opened(village, village.aunt_leung, sealed).entries
    with started(config, data_key=NEW, data_key_old=THIRD) as app, app.app_context():
        assert crypto.unseal(village.ah_fong.row().phone_cipher) == "13900000088", "it turned up again"


def test_a_key_before_is_said_to_be_needed_only_while_it_is(config, sealed):
    """A garbled one, or one that is done with, was said to be "being changed" for good."""

    def doctor_of(app: Flask) -> str:
        with app.app_context():
            return " ".join(one.words for one in doctor._keys())

    for old, word in (("", "和这个数据库相符"), ("no-key-of-this-place-0123456789-abcdef", "去掉这一行")):
        with started(config, data_key_old=old) as app:
            assert word in doctor_of(app), old
    with started(config, **with_new(config)) as app:
        assert "flask keys rotate" in doctor_of(app)
        assert app.test_cli_runner().invoke(args=["keys", "rotate"]).exit_code == 0
        assert "去掉这一行" in doctor_of(app)
    for keys_now in (
        {"data_key": config.data_key},
        {"data_key": config.data_key, "data_key_old": "x" * 20 + "0123456789ab"},
    ):
        with pytest.raises(Misconfigured, match="DATA_KEY is not the key"):
            create_app(replace(config, **keys_now))


def test_every_column_that_sounds_sealed_is_in_the_registry():
    named = {one.name for one in key_rotation.SEALED} | set(key_rotation.UNDER_KEYS_OF_CASES) | set(key_rotation.APART)
    sounds = {
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String) and any(word in column.name for word in ("cipher", "wrapped", "sealed"))
    }
    assert sounds == named


def test_every_column_that_holds_something_sealed_is_in_the_registry(app, demo_village):
    """Whatever its name is: in a village where everything has happened."""
    known = {one.name for one in key_rotation.SEALED} | set(key_rotation.UNDER_KEYS_OF_CASES) | set(key_rotation.APART)
    with app.app_context():
        for table in db.metadata.tables.values():
            for column in table.columns:
                if isinstance(column.type, String):
                    name = f"{table.name}.{column.name}"
                    query = text(f'SELECT count(*) FROM "{table.name}" WHERE "{column.name}" LIKE \'gAAAAA%\'')
                    assert name in known or not db.session.scalar(query), f"{name} is not in the registry"


def test_a_reader_of_any_kind_is_found_by_the_mark(app, village):
    with app.app_context():
        name_of = key_rotation._case_readers()
        for reader in (
            keys.of_person(village.ah_fong.id),
            keys.of_head(village.id),
            keys.of_justice_office(village.id),
        ):
            assert name_of(keys.mark(reader)) == keys.sealed_for(reader)
