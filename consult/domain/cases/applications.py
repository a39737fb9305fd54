"""Reading what somebody brings: two small steps on a phone, one form at the desk."""

from collections.abc import Mapping, Sequence
from typing import Any

from consult.domain.cases.choices import topics
from consult.domain.form_errors import FormError
from consult.domain.people.people import phone_number
from consult.domain.text_fields import line, long_text

WAYS = ("call", "visit", "come")
NAME_LENGTH, STORY_LENGTH = 20, 2000


def read_story(form: Mapping[str, str]) -> tuple[dict[str, str] | None, dict[str, FormError]]:
    """Step two: with whom, and what happened. Both may be empty; whether something was told at all is seen with the files."""
    mistakes: dict[str, FormError] = {}
    words = {
        "other": line(form, "other", NAME_LENGTH, mistakes, may_be_empty=True),
        "code": "",
        "story": long_text(form, "story", STORY_LENGTH, mistakes, may_be_empty=True),
    }
    return (None if mistakes else words), mistakes


def as_typed(form: Mapping[str, str]) -> dict[str, str]:
    """What has to be put right, so that it comes back when the draft is opened again."""
    return {
        name: form.get(name, "")[:most] for name, most in (("other", NAME_LENGTH), ("code", 0), ("story", STORY_LENGTH))
    }


def read_contact(form: Mapping[str, str]) -> tuple[tuple[str, str] | None, dict[str, FormError]]:
    """Step three: the way to reach somebody, and the phone. Who wants to be rung up has to say where."""
    mistakes: dict[str, FormError] = {}
    way, raw = form.get("way", ""), form.get("phone", "").strip()
    if way not in WAYS:
        mistakes["way"] = FormError.NOT_OFFERED
    phone = phone_number(raw) if raw else ""
    if phone is None or (way == "call" and not phone):
        mistakes["phone"] = FormError.NOT_A_PHONE
    return (None if mistakes or phone is None else (way, phone)), mistakes


def read_desk(form: Mapping[str, str], sources: Sequence[str]) -> tuple[dict[str, Any] | None, dict[str, FormError]]:
    """All at once, for somebody who is present; a clue may come without its people."""
    mistakes: dict[str, FormError] = {}
    told: dict[str, Any] = {
        "kind": form.get("kind", ""),
        "source": form.get("source", ""),
        "way": form.get("way", "call"),
        "words": long_text(form, "words", STORY_LENGTH, mistakes),
        "present": bool(form.get("present")),
    }
    line(form, "applicant", NAME_LENGTH, mistakes, may_be_empty=not told["present"])
    line(form, "respondent", NAME_LENGTH, mistakes, may_be_empty=True)
    if told["kind"] not in topics():
        mistakes["kind"] = FormError.NOT_OFFERED
    if told["source"] not in sources:
        mistakes["source"] = FormError.NOT_OFFERED
    if told["way"] not in WAYS:
        mistakes["way"] = FormError.NOT_OFFERED
    raw = form.get("phone", "").strip()
    told["phone"] = phone_number(raw) if raw else ""
    if told["phone"] is None:
        mistakes["phone"] = FormError.NOT_A_PHONE
    return (None if mistakes else told), mistakes
