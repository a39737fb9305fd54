"""Whoever runs a command in a county office reads in Chinese what it does."""

import ast
import re
from importlib import import_module

import click
import pytest

from consult.cli import MODULES, NOUNS, VERBS, Noun
from consult.cli.chinese import HELP
from consult.cli.shared import codes
from consult.cli.shared.typed import Words
from consult.domain.messages.outbox import SENSE
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.services.site.watching import figures
from tests.checks.sources import PACKAGE, files, tree


def named() -> list[str]:
    """Return each command as it is typed after flask."""
    context = click.Context(click.Group())
    verbs = [f"{noun} {verb}" for noun in NOUNS for verb in Noun(noun).list_commands(context)]
    return [*NOUNS, *VERBS, *verbs]


def test_each_command_says_in_chinese_what_it_does():
    assert sorted(HELP) == sorted(named())


def test_the_chinese_stands_before_the_english():
    context = click.Context(click.Group())
    found = Noun("roll").get_command(context, "import")
    assert found is not None and (found.help or "").startswith(HELP["roll import"] + "\n\nRead a roll")
    assert found.get_short_help_str() == HELP["roll import"]


FOR_DEVELOPERS = {"catalogues.py", "derivation.py", "translate.py"}
TOLD = {"ClickException", "BadParameter", "UsageError", "NoBackup", "NotOpened", "Misconfigured"}
"""What ends a command, or a start, with a sentence for whoever typed it."""


def said(call: ast.Call) -> str:
    """Return the words of the sentence that an error carries; empty where it is made elsewhere."""
    parts = ast.walk(call.args[0]) if call.args else ()
    return "".join(part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def in_english_only(source: str) -> list[str]:
    """Return the sentences of errors of commands that have no Chinese."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [call for call in calls if (getattr(call.func, "id", "") or getattr(call.func, "attr", "")) in TOLD]
    sentences = [said(call) for call in named]
    return [words for words in sentences if re.search("[a-z]{3}", words) and not re.search("[\u3400-\u9fff]", words)]


def test_errors_of_commands_are_told_in_chinese_too():
    """Whoever runs a command in a county office reads Chinese first; the English stands behind it."""
    found = {
        path.name: wrong
        for path in files(".py", below=PACKAGE)
        if (wrong := in_english_only(path.read_text(encoding="utf-8")))
    }
    assert not found
    assert in_english_only('raise click.ClickException(f"{n} are missing")')


def echoed_in_english_only(source: str) -> list[str]:
    """Return the lines that a command writes, of two English words at least, in which there is no Chinese."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    echoed = [call for call in calls if ast.unparse(call.func) in ("click.echo", "click.confirm")]
    lines = [
        "".join(one.value for one in ast.walk(call) if isinstance(one, ast.Constant) and isinstance(one.value, str))
        for call in echoed
    ]
    return [one for one in lines if re.search("[A-Za-z]{3}", one) and not re.search("[\u3400-\u9fff]", one)]


def test_lines_of_commands_are_told_in_chinese_too():
    found = {
        path.name: wrong
        for path in files(".py", below=PACKAGE / "cli")
        if path.name not in FOR_DEVELOPERS and (wrong := echoed_in_english_only(path.read_text(encoding="utf-8")))
    }
    assert found == ECHOED_AS_IT_IS
    assert echoed_in_english_only('click.echo(f"{n} files are there")')


ECHOED_AS_IT_IS = {
    "doctor.py": ["namestatewords", " / The database does not answer"],  # JSON; the Chinese stands in a variable
    "keys.py": ["BACKUP_KEY="],  # the line of /etc/consult/env
    "roll.py": ["    --answer     "],  # the option as it is typed
}


def raw_codes(source: str) -> list[str]:
    """Return the parts of sentences that would show a code as the records hold it."""
    texts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FormattedValue)]
    return [ast.unparse(one.value) for one in texts if RAW.search(ast.unparse(one.value))]


RAW = re.compile(r"\.(value|role|kind|template|reason|last_error)$")


def test_commands_show_no_code_without_its_word():
    """`codes.named` says both: commands take the code, and whoever reads takes the word."""
    found = {path.name: raw_codes(path.read_text(encoding="utf-8")) for path in files(".py", below=PACKAGE / "cli")}
    assert {name: codes for name, codes in found.items() if codes} == {}
    assert raw_codes('click.echo(f"{grant.role.value} · {name}")') == ["grant.role.value"]


@pytest.mark.parametrize("kind", [*codes.WORDS, Role], ids=lambda kind: kind.__name__)
def test_each_code_that_a_command_shows_has_a_word(app, kind):
    with app.test_request_context():
        assert [one for one in kind if not re.fullmatch(f"[\u3400-\u9fff，、]+（{one}）", codes.named(one))] == []


def test_each_template_and_lane_has_a_word():
    assert set(codes.TEMPLATES) == set(SENSE) and set(codes.LANES) == set(figures.LANES)


TOUCHES = {"write_bytes", "write_text", "read_bytes", "read_text", "write_private", "open"}


def untold(source: str) -> list[str]:
    """Return the calls that read or write a file and would end with a traceback where that cannot be."""
    tree = ast.parse(source)
    guarded = {
        id(call)
        for node in ast.walk(tree)
        if (
            isinstance(node, ast.With) and re.search(r"files\.told\(|_said\(\)", " ".join(map(ast.unparse, node.items)))
        )
        or (isinstance(node, ast.Try) and "OSError" in " ".join(ast.unparse(one) for one in node.handlers))
        for call in ast.walk(node)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and id(node) not in guarded]
    named = [(ast.unparse(one.func), ast.unparse(one)) for one in calls]
    return [whole for func, whole in named if func == "files.read" or func.rpartition(".")[2] in TOUCHES]


def test_commands_tell_why_a_file_cannot_be_read_or_written():
    found = {
        path.name: wrong
        for path in files(".py", below=PACKAGE / "cli")
        if path.name not in {*FOR_DEVELOPERS, "files.py"} and (wrong := untold(path.read_text(encoding="utf-8")))
    }
    assert found == {"backups.py": ["file.write_bytes(content)"]}, "a drill writes to a folder of its own, within _said"
    assert untold("path.write_bytes(b'')") and not untold("with files.told(path):\n    path.write_bytes(b'')")


BY_THEMSELVES = re.compile(r"\.(?:read|write)_(?:bytes|text)\(|\bopen\(|stdin\.buffer\.read\(")
WITHOUT_PEOPLE = {
    "backups.py": ["file.write_bytes(content)"],  # a drill's, in a folder of its own
    "files.py": ["os.open(path", "open(descriptor", "os.open(path", "open(descriptor"],  # is the one place
    "keys.py": ["open(os.open(path"],  # made anew for its owner alone, or refused
    "polls.py": ["path.write_bytes(content)"],  # the bundle that everybody may have
    "voice.py": ["path.write_bytes(speech.speak(script)"],  # words that whoever types them wants to hear
}


def test_commands_read_within_bounds_and_write_what_holds_people_for_its_owner_alone():
    """`files.read`, `files.within` and `files.write_private` do; what goes past them is named here."""
    found: dict[str, int] = {}
    for path in files(".py", below=PACKAGE / "cli"):
        if path.name not in FOR_DEVELOPERS and (hits := BY_THEMSELVES.findall(path.read_text(encoding="utf-8"))):
            found[path.name] = len(hits)
    assert found == {
        name: sum(len(BY_THEMSELVES.findall(one)) for one in lines) for name, lines in WITHOUT_PEOPLE.items()
    }


def test_a_command_that_there_is_not_is_told_in_chinese_with_the_nearest(app):
    done = app.test_cli_runner().invoke(args=["docter"])
    assert done.exit_code == 2 and "没有这个命令：docter；是不是 doctor？ / No such command 'docter'." in done.output
    assert "没有这个命令：xyzzy / No such" in app.test_cli_runner().invoke(args=["xyzzy"]).output


@pytest.mark.parametrize(
    ("line", "chinese", "english"),
    [
        (["village", "create"], "少了要写的", "SLUG"),
        (["village", "creat", "x"], "命令写得不对", "creat"),
        (["village", "list", "--al"], "没有这个选项", "--al"),
        (["outbox", "drop", "x", "--reason", "y"], "没有这个号", "x"),
        (["outbox", "--x"], "没有这个选项", "--x"),
        (["backup", "--keep", "0"], "有一项的值不对", "--keep"),
        (["restore"], "少了要写的", "PATH"),
    ],
)
def test_what_is_wrong_with_a_line_is_told_in_chinese_first(app, line, chinese, english):
    done = app.test_cli_runner().invoke(args=line)
    assert done.exit_code == 2
    assert re.search(f"Error: {chinese} / .*{re.escape(english)}", done.output), done.output


KEEPS_NO_WORDS = {
    "slug": "finds a village, or is held to its own letters",
    "new": "held to its own letters",
    "names": "finds people",
    "group": "finds a group",
    "number": "read as a phone number",
    "since": "read as a day",
    "until": "read as a day",
    "printed_head": "compared",
    "address": "asked for",
    "code": "finds a language",
    "given": "of a file: kept as that of an uploaded one, whose rules the roll has",
    "answers": "finds an answer, or is read by the rules of the roll",
    "words": "spoken to a file",
    "accounts number name": "finds a person",
    "offices give name": "finds a person",
    "offices end name": "finds a person",
    "persons card name": "finds a person",
    "persons show name": "finds a person",
}
"""What is typed after a command and does not stay as it is typed. All else has the rules of forms (cli.shared.typed)."""


def all_commands() -> list[tuple[str, str, click.Command]]:
    """Return each command with its noun, empty for one without."""
    context = click.Context(click.Group())
    found = [
        (noun, verb, Noun(noun).get_command(context, verb))
        for noun in NOUNS
        for verb in Noun(noun).list_commands(context)
    ]
    verbs = [("", verb, getattr(import_module(f"consult.cli.machine.{MODULES[verb]}"), verb)) for verb in VERBS]
    return [(noun, verb, command) for noun, verb, command in found + verbs if command is not None]


def test_words_that_stay_are_held_to_the_rules_of_forms():
    asked = {
        (noun, verb, str(one.name), isinstance(one.type, Words))
        for noun, verb, command in all_commands()
        for one in command.params
        if isinstance(one.type, click.types.StringParamType | Words)
    }
    whole = {
        name if name in KEEPS_NO_WORDS else f"{noun} {verb} {name}"
        for noun, verb, name, is_held in asked
        if not is_held
    }
    assert whole == set(KEEPS_NO_WORDS)
    assert {f"{noun} {verb} {name}" for noun, verb, name, is_held in asked if is_held} >= {
        "village set name",
        "village create collective",
        "accounts add paper",
        "outbox drop reason",
        "audit accept-restored reason",
    }


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [
        ("  新  村 ", "新 村", ""),
        ("新\u202e村\x07", "新村", r"U\+202E U\+0007"),
        ("没有", "没有", ""),
        ("", None, "要写|请写"),
        (" \u200b", None, "要写|请写"),
        ("长" * 81, None, "80"),
        ("13800138000", None, "13800138000"),
    ],
)
def test_what_is_dropped_of_typed_words_is_said_and_what_forms_refuse_is_refused(app, typed, kept, said):
    command = click.Command(
        "x", params=[click.Option(["--name"], type=Words(80))], callback=lambda name: click.echo(f"[{name}]")
    )
    done = app.test_cli_runner().invoke(command, ["--name", typed])
    assert (done.exit_code == 0) == (kept is not None) and re.search(said, done.output), done.output
    assert kept is None or f"[{kept}]" in done.output


def test_a_refusal_of_any_command_is_told_in_a_sentence(app, monkeypatch):
    """Each command has a line for what it expects to be refused; what it does not expect is no traceback either."""

    def refuse() -> None:
        raise Refused(
            Reason.KIN_CLASH,
            office=Role.SUPERVISOR,
            held=Role.COMMITTEE_MEMBER,
            source="X 1",
            who="Ah Fong",
            kin="Ah Kwok",
        )

    for noun, verb, command in all_commands():
        monkeypatch.setattr(command, "params", [])
        monkeypatch.setattr(command, "callback", refuse)
        done = app.test_cli_runner().invoke(args=[noun, verb] if noun else [verb])
        assert done.exit_code == 1 and isinstance(done.exception, SystemExit), (noun, verb, done.exception)
        assert re.search("没办成：.*[\u3400-\u9fff].*Ah Kwok.*Ah Fong", done.output), (
            noun,
            verb,
            done.output,
        )


READS = {"accounts.show", "factors.show", "offices.show", "persons.show", "village.show"}
"""Commands that only look at a village."""
RULES_OF_THEIR_OWN = {
    "named_villages.find_for": "is the rule itself",
    "named_villages.find_open": "is the rule itself",
    "village.change": "the log takes what it writes, for closing and opening; name and province of a closed one stay",
}
NAME_NO_VILLAGE_TO_IT = {
    "audit verify": "reads",
    "search rebuild": "makes anew what is derived from the records",
    "voice make": "makes anew what is derived from the records",
    "voice missing": "reads",
    "voice remove": "what is derived from the records, and is made anew",
    "village create": "there is none yet",
}
"""Commands with a village that ask nobody whether it is closed, and why. Those without one write to logs, which refuse."""


def askers(rule: str) -> set[str]:
    """Return the functions of commands that ask a function of named_villages."""
    return {
        f"{path.stem}.{one.name}"
        for path in files(".py", below=PACKAGE / "cli")
        for one in ast.walk(tree(path))
        if isinstance(one, ast.FunctionDef)
        for call in ast.walk(one)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in (f"named_villages.{rule}", rule)
    }


def test_commands_ask_in_one_place_whether_a_closed_village_takes_what_they_write():
    """`find_for` asks the table of the log itself, so that a command takes what a page takes."""
    by_rule = {rule: askers(rule) for rule in ("find", "find_open", "find_for")}
    assert by_rule["find"] == {*READS, "named_villages.find_for", "named_villages.find_open"}
    assert (
        by_rule["find_open"] == {"named_villages.find_for", "village.change"}
        and set(RULES_OF_THEIR_OWN) >= by_rule["find_open"]
    )
    with_village = {
        f"{noun} {verb}": f"{noun}.{command.callback.__name__}"
        for noun, verb, command in all_commands()
        if command.callback is not None and any(one.name == "slug" for one in command.params)
    }
    asked = set().union(*by_rule.values())
    assert {name for name, function in with_village.items() if function not in asked} == set(NAME_NO_VILLAGE_TO_IT)
