"""A poll as planned by a council member, read from a form with every mistake found at once."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from consult.domain import instants
from consult.domain.form_errors import FormError
from consult.domain.numbers import read_id, read_number
from consult.domain.polls import methods
from consult.domain.polls.methods.method import VotingMethod
from consult.domain.polls.polls import Standing
from consult.domain.private_numbers import mistake_of
from consult.domain.text_fields import line

QUESTION_LENGTH, OPTION_LENGTH, MOST_OPTIONS, REASON_LENGTH = 120, 60, 12, 200

SECRECY = ("named", "secret")
TURNOUT = ("shown", "after_close")
"""Whether the number of votes is shown while the poll is open. The result never is."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The question and the ways to answer it: the part of a plan that a vote of a meeting has too."""

    kind: str
    """Code of the voting method."""
    question: str
    options: tuple[str, ...]
    max_choices: int
    secret: bool
    paper: bool
    hands: bool


def read_asked(form: Mapping[str, str]) -> tuple[Asked | None, dict[str, FormError]]:
    """Return a vote of a meeting read from the fields of a form, or every mistake in it by field."""
    mistakes: dict[str, FormError] = {}
    asked = _asked(form, mistakes)
    return (None if mistakes else asked), mistakes


def _asked(form: Mapping[str, str], mistakes: dict[str, FormError]) -> Asked | None:
    kind = _offered(form, "kind", methods.codes(), mistakes)
    question = line(form, "question", QUESTION_LENGTH, mistakes)
    secret = _offered(form, "secrecy", SECRECY, mistakes) == "secret"
    if secret and form.get("hands"):
        mistakes["hands"] = FormError.NOT_SECRET_BY_HANDS
    method = methods.METHODS.get(kind)
    options, most = _options(form, method, mistakes) if method and not method.fixed_options else ((), 1)
    if mistakes:
        return None
    return Asked(
        kind=kind,
        question=question,
        options=options,
        max_choices=most,
        secret=secret,
        paper=bool(form.get("paper")),
        hands=bool(form.get("hands")),
    )


@dataclass(frozen=True, kw_only=True)
class PollPlan:
    """Instants are aware. A motion has no options of its own: support, oppose, abstain."""

    body: str
    group_id: int | None
    kind: str
    """Code of the voting method."""
    question: str
    options: tuple[str, ...]
    max_choices: int
    standing: Standing
    short_notice_reason: str
    opens_at: datetime
    closes_at: datetime
    secret: bool = False
    paper: bool = False
    hands: bool = False
    turnout_shown: bool = True

    def columns(self) -> dict[str, Any]:
        """Return the plan as columns of the poll's row; the options stand in a table of their own."""
        return {
            "body": self.body,
            "group_id": self.group_id,
            "kind": str(self.kind),
            "question": self.question,
            "max_choices": self.max_choices,
            "standing": self.standing,
            "short_notice_reason": self.short_notice_reason,
            "opens_at": self.opens_at,
            "closes_at": self.closes_at,
            "secret": self.secret,
            "paper": self.paper,
            "hands": self.hands,
            "turnout_shown": self.turnout_shown,
        }


def read_plan_form(
    form: Mapping[str, str], *, bodies: Collection[str], groups: Collection[int], zone: tzinfo
) -> tuple[PollPlan | None, dict[str, FormError]]:
    """Return a plan read from the fields of a form, or every mistake in it by field."""
    mistakes: dict[str, FormError] = {}
    body = _offered(form, "body", bodies, mistakes)
    asked = _asked(form, mistakes)
    standing = _offered(form, "standing", [s.value for s in Standing], mistakes)
    group = form.get("group_id", "")
    if group and read_id(group) not in groups:
        mistakes["group_id"] = FormError.NOT_OFFERED
    reason = line(form, "short_notice_reason", REASON_LENGTH, mistakes, may_be_empty=True)
    opens_at, closes_at = (instants.read_instant(form, name, zone, mistakes) for name in ("opens_at", "closes_at"))
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        mistakes["closes_at"] = FormError.CLOSES_BEFORE_OPENING
    turnout = _offered(form, "turnout", TURNOUT, mistakes)
    if mistakes or asked is None or opens_at is None or closes_at is None:
        return None, mistakes
    plan = PollPlan(
        body=body,
        group_id=int(group) if group else None,
        **asked.__dict__,
        standing=Standing(standing),
        short_notice_reason=reason,
        opens_at=opens_at,
        closes_at=closes_at,
        turnout_shown=turnout == "shown",
    )
    return plan, {}


def _offered(form: Mapping[str, str], name: str, offers: Collection[str], mistakes: dict[str, FormError]) -> str:
    value = form.get(name, "")
    if value not in offers:
        mistakes[name] = FormError.NOT_OFFERED
    return value


def _options(
    form: Mapping[str, str], method: VotingMethod, mistakes: dict[str, FormError]
) -> tuple[tuple[str, ...], int]:
    lines = [" ".join(row.split()) for row in form.get("options", "").splitlines()]
    options = tuple(row for row in lines if row)
    if len(options) < 2 or len(set(options)) != len(options):
        mistakes["options"] = FormError.TOO_FEW_OPTIONS
    elif len(options) > MOST_OPTIONS or max(map(len, options)) > OPTION_LENGTH:
        mistakes["options"] = FormError.LINES_TOO_LONG.with_numbers(lines=MOST_OPTIONS, most=OPTION_LENGTH)
    elif mistake := mistake_of(*options):
        mistakes["options"] = mistake
    if not method.several:
        return options, 1
    typed = unicodedata.normalize("NFKC", form.get("max_choices", ""))
    most = read_number(typed, least=1, most=max(1, len(options)))
    if most is None:
        mistakes["max_choices"] = FormError.NOT_A_NUMBER
        return options, 1
    return options, most
