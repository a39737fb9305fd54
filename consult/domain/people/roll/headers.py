"""Recognise the header row of a roll, its columns, and rows that hold no person."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from consult.domain.characters import without_stray

Row = Sequence[Any]
Sheet = tuple[str, Sequence[Row]]
LOOKED_AT = 40
"""How many rows from the top may stand above the header."""
DEEPEST = 3
"""So many rows a header may have: 家庭成员 above 姓名 and 出生日期."""


class Column(StrEnum):
    """A column of a roll. Of IDENTITY the date of birth alone is read; the number is never kept."""

    GROUP = "group"
    HOUSEHOLD = "household"
    NAME = "name"
    RELATION = "relation"
    SEX = "sex"
    BORN = "born"
    PHONE = "phone"
    RESIDENCE = "residence"
    OFFICES = "offices"
    PARTY = "party"
    COLLECTIVE = "collective"
    IDENTITY = "identity"
    HEAD_NAME = "head_name"
    """The name of the head of the household, beside the name of each person."""
    BORN_YEAR = "born_year"
    BORN_MONTH = "born_month"
    BORN_DAY = "born_day"


NEEDED = (Column.GROUP, Column.HOUSEHOLD, Column.NAME, Column.BORN)
BIRTHS = (Column.BORN, Column.IDENTITY, Column.BORN_YEAR)
"""Columns that say when somebody was born: one of them is needed."""
WORDS: tuple[tuple[Column, str], ...] = (
    (Column.IDENTITY, r".*(身份证|证件号|公民身份|身份号码).*"),
    (
        Column.GROUP,
        r"(所属|所在)?(村民)?小组(名称|别)?|(所属|所在)?组(别|名|名称|号)?|村民组(名称)?|(所属|所在)?村组(名称)?"
        r"|(所属|所在)?自然村(名称)?|队别|生产队|屯|(所属|所在)?(经济社|经济合作社|股份社)(名称)?|社别",
    ),
    (Column.HOUSEHOLD, r"户号|户(口|籍|主)?编号|户(口|籍)号|户编?码|家庭(户)?编?号|户序号?|户口(簿|本)号|门牌(号码?)?"),
    (Column.HEAD_NAME, r"户主|户主(姓名|名字|名)|所属户主"),
    (Column.RELATION, r"与?户主(的)?关系|家庭关系|关系|是否户主"),
    (
        Column.NAME,
        r"(村民|社员|成员|户内成员|家庭成员|家庭人员|人员|本人)?(姓名|名字)|家庭成员|户主及(家庭)?成员(姓名)?",
    ),
    (Column.SEX, r"性别"),
    (Column.BORN, r"出生(日期|年月日|年月|时间)?|生日"),
    (Column.BORN_YEAR, r"出生(日期|年月日|年月|时间)?年(份)?"),
    (Column.BORN_MONTH, r"出生(日期|年月日|年月|时间)?月(份)?"),
    (Column.BORN_DAY, r"出生(日期|年月日|年月|时间)?日"),
    (Column.PHONE, r"(联系|手机|本人)?(电话|手机)(号码|号)?|手机(号码|号)?|联系(方式|号码)"),
    (Column.RESIDENCE, r"(现)?居住(情况|状况|状态|地)|在村情况|是否在村"),
    (Column.OFFICES, r"(担任|村内|村)?职务|任职(情况)?"),
    (Column.PARTY, r"政治面貌|是否党员"),
    (Column.COLLECTIVE, r"(是否)?(本)?(集体|集体经济组织|经济社|经联社|合作社|经济合作社|股份社)成员(资格|身份)?"),
)
UNNAMED = re.compile(r"(序|编|行)?号|序|NO|No|no")
"""Columns that only count the rows."""
EXPORTED = (
    "村民小组",
    "户号",
    "姓名",
    "与户主关系",
    "性别",
    "出生日期",
    "联系电话",
    "居住情况",
    "职务",
    "集体经济组织成员",
)
"""The headings of an export: what every clerk's own roll says, and what an import reads again."""
TOTALS = re.compile(r"(本页)?(合计|总计|小计|共计|总人数|总户数|填表人|制表人|审核人|备注|说明|注).*")
IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{6}[\s-]?\d{8}[\s-]?\d{3}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")


def plain(value: Any) -> str:
    """Return a cell as text: half width, without spaces at the ends, whole floats without a point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _plain(str(value))


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", without_stray(text)).strip()


@dataclass(frozen=True)
class Header:
    """The header of a sheet: where it ends, and its columns; several blocks where tables stand side by side."""

    last: int
    """The position of its last row."""
    blocks: tuple[dict[Column, int], ...]
    unread: tuple[str, ...]
    """The headings of columns that are not read."""

    @property
    def columns(self) -> dict[Column, int]:
        """Return the columns of the first table."""
        return self.blocks[0]


def bare_heading(heading: Any) -> str:
    """Return a heading without spaces, brackets and marks."""
    return re.sub(r"[\s*:：·/、.]|\(.*?\)|\[.*?\]|【.*?】|〔.*?〕", "", plain(heading))


def column_of(heading: Any) -> Column | None:
    """Return the column that a heading names, ignoring spaces, brackets and marks; None if we know none."""
    return _column_of(plain(heading))


@lru_cache(maxsize=4096)
def _column_of(heading: str) -> Column | None:
    words = bare_heading(heading)
    return next((column for column, pattern in WORDS if re.fullmatch(pattern, words)), None)


OPEN_TO_ANYTHING = re.compile(r"(备注|附注|说明|注|其他|其它|补充)?(情况|信息|事项|栏)?")
"""Headings that say nothing by themselves: what stands in brackets behind says what the column holds, as 备注（职务）."""
IN_BRACKETS = re.compile(r"\((.*?)\)|\[(.*?)\]|【(.*?)】|〔(.*?)〕")


def named_in_brackets(heading: str) -> Column | None:
    """Return the column that a heading names in brackets only; None where its other words say something of their own."""
    if not OPEN_TO_ANYTHING.fullmatch(bare_heading(heading)):
        return None
    inside = ["".join(found) for found in IN_BRACKETS.findall(heading)]
    return next((column for words in inside if (column := _column_of(words)) is not None), None)


def _with_brackets(headings: list[tuple[str, Column | None]]) -> list[tuple[str, Column | None]]:
    """Add the columns that are named in brackets only, each where no heading names it outright."""
    outright = {column for _, column in headings}
    inside = [None if named_in_brackets(words) in outright else named_in_brackets(words) for words, _ in headings]
    return [(words, column or named) for (words, column), named in zip(headings, inside, strict=True)]


def find_header(rows: Sequence[Row]) -> Header | None:
    """Return the header of a sheet: the one to three rows that name most columns of a roll. None: they name hardly any."""
    best: tuple[int, int, list[tuple[str, Column | None]]] | None = None
    for position in range(min(len(rows), LOOKED_AT)):
        for depth in range(1, DEEPEST + 1):
            if position + depth > len(rows):
                break
            headings = list(_headings(rows[position : position + depth]))
            number = len({column for _, column in headings if column is not None})
            if best is None or number > best[0]:
                best = (number, position + depth - 1, headings)
    if best is None or best[0] < 2:
        return None
    named = _with_brackets(best[2])
    known = [(place, column) for place, (_, column) in enumerate(named) if column is not None]
    others = [words for words, column in named if words and column is None and not UNNAMED.fullmatch(words)]
    return Header(best[1], tuple(_blocks(known)), tuple(dict.fromkeys(others)))


def _heading(cell: Any) -> str:
    """Return a heading with what stands in brackets in it; nothing for brackets alone, unless they name a column."""
    words = re.sub(r"[\s*:：·/、.]", "", plain(cell))
    return words if bare_heading(words) or named_in_brackets(words) else ""


def _headings(rows: Sequence[Row]) -> Iterator[tuple[str, Column | None]]:
    """Return what stands above each column, and the column it names: 姓名 alone, or 出生日期 above 年."""
    width = max((len(row) for row in rows), default=0)
    merged = [""] * len(rows)
    for place in range(width):
        cells = [_heading(row[place]) if place < len(row) else "" for row in rows]
        merged = [cell or over for cell, over in zip(cells, merged, strict=True)]
        while cells and not cells[-1]:
            cells.pop()
        words = cells[-1] if cells else ""
        over = [*merged[: len(cells) - 1], *cells[-1:]]
        named = [column_of("".join(over[level:])) for level in range(len(over))]
        found = [column for column in named if column is not None]
        yield words, next((column for column in found if column is not Column.IDENTITY), found[0] if found else None)


def _blocks(known: Sequence[tuple[int, Column]]) -> Iterator[dict[Column, int]]:
    """Return the columns of each table; of tables side by side each has its own name and its own birth."""
    places: dict[Column, list[int]] = {}
    for place, column in known:
        places.setdefault(column, []).append(place)
    number = len(places.get(Column.NAME, ()))
    beside = number > 1 and any(len(places.get(column, ())) == number for column in BIRTHS)
    for block in range(number if beside else 1):
        yield {column: at[block] if beside and len(at) == number else at[0] for column, at in places.items()}


def is_blank(row: Row) -> bool:
    """Tell whether every cell of a row is empty."""
    return not any(plain(cell) for cell in row)


def is_total(row: Row) -> bool:
    """Tell whether a row begins like a total or a remark under the table. A row with a birth is a person all the same."""
    first = next((plain(cell) for cell in row if plain(cell)), "")
    return TOTALS.fullmatch(re.sub(r"\s", "", first)) is not None


def without_identity(text: str) -> str:
    """Return a text without identity numbers, also those with spaces in them."""
    return IDENTITY_NUMBER.sub("", text)
