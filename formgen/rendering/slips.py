"""What is said to the sender of a faulty return: the notes on a copy of it, and what the 退改通知 prints. Pure.

``notice_context``: ``title``, ``organ``, ``to``, ``number``, ``paragraphs`` (what came and what is asked), ``rows`` of
``{no, whom, item, place, found, wanted}``, ``has_whom`` (the file holds several forms), ``closing`` (by when, and where
the marked copy is), ``date``, ``draft``, ``scheme_id``, ``properties`` as in ``formgen.rendering.context``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from formgen.model import Form, Issue, IssueCode, Locator, Record, Subject
from formgen.parsing import Limits
from formgen.periods import in_chinese
from formgen.rendering.context import chinese_date, text_of
from formgen.rendering.slip_parts import Note, Parts, UntouchableError

WORD, EXCEL = ("docx", "docm"), ("xlsx", "xlsm")
_LISTS = {"roster": "花名册", "facts": "事实登记表"}
_BLANKS = {"village": "村名", "name": "姓名", "group": "组", "team": "派出单位", "total": "合计", "period": "时段"}
MOST_FAULTS = 300  #: Of one file that are listed and marked; beyond that the sender begins anew anyway.
_LONGEST = 24  #: Characters of an item's wording that name it.

_WANTED = {
    IssueCode.MISSING_SCORE: "请补填得分；确实不得分的写0",
    IssueCode.OUT_OF_RANGE: "请核对后改填",
    IssueCode.TOTAL_MISMATCH: "请核对各项得分和合计，使两者一致",
    IssueCode.NOT_A_NUMBER: "请只写一个数字",
    IssueCode.TAMPERED_WORDING: "请恢复印制的文字，不要改动表样",
    IssueCode.EXTRA_ROW: "请删去自行增加的行；要说明的写在备注",
    IssueCode.MISSING_ROW: "请用发下的空白表重新填写，不要删行",
    IssueCode.DUPLICATE_ROW: "请只保留一行",
    IssueCode.FORMULA_WITHOUT_VALUE: "请把公式改写成数字，或打开文件重新计算后保存",
    IssueCode.LOW_CONFIDENCE: "请核对并写清楚",
    IssueCode.MISPLACED_VALUE: "请把得分写在得分栏，一项一格",
    IssueCode.UNEXPECTED_VALUE: "请按表上规定的内容填写",
    IssueCode.UNEXPECTED_TEXT: "请删去，或移到备注",
    IssueCode.TRACKED_CHANGE: "请接受或拒绝全部修订后再报",
    IssueCode.HIDDEN_CONTENT: "请取消隐藏，或删去隐藏的内容",
    IssueCode.MISSING_SUBJECT: "请在表上写明",
    IssueCode.UNKNOWN_SUBJECT: "请核对村名和姓名，与花名册一致",
    IssueCode.MISSING_PERIOD: "请在表上写明考核的时段",
    IssueCode.PERIOD_ASSUMED: "请在表上写明考核的时段",
    IssueCode.PERIOD_MISMATCH: "请核对考核的时段，只写一个",
    IssueCode.DUPLICATE: "请说明以哪一份为准，只报一份",
    IssueCode.UNREADABLE: "请重新保存一份完好的文件再报",
    IssueCode.EMPTY_FILE: "请重新报送，文件不能是空的",
    IssueCode.ENCRYPTED: "请去掉打开密码后再报",
    IssueCode.NOT_A_FORM: "请用发下的空白表填写后再报",
    IssueCode.AMBIGUOUS_FORM: "请把不同的表分成不同的文件，写明标题",
    IssueCode.TOO_LARGE: "请删去照片和无关的内容后再报",
    IssueCode.UNSUPPORTED: "请报送 Word 或 Excel 文件，不要报扫描件和照片",
    IssueCode.MISLABELLED: "请用原来的程序另存为与内容相符的格式",
}
_OTHERWISE = "请核对后改正"
#: Not the sender's: what this office's own machine lacks.
OURS = (IssueCode.MISSING_PROGRAM, IssueCode.TOO_SLOW)


@dataclass(frozen=True, slots=True)
class Returned:
    """A returned file with what is wrong in it."""

    sha256: str
    file: str  #: Its name as it came.
    kind: str  #: What its content is: ``docx`` …
    records: Mapping[int, Record]  #: By index in the file; corrections laid over.
    issues: tuple[Issue, ...]  #: That nobody has answered and a person must see to, about these records or the file.


@dataclass(frozen=True, slots=True)
class Annotated:
    """A copy with notes."""

    data: bytes
    exact: tuple[bool, ...]  #: For each note, whether it stands on its very place.


def annotate(data: bytes, kind: str, notes: Sequence[Note], at: datetime, limits: Limits) -> Annotated:
    """A copy of a returned file with a comment or cell note for each note; all else is as it was, macros unrun.

    Raises UntouchableError, which says why, for kinds that carry no notes and for files that cannot be changed safely.
    """
    if kind not in WORD + EXCEL:
        raise UntouchableError("这种文件不能加批注")
    parts = Parts(data, limits)
    if kind in WORD:
        from formgen.rendering import slip_word

        exact = slip_word.annotate(parts, notes, at)
    else:
        from formgen.rendering import slip_excel

        exact = slip_excel.annotate(parts, notes)
    return Annotated(parts.saved(), exact)


def notes_of(returned: Returned, forms: Mapping[str, Form]) -> tuple[Note, ...]:
    """A note for each fault, at its place: what is wrong, and what to do."""
    notes = []
    for issue in returned.issues[:MOST_FAULTS]:
        record = returned.records.get(issue.record) if issue.record is not None else None
        form = forms.get(record.form) if record else None
        reading = record.readings.get(issue.field) if record and issue.field else None
        where = _place(issue, record)
        stands = reading.text if reading is not None and reading.where == where else ""
        about = _item(issue.field, form)
        text = f"{_ended(issue.message)}\n{wanted(issue, form)}。"
        notes.append(
            Note(replace(where, submission=""), text if str(where) or not about else f"{about}：{text}", stands)
        )
    return tuple(notes)


def wanted(issue: Issue, form: Form | None) -> str:
    """What the sender is to do about a fault."""
    words = _WANTED.get(issue.code, _OTHERWISE)
    item = next((one for one in form.items if one.id == issue.field), None) if form else None
    if item is None or issue.code not in (IssueCode.MISSING_SCORE, IssueCode.OUT_OF_RANGE, IssueCode.NOT_A_NUMBER):
        return words
    if form is not None and form.judgements:
        return f"请填{'、'.join(form.judgements)}之一"
    if item.tiers:
        return f"{words}（可填：{'、'.join(map(text_of, item.tiers))}）"
    return f"{words}（满分{text_of(item.points)}分）" if item.points is not None else words


def notice_context(
    returned: Returned,
    forms: Mapping[str, Form],
    *,
    organ: str,
    to: str = "",
    number: str = "",
    on: date | None = None,
    deadline: date | None = None,
    copy: str = "",
    why_no_copy: str = "",
) -> dict[str, Any]:
    """What the 退改通知 prints, with the keys that the module names.

    ``copy`` is the name of the marked copy, ``why_no_copy`` why there is none. The deadline is printed only if given.
    """
    records = list(returned.records.values())
    several = len(records) > 1
    rows: list[dict[str, str]] = []
    for issue in returned.issues[:MOST_FAULTS]:
        record = returned.records.get(issue.record) if issue.record is not None else None
        form = forms.get(record.form) if record else None
        rows.append(
            {
                "no": str(len(rows) + 1),
                "whom": str(record.subject) if record else "整份文件",
                "item": _item(issue.field, form),
                "place": _place(issue, record).chinese or ("整份文件" if record is None else "表上没有"),
                "found": _without_item(issue, form),
                "wanted": wanted(issue, form),
            }
        )
    what = "、".join(dict.fromkeys(_named(record, forms) for record in records)) or f"文件“{returned.file}”"
    whose = "、".join(dict.fromkeys(str(one.subject) for one in records if one.subject.key))
    whose = f"（{whose}）" if whose else ""
    closing = [f"请于{chinese_date(deadline)}前改正后重新报送。" if deadline else "请改正后重新报送。"]
    if copy:
        closing.append(f"随附原表一份（{copy}），要改的地方已加批注。")
    elif why_no_copy:
        closing.append(f"原文件未加批注（{why_no_copy}），要改的地方以上表所列为准。")
    first = records[0] if records else None
    return {
        "title": "退改通知",
        "organ": organ,
        "to": to or _addressee([one.subject for one in records]),
        "number": number,
        "paragraphs": [
            f"你处报送的{what}{whose}收悉。经核对，{_counted(len(returned.issues), len(rows))}"
            if records
            else f"你处报送的{what}收悉。文件未能登记，原因如下："
        ],
        "rows": rows,
        "has_whom": several,
        "closing": closing,
        "date": chinese_date(on) if on else "",
        "period": first.period or "" if first else "",
        "draft": "",
        "scheme_id": first.scheme if first else "",
        "properties": {"notice": "return", "file": returned.sha256},
    }


def _counted(every: int, listed: int) -> str:
    if every == listed:
        return f"有下列{every}处需要改正："
    return f"有{every}处需要改正，下面列出前{listed}处："


def _place(issue: Issue, record: Record | None) -> Locator:
    """Where a fault is: as the issue says, else where its field was read; a whole table gives way to a cell."""
    reading = record.readings.get(issue.field) if record and issue.field else None
    if reading is not None and not issue.where.spot and reading.where.spot:
        return reading.where
    return issue.where


def _named(record: Record, forms: Mapping[str, Form]) -> str:
    form = forms.get(record.form)
    title = form.title if form else _LISTS.get(record.form, "表")
    return f"{_spoken(record.period)}《{title}》"


def _spoken(period: str | None) -> str:
    if period is None:
        return ""
    try:
        return in_chinese(period)
    except ValueError:
        return period


def _item(field: str | None, form: Form | None) -> str:
    """The clerk's name of a field: the wording of its item, the label of its blank."""
    if field is None:
        return ""
    stem, _, part = field.removesuffix(".remark").partition(".")
    item = next((one for one in form.items if one.id == f"{stem}.{part}"), None) if form else None
    if item is not None:
        words = item.text if len(item.text) <= _LONGEST else item.text[:_LONGEST] + "……"
        return words + ("（备注）" if field.endswith(".remark") else "")
    labels = {one.id: one.label for one in form.blanks} if form else {}
    labels |= {one.id: one.label for one in form.fields} if form else {}
    return labels.get(field) or labels.get(stem) or _BLANKS.get(field, "")


def _without_item(issue: Issue, form: Form | None) -> str:
    """What is wrong, without the wording of the item that stands in its own column."""
    words = _ended(issue.message).rstrip("。")
    item = next((one for one in form.items if one.id == issue.field), None) if form else None
    if item is not None:
        for place in range(len(words) - 1, 3, -1):
            head = words[:place].rstrip("…")
            if words[place] == "：" and len(head) > 3 and item.text.startswith(head):
                return words[place + 1 :]
    return words


def _addressee(subjects: Sequence[Subject]) -> str:
    if len(subjects) == 1:
        return subjects[0].village
    villages = dict.fromkeys(one.village for one in subjects if one.village)
    return "、".join(villages) if len(villages) <= 5 else "各有关村"


def _ended(message: str) -> str:
    words = " ".join(message.split())
    return words if words.endswith(("。", "！", "？")) else words + "。"
