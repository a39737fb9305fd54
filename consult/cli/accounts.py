"""flask accounts add | number | show: officers who stand on no roll, as the operator."""

from datetime import date

import click
from flask.cli import AppGroup
from sqlalchemy import select

from consult import clock
from consult.cli import named_villages
from consult.cli.shared import codes
from consult.cli.shared.refused import told
from consult.cli.shared.typed import Words
from consult.domain.audit import Tag
from consult.domain.characters import said_back
from consult.domain.instants import read_day
from consult.domain.people.office_terms import WORDS_LENGTH, OfficeSource, Origin, Term
from consult.domain.people.roles import OFF_THE_ROLL, Role
from consult.domain.phone_numbers import masked_phone, phone_number, takes_messages
from consult.domain.refusals import Refused
from consult.models import Group, Person, Village, db
from consult.services.core.acts import Act
from consult.services.people import ways_in
from consult.services.people.accounts import accounts, outside_officers
from consult.services.people.accounts.outside_officers import OutsideOfficer

cli = AppGroup("accounts", help="Officers who stand on no roll, and their accounts.")


@cli.command("show")
@click.argument("slug")
def show(slug: str) -> None:
    """Say who holds offices in a village without standing on its roll; numbers are masked."""
    village = named_villages.find(slug)
    query = select(Person).where(Person.village_id == village.id, Person.account_id.is_not(None)).order_by(Person.id)
    for one in db.session.scalars(query):
        click.echo(f"{one.name} · {one.organisation} · {masked_phone(ways_in.number_of(one))}")


@cli.command("add")
@click.argument("slug")
@click.option("--name", type=Words(outside_officers.NAME_LENGTH), required=True, help="The officer's name.")
@click.option(
    "--organisation",
    type=Words(outside_officers.ORGANISATION_LENGTH),
    required=True,
    help="Where they work, as the board says it.",
)
@click.option("--office", type=click.Choice(sorted(OFF_THE_ROLL)), required=True, help="The office.")
@click.option("--group", "group", default="", help="The group that the office is for; none: the whole village.")
@click.option("--since", required=True, help="First day, as 2026-01-01.")
@click.option("--until", default="", help="Last day; none: until somebody ends it.")
@click.option("--paper", type=Words(WORDS_LENGTH), help="Who appointed by which paper, as the board says it.")
@click.option("--number", prompt="手机号 / Mobile number", help="The number by which they sign in.")
def add(slug: str, name: str, organisation: str, office: str, number: str, **term: str) -> None:
    """Give an office of a village that has not begun, or has lost those who could give it, to somebody off the roll."""
    village, now = named_villages.find_for(slug, Tag.ROLE_GRANTED), clock.now()
    who = OutsideOfficer(name, organisation, _number(number))
    since, until = _day(term["since"]), _day(term["until"]) if term["until"] else None
    origin = Origin(OfficeSource.APPOINTED, since, term["paper"]) if term["paper"] else Origin()
    days = Term(since, until, _group(village, term["group"]), "", origin)
    try:
        outside_officers.grant(who, Role(office), days, Act.by_system(village.id, now=now))
    except Refused as refusal:
        raise told(refusal) from None
    click.echo(f"安排好了 / given: {name} · {codes.named(Role(office))}")


@cli.command("number")
@click.argument("slug")
@click.option("--name", required=True, help="The officer's name in this village.")
@click.option("--number", prompt="新手机号 / New mobile number", help="The number by which they sign in from now on.")
def change_number(slug: str, name: str, number: str) -> None:
    """Give the account of an officer another number, in all its villages. Their sign-ins by code end."""
    village = named_villages.find_for(slug, Tag.NUMBER_CHANGED)
    query = select(Person).where(Person.village_id == village.id, Person.name == name, Person.account_id.is_not(None))
    found = db.session.scalars(query).all()
    if len(found) != 1:
        raise click.ClickException(
            f"名册外叫{said_back(name)}的有 {len(found)} 人 / {len(found)} officers off the roll are called {said_back(name)}"
        )
    try:
        accounts.change_number(found[0], _number(number), Act.by_system(village.id, now=clock.now()))
    except Refused as refusal:
        raise told(refusal) from None
    click.echo("改好了 / changed")


def _group(village: Village, name: str) -> int | None:
    if not name:
        return None
    group = db.session.scalar(select(Group.id).where(Group.village_id == village.id, Group.name == name))
    if group is None:
        raise click.ClickException(f"没有这个小组 / there is no group '{said_back(name)}'")
    return group


def _number(typed: str) -> str:
    number = phone_number(typed)
    if number is None or not takes_messages(number):
        raise click.ClickException("这不是手机号 / this is no mobile number")
    return number


def _day(typed: str) -> date:
    day = read_day(typed)
    if day is None:
        raise click.ClickException("日期写成 2026-01-01 / a day is written as 2026-01-01")
    return day
