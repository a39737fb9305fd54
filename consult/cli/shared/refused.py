"""Say why a command was refused, in the words of the pages."""

from collections.abc import Mapping

import click

from consult.domain import languages
from consult.domain.refusals import Reason, Refused
from consult.web import i18n
from consult.web.words import refusal_words


def told(refusal: Refused, own: Mapping[Reason, str] | None = None) -> click.ClickException:
    """Return the error of a refused command; `own`: sentences that say what to type, by their reason."""
    if own and refusal.reason in own:
        return click.ClickException(own[refusal.reason])
    with i18n.speaking(languages.OFFICIAL):
        sentence = refusal_words.refusal(refusal)
    return click.ClickException(f"没办成 / refused ({refusal.reason.value}): {sentence}")
