"""The demo village: its accounts and its consultations. All invented; the words are the village's own."""

from dataclasses import dataclass

from consult.domain.people.roles import Role

SLUG, NAME, PROVINCE, COLLECTIVE = "rongxi", "榕溪村", "广东", "榕溪村经济联合社"


@dataclass(frozen=True)
class CastMember:
    """One person of the roll, by household code and name, with offices beside those the roll gives."""

    household: str
    name: str
    extra: tuple[Role, ...] = ()


CAST = (
    CastMember("02-002", "李永康"),
    CastMember("06-004", "林火生"),
    CastMember("07-182", "陈世昌"),
    CastMember("06-245", "陈惠芳"),
    CastMember("05-003", "陈伟雄"),
    CastMember("01-001", "李桂兰"),
    CastMember("05-224", "陈社养"),
    CastMember("06-027", "邓群好", (Role.CLERK,)),
    CastMember("02-343", "刘秉谦"),
    CastMember("08-059", "谢梓轩"),
    CastMember("05-294", "林锦棠"),
    CastMember("04-237", "李浩然", (Role.HEAD_OF_MEDIATION,)),
    CastMember("07-057", "邓石养", (Role.COUNTY_OPERATOR,)),
)


@dataclass(frozen=True)
class OutsideCastMember:
    """One officer on no roll, in both villages of the demo."""

    name: str
    organisation: str
    number: str
    role: Role
    paper: str


OUTSIDE_CAST = (
    OutsideCastMember("麦少芬", "三坑镇党政综合办公室", "19900000077", Role.CLERK, "三坑镇政府三府〔2025〕8号"),
    OutsideCastMember("何静雯", "三坑镇司法所", "19900000078", Role.JUSTICE_OFFICE, "清城区司法局清司〔2025〕21号"),
)
NEIGHBOUR_SLUG, NEIGHBOUR = "qingtang", "青塘村"
NEIGHBOUR_ROLL = """小组,户号,姓名,与户主关系,性别,出生日期,手机号码,职务
上巷,01-001,黄伟明,户主,男,1968-04-12,,村党支部书记
上巷,01-001,梁月娥,配偶,女,1970-09-03,,
上巷,01-002,黄秋平,户主,女,1975-11-20,,村委会委员
下巷,02-001,罗锦辉,户主,男,1963-02-08,,村务监督委员会主任
下巷,02-002,罗小燕,户主,女,1985-06-30,,村民代表
"""
"""The neighbouring village: small, so that there is somewhere to switch to."""


@dataclass(frozen=True)
class DemoMatter:
    """A consultation of the demo, and its poll. Days are counted from the day of the seeding."""

    title: str
    summary: str
    text: str
    cost: str
    funding: tuple[tuple[str, str], ...]
    question: str
    body: str
    kind: str
    options: tuple[str, ...] = ()
    most: int = 1
    opened: float = -14
    opens: float = -1
    closes: float = 2
    turnout: tuple[int, int, int] = (0, 0, 0)
    """Ballots to cast for options 1, 2, 3."""
    declared: bool = False
    group: str = ""
    secret: bool = False
    paper: bool = False


MATTERS = (
    DemoMatter(
        title="东塘重新发包，底价一年 3.6 万",
        summary="东塘的承包到今年底满。打算重新发包，底价一年 3.6 万元，租金归村集体。",
        text="东塘 42 亩，现承包到 2026 年底期满。\n重新发包：底价每年 36,000 元，一包五年，公开竞价，本村人同价优先。\n租金每年一月交清，账目按月上公示栏。",
        cost="0",
        funding=(),
        question="东塘重新发包，底价一年 3.6 万元，一包五年，您家赞成吗？",
        body="VA_house",
        kind="motion",
        opened=-30,
        opens=-12,
        closes=-5,
        turnout=(271, 20, 7),
        declared=True,
    ),
    DemoMatter(
        title="晒谷场改停车场",
        summary="把榕树头晒谷场铺成停车场，能停 40 辆车。秋收时没有地方晒谷。",
        text="晒谷场 900 平方米，铺水泥、划线，停车 40 辆。\n秋收一个月停用。",
        cost="86000",
        funding=(("村集体东塘租金", "86000"),),
        question="晒谷场改停车场，花 86,000 元，您家赞成吗？",
        body="VA_house",
        kind="motion",
        opened=-30,
        opens=-12,
        closes=-5,
        turnout=(131, 140, 27),
        declared=True,
    ),
    DemoMatter(
        title="修好上圳三百米水圳",
        summary="上圳从山塘口到老碾米房这一段，去年大水冲坏了三处，水到不了下半垌的 186 亩田。这次打算拆掉旧圳底，用石头和水泥重砌 300 米，再装 4 个分水闸。",
        text="谁得益：上围、下围、坑尾三个小组，97 户。\n什么时候做：割完早稻动工，赶在晚稻用水前完工。\n谁来盯：村务监督委员会。\n分三段做，每段断水不超过 4 天，断水前三天在榕树头贴通知。",
        cost="128600",
        funding=(
            ("上级“一事一议”奖补", "76000"),
            ("村集体东塘租金", "40600"),
            ("乡亲捐款", "12000"),
            ("各户分摊", "0"),
        ),
        question="修好上圳三百米水圳，花 128,600 元，您家赞成吗？",
        body="VA_house",
        kind="motion",
        turnout=(96, 8, 5),
        paper=True,
    ),
    DemoMatter(
        title="榕树头装太阳能灯，先装哪几处",
        summary="今年的钱够装三处太阳能灯，一处两盏。请从六个地方里选，最多选三处。",
        text="每处两盏，一共 9,600 元，从村集体的钱里出。\n没选上的地方明年再议。",
        cost="9600",
        funding=(("村集体的钱", "9600"),),
        question="太阳能灯先装哪三处？",
        body="VA_people",
        kind="approval",
        options=("榕树头文化室门口", "上围井边", "下围桥头", "石角晒场", "坑尾路口", "水口码头"),
        most=3,
        opens=-0.5,
        closes=9,
        turnout=(40, 30, 20),
    ),
    DemoMatter(
        title="文化室钥匙交给谁管",
        summary="榕树头文化室要有人开门、关灯、管书报，一年补贴 1,200 元。三位乡亲报了名，请不记名选一位。",
        text="每天下午两点到晚上九点开门。\n补贴从村集体的钱里出，一年一议。",
        cost="1200",
        funding=(("村集体的钱", "1200"),),
        question="文化室的钥匙交给哪一位管？",
        body="VA_people",
        kind="single_choice",
        options=("罗金娣", "陈水根", "黄佩珍"),
        opens=-0.5,
        closes=5,
        turnout=(22, 18, 9),
        secret=True,
    ),
    DemoMatter(
        title="石角小组祠堂换瓦",
        summary="石角祠堂漏雨，想换瓦补梁。钱由小组自己筹。",
        text="换瓦 120 平方米，补梁两根，三家报价最低 32,000 元。",
        cost="32000",
        funding=(("小组公款", "20000"), ("乡亲捐款", "12000"), ("各户分摊", "0")),
        question="祠堂换瓦补梁，花 32,000 元，您家赞成吗？",
        body="VG_house",
        kind="motion",
        opens=1,
        closes=4,
        group="石角",
    ),
)
