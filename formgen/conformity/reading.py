"""Read a .docx into ``formgen.conformity.document.Document``: one flat walk, text boxes and tables in place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from formgen.conformity.document import Document, Line, Paragraph, Run, Section, Table
from formgen.conformity.numbering import Numbering
from formgen.conformity.package import Package
from formgen.conformity.styles import Styles, W, border, child, number, on, paragraph_properties, run_properties
from formgen.errors import UnreadableInputError

if TYPE_CHECKING:
    from lxml.etree import _Element

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_V = "{urn:schemas-microsoft-com:vml}"
#: Stands in a footer where a page number field is; its last result may follow.
PAGE_FIELD = "\ue000"
_MAX_PARAGRAPHS = 40_000
_MAX_DEPTH = 60
_SKIPPED = {f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sectPr", "sdtPr")}
_UNITS = {"pt": Decimal("0.35278"), "": Decimal("0.35278"), "mm": Decimal(1), "cm": Decimal(10), "in": Decimal("25.4")}


def read(data: bytes) -> Document:
    """The document in ``data``. Raises UnreadableInputError, EncryptedInputError."""
    package = Package(data)
    main = package.main()
    root = package.xml(main)
    body = child(root, "body")
    if body is None:
        raise UnreadableInputError("文件里没有正文：请用 Word 或 WPS 另存为 .docx 后再试")
    related = package.related(main)
    parts = dict(related.values())
    settings = package.xml(parts.get("settings", "word/settings.xml"))
    language = child(settings, "themeFontLang")
    styles = Styles(
        package.xml(parts.get("styles", "word/styles.xml")),
        package.xml(parts.get("theme", "word/theme/theme1.xml")),
        language.get(f"{W}eastAsia", "") if language is not None else "",
    )
    walk = _Walk(styles, Numbering(package.xml(parts.get("numbering", "word/numbering.xml"))))
    walk.blocks(body, 0)
    sections: list[Section] = []
    held: dict[str, tuple[Paragraph, ...]] = {}
    for last, properties in [*walk.ends, (len(walk.paragraphs), child(body, "sectPr"))]:
        held = held | _margin(properties, "footer", package, related, styles)
        sections.append(_section(properties, held, last))
    _, opening = [*walk.ends, (0, child(body, "sectPr"))][0]
    header = _margin(opening, "header", package, related, styles)
    mirror, even = child(settings, "mirrorMargins"), child(settings, "evenAndOddHeaders")
    assert root is not None
    return Document(
        tuple(walk.paragraphs),
        tuple(sections),
        tuple(walk.tables),
        mirror is not None and on(mirror),
        even is not None and on(even),
        sum(1 for name in ("ins", "del", "moveFrom") for _ in root.iter(f"{W}{name}")),
        sum(1 for _ in root.iter(f"{W}commentReference")),
        header.get("first" if sections[0].title_page else "default", ()),
        _adjusted(package),
    )


def _adjusted(package: Package) -> Decimal | None:
    """The pitch that formgen says it changed the lines to (7.3.5.5); None where the file does not say so."""
    root = package.xml("docProps/custom.xml")
    named = [one for one in (root if root is not None else ()) if one.get("name") == "formgen.pitch"]
    text = "".join(map(str, named[0].itertext())) if named else ""
    return Decimal(text) if re.fullmatch(r"\d{1,2}(\.\d{1,2})?", text) else None


class _Walk:
    """Gathers paragraphs and tables in the order of the text."""

    def __init__(self, styles: Styles, numbering: Numbering, *, fields: bool = False) -> None:
        self._styles = styles
        self._fields = fields  #: Whether a page number field is marked by ``PAGE_FIELD``.
        self._numbering = numbering
        self.paragraphs: list[Paragraph] = []
        self.tables: list[Table] = []
        self.ends: list[tuple[int, _Element]] = []  #: After which paragraph a section ends, and its properties.
        self._table: int | None = None
        self._cell: tuple[int, int] | None = None
        self._floating = False
        self._outer = False
        self._break = False

    def blocks(self, parent: _Element, depth: int) -> None:
        """All paragraphs and tables below ``parent``."""
        if depth > _MAX_DEPTH:
            return
        for item in parent:
            if item.tag == f"{W}p":
                self._paragraph(item, depth)
            elif item.tag == f"{W}tbl":
                self._whole_table(item, depth)
            elif item.tag in _SKIPPED or not isinstance(item.tag, str):
                continue
            elif item.tag != f"{_MC}Fallback":
                self.blocks(item, depth + 1)

    def _whole_table(self, table: _Element, depth: int) -> None:
        if self._table is not None:
            self.blocks(table, depth + 1)
            return
        floating = child(table, "tblPr", "tblpPr") is not None
        self._table, self._floating = len(self.tables) + 1, self._floating or floating
        place, start = len(self.tables), len(self.paragraphs)
        rows = list(table.iter(f"{W}tr"))
        self.tables.append(Table(self._table, floating, None, None, (), ""))
        for r, row in enumerate(rows):
            for c, cell in enumerate(row.iter(f"{W}tc")):
                self._cell = (r, c)
                if cell.getparent() is row or child(cell.getparent(), "sdt") is not None:
                    self.blocks(cell, depth + 1)
        self._cell = None
        text = "".join(paragraph.text for paragraph in self.paragraphs[start:])
        self.tables[place] = _table_lines(table, rows, place + 1, floating, text)
        self._table, self._floating = None, False

    def _paragraph(self, item: _Element, depth: int) -> None:
        if len(self.paragraphs) >= _MAX_PARAGRAPHS:
            raise UnreadableInputError(f"文件的段落多于 {_MAX_PARAGRAPHS} 个，不予检查", "too-large")
        ppr = child(item, "pPr")
        direct = paragraph_properties(ppr)
        style = direct.get("pStyle", "")
        raw = self._styles.default_shape | self._styles.shape_of(style)
        key, level = direct.get("numId", raw.get("numId", "")), number(direct.get("ilvl", raw.get("ilvl", "0")))
        label = ""
        if key and key != "0":
            raw = raw | self._numbering.shape(key, level)
            label = self._numbering.label(key, level)
        raw = raw | direct
        runs: list[Run] = []
        lines: list[Line] = []
        flags = {"break": self._break, "pictures": 0}
        self._break = False
        self._inside(item, style, runs, lines, flags, depth)
        mark = run_properties(child(ppr, "rPr"))
        if not runs:
            runs.append(Run("", self._styles.face(style, mark)))
        paragraph = Paragraph(0, tuple(runs), self._styles.shape(raw, Decimal(16)), label, style)
        shape = self._styles.shape(raw, paragraph.size or Decimal(16))
        self.paragraphs.append(
            Paragraph(
                number=len(self.paragraphs) + 1,
                runs=tuple(runs),
                shape=shape,
                label=label,
                style=self._styles.name(style),
                table=self._table,
                cell=self._cell,
                floating=self._floating or shape.framed,
                outer=self._outer or shape.outer,
                section=len(self.ends),
                breaks=bool(flags["break"]) or shape.page_break,
                lines=tuple(lines),
                pictures=flags["pictures"],
            )
        )
        section = child(ppr, "sectPr")
        if section is not None:
            self.ends.append((len(self.paragraphs), section))
            kind = child(section, "type")
            self._break = kind is None or kind.get(f"{W}val") != "continuous"

    def _inside(
        self, item: _Element, style: str, runs: list[Run], lines: list[Line], flags: dict[str, int], depth: int
    ) -> None:
        if depth > _MAX_DEPTH:
            return
        for part in item:
            if part.tag == f"{W}r":
                self._run(part, style, runs, lines, flags, depth)
            elif part.tag in _SKIPPED or not isinstance(part.tag, str):
                continue
            elif part.tag != f"{_MC}Fallback":
                if self._fields and "PAGE" in part.get(f"{W}instr", "").upper().split():
                    runs.append(Run(PAGE_FIELD, self._styles.face(style, run_properties(part.find(f".//{W}rPr")))))
                self._inside(part, style, runs, lines, flags, depth + 1)

    def _run(
        self, run: _Element, style: str, runs: list[Run], lines: list[Line], flags: dict[str, int], depth: int
    ) -> None:
        direct = run_properties(child(run, "rPr"))
        face = self._styles.face(style, direct)
        text: list[str] = []
        for part in run:
            name = str(part.tag).removeprefix(W)
            if name == "t":
                text.append(part.text or "")
            elif name in {"tab", "ptab"}:
                text.append("\t")
            elif name in {"br", "cr"}:
                if part.get(f"{W}type") == "page":
                    if "".join(text).strip() or any(held.text.strip() for held in runs):
                        self._break = True  # what follows stands on a new page
                    else:
                        flags["break"] = 1
                else:
                    text.append("\n")
            elif name == "noBreakHyphen":
                text.append("-")
            elif name == "instrText" and self._fields and "PAGE" in (part.text or "").upper().split():
                text.append(PAGE_FIELD)
            elif name == "sym":
                text.append("\ufffd")
            elif name in {"drawing", "pict", "object"} or part.tag == f"{_MC}AlternateContent":
                self._drawn(part, lines, flags, depth)
        if text:
            hint = direct.get("hint") or (self._styles.default_run | self._styles.runs_of(style)).get("hint")
            runs.append(Run("".join(text), face, hint == "eastAsia"))

    def _drawn(self, part: _Element, lines: list[Line], flags: dict[str, int], depth: int) -> None:
        """Lines, pictures and the text of text boxes in a drawing; of two ways of saying it the first."""
        choice = part.find(f"{_MC}Choice") if part.tag == f"{_MC}AlternateContent" else part
        if choice is None:
            choice = part
        flags["pictures"] += sum(1 for _ in choice.iter(f"{_PIC}pic", f"{_V}imagedata"))
        for shape in choice.iter(f"{_WPS}wsp"):
            if shape.find(f"{_WPS}txbx") is not None or shape.find(f"{_WPS}spPr/{_A}ln/{_A}noFill") is not None:
                continue  # a text box; what stands in it is read below
            geometry = shape.find(f".//{_A}prstGeom")
            if geometry is not None and geometry.get("prst") in {"line", "straightConnector1", "rect"}:
                extent = shape.find(f".//{_A}ext")
                if extent is not None and number(extent.get("cy")) * 20 < number(extent.get("cx")):
                    lines.append(_drawn_line(shape, number(extent.get("cx"))))
        for stroke in choice.iter(f"{_V}line"):
            lines.append(_vml_line(stroke))
        outside, self._floating = self._floating, True
        self._outer = any(align.text == "outside" for align in choice.iter(f"{_WP}align"))
        for box in choice.iter(f"{W}txbxContent"):
            above = next((a for a in box.iterancestors(f"{W}txbxContent", f"{_MC}Fallback")), None)
            if above is None or above is choice or not _within(above, choice):
                self.blocks(box, depth + 1)
        self._floating, self._outer = outside, False


def _within(item: _Element, outer: _Element) -> bool:
    return any(above is outer for above in item.iterancestors())


def _drawn_line(shape: _Element, length: int) -> Line:
    stroke = shape.find(f".//{_A}ln")
    colour = stroke.find(f".//{_A}srgbClr") if stroke is not None else None
    width = number(stroke.get("w"), 9525) if stroke is not None else 9525
    kind = stroke.get("cmpd", "sng") if stroke is not None else "sng"
    return Line(
        colour.get("val", "").upper() if colour is not None else "auto",
        (Decimal(width) / 36000).quantize(Decimal("0.01")),
        (Decimal(length) / 36000).quantize(Decimal("0.1")),
        kind in {"dbl", "thickThin", "thinThick", "tri"},
        style=kind,
    )


def _vml_line(stroke: _Element) -> Line:
    def x(name: str) -> Decimal:
        match = re.match(r"\s*(-?[\d.]+)\s*(pt|mm|cm|in|)", stroke.get(name, "").split(",")[0])
        try:
            return Decimal(match[1]) * _UNITS[match[2]] if match else Decimal(0)
        except ArithmeticError:
            return Decimal(0)

    weight = re.match(r"([\d.]+)", stroke.get("strokeweight", "0.75"))
    colour = stroke.get("strokecolor", "black").split(" ")[0].lstrip("#").upper()
    colour = {"RED": "FF0000", "BLACK": "000000", "F00": "FF0000"}.get(colour, colour)
    thickness = Decimal(weight[1]) * _UNITS["pt"] if weight and weight[1].count(".") < 2 else Decimal("0.26")
    return Line(colour, thickness.quantize(Decimal("0.01")), abs(x("to") - x("from")).quantize(Decimal("0.1")))


def _table_lines(table: _Element, rows: list[_Element], place: int, floating: bool, text: str) -> Table:
    whole = _borders(child(table, "tblPr", "tblBorders"))

    def line(row: _Element, side: str, outer: str) -> Line | None:
        cell = row.find(f".//{W}tc")
        own = _borders(child(cell, "tcPr", "tcBorders"))
        return border(own[side]) if side in own else border(whole.get(outer, ""))

    if not rows:
        return Table(place, floating, None, None, (), text)
    filled = [row for row in rows if any((part.text or "").strip() for part in row.iter(f"{W}t"))] or rows
    below = rows[rows.index(filled[-1]) + 1 :][:1]  # a row without words may follow the last line
    end = line(filled[-1], "bottom", "bottom" if not below else "insideH")
    end = end or (line(below[0], "top", "insideH") if below else None)
    middles = tuple(
        line(upper, "bottom", "insideH") or line(lower, "top", "insideH") for upper, lower in pairwise(filled)
    )
    heads = sum(1 for row in rows if child(row, "trPr", "tblHeader") is not None)
    return Table(place, floating, line(filled[0], "top", "top"), end, middles, text, len(rows), heads)


def _borders(element: _Element | None) -> dict[str, str]:
    if element is None:
        return {}
    return {
        str(side.tag).removeprefix(W): "|".join(side.get(f"{W}{key}", "") for key in ("val", "sz", "color", "space"))
        for side in element
    }


def _margin(
    properties: _Element | None,
    part: str,
    package: Package,
    related: Mapping[str, tuple[str, str]],
    styles: Styles,
) -> dict[str, tuple[Paragraph, ...]]:
    """The headers or footers of a section by type; numbered from 1 each, they are no part of the text."""
    found: dict[str, tuple[Paragraph, ...]] = {}
    if properties is None:
        return found
    for reference in properties.findall(f"{W}{part}Reference"):
        _, name = related.get(reference.get(f"{_R}id", ""), ("", ""))
        root = package.xml(name) if name else None
        if root is None:
            continue
        walk = _Walk(styles, Numbering(None), fields=True)
        walk.blocks(root, 0)
        found[reference.get(f"{W}type", "default")] = tuple(walk.paragraphs)
    return found


def _height(footer: tuple[Paragraph, ...]) -> int:
    """The height of a footer of exact lines in twips: one that is higher than the margin moves the text up; else 0."""
    lines = [one.shape for one in footer if not one.floating]
    if any(shape.rule != "exact" for shape in lines):
        return 0
    return sum(shape.line + shape.before + shape.after for shape in lines)


def _section(properties: _Element | None, footers: Mapping[str, tuple[Paragraph, ...]], last: int) -> Section:
    size, margin = child(properties, "pgSz"), child(properties, "pgMar")
    grid, columns = child(properties, "docGrid"), child(properties, "cols")
    title, numbers = child(properties, "titlePg"), child(properties, "pgNumType")

    def of(element: _Element | None, name: str, default: int) -> int:
        return number(element.get(f"{W}{name}"), default) if element is not None else default

    return Section(
        width=of(size, "w", 11906),
        height=of(size, "h", 16838),
        top=of(margin, "top", 1440),
        bottom=max(of(margin, "bottom", 1440), of(margin, "footer", 720) + _height(footers.get("default", ()))),
        left=of(margin, "left", 1800),
        right=of(margin, "right", 1800),
        footer=of(margin, "footer", 720),
        gutter=of(margin, "gutter", 0),
        grid=grid.get(f"{W}type", "") if grid is not None else "",
        pitch=of(grid, "linePitch", 0),
        char_space=of(grid, "charSpace", 0),
        title_page=title is not None and on(title),
        footers=dict(footers),
        number_format=numbers.get(f"{W}fmt", "") if numbers is not None else "",
        columns=of(columns, "num", 1),
        last=last,
    )
