"""The mediation cases of the demo village. All invented; days are counted from the day of the seeding."""

from dataclasses import dataclass
from typing import Any

HEAD, MEDIATOR = ("04-237", "李浩然"), ("05-294", "林锦棠")


@dataclass(frozen=True, kw_only=True)
class Quarrel:
    """The two sides (household, name; an outsider has no household), the words, and the acts that followed."""

    topic: str
    kind: str
    title: str
    applicant: tuple[str, str]
    respondent: tuple[str, str]
    words: str
    filed: int
    acts: tuple[tuple[int, str, dict[str, Any]], ...] = ()
    """Day, act, facts. Days in facts are numbers too: see services/demo_cases.py."""
    present: bool = True


SESSION = {
    "place": "榕树头",
    "present": "两家、调解员",
    "checked": "上门量过，檐伸过界 40 厘米。",
    "identity_seen": True,
}
TAKEN: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (0, "accept", {"rights_told": True, "tag": None}),
    (1, "take_on", {}),
    (1, "consent", {"party": 1}),
    (1, "consent", {"party": 2}),
)

EAVES = Quarrel(
    topic="neighbours",
    kind="neighbours",
    title="屋檐水滴到隔壁墙",
    applicant=("02-002", "李永康"),
    respondent=("02-008", "何世昌"),
    words="何家新搭的铁皮檐伸过来，下雨水就滴到我家泥砖墙，墙脚都湿了。",
    filed=-30,
    acts=(
        *((-29 + day, act, facts) for day, act, facts in TAKEN),
        (
            -22,
            "investigate",
            {
                "place": "大塘边巷口",
                "asked": "何世昌",
                "words": "问：檐是什么时候搭的？\n答：今年春天，不知道会滴过去。",
            },
        ),
        (
            -18,
            "hold_session",
            {
                **SESSION,
                "said": "李永康：墙脚湿了，要修。\n何世昌：肯收檐，但巷口的砖也要搬。",
                "proposal": "檐收回四十厘米，装水槽；砖搬走；水沟两家一起清。",
                "result": "agreed",
            },
        ),
        (
            -18,
            "agree",
            {
                "form": "written",
                "facts": "何家铁皮檐伸过界 40 厘米，雨水滴到李家墙上；李家的砖堆在巷口。",
                "terms": "何家收檐装水槽，李家搬砖，各出 300 元清水沟。",
                "asked_written": False,
                "rows": (
                    ("1", "把堆在巷口的砖搬走", None, -6),
                    ("1", "出清水沟的钱", 30000, -2),
                    ("2", "出清水沟的钱", 30000, -2),
                    ("2", "把铁皮檐收回 40 厘米，装水槽", None, 12),
                ),
            },
        ),
        (-17, "sign", {"signed": [1, 2], "mediator_signed": True, "sealed": True}),
        (-7, "perform", {"row": 1, "other_side_says": True}),
        (-3, "perform", {"row": 2, "other_side_says": True}),
    ),
)
DUCKS = Quarrel(
    topic="water",
    kind="neighbours",
    title="",
    applicant=("06-004", "林火生"),
    respondent=("", "罗志明"),
    words="隔壁村罗志明的鸭子放到我家田里，菜苗踩坏了两分地，跟他说他不认。",
    filed=-2,
)
BAMBOO = Quarrel(
    topic="land",
    kind="land_forest",
    title="后山竹林界线",
    applicant=("03-005", "陈汝光"),
    respondent=("03-007", "林润田"),
    words="他家今年砍竹子砍过了石牌，界线一直是以大石为准的。",
    filed=-20,
    acts=(
        *((-19 + day, act, facts) for day, act, facts in TAKEN),
        (
            -12,
            "hold_session",
            {**SESSION, "said": "两家各说各的界。", "proposal": "一起上山看界。", "result": "again", "checked": ""},
        ),
        (-1, "call_session", {"day": 1, "at": "09:30", "place": "后山石牌", "how": "closed"}),
    ),
)
WAGES = Quarrel(
    topic="money",
    kind="labour",
    title="采茶工钱",
    applicant=("05-003", "陈伟雄"),
    respondent=("", "同兴茶厂"),
    words="春茶采了二十天，工钱还差一千六百元。",
    filed=-38,
    acts=(
        *((-37 + day, act, facts) for day, act, facts in TAKEN),
        (
            -35,
            "hold_session",
            {
                **SESSION,
                "checked": "工数本上记了二十天。",
                "said": "茶厂：月底结账。",
                "proposal": "分两次付清。",
                "result": "agreed",
            },
        ),
        (
            -35,
            "agree",
            {
                "form": "written",
                "facts": "采茶二十天，欠工钱 1600 元。",
                "terms": "分两次付清。",
                "asked_written": True,
                "rows": (("2", "付工钱的一半", 80000, -33), ("2", "付工钱的另一半", 80000, -32)),
            },
        ),
        (-34, "sign", {"signed": [1, 2], "mediator_signed": True, "sealed": True}),
        (-33, "perform", {"row": 1, "other_side_says": True}),
        (-32, "perform", {"row": 2, "other_side_says": True}),
        (
            -31,
            "follow_up",
            {
                "persons": "陈伟雄、茶厂",
                "performed": "all",
                "satisfied": "yes",
                "sued": "no",
                "danger": "",
                "measure": "",
            },
        ),
        (-30, "close", {"summary": "工钱已付清，双方没有别的争议。", "prevented": None, "people": None}),
        (
            -2,
            "follow_up",
            {"persons": "陈伟雄", "performed": "all", "satisfied": "yes", "sued": "no", "danger": "", "measure": ""},
        ),
        (-1, "archive", {"shelf": "调委会柜 2 格"}),
    ),
)
OLD_LAND = Quarrel(
    topic="land",
    kind="land_forest",
    title="",
    applicant=("05-003", "陈伟雄"),
    respondent=("", "上坪村"),
    words="河边那块沙地到底是我们组的还是上坪村的？",
    filed=-8,
    acts=(
        (
            -7,
            "decline",
            {
                "ground": "land_ownership",
                "reason": "土地权属要由镇、县人民政府处理，已告知去镇自然资源所，处理前保持现状。",
            },
        ),
    ),
)
NIGHT = Quarrel(
    topic="neighbours",
    kind="neighbours",
    title="",
    applicant=("", ""),
    respondent=("08-059", "谢梓轩"),
    words="网格巡查：水口有两家为半夜唱歌吵过几次，还没有人来申请。",
    filed=-1,
    present=False,
)
QUARRELS = (WAGES, EAVES, BAMBOO, OLD_LAND, DUCKS, NIGHT)
