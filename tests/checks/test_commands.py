"""Whoever runs a command in a county office reads in Chinese what it does."""

import click

from consult.cli import NOUNS, VERBS, Noun
from consult.cli.chinese import HELP


def named() -> list[str]:
    """Return each command as it is typed after flask."""
    context = click.Context(click.Group())
    verbs = [f"{noun} {verb}" for noun in NOUNS for verb in Noun(noun).list_commands(context)]
    return [*NOUNS, *VERBS, *verbs]


def test_each_command_says_in_chinese_what_it_does():
    assert sorted(HELP) == sorted(named())


def test_the_chinese_stands_before_the_english():
    context = click.Context(click.Group())
    found = Noun("roll").get_command(context, "import")
    assert found is not None and (found.help or "").startswith(HELP["roll import"] + "\n\nRead a roll")
    assert found.get_short_help_str() == HELP["roll import"]
