"""Reading the form of an act of a mediation case: each mistake at its field, and no text breaks it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.cases.act_rule import ActRule
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import ADDED, CaseAct, Field, FieldKind
from consult.domain.cases.choices import choices
from consult.domain.cases.forms import MOST_ROWS, TEXT_LENGTH, Offered, SentForm, read_act_form
from consult.domain.form_errors import FormError

TODAY = date(2026, 8, 11)
OFFERED = Offered(parties=[1, 2], mediators=[7, 8], rows=[2])
FIELDS = [field for rule in RULES.values() for field in rule.fields]


def test_the_limit_of_a_text_is_said_as_a_round_number_and_has_room_for_what_is_filled_in():
    assert not [field for field in FIELDS if field.most % 100]
    facts = next(field for field in RULES[CaseAct.AGREE].fields if field.name == "facts")
    assert facts.most > 2 * TEXT_LENGTH


def read_act(act: CaseAct, form: dict[str, str], **many: list[str]):
    return read_act_form(RULES[act].fields, SentForm(form, many), OFFERED, TODAY)


def read_one(kind: FieldKind, typed: str, *, needed: bool = True, of: str = ""):
    facts, mistakes = read_act_form([Field("x", kind, needed, of)], SentForm({"x": typed}), OFFERED, TODAY)
    return facts["x"], mistakes.get("x")


@pytest.mark.parametrize(
    ("kind", "typed", "mistake"),
    [
        (FieldKind.LINE, " ", FormError.EMPTY),
        (FieldKind.LINE, "长" * 81, FormError.TOO_LONG),
        (FieldKind.TEXT, "长" * 4001, FormError.TOO_LONG),
        (FieldKind.TEXT, "打 13800000001", FormError.PRIVATE_NUMBER),
        (FieldKind.DAY, "", FormError.NOT_A_DAY),
        (FieldKind.DAY, "明天", FormError.NOT_A_DAY),
        (FieldKind.DAY, "2026-02-29", FormError.NOT_A_DAY),
        (FieldKind.PAST_DAY, "2026-08-12", FormError.DAY_TO_COME),
        (FieldKind.COMING_DAY, "2026-08-10", FormError.DAY_PAST),
        (FieldKind.TIME, "", FormError.EMPTY),
        (FieldKind.TIME, "24:00", FormError.NOT_A_TIME),
        (FieldKind.TIME, "7:60", FormError.NOT_A_TIME),
        (FieldKind.TIME, "１９:３０", FormError.NOT_A_TIME),
        (FieldKind.MONEY, "很多", FormError.NOT_MONEY),
        (FieldKind.NUMBER, "-1", FormError.NOT_A_NUMBER),
        (FieldKind.NUMBER, "10000", FormError.NOT_A_NUMBER),
        (FieldKind.PHONE, "12345", FormError.NOT_A_PHONE),
        (FieldKind.TICK, "", FormError.MUST_BE_TICKED),
        (FieldKind.PARTY, "", FormError.NOT_OFFERED),
        (FieldKind.PARTY, "3", FormError.NOT_OFFERED),
        (FieldKind.PARTY, "9" * 5000, FormError.NOT_OFFERED),
        (FieldKind.NUMBER, "9" * 5000, FormError.NOT_A_NUMBER),
        (FieldKind.MEDIATOR, "1", FormError.NOT_OFFERED),
        (FieldKind.ROW, "1", FormError.NOT_OFFERED),
    ],
)
def test_each_mistake_is_told_at_its_field(kind, typed, mistake):
    assert read_one(kind, typed)[1] == mistake


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (FieldKind.LINE, "  水沟   塞了 ", "水沟 塞了"),
        (FieldKind.PAST_DAY, "2026-08-11", "2026-08-11"),
        (FieldKind.COMING_DAY, "2026-08-11", "2026-08-11"),
        (FieldKind.DAY, "20260801", "2026-08-01"),
        (FieldKind.TIME, "9:05", "9:05"),
        (FieldKind.TIME, "23:59", "23:59"),
        (FieldKind.MONEY, "500", 50_000),
        (FieldKind.NUMBER, "0", 0),
        (FieldKind.NUMBER, "9999", 9999),
        (FieldKind.PHONE, "138 0000 0001", "13800000001"),
        (FieldKind.TICK, "1", True),
        (FieldKind.PARTY, "2", 2),
        (FieldKind.MEDIATOR, "8", 8),
        (FieldKind.ROW, "2", 2),
    ],
)
def test_what_is_right_is_taken(kind, typed, value):
    assert read_one(kind, typed) == (value, None)


@pytest.mark.parametrize("kind", sorted(set(FieldKind) - {FieldKind.ROWS, FieldKind.PHOTOS, FieldKind.VOICE}))
def test_what_is_not_needed_may_stay_empty(kind):
    assert read_one(kind, "", needed=False, of="yes_no")[1] is None


@pytest.mark.parametrize("of", sorted({field.of for field in FIELDS if field.of}))
def test_a_choice_is_one_of_its_table(of):
    assert choices(of)
    for code in choices(of):
        assert read_one(FieldKind.CHOICE, code, of=of) == (code, None)
    for typed in ("", "king", choices(of)[0].upper()):
        assert read_one(FieldKind.CHOICE, typed, of=of)[1] is FormError.NOT_OFFERED


def test_only_those_in_dispute_and_in_office_can_be_ticked():
    form = {"on": "2026-08-11"}
    assert read_act(CaseAct.SIGN, form, signed=["2", "1", "2"])[0]["signed"] == [1, 2]
    assert read_act(CaseAct.SIGN, form, signed=["1", "3"])[1] == {"signed": FormError.NOT_OFFERED}
    assert read_act(CaseAct.SIGN, form, signed=["9" * 5000])[1] == {"signed": FormError.NOT_OFFERED}
    assert read_act(CaseAct.SIGN, form)[1] == {}
    assert read_act(CaseAct.ASSIGN, {})[1] == {"mediators": FormError.NOT_OFFERED}
    assert read_act(CaseAct.ASSIGN, {}, mediators=["7"])[0]["mediators"] == [7]


def test_what_both_must_have_agreed_to_has_to_be_said():
    form = {"until": "2026-09-20", "reason": "还要丈量"}
    assert read_act(CaseAct.EXTEND, form)[1] == {"both_agree": FormError.MUST_BE_TICKED}
    assert read_act(CaseAct.EXTEND, form | {"both_agree": "1"})[1] == {}
    for act in (CaseAct.EXTEND, CaseAct.DEFER, CaseAct.MEDIATE_AGAIN, CaseAct.APPLY_CONFIRMATION, CaseAct.RAISE):
        assert next(field for field in RULES[act].fields if field.name == "both_agree").needed
    told = {
        act: {field.name for field in rule.fields if field.kind is FieldKind.TICK and field.needed}
        for act, rule in RULES.items()
    }
    assert "rights_told" in told[CaseAct.ACCEPT] and "told_ways" in told[CaseAct.TERMINATE]


POINT = {"by_1": "2", "what_1": "赔钱", "amount_1": "500", "due_1": "2026-09-01"}
AGREEMENT = {"form": "written", "on": "2026-08-11", "facts": "水沟塞了", "terms": "各让一步"}


def test_points_are_read_in_their_order_and_empty_ones_are_none():
    facts, mistakes = read_act(
        CaseAct.AGREE, AGREEMENT | POINT | {"by_3": "1", "what_3": "让路", "due_3": "2026-10-01", "by_4": "1"}
    )
    assert not mistakes
    assert facts["rows"] == [
        {"by": 2, "to": [], "what": "赔钱", "amount": 50_000, "due": "2026-09-01", "way": ""},
        {"by": 1, "to": [], "what": "让路", "amount": None, "due": "2026-10-01", "way": ""},
    ]


@pytest.mark.parametrize(
    ("changes", "mistakes"),
    [
        ({"by_1": ""}, {"by_1": FormError.NOT_OFFERED}),
        ({"by_1": "3"}, {"by_1": FormError.NOT_OFFERED}),
        ({"by_1": "9" * 5000}, {"by_1": FormError.NOT_OFFERED}),
        ({"what_1": ""}, {"what_1": FormError.EMPTY}),
        ({"due_1": ""}, {"due_1": FormError.NOT_A_DAY}),
        ({"amount_1": "一些"}, {"amount_1": FormError.NOT_MONEY}),
        ({"what_1": "", "amount_1": "", "due_1": ""}, {"what_1": FormError.EMPTY}),
    ],
)
def test_each_mistake_in_a_point_is_told_beside_it(changes, mistakes):
    assert read_act(CaseAct.AGREE, AGREEMENT | POINT | changes)[1] == mistakes


def test_there_are_no_more_points_than_a_form_has():
    many = {f"{name}_{n}": POINT[f"{name}_1"] for name in ("by", "what", "due") for n in range(1, MOST_ROWS + 3)}
    assert len(read_act(CaseAct.AGREE, AGREEMENT | many)[0]["rows"]) == MOST_ROWS


def test_photos_and_voices_are_no_facts_of_a_form():
    said = read_act(CaseAct.STATEMENT, {"words": "他占了我的路", "photos": "x", "voice": "y"})[0]
    assert set(said) == {"words", "on"} and said["on"] is None


def test_names_of_fields_are_single_and_choices_have_their_table():
    for act, rule in RULES.items():
        names = [field.name for field in rule.fields]
        assert len(names) == len(set(names)), act
        assert all(bool(field.of) == (field.kind is FieldKind.CHOICE) for field in rule.fields), act


@given(st.sampled_from(sorted(RULES)), st.data())
def test_no_text_breaks_the_reading_of_a_form(act, data):
    fields = RULES[act].fields
    names = [field.name for field in fields] + [f"{name}_1" for name in ("by", "what", "amount", "due")]
    form = {name: data.draw(st.text(max_size=12)) for name in names}
    many = {name: [form[name]] for name in names}
    facts, _ = read_act_form(fields, SentForm(form, many), OFFERED, TODAY)
    assert set(facts) == {field.name for field in fields if field.kind not in (FieldKind.PHOTOS, FieldKind.VOICE)}


@pytest.mark.parametrize("whose", ["", "name", "nobody"])
def test_a_phone_in_the_table_says_which_party_it_belongs_to(whose):
    phone = Field("phone", FieldKind.PHONE, False, whose=whose)
    with pytest.raises(ValueError, match="whose phone"):
        ActRule(frozenset(), frozenset(), (Field("name"), phone))
    for named in ("party", ADDED):
        assert ActRule(frozenset(), frozenset(), (Field("party", FieldKind.PARTY), replace(phone, whose=named)))


@pytest.mark.parametrize(("with_files", "wrong"), [(False, {"words": FormError.EMPTY}), (True, {})])
def test_a_photo_or_a_recording_will_do_instead_of_a_partys_words_but_not_of_evidence(with_files, wrong):
    sent = SentForm({"words": ""}, with_files=with_files)
    assert read_act_form(RULES[CaseAct.STATEMENT].fields, sent, OFFERED, TODAY)[1] == wrong
    assert "words" in read_act_form(RULES[CaseAct.EVIDENCE].fields, sent, OFFERED, TODAY)[1]
