"""The tags that may stand in a plain Word part: all that a scan may meet without asking the walk."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from parsers.word_symbols import is_symbol_font

_LONGEST_TAG = 600  #: Bytes.

_INERT = (
    # paragraphs
    "keepNext keepLines pageBreakBefore framePr widowControl numPr ilvl numId suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle proofErr bookmarkStart bookmarkEnd "
    # runs
    "b bCs i iCs caps smallCaps outline shadow emboss imprint noProof w kern position sz szCs highlight u effect "
    "bdr fitText rtl cs em lang eastAsianLayout lastRenderedPageBreak softHyphen "
    # tables
    "tblPr tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW tblCellSpacing "
    "tblInd tblBorders top left bottom right start end insideH insideV tl2br tr2bl between bar tblLayout "
    "tblCellMar tblLook tblCaption tblDescription tblGrid gridCol trHeight cantSplit tblHeader tcW tcBorders "
    "noWrap tcMar tcFitText vAlign hideMark "
    # sections
    "pgSz pgMar pgBorders lnNumType pgNumType cols col formProt noEndnote rtlGutter docGrid type paperSrc "
    # controls
    "sdtEndPr alias id lock placeholder docPart text temporary date dateFormat lid storeMappedDataAs calendar "
    "dropDownList comboBox listItem"
)
#: Elements that say nothing of words, wherever they stand.
INERT = frozenset(f"w:{name}" for name in _INERT.split())
_BLOCKS = frozenset({"w:body", "w:hdr", "w:ftr"})
_RUN, _LINE = frozenset({"w:r"}), frozenset({"w:p", "w:hyperlink"})
#: All other elements that may stand in a plain part, and within which alone.
PARENTS: dict[str, frozenset[str]] = {
    "w:body": frozenset({"w:document"}),
    "w:p": _BLOCKS | {"w:tc"},
    "w:pPr": frozenset({"w:p"}),
    "w:pStyle": frozenset({"w:pPr"}),
    "w:r": _LINE | {"w:sdtContent"},
    "w:rPr": frozenset({"w:r", "w:pPr", "w:sdtPr", "w:sdtEndPr"}),
    "w:rStyle": frozenset({"w:rPr"}),
    "w:rFonts": frozenset({"w:rPr"}),
    "w:color": frozenset({"w:rPr"}),
    "w:vertAlign": frozenset({"w:rPr"}),
    "w:t": _RUN,
    "w:tab": frozenset({"w:r", "w:tabs"}),
    "w:br": _RUN,
    "w:cr": _RUN,
    "w:noBreakHyphen": _RUN,
    "w:hyperlink": frozenset({"w:p"}),
    "w:tbl": _BLOCKS,
    "w:tr": frozenset({"w:tbl"}),
    "w:trPr": frozenset({"w:tr"}),
    "w:gridBefore": frozenset({"w:trPr"}),
    "w:gridAfter": frozenset({"w:trPr"}),
    "w:tc": frozenset({"w:tr"}),
    "w:tcPr": frozenset({"w:tc"}),
    "w:gridSpan": frozenset({"w:tcPr"}),
    "w:vMerge": frozenset({"w:tcPr"}),
    "w:sdt": _LINE,
    "w:sdtPr": frozenset({"w:sdt"}),
    "w:tag": frozenset({"w:sdtPr"}),
    "w:showingPlcHdr": frozenset({"w:sdtPr"}),
    "w:sdtContent": frozenset({"w:sdt"}),
    "w:sectPr": frozenset({"w:body", "w:pPr"}),
    "w:headerReference": frozenset({"w:sectPr"}),
    "w:footerReference": frozenset({"w:sectPr"}),
    "w:titlePg": frozenset({"w:sectPr"}),
}

_TAG = re.compile(
    r'(/?)(w:[A-Za-z]\w*)((?: (?:w|r|w14|xml):[A-Za-z]\w*="[^"<>&\x00-\x1f\ufffe\uffff]*")*) ?(/?)', re.ASCII
)
_ATTRIBUTE = re.compile(r' ((\w+):\w+)="([^"]*)"', re.ASCII)


class Tag(NamedTuple):
    """One tag of plain markup."""

    name: str
    opens: bool
    closes: bool  #: With ``opens``: it is empty.
    attributes: dict[str, str]
    prefixes: frozenset[str]  #: Of its attributes, but for ``w`` and ``xml``.


IDLE = Tag("", True, True, {}, frozenset())  #: Stands for every tag that can be passed over.


@lru_cache(maxsize=4096)
def tag(written: bytes) -> Tag | None:
    """A tag without its brackets; None if it is malformed or not plain."""
    if len(written) > _LONGEST_TAG:
        return None
    try:
        match = _TAG.fullmatch(written.decode())
    except UnicodeDecodeError:
        return None
    if match is None:
        return None
    closing, name, about, empty = match.groups()
    if closing:
        return Tag(name, False, True, {}, frozenset()) if not (about or empty) else None
    attributes, prefixes = {}, set()
    for attribute, prefix, value in _ATTRIBUTE.findall(about):
        if attribute in attributes or (prefix == "xml" and (attribute, value) != ("xml:space", "preserve")):
            return None
        attributes[attribute] = value
        prefixes.add(prefix)
    value = attributes.get("w:val", "")
    if (
        (name == "w:color" and value.upper() == "FFFFFF")
        or (name == "w:vertAlign" and value != "baseline")
        or (name == "w:rFonts" and is_symbol_font(attributes.get("w:ascii")))
        or (name not in INERT and name not in PARENTS)
    ):
        return None
    prefixes -= {"w", "xml"}
    if empty and not prefixes and name in INERT:
        return IDLE
    return Tag(name, True, bool(empty), attributes, frozenset(prefixes))
