"""Words after an option that stay: held to the rules of forms, and nothing dropped unsaid."""

from collections.abc import Sequence
from typing import Any

import click
from flask.cli import ScriptInfo

from consult.domain import languages
from consult.domain.characters import STRAY, said_back
from consult.domain.form_errors import FormError
from consult.domain.numbers import read_id
from consult.domain.text_fields import line
from consult.web import i18n
from consult.web.words import code_words

NONE = ("没有", "none")
"""What is typed for a value that is to be taken away: an empty one is too easily typed by mistake."""


class Number(click.ParamType[int]):
    """The number of a row: what no row can have is refused before a database is asked, which takes no larger ones."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number. Raises click.UsageError, in Chinese first."""
        del param  # click names it in English before its own sentence
        number = read_id(str(value))
        if number is None:
            raise click.UsageError(f"没有这个号 / there is no such number: {said_back(value)}", ctx)
        return number


class Words(click.ParamType[str]):
    """One line of words that the records or the log keep: of limited length, without private numbers, never empty.

    `or_none`: where one of NONE is typed, the value is the empty text.
    """

    name = "text"

    def __init__(self, most: int, *, or_none: bool = False) -> None:
        self.most, self.or_none = most, or_none

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the words as they are kept, and say what was dropped. Raises click.ClickException."""
        option = param.opts[0] if param else ""
        mistakes: dict[str, FormError] = {}
        words = line({"words": str(value)}, "words", self.most, mistakes)
        if mistakes:
            hint = f"；要去掉就写 {NONE[0]} / to take it away type {NONE[1]}" if self.or_none else ""
            raise click.ClickException(f"{option} 这样不行 / is not taken: {_sentence(mistakes['words'], ctx)}{hint}")
        if dropped := STRAY.findall(str(value)):
            click.echo(f"{option} 里有看不见的字符，去掉了 / what is not seen was dropped: {_named(dropped)}", err=True)
        return "" if self.or_none and words in NONE else words


def _sentence(mistake: FormError, ctx: click.Context | None) -> str:
    """Return the sentence of a mistake. Options are read before a command has its app: it is loaded here."""
    if ctx is None:
        return mistake.value
    with ctx.ensure_object(ScriptInfo).load_app().app_context(), i18n.speaking(languages.OFFICIAL):
        return code_words.sentence_of(mistake)


def _named(characters: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(f"U+{ord(one):04X}" for one in characters))
