"""What the subject of a commit must be. As a hook: python3 -m tests.checks.commits FILE-WITH-THE-MESSAGE."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST_SUBJECT = 72
WRITTEN_BY_GIT = ("Merge ", "Revert ", "fixup! ", "squash! ", "amend! ")
VERBS_LIKE_OTHER_FORMS = {
    "bring",
    "embed",
    "exceed",
    "feed",
    "focus",
    "need",
    "ping",
    "proceed",
    "seed",
    "shed",
    "speed",
    "string",
}
NO_VERBS = {
    "a",
    "all",
    "an",
    "another",
    "any",
    "both",
    "each",
    "every",
    "everybody",
    "for",
    "he",
    "her",
    "his",
    "how",
    "i",
    "if",
    "in",
    "it",
    "its",
    "my",
    "no",
    "nobody",
    "not",
    "nothing",
    "now",
    "on",
    "one",
    "our",
    "she",
    "some",
    "that",
    "the",
    "their",
    "there",
    "these",
    "they",
    "this",
    "those",
    "two",
    "we",
    "what",
    "when",
    "where",
    "who",
    "whoever",
    "with",
    "you",
    "your",
}


def faults(subject: str) -> Iterator[str]:
    """Yield what is wrong with the first line of a commit's message."""
    if subject.startswith(WRITTEN_BY_GIT):
        return
    if len(subject) > LONGEST_SUBJECT:
        yield f"{len(subject)} characters instead of at most {LONGEST_SUBJECT}"
    if subject.endswith("."):
        yield "ends with a full stop"
    first = re.match(r"[A-Z][a-z-]*\b", subject)
    if not first:
        yield "does not begin with a capital letter and a word"
    elif not is_imperative(first[0].lower()):
        yield f"begins with '{first[0]}', which is no verb in the imperative (Add, Fix, Remove …)"


def is_imperative(word: str) -> bool:
    """Return whether a first word may be a verb in the imperative, as far as its form tells."""
    if word in VERBS_LIKE_OTHER_FORMS:
        return True
    third_person = word.endswith("s") and not word.endswith("ss")
    return word not in NO_VERBS and not word.endswith(("ed", "ing")) and not third_person


def main(arguments: list[str]) -> int:
    """Judge the message in a file, as git hands it to a commit-msg hook. Return the exit code."""
    lines = Path(arguments[0]).read_text(encoding="utf-8").splitlines()
    subject = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    found = list(faults(subject))
    for fault in found:
        print(f"Subject of the commit: {fault}: {subject}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
