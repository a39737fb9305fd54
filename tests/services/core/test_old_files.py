"""Files kept before 0.7.0 bear their digest as a name: they are taken over, verified, and open nothing either."""

import io

import pytest
from flask_migrate import downgrade, upgrade
from PIL import Image
from sqlalchemy import select, text

from consult.models import SignedPage, StoredFile, Village, db
from consult.services.core import files, schema
from consult.services.core.uploads import stored_files
from consult.services.meetings import minutes
from consult.services.site.verification import verify
from tests.meetings import a_held_meeting, meeting
from tests.tampering import without_triggers_of
from tests.village import a_photo


@pytest.mark.sweep
@pytest.mark.both_databases
def test_a_file_of_an_older_version_is_taken_over_with_its_owner(app, village):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "blue").save(out, "JPEG")
    digest = files.digest_of(out.getvalue())
    with app.app_context():
        meeting_id = a_held_meeting(village)[0]
        minutes.add_signed_page(meeting(meeting_id), a_photo(village.old_chan), village.old_chan.act(key="p"))
        old = files.path_of(files.PICTURES, digest)
        old.parent.mkdir(parents=True, exist_ok=True)
        old.write_bytes(out.getvalue())
        without_triggers_of("signed_page", f"UPDATE signed_page SET file_name = '{digest}'")
        db.session.remove()
        schema.prepare(app)
        downgrade(revision="0007")
        assert db.session.scalar(text("SELECT digest FROM signed_page")) == digest
        db.session.remove()
        upgrade()
        row = db.session.scalars(select(StoredFile).where(StoredFile.name == digest)).one()
        assert (row.name, row.digest, row.salt, row.owner_id) == (digest, digest, "", village.old_chan.id)
        assert stored_files.is_whole(row) and db.session.query(SignedPage).one().file_name == row.name
        assert [line for line in verify(db.session.get_one(Village, village.id)) if "gone" in line] == []
