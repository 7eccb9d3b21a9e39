"""A draft in plain text or Markdown, with a small head, read into a ``Paper``. Pure.

The head is lines of ``名称：值`` up to the first blank line (or between two ``---``). The body follows; a line
``# 附件：名称`` begins an attachment, ``# 印发：名称`` what a notice issues, ``# 附表：名称`` an attachment of that.
``@引用 办法#起..止`` brings in the text of a regulation between two anchors; ``段 2-3`` after it only these paragraphs.
``@表格 ID`` is the blank of a form, as its own template prints it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from formgen.errors import UsageError
from formgen.rendering.official.elements import Attendance, Blank, Block, Kind, Paper, Piece, Signing, Text
from formgen.rendering.official.paragraphs import blocks

#: What a head may say → other words for it.
KEYS: dict[str, tuple[str, ...]] = {
    "标题": ("title",),
    "种类": ("格式", "kind"),
    "机关": ("发文机关", "署名", "organ", "organs"),
    "标志": ("发文机关标志", "mark"),
    "文号": ("发文字号", "令号", "number"),
    "签发人": ("signers",),
    "份号": ("copy",),
    "密级": ("密级和保密期限", "secrecy"),
    "紧急程度": ("urgency",),
    "主送": ("主送机关", "to"),
    "主送位置": (),
    "落款": ("印章", "seal", "sign"),
    "职务": (),
    "印章图": ("签名章图",),
    "印章宽": ("印章直径",),
    "日期": ("成文日期", "date"),
    "附注": ("note",),
    "附件": ("attachments",),
    "附件装订": (),
    "抄送": ("抄送机关", "cc"),
    "印发机关": ("printer",),
    "印发日期": ("printed",),
    "出席": (),
    "请假": (),
    "列席": (),
}
_ALIASES = {alias: key for key, aliases in KEYS.items() for alias in (key, *aliases)}
_SIGNING = {"盖章": "加盖印章", "不盖章": "不加盖印章", "无": "不署名", "sealed": "加盖印章", "unsealed": "不加盖印章"}
_KIND = {"函": "信函", "命令(令)": "命令", "令": "命令", "会议纪要": "纪要", "通知": "文件"}
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_REFERENCE = re.compile(
    r"^@引用\s+(?P<scheme>[\w.-]+)#(?P<start>[^\s.]+)(?:\.\.(?P<end>\S+))?(?:\s+段\s*(?P<part>[\d-]+))?$"
)
_FORM = re.compile(r"^@表格\s+(?P<form>[\w.-]+)$")
_SECTION = re.compile(r"^#\s+(?P<what>附件|印发|附表)\s*[：:]\s*(?P<name>.*)$")
_HEAD_LINE = re.compile(r"^\s*([A-Za-z\u4e00-\u9fff()（）]{1,16}?)\s*[：:]\s*(.*)$")
LONGEST = 2_000_000  #: Characters of a draft.

#: Gives the Markdown text of a regulation by its id; raises UsageError for an unknown one.
Library = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it was read."""

    paper: Paper
    listed: tuple[str, ...]  #: Names of attachments as the head lists them; () if it does not.
    seals: tuple[str, ...] = ()  #: Files with the pictures of seals, one for each organ.
    seal_width: float = 42.0  #: Millimetres.


def no_library(scheme: str) -> str:
    """Where no regulation is at hand. Raises UsageError always."""
    raise UsageError(f"这里不能引用办法“{scheme}”的原文")


#: Gives the blank of a form by its id, as a .docx; raises UsageError for an unknown one.
Forms = Callable[[str], bytes]


def no_forms(form: str) -> bytes:
    """Where no form is at hand. Raises UsageError always."""
    raise UsageError(f"这里不能引用表格“{form}”")


def read(text: str, library: Library = no_library, forms: Forms = no_forms) -> Draft:
    """The paper that a draft describes. Raises UsageError with the line and what to write."""
    if len(text) > LONGEST:
        raise UsageError(f"底稿有 {len(text)} 个字，超过 {LONGEST} 个；请分成几份")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head, rest = _head(lines)
    body, sections = _sections(rest)
    body, title = _title(head, body)
    if not title and _KIND.get(head.get("种类", ""), head.get("种类")) != "命令":  # an order has no title (10.2)
        raise UsageError("底稿没有标题；请在开头写一行，例如“标题：关于印发《××办法》的通知”")
    pieces = _pieces(sections, library, forms)
    listed = _listed(head.get("附件", ""))
    kind = cast(Kind, _choice(head, "种类", get_args(Kind), _KIND, "文件"))
    organs = _names(head.get("机关", ""))
    signing = _signing(head, kind)
    paper = Paper(
        title=title,
        blocks=blocks(_resolved(body, library)),
        kind=kind,
        organs=organs,
        mark=_mark(head, kind, organs)[0],
        mark_ending=_mark(head, kind, organs)[1],
        number=head.get("文号", ""),
        signers=_names(head.get("签发人", "")),
        copy_number=_copy_number(head.get("份号", "")),
        secrecy=head.get("密级", ""),
        urgency=head.get("紧急程度", ""),
        to=head.get("主送", "").rstrip("：:"),
        to_at_end=head.get("主送位置", "") == "版记",
        signing=signing,
        stamps=_names(head.get("职务", "")),
        date=_date(head.get("日期", "")),
        note=head.get("附注", "").strip("（）()"),
        pieces=pieces or _listed_pieces(listed),
        bound=_bound(head),
        attendance=tuple(Attendance(key, head[key]) for key in ("出席", "请假", "列席") if head.get(key)),
        copies=head.get("抄送", "").rstrip("。."),
        printer=head.get("印发机关", ""),
        printed=_date(head.get("印发日期", "")).removesuffix("印发"),
    )
    return Draft(paper, listed, _pictures(head, paper), _seal_width(head, signing))


def _head(lines: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The head and the lines after it. Raises UsageError for a key that nobody knows."""
    start = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    fenced = start < len(lines) and lines[start].strip() == "---"
    index = start + 1 if fenced else start
    head: dict[str, str] = {}
    last = ""
    while index < len(lines):
        line = lines[index]
        if line.strip() == "---" if fenced else not line.strip():
            index += 1
            break
        matched = None if line[:1] in " \t" and last else _HEAD_LINE.match(line)
        if matched is None:
            if not last:
                if fenced:
                    raise UsageError(
                        f"底稿第 {index + 1} 行“{line.strip()[:30]}”不是“名称：值”；例如“主送：各村民委员会”"
                    )
                return {}, list(lines[start:])
            if line[:1] not in " \t":
                raise UsageError(_not_a_key(line, index))
            head[last] += "\n" + line.strip()
        else:
            last = _key(matched.group(1), index)
            if last in head:
                raise UsageError(f"底稿第 {index + 1} 行：“{last}”写了两次")
            head[last] = matched.group(2).strip()
        index += 1
    return head, list(lines[index:])


def _not_a_key(line: str, index: int) -> str:
    return (
        f"底稿第 {index + 1} 行“{line.strip()[:30]}”不是“名称：值”。开头的各项写完后空一行，再写正文；"
        "一项要写几行的，后面的行前面空两格"
    )


def _key(name: str, index: int) -> str:
    found = _ALIASES.get(name.strip()) or _ALIASES.get(name.strip().casefold())
    if found is None:
        close = difflib.get_close_matches(name, list(_ALIASES), 1, 0.4)
        meant = f"是否想写“{close[0]}”？" if close else ""
        raise UsageError(f"底稿第 {index + 1} 行：不认识“{name}”。{meant}可以写的有：{'、'.join(KEYS)}；正文前请空一行")
    return found


def _sections(lines: Sequence[str]) -> tuple[list[str], list[tuple[str, str, list[str]]]]:
    body: list[str] = []
    sections: list[tuple[str, str, list[str]]] = []
    for line in lines:
        if begun := _SECTION.match(line.strip()):
            sections.append((begun.group("what"), begun.group("name").strip(), []))
        else:
            (sections[-1][2] if sections else body).append(line)
    return body, sections


def _title(head: dict[str, str], body: list[str]) -> tuple[list[str], str]:
    if head.get("标题"):
        return body, head["标题"]
    first = next((index for index, line in enumerate(body) if line.strip()), None)
    if first is not None and body[first].startswith("# "):
        return body[first + 1 :], body[first][2:].strip()
    return body, ""


def _pieces(sections: Sequence[tuple[str, str, list[str]]], library: Library, forms: Forms) -> tuple[Piece, ...]:
    totals = {what: sum(1 for one, _, _ in sections if one == what) for what in ("附件", "附表")}
    counts = {"附件": 0, "附表": 0, "印发": 0}
    pieces = []
    for what, name, lines in sections:
        wide = bool(re.search(r"[（(]横[排版][）)]$", name))
        name = re.sub(r"[（(]横[排版][）)]$", "", name).strip()
        if not name:
            raise UsageError(f"“# {what}：”后面没有名称；例如“# {what}：大杨镇乡村振兴小组长管理办法”")
        counts[what] += 1
        number = str(counts[what]) if totals.get(what, 0) > 1 else ""
        content = _blank(lines, forms) or list(blocks(_resolved(lines, library)))
        subtitle = _dropped_head(content, name)
        label = "" if what == "印发" else f"附件{number}"
        pieces.append(Piece(name, tuple(content), name if what == "附件" else "", label, wide, subtitle))
    return tuple(pieces)


def _blank(lines: Sequence[str], forms: Forms) -> list[Block]:
    """The blank that a section consists of; [] where it is text. Raises UsageError where it is both."""
    said = [line.strip() for line in lines if line.strip()]
    found = [match for line in said if (match := _FORM.match(line))]
    if found and len(said) > 1:
        raise UsageError(f"“{said[0][:40]}”：用 @表格 的附件里不能再写别的；一张表一个“# 附件：”")
    return [Blank(found[0].group("form"), forms(found[0].group("form")))] if found else []


def _dropped_head(content: list[Block], name: str) -> str:
    """Take a repeated label and title off the beginning of a piece; gives the line under the title, if there is one."""
    while content and isinstance(content[0], Text):
        words = content[0].words
        if re.fullmatch(r"附件\s*\d*", words) or re.sub(r"\s", "", words) == re.sub(r"\s", "", name):
            content.pop(0)
            continue
        if re.fullmatch(r"[（(].{1,30}[）)]", words):
            content.pop(0)
            return words
        break
    return ""


def _listed(value: str) -> tuple[str, ...]:
    parts = [part.strip() for part in re.split(r"[\n；;]", value)]
    return tuple(re.sub(r"^\d{1,2}\s*[.．、]\s*", "", part) for part in parts if part)


def _listed_pieces(names: Sequence[str]) -> tuple[Piece, ...]:
    """Attachments that are listed but not written in the draft: a page for each, with its label and title."""
    return tuple(
        Piece(name, (), name, f"附件{index if len(names) > 1 else ''}") for index, name in enumerate(names, start=1)
    )


def _resolved(lines: Sequence[str], library: Library) -> list[str]:
    found: list[str] = []
    for line in lines:
        if not line.startswith("@"):
            found.append(line)
            continue
        reference = _REFERENCE.match(line.strip())
        if reference is None:
            raise UsageError(
                f"“{line.strip()[:60]}”写得不对；引用原文写作“@引用 dayang-2023#附件1..附件2”，"
                "附表写作“@表格 dayang-monthly”"
            )
        found += _quoted(reference, library(reference.group("scheme")))
    return found


def _quoted(reference: re.Match[str], text: str) -> list[str]:
    lines = text.split("\n")
    start = _anchor(lines, reference.group("start"), reference.group("scheme"))
    end = _anchor(lines, reference.group("end"), reference.group("scheme")) if reference.group("end") else len(lines)
    quoted = lines[start:end]
    if part := reference.group("part"):
        first, _, last = part.partition("-")
        paragraphs = [line for line in quoted if line.strip() and not line.startswith("<a id")]
        quoted = paragraphs[int(first or 1) - 1 : int(last or first or 1)]
    return quoted


def _anchor(lines: Sequence[str], name: str, scheme: str) -> int:
    wanted = f'<a id="{name}"></a>'
    for index, line in enumerate(lines):
        if line.strip() == wanted:
            return index
    raise UsageError(f"办法“{scheme}”的原文里没有“{name}”这一处")


def _names(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[、，,；;\n]", value) if part.strip())


def _choice(head: dict[str, str], key: str, right: Sequence[str], other: dict[str, str], default: str) -> str:
    value = head.get(key, "") or default
    value = other.get(value, value)
    if value not in right:
        raise UsageError(f"{key}“{value}”写得不对；可以是：{'、'.join(right)}")
    return value


def _pictures(head: dict[str, str], paper: Paper) -> tuple[str, ...]:
    """The files of 印章图. Raises UsageError where there is none to press, or another number than of those who sign."""
    names = _names(head.get("印章图", ""))
    if not names:
        return ()
    if paper.signing not in ("加盖印章", "签名章"):
        raise UsageError(f"落款是“{paper.signing}”，用不着“印章图”；请去掉一项")
    signers = max(1, len((paper.stamps or paper.organs) if paper.signing == "签名章" else paper.organs))
    if len(names) != signers:
        raise UsageError(f"印章图有 {len(names)} 个，落款有 {signers} 个；请一一对应，用、隔开")
    return names


def _seal_width(head: dict[str, str], signing: Signing) -> float:
    words = head.get("印章宽", "").removesuffix("毫米").strip()
    if not words:
        return 38.0 if signing == "签名章" else 42.0
    try:
        width = float(words)
    except ValueError:
        width = 0.0
    if not 10 <= width <= 50:
        raise UsageError(f"印章宽“{words}”应为 10 到 50 之间的数（毫米），例如“印章宽：42”")
    return width


def _bound(head: dict[str, str]) -> bool:
    """Whether the 附件 are bound with the text. Raises UsageError for other words, or where there is no 发文字号."""
    bound = _choice(head, "附件装订", ("一并", "另装"), {}, "一并") == "一并"
    if not bound and not head.get("文号"):
        raise UsageError("附件另装时，附件左上角要写发文字号；请写一行，例如“文号：石政〔2023〕4号”")
    return bound


def _signing(head: dict[str, str], kind: Kind) -> Signing:
    default = {"纪要": "不署名", "命令": "签名章"}.get(kind, "加盖印章")
    return cast(Signing, _choice(head, "落款", get_args(Signing), _SIGNING, default))


def _mark(head: dict[str, str], kind: Kind, organs: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The lines of the 发文机关标志, and what stands to their right. No number and no mark: no 版头."""
    given = head.get("标志", "")
    if given == "无" or (not given and kind == "文件" and not head.get("文号")):
        return (), ""
    if given:
        names = _names(given)
        if len(names) > 1 and names[-1].endswith("文件"):
            return (*names[:-1], names[-1].removesuffix("文件")), "文件"
        return names, ""
    if not organs:
        raise UsageError("有发文字号而没有机关；请写一行，例如“机关：大杨镇人民政府”")
    endings = {"文件": "文件", "命令": "令", "纪要": "纪要", "信函": ""}
    if kind == "信函":
        return organs[:1], ""  # a joint letter carries the host's mark (10.1)
    return (organs, "文件") if kind == "文件" and len(organs) > 1 else ((organs[0] + endings[kind],), "")


def _date(value: str) -> str:
    if iso := _ISO.match(value):
        year, month, day = (int(part) for part in iso.groups())
        return f"{year}年{month}月{day}日"
    return value


def _copy_number(value: str) -> str:
    return value.zfill(6) if value.isdigit() else value
