"""Find the village and the people that a command names."""

import shlex

import click
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consult.domain.audit import TAKEN_WHEN_CLOSED, Tag
from consult.domain.characters import said_back
from consult.models import Person, Village, db
from consult.services.site import village_addresses


def find(slug: str) -> Village:
    """Return the village of a slug. Raises click.ClickException."""
    village = db.session.scalar(select(Village).where(Village.slug == slug))
    if village is None:
        raise unknown(slug)
    return village


def find_for(slug: str, tag: Tag) -> Village:
    """Return the village of a slug for an act that its log will bear. Raises click.ClickException.

    A closed one is refused where its log takes no such act (domain.audit.TAKEN_WHEN_CLOSED): no command has a rule of its own.
    """
    return find(slug) if tag in TAKEN_WHEN_CLOSED else find_open(slug)


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
    shown = said_back(slug)
    if moved := village_addresses.leads_to(slug):
        return click.ClickException(f"{shown} 现在叫 {moved} / '{shown}' is called '{moved}' now: type that")
    return click.ClickException(
        f"没有这个村 / there is no village '{shown}'。有哪些：flask village list，建一个 / to make one: "
        f"flask village create {shown} --name NAME"
    )


HOME = "@"
"""Between a name and the house where several share the name: 李志民@第二组-4."""


def person(village: Village, typed: str) -> Person:
    """Return the one person of a village with a name, or with a name and a house as `李志民@第二组-4`.

    Somebody who moved away or died is meant only where nobody else has the name. Raises click.ClickException, which of several
    says how each is typed.
    """
    name, at, home = typed.partition(HOME)
    found = db.session.scalars(
        select(Person)
        .where(Person.village_id == village.id, Person.name == name.strip())
        .options(joinedload(Person.household), joinedload(Person.departure))
        .order_by(Person.roll_position, Person.id)
    ).all()
    fitting = [one for one in found if not at or home_of(one) == home.strip()]
    here = [one for one in fitting if one.departure is None] or fitting
    if len(here) == 1:
        return here[0]
    if not found:
        raise click.ClickException(f"没有叫 {said_back(name)} 的人 / nobody is called {said_back(name)}")
    shown = said_back(typed)
    ways = " ".join(shlex.quote(f"{one.name}{HOME}{home_of(one)}") for one in here or found)
    raise click.ClickException(
        f"叫 {shown} 的有 {len(here)} 个人，请写上户号 / {len(here)} people are called {shown}, type the house too: {ways}"
    )


def home_of(person: Person) -> str:
    """Return what tells somebody from others of the same name: the code of the house, or where they work."""
    return person.household.code if person.household is not None else person.organisation
