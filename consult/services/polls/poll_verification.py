"""One poll held against the log: what was frozen, each way of voting, and the counts. Every fault as a line."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag, canonical, commitment, sha256
from consult.domain.audit_forms import FIRST
from consult.domain.polls import bundle_lists
from consult.domain.polls import frozen as frozen_polls
from consult.domain.polls.acts_on_votes import VoidReason
from consult.domain.polls.change_requests import ChangeKind
from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.polls import ELECTRONIC, Channel
from consult.domain.polls.secret_ballots import digest
from consult.models import (
    AuditEntry,
    BallotEvent,
    CountSheet,
    Declaration,
    MeetingPoll,
    Poll,
    PollEnding,
    PollTally,
    RollEntry,
    SheetConfirmation,
    db,
)
from consult.models.polls import act_queries, channel_queries, poll_queries
from consult.services.polls import closing, meeting_port, poll_states, polls, voter_verification
from consult.services.polls.counting import openings, poll_faults, result_verification, told_entries
from consult.services.polls.counting.poll_faults import DoesNotAddUp
from consult.services.polls.poll_log import said_of
from consult.services.polls.poll_states import frozen_of
from consult.services.polls.requests import roll_appeals


def faults(poll: Poll) -> Iterator[str]:
    """Yield a line for each fault. None: all is as it was recorded."""
    ballots = _secret_ballots if poll.secret else _named_ballots
    for check in (
        _frozen,
        _changes,
        _roll,
        voter_verification.faults,
        ballots,
        _instants,
        _marks,
        _late,
        _sheets,
        _ending,
        _counts,
        result_verification.faults,
        _listed,
        _acts,
        _appeals,
    ):
        try:
            yield from check(poll)
        except (KeyError, TypeError, ValueError) as error:
            yield f"poll {poll.id}: something stored is of no known form ({type(error).__name__}: {error})"


def _frozen(poll: Poll) -> Iterator[str]:
    """Compare the poll's row and answers with what was frozen, and both with the log."""
    name, frozen = f"poll {poll.id}", frozen_of(poll)
    if sha256(canonical(poll.frozen)) != poll.fingerprint:  # of the document as it is stored
        yield f"{name}: the frozen rules do not give the fingerprint"
    changes = [facts for _, facts in said_of(poll, Tag.POLL_CHANGED)]
    closes_at = next(
        (c["change"]["closes_at"] for c in changes if c["change"]["kind"] == ChangeKind.EXTENSION),
        frozen.closes_at.isoformat(),
    )
    endings = [facts["closes_at"] for _, facts in said_of(poll, Tag.POLL_ENDED)]
    if endings and frozen.meeting:
        closes_at = endings[0]
    if len(endings) > (frozen.meeting is not None):
        yield f"{name}: it was ended early, which only the chair of a meeting can do, once"
    if (poll.question, poll.kind, poll.secret, poll.opens_at, poll.closes_at.isoformat()) != (
        frozen.question,
        frozen.kind,
        frozen.secret,
        frozen.opens_at,
        closes_at,
    ):
        yield f"{name}: question, kind or times differ from what was frozen"
    if _columns(poll) != _frozen_columns(frozen):
        yield f"{name}: body, group, standing, channels or announcement differ from what was frozen"
    if [option.label for option in poll.options] != list(frozen.options):
        yield f"{name}: the answers differ from what was frozen"
    if [facts["fingerprint"] for _, facts in said_of(poll, Tag.POLL_ANNOUNCED)] != [poll.fingerprint]:
        yield f"{name}: the fingerprint is not the one in the log"


def _columns(poll: Poll) -> tuple[Any, ...]:
    """Return what the row says of the rule and of the announcement. Pages and lists read it there."""
    units = poll.roll_households if poll.roll_people is None else poll.roll_people
    return (
        *(poll.id, poll.village_id, poll.group_id, poll.body, poll.max_choices, poll.standing, poll.standing_source),
        *(poll.short_notice_reason, poll.announced_at, poll.adult_on, units, poll.roll_people is None),
    )


def _frozen_columns(frozen: FrozenPoll) -> tuple[Any, ...]:
    return (
        *(frozen.poll_id, frozen.village_id, frozen.group_id, frozen.rule.body, frozen.max_choices, frozen.standing),
        *(frozen.standing_source, frozen.short_notice_reason, frozen.announced_at, frozen.adult_on),
        *(frozen.roll_units, frozen.by_household),
    )


def _changes(poll: Poll) -> Iterator[str]:
    """Compare the confirmed changes with their entries in the log, and each one's fingerprint with the one before."""
    name = f"poll {poll.id}"
    changes = [facts for _, facts in said_of(poll, Tag.POLL_CHANGED)]
    if (poll.cancelled_at is not None) != any(c["change"]["kind"] == ChangeKind.CANCELLATION for c in changes):
        yield f"{name}: it is cancelled here and not in the log, or the other way round"
    if (poll.annulled_at is not None) != any(c["change"]["kind"] == ChangeKind.ANNULMENT for c in changes):
        yield f"{name}: it is annulled here and not in the log, or the other way round"
    before, confirmed = poll.fingerprint, [row.fingerprint for row in poll_states.changes_of(poll.id)]
    for change in changes:
        before = sha256(canonical({"before": before, "change": change["change"]}))
        if change["fingerprint"] != before or before not in confirmed:
            yield f"{name}: a confirmed change does not give its fingerprint"
    if len(confirmed) != len(changes):
        yield f"{name}: a change was confirmed here and not in the log, or the other way round"


def _roll(poll: Poll) -> Iterator[str]:
    frozen, query = frozen_of(poll), select(RollEntry).where(RollEntry.poll_id == poll.id).order_by(RollEntry.number)
    plain = frozen.format == frozen_polls.FIRST_FORMAT
    rows = [[e.number, e.unit if plain else commitment(e.salt, e.unit)] for e in db.session.scalars(query)]
    size = frozen.roll_units
    changes = (facts["change"] for _, facts in said_of(poll, Tag.POLL_CHANGED))
    added = [[c["number"], c["commitment"]] for c in changes if c["kind"] == ChangeKind.ADDITION]
    if polls.roll_digest(rows[:size]) != frozen.roll_digest or rows[size:] != added:
        yield f"poll {poll.id}: the roll was changed after it was frozen"


def _named_ballots(poll: Poll) -> Iterator[str]:
    """Compare each ballot with its entry in the log, and each entry with its ballot and its place on the roll."""
    logged = {(facts["number"], facts["rev"]): (entry, facts) for entry, facts in said_of(poll, Tag.BALLOT_CAST)}
    newest: dict[int, int] = {}
    for ballot in db.session.scalars(select(BallotEvent).where(BallotEvent.poll_id == poll.id)):
        where = f"poll {poll.id}, unit {ballot.number}, ballot {ballot.rev}"
        newest[ballot.number] = max(ballot.rev, newest.get(ballot.number, 0))
        entry, facts = logged.pop((ballot.number, ballot.rev), (None, {}))
        if entry is None:
            yield f"{where}: no entry in the log; it was put in from outside"
        elif facts["commitment"] != _commitment(poll, ballot):
            yield f"{where}: the choice is not the one that was cast"
        elif (entry.actor_id, facts["channel"]) != (ballot.helper_id or ballot.actor_id, ballot.channel):
            yield f"{where}: voter or channel differ from the log"
    for number, rev in logged:
        yield f"poll {poll.id}, unit {number}, ballot {rev}: in the log, but the ballot is gone"
    for unit in _marked(poll):
        if unit.rev != newest.pop(unit.number, 0) or unit.rev == 0:
            yield f"poll {poll.id}, unit {unit.number}: the roll entry does not fit its ballots"
    voided = poll_queries.voided(poll.id)
    for number, rev in newest.items():
        if (number, rev) not in voided:
            yield f"poll {poll.id}, unit {number}: the roll entry does not fit its ballots"


def _acts(poll: Poll) -> Iterator[str]:
    """Compare with the log which ballots do not count, what was said of letters and helped votes, and decided contests."""
    name, voided = f"poll {poll.id}", poll_queries.voided(poll.id)
    logged = {(facts["number"], facts["rev"]): facts["why"] for _, facts in said_of(poll, Tag.BALLOT_VOIDED)}
    for place in sorted(voided.keys() | logged.keys()):
        if voided.get(place) != logged.get(place):
            yield f"{name}, unit {place[0]}, ballot {place[1]}: it counts here and not in the log, or the other way round"
    said = [
        (facts["number"], facts["rev"], entry.actor_id, facts["sound"])
        for tag in (Tag.LETTER_LOOKED_AT, Tag.HELP_ANSWERED)
        for entry, facts in said_of(poll, tag)
    ]
    for number, rev, by, sound in set(said) - set(act_queries.answers_of(poll.id)):
        yield f"{name}, unit {number}, ballot {rev}: what {by} said of it ({sound}) is not what the log has"
    ruled = {facts["contest"]: facts["upheld"] for _, facts in said_of(poll, Tag.CONTEST_RULED)}
    kept = {row[0].id: row.upheld for row in act_queries.contests_of(poll.id) if row.upheld is not None}
    if ruled != kept:
        yield f"{name}: contests were decided otherwise than the log has it"
    left = {facts["contest"] for _, facts in said_of(poll, Tag.CONTEST_UNDECIDED)}
    if left != ({one.id for one in act_queries.undecided_contests(poll.id)} if poll.declaration else set()):
        yield f"{name}: contests on which nobody agreed are not those that the log has"
    for tag in (Tag.POLL_CLOSED, Tag.POLL_DECLARED):
        for _, facts in said_of(poll, tag):
            counted = facts.get("acts", {})
            void = {why: n for why, n in counted.items() if why in set(VoidReason)}
            if void != dict(Counter(voided.values())):
                yield f"{name}: the ballots that do not count are not those that were told"


def _appeals(poll: Poll) -> Iterator[str]:
    """Compare the numbers of appeals that were told with the appeals in the log, and these with the appeals kept here."""
    made = [(entry.number, facts["appeal"]) for entry, facts in said_of(poll, Tag.ROLL_APPEAL_MADE)]
    answered = [(entry.number, facts["added"]) for entry, facts in said_of(poll, Tag.ROLL_APPEAL_ANSWERED)]
    now = roll_appeals.numbers(poll.id)
    ended = Counter(added for _, added in answered)
    if (len(made), ended[True], ended[False]) != (now.all, now.added, now.refused):
        yield f"poll {poll.id}: appeals are answered otherwise than the log has it"
    for entry, facts in said_of(poll, Tag.POLL_CLOSED) + said_of(poll, Tag.POLL_DECLARED):
        if "appeals" in facts:
            before = Counter(added for number, added in answered if number < entry.number)
            there = {"made": sum(n < entry.number for n, _ in made), "added": before[True], "refused": before[False]}
            if facts["appeals"] != there:
                yield f"poll {poll.id}: the appeals that were told are not those of the log"


def _commitment(poll: Poll, ballot: BallotEvent) -> str:
    first = frozen_of(poll).format == frozen_polls.FIRST_FORMAT
    return commitment(ballot.salt, ballot.choice, *([] if first else [ballot.receipt]))


def _marked(poll: Poll) -> list[RollEntry]:
    query = select(RollEntry).where(RollEntry.poll_id == poll.id, RollEntry.channel.in_(ELECTRONIC))
    return list(db.session.scalars(query))


def _secret_ballots(poll: Poll) -> Iterator[str]:
    """Compare the ballots with the marks on the roll and in the log; after the close with the digest in the log."""
    logged = [facts["number"] for _, facts in said_of(poll, Tag.BALLOT_CAST)]
    casts, marked = set(logged), {entry.number for entry in _marked(poll)}
    for number in sorted(number for number in casts if logged.count(number) > 1):
        yield f"poll {poll.id}, unit {number}: its secret ballot was cast more than once"
    for number in sorted(casts ^ marked):
        yield f"poll {poll.id}, unit {number}: the roll entry does not fit its ballots"
    ballots = [(row.key, row.choice) for row in poll_queries.secret_ballots(poll.id)]
    if (there := openings.how_many(poll.id)) != len(marked):
        yield f"poll {poll.id}: {there} secret ballots, but {len(marked)} units have voted"
    if frozen_of(poll).seal is not None:
        yield from _boxes(poll)
    for _, facts in said_of(poll, Tag.POLL_CLOSED):
        if facts["ballots"] != digest(ballots):
            yield f"poll {poll.id}: the secret ballots are not those that were counted"


def _boxes(poll: Poll) -> Iterator[str]:
    """Name each sealed ballot that is not as it was cast, and ballots that lie beside their boxes."""
    try:
        seal = openings.seal_of(poll)
    except DoesNotAddUp as fault:
        yield str(fault)
        return
    for box in openings.boxes_of(poll.id):
        if not seal.is_genuine(box):
            yield f"poll {poll.id}: the sealed ballot {box.slot[:16]} is not as it was cast"
    if openings.is_sealed(poll) and poll_queries.counted_keys(poll.id):
        yield f"poll {poll.id}: there are ballots outside of the boxes"


def _instants(poll: Poll) -> Iterator[str]:
    """Compare the instants of ballots and marks with opening and close: no bundle tells them to anybody outside."""
    for entry, facts in said_of(poll, Tag.BALLOT_CAST):
        if not poll.opens_at <= entry.recorded_at < poll.closes_at:
            yield f"poll {poll.id}, unit {facts['number']}: a ballot was cast before the opening or after the close"
    ended = [entry.number for entry, _ in said_of(poll, Tag.POLL_ENDED)]
    for entry, facts in said_of(poll, Tag.UNIT_MARKED):
        by_hand = bool(ended) and facts["channel"] == Channel.HANDS and entry.number < ended[0]
        if facts["late"] != (entry.recorded_at >= poll.closes_at and not by_hand):
            yield f"poll {poll.id}: marks in the log are late and do not say so, or the other way round"


def _listed(poll: Poll) -> Iterator[str]:
    """Compare what the bundle shows of a counted poll with what its closing entry binds."""
    for entry, facts in said_of(poll, Tag.POLL_CLOSED):
        if entry.form == FIRST:
            continue
        marks = bundle_lists.marks(poll_queries.units_that_voted(poll.id))
        if facts["marks"] != bundle_lists.digest(marks):
            yield f"poll {poll.id}: who took part is not what was counted"
        if facts["listed"] != bundle_lists.digest(closing.listed_ballots(poll)):
            yield f"poll {poll.id}: the receipts are not those that were counted"
    for entry, facts in said_of(poll, Tag.POLL_CLOSED) + said_of(poll, Tag.POLL_DECLARED):
        if "told" in facts and facts["told"] != told_entries.digest(poll, before=entry.number):
            yield f"poll {poll.id}: the entries of the log that its bundle tells of are not those that were counted"


def _marks(poll: Poll) -> Iterator[str]:
    """Paper and hands: the list, the roll and the log name the same units. What was undone counts nowhere."""
    logged: set[tuple[int, str]] = set()
    for entry, facts in sorted(said_of(poll, Tag.UNIT_MARKED) + said_of(poll, Tag.UNIT_UNMARKED), key=_number_of):
        units = {(n, facts["channel"]) for n in facts["numbers"]}
        logged = logged | units if entry.tag == Tag.UNIT_MARKED.value else logged - units
    rows = channel_queries.standing_marks(poll.id)
    entries = select(RollEntry.number, RollEntry.channel).where(
        RollEntry.poll_id == poll.id, RollEntry.channel.not_in(ELECTRONIC)
    )
    listed, marked = ({(row.number, row.channel) for row in db.session.execute(query)} for query in (rows, entries))
    for number, _ in sorted(listed ^ marked | listed ^ logged):
        yield f"poll {poll.id}, unit {number}: marked on the list, the roll and the log differently"


def _number_of(logged: tuple[AuditEntry, dict[str, Any]]) -> int:
    return logged[0].number


def _late(poll: Poll) -> Iterator[str]:
    """Compare marks after the close, and those undone, with what two persons confirmed or ruled. Older ones one person made."""
    confirmed = {
        (facts["request"], facts.get("undoes", False)): facts["units"]
        for _, facts in said_of(poll, Tag.LATE_MARKS_CONFIRMED)
    }
    marked = {(f["request"], False): len(f["numbers"]) for _, f in said_of(poll, Tag.UNIT_MARKED) if "request" in f}
    undone = [facts for _, facts in said_of(poll, Tag.UNIT_UNMARKED)]
    marked |= {(f["request"], True): len(f["numbers"]) for f in undone if "request" in f}
    if confirmed != marked:
        yield f"poll {poll.id}: marks after the close are not those that two persons confirmed"
    ruled = {f["contest"] for _, f in said_of(poll, Tag.CONTEST_RULED) if f["upheld"] and not f.get("in_box", False)}
    if not {f["contest"] for f in undone if "contest" in f} <= ruled:
        yield f"poll {poll.id}: a mark was undone for a contest of which no two officers ruled so"


def _sheets(poll: Poll) -> Iterator[str]:
    logged = {facts["sheet"]: facts for _, facts in said_of(poll, Tag.SHEET_CONFIRMED)}
    query = (
        select(CountSheet, SheetConfirmation)
        .join(SheetConfirmation, SheetConfirmation.sheet_id == CountSheet.id)
        .where(CountSheet.poll_id == poll.id)
    )
    for sheet, confirmed in db.session.execute(query):
        facts = logged.pop(sheet.id, {})
        here = (sheet.channel, sheet.corrects_id, confirmed.figures, [confirmed.first_id, confirmed.second_id])
        if here != tuple(facts.get(key) for key in ("channel", "corrects", "figures", "persons")):
            yield f"poll {poll.id}, sheet {sheet.id}: its figures are not those that two people confirmed"
    for sheet_id in logged:
        yield f"poll {poll.id}, sheet {sheet_id}: in the log, but the sheet is gone"


def _ending(poll: Poll) -> Iterator[str]:
    """Compare who was present at the ending of a meeting's vote: as stored, as logged, and by the check-ins."""
    row = db.session.get(PollEnding, poll.id)
    logged = [(entry.number, facts["present"]) for entry, facts in said_of(poll, Tag.POLL_ENDED)]
    if [present for _, present in logged] != ([row.present] if row else []):
        yield f"poll {poll.id}: who was present at its end is not what the log says"
    link = db.session.get(MeetingPoll, poll.id)
    if link and logged:
        yield from _outside_the_meeting(poll, link.meeting_id, *logged[0])
    for number, present in logged if link else ():
        here = (
            meeting_port.meetings().present_in_log(poll.village_id, link.meeting_id, before=number) if link else set()
        )
        if {n for n in here if n <= poll_states.roll_size(poll)} != set(present):
            yield f"poll {poll.id}: who was present at its end is not what the arrivals give"


def _outside_the_meeting(poll: Poll, meeting_id: int, ended: int, present: list[int]) -> Iterator[str]:
    """Find ballots cast after the ending, and marks of units that were not present at the ending or when marked."""
    if any(entry.number > ended for entry, _ in said_of(poll, Tag.BALLOT_CAST)):
        yield f"poll {poll.id}: a ballot was cast after the chair ended the vote"
    for entry, facts in said_of(poll, Tag.UNIT_MARKED):
        early = entry.number < ended and facts["channel"] != Channel.HANDS
        there = _present_before(poll, meeting_id, entry.number) if early else set(present)
        if not set(facts["numbers"]) <= there:
            yield f"poll {poll.id}: somebody was marked who was not at the meeting"


def _present_before(poll: Poll, meeting_id: int, number: int) -> set[int]:
    return meeting_port.meetings().present_in_log(poll.village_id, meeting_id, before=number)


def _counts(poll: Poll) -> Iterator[str]:
    if fault := poll_faults.fault_of(poll):
        yield f"poll {poll.id}: it does not add up and was set aside ({fault.value})"
    stored = db.session.get(PollTally, poll.id)
    if stored is None:
        return
    try:
        tally = closing.count(poll)
    except closing.CountsDiffer as error:
        yield str(error)
        return
    facts = tally.as_facts()
    if {key: facts[key] for key in stored.counts} != stored.counts:
        yield f"poll {poll.id}: a recount gives {facts}, the stored tally is {stored.counts}"
    declared = db.session.get(Declaration, poll.id)
    if declared is not None and declared.outcome != closing.verdict_of(poll, tally).outcome:
        yield f"poll {poll.id}: the declared outcome is not what the ballots give"
