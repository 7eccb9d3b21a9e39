"""The 版头 of each kind (7.2, 10): 份号, 密级, 紧急程度, 发文机关标志, 发文字号, 签发人 and the red lines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from formgen.rendering.official import geometry
from formgen.rendering.official.boxes import Box, run
from formgen.rendering.official.elements import Paper
from formgen.rendering.official.geometry import ink_bottom, ink_top, length, points
from formgen.rendering.official.markup import Element, border, indent, node, paragraph, runs, spacing, tabs
from formgen.rendering.official.profile import Profile
from formgen.rendering.official.titles import break_title

_TIGHT, _LOOSE = 1.06, 1.3  #: Height of a line of the mark, in sizes of its type.
_THICK, _THIN = 24, 6  #: Lines of a 信函, in eighths of a point.
_DOUBLE = geometry.LETTER_RULE_HIGH
_GAP = points(4)  #: Between 发文字号 (or the mark of a 信函) and the red line (7.2.7, 10.1).


@dataclass(frozen=True, slots=True)
class Mark:
    """The 发文机关标志 as it will be set: its lines, their size and the height of each line, in points."""

    lines: tuple[str, ...]
    ending: str
    size: float
    line: float


def mark_of(paper: Paper, profile: Profile) -> Mark:
    """The mark in the largest size that fits the 版心; a name that is too long even so is broken by sense."""
    room = profile.width / 20 - 4
    ending = paper.mark_ending if len(paper.mark) > 1 else ""
    names = paper.mark if len(paper.mark) > 1 else tuple(name + paper.mark_ending for name in paper.mark)
    largest = min(profile.mark, 36) if paper.kind == "信函" else profile.mark
    longest = max(length(name) for name in names) + (length(ending) + 1 if ending else 0)
    size = geometry.mark_size(longest, largest, room)
    if longest * Decimal(str(size)) > Decimal(str(room)):
        size = 26.0
        fits = Decimal(int(room / size)) - (length(ending) + 1 if ending else 0)
        names = tuple(line for name in names for line in break_title(name, fits))
    if paper.kind != "信函":
        size = max(18.0, min(size, float(int(_high(paper, profile) / len(names) / _LOOSE * 2) / 2)))
    return Mark(names, ending, size, round(size * _LOOSE * 20) / 20)


def _high(paper: Paper, profile: Profile) -> float:
    """The points that the mark may take of the first page, which must show two lines of the text (7.3.3)."""
    title = len(break_title(paper.title, Decimal(profile.width // 440))) * profile.title_pitch
    signers = max(1, len(geometry.signer_lines(paper.signers)))
    lines = 2 + signers + 2 + 2 + 2  # below the mark, 发文字号, below the red line, 主送 and above it, text
    top = geometry.MARK_TOP[paper.kind] - geometry.TYPE_TOP
    return profile.pitch * (22 - lines) - points(top) - title - _GAP


def letterhead(paper: Paper, profile: Profile, *, preprinted: bool) -> list[Element]:
    """What stands above the title. Nothing where the paper has no 版头. ``preprinted``: the red is on the paper."""
    if not paper.mark:
        return _corner(paper, profile)
    if paper.kind == "信函":
        return _letter(paper, profile, preprinted)
    corner = _corner(paper, profile)
    mark = mark_of(paper, profile)
    left = points(geometry.MARK_TOP[paper.kind]) - points(profile.top) - len(corner) * profile.pitch
    if left - ink_top(mark.line, mark.size) < 1:
        mark = Mark(mark.lines, mark.ending, mark.size, round(mark.size * _TIGHT * 20) / 20)
    gap = left - ink_top(mark.line, mark.size)
    made = list(corner)
    if gap >= 0.5:
        made.append(paragraph("Spacer", (), spacing(line=gap)))
    made += _mark(mark, profile, preprinted)
    return [*made, *_number(paper, profile, preprinted)]


def _corner(paper: Paper, profile: Profile) -> list[Element]:
    """份号 in line 1, 密级 in line 2, 紧急程度 below them (7.2.1–7.2.3)."""
    lines: list[tuple[str, str, str]] = [("CopyNumber", paper.copy_number, "仿宋")]
    lines += [("Secrecy", paper.secrecy, "黑体"), ("Secrecy", paper.urgency, "黑体")]
    if not paper.secrecy:
        lines = [line for line in lines if line[1]]
    while lines and not lines[-1][1]:
        lines.pop()
    return [paragraph(style, runs(words, profile.faces[role], profile)) for style, words, role in lines]


def _mark(mark: Mark, profile: Profile, preprinted: bool) -> list[Element]:
    if mark.ending and not preprinted:
        return [_stack(mark, profile)]
    return [
        paragraph("OrganMark", () if preprinted else _sized(line, mark, profile), spacing(line=mark.line))
        for line in mark.lines
    ]


def _sized(words: str, mark: Mark, profile: Profile) -> list[Element]:
    """Runs of the mark in its own size."""
    made = runs(words, profile.faces["小标宋"], profile, red=True)
    for one in made:
        one[0].extend([node("sz", val=round(mark.size * 2)), node("szCs", val=round(mark.size * 2))])
    return made


def _stack(mark: Mark, profile: Profile) -> Element:
    """Joint: the names below each other, spread to one width; 「文件」 to their right, in the middle (7.2.4)."""
    names = round(float(max(length(line) for line in mark.lines)) * mark.size * 20 + 40)
    ending = round(float(length(mark.ending)) * mark.size * 20 + 40)
    gap = round(mark.size * 10)
    rows = []
    for number, line in enumerate(mark.lines):
        merge = node("vMerge", val="restart") if number == 0 else node("vMerge")
        words = _sized(mark.ending, mark, profile) if number == 0 else []
        rows.append(
            node(
                "tr",
                node("trPr", node("cantSplit"), node("trHeight", val=round(mark.line * 20), hRule="exact")),
                _cell(names, paragraph("OrganMark", _sized(line, mark, profile), spacing(line=mark.line), _spread())),
                _cell(gap, paragraph("OrganMark", (), spacing(line=mark.line))),
                _cell(
                    ending, paragraph("OrganMark", words, spacing(line=mark.line)), merge, node("vAlign", val="center")
                ),
            )
        )
    zero = [node(side, w=0, type="dxa") for side in ("top", "left", "bottom", "right")]
    return node(
        "tbl",
        node(
            "tblPr",
            node("tblW", w=names + gap + ending, type="dxa"),
            node("jc", val="center"),
            node("tblLayout", type="fixed"),
            node("tblCellMar", *zero),
        ),
        node("tblGrid", *(node("gridCol", w=width) for width in (names, gap, ending))),
        *rows,
    )


def _spread() -> Element:
    return node("jc", val="distribute")


def _cell(width: int, content: Element, *own: Element) -> Element:
    return node("tc", node("tcPr", node("tcW", w=width, type="dxa"), *own), content)


def _number(paper: Paper, profile: Profile, preprinted: bool) -> list[Element]:
    """发文字号 two blank lines below the mark, 签发人 on the right of upward papers, the red line 4 mm below."""
    face = profile.faces["仿宋"]
    before = 2 * profile.pitch
    if paper.kind == "命令":
        return [paragraph("DocNumber", runs(paper.number, face, profile), spacing(before=before, line=profile.pitch))]
    # The line lies 4 mm under the ink; what of the line's own height is under the ink counts.
    space = round(_GAP - ink_bottom(profile.pitch, 16))
    rule = node("pBdr", border("bottom", "nil" if preprinted else "single", profile.rule, space, profile.red))
    room = [paragraph("Spacer", (), spacing(line=space + profile.rule / 8))] if preprinted else []
    lines = geometry.signer_lines(paper.signers)
    if not lines:
        above = spacing(before=before, line=profile.pitch)
        return [paragraph("DocNumber", runs(paper.number, face, profile), above, rule), *room]
    made = []
    for index, line in enumerate(lines):
        last = index == len(lines) - 1
        stops = [round(start * profile.zi) for start in line.starts]
        lead = [round(line.label * profile.zi)] if line.label is not None else []
        content = runs(paper.number if last else "", face, profile)
        if line.label is not None:
            content += runs("\t签发人：", face, profile)
        for column, name in enumerate(line.names):
            # the first name follows the label at once; the others have places of their own
            lead_in = "" if column == 0 and line.label is not None else "\t"
            content += runs(lead_in + name, profile.faces["楷体"], profile)
        made.append(
            paragraph(
                "DocNumber",
                content,
                tabs(*(("left", place) for place in lead + (stops[1:] if lead else stops))),
                indent(firstLine=profile.zi if last else 0),
                node("jc", val="left"),
                spacing(before=before if index == 0 else 0, line=profile.pitch),
                *([rule] if last else []),
            )
        )
    return made + room


def _letter_lines(paper: Paper, profile: Profile) -> list[Element]:
    """Under the first double line of a 信函: 份号 … on the left, 发文字号 on the right, 7/8 of a character below it."""
    left = [
        (words, role)
        for words, role in ((paper.copy_number, "仿宋"), (paper.secrecy, "黑体"), (paper.urgency, "黑体"))
        if words
    ] or [("", "仿宋")]
    made = []
    for index, (words, role) in enumerate(left):
        content = runs(words, profile.faces[role], profile)
        if index == 0:
            content += runs("\t" + paper.number, profile.faces["仿宋"], profile)
        made.append(
            paragraph(
                "DocNumber",
                content,
                tabs(("right", profile.width)),
                node("jc", val="left"),
                spacing(line=profile.pitch),
            )
        )
    return made


def _letter(paper: Paper, profile: Profile, preprinted: bool) -> list[Element]:
    """The head of a 信函 (10.1): mark and double lines in boxes at their places of the paper, then the first lines."""
    mark = mark_of(paper, profile)
    begin = points(geometry.MARK_TOP["信函"]) - ink_top(mark.line, mark.size)
    gap = _GAP - ink_bottom(mark.line, mark.size)
    rule_end = begin + mark.line * len(mark.lines) + gap + _DOUBLE
    content = _mark(Mark(mark.lines, "", mark.size, mark.line), profile, preprinted)
    content.append(_double_rule(profile, _THICK, _THIN, preprinted, before=gap))
    wide = float(geometry.LETTER_RULE)
    side = (float(geometry.PAPER[0]) - wide) / 2
    high = (rule_end - begin) / points(1)
    upper = Box("发文机关标志", side, begin / points(1), wide, high + 1, text="t", number=4)
    foot = float(geometry.PAPER[1]) - 20
    lower = Box("第二条红色双线", side, foot - 1, wide, 4, text="t", number=5)
    carrier = paragraph("Spacer", [run(upper, content), run(lower, [_double_rule(profile, _THIN, _THICK, preprinted)])])
    left = rule_end + geometry.SEVEN_EIGHTHS - ink_top(profile.pitch, 16) - points(profile.top) - 1
    made = [carrier, paragraph("Spacer", (), spacing(line=left))] if left >= 1 else [carrier]
    return made + _letter_lines(paper, profile)


def _double_rule(profile: Profile, upper: int, lower: int, preprinted: bool, *, before: float = 0) -> Element:
    """A red double line as the two borders of a thin paragraph; thickness in eighths of a point.

    The compound borders of Word are drawn the other way round by LibreOffice, so they are not used.
    """
    style = "nil" if preprinted else "single"
    borders = node("pBdr", border("top", style, upper, 0, profile.red), border("bottom", style, lower, 0, profile.red))
    return paragraph("Spacer", (), borders, spacing(before=before, line=1.5))
