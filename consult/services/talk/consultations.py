"""Opening a consultation with its proposal."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select

from consult.domain.audit import Tag, sha256
from consult.domain.refusals import Reason, Refused
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
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import pictures, stored_files
from consult.services.people import villages
from consult.services.people.villages import local_day
from consult.services.talk import drafts, endorsements, phases, search_texts


@atomic
def open_consultation(
    draft: Draft,
    shown: Sequence[tuple[str, str]],
    act: Act,
    *,
    group_ids: Sequence[int],
    phase: Phase = Phase.DISCUSS,
) -> Consultation:
    """Open a consultation with its proposal. The same key opens one.

    A villager's begins in RAISE, where others may endorse it; an officer's in DISCUSS.
    `shown`: the name of each stored picture and its description. `group_ids`: empty for the whole village.
    """
    village = villages.locked(act.village_id)  # two who raise a matter at once get two numbers
    earlier = transactions.earlier(Consultation, act.key, village_id=act.village_id)
    if earlier is not None:
        return earlier
    year = local_day(village, act.now).year
    consultation = Consultation(
        village_id=village.id,
        year=year,
        number=_next_number(village.id, year),
        opened_by=act.actor_id,
        opened_at=act.now,
        request_key=act.key,
        phase=phase,
    )
    consultation.proposal = _proposal(draft, shown, act)
    db.session.add(consultation)
    db.session.flush()
    _first_rows(consultation, draft, group_ids, act)
    phases.enter(consultation, phase, act)
    if phase is Phase.RAISE:
        endorsements.add(consultation, act)
    search_texts.put_proposal(consultation.proposal, now=act.now)
    audit.record(Tag.CONSULTATION_OPENED, f"consultation:{consultation.id}", act, proposal=consultation.proposal.id)
    return consultation


@atomic
def open_from_draft(
    draft: ProposalDraft,
    words: Draft,
    shown: Sequence[tuple[str, str]],
    act: Act,
    *,
    group_ids: Sequence[int],
    phase: Phase,
) -> Consultation | None:
    """Open a consultation from the actor's own draft, and delete the draft. The same draft opens one.

    None: the draft was deleted meanwhile, and none was opened from it.
    """
    key = draft.request_key  # read before the lock, under which the row may be gone
    villages.locked(act.village_id)
    transactions.queue_for(f"drafts:{act.actor_id}")
    found = drafts.by_key(act.actor, key)
    if found is None:
        return opened_from(key, act.actor)
    db.session.delete(found)
    by_draft = replace(act, key=_key_of(key, act.actor))
    return open_consultation(words, shown, by_draft, group_ids=group_ids, phase=phase)


def opened_from(draft_key: str, person: Person) -> Consultation | None:
    """Return the consultation that a person's draft was opened as, if it was, by the key of the draft."""
    return db.session.scalar(select(Consultation).where(Consultation.request_key == _key_of(draft_key, person)))


def _key_of(draft_key: str, person: Person) -> str:
    """Return the key of a consultation that is opened from a draft; not of its id, which the database gives again."""
    return f"draft:{person.id}:{draft_key}"


def _next_number(village_id: int, year: int) -> int:
    last = db.session.scalar(
        select(func.max(Consultation.number)).where(Consultation.village_id == village_id, Consultation.year == year)
    )
    return (last or 0) + 1


def _first_rows(consultation: Consultation, draft: Draft, group_ids: Sequence[int], act: Act) -> None:
    """Add its groups, and revision 1 of the text."""
    ids = {"consultation_id": consultation.id, "village_id": consultation.village_id}
    db.session.add_all(ConsultationGroup(group_id=group_id, **ids) for group_id in sorted(set(group_ids)))
    db.session.add(
        ProposalRevision(
            proposal_id=consultation.proposal.id,
            number=1,
            village_id=consultation.village_id,
            words=draft.as_facts(),
            request_key=f"{consultation.request_key}:1",
            revised_by=act.actor_id,
            revised_at=act.now,
        )
    )


def _proposal(draft: Draft, shown: Sequence[tuple[str, str]], act: Act) -> Proposal:
    return Proposal(
        village_id=act.village_id,
        title=draft.title,
        summary=draft.summary,
        text=draft.text,
        place=draft.place,
        language=act.language,
        cost_fen=draft.cost_fen,
        proposed_by=act.actor_id,
        proposed_at=act.now,
        funding=funding_rows(draft, act.village_id),
        pictures=[picture_row(name, description, act.village_id, n) for n, (name, description) in enumerate(shown, 1)],
    )


def funding_rows(draft: Draft, village_id: int) -> list[FundingSource]:
    """Return the draft's sources of money as rows, numbered from 1; amounts in fen."""
    return [
        FundingSource(position=n, village_id=village_id, name=name, amount_fen=amount)
        for n, (name, amount) in enumerate(draft.funding, 1)
    ]


@atomic
def describe_picture(picture: Picture, words: str, author_id: int, act: Act) -> None:
    """Write what a picture shows, once, by who put it up. The same words again: nothing. Raises Refused."""
    if act.actor_id != author_id:
        raise Refused(Reason.NOT_THE_AUTHOR)
    transactions.lock(picture)
    if picture.description == words:
        return
    if picture.description:
        raise Refused(Reason.ANSWERED_OTHERWISE)
    picture.description = words
    audit.record(Tag.PICTURE_DESCRIBED, f"picture:{picture.id}", act, digest=sha256(words))


def picture_row(name: str, description: str, village_id: int, position: int = 1) -> Picture:
    """Return a stored picture as a row. Raises LookupError for one of another village, FileNotFoundError for one that is gone."""
    stored_files.fingerprint(village_id, name)
    width, height = pictures.size_of(name)
    return Picture(
        position=position, village_id=village_id, file_name=name, width=width, height=height, description=description
    )
