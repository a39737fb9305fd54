"""flask persons show | card: who somebody is, with masked numbers; another household card, by two officers beside the machine."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from consult import clock
from consult.cli import named_villages
from consult.cli.shared import codes
from consult.cli.shared.refused import told
from consult.cli.shared.two_officers import by_option, settle
from consult.domain.audit import Tag
from consult.domain.characters import said_back
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import KEEPS_THE_ROLL
from consult.domain.people.sign_ins import CardLoss
from consult.domain.phone_numbers import masked_phone
from consult.domain.refusals import Refused
from consult.models import Household, HouseholdCard, Person, Village, db
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import cards, villages, ways_in
from consult.services.people.rights import WantedRight

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
        raise click.ClickException(f"没有叫 {said_back(name)} 的人 / nobody is called {said_back(name)}")
    for one in found:
        home = db.session.get(Household, one.household_id) if one.household_id is not None else None
        place = f"户 / household {home.code}" if home is not None else "不在名册上 / off the roll"
        number = ways_in.number_of(one)
        offices = "、".join(codes.named(role) for role in sorted(villages.roles_of(one, on=on)))
        click.echo(f"{one.name} · {place} · {masked_phone(number) if number else '没有号码 / no number'} · {offices}")


@cli.command("card")
@click.argument("slug")
@click.option("--name", required=True, help="Whose card is lost, or whose PIN is forgotten, by name.")
@click.option(
    "--lost", is_flag=True, help="Withdraw the card they have at once; the house is told and can bring it back."
)
@by_option
def card(slug: str, name: str, names: tuple[str, ...], lost: bool) -> None:
    """Ask for another household card, with a PIN of its own: as two officers of different offices do it on the page.

    It waits a day and the house can say no. Then the clerk prints it on the page of household cards.
    """
    village = named_villages.find_for(slug, Tag.CARDS_ISSUED)
    person, officers = named_villages.person(village, name), [named_villages.person(village, one) for one in names]
    wanted = WantedRight(kind=RightKind.FURTHER_CARD, person_id=person.id)
    if lost:
        _replace_lost(village, wanted, officers)
    else:
        settle(village, wanted, officers)


def _keeper(village: Village, officers: list[Person]) -> Person:
    """Return who of the officers keeps the roll, and may withdraw a card. Raises ClickException before anything is done."""
    on = villages.local_day(village, clock.now())
    keeper = next((one for one in officers if villages.roles_of(one, on=on) & KEEPS_THE_ROLL), None)
    if keeper is None:
        raise click.ClickException("收回户卡要一个管名册的人 / one of the two must keep the roll to withdraw a card")
    return keeper


@atomic
def _replace_lost(village: Village, wanted: WantedRight, officers: list[Person]) -> None:
    """Withdraw the cards that somebody holds, in the name of the officer who keeps the roll, and ask for another: both or none.

    Raises ClickException.
    """
    keeper, now = _keeper(village, officers), clock.now()
    villages.locked(village.id)
    held = select(HouseholdCard).where(
        HouseholdCard.person_id == wanted.person_id, HouseholdCard.withdrawn_at.is_(None)
    )
    found = db.session.scalars(held.order_by(HouseholdCard.id)).all()
    for one in found:
        transactions.lock(one)  # before the log is written to
    try:
        for one in found:
            cards.withdraw(one, CardLoss.LOST, Act.by_command_for(keeper, now=now))
    except Refused as refusal:
        raise told(refusal) from None
    settle(village, wanted, officers)
    for _one in found:
        click.echo("收回了 / withdrawn")
