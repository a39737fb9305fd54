"""Databases of former versions, made by their own programs, come to the schema of today with all that stands in them.

tests/deploy/test_server_chapter.py takes the oldest one through UPGRADING.md on PostgreSQL; `bench upgrades` kills the upgrade of
each, on both databases.
"""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from consult.config import ROOT, VERSION, Config
from consult.models import AuditHead, db
from consult.services.core import schema
from consult.services.machine import schemas
from tests.apps import made
from tests.running.old_versions import NO_HISTORY, OLD_VERSIONS, keys_of, make

EACH = pytest.mark.parametrize("old", OLD_VERSIONS, ids=lambda old: old.name)


def git(*words: str) -> str:
    """Return what git says, or nothing where it fails."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def app_of(old, config: Config, tmp_path: Path) -> Flask:
    instance = make(old, tmp_path)
    keys = keys_of(instance)
    return made(
        replace(
            config,
            secret_key=keys["SECRET_KEY"],
            data_key=keys["DATA_KEY"],
            instance_path=instance,
            database_url=f"sqlite:///{instance / 'consult.db'}",
            ballot_keys=instance / "ballot-keys",
        )
    )


@pytest.mark.sweep
@EACH
def test_a_database_of_an_old_version_is_upgraded_with_all_that_stands_in_it(old, config, tmp_path):
    app = app_of(old, config, tmp_path)
    with app.app_context():
        before = db.session.execute(text("SELECT village_id, number, hash FROM audit_head")).all()
        assert schemas.of_database(db.engine) == old.revision and before
        schema.create()
    for words in (["audit", "verify"], ["drill"]):
        done = app.test_cli_runner().invoke(args=words)
        assert done.exit_code == 0, f"{words}: {done.output}{done.exception!r}"
    with app.app_context():
        rows = db.session.scalars(select(AuditHead).order_by(AuditHead.village_id)).all()
        assert [(row.village_id, row.number, row.hash) for row in rows] == [tuple(row) for row in sorted(before)]
        assert not schema.differences()
        db.session.remove()
        db.engine.dispose()


@EACH
def test_the_commit_of_a_version_holds_its_number_and_its_last_migration(old):
    project = git("show", f"{old.commit}:pyproject.toml")
    if not project:
        pytest.skip(NO_HISTORY.format(old.name))
    assert f'version = "{old.name}.0"' in project
    migrations = git("ls-tree", "--name-only", f"{old.commit}:consult/migrations/versions").split()
    assert schemas.revision_of(Path(max(name for name in migrations if name[:4].isdigit()))) == old.revision


def test_each_version_of_the_changelog_with_a_schema_of_its_own_is_known():
    told = [line.split()[1] for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## ")]
    minor = {one.rpartition(".")[0] for one in told} - {VERSION.rpartition(".")[0]}
    assert {old.name for old in OLD_VERSIONS} == minor


def test_a_tag_stands_on_the_commit_of_its_version():
    """Versions before 0.8.0 need no tag; one that there is must be right, and that of this version holds this version."""
    for old in OLD_VERSIONS:
        if tagged := git("rev-parse", "--verify", "--quiet", f"v{old.name}.0^{{commit}}"):
            assert tagged == old.commit, f"v{old.name}.0 stands on {tagged}"
    for tag in git("tag", "--list", "v*").split():
        assert f'version = "{tag[1:]}"' in git("show", f"{tag}:pyproject.toml"), f"{tag} holds another version"
