"""SMS through Alibaba Cloud: the published signature, and a server on loopback that checks each signature by itself."""

import dataclasses
import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from consult import create_app
from consult.config import Misconfigured
from consult.services.messages import deliveries
from consult.services.messages.http_json import NotTaken
from consult.services.messages.providers import aliyun
from tests.running.providers import Provider, aliyun_env, signed_for_aliyun

OK = {"Code": "OK", "Message": "OK", "BizId": "9006", "RequestId": "F655A8D5"}
APPROVED = {"duty": {"id": "SMS_77", "params": ["closes_at", "kind"]}}
FACTS = {"kind": "task given", "closes_at": "07-02 04:30"}

# The published example of the documentation of Alibaba Cloud, "Request syntax and signature method V3"
# (alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature): the values it fixes and their result.
PUBLISHED_QUERY = {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
PUBLISHED_HEADERS = {
    "x-acs-action": "RunInstances",
    "x-acs-version": "2014-05-26",
    "host": "ecs.cn-shanghai.aliyuncs.com",
    "x-acs-date": "2023-10-26T10:22:32Z",
    "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
}
PUBLISHED_HASH = "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
PUBLISHED_AUTHORIZATION = (
    "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
    "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
    "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
)


def sender(url: str) -> aliyun.AliyunSms:
    return aliyun.AliyunSms(
        aliyun.Settings(
            endpoint=url, access_key_id="AKID", access_key_secret="SECRET", sign="榕溪村", templates=APPROVED
        )
    )


def test_the_signature_is_that_of_the_published_example():
    query = aliyun.canonical_query(PUBLISHED_QUERY)
    canonical = aliyun.canonical_request(query, PUBLISHED_HEADERS)
    assert hashlib.sha256(canonical.encode()).hexdigest() == PUBLISHED_HASH
    found = aliyun.authorization("YourAccessKeyId", "YourAccessKeySecret", query, PUBLISHED_HEADERS)
    assert found == PUBLISHED_AUTHORIZATION


def test_what_is_no_letter_is_encoded_as_the_signature_wants_it():
    assert aliyun.canonical_query({"b": "a *~/+", "A": "榕"}) == "A=%E6%A6%95&b=a%20%2A~%2F%2B"


def test_a_provider_that_checks_signatures_takes_each_message():
    with Provider(answer=OK, check=signed_for_aliyun()) as provider:
        for number in ("13800000001", "+85291234567"):
            sender(provider.url).send(number, "duty", FACTS, "sms:1:duty:task:1")
    first, second = (parse_qs(urlsplit(path).query) for path, _, _ in provider.heard)
    assert first == {
        "PhoneNumbers": ["13800000001"],
        "SignName": ["榕溪村"],
        "TemplateCode": ["SMS_77"],
        "TemplateParam": ['{"closes_at": "07-02 04:30", "kind": "task given"}'],
        "OutId": ["sms:1:duty:task:1"],
    }
    assert second["PhoneNumbers"] == ["85291234567"]
    headers = provider.heard[0][1]
    assert (headers["x-acs-action"], headers["x-acs-version"]) == ("SendSms", "2017-05-25")


def test_a_wrong_key_is_refused_and_the_error_names_the_code_and_no_number():
    settings = aliyun.Settings(
        endpoint="", access_key_id="AKID", access_key_secret="WRONG", sign="榕溪村", templates=APPROVED
    )
    with Provider(answer=OK, check=signed_for_aliyun()) as provider, pytest.raises(NotTaken) as failure:
        aliyun.AliyunSms(dataclasses.replace(settings, endpoint=provider.url)).send("13800000001", "duty", FACTS)
    assert provider.refused == 1 and provider.heard == []
    assert str(failure.value) == "status 403 SignatureDoesNotMatch"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "13800000001"}, "isv.BUSINESS_LIMIT_CONTROL"),
        ({"Code": "of 13800000001"}, "no answer"),
        ({"Code": {"OK": "OK"}}, "no answer"),
        ({"Message": "OK"}, "no answer"),
        (["OK"], "no object"),
    ],
)
def test_a_failure_that_comes_with_200_is_a_failure(answer, said):
    with Provider(answer=answer) as provider, pytest.raises(NotTaken) as failure:
        sender(provider.url).send("13800000001", "duty", FACTS)
    assert str(failure.value) == said


def test_a_template_nobody_approved_is_never_sent():
    with Provider(answer=OK) as provider, pytest.raises(NotTaken):
        sender(provider.url).send("13800000001", "free text", {})
    assert provider.heard == []


def test_the_settings_choose_it_and_a_missing_one_stops_the_start(app, config):
    with Provider(answer=OK, check=signed_for_aliyun()) as provider, app.app_context():
        chosen = aliyun_env(provider.url, APPROVED)
        app.config["CONSULT"] = dataclasses.replace(config, delivery="aliyun", sms=chosen)
        deliveries.delivery().send("13800000001", "duty", FACTS)
    assert len(provider.heard) == 1
    made = aliyun.configured(dataclasses.replace(config, delivery="aliyun", sms=chosen)).settings
    assert made.templates == APPROVED and "SECRET" not in repr(made)
    for name in ("SMS_ACCESS_KEY_ID", "SMS_ACCESS_KEY_SECRET", "SMS_SIGN", "SMS_TEMPLATES"):
        without = {one: value for one, value in chosen.items() if one != name}
        with pytest.raises(Misconfigured, match=f"DELIVERY is aliyun, but these are not set: {name}."):
            create_app(dataclasses.replace(config, delivery="aliyun", sms=without))
    private = chosen | {"SMS_TEMPLATES": json.dumps({"duty": {"id": "SMS_77", "params": ["title"]}})}
    with pytest.raises(Misconfigured, match="SMS_TEMPLATES names title"):
        create_app(dataclasses.replace(config, delivery="aliyun", sms=private))


def test_a_code_is_read_out_digit_by_digit_by_a_call(app, config):
    calls = {"sign_in_code": {"id": "TTS_9", "params": ["code"]}}
    with Provider(answer=OK, check=signed_for_aliyun()) as provider, app.app_context():
        settings = aliyun_env(provider.url, APPROVED) | {"SMS_CALL_ENDPOINT": provider.url}
        app.config["CONSULT"] = dataclasses.replace(config, delivery="aliyun", sms=settings)
        assert deliveries.calls() is None
        settings["SMS_CALL_TEMPLATES"] = json.dumps(calls)
        caller = deliveries.calls()
        assert caller is not None
        caller.send("13800000001", "sign_in_code", {"code": "402817"}, "k")
        with pytest.raises(NotTaken):
            caller.send("13800000001", "duty", FACTS)
    [(path, headers, _)] = provider.heard
    said = parse_qs(urlsplit(path).query)
    assert (said["CalledNumber"], said["TtsCode"]) == (["13800000001"], ["TTS_9"])
    assert said["TtsParam"] == ['{"code": "4 0 2 8 1 7"}']
    assert (headers["x-acs-action"], headers["x-acs-version"]) == ("SingleCallByTts", "2017-05-25")


def test_calls_that_cannot_read_out_a_code_stop_the_start(config):
    """Else the page offers a call that never comes."""
    calls = {"duty": {"id": "TTS_9", "params": []}}
    settings = aliyun_env("http://127.0.0.1:1", APPROVED) | {"SMS_CALL_TEMPLATES": json.dumps(calls)}
    with pytest.raises(Misconfigured, match="SMS_CALL_TEMPLATES has no sign_in_code"):
        create_app(dataclasses.replace(config, delivery="aliyun", sms=settings))


def test_wrong_templates_of_calls_stop_the_start(config):
    settings = aliyun_env("http://127.0.0.1:1", APPROVED) | {"SMS_CALL_TEMPLATES": "[]"}
    with pytest.raises(Misconfigured, match="SMS_CALL_TEMPLATES must be JSON"):
        create_app(dataclasses.replace(config, delivery="aliyun", sms=settings))
