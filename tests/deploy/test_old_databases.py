"""Databases of former versions, made by their own programs, come to the schema of today with all that stands in them.

tests/deploy/test_server_chapter.py takes the oldest one through UPGRADING.md on PostgreSQL; `bench upgrades` kills the upgrade of
each, on both databases.
"""

import os
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

import run
from consult.config import ROOT, VERSION, Config
from consult.models import AuditHead, db
from consult.services.core import schema
from consult.services.machine import schemas
from run import Release
from tests.apps import made
from tests.running.old_versions import OLD_VERSIONS, keys_of, make

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


@pytest.mark.parametrize("release", run.releases(), ids=lambda one: one.version)
def test_the_commit_of_a_release_holds_its_number_and_its_last_migration(release):
    commit, why = run.commit_of(release, ROOT)
    if commit is None:
        assert release.version == VERSION or "unshallow" in why, why
        pytest.skip(why)
    assert f'version = "{release.version}"' in git("show", f"{commit}:pyproject.toml")
    migrations = git("ls-tree", "--name-only", f"{commit}:consult/migrations/versions").split()
    assert schemas.revision_of(Path(max(name for name in migrations if name[:4].isdigit()))) == release.revision


def test_no_tag_stands_where_its_release_is_not():
    """A clone without tags is as well: nobody needs them to test."""
    for release in run.releases():
        commit, _ = run.commit_of(release, ROOT)
        there = run.points_at(ROOT, f"refs/tags/{release.tag}")
        assert not (there and commit) or there == commit, release.tag


def test_each_version_of_the_changelog_is_a_release():
    told = [line.split()[1] for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## ")]
    assert [one.version for one in reversed(run.releases())] == told
    assert run.releases()[-1].version == VERSION


def test_this_release_ends_with_the_newest_migration():
    assert run.releases()[-1].revision == schemas.newest()


@pytest.fixture
def clone(tmp_path):
    """Return a repository with two releases and a commit after them, and no tag."""

    def made(name: str) -> Path:
        root = tmp_path / name
        root.mkdir()
        for words in (
            ["init", "--quiet"],
            *(["commit", "--quiet", "--allow-empty", "-m", one] for one in ("Begin", "Release 0.2.0", "Go on")),
        ):
            subprocess.run(["git", *AUTHOR, *words], cwd=root, check=True, env=os.environ | DAY)
        return root

    return made


AUTHOR = ("-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "commit.gpgSign=false")
DAY = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}


def refs(root: Path) -> dict[str, str]:
    done = subprocess.run(["git", "show-ref", "--tags"], cwd=root, capture_output=True, text=True, check=False)
    return {name.rpartition("/")[2]: digest for digest, name in map(str.split, done.stdout.splitlines())}


def known(root: Path) -> list[run.Release]:
    first = run.git(root, ["rev-list", "--max-parents=0", "HEAD"]) or ""
    return [Release("0.1.0", date(2026, 1, 1), "0001", first), Release("0.2.0", date(2026, 1, 2), "0002")]


def test_tags_are_set_where_they_are_missing_the_same_on_every_machine(clone, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))  # an operator's root has no name of their own
    one, other = clone("one"), clone("other")
    assert run.tags(["--check"], one, known(one)) == 1 and not refs(one)
    assert "v0.1.0: missing; it belongs on" in capsys.readouterr().out
    assert [run.tags([], root, known(root)) for root in (one, other)] == [0, 0]
    assert refs(one) == refs(other) and set(refs(one)) == {"v0.1.0", "v0.2.0"}
    assert run.git(one, ["log", "-1", "--format=%s", "v0.2.0"]) == "Release 0.2.0"
    assert run.git(one, ["cat-file", "-t", "v0.2.0"]) == "tag"
    assert run.tags(["--check"], one, known(one)) == 0
    subprocess.run(["git", "fetch", "--quiet", "--tags", str(other)], cwd=one, check=True)


def test_a_tag_that_stands_elsewhere_is_named_and_not_moved(clone, capsys):
    root = clone("one")
    subprocess.run(["git", "tag", "v0.1.0", "HEAD"], cwd=root, check=True)
    before = refs(root)
    assert run.tags([], root, known(root)) == 1
    assert "v0.1.0: stands on" in (said := capsys.readouterr().out) and "never moved" in said
    assert refs(root)["v0.1.0"] == before["v0.1.0"] and "v0.2.0" in refs(root)


def test_a_release_whose_commit_is_not_here_or_not_the_only_one_gets_no_tag(clone, capsys, tmp_path):
    root = clone("one")
    words = ["commit", "--quiet", "--allow-empty", "-m", "Release 0.2.0"]
    subprocess.run(["git", *AUTHOR, *words], cwd=root, check=True)
    absent = Release("0.1.0", date(2026, 1, 1), "0001", "1" * 40)
    assert run.tags([], root, [absent, known(root)[1]]) == 1 and not refs(root)
    said = capsys.readouterr().out
    assert "git fetch --unshallow" in said and "2 commits are called 'Release 0.2.0'" in said
    with pytest.raises(run.Stop):
        run.tags([], tmp_path, known(root))
    with pytest.raises(run.Stop):
        run.tags(["--force"], root)
