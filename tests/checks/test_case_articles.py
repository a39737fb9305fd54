"""Each number and ground of mediation has the article that it rests on, or says that it is ours."""

import re
import tomllib

from consult.domain.cases.choices import choices
from tests.checks.sources import PACKAGE

CASES = PACKAGE / "domain" / "cases"
ARTICLE = re.compile(r"(?:法|解释|条例|规定|办法|号)》?[^；;]*?(?:第[一二三四五六七八九十百]+条|[ ）)][0-9]+)")
"""A law by its name, and an article of it."""
NUMBER = re.compile(r"^([A-Z_]*DAYS) = [0-9]+(.*)$", re.MULTILINE)


def table(name: str) -> dict:
    return tomllib.loads((CASES / name).read_text(encoding="utf-8"))


def test_each_ground_danger_and_rule_of_confirmation_names_an_article():
    rows = table("choices.toml")
    sources = {
        (kind, str(row.get("name") or row.get("tag") or row.get("kind"))): row["source"]
        for kind in ("ground", "danger", "confirmation_rule", "past_ground")
        for row in rows[kind]
    }
    assert len(sources) > 15
    assert not {where: said for where, said in sources.items() if not ARTICLE.search(said)}


def test_each_number_of_days_of_a_case_names_an_article_or_says_that_it_is_ours():
    found = NUMBER.findall((CASES / "clocks.py").read_text(encoding="utf-8"))
    assert len(found) > 6
    bare = [name for name, said in found if name != "SOON_DAYS" and "ours" not in said and not ARTICLE.search(said)]
    assert not bare


def test_each_age_and_each_year_of_holidays_names_its_source():
    ages = table("parties/capacity.toml")
    assert all(ARTICLE.search(said) for said in ages["sources"].values())
    holidays = tomllib.loads((PACKAGE / "domain" / "holidays.toml").read_text(encoding="utf-8"))
    assert all(re.search(r"办法 .*2", row["source"]) and row["since"] for row in holidays["statutory"])
    named = [f"国务院办公厅关于{row['year']}年部分节假日安排的通知" for row in holidays["year"]]
    assert [row["source"].partition(" ")[0] for row in holidays["year"]] == named


def test_the_answers_of_courts_stand_beside_their_articles():
    text = (CASES / "choices.toml").read_text(encoding="utf-8").splitlines()
    for name in ("confirmation", "court_result", "enforcement_result", "terminate", "indivisible", "capacity", "proof"):
        assert choices(name)
        at = next(n for n, line in enumerate(text) if line.startswith(f"{name} = "))
        assert ARTICLE.search(text[at] + text[at - 1] + text[at - 2]), name
