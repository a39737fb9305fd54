"""The two tongues in which the server reads aloud, and how each says numbers."""

from dataclasses import dataclass

PLACES = ("", "十", "百", "千")
LONGEST_NUMBER = 12
"""Longer rows of digits are no amounts: they are said digit by digit."""


@dataclass(frozen=True)
class Tongue:
    """The words of one tongue.

    `one`: the digit 1 in phone numbers and codes. `two`: 2 before something that is counted. `of_thousands`: 2 before
    千. `parts`: the parts of the day, each with the hour at which it begins. `tenth` and `hundredth`: of a yuan.
    """

    code: str
    one: str
    two: str
    of_thousands: str
    myriads: tuple[str, str, str]
    point: str
    minus: str
    to: str
    dash: str
    ratio: str
    plus: str
    equals: str
    o_clock: str
    half: str
    day: str
    parts: tuple[tuple[int, str], ...]
    yuan: str
    hong_kong_dollar: str
    tenth: str
    hundredth: str
    address: str
    mail: str

    def digits(self, text: str) -> str:
        """Say digits one by one, as in years: 2026 is 二零二六."""
        return "".join("零一二三四五六七八九"[int(one)] for one in text if one in "0123456789")

    def code_digits(self, text: str) -> str:
        """Say the digits of phone numbers and codes: 110 is 幺幺零 in Mandarin."""
        return self.digits(text).replace("一", self.one)

    def whole(self, number: int) -> str:
        """Say a whole number: 20,350 is 二万零三百五十 in Mandarin."""
        if number < 0:
            return self.minus + self.whole(-number)
        if number == 0:
            return "零"
        groups: list[int] = []
        while number:
            number, rest = divmod(number, 10_000)
            groups.append(rest)
        said = ""
        for position in range(len(groups) - 1, -1, -1):
            value = groups[position]
            gap = said and (value < 1000 or (groups[position + 1] % 10 == 0 and value)) and not said.endswith("零")
            if value:
                said += ("零" if gap and value < 1000 else "") + self._group(value, position)
        return said[1:] if said.startswith("一十") else said

    def _group(self, value: int, position: int) -> str:
        """Say up to four digits, with the word of their group."""
        if value == 2 and position:
            return self.two + self.myriads[position]
        said, gap = "", False
        for place in range(3, -1, -1):
            digit = value // 10**place % 10
            if not digit:
                gap = bool(said)
                continue
            said += "零" if gap else ""
            said += self.of_thousands if digit == 2 and place == 3 else self.digits(str(digit))
            said, gap = said + PLACES[place], False
        return said + self.myriads[position]

    def number(self, text: str, *, counted: bool = False) -> str:
        """Say a number as it is written: 3,600, 1.5, 007. `counted`: it stands before what it counts, so that 2 is 两."""
        plain = text.replace(",", "")
        minus = self.minus if plain[:1] in "-−" else ""
        whole, _, part = plain.lstrip("-−+").partition(".")
        if (len(whole) > 1 and whole.startswith("0")) or len(whole) > LONGEST_NUMBER:
            return minus + self.digits(whole) + (self.point + self.digits(part) if part else "")
        if counted and not part and int(whole) == 2:
            return minus + self.two
        return minus + self.whole(int(whole)) + (self.point + self.digits(part) if part else "")

    def money(self, text: str, unit: str) -> str:
        """Say an amount with its unit: 3600.50 yuan is 三千六百元五角."""
        whole, _, part = text.replace(",", "").partition(".")
        if not part or len(part) > 2:
            return self.number(text, counted=True) + unit
        tens, ones = (int(one) for one in part.ljust(2, "0"))
        said = self.number(whole, counted=True) + unit if int(whole) or not (tens or ones) else ""
        said += self.number(str(tens), counted=True) + self.tenth if tens else "零" if said and ones else ""
        return said + (self.number(str(ones), counted=True) + self.hundredth if ones else "")

    def part_of(self, hours: int) -> str:
        """Return the part of the day of an hour: 19 is 晚上."""
        return next(word for begins, word in reversed(self.parts) if hours % 24 >= begins)

    def hour(self, hours: int, minutes: int, *, named: bool) -> str:
        """Say a time of day without its part: 19:30 is 七点半. `named`: the part stands before it, so that 13 is one."""
        shown = hours % 12 or (12 if hours in (12, 24) else 0) if named and hours > 12 else hours
        said = self.number(str(shown), counted=True)
        return said + self.o_clock + ("" if not minutes else self.half if minutes == 30 else self._minutes(minutes))

    def _minutes(self, minutes: int) -> str:
        return ("零" if minutes < 10 else "") + self.whole(minutes) + "分"


MANDARIN = Tongue(
    code="cmn",
    one="幺",
    two="两",
    of_thousands="两",
    myriads=("", "万", "亿"),
    point="点",
    minus="负",
    to="到",
    dash="杠",
    ratio="比",
    plus="加",
    equals="等于",
    o_clock="点",
    half="半",
    day="日",
    parts=((0, "凌晨"), (5, "早上"), (8, "上午"), (12, "中午"), (13, "下午"), (18, "晚上")),
    yuan="元",
    hong_kong_dollar="港元",
    tenth="角",
    hundredth="分",
    address="网址请看页面",
    mail="邮箱请看页面",
)
CANTONESE = Tongue(
    code="yue",
    one="一",
    two="兩",
    of_thousands="二",
    myriads=("", "萬", "億"),
    point="點",
    minus="負",
    to="至",
    dash="之",
    ratio="比",
    plus="加",
    equals="等於",
    o_clock="點",
    half="半",
    day="號",
    parts=((0, "凌晨"), (5, "朝早"), (12, "中午"), (13, "下晝"), (18, "夜晚")),
    yuan="蚊",
    hong_kong_dollar="港紙",
    tenth="毫",
    hundredth="仙",
    address="網址睇返頁面",
    mail="電郵睇返頁面",
)
TONGUES = {one.code: one for one in (MANDARIN, CANTONESE)}
"""By the code that `domain.languages.Language.machine_voice` has."""
