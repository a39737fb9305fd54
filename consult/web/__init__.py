"""What every page shares: access, languages, errors, headers, words."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from consult.config import Config
from consult.web import access, errors, filters, headers, i18n, memory_uploads, numbers, pages, printing
from consult.web.guards import arrivals, carried_codes, edge, handing_out, measures, proofs, security_log, upload_gate
from consult.web.words import (
    council_words,
    lists,
    meeting_words,
    names,
    no_glyphs,
    resolution_words,
    sitting_words,
    tagging,
    talk_words,
    verdict_words,
)
from consult.web.words.people import own_data_words, sign_in_words

WORDS = (
    lists,
    names,
    council_words,
    own_data_words,
    talk_words,
    meeting_words,
    resolution_words,
    verdict_words,
    sign_in_words,
    sitting_words,
    tagging,
    printing,
)
"""Modules whose GLOBALS templates may call."""


def init_app(app: Flask, config: Config) -> None:
    numbers.init_app(app)
    edge.init_app(app)
    i18n.init_app(app, config)
    filters.init_app(app)
    for module in WORDS:
        app.jinja_env.globals.update(module.GLOBALS)
    pages.init_app(app)
    carried_codes.init_app(app)
    access.init_app(app)
    arrivals.init_app(app)
    proofs.init_app(app)
    handing_out.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    no_glyphs.init_app(app)  # before the headers: they tag and squeeze what it has marked
    memory_uploads.init_app(app)
    upload_gate.init_app(app)
    security_log.init_app(app, config)
    measures.init_app(app)
    if config.trusted_proxies:
        n = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
