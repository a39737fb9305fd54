"""What the operator's log says of security, and what no log says. What /healthz tells."""

import io
import json
import logging
import re
import socket
from contextlib import redirect_stderr

import pytest
from sqlalchemy.exc import IntegrityError

from consult import cli, clock, logs
from consult.models import db
from consult.services.core import upkeep
from consult.services.messages import outbox
from consult.services.messages.deliveries import OutgoingMessage
from consult.services.messages.providers.file import FileOutbox
from consult.services.people import cards
from consult.services.people.limits import alarms
from tests.village import a_consultation, a_poll, say

MARKERS = ("13877788899", "暗号村语", "654987")
LINE = re.compile(
    r"security event=[a-z_]+ route=[\w.]+ role=(stranger|villager|[a-z_+]+) status=\d{3} reason=[a-z_]+ id=[0-9a-f]{8}"
)


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.DEBUG)

    def of(event: str = "") -> list[str]:
        said = [record.getMessage() for record in caplog.records if record.name == "consult.security"]
        assert all(LINE.fullmatch(line) for line in said), said
        return [line for line in said if f"event={event}" in line]

    return of


def test_sign_ins_refusals_and_throttling_are_logged(app, client, as_person, village, lines):
    for n in range(11):  # one more than a browser may ask for in an hour
        client.submit("/rongxi/sign-in", phone=f"138000000{n:02d}")
    assert lines("throttled") or lines("refused")
    as_person(village.ah_kwok).get("/rongxi/roll")
    assert "route=rolls.index role=villager status=403 reason=no_such_office" in lines("refused")[-1]


def test_signing_in_and_out_grants_and_exports_are_logged(as_person, village, lines):
    yip = as_person(village.ms_yip)
    yip.get("/rongxi/roll/export.csv")
    assert "route=rolls.export role=clerk status=200" in lines("exported")[-1]
    yip.send("/rongxi/sign-in/end")
    assert lines("signed_out")


def test_foreign_hosts_and_other_sites_forms_are_logged(client, village, lines):
    client.get("/rongxi/", headers={"Host": "evil.example"})
    client.post("/preferences", headers={"Sec-Fetch-Site": "cross-site"})
    assert lines("not_understood") and lines("refused")


def test_no_log_says_who_or_what(app, client, as_person, village, lines, caplog):
    """Numbers, words, codes and names are seeded; whatever any logger says is searched for them."""
    with app.app_context():
        here, poll = f"/rongxi/consultations/{a_consultation(village)}", a_poll(village)
        say(village, 1, village.ah_kwok)
        db.session.remove()
    client.submit("/rongxi/sign-in", phone=MARKERS[0])
    client.send("/rongxi/sign-in/code", at="/rongxi/sign-in", code=MARKERS[2])
    client.get(f"/rongxi/search?q={MARKERS[1]}")
    fong = as_person(village.ah_fong)
    fong.send(f"{here}/comments", at=here, stance="support", text=MARKERS[1], key="k")
    fong.send(f"/rongxi/polls/{poll}/ballots", choice="1", key=MARKERS[2])
    fong.send("/rongxi/me/data/requests", kind="correction", words=MARKERS[1], key="k2")
    fong.get(f"/rongxi/{MARKERS[1]}")
    fong.get("/rongxi/roll")
    said = caplog.text
    assert lines()
    assert not [one for one in (*MARKERS, village.ah_fong.name, village.ah_fong.phone) if one in said]


WORDS_OF_A_CASE = "他家屋檐滴水"


@pytest.fixture
def spoken():
    """What our own handler writes, from the most talkative level on; the handlers stand as before afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("consult")
    kept = root.handlers, root.level, ours.level, list(ours.handlers)

    def to(form: str) -> io.StringIO:
        stream = io.StringIO()
        with redirect_stderr(stream):
            logs.configure("DEBUG", form)
        return stream

    yield to
    root.handlers, ours.handlers = kept[0], kept[3]
    root.setLevel(kept[1])
    ours.setLevel(kept[2])


def send_to_a_provider_that_refuses(app, config, fong) -> None:
    with app.app_context():
        outbox.write_sms(
            [fong.id], "duty", "task:1", village_id=fong.row().village_id, facts={"title": fong.name}, now=clock.now()
        )
        db.session.commit()

        def refuse(parcel: OutgoingMessage) -> None:
            raise OSError(f"{parcel.recipient} {parcel.facts}")

        assert outbox.sweep(refuse, now=clock.now()) == 0
        FileOutbox(config.instance_path / "kept.jsonl", aloud=False, masked=True).send(fong.phone, "duty", {}, "k")
        db.session.remove()


@pytest.mark.own_app
@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_written_of_a_whole_day_names_nobody_and_nothing(app, config, village, spoken, monkeypatch, form):
    """Sign-in, card, vote, case, a refused form, a fault with everything in it: then each line and file is searched."""
    fong, written = village.ah_fong, spoken(form)
    with app.app_context():
        cards.issue(village.upper_group, village.ms_yip.act())
        mine = [code for card, code in cards.unclaimed(village.upper_group) if card.household_id == fong.household_id]
        db.session.remove()
    client, card = app.test_client(), mine[0]
    client.submit("/rongxi/sign-in", phone=fong.phone)
    sent = json.loads((config.instance_path / "outbox.jsonl").read_text().splitlines()[-1])["code"]
    client.submit("/rongxi/sign-in/code", code=sent)
    assert client.get("/rongxi/me").status_code == 200
    holder = app.test_client()
    holder.submit(f"/rongxi/card?code={card}", person_id=str(fong.id), pin="739264")

    app.test_client().submit(f"/rongxi/card?code={card}", pin="739265")
    with app.app_context():
        poll = a_poll(village)
        db.session.remove()
    client.submit(f"/rongxi/polls/{poll}", "form[action$='/ballots/look']", choice="2")
    assert client.press().request.path.endswith("/receipt")
    story = {"story": WORDS_OF_A_CASE, "other": village.old_chan.name, "other_phone": village.old_chan.phone}
    client.send("/rongxi/cases/drafts", at="/rongxi/cases/new/story?kind=water", **story)
    client.send(f"/rongxi/polls/{poll}/ballots", choice="99", key="x" * 18)
    client.send("/rongxi/me/data/requests", kind=fong.name, words=WORDS_OF_A_CASE)

    def fail(**_values: object) -> None:
        values = {"number": fong.phone, "name": fong.name, "code": card}
        try:
            raise ValueError(str(values))
        except ValueError as error:
            raise IntegrityError(f"INSERT {WORDS_OF_A_CASE}", values, error) from error

    monkeypatch.setitem(app.view_functions, "polls.show", fail)
    monkeypatch.setitem(app.view_functions, "cards.opened", fail)
    for address in (f"/rongxi/polls/{poll}", f"/rongxi/card?code={card}"):
        assert client.get(address, follow_redirects=True).status_code == 500
    send_to_a_provider_that_refuses(app, config, fong)
    said = written.getvalue()
    (config.instance_path / "outbox.jsonl").unlink()  # of a trial; that of production is the one beside it
    kept = {
        path: path.read_bytes().decode(errors="replace") for path in config.instance_path.rglob("*") if path.is_file()
    }
    kept = {path: text for path, text in kept.items() if not path.name.startswith(("test.db", "consult.db"))}
    private = [fong.phone, fong.name, village.old_chan.phone, village.old_chan.name, card, sent, "739264", "739265"]
    private += [WORDS_OF_A_CASE, "滴水", f"/polls/{poll}", "code=", "choice", "receipt"]
    assert (
        len(re.findall("fault [0-9a-f]{8} in GET", said)) == 2
        and "was not taken" in said
        and "event=wrong_secret" in said
    ), "the walk left its lines"
    assert not [one for one in private if one in said]
    assert not [(path.name, one) for path, text in kept.items() for one in private if one in text]
    voted = [line for line in said.splitlines() if "ballots" in line]
    assert all("status=2" not in line and "status=3" not in line for line in voted), "who voted when"
    if form == "json":
        assert all(json.loads(line) for line in said.splitlines())


@pytest.mark.both_databases
def test_healthz_tells_settings_sizes_and_ages_and_nothing_of_people(app, client, village, database_kind):
    said = client.get("/healthz").json
    assert said["status"] == "ok" and "log_entries" not in said
    assert said["hours_since_backup"] is said["hours_since_drill"] is None
    if database_kind == "sqlite":
        assert said["settings"]["synchronous"] == 2 and said["settings"]["foreign_keys"] == 1
        assert said["settings"]["journal_mode"] == "wal" and said["wal_bytes"] >= 0
    else:
        assert set(said["settings"]) == {"synchronous_commit", "fsync", "full_page_writes"}
    with app.app_context():
        upkeep.note(upkeep.BACKUP, now=clock.now())
    text = client.get("/healthz").text
    assert client.get("/healthz").json["hours_since_backup"] == 0
    assert not [one for one in ("rongxi", "榕", village.ah_fong.name) if one in text]


def test_a_wrong_code_pin_or_card_at_the_sign_in_is_logged_and_not_which(client, village, lines):
    client.submit("/rongxi/sign-in", phone=village.ah_fong.phone)
    client.submit("/rongxi/sign-in/code", code="000000")
    client.submit("/rongxi/card", code="AAAABBBBCCCC")
    said = lines("wrong_secret")
    assert "route=sign_ins.check_code role=stranger status=422 reason=wrong_code" in said[0]
    assert "route=cards.open role=stranger status=422 reason=no_such_card" in said[1]


def test_healthz_tells_in_how_many_villages_a_limit_on_guessing_was_reached(app, client, village):
    assert client.get("/healthz").json["villages_with_guessing"] == 0
    with app.app_context():
        alarms.reached(village.id, "pins", "card", now=clock.now())
    assert client.get("/healthz").json["villages_with_guessing"] == 1


@pytest.fixture
def loggers():
    """Give the loggers back as they were."""
    root, ours = logging.getLogger(), logging.getLogger("consult")
    before = [(one, one.level, list(one.handlers)) for one in (root, ours)]
    yield root
    for one, level, handlers in before:
        for added in set(one.handlers) - set(handlers):
            added.close()
        one.setLevel(level)
        one.handlers[:] = handlers


def test_a_terminal_shows_errors_only_and_the_journal_has_the_rest(loggers, tmp_path, monkeypatch):
    """Before each command stood a line of the log in English; what a command notes for good was in no journal."""
    journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    journal.bind(str(tmp_path / "log"))
    journal.settimeout(5)
    monkeypatch.setattr(logs, "JOURNAL", str(tmp_path / "log"))
    terminal = io.StringIO()
    with redirect_stderr(terminal):
        logs.configure("INFO", "text", for_command=True)
    log = logging.getLogger("consult.outbox")
    log.warning("message %s dropped", 7)
    assert terminal.getvalue() == "" and b"consult: " in (line := journal.recv(4000)) and b"message 7 dropped" in line
    log.error("the witness cannot be written")
    assert terminal.getvalue().startswith("出错了，请看 consult doctor / ") and "the witness" in terminal.getvalue()
    journal.close()


def test_a_machine_without_a_journal_has_commands_all_the_same(loggers, tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "JOURNAL", str(tmp_path / "none"))
    terminal = io.StringIO()
    with redirect_stderr(terminal):
        logs.configure("INFO", "text", for_command=True)
        logging.getLogger("consult").warning("nothing")
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(
    ("variable", "words", "answer"),
    [
        ("true", ["flask", "doctor"], True),
        ("true", ["flask", "jobs", "run"], False),
        ("false", ["granian", "app:app"], False),
    ],
)
def test_the_job_runner_is_no_command_that_ends(monkeypatch, variable, words, answer):
    monkeypatch.setenv(cli.FROM_FLASK, variable)
    monkeypatch.setattr("sys.argv", words)
    assert cli.is_command() is answer
