"""Spell a text out before it is read aloud: digits, hours, money, shares and codes become words of a tongue.

A speech engine reads 13800138000 as a hundred and thirty-eight hundred million, 19:30 as two numbers, % in English.
"""

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from unicodedata import category, normalize

from consult.domain.spoken.tongues import Tongue

Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Tongue], str]]

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
DASH = r"\s*[-–—~]\s*"
MYRIADS = "[万亿萬億]"
COUNTED = (
    "户戶个個位人家次天年元块塊蚊张張条條份米亩畝斤吨噸里小周星栋棟辆輛台支项項票遍间間只隻包袋件封本种種名组組批层層"
    "期轮輪倍成晚千万萬亿億公平方岁歲口头頭段处處排车車盏盞棵把桶箱点點"
)
"""What stands after a number that counts it: there 2 is said 两."""
NOT_COUNTED = ("组", "組", "层", "層", "期", "公", "方", "成")
"""After these a 2 may be the name of a group or a storey: 2组 is 二组."""
PART_WORDS = (
    "凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里|夜晚|夜間|朝早|朝頭早|上晝|晏晝|下晝|挨晚|今晚|今早|明早|明晚|半夜"
)
DIALLED = "电话|電話|手机|手機|热线|熱線|拨打|撥打|拨|撥|致电|致電|打俾|打畀|打"
KNOWN_AS = "户号|戶號|门牌号?|門牌號?|编号|編號|号码|號碼|卡号|卡號|代码|代碼|验证码|驗證碼|核对码|核對碼|指纹|指紋"
AFTER_NUMBERS = {
    "km": "公里",
    "kg": "公斤",
    "cm": "厘米",
    "mm": "毫米",
    "kW": "千瓦",
    "㎡": "平方米",
    "m2": "平方米",
    "m3": "立方米",
    "m": "米",
    "t": "吨",
    "g": "克",
    "L": "升",
    "ml": "毫升",
    "h": "小时",
    "℃": "度",
    "°C": "度",
    "W": "瓦",
    "V": "伏",
}
UNITS = "|".join(sorted(AFTER_NUMBERS, key=len, reverse=True))
HAN = "[\u3400-\u9fff]"
PAUSE = "，"
PAUSES = re.compile(r"[()（）\[\]【】{}「」『』“”\"'‘’《》〈〉|/\\·•…—_~*#^`<>]+")
ENDS = "。！？；，、：.!?;,:"
PIECES = re.compile("[^。！？；]{1,200}[。！？；]*|[。！？；]+")
"""Texts are spelled piece by piece: the rules go back and forth over a row of digits, which takes minutes if it is a long one."""
WIDE = {
    ord("％"): "%",
    ord("￥"): "¥",
    ord("＋"): "+",
    ord("／"): "/",
    ord("～"): "~",
    ord("−"): "-",
    ord("－"): "-",
} | {code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}


def spell(text: str, tongue: Tongue) -> str:
    """Return a text as it is said in a tongue: no digits are left, and of signs only those that make a pause."""
    said = "".join(
        " " if category(one) in ("So", "Cf", "Cs", "Sk") and one not in "℃㎡" else one for one in _plain(text)
    )
    return _paused("".join(_by_rules(piece, tongue) for piece in PIECES.findall(said)))


def _by_rules(said: str, tongue: Tongue) -> str:
    for pattern, words in RULES:
        said = pattern.sub(lambda found, words=words: words(found, tongue), said)  # type: ignore[misc]
    return said


def _plain(text: str) -> str:
    """Return a text with its letters and digits half width, one blank or line break in a row, and ½ and ① as 1/2 and 1."""
    flat = re.sub(r"\s+", lambda blank: "\n" if "\n" in blank[0] else " ", text.translate(WIDE))
    return "".join(normalize("NFKC", one).replace("⁄", "/") if category(one) == "No" else one for one in flat)


def _paused(text: str) -> str:
    """Turn brackets, quotes and line breaks into pauses, and rows of pauses into one."""
    text = re.sub(r"\s*\n\s*", "。", PAUSES.sub("，", text).strip())
    text = re.sub(rf"\s*([{ENDS}])(?:\s*[，,])+", r"\1", text)
    text = re.sub(rf"[，,]\s*([{ENDS}])", r"\1", text)
    text = re.sub(r"[ \t\u3000]+", " ", text)
    return re.sub(f"(?<={HAN}) (?={HAN})", "", text).strip("，、, ")


def _phone(found: re.Match[str], tongue: Tongue) -> str:
    """Say a phone number in the groups in which people say theirs: 138 0013 8000, 0758 234 5678."""
    written = found["number"]
    digits = re.sub(r"\D", "", written)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    area = re.match(r"0\d{2,3}(?=[-\s])", written)
    start = area.end() if area else 0
    cuts = {11: (3, 7), 8: (4,), 7: (3,), 10: (3, 6), 12: (4, 8)}.get(len(digits) - start, ())
    places = [0, *([start] if start else []), *(start + cut for cut in cuts), len(digits)]
    return PAUSE.join(tongue.code_digits(digits[one:other]) for one, other in pairwise(places))


def _dialled(found: re.Match[str], tongue: Tongue) -> str:
    return found["before"] + _phone(found, tongue)


def _known_as(found: re.Match[str], tongue: Tongue) -> str:
    return found["before"] + _letters(found["code"], tongue)


def _letters(code: str, tongue: Tongue) -> str:
    """Say a code sign by sign: AB-17 is A B 幺七."""
    parts = re.findall(r"[A-Za-z]|\d+", code)
    return " " + " ".join(one.upper() if one.isalpha() else tongue.code_digits(one) for one in parts) + " "


def _amount(found: re.Match[str], tongue: Tongue) -> str:
    unit = tongue.hong_kong_dollar if "HK" in found["sign"] else tongue.yuan
    if found["myriads"]:
        return tongue.number(found["number"], counted=True) + found["myriads"] + unit
    return tongue.money(found["number"], unit)


def _money(found: re.Match[str], tongue: Tongue) -> str:
    return tongue.money(found["number"], found["unit"])


def _share(found: re.Match[str], tongue: Tongue) -> str:
    base = "百分之" if found["sign"] == "%" else "千分之"
    first = base + tongue.number(found["first"]) + tongue.to if found["first"] else ""
    return first + base + tongue.number(found["number"])


def _date(found: re.Match[str], tongue: Tongue) -> str:
    year, month, day = (int(found[one]) for one in ("year", "month", "day"))
    try:
        date(year, month, day)
    except ValueError:
        return _letters(found[0], tongue)
    return f"{tongue.digits(found['year'])}年{tongue.whole(month)}月{tongue.whole(day)}{found['word'] or tongue.day}"


def _years(found: re.Match[str], tongue: Tongue) -> str:
    first = tongue.digits(found["first"]) + tongue.to if found["first"] else ""
    return first + tongue.digits(found["year"]) + "年"


def _month(found: re.Match[str], tongue: Tongue) -> str:
    until = tongue.to + tongue.whole(int(found["until"])) if found["until"] else ""
    return f"{tongue.whole(int(found['month']))}月{tongue.whole(int(found['day']))}{until}{found['word']}"


def _hour(found: re.Match[str], tongue: Tongue) -> str:
    """Say an hour, or from when to when. A part of the day is added only where the 24 hours leave no doubt."""
    first = found["part"] or _part_of(found["hours"], tongue)
    said = first + tongue.hour(int(found["hours"]), int(found["minutes"]), named=bool(first))
    if found["until"] is None:
        return said
    then = found["until_part"] or _part_of(found["until"], tongue)
    until = tongue.hour(int(found["until"]), int(found["until_minutes"]), named=bool(then))
    return said + tongue.to + ("" if then == first else then) + until


def _part_of(hours: str, tongue: Tongue) -> str:
    """Return the part of the day of 19, 0 and 08; nothing for 8, which may be in the evening."""
    return tongue.part_of(int(hours)) if int(hours) > 12 or hours.startswith("0") else ""


def _o_clock(found: re.Match[str], tongue: Tongue) -> str:
    """Say 19点30分 and 7點半 with the words they are written with, and 2 as 两."""
    said = tongue.number(str(int(found["hours"])), counted=True) + found["word"]
    if found["minutes"] is None:
        return said
    return said + ("零" if int(found["minutes"]) < 10 else "") + tongue.whole(int(found["minutes"])) + "分"


def _fraction(found: re.Match[str], tongue: Tongue) -> str:
    part, whole = int(found["part"]), int(found["whole"])
    if 0 < part < whole:
        return f"{tongue.whole(whole)}分之{tongue.whole(part)}"
    return f"{tongue.number(found['part'])}，{tongue.number(found['whole'])}"


def _ratio(found: re.Match[str], tongue: Tongue) -> str:
    return tongue.number(found["one"]) + tongue.ratio + tongue.number(found["other"])


def _ordinal(found: re.Match[str], tongue: Tongue) -> str:
    until = tongue.to + tongue.number(found["until"]) if found["until"] else ""
    return f"第{tongue.number(found['number'])}{until}"


def _house(found: re.Match[str], tongue: Tongue) -> str:
    return tongue.dash.join(tongue.number(one) for one in re.findall(r"\d+", found["number"]))


def _measured(found: re.Match[str], tongue: Tongue) -> str:
    minus = tongue.minus if found["minus"] else ""
    return minus + tongue.number(found["number"], counted=True) + AFTER_NUMBERS[found["unit"]]


def _mixed(found: re.Match[str], tongue: Tongue) -> str:
    return _letters(found[0], tongue)


def _capitals(found: re.Match[str], _: Tongue) -> str:
    return " " + " ".join(found[0]) + " "


def _range(found: re.Match[str], tongue: Tongue) -> str:
    first, second = found["first"], found["second"]
    if any(len(one) > 1 and one.startswith("0") and "." not in one for one in (first, second)):
        return tongue.dash.join(tongue.code_digits(one) for one in (first, second))
    return tongue.number(first) + tongue.to + tongue.number(second)


def _chain(found: re.Match[str], tongue: Tongue) -> str:
    """Say 0.8.0 and 3.2.1, which are no amounts."""
    return tongue.point.join(tongue.digits(one) for one in found[0].split("."))


def _bare(found: re.Match[str], tongue: Tongue) -> str:
    after = found.string[found.end() :].lstrip()[:1]
    counted = bool(after) and after in COUNTED and after not in NOT_COUNTED
    return (tongue.minus if found["minus"] else "") + tongue.number(found["number"], counted=counted)


RULES: tuple[Rule, ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"https?://[^\s，。；、）」]+|www\.[^\s，。；、）」]+", lambda _, tongue: tongue.address),
        (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lambda _, tongue: tongue.mail),
        (r"(?<!\d)(?P<number>(?:\+?86[-\s]?)?1[3-9]\d(?:[-\s]?\d){8})(?!\d)", _phone),
        (r"(?<!\d)(?P<number>\+85[23][-\s]?[2-9]\d{3}[-\s]?\d{4})(?!\d)", _phone),
        (r"(?<!\d)(?P<number>0\d{2,3}[-\s]\d{7,8}|[48]00[-\s]?\d{3}[-\s]?\d{4})(?!\d)", _phone),
        (
            rf"(?P<before>(?:{DIALLED})(?:号码|號碼)?(?:[:：是係]|\s)*)(?P<number>\d{{3,12}}|\d{{4}}[-\s]\d{{4}})"
            rf"(?![\d.,]|\s*[{COUNTED}])",
            _dialled,
        ),
        (rf"(?P<before>(?:{KNOWN_AS})(?:[:：是係为為]|\s)*)(?P<code>[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)", _known_as),
        (rf"(?P<sign>¥|RMB|CNY|HK\$|\$)\s*(?P<number>{NUMBER})\s*(?P<myriads>{MYRIADS}?)(?:元)?", _amount),
        (rf"(?<![\d.])(?P<number>{NUMBER})\s*(?P<unit>港元|港纸|港紙|元|块|塊|蚊)", _money),
        (rf"(?:(?P<first>{NUMBER})[%‰]?{DASH})?(?P<number>{NUMBER})\s*(?P<sign>[%‰])", _share),
        (
            r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:[-/.]|年)(?P<month>\d{1,2})(?:[-/.]|月)(?P<day>\d{1,2})(?!\d)(?P<word>[日号號]?)",
            _date,
        ),
        (rf"(?<!\d)(?:(?P<first>\d{{4}})年?{DASH})?(?P<year>\d{{4}})年", _years),
        (rf"(?<!\d)(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})(?:{DASH}(?P<until>\d{{1,2}}))?(?P<word>[日号號])", _month),
        (
            rf"(?P<part>{PART_WORDS})?\s*(?<!\d)(?P<hours>[01]?\d|2[0-4])[:：](?P<minutes>[0-5]\d)(?:[:：][0-5]\d)?(?!\d)"
            rf"(?:(?:{DASH}|[至到])(?P<until_part>{PART_WORDS})?\s*(?P<until>[01]?\d|2[0-4])[:：](?P<until_minutes>[0-5]\d)(?!\d))?",
            _hour,
        ),
        (r"(?<!\d)(?P<hours>[01]?\d|2[0-4])(?P<word>[点點时時])(?:(?P<minutes>[0-5]?\d)分)?(?!\d)", _o_clock),
        (r"(?<!\d)(?P<one>\d{1,4})[:：](?P<other>\d{1,4})(?!\d)", _ratio),
        (r"(?<![\d/.])(?P<part>\d{1,4})/(?P<whole>\d{1,4})(?![\d/.])", _fraction),
        (rf"第\s*(?P<number>\d+)(?:{DASH}(?P<until>\d+))?", _ordinal),
        (r"(?<![\w-])(?P<number>\d{1,4}(?:-\d{1,4})+)(?=\s*[号號户戶室栋棟房])", _house),
        (
            rf"(?:(?<![\w）)])(?P<minus>-))?(?P<number>{NUMBER})\s*(?P<unit>{UNITS})(?![A-Za-z0-9])",
            _measured,
        ),
        (r"(?<![A-Za-z0-9])(?=[A-Za-z0-9-]*[A-Za-z])(?=[A-Za-z0-9-]*\d)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", _mixed),
        (r"(?<![A-Za-z])[A-Z]{2,6}(?![A-Za-z])", _capitals),
        (r"(?<![\d.])\d+(?:\.\d+){2,}(?![\d.])", _chain),
        (rf"(?P<first>{NUMBER}){DASH}(?P<second>{NUMBER})", _range),
        (rf"(?:(?<![\w）)])(?P<minus>-))?(?P<number>{NUMBER})", _bare),
        (r"\s*\+\s*", lambda _, tongue: tongue.plus),
        (r"\s*=\s*", lambda _, tongue: tongue.equals),
        (r"\s*[×xX]\s*(?=[零一二三四五六七八九十百两兩])", lambda _, __: "乘"),
        (r"\s*&\s*", lambda _, __: "和"),
        (r"[°%‰¥$@]", lambda _, __: ""),
    )
)
"""In this order: what one has put into words, the next leaves alone."""
