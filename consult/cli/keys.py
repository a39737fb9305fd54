"""flask keys rotate: seal everything anew under another data key."""

import click
from flask.cli import AppGroup

from consult.config import Misconfigured
from consult.services.site import key_rotation

cli = AppGroup("keys", help="The key of the data.")


@cli.command("rotate")
def rotate() -> None:
    """Seal everything under DATA_KEY that is still under DATA_KEY_OLD. It may be stopped and repeated."""
    try:
        changed = key_rotation.rotate()
    except Misconfigured as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{changed} sealed anew. Take DATA_KEY_OLD away now, restart the services, and make a backup.")
