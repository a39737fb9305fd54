"""docs/deploy/README.md line by line, as a county's administrator types it: from nothing to a vote, a drill and a restore.

It runs on the Python of the distribution, which is often older than the one under test, on PostgreSQL with a password and
behind nginx with TLS. Where a line of the page fails, this fails and names the line.
"""

import http.client
import json
import platform
import re
import shutil
import socket
import ssl
import tempfile
import time
import urllib.parse
from pathlib import Path

import openpyxl
import pytest

from consult.config import ROOT
from consult.domain.phone_numbers import masked_phone
from tests.running.chapter_server import DEPLOY, NAME, Failed, Place, blocks_of, kept_environment, oldest_python
from tests.running.old_versions import OLD_VERSIONS, keys_of, make

pytestmark = [pytest.mark.sweep, pytest.mark.xdist_group("chapter")]
OTHER_SYSTEM = "The server chapter is about Debian with systemd; run this test on Linux"
PAGE = (DEPLOY / "README.md").read_text(encoding="utf-8")
BLOCKS = blocks_of(PAGE)
ALARM = "系统里放回了旧的记录"
MOST_SECONDS_TO_NOTE_HEADS = 90
"""The job runner does it each minute."""
STEPS = (ROOT / "UPGRADING.md").read_text(encoding="utf-8").partition("## Every version")[2].partition("\n## ")[0]
ROLL = (
    ("村民小组", "户号", "姓名", "与户主关系", "性别", "出生日期", "联系电话", "职务"),
    ("坑尾", "01-001", "罗银志", "户主", "男", "1955-02-27", "13800138001", "文书"),
    ("坑尾", "01-001", "罗强康", "配偶", "女", "1959-10-02", None, None),
    ("坑尾", "01-002", "邓明兰", "户主", "女", "1959-02-08", "13800138002", "村委会主任"),
    ("新屋", "02-001", "邓生银", "户主", "男", "1957-07-05", "13800138003", None),
)
CLERK = ROLL[1][6]
PIN = "730519"
A_POLL = """
from datetime import timedelta
from sqlalchemy import select
from consult import clock, create_app
from consult.domain.polls.poll_plans import PollPlan
from consult.domain.polls.polls import PollKind, Standing
from consult.domain.talk.consultations import Draft
from consult.models import Person
from consult.models import db
from consult.services.core.acts import Act
from consult.services.polls import polls
from consult.services.talk import consultations
with create_app().app_context():
    now = clock.now()
    head = db.session.scalars(select(Person).where(Person.name == "邓明兰")).one()
    draft = Draft("修好上圳", "清淤砌石。", "先清淤，再砌石。", None, ())
    opened = consultations.open_consultation(draft, [], Act.of(head, now=now, language="zh-Hans-CN", key="c"), group_ids=[])
    plan = PollPlan(body="VA_people", group_id=None, kind=PollKind.MOTION, question="您赞成吗？", options=(), max_choices=1,
        standing=Standing.ADVISORY, short_notice_reason="", opens_at=now - timedelta(minutes=1), closes_at=now + timedelta(days=3))
    act = Act.of(head, now=now, key="p")
    made = polls.draft(opened, plan, act)
    polls.announce(made, act)
    print(made.id)
"""
"""A vote of a village takes two officers and days of notice on pages; here it is made by the services behind them."""


class Browser:
    """Somebody at the door of the village: TLS through nginx, cookies, forms with their tokens."""

    def __init__(self, place: Place) -> None:
        self.place, self.cookies, self.page, self.at = place, {}, "", "/"

    def get(self, path: str) -> str:
        return self._follow("GET", path, None)

    def post(self, path: str, **fields: str) -> str:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        assert token is not None, self.page[:2000]
        return self._follow("POST", path, {"csrf_token": token[1], **fields})

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]+)"', self.page)
        assert found is not None, (name, self.page[:3000])
        return found[1]

    def ask(self, method: str, path: str, fields: dict[str, str] | None) -> tuple[http.client.HTTPResponse, str]:
        """Send one request, and keep the cookies of its answer."""
        context = ssl.create_default_context(cafile=str(self.place.root / "etc/ssl/consult/fullchain.pem"))
        line = http.client.HTTPSConnection(NAME, context=context, timeout=60)
        plain = socket.create_connection(("127.0.0.1", self.place.https), timeout=60)
        line.sock = context.wrap_socket(plain, server_hostname=NAME)
        headers = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items()), "Host": NAME}
        headers |= {"Referer": f"https://{NAME}{self.at}", "Accept-Language": "zh-CN"}
        body = urllib.parse.urlencode(fields) if fields is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body, headers)
        answer = line.getresponse()
        for cookie in answer.msg.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            assert "Secure" in cookie, cookie
            self.cookies[name] = value
        said = answer.read().decode()
        line.close()
        return answer, said

    def _follow(self, method: str, path: str, fields: dict[str, str] | None) -> str:
        answer, self.page = self.ask(method, path, fields)
        if answer.status in (302, 303):
            target = urllib.parse.urlsplit(answer.headers["Location"])
            return self._follow("GET", f"{target.path}?{target.query}".rstrip("?"), None)
        assert answer.status == 200, f"{method} {path}: {answer.status}\n{self.page[:6000]}"
        self.at = path
        return self.page


@pytest.fixture(scope="module")
def place():
    if platform.system() != "Linux":
        pytest.skip(OTHER_SYSTEM)
    python = oldest_python()
    kept = kept_environment(python, "requirements.txt")
    folder = Path(tempfile.mkdtemp(prefix="consult-chapter-", dir="/tmp"))
    folder.chmod(0o755)
    scratch = Place(folder, python, kept)
    try:
        yield scratch
    finally:
        scratch.end()
        shutil.rmtree(folder)


def after(scratch: Place, block: list[str]) -> None:
    """Do what the page asks for in words below a block, and look at what the block made."""
    text = "\n".join(block)
    if "openssl req" in text:
        assert (scratch.root / "etc/ssl/consult/privkey.pem").stat().st_mode & 0o077 == 0
    if "consult keys backup" in text:
        printed = re.search(r"BACKUP_KEY=(\S+)", scratch.said[-2][1])[1]
        scratch.set(f"BACKUP_KEY={printed}")
        (scratch.root / "var/lib/consult/backup.key").rename(scratch.root / "media/stick/backup.key")
        scratch.systemctl(["restart", "consult-web", "consult-jobs"])


SETUP = [block for block in BLOCKS if not re.search("consult (backup|restore) ", "\n".join(block))]
BACKUP, RESTORE = [block for block in BLOCKS if block not in SETUP]


def test_the_chapter_makes_a_server(place):
    write_roll(place.root / "roll.xlsx")
    for block in SETUP:
        place.type(block)
        after(place, block)


def test_a_villager_with_a_card_votes_through_nginx(place):
    take_card(place)
    place.poll = a_poll(place)
    vote(place)
    assert ballots(place) == 1
    assert asks(place, "/readyz")[0] == 200 and b"consult_" in asks(place, "/metrics")[1]


def test_while_the_app_is_away_nginx_says_so_in_the_languages_of_the_villages(place):
    place.systemctl(["stop", "consult-web"])
    status, headers, page = behind_nginx(place, "/rongxi/")
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "30", "no-store")
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert page == (DEPLOY / "down.html").read_text(encoding="utf-8")
    assert behind_nginx(place, "/rongxi/polls/1/ballots", "POST")[0] == 503
    assert behind_nginx(place, "/down.html")[0] == 404
    place.systemctl(["start", "consult-web"])
    assert behind_nginx(place, "/rongxi/")[0] == 200
    assert behind_nginx(place, "/metrics")[0] == 404


def test_no_log_of_the_server_says_who_came_or_what_for(place):
    """Also not of a visit while the app is away, when nginx has something to say."""
    place.systemctl(["stop", "consult-web"])
    assert asks(place, f"/rongxi/card?code={place.card}", tls=True)[0] == 503
    assert asks(place, f"/rongxi/card?code={place.card}", place.http)[0] == 301
    place.systemctl(["start", "consult-web"])
    logs = [*(place.root / "var/log/nginx").rglob("*"), *place.root.glob("consult-*.log")]
    said = {log.name: log.read_text(errors="replace") for log in logs if log.is_file()}
    assert "event=signed_in" in said["consult-web.log"], "the walk left its lines"
    private = [place.card, PIN, "code=", f"/polls/{place.poll}", *(row[2] for row in ROLL[1:])]
    private += [row[6] for row in ROLL[1:] if row[6]]
    assert not [(name, one) for name, text in said.items() for one in private if one in text]


def test_it_is_backed_up_drilled_and_put_back(place):
    assert "consult-2" in place.run("consult-backup")
    place.newest_backup = max((place.root / "var/backups/consult").iterdir()).name
    seen = heads(place)
    vote(place)
    assert ballots(place) == 2
    place.type(BACKUP)
    with pytest.raises(Failed, match="consult-web"):
        place.line(RESTORE[1])
    for _ in range(MOST_SECONDS_TO_NOTE_HEADS):
        if heads(place) != seen:
            break
        time.sleep(1)
    place.type(RESTORE)
    assert ballots(place) == 1


def test_a_site_that_was_put_back_can_only_be_read_until_somebody_answers_for_it(place):
    said = behind_nginx(place, "/rongxi/")[2]
    assert ALARM in said
    with pytest.raises(AssertionError, match=ALARM):
        vote(place)
    assert ballots(place) == 1
    place.line(re.search(r"`(consult audit accept-restored [^`]+)`", PAGE)[1])
    vote(place)
    assert ballots(place) == 2 and ALARM not in behind_nginx(place, "/rongxi/")[2]


def test_it_is_put_back_on_another_machine(place):
    place.elsewhere("another")
    file = place.root / "var/backups/consult" / place.newest_backup
    place.line(f"consult restore {file} --key /media/stick/backup.key")
    assert (
        "rongxi: 日志核对码 / head" in place.line("consult audit verify --village rongxi")
        and ballots(place, "another") == 1
    )


def test_the_database_of_the_oldest_version_is_upgraded_and_drilled(place):
    """By the lines of UPGRADING.md. The other versions: tests/deploy/test_old_databases.py."""
    old = OLD_VERSIONS[0]
    url = place.elsewhere(f"old_{old.revision}")
    instance = make(old, place.root, url.replace("postgresql://", "postgresql+psycopg://", 1))
    for name, key in keys_of(instance).items():
        place.set(f"{name}={key}")
    refused = place.line("consult polls set-aside", codes=(1, 2))
    assert "consult db upgrade" in refused or "flask db upgrade" in refused
    steps = [
        line
        for line in re.findall(r"`([^`]+)`", STEPS)
        if line.startswith("consult ") and not re.search("/var|FILE", line)
    ]
    assert {"consult db upgrade", "consult audit verify", "consult doctor", "consult drill"} <= set(steps)
    for line in dict.fromkeys(steps):
        if line not in ("consult doctor", "consult drill"):  # nobody runs jobs on that other machine
            place.line(line)
    assert "都好" in place.line("consult drill")


def test_pages_are_shown_while_a_reload_begins(place):
    """`bench restart` counts what is lost until both workers are new."""
    place.systemctl(["reload", "consult-web"])
    assert behind_nginx(place, "/rongxi/")[0] == 200


def write_roll(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ROLL:
        book.active.append(row)
    book.save(path)
    path.chmod(0o600)  # a file in root's own hands: the wrapper copies it for the command


def a_poll(place: Place) -> int:
    (place.root / "opt/consult/a_poll.py").write_text(A_POLL)
    done = place.as_user([place.root / "opt/consult/.venv/bin/python", "a_poll.py"], place.settings())
    return int(done.strip().splitlines()[-1])


def take_card(place: Place) -> None:
    """Print a card as the clerk, who signs in by phone, and claim it as the villager it is for."""
    clerk = Browser(place)
    clerk.get("/rongxi/sign-in")
    clerk.post("/rongxi/sign-in", phone=CLERK)
    clerk.post("/rongxi/sign-in/code", code=code_sent_to(place, CLERK))
    clerk.get("/rongxi/cards")
    groups = re.findall(r'name="group" value="(\d+)">([^<]+)<', clerk.page)
    clerk.post("/rongxi/cards", group=next(number for number, name in groups if name == "新屋"))
    place.card = re.search(r'<p class="fingerprint">([^<]+)</p>', clerk.page)[1].replace(" ", "")
    villager = Browser(place)
    villager.get(f"/rongxi/card?code={place.card}")
    person = re.search(r'name="person_id"[^>]* value="(\d+)"', villager.page)[1]
    villager.post("/rongxi/card/claim", code=place.card, person_id=person, pin=PIN)


def vote(place: Place) -> None:
    """Sign in with card and PIN, and vote."""
    villager, poll = Browser(place), f"/rongxi/polls/{place.poll}"
    villager.get(f"/rongxi/card?code={place.card}")
    villager.post("/rongxi/card/sign-in", code=place.card, pin=PIN)
    villager.get(poll)
    villager.post(f"{poll}/ballots/look", choice="1")
    villager.post(f"{poll}/ballots", choice="1", key=villager.hidden("key"))
    assert villager.at == f"{poll}/receipt"


def code_sent_to(place: Place, phone: str) -> str:
    """Read the code where a trial without a provider writes it."""
    outbox = place.root / "var/lib/consult/outbox.jsonl"
    for _ in range(300):
        if outbox.exists():
            sent = [json.loads(line) for line in outbox.read_text().splitlines()]
            if found := [one["code"] for one in sent if one["to"] == masked_phone(phone) and "code" in one]:
                return found[-1]
        time.sleep(0.1)
    raise AssertionError(f"no code came:\n{place.log('consult-jobs')}")


def ballots(place: Place, database: str = "consult") -> int:
    question = f"SELECT count(*) FROM ballot_event WHERE poll_id = {place.poll}"
    return int(place.line(f'runuser -u postgres -- psql -tA {database} -c "{question}"').strip())


def behind_nginx(place: Place, path: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
    """Ask as a stranger. Returns status, headers and page."""
    stranger = Browser(place)
    answer, said = stranger.ask(method, path, None)
    return answer.status, dict(answer.headers), said


def heads(place: Place) -> str:
    """Return the heads of the logs as the job runner noted them last; in its first minute wait for them."""
    noted = place.root / "var/lib/consult/heads.json"
    for _ in range(MOST_SECONDS_TO_NOTE_HEADS):
        if noted.exists():
            break
        time.sleep(1)
    return noted.read_text()


def asks(place: Place, path: str, port: int = 0, *, tls: bool = False) -> tuple[int, bytes]:
    """Ask the app itself, or nginx at a port or by TLS."""
    line = http.client.HTTPConnection("127.0.0.1", port or place.web, timeout=60)
    if tls:
        context = ssl.create_default_context(cafile=str(place.root / "etc/ssl/consult/fullchain.pem"))
        line.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", place.https), 60), server_hostname=NAME)
    line.request("GET", path, headers={"Host": NAME} if tls or port else {})
    answer = line.getresponse()
    said = answer.status, answer.read()
    line.close()
    return said
