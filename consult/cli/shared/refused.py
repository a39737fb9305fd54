"""Say why a command was refused, in the words of the pages."""

from collections.abc import Mapping

import click

from consult.cli.shared import codes
from consult.domain.refusals import Reason, Refused


def told(refusal: Refused, own: Mapping[Reason, str] | None = None) -> click.ClickException:
    """Return the error of a refused command; `own`: sentences that say what to type, by their reason."""
    if own and refusal.reason in own:
        return click.ClickException(own[refusal.reason])
    return click.ClickException(f"没办成：{codes.refused(refusal)}")
