"""Effective formatting: document defaults, styles, numbering, direct formatting and theme faces, one over the other."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from formgen.conformity.document import Face, Line, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLOTS = ("ascii", "hAnsi", "eastAsia", "cs")
_SCRIPTS = {"zh-CN": "Hans", "zh-SG": "Hans", "zh-TW": "Hant", "zh-HK": "Hant", "ja-JP": "Jpan", "ko-KR": "Hang"}
_TOGGLES = ("b", "i", "vanish", "webHidden")
_MAX_DEPTH = 24  #: Styles based on styles: beyond this it is a ring.

_LARGEST = 100_000_000  #: In any unit that is used, EMU being the finest.

Raw = dict[str, str]


def number(text: str | None, default: int = 0) -> int:
    """A whole number from an attribute; ``default`` if there is none, it is no number, or no page is that large."""
    try:
        value = Decimal(text) if text else None
        return default if value is None or not abs(value) < _LARGEST else int(value)
    except (ArithmeticError, ValueError):
        return default


def on(element: _Element) -> bool:
    """Whether an on-off element is on."""
    return element.get(f"{W}val", "true").lower() not in {"0", "false", "off", "none"}


def child(element: _Element | None, *path: str) -> _Element | None:
    """The first descendant along a path of w: names."""
    for name in path:
        if element is None:
            return None
        element = element.find(f"{W}{name}")
    return element


def run_properties(rpr: _Element | None) -> Raw:
    """What a ``w:rPr`` sets, and only that."""
    raw: Raw = {}
    if rpr is None:
        return raw
    for item in rpr:
        name = str(item.tag).removeprefix(W)
        if name == "rFonts":
            for slot in _SLOTS:
                theme = item.get(f"{W}{'cstheme' if slot == 'cs' else slot + 'Theme'}")
                plain = item.get(f"{W}{slot}")
                if theme:
                    raw[slot] = "theme:" + theme
                elif plain:
                    raw[slot] = plain
            if hint := item.get(f"{W}hint"):
                raw["hint"] = hint
        elif name in _TOGGLES:
            raw[name] = "1" if on(item) else "0"
        elif name in {"sz", "color", "spacing", "u", "rStyle"}:
            raw[name] = item.get(f"{W}val", "")
    return raw


def paragraph_properties(ppr: _Element | None) -> Raw:
    """What a ``w:pPr`` sets, and only that."""
    raw: Raw = {}
    if ppr is None:
        return raw
    for item in ppr:
        name = str(item.tag).removeprefix(W)
        if name in {"jc", "outlineLvl", "pStyle"}:
            raw[name] = item.get(f"{W}val", "")
        elif name in {"ind", "spacing"}:
            for key, value in item.attrib.items():
                raw[f"{name}.{str(key).removeprefix(W)}"] = str(value)
        elif name in {"snapToGrid", "pageBreakBefore"}:
            raw[name] = "1" if on(item) else "0"
        elif name == "framePr":
            raw["framePr"] = item.get(f"{W}xAlign", "")
        elif name == "numPr":
            for part in item:
                raw[str(part.tag).removeprefix(W)] = part.get(f"{W}val", "")
        elif name == "pBdr":
            for side in item:
                values = (side.get(f"{W}{key}", "") for key in ("val", "sz", "color", "space"))
                raw["border." + str(side.tag).removeprefix(W)] = "|".join(values)
    if raw.keys() & {"ind.firstLine", "ind.firstLineChars"} and not raw.keys() & {"ind.hanging", "ind.hangingChars"}:
        raw.setdefault("ind.hanging", "0")
        raw.setdefault("ind.hangingChars", "0")
    return raw


def border(text: str) -> Line | None:
    """A line from ``val|sz|color|space``; None where it is no line."""
    style, sz, colour, space = [*text.split("|"), "", "", "", ""][:4]
    if style in {"", "nil", "none"}:
        return None
    thickness = Decimal(number(sz, 4)) / 8 * Decimal("0.3528")
    colour = "auto" if colour in {"", "auto"} else colour.upper()
    double = style in {"double", "thinThickSmallGap", "thickThinSmallGap", "thinThickMediumGap", "thickThinMediumGap"}
    return Line(colour, thickness.quantize(Decimal("0.01")), None, double, number(space), style)


class Styles:
    """The styles of a document; gives the effective formatting of a paragraph or a run."""

    def __init__(self, styles: _Element | None, theme: _Element | None, language: str) -> None:
        self._theme = _theme_faces(theme, _SCRIPTS.get(language, "Hans"))
        self._styles: dict[str, _Element] = {}
        self._default: dict[str, str] = {}
        self._run_cache: dict[str, Raw] = {}
        self._shape_cache: dict[str, Raw] = {}
        self.default_run: Raw = {}
        self.default_shape: Raw = {}
        if styles is None:
            return
        self.default_run = run_properties(child(styles, "docDefaults", "rPrDefault", "rPr"))
        self.default_shape = paragraph_properties(child(styles, "docDefaults", "pPrDefault", "pPr"))
        for style in styles.findall(f"{W}style"):
            key = style.get(f"{W}styleId", "")
            self._styles[key] = style
            if style.get(f"{W}default") in {"1", "true", "on"}:
                self._default[style.get(f"{W}type", "")] = key

    def name(self, key: str) -> str:
        """The name of a style, as Word shows it."""
        found = child(self._styles.get(key or self._default.get("paragraph", "")), "name")
        return found.get(f"{W}val", "") if found is not None else ""

    def runs_of(self, key: str, kind: str = "paragraph") -> Raw:
        """Run properties of a style with all it is based on; the default style for an empty or unknown key."""
        return self._chain(key, kind, "rPr", self._run_cache)

    def shape_of(self, key: str) -> Raw:
        """Paragraph properties of a style with all it is based on."""
        return self._chain(key, "paragraph", "pPr", self._shape_cache)

    def _chain(self, key: str, kind: str, part: str, cache: dict[str, Raw]) -> Raw:
        if key not in self._styles and kind == "paragraph":
            key = self._default.get(kind, "")
        if key not in cache:
            chain: list[_Element] = []
            at: str | None = key
            while at in self._styles and len(chain) < _MAX_DEPTH:
                style = self._styles[str(at)]
                chain.append(style)
                based = child(style, "basedOn")
                at = based.get(f"{W}val") if based is not None else None
            raw: Raw = {}
            for style in reversed(chain):
                raw |= (run_properties if part == "rPr" else paragraph_properties)(child(style, part))
            cache[key] = raw
        return cache[key]

    def face(self, style: str, direct: Raw) -> Face:
        """The effective face of a run: defaults, paragraph style, character style, then ``direct``."""
        raw = self.default_run | self.runs_of(style)
        if character := direct.get("rStyle"):
            raw = raw | self.runs_of(character, "character")
        raw = raw | direct
        east, ascii_, hansi = (self._named(raw.get(slot, "")) for slot in ("eastAsia", "ascii", "hAnsi"))
        colour = raw.get("color", "auto").upper()
        return Face(
            east=east,
            ascii=ascii_,
            size=Decimal(number(raw.get("sz"), 20)) / 2,
            bold=raw.get("b") == "1",
            italic=raw.get("i") == "1",
            underline=raw.get("u", "none") not in {"", "none"},
            colour="auto" if colour in {"", "AUTO"} else colour,
            hidden="1" in {raw.get("vanish"), raw.get("webHidden")},
            spacing=number(raw.get("spacing")),
            themed=raw.get("eastAsia", "").startswith("theme:"),
            hansi=hansi,
        )

    def shape(self, raw: Raw, size: Decimal) -> Shape:
        """A paragraph's shape from its merged properties; ``size`` (points) is the width of its 字."""

        def zi(name: str) -> Decimal:
            chars = number(raw.get(f"ind.{name}Chars"))
            if not chars and name in {"left", "right"}:
                chars = number(raw.get(f"ind.{'start' if name == 'left' else 'end'}Chars"))
            if chars:
                return Decimal(chars) / 100
            twips = raw.get(f"ind.{name}") or raw.get({"left": "ind.start", "right": "ind.end"}.get(name, ""))
            return Decimal(number(twips)) / (size * 20) if size else Decimal(0)

        borders = {
            key.removeprefix("border."): line
            for key, text in raw.items()
            if key.startswith("border.") and (line := border(text))
        }
        align = raw.get("jc", "left")
        return Shape(
            align={"start": "left", "end": "right", "both": "left", "distribute": "spread"}.get(align, align),
            left=zi("left"),
            right=zi("right"),
            first=-zi("hanging") if zi("hanging") else zi("firstLine"),
            line=number(raw.get("spacing.line"), 240),
            rule=raw.get("spacing.lineRule", "auto"),
            before=_points(raw, "before"),
            after=_points(raw, "after"),
            before_auto=raw.get("spacing.beforeAutospacing", "0") in {"1", "true", "on"},
            snap=raw.get("snapToGrid", "1") == "1",
            page_break=raw.get("pageBreakBefore") == "1",
            borders=borders,
            framed="framePr" in raw,
            outer=raw.get("framePr") == "outside",
        )

    def _named(self, value: str) -> str:
        return self._theme.get(value.removeprefix("theme:"), "") if value.startswith("theme:") else value


def _points(raw: Mapping[str, str], side: str) -> int:
    """Space before or after, twips; given in hundredths of a line it counts 12 pt a line, as Word does."""
    lines = number(raw.get(f"spacing.{side}Lines"))
    return lines * 240 // 100 if lines else number(raw.get(f"spacing.{side}"))


def _theme_faces(theme: _Element | None, script: str) -> dict[str, str]:
    faces: dict[str, str] = {}
    if theme is None:
        return faces
    for group in ("major", "minor"):
        font = theme.find(f".//{_A}{group}Font")
        if font is None:
            continue
        latin, east = font.find(f"{_A}latin"), font.find(f"{_A}ea")
        plain = latin.get("typeface", "") if latin is not None else ""
        chinese = east.get("typeface", "") if east is not None else ""
        if not chinese:
            chinese = next(
                (item.get("typeface", "") for item in font.findall(f"{_A}font") if item.get("script") == script), ""
            )
        faces |= {f"{group}Ascii": plain, f"{group}HAnsi": plain, f"{group}EastAsia": chinese, f"{group}Bidi": plain}
    return faces
