"""Clauses 7.3.5 to 7.3.7: 署名, 成文日期, 附注 and 附件."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from formgen.conformity.case import ZI_TOLERANCE, Case, place, plain
from formgen.conformity.document import Paragraph
from formgen.conformity.elements import DATE, Attachment, title_text
from formgen.conformity.measures import end, gap, opens_page, section_of, start, width
from formgen.conformity.model import Finding, Severity
from formgen.conformity.rules_body import texts

_POST = r"([省市县区镇乡局厅部处科院校会所站]\s*长|主\s*任|书\s*记|主\s*席|委\s*员|主\s*编|总\s*经\s*理)"
#: A 职务 alone, or with the name or the stamp of its holder behind a blank.
_OFFICER = re.compile(rf"{_POST}(\s*（签名章）|\s+\S(\s*\S){{1,3}})?$")

_ROW = re.compile(
    r"\t|(?<=\S{3})[ \u3000]{2,}(?=\S{3})|(局|委|府|会|室|部|院|队|站)[ \u3000](?=\S{3})"
)  #: Several organs in one row.


def check(case: Case) -> Iterator[Finding]:
    """All findings from the 署名 to the end of the document."""
    yield from _date(case)
    yield from _closing(case)
    yield from _remark(case)
    for index, attachment in enumerate(case.elements.attachments):
        yield from _attachment(case, attachment, index)
    yield from _listed(case)


def _date(case: Case) -> Iterator[Finding]:
    elements, one = case.elements, case.elements.date
    if one is None:
        if elements.official and elements.kind != "纪要" and elements.body:
            yield Finding("date-missing", "7.3.5.4", "没有成文日期", "无", "如 2023年2月3日", Severity.WARNING)
        return
    yield from dated(one, "7.3.5.4", "date", "成文日期")
    yield from case.size([one], 16, "5.2.2", "date-size", "成文日期")
    yield from case.face([one], "仿宋", "5.2.2", "date-face", "成文日期")
    yield from case.size(elements.signatures, 16, "5.2.2", "signature-size", "发文机关署名")
    yield from case.face(elements.signatures, "仿宋", "5.2.2", "signature-face", "发文机关署名")
    yield from case.colour([*elements.signatures, one], "signature-colour", "署名和成文日期")
    if not elements.signatures and elements.official and elements.kind not in {"纪要"}:
        yield Finding(
            "signature-missing",
            "7.3.5",
            "成文日期之上没有发文机关署名",
            "无",
            "发文机关署名",
            Severity.WARNING,
            place(one),
        )


def dated(one: Paragraph, clause: str, code: str, what: str) -> Iterator[Finding]:
    """Findings on how a date is written."""
    match = DATE.search(one.text)
    if match is None:
        return
    year, month, day = match["year"], match["month"], match["day"]
    spot = place(one)
    if not (year + month + day).isascii():
        yield Finding(f"{code}-digits", clause, f"{what}用阿拉伯数字", match[0], "如 2023年2月3日", place=spot)
        return
    right = f"{year}年{int(month)}月{int(day)}日"
    if month.startswith("0") or day.startswith("0"):
        yield Finding(f"{code}-padded", clause, f"{what}的月、日不编虚位", match[0], right, place=spot)
    if not re.search(r"年.*月.*日", match[0]):
        yield Finding(f"{code}-form", clause, f"{what}应写全年、月、日", match[0], right, place=spot)
    elif re.search(r"\s", match[0]):
        yield Finding(f"{code}-space", clause, f"{what}中间不留空", match[0], right, Severity.WARNING, place=spot)


def _closing(case: Case) -> Iterator[Finding]:
    """Right indents of 署名 and date by the closed formulas: sealed, unsealed or with a 签名章, the nearest."""
    elements, date = case.elements, case.elements.date
    if date is None or date.table or date.floating:
        return
    section = section_of(case.document, date)
    ends = end(date, section)
    if ends is None:
        return
    names = [one for one in elements.signatures if not one.table and not one.floating]
    m = width(date.text)
    if len(names) != 1 or _ROW.search(names[0].raw.strip(" \u3000")):
        wanted = [Decimal(4), *_joint(elements.signatures, m)]
        if all(abs(ends - one) > ZI_TOLERANCE for one in wanted):
            yield Finding(
                "date-place", "7.3.5.1", "成文日期右空四字", f"右空 {plain(ends)} 字", "右空 4 字", place=place(date)
            )
        return
    name = names[0]
    held = end(name, section)
    n = width(name.text)
    if held is None:
        return
    ways = {
        "7.3.5.1": (max(Decimal(0), 4 + (m - n) / 2), Decimal(4), "加盖印章"),
        "7.3.5.2": (Decimal(2), n - m, "不加盖印章") if m <= n else (4 + m - n, Decimal(2), "不加盖印章"),
    }
    if _OFFICER.search(name.text):
        ways = {"7.3.5.3": (held, Decimal(4), "加盖签名章")}
    clause, (sig, day, how) = min(ways.items(), key=lambda way: abs(way[1][0] - held) + abs(way[1][1] - ends))
    if abs(ends - day) > ZI_TOLERANCE:
        yield Finding(
            "date-place",
            clause,
            f"成文日期的位置不对（{how}）",
            f"右空 {plain(ends)} 字",
            _wanted(ways, 1),
            place=place(date),
        )
    if abs(held - sig) > ZI_TOLERANCE:
        yield Finding(
            "signature-place",
            clause,
            f"发文机关署名的位置不对（{how}）",
            f"右空 {plain(held)} 字",
            _wanted(ways, 0),
            place=place(name),
        )
    above = [one for one in (*elements.body, *elements.notes) if one.number < name.number]
    if clause == "7.3.5.2" and above:
        last = max(above, key=lambda one: one.number)
        found = gap(case.document, last, name, case.profile)
        if found is not None and found < Decimal("0.6"):
            yield Finding(
                "signature-gap",
                "7.3.5.2",
                "署名在正文（或附件说明）下空一行",
                f"空 {plain(found)} 行",
                "空 1 行",
                place=place(name),
            )
    yield from case.lines_between(name, date, 1 if clause == "7.3.5.3" else 0, clause, "date-gap", "成文日期与署名之间")


def _joint(signatures: tuple[Paragraph, ...], m: Decimal) -> list[Decimal]:
    """Where the date of an unsealed joint document may stand: by the formula for the first and for the last name."""
    found = []
    for one in signatures:
        n = width(one.text)
        found.append(n - m if m <= n else Decimal(2))
    return found


def _wanted(ways: dict[str, tuple[Decimal, Decimal, str]], which: int) -> str:
    return "；".join(f"{way[2]}右空 {plain(Decimal(way[which]))} 字" for way in ways.values())


def _remark(case: Case) -> Iterator[Finding]:
    one = case.elements.remark
    if one is None:
        return
    begins = start(one)
    if begins is None or abs(begins - 2) > ZI_TOLERANCE:
        found = "未居左" if begins is None else f"左空 {plain(begins)} 字"
        yield Finding("remark-indent", "7.3.6", "附注居左空二字", found, "左空 2 字", place=place(one))
    if not (one.text.startswith("（") and one.text.endswith("）")):
        yield Finding(
            "remark-brackets", "7.3.6", "附注加全角圆括号", f"{one.text[0]}…{one.text[-1]}", "（……）", place=place(one)
        )
    yield from case.size([one], 16, "5.2.2", "remark-size", "附注")
    yield from case.face([one], "仿宋", "5.2.2", "remark-face", "附注")


def _attachment(case: Case, piece: Attachment, index: int) -> Iterator[Finding]:
    label = piece.label
    if label is not None:
        spot = place(label)
        yield from case.size([label], 16, "7.3.7", "annex-label-size", "“附件”二字及顺序号")
        yield from case.face([label], "黑体", "7.3.7", "annex-label-face", "“附件”二字及顺序号")
        begins = start(label)
        if begins is None or abs(begins) > ZI_TOLERANCE:
            found = "未居左" if begins is None else f"左空 {plain(begins)} 字"
            yield Finding(
                "annex-label-place", "7.3.7", "“附件”二字及顺序号顶格编排在版心左上角第一行", found, "顶格", place=spot
            )
        if label.text[-1] in ":：":
            yield Finding(
                "annex-label-colon",
                "7.3.7",
                "“附件”及顺序号后不加冒号",
                label.text,
                label.text[:-1],
                Severity.WARNING,
                spot,
            )
        if re.search(r"[一二三四五六七八九十]", label.text):
            yield Finding(
                "annex-label-number", "7.3.7", "附件顺序号用阿拉伯数字", label.text, f"附件{index + 1}", place=spot
            )
        if not opens_page(case.document, label):
            yield Finding("annex-page", "7.3.7", "附件应另面编排", "与上文同面", "另起一面", place=spot)
        if piece.title:
            yield from case.lines_between(
                label, piece.title[0], 1, "7.3.7", "annex-title-gap", "附件标题居中编排在版心第三行，与“附件”之间"
            )
        else:
            yield Finding(
                "annex-title-missing",
                "7.3.7",
                "附件没有标题",
                "无",
                "与附件说明一致的标题，居中编排在第三行",
                Severity.WARNING,
                spot,
            )
    if piece.title:
        yield from case.centred(piece.title, "7.3.7", "annex-title-centre", "附件标题")
        if not any(section_of(case.document, one).landscape for one in piece.title) and not piece.tables:
            yield from case.size(piece.title, 22, "7.3.7", "annex-title-size", "附件标题")
        yield from case.face(piece.title, "小标宋", "7.3.7", "annex-title-face", "附件标题")
    if not piece.tables:
        yield from texts(case, piece.body)


def _listed(case: Case) -> Iterator[Finding]:
    """附件说明 and the 附件 that follow must agree in number and name."""
    elements = case.elements
    rows = [row for one in elements.notes for row in one.text.split("\n")]
    names: list[str] = []
    for row in rows:
        name = re.sub(r"^\s*(附\s*件?\s*[:：]\s*)?(\d{1,2}\s*[.．、，,]\s*)?", "", row).strip(" \u3000。；;，")
        if re.match(r"^\s*(附\s*件?\s*[:：]|\d{1,2}\s*[.．、，,])", row) or not names:
            names.append(name)
        else:
            names[-1] += name
    bound = [piece for piece in elements.attachments if piece.label]
    if not names and not bound:
        return
    if not names:
        if elements.body and elements.official:
            yield Finding(
                "annex-unlisted",
                "7.3.4",
                "文后有附件，正文下没有附件说明",
                f"{len(bound)} 个附件",
                "附件：……",
                place=place(bound[0].label),
            )
        return
    if bound and len(bound) != len(names):
        yield Finding(
            "annex-count",
            "7.3.7",
            "附件与附件说明的数目不一致",
            f"{len(bound)} 个",
            f"{len(names)} 个",
            place=place(bound[-1].label),
        )
    numbered = len(names) > 1
    for index, piece in enumerate(bound):
        assert piece.label is not None
        number = re.search(r"\d+(?=\s*[:：]?$)", piece.label.text)
        if (
            numbered
            and (number is None or int(number[0]) != index + 1)
            and not re.search(r"[一二三四五六七八九十]", piece.label.text)
        ):
            yield Finding(
                "annex-number",
                "7.3.7",
                "附件顺序号与附件说明不一致",
                piece.label.text,
                f"附件{index + 1}",
                place=place(piece.label),
            )
        if index < len(names) and piece.title and len(bound) == len(names):
            title = title_text(piece.title)
            listed = re.sub(r"\s+", "", names[index])
            if title != listed and title != listed.strip("《》"):
                yield Finding(
                    "annex-title", "7.3.7", "附件标题与附件说明不一致", title, listed, place=place(piece.title[0])
                )
