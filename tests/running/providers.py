"""A provider on this very machine: a real server that keeps what it was sent, and may be slow, refuse, or check signatures.

The checks put the signature together a second time from what came over the wire, by the providers' descriptions.
"""

import hashlib
import hmac
import json
import re
import ssl
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from tests import hours

ACCOUNT, SECRET = "AKID", "SECRET"
CLOCKS_APART_SECONDS = 15 * 60


@dataclass(frozen=True)
class Heard:
    """One request as it came: the path with its query, headers in small letters, the bytes of the body."""

    path: str
    headers: Mapping[str, str]
    body: bytes


Check = Callable[[Heard], bool]


class Quiet(ThreadingHTTPServer):
    """Says nothing of callers who hung up before the answer: slow providers have many."""

    def handle_error(self, _request: object, _address: object) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc()


class Provider:
    """`heard` holds (path with query, headers in small letters, JSON) of every request. Use it in a with statement.

    With a `check`, a request that does not pass it is answered with 403 and the code SignatureDoesNotMatch. With a `certificate`
    (a file with it and its key) it speaks https, as a server in production wants it.
    """

    def __init__(
        self,
        *,
        answer: dict[str, Any] | None = None,
        status: int = 200,
        slow: float = 0.0,
        check: Check | None = None,
        certificate: Path | None = None,
    ) -> None:
        self.heard: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answer, self.status, self.slow = answer or {"errcode": 0}, status, slow
        self.refused = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                if check is not None and not check(Heard(self.path, headers, body)):
                    outer.refused += 1
                    self._say(403, {"Code": "SignatureDoesNotMatch", "Message": f"of {self.path}"})
                    return
                outer.heard.append((self.path, headers, json.loads(body or b"{}")))
                time.sleep(outer.slow)
                self._say(outer.status, outer.answer)

            def _say(self, status: int, answer: Mapping[str, Any]) -> None:
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                if status in (301, 302):
                    self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_args: object) -> None:
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "Provider":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_args: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def a_certificate(folder: Path) -> Path:
    """Make a certificate of this very machine and its key in one file, which SSL_CERT_FILE may name. Needs openssl."""
    made = folder / "provider.pem"
    if not made.exists():
        names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", *names]
        subprocess.run(
            [*command, "-keyout", str(made), "-out", str(folder / "made.pem")], check=True, capture_output=True
        )
        made.write_text(made.read_text() + (folder / "made.pem").read_text())
    return made


def tencent_env(url: str, templates: Mapping[str, Any]) -> dict[str, str]:
    """Variables of an account with the Tencent Cloud that stands at `url`."""
    return {
        "SMS_ENDPOINT": url,
        "SMS_SECRET_ID": ACCOUNT,
        "SMS_SECRET_KEY": SECRET,
        "SMS_APP_ID": "1400",
        "SMS_SIGN": "榕溪村",
        "SMS_TEMPLATES": json.dumps(templates),
    }


def aliyun_env(url: str, templates: Mapping[str, Any]) -> dict[str, str]:
    """Variables of an account with the Alibaba Cloud that stands at `url`."""
    return {
        "SMS_ENDPOINT": url,
        "SMS_ACCESS_KEY_ID": ACCOUNT,
        "SMS_ACCESS_KEY_SECRET": SECRET,
        "SMS_SIGN": "榕溪村",
        "SMS_TEMPLATES": json.dumps(templates),
    }


def signed_for_tencent(heard: Heard) -> bool:
    """Whether a request carries the TC3-HMAC-SHA256 signature of the account, made within the last minutes."""
    scheme = r"TC3-HMAC-SHA256 Credential=(\w+)/([\d-]+)/sms/tc3_request, SignedHeaders=([\w;-]+), Signature=(\w+)"
    found = re.fullmatch(scheme, heard.headers["authorization"])
    stamp = int(heard.headers["x-tc-timestamp"])
    if found is None or found[1] != ACCOUNT or abs(hours.now() - stamp) > CLOCKS_APART_SECONDS:
        return False
    if datetime.fromtimestamp(stamp, UTC).date().isoformat() != found[2]:
        return False
    to_sign = f"TC3-HMAC-SHA256\n{stamp}\n{found[2]}/sms/tc3_request\n{_hashed(_canonical(heard, found[3]))}"
    key = f"TC3{SECRET}".encode()
    for part in (found[2], "sms", "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex() == found[4]


def signed_for_aliyun() -> Check:
    """A check of ACS3-HMAC-SHA256: every x-acs header is signed, the time is near, the nonce was never seen."""
    nonces: set[str] = set()

    def check(heard: Heard) -> bool:
        scheme = r"ACS3-HMAC-SHA256 Credential=(\w+),SignedHeaders=([\w;-]+),Signature=(\w+)"
        found = re.fullmatch(scheme, heard.headers["authorization"])
        if found is None or found[1] != ACCOUNT:
            return False
        wanted = {name for name in heard.headers if name.startswith("x-acs-") or name in ("host", "content-type")}
        sent_at = datetime.fromisoformat(heard.headers["x-acs-date"]).timestamp()
        nonce = heard.headers["x-acs-signature-nonce"]
        if set(found[2].split(";")) != wanted or abs(hours.now() - sent_at) > CLOCKS_APART_SECONDS or nonce in nonces:
            return False
        nonces.add(nonce)
        if heard.headers["x-acs-content-sha256"] != hashlib.sha256(heard.body).hexdigest():
            return False
        to_sign = f"ACS3-HMAC-SHA256\n{_hashed(_canonical(heard, found[2]))}"
        return hmac.digest(SECRET.encode(), to_sign.encode(), "sha256").hex() == found[3]

    return check


def _canonical(heard: Heard, signed: str) -> str:
    """The canonical request, on which both providers agree, from what came over the wire."""
    address = urlsplit(heard.path)
    pairs = sorted(parse_qsl(address.query, keep_blank_values=True))
    query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    names = signed.split(";")
    assert names == sorted(names)
    lines = [f"{name}:{heard.headers[name].strip()}" for name in names]
    return "\n".join(["POST", address.path, query, *lines, "", signed, hashlib.sha256(heard.body).hexdigest()])


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
