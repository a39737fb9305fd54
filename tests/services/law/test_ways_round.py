"""Ways round the gates that were found by trying: by the day, by what was changed since, by an older paper."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from consult import clock
from consult.domain.form_errors import FormError
from consult.domain.law import bodies, vote_gates
from consult.domain.law.bodies import Body, Share
from consult.domain.law.four_deliberations import read_stage_form
from consult.domain.law.matters import MatterPaper
from consult.domain.law.motions import Motion
from consult.domain.law.paper_records import PaperRecord
from consult.domain.law.rule_changes import CharterRule
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason
from consult.domain.talk.consultations import Draft
from consult.models import Consultation, Poll, RuleChange, db
from consult.services.law import four_deliberations, rule_changes
from consult.services.law.rule_changes import wanted_charter
from consult.services.meetings import meeting_additions, meetings
from consult.services.people import villages
from consult.services.polls import polls
from consult.services.talk import revisions
from tests.meetings import a_called_meeting, a_formal_poll, meeting, refused, ripe, studied
from tests.tasks import representatives
from tests.village import a_consultation, a_draft, a_photo, formal_by_phone

pytestmark = pytest.mark.both_databases


def charter(cast, body: str, rule: CharterRule, *, days: int = 0) -> None:
    """Two persons settle a charter's rule, in force so many days from now."""
    on = villages.local_day(cast.row(), clock.now()) + timedelta(days=days)
    change = rule_changes.ask(
        wanted_charter(body, None, rule, valid_from=on), Role.CLERK, cast.ms_yip.act(key=f"charter-{body}")
    )
    rule_changes.confirm(change.id, Role.SUPERVISOR, cast.uncle_ho.act())
    assert db.session.get_one(RuleChange, change.id).confirmed_at is not None


def announcing(cast, poll_id: int) -> Reason | None:
    """Return why a poll may not be announced by Old Chan; None: it was."""
    try:
        return refused(lambda: polls.announce(db.session.get_one(Poll, poll_id), cast.old_chan.act()))
    except pytest.fail.Exception:
        return None


def other_words(cast, consultation_id: int, *, key: str = "rev") -> None:
    """The proposer writes quite another text."""
    consultation = db.session.get_one(Consultation, consultation_id)
    words = Draft("鱼塘租给外人", "三十年，每年一万元。", "", None, ())
    proposer = consultation.proposal.proposer
    act = villages_act(cast, proposer.id, key)
    revisions.revise(
        consultation, words, act, base=consultation.proposal.revision, reason="改了", accepted=(), in_office=True
    )


def villages_act(cast, person_id: int, key: str):
    who = next(one for one in vars(cast).values() if getattr(one, "id", None) == person_id and hasattr(one, "act"))
    return who.act(key=key)


def test_an_opening_in_the_past_does_not_lead_round_a_charters_rule_of_today(inside):
    cast = inside
    formal_by_phone(cast, "VRA")
    representatives(cast, cast.ah_fong)
    charter(cast, "VRA", CharterRule(notice_days=3, quorum=Share(Fraction(4, 5)), source="章程第三条"))
    early = clock.now() - timedelta(days=2)
    poll_id = a_formal_poll(
        cast, body="VRA", matter="committee_appraisal", opens_at=early, closes_at=clock.now() + timedelta(days=3)
    )
    assert announcing(cast, poll_id) is Reason.NOTICE_CANNOT_BE_SHORT


@pytest.mark.parametrize("body", ["VRA", "CM"])
def test_a_draft_that_opens_before_the_law_was_in_force_still_has_a_page(inside, body):
    poll_id = a_draft(inside, body=body, opens_at=clock.now() - timedelta(days=900))
    village = inside.row()
    assert polls.body_of(db.session.get_one(Poll, poll_id), village, now=clock.now()).code == body


def test_words_that_changed_since_are_not_what_the_party_studied(inside):
    cast = inside
    consultation = a_consultation(cast)
    ripe(cast, consultation)
    studied(cast, consultation)
    assert four_deliberations.motion(consultation).studied
    other_words(cast, consultation)
    assert not four_deliberations.motion(consultation).studied
    studied(cast, consultation)
    assert four_deliberations.motion(consultation).studied


def test_another_kind_is_not_what_was_studied_and_checked(inside):
    cast = inside
    consultation = a_consultation(cast)
    ripe(cast, consultation, "village_planning")
    studied(cast, consultation)
    row = db.session.get_one(Consultation, consultation)
    four_deliberations.choose_matter(row, "key_assistance", cast.old_chan.act())
    motion = four_deliberations.motion(consultation)
    assert motion.check is None and not motion.studied
    four_deliberations.choose_matter(row, "village_planning", cast.old_chan.act())
    motion = four_deliberations.motion(consultation)
    assert motion.check is not None and motion.studied  # a wrong tap that was put right costs nothing


def test_the_households_signed_for_these_words_and_this_kind(inside):
    cast = inside
    consultation = a_consultation(cast)
    ripe(cast, consultation, "fund_raising")
    today = villages.local_day(cast.row(), clock.now())
    sheet = PaperRecord(paper=MatterPaper.HOUSEHOLD_SIGNATURES, dated=today, words="签名册", households=7, signed=6)
    row = db.session.get_one(Consultation, consultation)
    four_deliberations.record_paper(row, sheet, a_photo(cast.old_chan), cast.old_chan.act())
    assert MatterPaper.HOUSEHOLD_SIGNATURES in four_deliberations.motion(consultation).papers
    other_words(cast, consultation)
    assert MatterPaper.HOUSEHOLD_SIGNATURES not in four_deliberations.motion(consultation).papers
    four_deliberations.record_paper(row, sheet, a_photo(cast.old_chan), cast.old_chan.act())
    assert MatterPaper.HOUSEHOLD_SIGNATURES in four_deliberations.motion(consultation).papers


def test_a_change_comes_after_all_that_is_on_record_whatever_the_clock_says(inside):
    cast = inside
    consultation = a_consultation(cast)
    ripe(cast, consultation)
    studied(cast, consultation)
    row = db.session.get_one(Consultation, consultation)
    earlier = cast.old_chan.act(now=clock.now() - timedelta(hours=1))
    four_deliberations.choose_matter(row, "village_rules", earlier)
    motion = four_deliberations.motion(consultation)
    assert motion.matter_code == "village_rules" and not motion.studied and motion.check is None


@pytest.mark.parametrize("body", ["VC", "BOARD"])
def test_a_committee_or_board_decides_nothing_that_is_another_bodys(inside, body):
    cast = inside
    consultation = a_consultation(cast)
    ripe(cast, consultation, "land_and_shares")
    motion = four_deliberations.motion(consultation)
    rule = bodies.find(body, province="广东", on=villages.local_day(cast.row(), clock.now()))
    assert not vote_gates.decides(rule, motion) and vote_gates.decides(rule, Motion())
    why = refused(lambda: vote_gates.refuse_formal(rule, motion, title="鱼塘"))
    assert why is Reason.OTHER_BODY_DECIDES


def test_a_charters_quorum_of_the_two_committees_holds_for_their_step_on_paper(inside):
    cast = inside
    charter(cast, "TWO_COMMITTEES", CharterRule(quorum=Share(Fraction(2, 3)), source="章程第四条"))
    today = villages.local_day(cast.row(), clock.now())
    typed = {
        "step": "committees_discuss",
        "held_on": today.isoformat(),
        "place": "村委会",
        "words": "同意",
        "expected": "9",
        "present": "5",
        "support": "5",
        "oppose": "0",
        "abstain": "0",
    }
    assert read_stage_form(typed, today=today)[0] is not None

    def rule_of(code: str, on: date) -> Body:
        return rule_changes.body_in_force(cast.row(), code, None, on=on)

    assert read_stage_form(typed, today=today, rule_of=rule_of)[1] == {"support": FormError.STEP_NOT_PASSED}
    assert read_stage_form(typed | {"present": "6"}, today=today, rule_of=rule_of)[0] is not None


def test_a_meeting_that_was_moved_keeps_the_day_on_which_its_members_must_be_grown(inside):
    cast = inside
    meeting_id, _ = a_called_meeting(cast)
    row = meeting(meeting_id)
    moved = row.starts_at + timedelta(days=30)
    meetings.move(row, row.place, moved, "下雨", cast.old_chan.act(key="move"))
    born = villages.local_day(cast.row(), moved) - timedelta(days=1)
    cast.siu_ming.row().born = born.replace(year=born.year - 18)
    db.session.commit()
    why = refused(
        lambda: meeting_additions.ask(
            meeting(meeting_id), cast.siu_ming.row(), "漏了", Role.SUPERVISOR, cast.uncle_ho.act(key="add")
        )
    )
    assert why is Reason.NO_SEAT
