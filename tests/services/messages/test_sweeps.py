"""What is sent, in which order, how often, and when nothing is: by the state of things at the moment of sending."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert

from consult import clock
from consult.domain.messages import outbox as rules
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.messages.outbox import CODE_LIFETIME, Breaker, Failure, Unsent
from consult.models import OutboxMessage, Poll, db
from consult.models.polls import voter_queries
from consult.services.messages import outbox
from consult.services.messages.http_json import AccountRefused, NotReached, NotTaken, Unanswered, post_json
from consult.services.messages.providers import tencent
from consult.services.messages.providers.file import FileOutbox
from consult.services.people import villages
from consult.services.polls import poll_messages
from consult.services.site import message_sense
from tests.hours import today
from tests.running.providers import Provider
from tests.services.messages.test_outbox import messages, tell
from tests.services.messages.test_providers import settings
from tests.village import a_poll, vote

NOW = clock.now()
DEAD = timedelta(hours=24)


def remind(poll: Poll, *who) -> None:
    poll_messages.tell_of_poll(poll, {one.id for one in who}, NotificationEvent.VOTE_REMINDER, now=clock.now())
    db.session.commit()


def swept(send, *, at=None, judge=message_sense.judge) -> outbox.Swept:
    return outbox.Sweeper(send, judge=judge).sweep_all(now=at or clock.now())


def raising(error: Exception, tried: list[str]):
    def send(parcel) -> None:
        tried.append(parcel.key)
        raise error

    return send


@pytest.mark.both_databases
def test_a_day_without_a_runner_leaves_no_stale_message(inside):
    ends = {"closes_at": (NOW + DEAD / 2).isoformat(), "title": "修路"}
    people = [inside.ah_fong.id, inside.ah_kwok.id, inside.old_chan.id]
    outbox.write_sms(people, "vote_reminder", "poll:1", village_id=inside.id, facts=ends, now=NOW)
    tell(inside, inside.ah_fong)
    sent = []
    found = swept(lambda parcel: sent.append(parcel.template), at=NOW + DEAD)
    assert (sent, found.sent, found.dropped) == (["duty"], 1, 3)
    assert {m.last_error for m in messages() if m.given_up_at} == {Unsent.TOO_LATE}


def test_a_message_makes_no_sense_from_the_instant_that_its_event_ends(inside):
    facts = {"closes_at": (NOW + timedelta(hours=1)).isoformat()}
    assert rules.not_after("vote_reminder", facts, NOW) == NOW + timedelta(hours=1)
    assert rules.not_after("duty", facts, NOW) == NOW + rules.OTHERWISE.longest


@pytest.mark.both_databases
def test_who_may_not_vote_any_more_is_not_reminded(inside):
    poll = db.session.get_one(Poll, a_poll(inside))
    remind(poll, inside.ah_fong, inside.ah_kwok)
    still = voter_queries.speakers(poll, on=today(), not_voted=True)
    sent = []
    swept(lambda parcel: sent.append(parcel.recipient))
    assert len(sent) == len({inside.ah_fong.id, inside.ah_kwok.id} & still)


@pytest.mark.both_databases
def test_who_has_voted_meanwhile_is_not_reminded(inside):
    poll = db.session.get_one(Poll, a_poll(inside))
    remind(poll, inside.ah_fong, inside.ah_kwok)
    assert inside.ah_fong.id in voter_queries.speakers(poll, on=today(), not_voted=True)
    vote(inside, poll.id, inside.ah_fong, 1)
    sent = []
    swept(lambda parcel: sent.append(parcel.recipient))
    assert inside.ah_fong.phone not in sent
    assert Unsent.VOTED in {m.last_error for m in messages()}


@pytest.mark.parametrize(("event", "times"), [(NotificationEvent.DUTY, 1), (NotificationEvent.RIGHTS, 2)])
def test_what_may_have_been_taken_is_left_as_unknown_and_only_a_warning_goes_again(inside, event, times):
    tell(inside, inside.ah_fong, event=event)
    tried: list[str] = []
    for hours in range(4):
        swept(raising(Unanswered("TimeoutError"), tried), at=NOW + timedelta(hours=hours))
    (message,) = messages()
    assert len(tried) == times and message.last_error == Unsent.UNKNOWN and message.given_up_at is not None


@pytest.mark.both_databases
def test_a_warning_that_once_did_not_reach_the_provider_is_still_sent_again_when_it_is_unknown(inside):
    tell(inside, inside.ah_fong, event=NotificationEvent.RIGHTS)
    tried: list[str] = []
    errors = [NotReached("URLError"), Unanswered("TimeoutError"), NotReached("URLError"), Unanswered("TimeoutError")]
    for hours, error in enumerate([*errors, *errors]):
        swept(raising(error, tried), at=NOW + timedelta(hours=hours))
    (message,) = messages()
    assert len(tried) == 4, "two that may have arrived, and before each of them one that surely did not"
    assert message.last_error == Unsent.UNKNOWN and message.given_up_at is not None


def test_three_time_outs_give_a_provider_a_minutes_rest_and_then_one_does(inside):
    people = (inside.ah_fong, inside.ah_kwok, inside.old_chan, inside.ah_keung, inside.uncle_ho, inside.aunt_leung)
    tell(inside, *people)
    tried: list[str] = []
    away = raising(NotReached("URLError"), tried)

    def first_taken(parcel) -> None:
        if tried:
            away(parcel)
        tried.append(parcel.key)

    sweeper = outbox.Sweeper(first_taken)
    sweeper.sweep_all(now=NOW)
    assert len(tried) == 1 + Breaker.MOST
    sweeper.sweep_all(now=NOW + Breaker.REST / 2)
    assert len(tried) == 1 + Breaker.MOST
    sweeper.sweep_all(now=NOW + Breaker.REST * 2)
    assert len(tried) == 1 + Breaker.MOST + 1


def test_a_runner_that_starts_again_and_again_tries_a_silent_provider_once_each_time(inside):
    tell(inside, inside.ah_fong, inside.ah_kwok, inside.old_chan, inside.ah_keung)
    tried: list[str] = []
    for start in range(3):
        swept(raising(Unanswered("TimeoutError"), tried), at=NOW + timedelta(seconds=5 * start))
    assert len(tried) == 3 and len(set(tried)) == 3


def test_a_refused_account_stops_the_sweep_and_burns_no_tries(inside, caplog):
    tell(inside, inside.ah_fong, inside.ah_kwok)
    tried: list[str] = []
    swept(raising(AccountRefused("AuthFailure"), tried), at=NOW)
    assert len(tried) == 1 and {m.tries for m in messages()} == {0} and "ALARM" in caplog.text


def test_urgent_messages_go_first(inside):
    tell(inside, inside.ah_fong, inside.ah_kwok, subject="task:1")
    tell(inside, inside.old_chan, event=NotificationEvent.RIGHTS, subject="r:1")
    sent = []
    swept(lambda parcel: sent.append(parcel.template))
    assert sent == ["rights", "duty", "duty"]


def test_the_same_words_go_to_many_phones_in_one_call(inside):
    answer = {"Response": {"SendStatusSet": [{"Code": "Ok"}, {"Code": "LimitExceeded"}]}}
    with Provider(answer=answer) as provider:
        errors = tencent.TencentSms(settings(provider.url)).send_together(
            ["13800000001", "13800000002"], "duty", {"title": "砌墙"}
        )
    assert [type(error) for error in errors] == [type(None), NotTaken]
    assert provider.heard[0][2]["PhoneNumberSet"] == ["+8613800000001", "+8613800000002"]


def test_no_answer_after_the_body_was_sent_is_unknown_and_no_connection_is_not(monkeypatch):
    monkeypatch.setattr("consult.services.messages.http_json.PATIENCE_SECONDS", 0.2)
    with Provider(slow=1) as provider, pytest.raises(Unanswered):
        post_json(provider.url, {})
    assert provider.heard
    with pytest.raises(NotReached):
        post_json("http://127.0.0.1:1/", {})


def test_an_answer_that_does_not_say_what_became_of_the_message_is_unknown():
    """It may have been taken: sent again by itself, the same words would reach a phone twice."""
    for status in (500, 502, 504):
        with Provider(status=status) as provider, pytest.raises(Unanswered):
            post_json(provider.url, {})
    with Provider(status=503) as provider, pytest.raises(NotTaken) as failure:
        post_json(provider.url, {})
    assert failure.value.failure is Failure.REFUSED
    for answer in ([], {"Response": {}}, {"Response": {"SendStatusSet": [{"Code": "Ok"}]}}):
        with Provider(answer=answer) as provider, pytest.raises(Unanswered):
            tencent.TencentSms(settings(provider.url)).send_together(["13800000001", "13800000002"], "duty", {})


@pytest.mark.parametrize(
    "answer",
    [
        {"Error": {"Code": "AuthFailure.SignatureFailure"}},
        {"SendStatusSet": [{"Code": "FailedOperation.InsufficientBalanceInSmsPackage"}]},
    ],
)
def test_a_refused_signature_and_an_empty_account_are_a_refused_account(answer):
    with Provider(answer={"Response": answer}) as provider:
        with pytest.raises(AccountRefused) as refused:
            tencent.TencentSms(settings(provider.url)).send("13800000001", "duty", {})
    assert refused.value.failure is Failure.ACCOUNT


def test_a_file_of_production_holds_no_number_in_the_clear(tmp_path):
    FileOutbox(tmp_path / "outbox.jsonl", aloud=False, masked=True).send("13800000001", "duty", {})
    words = json.loads((tmp_path / "outbox.jsonl").read_text())
    assert "13800000001" not in words["to"] and words["to"].endswith("01")


def test_a_code_stands_in_the_file_of_production_for_as_long_as_it_can_be_used(tmp_path):
    path = tmp_path / "outbox.jsonl"
    file, trial = (FileOutbox(path, aloud=False, masked=masked) for masked in (True, False))
    file.forget_codes(now=clock.now())  # nothing was sent yet
    trial.send(
        "13800000001", "sign_in_code", {"code": "111111"}
    )  # as versions before wrote it: nobody knows until when
    file.send("13800000001", "duty", {"title": '"code": "222222" 水圳'})
    file.send("13800000001", "sign_in_code", {"code": "333333"}, "a")
    lines = path.read_text().splitlines()
    assert file.forget_codes(now=clock.now()) == 1
    assert path.read_text().splitlines()[1:] == lines[1:] and "111111" not in path.read_text()
    assert file.forget_codes(now=clock.now() + CODE_LIFETIME + timedelta(seconds=1)) == 1
    said = [json.loads(one) for one in path.read_text().splitlines()]
    assert [one.get("code") for one in said] == ["******", None, "******"]
    assert said[1]["title"] == '"code": "222222" 水圳' and said[2]["key"] == "a"
    assert file.forget_codes(now=clock.now() + timedelta(days=9)) == 0
    assert trial.forget_codes(now=clock.now() + timedelta(days=9)) == 0, "a demo shows its codes"


def written(village_id: int, person_id: int, number: int, *, what: str, template: str = "duty") -> None:
    common = outbox._common("sms", template, village_id=village_id, facts={"title": what}, now=NOW)
    rows = [{**common, "person_id": person_id, "key": f"{what}:{one}"} for one in range(number)]
    db.session.execute(insert(OutboxMessage), rows)
    db.session.commit()


@pytest.mark.both_databases
def test_a_village_with_thousands_of_messages_keeps_no_other_waiting(inside, monkeypatch):
    monkeypatch.setattr(outbox, "ROUND", timedelta(minutes=10))  # one round of 200, also on a slow machine
    third = villages.create("third", "第三村", now=NOW).id
    written(inside.id, inside.ah_fong.id, 3000, what="thousands")
    written(inside.mr_wong.row().village_id, inside.mr_wong.id, 5, what="second")
    written(third, inside.old_chan.id, 5, what="third")
    sent: list[str] = []

    def send(parcel) -> None:
        sent.append(parcel.facts["title"])
        if len(sent) == 100:
            written(third, inside.old_chan.id, 5, what="new")
            written(third, inside.old_chan.id, 1, what="urgent", template="rights")

    outbox.Sweeper(send, ending=lambda: len(sent) >= 250).sweep_all(now=NOW)
    last = {what: len(sent) - sent[::-1].index(what) for what in ("second", "third", "new", "urgent")}
    print(f"of 3000 messages of another village so many went first: {last}")
    assert last["second"] <= 15 and last["third"] <= 15, "in turn, one of each village"
    assert last["urgent"] == 201 and last["new"] <= 212, "what is new goes with the next 200"


def test_behind_a_slow_provider_nobody_waits_for_a_whole_round(inside, monkeypatch):
    monkeypatch.setattr(outbox, "ROUND", timedelta(0))
    written(inside.id, inside.ah_fong.id, 50, what="many")
    sent: list[str] = []

    def send(parcel) -> None:
        if not sent:
            written(inside.id, inside.old_chan.id, 1, what="urgent", template="rights")
        sent.append(parcel.facts["title"])

    outbox.Sweeper(send, ending=lambda: len(sent) >= 5).sweep_all(now=NOW)
    assert sent[:2] == ["many", "urgent"]
