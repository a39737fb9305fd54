"""Find numbers that may not be posted: mobile phones, identity cards, bank cards, however they are written.

Full-width and keycap digits, Chinese digits, spaces, hyphens, dots and stars are seen through. Dates, sums and years are left
alone: only groups in which such numbers are written, or one digit at a time, are put together.
"""

import re
from collections.abc import Iterator

from consult.domain.phone_numbers import digits_of, is_phone

CHINESE_DIGITS = str.maketrans(
    "\u3007\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5e7a"
    "\u58f9\u8d30\u53c1\u8086\u4f0d\u9646\u67d2\u634c\u7396\u8cb3\u53c3\u9678",
    "001234567891123456789236",
)
"""Zero to nine as in running text, one as said on the telephone, and as written on receipts."""
DIGITS_APART = re.compile(r"\d+(?:[\s\-‐‑–—―._·•*/()（）,，]{1,3}\d+)*[xX]?")
SUMS = re.compile(r"[,，*]")
OF_SUMS = re.compile(r"\s*(?:元|块|塊|蚊|万|萬|斤|亩|畝|米|mm|cm|毫米|厘米|公分|档|檔|户|戶)")
"""What follows a list of sums, sizes or households: groups with commas or stars before it are no number of a person."""
CODES = frozenset({"86", "086", "0086", "852", "0852", "00852", "853", "0853", "00853"})
YEARS = re.compile(r"(?:(?:19|20)\d\d)+")
LONGEST, SHORTEST_LONG = 19, 15
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
    plain = digits_of(text).translate(CHINESE_DIGITS)
    return next((number for part in _parts(plain) for number in _numbers(part)), "")


def _parts(plain: str) -> Iterator[str]:
    """Return the digits that may belong together; those of a list of sums or sizes do not: 150，1200，3500 元."""
    for chunk in DIGITS_APART.finditer(plain):
        is_list = SUMS.search(chunk.group()) is not None and OF_SUMS.match(plain, chunk.end()) is not None
        yield from SUMS.split(chunk.group()) if is_list else [chunk.group()]


def _numbers(chunk: str) -> Iterator[str]:
    groups = re.findall(r"\d+[xX]?", chunk)
    for start in range(len(groups)):
        digits = 0
        for end in range(start, len(groups)):
            digits += len(groups[end].rstrip("xX"))
            if digits > LONGEST + 4:
                break
            if digits < FEWEST_DIGITS:
                continue
            part = groups[start : end + 1]
            number = "".join(part)
            if _as_people_write(part) and is_private(number):
                yield number


def _as_people_write(groups: list[str]) -> bool:
    """Tell whether digits are grouped as people write such numbers, or so scattered that they can only hide one."""
    sizes = tuple(map(len, groups))
    if groups[0] in CODES and len(sizes) > 1:
        sizes = sizes[1:]
        return len(sizes) == 1 or sizes in WRITTEN_IN or sizes == (4, 4) or max(sizes) <= 2
    return len(sizes) == 1 or sizes in WRITTEN_IN or (max(sizes) <= 2 and len(sizes) >= 6)


def is_private(number: str) -> bool:
    """Tell whether digits are a mobile phone number, or as long as an identity or bank card number."""
    digits = number.rstrip("xX")
    if YEARS.fullmatch(number):
        return False
    if is_phone(number):
        return True
    return SHORTEST_LONG <= len(digits) <= LONGEST or (len(digits) == 17 and number != digits)
