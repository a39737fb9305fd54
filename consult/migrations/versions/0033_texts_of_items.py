"""When the text of an agenda item was written and told, what it was before the meeting amended it; notices of items

Revision ID: 0033
Revises: 0027
Create Date: 2026-12-01 05:10:00.000000

"""
from datetime import UTC, datetime

from alembic import op
import sqlalchemy as sa

from consult.migrations import tables
from consult.models.base import UTCDateTime


# revision identifiers, used by Alembic.
revision = "0033"
down_revision = '0032'
branch_labels = None
depends_on = None

ADDED = {("notice", "tag"): ["agenda_added"]}
ITEM = sa.table(
    "agenda_item",
    sa.column("meeting_id"),
    sa.column("resolution"),
    sa.column("cost_fen"),
    sa.column("funding"),
    sa.column("added_at", UTCDateTime(timezone=True)),
    sa.column("text_at", UTCDateTime(timezone=True)),
)
MEETING = sa.table("meeting", sa.column("id"), sa.column("called_at"))


def upgrade():
    """Nobody was told of an item that was added after the call: it counts as told on the day of its vote.

    The text of an item that was called is as old as the item. One of a draft may have been changed since: it is
    taken as new, so that it is studied once more before the call."""
    tables.add_values(ADDED)
    op.add_column("agenda_item", sa.Column("told_at", UTCDateTime(timezone=True), nullable=True))
    op.add_column("agenda_item", sa.Column("text_at", UTCDateTime(timezone=True), nullable=True))
    op.add_column("agenda_item", sa.Column("text_before", sa.String(), nullable=True))
    has_text = sa.or_(
        ITEM.c.resolution != "", ITEM.c.cost_fen.is_not(None), sa.cast(ITEM.c.funding, sa.String) != "[]"
    )
    drafts = sa.select(MEETING.c.id).where(MEETING.c.called_at.is_(None))
    op.execute(ITEM.update().where(has_text).values(text_at=ITEM.c.added_at))
    op.execute(ITEM.update().where(has_text, ITEM.c.meeting_id.in_(drafts)).values(text_at=datetime.now(UTC)))


def downgrade():
    op.drop_column("agenda_item", "text_before")
    op.drop_column("agenda_item", "text_at")
    op.drop_column("agenda_item", "told_at")
    added = f"SELECT id FROM notice WHERE {tables.one_of('tag', ADDED['notice', 'tag'])}"
    about = ["objection", "board_photo"]
    gone = [f"DELETE FROM {table} WHERE notice_id IN ({added})" for table in about]
    tables.without_triggers([*about, "notice"], [*gone, f"DELETE FROM notice WHERE id IN ({added})"])
    tables.remove_values(ADDED)
