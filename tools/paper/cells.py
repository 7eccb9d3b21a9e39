"""Cells of a workbook and how they look; a page; a workbook written the same every time."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

THIN = Side(style="thin", color="000000")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
TITLE = Font(name="方正小标宋简体", size=18)
HEAD = Font(name="黑体", size=11)
BODY = Font(name="仿宋_GB2312", size=11)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center")


def put(sheet: Worksheet, area: str, value: object, font: Font, alignment: Alignment, border: Border | None) -> None:
    """Write a cell or a merged area with its looks."""
    if ":" in area:
        sheet.merge_cells(area)
    for row in sheet[area] if ":" in area else ((sheet[area],),):
        for cell in row:
            cell.font, cell.alignment = font, alignment
            if border:
                cell.border = border
    sheet[area.split(":")[0]].value = value


def page(sheet: Worksheet, columns: int, *, landscape: bool, single: bool) -> None:
    """A4, fit to width (``single``: onto one page), centred, page numbers below."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(single)
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.6
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    for column in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(column)].width = (
            sheet.column_dimensions[get_column_letter(column)].width or 10
        )


def save(book: Workbook, path: Path) -> None:
    """Write the workbook, the same bytes each time."""
    book.properties.creator = book.properties.lastModifiedBy = "formgen"
    book.properties.created = book.properties.modified = datetime(2000, 1, 1)
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as package, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in package.namelist():
            data = package.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:\w+[^>]*>)\d[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data)
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(info, data)
