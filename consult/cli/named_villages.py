"""Find the village that a command names."""

import click
from sqlalchemy import select

from consult.models import Person, Village, db


def find(slug: str) -> Village:
    """Return the village of a slug. Raises click.ClickException."""
    village = db.session.scalar(select(Village).where(Village.slug == slug))
    if village is None:
        raise no_such(slug)
    return village


def no_such(slug: str) -> click.ClickException:
    """Return the error for a slug that no village has."""
    return click.ClickException(f"没有这个村 / there is no village '{slug}'")


def person(village: Village, name: str) -> Person:
    """Return the one person of a village with a name. Raises click.ClickException."""
    found = db.session.scalars(select(Person).where(Person.village_id == village.id, Person.name == name)).all()
    if len(found) != 1:
        raise click.ClickException(f"叫 {name} 的有 {len(found)} 个人 / {len(found)} people are called {name}")
    return found[0]
