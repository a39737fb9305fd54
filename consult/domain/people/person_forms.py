"""Read what an officer types about one person of the roll: somebody new, who they are, what the roll says of them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from consult.domain.form_errors import FormError
from consult.domain.people.people import HEAD_OF_HOUSEHOLD, MAN, WOMAN
from consult.domain.people.roll.dates import EARLIEST, birth_date
from consult.domain.people.roll.headers import plain
from consult.domain.phone_numbers import read_phone
from consult.domain.text_fields import line

NAME_LENGTH, CODE_LENGTH, WORDS_LENGTH = 40, 20, 20
SEXES = (MAN, WOMAN)


@dataclass(frozen=True)
class Identity:
    """Name and date of birth: with the household this is how a roll tells one person from another."""

    name: str
    born: date

    def as_text(self) -> str:
        """Return it as text, to be sealed."""
        return json.dumps([self.name, self.born.isoformat()], ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> "Identity":
        """Return it from what `as_text` made."""
        name, born = json.loads(text)
        return cls(name, date.fromisoformat(born))


@dataclass(frozen=True)
class Correction:
    """A corrected name and date of birth as they were typed; None: the day stays as it is, which no page shows."""

    name: str
    born: date | None


@dataclass(frozen=True)
class Particulars:
    """The rest that a roll says of a person. None of it decides who votes, unless it makes a head of a household."""

    relation: str
    sex: str
    residence: str


@dataclass(frozen=True)
class Place:
    """A household by its code; `group_id`: the group of one that is new."""

    code: str
    group_id: int | None


@dataclass(frozen=True)
class NewPerson:
    """A person to be added to the roll by hand."""

    identity: Identity
    place: Place
    particulars: Particulars
    phone: str
    collective_member: bool
    somebody_else: bool = False
    """Not the one on the roll who is like them: the officer said so."""


Mistakes = dict[str, FormError]


def read_identity(form: Mapping[str, str], mistakes: Mistakes, *, today: date) -> Identity | None:
    """Return name and date of birth; None with their mistakes in `mistakes`."""
    said = read_correction(form, mistakes, today=today)
    if said.born is None:
        mistakes.setdefault("born", FormError.NOT_A_DAY)
        return None
    return None if mistakes else Identity(said.name, said.born)


def read_correction(form: Mapping[str, str], mistakes: Mistakes, *, today: date) -> Correction:
    """Return a corrected name, and a date of birth where one was typed. Their mistakes are added to `mistakes`."""
    name = plain(line(form, "name", NAME_LENGTH, mistakes))
    if re.search(r"\d", name):
        mistakes["name"] = FormError.NAME_WITH_DIGITS
    typed = form.get("born", "").strip()
    read = birth_date(typed) if typed else None
    if typed and (read is None or not read[1]):
        mistakes["born"] = FormError.NOT_A_DAY
    elif read is not None and not EARLIEST <= read[0] <= today:
        mistakes["born"] = FormError.DAY_TO_COME if read[0] > today else FormError.OUT_OF_BOUNDS
    return Correction(name, read[0] if read else None)


def read_particulars(form: Mapping[str, str], mistakes: Mistakes) -> Particulars:
    """Return relation to the head, sex and residence. Their mistakes are added to `mistakes`."""
    relation = plain(line(form, "relation", WORDS_LENGTH, mistakes, may_be_empty=True))
    residence = plain(line(form, "residence", WORDS_LENGTH, mistakes, may_be_empty=True))
    sex = form.get("sex", "")
    if sex not in ("", *SEXES):
        mistakes["sex"] = FormError.NOT_OFFERED
    return Particulars(relation, sex, residence)


def read_place(form: Mapping[str, str], groups: Mapping[str, int], mistakes: Mistakes) -> Place:
    """Return the household that was named. `groups`: the ids of the village's groups as the form offers them."""
    code, chosen = plain(line(form, "code", CODE_LENGTH, mistakes)), form.get("group_id", "")
    if chosen and chosen not in groups:
        mistakes["group_id"] = FormError.NOT_OFFERED
    return Place(code, groups.get(chosen))


def read_new(form: Mapping[str, str], groups: Mapping[str, int], *, today: date) -> tuple[NewPerson | None, Mistakes]:
    """Return somebody new from the fields of a form, or every mistake in it."""
    mistakes: Mistakes = {}
    identity = read_identity(form, mistakes, today=today)
    place, particulars = read_place(form, groups, mistakes), read_particulars(form, mistakes)
    typed = form.get("phone", "").strip()
    phone, mistake = read_phone(typed) if typed else ("", None)
    if mistake is not None:
        mistakes["phone"] = mistake
    if mistakes or identity is None:
        return None, mistakes
    new = NewPerson(
        identity=identity,
        place=place,
        particulars=particulars,
        phone=phone or "",
        collective_member=form.get("collective") == "1",
        somebody_else=form.get("somebody_else") == "1",
    )
    return new, {}


def changes_head(before: str, after: str) -> bool:
    """Tell whether another relation makes somebody head of a household, or makes them head no more."""
    return (before == HEAD_OF_HOUSEHOLD) != (after == HEAD_OF_HOUSEHOLD)
