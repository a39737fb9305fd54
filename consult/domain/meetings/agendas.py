"""The agenda of a meeting: what is heard, talked over, put to the vote, and how each item ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from consult.domain.form_errors import FormError, fen
from consult.domain.law import matters, motion_checks
from consult.domain.law.matters import Whose
from consult.domain.law.motion_checks import Check, LawQuestion
from consult.domain.polls import poll_plans
from consult.domain.polls.poll_plans import Asked
from consult.domain.polls.resolution_texts import FUNDING_LENGTH, TEXT_LENGTH, ResolutionText
from consult.domain.private_numbers import mistake_of
from consult.domain.talk.consultations import SUMMARY_LENGTH
from consult.domain.text_fields import line, long_text

TITLE_LENGTH, REASON_LENGTH, MOST_ITEMS = 60, 200, 30


class ItemKind(StrEnum):
    """The kind of an item of the agenda."""

    REPORT = "report"
    DISCUSSION = "discussion"
    MOTION = "motion"


class Result(StrEnum):
    """The result of a closed item. A motion that was voted on takes the outcome of its newest vote."""

    HEARD = "heard"
    TALKED_OVER = "talked_over"
    POSTPONED = "postponed"
    INQUORATE = "inquorate"
    """Too few were here to decide it: it was put off, not lost."""
    CARRIED = "carried"
    NOT_CARRIED = "not_carried"


CHOSEN = (Result.HEARD, Result.TALKED_OVER, Result.POSTPONED)
"""What an officer may say. Whether a motion was carried follows from its vote alone."""
PUT_OFF = frozenset({Result.POSTPONED, Result.INQUORATE})
"""Results after which an item may come again, at the same meeting or at another one."""


@dataclass(frozen=True, kw_only=True)
class MotionPlan:
    """The kind of matter, check and vote that the form of an item has. None: it says nothing, and what is on record stays."""

    matter: str | None = None
    """A code of matters.toml."""
    group_id: int | None = None
    """Whose matter it is; None: the village's."""
    check: Check | None = None
    vote: Asked | None = None


@dataclass(frozen=True)
class ItemPlan:
    """An item as written. A motion is about a proposal: one that is there, or a new one with these words."""

    title: str
    kind: ItemKind
    consultation_id: int | None
    summary: str
    reason: str
    """Why it is put on the agenda after the call; empty before."""
    short_notice: str = ""
    """Why it is voted on though it did not stand in the notice. For this item alone."""
    authorisation: str = ""
    """The assembly's, for this item alone."""
    motion: MotionPlan | None = None
    """None: whoever wrote it may only put it on the agenda."""
    resolution: ResolutionText = field(default_factory=ResolutionText)
    """What is put to the vote. What is left empty is taken from the proposal."""
    text_at: datetime | None = None
    """When it was written, where it was studied as the text of an earlier meeting's item; None: it is written now."""


def read_item_form(
    form: Mapping[str, str], *, proposals: Collection[int], called: bool, groups: Collection[int] | None = None
) -> tuple[ItemPlan | None, dict[str, FormError]]:
    """Return an item from the fields of a form, or the mistakes in it. After the call an item needs a reason.

    `groups`: those whose matter it can be; None: the reader may only put it on the agenda, and what the form says of kind
    of matter, check and vote is left out.
    """
    mistakes: dict[str, FormError] = {}
    title = line(form, "title", TITLE_LENGTH, mistakes)
    kind, chosen = form.get("kind", ""), form.get("consultation_id", "")
    if kind not in list(ItemKind):
        mistakes["kind"] = FormError.NOT_OFFERED
    if chosen and chosen not in map(str, proposals):
        mistakes["consultation_id"] = FormError.NOT_OFFERED
    wordless = kind == ItemKind.MOTION and not chosen
    summary = long_text(form, "summary", SUMMARY_LENGTH, mistakes, may_be_empty=not wordless)
    reason = line(form, "reason", REASON_LENGTH, mistakes, may_be_empty=not called)
    decides = groups is not None and kind == ItemKind.MOTION
    exceptions = _read_exceptions(form, mistakes) if decides else ("", "")
    motion = _read_motion(form, groups or (), mistakes) if decides else None
    resolution = read_resolution(form, mistakes)
    if mistakes:
        return None, mistakes
    plan = ItemPlan(
        title,
        ItemKind(kind),
        int(chosen) if chosen else None,
        summary,
        reason if called else "",
        short_notice=exceptions[0] if called else "",
        authorisation=exceptions[1],
        motion=motion,
        resolution=resolution,
    )
    return plan, {}


def _read_exceptions(form: Mapping[str, str], mistakes: dict[str, FormError]) -> tuple[str, str]:
    short_notice = line(form, "short_notice", REASON_LENGTH, mistakes, may_be_empty=True)
    return short_notice, line(form, "authorisation", REASON_LENGTH, mistakes, may_be_empty=True)


def _read_motion(form: Mapping[str, str], groups: Collection[int], mistakes: dict[str, FormError]) -> MotionPlan:
    """Read kind of matter, check and vote. Each may be left out as a whole: then what is on record of it stays."""
    matter, group_id = _read_matter(form, groups, mistakes)
    check, vote = None, None
    if any(form.get(question.value) for question in LawQuestion):
        check, wrong = motion_checks.read_check_form(form)
        mistakes.update(wrong)
    if form.get("question", "").strip():
        vote, wrong = poll_plans.read_asked({**form, "kind": form.get("method", "")})
        mistakes.update({"method" if name == "kind" else name: what for name, what in wrong.items()})
    return MotionPlan(matter=matter, group_id=group_id, check=check, vote=vote)


def _read_matter(
    form: Mapping[str, str], groups: Collection[int], mistakes: dict[str, FormError]
) -> tuple[str | None, int | None]:
    code, group = form.get("matter", ""), form.get("whose", "")
    if not code:
        return None, None
    if code not in matters.codes():
        mistakes["matter"] = FormError.NOT_OFFERED
        return None, None
    whose = matters.find(code).whose
    if (group and group not in map(str, groups)) or (whose is Whose.GROUP and not group):
        mistakes["whose"] = FormError.NOT_OFFERED
        return None, None
    return code, int(group) if group and whose is not Whose.VILLAGE else None


def read_titles(form: Mapping[str, str], mistakes: dict[str, FormError]) -> list[str]:
    """Return items that are only heard, one on each line of the field `reports`."""
    rows = [" ".join(row.split()) for row in form.get("reports", "").splitlines()]
    titles = [row for row in rows if row]
    if len(titles) > MOST_ITEMS or any(len(title) > TITLE_LENGTH for title in titles):
        mistakes["reports"] = FormError.LINES_TOO_LONG.with_numbers(lines=MOST_ITEMS, most=TITLE_LENGTH)
    elif mistake := mistake_of(*titles):
        mistakes["reports"] = mistake
    return titles


def read_text_form(form: Mapping[str, str]) -> tuple[str, dict[str, FormError]]:
    """Return the field `resolution` of a form that changes a text, or the mistake in it."""
    mistakes: dict[str, FormError] = {}
    return long_text(form, "resolution", TEXT_LENGTH, mistakes), mistakes


def read_resolution(form: Mapping[str, str], mistakes: dict[str, FormError]) -> ResolutionText:
    """Return the fields `resolution`, `cost` and `funding`. All may be empty; what costs something names its source."""
    text = long_text(form, "resolution", TEXT_LENGTH, mistakes, may_be_empty=True)
    source = line(form, "funding", FUNDING_LENGTH, mistakes, may_be_empty=True)
    typed = form.get("cost", "").strip()
    cost = fen(typed) if typed else None
    if typed and cost is None:
        mistakes["cost"] = FormError.NOT_MONEY
    if cost and not source:
        mistakes["funding"] = FormError.FUNDING_UNNAMED
    return ResolutionText(text, cost, ((source, None),) if source else ())
