"""A sentence of a mistake that speaks of votes stands in forms of votes only: one sentence, one trade."""

import re

from consult.domain.form_errors import FormError
from consult.web.words.code_words import MISTAKES
from tests.checks.sources import PACKAGE, files

OF_VOTES = re.compile(r"\b(?:vote|votes|voter|ballot|ballots)\b|票|投", re.IGNORECASE)
ELSEWHERE = {"cases", "people", "talk", "board", "messages"}


def strays(sentences: dict[FormError, object]) -> set[str]:
    """Return the mistakes whose sentence speaks of votes and that an area without votes gives."""
    found = set()
    sources = {path: path.read_text(encoding="utf-8") for path in files(".py", below=PACKAGE)}
    for mistake, sentence in sentences.items():
        if OF_VOTES.search(str(sentence)):
            used = [path for path, text in sources.items() if f"FormError.{mistake.name}" in text]
            found |= {mistake.name for path in used if ELSEWHERE & set(path.relative_to(PACKAGE).parts)}
    return found


def test_no_form_without_a_vote_answers_with_a_sentence_about_votes(app):
    with app.test_request_context():
        assert not strays(dict(MISTAKES))


def test_the_check_sees_a_sentence_of_another_trade():
    assert strays({FormError.MUST_BE_TICKED: "otherwise the vote cannot be taken"}) == {"MUST_BE_TICKED"}


CUT = re.compile(r"form(?:\.get\(|\[)[^\n]*\)\[:(?!64\]|40\]|KEY_LENGTH|CODE_TYPED)")
"""Words of a form that are cut to a length. Keys and codes are no words: whoever types a code reads it off."""
SOUGHT = {"searches.py"}
"""What is sought is no record, and its page shows again what was sought."""


def test_no_view_cuts_what_was_typed_instead_of_saying_that_it_is_too_long():
    found = {
        path.name for path in files(".py", below=PACKAGE / "views") if CUT.search(path.read_text(encoding="utf-8"))
    }
    assert found <= SOUGHT


def test_the_check_sees_words_that_are_cut():
    assert CUT.search('" ".join(request.form.get("source", "").split())[:SOURCE_LENGTH]')
    assert CUT.search('form.get("words", "").strip()[:WORDS_LENGTH]')
    assert not CUT.search('form.get("key", "")[:64] or new_token()')
