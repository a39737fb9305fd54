"""flask outbox list | retry | drop: messages on their way out, with masked numbers."""

import logging
from collections.abc import Sequence

import click
from flask.cli import AppGroup
from sqlalchemy import select

from consult import clock
from consult.cli.shared import codes
from consult.cli.shared.typed import Number, Words
from consult.domain.messages import outbox as rules
from consult.domain.numbers import LARGEST_ID
from consult.domain.phone_numbers import masked_phone
from consult.models import OutboxMessage, Person, Village, db
from consult.services.core import crypto
from consult.services.messages import outbox
from consult.services.site import message_sense

cli = AppGroup("outbox", help="Messages on their way out.")
REASON_LENGTH = 200
log = logging.getLogger("consult.outbox")


@cli.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that were sent.")
@click.option(
    "--most", type=click.IntRange(1, LARGEST_ID), default=200, show_default=True, help="How many, the newest first."
)
def show(everything: bool, most: int) -> None:
    """List messages that wait, were given up, or of which it is unknown whether they were taken."""
    query = select(OutboxMessage, Village.slug).join(Village, Village.id == OutboxMessage.village_id)
    if not everything:
        query = query.where(OutboxMessage.sent_at.is_(None))
    listed = db.session.execute(query.order_by(OutboxMessage.id.desc()).limit(most)).all()
    if not listed:
        click.echo("没有 / none")
    for message, slug in listed:
        click.echo(
            f"{message.id} · {slug} · {codes.named_template(message.template)} · {_recipient(message)} · {_state(message)} · "
            f"试了 / tries {message.tries} · 到时 / due {message.due_at.isoformat(timespec='minutes')}"
        )


@cli.command("retry")
@click.argument("ids", type=Number(), nargs=-1, required=True)
def retry(ids: tuple[int, ...]) -> None:
    """Try messages once more that were given up, unless they make no sense any more. Exit code 1 where none is."""
    again = outbox.retry(ids, now=clock.now(), judge=message_sense.judge)
    _tell_of_others(ids, again, "没有放弃过，或者再发已经没有意义 / were not given up, or make no sense any more")
    click.echo(f"再发 / tried again: {len(again)} / {len(set(ids))}")


@cli.command("drop")
@click.argument("ids", type=Number(), nargs=-1, required=True)
@click.option("--reason", type=Words(REASON_LENGTH), required=True, help="Why; it stands in the log of the operator.")
def drop(ids: tuple[int, ...], reason: str) -> None:
    """Send messages no more that are not on their way. Exit code 1 where none of them waits."""
    dropped = outbox.drop(ids, now=clock.now())
    for one in dropped:
        log.warning("message %s dropped by the operator: %s", one, reason)
    _tell_of_others(
        ids, dropped, "没有在等：发了、正在发，或者早就放弃了 / do not wait: sent, on their way, or given up"
    )
    click.echo(f"不再发 / dropped: {' '.join(map(str, dropped))}")


def _tell_of_others(ids: Sequence[int], done: Sequence[int], why: str) -> None:
    """Name the messages with which nothing was done. Raises ClickException where there are no others."""
    known = set(db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.id.in_(ids))))
    said = [
        f"{words}：{' '.join(map(str, some))}"
        for words, some in (
            ("没有这些消息 / there are no such messages", [one for one in dict.fromkeys(ids) if one not in known]),
            (why, [one for one in dict.fromkeys(ids) if one in known and one not in done]),
        )
        if some
    ]
    if not done:
        raise click.ClickException("；".join(said))
    for line in said:
        click.echo(line, err=True)


def _state(message: OutboxMessage) -> str:
    why = f"：{codes.named_error(message.last_error)}" if message.last_error else ""
    if message.last_error == rules.Sent.TO_FILE:
        return codes.named(rules.Sent.TO_FILE)
    if message.sent_at is not None:
        return "已交给服务商 / sent"
    return f"{'放弃了 / given up' if message.given_up_at is not None else '等着 / waiting'}{why}"


def _recipient(message: OutboxMessage) -> str:
    person = db.session.get(Person, message.person_id) if message.person_id else None
    if message.channel is not rules.MessageChannel.SMS or person is None:
        return codes.named(message.channel)
    number = outbox.number_of(person)
    return masked_phone(crypto.unseal(number)) if number else "-"
