"""SMS and group robots against a provider on this machine: what is sent, how it is signed, what a failure does."""

import base64
import dataclasses
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from consult import create_app
from consult.config import Config, Misconfigured
from consult.services.messages import deliveries
from consult.services.messages.http_json import NotTaken, post_json
from consult.services.messages.provider_settings import Template
from consult.services.messages.providers import dingtalk, tencent, wecom
from consult.services.messages.providers.file import FileOutbox
from tests.running.providers import Provider, signed_for_tencent, tencent_env

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
OK = {"Response": {"SendStatusSet": [{"Code": "Ok"}]}}
TEMPLATES: dict[str, Template] = {"duty": {"id": "77", "params": ["title", "kind"]}}
APPROVED = {"duty": {"id": "77", "params": ["closes_at", "kind"]}}
GOOD = "kT9-vB2_xQ7-mN4_pL8-wE1_zR6-yU3_oI5-aS0"


def settings(url: str) -> tencent.Settings:
    return tencent.Settings(
        endpoint=url,
        region="ap-guangzhou",
        secret_id="AKID",
        secret_key="SECRET",
        app_id="1400",
        sign="榕溪村",
        templates=TEMPLATES,
    )


def test_an_sms_carries_the_approved_template_and_the_facts_in_its_order():
    with Provider(answer=OK, check=signed_for_tencent) as provider:
        tencent.TencentSms(settings(provider.url)).send(
            "13800000001", "duty", {"kind": "task_given", "title": "砌墙"}, "sms:1:duty:task:1"
        )
    ((_, headers, body),) = provider.heard
    assert (body["TemplateId"], body["TemplateParamSet"]) == ("77", ["砌墙", "task_given"])
    assert body["PhoneNumberSet"] == ["+8613800000001"] and body["SessionContext"] == "sms:1:duty:task:1"
    assert headers["x-tc-action"] == "SendSms" and headers["authorization"].startswith(
        "TC3-HMAC-SHA256 Credential=AKID/"
    )


def test_the_signature_is_the_one_the_documentation_prescribes():
    """Put together here a second time, step by step, from the provider's description."""
    payload = b'{"a":1}'
    found = tencent.authorization("AKID", "SECRET", "sms.example", payload, NOW)
    hashed = hashlib.sha256(payload).hexdigest()
    canonical = (
        f"POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:sms.example\n\ncontent-type;host\n{hashed}"
    )
    to_sign = f"TC3-HMAC-SHA256\n{int(NOW.timestamp())}\n2026-07-01/sms/tc3_request\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    one = hmac.digest(b"TC3SECRET", b"2026-07-01", "sha256")
    three = hmac.digest(hmac.digest(one, b"sms", "sha256"), b"tc3_request", "sha256")
    assert found.endswith("Signature=" + hmac.new(three, to_sign.encode(), "sha256").hexdigest())
    assert "Credential=AKID/2026-07-01/sms/tc3_request, SignedHeaders=content-type;host" in found


@pytest.mark.parametrize(
    "answer",
    [
        {"Response": {"Error": {"Code": "AuthFailure"}}},
        {"Response": {"SendStatusSet": [{"Code": "LimitExceeded"}]}},
        {"Response": {}},
        {"Response": []},
        {"Response": {"SendStatusSet": ["Ok"]}},
    ],
)
def test_a_failure_that_comes_with_200_is_a_failure(answer):
    with Provider(answer=answer) as provider, pytest.raises(OSError) as failure:
        tencent.TencentSms(settings(provider.url)).send("13800000001", "duty", {})
    assert "138" not in str(failure.value)


def test_a_template_nobody_approved_is_never_sent():
    with Provider(answer=OK) as provider, pytest.raises(OSError):
        tencent.TencentSms(settings(provider.url)).send("13800000001", "free text", {})
    assert provider.heard == []


@pytest.mark.parametrize("status", [301, 302, 404, 500, 503])
def test_neither_redirects_nor_errors_are_followed_or_told_with_their_address(status):
    with Provider(status=status) as provider, pytest.raises(NotTaken) as failure:
        post_json(f"{provider.url}/key=secret", {})
    assert "secret" not in str(failure.value) and str(status) in str(failure.value)


def test_plain_http_is_for_this_machine_only():
    with pytest.raises(NotTaken):
        post_json("http://192.0.2.1/robot", {})


def test_a_wecom_robot_says_a_text():
    with Provider() as provider:
        wecom.say(f"{provider.url}/cgi-bin/webhook/send?key=k", "", "要投票了", now=NOW)
    ((path, _, body),) = provider.heard
    assert path.endswith("?key=k") and body == {"msgtype": "text", "text": {"content": "要投票了"}}


def test_a_dingtalk_robot_signs_time_and_secret():
    with Provider() as provider:
        dingtalk.say(f"{provider.url}/robot/send?access_token=t", "SEC123", "要投票了", now=NOW)
    query = parse_qs(urlsplit(provider.heard[0][0]).query)
    stamp = query["timestamp"][0]
    wanted = base64.b64encode(hmac.digest(b"SEC123", f"{stamp}\nSEC123".encode(), "sha256")).decode()
    assert query["sign"] == [wanted] and stamp == str(int(NOW.timestamp() * 1000)) and query["access_token"] == ["t"]


def test_a_robot_that_answers_with_an_error_code_was_not_heard():
    with Provider(answer={"errcode": 93000}) as provider, pytest.raises(OSError):
        wecom.say(f"{provider.url}/x?key=k", "", "x", now=NOW)


def test_the_settings_choose_the_provider_and_say_what_is_missing(app, config):
    with app.app_context():
        assert isinstance(deliveries.delivery(), FileOutbox)
        chosen = tencent_env("https://sms.example", APPROVED)
        app.config["CONSULT"] = dataclasses.replace(config, delivery="tencent", sms=chosen)
        assert isinstance(deliveries.delivery(), tencent.TencentSms)
    env = {"CONSULT_MODE": "test", "INSTANCE_PATH": str(config.instance_path), "DELIVERY": "tencent"}
    with pytest.raises(Misconfigured, match="SMS_SECRET_ID"):
        deliveries.configured(Config.from_env(env))
    full = env | {
        "SMS_SECRET_ID": "a",
        "SMS_SECRET_KEY": "b",
        "SMS_APP_ID": "c",
        "SMS_SIGN": "d",
        "SMS_TEMPLATES": json.dumps(APPROVED),
    }
    made = tencent.configured(Config.from_env(full)).settings
    assert made is not None and made.templates == APPROVED and not re.search(r"\bb\b", repr(made))
    assert "SMS_SECRET_KEY" not in repr(Config.from_env(full))
    wrongs = (
        {"SMS_TEMPLATES": "no json"},
        {"SMS_TEMPLATES": "[]"},
        {"DELIVERY": "pigeon"},
        {"SMS_TEMPLATES": json.dumps(TEMPLATES)},  # a villager's own words are never sent by SMS
        {
            "CONSULT_MODE": "production",
            "SECRET_KEY": GOOD,
            "DATA_KEY": GOOD[::-1],
            "PUBLIC_URL": "https://yishi.example.cn",
            "SMS_ENDPOINT": "http://sms.example",
        },
    )
    for wrong in wrongs:
        wrong_config = Config.from_env(full | wrong)
        with pytest.raises(Misconfigured):
            deliveries.configured(wrong_config)


def test_a_server_with_wrong_settings_of_its_provider_does_not_start(config):
    with pytest.raises(Misconfigured, match="SMS_SECRET_ID, SMS_SECRET_KEY, SMS_APP_ID, SMS_SIGN, SMS_TEMPLATES"):
        create_app(dataclasses.replace(config, delivery="tencent"))
    with pytest.raises(Misconfigured, match="it must be one of: aliyun, file, tencent"):
        create_app(dataclasses.replace(config, delivery="wecom"))
