"""What somebody typed into a form whose act could not be done: shown on the page that says so, and sent again from it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import current_app, has_request_context, request
from flask_babel import gettext

from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import FieldKind
from consult.web.cookies import safe_path

SECRET_FIELDS = frozenset({"code", "pin", "proof", "digits", "csrf_token"})
"""Never shown and never put into a page again, also by guards.kept_forms; a check compares them with the forms."""
BARE = re.compile(r"[\x21-\x7e]*")
"""One word of signs of ASCII: an address, a number, a name that was typed; or a key, or a code that was chosen."""
NOT_TYPED = re.compile(
    r"kept_mark|(kept|choice|key|seen|next|step|proof_step|picture|photos|sound|voice|file|group|credential|hands|up_to)\d*"
    r"|(q|all)-\w+|.*_id|at_desk|shown_at|read_back|is_here|who_.*|done\d*"
    r"|accepted|at|base|rev|so|body|lacks_capacity|collective|member|sex|majority|own_labour|quorum|whose|channel|consultation|corrects|decision|draft|elder|granted|ground|import|into|item|kind"
    r"|language|matter|office|closing_day|plan_every|plan_way|rows_shown|sure|taker|claim|in|more_rows|edit_row|same|topic|what|all_paid|all_yes|fill|long_way|make_plan|plan_by|sort|paper|petition|phase|position|result|role|satisfied|alike|somebody_else|secrecy|shared|stage|stance"
    r"|standing|state|poll|secret_letters|upheld|annulled_by|by|about_me|turnout|way|counter|unanimous|method|then|person|carry|copy|power|lawful|rights|women|money"
)
"""Fields that are chosen, ticked or made by the server; a check compares them with the templates."""
MADE = frozenset({"seen", "key", "kept_mark", "base", "rev"})
"""Made by the server whatever they hold: what somebody had before them is told part by part, with spaces between."""
DAY_AND_HOUR = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")
CASE_ACTS = "case_acts"
CHOSEN_IN_CASES = frozenset(
    field.name
    for rule in RULES.values()
    for field in rule.fields
    if field.kind
    not in {
        FieldKind.LINE,
        FieldKind.TEXT,
        FieldKind.MONEY,
        FieldKind.NUMBER,
        FieldKind.PHONE,
        FieldKind.LIST,
        FieldKind.CREDIT_CODE,
    }
)


class Typed(NamedTuple):
    """One value that somebody typed, and what its field is called in the reader's language; empty where forms differ."""

    label: str
    value: str


@cache
def labels() -> Mapping[str, str]:
    """Return the msgids of what the fields of the forms are called, by the name of the field."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def typed() -> Sequence[Typed]:
    """Return what was typed into the form that was sent, in its order, without keys, choices and secrets."""
    return [
        Typed(gettext(labels()[name]) if name in labels() else "", DAY_AND_HOUR.sub(r"\1 \2", value))
        for name, value in fields()
        if is_typed(name, value)
    ]


def is_typed(name: str, value: str) -> bool:
    """Tell whether somebody would miss a value: words, and every word, number or address that was typed."""
    if name in MADE:
        return False
    if not value.strip() or not BARE.fullmatch(value.strip()):
        return bool(value.strip())
    chosen = CHOSEN_IN_CASES if has_request_context() and request.blueprint == CASE_ACTS else ()
    return NOT_TYPED.fullmatch(name) is None and name not in chosen


def fields() -> Sequence[tuple[str, str]]:
    """Return all fields of the form that was sent, in its order, without secrets. None for a GET."""
    if request.method != "POST":
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET_FIELDS]


def page_of_form() -> str:
    """Return the address of the page that the form stood on, on this site.

    Empty where the browser does not say, or names an address that has no page to read.
    """
    came = urlsplit(request.referrer or "")
    same = request.method == "POST" and came.netloc == request.host and came.path != request.path
    page = safe_path(came.path, "") if same else ""
    return page if page and is_read(page) else ""


def is_read(path: str) -> bool:
    """Tell whether a page of this site can be read at a path."""
    addresses = current_app.create_url_adapter(request)
    return addresses is not None and addresses.test(path, "GET")


def had_files() -> bool:
    """Tell whether a file came with the form: a browser does not choose it again by itself."""
    return request.method == "POST" and any(upload.filename for upload in request.files.values())
