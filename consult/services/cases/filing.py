"""Bring a case: a draft on a phone until it is handed in; at the desk or by a grid worker in one go."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from consult.domain.allowances import Use
from consult.domain.audit import Tag
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Contact, Side
from consult.domain.cases.choices import discreet_topics, neutral_title, topics
from consult.domain.cases.facts import fold
from consult.domain.cases.situation import Situation
from consult.domain.cases.states import Audience, CaseRole, CaseState, Source, own
from consult.domain.cases.writing_once import claims
from consult.domain.refusals import Reason, Refused
from consult.models import CaseFile, MediationCase, db
from consult.models.cases import case_queries
from consult.services.cases import case_entries, case_files, case_notifications, keys, membership, raising, reading
from consult.services.cases.case_entries import NewEntry
from consult.services.cases.case_files import Media
from consult.services.cases.reading import Opened
from consult.services.core import crypto, files, transactions
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.core.uploads import allowances
from consult.services.people import villages

OPENING_LENGTH = 18
"""Characters of the first words that a list of the desk shows."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """An application as it is brought to the committee."""

    topic: str
    """A code of choices.toml, table `topic`."""
    source: Source
    sides: Sequence[Side]
    words: str
    way: str = ""
    """How to reach the applicant: a code of applications.WAYS."""
    phone: str = ""
    when: str = ""
    """When the applicant can be spoken with."""
    reporter: CaseRole | None = None
    """REPORTER: a grid worker or the council files it, and sees where it stands and nothing else."""
    consultation_id: int | None = None
    on: str = ""
    """The day of an oral application, 2026-07-13; empty for the day of entry."""
    danger: dict[str, Any] | None = None
    """A note for the desk, where somebody may be in danger."""
    present: bool = True
    """The applicant stands beside; otherwise it is a clue."""
    claim: Mapping[str, Any] = field(default_factory=dict)
    """What the applicant wants: domain.cases.claims."""

    def knows_applicant(self) -> bool:
        """Tell whether somebody is named as the applicant."""
        return any(side.part is CaseRole.APPLICANT for side in self.sides)

    def audience(self) -> str:
        """Return who reads the words: the applicant and the desk, or the desk alone where no applicant stood beside."""
        first = self.sides[0].part if self.sides else None
        return own(1) if first is CaseRole.APPLICANT and self.present else Audience.DESK.value


@atomic
def keep_draft(
    topic: str, words: dict[str, Any], media: Sequence[Media], act: Act, *, draft: Opened | None = None
) -> MediationCase:
    """Keep steps one and two of an application, sealed for its writer alone; the same key keeps one draft.

    `draft`: the one that is written on. Raises Refused where it was handed in or discarded meanwhile.
    """
    if draft is None:
        address = _address("draft", act) if act.key else ""
        if address and (earlier := case_queries.by_address(act.village_id, address)) is not None:
            return earlier
        draft = _new(Source.APPLICATION, act, address)
        writer = keys.of_person(act.actor.id)
        membership.grant_access(draft.row.id, act.village_id, writer, f"{CaseRole.APPLICANT}:1", draft.keys)
    else:
        transactions.lock(draft.row)
        _refuse_unless_draft(draft)
    case_files.keep(draft, media, own(1), entry=0, now=act.now)
    line = {"title": "", "names": [], "stone": topic, **words}
    draft.row.cipher, draft.row.changed_at = draft.keys.seal("all", line), act.now
    allowances.spend(Use.CASE_WRITING, act)
    return draft.row


@atomic
def hand_in(draft: Opened, act: Act, contact: Contact) -> None:
    """Hand in a draft; twice is the same as once."""
    villages.locked(draft.row.village_id)  # which numbers the case: before the case
    transactions.lock(draft.row)
    if draft.state is not CaseState.DRAFT:
        return
    words = reading.line_of(draft.row.cipher, draft.keys)  # as they stand under the lock
    sides = [membership.party_of(act.actor, CaseRole.APPLICANT)]
    if words.get("other"):
        sides.append(Side(CaseRole.RESPONDENT, words["other"]))
    application = Application(
        topic=words["stone"],
        source=Source.APPLICATION,
        sides=sides,
        words=words["story"],
        way=contact.way,
        phone=contact.phone,
        when=contact.when,
        claim={name: words[name] for name in claims.FIELDS if words.get(name)},
    )
    _begin(draft, application, act)
    of_the_draft = update(CaseFile).where(CaseFile.case_id == draft.row.id, CaseFile.entry_number == 0)
    db.session.execute(of_the_draft.values(entry_number=2))
    record_filed(draft, act)


@atomic
def discard(draft: Opened, act: Act) -> None:
    """Discard a draft with its keys, so that not even its writer can open it; twice is the same as once. Raises Refused."""
    transactions.lock(draft.row)
    if draft.state is not CaseState.DISCARDED:
        _refuse_unless_draft(draft)
        _forget(draft.row, act.now)


def _refuse_unless_draft(draft: Opened) -> None:
    if draft.state is not CaseState.DRAFT:
        raise Refused(Reason.CASE_NOT_A_DRAFT)


def forget_drafts(*, now: datetime, before: datetime) -> int:
    """Discard drafts not changed since `before`, each in a unit of work of its own. Returns how many."""
    idle = [row.id for row in case_queries.drafts_before(before)]
    return len(each("forgetting draft", idle, lambda case_id: _forget_draft(case_id, now, before)))


@atomic
def _forget_draft(case_id: int, now: datetime, before: datetime) -> None:
    row = db.session.get_one(MediationCase, case_id)
    transactions.lock(row)
    if row.state is CaseState.DRAFT and row.changed_at < before:
        _forget(row, now)


def _forget(row: MediationCase, now: datetime) -> None:
    """Delete the keys of a draft, and its files once that is durable."""
    kept = case_queries.files(row.id)
    names = [file.name for file in kept]
    transactions.after_commit(lambda: files.forget(files.CASE_FILES, names))
    for file in kept:
        db.session.delete(file)
    for reader in case_queries.all_readers(row.id):
        db.session.delete(reader)
    row.state, row.cipher, row.changed_at = CaseState.DISCARDED, "", now


@atomic
def file_for(application: Application, act: Act, *, media: Sequence[Media] = ()) -> MediationCase:
    """File a case at the desk, as a grid worker or for the council; the same key files one."""
    if (earlier := filed_before(act)) is not None:
        return earlier
    case = begun(application, act, media=media)
    record_filed(case, act)
    return case.row


def filed_before(act: Act) -> MediationCase | None:
    """Return the case that the same form has filed. Locks the village: two who send one form at once file one case."""
    villages.locked(act.village_id)
    return case_queries.by_address(act.village_id, _address("filed", act))


def begun(application: Application, act: Act, *, media: Sequence[Media] = ()) -> Opened:
    """Return a case that was just filed, as its filer holds it; not logged yet. In the unit of work at hand."""
    case = _new(application.source, act, _address("filed", act))
    _begin(case, application, act)
    case_files.keep(case, media, application.audience(), entry=2, now=act.now)
    mine = any(side.person_id == act.actor.id for side in application.sides)
    if application.reporter is not None and not mine:
        filer, keyring = keys.of_person(act.actor.id), case.keys.of_reporter()
        membership.grant_access(case.row.id, act.village_id, filer, application.reporter.value, keyring)
    if application.consultation_id is not None:
        raising.link(case, application.consultation_id)
    return case


def _address(what: str, act: Act) -> str:
    """Return an address that cannot be guessed and is the same for the same form of the same person."""
    return crypto.mark(f"case-{what}", f"{act.actor.id}:{act.key}")[:24]


def _new(source: Source, act: Act, address: str) -> Opened:
    row = MediationCase(
        village_id=act.village_id,
        address=address or secrets.token_urlsafe(16),
        source=source,
        state=CaseState.DRAFT,
        opened_at=act.now,
        changed_at=act.now,
    )
    db.session.add(row)
    db.session.flush()
    return Opened(row, CaseRole.HEAD, 0, keys.new_keyring())


def _begin(case: Opened, application: Application, act: Act) -> None:
    """Give the case its number and first two entries, let applicant and desk read it, and notify the desk."""
    village = villages.locked(case.row.village_id)
    day = villages.local_day(village, act.now)
    case.row.year, case.row.number = day.year, case_queries.last_number(village.id, day.year) + 1
    case.row.kind = topics()[application.topic]
    applied = application.knows_applicant() and application.present
    case.row.state = CaseState.APPLIED if applied else CaseState.CLUE
    after = _write_first_entries(case, application, act, day)
    first = application.sides[0] if application.sides else None
    if applied and first is not None and first.part is CaseRole.APPLICANT and first.person_id:
        reader, keyring = keys.of_person(first.person_id), case.keys.of_party(1)
        membership.grant_access(case.row.id, village.id, reader, f"{CaseRole.APPLICANT}:1", keyring)
    case.line = _line_before_a_title(application)
    case_entries.put_line(case, after)
    membership.begin(case, after, on=day)
    if not case_notifications.desk_of(case.row, on=day):
        case_notifications.involve_justice_office(case, "town", on=day, now=act.now)
    case_notifications.notify_desk(case.row, "filed", "case_waits", but=act.actor.id, on=day, now=act.now)


def record_filed(case: Opened, act: Act) -> None:
    """Log the first entries, last: the head of the log is locked after all else."""
    case_entries.record(case, Tag.CASE_FILED, 1, act.now, year=case.row.year, of_year=case.row.number)


def _write_first_entries(case: Opened, application: Application, act: Act, day: date) -> Situation:
    """Append what was filed and what was said; return the situation they add up to."""
    filed = NewEntry(
        act=CaseAct.FILE,
        facts=_filed_facts(case, application, act),
        audience=Audience.ALL.value,
        state=case.row.state,
        key="file",
        day=day,
        now=act.now,
    )
    after = fold([filed.as_entry(1)])
    said = _said_facts(application, act)
    case_entries.append(case, filed, after)
    case_entries.append(
        case,
        replace(filed, act=CaseAct.STATEMENT, facts=said, audience=application.audience(), key="words"),
        after,
    )
    if application.danger is None:
        return after
    facts = {**application.danger, "by": act.actor.id, "by_name": act.actor.name}
    note = replace(filed, act=CaseAct.NOTE_DANGER, facts=facts, audience=Audience.DESK.value, key="danger")
    after = fold([*case.entries, note.as_entry(3)])
    case_entries.append(case, note, after)
    return after


def _filed_facts(case: Opened, application: Application, act: Act) -> dict[str, Any]:
    """Return what the first entry says. An informer is not named in it, since the parties read it."""
    named = {"by": act.actor.id, "by_name": act.actor.name}
    return {
        "title": "",
        "kind": case.row.kind,
        "stone": application.topic,
        "source": case.row.source.value,
        "parties": [side.as_facts() for side in application.sides],
        "present": application.present,
        "consultation": application.consultation_id,
        **({"on": application.on} if application.on else {}),
        **(named if application.present and application.reporter is None else {}),
    }


def _said_facts(application: Application, act: Act) -> dict[str, Any]:
    """Return what the second entry says: the words, and how to reach the party they are of (0: of none)."""
    return {
        "words": application.words,
        **application.claim,
        "way": application.way,
        "phone": application.phone,
        **({"when": application.when} if application.when else {}),
        "party": 1 if application.audience() == own(1) else 0,
        **({"on": application.on} if application.on else {}),
        "by": act.actor.id,
        "by_name": act.actor.name,
    }


def _line_before_a_title(application: Application) -> dict[str, str]:
    """Return what lists show until the case has a title: to the desk its first words, but of a family none at all.

    The first words of whoever is in danger would tell all to a person who looks over a shoulder, at home or at the desk.
    """
    if application.danger is not None:
        return {"title": neutral_title()}
    opening = application.words.strip().partition("\n")[0][:OPENING_LENGTH]
    return {"title": "", "opening": "" if application.topic in discreet_topics() else opening}
