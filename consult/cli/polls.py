"""flask polls close-due: closes what is past its time. The job runner does the same each minute."""

import click
from flask.cli import AppGroup

from consult import clock
from consult.services import closing, transactions

cli = AppGroup("polls", help="Polls.")


@cli.command("close-due")
def close_due() -> None:
    """Close and count every poll past its closing time."""
    transactions.expect(reading=False)
    closed = closing.close_due(now=clock.now())
    click.echo(f"closed: {', '.join(map(str, closed)) or 'none'}")
