"""flask audit verify: verify all records without trusting the server."""

import sys

import click
from flask.cli import AppGroup
from sqlalchemy import select

from consult import clock
from consult.domain.audit import head_digits
from consult.domain.private_numbers import found_in
from consult.models import Village, db
from consult.services.core import audit, rollback_guard
from consult.services.site.verification import faults_of, guards_missing

cli = AppGroup("audit", help="The log of each village.")


@cli.command("verify")
@click.option("--village", "slug", help="One village; without it, all.")
@click.option("--head", "printed_head", help="The head of the log as printed on a notice: 8 groups of 4 digits.")
def verify_all(slug: str | None, printed_head: str | None) -> None:
    """Recompute chain, fingerprints, rolls, ballots and counts. Exit code 1, and a line for each fault."""
    query = select(Village).order_by(Village.id)
    villages = db.session.scalars(query.where(Village.slug == slug) if slug else query).all()
    if slug and not villages:
        raise click.ClickException(f"there is no village '{slug}'")
    faults = 0
    for fault in guards_missing():
        faults += 1
        click.echo(fault)
    for village in villages:
        for fault in faults_of(village, printed_head=printed_head):
            faults += 1
            click.echo(f"{village.slug}: {fault}")
        click.echo(f"{village.slug}: head {head_digits(audit.head(village.id))}")
    click.echo("all is as recorded" if not faults else f"{faults} faults")
    sys.exit(1 if faults else 0)


@cli.command("accept-restored")
@click.option("--reason", required=True, help="What happened; it stands in the log for good.")
def accept_restored(reason: str) -> None:
    """Go on with an older database that was put back. The log then says what was lost, and who reads it can see it."""
    if found_in(reason):
        raise click.ClickException("There is a phone, identity or bank card number in it; the log is for everybody.")
    villages = rollback_guard.accept(reason, now=clock.now())
    click.echo(f"accepted for: {', '.join(map(str, villages)) or 'none'}. Restart the server now.")
