"""Answers to what villagers say against a notice: for the committee, by two officers."""

from consult.domain.talk.council_requests import CouncilAct
from consult.models import CouncilRequest, Objection
from consult.services.board import notice_objections
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.talk.council import council_requests
from consult.services.talk.council.council_requests import Wish


@atomic
def propose(objection: Objection, text: str, act: Act, *, office: str = "") -> CouncilRequest:
    """Draft an answer, which waits for a second officer; until then it is not answered. Raises Refused."""
    transactions.lock(objection)
    earlier = transactions.earlier(CouncilRequest, act.key, objection_id=objection.id)
    if earlier is not None:
        return earlier
    notice_objections.refuse_answered(objection)
    return council_requests.ask(Wish(kind=CouncilAct.OBJECTION, text=text, objection_id=objection.id), office, act)
