"""One move of a case: allowed by the rules, written as one entry, sealed; the row, the readers and the people told follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag, canonical, sha256
from consult.domain.cases import clocks, rules
from consult.domain.cases.acts import OWN, RULES, CaseAct
from consult.domain.cases.choices import may_be_confirmed
from consult.domain.cases.facts import fold
from consult.domain.cases.situation import ActEntry, Situation
from consult.domain.cases.states import DESK, Audience, CaseRole, CaseState, own
from consult.domain.refusals import Reason, Refused
from consult.models import CaseEntry, Person, Village, db
from consult.models.cases import case_queries
from consult.services.cases import case_files, membership, news, reading
from consult.services.cases.case_files import Media
from consult.services.cases.reading import Opened, entry_of
from consult.services.core import audit, crypto, transactions
from consult.services.people import villages


@dataclass(frozen=True)
class Transition:
    """What is to be done, with what was said."""

    act: CaseAct
    facts: dict[str, Any] = field(default_factory=dict)
    media: Sequence[Media] = ()


def do(case: Opened, move: Transition, actor: Person, *, key: str, now: datetime) -> None:
    """The same key does it once. Raises Refused."""
    transactions.lock(case.row)
    if written(case, key):
        return
    if not reading.still_held(case):
        raise Refused(Reason.CASE_OTHER_PART)
    if case.part is CaseRole.REPORTER:
        case = _in_the_offices_hands(case)
    case.reload()
    village = db.session.get_one(Village, case.row.village_id)
    before, today = case.situation, villages.local_day(village, now)
    rules.refuse_unless_offered(move.act, case.state, case.part, before)
    facts = _completed(case, move, actor, before)
    facts["files"] += sum(one.media == "photo" for one in case_queries.waiting(case.row.id, _form_mark(case, key)))
    rules.refuse(move.act, before, facts, case.entries, case.part, case.mine, today)
    _write(case, move, facts, audience_of(case, move.act), actor, key=key, now=now)
    transactions.commit()


def _in_the_offices_hands(case: Opened) -> Opened:
    """Whoever brought a case holds no key to it; what they add is sealed with the office's."""
    held = reading.as_head(case.row)
    if held is None:
        raise Refused(Reason.CASE_OTHER_PART)
    return replace(held, part=case.part)


def keep_for_later(case: Opened, move: Transition, *, key: str, now: datetime) -> None:
    """Photos and voices of a form that has to be put right: they wait, sealed, for the same form to come again."""
    audience = audience_of(case, move.act)
    if move.media and case.keys.opens(audience):
        case_files.keep(
            case.row.id,
            case.row.village_id,
            move.media,
            case.keys,
            audience,
            entry=0,
            now=now,
            form=_form_mark(case, key),
        )
        transactions.commit()


def waiting(case: Opened, key: str) -> int:
    """How many photos and voices wait for a form."""
    return len(case_queries.waiting(case.row.id, _form_mark(case, key)))


def _form_mark(case: Opened, key: str) -> str:
    return crypto.mark("case-form", f"{case.row.id}:{key}")[:32]


def audience_of(case: Opened, act: CaseAct) -> str:
    """Who will read what is said with an act: all, the desk, or the party and the desk."""
    if RULES[act].audience != OWN:
        return RULES[act].audience
    return own(case.mine) if case.mine else Audience.ALL


def written(case: Opened, key: str) -> bool:
    """Whether this very form has arrived before."""
    return (
        db.session.scalar(select(CaseEntry.number).where(CaseEntry.request_key == f"{case.row.id}:{key}")) is not None
    )


def _completed(case: Opened, move: Transition, actor: Person, before: Situation) -> dict[str, Any]:
    """What was said, and what the app knows beside it."""
    facts = {**move.facts, "files": sum(one.kind == "photo" for one in move.media)}
    if move.act is CaseAct.CONSENT and case.part not in DESK:
        facts["party"] = _spoken_for(case, before)
    if move.act is CaseAct.TAKE_ON:
        facts["assigned"] = [[actor.id, actor.name]]
    if move.act is CaseAct.RECUSE:
        facts["assigned"] = [list(one) for one in before.mediators if one[0] != actor.id]
    if move.act is CaseAct.DECLARE_KINSHIP:
        facts["keeps_out"] = _keeps_out(case, facts, actor)
    if move.act is CaseAct.ASSIGN:
        membership.refuse_parties(before, facts["mediators"])
        facts["assigned"] = membership.named(facts.pop("mediators"))
    if move.act is CaseAct.ADD_PARTY:
        facts = membership.party_facts(case, facts)
    if move.act is CaseAct.IDENTIFY:
        facts = membership.identity_facts(case, facts)
    return facts


def _keeps_out(case: Opened, facts: dict[str, Any], actor: Person) -> bool:
    """By the word of the head, or of a mediator about themselves."""
    heads = case.part is CaseRole.HEAD and case.reader is not None and not case.reader.stands_in
    return heads or (case.part in DESK and facts["mediator"] == actor.id)


def _spoken_for(case: Opened, s: Situation) -> int:
    """The party whose yes or no this is: one's own, or that of whom one may speak for."""
    me = s.party(case.mine)
    if me is None:
        raise Refused(Reason.CASE_OTHER_PART)
    if me.part is CaseRole.AGENT and not me.may_agree:
        raise Refused(Reason.CASE_NOT_THE_AGENT)
    return me.for_party if me.part is CaseRole.AGENT else me.number


def _write(
    case: Opened, move: Transition, facts: dict[str, Any], audience: str, actor: Person, *, key: str, now: datetime
) -> None:
    village = db.session.get_one(Village, case.row.village_id)
    day, before = villages.local_day(village, now), case.situation
    number = case_next(case)
    phone = facts.pop("phone", None)
    said = {**facts, "by": actor.id, "by_name": actor.name, "as": case.part.value}
    draft = ActEntry(number, move.act, case.state, now, day, audience, said)
    after = fold([*case.entries, draft])
    state = rules.state_after(move.act, case.state, before, after)
    case_files.keep(case.row.id, village.id, move.media, case.keys, audience, entry=number, now=now)
    for kept in case_queries.waiting(case.row.id, _form_mark(case, key)):
        kept.entry_number = number
    append(case, move.act, said, audience, state, after, key=key, day=day, now=now)
    if phone:
        contact = {"words": "", "party": len(after.parties), "phone": phone, "by": actor.id, "by_name": actor.name}
        append(case, CaseAct.NOTE, contact, "desk", state, after, key=f"{key}:phone", day=day, now=now)
    membership.follow(case, move.act, after, state, actor, on=day)
    if move.act is CaseAct.ESCALATE or (move.act in MAY_LEAVE_NOBODY and case.part in DESK):
        news.bring_in_the_town(case, f"town:{number}", if_nobody_else=move.act is not CaseAct.ESCALATE, on=day, now=now)
    case.row.state = state.value
    if (kind := said.get("kind")) and move.act in (CaseAct.ACCEPT, CaseAct.CORRECT):
        case.row.kind = kind
    put_line(case, after)
    case.row.changed_at = now
    news.tell(case, move.act, actor, entry=number, on=day, now=now)
    record(case, Tag.CASE_MOVED, number, now)


MAY_LEAVE_NOBODY = frozenset({CaseAct.RECUSE, CaseAct.DECLARE_KINSHIP, CaseAct.ADD_PARTY, CaseAct.IDENTIFY})
"""After these it may be that nobody of the village is left to take the case."""


def case_next(case: Opened) -> int:
    """The number of the next entry, counting those one may not read."""
    query = select(CaseEntry.number).where(CaseEntry.case_id == case.row.id).order_by(CaseEntry.number.desc()).limit(1)
    return (db.session.scalar(query) or 0) + 1


def append(
    case: Opened,
    act: CaseAct,
    facts: dict[str, Any],
    audience: str,
    state: CaseState,
    after: Situation,
    *,
    key: str,
    day: Any,
    now: datetime,
) -> None:
    """One more entry, in the transaction at hand."""
    due = clocks.due(state, after)
    case.row.due_kind, case.row.due_on = (due[0].value, due[1]) if due else ("", None)
    open_to_court = after.court_on is None and state in RULES[CaseAct.APPLY_CONFIRMATION].states
    open_to_court = open_to_court and may_be_confirmed(after.kind, after.tag)
    case.row.confirm_by = clocks.confirm_by(after) if open_to_court else None
    row = CaseEntry(
        case_id=case.row.id,
        number=case_next(case),
        village_id=case.row.village_id,
        act=act.value,
        code=rules.code_of(act, facts),
        state=state.value,
        due_on=case.row.due_on,
        written_at=now,
        day=day,
        audience=audience,
        cipher=case.keys.seal(audience, facts),
        request_key=f"{case.row.id}:{key}",
    )
    db.session.add(row)
    db.session.flush()
    case.entries.append(entry_of(row, case.keys))


def put_line(case: Opened, s: Situation) -> None:
    """What lists show. The words of a draft are gone from it once it is handed in."""
    title = s.title or case.line.get("title", "")
    case.line = {"title": title, "names": [party.name for party in s.sides()]}
    case.row.cipher = case.keys.seal("all", case.line)


def record(case: Opened, tag: Tag, number: int, now: datetime, **facts: Any) -> None:
    """The log holds that entries were made, from `number` on, and their digests: not who, not what."""
    query = select(CaseEntry).where(CaseEntry.case_id == case.row.id, CaseEntry.number >= number)
    digests = [digest_of(entry) for entry in db.session.scalars(query.order_by(CaseEntry.number))]
    audit.record(
        tag,
        f"case:{case.row.id}",
        village_id=case.row.village_id,
        actor_id=None,
        now=now,
        number=number,
        digests=digests,
        **facts,
    )


def digest_of(entry: CaseEntry) -> str:
    """Of the words as they are sealed and of all that stands beside them in the clear."""
    return sha256(
        canonical(
            [entry.number, entry.act, entry.code, entry.state, entry.day.isoformat(), entry.audience, entry.cipher]
        )
    )
