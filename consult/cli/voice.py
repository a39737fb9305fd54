"""flask voice make | missing | remove | say: the sounds of public pages, for phones without a voice of their own."""

import time
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import Row, select

from consult.cli import named_villages
from consult.cli.shared import files
from consult.domain.characters import without_stray
from consult.domain.spoken import scripts
from consult.domain.spoken.tongues import TONGUES
from consult.models import Village, db
from consult.services.core.each import each
from consult.services.core.uploads import decoding, speech
from consult.services.core.uploads.speech import Unspoken
from consult.services.site import sounds
from consult.web.words import heard_words

cli = AppGroup("voice", help="Pages that a machine reads aloud.")
OF_ONE = click.option("--village", "slug", default=None, help="Its slug; all villages without it.")


@cli.command("make")
@OF_ONE
def make(slug: str | None) -> None:
    """Make every sound that is missing, and remove those that no page says any more. The job runner does so by itself."""
    failed = 0
    for village in _villages(slug):
        found, began, seconds = list(heard_words.village_scripts(village.id)), time.monotonic(), 0
        db.session.rollback()  # speaking takes long
        gone = sounds.remove(village.id, but={speech.name_of(one) for one in found})
        made = 0
        for script in sounds.missing(found):
            try:
                seconds += sounds.make(script).seconds
                made += 1
            except (Unspoken, decoding.Busy, OSError) as error:
                failed += 1
                click.echo(f"{village.slug}: 没有做成 / not made: {error or type(error).__name__}", err=True)
        took = time.monotonic() - began
        click.echo(
            f"{village.slug}: 做了 {made} 段，删了 {gone} 段 / "
            f"{made} made ({seconds} s of speech in {took:.0f} s), {gone} removed"
        )
    if failed:
        raise click.ClickException(f"有 {failed} 段没有做成 / {failed} sounds could not be made")


@cli.command("missing")
@OF_ONE
def missing(slug: str | None) -> None:
    """Say how many sounds are there, how much room they take, and what is missing, by its first words."""
    slugs = {row.id: row.slug for row in _villages(slug)}
    each("looking for sounds of village", slugs, lambda village_id: _tell_missing(village_id, slugs[village_id]))


def _tell_missing(village_id: int, slug: str) -> None:
    found = list(heard_words.village_scripts(village_id))
    there = {sound.name: sound.size for sound in map(sounds.find, found) if sound is not None}
    click.echo(f"{slug}: {len(there)} 段 / sounds, {sum(there.values()) // 1000} kB")
    for script in sounds.missing(found):
        voice, words = script.parts[0]
        click.echo(f"  缺 / missing ({voice}): {words[:30]}")


@cli.command("remove")
@OF_ONE
def remove(slug: str | None) -> None:
    """Delete all sounds. The job runner makes them anew in the night, `flask voice make` at once."""
    slugs = {row.id: row.slug for row in _villages(slug)}
    each(
        "removing sounds of village",
        slugs,
        lambda village_id: click.echo(f"{slugs[village_id]}: 删了 / removed: {sounds.remove(village_id)}"),
    )


@cli.command("say")
@click.argument("words")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--voice", type=click.Choice(sorted(TONGUES)), default="cmn", show_default=True)
def say(words: str, path: Path, voice: str) -> None:
    """Speak WORDS into the file PATH, to hear how a voice sounds before a village does."""
    script = scripts.write(0, [(voice, without_stray(words))], rest=(voice, ""))
    if script is None:
        raise click.ClickException("这些字里没有可读的 / there is nothing to say in these words")
    try:
        with files.told(path):
            path.write_bytes(speech.speak(script))
    except Unspoken as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{path}: {script.parts[0][1]}")


def _villages(slug: str | None) -> list[Row[tuple[int, str]]]:
    query = select(Village.id, Village.slug).order_by(Village.id)
    found = list(db.session.execute(query.where(Village.slug == slug) if slug else query).all())
    if slug and not found:
        raise named_villages.unknown(slug)
    return found
