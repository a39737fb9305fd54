"""Read the forms by which a case is brought: two small steps on a phone, one form at the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consult.domain.cases.choices import topics
from consult.domain.cases.states import CaseRole, Source
from consult.domain.form_errors import FormError
from consult.domain.people.people import phone_number
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


WAYS = ("call", "visit", "come")
NAME_LENGTH, STORY_LENGTH = 20, 2000


def read_story(form: Mapping[str, str]) -> tuple[dict[str, str] | None, dict[str, FormError]]:
    """Read step two: with whom, and what happened. Both may be empty, since photos or a recording will do.

    Returns None with the mistakes by field.
    """
    mistakes: dict[str, FormError] = {}
    words = {
        "other": line(form, "other", NAME_LENGTH, mistakes, may_be_empty=True),
        "code": "",
        "story": long_text(form, "story", STORY_LENGTH, mistakes, may_be_empty=True),
    }
    return (None if mistakes else words), mistakes


def as_typed(form: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed and has to be put right, for the draft to keep it."""
    return {
        name: form.get(name, "")[:most] for name, most in (("other", NAME_LENGTH), ("code", 0), ("story", STORY_LENGTH))
    }


def read_contact(form: Mapping[str, str]) -> tuple[tuple[str, str] | None, dict[str, FormError]]:
    """Read step three: the way to reach the applicant, and the phone, which is needed for the way `call`.

    Returns None with the mistakes by field.
    """
    mistakes: dict[str, FormError] = {}
    way, raw = form.get("way", ""), form.get("phone", "").strip()
    if way not in WAYS:
        mistakes["way"] = FormError.NOT_OFFERED
    phone = phone_number(raw) if raw else ""
    if phone is None or (way == "call" and not phone):
        mistakes["phone"] = FormError.NOT_A_PHONE
    return (None if mistakes or phone is None else (way, phone)), mistakes


def read_desk(form: Mapping[str, str], sources: Sequence[str]) -> tuple[DeskForm | None, dict[str, FormError]]:
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
    phone = phone_number(raw) if raw else ""
    if phone is None:
        mistakes["phone"] = FormError.NOT_A_PHONE
    if mistakes or phone is None:
        return None, mistakes
    return DeskForm(topic=topic, source=Source(source), way=way, words=words, present=present, phone=phone), mistakes
