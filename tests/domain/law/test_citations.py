"""Citations are printed as people write them, from laws.toml, and no row of the law is without source and day."""

import tomllib
from datetime import date
from typing import Any

import pytest

from consult.config import ROOT
from consult.domain import citations

LAW = ROOT / "consult" / "domain"
FILES = {
    "law/bodies.toml": "body",
    "law/matters.toml": "matter",
    "law/compositions.toml": "composition",
    "law/duties.toml": "duty",
    "meetings/petitions.toml": "petition",
    "law/motion_checks.toml": "",
    "meetings/retention.toml": None,
    "people/incompatible_offices.toml": "pair",
}
"""By file: the name of its list of rows; "" for tables by name, None where the file itself is the row."""


def rows() -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for name, key in FILES.items():
        read = tomllib.loads((LAW / name).read_text(encoding="utf-8"))
        of_file = [read] if key is None else list(read.values()) if key == "" else read[key]
        found += [(f"{name}:{row.get('code', row.get('body', n))}", row) for n, row in enumerate(of_file)]
    return found


def why_wrong(row: dict[str, Any]) -> str:
    """Why a row of the law cannot stay; empty: it can."""
    try:
        citations.read(row.get("source", {}))
    except (ValueError, KeyError, AttributeError, TypeError):
        return "no source"
    if not isinstance(row.get("valid_from"), date):
        return "no first day"
    if (
        not isinstance(row.get("valid_until", row["valid_from"]), date)
        or row.get("valid_until", row["valid_from"]) < (row["valid_from"])
    ):
        return "its last day is before its first"
    return "" if isinstance(row.get("province", ""), str) else "no province"


@pytest.mark.parametrize(("name", "row"), rows(), ids=[name for name, _ in rows()])
def test_every_row_names_law_article_and_first_day(name, row):
    assert why_wrong(row) == "", name


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"valid_from": date(2026, 1, 1)}, "no source"),
        ({"source": {}, "valid_from": date(2026, 1, 1)}, "no source"),
        ({"source": {"XYZ": ["1"]}, "valid_from": date(2026, 1, 1)}, "no source"),
        ({"source": {"VCL": ["28(1)4"]}, "valid_from": date(2026, 1, 1)}, "no source"),
        ({"source": "村民委员会组织法(2025-10-28) 26", "valid_from": date(2026, 1, 1)}, "no source"),
        ({"source": {"VCL": ["26"]}}, "no first day"),
        (
            {"source": {"VCL": ["26"]}, "valid_from": date(2026, 1, 2), "valid_until": date(2026, 1, 1)},
            "its last day is before its first",
        ),
    ],
)
def test_a_row_without_source_or_day_is_refused(row, why):
    assert why_wrong(row) == why


def test_every_file_of_the_law_is_read_here():
    there = {str(path.relative_to(LAW)) for folder in ("law", "meetings") for path in (LAW / folder).glob("*.toml")}
    assert there | {"people/incompatible_offices.toml"} == set(FILES) | {"law/laws.toml", "law/provinces.toml"}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ({"VCL": ["26"]}, "《村民委员会组织法》第二十六条"),
        ({"VCL": ["25", "28.1.4"]}, "《村民委员会组织法》第二十五条、第二十八条第一款第四项"),
        ({"VCL": ["32.1", "32.2"]}, "《村民委员会组织法》第三十二条第一款、第二款"),
        ({"VCL": ["24.1.1", "24.1.3", "24.2.1"]}, "《村民委员会组织法》第二十四条第一款第一项、第三项、第二款第一项"),
        ({"VCL": ["25", "25.3"]}, "《村民委员会组织法》第二十五条、第二十五条第三款"),
        ({"CC": ["1259"]}, "《民法典》第一千二百五十九条"),
        ({"CC": ["201", "1010"]}, "《民法典》第二百零一条、第一千零一十条"),
        ({"HN25": ["14"]}, "《海南省实施〈村民委员会组织法〉办法》第十四条"),
        ({"FUNDS": []}, "《村民一事一议筹资筹劳管理办法》（国办发〔2007〕4号）"),
        ({"CEO": ["28"], "CHARTER": []}, "《农村集体经济组织法》第二十八条；章程"),
    ],
)
def test_a_citation_reads_as_people_write_it(source, text):
    assert citations.text(source) == text


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("村民委员会组织法(2025-10-28) 25, 26", "《村民委员会组织法》第二十五条、第二十六条"),
        ("村民委员会组织法(2025-10-28) 28(1)4", "《村民委员会组织法》第二十八条第一款第四项"),
        ("村民理事会章程; 村民委员会组织法(2025-10-28) 33", "村民理事会章程；《村民委员会组织法》第三十三条"),
        ("农村集体经济组织法(2024-06-28) 28; 到会人数按章程", "《农村集体经济组织法》第二十八条；到会人数按章程"),
        ("海南实施办法(2025-11-27) 14", "《海南省实施〈村民委员会组织法〉办法》第十四条"),
        ("《村民委员会组织法》第二十五条；章程", "《村民委员会组织法》第二十五条；章程"),
        ("2026年3月1日村民会议决议", "2026年3月1日村民会议决议"),
        ("本村自治章程第十二条", "本村自治章程第十二条"),
        ("", ""),
    ],
)
def test_what_was_frozen_before_reads_the_same_way(stored, text):
    assert citations.shown(stored) == text
    assert citations.shown(text) == text


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("民事诉讼法解释 355（五）", "《民事诉讼法解释》第三百五十五条第五项"),
        ("法释〔2011〕5号 4（二）（三）", "法释〔2011〕5号第四条第二项、第三项"),
        ("人民调解法 33；民事诉讼法 205", "《人民调解法》第三十三条；《民事诉讼法》第二百零五条"),
    ],
)
def test_a_source_that_names_items_is_said_as_people_write_it(kept, said):
    assert citations.of_items(kept) == said


def test_each_source_of_what_a_court_confirms_can_be_said():
    rows = tomllib.loads((ROOT / "consult" / "domain" / "cases" / "choices.toml").read_text(encoding="utf-8"))
    assert all(citations.of_items(row["source"]) for row in rows["confirmation_rule"])
