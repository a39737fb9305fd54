"""Whatever is changed in an entry of the log, `flask audit verify` finds it."""

import pytest
from sqlalchemy import select

from consult.domain.audit_forms import SECOND
from consult.models import AuditEntry, AuditHead, db
from consult.services.site.verification import verify
from tests.tampering import without_triggers
from tests.village import a_poll, vote

pytestmark = pytest.mark.both_databases
CHANGES = {
    "who": "UPDATE audit_entry SET actor_id = 999 WHERE tag = 'ballot:cast'",
    "nobody": "UPDATE audit_entry SET actor_id = NULL WHERE tag = 'ballot:cast'",
    "when": "UPDATE audit_entry SET recorded_at = '2026-01-05 00:00:00.000000' WHERE tag = 'ballot:cast'",
    "what": "UPDATE audit_entry SET tag = 'poll:drafted' WHERE tag = 'ballot:cast'",
    "about what": "UPDATE audit_entry SET subject = 'poll:77' WHERE tag = 'ballot:cast'",
    "the facts": "UPDATE audit_entry SET facts = replace(facts, 'phone', 'paper') WHERE tag = 'ballot:cast'",
    "no JSON": "UPDATE audit_entry SET facts = 'x' WHERE tag = 'notice:posted'",
    "the salt": "UPDATE audit_entry SET salt = 'x' WHERE tag = 'ballot:cast'",
    "the form": "UPDATE audit_entry SET form = 1 WHERE tag = 'ballot:cast'",
    "no known form": "UPDATE audit_entry SET form = 7 WHERE tag = 'ballot:cast'",
    "the key of the pseudonyms": "UPDATE audit_head SET key = 'x'",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_entry_is_named(inside, what):
    vote(inside, a_poll(inside), inside.ah_fong, 1)
    assert list(verify(inside.row())) == []
    without_triggers(CHANGES[what])
    faults = list(verify(inside.row()))
    assert any("was changed after it was written" in fault for fault in faults)


def test_every_entry_is_of_the_second_form_with_a_salt_of_its_own(inside):
    vote(inside, a_poll(inside), inside.ah_fong, 1)
    rows = db.session.execute(select(AuditEntry.form, AuditEntry.salt)).all()
    assert {row.form for row in rows} == {SECOND}
    assert len({row.salt for row in rows}) == len(rows) and all(len(row.salt) == 32 for row in rows)
    keys = list(db.session.scalars(select(AuditHead.key)))
    assert len(set(keys)) == len(keys) and all(len(key) == 64 for key in keys)
