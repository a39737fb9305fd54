"""The provinces by the names that rules of provinces bear. A village of an unknown one would silently have the nation's."""

PROVINCES = (
    *(
        "北京",
        "天津",
        "河北",
        "山西",
        "内蒙古",
        "辽宁",
        "吉林",
        "黑龙江",
        "上海",
        "江苏",
        "浙江",
        "安徽",
        "福建",
        "江西",
        "山东",
    ),
    *(
        "河南",
        "湖北",
        "湖南",
        "广东",
        "广西",
        "海南",
        "重庆",
        "四川",
        "贵州",
        "云南",
        "西藏",
        "陕西",
        "甘肃",
        "青海",
        "宁夏",
        "新疆",
    ),
)
_ENDINGS = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")


def read_province(text: str) -> str | None:
    """Return the name of a province, also written with what it is (浙江省); empty for none; None for an unknown one."""
    name = text.strip()
    for ending in _ENDINGS:
        if name.removesuffix(ending) in PROVINCES:
            name = name.removesuffix(ending)
    return name if not name or name in PROVINCES else None
