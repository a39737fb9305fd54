"""flask audit verify: verify all records without trusting the server."""

import re
import runpy
import sys
from datetime import datetime
from http.client import HTTPException

import click
from flask.cli import AppGroup
from sqlalchemy import select

from consult import clock
from consult.cli import named_villages
from consult.cli.shared import fault_words
from consult.cli.shared.typed import Words
from consult.domain.audit import fingerprint_groups, head_digits
from consult.domain.characters import escaped, said_back
from consult.models import AuditEntry, Village, db
from consult.services.board import assets
from consult.services.core import audit, rollback_guard
from consult.services.core.each import each
from consult.services.polls import bundles
from consult.services.site import trigger_verification
from consult.services.site.verification import faults_of

REASON_LENGTH = 500
cli = AppGroup("audit", help="The log of each village.")


@cli.command("verify")
@click.option("--village", "slug", help="One village; without it, all.")
@click.option("--head", "printed_head", help="The head of the log as printed on a notice: 8 groups of 4 digits.")
def verify_all(slug: str | None, printed_head: str | None) -> None:
    """Recompute chain, fingerprints, rolls, ballots and counts. Exit code 1, and a line for each fault."""
    query = select(Village).order_by(Village.id)
    villages = db.session.scalars(query.where(Village.slug == slug) if slug else query).all()
    if slug and not villages:
        raise named_villages.unknown(slug)
    faults = 0
    for fault in trigger_verification.faults():
        faults += 1
        click.echo(f"数据库 / database: {fault_words.told(fault)}")
    for village in villages:
        for fault in faults_of(village, printed_head=printed_head):
            faults += 1
            click.echo(f"{village.slug}: {fault_words.told(fault)}")
        click.echo(f"{village.slug}: 日志核对码 / head {head_digits(audit.head(village.id))}")
    click.echo("都和记录一样 / all is as recorded" if not faults else f"有 {faults} 处不对 / {faults} faults")
    sys.exit(1 if faults else 0)


@cli.command("witness")
@click.option(
    "--head", "printed_head", help="A head as printed on a notice or said in the group: 8 groups of 4 digits."
)
def witness(printed_head: str | None) -> None:
    """Show each log's head and what the witnesses outside of the database say; find the entry of a printed head."""
    each("showing the head of village", db.session.scalars(select(Village.id).order_by(Village.id)).all(), _say_head)
    for file in rollback_guard.witnesses():
        click.echo(f"见证 / witness {file}: {'there' if file.is_file() else 'not there'}")
    reasons = rollback_guard.why_alarm()
    for reason in reasons:
        click.echo(f"警报 / ALARM：{reason}")
    found = _entries_of(printed_head) if printed_head else []
    for slug, number, recorded_at in found:
        click.echo(
            f"{slug}: 是第 {number} 条记录的核对码 / this is the head of entry {number}, "
            f"{recorded_at.isoformat(timespec='seconds')}"
        )
    if printed_head and not found:
        click.echo(
            "警报：没有这个日志核对码的记录，日志改过或者数据库比公示旧 / "
            "ALARM no entry has this head: the log was rewritten, or the database is older than the notice"
        )
    sys.exit(1 if reasons or (printed_head and not found) else 0)


def _say_head(village_id: int) -> None:
    village = db.session.get_one(Village, village_id)
    click.echo(f"{village.slug}: 日志核对码 / head {head_digits(audit.head(village_id))}")


def _entries_of(printed_head: str) -> list[tuple[str, int, datetime]]:
    wanted = re.sub("[^0-9]", "", printed_head)
    query = select(Village.slug, AuditEntry.number, AuditEntry.recorded_at, AuditEntry.hash)
    rows = db.session.execute(
        query.join(Village, Village.id == AuditEntry.village_id).execution_options(yield_per=1000)
    )
    return [(r.slug, r.number, r.recorded_at) for r in rows if head_digits(r.hash).replace(" ", "") == wanted]


@cli.command("assets")
@click.argument("address")
def verify_assets(address: str) -> None:
    """Fetch a page of a running server and all it makes a phone run; compare with this program's own files.

    ADDRESS: of any page, as a phone opens it. Ask from outside too: a server can tell who asks. Exit code 1, and a
    line for each difference.
    """
    verifier = runpy.run_path(str(bundles.VERIFIER))
    faults = 0
    try:
        for fault in verifier["served_otherwise"](assets.digests(), address):
            faults += 1
            click.echo(f"不一样 / not as it should be: {escaped(fault)}")
    except (OSError, ValueError, HTTPException, verifier["Unreadable"]) as error:
        raise click.ClickException(f"{said_back(address)}：取不到 / it cannot be fetched: {said_back(error)}") from None
    click.echo(f"指纹 / fingerprint {fingerprint_groups(assets.fingerprint())}")
    click.echo(
        f"{len(assets.digests())} 个文件和本程序的一样 / files are as in this program"
        if not faults
        else f"{faults} 处不一样 / differences"
    )
    sys.exit(1 if faults else 0)


@cli.command("accept-restored")
@click.option(
    "--reason", type=Words(REASON_LENGTH), required=True, help="What happened; it stands in the log for good."
)
def accept_restored(reason: str) -> None:
    """Go on with an older database that was put back. The log then says what was lost, and who reads it can see it."""
    villages = rollback_guard.accept(reason, now=clock.now())
    click.echo(f"照用，不用重启 / accepted for: {', '.join(map(str, villages)) or 'none'}; no restart is needed")
