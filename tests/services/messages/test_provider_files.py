"""A provider is one file: made-up ones are found, configured, and used without any other change."""

import json
import re
import sys

import pytest

from consult import create_app
from consult.config import ROOT, Config, Misconfigured
from consult.domain.messages.outbox import CODE_LIFETIME
from consult.services.messages import deliveries, dispatch, group_robots, providers
from consult.services.messages.deliveries import OutgoingMessage
from consult.web.words import tagging
from tests.inspection import MARKS
from tests.running.providers import Provider

PIGEON = '''
"""Messages by pigeon: into a file of the loft."""

from dataclasses import dataclass
from pathlib import Path

from consult.config import Config
from consult.services.messages import provider_settings
from consult.services.messages.providers import PhoneProvider


@dataclass(frozen=True)
class Pigeon:
    loft: Path

    def send(self, recipient, template, facts, key=""):
        self.loft.write_text(f"{recipient} {template} {facts['code']} {key}")


def configured(config: Config) -> Pigeon:
    provider_settings.refuse_missing(config, ["SMS_LOFT"])
    return Pigeon(Path(config.sms["SMS_LOFT"]))


PROVIDER = PhoneProvider(configured)
'''
BELL = '''
"""Robots that ring a bell."""

from pathlib import Path

from consult.services.messages.providers import RobotProvider


def say(address, secret, text, *, now):
    Path(secret).write_text(f"{address} {text}")


PROVIDER = RobotProvider("bell.example", say)
'''


@pytest.fixture
def more_providers(tmp_path, monkeypatch):
    """Two more files in the package of the providers."""
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "pigeon.py").write_text(PIGEON)
    (folder / "bell.py").write_text(BELL)
    monkeypatch.setattr(providers, "__path__", [*providers.__path__, str(folder)])
    yield folder
    for name in ("pigeon", "bell"):
        sys.modules.pop(f"{providers.__name__}.{name}", None)


def env(config: Config, **more: str) -> dict[str, str]:
    return {"CONSULT_MODE": "test", "INSTANCE_PATH": str(config.instance_path), "DELIVERY": "pigeon", **more}


def test_a_made_up_provider_of_phones_is_one_file(config, more_providers):
    loft = more_providers / "loft"
    app = create_app(Config.from_env(env(config, SMS_LOFT=str(loft))))
    with app.app_context():
        deliveries.delivery().send("13800000001", "sign_in_code", {"code": "402817"}, "k")
    assert loft.read_text() == "13800000001 sign_in_code 402817 k"


def test_what_it_needs_and_has_not_stops_the_start(config, more_providers):
    with pytest.raises(
        Misconfigured, match=r"^DELIVERY 是 pigeon，.* / DELIVERY is pigeon, but these are not set: SMS_LOFT\.$"
    ):
        create_app(Config.from_env(env(config)))
    with pytest.raises(Misconfigured, match="'owl'; it must be one of: aliyun, file, pigeon, tencent"):
        create_app(Config.from_env(env(config) | {"DELIVERY": "owl"}))


def test_without_the_file_it_is_not_offered(config):
    with pytest.raises(Misconfigured, match="'pigeon'; it must be one of: aliyun, file, tencent"):
        create_app(Config.from_env(env(config, SMS_LOFT="/")))


def test_a_made_up_robot_is_one_file(inside, config, more_providers):
    assert set(providers.robot_providers()) == {"bell", "dingtalk", "wecom"}
    address = "https://bell.example/?key=k"
    assert group_robots.mistake_in("bell", address) is None
    rung = more_providers / "rung"
    parcel = OutgoingMessage(channel="bell", recipient=address, template="duty", facts={}, key="k", secret=str(rung))
    dispatch.sender(lambda *_: "要投票了")(parcel)
    assert rung.read_text() == f"{address} 要投票了"


def test_the_example_in_the_documentation_is_a_provider(config, more_providers):
    page = (ROOT / "docs" / "providers.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert example is not None
    (more_providers / "pigeon.py").write_text(example[1])
    approved = {"sign_in_code": {"id": "7", "params": ["code"]}}
    with Provider(answer={"result": "taken"}) as provider:
        settings = {"SMS_TOKEN": "t", "SMS_TEMPLATES": json.dumps(approved), "SMS_ENDPOINT": provider.url}
        deliveries.configured(Config.from_env(env(config, **settings))).send(
            "13800000001", "sign_in_code", {"code": "402817"}, "k"
        )
    ((_, headers, body),) = provider.heard
    assert headers["authorization"] == "Bearer t"
    assert body == {"to": "13800000001", "template": "7", "words": ["402817"], "id": "k"}


ROW = re.compile(r"^\| `(\w+)`(, call)? \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
EXAMPLE = re.compile(r"SMS_TEMPLATES=(\{.*\})")


def test_each_text_of_an_sms_is_ready_to_register_in_mandarin_and_cantonese():
    page = (ROOT / "docs" / "providers.md").read_text(encoding="utf-8")
    wanted = EXAMPLE.search((ROOT / "docs" / "deploy" / "env.example").read_text(encoding="utf-8"))
    assert wanted is not None
    params = {name: len(one["params"]) for name, one in json.loads(wanted[1]).items()}
    rows = [(name, mandarin, cantonese) for name, call, mandarin, cantonese in ROW.findall(page) if not call]
    assert [name for name, *_ in rows] == list(params)
    for name, mandarin, cantonese in rows:
        for text in (mandarin, cantonese):
            assert text.count("{1}") == params[name] and text.endswith("。") and len(text) <= 70, text
            assert not MARKS.search(text)
        assert tagging.CANTONESE.search(cantonese) and not tagging.CANTONESE.search(mandarin)
        assert not tagging.is_traditional(cantonese), "providers of the mainland take simplified characters"


def test_a_code_is_said_to_hold_as_long_as_it_does():
    page = (ROOT / "docs" / "providers.md").read_text(encoding="utf-8")
    minutes = CODE_LIFETIME.seconds // 60
    assert f"{minutes}分钟内有效" in page and f"{minutes}分钟之内用" in page
