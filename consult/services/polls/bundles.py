"""One poll in a zip that can be checked with the one program in it. The format: docs/bundle.md.

The public bundle withholds the choices; the scrutineers' one has them, for the recount. Of the log it opens what the
checks need of this poll; every other entry, and every cast, is a digest. It ends with the last entry of this poll, so
that it does not tell how much goes on in others. The same poll gives the same bytes.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from consult.config import ROOT
from consult.domain.audit import Tag, head_digits
from consult.domain.audit_forms import FIRST, SealedLink, instant, link_of
from consult.domain.polls import bundle_entries, bundle_lists, frozen
from consult.domain.polls.polls import Tally
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, Declaration, Notice, Poll, db
from consult.models.polls import poll_queries
from consult.services.board import assets
from consult.services.core import audit
from consult.services.core.files import digest_of
from consult.services.core.uploads import stored_files
from consult.services.polls import closing, count_sheets, poll_states
from consult.services.polls.counting import told_entries
from consult.services.polls.poll_states import frozen_of

FORMAT = "consult-bundle/3"
VERIFIER = ROOT / "consult" / "data" / "verify.py"
GUIDE = ROOT / "consult" / "data" / "bundle-readme.txt"
MADE = (2026, 1, 1, 0, 0, 0)
"""The zip's own dates tell nothing, and the same poll gives the same file."""


class Photo(NamedTuple):
    """A photo of a count sheet, with the salt of its digest in the log."""

    content: bytes
    salt: str


def make_bundle(poll: Poll, *, full: bool) -> bytes:
    """Return the zip; `full`: with the choices.

    Raises Refused before the poll is counted, and for polls frozen before there were bundles.
    """
    stored = poll_states.stored_tally(poll)
    if stored is None:
        raise Refused(Reason.NOT_COUNTED_YET)
    if frozen_of(poll).format == frozen.FIRST_FORMAT:
        raise Refused(Reason.FROZEN_BEFORE_BUNDLES)
    photos = _photos(poll) if full else {}
    parts: dict[str, Any] = {
        "rules.json": {"frozen": poll.frozen, "fingerprint": poll.fingerprint},
        "roll.json": poll_queries.numbered_commitments(poll.id),
        "marks.json": bundle_lists.marks(poll_queries.units_that_voted(poll.id)),
        "ballots.json": _with_choices(poll) if full else closing.listed_ballots(poll),
        "sheets.json": _sheets(poll, photos),
        "log.json": _log(poll, full=full),
        "heads.json": _heads(poll),
        "assets.json": {"files": assets.digests(), "fingerprint": assets.fingerprint()},
        "result.json": _result(poll, stored),
    }
    files = {name: _json(part) for name, part in parts.items()}
    files |= {"verify.py": VERIFIER.read_bytes(), "README.txt": GUIDE.read_bytes()}
    files |= {name: photo.content for name, photo in photos.items()}
    manifest = {"format": FORMAT, "full": full, "poll": poll.id, "files": digests(files)}
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


def _with_choices(poll: Poll) -> list[dict[str, Any]]:
    """Return the public list of ballots, each with its choice, and of named ones the salt of its commitment."""
    if poll.secret:
        choices = {row.key: {"choice": json.loads(row.choice)} for row in poll_queries.secret_ballots(poll.id)}
        return [row | choices[row["key"]] for row in closing.listed_ballots(poll)]
    named = {b.receipt: {"choice": json.loads(b.choice), "salt": b.salt} for b in poll_queries.all_ballots(poll.id)}
    return [row | named[row["receipt"]] for row in closing.listed_ballots(poll)]


def _log(poll: Poll, *, full: bool) -> dict[str, Any]:
    """Return the log from the announcement, or the call of the meeting, to the last entry of this poll."""
    entries = told_entries.own_entries(poll)
    own = {entry.number: shown for entry in entries if (shown := _shown(poll, entry, full=full))}
    span = (
        select(AuditEntry)
        .where(AuditEntry.village_id == poll.village_id, AuditEntry.number.between(min(own), max(own)))
        .order_by(AuditEntry.number)
    )
    key, before, head = audit.key_of(poll.village_id), "", ""
    rows: list[dict[str, Any]] = []
    for entry in db.session.scalars(span.execution_options(yield_per=1000)):
        if entry.form != FIRST and not head:  # where the second form begins: all that its chain needs of the first
            before = "" if rows else entry.prev_hash
            rows[-1:] = [row | {"hash": entry.prev_hash} for row in rows[-1:]]
        rows.append({"number": entry.number} | (own.get(entry.number) or _closed(entry, key)))
        head = "" if entry.form == FIRST else entry.hash
    return {"village": poll.village_id, "before": before, "entries": rows, "head": head}


def _shown(poll: Poll, entry: AuditEntry, *, full: bool) -> dict[str, Any]:
    """Return the fields of an entry that the bundle opens; nothing where it opens none."""
    names = bundle_entries.opened_fields(entry.tag, full=full, secret=poll.secret)
    if not names or told_entries.is_only_asked(poll, entry):
        return {}
    link = link_of(entry.form, audit.key_of(poll.village_id), entry)
    if isinstance(link, SealedLink):
        return link.opened(names)
    head = {"previous": entry.prev_hash} if entry.tag == Tag.NOTICE_POSTED.value else {}  # stands on the printed notice
    return head | {"said": bundle_entries.said(_fields_of_first_form(poll, entry), names)}


def _fields_of_first_form(poll: Poll, entry: AuditEntry) -> dict[str, Any]:
    """Return what an entry of the first form says, with pseudonyms and tokens where it has ids and roll numbers."""
    facts = json.loads(entry.facts)
    if "change" in facts and isinstance(facts["change"], dict):
        officers = {name: _pseudonym(poll, facts["change"][name]) for name in ("asked_by", "confirmed_by")}
        facts["change"] = facts["change"] | officers
    if "present" in facts and isinstance(facts["present"], list):
        salts = poll_queries.salts_of_units(poll.id)
        facts["here"] = sorted(bundle_lists.unit_token(salts[n]) for n in facts["present"])
    by = _pseudonym(poll, entry.actor_id)
    fields = {"tag": entry.tag, "subject": entry.subject, "at": instant(entry.recorded_at), "by": by}
    return fields | {f"facts.{name}": value for name, value in facts.items()}


def _closed(entry: AuditEntry, key: str) -> dict[str, Any]:
    """Return an entry of which nothing is shown: its body digest; of the first form not even the hash.

    With the hash before it, person and instant could be found by trying them all.
    """
    link = link_of(entry.form, key, entry)
    return {"body": link.body()} if isinstance(link, SealedLink) else {}


def _sheets(poll: Poll, photos: Mapping[str, Photo]) -> list[dict[str, Any]]:
    """Return the count sheets with pseudonyms. `photos`: of the scrutineers' bundle, else none."""
    found = []
    for sheet in count_sheets.sheets_of(poll.id):
        confirmed = count_sheets.confirmation_of(sheet.id)
        entries = [
            {"person": _pseudonym(poll, e.entered_by), "figures": json.loads(e.figures)}
            | _photo_facts(_photo_name(sheet.id, n), photos)
            for n, e in enumerate(count_sheets.entries_of(sheet.id), 1)
        ]
        persons = [confirmed.first_id, confirmed.second_id] if confirmed else []
        entries.sort(key=lambda entry: str(entry["person"]))  # one order, which tells nothing
        found.append(
            {
                "id": sheet.id,
                "channel": sheet.channel,
                "corrects": sheet.corrects_id,
                "entries": entries,
                "persons": sorted(_pseudonym(poll, person) for person in persons),
            }
        )
    return found


def _pseudonym(poll: Poll, person_id: int | None) -> str:
    return audit.pseudonym_of(poll.village_id, f"poll:{poll.id}", person_id)


def _heads(poll: Poll) -> list[dict[str, Any]]:
    query = select(Notice).where(Notice.poll_id == poll.id).order_by(Notice.id)
    return [
        {
            "id": n.id,
            "year": n.year,
            "number": n.number,
            "tag": n.tag,
            "head": head_digits(n.audit_head),
            "assets": n.assets,
        }
        for n in db.session.scalars(query)
    ]


def _result(poll: Poll, tally: Tally) -> dict[str, Any]:
    declared = db.session.get(Declaration, poll.id)
    verdict = closing.verdict_of(poll, tally).as_facts()
    appeals = told_entries.appeals_told(poll)
    result = {"tally": tally.as_facts(), "verdict": verdict, "declared": declared is not None}
    return result | ({"appeals": appeals} if appeals else {})


def _photos(poll: Poll) -> dict[str, Photo]:
    """Return the photos of the sheets, under names that tell nothing of the stored files."""
    found: dict[str, Photo] = {}
    for sheet in count_sheets.sheets_of(poll.id):
        for n, entry in enumerate(count_sheets.entries_of(sheet.id), 1):
            row = stored_files.find(entry.village_id, entry.picture) if entry.picture else None
            if row is not None and stored_files.path_of(row).exists():
                found[_photo_name(sheet.id, n)] = Photo(stored_files.path_of(row).read_bytes(), row.salt)
    return found


def _photo_facts(name: str, photos: Mapping[str, Photo]) -> dict[str, str]:
    """Return where a photo is and the salt of its digest in the log; of photos kept before 0.7.0 there is none."""
    photo = photos.get(name)
    if photo is None:
        return {}
    return {"photo": name} | ({"photo_salt": photo.salt} if photo.salt else {})


def _photo_name(sheet_id: int, n: int) -> str:
    return f"photos/{sheet_id}-{n}.jpg"
