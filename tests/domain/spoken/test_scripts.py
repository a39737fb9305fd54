"""A script of a page, and the name under which its sound is kept."""

from consult.domain.spoken import scripts

MARKS = {"cmn": "espeak-ng", "yue": "espeak-ng"}
REST = ("cmn", "后面还有。")


def script(*said, village_id=1):
    return scripts.write(village_id, said, rest=REST)


def test_the_same_words_have_the_same_sound_and_other_words_another():
    name = script(("cmn", "修渠")).name(MARKS)
    assert script(("cmn", "修渠")).name(MARKS) == name
    others = [script(("cmn", "修路")), script(("yue", "修渠")), script(("cmn", "修渠"), village_id=2)]
    assert len({name, *(one.name(MARKS) for one in others)}) == 4


def test_another_engine_makes_another_sound():
    assert script(("cmn", "修渠")).name(MARKS | {"cmn": "kokoro"}) != script(("cmn", "修渠")).name(MARKS)
    assert script(("cmn", "修渠")).name(MARKS | {"yue": "vits"}) == script(("cmn", "修渠")).name(MARKS)


def test_names_begin_with_the_village_and_no_village_with_that_of_another():
    assert script(("cmn", "修渠"), village_id=1).name(MARKS).startswith(scripts.prefix_of(1))
    assert not script(("cmn", "修渠"), village_id=17).name(MARKS).startswith(scripts.prefix_of(1))


def test_a_long_text_is_heard_up_to_a_full_stop_and_the_listener_is_told_that_there_is_more():
    sentence = "这一段水渠要修，大家都来看。"
    made = script(("cmn", "修渠"), ("cmn", sentence * 200), ("cmn", "不会听到"))
    assert made.characters <= scripts.MOST_CHARACTERS + len(REST[1])
    assert made.parts[1][1].endswith("大家都来看。") and made.parts[-1] == REST and len(made.parts) == 3


def test_a_text_is_read_only_as_far_as_it_can_be_heard_and_the_listener_is_told_that_there_is_more():
    made = script(("cmn", "修渠" + " " * scripts.MOST_READ + "不会听到"))
    assert made.parts == (("cmn", "修渠"), REST)


def test_there_is_no_script_of_nothing():
    assert script() is None and script(("cmn", "（）")) is None
