"""Find numbers that may not be posted: mobile phones, identity cards, bank cards, however they are written.

Full-width, keycap and circled digits, Chinese digits and words for digits, marks of format, spaces, hyphens, dots and stars
are seen through.
Dates, sums, years, numbers of things and lists are left alone: only groups in which such numbers are written, or one digit at
a time, are put together.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from consult.domain.characters import without_stray
from consult.domain.form_errors import FormError
from consult.domain.phone_numbers import digits_of, is_phone

CHINESE_DIGITS = str.maketrans(
    "\u3007\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5e7a"
    "\u58f9\u8d30\u53c1\u8086\u4f0d\u9646\u67d2\u634c\u7396\u8cb3\u53c3\u9678",
    "001234567891123456789236",
)
"""Zero to nine as in running text, one as said on the telephone, and as written on receipts."""
APART = r"\s\-‐‑–—―−~〜_.·•・*★☆/|()（）"
"""Written between the groups of one number."""
IN_LISTS = r",，、。;；:：+"
"""Written between numbers of a list too: what they join is one number only in the groups of one."""
DIGITS_APART = re.compile(rf"\d+(?:[{APART}{IN_LISTS}]{{1,3}}\d+)*[xX]?")
LIST_SIGN = re.compile(f"[{IN_LISTS}]")
OF_SUMS = re.compile(
    r"\s*(?:元(?![旦宵])|块|塊|蚊|万|萬|千|斤|吨|噸|亩|畝|米|公里|平方|立方|mm|cm|毫米|厘米|公分|档|檔|户|戶|人|盏|盞|棵|只|隻|袋|包)"
)
"""What follows a list of sums, sizes or households: groups with commas or stars before it are no number of a person."""
SUMS_BEFORE = re.compile(r"(?:金额|金額|数量|數量|单价|單價|面积|面積|合计|合計|费用|費用|尺寸|规格|規格)\D{0,4}$")
NUMBERED = re.compile(
    r"(?:编号|編號|编码|編碼|标段|標段|案号|案號|文号|文號|合同号|合同號|信用代码|信用代碼|订单号|訂單號)\D{0,4}$"
)
"""What stands before the number of a thing. It is no card, unless it reads as an identity card."""
LOOKS_BACK = 12
LONGEST_PIECE = 60
GROUP = re.compile(r"\d+[xX]?")
SUMS = re.compile(r"[^,，、;；*]+")
SUMS_APART = re.compile(r"[,，、;；*]")
BORN = re.compile(r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
UNSEEN_KINDS = frozenset({"Cf", "Mn", "Me"})
"""Marks of format, and those that stand on or around another sign: of a keycap, a line through a digit."""
HONG_KONG_MOBILE = re.compile(r"[4-9]\d{7}")
"""Of Hong Kong or Macau without the code. Eight figures are also a sum or the number of a thing: see `_local_mobiles`."""
LOCAL_RUNS = re.compile(rf"[^{IN_LISTS}]+")
"""The parts of a list, each of which may be a number of its own."""
NO_PHONE_BEFORE = re.compile(
    r"(?:座机|座機|固话|固話|总机|總機|值班电话|值班電話|办公电话|辦公電話|预算|預算|第)\W{0,4}$|[A-Za-z][/\-]?\s?$"
)
"""What stands before a landline, a sum without its unit, or the number of a standard or a model (GB 5749-2022)."""
OF_COUNTS = re.compile(r"\s*(?:票|分(?![机機])|岁|歲|个|個|次|日|天|组|組|队|隊|号楼|號樓)")
"""What follows a list of counts of one figure each."""
COUNTS_BEFORE = re.compile(
    r"(?:得分|分数|分數|人数|人數|票数|票數|户数|戶數|次数|次數|天数|日數|门牌|門牌|出工|工分|各[组組户戶队隊]|每[天日组組户戶])\D{0,4}$"
)
"""What stands before such a list."""
CODES = frozenset({"86", "086", "0086", "852", "0852", "00852", "853", "0853", "00853"})
YEARS = re.compile(r"(?:(?:19|20)\d\d)+")
LONGEST, SHORTEST_CARD = 19, 16
FEWEST_DIGITS = 11
"""Of a mobile number of the mainland, or of Hong Kong or Macau with the code before it."""
WRITTEN_IN = {
    (3, 4, 4),
    (3, 8),
    (7, 4),
    (4, 3, 4),
    (3, 3, 5),
    (4, 4, 3),
    (5, 6),
    (6, 5),
    (4, 7),  # mobiles
    (6, 8, 4),
    (6, 4, 4, 4),
    (6, 8, 3),
    (3, 3, 8, 4),
    (6, 6, 3),
    (6, 12),
    (14, 4),
    (6, 9),
    (8, 10),  # identity cards
    (4, 4, 4, 4),
    (4, 4, 4, 4, 1),
    (4, 4, 4, 4, 2),
    (4, 4, 4, 4, 3),
    (6, 13),
    (6, 10),
    (8, 8),
    (8, 11),  # bank cards
}


def found_in(text: str) -> str:
    """Return the first private number in a text, as digits; empty for a text that may be posted.

    It takes as long as the text: from each group of digits on, a bounded number of groups is looked at.
    """
    plain, places = _plain(text)
    return next((number for number, _start, _end in _numbers(plain, places, text)), "")


def written_in(text: str) -> str:
    """Return the first private number as it stands in a text, so that who wrote it sees which one is meant."""
    plain, places = _plain(text)
    for _number, start, end in _numbers(plain, places, text):
        piece = text[places[start] : places[end - 1] + 1]
        return " ".join("".join(one for one in piece if _shown(one)).split())[:LONGEST_PIECE]
    return ""


def mistake_of(*texts: str) -> FormError | None:
    """Return the mistake of the first text with a private number, with the piece as it is written; None without one."""
    piece = next(filter(None, map(written_in, texts)), "")
    return FormError.PRIVATE_NUMBER.with_numbers(found=piece) if piece else None


SPOKEN_ONE = re.compile(
    "(?<=[0-9\uff10-\uff19\u3007\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5e7a])\u4e48"
    "|(?<![\u4ec0\u600e\u8fd9\u90a3\u591a\u8981\u751a\u5e72])\u4e48(?=[0-9\uff10-\uff19\u3007\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5e7a])"
)
"""Beside a digit, and not the end of a word of questions: one, as said on the telephone and mistyped."""
SAID = str.maketrans("\u6d1e\u5e7a\u4e24\u5169\u62d0\u52fe\u4e48oOlI", "01227910011")
"""Nought to nine as soldiers and drivers say them, two as in front of things, and letters that look like noughts and ones."""
ONE_SIGN = (
    "(?:[0-9\uff10-\uff19\u3007\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5e7a\u6d1e\u4e24\u5169\u62d0\u52feoOlI]"
    "|(?<![\u4ec0\u600e\u8fd9\u90a3\u591a\u8981\u751a\u5e72])\u4e48)"
)
SAID_RUN = re.compile(rf"(?<![A-Za-z]){ONE_SIGN}(?:[{APART}{IN_LISTS}]{{0,3}}{ONE_SIGN}){{7,}}(?![A-Za-z])")
"""As many signs as a number of a phone has at least, each of which is a digit or said or written in place of one."""
FEWEST_TRUE_DIGITS = 5
"""Of those signs, in figures or in words: fewer may be a word or a code."""


def _unmasked(text: str) -> str:
    """Return a text of the same length in which letters and words that stand for a digit are that digit."""

    def as_digits(run: re.Match[str]) -> str:
        true = sum(_is_figure(one) or ord(one) in CHINESE_DIGITS for one in run.group())
        return run.group().translate(SAID) if true >= FEWEST_TRUE_DIGITS else run.group()

    return SAID_RUN.sub(as_digits, SPOKEN_ONE.sub("1", text))


def _is_figure(one: str) -> bool:
    """Tell whether a sign is a figure of any writing, full-width or on a keycap; words for figures are not."""
    return unicodedata.digit(one, None) is not None


def _plain(text: str) -> tuple[str, list[int]]:
    """Return a text with every digit as one of 0 to 9, without what is not seen, and where each sign of it stood."""
    text = _unmasked(text)
    if text.isascii():
        return text, list(range(len(text)))
    found: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        shown = character if character.isascii() else _shown(character)
        found.append(shown)
        places.extend([at] * len(shown))
    return "".join(found), places


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if unicodedata.category(character) in UNSEEN_KINDS or not without_stray(character):
        return ""
    digit = unicodedata.digit(character, None)
    return str(digit) if digit is not None else digits_of(character).translate(CHINESE_DIGITS)


def _numbers(plain: str, places: list[int], text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the private numbers of a plain text, each with where it begins and ends; `places`: where its signs stand in text."""
    for chunk in DIGITS_APART.finditer(plain):
        before = plain[max(0, chunk.start() - LOOKS_BACK) : chunk.start()]
        is_list = OF_SUMS.match(plain, chunk.end()) is not None or SUMS_BEFORE.search(before) is not None
        parts = SUMS.finditer(plain, *chunk.span()) if is_list and SUMS_APART.search(chunk.group()) else [chunk]
        for part in parts:
            yield from _in_chunk(plain, part.start(), part.end(), NUMBERED.search(before) is not None)
        is_numbered = NUMBERED.search(before) is not None or NO_PHONE_BEFORE.search(before) is not None
        is_count = OF_COUNTS.match(plain, chunk.end()) is not None or COUNTS_BEFORE.search(before) is not None
        if not (is_list or is_count):
            yield from _disguised(plain, chunk, places, text)
            if not is_numbered:
                yield from _local_mobiles(plain, chunk)


def _local_mobiles(plain: str, chunk: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """Yield mobile numbers of Hong Kong and Macau as people write them, without the code: in eight figures, or in two fours.

    They stand by themselves, or as one part of a list: 9123 4567、6612 3456. Round numbers are sums, those that follow each
    other are of houses, and a year behind a hyphen is that of a standard or a file.
    """
    for run in LOCAL_RUNS.finditer(plain, *chunk.span()):
        groups = [found.group() for found in GROUP.finditer(plain, *run.span())]
        number, sizes = "".join(groups), [len(one) for one in groups]
        if sizes not in ([8], [4, 4]) or not HONG_KONG_MOBILE.fullmatch(number):
            continue
        if sizes == [8] and not number.endswith("000"):
            yield number, *_trimmed(plain, run)
        if sizes == [4, 4] and not _are_two_numbers(*groups, joined=run.group()):
            yield number, *_trimmed(plain, run)


def _trimmed(plain: str, run: re.Match[str]) -> tuple[int, int]:
    """Return where the figures of a part of a list begin and end."""
    groups = list(GROUP.finditer(plain, *run.span()))
    return groups[0].start(), groups[-1].end()


def _are_two_numbers(first: str, second: str, *, joined: str) -> bool:
    """Tell whether two groups of four figures are two sums, two houses, or a thing and its year."""
    both_round = first.endswith("0") and second.endswith("0")
    follow_each_other = 0 < int(second) - int(first) < 10
    dated = YEARS.fullmatch(second) is not None and not joined.replace(" ", "").replace(first, "", 1).startswith(second)
    return both_round or follow_each_other or dated


def _disguised(plain: str, chunk: re.Match[str], places: list[int], text: str) -> Iterator[tuple[str, int, int]]:
    """Yield eight digits of a mobile number of Hong Kong that are said in words, at once or in two fours, or one at a time.

    Words in pairs are days: 五一、六一、七一、八一. More than eight single figures are a list.
    """
    groups = list(GROUP.finditer(plain, *chunk.span()))
    sizes = [len(group.group()) for group in groups]
    for start in range(len(groups)):
        for wanted in ([8], [4, 4], [1] * 8):
            end = start + len(wanted)
            if sizes[start:end] != wanted or (
                wanted[0] == 1 and 1 in (sizes[start - 1 : start] + sizes[end : end + 1])
            ):
                continue
            number = "".join(group.group() for group in groups[start:end])
            first, last = groups[start].start(), groups[end - 1].end()
            signs = (text[places[at]] for at in range(first, last) if _is_figure(plain[at]))
            if HONG_KONG_MOBILE.fullmatch(number) and (wanted[0] == 1 or not any(map(_is_figure, signs))):
                yield number, first, last


def _in_chunk(plain: str, begin: int, stop: int, is_numbered: bool) -> Iterator[tuple[str, int, int]]:
    groups = list(GROUP.finditer(plain, begin, stop))
    for start in range(len(groups)):
        digits = 0
        for end in range(start, len(groups)):
            digits += len(groups[end].group().rstrip("xX"))
            if digits > LONGEST + 4:
                break
            if digits < FEWEST_DIGITS:
                continue
            part = [group.group() for group in groups[start : end + 1]]
            first, last = groups[start].start(), groups[end].end()
            in_list = LIST_SIGN.search(plain, first, last) is not None
            if _as_people_write(part, in_list) and is_private("".join(part), is_numbered):
                yield "".join(part), first, last


def _as_people_write(groups: list[str], in_list: bool) -> bool:
    """Tell whether digits are grouped as people write such numbers, or so scattered that they can only hide one.

    A list of numbers of houses (13,25,36,47,58,9) is scattered too: with the signs of a list, each digit must stand alone.
    """
    sizes = tuple(map(len, groups))
    widest = 1 if in_list else 2
    if groups[0] in CODES and len(sizes) > 1:
        sizes = sizes[1:]
        return len(sizes) == 1 or sizes in WRITTEN_IN or sizes == (4, 4) or max(sizes) <= widest
    return len(sizes) == 1 or sizes in WRITTEN_IN or (max(sizes) <= widest and len(sizes) >= 6)


def is_private(number: str, is_numbered: bool = False) -> bool:
    """Tell whether digits are a mobile phone number, an identity card's, or as long as a bank card's.

    `is_numbered`: the text says before it that a thing has this number, which then is private only if it is a person's.
    """
    digits = number.rstrip("xX")
    if YEARS.fullmatch(number):
        return False
    if is_phone(number) or _is_identity_card(number):
        return True
    return not is_numbered and (SHORTEST_CARD <= len(digits) <= LONGEST)


def _is_identity_card(number: str) -> bool:
    """Tell whether digits have a day of birth where identity cards have one: 18 of them, or 15 as before 1999."""
    digits = number.rstrip("xX")
    if len(number) == 18 and len(digits) >= 17:
        return BORN.fullmatch(number[6:14]) is not None
    return len(number) == 15 == len(digits) and BORN.fullmatch("19" + number[6:12]) is not None
