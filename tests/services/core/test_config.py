"""What a server needs before it starts, and the commands that run without anybody asking."""

import os
import re
import secrets
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import make_url

import run
from consult import create_app
from consult.cli import jobs
from consult.config import HEADS, MEDIA, NAMES, ROOT, Config, Misconfigured, guard_files
from consult.models import PollTally, db
from consult.services.core import files
from consult.services.messages import deliveries
from tests import hours
from tests.village import a_poll, vote

GOOD = "kT9-vB2_xQ7-mN4_pL8-wE1_zR6-yU3_oI5-aS0"
LATER = timedelta(days=4)


def env(**changes: str) -> dict[str, str]:
    return {"SECRET_KEY": GOOD, "DATA_KEY": GOOD[::-1], "PUBLIC_URL": "https://yishi.example.cn", **changes}


def test_a_server_with_good_keys_starts_in_production():
    config = Config.from_env(env())
    assert (config.mode, config.secure_cookies, config.on_sqlite) == ("production", True, True)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"DATA_KEY": ""}, "DATA_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak"),
        ({"DATA_KEY": "a" * 64}, "DATA_KEY is too weak"),
        ({"PORT": "http"}, "PORT is 'http'"),
        ({"PORT": "70000"}, "PORT"),
        ({"CONSULT_MODE": "debug"}, "CONSULT_MODE"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"SECURE_COOKIES": "yes"}, "SECURE_COOKIES"),
        ({"DATA_KEY": GOOD}, "the same"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is not set"),
        ({"PUBLIC_URL": "yishi.example.cn"}, "PUBLIC_URL is 'yishi.example.cn'"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        *(({"TRUSTED_PROXIES": wrong}, "TRUSTED_PROXIES") for wrong in ("abc", "-1", "11", "²", "", "1.0")),
        ({"CLOCK_WATCH": "on"}, "CLOCK_WATCH"),
        ({"CONSULT_CLOCK_SHIFT": "soon"}, "CONSULT_CLOCK_SHIFT"),
        ({"DATA_KEY_OLD": GOOD[::-1]}, "DATA_KEY_OLD is the same"),
        ({"CONSULT_MOD": "demo"}, "CONSULT_MOD is no setting.*CONSULT_MODE"),
        ({"CONSULT_WHATEVER": "1"}, "CONSULT_WHATEVER is no setting"),
        ({"TRUSTED_PROXY": "1"}, "TRUSTED_PROXY is no setting.*TRUSTED_PROXIES"),
        ({"PUBLIC_ULR": "https://a.cn"}, "PUBLIC_ULR is no setting.*PUBLIC_URL"),
        ({"WITNES_PATHS": "/a"}, "WITNES_PATHS is no setting.*WITNESS_PATHS"),
        ({"PUBLICURL": "https://a.cn"}, "PUBLICURL is no setting.*PUBLIC_URL"),
        *(
            ({"PUBLIC_URL": f"https://{wrong}"}, "PUBLIC_URL is")
            for wrong in ("a.cn/path", "a.cn?x=1", "u:p@a.cn", "a.cn:99999", "a.cn:0", "a.cn b.cn", "榕.cn", "", "a_.")
        ),
        *(({"ALLOWED_HOSTS": f"b.cn {wrong}"}, f"ALLOWED_HOSTS has '{wrong}'") for wrong in ("https://a.cn", "a/c")),
        *(({"INSTANCE_PATH": wrong}, "INSTANCE_PATH is") for wrong in ("", "instance", "./x")),
        ({"BALLOT_KEYS": "keys"}, "BALLOT_KEYS is 'keys'"),
        *(
            ({"INSTANCE_PATH": "/srv/place", "BALLOT_KEYS": wrong}, "BALLOT_KEYS is '.*', which holds other things")
            for wrong in (
                "/srv/place",
                "/srv/place/",
                "/srv",
                "/",
                *(f"/srv/place/{name}" for name in MEDIA),
                "/srv/place/pictures/x",
            )
        ),
        *(
            ({"DATABASE_URL": wrong}, "DATABASE_URL must")
            for wrong in ("", "sqlite:///", "postgresql://", "postgresql://host", "postgresql://host:port/x")
        ),
        *(
            ({"DATABASE_URL": f"sqlite:///{wrong}"}, "DATABASE_URL is")
            for wrong in (":memory:", "relative.db", "./x.db")
        ),
        ({"DATA_KEY_OLD": "short"}, "DATA_KEY_OLD is too short"),
        ({"DATA_KEY_OLD": " " * 40}, "DATA_KEY_OLD is too short"),
        ({"DATA_KEY_OLD": ","}, "DATA_KEY_OLD is too short"),
        ({"DATA_KEY_OLD": f"{GOOD}, {GOOD[::-1]}"}, "DATA_KEY_OLD seems to hold several"),
        ({"DATA_KEY_OLD": f"{GOOD},{GOOD},{GOOD}"}, "DATA_KEY_OLD seems to hold several"),
    ],
)
def test_a_missing_or_weak_setting_stops_the_start_with_a_sentence(changes, named):
    with pytest.raises(Misconfigured, match=named):
        Config.from_env(env(**changes))


HOSTILE = (
    "x" * 100_000,
    "\x1b[2J\x1b]0;owned\x07",
    "two\nlines\r",
    "/" + "y" * 300,
    "/z\x1b[31m",
    "\u202eabc\u200b",
    "\udcff",
    "https://root:s3cret-of-the-house@a.cn/x",
    "sqlite:////" + "w" * 5000,
    "sqlite:////tmp/\x1b.db",
    '{"\x1bsign_in_cod": {"id": "1", "params": ["code"]}}',
    "0.\x1b",
)
NEEDED = {
    "tencent": ("SMS_SECRET_ID", "SMS_SECRET_KEY", "SMS_APP_ID", "SMS_SIGN", "SMS_TEMPLATES"),
    "aliyun": ("SMS_SECRET_ID", "SMS_SECRET_KEY", "SMS_SIGN", "SMS_TEMPLATES"),
    "file": (),
}


def words_of_the_start(changes: dict[str, str]) -> str:
    """Return what a start with these settings says where it is refused; empty where it is not."""
    try:
        config = Config.from_env(env(**changes))
        deliveries.configured(config)
    except Misconfigured as error:
        return str(error)
    return ""


def test_a_hostile_value_is_said_back_short_and_without_what_a_terminal_obeys():
    """A megabyte, an escape and a password stood in the journal and on the terminal as they were set."""
    templates = '{"sign_in_code": {"id": "1", "params": ["code"]}}'
    refused: set[str] = set()
    for delivery, needed in NEEDED.items():
        good = {"DELIVERY": delivery} | dict.fromkeys(needed, "x") | ({"SMS_TEMPLATES": templates} if needed else {})
        names = (NAMES | {*needed, "SMS_ENDPOINT", "SMS_REGION", "SMS_CALL_TEMPLATES"}) if needed else NAMES
        for name in sorted(names):
            for value in HOSTILE:
                words = words_of_the_start(good | {name: value})
                refused |= {name} if words else set()
                assert len(words) < 900 and words.replace("\u3000", " ").isprintable(), (name, value[:20], words[:200])
                assert "s3cret" not in words, (name, words)
    assert {"PORT", "PUBLIC_URL", "INSTANCE_PATH", "WITNESS_PATHS", "VOICE_MODEL_ZH", "BALLOT_KEYS"} <= refused
    for name in ("CONSULT_\x1b[31m", "CONSULT_" + "Y" * 9000, "SMS_SECRET_KY\n"):
        words = words_of_the_start({name: "1"})
        assert words and len(words) < 900 and words.isprintable(), words[:200]


def test_what_an_environment_has_besides_is_left_alone():
    for name in ("PATH", "HOME", "HOSTNAME", "HOST", "LANG", "PGHOST", "PGPORT", "INVOCATION_ID", "FLASK_APP", "USER"):
        Config.from_env(env(**{name: "x"}))


def test_every_variable_that_is_read_is_known():
    source = (ROOT / "consult" / "config.py").read_text()
    read = set(re.findall(r'env(?:\.get\(|\[)"([A-Z_]+)"', source))
    assert read and read <= NAMES


@pytest.mark.parametrize(("name", "meant"), [("SMS_SECRET_KY", "SMS_SECRET_KEY"), ("SMS_TEMPLATE", "SMS_TEMPLATES")])
@pytest.mark.parametrize("delivery", ["file", "tencent"])
def test_a_misspelt_variable_of_a_provider_is_named(name, meant, delivery):
    with pytest.raises(Misconfigured, match=f"{name} is no setting.*{meant}"):
        deliveries.configured(Config.from_env(env(DELIVERY=delivery, **{name: "x"})))


def test_a_misspelt_template_is_named():
    templates = '{"sign_in_code": {"id": "1", "params": ["code"]}, "vote_remindr": {"id": "2", "params": []}}'
    needed = {name: "x" for name in ("SMS_SECRET_ID", "SMS_SECRET_KEY", "SMS_APP_ID", "SMS_SIGN")}
    with pytest.raises(Misconfigured, match=r"'vote_remindr'.*vote_reminder"):
        deliveries.configured(Config.from_env(env(DELIVERY="tencent", SMS_TEMPLATES=templates, **needed)))


def test_addresses_that_are_good_pass():
    for url in (
        "https://yishi.example.cn",
        "http://10.0.0.7:8000",
        "https://xn--rhqv96g.cn/",
        "https://[2001:db8::1]:8443",
    ):
        assert Config.from_env(env(PUBLIC_URL=url)).public_url == url.rstrip("/")
    hosts = Config.from_env(env(ALLOWED_HOSTS="a.cn, B.cn:8443 10.0.0.7")).allowed_hosts
    assert hosts == ("a.cn", "b.cn:8443", "10.0.0.7")
    assert Config.from_env(env(DATABASE_URL="postgresql:///consult")).database_url == "postgresql+psycopg:///consult"


def test_no_empty_database_is_made_where_one_stood_before(tmp_path, monkeypatch):
    """`flask doctor` made one in the place of a file that was moved away, and said to type flask db upgrade."""
    config = Config.from_env(env(DATABASE_URL=f"sqlite:///{tmp_path / 'consult.db'}", INSTANCE_PATH=str(tmp_path)))
    (tmp_path / HEADS).write_text("{}")
    monkeypatch.setattr(sys, "argv", ["flask", "doctor"])
    with pytest.raises(Misconfigured, match="is gone, and one stood here before"):
        guard_files(config)
    assert not (tmp_path / "consult.db").exists()
    monkeypatch.setattr(sys, "argv", ["flask", "restore", "backup.tar"])
    guard_files(config)
    assert not (tmp_path / "consult.db").exists(), "a restore that is refused leaves no empty one either"
    (tmp_path / HEADS).unlink()
    guard_files(config)
    assert (tmp_path / "consult.db").exists(), "the first start makes one"


def test_a_server_does_not_start_on_a_database_that_others_may_read(tmp_path):
    database = tmp_path / "consult.db"
    database.touch()
    database.chmod(0o644)
    config = Config.from_env(env(DATABASE_URL=f"sqlite:///{database}", INSTANCE_PATH=str(tmp_path / "instance")))
    with pytest.raises(Misconfigured, match="chmod 600"):
        create_app(config)


@pytest.mark.parametrize(
    ("setting", "place", "said"),
    [
        ("DATABASE_URL", "/tmp", "DATABASE_URL.* is a folder"),
        ("DATABASE_URL", "/dev/null", "DATABASE_URL.* is no regular file"),
        ("INSTANCE_PATH", "/dev/null", "INSTANCE_PATH.* is no folder"),
    ],
)
def test_a_place_of_the_wrong_kind_is_named_before_its_rights(setting, place, said, tmp_path):
    value = f"sqlite:///{place}" if setting == "DATABASE_URL" else place
    config = Config.from_env(env(**{"INSTANCE_PATH": str(tmp_path), setting: value}))
    with pytest.raises(Misconfigured, match=said):
        guard_files(config)


def test_the_files_of_an_installation_are_for_its_owner_only(tmp_path):
    (tmp_path / "instance").mkdir(mode=0o755)
    create_app(Config.from_env(env(INSTANCE_PATH=str(tmp_path / "instance"))))
    (tmp_path / "instance" / "heads.json").write_text("{}")
    (tmp_path / "instance" / "heads.json").chmod(0o644)
    create_app(Config.from_env(env(INSTANCE_PATH=str(tmp_path / "instance"))))
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "instance").iterdir()}
    assert (tmp_path / "instance").stat().st_mode & 0o777 == 0o700
    assert modes == {"heads.json": 0o600, "consult.db": 0o600}


def test_a_postgresql_address_means_the_driver_that_is_installed():
    assert Config.from_env(env(DATABASE_URL="postgresql://u@h/d")).database_url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize("password", ["a#b", "a/b", "a?b", "a[b", "a%23b"])
def test_a_password_of_the_database_may_have_marks_that_end_other_addresses(password):
    address = Config.from_env(env(DATABASE_URL=f"postgresql://u:{password}@h:5432/d")).database_url
    assert (make_url(address).host, make_url(address).database) == ("h", "d")


def test_a_demo_makes_keys_of_its_own_and_keeps_them_for_its_owner(tmp_path):
    first = Config.from_env({"CONSULT_MODE": "demo", "INSTANCE_PATH": str(tmp_path)})
    again = Config.from_env({"CONSULT_MODE": "demo", "INSTANCE_PATH": str(tmp_path)})
    assert first.secret_key == again.secret_key != first.data_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_the_job_runner_closes_what_is_due(app, village, monkeypatch):
    with app.app_context():
        poll = a_poll(village)
        vote(village, poll, village.ah_fong, 1)
        db.session.remove()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    runner = jobs.runner(app)
    for lane in runner.lanes.values():
        runner.look(lane)
    with app.app_context():
        assert db.session.get(PollTally, poll).counts["present"] == 1


def test_the_command_closes_what_is_due(app, village, monkeypatch):
    with app.app_context():
        poll = a_poll(village)
        db.session.remove()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    assert str(poll) in app.test_cli_runner().invoke(args=["polls", "close-due"]).output
    assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 0


def test_a_server_in_production_imports_nothing_of_the_demo(tmp_path):
    """Nor what only commands, jobs and prints need."""
    program = (
        "import sys\n"
        "from consult import create_app\n"
        "create_app()\n"
        "heavy = ('consult.demo', 'alembic', 'numpy', 'typst', 'openpyxl', 'icalendar')\n"
        "print(sorted(name for name in sys.modules if name.startswith(heavy)))\n"
    )
    environment = {
        "CONSULT_MODE": "production",
        "INSTANCE_PATH": str(tmp_path),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATA_KEY": secrets.token_urlsafe(48),
        "PUBLIC_URL": "https://yishi.example.cn",
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("192.168.1.5", "192.168.1.5")]
)
def test_a_demo_says_the_address_in_digits_at_which_it_can_be_opened(host, shown, monkeypatch):
    monkeypatch.setenv("HOST", host)
    assert run.shown_host(run.chosen_host()) == shown


def test_a_demo_listens_on_no_name(monkeypatch):
    monkeypatch.setenv("HOST", "evil.example")
    with pytest.raises(run.Stop, match="HOST is"):
        run.chosen_host()
    monkeypatch.setenv("HOST", "0.0.0.0")
    assert run.shown_host(run.chosen_host()).count(".") == 3


def test_the_folders_of_media_that_a_setting_may_not_name_are_those_that_are_written():
    assert set(MEDIA) == {folder.name for folder in (*files.FOLDERS, files.SOUNDS)}
