"""Settle a change of rights by a command as on the page: one officer asks, another of another office confirms."""

from collections.abc import Sequence
from datetime import datetime

import click

from consult import clock
from consult.cli.shared.refused import told
from consult.domain.people import two_persons
from consult.domain.people.roles import SETTLES_RIGHTS
from consult.domain.refusals import Refused
from consult.models import Person, Village
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import rights, villages
from consult.services.people.rights import WantedRight

by_option = click.option("--by", "names", multiple=True, required=True, help="Who settles it, by name: twice.")


def settle(village: Village, wanted: WantedRight, officers: Sequence[Person]) -> None:
    """Let one officer ask and the other confirm. The log says that a command did it. Raises ClickException."""
    if len(officers) != 2:
        raise click.ClickException("要两个人 / two are needed: --by NAME --by NAME")
    now = clock.now()
    on = villages.local_day(village, now)
    offices = two_persons.different_offices([villages.roles_of(one, on=on) for one in officers], SETTLES_RIGHTS)
    if offices is None:
        raise click.ClickException(
            "要两个不同的、管职务的职务 / two different offices that may settle rights are needed"
        )
    try:
        first, second = ((one, str(office)) for one, office in zip(officers, offices, strict=True))
        settled = _both(wanted, first, second, now=now)
    except Refused as refusal:
        raise told(refusal) from None
    click.echo(
        "办好了 / settled; 要等的日子和网页上一样 / it waits as on the page"
        if settled
        else "本来就是这样 / nothing changes"
    )


@atomic
def _both(wanted: WantedRight, first: tuple[Person, str], second: tuple[Person, str], *, now: datetime) -> bool:
    """Ask and confirm in one, so that what the second may not confirm was asked in nobody's name. Raises Refused.

    False: it is so already.
    """
    change = rights.ask(wanted, first[1], Act.by_command_for(first[0], now=now))
    if change is not None:
        rights.confirm(change.id, second[1], Act.by_command_for(second[0], now=now))
    return change is not None
