"""SMS and calls through Alibaba Cloud, signed with ACS3-HMAC-SHA256 ("signature method V3").

SMS: API Dysmsapi 2017-05-25. Calls that read a template out: API Dyvmsapi 2017-05-25, SingleCallByTts.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from consult import clock
from consult.config import Config, Misconfigured
from consult.domain.messages.notifications import SIGN_IN_CODE
from consult.services.messages import provider_settings
from consult.services.messages.http_json import AccountRefused, NotTaken, Unanswered, post_json, told
from consult.services.messages.provider_settings import Template
from consult.services.messages.providers import PhoneProvider

ACTION, VERSION = "SendSms", "2017-05-25"
CALL, CALL_ENDPOINT = "SingleCallByTts", "https://dyvmsapi.aliyuncs.com"
ALGORITHM = "ACS3-HMAC-SHA256"
CONTENT = "application/x-www-form-urlencoded"
"""The parameters stand in the address and the body is empty; urllib names a type all the same, so it is signed too."""
OF_THE_ACCOUNT = (
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "InvalidSecurityToken",
    "Forbidden",
    "isv.ACCOUNT",
    "isv.AMOUNT_NOT_ENOUGH",
    "isv.OUT_OF_SERVICE",
)
"""Beginnings of the codes with which every other message would be refused too."""
VARIABLES = ("SMS_ACCESS_KEY_ID", "SMS_ACCESS_KEY_SECRET", "SMS_SIGN", "SMS_TEMPLATES")
OPTIONAL = ("SMS_ENDPOINT", "SMS_CALL_ENDPOINT", "SMS_CALL_TEMPLATES")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """An account with Alibaba Cloud."""

    endpoint: str
    access_key_id: str
    access_key_secret: str = field(repr=False)
    sign: str
    templates: Mapping[str, Template]

    @classmethod
    def from_config(cls, config: Config) -> "Settings":
        """Read the variables. Raises Misconfigured."""
        provider_settings.refuse_missing(config, VARIABLES)
        return cls(
            endpoint=provider_settings.endpoint(config, "https://dysmsapi.aliyuncs.com"),
            access_key_id=config.sms["SMS_ACCESS_KEY_ID"],
            access_key_secret=config.sms["SMS_ACCESS_KEY_SECRET"],
            sign=config.sms["SMS_SIGN"],
            templates=provider_settings.templates(config),
        )

    def post(self, endpoint: str, action: str, query: str) -> Mapping[str, object]:
        """Send one signed request and return the answer. Raises OSError."""
        try:
            return post_json(f"{endpoint}/?{query}", b"", self._headers(endpoint, action, query, clock.now()))
        except NotTaken as error:  # refused accounts are answered with a status of failure here
            if str(error).rpartition(" ")[2].startswith(OF_THE_ACCOUNT):
                raise AccountRefused(str(error)) from None
            raise

    def _headers(self, endpoint: str, action: str, query: str, now: datetime) -> dict[str, str]:
        headers = {
            "Content-Type": CONTENT,
            "Host": urlsplit(endpoint).netloc,
            "x-acs-action": action,
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-version": VERSION,
        }
        account = self.access_key_id, self.access_key_secret
        return headers | {"Authorization": authorization(*account, query, headers)}


class AliyunSms:
    """Send each of our templates as an approved one, whose variables have the names of our facts."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def send(self, recipient: str, template: str, facts: dict[str, str], key: str = "") -> None:
        """Hand over one message. Raises OSError, NotTaken for a template that the settings do not name.

        The API drops no second copy; the key only comes back with its receipts.
        """
        approved = self.settings.templates.get(template)
        if approved is None:
            raise NotTaken("no such template")
        words = {name: str(facts.get(name, "")) for name in approved["params"]}
        query = canonical_query(
            {
                "PhoneNumbers": recipient.removeprefix("+"),
                "SignName": self.settings.sign,
                "TemplateCode": approved["id"],
                "TemplateParam": json.dumps(words, ensure_ascii=False),
                "OutId": key[:64],
            }
        )
        _refuse_failure(self.settings.post(self.settings.endpoint, ACTION, query))


class AliyunCalls:
    """Call a phone and read an approved template of calls out, twice."""

    def __init__(self, settings: Settings, templates: Mapping[str, Template], endpoint: str) -> None:
        self.settings, self.templates, self.endpoint = settings, templates, endpoint

    def send(self, recipient: str, template: str, facts: dict[str, str], key: str = "") -> None:
        """Ask for one call. Raises OSError, NotTaken for a template that the settings do not name."""
        approved = self.templates.get(template)
        if approved is None:
            raise NotTaken("no such template")
        words = {name: " ".join(str(facts.get(name, ""))) for name in approved["params"]}  # digit by digit
        query = canonical_query(
            {
                "CalledNumber": recipient.removeprefix("+"),
                "TtsCode": approved["id"],
                "TtsParam": json.dumps(words, ensure_ascii=False),
                "PlayTimes": "2",
                "OutId": key[:64],
            }
        )
        _refuse_failure(self.settings.post(self.endpoint, CALL, query))


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Return the parameters as the signature wants them: sorted by name, percent-encoded by RFC 3986."""
    return "&".join(f"{quote(name, safe='')}={quote(parameters[name], safe='')}" for name in sorted(parameters))


def canonical_request(query: str, headers: Mapping[str, str]) -> str:
    """Return what is signed of a POST to the path "/". Every one of `headers` is signed; one is x-acs-content-sha256."""
    signed = {name.lower(): value.strip() for name, value in sorted(headers.items(), key=lambda one: one[0].lower())}
    lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
    return "\n".join(("POST", "/", query, lines, ";".join(signed), signed["x-acs-content-sha256"]))


def authorization(key_id: str, key_secret: str, query: str, headers: Mapping[str, str]) -> str:
    """Return the Authorization header of one request."""
    hashed = hashlib.sha256(canonical_request(query, headers).encode()).hexdigest()
    signature = hmac.new(key_secret.encode(), f"{ALGORITHM}\n{hashed}".encode(), hashlib.sha256).hexdigest()
    names = ";".join(sorted(name.lower() for name in headers))
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"


def _refuse_failure(answer: Mapping[str, object]) -> None:
    """Refuse an answer that is no success; its status may be 200 all the same.

    Raises NotTaken with its code; Unanswered where it has none.
    """
    said = answer.get("Code")
    if not isinstance(said, str) or not said:
        raise Unanswered("no answer")
    code = told(said)
    if code != "OK":
        raise (AccountRefused if code.startswith(OF_THE_ACCOUNT) else NotTaken)(code or "no answer")


def configured(config: Config) -> AliyunSms:
    """Return what sends through the account in the settings. Raises Misconfigured."""
    return AliyunSms(Settings.from_config(config))


def configured_calls(config: Config) -> AliyunCalls | None:
    """Return what calls through the account; None without SMS_CALL_TEMPLATES. Raises Misconfigured, also without the code."""
    if not config.sms.get("SMS_CALL_TEMPLATES"):
        return None
    templates = provider_settings.templates(config, "SMS_CALL_TEMPLATES")
    if SIGN_IN_CODE not in templates:
        raise Misconfigured(
            f"SMS_CALL_TEMPLATES 里没有 {SIGN_IN_CODE}：打电话的按钮就没有用 / "
            f"SMS_CALL_TEMPLATES has no {SIGN_IN_CODE}: the button for a call would do nothing."
        )
    endpoint = provider_settings.endpoint(config, CALL_ENDPOINT, "SMS_CALL_ENDPOINT")
    return AliyunCalls(Settings.from_config(config), templates, endpoint)


PROVIDER = PhoneProvider(configured, configured_calls, (*VARIABLES, *OPTIONAL))
