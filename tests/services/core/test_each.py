"""One act for many: what fails is undone and logged, and keeps no other from its turn."""

from consult.models import Group, db
from consult.services.core.each import each
from consult.services.core.transactions import atomic


def test_what_fails_is_undone_and_logged_and_the_next_is_done(inside, caplog):
    @atomic
    def add(number: int) -> None:
        db.session.add(Group(village_id=inside.id, name=f"group {number}", position=50 + number))
        db.session.flush()
        if number == 2:
            raise ValueError("broken")

    assert each("adding group", [1, 2, 3], add) == [1, 3]
    db.session.rollback()
    assert db.session.query(Group.position).filter(Group.position > 50).order_by(Group.position).all() == [(51,), (53,)]
    assert "adding group 2 failed" in caplog.text and "broken" in caplog.text
    assert "adding group 1" not in caplog.text
