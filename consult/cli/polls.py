"""flask polls close-due | set-aside | bundle: close what is due; list what does not add up; write a poll as a zip."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from consult import clock
from consult.cli.shared import codes, files
from consult.cli.shared.refused import told
from consult.cli.shared.typed import Number
from consult.domain.refusals import Refused
from consult.models import Poll, db
from consult.services.core import exports
from consult.services.core.acts import Act
from consult.services.machine import clock_watch
from consult.services.polls import bundles, poll_states
from consult.services.polls.counting import due, poll_faults

cli = AppGroup("polls", help="Polls.")


@cli.command("close-due")
def close_due() -> None:
    """Close and count every poll past its closing time."""
    clock_watch.attend()
    closed = due.close_due(now=clock.now())
    click.echo(f"截止了 / closed: {', '.join(map(str, closed)) or 'none'}")


@cli.command("set-aside")
def set_aside() -> None:
    """List the polls that do not add up and were set aside. Exit code 1 where there is one."""
    rows = poll_faults.set_aside_polls()
    for row in rows:
        click.echo(
            f"投票 / poll {row.poll_id}，村 / village {row.village_id}：{codes.named(row.kind)}，"
            f"{row.noted_at.isoformat(timespec='seconds')}"
        )
    click.echo(f"搁置的 / set aside: {len(rows)}")
    sys.exit(1 if rows else 0)


@cli.command("bundle")
@click.argument("poll_id", type=Number())
@click.option("--full", is_flag=True, help="With the choices, for the scrutineers' recount.")
@click.option("--to", "path", type=click.Path(path_type=Path, dir_okay=False), help="The zip; else poll-ID.zip here.")
def bundle(poll_id: int, full: bool, path: Path | None) -> None:
    """Write a counted poll with rules, roll, ballots, sheets, log and the program that checks them."""
    poll = db.session.get(Poll, poll_id)
    if poll is None:
        raise click.ClickException(f"没有这次投票 / there is no poll {poll_id}")
    try:
        content = bundles.make_bundle(poll, full=full)
    except Refused as refusal:
        raise told(refusal) from None
    path = path or Path(f"poll-{poll_id}.zip")
    if full:
        act = Act.by_system(poll.village_id, now=clock.now())
        exports.note("cli.full_bundle", act, count=poll_states.roll_size(poll), of=f"poll:{poll_id}")
    with files.told(path):
        if full:
            files.write_private(path, content)
        else:
            path.write_bytes(content)
            path.chmod(0o644)
    click.echo(f"{path}: {len(content)} bytes; 核对 / check it with: python3 verify.py {path}")
