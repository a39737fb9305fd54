"""flask demo seed: the demo village, in demo mode only."""

import click
from flask import current_app
from flask.cli import AppGroup

from consult import clock
from consult.config import current_config
from consult.demo import accounts, seed_village
from consult.web.words import refusal_words
from consult.web.words.lists import listed
from consult.web.words.people import right_words

cli = AppGroup("demo", help="The demo village.")


@cli.command("seed")
def seed() -> None:
    """Make the demo village if it is not there, and say who one can be."""
    config = current_config()
    if not config.is_demo:
        raise click.ClickException("演示村只在 CONSULT_MODE=demo 时有 / the demo village is for CONSULT_MODE=demo only")
    village = seed_village.seed(now=clock.now())
    click.echo(f"{village.name}: /{village.slug}/")
    with current_app.test_request_context():
        for one in accounts.members():
            names = listed(refusal_words.role(role) for role in one.roles)
            click.echo(f"  {one.person.name} ({right_words.place(one.person).striptags()}): {names}")
    click.echo(
        "  到 /demo 扮任何一个；或者用验证码登录，验证码在这里和 instance/outbox.jsonl 里\n"
        "  be any of them at /demo; or sign in by code, which shows up here and in instance/outbox.jsonl:"
    )
    for name, phone in seed_village.phones():
        click.echo(f"  {name}: {phone}")
