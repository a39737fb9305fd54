"""A short sentence that stands in pages of several areas means the same in each, or it is two sentences.

"Answer" was the heading of a table of votes (表决) and of the committee's answer to an objection: one key, one Chinese word,
wrong in one of the two. A new one here: read its Chinese in each place; then name it in ONE_MEANING, or make a longer key.
"""

from collections import defaultdict
from pathlib import Path

from babel.messages.pofile import read_po

from consult.cli.translate import TEMPLATE

MOST_WORDS = 3
ONE_MEANING = frozenset(
    {
        "item %(n)s",
        "household %(code)s",
        "%(amount)s yuan",
        "%(label)s: %(words)s",
        "%(name)s (%(why)s)",
        "%(name)s:",
        "%(ordinal)s. %(title)s",
        "Age",
        "Agenda",
        "All %(n)s",
        "Back",
        "Costs nothing.",
        "In short",
        "Answer it",
        "Answer",
        "Answers",
        "Ballot",
        "Budget (yuan)",
        "Came",
        "Carried with",
        "Choose one",
        "Console",
        "Count sheets",
        "Day",
        "Decide",
        "Deliberation",
        "Drop it",
        "Expected",
        "Fingerprint",
        "Group",
        "Household cards",
        "Household code",
        "Household",
        "Keep it",
        "Like 01-001.",
        "Manners",
        "Mediation",
        "Meetings",
        "Mine",
        "Minutes",
        "More",
        "My messages",
        "My receipts",
        "Name",
        "Next",
        "No",
        "No. %(number)s",
        "No.",
        "Note it",
        "Nothing waits.",
        "Notice board",
        "Notices",
        "Office",
        "Older ones",
        "Paper ballots",
        "Place",
        "Present",
        "Print",
        "Printed %(when)s",
        "Quorum",
        "Reason",
        "Record",
        "Recorder",
        "Result",
        "Say it",
        "Search",
        "Secrecy",
        "Sex",
        "Short notice",
        "Sign in",
        "Signature",
        "Source",
        "Standing",
        "Support",
        "The answer",
        "The meeting",
        "The proposal",
        "Took part",
        "Until",
        "Votes",
        "When",
        "Where",
        "Who decides",
        "Who votes",
        "Who",
        "Whole village",
        "Why",
        "Why?",
        "Work",
        "Yes",
        "Yuan",
        "Phone number",
        "annulled",
        "justice office",
        "mediator",
        "none",
        "since %(when)s",
        "%(first)s to %(last)s",
        "%(what)s, until %(when)s",
        "Ask for it",
        "Before that: %(words)s",
        "Costs %(amount)s yuan.",
        "Declare the result",
        "Go and vote",
        "Keep it so",
        "Kind of matter",
        "Kind of meeting",
        "Nobody has appealed.",
        "Of those present",
        "Office changed: %(role)s",
        "Office ended: %(role)s",
        "Office given: %(role)s",
        "On to: %(phase)s",
        "Party organisation's study",
        "Planned in all",
        "Raise a matter",
        "Short notice because",
        "Spent in all",
        "To the meeting",
        "Voting has closed.",
        "Voting opens %(when)s",
        "Waiting for you",
        "What was answered",
        "Who decides what",
        "Who is asked",
        "Who is called",
        "Who was there",
        "Whose it is",
        "Without full capacity",
        "Write a proposal",
        "Write it down",
        "agreed for %(when)s",
        "asked by %(name)s",
        "head of mediation",
        "planned until %(when)s",
        "Votes and results",
    }
)
"""Short sentences of several areas that were read in each place."""
GENERAL = frozenset({"components", "errors", "base.html"})
"""Parts of templates that belong to no area."""


def areas_of(path: str) -> str:
    """The area of a file: templates/talk/tasks/index.html and consult/views/talk/tasks.py are both of talk."""
    parts = Path(path).parts
    place = parts[1:] if parts[0] == "templates" else parts[2:]
    if place[0] == "words":
        return "words" if len(place) == 2 else place[1]
    return "" if place[0] in GENERAL or len(place) == 1 else place[0]


def shared(catalogue) -> set[str]:
    """The short sentences that stand in more than one area."""
    found = defaultdict(set)
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else ""
        if key and len(key.split()) <= MOST_WORDS:
            found[key] |= {area for path, _ in message.locations if (area := areas_of(path))}
    return {key for key, areas in found.items() if len(areas) > 1}


def test_a_short_sentence_of_several_areas_has_one_meaning():
    with TEMPLATE.open("rb") as file:
        there = shared(read_po(file))
    assert there - ONE_MEANING == set(), "read these in each place"


def test_the_check_sees_a_sentence_of_two_areas(tmp_path):
    planted = tmp_path / "messages.pot"
    planted.write_text(
        '#: templates/board/a.html templates/people/b.html\nmsgid "Answer"\nmsgstr ""\n\n'
        '#: templates/board/a.html consult/views/board/b.py\nmsgid "Board"\nmsgstr ""\n'
    )
    with planted.open("rb") as file:
        assert shared(read_po(file)) == {"Answer"}
