"""An upload that takes long to decode keeps no neighbour's act waiting: on SQLite there is one writer at a time."""

import sys
import threading
import time
from io import BytesIO
from types import FrameType

import pytest
from PIL import Image
from sqlalchemy import select

from consult.models import AuditEntry, db
from consult.services.core.uploads import pictures
from tests.village import a_consultation, a_poll, sign_in_as, vote

pytestmark = pytest.mark.serial
SIDE = 5000
"""Twenty-five million pixels: as many as are decoded."""
PATIENCE = 60


def large_picture() -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (SIDE, SIDE), "white").save(out, "PNG")
    out.seek(0)
    return out


def is_decoding(thread: threading.Thread) -> bool:
    frame: FrameType | None = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code is pictures.encoded.__code__:
            return True
        frame = frame.f_back
    return False


def wait_until_decoding(thread: threading.Thread) -> None:
    until = time.monotonic() + PATIENCE
    while not is_decoding(thread):
        assert thread.is_alive() and time.monotonic() < until, "it never decoded"
        time.sleep(0.005)


def test_a_ballot_is_cast_while_a_neighbours_picture_is_decoded(app, village):
    with app.app_context():
        consultation, poll = a_consultation(village), a_poll(village)
    client = app.test_client()
    sign_in_as(client, village.ah_kwok)
    address = f"/rongxi/consultations/{consultation}"
    form = {"stance": "concern", "text": "看图", "picture": (large_picture(), "a.png"), "description": "水圳"}
    answers: list[int] = []
    upload = threading.Thread(
        target=lambda: answers.append(client.submit(address, "#form", follow=False, **form).status_code)
    )
    upload.start()
    wait_until_decoding(upload)
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)
    upload.join()
    assert answers == [303]
    with app.app_context():
        order = [tag for tag in db.session.scalars(select(AuditEntry.tag).order_by(AuditEntry.number))]
    assert order.index("ballot:cast") < order.index("comment:written")
