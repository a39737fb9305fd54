"""Write the rolls beside this file, as clerks keep them: python -m tests.data.rolls.make

The people are invented. What each roll asks, and how many people it brings, stands in tests/services/people/test_messy_rolls.py.
The .xls and .et files are written where the library xlwt is there, and are left as they are otherwise.
"""

import csv
import io
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HERE = Path(__file__).parent
GROUPS = ("坑尾", "新屋", "大塘边")
SURNAMES, GIVEN = "陈李黄何梁罗谢曾邓温", "桂兰永康银好凤仙伟雄丽华志明秀英国强建军美玲家栋春梅水生火旺"
HEADER = ("村民小组", "户号", "姓名", "与户主关系", "性别", "出生日期", "联系电话", "职务")
Row = Sequence[Any]
ROLLS: dict[str, Callable[[], bytes]] = {}


@dataclass(frozen=True)
class Somebody:
    """One invented person."""

    group: str
    code: str
    name: str
    relation: str
    sex: str
    born: date
    phone: str = ""
    office: str = ""

    @property
    def identity(self) -> str:
        """Return an invented identity number; no district has this code."""
        return f"441899{self.born:%Y%m%d}{sum(map(ord, self.name)) % 1000:03}X"

    def row(self) -> list[Any]:
        """Return the columns of HEADER."""
        return [self.group, self.code, self.name, self.relation, self.sex, self.born, self.phone, self.office]


def people(groups: Sequence[str] = GROUPS, houses: int = 2) -> list[Somebody]:
    """Return families of three to four, the same ones each time."""
    dice = random.Random(7)
    found: list[Somebody] = []
    names: set[str] = set()
    for number, group in enumerate(groups, 1):
        for house in range(1, houses + 1):
            surname = dice.choice(SURNAMES)
            for relation, year in (("户主", 1955), ("配偶", 1957), ("儿子", 1982), ("孙女", 2010))[: 3 + house % 2]:
                name = surname
                while name in names or len(name) == 1:
                    name = surname + dice.choice(GIVEN) + dice.choice(GIVEN)
                names.add(name)
                born = date(year + dice.randrange(5), dice.randrange(1, 13), dice.randrange(1, 28))
                sex = "女" if relation in ("配偶", "孙女") else "男"
                found.append(Somebody(group, f"{number:02}-{house:03}", name, relation, sex, born))
    return found


def roll(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Add a roll by the name of its function: plain_xlsx makes plain.xlsx."""
    stem, _, ending = make.__name__.rpartition("_")
    ROLLS[f"{stem}.{ending}"] = make
    return make


def xlsx(*sheets: tuple[str, Sequence[Row]]) -> bytes:
    """Return a workbook of these sheets, with the same bytes each time."""
    book, out = Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(out)
    return out.getvalue()


def sheet(rows: Sequence[Row], header: Row = HEADER, name: str = "名册") -> bytes:
    """Return a workbook with one sheet."""
    return xlsx((name, [header, *rows]))


def text(rows: Sequence[Row], delimiter: str = ",") -> str:
    """Return rows as text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def rows_of(found: Sequence[Somebody]) -> list[list[Any]]:
    """Return the rows of people."""
    return [one.row() for one in found]


def merged(found: Sequence[Somebody]) -> list[list[Any]]:
    """Return rows in which group and household stand at the first of each house alone, as merged cells are read."""
    rows, before = [], ("", "")
    for one in found:
        row = one.row()
        if (one.group, one.code) == before:
            row[0] = row[1] = None
        before = (one.group, one.code)
        rows.append(row)
    return rows


@roll
def plain_xlsx() -> bytes:
    return xlsx(("名册", [["清远市某村村民名册"], HEADER, *rows_of(people())]))


@roll
def merged_cells_xlsx() -> bytes:
    return sheet(merged(people()))


@roll
def numbers_begin_again_xlsx() -> bytes:
    return sheet(rows_of([replace(one, code=one.code[-1]) for one in people()]))


@roll
def house_over_two_groups_csv() -> bytes:
    found = people()
    found[2] = replace(found[2], group=GROUPS[1])
    return text([HEADER, *rows_of(found)]).encode("gb18030")


@roll
def two_heads_xlsx() -> bytes:
    found = people()
    found[2] = replace(found[2], relation="户主")
    return sheet(rows_of(found))


@roll
def house_number_forgotten_xlsx() -> bytes:
    """The second house of a group has no number of its own and reads on as the first."""
    rows = merged(people())
    rows[4][1] = None
    return sheet(rows)


@roll
def group_written_two_ways_xlsx() -> bytes:
    found = people(("坑尾", "1组", "大塘边"))
    ways = {1: "坑尾组", 8: "第一组", 9: "一组"}
    return sheet(rows_of([replace(one, group=ways.get(n, one.group)) for n, one in enumerate(found)]))


@roll
def dates_for_codes_xlsx() -> bytes:
    rows = rows_of([replace(one, code=one.code.replace("0", "")) for one in people()])
    for row in rows:
        month, day = str(row[1]).split("-")
        row[1] = date(2026, int(month), int(day))
    return sheet(rows)


@roll
def dates_for_codes_csv() -> bytes:
    rows = rows_of([replace(one, code=one.code.replace("0", "")) for one in people()])
    for row in rows:
        month, day = str(row[1]).split("-")
        row[1] = f"{month}月{day}日"
    return text([HEADER, *rows]).encode("gb18030")


@roll
def sheet_for_each_group_xlsx() -> bytes:
    found = people(("一组", "二组", "三组"))
    groups = dict.fromkeys(one.group for one in found)
    return xlsx(*((group, [HEADER[1:], *(one.row()[1:] for one in found if one.group == group)]) for group in groups))


@roll
def header_of_two_rows_xlsx() -> bytes:
    upper = ("村组", "门牌号", "家庭成员", None, None, "出生日期", None, None, "联系电话")
    lower = (None, None, "姓名", "与户主关系", "性别", "年", "月", "日", None)
    rows = [[*one.row()[:5], one.born.year, one.born.month, one.born.day, one.phone] for one in people()]
    return xlsx(("名册", [["某村村民花名册"], upper, lower, *rows]))


@roll
def heads_without_numbers_xlsx() -> bytes:
    header = ("经济社", "户主姓名", "姓名", "与户主关系", "性别", "公民身份号码")
    rows, head = [], ""
    for one in people():
        head = one.name if one.relation == "户主" else head
        rows.append([one.group, head, one.name, one.relation, one.sex, one.identity])
    return sheet(rows, header)


@roll
def heads_alone_xlsx() -> bytes:
    """One row for each house: its head."""
    header = ("所在组", "户编号", "户主姓名", "身份证号码", "手机")
    heads = [one for one in people() if one.relation == "户主"]
    return sheet([[one.group, one.code, one.name, one.identity, one.phone] for one in heads], header)


@roll
def identity_numbers_alone_xlsx() -> bytes:
    header = ("序号", "村民组", "户号", "姓名", "关系", "身份证号")
    found = people()
    rows = [[n, one.group, one.code, one.name, one.relation, one.identity] for n, one in enumerate(found, 1)]
    rows[3][5] = None
    return sheet(rows, header)


@roll
def identity_differs_xlsx() -> bytes:
    found = people()
    rows = [[*one.row(), one.identity] for one in found]
    rows[5][5] = found[5].born.replace(day=28)
    return sheet(rows, (*HEADER, "身份证号码"))


@roll
def months_and_short_years_csv() -> bytes:
    rows = rows_of(people())
    for row in rows[:4]:
        row[5] = f"{row[5]:%y}年{row[5].month}月"
    for row in rows[4:8]:
        row[5] = f"{row[5]:%y}.{row[5].month}.{row[5].day}"
    rows[8][5] = "20.3.5"
    rows[9][5] = "1961.1"
    return text([HEADER, *rows]).encode("utf-8-sig")


@roll
def semicolons_csv() -> bytes:
    return text([HEADER, *rows_of(people())], ";").encode()


@roll
def tabs_in_utf16_txt() -> bytes:
    return text([HEADER, *rows_of(people())], "\t").encode("utf-16")


@roll
def platform_page_xls() -> bytes:
    """A page of HTML that a platform calls .xls, with cells over several rows."""
    parts = ["<html><head><meta charset='gb2312'></head><body><table border=1><tr>"]
    parts += [f"<th>{words}</th>" for words in HEADER] + ["</tr>"]
    found = people()
    houses = {code: [one for one in found if one.code == code] for code in dict.fromkeys(one.code for one in found)}
    for members in houses.values():
        for n, one in enumerate(members):
            over = f"<td rowspan={len(members)}>{one.group}</td><td rowspan={len(members)}>{one.code}</td>"
            cells = "".join(f"<td>{value}</td>" for value in one.row()[2:])
            parts.append(f"<tr>{over if n == 0 else ''}{cells}</tr>")
    return ("".join(parts) + "</table></body></html>").encode("gb18030")


@roll
def platform_sheet_xls() -> bytes:
    """The XML that Excel 2003 reads, called .xls."""
    rows = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{value}</Data></Cell>' for value in row) + "</Row>"
        for row in [HEADER, *rows_of(people())]
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="名册"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


def biff(rows: Sequence[Row]) -> bytes:
    """Return a workbook of Excel 97, as which WPS keeps .et too."""
    xlwt: Any = import_module("xlwt")
    book, out = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    first = book.add_sheet("名册")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            first.write(line, place, value, day) if isinstance(value, date) else first.write(line, place, value)
    book.save(out)
    return out.getvalue()


@roll
def old_excel_xls() -> bytes:
    return biff([HEADER, *rows_of(people())])


@roll
def from_wps_et() -> bytes:
    return biff([HEADER, *merged(people())])


@roll
def libre_ods() -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{value or ""}</text:p></table:table-cell>'
            for value in row
        )
        + "</table:table-row>"
        for row in [HEADER, *rows_of(people())]
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2" '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="名册">{cells}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return out.getvalue()


@roll
def page_breaks_xlsx() -> bytes:
    """Blank rows, totals and the header again inside households, as on printed pages."""
    rows: list[Row] = [["某村村民名册"], HEADER]
    for n, row in enumerate(merged(people())):
        if n % 4 == 2:
            rows += [["本页小计", None, 4], [], ["某村村民名册"], HEADER]
        rows.append(row)
    return xlsx(("名册", [*rows, ["合计", None, 21], ["填表人：何文书"]]))


@roll
def side_by_side_xlsx() -> bytes:
    found = people()
    half = (len(found) + 1) // 2
    header = HEADER[:6]
    rows = [
        [*found[n].row()[:6], None, *(found[half + n].row()[:6] if half + n < len(found) else ())] for n in range(half)
    ]
    return xlsx(("名册", [[*header, None, *header], *rows]))


@roll
def sections_in_one_sheet_xlsx() -> bytes:
    """The group stands as a heading between the rows."""
    rows: list[Row] = []
    for group in GROUPS:
        rows.append([f"{group}组"])
        rows += [one.row()[1:] for one in people() if one.group == group]
    return sheet(rows, HEADER[1:], "Sheet1")


@roll
def deaths_xlsx() -> bytes:
    rows = [[*one.row(), "在村", None] for one in people()]
    rows[0][8], rows[4][9], rows[8][9] = "已故", "2025年去世", "丈夫2019年病故"
    rows[11][2] = f"{rows[11][2]}（亡）"
    return sheet(rows, (*HEADER, "居住情况", "备注"))


@roll
def offices_xlsx() -> bytes:
    words = [
        "村委会主任",
        "保洁员",
        "会计",
        "监事",
        "妇联主席",
        "村民代表、护林员",
        "村委会会计",
        "村民代表（一组）",
        "保洁员",
    ]
    found = people()
    return sheet(rows_of([replace(one, office=words[n] if n < len(words) else "") for n, one in enumerate(found)]))


@roll
def party_and_members_xlsx() -> bytes:
    party = ["中共党员", "群众", "非党员", "预备党员", "中共预备党员", "√", "民盟盟员", "共青团员"]
    members = ["是", "否", "是（已确认）", "成员", "股东", "待定", "是", ""]
    rows = [[*one.row(), party[n % 8], members[n % 8]] for n, one in enumerate(people())]
    return sheet(rows, (*HEADER, "政治面貌", "是否集体成员"))


@roll
def phones_xlsx() -> bytes:
    phones = ["138 1234 5678", "13812345679/13912345678", "0763-3312345", "1.38123E+10", "无", 13812345670, "同上"]
    rows = rows_of(people())
    for row, phone in zip(rows, phones, strict=False):
        row[6] = phone
    return sheet(rows)


@roll
def characters_xlsx() -> bytes:
    rows = rows_of(people())
    rows[0][2] = f"{rows[0][2][0]}\u200b{rows[0][2][1:]}"
    rows[1][2] = f"{rows[1][2][:2]}\ue815"
    rows[2][2] = "阿依古丽·买买提"
    rows[3][2] = "陳國強"
    rows[4][2] = "司马　相 如"
    return sheet(rows)


@roll
def doubles_xlsx() -> bytes:
    found = people()
    again = [found[1], replace(found[6], code=found[10].code, group=found[10].group, relation="女婿")]
    alike = replace(found[2], name=found[2].name.replace("国", "國") + "·", relation="侄子")
    return sheet(rows_of([*found, *again, alike]))


@roll
def gaps_xlsx() -> bytes:
    rows = rows_of(people())
    rows[2][2], rows[5][5], rows[8][5] = None, None, "不详"
    rows[10][2] = "李4"
    rows.insert(0, [None, None, "无户人", "", "男", date(1970, 1, 2)])
    return sheet(rows)


@roll
def stray_cell_xlsx() -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in [HEADER, *rows_of(people())]:
        book.active.append(row)
    book.active["XFD1048576"] = " "
    book.save(out)
    return out.getvalue()


@roll
def other_sheets_xlsx() -> bytes:
    figures: list[Row] = [["统计表"], ["村民小组", "户数", "人数"], *([group, 2, 7] for group in GROUPS)]
    notes: list[Row] = [["填表说明"], ["1. 姓名要写全", "出生日期写阳历"], ["2. 电话写手机"]]
    return xlsx(("说明", notes), ("统计", figures), ("名册", [HEADER, *rows_of(people())]))


@roll
def heads_in_other_words_xlsx() -> bytes:
    found = [replace(one, relation="本人" if one.relation == "户主" else one.relation) for one in people()]
    return sheet(rows_of(found))


@roll
def numbered_columns_xlsx() -> bytes:
    """A row of numbers under the header, and zeros of codes lost in part of the rows."""
    found = [
        replace(one, code=one.code.replace("-00", "-") if n in (2, 3) else one.code) for n, one in enumerate(people())
    ]
    return xlsx(("名册", [HEADER, list(range(1, 9)), *rows_of(found)]))


def files() -> Iterator[tuple[str, bytes]]:
    """Return the name and the bytes of each roll that can be made here."""
    for name, make in ROLLS.items():
        if make not in (old_excel_xls, from_wps_et) or find_spec("xlwt"):
            yield name, make()


if __name__ == "__main__":
    for name, data in files():
        (HERE / name).write_bytes(data)
