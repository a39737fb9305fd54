"""What a speech engine gets to read: no digit is left to its guess, in Mandarin and in Cantonese."""

import pytest

from consult.domain.spoken import spelling
from consult.domain.spoken.spelling import spell
from consult.domain.spoken.tongues import CANTONESE, MANDARIN

SAID = {
    # phones, digit by digit, in groups
    "电话13800138000": ("电话幺三八，零零幺三，八零零零", "电话一三八，零零一三，八零零零"),
    "+86 138-0013-8000": ("幺三八，零零幺三，八零零零", "一三八，零零一三，八零零零"),
    "+852 9123 4567": ("八五二，九幺二三，四五六七", "八五二，九一二三，四五六七"),
    "0758-2345678": ("零七五八，二三四，五六七八", "零七五八，二三四，五六七八"),
    "请拨110": ("请拨幺幺零", "请拨一一零"),
    "打电话：12345。": ("打电话：幺二三四五。", "打电话：一二三四五。"),
    "打120米深的井": ("打一百二十米深的井", "打一百二十米深的井"),
    # hours as they are said
    "19:30开会": ("晚上七点半开会", "夜晚七點半开会"),
    "晚上7:30": ("晚上七点半", "晚上七點半"),
    "下午2:00到4:30": ("下午两点到四点半", "下午兩點至四點半"),
    "上午8:05": ("上午八点零五分", "上午八點零五分"),
    "8：00-10：15": ("八点到十点十五分", "八點至十點十五分"),
    "0:30": ("凌晨零点半", "凌晨零點半"),
    "08:00": ("上午八点", "朝早八點"),
    "12:00": ("十二点", "十二點"),
    "2点30分": ("两点三十分", "兩点三十分"),
    # days and years
    "2026年10月18日": ("二零二六年十月十八日", "二零二六年十月十八日"),
    "2026-10-18": ("二零二六年十月十八日", "二零二六年十月十八號"),
    "10月2號": ("十月二號", "十月二號"),
    "2026–2027年": ("二零二六到二零二七年", "二零二六至二零二七年"),
    # shares
    "66.7%": ("百分之六十六点七", "百分之六十六點七"),
    "10%-20%": ("百分之十到百分之二十", "百分之十至百分之二十"),
    "5‰": ("千分之五", "千分之五"),
    "2/3以上": ("三分之二以上", "三分之二以上"),
    "½": ("二分之一", "二分之一"),
    "3:1": ("三比一", "三比一"),
    # money
    "¥3,600": ("三千六百元", "三千六百蚊"),
    "3600.50元": ("三千六百元五角", "三千六百元五毫"),
    "0.05元": ("五分", "五仙"),
    "100.05元": ("一百元零五分", "一百元零五仙"),
    "HK$500": ("五百港元", "五百港紙"),
    "12.86万元": ("十二点八六万元", "十二點八六万元"),
    "2万元": ("两万元", "兩万元"),
    # numbers, and two of something
    "2户、12户": ("两户、十二户", "兩户、十二户"),
    "2月、2组、第2项": ("二月、二组、第二项", "二月、二组、第二项"),
    "102人": ("一百零二人", "一百零二人"),
    "1010": ("一千零一十", "一千零一十"),
    "20,350": ("两万零三百五十", "兩萬零三百五十"),
    "100200": ("十万零二百", "十萬零二百"),
    "200000000": ("两亿", "兩億"),
    "2200": ("两千二百", "二千二百"),
    "1.5米": ("一点五米", "一點五米"),
    "13-15天": ("十三到十五天", "十三至十五天"),
    "-5℃": ("负五度", "負五度"),
    "300m": ("三百米", "三百米"),
    "12345678901234": ("一二三四五六七八九零一二三四", "一二三四五六七八九零一二三四"),
    "0.8.0": ("零点八点零", "零點八點零"),
    "２０人": ("二十人", "二十人"),
    # drafts, houses, codes
    "第3稿": ("第三稿", "第三稿"),
    "第2-3条": ("第二到三条", "第二至三条"),
    "3-12号": ("三杠十二号", "三之十二号"),
    "户号0123": ("户号零幺二三", "户号零一二三"),
    "AB12-CD34": ("A B 幺二 C D 三四", "A B 一二 C D 三四"),
    "验证码 3F7A": ("验证码三 F 七 A", "验证码三 F 七 A"),
    "LED灯": ("L E D 灯", "L E D 灯"),
    # signs
    "一（二）三——四": ("一，二，三，四", "一，二，三，四"),
    "他说：“好”。": ("他说：好。", "他说：好。"),
    "看 https://a.cn/x?y=1。完": ("看网址请看页面。完", "看網址睇返頁面。完"),
    "好👍\n再见": ("好。再见", "好。再见"),
    "甲/乙": ("甲，乙", "甲，乙"),
}


@pytest.mark.parametrize("written", SAID)
def test_mandarin_says_it_so(written):
    assert spell(written, MANDARIN) == SAID[written][0]


@pytest.mark.parametrize("written", SAID)
def test_cantonese_says_it_so(written):
    assert spell(written, CANTONESE) == SAID[written][1]


@pytest.mark.parametrize("tongue", [MANDARIN, CANTONESE], ids=lambda one: one.code)
def test_every_number_up_to_a_lakh_is_said_without_a_digit_and_no_two_alike(tongue):
    said = [tongue.whole(n) for n in range(100_001)]
    assert len(set(said)) == len(said)
    assert not any(one.isdecimal() for words in said for one in words)


@pytest.mark.parametrize("tongue", [MANDARIN, CANTONESE], ids=lambda one: one.code)
def test_no_digit_is_left_of_whatever_stands_between_words(tongue):
    signs = ("", ".", ",", "-", "/", ":", "：", "%", "元", "年", "号", "A", "¥", "第", "月", "(", " ", "户号", "点")
    for first in signs:
        for second in signs:
            for third in signs:
                words = spell(f"甲{first}2026{second}07{third}乙", tongue)
                assert not any(one.isdecimal() for one in words), (first, second, third, words)


@pytest.mark.parametrize("sign", ["0", "1", "111,", "-", "a-", "1:", " ", " \n"], ids=repr)
def test_rules_that_go_back_and_forth_never_get_a_long_row_of_signs(sign):
    pieces = spelling.PIECES.findall(spelling._plain(sign * 5_000))
    assert max(map(len, pieces)) <= 200
    assert "".join(pieces) == spelling._plain(sign * 5_000), "no sign is lost"
