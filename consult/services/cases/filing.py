"""Bringing a case: a draft on a phone until it is handed in; at the desk or by a grid worker in one go."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from consult.domain.audit import Tag
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import topics
from consult.domain.cases.facts import fold
from consult.domain.cases.situation import ActEntry
from consult.domain.cases.states import Audience, CaseRole, CaseState, Source, own
from consult.domain.refusals import Reason, Refused
from consult.models import CaseFile, CaseLink, MediationCase, Person, db
from consult.models.cases import case_queries
from consult.services.cases import case_files, keys, membership, news, transitions
from consult.services.cases.case_files import Media
from consult.services.cases.reading import Opened
from consult.services.core import crypto, files, transactions
from consult.services.core.each import each
from consult.services.people import villages


@dataclass(frozen=True)
class Application:
    """What is brought. `sides`: part, name, and the person where they stand on the roll."""

    stone: str
    source: Source
    sides: Sequence[dict[str, Any]]
    words: str
    way: str = ""
    phone: str = ""
    reporter: CaseRole | None = None
    """A grid worker, or the council: sees where it stands and nothing else."""
    consultation_id: int | None = None
    present: bool = True
    """Whoever it is filed for stands beside; otherwise it is a clue."""


def keep_draft(
    person: Person,
    stone: str,
    words: dict[str, str],
    media: Sequence[Media],
    *,
    draft: Opened | None,
    key: str = "",
    now: datetime,
) -> MediationCase:
    """Steps one and two, on the way to the third. Only its writer can read it. The same key keeps one."""
    if draft is None:
        address = _address("draft", person, key) if key else ""
        if address and (earlier := case_queries.by_address(person.village_id, address)) is not None:
            return earlier
        draft = _new(person.village_id, Source.APPLICATION, now, address)
        membership.grant_access(
            draft.row.id, person.village_id, keys.of_person(person.id), f"{CaseRole.APPLICANT}:1", draft.keys
        )
    elif draft.state is not CaseState.DRAFT:
        raise Refused(Reason.CASE_NOT_A_DRAFT)
    case_files.keep(draft.row.id, person.village_id, media, draft.keys, own(1), entry=0, now=now)
    line = {"title": _first_words(words["story"]), "names": [], "stone": stone, **words}
    draft.row.cipher, draft.row.changed_at = draft.keys.seal("all", line), now
    transactions.commit()
    return draft.row


def hand_in(draft: Opened, person: Person, *, way: str, phone: str, now: datetime) -> None:
    """The third step. Twice is the same as once. Raises Refused."""
    transactions.lock(draft.row)
    if draft.state is not CaseState.DRAFT:
        return
    words = draft.line
    sides: list[dict[str, Any]] = [membership.party_of(person, CaseRole.APPLICANT)]
    if words.get("other"):
        sides.append({"part": CaseRole.RESPONDENT.value, "name": words["other"], "person": None})
    application = Application(words["stone"], Source.APPLICATION, sides, words["story"], way, phone)
    _begin(draft, application, person, now=now)
    db.session.execute(
        update(CaseFile).where(CaseFile.case_id == draft.row.id, CaseFile.entry_number == 0).values(entry_number=2)
    )
    transactions.commit()


def discard(draft: Opened, *, now: datetime) -> None:
    """Nobody can open it any more, not even its writer: its keys are gone. Raises Refused."""
    transactions.lock(draft.row)
    if draft.state is CaseState.DISCARDED:
        return
    if draft.state is not CaseState.DRAFT:
        raise Refused(Reason.CASE_NOT_A_DRAFT)
    names = _forget(draft.row, now)
    transactions.commit()
    files.forget(files.CASE_FILES, names)


def forget_drafts(*, now: datetime, before: datetime) -> int:
    """Discard drafts that were left for long, each in a transaction of its own. Returns how many."""

    def forget(case_id: int) -> None:
        with transactions.writing():
            names = _forget(db.session.get_one(MediationCase, case_id), now)
        files.forget(files.CASE_FILES, names)

    return len(each("forgetting draft", [row.id for row in case_queries.drafts_before(before)], forget))


def _forget(row: MediationCase, now: datetime) -> list[str]:
    """Delete what opens a draft. Returns the names of its files, to be removed after the commit."""
    kept = case_queries.files(row.id)
    for file in kept:
        db.session.delete(file)
    for reader in case_queries.all_readers(row.id):
        db.session.delete(reader)
    row.state, row.cipher, row.changed_at = CaseState.DISCARDED.value, "", now
    return [file.name for file in kept]


def file_for(
    application: Application, actor: Person, *, key: str, now: datetime, media: Sequence[Media] = ()
) -> MediationCase:
    """At the desk, by a grid worker or the council. The same key files one."""
    address = _address("filed", actor, key)
    earlier = case_queries.by_address(actor.village_id, address)
    if earlier is not None:
        return earlier
    case = _new(actor.village_id, application.source, now, address)
    _begin(case, application, actor, now=now)
    case_files.keep(case.row.id, actor.village_id, media, case.keys, _audience(application), entry=2, now=now)
    mine = any(side["person"] == actor.id for side in application.sides)
    if application.reporter is not None and not mine:
        membership.grant_access(
            case.row.id, actor.village_id, keys.of_person(actor.id), application.reporter.value, case.keys.of_reporter()
        )
    if application.consultation_id is not None:
        link(case, application.consultation_id)
    transactions.commit()
    return case.row


def _address(what: str, actor: Person, key: str) -> str:
    """Made with the data key from who files and the key of their form: nobody can guess it, and one form files one."""
    return crypto.mark(f"case-{what}", f"{actor.id}:{key}")[:24]


def link(case: Opened, consultation_id: int) -> None:
    """The two belong together; only who may read the case sees it."""
    mark = keys.mark_of_consultation(consultation_id)
    if db.session.get(CaseLink, (case.row.id, mark)) is None:
        db.session.add(CaseLink(case_id=case.row.id, consultation_mark=mark, village_id=case.row.village_id))
        db.session.flush()


def _new(village_id: int, source: Source, now: datetime, address: str = "") -> Opened:
    row = MediationCase(
        village_id=village_id,
        address=address or secrets.token_urlsafe(16),
        source=source.value,
        state=CaseState.DRAFT.value,
        opened_at=now,
        changed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return Opened(row, CaseRole.HEAD, 0, keys.new_keyring())


def _begin(case: Opened, application: Application, actor: Person, *, now: datetime) -> None:
    """A number, the first two entries, the desk."""
    village = villages.locked(case.row.village_id)
    day = villages.local_day(village, now)
    case.row.year, case.row.number = day.year, case_queries.last_number(village.id, day.year) + 1
    case.row.kind = topics()[application.stone]
    known = any(side["part"] == CaseRole.APPLICANT for side in application.sides)
    state = CaseState.APPLIED if known and application.present else CaseState.CLUE
    case.row.state = state.value
    by = {"by": actor.id, "by_name": actor.name}
    named = by if application.present and application.reporter is None else {}  # who informs is not told to the parties
    about = application.consultation_id
    facts = {
        "title": "",
        "kind": case.row.kind,
        "stone": application.stone,
        "source": case.row.source,
        "parties": list(application.sides),
        "present": application.present,
        "consultation": about,
        **named,
    }
    after = fold([ActEntry(1, CaseAct.FILE, state, now, day, "all", facts)])
    transitions.append(case, CaseAct.FILE, facts, "all", state, after, key="file", day=day, now=now)
    said = {
        "words": application.words,
        "way": application.way,
        "phone": application.phone,
        "party": 1 if _audience(application) == own(1) else 0,
        **by,
    }
    transitions.append(
        case, CaseAct.STATEMENT, said, _audience(application), state, after, key="words", day=day, now=now
    )
    for side in application.sides[:1]:
        if side["part"] == CaseRole.APPLICANT and side["person"] and state is CaseState.APPLIED:
            reader = keys.of_person(side["person"])
            membership.grant_access(case.row.id, village.id, reader, f"{CaseRole.APPLICANT}:1", case.keys.of_party(1))
    case.line = {"title": _first_words(application.words)}
    transitions.put_line(case, after)
    membership.begin(case, after, on=day)
    news.bring_in_the_town(case, "town", if_nobody_else=True, on=day, now=now)
    news.tell_desk(case.row, "filed", "case_waits", but=actor.id, on=day, now=now)
    transitions.record(case, Tag.CASE_FILED, 1, now, year=case.row.year, of_year=case.row.number)


def _audience(application: Application) -> str:
    """The words are the applicant's own talk. Where nobody stood beside, only the desk reads what was told."""
    first = application.sides[0]["part"] if application.sides else ""
    return own(1) if first == CaseRole.APPLICANT and application.present else Audience.DESK


def _first_words(words: str) -> str:
    line = words.strip().partition("\n")[0]
    return line[:18]
