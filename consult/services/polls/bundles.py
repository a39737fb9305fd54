"""One poll in a zip that can be checked with the one program in it. The format: docs/bundle.md.

The public bundle withholds the choices; the scrutineers' one has them, for the recount. The same poll gives the same
bytes as long as the log has not grown.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from consult.config import ROOT
from consult.domain.audit import Tag, commitment, head_digits
from consult.domain.polls import frozen
from consult.domain.polls.polls import Tally
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, BallotEvent, Declaration, Notice, Poll, RollEntry, db
from consult.models.polls import poll_queries
from consult.services.core.files import digest_of
from consult.services.core.uploads import stored_files
from consult.services.polls import closing, count_sheets, poll_states
from consult.services.polls.poll_states import frozen_of

FORMAT, FORMAT_OF_MEETING = "consult-bundle/1", "consult-bundle/2"
"""The second has what a vote in a meeting needs more: its ending and the arrivals in the log."""
VERIFIER = ROOT / "consult" / "data" / "verify.py"
GUIDE = ROOT / "consult" / "data" / "bundle-readme.txt"
MADE = (2026, 1, 1, 0, 0, 0)
"""The zip's own dates tell nothing, and the same poll gives the same file."""


def make_bundle(poll: Poll, *, full: bool) -> bytes:
    """Return the zip; `full`: with the choices.

    Raises Refused before the poll is counted, and for polls frozen before there were bundles.
    """
    stored = poll_states.stored_tally(poll)
    if stored is None:
        raise Refused(Reason.NOT_COUNTED_YET)
    if frozen_of(poll).format == frozen.FIRST_FORMAT:
        raise Refused(Reason.FROZEN_BEFORE_BUNDLES)
    parts: dict[str, Any] = {
        "rules.json": {"frozen": poll.frozen, "fingerprint": poll.fingerprint},
        "roll.json": _roll(poll),
        "ballots.json": _secret(poll, full=full) if poll.secret else _named(poll, full=full),
        "sheets.json": _sheets(poll),
        "log.json": {"village": poll.village_id, "entries": _log(poll)},
        "heads.json": _heads(poll),
        "result.json": _result(poll, stored),
    }
    files = {name: _json(part) for name, part in parts.items()}
    files |= {"verify.py": VERIFIER.read_bytes(), "README.txt": GUIDE.read_bytes()}
    files |= _evidence(poll) if full else {}
    form = FORMAT_OF_MEETING if frozen_of(poll).meeting else FORMAT
    manifest = {"format": form, "full": full, "poll": poll.id, "files": digests(files)}
    return zipped({"manifest.json": _json(manifest), **files})


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file, by name."""
    return {name: digest_of(content) for name, content in sorted(files.items())}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return the files in their order as one zip with constant dates, so that the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, MADE), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _roll(poll: Poll) -> list[dict[str, Any]]:
    """Return numbers and commitments: a voter who knows the own salt finds the own entry and no other."""
    query = select(RollEntry).where(RollEntry.poll_id == poll.id).order_by(RollEntry.number)
    return [
        {"number": e.number, "commitment": commitment(e.salt, e.unit), "channel": e.channel, "rev": e.rev}
        for e in db.session.scalars(query)
    ]


def _named(poll: Poll, *, full: bool) -> list[dict[str, Any]]:
    query = select(BallotEvent).where(BallotEvent.poll_id == poll.id).order_by(BallotEvent.number, BallotEvent.rev)
    rows = []
    for ballot in db.session.scalars(query):
        row = {"number": ballot.number, "rev": ballot.rev, "channel": ballot.channel, "receipt": ballot.receipt}
        rows.append(row | ({"choice": json.loads(ballot.choice), "salt": ballot.salt} if full else {}))
    return rows


def _secret(poll: Poll, *, full: bool) -> list[dict[str, Any]]:
    rows = poll_queries.secret_ballots(poll.id)
    return [{"key": row.key} | ({"choice": json.loads(row.choice)} if full else {}) for row in rows]


def _sheets(poll: Poll) -> list[dict[str, Any]]:
    found = []
    for sheet in count_sheets.sheets_of(poll.id):
        confirmed = count_sheets.confirmation_of(sheet.id)
        entries = [
            {
                "person": e.entered_by,
                "figures": json.loads(e.figures),
                "picture": stored_files.logged_digest(e.village_id, e.picture),
            }
            for e in count_sheets.entries_of(sheet.id)
        ]
        found.append(
            {
                "id": sheet.id,
                "channel": sheet.channel,
                "corrects": sheet.corrects_id,
                "entries": entries,
                "persons": [confirmed.first_id, confirmed.second_id] if confirmed else [],
            }
        )
    return found


def _log(poll: Poll) -> list[list[Any]]:
    """Return the village's log from the announcement on, or from the call of the meeting. Ids and commitments only."""
    subject, tag = f"poll:{poll.id}", Tag.POLL_ANNOUNCED
    if meeting_id := frozen_of(poll).meeting_id:  # who came and went stands in the log since the call
        subject, tag = f"meeting:{meeting_id}", Tag.MEETING_CALLED
    first = select(AuditEntry.number).where(
        AuditEntry.village_id == poll.village_id, AuditEntry.subject == subject, AuditEntry.tag == tag.value
    )
    query = select(AuditEntry).where(
        AuditEntry.village_id == poll.village_id, AuditEntry.number >= first.scalar_subquery()
    )
    return [
        [
            e.number,
            e.recorded_at.isoformat(timespec="microseconds"),
            e.actor_id,
            e.tag,
            e.subject,
            e.facts,
            e.prev_hash,
            e.hash,
        ]
        for e in db.session.scalars(query.order_by(AuditEntry.number))
    ]


def _heads(poll: Poll) -> list[dict[str, Any]]:
    query = select(Notice).where(Notice.poll_id == poll.id).order_by(Notice.id)
    return [
        {"id": n.id, "year": n.year, "number": n.number, "tag": n.tag, "head": head_digits(n.audit_head)}
        for n in db.session.scalars(query)
    ]


def _result(poll: Poll, tally: Tally) -> dict[str, Any]:
    declared = db.session.get(Declaration, poll.id)
    verdict = closing.verdict_of(poll, tally).as_facts()
    return {"tally": tally.as_facts(), "verdict": verdict, "declared": declared is not None}


def _evidence(poll: Poll) -> dict[str, bytes]:
    """Return the photos of the sheets, named by their salted digests, and the salts by which these can be computed."""
    entries = [e for sheet in count_sheets.sheets_of(poll.id) for e in count_sheets.entries_of(sheet.id) if e.picture]
    rows = [stored_files.find(e.village_id, e.picture) for e in entries]
    there = {row.digest: row for row in rows if row is not None and stored_files.path_of(row).exists()}
    photos = {f"photos/{digest}.jpg": stored_files.path_of(row).read_bytes() for digest, row in sorted(there.items())}
    return photos | {"photos.json": _json({digest: row.salt for digest, row in there.items()})}
