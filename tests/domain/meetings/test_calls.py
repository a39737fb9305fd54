"""The frozen document of a call: read as it was written, stored as ever."""

from consult.domain.audit import canonical, sha256
from consult.domain.law.bodies import Share
from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.calls import FrozenCall, FrozenItem

STORED = {
    "format": 1,
    "meeting": 7,
    "village": 1,
    "group": None,
    "title": "村民会议",
    "place": "榕树头",
    "starts_at": "2026-11-20T11:30:00.000001+00:00",
    "called_at": "2026-11-09T01:00:00+00:00",
    "rule": {
        "body": "VA_house",
        "unit": "household",
        "quorum": {"of": "2/3", "strict": False},
        "majority": {"of": "1/2", "strict": True},
        "base": "present",
        "notice_days": 10,
        "source": "组织法 24",
    },
    "online": "",
    "agenda": [[1, "收支账", "report", None, None], [2, "修水圳", "motion", 5, 3]],
    "short_notice": "",
    "study_exception": "",
    "authorisation": "",
    "adult_on": "2026-11-20",
    "households": 7,
    "roll": {"units": 7, "digest": "a" * 64},
}


def test_a_call_is_written_as_it_was_read():
    written = FrozenCall.from_facts(STORED).to_facts()
    assert written == STORED and list(written) == list(STORED)
    assert sha256(canonical(written)) == sha256(canonical(STORED))


def test_a_call_names_its_unit_its_quorum_and_the_items_of_the_notice():
    call = FrozenCall.from_facts(STORED)
    assert call.by_household and call.quorum == Share.from_facts({"of": "2/3", "strict": False})
    assert call.item(2) == FrozenItem(2, "修水圳", ItemKind.MOTION, 5, 3)
    assert call.item(3) is None
