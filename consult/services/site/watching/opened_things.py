"""Touch what a drill vouches for: open everything sealed, and find every file that a row names, by its digest."""

from collections.abc import Iterator

from cryptography.fernet import InvalidToken
from sqlalchemy import select, union

from consult.models import CaseEntry, CaseFile, CaseReader, CaseView, MediationCase, StoredFile, db
from consult.services.cases import case_files, keys
from consult.services.cases.keys import Keyring
from consult.services.core import files
from consult.services.core.uploads import stored_files
from consult.services.site import key_rotation, unused_files

AT_ONCE = 200


def sealed_faults() -> Iterator[str]:
    """Open each text that is sealed under the data key, and all that stands under the keys of cases."""
    for column in key_rotation.SEALED:
        if closed := key_rotation.unopened(column):
            yield f"{column.name}: {closed} do not open with DATA_KEY"
    yield from _case_faults()


def file_faults() -> Iterator[str]:
    """Look for each picture, recording and file of a case, whole."""
    ids = db.session.scalars(select(StoredFile.id).order_by(StoredFile.id)).all()
    for start in range(0, len(ids), AT_ONCE):
        query = select(StoredFile).where(StoredFile.id.in_(ids[start : start + AT_ONCE])).order_by(StoredFile.id)
        for row in db.session.scalars(query):
            if not stored_files.is_whole(row):
                if stored_files.path_of(row).exists():
                    yield f"file {row.folder}/{row.name} is not what was kept"
                else:
                    yield f"file {row.folder}/{row.name} is not there"
        db.session.expunge_all()
    named = union(*(select(column) for column in unused_files.NAMES))
    known = set(db.session.scalars(select(StoredFile.name)))
    for name in sorted({one for one in db.session.scalars(named) if one} - known):
        yield f"file {name} is named, and no row says what it holds"


def missing_files() -> Iterator[str]:
    """Name each file that a row names and that is not on the disk. It opens none: the drill does."""
    folders = {one.name: one for one in files.FOLDERS}
    for row in db.session.execute(select(StoredFile.folder, StoredFile.name).order_by(StoredFile.id)):
        if not files.path_of(folders[row.folder], row.name).exists():
            yield f"{row.folder}/{row.name}"
    for name in db.session.scalars(select(CaseFile.name).order_by(CaseFile.id)):
        if not case_files.path_of(name).exists():
            yield f"case_files/{name}"


def _case_faults() -> Iterator[str]:
    named = key_rotation.case_readers()
    for case_id in db.session.scalars(select(MediationCase.id).order_by(MediationCase.id)).all():
        keyrings = list(_keyrings(case_id, named))
        if keyrings:
            yield from (f"case {case_id}: {fault}" for fault in _faults_of_case(case_id, keyrings))
        db.session.expunge_all()


def _keyrings(case_id: int, named: dict[str, str]) -> Iterator[Keyring]:
    """Yield the keys that readers of a case hold; those that do not open are named with their column."""
    for row in db.session.scalars(select(CaseReader).where(CaseReader.case_id == case_id)):
        try:
            yield keys.unwrap_sealed(named[row.reader_mark], row.wrapped)
        except (InvalidToken, KeyError):
            continue


def _faults_of_case(case_id: int, keyrings: list[Keyring]) -> Iterator[str]:
    case = db.session.get_one(MediationCase, case_id)
    if case.cipher and not _opens(keyrings, "all", case.cipher):
        yield "its line of lists does not open"
    for entry in db.session.scalars(select(CaseEntry).where(CaseEntry.case_id == case_id)):
        if not _opens(keyrings, entry.audience, entry.cipher):
            yield f"entry {entry.number} does not open"
    views = db.session.scalars(select(CaseView.cipher).where(CaseView.case_id == case_id))
    if closed := sum(not _opens(keyrings, "all", cipher) for cipher in views):
        yield f"{closed} lines of its access log do not open"
    for file in db.session.scalars(select(CaseFile).where(CaseFile.case_id == case_id)):
        try:
            whole = any(_opens_file(one, file) for one in keyrings if one.opens(file.audience))
        except FileNotFoundError:
            yield f"file case_files/{file.name} is not there"
            continue
        if not whole:
            yield f"file case_files/{file.name} does not open"


def _opens(keyrings: list[Keyring], audience: str, cipher: str) -> bool:
    for keyring in keyrings:
        if keyring.opens(audience):
            try:
                keyring.unseal(audience, cipher)
            except InvalidToken:
                continue
            return True
    return False


def _opens_file(keyring: Keyring, file: CaseFile) -> bool:
    try:
        case_files.content(file, keyring)
    except InvalidToken:
        return False
    return True
