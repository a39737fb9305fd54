"""What the entries of a meeting's record say: complete when written, stored as ever, read as written."""

import dataclasses
from datetime import UTC, datetime

import pytest

from consult.domain.meetings import entry_facts as facts
from consult.domain.meetings.agendas import Result
from consult.domain.meetings.entry_facts import EntryFacts, ProceedingStep
from consult.domain.polls.polls import Outcome

AT, ISO = datetime(2026, 11, 20, 11, 30, tzinfo=UTC), "2026-11-20T11:30:00+00:00"
OFFICER = {"person": 3, "name": "何树根", "reason": "有亲"}
NOTE = {"name": "甲", "text": "讲"}
DECLARED = {"poll": 5, "question": "修吗？", "options": ["是"], "tally": {"roll": 8}, "verdict": {"majority": {}}}
WRITTEN: list[tuple[EntryFacts, list[tuple[str, object]]]] = [
    (facts.OpenedFacts(began_at=AT, chair=1, recorder=2), [("began_at", ISO), ("chair", 1), ("recorder", 2)]),
    (
        facts.OpenedFacts(began_at=AT, chair=1, recorder=2, due_at=AT),
        [("began_at", ISO), ("chair", 1), ("recorder", 2), ("due_at", ISO)],
    ),
    (
        facts.AdjournedFacts(ended_at=AT, resumes_at=AT, place="祠堂", reason="太晚"),
        [("ended_at", ISO), ("resumes_at", ISO), ("place", "祠堂"), ("reason", "太晚")],
    ),
    (
        facts.ResumedFacts(began_at=AT, due_at=AT, place="祠堂"),
        [("began_at", ISO), ("due_at", ISO), ("place", "祠堂")],
    ),
    (facts.ItemCalledFacts(), []),
    (facts.ItemClosedFacts(result=Result.HEARD), [("result", "heard")]),
    (facts.SpeechAskedFacts(person=3, name="甲"), [("person", 3), ("name", "甲")]),
    (facts.SpeechAskedFacts(name="甲"), [("name", "甲")]),
    (facts.SpeechBegunFacts(of=3, name="甲"), [("of", 3), ("name", "甲")]),
    (facts.SpeechEndedFacts(), []),
    (facts.SpeechNotedFacts(**NOTE), list(NOTE.items())),
    (facts.AmendmentNotedFacts(**NOTE), list(NOTE.items())),
    (facts.RemarkNotedFacts(text="讲"), [("name", ""), ("text", "讲")]),
    (facts.ConflictDeclaredFacts(**NOTE), list(NOTE.items())),
    (facts.ChairChangedFacts(**OFFICER), list(OFFICER.items())),
    (facts.RecorderChangedFacts(**OFFICER), list(OFFICER.items())),
    (facts.VoteOpenedFacts(poll=5), [("poll", 5)]),
    (facts.VoteEndedFacts(poll=5), [("poll", 5)]),
    (facts.VoteEndedFacts(poll=5, by_time=True), [("poll", 5), ("by_time", True)]),
    (
        facts.VoteDeclaredFacts(kind="motion", outcome=Outcome.CARRIED, **DECLARED),
        [
            ("poll", 5),
            ("question", "修吗？"),
            ("kind", "motion"),
            ("options", ["是"]),
            ("outcome", "carried"),
            ("tally", {"roll": 8}),
            ("verdict", {"majority": {}}),
        ],
    ),
    (
        facts.VoteCancelledFacts(poll=5, question="修吗？", reason="停电"),
        [("poll", 5), ("question", "修吗？"), ("reason", "停电")],
    ),
    (facts.UndoneFacts(of=3), [("of", 3)]),
    (facts.CorrectedFacts(of=3, text="讲"), [("of", 3), ("text", "讲")]),
    (facts.ClosedFacts(ended_at=AT), [("ended_at", ISO)]),
]


def test_every_step_has_its_facts():
    assert set(facts.FACTS) == set(ProceedingStep) == {type(one).step for one, _ in WRITTEN}
    assert all(kind.__name__ == f"{step.name.title().replace('_', '')}Facts" for step, kind in facts.FACTS.items())


@pytest.mark.parametrize(("one", "stored"), WRITTEN, ids=lambda value: getattr(value, "step", ""))
def test_an_entry_is_stored_in_the_order_of_its_fields_and_read_as_it_was_written(one, stored):
    assert list(one.as_json().items()) == stored
    assert all(type(value) in (str, int, bool, list, dict) for value in one.as_json().values())
    assert facts.FACTS[one.step].read(one.as_json()) == one


@pytest.mark.parametrize("one", [one for one, _ in WRITTEN], ids=lambda one: one.step)
def test_an_entry_with_a_field_that_is_unknown_or_missing_is_not_written(one):
    kind, there = facts.FACTS[one.step], dict(one.__dict__)
    with pytest.raises(TypeError):
        kind(**(there | {"weather": "rain"}))
    needed = [field.name for field in dataclasses.fields(kind) if field.default is dataclasses.MISSING]
    for name in needed:
        with pytest.raises(TypeError):
            kind(**{key: value for key, value in there.items() if key != name})
