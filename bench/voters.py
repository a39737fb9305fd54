"""The seeded village as a load generator sees it: cookies, form tokens, requests."""

import json
import random
import re
import secrets
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bench.client import Request, get, post
from bench.servers import ROOT

KEY = "bench-" + "k3y9Qw7ZxT2mB8vL5nR4cD6fH1jS0aGp"


def environment(folder: Path, url: str) -> dict[str, str]:
    return {
        "CONSULT_MODE": "production",
        "SECRET_KEY": KEY,
        "DATA_KEY": KEY[::-1],
        "PUBLIC_URL": "http://127.0.0.1",
        "INSTANCE_PATH": str(folder),
        "DATABASE_URL": url,
        "SECURE_COOKIES": "0",
    }


def seed(env: dict[str, str], voters: int, *, talking: bool = True) -> "Voters":
    """Build the village in a process of its own. Not `talking`: everything in it stands in its log."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.village", str(voters), "talking" if talking else "quiet"],
        cwd=ROOT,
        env=env,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"no village was made: {done.stderr[-1500:]}")
    return Voters(**json.loads(done.stdout.strip().splitlines()[-1]))


@dataclass
class Voters:
    slug: str
    poll: int
    tokens: list[str]
    talks: dict[str, int]
    """Proposals by their number of comments."""

    def __post_init__(self) -> None:
        self.cookies: dict[int, tuple[str, str]] = {}

    def sign(self, port: int, n: int) -> tuple[str, str]:
        """Fetch voter n's cookies and form token, once, from the confirm page."""
        if n not in self.cookies:
            url = f"http://127.0.0.1:{port}/{self.slug}/polls/{self.poll}"
            request = urllib.request.Request(url, headers={"Cookie": f"sign_in={self.tokens[n]}"})
            with urllib.request.urlopen(request, timeout=20) as answer:
                page = answer.read().decode()
                session = answer.headers["Set-Cookie"].split(";")[0]
            token = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert token is not None
            self.cookies[n] = (f"sign_in={self.tokens[n]}; {session}", token[1])
        return self.cookies[n]

    def sign_all(self, port: int, how_many: int) -> None:
        for n in range(how_many):
            self.sign(port, n)

    def page(self, n: int = 7) -> Request:
        return get(f"/{self.slug}/consultations/", self.cookies[n][0])

    def talk(self, comments: int, n: int = 7) -> Request:
        """Return the request for the whole page of a proposal with so many comments."""
        return get(f"/{self.slug}/consultations/{self.talks[str(comments)]}", self.cookies[n][0])

    def unanswered(self, comments: int, n: int = 7) -> Request:
        """Return the request for its open questions, as htmx sends it."""
        return get(
            f"/{self.slug}/consultations/{self.talks[str(comments)]}/comments?sort=unanswered", self.cookies[n][0]
        )

    def vote(self, n: int | None = None, *, key: str | None = None, choice: int | None = None) -> Request:
        """Return the request for one ballot of voter n (a random one of those signed in)."""
        n = random.choice(list(self.cookies)) if n is None else n
        cookie, token = self.cookies[n]
        body = f"csrf_token={token}&key={key or secrets.token_urlsafe(18)}&choice={choice or random.randint(1, 3)}"
        return post(f"/{self.slug}/polls/{self.poll}/ballots", body, cookie, "HX-Request: true\r\n")
