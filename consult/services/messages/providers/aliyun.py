"""SMS through Alibaba Cloud, API Dysmsapi 2017-05-25, signed with ACS3-HMAC-SHA256 ("signature method V3")."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from consult import clock
from consult.config import Config
from consult.services.messages import provider_settings
from consult.services.messages.http_json import NotTaken, post_json, told
from consult.services.messages.provider_settings import Template
from consult.services.messages.providers import PhoneProvider

ACTION, VERSION = "SendSms", "2017-05-25"
ALGORITHM = "ACS3-HMAC-SHA256"
CONTENT = "application/x-www-form-urlencoded"
"""The parameters stand in the address and the body is empty; urllib names a type all the same, so it is signed too."""
VARIABLES = ("SMS_ACCESS_KEY_ID", "SMS_ACCESS_KEY_SECRET", "SMS_SIGN", "SMS_TEMPLATES")


@dataclass(frozen=True)
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
        headers = self._headers(query, clock.now())
        _refuse_failure(post_json(f"{self.settings.endpoint}/?{query}", b"", headers))

    def _headers(self, query: str, now: datetime) -> dict[str, str]:
        headers = {
            "Content-Type": CONTENT,
            "Host": urlsplit(self.settings.endpoint).netloc,
            "x-acs-action": ACTION,
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-version": VERSION,
        }
        account = self.settings.access_key_id, self.settings.access_key_secret
        return headers | {"Authorization": authorization(*account, query, headers)}


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
    """Refuse an answer that is no success; its status may be 200 all the same. Raises NotTaken with its code."""
    code = answer.get("Code")
    if code != "OK":
        raise NotTaken(told(code) or "no answer")


def configured(config: Config) -> AliyunSms:
    """Return what sends through the account in the settings. Raises Misconfigured."""
    return AliyunSms(Settings.from_config(config))


PROVIDER = PhoneProvider(configured)
