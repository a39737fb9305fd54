"""flask search rebuild: rebuild the index of a village from its records."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from consult.cli import named_villages
from consult.models import Village, db
from consult.services.core import transactions
from consult.services.site import search_index

cli = AppGroup("search", help="The search index.")


@cli.command("rebuild")
@click.option("--village", "slug", default=None, help="Its slug; all villages without it.")
def rebuild(slug: str | None) -> None:
    """Nothing is lost by it: the index is derived from what stands in the records."""
    query = select(Village.id, Village.slug).order_by(Village.id)
    found = db.session.execute(query.where(Village.slug == slug) if slug else query).all()
    if slug and not found:
        raise named_villages.unknown(slug)
    for village_id, name in found:
        with transactions.writing():
            click.echo(f"{name}: {search_index.rebuild(village_id)} 段 / texts")
