"""Read the forms by which a case is brought: two small steps on a phone, one form at the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from consult.domain.cases.choices import topics
from consult.domain.cases.confidence import danger
from consult.domain.cases.parties.party_lists import NAME_LENGTH
from consult.domain.cases.states import CaseRole, Source
from consult.domain.cases.writing_once import claims
from consult.domain.form_errors import FormError
from consult.domain.instants import read_day
from consult.domain.phone_numbers import read_phone
from consult.domain.text_fields import line, long_text


@dataclass(frozen=True)
class Side:
    """A person named in an application; `person_id` where they were found on the roll."""

    part: CaseRole
    name: str
    person_id: int | None = None

    def as_facts(self) -> dict[str, Any]:
        """Return the side as the first entry of a case keeps it."""
        return {"part": self.part.value, "name": self.name, "person": self.person_id}


@dataclass(frozen=True, kw_only=True)
class DeskForm:
    """The words and choices of an application made at the desk."""

    topic: str
    source: Source
    way: str
    words: str
    present: bool
    phone: str
    on: str = ""
    """The day of an oral application, 2026-07-13; empty for today."""
    danger: dict[str, Any] | None = None
    """The note for the desk, where somebody may be in danger; None where nobody was said to be."""
    claim: dict[str, Any] = field(default_factory=dict)
    """What the applicant wants: claims.read_claim."""


WAYS = ("call", "visit", "come")
STORY_LENGTH = 2000
SAFE_WAY_LENGTH = 80
OLDEST_APPLICATION_DAYS = 3 * 366
"""Ours: a day further back is taken for a mistake of typing."""


def read_story(form: Mapping[str, str]) -> tuple[dict[str, Any] | None, dict[str, FormError]]:
    """Read step two: with whom, what happened, what is wanted. All may be empty, since photos or a recording will do.

    Returns None with the mistakes by field.
    """
    mistakes: dict[str, FormError] = {}
    topic = form.get("kind", "")
    words = {
        "other": line(form, "other", NAME_LENGTH, mistakes, may_be_empty=True),
        "code": "",
        "story": long_text(form, "story", STORY_LENGTH, mistakes, may_be_empty=True),
        **(claims.read_claim(form, topic, mistakes) if topic in topics() else {}),
    }
    return (None if mistakes else words), mistakes


def as_typed(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed and has to be put right, whole, for the draft to keep it: it is not handed in so."""
    return {"other": form.get("other", ""), "code": "", "story": form.get("story", ""), **claims.as_typed(form)}


@dataclass(frozen=True)
class Contact:
    """The way to reach the applicant."""

    way: str
    phone: str
    when: str = ""
    """When they can be spoken with, in their own words: when nobody else hears it."""


def read_contact(form: Mapping[str, str]) -> tuple[Contact | None, dict[str, FormError]]:
    """Read step three: the way to reach the applicant, and the phone, which is needed for the way `call`.

    Returns None with the mistakes by field.
    """
    mistakes: dict[str, FormError] = {}
    way, raw = form.get("way", ""), form.get("phone", "").strip()
    if way not in WAYS:
        mistakes["way"] = FormError.NOT_OFFERED
    phone, mistake = read_phone(raw) if raw else ("", None)
    if mistake is not None or (way == "call" and not phone):
        mistakes["phone"] = mistake or FormError.NOT_A_PHONE
    when = line(form, "when", SAFE_WAY_LENGTH, mistakes, may_be_empty=True)
    return (None if mistakes or phone is None else Contact(way, phone, when)), mistakes


def read_desk(
    form: Mapping[str, str], sources: Sequence[str], today: date
) -> tuple[DeskForm | None, dict[str, FormError]]:
    """Read an application at the desk, all at once; if the applicant is absent, its people may be missing.

    `sources`: the codes the reader may choose. Returns None with the mistakes by field.
    """
    mistakes: dict[str, FormError] = {}
    words, present = long_text(form, "words", STORY_LENGTH, mistakes), bool(form.get("present"))
    line(form, "applicant", NAME_LENGTH, mistakes, may_be_empty=not present)
    line(form, "respondent", NAME_LENGTH, mistakes, may_be_empty=True)
    topic, source, way = form.get("kind", ""), form.get("source", ""), form.get("way", "call")
    for name, value, offered in (("kind", topic, tuple(topics())), ("source", source, sources), ("way", way, WAYS)):
        if value not in offered:
            mistakes[name] = FormError.NOT_OFFERED
    raw = form.get("phone", "").strip()
    phone, mistake = read_phone(raw) if raw else ("", None)
    if mistake is not None:
        mistakes["phone"] = mistake
    asked: dict[str, Any] = {field.name: bool(form.get(field.name)) for field in danger.ASKED}
    asked["safe_way"] = line(form, "safe_way", SAFE_WAY_LENGTH, mistakes, may_be_empty=True)
    on = day_of_application(form.get("on", "").strip(), today, mistakes)
    claim = claims.read_claim(form, "", mistakes)
    if mistakes or phone is None:
        return None, mistakes
    return DeskForm(
        topic=topic,
        source=Source(source),
        way=way,
        words=words,
        present=present,
        phone=phone,
        on=on,
        danger=danger.note_of(asked),
        claim=claim,
    ), mistakes


def day_of_application(raw: str, today: date, mistakes: dict[str, FormError]) -> str:
    """Return the day on which a matter was brought by word of mouth; empty for today, or with a mistake noted."""
    day = read_day(raw) if raw else today
    if day is None or day < today - timedelta(OLDEST_APPLICATION_DAYS):
        mistakes["on"] = FormError.NOT_A_DAY
    elif day > today:
        mistakes["on"] = FormError.DAY_TO_COME
    return day.isoformat() if day is not None and day < today else ""
