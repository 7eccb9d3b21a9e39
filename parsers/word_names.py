"""The element names of WordprocessingML in Clark notation, made once so that a walk only compares strings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

VAL = f"{_MAIN}val"
ID = f"{_MAIN}id"
TYPE = f"{_MAIN}type"
AUTHOR = f"{_MAIN}author"
STYLE_ID = f"{_MAIN}styleId"
FONT = f"{_MAIN}font"
CHAR = f"{_MAIN}char"
ASCII = f"{_MAIN}ascii"
FIELD_CHAR_TYPE = f"{_MAIN}fldCharType"
LINK = f"{_REL}id"

# story and blocks
BODY = f"{_MAIN}body"
PARAGRAPH = f"{_MAIN}p"
PARAGRAPH_MARKS = f"{_MAIN}pPr"
TABLE = f"{_MAIN}tbl"
ALT_CHUNK = f"{_MAIN}altChunk"
SUB_DOCUMENT = f"{_MAIN}subDoc"
SECTION = f"{_MAIN}sectPr"
HEADER_REFERENCE = f"{_MAIN}headerReference"
FOOTER_REFERENCE = f"{_MAIN}footerReference"
TITLE_PAGE = f"{_MAIN}titlePg"
TEXT_BOX = f"{_MAIN}txbxContent"
CUSTOM_XML = f"{_MAIN}customXml"
SMART_TAG = f"{_MAIN}smartTag"
COMMENT = f"{_MAIN}comment"
STYLE = f"{_MAIN}style"
BASED_ON = f"{_MAIN}basedOn"

# tables
ROW = f"{_MAIN}tr"
ROW_MARKS = f"{_MAIN}trPr"
ROW_MARKS_BEFORE = f"{_MAIN}trPrChange"
GRID_BEFORE = f"{_MAIN}gridBefore"
GRID_AFTER = f"{_MAIN}gridAfter"
ROW_HIDDEN = f"{_MAIN}hidden"
CELL = f"{_MAIN}tc"
CELL_MARKS_BEFORE = f"{_MAIN}tcPrChange"
GRID_SPAN = f"{_MAIN}gridSpan"
V_MERGE = f"{_MAIN}vMerge"
H_MERGE = f"{_MAIN}hMerge"
CELL_DELETED = f"{_MAIN}cellDel"
CELL_INSERTED = f"{_MAIN}cellIns"

# content controls
CONTROL = f"{_MAIN}sdt"
CONTROL_MARKS = f"{_MAIN}sdtPr"
CONTROL_CONTENT = f"{_MAIN}sdtContent"
TAG = f"{_MAIN}tag"
PLACEHOLDER = f"{_MAIN}showingPlcHdr"
CHECK_BOX_CONTROL = f"{_W14}checkbox"
CHECKED_CONTROL = f"{_W14}checked"
W14_VAL = f"{_W14}val"

# runs and what stands in them
RUN = f"{_MAIN}r"
RUN_MARKS = f"{_MAIN}rPr"
VANISH = f"{_MAIN}vanish"
STRIKE = f"{_MAIN}strike"
DOUBLE_STRIKE = f"{_MAIN}dstrike"
COLOR = f"{_MAIN}color"
RAISED = f"{_MAIN}vertAlign"
HIGHLIGHT = f"{_MAIN}highlight"
SHADING = f"{_MAIN}shd"
FILL = f"{_MAIN}fill"
CELL_MARKS = f"{_MAIN}tcPr"
RUN_STYLE = f"{_MAIN}rStyle"
PARAGRAPH_STYLE = f"{_MAIN}pStyle"
RUN_FONTS = f"{_MAIN}rFonts"
TEXT = f"{_MAIN}t"
DELETED_TEXT = f"{_MAIN}delText"
TAB = f"{_MAIN}tab"
POSITION_TAB = f"{_MAIN}ptab"
BREAK = f"{_MAIN}br"
RETURN = f"{_MAIN}cr"
NO_BREAK_HYPHEN = f"{_MAIN}noBreakHyphen"
SYMBOL = f"{_MAIN}sym"
RUBY = f"{_MAIN}ruby"
RUBY_BASE = f"{_MAIN}rubyBase"
DRAWING = f"{_MAIN}drawing"
PICTURE = f"{_MAIN}pict"
OBJECT = f"{_MAIN}object"
FOOTNOTE_REFERENCE = f"{_MAIN}footnoteReference"
ENDNOTE_REFERENCE = f"{_MAIN}endnoteReference"
COMMENT_REFERENCE = f"{_MAIN}commentReference"
DRAWN_PARAGRAPH = "{http://schemas.openxmlformats.org/drawingml/2006/main}p"
DRAWN_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
VML_TEXT = "{urn:schemas-microsoft-com:vml}textpath"
OLE_OBJECT = "{urn:schemas-microsoft-com:office:office}OLEObject"

# fields
FIELD_CHAR = f"{_MAIN}fldChar"
FIELD_CODE = f"{_MAIN}instrText"
FORM_DATA = f"{_MAIN}ffData"
FORM_CHECK_BOX = f"{_MAIN}checkBox"
FORM_LIST = f"{_MAIN}ddList"
LIST_ENTRY = f"{_MAIN}listEntry"
RESULT = f"{_MAIN}result"
DEFAULT = f"{_MAIN}default"
CHECKED = f"{_MAIN}checked"

# tracked changes
INSERTED = f"{_MAIN}ins"
DELETED = f"{_MAIN}del"
MOVED_HERE = f"{_MAIN}moveTo"
MOVED_AWAY = f"{_MAIN}moveFrom"

# alternatives
ALTERNATIVES = f"{_MC}AlternateContent"
CHOICE = f"{_MC}Choice"
FALLBACK = f"{_MC}Fallback"

# mathematics
FORMULA = f"{_MATH}oMath"
MATH_TEXT = f"{_MATH}t"
FRACTION = f"{_MATH}f"
RADICAL = f"{_MATH}rad"
RADICAND = f"{_MATH}e"
SUPERSCRIPT = f"{_MATH}sSup"
SUBSCRIPT = f"{_MATH}sSub"

#: Namespaces whose drawings and controls we read, so that a Choice which requires them is the one to take.
UNDERSTOOD = frozenset(
    "http://schemas.microsoft.com/office/" + tail
    for tail in (
        "word/2010/wordprocessingShape",
        "word/2010/wordprocessingGroup",
        "word/2010/wordprocessingCanvas",
        "word/2010/wordprocessingInk",
        "word/2010/wordprocessingDrawing",
        "word/2010/wordml",
        "word/2012/wordml",
        "drawing/2010/main",
        "drawing/2014/main",
    )
)


def is_on(element: etree._Element | None) -> bool:
    """Whether an on/off mark is there and not switched off."""
    return element is not None and is_switched_on(element.get(VAL, "1"))


def is_switched_on(value: str) -> bool:
    """Whether a value of an on/off mark switches it on."""
    return value.casefold() not in ("0", "false", "off")


def branch(alternatives: etree._Element) -> etree._Element | None:
    """The one branch of an AlternateContent that is shown: the first Choice that we understand, else the Fallback."""
    for child in alternatives:
        if child.tag == CHOICE:
            needed = (child.get("Requires") or "").split()
            if needed and all(child.nsmap.get(prefix) in UNDERSTOOD for prefix in needed):
                return child
        elif child.tag == FALLBACK:
            return child
    return None
