"""flask clock show | settle: what is known of the machine's clock; end a doubt about it by two persons."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from consult import clock
from consult.cli import named_villages
from consult.cli.shared import codes
from consult.cli.shared.refused import told
from consult.domain.audit import Tag
from consult.domain.people import two_persons
from consult.domain.people.roles import CONFIRMS_THE_TIME
from consult.domain.refusals import Refused
from consult.models import ClockDoubt, Village, db
from consult.services.core import sure_time
from consult.services.core.acts import Act
from consult.services.machine import clock_settlements, clock_watch
from consult.services.people import villages
from consult.services.people.villages import local_day

cli = AppGroup("clock", help="The machine's clock.")


@cli.command("show")
def show() -> None:
    """Say what the clock shows, when it was last known to be right, and which villages doubt it."""
    clock_watch.attend()
    click.echo(
        f"现在 / now: {clock.now().isoformat(timespec='seconds')}, last seen: {sure_time.last_seen() or 'never'}"
    )
    for doubt in db.session.scalars(select(ClockDoubt).where(ClockDoubt.settled_at.is_(None))).all():
        slug = db.session.get_one(Village, doubt.village_id).slug
        click.echo(
            f"{slug}: {codes.named(doubt.kind)} · 准到 / right until {doubt.trusted_at.isoformat(timespec='seconds')} · "
            f"要 {doubt.persons_needed} 个人，已有 {len(doubt.confirmations)} 个 / persons needed, have confirmed"
        )


@cli.command("settle")
@click.argument("slug")
@click.option("--person", "names", multiple=True, required=True, help="Who says so, by name; once for each person.")
@click.option("--yes", is_flag=True, help="Do not ask whether the time is right.")
def settle(slug: str, names: tuple[str, ...], yes: bool) -> None:
    """End a doubt about the clock for officers who stand beside the machine: two of different offices."""
    village = named_villages.find_for(slug, Tag.CLOCK_CONFIRMED)
    shown = clock.now()
    if not yes:
        click.confirm(f"现在是这个时间吗？/ Is it now {shown.isoformat(timespec='minutes')} (UTC)?", abort=True)
    village_id, ended = village.id, False
    people = [named_villages.person(village, name) for name in names]
    held = [villages.roles_of(person, on=local_day(village, shown)) for person in people]
    offices = two_persons.different_offices(held, CONFIRMS_THE_TIME)
    if offices is None:
        raise click.ClickException(
            "每个人要有一个可以确认时间的职务，各不相同 / "
            "each must hold an office that may say what time it is, and no two the same"
        )
    for person, office in zip(people, offices, strict=True):
        try:
            ended = clock_settlements.confirm(village_id, str(office), Act.of(person, now=clock.now()), shown_at=shown)
        except Refused as refusal:
            raise told(refusal) from None
    click.echo("对好了 / settled" if ended else "还要另一个职务的一个人 / one more person of another office is needed")
