"""Find the village that a command names."""

import click
from sqlalchemy import select

from consult.models import Person, Village, db
from consult.services.site import village_addresses


def find(slug: str) -> Village:
    """Return the village of a slug. Raises click.ClickException."""
    village = db.session.scalar(select(Village).where(Village.slug == slug))
    if village is None:
        raise unknown(slug)
    return village


def find_open(slug: str) -> Village:
    """Return the village of a slug whose records may be changed. Raises click.ClickException for a closed one too."""
    village = find(slug)
    if village.closed_at is not None:
        raise click.ClickException(
            f"这个村已经关闭，只能看；先 flask village reopen {slug} / "
            f"this village is closed; first type: flask village reopen {slug}"
        )
    return village


def unknown(slug: str) -> click.ClickException:
    """Return the error for a slug that no village has, or that one had before."""
    if moved := village_addresses.leads_to(slug):
        return click.ClickException(f"{slug} 现在叫 {moved} / '{slug}' is called '{moved}' now: type that")
    return click.ClickException(f"没有这个村 / there is no village '{slug}'")


def person(village: Village, name: str) -> Person:
    """Return the one person of a village with a name. Raises click.ClickException."""
    found = db.session.scalars(select(Person).where(Person.village_id == village.id, Person.name == name)).all()
    if len(found) != 1:
        raise click.ClickException(f"叫 {name} 的有 {len(found)} 个人 / {len(found)} people are called {name}")
    return found[0]
