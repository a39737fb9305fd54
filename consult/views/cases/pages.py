"""One case, as its reader may see it: what comes next, who, what was agreed, what happened, the papers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from consult.domain.cases import corrections, papers, rules
from consult.domain.cases.act_checks import open_rows
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import known_grounds
from consult.domain.cases.clocks import Clock
from consult.domain.cases.confidence import danger, telling
from consult.domain.cases.corrected_entries import corrected
from consult.domain.cases.facts import unsigned
from consult.domain.cases.parties import capacity
from consult.domain.cases.situation import ActEntry, Party, Situation
from consult.domain.cases.states import DESK, ENDED, IN_WORK, NEW, PARTIES, SHUT, SIDES, CaseRole, CaseState
from consult.domain.phone_numbers import masked_phone
from consult.models.cases import case_queries
from consult.models.people import person_queries
from consult.services.cases import access_log, case_files, conflicts, keys, membership, reading
from consult.services.cases import corrections as correcting
from consult.services.cases.reading import Opened
from consult.services.core import crypto, typesetting
from consult.views.cases.common import find_case, no_store, note_access, reader, recusal_hints
from consult.web import pages
from consult.web.access import holder_mark, person, sealing_subject, signed_in_only, today, village
from consult.web.guards import phone_seals
from consult.web.words.cases import case_agreement_words, case_page_words, case_papers, confidence_words

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
    CaseState.BREACHED: (CaseAct.PERFORM, CaseAct.URGE, CaseAct.MEDIATE_AGAIN, CaseAct.ENFORCE, CaseAct.SUE),
    CaseState.ENFORCEMENT: (CaseAct.PERFORM, CaseAct.ENFORCEMENT_RESULT, CaseAct.CLOSE),
    CaseState.LAWSUIT: (CaseAct.PERFORM, CaseAct.COURT_RESULT, CaseAct.CLOSE),
    CaseState.PERFORMED: (CaseAct.FOLLOW_UP,),
    CaseState.FOLLOWED_UP: (CaseAct.CLOSE,),
    CaseState.DECLINED: (CaseAct.TELL_WAYS, CaseAct.CLOSE),
    CaseState.TERMINATED: (CaseAct.TELL_WAYS, CaseAct.CLOSE),
    CaseState.ESCALATED: (CaseAct.RECEIPT, CaseAct.CLOSE),
    CaseState.CLOSED: (CaseAct.FOLLOW_UP, CaseAct.ARCHIVE),
}
"""What the desk most likely does next. Of what has ended: close it."""
AMISS = (CaseAct.TAKE_BACK, CaseAct.URGE, CaseAct.MEDIATE_AGAIN, CaseAct.FOLLOW_UP, CaseAct.CLOSE)
"""What the desk may do when a visit found something not done, or somebody discontent."""
PARTY_FIRST = (CaseAct.CONSENT, CaseAct.PERFORM, CaseAct.STATEMENT)
MOST_COPIES = 40
"""Pages of cases that one phone keeps to read without signal."""
MOST_SHOWN = 12
"""Points of an agreement, and people to be told, that a page shows at once; more are folded."""
MANY_PARTIES = 6
"""With more, the page opens with the first two of each side."""


@bp.get("/<slug>/cases/<address>", endpoint="show")
@signed_in_only
def show_case(address: str) -> Response:
    case = find_case(address)
    note_access(case, "page")
    if case.part is CaseRole.REPORTER:
        return pages.page("cases/reported.html", case=case, words=case_page_words)
    return pages.page("cases/show.html", **facts_of(case))


@bp.get("/<slug>/cases/readable")
@signed_in_only
def readable() -> Response:
    """Say which of these cases the desk's reader may still read: a phone deletes its sealed copies of all others."""
    asked, me = request.args.getlist("address")[:MOST_COPIES], reader()
    held = {address: reading.opened(address, me) for address in asked}
    return jsonify([address for address, case in held.items() if case is not None and case.part in READS_ALL])


@bp.get("/<slug>/cases/sealing-key")
@signed_in_only
def sealing_key() -> Response:
    """Hand the reader's phone the key to what it keeps sealed of theirs, made of a salt that only the phone has.

    The salt comes in a header: addresses are logged, and a logged one would outlive the phone's. Whoever may open no case
    opens nothing sealed of cases either. Raises Refused(SECOND_PROOF_NEEDED).
    """
    reader()
    key = phone_seals.key_of(sealing_subject(), request.headers.get(phone_seals.HEADER, ""))
    if key is None:
        abort(404)
    return jsonify({"holder": holder_mark(), "key": key})


@bp.get("/<slug>/cases/<address>/looks", endpoint="looks")
@signed_in_only
def show_access_log(address: str) -> Response:
    """Show who opened the case and when, to the parties and the desk."""
    case = find_case(address)
    if case.part not in PARTIES | READS_ALL:
        abort(404)
    return pages.page("cases/looks.html", case=case, lines=access_log.lines(case), words=case_page_words)


@bp.get("/<slug>/cases/<address>/files/<int:file_id>")
@signed_in_only
def file(address: str, file_id: int) -> Response:
    """Send a photo or a spoken message, opened for its reader alone."""
    case = find_case(address)
    one = next((row for row in case_queries.files(case.row.id) if row.id == file_id), None)
    if one is None or not case.shows(one.audience, one.entry_number) or not case_files.path_of(one.name).exists():
        abort(404)
    note_access(case, "file")
    return pages.unsealed(
        case_files.content(one, case.open_keys), "image/jpeg" if one.media == "photo" else "audio/mp4"
    )


def facts_of(case: Opened) -> dict[str, Any]:
    s = case.situation
    desk = case.part in READS_ALL
    whole = desk and case.keys.shared is None
    mine = able(case, s)
    told = case_agreement_words.told(s, case.entries)
    first = [act for act in (_first(case, s) if desk else PARTY_FIRST) if act in mine]
    if told and CaseAct.TELL_WAYS in first:
        first.remove(CaseAct.TELL_WAYS)
    if CaseAct.CONSENT in first and not desk and not case_page_words.is_asked(s, case.mine, today()):
        first.remove(CaseAct.CONSENT)
    if desk:
        missing = missing_people(s, mine)
        first = [*missing, *first] if case.state in NEW | IN_WORK else [*first, *missing]
    return {
        "case": case,
        "s": s,
        "desk": desk,
        "by_village": case.part in DESK,
        "words": case_page_words,
        "today": today(),
        "first": first,
        "others": [act for act in mine if act not in first],
        "goes_to": _goes_to(case),
        "entries": told_entries(case, s),
        "struck": {e.number: case_page_words.struck(e, s) for e in corrected(case.written) if e.corrections},
        "correctable": _correctable(case, s),
        "to_confirm": _to_confirm(case, s),
        "holidays": case_page_words.unknown_holidays(_counted_day(case, desk=desk)),
        "holidays_at_court": case_page_words.unknown_holidays(case.row.confirm_by),
        "unsigned": unsigned(s),
        "awaited": "" if desk else case_page_words.awaited(case.state, s, case.mine, today()),
        "confirm_by": case.row.confirm_by,
        "town": membership.justice_office_reads(case),
        "town_reads": confidence_words.of_town(case, s),
        "danger": confidence_words.dangers(s) if case.part in DESK else [],
        "to_tell": _to_tell(case, s) if case.part in DESK else [],
        "notice": telling.notices(s, case.state, due_kind=case.row.due_kind, due_on=case.row.due_on),
        "title": danger.title_for_desk(s) if case.part in DESK else case.line.get("title", ""),
        "discreet": danger.is_discreet(s) and case.part not in DESK,
        "parties": _parties(case, s) if whole else _no_contacts(s) if desk else [],
        "sides": _sides(s),
        "many": len(s.present()) > MANY_PARTIES,
        "most_shown": MOST_SHOWN,
        "unspoken": capacity.unrepresented(s, today()) if desk and case.state in NEW | IN_WORK else [],
        "earning": [one for one in s.sides() if capacity.may_earn(one, today())] if desk else [],
        "answers": answers_wanted(case, s),
        "several_owed": CaseAct.PERFORM in mine and several_owed(case, s),
        "sheets": papers.volume(case.entries, s) if desk else [],
        "printable": case_papers.printable(case),
        "no_glyphs": _no_glyphs(s) if desk else [],
        "hints": _hints(case, s) if whole else [],
        "together": _together(case, s) if whole else [],
        "checks": conflicts.name_checks(case, s, reader()) if whole and case.state in NEW | IN_WORK else [],
        "over": case.state in ENDED | SHUT,
        "agreed": case_agreement_words,
        "outcome": case_agreement_words.outcome(s, case.entries),
        "told": told,
        "finding": case_agreement_words.finding(s),
        "confirm_question": case_agreement_words.question(s),
        "confirm_anyway": desk and _court_may_have_taken_it(case, s, mine),
        "wishes": _wishes(case, s) if desk else [],
        "shows_clock": case.part is not CaseRole.LEFT and (desk or case.row.due_kind in (Clock.SESSION, Clock.PERFORM)),
        "in_work": case.state in IN_WORK,
    }


def _first(case: Opened, s: Situation) -> tuple[CaseAct, ...]:
    """Return what the desk most likely does next, in the order of the page."""
    if s.finding is not None and case.state in (CaseState.PERFORMED, CaseState.FOLLOWED_UP):
        return AMISS
    if s.finding is not None and case.state is CaseState.CLOSED:
        return (CaseAct.REOPEN, *FIRST[case.state])
    return FIRST.get(case.state, (CaseAct.CLOSE,))


def _to_tell(case: Opened, s: Situation) -> list[dict[str, Any]]:
    """Return the parties whom no message reaches and who were not told yet, each with whether a paper may go there.

    A message to the statutory representative reaches whoever does not act alone.
    """
    ids = sorted({one.person_id for one in s.present() if one.person_id is not None})
    reached = {one.id for one in person_queries.some(ids) if one.phone_mark or one.account_id}
    waiting = telling.to_tell(s, today(), due_kind=case.row.due_kind, due_on=case.row.due_on)
    return [
        {"party": one, "no_message": not telling.may_be_written_to(s, one)}
        for one in waiting
        if not reached & _told_by_message(s, one) or not telling.may_be_written_to(s, one)
    ]


def _told_by_message(s: Situation, party: Party) -> set[int | None]:
    """Return the persons a message for a party goes to: themselves, and who represents them by law."""
    speakers = () if capacity.acts_alone(party, today()) else capacity.guardians(s, party.number)
    return {one.person_id for one in (party, *speakers)}


def _court_may_have_taken_it(case: Opened, s: Situation, mine: list[CaseAct]) -> bool:
    """Tell whether a confirmation is not offered by our tables, though a court may have seen it otherwise."""
    act = CaseAct.APPLY_CONFIRMATION
    return act not in mine and rules.offered(act, case.state, case.part, s)


def several_owed(case: Opened, s: Situation) -> bool:
    """Tell whether more than one obligation is open of which the reader may say that it was done."""
    return len(open_rows(s, case.actor(person()), today())) > 1


def missing_people(s: Situation, mine: list[CaseAct]) -> list[CaseAct]:
    """Return the acts that come first: to add a side that is missing, or to find a party on the roll."""
    both = {party.part for party in s.sides()} == SIDES
    named = membership.same_names(s, village().id)
    wanted = [] if both else [CaseAct.ADD_PARTY]
    wanted += [CaseAct.ADD_GUARDIAN] if capacity.unrepresented(s, today()) else []
    wanted += [CaseAct.IDENTIFY] if any(named.get(party.number) for party in s.unidentified()) else []
    return [act for act in wanted if act in mine]


def able(case: Opened, s: Situation) -> list[CaseAct]:
    """Return what the reader may do at this point, in the order of the table."""
    return rules.listed(case.state, case.actor(person()), s, today())


def told_entries(case: Opened, s: Situation) -> list[tuple[ActEntry, Any, list[Any]]]:
    """Return each entry with its words and its files; bare contacts and empty lines are left out."""
    by_entry: dict[int, list[Any]] = {}
    for one in case_queries.files(case.row.id):
        if case.shows(one.audience, one.entry_number):
            by_entry.setdefault(one.entry_number, []).append(one)
    found_entries = []
    for entry in corrected(case.written):
        if entry.act is CaseAct.NOTE and "phone" in entry.facts:
            continue
        found_entries.append((entry, case_page_words.told(entry, s), by_entry.get(entry.number, [])))
    return found_entries


def _correctable(case: Opened, s: Situation) -> set[int]:
    """Return the numbers of the entries that the reader may correct."""
    actor = case.actor(person())
    return {e.number for e in corrected(case.written) if corrections.may_correct(actor, case.state, e, s)}


def _to_confirm(case: Opened, s: Situation) -> list[ActEntry]:
    """Return the entries with a correction that waits for this reader's second look."""
    waiting = [entry for entry in corrected(case.written) if entry.waits]
    return [entry for entry in waiting if correcting.may_confirm(case, entry, person(), today())]


def _counted_day(case: Opened, *, desk: bool) -> date | None:
    """Return the next last day if it is counted, and so moves from holidays; none for one that people agreed on.

    The last days of the mediators' own work stand on the desk's page only.
    """
    agreed_on = not desk or case.row.due_kind in (Clock.SESSION, Clock.PERFORM, Clock.URGE)
    return None if agreed_on else case.row.due_on


def _parties(case: Opened, s: Situation) -> list[dict[str, Any]]:
    """Return each party with what the desk needs: where they live, a number to ring."""
    said: dict[int, dict[str, Any]] = {}
    for entry in case.entries:
        told = {name: entry.facts[name] for name in ("phone", "way", "when") if entry.facts.get(name)}
        if told and entry.act in (CaseAct.STATEMENT, CaseAct.NOTE):
            said[int(entry.facts.get("party") or 0)] = {**said.get(int(entry.facts.get("party") or 0), {}), **told}
    ids = sorted({party.person_id for party in s.present() if party.person_id is not None})
    homes, phones = person_queries.codes(ids), {one.id: one.phone_cipher for one in person_queries.some(ids)}
    return [_contact(one, said.get(one.number, {}), homes, phones) for one in s.present()]


def _no_contacts(s: Situation) -> list[dict[str, Any]]:
    """Return the parties for the office above, which was handed no phone and no home."""
    return [
        {"party": one, "number": one.number, "phone": "", "masked": "", "way": "", "when": "", "home": ""}
        for one in s.present()
    ]


def _contact(
    party: Party, said: dict[str, Any], homes: Mapping[int, str], phones: Mapping[int, str | None]
) -> dict[str, Any]:
    cipher = phones.get(party.person_id or 0)
    phone = said.get("phone") or (crypto.unseal(cipher) if cipher else "")
    return {
        "party": party,
        "phone": phone,
        "masked": masked_phone(phone) if phone else "",
        "number": party.number,
        "way": said.get("way", ""),
        "when": said.get("when", ""),
        "home": homes.get(party.person_id or 0, ""),
    }


def _sides(s: Situation) -> list[tuple[str, list[Party]]]:
    """Return those of a case by part, each side with those who speak for it behind it."""
    order = (CaseRole.APPLICANT, CaseRole.RESPONDENT, CaseRole.GUARDIAN, CaseRole.AGENT, CaseRole.KIN)
    found = [(part.value, [one for one in s.present() if one.part is part]) for part in order]
    return [(part, parties) for part, parties in found if parties]


def answers_wanted(case: Opened, s: Situation) -> bool:
    """Tell whether the desk may enter the answers of several parties at once."""
    several = len(s.sides()) > 1 and any(one.number not in s.consents for one in s.sides())
    return case.part in DESK and several and rules.offered(CaseAct.CONSENT, case.state, case.part, s)


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


def _no_glyphs(s: Situation) -> list[str]:
    """Return which characters of a case no font here has: papers show a stand-in for them."""
    agreed = (s.agreement.facts, s.agreement.terms, *(row.what for row in s.agreement.rows)) if s.agreement else ()
    texts = [s.title, *(party.name for party in s.present()), *agreed]
    return [typesetting.named(one, texts) for one in typesetting.lacking(texts)]


def _goes_to(case: Opened) -> str:
    """Say where to go instead with a case that was not taken."""
    declined = [entry for entry in case.entries if entry.act is CaseAct.DECLINE]
    return case_page_words.code("goes_to", known_grounds()[declined[-1].facts["ground"]].goes_to) if declined else ""


def _together(case: Opened, s: Situation) -> list[Any]:
    """Other cases with the same people, as numbers: most of them first."""
    names = [keys.mark_of_name(village().id, party.name) for party in s.sides()]
    return list(case_queries.named_together(village().id, case.row.id, names, reader().marks())) if names else []
