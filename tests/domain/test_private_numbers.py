"""No phone, identity or card number gets past, however it is written; dates, sums and years do."""

import time
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consult.domain import text_fields
from consult.domain.form_errors import FormError
from consult.domain.private_numbers import found_in, written_in

PRIVATE = [
    "13800000001",
    "打 138 0000 0001 搵我",
    "电话138-0000-0001。",
    "１３８００００００００",
    "１３８ ００００ ０００１",
    "+86 138 0000 0001",
    "0086-13800000001",
    "1 3 8 0 0 0 0 0 0 0 1",
    "13-80-00-00-00-1",
    "138.0000.0001",
    "一三八零零零零零零零一",
    "幺三八〇〇〇〇〇〇〇幺",
    "么三八零零零零零零零么",
    "13800么38000",
    "要么13800000001",
    "怎么一三八零零零零零零零一",
    "138oO13800o",
    "电话l38，不，138l38Olo62",
    "1３8零000零001",
    "(138)00000001",
    "+852 9123 4567",
    "+853 6612 3456",
    "853-6612-3456",
    "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣",
    "138*0013*8001",
    "138\u200b0013\u200b8001",
    "联系 13800138001，3500 元一户",
    "440182197803010022",
    "44018219780301002X",
    "44018219780301002x",
    "440182 19780301 0022",
    "身份证 440182780301002",
    "6222 0212 3456 7890 123",
    "6222021234567890",
    "6222-0212-3456-7890",
    "6222021234567890123",
    "①③⑧⓪⓪①③⑧⓪⓪①",
    "❶➂➑⓪⓪①③⑧⓪⓪①",
    "㊀㊂㊇零零一三八零零一",
    "壹叁捌零零壹叁捌零零壹",
    "١٣٨٠٠١٣٨٠٠١",
    "1\u200d3\u200c8\ufeff0\u20600\u00ad1\u200b3\u034f8\u180e0\u200e0\u202e1",
    "1̶3̶8̶0̶0̶1̶3̶8̶0̶0̶1̶",
    "138★0013★8001",
    "138~0013~8001",
    "138|0013|8001",
    "138，0013，8001",
    "138、0013、8001",
    "138:0013:8001",
    "1,3,8,0,0,1,3,8,0,0,1",
    "1、3、8、0、0、1、3、8、0、0、1",
    "＋８５３　６６１２　３４５６",
    "00853-6612-3456",
    "00852 9123 4567",
    "0086 138 0013 8001",
    "86-138-0013-8001",
    "编号 13800138001",
    "编号：440182197803010022",
    "138，0013，8001 元旦见",
    "44018219780301００２Ｘ",
    "440182*19780301*002X",
    "幺三八洞洞洞幺两三四五",
    "打幺三八，洞洞幺拐，勾兩三四",
    "么三八洞洞么拐勾两三四",
    "一。三。八。零。零。一。三。八。零。零。一",
    "1。3。8。0。0。1。3。8。0。0。1",
    "138。0013。8001",
    "l3800138001",
    "微信l3八零零一三八零零一",
    "电话l38 0013 8001",
    "l.3.8.0.0.1.3.8.0.0.1",
    "138 OO13 8OO1",
    "九一二三四五六七",
    "六洞两三，四五拐八",
    "打九一二三四五六七，三点以后",
    "9、1、2、3、4、5、6、7",
    "9 1 2 3 4 5 6 7",
    "六。一。二。三。四。五。六。七",
    "9123 4567",
    "6612 3456",
    "打 9123 4567 搵我",
    "我電話6612-3456。",
    "91234567",
    "澳门电话 66123456，晚上打",
    "５１２３ ４５６７",
    "9123.4567",
    "9123 4567、6612 3456",
    "9123 4567 或者 13800138001",
    "阿姨 9876-5432",
    "+852 91234567",
    "852-9123-4567",
    "(852) 9123 4567",
    "+853 66123456",
    "(853)6612 3456",
    "00853 6612 3456",
]
HARMLESS = [
    "各组得分：8、7、9、5、8、6、9、7",
    "这八天每天来的人数是 5、6、4、7、8、6、5、9",
    "八户各出工：4，5，6，4，5，7，8，4",
    "门牌 4、5、6、7、8、9、5、6",
    "票数 9 8 7 6 5 4 3 2",
    "2026-07-15 2026-08-16",
    "花 128,600 元",
    "2026年11月24日 20:00",
    "186 亩，97 户，300 米",
    "12345678",
    "村委会座机 0763-1234567",
    "1978-2026",
    "一共 3,000,000,000 元",
    "一百三十八块",
    "三户分别出 150，1200，3500 元",
    "每户 180，2400，3600 档",
    "木板 150*1200*3500 mm",
    "有事打 110、120、12348",
    "2023 2024 2025 2026",
    "12 34 56 78",
    "第 33 条",
    "",
    "水圳长 300 米，宽 1.2 米，深 0.8 米",
    "每户 180，2400，3600 三档",
    "涉及门牌 13,25,36,47,58,9 号",
    "门牌 13、25、36、47、58、9",
    "每户 138、1200、3500 块",
    "金额：150，1200，3500",
    "标段编号 441802202603150",
    "统一社会信用代码 914418023456789012",
    "合同号：2026112400000001",
    "（2026）粤1802民初1234号",
    "2026年11月24日19:30到21:30",
    "2026.11.24 19:30-21:30",
    "11月24日、25日、26日、27日",
    "上午8:30、9:30、10:30、11:30",
    "一三五七九组",
    "一、二、三、四、五、六、七、八、九、十",
    "1、2、3、4、5、6、7、8、9、10、11",
    "1978、1982、1990、2003",
    "第 1、2、3 项，第 10、11、12 项",
    "共 1,380,013,800 元",
    "五一、六一、七一、八一",
    "5、6、4、8、7、9、5、6 票",
    "四、五、六、七、八、九、十、十一",
    "4、5、6、7、8、9、10、11",
    "5、6、7、8、9、1、2、3、4",
    "九七二零二六年",
    "洞口两户，拐角一户，勾掉三户",
    "一户两三百，三户四五百，两户六七百",
    "三两五两，八两九两",
    "Oil 10000 L，lO1 号机",
    "50000000 元",
    "2026。11。24",
    "二〇二六年一月二十五日",
    "4500-5000 左右",
    "每户 5000 6000 不等",
    "门牌 6121 6122",
    "6121、6122、6123 号",
    "4567 4568 4569",
    "按 GB 5749-2022 检验",
    "按GB/T 9704-2012",
    "预算 85600000",
    "共 91234567 元",
    "91234567 元、61234567 元",
    "编号 91234567",
    "合同号：6612 3456",
    "第 91234567 号",
    "座机 8765 4321",
    "广州 020-87654321",
    "020-8765 4321",
    "2026 1124",
    "20261124",
    "2026-1124",
    "水表读数 4512 5623 6734",
    "得票 9123 4567 票",
    "2,345 6,789 斤",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_a_private_number_is_found(text):
    assert found_in(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_numbers_are_left_alone(text):
    assert not found_in(text)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("打 138 0013 8001 搵我", "138 0013 8001"),
        ("打１３８-００１３-８００１。", "１３８-００１３-８００１"),
        ("三户分别出 150，1200，3500 就够", "150，1200，3500"),
        ("幺三八〇〇〇〇〇〇〇幺，晚上", "幺三八〇〇〇〇〇〇〇幺"),
        ("水圳 300 米，证 44018219780301002X 的", "44018219780301002X"),
        ("没有号码", ""),
    ],
)
def test_the_piece_that_was_found_is_given_as_it_is_written(text, piece):
    assert written_in(text) == piece


SEPARATOR = st.sampled_from(["", " ", "-", "－", "　", ".", "*", "·", "_", "~", "/", "\u200b", "\u200b-", "、"])
MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(MOBILE, SEPARATOR, st.booleans())
def test_every_mobile_number_is_found_in_the_groups_people_write(number, separator, wide):
    text = f"搵我 {number[:3]}{separator}{number[3:7]}{separator}{number[7:]} 得"
    if wide:
        text = text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert found_in(text)


@given(st.from_regex(r"[5-9][0-9]{6}[1-9]", fullmatch=True), st.sampled_from(["", " ", "-", "·", " - "]), st.booleans())
def test_every_mobile_number_of_hong_kong_and_macau_is_found_as_people_write_it(number, separator, wide):
    first, second = number[:4], number[4:]
    assume(not 0 < int(second) - int(first) < 10 and second[:2] not in ("19", "20"))
    text = f"搵我 {first}{separator}{second} 得"
    if wide:
        text = text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert found_in(text) == number


@given(st.from_regex(r"[4-9][0-9]{7}", fullmatch=True), st.sampled_from(["元", "块", "斤", "票", "亩"]))
def test_eight_figures_with_a_unit_are_no_number_of_a_phone(number, unit):
    assert not found_in(f"一共 {number} {unit}") and not found_in(f"一共 {number[:4]} {number[4:]} {unit}")


@given(*[st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))] * 2)
def test_dates_are_no_number_of_a_phone(one, other):
    for text in (
        f"{one:%Y%m%d}",
        f"{one:%Y-%m-%d}至{other:%Y-%m-%d}",
        f"{one:%m%d} {other:%m%d}",
        f"{one:%m.%d}-{other:%m.%d}",
    ):
        assert not found_in(text)


ONE_BY_ONE = [
    "０１２３４５６７８９",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "〇一二三四五六七八九",
    "零壹贰叁肆伍陆柒捌玖",
    "٠١٢٣٤٥٦٧٨٩",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
]


@given(
    MOBILE, st.sampled_from(ONE_BY_ONE), st.sampled_from(["", "\u20e3", "\ufe0f\u20e3", "\u200b", "\u0336", " ", "."])
)
def test_every_mobile_number_is_found_in_every_kind_of_digit(number, digits, after):
    text = "".join(digits[int(one)] + after for one in number)
    assert found_in(text) == number and digits[int(number[0])] in written_in(text)


@given(
    st.lists(st.integers(min_value=100, max_value=9999), min_size=2, max_size=6),
    st.sampled_from(["元", "斤", "户", "米"]),
)
def test_a_list_of_sums_with_its_unit_is_never_taken_for_a_number(sums, unit):
    assert not found_in("分别是 " + "，".join(map(str, sums)) + f" {unit}")


@given(st.lists(st.integers(min_value=1, max_value=99), min_size=2, max_size=12, unique=True))
def test_a_list_of_house_numbers_is_taken_for_a_number_only_where_each_has_one_digit(houses):
    assert not found_in("门牌 " + "、".join(map(str, houses)) + " 号") or max(houses) <= 11


@given(st.integers(min_value=0, max_value=999_999_999))
def test_sums_of_money_are_never_taken_for_a_number(sum_):
    assert not found_in(f"一共 {sum_:,} 元")


@pytest.mark.parametrize("part", ["111-1-", "123 4567 ", "2024-", "1234-123-", "12,345,"])
def test_a_long_row_of_numbers_is_looked_through_as_fast_as_any_text(part):
    begun = time.process_time()
    found_in(part * (40_000 // len(part)))
    assert time.process_time() - begun < 10  # linear: hundredths of a second; quadratic: minutes


def test_looking_ends_at_the_first_private_number():
    begun = time.process_time()
    assert found_in("1-" * 200_000)
    assert time.process_time() - begun < 10  # linear: hundredths of a second; quadratic: minutes


@pytest.mark.parametrize("read", [text_fields.line, text_fields.long_text])
def test_the_refusal_shows_the_piece_that_is_meant(read):
    mistakes: dict[str, FormError] = {}
    read({"words": "打1️⃣38\u200b 0013  8001搵我"}, "words", 100, mistakes)
    assert mistakes["words"] == FormError.PRIVATE_NUMBER
    assert mistakes["words"].numbers == {"found": "1️⃣38 0013 8001".replace("\ufe0f\u20e3", "")}
