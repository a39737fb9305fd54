"""What leaves the house, and what must not: a trial speaks to nobody, times are the village's, failures tell nothing."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta

import pytest

from consult import clock
from consult.domain.messages.notifications import NotificationEvent
from consult.models import Village, db
from consult.services.messages import deliveries, dispatch, group_robots, notifications, outbox
from consult.services.messages.deliveries import OutgoingMessage
from consult.services.people import codes
from tests.running.providers import Provider, tencent_env

TEMPLATES = {"sign_in_code": {"id": "1", "params": ["code"]}, "duty": {"id": "2", "params": ["closes_at"]}}


@pytest.fixture
def parcel() -> OutgoingMessage:
    return OutgoingMessage(
        channel="sms",
        recipient="13800000001",
        template="duty",
        facts={"closes_at": "2026-07-01T20:30:00+00:00"},
        key="k",
        timezone="Asia/Shanghai",
    )


def heard(config) -> list[dict[str, str]]:
    return [json.loads(line) for line in (config.instance_path / "outbox.jsonl").read_text().splitlines()]


def test_an_sms_tells_times_by_the_clock_of_the_village(inside, config, parcel):
    dispatch.sender(lambda *_: "")(parcel)
    assert heard(config)[-1]["closes_at"] == "7月2日04:30"


@pytest.mark.parametrize("instant", ["2026-12-12T11:30:00+00:00", "2026-01-01T15:59:59+00:00"])
def test_a_time_fits_into_a_variable_of_a_provider(inside, config, parcel, instant):
    dispatch.sender(lambda *_: "")(dataclasses.replace(parcel, facts={"closes_at": instant}))
    assert len(heard(config)[-1]["closes_at"]) <= 12


def test_in_the_demo_neither_phones_nor_robots_are_really_spoken_to(app, inside, config, parcel):
    with Provider() as provider:
        tried = dataclasses.replace(config, mode="demo", delivery="tencent", sms=tencent_env(provider.url, TEMPLATES))
        app.config["CONSULT"] = tried
        send = dispatch.sender(lambda *_: "要投票了")
        send(parcel)
        send(dataclasses.replace(parcel, channel="wecom", recipient=f"{provider.url}/x?key=k"))
    assert provider.heard == [] and heard(config)[-1]["text"] == "要投票了"


def test_whether_a_number_is_known_shows_neither_in_an_error_nor_in_the_answer(app, inside, config, monkeypatch):
    with Provider(status=500) as provider:
        app.config["CONSULT"] = dataclasses.replace(
            config, delivery="tencent", sms=tencent_env(provider.url, TEMPLATES)
        )
        assert codes.ask(inside.id, inside.ah_fong.phone, now=clock.now()) == inside.ah_fong.phone
        deliveries.ASIDE.submit(lambda: None).result(10)
    assert codes.ask(inside.id, "13999999999", now=clock.now()) == "13999999999"


@pytest.mark.parametrize(
    "address",
    [
        "https://[",
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k",
        "https://qyapi.weixin.qq.com:8443/x?key=k",
        "https://me@qyapi.weixin.qq.com/x?key=k",
        "https://qyapi.weixin.qq.com.example/x?key=k",
        "https://qyapi.weixin.qq.com/x",
    ],
)
def test_only_the_providers_own_address_is_taken_for_a_robot(address):
    assert group_robots.mistake_in("wecom", address) is not None
    assert group_robots.mistake_in("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k") is None


def test_a_message_knows_the_village_whose_clock_it_tells(inside):
    db.session.get(Village, inside.id).timezone = "Asia/Urumqi"
    db.session.commit()
    now = datetime(2026, 7, 1, tzinfo=UTC)
    notifications.tell(
        [inside.ah_fong.id], NotificationEvent.DUTY, "task:9", village_id=inside.id, consultation_id=None, now=now
    )
    db.session.commit()
    sent: list[OutgoingMessage] = []
    outbox.sweep(sent.append, now=now + timedelta(seconds=1))
    assert sent[0].timezone == "Asia/Urumqi"
