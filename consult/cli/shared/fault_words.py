"""Say in Chinese which record a fault is about, before the English that names it: of `audit verify` and of the drill."""

import re

ABOUT = {
    "log": "日志",
    "poll": "投票",
    "bundle": "投票的核对包",
    "meeting": "会议",
    "case": "调解",
    "file": "照片、录音、调解的文件",
    "trigger": "防改的触发器",
    "rule": "数据库的规则",
    "row": "数据库的规则",
    "session_replication_role": "防改的触发器",
    "village": "村的记录",
    "heads": "日志核对码",
    "consultation": "议事",
    "task": "要办的事",
    "notice": "公示",
    "person": "名册",
    "household_card": "户卡",
}
"""By the first word of a fault, as the verification writes it."""
SUBJECT = re.compile(r"(?:the )?([a-z_]+)(?: of poll)?(?:[ :]([0-9]+))?")


def told(fault: str) -> str:
    """Return a fault with what it is about in Chinese before it."""
    found = SUBJECT.match(fault)
    about = ABOUT.get(found[1], "记录") if found else "记录"
    number = f" {found[2]} " if found and found[2] else ""
    return f"{about}{number}不对 / {fault}"
