"""Clause 7.2: the elements of the 版头."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from formgen.conformity.case import ZI_TOLERANCE, Case, place, plain
from formgen.conformity.document import Paragraph, cut, is_red
from formgen.conformity.elements import NUMBER, SIGNER, UPWARD, title_text
from formgen.conformity.faces import family
from formgen.conformity.measures import end, section_of, start
from formgen.conformity.model import Finding, Severity

_DOWNWARD = ("通知", "决定", "命令", "令", "公报", "公告", "通告", "通报", "批复")


def check(case: Case) -> Iterator[Finding]:
    """All findings on the 版头."""
    elements = case.elements
    if not elements.official:
        return
    yield from _corner(case)
    yield from _mark(case)
    if elements.kind not in {"命令", "纪要"}:
        yield from _number(case)
    yield from _signers(case)
    if elements.kind in {"文件", "上行文"}:
        yield from _rule(case)


def _corner(case: Case) -> Iterator[Finding]:
    elements = case.elements
    letter = elements.kind == "信函"
    if (one := elements.copy_number) is not None:
        if not re.fullmatch(r"\d{6}", one.text):
            yield Finding(
                "copy-number-digits",
                "7.2.1",
                "份号一般用 6 位阿拉伯数字",
                one.text,
                "6 位，如 000001",
                place=place(one),
            )
        yield from case.size([one], 16, "7.2.1", "copy-number-size", "份号")
        yield from _flush(case, one, "7.2.1", "copy-number-place", "份号")
        above = [p for p in case.document.paragraphs[: one.number - 1] if not p.floating]
        if above and not letter and not one.floating:
            yield Finding(
                "copy-number-line",
                "7.2.1",
                "份号应顶格编排在版心第一行",
                f"第 {len(above) + 1} 行",
                "第 1 行",
                place=place(one),
            )
    for one, clause, code, what in (
        (elements.secrecy, "7.2.2", "secrecy", "密级和保密期限"),
        (elements.urgency, "7.2.3", "urgency", "紧急程度"),
    ):
        if one is None:
            continue
        yield from case.size([one], 16, clause, f"{code}-size", what)
        yield from case.face([one], "黑体", clause, f"{code}-face", what)
        yield from _flush(case, one, clause, f"{code}-place", what)
    order = [p for p in (elements.copy_number, elements.secrecy, elements.urgency) if p]
    if [p.number for p in order] != sorted(p.number for p in order):
        yield Finding(
            "corner-order", "7.2.3", "份号、密级和保密期限、紧急程度自上而下分行排列",
            "、".join(p.text for p in sorted(order, key=lambda p: p.number)), "份号、密级和保密期限、紧急程度",
            place=place(order[0]),
        )  # fmt: skip
    if (one := elements.secrecy) is not None:
        if re.search(r"[一二三四五六七八九十]", one.text.partition("★")[2]):
            yield Finding(
                "secrecy-period", "7.2.2", "保密期限中的数字用阿拉伯数字", one.text, "如 机密★1年", place=place(one)
            )
        if re.search(r"[☆*]|密\s*\d", one.text):
            yield Finding(
                "secrecy-star",
                "7.2.2",
                "密级与保密期限之间用“★”",
                one.text,
                "如 机密★1年",
                Severity.WARNING,
                place(one),
            )


def _flush(case: Case, one: Paragraph, clause: str, code: str, what: str) -> Iterator[Finding]:
    begins = start(one)
    if one.floating:
        return
    if begins is None or abs(begins) > ZI_TOLERANCE:
        found = "未左对齐" if begins is None else f"左空 {plain(begins)} 字"
        yield Finding(code, clause, f"{what}应顶格编排在版心左上角", found, "顶格", place=place(one))


def _mark(case: Case) -> Iterator[Finding]:
    elements, clause = case.elements, {"信函": "10.1", "命令": "10.2", "纪要": "10.3"}.get(case.elements.kind, "7.2.4")
    if not elements.mark:
        yield Finding(
            "mark-missing",
            clause,
            "没有发文机关标志（套红印刷的纸上已有的除外）",
            "无",
            "发文机关全称或规范化简称加“文件”",
            Severity.WARNING,
        )
        return
    for one in elements.mark:
        runs = [run for run in one.runs if run.text.strip()]
        other = next((run for run in runs if not is_red(run.face.colour)), None)
        if other is not None:
            found = "黑色" if other.face.colour == "auto" else f"#{other.face.colour}"
            yield Finding("mark-colour", clause, "发文机关标志应为红色", found, "红色", place=place(one))
        kind = next((family(run.face.east) for run in runs if family(run.face.east) != "小标宋"), None)
        if kind is not None and not any(run.face.east in case.profile.also("小标宋") for run in runs):
            yield Finding(
                "mark-face",
                clause,
                "发文机关标志推荐使用小标宋体",
                runs[0].face.east or "未指定中文字体",
                "小标宋体",
                Severity.WARNING,
                place(one),
            )
        if one.size < 18:
            yield Finding(
                "mark-size",
                clause,
                "发文机关标志的字号应醒目、美观",
                f"{plain(one.size)} 磅",
                "明显大于正文",
                Severity.WARNING,
                place(one),
            )
    if not any(one.table or one.floating for one in elements.mark):
        yield from case.centred(elements.mark, clause, "mark-centre", "发文机关标志")


def _number(case: Case) -> Iterator[Finding]:
    elements, one = case.elements, case.elements.number
    if one is None:
        yield Finding("number-missing", "7.2.5", "没有发文字号", "无", "机关代字〔年份〕序号号", Severity.WARNING)
        return
    match = NUMBER.match(one.text)
    if match is None:
        if one.text[0] in "〔[［【（(" and not title_text(elements.title).endswith(("公告", "通告", "纪要")):
            yield Finding(
                "number-code", "7.2.5", "发文字号应有发文机关代字", one.text, "机关代字〔年份〕序号号", place=place(one)
            )
        return
    text, spot = match[0], place(one)
    right = f"{match['code']}〔{match['year']}〕{int(match['no'])}号"
    if match["open"] != "〔" or match["shut"] != "〕":
        yield Finding("number-brackets", "7.2.5", "发文字号的年份用六角括号", text, right, place=spot)
    if match["ordinal"]:
        yield Finding("number-ordinal", "7.2.5", "发文字号的序号前不加“第”", text, right, place=spot)
    if match["no"].startswith(("0", "０")):
        yield Finding("number-padded", "7.2.5", "发文字号的序号不编虚位", text, right, place=spot)
    if len(match["year"]) != 4:
        yield Finding(
            "number-year",
            "7.2.5",
            "发文字号的年份用四位全称",
            text,
            f"{match['code']}〔20{match['year'][-2:]}〕{int(match['no'])}号",
            place=spot,
        )
    if any(match[f"gap{index}"] for index in range(1, 5)):
        yield Finding("number-space", "7.2.5", "发文字号中间不留空", text, right, place=spot)
    held = cut(one, 0, len(one.raw) - len(one.label) - len(one.raw.lstrip()) + match.end())
    yield from case.size([held], 16, "7.2.5", "number-size", "发文字号")
    yield from case.face([held], "仿宋", "7.2.5", "number-face", "发文字号")
    yield from case.colour([held], "number-colour", "发文字号")
    beside = SIGNER.search(one.text)
    if elements.kind == "文件" and not elements.signers:
        if not one.floating and one.table is None:
            yield from case.centred([one], "7.2.5", "number-centre", "发文字号")
        if elements.mark:
            yield from case.lines_between(
                elements.mark[-1], one, 2, "7.2.5", "number-gap", "发文字号与发文机关标志之间"
            )
    elif elements.kind == "上行文" and one.table is None and not one.floating:
        begins = start(one)
        if begins is None or abs(begins - 1) > ZI_TOLERANCE:
            found = "未居左" if begins is None else f"左空 {plain(begins)} 字"
            yield Finding("number-left", "7.2.5", "上行文的发文字号居左空一字", found, "居左空 1 字", place=spot)
        if (
            not beside
            and elements.signers
            and elements.signers[-1].number != one.number
            and elements.signers[-1].table is None
        ):
            yield Finding(
                "number-line", "7.2.5", "上行文的发文字号与最后一个签发人同处一行", "不在一行", "同一行", place=spot
            )


def _signers(case: Case) -> Iterator[Finding]:
    elements = case.elements
    title = re.sub(r"[（(][^）)]*[）)]$", "", title_text(elements.title))
    upward = title.endswith(("请示", "报告", "议案"))
    if not elements.signers:
        if upward and elements.kind in {"文件", "上行文"} and elements.mark:
            yield Finding(
                "signer-missing", "7.2.6", "上行文应标注签发人", "无", "签发人：姓名", place=place(elements.number)
            )
        return
    first = elements.signers[0]
    spot = place(first)
    if title and title.endswith(_DOWNWARD) and not title.endswith(UPWARD):
        yield Finding(
            "signer-downward", "7.2.6", "只有上行文标注签发人，下行文不标注", first.words, "不标注签发人", place=spot
        )
    if "：" not in first.text:
        yield Finding("signer-colon", "7.2.6", "“签发人”后用全角冒号", first.words, "签发人：", place=spot)
    label, name = _label_and_name(elements.signers)
    yield from case.size(elements.signers, 16, "7.2.6", "signer-size", "签发人")
    if label:
        yield from case.face([label], "仿宋", "7.2.6", "signer-label-face", "“签发人”三字")
    if name:
        yield from case.face([name], "楷体", "7.2.6", "signer-name-face", "签发人姓名")
    last = elements.signers[-1]
    if last.table is None and not last.floating:
        ends = end(last, section_of(case.document, last))
        if ends is not None and last.shape.align == "right" and abs(ends - 1) > ZI_TOLERANCE:
            yield Finding(
                "signer-place", "7.2.6", "签发人居右空一字", f"右空 {plain(ends)} 字", "右空 1 字", place=spot
            )


def _label_and_name(signers: tuple[Paragraph, ...]) -> tuple[Paragraph | None, Paragraph | None]:
    """The label and the names as paragraphs of their own, cut out of the runs."""
    label, names = None, []
    for paragraph in signers:
        seen = not SIGNER.search(paragraph.text)
        for run in paragraph.runs:
            if NUMBER.match(run.text.strip()):
                continue
            found = SIGNER.search(run.text)
            if found:
                label = Paragraph(paragraph.number, (type(run)(found[0], run.face),), paragraph.shape)
                seen = True
                rest = run.text[found.end() :]
                if rest.strip():
                    names.append(type(run)(rest, run.face))
            elif seen and run.text.strip(" ：:\u3000\t"):
                names.append(run)
    held = Paragraph(signers[0].number, tuple(names), signers[0].shape) if names else None
    return label, held


def _rule(case: Case) -> Iterator[Finding]:
    elements, line = case.elements, case.elements.rule
    if line is None:
        bare = not elements.mark and not elements.signers  # paper with the red printed on it beforehand
        yield Finding(
            "rule-missing",
            "7.2.7",
            "没有红色分隔线" + ("（套红印刷的纸上已有的除外）" if bare else ""),
            "无",
            "发文字号之下 4 mm 处，与版心等宽的红色分隔线",
            Severity.WARNING if bare else Severity.ERROR,
            place(elements.number),
        )
        return
    spot = place(elements.rule_at)
    if line.length is not None and abs(line.length - 156) > 2:
        yield Finding("rule-width", "7.2.7", "分隔线应与版心等宽", f"{line.length} mm", "156 mm", place=spot)
    if elements.rule_at is elements.number and line.length is None and not 4 <= line.space <= 15:
        found = plain(Decimal(line.space) * Decimal("0.3528"))
        yield Finding(
            "rule-distance", "7.2.7", "分隔线在发文字号之下 4 mm 处", f"距文字 {found} mm", "4 mm", place=spot
        )
    carrier = elements.rule_at
    if carrier is not None and line.length is None and not carrier.floating and carrier.table is None:
        shape = carrier.shape
        if shape.left > ZI_TOLERANCE or shape.right > ZI_TOLERANCE:
            yield Finding(
                "rule-width",
                "7.2.7",
                "分隔线应与版心等宽",
                f"左缩 {plain(shape.left)} 字、右缩 {plain(shape.right)} 字",
                "与版心等宽（156 mm）",
                place=spot,
            )
    if line.thickness < Decimal("0.2") or line.thickness > Decimal("1.1"):
        yield Finding(
            "rule-thickness",
            "7.2.7",
            "分隔线的粗细与版面不相称（通常 0.35—0.5 mm）",
            f"{line.thickness} mm",
            "0.35—0.5 mm",
            Severity.WARNING,
            spot,
        )
