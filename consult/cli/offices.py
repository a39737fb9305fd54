"""flask offices show | give | end: offices of a village that runs, by two officers beside the machine."""

from collections.abc import Sequence
from datetime import datetime

import click
from flask.cli import AppGroup

from consult import clock
from consult.cli import named_villages
from consult.domain.instants import read_day
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import SETTLES_RIGHTS, Role
from consult.domain.refusals import Refused
from consult.models import Person, Village, db
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import grants, rights, villages
from consult.services.people.grants import Term
from consult.services.people.rights import WantedRight

cli = AppGroup("offices", help="Offices.")
by_option = click.option("--by", "names", multiple=True, required=True, help="Who settles it, by name: twice.")


@cli.command("show")
@click.argument("slug")
def show(slug: str) -> None:
    """List who holds which office in a village, and until when."""
    village = named_villages.find(slug)
    on = villages.local_day(village, clock.now())
    for grant in grants.in_village(village.id):
        if grant.ended_at is None and (grant.until is None or grant.until >= on):
            person = db.session.get_one(Person, grant.person_id)
            click.echo(f"{grant.role.value} · {person.name} · {grant.since} – {grant.until or '…'}")


@cli.command("give")
@click.argument("slug")
@click.option("--person", "name", required=True, help="Who is to hold it, by name.")
@click.option(
    "--office", type=click.Choice(sorted(role.value for role in Role if role is not Role.VILLAGER)), required=True
)
@click.option("--since", required=True, help="First day, as 2026-01-01.")
@click.option("--until", default="", help="Last day; none: until somebody ends it.")
@by_option
def give(slug: str, name: str, office: str, names: tuple[str, ...], **term: str) -> None:
    """Give an office, as two persons of different offices do it on the page: it waits as it does there."""
    village = named_villages.find(slug)
    first, last = read_day(term["since"]), read_day(term["until"]) if term["until"] else None
    if first is None or (term["until"] and last is None):
        raise click.ClickException("日期写成 2026-01-01 / a day is written as 2026-01-01")
    person = named_villages.person(village, name)
    wanted = WantedRight(kind=RightKind.OFFICE_GIVEN, person_id=person.id, role=Role(office), term=Term(first, last))
    _settle(village, wanted, [named_villages.person(village, one) for one in names])


@cli.command("end")
@click.argument("slug")
@click.option("--person", "name", required=True, help="Who holds it, by name.")
@click.option(
    "--office", type=click.Choice(sorted(role.value for role in Role if role is not Role.VILLAGER)), required=True
)
@by_option
def end(slug: str, name: str, office: str, names: tuple[str, ...]) -> None:
    """End an office, as two persons of different offices do it on the page."""
    village = named_villages.find(slug)
    person = named_villages.person(village, name)
    held = [one for one in grants.not_ended(person.id) if one.role == Role(office)]
    if len(held) != 1:
        raise click.ClickException(f"{name} 这个职务有 {len(held)} 个 / {name} holds {len(held)} such offices")
    wanted = WantedRight(kind=RightKind.OFFICE_ENDED, person_id=person.id, role=held[0].role, grant_id=held[0].id)
    _settle(village, wanted, [named_villages.person(village, one) for one in names])


def _settle(village: Village, wanted: WantedRight, officers: Sequence[Person]) -> None:
    """Let one officer ask and the other confirm. Raises ClickException."""
    if len(officers) != 2:
        raise click.ClickException("要两个人 / two are needed: --by NAME --by NAME")
    now = clock.now()
    on = villages.local_day(village, now)
    first, second = (villages.roles_of(one, on=on) & SETTLES_RIGHTS for one in officers)
    office = next(iter(sorted(first)), None)
    other = next(iter(sorted(second - {office})), None)
    if office is None or other is None:
        raise click.ClickException(
            "要两个不同的、管职务的职务 / two different offices that may settle rights are needed"
        )
    try:
        settled = _both(wanted, (officers[0], office.value), (officers[1], other.value), now=now)
    except Refused as refusal:
        raise click.ClickException(f"没办成 / refused: {refusal.reason.value}") from None
    click.echo(
        "办好了 / settled; 要等的日子和网页上一样 / it waits as on the page"
        if settled
        else "本来就是这样 / nothing changes"
    )


@atomic
def _both(wanted: WantedRight, first: tuple[Person, str], second: tuple[Person, str], *, now: datetime) -> bool:
    """Ask and confirm in one, so that what the second may not confirm was asked in nobody's name. Raises Refused.

    False: it is so already.
    """
    change = rights.ask(wanted, first[1], Act.of(first[0], now=now))
    if change is not None:
        rights.confirm(change.id, second[1], Act.of(second[0], now=now))
    return change is not None
