"""flask village create SLUG --name NAME"""

import re

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from consult import clock
from consult.services.people import villages

cli = AppGroup("village", help="Villages.")


@cli.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="The village's name, as it stands on notices.")
@click.option("--province", default="", help="Its province, for rules of its own.")
@click.option(
    "--collective",
    default="",
    help="Name of its collective organisation; none: the committee acts for it.",
)
@click.option("--township", is_flag=True, help="No village, but the collective organisation of a township.")
def create(slug: str, name: str, province: str, collective: str, *, township: bool) -> None:
    """Set up a village with an empty roll. SLUG is its part of every address: small letters, figures, hyphens."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", slug):
        raise click.ClickException(
            "SLUG 要 2 到 40 个小写字母、数字或连字号，字母开头 / "
            "SLUG must be 2 to 40 small letters, figures or hyphens, and begin with a letter."
        )
    try:
        villages.create(
            slug,
            name,
            now=clock.now(),
            province=province,
            collective=name if township else collective,
            is_township=township,
        )
    except IntegrityError as error:
        raise click.ClickException(f"已经有这个村 / there is a village '{slug}' already") from error
    click.echo(f"建好了 / created: {name} at /{slug}/")
