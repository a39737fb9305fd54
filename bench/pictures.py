"""Take the pictures of the guides anew from the demo village: python3 run.py bench pictures.

They stand in consult/static/guide. Whoever changes a page that a guide shows runs this and looks at what came.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

from bench.phone import FLAGS
from bench.servers import serving
from consult.config import ROOT
from consult.domain import languages
from consult.services.site import guides
from consult.web.i18n import LANGUAGE_COOKIE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = ROOT / "consult" / "static" / "guide"
VILLAGER = "李永康"
WIDTH = 360
"""Of a phone, in CSS pixels."""
SCALE = guides.PICTURE_SIZE[0] / WIDTH
HEIGHT = int(guides.PICTURE_SIZE[1] / SCALE)
LARGEST = 25_000
WITHOUT = ".demo, .acting, .by-machine"
"""What only the demo shows, and what differs from phone to phone."""


@dataclass(frozen=True)
class Scene:
    """A page, and the element that stands at the top of its picture."""

    name: str
    path: str
    top: str
    signed_in: bool = True


SCENES = (
    Scene("sign-in", "/rongxi/sign-in", "main h2", signed_in=False),
    Scene("home", "/rongxi/", "main h1"),
    Scene("vote", "/rongxi/polls/3", "#ballot"),
    Scene("comment", "/rongxi/consultations/11", "#form"),
    Scene("raise", "/rongxi/consultations/drafts/", "main h1"),
    Scene("mediation", "/rongxi/cases/new", "main h1"),
    Scene("privacy", "/rongxi/privacy", "main h1"),
    Scene("mine", "/rongxi/me", "main h1"),
)


def main(_arguments: Sequence[str] = ()) -> int:
    """Write every picture in every language that has a guide with pictures."""
    FOLDER.mkdir(exist_ok=True)
    rows = [row for row in languages.ALL if guides.path_of(guides.STEPWISE, row.code).exists()]
    with tempfile.TemporaryDirectory() as place:
        env = {"CONSULT_MODE": "demo", "INSTANCE_PATH": place, "SECURE_COOKIES": "0"}
        flask = Path(sys.executable).with_name("flask")
        for command in (["db", "upgrade"], ["demo", "seed"]):
            subprocess.run([flask, *command], cwd=ROOT, env=os.environ | env, check=True, stdout=subprocess.DEVNULL)
        with serving("app:app", env, threads=2, workers=1) as server, sync_playwright() as p:
            browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for row in rows:
                for scene, picture in _taken(browser, f"http://127.0.0.1:{server.port}", row.code, row.tag):
                    file = FOLDER / f"{scene.name}.{row.code}.webp"
                    file.write_bytes(picture)
                    print(f"{file.name}: {len(picture)} bytes")
            browser.close()
    return 0


def _taken(browser: Browser, address: str, code: str, tag: str) -> list[tuple[Scene, bytes]]:
    found = []
    for signed_in in (False, True):
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE, locale=tag, service_workers="block"
        )
        context.add_cookies([{"name": LANGUAGE_COOKIE, "value": code, "url": address}])
        page = context.new_page()
        if signed_in:
            page.goto(f"{address}/demo")
            page.locator("main li", has_text=VILLAGER).locator("button").first.click()
        found += [(scene, _small(_cut(page, address, scene))) for scene in SCENES if scene.signed_in is signed_in]
        context.close()
    return found


def _cut(page: Page, address: str, scene: Scene) -> Image.Image:
    page.goto(f"{address}{scene.path}", wait_until="networkidle")
    page.evaluate("those => document.querySelectorAll(those).forEach(one => one.remove())", WITHOUT)
    page.locator(scene.top).first.evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 4)")
    shot = page.screenshot(animations="disabled")
    picture = Image.open(io.BytesIO(shot)).convert("RGB").resize(guides.PICTURE_SIZE)
    ImageDraw.Draw(picture).rectangle((0, 0, picture.width - 1, picture.height - 1), outline="#5b665e", width=3)
    return picture


def _small(picture: Image.Image) -> bytes:
    """Return it as WebP, as good as fits the budget of a picture."""
    for quality in range(80, 0, -8):
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        if len(out.getvalue()) <= LARGEST:
            break
    return out.getvalue()
