"""Migrations that were released never change, and the version is one."""

import tomllib

from consult.config import ROOT, VERSION
from consult.services.machine import schemas


def test_no_released_migration_was_edited():
    assert not schemas.edited(), "write a new migration; whoever ran the old text has another schema"


def test_the_released_migrations_are_the_first_ones_without_a_gap():
    names = [one.name for one in schemas.files()]
    assert list(schemas.released()) == names[: len(schemas.released())]


def test_each_migration_leads_to_the_number_of_its_file():
    for one in schemas.files():
        assert f'revision = "{schemas.revision_of(one)}"' in one.read_text().replace("'", '"'), one.name


def test_the_version_is_that_of_the_project():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
