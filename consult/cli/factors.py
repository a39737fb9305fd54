"""flask factors show | recover: second proofs of officers, where no two of them are left who could."""

import click
from flask.cli import AppGroup

from consult import clock
from consult.cli import named_villages
from consult.cli.shared.refused import told
from consult.domain.audit import Tag
from consult.domain.refusals import Reason, Refused
from consult.services.core.acts import Act
from consult.services.people import factor_changes

cli = AppGroup("factors", help="Second proofs of officers.")
WHY = {
    Reason.TAKES_TWO_OFFICERS: "还有两个不同职务的干部，由他们在第二道验证那一页办 / "
    "two officers of different offices are left: they do it on the page of second proofs",
    Reason.NOTHING_CHANGES: "其中有人一天内用过第二道验证，可以自己在网页上停用 / "
    "one of them gave a second proof within a day, and can end it on their own page",
}


@cli.command("show")
@click.argument("slug")
def show(slug: str) -> None:
    """Say whether a village requires second proofs, and who has one."""
    village = named_villages.find(slug)
    click.echo("要 / required" if village.second_factor_needed else "不要 / not required")
    for holder in factor_changes.holders(village.id):
        click.echo(holder.name)


@cli.command("recover")
@click.argument("slug")
@click.option("--person", "names", multiple=True, required=True, help="Who lost theirs, by name; once for each person.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def recover(slug: str, names: tuple[str, ...], yes: bool) -> None:
    """End the second proofs of officers who lost them, so that they come in as before and set up new ones.

    They are signed out and told, and the log says that the operator did it. Refused while two persons of different
    offices, apart from these, could do it on the page.
    """
    village = named_villages.find_for(slug, Tag.FACTOR_CHANGE_CONFIRMED)
    people = [named_villages.person(village, name) for name in names]
    if not yes:
        click.confirm(
            f"停用这些人的第二道验证吗？/ End the second proofs of {', '.join(one.name for one in people)}?", abort=True
        )
    act = Act.by_system(village.id, now=clock.now())
    try:
        click.echo(f"停用了 / ended: {factor_changes.recover_by_operator(people, act)}")
    except Refused as refusal:
        raise told(refusal, WHY) from None
