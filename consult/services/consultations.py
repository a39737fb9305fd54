"""Opening a consultation with its proposal."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from consult.domain.audit import Tag
from consult.domain.consultations import Draft
from consult.models import Consultation, FundingSource, Person, Picture, Proposal, Village, db
from consult.services import audit, pictures, transactions
from consult.services.villages import local_day


def open_consultation(
    draft: Draft,
    shown: Sequence[tuple[str, str]],
    actor: Person,
    *,
    group_id: int | None,
    language: str,
    key: str,
    now: datetime,
) -> Consultation:
    """Write down a proposal, with pictures given as (digest, description). The same key opens one consultation."""
    earlier = db.session.scalar(
        select(Consultation).where(Consultation.request_key == key, Consultation.village_id == actor.village_id)
    )
    if earlier is not None:
        return earlier
    village = db.session.get_one(Village, actor.village_id)
    year = local_day(village, now).year
    consultation = Consultation(
        village_id=village.id, year=year, number=_next_number(village.id, year), group_id=group_id,
        opened_by=actor.id, opened_at=now, request_key=key,
    )  # fmt: skip
    consultation.proposal = _proposal(draft, shown, actor, language, now)
    db.session.add(consultation)
    db.session.flush()
    audit.record(
        Tag.CONSULTATION_OPENED, f"consultation:{consultation.id}", village_id=village.id, actor_id=actor.id, now=now,
        proposal=consultation.proposal.id,
    )  # fmt: skip
    transactions.commit()
    return consultation


def _next_number(village_id: int, year: int) -> int:
    last = db.session.scalar(
        select(func.max(Consultation.number)).where(Consultation.village_id == village_id, Consultation.year == year)
    )
    return (last or 0) + 1


def _proposal(draft: Draft, shown: Sequence[tuple[str, str]], actor: Person, language: str, now: datetime) -> Proposal:
    village_id = actor.village_id
    sizes = [pictures.size_of(digest) for digest, _ in shown]
    return Proposal(
        village_id=village_id, title=draft.title, summary=draft.summary, text=draft.text, language=language,
        cost_fen=draft.cost_fen, proposed_by=actor.id, proposed_at=now,
        funding=[
            FundingSource(position=n, village_id=village_id, name=name, amount_fen=amount)
            for n, (name, amount) in enumerate(draft.funding, 1)
        ],
        pictures=[
            Picture(position=n, village_id=village_id, digest=digest, width=w, height=h, description=description)
            for n, ((digest, description), (w, h)) in enumerate(zip(shown, sizes, strict=True), 1)
        ],
    )  # fmt: skip
