"""SMS through Tencent Cloud, API 2021-01-11, signed with TC3-HMAC-SHA256 as documented by the provider."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

from consult import clock
from consult.config import SmsSettings
from consult.services.messages.http_json import NotTaken, post_json

SERVICE, ACTION, VERSION = "sms", "SendSms", "2021-01-11"
CONTENT = "application/json; charset=utf-8"
SIGNED_HEADERS = "content-type;host"


class TencentSms:
    """Each of our templates is mapped to an approved one, with the facts in its order."""

    def __init__(self, settings: SmsSettings) -> None:
        self.settings = settings

    def send(self, recipient: str, template: str, facts: dict[str, str], key: str = "") -> None:
        """Raises OSError; LookupError for a template the settings do not name would be a fault of the set-up."""
        approved = self.settings.templates.get(template)
        if approved is None:
            raise NotTaken("no such template")
        body = {
            "PhoneNumberSet": [recipient if recipient.startswith("+") else f"+86{recipient}"],
            "SmsSdkAppId": self.settings.app_id,
            "SignName": self.settings.sign,
            "TemplateId": approved["id"],
            "TemplateParamSet": [str(facts.get(name, "")) for name in approved["params"]],
            "SessionContext": key[:64],
        }
        payload = json.dumps(body, ensure_ascii=False).encode()
        answer = post_json(self.settings.endpoint, payload, self._headers(payload, clock.now()))
        _refuse_failure(answer.get("Response", {}))

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
    """The Authorization header of one request."""
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


def _refuse_failure(response: dict[str, object]) -> None:
    """The provider answers 200 to failures too. Raises NotTaken with its code."""
    error = response.get("Error")
    if isinstance(error, dict):
        raise NotTaken(str(error.get("Code", "unknown")))
    states = response.get("SendStatusSet")
    codes = [str(state.get("Code")) for state in states] if isinstance(states, list) else []
    if codes != ["Ok"]:
        raise NotTaken(",".join(codes) or "no answer")
