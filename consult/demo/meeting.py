"""The meetings of the demo village: one that was held, one tonight, one to come. All invented."""

from dataclasses import dataclass

PLACE, OFFICE, TITLE = "榕树头文化室", "党群服务中心", "今年第三次村民会议"
LAMPS = "上围巷子加装二十盏路灯"
WHY = "巷子窄，老人晚上出门看不见路。装二十盏太阳能路灯，不用电费，一盏四百八十元，从东塘租金里出。"
COST_OF_LAMPS, FROM_RENT = 960_000, "东塘租金"
QUESTION = "上围巷子加装二十盏路灯，一共 9,600 元，您家赞成吗？"
REPORT = "听第二季度收支账"
STUDIED = "支部委员会研究同意提议，先装最黑的三条巷子。"
DISCUSSED = "两委逐条看过报价，同意提交村民会议。"
REVIEWED = "党员大会审议，同意。"
ON_PHONES, BY_HAND = (151, 12, 5), (117, 10, 10)
"""For, against, abstaining."""
SAID = (
    ("刘秉谦", "灯装得太高换不了电池。要装在够得着的地方。"),
    ("林火生", "答：装三米高，村里有梯子，换电池由小组长管。"),
    ("陈社养", "老碾米房那条巷子也很黑，能不能算进去？"),
)


@dataclass(frozen=True)
class ToCome:
    """A meeting that is called. Days from the seeding, at half past seven; `item` is its motion, `summary` the proposal.

    `days` 0: the coming half hour, if that lies in the village's day, so that it can be held at once; else the next evening.
    `studied` and `discussed` are what the Party branch and the two committees said of it.

    `cost_fen` is what the motion costs, `source` where that comes from; 0 and nothing where it costs nothing.
    """

    body: str
    title: str
    days: int
    report: str
    item: str
    summary: str
    question: str
    studied: str
    discussed: str
    cost_fen: int = 0
    source: str = ""


TONIGHT = ToCome(
    body="COUNCIL",
    title="理事会商议：荔枝林清扫",
    days=0,
    report="听榕树头卫生情况",
    item="荔枝林每月清扫一次",
    summary="荔枝林落叶多，容易起火。每月第一个星期六，各户出一个人，一起扫半天。",
    question="荔枝林每月清扫一次，您同意吗？",
    studied="支部委员会研究同意提议，先扫一季试试。",
    discussed="两委看过林子，同意提交理事会商议。",
)
NEXT = ToCome(
    body="VA_house",
    title="今年第四次村民会议",
    days=13,
    report="听第三季度收支账",
    item="明年村里的清洁费怎么收",
    summary="垃圾清运一年要 41,200 元。打算一户一年收 60 元，五保户、低保户不收，差的从集体的钱里补。",
    question="清洁费一户一年 60 元，五保户、低保户不收，您家赞成吗？",
    studied="支部委员会研究同意提议，五保户、低保户不收。",
    discussed="两委算过清运的账，同意提交村民会议。",
    cost_fen=4_120_000,
    source="各户清洁费，不够的由集体补",
)
