"""Where messages go while no provider is set up."""

import dataclasses
import json
import stat

import pytest

from consult import create_app
from consult.services.messages import deliveries

FACTS = {"code": "402817"}


@pytest.fixture
def send(config):
    def in_mode(mode: str) -> None:
        app = create_app(dataclasses.replace(config, mode=mode))
        with app.app_context():
            deliveries.delivery().send("13800000001", "sign_in_code", FACTS)

    return in_mode


def test_a_message_is_one_line_in_a_file_that_only_its_owner_reads(send, config):
    send("test")
    send("test")
    path = config.instance_path / "outbox.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines == [{"to": "13800000001", "template": "sign_in_code", **FACTS}] * 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("mode", "heard"), [("demo", True), ("test", False), ("production", False)])
def test_a_code_is_said_aloud_on_the_console_in_demo_mode_only(send, capfd, mode, heard):
    send(mode)
    out, err = capfd.readouterr()
    assert (FACTS["code"] in err) is heard
    assert FACTS["code"] not in out
