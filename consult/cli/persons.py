"""flask persons show: who somebody is, for the operator whom an officer asks for help. Numbers are masked."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from consult import clock
from consult.cli import named_villages
from consult.domain.phone_numbers import masked_phone
from consult.models import Household, Person, db
from consult.services.people import villages, ways_in

cli = AppGroup("persons", help="Persons.")


@cli.command("show")
@click.argument("slug")
@click.option("--name", required=True, help="The name, whole.")
def show(slug: str, name: str) -> None:
    """Say where somebody stands on the roll, which offices they hold and whether a number is known."""
    village = named_villages.find(slug)
    on = villages.local_day(village, clock.now())
    found = db.session.scalars(select(Person).where(Person.village_id == village.id, Person.name == name)).all()
    if not found:
        raise click.ClickException(f"没有叫 {name} 的人 / nobody is called {name}")
    for one in found:
        home = db.session.get(Household, one.household_id) if one.household_id is not None else None
        place = f"户 / household {home.code}" if home is not None else "不在名册上 / off the roll"
        number = ways_in.number_of(one)
        offices = ", ".join(sorted(role.value for role in villages.roles_of(one, on=on)))
        click.echo(f"{one.name} · {place} · {masked_phone(number) if number else '没有号码 / no number'} · {offices}")
