"""flask village create | list | show | set | rename | close | reopen"""

import re
from datetime import datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from consult import clock
from consult.cli import named_villages
from consult.cli.shared import codes
from consult.cli.shared.refused import told
from consult.cli.shared.typed import Words
from consult.domain.audit import Tag
from consult.domain.characters import said_back
from consult.domain.law.provinces import PROVINCES, read_province
from consult.domain.people.roles import Role, in_force
from consult.domain.refusals import Reason, Refused
from consult.models import FormerSlug, Person, Poll, PollTally, RoleGrant, Village, db
from consult.services.core.acts import Act
from consult.services.people import grants, villages
from consult.services.people.two_persons import village_facts
from consult.services.site import village_addresses

cli = AppGroup("village", help="Villages.")
NAME_LENGTH = 80
OR_NONE = Words(NAME_LENGTH, or_none=True)
by_option = click.option("--by", "names", multiple=True, help="Who says so, by name; twice, two of different offices.")
LEFT = {
    "votes": "没宣布结果的投票 / votes not declared",
    "meetings": "没开完的会 / meetings not ended",
    "cases": "没归档的调解 / cases not shut",
    "duties": "该答复、该办的 / answers and other duties",
}
CALLED = {"name": "村名", "province": "省", "collective": "集体经济组织"}
TWO_NEEDED = {
    Reason.TAKES_TWO_OFFICERS: "村里已经在用，要两个不同职务的人站在旁边 / the village runs: "
    "add --by NAME --by NAME, two of different offices",
    Reason.NO_SUCH_OFFICE: "这两个人没有能定的职务 / these two hold no offices that may settle this",
    Reason.SAME_OFFICE: "要两个不同的职务 / two different offices are needed",
    Reason.SAME_HOUSE: "两个人是一家的 / these two are of one house",
    Reason.SAME_PERSON: "要两个人 / two persons are needed",
    Reason.SLUG_TAKEN: "有村正在用或者用过这个名字 / a village has this address, or had it before",
}


def _province(typed: str) -> str:
    """Return the name of a province as rules bear it. Raises ClickException with those there are."""
    province = read_province(typed)
    if province is None:
        raise click.ClickException(
            f"没有这个省 / there is no province '{said_back(typed)}'. 有 / known: {'、'.join(PROVINCES)}"
        )
    return province


def _refuse_bad_slug(slug: str) -> None:
    """Refuse what no village can have as its part of addresses. Raises ClickException."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", slug):
        raise click.ClickException(
            "SLUG 要 2 到 40 个小写字母、数字或连字号，字母开头 / "
            "SLUG must be 2 to 40 small letters, figures or hyphens, and begin with a letter."
        )
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    taken = {rule.rule.split("/")[1].partition(".")[0] for rule in app.url_map.iter_rules()}
    if slug in taken | {"demo"}:
        raise click.ClickException(
            f"这个名字网站自己要用 / '{said_back(slug)}' is an address of the site itself: take another name"
        )


def _refuse_taken(slug: str) -> None:
    """Refuse what another village has as its part of addresses, or had: its printed QR codes lead there."""
    if village_addresses.is_taken(slug):
        raise click.ClickException(
            f"有村正在用或者用过这个名字 / a village is called '{said_back(slug)}', or was before"
        )


@cli.command("create")
@click.argument("slug")
@click.option("--name", type=Words(NAME_LENGTH), required=True, help="The village's name, as it stands on notices.")
@click.option("--province", type=OR_NONE, help="Its province, for rules of its own, as 广东.")
@click.option(
    "--collective",
    type=OR_NONE,
    help="Name of its collective organisation; without it the committee acts for it.",
)
@click.option("--township", is_flag=True, help="No village, but the collective organisation of a township.")
def create(slug: str, name: str, province: str | None, collective: str | None, *, township: bool) -> None:
    """Set up a village with an empty roll. SLUG is its part of every address: small letters, figures, hyphens."""
    _refuse_bad_slug(slug)
    if not db.session.scalar(select(Village.id).where(Village.slug == slug)):
        _refuse_taken(slug)
    try:
        villages.create(
            slug,
            name,
            now=clock.now(),
            province=_province(province or ""),
            collective=name if township else collective or "",
            is_township=township,
        )
    except IntegrityError as error:
        raise click.ClickException(f"已经有这个村 / there is a village '{said_back(slug)}' already") from error
    click.echo(f"建好了 / created: {name} at /{slug}/")


@cli.command("list")
def show_all() -> None:
    """List all villages: address, name, province, people on the roll."""
    counted = (
        select(Person.village_id, func.count()).where(Person.household_id.is_not(None)).group_by(Person.village_id)
    )
    people = {village_id: count for village_id, count in db.session.execute(counted)}
    for one in db.session.scalars(select(Village).order_by(Village.slug)):
        click.echo(
            f"{one.slug} · {one.name} · {one.province or '没有省'} · {people.get(one.id, 0)} 人 / people"
            f"{' · 已关闭 / closed' if one.closed_at else ''}"
        )


@cli.command("show")
@click.argument("slug")
def show(slug: str) -> None:
    """Say what a village is: its facts, how many people, offices and votes."""
    village = named_villages.find(slug)
    now = clock.now()
    where = Person.village_id == village.id
    roll = db.session.scalar(select(func.count()).where(where, Person.household_id.is_not(None)))
    reached = db.session.scalar(select(func.count()).where(where, Person.phone_mark.is_not(None)))
    polls = db.session.scalar(select(func.count()).where(Poll.village_id == village.id))
    counted = db.session.scalar(
        select(func.count())
        .select_from(PollTally)
        .join(Poll, Poll.id == PollTally.poll_id)
        .where(Poll.village_id == village.id)
    )
    click.echo(f"{village.name} (/{village.slug}/), 省 / province: {village.province or '没有 / none'}")
    click.echo(f"集体经济组织 / collective: {village.collective or '没有 / none'}, 时区 / timezone: {village.timezone}")
    founded = villages.local_day(village, village.founded_at).isoformat()
    click.echo(f"建于 / founded: {founded}, 在用 / runs: {'是 / yes' if grants.runs(village) else '没有 / no'}")
    if village.closed_at is not None:
        click.echo(
            f"已关闭，只能看 / closed, to be read only: {villages.local_day(village, village.closed_at).isoformat()}"
        )
    former = db.session.scalars(select(FormerSlug.slug).where(FormerSlug.village_id == village.id)).all()
    if former:
        click.echo(f"以前的网址还能用 / former addresses that lead here: {'、'.join(sorted(former))}")
    click.echo(f"名册 / roll: {roll} 人 / people, 有号码 / with a number: {reached}")
    click.echo(f"投票 / polls: {polls}, 已计 / counted: {counted}")
    held: dict[Role, int] = {}
    for grant in grants.in_village(village.id):
        if _holds(grant, village, now):
            held[grant.role] = held.get(grant.role, 0) + 1
    for role, count in sorted(held.items()):
        click.echo(f"职务 / office {codes.named(role)}: {count}")


def _holds(grant: RoleGrant, village: Village, now: datetime) -> bool:
    on = villages.local_day(village, now)
    return in_force(grant.since, grant.until, ended=grant.ended_at is not None, on=on)


@cli.command("set")
@click.argument("slug")
@click.option("--name", type=Words(NAME_LENGTH), help="Another name, as it stands on notices from now on.")
@click.option("--province", type=OR_NONE, help="Its province, as 广东, or none: which rules of the law hold.")
@click.option("--collective", type=OR_NONE, help="Name of its collective organisation, or none.")
@by_option
def change(slug: str, names: tuple[str, ...], **wanted: str | None) -> None:
    """Change a village's name, province or collective. Once it runs two officers must stand by; the log says who."""
    village = named_villages.find_open(slug)
    if wanted["province"] is not None:
        wanted["province"] = _province(wanted["province"])
    fields = {name: value for name, value in wanted.items() if value is not None}
    if not fields:
        raise click.ClickException("要改什么？/ Say what to change: --name, --province or --collective")
    officers = [named_villages.person(village, name) for name in names]
    try:
        before = village_facts.change(village.id, fields, officers, Act.by_system(village.id, now=clock.now()))
    except Refused as refusal:
        raise told(refusal, TWO_NEEDED) from None
    for name, was in before.items():
        click.echo(f"{CALLED[name]}：{was or '（空）'} → {fields[name] or '（空）'}")
    click.echo("改好了 / changed" if before else "本来就是这样 / nothing changes")


@cli.command("rename")
@click.argument("slug")
@click.argument("new")
@by_option
def rename(slug: str, new: str, names: tuple[str, ...]) -> None:
    """Give a village another part of its addresses. The old one leads on, so that printed QR codes go on working.

    Once it runs two officers must stand by; the log says who.
    """
    village = named_villages.find_for(slug, Tag.VILLAGE_CHANGED)
    _refuse_bad_slug(new)
    officers = [named_villages.person(village, name) for name in names]
    try:
        was = village_addresses.rename(village.id, new, officers, Act.by_system(village.id, now=clock.now()))
    except Refused as refusal:
        raise told(refusal, TWO_NEEDED) from None
    if was == new:
        click.echo("本来就是这样 / nothing changes")
        return
    click.echo(f"改好了，旧网址会转过来 / changed, the old address leads on: /{was}/ → /{new}/")


@cli.command("close")
@click.argument("slug")
@by_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def close(slug: str, names: tuple[str, ...], yes: bool) -> None:
    """Close a village: its pages, papers, bundles and log stay and can be read, nothing is added any more.

    Who could sign in still can, to read and for the rights over their own data, and messages about these go on. What is kept
    for a time only goes as before. Refused while votes, meetings, cases or answers are open. It can be opened again.
    """
    village = named_villages.find_for(slug, Tag.VILLAGE_CHANGED)
    officers = [named_villages.person(village, name) for name in names]
    if not yes:
        click.confirm(
            f"关闭以后 {village.name} 的网页只能看，不能再写、再投票。关闭吗？/ Close {village.name}? It can then be read only.",
            abort=True,
        )
    try:
        done = village_addresses.close(village.id, officers, Act.by_system(village.id, now=clock.now()))
    except Refused as refusal:
        left = "；".join(f"{LEFT[what]}: {count}" for what, count in refusal.facts.items() if what in LEFT)
        said = f"还有没办完的，先办完 / not at their end yet: {left}"
        raise told(refusal, {**TWO_NEEDED, Reason.STILL_OPEN: said}) from None
    click.echo("关闭了 / closed" if done else "早就关闭了 / it is closed already")


@cli.command("reopen")
@click.argument("slug")
@by_option
def reopen(slug: str, names: tuple[str, ...]) -> None:
    """Open a closed village again. Once it ran two officers must stand by; the log says who."""
    village = named_villages.find_for(slug, Tag.VILLAGE_CHANGED)
    officers = [named_villages.person(village, name) for name in names]
    try:
        done = village_addresses.reopen(village.id, officers, Act.by_system(village.id, now=clock.now()))
    except Refused as refusal:
        raise told(refusal, TWO_NEEDED) from None
    click.echo("又开了 / open again" if done else "本来就开着 / it is open")
