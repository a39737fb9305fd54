"""flask offices show | give | end: offices of a village that runs, by two officers beside the machine."""

import click
from flask.cli import AppGroup

from consult import clock
from consult.cli import named_villages
from consult.cli.shared import codes
from consult.cli.shared.two_officers import by_option, settle
from consult.domain.audit import Tag
from consult.domain.characters import said_back
from consult.domain.instants import read_day
from consult.domain.people.office_terms import Term
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import Role
from consult.models import Person, db
from consult.services.people import grants, villages
from consult.services.people.rights import WantedRight

cli = AppGroup("offices", help="Offices.")


@cli.command("show")
@click.argument("slug")
def show(slug: str) -> None:
    """List who holds which office in a village, and until when."""
    village = named_villages.find(slug)
    on = villages.local_day(village, clock.now())
    for grant in grants.in_village(village.id):
        if grant.ended_at is None and (grant.until is None or grant.until >= on):
            person = db.session.get_one(Person, grant.person_id)
            click.echo(f"{codes.named(grant.role)} · {person.name} · {grant.since} – {grant.until or '…'}")


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
    village = named_villages.find_for(slug, Tag.ROLE_GRANTED)
    first, last = read_day(term["since"]), read_day(term["until"]) if term["until"] else None
    if first is None or (term["until"] and last is None):
        raise click.ClickException("日期写成 2026-01-01 / a day is written as 2026-01-01")
    person = named_villages.person(village, name)
    wanted = WantedRight(kind=RightKind.OFFICE_GIVEN, person_id=person.id, role=Role(office), term=Term(first, last))
    settle(village, wanted, [named_villages.person(village, one) for one in names])


@cli.command("end")
@click.argument("slug")
@click.option("--person", "name", required=True, help="Who holds it, by name.")
@click.option(
    "--office", type=click.Choice(sorted(role.value for role in Role if role is not Role.VILLAGER)), required=True
)
@by_option
def end(slug: str, name: str, office: str, names: tuple[str, ...]) -> None:
    """End an office, as two persons of different offices do it on the page."""
    village = named_villages.find_for(slug, Tag.ROLE_ENDED)
    person = named_villages.person(village, name)
    held = [one for one in grants.not_ended(person.id) if one.role == Role(office)]
    if len(held) != 1:
        raise click.ClickException(
            f"{said_back(name)} 这个职务有 {len(held)} 个 / {said_back(name)} holds {len(held)} such offices"
        )
    wanted = WantedRight(kind=RightKind.OFFICE_ENDED, person_id=person.id, role=held[0].role, grant_id=held[0].id)
    settle(village, wanted, [named_villages.person(village, one) for one in names])
