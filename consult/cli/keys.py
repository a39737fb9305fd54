"""flask keys backup | rotate: make keys for backups; seal everything anew under another data key."""

import os
from pathlib import Path

import click
from flask.cli import AppGroup

from consult.cli.shared import files
from consult.services.machine import sealed_files
from consult.services.site import key_rotation

cli = AppGroup("keys", help="Keys of the data and of backups.")


@cli.command("backup")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def backup(path: Path) -> None:
    """Make a pair of keys for backups: the private one into a file, the public one for BACKUP_KEY."""
    private, public = sealed_files.new_pair()
    with (
        files.told(path),
        open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file,
    ):
        file.write(private + "\n")
    click.echo(f"BACKUP_KEY={public}")
    click.echo(
        f"把这个文件拿到别处存两份，没有它打不开备份 / "
        f"Take {path} off this machine, twice: without it no backup can be opened. Restore with --key FILE."
    )


@cli.command("rotate")
@click.option(
    "--leave-unopened", is_flag=True, help="Go on though some texts open with neither key; they stay as they are."
)
def rotate(leave_unopened: bool) -> None:
    """Seal everything under DATA_KEY that is still under DATA_KEY_OLD. It may be stopped and repeated."""
    changed = key_rotation.rotate(leave_unopened=leave_unopened)
    click.echo(
        f"重新加密了 {changed} 处。请去掉 DATA_KEY_OLD，重启，再做一次备份 / "
        f"{changed} sealed anew. Take DATA_KEY_OLD away now, restart the services, and make a backup."
    )
