"""Offices: given with a scope and a term, ended by hand, and never across villages."""

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.people.roles import SHOWN_IN_ORDER, Role
from consult.models import Departure, RoleGrant, db
from consult.models.people import right_queries
from tests.village import ORIGIN


def give(client, village, **changes):
    form = {"code": "01-001", "name": village.ah_fong.name, "role": "mediator", "since": "2026-01-01"}
    form |= ORIGIN | changes
    return client.submit("/rongxi/offices", "form.sheet", **form)


def grants_of(app, who) -> list[RoleGrant]:
    with app.app_context():
        return list(db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == who.id)))


@pytest.fixture
def yip(as_person, village):
    return as_person(village.ms_yip)


@pytest.fixture
def second(as_person, village):
    """Uncle Ho, supervisor, confirms the first change that waits."""
    ho = as_person(village.uncle_ho)
    return lambda: ho.submit("/rongxi/rights/", "form[action$=confirmation]")


def test_an_office_has_a_scope_and_a_term(app, yip, second, village):
    give(yip, village, role="council_member", group_id=str(village.lower_group), until="2030-12-31")
    second()
    (grant,) = grants_of(app, village.ah_fong)
    assert (grant.group_id, str(grant.since), str(grant.until)) == (village.lower_group, "2026-01-01", "2030-12-31")
    assert grant.granted_by == village.ms_yip.id


def test_without_a_group_an_office_counts_for_the_whole_village(app, yip, second, village):
    give(yip, village)
    second()
    assert grants_of(app, village.ah_fong)[0].group_id is None


@pytest.mark.parametrize("role", ["group_head", "grid_worker"])
def test_an_office_of_a_group_needs_its_group(app, yip, village, role):
    assert give(yip, village, role=role).status_code == 422
    assert yip.page.select_one("#group_id-mistake")
    assert give(yip, village, role=role, group_id=str(village.lower_group)).status_code == 200


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("until", {"since": "2026-05-01", "until": "2026-04-30"}),
        ("until", {"since": "", "until": "2020-01-01"}),
        ("since", {"since": "soon"}),
        ("name", {"name": "Nobody"}),
        ("name", {"code": "01-002"}),
    ],
)
def test_what_does_not_fit_comes_back_beside_its_field(app, yip, village, field, changes):
    assert give(yip, village, **changes).status_code == 422
    assert yip.page.select_one(f"#{field}-mistake")
    assert yip.page.select_one("#name")["value"] == changes.get("name", village.ah_fong.name)
    assert not grants_of(app, village.ah_fong)


def test_who_left_the_roll_gets_no_office(app, yip, village):
    with app.app_context():
        db.session.add(
            Departure(person_id=village.ah_fong.id, village_id=village.id, kind="moved", noted_at=clock.now())
        )
        db.session.commit()
    assert give(yip, village).status_code == 422


def test_the_same_office_is_given_once(app, yip, second, village):
    give(yip, village)
    give(yip, village)
    second()
    give(yip, village)
    assert len(grants_of(app, village.ah_fong)) == 1
    with app.app_context():
        assert not right_queries.waiting(village.id)


def test_an_ended_office_no_longer_opens_its_pages(app, as_person, yip, second, village):
    give(yip, village, role="clerk")
    second()
    fong = as_person(village.ah_fong)
    assert fong.get("/rongxi/offices").status_code == 200
    (grant,) = grants_of(app, village.ah_fong)
    yip.submit("/rongxi/offices", f"form[action='/rongxi/offices/{grant.id}/end']")
    assert fong.get("/rongxi/offices").status_code == 200, "it takes a second person"
    second()
    assert fong.get("/rongxi/offices").status_code == 403


def test_another_term_takes_the_place_of_the_old_one(app, yip, second, village):
    give(yip, village)
    second()
    (grant,) = grants_of(app, village.ah_fong)
    yip.submit(f"/rongxi/offices/{grant.id}/edit", "form.sheet", until="2029-06-30")
    second()
    before, after = grants_of(app, village.ah_fong)
    assert before.ended_at and (after.ended_at, str(after.until)) == (None, "2029-06-30")


def test_the_board_names_who_holds_which_office_and_the_two_offices_that_gave_it(app, client, yip, second, village):
    give(yip, village)
    second()
    client.get("/rongxi/officers")
    newest = client.page.select_one("main .ledger li").get_text()
    assert village.ah_fong.name in newest and "文书" in newest and "监督" in newest
    assert "2026" in newest, "entered after its first day"
    client.get("/rongxi/notices/")
    assert village.ah_fong.name in client.text() and "空的" not in client.text(), (
        "a board with a change of offices is not empty"
    )


def test_the_board_names_a_person_once_with_all_offices_and_folds_what_is_over(app, client, yip, second, village):
    give(yip, village)
    second()
    give(yip, village, role="grid_worker", group_id=str(village.lower_group))
    second()
    (mediator,) = [one for one in grants_of(app, village.ah_fong) if one.role is Role.MEDIATOR]
    yip.submit("/rongxi/offices", f"form[action='/rongxi/offices/{mediator.id}/end']")
    second()
    give(yip, village, role="party_member")
    second()
    client.get("/rongxi/officers")
    groups = [d.get_text() for d in client.page.select("main details") if village.ah_fong.name in d.get_text()]
    assert len(groups) == 2, "once among the offices, once among those that are over"
    assert "网格员" in groups[0] and "党员" in groups[0] and "调解员" not in groups[0]
    assert "调解员" in groups[1] and "open" not in client.page.select("main details")[-1].attrs


def test_every_office_has_its_place_on_the_board():
    assert set(SHOWN_IN_ORDER) == set(Role) - {Role.VILLAGER} and len(SHOWN_IN_ORDER) == len(Role) - 1


def test_the_second_person_is_asked_about_kin_once_and_only_where_kin_count(as_person, village, yip):
    ho, asked = as_person(village.uncle_ho), "近亲"
    give(yip, village, role="mediator")
    ho.get("/rongxi/rights/")
    assert asked not in ho.text("main")
    give(yip, village, role="supervisor")
    give(yip, village, role="collective_supervisor")
    ho.get("/rongxi/rights/")
    assert ho.text("main").count(asked) == 1
    yip.get("/rongxi/rights/")
    assert asked not in yip.text("main"), "who asked does not confirm"


def test_an_office_of_another_village_is_not_there(app, yip, village):
    (theirs,) = grants_of(app, village.mr_wong)
    assert yip.send(f"/rongxi/offices/{theirs.id}/end").status_code == 404
    with app.app_context():
        assert db.session.get(RoleGrant, theirs.id).ended_at is None


def test_a_forged_group_or_office_is_refused(app, yip, village):
    form = {"code": "01-001", "name": village.ah_fong.name, "since": "2026-01-01"}
    assert yip.send("/rongxi/offices", role="mediator", group_id="999", **form).status_code == 422
    assert yip.send("/rongxi/offices", role="villager", **form).status_code == 422
    assert yip.send("/rongxi/offices", role="emperor", **form).status_code == 422
    assert not grants_of(app, village.ah_fong)


def test_a_refused_office_comes_back_with_the_article_and_what_was_typed(yip, village):
    answer = give(yip, village, code="01-002", name=village.old_chan.name, role="supervisor")
    assert answer.status_code == 409
    assert "村民委员会组织法" in yip.text("#mistakes")
    assert yip.page.select_one("#name")["value"] == village.old_chan.name


def test_the_own_office_is_refused_with_a_sentence(yip, village):
    assert give(yip, village, code="02-003", name=village.ms_yip.name, role="supervisor").status_code == 403
    assert yip.text("#mistakes")
