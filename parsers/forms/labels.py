"""Find labels such as ``行政村：`` in a line, however they are spaced, and what is written after each. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from formgen.model import Form
from parsers.forms.wording import compact

VARIANTS: dict[str, tuple[str, ...]] = {
    "village": tuple(
        ["行政村", "村", "村名", "所在村", "村名称", "行政村名称", "派驻村", "派驻村名称", "村（社区）", "行政村（社区）", "所属村", "村别", "所驻村", "驻村", "驻村名称", "被考核村", "考核村", "所在行政村", "村（居）", "村民委员会", "村委会"]
    ),
    "name": tuple(
        ["姓名", "乡村振兴小组长（姓名）", "乡村振兴小组长姓名", "乡村振兴小组长", "小组长姓名", "小组长", "组长姓名", "被考核人", "被考核人姓名", "考核对象", "被考评人", "被考评人姓名", "村干部姓名", "村民小组长", "村民小组长姓名", "队员姓名", "队长姓名", "第一书记姓名", "人员姓名", "姓名（小组长）"]
    ),
    "group": tuple(
        ["联系自然庄（组）", "联系自然庄", "联系自然庄组", "自然庄（组）", "自然庄", "村民小组", "村民组", "小组", "组", "组别", "所在组", "联系组", "自然村", "所在小组", "组名"]
    ),
    "grade": tuple(["考评等次", "考核等次", "等次", "考评等级", "考核等级", "评定等次", "等级", "评定等级", "考核评定等次", "拟定等次"]),
    "post": tuple(["职务", "现任职务", "担任职务", "村内职务", "所任职务"]),
    "team": tuple(["派出单位", "派出单位名称", "工作队", "工作队名称", "选派单位", "派驻单位", "帮扶单位"]),
}
PERIOD_LABELS = tuple(
    ["考核时间", "考核月份", "考核时段", "考核期间", "考核年度", "考核季度", "考核周期", "考核期", "考评时间", "考评月份", "考评年度", "考评季度", "评价时间", "月份", "季度", "年度", "年份", "时间", "年月", "考核年月", "所属月份", "所属时期", "考核期限", "评价月份"]
)
OTHER_LABELS = tuple(
    ["填表时间", "填表日期", "填报时间", "填报日期", "填表人", "填报人", "填表单位", "日期", "考核日期", "考评日期", "考核人", "考评人", "考核人签字", "考核人（签字）", "考核人签名", "考评人签字", "被考核人签字", "被考核人（签字）", "被考核人签名", "本人签字", "审核人", "审核", "负责人", "负责人签字", "签字", "签名", "签字日期", "考核单位", "考评单位", "单位", "单位（盖章）", "盖章", "联系电话", "电话", "制表人", "制表", "复核人", "复核", "评分人", "打分人", "记分人", "考核组", "考核小组", "考核小组签字", "组长签字", "乡镇", "镇", "乡（镇）", "县（区）", "备注", "说明", "主管领导", "分管领导", "领导签字", "村负责人", "经办人", "监督人", "序号", "编号", "性别", "年龄", "身份证号"]
)
TOTAL_LABELS = tuple(
    ["总分", "合计", "总计", "总得分", "合计得分", "得分合计", "考核得分", "考核总分", "考评总分", "综合得分", "最终得分", "最后得分", "总评得分", "合计总分", "总分合计", "共计", "考核总得分"]
)
_FILL = " \t\r\n\u3000\u00a0_＿…＿‗"
_EDGE = _FILL + "，,；;、。|｜.·:：︰∶"
_COLONS = ":︰∶"
_STRANGER = re.compile(r"(?:(?<=[\s_\u3000])|^)([\u4e00-\u9fff（）()]{2,12})[ \u3000]*[：:]")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and what stands after it, up to the next label."""

    id: str  #: Field id, ``period``, ``total``, ``other``, or ``?`` for a label that no form of ours knows.
    label: str  #: As it stands.
    value: str  #: As it stands, without fill lines; empty if blank.
    start: int  #: Where the label begins in the text.
    whole: bool  #: The label fills the text: the value must stand elsewhere.


@lru_cache(maxsize=32)
def vocabulary(form: Form) -> tuple[tuple[str, str], ...]:
    """(label without blanks, field id) for the blanks of a form and the labels that go with any form, longest first."""
    found: dict[str, str] = {}
    for name in OTHER_LABELS:
        found[compact(name)[0]] = "other"
    for name in PERIOD_LABELS:
        found[compact(name)[0]] = "period"
    if form.base_points is not None or not form.judgements:
        found.update({compact(name)[0]: "total" for name in TOTAL_LABELS})
    ids = {blank.id for blank in form.blanks}
    for field_id, names in VARIANTS.items():
        if field_id in ids:
            found.update({compact(name)[0]: field_id for name in names})
    for blank in form.blanks:
        found[compact(blank.label)[0]] = blank.id
    return tuple(sorted(found.items(), key=lambda entry: -len(entry[0])))


@lru_cache(maxsize=1)
def _subject_labels() -> tuple[tuple[str, str], ...]:
    found = {compact(name)[0]: field_id for field_id, names in VARIANTS.items() for name in names if field_id != "post"}
    return tuple(sorted(found.items(), key=lambda entry: -len(entry[0])))


def names_subject(text: str) -> bool:
    """Whether a line has a blank for a village, a name or a group: it may open a form."""
    if len(text) > 300:
        return False
    return any(found.id != "?" for found in labelled(text, _subject_labels()))


def _candidates(
    text: str, plain: str, places: Sequence[int], names: Sequence[tuple[str, str]]
) -> list[tuple[int, int, str, bool]]:
    """(start, end, id, sure) in the compact text; overlaps resolved in favour of the longest."""
    taken = [False] * len(plain)
    found: list[tuple[int, int, str, bool]] = []
    for name, field_id in names:
        start = plain.find(name)
        while start >= 0:
            end = start + len(name)
            if not any(taken[start:end]):
                colon = end < len(plain) and plain[end] in _COLONS
                before = text[places[start] - 1] if places[start] else " "
                after = text[places[end - 1] + 1] if places[end - 1] + 1 < len(text) else " "
                left = start == 0 or before in _EDGE + "（(【[)）" or plain[start - 1] in _COLONS
                right = after in _FILL or end == len(plain)
                fills = start == 0 and end == len(plain)
                if fills or (colon and (left or len(name) > 1)) or (left and right and len(name) > 1):
                    found.append((start, end, field_id, True))
                    taken[start:end] = [True] * len(name)
                elif left and len(name) >= 3 and field_id != "other":
                    found.append((start, end, field_id, False))
                    taken[start:end] = [True] * len(name)
            start = plain.find(name, start + 1)
    sure = sum(entry[3] for entry in found)
    return sorted(entry for entry in found if entry[3] or sure or len(found) > 1)


def labelled(text: str, names: Sequence[tuple[str, str]]) -> list[Labelled]:
    """The labels in a text with what is written after each, in order."""
    if not text or len(text) > 2000:
        return []
    plain, places = compact(text)
    marks = [
        (places[start], places[end - 1] + 1, field_id)
        for start, end, field_id, _ in _candidates(text, plain, places, names)
    ]
    for match in _STRANGER.finditer(text):
        start, end = match.span(1)
        if not any(first < end and start < last for first, last, _ in marks):
            marks.append((start, end, "?"))
    marks.sort()
    found = []
    for number, (start, end, field_id) in enumerate(marks):
        stop = marks[number + 1][0] if number + 1 < len(marks) else len(text)
        value = text[end:stop].strip(_EDGE)
        if value.endswith(("（", "(", "【")):
            value = value[:-1].strip(_EDGE)
        found.append(Labelled(field_id, text[start:end], value, start, start == 0 and not value and len(marks) == 1))
    return found


def before_first(text: str, found: Sequence[Labelled]) -> str:
    """What stands before the first label."""
    return (text[: found[0].start] if found else text).strip(_EDGE)
