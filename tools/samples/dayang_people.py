"""Who works in 大杨镇, and a form of one of them."""

from __future__ import annotations

from tools.samples.truth import Entry, Fill, marks

FORM = "dayang-monthly"
PERIOD = "2023-03"
POSTS = "乡村振兴小组长"
MONTH = "（2023年3月）"

#: Village, name, hamlet, pay a month. All invented.
STAFF = (
    ("张庄村", "张守田", "东张庄", "500"),
    ("张庄村", "李四", "前张庄", "500"),
    ("张庄村", "周广银", "后张庄", "500"),
    ("张庄村", "张立国", "小周庄", "500"),
    ("张庄村", "孙秀英", "孙圩子", "500"),
    ("李楼村", "李长河", "李楼前庄", "500"),
    ("李楼村", "李玉梅", "李楼后庄", "500"),
    ("李楼村", "马德胜", "马庄", "500"),
    ("李楼村", "郑家旺", "郑小庄", "500"),
    ("李楼村", "李冬生", "新庄", "600"),
    ("王集村", "王建国", "王集北", "500"),
    ("王集村", "王二妮", "王集南", "500"),
    ("王集村", "宋学文", "宋庄", "500"),
    ("王集村", "王芳", "大王庄", "500"),
    ("王集村", "何有才", "何圩", "500"),
    ("赵圩村", "赵凤琴", "赵圩", "500"),
    ("赵圩村", "赵大勇", "赵小庄", "500"),
    ("赵圩村", "钱进宝", "钱庄", "500"),
    ("赵圩村", "吴家华", "吴桥", "500"),
    ("赵圩村", "赵新民", "赵湖", "600"),
    ("陈湾村", "陈玉柱", "陈东", "500"),
    ("陈湾村", "王建国", "陈西", "500"),
    ("陈湾村", "陈小满", "湾里", "500"),
    ("陈湾村", "欧阳春兰", "湾外", "500"),
    ("陈湾村", "高翔", "高庄", "500"),
    ("刘桥村", "刘志强", "桥东", "500"),
    ("刘桥村", "刘爱华", "桥西", "500"),
    ("刘桥村", "冯守信", "冯庄", "500"),
    ("刘桥村", "丁喆", "丁庄", "500"),
    ("刘桥村", "田犇", "田庄", "500"),
    ("刘桥村", "孟春来", "孟庄", "500"),
    ("赵圩村", "汪秀兰", "汪庄", "500"),
    ("刘桥村", "蒋水生", "蒋庄", "500"),
)
NOT_A_SCORE = ("missing-score", "not-a-number", "low-confidence")


def leader(village: str, name: str, scores: str, grade: str = "", **rest: object) -> Fill:
    """The form of a leader; the hamlet stands in the roster. ``iN_M=`` answers an item, ``written=`` a header blank."""
    group = next(entry[2] for entry in STAFF if entry[:2] == (village, name))
    entries = {key: value for key, value in rest.items() if key[1:2].isdigit()}
    others = {key: value for key, value in rest.items() if key not in entries and key != "written"}
    header: dict[str, Entry | str] = {"village": village, "name": name, "group": group, "grade": grade}
    header |= rest.get("written", {})  # type: ignore[operator]
    period = others.pop("period", PERIOD)
    return Fill(FORM, period, header, marks(FORM, scores, **entries), **others)  # type: ignore[arg-type]
