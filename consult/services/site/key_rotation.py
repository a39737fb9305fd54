"""Change the data key: seal everything anew, in small units of work, while the site goes on. It may be repeated."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import Column, select, tuple_, update

from consult.config import Misconfigured
from consult.models import (
    Account,
    CaseReader,
    GroupRobot,
    HouseholdCard,
    Installation,
    Person,
    RightChange,
    RollAppeal,
    RollImport,
    SealingKey,
    SecondFactor,
    Village,
    db,
)
from consult.services.cases import keys
from consult.services.core import crypto, transactions
from consult.services.machine import data_keys
from consult.services.people import second_factors

AT_ONCE = 100


@dataclass(frozen=True)
class SealedColumn:
    """A column whose texts are sealed under the data key; `reader` is the column that says for whom, if for one reader."""

    column: Column[Any]
    reader: Column[Any] | None = None
    readers: Callable[[], Callable[[Any], str]] | None = None
    """Looks up once who the readers are; then, by the value of the column `reader`, how the sealing names them."""

    @property
    def name(self) -> str:
        """Return table.column."""
        return f"{self.column.table.name}.{self.column.name}"


def _column(attribute: Any) -> Column[Any]:
    return attribute.property.columns[0]  # type: ignore[no-any-return]


def case_readers() -> dict[str, str]:
    """Find everybody whom keys of cases can be wrapped for: by mark, the name by which it is sealed."""
    people = [keys.of_person(one) for one in db.session.scalars(select(Person.id))]
    offices = [
        office
        for village in db.session.scalars(select(Village.id))
        for office in (keys.of_head(village), keys.of_justice_office(village))
    ]
    return {keys.mark(reader): keys.sealed_for(reader) for reader in [*people, *offices]}


def _case_readers() -> Callable[[str], str]:
    return case_readers().__getitem__


def _factor_holders() -> Callable[[int], str]:
    return second_factors.sealed_for


SEALED = (
    SealedColumn(_column(Account.phone_cipher)),
    SealedColumn(_column(Person.phone_cipher)),
    SealedColumn(_column(HouseholdCard.code_cipher)),
    SealedColumn(_column(GroupRobot.address_cipher)),
    SealedColumn(_column(GroupRobot.secret_cipher)),
    SealedColumn(_column(RollImport.rows_cipher)),
    SealedColumn(_column(RollImport.answers_cipher)),
    SealedColumn(_column(RightChange.number_cipher)),
    SealedColumn(_column(RollAppeal.name_cipher)),
    SealedColumn(_column(RollAppeal.phone_cipher)),
    SealedColumn(_column(RollAppeal.words_cipher)),
    SealedColumn(_column(RollAppeal.refusal_cipher)),
    SealedColumn(_column(SealingKey.mac_key_cipher)),
    SealedColumn(_column(SecondFactor.secret_cipher), _column(SecondFactor.person_id), _factor_holders),
    SealedColumn(_column(CaseReader.wrapped), _column(CaseReader.reader_mark), _case_readers),
)
"""Every column sealed under the data key. A check compares it with the names of all columns and with what they hold."""
UNDER_KEYS_OF_CASES = ("mediation_case.cipher", "case_entry.cipher", "case_view.cipher")
"""Sealed under the key of their case, which stands wrapped in case_reader: they stay as they are."""
APART = ("installation.mark_key_cipher",)
"""Sealed anew at the end, together with the check of the key."""


def rotate(*, leave_unopened: bool = False) -> int:
    """Seal everything that is still under the old key under the new one, and return how many texts those were.

    Raises Misconfigured where the two keys are not those of this database, and, before anything is begun, where a text
    opens with neither; `leave_unopened` lets those stand as they are.
    """
    if len(crypto.data_keys()) < 2:
        raise Misconfigured(
            "请把 DATA_KEY 设成新钥匙，DATA_KEY_OLD 设成旧钥匙 / "
            "Set DATA_KEY to the new key and DATA_KEY_OLD to the key before."
        )
    data_keys.check()
    if not leave_unopened:
        _refuse_unopened()
    _begin()
    changed = sum(_reseal(one) for one in SEALED)
    _end()
    return changed


def _refuse_unopened() -> None:
    """Raise Misconfigured where something opens with neither key: half a change could be neither ended nor undone."""
    closed = {one.name: number for one in SEALED if (number := unopened(one))}
    if closed:
        what = " · ".join(f"{name} {number}" for name, number in closed.items())
        raise Misconfigured(
            f"有些内容用 DATA_KEY 和 DATA_KEY_OLD 都打不开，没有开始换：{what}。请把加密它们的那一把放进 DATA_KEY_OLD；"
            f"那一把真的丢了，就加 --leave-unopened，这些保持原样 / "
            f"Nothing was changed, for some texts open neither with DATA_KEY nor with DATA_KEY_OLD: {what}. Put the key they "
            f"were sealed under into DATA_KEY_OLD; if it is lost for good, --leave-unopened lets them stand as they are."
        )


@transactions.atomic
def _begin() -> None:
    row = db.session.get_one(Installation, 1, with_for_update=True)
    if row.key_check != crypto.check_of(crypto.data_keys()[0]):
        row.rotated_to = crypto.check_of(crypto.data_keys()[0])


@transactions.atomic
def _end() -> None:
    row = db.session.get_one(Installation, 1, with_for_update=True)
    row.mark_key_cipher = crypto.seal(crypto.mark_key().hex())
    row.key_check, row.rotated_to = crypto.check_of(crypto.data_keys()[0]), ""


def unopened(one: SealedColumn) -> int:
    """Return how many texts of a column open neither with the data key nor with the old one."""
    named = one.readers() if one.readers is not None else None
    return sum(not _opens(row, one, named) for batch in _batches(one) for row in batch)


def _opens(row: dict[str, Any], one: SealedColumn, named: Callable[[Any], str] | None) -> bool:
    sealed = row[one.column.name]
    try:
        reader = _reader(row, one, named)
        crypto.unseal_for(reader, sealed) if reader else crypto.unseal(sealed)
    except (InvalidToken, KeyError):
        return False
    return True


def _reader(row: dict[str, Any], one: SealedColumn, named: Callable[[Any], str] | None) -> str:
    """Return for whom a text is sealed, "" for nobody alone. Raises KeyError for a reader who is not known."""
    return named(row[one.reader.name]) if named is not None and one.reader is not None else ""


def _reseal(one: SealedColumn) -> int:
    named = one.readers() if one.readers is not None else None
    return sum(_reseal_batch(one, batch, named) for batch in _batches(one))


def _batches(one: SealedColumn) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows with something sealed in them, in the order of their keys, so many at once."""
    table, last = one.column.table, None
    keys_of = list(table.primary_key.columns)
    named = [*keys_of, one.column] + ([one.reader] if one.reader is not None and one.reader not in keys_of else [])
    while True:
        query = select(*named).where(one.column.is_not(None), one.column != "").order_by(*keys_of).limit(AT_ONCE)
        if last is not None:
            query = query.where(tuple_(*keys_of) > tuple_(*last))
        rows = [dict(row._mapping) for row in db.session.execute(query)]
        db.session.rollback()
        if not rows:
            return
        yield rows
        last = [rows[-1][column.name] for column in keys_of]


@transactions.atomic
def _reseal_batch(one: SealedColumn, rows: list[dict[str, Any]], named: Callable[[Any], str] | None) -> int:
    changed = 0
    for row in rows:
        if not _opens(row, one, named):  # the operator was told of it and lets it stand
            continue
        sealed, reader = row[one.column.name], _reader(row, one, named)
        if crypto.is_of_new_key(sealed, reader):
            continue
        anew = _sealed_anew(sealed, reader)
        same = [column == row[column.name] for column in one.column.table.primary_key.columns]
        mended = update(one.column.table).where(*same, one.column == sealed).values({one.column: anew})
        changed += int(db.session.connection().execute(mended).rowcount)
    return changed


def _sealed_anew(sealed: str, reader: str) -> str:
    if reader:
        return crypto.seal_for(reader, crypto.unseal_for(reader, sealed))
    return crypto.seal(crypto.unseal(sealed))
