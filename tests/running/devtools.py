"""Drives one page of any Chromium from 66 to today by its DevTools protocol; Playwright begins at 83."""

import base64
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.running import children

SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-zygote",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
LISTENS = "DevTools listening on ws://"
SECONDS, START_SECONDS = 15.0, 90.0
PLACE = """(function () {
  var e = document.querySelector(%s);
  if (!e) { return null; }
  e.scrollIntoView({ block: "center" });
  var r = e.getClientRects()[0] || e.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + r.height / 2;
  var top = document.elementFromPoint(x, y);
  return { x: x, y: y, free: !!top && (e.contains(top) || top.contains(e)), over: top && top.outerHTML.slice(0, 120) };
})()"""


class Wire:
    """The client's end of a WebSocket (RFC 6455), as much of it as the protocol needs."""

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self.socket = socket.create_connection((there.hostname or "", there.port or 80), timeout=SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {there.path} HTTP/1.1\r\nHost: {there.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.file = self.socket.makefile("rb")
        assert b" 101 " in self.file.readline()
        while self.file.readline().strip():
            pass

    def send(self, text: str) -> None:
        said = text.encode()
        size = len(said)
        if size < 126:
            head = bytes((0x81, 0x80 | size))
        else:
            head = (
                bytes((0x81, 0x80 | 126)) + size.to_bytes(2)
                if size < 65536
                else bytes((0x81, 0x80 | 127)) + size.to_bytes(8)
            )
        self.socket.sendall(
            head + bytes(4) + said
        )  # the mask of a client may be anything: zeros leave the words as they are

    def receive(self) -> str:
        heard = b""
        while True:
            first, size = self._exactly(2)
            if size >= 126:
                size = int.from_bytes(self._exactly(2 if size == 126 else 8))
            part = self._exactly(size)
            if first & 0x0F in (0, 1):
                heard += part
                if first & 0x80:
                    return heard.decode()
            elif first & 0x0F == 8:
                raise ConnectionError("the browser has ended")

    def close(self) -> None:
        with suppress(OSError):
            self.file.close()
        self.socket.close()

    def _exactly(self, size: int) -> bytes:
        found = self.file.read(size)
        if len(found) < size:
            raise ConnectionError("the browser has ended")
        return found


class Engine:
    """A browser with one page, as a phone."""

    def __init__(self, program: Path, env: Mapping[str, str], *, width: int = 360, height: int = 780) -> None:
        self.home = tempfile.mkdtemp(prefix="old-chromium-")
        self.hearing: threading.Thread | None = None
        command = [str(program), *SWITCHES, f"--user-data-dir={self.home}", "about:blank"]
        self.process = children.start(
            command, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        try:
            self.wire = Wire(self._address(program))
        except BaseException:
            self._end()
            raise
        self.numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.resize(width, height)
        self.call("Emulation.setTouchEmulationEnabled", enabled=True)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self.numbers)
        self.wire.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            heard = json.loads(self.wire.receive())
            if heard.get("id") == number:
                if "error" in heard:
                    raise RuntimeError(f"{method}: {heard['error']}")
                result: dict[str, Any] = heard["result"]
                return result
            self.events.append(heard)

    def resize(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True)

    def goto(self, url: str) -> str:
        """Open an address. Returns the fault of the network, or nothing."""
        self.js("window.left = true")
        failed = str(self.call("Page.navigate", url=url).get("errorText") or "")
        if not failed:
            self.until("!window.left && document.readyState === 'complete'")
        return failed

    def js(self, source: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=source, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def until(self, source: str, seconds: float = SECONDS) -> Any:
        """Wait until an expression is true, over any change of the page."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(RuntimeError):
                if found := self.js(source):
                    return found
            time.sleep(0.04)
        raise TimeoutError(f"{source}; on the page stands: {self.text()[:400]}")

    def until_there(self, selector: str, seconds: float = SECONDS) -> None:
        self.until(f"document.readyState === 'complete' && !!document.querySelector({json.dumps(selector)})", seconds)

    def text(self, selector: str = "body") -> str:
        found = json.dumps(selector)
        return str(self.js(f"(document.querySelector({found}) || {{ innerText: '' }}).innerText"))

    def path(self) -> str:
        return str(self.js("location.pathname"))

    def tap(self, selector: str) -> None:
        """Tap the middle of an element, which must be in view with nothing over it."""
        place = self.until(PLACE % json.dumps(selector))
        assert place["free"], f"{selector} lies under {place['over']}"
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place["x"], y=place["y"], button="left", clickCount=1)

    def fill(self, selector: str, text: str) -> None:
        field, words = json.dumps(selector), json.dumps(text)
        self.js(
            f"(function () {{ var e = document.querySelector({field}); e.focus(); e.value = {words};"
            "e.dispatchEvent(new Event('input', { bubbles: true })); e.dispatchEvent(new Event('change', { bubbles: true })); })()"
        )

    def cookie(self, name: str, value: str, url: str) -> None:
        self.call("Network.setCookie", name=name, value=value, url=url)

    def picture(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def faults(self) -> list[str]:
        """Return the script errors so far, and what the content policy blocked."""
        self.js("0")
        thrown = [e["params"]["exceptionDetails"] for e in self.events if e.get("method") == "Runtime.exceptionThrown"]
        said = [e["params"]["entry"] for e in self.events if e.get("method") == "Log.entryAdded"]
        return [
            *(str(one.get("exception", {}).get("description") or one["text"])[:200] for one in thrown),
            *(str(one["text"])[:200] for one in said if one["level"] == "error" and one["source"] != "network"),
        ]

    def close(self) -> None:
        self.wire.close()
        self._end()

    def _address(self, program: Path) -> str:
        assert self.process.stderr is not None
        said = ""
        for line in self.process.stderr:
            said += line
            if LISTENS in line:
                break
        else:
            raise RuntimeError(f"{program} does not start: {said}")
        self.hearing = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.hearing.start()
        port = line.split(LISTENS)[1].split("/")[0]
        opener, end = urllib.request.build_opener(urllib.request.ProxyHandler({})), time.monotonic() + START_SECONDS
        while time.monotonic() < end:  # the first page appears a moment after the port
            with opener.open(f"http://{port}/json", timeout=START_SECONDS) as answer:
                for page in json.load(answer):
                    if page["type"] == "page":
                        return str(page["webSocketDebuggerUrl"])
            time.sleep(0.05)
        raise TimeoutError("the browser opens no page")

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.hearing is not None:
            self.hearing.join(SECONDS)
        if self.process.stderr is not None:
            self.process.stderr.close()
        shutil.rmtree(self.home, ignore_errors=True)
