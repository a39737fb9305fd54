"""Find the village that a command names."""

import click
from sqlalchemy import select

from consult.models import Village, db


def find(slug: str) -> Village:
    """Return the village of a slug. Raises click.ClickException."""
    village = db.session.scalar(select(Village).where(Village.slug == slug))
    if village is None:
        raise no_such(slug)
    return village


def no_such(slug: str) -> click.ClickException:
    """Return the error for a slug that no village has."""
    return click.ClickException(f"没有这个村 / there is no village '{slug}'")
