"""SMS through Tencent Cloud, API 2021-01-11, signed with TC3-HMAC-SHA256 as documented by the provider."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from consult import clock
from consult.config import Config
from consult.services.messages import provider_settings
from consult.services.messages.http_json import AccountRefused, NotTaken, Unanswered, post_json, told
from consult.services.messages.provider_settings import Template
from consult.services.messages.providers import PhoneProvider

SERVICE, ACTION, VERSION = "sms", "SendSms", "2021-01-11"
CONTENT = "application/json; charset=utf-8"
SIGNED_HEADERS = "content-type;host"
MOST_TOGETHER = 200
"""Phones in one call, by the provider's description; they are answered for in the same order."""
OF_THE_ACCOUNT = ("AuthFailure", "UnauthorizedOperation", "FailedOperation.InsufficientBalance")
"""Beginnings of the codes with which every other message would be refused too."""
VARIABLES = ("SMS_SECRET_ID", "SMS_SECRET_KEY", "SMS_APP_ID", "SMS_SIGN", "SMS_TEMPLATES")
OPTIONAL = ("SMS_ENDPOINT", "SMS_REGION")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """An account with Tencent Cloud."""

    endpoint: str
    region: str
    secret_id: str
    secret_key: str = field(repr=False)
    app_id: str
    sign: str
    templates: Mapping[str, Template]

    @classmethod
    def from_config(cls, config: Config) -> "Settings":
        """Read the variables. Raises Misconfigured."""
        provider_settings.refuse_missing(config, VARIABLES)
        return cls(
            endpoint=provider_settings.endpoint(config, "https://sms.tencentcloudapi.com"),
            region=config.sms.get("SMS_REGION", "ap-guangzhou"),
            secret_id=config.sms["SMS_SECRET_ID"],
            secret_key=config.sms["SMS_SECRET_KEY"],
            app_id=config.sms["SMS_APP_ID"],
            sign=config.sms["SMS_SIGN"],
            templates=provider_settings.templates(config),
        )


class TencentSms:
    """Send each of our templates as an approved one, with the facts in its order."""

    most_together = MOST_TOGETHER

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def send(self, recipient: str, template: str, facts: dict[str, str], key: str = "") -> None:
        """Hand over one message. Raises OSError, NotTaken for a template that the settings do not name."""
        for failure in self.send_together([recipient], template, facts, key):
            if failure is not None:
                raise failure

    def send_together(
        self, recipients: Sequence[str], template: str, facts: dict[str, str], key: str = ""
    ) -> list[NotTaken | None]:
        """Hand over one message to at most MOST_TOGETHER phones; say of each what failed. Raises OSError if all did."""
        approved = self.settings.templates.get(template)
        if approved is None:
            raise NotTaken("no such template")
        body = {
            "PhoneNumberSet": [one if one.startswith("+") else f"+86{one}" for one in recipients],
            "SmsSdkAppId": self.settings.app_id,
            "SignName": self.settings.sign,
            "TemplateId": approved["id"],
            "TemplateParamSet": [str(facts.get(name, "")) for name in approved["params"]],
            "SessionContext": key[:64],
        }
        payload = json.dumps(body, ensure_ascii=False).encode()
        answer = post_json(self.settings.endpoint, payload, self._headers(payload, clock.now()))
        return _failures(answer.get("Response"), len(recipients))

    def _headers(self, payload: bytes, now: datetime) -> dict[str, str]:
        host = urlsplit(self.settings.endpoint).netloc
        return {
            "Authorization": authorization(self.settings.secret_id, self.settings.secret_key, host, payload, now),
            "Host": host,
            "X-TC-Action": ACTION,
            "X-TC-Version": VERSION,
            "X-TC-Timestamp": str(int(now.timestamp())),
            "X-TC-Region": self.settings.region,
        }


def authorization(secret_id: str, secret_key: str, host: str, payload: bytes, now: datetime) -> str:
    """Return the Authorization header of one request."""
    day, stamp = now.astimezone(UTC).strftime("%Y-%m-%d"), int(now.timestamp())
    request = "\n".join(
        (
            "POST",
            "/",
            "",
            f"content-type:{CONTENT}",
            f"host:{host}",
            "",
            SIGNED_HEADERS,
            hashlib.sha256(payload).hexdigest(),
        )
    )
    scope = f"{day}/{SERVICE}/tc3_request"
    to_sign = "\n".join(("TC3-HMAC-SHA256", str(stamp), scope, hashlib.sha256(request.encode()).hexdigest()))
    signing = f"TC3{secret_key}".encode()
    for part in (day, SERVICE, "tc3_request"):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(signing, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}"


def _failures(response: object, sent: int) -> list[NotTaken | None]:
    """Return what failed of each of the messages sent; the status of the answer is 200 all the same.

    Raises NotTaken with the code of an error that concerns all of them; Unanswered where not each has its own word.
    """
    if not isinstance(response, dict):
        raise Unanswered("no answer")
    error = response.get("Error")
    if isinstance(error, dict):
        raise _refused(str(error.get("Code", "unknown")))
    states = response.get("SendStatusSet")
    codes = [str(one.get("Code")) for one in states if isinstance(one, dict)] if isinstance(states, list) else []
    if len(codes) != sent:
        raise Unanswered(",".join(map(told, codes)) or "no answer")
    return [None if code == "Ok" else _refused(code) for code in codes]


def _refused(code: str) -> NotTaken:
    """Return the error for a code, which may stand for the whole call or beside one phone: an empty account beside each."""
    return (AccountRefused if code.startswith(OF_THE_ACCOUNT) else NotTaken)(told(code) or "no answer")


def configured(config: Config) -> TencentSms:
    """Return what sends through the account in the settings. Raises Misconfigured."""
    return TencentSms(Settings.from_config(config))


PROVIDER = PhoneProvider(configured, variables=(*VARIABLES, *OPTIONAL))
