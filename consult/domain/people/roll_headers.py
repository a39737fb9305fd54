"""Recognise the header row of a roll, its columns, and rows that hold no person."""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from consult.domain.characters import without_stray

Row = Sequence[Any]
Sheet = tuple[str, Sequence[Row]]
LOOKED_AT = 40
"""How many rows from the top may stand above the header."""


class Column(StrEnum):
    """A column of a roll that we read, or (IDENTITY) that we never read."""

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


NEEDED = (Column.GROUP, Column.HOUSEHOLD, Column.NAME, Column.BORN)
WORDS: tuple[tuple[Column, str], ...] = (
    (Column.IDENTITY, r".*(身份证|证件号|公民身份).*"),
    (Column.GROUP, r"(所属|所在)?(村民)?小组(名称)?|组别|组名|组|自然村(名称)?|队别|生产队"),
    (Column.HOUSEHOLD, r"户号|户编号|家庭编号|户口?编号|户籍编号|户序号|家庭号"),
    (Column.RELATION, r"与?户主(的)?关系|家庭关系|关系"),
    (Column.NAME, r"(村民|成员|家庭成员|人员)?姓名|名字"),
    (Column.SEX, r"性别"),
    (Column.BORN, r"出生(日期|年月日|年月|时间)|生日"),
    (Column.PHONE, r"(联系|手机|本人)?(电话|手机)(号码|号)?|手机(号码|号)?|联系方式"),
    (Column.RESIDENCE, r"(现)?居住(情况|状况|状态|地)|在村情况"),
    (Column.OFFICES, r"(担任|村内|村)?职务"),
    (Column.PARTY, r"政治面貌|是否党员"),
    (Column.COLLECTIVE, r"(是否)?(集体|集体经济组织|经济社|股份社)成员(资格)?"),
)
EXPORTED = ("村民小组", "户号", "姓名", "与户主关系", "性别", "出生日期", "联系电话", "居住情况", "职务")
"""The headings of an export: what every clerk's own roll says, and what an import reads again."""
TOTALS = re.compile(r"(合计|总计|小计|共计|总人数|总户数|填表人|制表人|审核人|备注|说明|注).*")
IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")


def plain(value: Any) -> str:
    """Return a cell as text: half width, without spaces at the ends, whole floats without a point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", without_stray(str(value))).strip()


def column_of(heading: Any) -> Column | None:
    """Return the column that a heading names, ignoring spaces, brackets and marks; None if we know none."""
    words = re.sub(r"[\s*:：·/、.]|\(.*?\)|\[.*?\]", "", plain(heading))
    return next((column for column, pattern in WORDS if re.fullmatch(pattern, words)), None)


def columns_of(row: Row) -> dict[Column, int]:
    """Return the positions of the columns in a header row; the first of its kind counts."""
    found: dict[Column, int] = {}
    for position, heading in enumerate(row):
        column = column_of(heading)
        if column is not None and column is not Column.IDENTITY:
            found.setdefault(column, position)
    return found


def find_header(sheets: Sequence[Sheet]) -> tuple[str, int, dict[Column, int]] | None:
    """Return the sheet, the position of its header row and its columns: the row that names most columns of a roll."""
    best: tuple[int, str, int, dict[Column, int]] | None = None
    for name, rows in sheets:
        for position, row in enumerate(rows[:LOOKED_AT]):
            columns = columns_of(row)
            if best is None or len(columns) > best[0]:
                best = (len(columns), name, position, columns)
    return best[1:] if best is not None and best[0] >= 2 else None


def is_blank(row: Row) -> bool:
    """Tell whether every cell of a row is empty."""
    return not any(plain(cell) for cell in row)


def is_total(row: Row, columns: dict[Column, int]) -> bool:
    """Tell whether a row is a total or a remark under the table, which has no date of birth."""
    first = next((plain(cell) for cell in row if plain(cell)), "")
    born = columns.get(Column.BORN)
    has_birth = born is not None and born < len(row) and plain(row[born]) != ""
    return not has_birth and TOTALS.fullmatch(re.sub(r"\s", "", first)) is not None
