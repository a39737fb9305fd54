"""Correct any entry of a case (更正): who may, with which fields, what needs a second look, what stands afterwards.

The old words stay in sight, struck. The case is judged anew from the corrected entries: if a later step would no longer
stand, the correction is refused with the name of that step.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from consult.domain.cases import rules
from consult.domain.cases.act_rule import OWN
from consult.domain.cases.act_table import DAY, RULES
from consult.domain.cases.acts import ABOUT_ENTRIES, CaseAct, Field, FieldKind
from consult.domain.cases.choices import neutral_title
from consult.domain.cases.confidence import danger
from consult.domain.cases.corrected_entries import in_force
from consult.domain.cases.facts import after
from consult.domain.cases.parties import capacity, standings
from consult.domain.cases.parties.party_facts import with_births
from consult.domain.cases.situation import ActEntry, CaseActor, Facts, PlannedAct, Situation
from consult.domain.cases.states import DESK, LIVE, PARTIES, CaseRole, CaseState
from consult.domain.refusals import Reason, Refused

CORRECTS = PARTIES | DESK | {CaseRole.KIN, CaseRole.JUSTICE_OFFICE}
"""Roles that have entries of their own, and the desk."""
ELSEWHERE = ABOUT_ENTRIES | {CaseAct.RAISE, CaseAct.RECUSE, CaseAct.HAND_OVER, CaseAct.REOPEN}
"""Not corrected as entries: a correction by correcting once more, what is public in its consultation, a recusal and a
handing over by an assignment of the head, a reopening by closing the case again."""
NEVER_STRUCK = frozenset({CaseAct.FILE, CaseAct.ADD_PARTY, CaseAct.ADD_PARTIES, CaseAct.ADD_GUARDIAN})
"""Parties are numbered by these: whoever was added wrongly is taken out."""
BY_NAMES = frozenset({CaseAct.FILE, CaseAct.ADD_PARTIES})
"""Brought in several parties, who keep their numbers: their names are corrected."""
SECOND_LOOK = frozenset({CaseAct.CONSENT, CaseAct.SIGN, CaseAct.AGREE})
"""Corrected with the confirmation of another person of the desk, or of a party concerned."""
COUNTS = frozenset(standings.LEAVING) | {CaseAct.PERFORM}
"""A party's own word that something rests on: that they leave, that they were paid. Corrected like SECOND_LOOK."""
NAMES_PARTIES = BY_NAMES | {CaseAct.ADD_PARTY, CaseAct.ADD_GUARDIAN}
"""Say who is bound: corrected like SECOND_LOOK once a word of an agreement is signed, or it binds."""
SPOKEN = frozenset(standings.LEAVING) | {CaseAct.TOWN_TALK}
"""Said by somebody who may speak for several parties."""
NOT_CORRECTED = frozenset({FieldKind.PHOTOS, FieldKind.VOICE, FieldKind.PHONE, FieldKind.SURE})


def fields_of(entry: ActEntry, *, desk: bool) -> list[Field]:
    """Return the fields in which an entry is corrected: those of its own form, but photos, recordings and phones."""
    if entry.act in BY_NAMES:
        names = [Field(f"name_{n}") for n in range(1, len(entry.facts["parties"]) + 1)]
        return [*names, *([DAY] if desk else [])]
    if entry.act is CaseAct.STATEMENT and "way" in entry.facts:
        return [Field("words", FieldKind.TEXT, needed=False)]
    apart = set() if entry.act is CaseAct.NOTE_DANGER else danger.NAMES | {"talk_of", "talk_how"}
    apart |= {"title"} if entry.facts.get("title") == neutral_title() else set()
    fields = [
        field
        for field in RULES[entry.act].fields
        if field.kind not in NOT_CORRECTED and not field.asked and field.name not in apart
    ]
    return [field for field in fields if desk or not field.desk]


def takes_photos(entry: ActEntry) -> bool:
    """Tell whether a correction of an entry comes with photos: of the paper as it is now. Those that were there stay."""
    rule = RULES.get(entry.act)
    return rule is not None and any(field.kind is FieldKind.PHOTOS for field in rule.fields)


def with_photos(entry: ActEntry, values: dict[str, Any], more: int) -> dict[str, Any]:
    """Return the facts that replace those of an entry, with as many photos more than it has."""
    return {**values, "files": int(entry.facts.get("files") or 0) + more} if more else values


def values_of(entry: ActEntry, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that replace those of an entry, from what was said in its fields."""
    if entry.act not in BY_NAMES:
        sure = rules.wants_second_look(entry.act, {**entry.facts, **said})  # the correction is the second look
        return {**said, **({"sure": True} if sure else {})}
    rows = [{**row, "name": said.get(f"name_{n}") or row["name"]} for n, row in enumerate(entry.facts["parties"], 1)]
    return {"parties": rows, **({"on": said["on"]} if said.get("on") else {})}


def whose(entry: ActEntry) -> dict[str, Any]:
    """Return for whom an entry spoke: whoever corrects their own word is not asked, and it stays theirs."""
    return {name: entry.facts[name] for name in ("party", "who") if name in entry.facts and entry.act in SPOKEN}


def refuse_uncorrectable(actor: CaseActor, state: CaseState, entry: ActEntry, s: Situation) -> None:
    """Refuse to correct an entry that this actor may not, or nobody. Raises Refused."""
    if actor.role not in CORRECTS:
        raise Refused(Reason.CASE_OTHER_PART)
    if state not in LIVE:
        raise Refused(Reason.CASE_OTHER_STATE)
    if entry.act in ELSEWHERE or ("phone" in entry.facts and entry.act is CaseAct.NOTE):
        raise Refused(Reason.CASE_CORRECTED_OTHERWISE)
    wrote = entry.facts.get("by") == actor.person_id
    if is_own_word(entry) and not wrote:
        raise Refused(Reason.CASE_OWN_WORDS)
    if not wrote and actor.role not in DESK:
        raise Refused(Reason.CASE_OTHER_PART)
    if entry.waits:
        raise Refused(Reason.CASE_CORRECTION_WAITS)
    if entry.act is CaseAct.AGREE and are_words_signed(entry, s):
        raise Refused(Reason.CASE_WORDS_SIGNED)


def is_own_word(entry: ActEntry) -> bool:
    """Tell whether it is a party's alone: their talk, whom they ask for as mediator, whether the town may read their talk."""
    rule = RULES.get(entry.act)
    return rule is not None and rule.audience == OWN and not is_by_desk(entry)


def is_by_desk(entry: ActEntry) -> bool:
    """Tell whether words were written down by the desk, be it for a party. The application has no role in it."""
    return entry.facts.get("as") in DESK or ("way" in entry.facts and entry.audience == "desk")


def are_words_signed(entry: ActEntry, s: Situation) -> bool:
    """Tell whether an agreement in writing was signed, or replaced by a later one: its words stand fast."""
    one = s.agreement
    if entry.facts.get("form") != "written" or one is None:
        return False
    return is_binding(s) or entry.facts.get("terms") != one.terms


def is_binding(s: Situation) -> bool:
    """Tell whether somebody has signed or sealed an agreement, or it is in effect."""
    one = s.agreement
    return one is not None and bool(one.signed or one.mediator_signed or one.sealed or one.effective_on)


def may_correct(actor: CaseActor, state: CaseState, entry: ActEntry, s: Situation) -> bool:
    """Tell whether an entry may be corrected by this actor now."""
    try:
        refuse_uncorrectable(actor, state, entry, s)
    except Refused:
        return False
    return True


def refuse_unfit(entry: ActEntry, values: Mapping[str, Any], *, void: bool) -> None:
    """Refuse to strike what the case rests on, and a correction that changes nothing. Raises Refused."""
    if void and entry.act in NEVER_STRUCK:
        raise Refused(Reason.CASE_NOT_STRUCK)
    same = all(
        _plain(name, entry.facts.get(name), entry) == _plain(name, value, entry) for name, value in values.items()
    )
    if same and void == entry.void:
        raise Refused(Reason.CASE_NOTHING_NEW)


def _plain(name: str, value: object, entry: ActEntry) -> object:
    """Return a value so that what was left empty is alike: no tick, no words, nothing chosen, and no day but that of entry."""
    return value or (entry.on.isoformat() if name == "on" else None)


def needs_second_look(entry: ActEntry, s: Situation) -> bool:
    """Tell whether a correction of this entry waits until somebody else confirms it. `s`: the case as it stands now."""
    counts = entry.act in COUNTS and not is_by_desk(entry)
    return entry.act in SECOND_LOOK or counts or (entry.act in NAMES_PARTIES and is_binding(s))


def refuse_confirming(actor: CaseActor, entry: ActEntry, s: Situation, today: date) -> None:
    """Refuse a second look by the writer of the correction, or by somebody whom it does not concern. Raises Refused.

    A party speaks for themselves with full capacity; for one without it a statutory representative does, also one who is a
    party too.
    """
    waiting = [one for one in entry.corrections if one.waits]
    if not waiting:
        raise Refused(Reason.CASE_OTHER_STATE)
    mine = capacity.answers_for(s, actor.party, today)
    if entry.act in standings.LEAVING:
        mine &= _about(waiting[-1].before) | _about(waiting[-1].after)
    elif entry.act in COUNTS and entry.facts.get("by") != actor.person_id:
        mine = set()
    if waiting[-1].by == actor.person_id or not (actor.role in DESK or mine):
        raise Refused(Reason.CASE_SECOND_PERSON)


def refuse_confirming_now(entry: ActEntry, s: Situation) -> None:
    """Refuse to put a waiting correction in force where the words were signed while it waited. Raises Refused."""
    if entry.act is CaseAct.AGREE and are_words_signed(entry, s):
        raise Refused(Reason.CASE_WORDS_SIGNED)


def _about(facts: Facts) -> set[int]:
    """Return the parties whose answer an entry is, or who left by it."""
    return {int(one) for one in (facts.get("party") or 0, *(facts.get("who") or ()))}


@dataclass(frozen=True)
class Judged:
    """An entry in force, as the rules judge it from those before it."""

    entry: ActEntry
    state: CaseState
    """Where the case stands after it."""
    code: str
    refused: Refused | None


def judge(entries: Iterable[ActEntry], births: Mapping[int, date] | None = None) -> dict[int, Judged]:
    """Judge each entry in force by the table of acts, in their order; by number.

    `births`: days of birth of the parties by person, as the roll has them.
    """
    s, state, found = Situation(), CaseState.CLUE, dict[int, Judged]()
    before: list[ActEntry] = []
    for entry in in_force(entries):
        following = with_births(after(s, entry), births or {})
        refused: Refused | None = None
        if entry.act is CaseAct.FILE:
            state = entry.state
        elif entry.act in RULES and "as" in entry.facts:
            refused = _why_not(entry, state, s, before)
            state = rules.state_after(entry.act, state, s, following)
        found[entry.number] = Judged(entry, state, rules.code_of(entry.act, entry.facts), refused)
        s = following
        before.append(entry)
    return found


def _why_not(entry: ActEntry, state: CaseState, s: Situation, before: Sequence[ActEntry]) -> Refused | None:
    actor = actor_of(entry, s)
    try:
        rules.refuse_unless_offered(entry.act, state, actor.role, s)
        rules.refuse(entry.act, PlannedAct(entry.facts, s, actor, entry.on, before))
    except Refused as refusal:
        return refusal
    except (KeyError, ValueError):  # an entry from before a field of its form: it is not judged by it
        return None
    return None


def actor_of(entry: ActEntry, s: Situation) -> CaseActor:
    """Return who wrote an entry, as the rules judged them then."""
    person = int(entry.facts.get("by") or 0)
    role = CaseRole(entry.facts.get("as") or CaseRole.MEDIATOR)
    me = s.as_whom(person)
    party = me.number if me is not None and role not in DESK else 0
    keeps_out = bool(entry.facts.get("keeps_out"))
    return CaseActor(person, str(entry.facts.get("by_name", "")), role, party, stands_in=not keeps_out)


def with_correction(
    entries: Sequence[ActEntry], entry: ActEntry, values: Mapping[str, Any], *, void: bool
) -> list[ActEntry]:
    """Return the entries as they would be with a correction in force."""
    right = replace(entry, facts={**entry.facts, **values}, void=void)
    return [right if one.number == entry.number else one for one in entries]


def rejudged(
    entries: Sequence[ActEntry],
    changed: Sequence[ActEntry],
    number: int,
    births: Mapping[int, date] | None = None,
) -> list[list[Any]]:
    """Return [number, state, code] of each entry that a correction judges anew; a struck one has neither.

    `number`: of the corrected entry. Raises Refused where it, or a later step that stood, would not stand. A step that the
    rules of today would refuse without the correction as well is let be.
    """
    old, new = judge(entries, births), judge(changed, births)
    for one in sorted(new):
        judged, earlier = new[one], old.get(one)
        if judged.refused is None or (earlier is not None and earlier.refused is not None):
            continue
        if one == number:
            raise judged.refused
        raise Refused(Reason.CASE_LATER_STEP, step=judged.entry.act.value, day=judged.entry.happened)
    found: list[list[Any]] = [[one, "", ""] for one in sorted(old.keys() - new.keys())]
    for one in sorted(new):
        before = old.get(one)
        if before is None or (before.state, before.code) != (new[one].state, new[one].code):
            found.append([one, new[one].state.value, new[one].code])
    return found
