"""Goal 9: bytes, requests and first paint of a signed-in home page on a slow phone line, in a real Chromium."""

from __future__ import annotations

import gzip
import shutil
import urllib.request
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from bench.goals import Row
    from bench.voters import Voters

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


def rows(address: str, voters: Voters) -> list[Row]:
    from bench.goals import Row

    first, repeat = _visits(address, voters)
    sizes = {kind: _gzipped(address, kind, voters) for kind in ("html", "css", "htmx")}
    return [
        Row(
            "9",
            "first visit of home: bytes over the line",
            "<= 40 kB",
            f"{first['bytes'] / 1000:.1f} kB",
            first["bytes"] <= 40_000,
        ),
        Row("9", "first visit of home: requests", "<= 6", str(first["requests"]), first["requests"] <= 6),
        Row(
            "9",
            "first contentful paint (400 ms, 400 kbit/s, CPU / 6)",
            "<= 1.2 s",
            f"{first['fcp'] / 1000:.2f} s",
            first["fcp"] <= 1200,
        ),
        Row("9", "repeat visit, nothing changed: bytes", "<= 1 kB", f"{repeat['bytes']} B", repeat["bytes"] <= 1000),
        Row("9", "HTML of home, gzipped", "<= 12 kB", f"{sizes['html'] / 1000:.1f} kB", sizes["html"] <= 12_000),
        Row("9", "CSS, gzipped", "<= 6 kB", f"{sizes['css'] / 1000:.1f} kB", sizes["css"] <= 6_000),
        Row("9", "htmx, gzipped", "<= 17 kB", f"{sizes['htmx'] / 1000:.1f} kB", sizes["htmx"] <= 17_000),
    ]


def _visits(address: str, voters: Voters) -> tuple[dict[str, Any], dict[str, Any]]:
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, device_scale_factor=2, service_workers="block"
        )
        context.add_cookies([{"name": "sign_in", "value": voters.tokens[7], "url": address}])
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW_3G)
        line.send("Emulation.setCPUThrottlingRate", {"rate": 6})
        seen: list[float] = []
        line.on("Network.loadingFinished", lambda event: seen.append(event["encodedDataLength"]))
        visits = []
        for _ in range(2):
            seen.clear()
            page.goto(f"{address}/{voters.slug}/", wait_until="networkidle")
            paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
            visits.append({"bytes": int(sum(seen)), "requests": len([s for s in seen if s]), "fcp": paint})
        browser.close()
    return visits[0], visits[1]


def _gzipped(address: str, kind: str, voters: Voters) -> int:
    paths = {"html": f"/{voters.slug}/", "css": "/static/style.css", "htmx": "/static/vendor/htmx-1.9.12.min.js"}
    headers = {"Accept-Encoding": "gzip", "Cookie": f"sign_in={voters.tokens[7]}"}
    with urllib.request.urlopen(urllib.request.Request(address + paths[kind], headers=headers)) as answer:
        body = answer.read()
    assert answer.headers["Content-Encoding"] == "gzip" and gzip.decompress(body)
    return len(body)
