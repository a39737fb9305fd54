"""One case, as its reader may see it: what comes next, who, what was agreed, what happened, the papers."""

from typing import Any

from flask import Blueprint, Response, abort

from consult.domain.cases import papers, rules
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import grounds
from consult.domain.cases.clocks import Clock
from consult.domain.cases.facts import unsigned
from consult.domain.cases.situation import ActEntry, Party, Situation
from consult.domain.cases.states import DESK, ENDED, IN_WORK, NEW, PARTIES, SHUT, SIDES, CaseRole, CaseState
from consult.domain.people.people import masked_phone
from consult.models import Person, db
from consult.models.cases import case_queries
from consult.services.cases import access_log, case_files, keys, membership
from consult.services.cases.reading import Opened
from consult.services.core import crypto
from consult.views.cases.common import find_case, no_store, note_access, reader, recusal_hints
from consult.web import pages
from consult.web.access import members_only, person, today, village
from consult.web.words.cases import case_page_words, case_papers

bp = no_store(Blueprint("case_pages", __name__))
READS_ALL = DESK | {CaseRole.JUSTICE_OFFICE}
FIRST: dict[CaseState, tuple[CaseAct, ...]] = {
    CaseState.CLUE: (CaseAct.APPLY, CaseAct.DECLINE),
    CaseState.APPLIED: (CaseAct.ACCEPT, CaseAct.DECLINE),
    CaseState.ACCEPTED: (CaseAct.TAKE_ON, CaseAct.ASSIGN),
    CaseState.ASSIGNED: (CaseAct.CONSENT, CaseAct.CALL_SESSION, CaseAct.HOLD_SESSION),
    CaseState.INVESTIGATING: (CaseAct.CONSENT, CaseAct.CALL_SESSION, CaseAct.HOLD_SESSION),
    CaseState.MEDIATING: (CaseAct.AGREE, CaseAct.CALL_SESSION, CaseAct.HOLD_SESSION),
    CaseState.AGREED_ORALLY: (CaseAct.PERFORM,),
    CaseState.AGREED_IN_WRITING: (CaseAct.SIGN,),
    CaseState.PERFORMING: (CaseAct.PERFORM, CaseAct.DEFER, CaseAct.BREACH),
    CaseState.BREACHED: (CaseAct.PERFORM, CaseAct.URGE, CaseAct.MEDIATE_AGAIN),
    CaseState.PERFORMED: (CaseAct.FOLLOW_UP,),
    CaseState.FOLLOWED_UP: (CaseAct.CLOSE,),
    CaseState.ESCALATED: (CaseAct.RECEIPT, CaseAct.CLOSE),
    CaseState.CLOSED: (CaseAct.FOLLOW_UP, CaseAct.ARCHIVE),
}
"""What the desk most likely does next. Of what has ended: close it."""
PARTY_FIRST = (CaseAct.CONSENT, CaseAct.PERFORM, CaseAct.STATEMENT)


@bp.get("/<slug>/cases/<address>", endpoint="show")
@members_only
def show_case(address: str) -> Response:
    case = find_case(address)
    note_access(case, "page")
    if case.part is CaseRole.REPORTER:
        return pages.page("cases/reported.html", case=case, words=case_page_words)
    return pages.page("cases/show.html", **facts_of(case))


@bp.get("/<slug>/cases/<address>/looks", endpoint="looks")
@members_only
def show_access_log(address: str) -> Response:
    """Show who opened the case and when, to the parties and the desk."""
    case = find_case(address)
    if case.part not in PARTIES | READS_ALL:
        abort(404)
    return pages.page("cases/looks.html", case=case, lines=access_log.lines(case), words=case_page_words)


@bp.get("/<slug>/cases/<address>/files/<int:file_id>")
@members_only
def file(address: str, file_id: int) -> Response:
    """Send a photo or a spoken message, opened for its reader alone."""
    case = find_case(address)
    one = next((row for row in case_queries.files(case.row.id) if row.id == file_id), None)
    if one is None or not case.keys.opens(one.audience) or not case_files.path_of(one.name).exists():
        abort(404)
    note_access(case, "file")
    return pages.unsealed(case_files.content(one, case.keys), "image/jpeg" if one.media == "photo" else "audio/mp4")


def facts_of(case: Opened) -> dict[str, Any]:
    s = case.situation
    desk = case.part in READS_ALL
    mine = able(case, s)
    first = [act for act in (FIRST.get(case.state, (CaseAct.CLOSE,)) if desk else PARTY_FIRST) if act in mine]
    if CaseAct.CONSENT in first and not desk and not case_page_words.is_asked(s, case.mine):
        first.remove(CaseAct.CONSENT)
    if desk:
        missing = _missing_people(s, mine)
        first = [*missing, *first] if case.state in NEW | IN_WORK else [*first, *missing]
    return {
        "case": case,
        "s": s,
        "desk": desk,
        "words": case_page_words,
        "today": today(),
        "first": first,
        "others": [act for act in mine if act not in first],
        "goes_to": _goes_to(case),
        "entries": told_entries(case, s),
        "unsigned": unsigned(s),
        "awaited": "" if desk else case_page_words.awaited(case.state, s, case.mine),
        "confirm_by": case.row.confirm_by,
        "town": membership.justice_office_reads(case),
        "parties": _parties(case, s) if desk else [],
        "sheets": papers.volume(case.entries, s) if desk else [],
        "printable": case_papers.printable(case),
        "hints": _hints(case, s) if desk else [],
        "together": _together(case, s) if desk else [],
        "over": case.state in ENDED | SHUT,
        "wishes": _wishes(case, s) if desk else [],
        "shows_clock": desk or case.row.due_kind in (Clock.SESSION, Clock.PERFORM),
        "in_work": case.state in IN_WORK,
    }


def _missing_people(s: Situation, mine: list[CaseAct]) -> list[CaseAct]:
    """Return the acts that come first: to add a side that is missing, or to find a party on the roll."""
    both = {party.part for party in s.sides()} == SIDES
    named = membership.same_names(s, village().id)
    wanted = [] if both else [CaseAct.ADD_PARTY]
    wanted += [CaseAct.IDENTIFY] if any(named.get(party.number) for party in s.sides()) else []
    return [act for act in wanted if act in mine]


def able(case: Opened, s: Situation) -> list[CaseAct]:
    """Return what the reader may do at this point, in the order of the table."""
    return rules.listed(case.state, case.actor(person()), s, today())


def told_entries(case: Opened, s: Situation) -> list[tuple[ActEntry, Any, list[Any]]]:
    """Return each entry with its words and its files; bare contacts and empty lines are left out."""
    by_entry: dict[int, list[Any]] = {}
    for one in case_queries.files(case.row.id):
        if case.keys.opens(one.audience):
            by_entry.setdefault(one.entry_number, []).append(one)
    found_entries = []
    for entry in case.entries:
        if entry.act is CaseAct.NOTE and "phone" in entry.facts:
            continue
        found_entries.append((entry, case_page_words.told(entry, s), by_entry.get(entry.number, [])))
    return found_entries


def _parties(case: Opened, s: Situation) -> list[dict[str, Any]]:
    """Return each party with what the desk needs: where they live, a number to ring."""
    said = {entry.facts["party"]: entry.facts for entry in case.entries if entry.facts.get("phone")}
    return [_contact(party, said.get(party.number, {})) for party in s.present()]


def _contact(party: Party, said: dict[str, Any]) -> dict[str, Any]:
    phone = said.get("phone") or _phone(party.person_id)
    return {
        "party": party,
        "phone": phone,
        "masked": masked_phone(phone) if phone else "",
        "way": said.get("way", ""),
        "home": membership.home_of(party.person_id) if party.person_id else "",
    }


def _phone(person_id: int | None) -> str:
    row = db.session.get(Person, person_id) if person_id else None
    return crypto.unseal(row.phone_cipher) if row is not None and row.phone_cipher else ""


def _hints(case: Opened, s: Situation) -> list[str]:
    """Return the hints about the case's mediators; while there are none, about all who were called related."""
    related = {one.mediator: one.name for one in s.kinships} if not s.mediators else {}
    return recusal_hints(case, related | dict(s.mediators))


def _wishes(case: Opened, s: Situation) -> list[tuple[bool, str, str]]:
    """Return which mediators parties ask for or do not want, for the head: (refused, party, mediator)."""
    found = []
    for entry in case.entries:
        if entry.act in (CaseAct.CHOOSE_MEDIATOR, CaseAct.REFUSE_MEDIATOR):
            party = s.party(int(entry.audience[1:]))
            refused = entry.act is CaseAct.REFUSE_MEDIATOR
            found.append((refused, party.name if party else "", str(entry.facts["mediator_name"])))
    return found


def _goes_to(case: Opened) -> str:
    """Say where to go instead with a case that was not taken."""
    declined = [entry for entry in case.entries if entry.act is CaseAct.DECLINE]
    return case_page_words.code("goes_to", grounds()[declined[-1].facts["ground"]].goes_to) if declined else ""


def _together(case: Opened, s: Situation) -> list[Any]:
    """Other cases with the same people, as numbers: most of them first."""
    names = [keys.mark_of_name(village().id, party.name) for party in s.sides()]
    return list(case_queries.named_together(village().id, case.row.id, names, reader().marks())) if names else []
