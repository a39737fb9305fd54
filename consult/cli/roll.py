"""flask roll import|export: the clerk's spreadsheet, from the command line."""

import os
import pwd
import shlex
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from consult import clock
from consult.cli import named_villages
from consult.cli.shared import files
from consult.domain.audit import Tag
from consult.domain.languages import Language
from consult.domain.people.roll.questions import TYPED, Question, key_of
from consult.models import RollImport, db
from consult.models.people import roll_queries
from consult.services.core import exports
from consult.services.core.acts import Act
from consult.services.core.files import LARGEST_ROLL
from consult.services.people import cards, grants
from consult.services.people.roll import rolls
from consult.services.people.villages import local_day
from consult.web import i18n
from consult.web.words.people import roll_question_words, roll_words

cli = AppGroup("roll", help="The village roll.")
village_option = click.option("--village", "slug", required=True, help="The village's slug.")
language_option = click.option("--language", "code", default="", help="Language of the report, as its folder is named.")


def _language(code: str) -> Language:
    """Return the language with this code, or the default for none. Raises ClickException with those there are."""
    language = i18n.by_code(code) if code else i18n.default()
    if language is None:
        raise click.ClickException(f"--language 可以是 / is one of: {', '.join(one.code for one in i18n.offered())}")
    return language


@cli.command("import")
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@village_option
@language_option
@click.option("--name", "given", default="", help="With - for FILE: the name of the file, for its ending.")
@click.option("--yes", is_flag=True, help="Take it in without asking, with all offices it names.")
@click.option("--answer", "answers", multiple=True, metavar="QUESTION=ANSWER", help="Answer a question by its name.")
def import_roll(file: Path, slug: str, code: str, given: str, answers: tuple[str, ...], *, yes: bool) -> None:
    """Read a roll (.xlsx, .xls, .et, .ods, .csv), show what it changes, and take it in after a yes. All of it or nothing.

    Where something could mean two things it asks, and takes nothing in: run it again with --answer. An answer is one of
    those printed, or = and words of your own (a1b2c3==12-3). FILE may be - for what is piped in.
    """
    village, now = named_villages.find_for(slug, Tag.ROLL_IMPORTED), clock.now()
    content, file_name = _content(file, given, yes=yes)
    act = Act.by_system(village.id, now=now)
    with i18n.speaking(_language(code)):
        reading = rolls.read_file(content, file_name, today=local_day(village, now))
        if reading.problems:
            for problem in reading.problems:
                click.echo(roll_words.problem(problem), err=True)
            raise click.ClickException(
                f"有 {len(reading.problems)} 处错，什么都没导入 / {len(reading.problems)} problems; nothing was imported"
            )
        staged = rolls.stage(reading, file_name, act)
        staged_id = staged.id
        try:
            seen = _answered(staged, answers, act)
            _report(seen)
            if seen.open:
                _tell_how_to_answer(file, slug, given, answers)
                raise click.ClickException(
                    f"还有 {len(seen.open)} 个问题没答，什么都没导入 / "
                    f"{len(seen.open)} questions without an answer; nothing was imported"
                )
            if not (yes or click.confirm("导入吗？/ Take it in?")):
                raise click.ClickException("什么都没导入 / nothing was imported")
            gives = grants.may_operator(village, act)
            rolls.confirm(staged, None, act)
        except BaseException:
            db.session.rollback()
            rolls.discard(staged_id)
            raise
    click.echo("导入了 / imported")
    if not gives:
        click.echo(
            "新职务没有算：村里已经在用，由两个干部在职务那一页办 / "
            "new offices were left out: the village runs, two officers give them on the page of offices"
        )


def _content(file: Path, given: str, *, yes: bool) -> tuple[bytes, str]:
    """Return what is to be read, and the name of its file. Raises ClickException with what to type."""
    if str(file) == "-":
        if not (given and yes):
            raise click.ClickException("从管道读要写 --name 文件名 和 --yes / with - add --name FILE.xlsx and --yes")
        return files.within(sys.stdin.buffer, LARGEST_ROLL, "-"), given
    try:
        return files.read(file, LARGEST_ROLL), file.name
    except FileNotFoundError:
        why = "没有这个文件 / it is not there"
    except IsADirectoryError:
        why = "是文件夹 / it is a folder"
    except PermissionError:
        user = pwd.getpwuid(os.geteuid()).pw_name
        why = (
            f"没有这个文件，或者用户 {user} 读不了 / it is not there, or the user {user} may not read it. Please type: "
            f"cat {shlex.quote(str(file))} | consult roll import - --name {shlex.quote(file.name)} --yes …"
        )
    except OSError as error:
        why = str(error.strerror)
    raise click.ClickException(f"{file}: {why}")


def _answered(staged: RollImport, answers: tuple[str, ...], act: Act) -> rolls.Preview:
    """Give the answers of the command line, also to questions that come up by them."""
    wanted = dict(one.partition("=")[::2] for one in answers)
    seen = rolls.preview(staged)
    while given := {_key(one): _meant(wanted.pop(one.id)) for one in seen.open if one.id in wanted}:
        rolls.answer(staged, given)
        seen = rolls.preview(staged)
    return seen


def _key(question: Question) -> str:
    return key_of(question.kind, *question.subject)


def _meant(answer: str) -> str:
    return TYPED + answer.removeprefix("=") if answer.startswith("=") else answer


def _report(seen: rolls.Preview) -> None:
    changes = seen.changes
    click.echo(f"人、户 / people {len(seen.rows)}, households {len({r.household for r in seen.rows})}")
    click.echo(
        f"新、改、不变、不见、问题、职务 / "
        f"new {len(changes.new)}, changed {len(changes.changed)}, unchanged {len(changes.same)}, "
        f"gone {len(changes.gone)}, questions {len(seen.open)}, offices {len(seen.offices)}"
    )
    for one in seen.unread:
        click.echo(f"没读 / not read: {roll_words.unread(one)}")
    for note in seen.notes:
        click.echo(roll_words.note(note, seen.sheets))
    for question in seen.open:
        places = ", ".join(roll_words.place(row, seen.sheets) for row in question.rows[:5])
        click.echo(
            f"{question.id}: {roll_question_words.TITLES[question.kind]} {roll_question_words.line(question)} ({places})"
        )
        for option in question.options:
            answer = shlex.quote(f"{question.id}={option}")
            click.echo(f"    --answer {answer}    {roll_question_words.answer(question, option)}")
        if question.takes_words:
            click.echo(
                f"    --answer {question.id}==…    自己写，写在两个等号后面 / words of your own after both signs"
            )
    for person in changes.gone:
        click.echo(f"不见了 / gone: {person.group} {person.household} {person.name}")


def _tell_how_to_answer(file: Path, slug: str, given: str, answers: tuple[str, ...]) -> None:
    """Say the line that is to be typed again: with what it had, and an answer for each open question at its end."""
    piped = str(file) == "-"
    line = ["roll", "import", str(file), "--village", slug, *(("--name", given, "--yes") if piped else ())]
    line += [word for one in answers for word in ("--answer", one)]
    click.echo(
        f"再输入一次，后面加上每个问题挑的那个 --answer / type this again, and behind it the --answer that you choose "
        f"for each question:\n    consult {shlex.join(line)} --answer …"
    )


@cli.command("cards")
@village_option
def issue_cards(slug: str) -> None:
    """Make a card for every household without one in use, as the operator: when all cards were withdrawn at once."""
    village = named_villages.find_for(slug, Tag.CARDS_ISSUED)
    act = Act.by_system(village.id, now=clock.now())
    made = sum(cards.issue(group.id, act) for group in roll_queries.groups_of(village.id))
    click.echo(
        f"做好 {made} 张卡；文书登录以后在“户卡”那一页打印 / "
        f"made: {made} cards; the clerk prints them on the page of household cards"
    )


@cli.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@village_option
def export_roll(file: Path, slug: str) -> None:
    """Write the roll to FILE (.xlsx or .csv). Importing it again changes nothing."""
    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise click.ClickException("文件名要以 .xlsx 或 .csv 结尾 / FILE must end in .xlsx or .csv")
    village = named_villages.find_for(slug, Tag.EXPORT_MADE)
    now = clock.now()
    rows, name = rolls.export(village, today=local_day(village, now)), village.name
    exports.note("cli.roll_export", Act.by_system(village.id, now=now), count=len(rows) - 1)
    with files.told(file):
        files.write_private(file, exports.as_table(file.suffix, rows, name))
    click.echo(f"写好了 / written: {len(rows) - 1} 人 / people")
