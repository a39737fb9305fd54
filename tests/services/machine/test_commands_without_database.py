"""A command on a database that is away says so in a sentence, not in a traceback."""

from dataclasses import replace

import pytest

from tests.apps import made
from tests.running.postgres import free_port


@pytest.mark.parametrize(
    "words", [["backup", "--plain"], ["polls", "close-due"], ["audit", "verify"], ["village", "list"]]
)
def test_a_command_without_its_database_says_what_to_look_at(config, tmp_path, words):
    away = replace(config, database_url=f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing")
    done = made(away).test_cli_runner().invoke(args=words)
    assert done.exit_code == 1
    assert "consult doctor" in done.output and "Traceback" not in done.output
