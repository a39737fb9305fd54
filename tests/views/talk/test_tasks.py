"""Tasks on the page: assigning, pictures of before and after, lateness, ratings without persons."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.talk.tasks import ProgressNote, Stage
from consult.models import Person, Progress, Rating, Task, db
from consult.services.core.acts import Act
from consult.services.talk import tasks
from tests.hours import today
from tests.tasks import a_task, carried_out, look, note, representatives
from tests.views.talk.test_consultations import photo
from tests.village import villagers

pytestmark = pytest.mark.both_databases


@pytest.fixture
def work(app, village) -> int:
    with app.app_context():
        return carried_out(village)


@pytest.fixture
def task(app, village, work) -> int:
    with app.app_context():
        representatives(village, village.uncle_ho, village.aunt_leung)
        return a_task(village)


def test_an_officer_hands_out_a_task_with_a_day_and_money(as_person, village, work):
    chow = as_person(village.sister_chow)
    day = today(timedelta(days=9)).isoformat()
    answer = chow.submit(
        f"/rongxi/consultations/{work}/tasks/", title="砌石墙", code="01-003", name="陈志强", due_on=day, budget="5,000"
    )
    assert answer.status_code == 200 and "5,000 元" in chow.text() and "陈志强" in chow.text()


def test_a_mistake_brings_everything_back(as_person, village, work):
    chow = as_person(village.sister_chow)
    answer = chow.submit(
        f"/rongxi/consultations/{work}/tasks/", title="砌石墙", code="99-999", name="没有这人", due_on="2020-01-01"
    )
    assert answer.status_code == 422 and chow.page.select_one("#title")["value"] == "砌石墙"
    assert {m["id"] for m in chow.page.select("p.mistake")} == {"name-mistake", "due_on-mistake"}


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("consultations/1/tasks/", {"title": "x"}),
        ("tasks/1/acceptances", {"accepted": "yes"}),
        ("tasks/1/progress", {"stage": "done", "text": "好了"}),
    ],
)
def test_a_villager_without_the_office_or_the_task_is_refused(as_person, village, task, path, fields):
    assert as_person(village.ah_kwok).send(f"/rongxi/{path}", **fields).status_code == 403


def test_before_and_after_stand_side_by_side_and_money_is_summed(as_person, client, village, task):
    keung = as_person(village.ah_keung)
    for stage, words in (("before", "塌了 6 米"), ("done", "砌好了")):
        keung.submit(
            f"/rongxi/tasks/{task}",
            "form[action$=progress]",
            stage=stage,
            text=words,
            spent="1600",
            picture=(photo((80, 60)), "a.jpg"),
            description=words,
        )
    client.get("/rongxi/consultations/1/tasks/")
    assert [i["alt"] for i in client.page.select(".pictures img")] == ["塌了 6 米", "砌好了"]
    assert "3,200 元" in client.text()


def test_a_late_task_says_so_calmly(app, client, village, task):
    with app.app_context():
        db.session.get(Task, task).due_on = today(-timedelta(days=3))
        db.session.commit()
    client.get(f"/rongxi/tasks/{task}")
    assert "天" in client.text(".late") and not client.page.select(".mistakes")


def test_representatives_accept_on_the_page_and_the_story_tells_it(app, as_person, client, village, task):
    with app.app_context():
        note(village, task, village.ah_keung)
    ho, leung = as_person(village.uncle_ho), as_person(village.aunt_leung)
    assert ho.submit(f"/rongxi/tasks/{task}", "form[action$=acceptances]", accepted="no").status_code == 422
    ho.submit(f"/rongxi/tasks/{task}", "form[action$=acceptances]", accepted="yes")
    leung.submit(f"/rongxi/tasks/{task}", "form[action$=acceptances]", accepted="yes")
    client.get("/rongxi/consultations/1/timeline")
    assert "两位村民代表验收了" in client.text() and village.uncle_ho.name not in client.text(), "masked for strangers"
    ho.get("/rongxi/consultations/1/timeline")
    assert village.uncle_ho.name in ho.text()


def test_the_story_of_a_task_is_told_in_the_order_of_time(app, as_person, client, village, task):
    with app.app_context():
        note(village, task, village.ah_keung)
        look(task, village.uncle_ho, accepted=False, after=1)
        note(village, task, village.ah_keung, after=2)
        look(task, village.uncle_ho, after=3)
        look(task, village.aunt_leung, after=4)
    client.get(f"/rongxi/tasks/{task}")
    story = client.text("ol.root")
    done, back = "做好了", "请返工"
    places = [story.find(back), story.rfind(done), story.rfind("村民代表")]
    assert story.find(done) < places[0] < places[1] < places[2], story
    assert village.ah_keung.name not in client.text() and village.uncle_ho.name not in client.text()


def test_the_story_of_a_proposal_reads_no_words_of_its_revisions(client, village, task):
    client.get("/rongxi/consultations/1/timeline")
    [asked] = [one for one in client.queries if "FROM proposal_revision" in str(one)]
    assert "proposal_revision.words" not in str(asked) and "proposal_revision.differences" not in str(asked)


def test_ratings_show_from_five_on_without_names(app, as_person, village, task):
    with app.app_context():
        note(village, task, village.ah_keung)
        for n, person_id in enumerate(villagers(village, 4)):
            tasks.rate(
                db.session.get(Task, task), n > 0, f"评{n}", Act.of(db.session.get(Person, person_id), now=clock.now())
            )
    kwok = as_person(village.ah_kwok)
    kwok.get(f"/rongxi/tasks/{task}")
    assert "评1" not in kwok.text() and not kwok.page.select("#ratings + .lead")
    kwok.submit(f"/rongxi/tasks/{task}", "form[action$=ratings]", satisfied="yes", satisfied_words="结实")
    assert "4 人满意，1 人不满意" in kwok.text() and "邻居" not in kwok.text("section[aria-labelledby=ratings]")
    assert not kwok.page.select("form[action$=ratings]")


def test_a_second_rating_changes_nothing(app, as_person, village, task):
    with app.app_context():
        note(village, task, village.ah_keung)
    kwok = as_person(village.ah_kwok)
    for words in ("一", "二"):
        kwok.send(f"/rongxi/tasks/{task}/ratings", satisfied="yes", satisfied_words=words)
    with app.app_context():
        assert db.session.query(Rating).one().words == "一"


def test_another_village_finds_no_task(as_person, village, task):
    assert as_person(village.mr_wong).get(f"/daling/tasks/{task}").status_code == 404


def test_the_pages_ask_the_same_with_two_and_with_twenty_tasks(app, as_person, village, task):
    kwok, counts = as_person(village.ah_kwok), []
    for n in (1, 20):
        with app.app_context():
            for more in range(n):
                other = a_task(village, key=f"{n}-{more}")
                note(village, other, village.ah_keung)
                look(other, village.uncle_ho, after=1)
        for path in ("/rongxi/consultations/1/tasks/", f"/rongxi/tasks/{task}", "/rongxi/consultations/1/timeline"):
            kwok.get(path)
            counts.append(len(kwok.queries))
    assert counts[:3] == counts[3:] and max(counts) <= 17, counts
    with app.app_context():
        assert db.session.query(Progress).count() == 21


def test_an_officer_corrects_a_task_and_both_versions_are_read(as_person, village, task):
    chow = as_person(village.sister_chow)
    page, form = f"/rongxi/tasks/{task}", "main form[action$='/corrections']"
    wrong = chow.submit(page, form, name="没有这人", reason="")
    assert wrong.status_code == 422 and chow.page.select_one("#name")["value"] == "没有这人"
    assert {m["id"] for m in chow.page.select("p.mistake")} == {"name-mistake", "reason-mistake"}
    answer = chow.submit(page, form, code="01-001", name="李桂芳", budget="3000", reason="写错了人")
    assert answer.status_code == 200
    assert "写错了人" in chow.text() and "陈志强" in chow.text() and "3,000" in chow.text()


def test_an_officer_withdraws_a_task_after_a_second_look(as_person, village, task):
    chow = as_person(village.sister_chow)
    answer = chow.submit(f"/rongxi/tasks/{task}", "main form[action$='/withdrawal']", why_withdrawn="派重了")
    assert answer.status_code == 200 and "派重了" in chow.text()
    assert not chow.page.select("main form[action$='/progress'], main form[action$='/corrections']")
    keung = as_person(village.ah_keung)
    keung.get("/rongxi/")
    assert not keung.page.select("#my-tasks")


def test_more_money_than_was_decided_is_said_wherever_money_stands(app, as_person, village, task):
    with app.app_context():
        row = db.session.get_one(Task, task)
        work = row.consultation_id
        spent = ProgressNote(Stage.UNDER_WAY, "石料", 13_000_000)
        tasks.note_progress(row, spent, village.ah_keung.act(key="spent", language="zh-Hans-CN"), in_office=False)
        db.session.remove()
    client = as_person(village.ah_fong)
    for page in (f"tasks/{task}", f"consultations/{work}/tasks/", f"consultations/{work}"):
        client.get(f"/rongxi/{page}")
        assert "128,600 元" in client.text() and "130,000 元" in client.text(), page


def test_a_villager_sees_no_form_to_correct(as_person, village, task):
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/tasks/{task}")
    assert not fong.page.select("form[action$='/corrections'], form[action$='/withdrawal']")
