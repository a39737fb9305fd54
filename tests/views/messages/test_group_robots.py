"""The robot of the chat group: for the clerk, kept encrypted, never shown again."""

import pytest

from consult.models import GroupRobot, db
from consult.services.core import crypto

pytestmark = pytest.mark.both_databases

ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=aaaa-bbbb"


def test_the_clerk_sets_a_robot_and_its_address_is_neither_shown_nor_readable(app, as_person, village):
    yip = as_person(village.ms_yip)
    shown = yip.submit("/rongxi/group-robot", kind="wecom", address=ADDRESS)
    assert shown.status_code == 200 and "aaaa-bbbb" not in shown.text
    with app.app_context():
        robot = db.session.get(GroupRobot, village.id)
        assert "aaaa" not in robot.address_cipher and crypto.unseal(robot.address_cipher) == ADDRESS
    yip.submit("/rongxi/group-robot", "form[action$=removal]")
    with app.app_context():
        assert db.session.get(GroupRobot, village.id) is None


@pytest.mark.parametrize(
    "address",
    ["", "http://qyapi.weixin.qq.com/x?key=k", "https://evil.example/x?key=k", "https://oapi.dingtalk.com/x?a=b"],
)
def test_an_address_that_is_not_the_providers_comes_back_with_a_sentence(as_person, village, address):
    yip = as_person(village.ms_yip)
    answer = yip.submit("/rongxi/group-robot", kind="wecom", address=address)
    assert answer.status_code == 422 and yip.page.select_one("#address")["value"] == address


def test_a_villager_is_refused(as_person, village):
    assert as_person(village.ah_fong).send("/rongxi/group-robot", kind="wecom", address=ADDRESS).status_code == 403
