"""The inbox opens whatever its lines were written by."""

from consult import clock
from consult.domain.messages.notifications import NotificationEvent
from consult.models import Notification, db


def test_the_inbox_opens_with_a_result_that_names_no_vote(app, as_person, village):
    """Lines of former versions have the matter alone: nothing is said of a vote that was counted."""
    with app.app_context():
        line = Notification(
            village_id=village.id,
            person_id=village.ah_fong.id,
            event=NotificationEvent.DECIDED,
            subject="poll:1",
            facts={"title": "修上圳", "outcome": "carried"},
            told_at=clock.now(),
        )
        db.session.add(line)
        db.session.commit()
        db.session.remove()
    fong = as_person(village.ah_fong)
    assert fong.get("/rongxi/notifications/").status_code == 200 and "修上圳" in fong.text("main")
