"""The texts of notices in the search index."""

from consult.domain.search import SearchKind
from consult.models import Notice
from consult.models.board import notice_queries
from consult.services.core.search import put


def put_notice(notice: Notice) -> None:
    """Index a notice under the words of the meeting, poll or consultation that it is about."""
    consultation_id, text, language = notice_queries.words_of(notice)
    put(
        SearchKind.NOTICE,
        notice.id,
        text,
        village_id=notice.village_id,
        consultation_id=consultation_id,
        language=language,
        written_at=notice.posted_at,
    )
