"""Opening a consultation with its proposal."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from consult.domain.audit import Tag
from consult.domain.talk.consultations import Draft
from consult.domain.talk.phases import Phase
from consult.models import (
    Consultation,
    ConsultationGroup,
    FundingSource,
    Person,
    Picture,
    Proposal,
    ProposalDraft,
    ProposalRevision,
    db,
)
from consult.services.core import audit, pictures, search, transactions
from consult.services.core.acts import Act
from consult.services.people import villages
from consult.services.people.villages import local_day
from consult.services.talk import endorsements, phases


def open_consultation(
    draft: Draft,
    shown: Sequence[tuple[str, str]],
    actor: Person,
    *,
    group_ids: Sequence[int],
    language: str,
    key: str,
    now: datetime,
    phase: Phase = Phase.DISCUSS,
) -> Consultation:
    """Write down a proposal, with pictures given as (digest, description). The same key opens one consultation.

    A villager's begins in RAISE, where others may stand behind it; an officer's in DISCUSS.
    """
    earlier = db.session.scalar(
        select(Consultation).where(Consultation.request_key == key, Consultation.village_id == actor.village_id)
    )
    if earlier is not None:
        return earlier
    village = villages.locked(actor.village_id)  # two who raise a matter at once get two numbers
    year = local_day(village, now).year
    consultation = Consultation(
        village_id=village.id,
        year=year,
        number=_next_number(village.id, year),
        opened_by=actor.id,
        opened_at=now,
        request_key=key,
        phase=phase.value,
    )
    consultation.proposal = _proposal(draft, shown, actor, language, now)
    db.session.add(consultation)
    db.session.flush()
    _first_rows(consultation, draft, group_ids, actor, now)
    phases.enter(consultation, phase, actor.id, now=now)
    if phase is Phase.RAISE:
        endorsements.add(consultation, Act.of(actor, now=now))
    search.put_proposal(consultation.proposal, now=now)
    audit.record(
        Tag.CONSULTATION_OPENED,
        f"consultation:{consultation.id}",
        village_id=village.id,
        actor_id=actor.id,
        now=now,
        proposal=consultation.proposal.id,
    )
    transactions.commit()
    return consultation


def open_from_draft(
    draft: ProposalDraft,
    words: Draft,
    shown: Sequence[tuple[str, str]],
    actor: Person,
    *,
    group_ids: Sequence[int],
    language: str,
    now: datetime,
    phase: Phase,
) -> Consultation:
    """Put up what was drafted; the draft goes in the same transaction. Its id is the key: it opens one."""
    db.session.delete(draft)
    return open_consultation(
        words, shown, actor, group_ids=group_ids, language=language, key=_key_of(draft.id, actor), now=now, phase=phase
    )


def opened_from(draft_id: int, actor: Person) -> Consultation | None:
    """What a draft of this person was opened as, if it was."""
    return db.session.scalar(select(Consultation).where(Consultation.request_key == _key_of(draft_id, actor)))


def _key_of(draft_id: int, actor: Person) -> str:
    return f"draft:{actor.id}:{draft_id}"


def _next_number(village_id: int, year: int) -> int:
    last = db.session.scalar(
        select(func.max(Consultation.number)).where(Consultation.village_id == village_id, Consultation.year == year)
    )
    return (last or 0) + 1


def _first_rows(
    consultation: Consultation, draft: Draft, group_ids: Sequence[int], actor: Person, now: datetime
) -> None:
    """Its groups, and revision 1 of the words."""
    ids = {"consultation_id": consultation.id, "village_id": consultation.village_id}
    db.session.add_all(ConsultationGroup(group_id=group_id, **ids) for group_id in sorted(set(group_ids)))
    db.session.add(
        ProposalRevision(
            proposal_id=consultation.proposal.id,
            number=1,
            village_id=consultation.village_id,
            words=draft.as_facts(),
            request_key=f"{consultation.request_key}:1",
            revised_by=actor.id,
            revised_at=now,
        )
    )


def _proposal(draft: Draft, shown: Sequence[tuple[str, str]], actor: Person, language: str, now: datetime) -> Proposal:
    return Proposal(
        village_id=actor.village_id,
        title=draft.title,
        summary=draft.summary,
        text=draft.text,
        place=draft.place,
        language=language,
        cost_fen=draft.cost_fen,
        proposed_by=actor.id,
        proposed_at=now,
        funding=funding_rows(draft, actor.village_id),
        pictures=[
            picture_row(digest, description, actor.village_id, n) for n, (digest, description) in enumerate(shown, 1)
        ],
    )


def funding_rows(draft: Draft, village_id: int) -> list[FundingSource]:
    return [
        FundingSource(position=n, village_id=village_id, name=name, amount_fen=amount)
        for n, (name, amount) in enumerate(draft.funding, 1)
    ]


def picture_row(digest: str, description: str, village_id: int, position: int = 1) -> Picture:
    """A stored picture as a row. Raises FileNotFoundError when it is not stored."""
    width, height = pictures.size_of(digest)
    return Picture(
        position=position, village_id=village_id, digest=digest, width=width, height=height, description=description
    )
