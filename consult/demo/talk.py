"""What the demo village says, raises and answers. All invented; the words are the village's own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """A comment: the speaker (by their place among the roll's adults), stance, words, and perhaps the council's reply.

    `language` is the tag of what the speaker writes; the council replies in Mandarin.
    """

    who: int
    stance: str
    text: str
    reply: str = ""
    language: str = "zh-Hans-CN"


CANTONESE, FROM_HONG_KONG = "yue-Hans-CN", "yue-Hant-HK"
CHANNEL = "修好上圳三百米水圳"
STEPS = "老碾米房那里原来有个洗衣的埠头，这次砌墙能不能留两级石阶？不然阿婆们没地方下去。"
BEFORE = "谁得益：上围、下围、坑尾三个小组，97 户。\n什么时候做：割完早稻动工，赶在晚稻用水前完工。\n谁来盯：村务监督委员会。"
WHY_REVISED = "大家说要留石阶、断水要短，所以加了两级石阶，改成分三段做。"
ON_CHANNEL = (
    Said(40, "suggestion", STEPS, "图纸加上了，不另外加钱。谢谢提醒。"),
    Said(
        61,
        "concern",
        "我个莲藕塘点算啊？八月断水，啲藕唔死晒？",
        "分三段做，每段断水不超过 4 天，断水前三天贴通知、打电话到户。",
        CANTONESE,
    ),
    Said(88, "support", "我七十八喇，细个嗰阵就靠呢条圳放水。早就应该整返。", language=CANTONESE),
    Said(102, "question", "水泥砌了圳底，田里的水会不会渗不下去，井水变少？"),
    Said(133, "question", "三家报价单在哪里看？", "贴在榕树头公示栏，文书那里也有复印件。"),
    Said(150, "support", "去年冲坏以后，下半垌两季没收成，支持快点修。"),
    Said(171, "suggestion", "分水闸能不能装得高一点，小孩子不会掉下去。"),
    Said(190, "concern", "啲车行机耕路，压烂咗边个整？", language=CANTONESE),
    Said(205, "support", "唔使各家各户夹钱，同意。", language=CANTONESE),
    Said(230, "concern", "怕晚造前做唔切，写明迟一日罚几多好啲。", language=CANTONESE),
    Said(244, "support", "整好咗大家都方便。", language=FROM_HONG_KONG),
    Said(260, "question", "村务监督委员会多久来看一次？"),
)
ANSWER = "大家担心施工时断水。我们和施工队商量好了：分三段做，每段断水不超过 4 天，断水前三天在榕树头贴通知，并打电话到户。洗衣的埠头，图纸已经加上两级石阶，不另外加钱。"
SUMMARY = "多数人赞成修。最担心的是八月断水和晚稻前做不完；提得最多的建议是留洗衣石阶、分水闸装高一点。还有两个问题等着答复：井水会不会变少，多久来查一次。"


@dataclass(frozen=True)
class Raised:
    """A matter raised by a villager, and the number of its endorsements."""

    who: int
    title: str
    summary: str
    place: str
    behind: int
    days_ago: float
    said: tuple[Said, ...] = ()


RAISED = (
    Raised(
        who=75,
        title="井边两盏路灯坏了，请修好",
        summary="上围井边的两盏灯坏了一个多月，晚上担水、放学都看不见，老人摔过一跤。",
        place="上围井边，往祠堂那条巷口",
        behind=14,
        days_ago=3,
        said=(
            Said(96, "support", "我阿妈就系喺嗰度跌亲嘅。", language=CANTONESE),
            Said(140, "suggestion", "换成太阳能的，不用拉电线。"),
        ),
    ),
    Raised(
        who=118,
        title="校车在水口停一站",
        summary="水口有 11 个孩子上小学，现在要走四里路到榕树头坐车。想请村里跟学校说，校车在水口码头停一站。",
        place="水口码头",
        behind=24,
        days_ago=9,
        said=(Said(160, "support", "下雨天孩子走路最辛苦。"), Said(181, "question", "停一站要多收车费吗？")),
    ),
)


@dataclass(frozen=True)
class Common:
    """A matter under discussion with statements; for each, how many in ten of three clusters agree."""

    title: str
    summary: str
    place: str
    statements: tuple[tuple[str, tuple[int, int, int]], ...]
    people: int = 90


GROUND = Common(
    "榕树头晒谷场怎么用",
    "晒谷场改停车场没有通过。逢年过节车没处停，秋收又要晒谷。请大家说说怎么用才好。",
    "榕树头晒谷场",
    (
        ("秋收那一个月，晒谷场只晒谷", (9, 9, 8)),
        ("过年那几天可以临时停车", (9, 8, 9)),
        ("晒谷场不能铺死，以后想改还改得回来", (8, 9, 7)),
        ("应该铺水泥划车位", (9, 1, 5)),
        ("停车要收钱，归村集体", (8, 2, 1)),
        ("留一半给老人小孩跳舞打球", (3, 9, 8)),
        ("在村口另找一块地停车", (2, 9, 6)),
        ("装一盏太阳能灯，晚上也能用", (7, 8, 9)),
        ("外来的车不许停", (2, 6, 9)),
        ("由小组轮流打扫", (6, 3, 9)),
        ("先试半年，再开会定", (8, 8, 8)),
        ("不要用各户的钱", (7, 9, 9)),
    ),
)


@dataclass(frozen=True)
class Job:
    """A task of what was carried: days from the seeding, money in yuan, and what was noted (stage, words, yuan)."""

    title: str
    due: int
    budget: str
    notes: tuple[tuple[str, str, str], ...]
    accepted: bool = False


LET = "东塘重新发包，底价一年 3.6 万"
JOBS = (
    Job(
        "写好发包公告，贴公示栏",
        -3,
        "200",
        (("before", "旧合同今年底到期。", ""), ("done", "公告贴在榕树头和三个小组的公示栏。", "160")),
        True,
    ),
    Job("请人量塘、插界桩", -1, "1800", (("under_way", "量了东边和北边，还差西边。", "900"),)),
    Job("组织公开竞价，签新合同", 20, "", ()),
)
