"""Settled on the spot: one page from filing to performance."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from consult.domain.cases.choices import every_claim, topics
from consult.domain.cases.writing_once.on_the_spot import ROWS, read_form
from consult.domain.people import roles
from consult.domain.refusals import Refused
from consult.services.cases import on_the_spot, reading
from consult.views.cases import filings
from consult.views.cases.common import no_store, reader
from consult.web import errors, pages
from consult.web.access import act, only, today
from consult.web.forms import key_from
from consult.web.words.cases import case_claim_words, case_page_words, on_the_spot_words

bp = no_store(Blueprint("on_the_spot", __name__))
LONG = "long_way"
"""The button that files the case and keeps the words where a rule wants more than this page."""


@bp.get("/<slug>/cases/on-the-spot")
@only(*sorted(roles.MEDIATES))
def new() -> Response:
    """Show the one page, empty."""
    values = {"key": secrets.token_urlsafe(18), "on": today().isoformat(), "source": filings.sources()[0][0]}
    return _page(values, {})


@bp.post("/<slug>/cases/on-the-spot")
@only(*sorted(roles.MEDIATES))
def settle() -> Response:
    """File, mediate, agree and perform in one; or say which rule wants the long way, with all words kept."""
    form = request.form.to_dict()
    key = key_from(form)
    told, wrong = read_form(form, [code for code, _ in filings.sources()], today())
    sides = filings.sides(form, wrong)
    if told is None or wrong:
        return _page({**form, "key": key}, case_page_words.mistakes(wrong), status=422)
    try:
        row = on_the_spot.settle(told, sides, reader(), act(key), long_way=LONG in form)
    except Refused as refusal:
        again = {**form, "key": key, "refused": refusal.reason.value}
        return errors.shown_again(refusal, lambda said, status: _page(again, said, status))
    if reading.opened(row.address, reader()) is None:
        return pages.done(url_for("cases.index"))
    return pages.done(url_for("case_pages.show", address=row.address))


def _page(values: Mapping[str, Any], mistakes: Mapping[str, str], status: int = 200) -> Response:
    asks = case_claim_words.asks("")
    return pages.page(
        "cases/on_the_spot.html",
        status,
        values=values,
        mistakes=mistakes,
        refused=values.get("refused", ""),
        sources=filings.sources(),
        topics=[(code, case_page_words.code("topic", code)) for code in topics()],
        who=[("1", on_the_spot_words.label("applicant")), ("2", on_the_spot_words.label("respondent"))],
        rows=range(1, ROWS + 1),
        wants=case_claim_words.wants(every_claim()),
        asks=asks,
        labels=on_the_spot_words.labels() | case_claim_words.labels(asks) | case_page_words.row_fields(ROWS),
        words=case_page_words,
    )
