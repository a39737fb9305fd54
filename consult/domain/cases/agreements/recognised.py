"""Recognise in the words of a proposal who pays whom how much by when. What may mean two things is left to be asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from consult.domain.cases.situation import Party
from consult.domain.form_errors import fen
from consult.domain.instants import read_day

SENTENCE = re.compile(r"[。；;！!\n]+")
SUM = re.compile(r"[¥￥]?\s*([0-9０-９][0-9０-９,，.．]*\s*[万萬]?)\s*(?:元|圆|块钱|块|蚊)")
DAY = re.compile(r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*[日号號]?")
OTHER_DAY = re.compile(r"\d{1,2}\s*月|\d+\s*[天日周]|[前后後内內]|明天|月底|年底|春节")
PAYS = re.compile(r"支付|给付|付给|付畀|赔偿|賠償|赔|补偿|補償|补贴|偿还|归还|还给|付|给|畀|还")
NOW = ("当场", "當場", "即时", "当面", "今日", "今天")
UNSURE = (
    "每",
    "分期",
    "各",
    "共同",
    "如果",
    "如",
    "若",
    "不再",
    "不用",
    "不需",
    "放弃",
    "免",
    "或",
    "左右",
    "大约",
    "约",
    "至少",
    "最多",
    "要求",
)
"""Words by which a sum may be several, conditional, rough, or not owed."""


@dataclass(frozen=True)
class Recognised:
    """One obligation that stands in the words without doubt; the day only where it is written with its year."""

    by: int
    to: int
    what: str
    amount_fen: int
    due: date | None


def recognise(words: str, parties: Sequence[Party], agreed_on: date) -> list[Recognised]:
    """Return the obligations in the words; a sentence with two sums, two payers or a condition gives none."""
    found = [_in(sentence.strip(), parties, agreed_on) for sentence in SENTENCE.split(words)]
    return [one for one in found if one is not None]


def sums_in(words: str) -> int:
    """Return how many sums of money stand in the words."""
    return len(SUM.findall(words))


def _in(sentence: str, parties: Sequence[Party], agreed_on: date) -> Recognised | None:
    sums, verb = SUM.findall(sentence), PAYS.search(sentence)
    if len(sums) != 1 or verb is None or any(word in sentence for word in UNSURE):
        return None
    amount = fen(sums[0])
    before = _named(sentence[: verb.start()], parties)
    after = [one for one in _named(sentence[verb.end() :], parties) if one not in before]
    if not amount or len(before) != 1 or len(after) > 1 or "向" in sentence[: verb.start()]:
        return None
    if after and after[0].part is before[0].part:
        return None
    return Recognised(
        by=before[0].number,
        to=after[0].number if after else 0,
        what=sentence[:80],
        amount_fen=amount,
        due=_day(sentence, agreed_on),
    )


def _named(words: str, parties: Sequence[Party]) -> list[Party]:
    """Return the parties whose names stand in the words; nobody where one name stands within another's."""
    found = [one for one in parties if one.name and one.name in words]
    clear = all(one.name not in other.name for one in found for other in parties if other is not one)
    return found if clear else list(parties)


def _day(sentence: str, agreed_on: date) -> date | None:
    days = DAY.findall(sentence)
    if not days:
        now = any(word in sentence for word in NOW) and not OTHER_DAY.search(sentence)
        return agreed_on if now else None
    day = read_day("-".join((days[0][0], days[0][1].zfill(2), days[0][2].zfill(2)))) if len(days) == 1 else None
    return day if day is not None and day >= agreed_on else None
