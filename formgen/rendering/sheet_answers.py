"""The answer cells of a workbook: named, unlocked, validated; and what whoever watches a book being filled is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")  #: What is a score and not words.


class Watch(Protocol):
    """What the filling of a book is shown to."""

    environment: SandboxedEnvironment

    def takes(self, cell: Cell, value: object) -> bool:
        """Whether the watch keeps the value of a cell to itself; the cell then stays empty."""

    def room(self, cell: Any, width: float, rows: int) -> None:
        """How wide and high the place of a cell is."""

    def row(self, line: int, needed: float, floor: float) -> None:
        """How high a row must be for what is in it, and must be anyhow."""

    def number(self, cell: Cell) -> None:
        """A cell whose text becomes a number if it is one."""

    def written(self, value: object) -> str:
        """What is written for a property."""

    def finished(self, book: Workbook) -> None:
        """The book, before it is saved."""


def answer_name(field_id: str) -> str:
    """The defined name of an answer cell: ``2.1.remark`` → ``fg_2_1_remark``."""
    return "fg_" + field_id.replace(".", "_")


def make_answers(
    sheet: Worksheet, answers: Sequence[tuple[Cell, str, Mapping[str, Any]]], watch: Watch | None = None
) -> None:
    """Name the answer cells by their field ids, unlock them, validate the scores, and lock the rest."""
    from openpyxl.styles import Protection
    from openpyxl.utils import absolute_coordinate, quote_sheetname
    from openpyxl.workbook.defined_name import DefinedName

    for cell, field_id, row in answers:
        place = f"{quote_sheetname(sheet.title)}!{absolute_coordinate(cell.coordinate)}"
        sheet.defined_names.add(DefinedName(answer_name(field_id), attr_text=place))
        for covered in _covered(sheet, cell):
            covered.protection = Protection(locked=False)
        if field_id == row.get("id"):
            if watch:
                watch.number(cell)
            _as_number(cell)
            _validate(sheet, cell, row)
    sheet.protection.sheet = True
    sheet.protection.formatRows = False  # False: allowed
    sheet.protection.formatColumns = False
    sheet.protection.formatCells = False


def _covered(sheet: Worksheet, cell: Cell) -> list[Any]:
    for area in sheet.merged_cells.ranges:
        if cell.coordinate in area:
            return [sheet.cell(*place) for line in area.rows for place in line]
    return [cell]


def _as_number(cell: Cell) -> None:
    """A score that was written out as text becomes a number again, so that the sheet can be summed."""
    if isinstance(cell.value, str) and NUMBER.fullmatch(cell.value):
        cell.value = Decimal(cell.value)


def _validate(sheet: Worksheet, cell: Cell, row: Mapping[str, Any]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    if row["judgements"]:
        judgements = list(map(str, row["judgements"]))
        words = "、".join(judgements)
        rule = DataValidation(type="list", formula1='"' + ",".join(judgements) + '"', allow_blank=True)
        rule.error = f"请填 {words} 之一。"
    elif row["money_only"] or (row["maximum"] is None and not row["tiers"]):
        return
    else:
        highest = row["maximum"]
        if highest is None:
            rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
            rule.error = "请填数字，不小于 0。"
        else:
            rule = DataValidation(
                type="decimal", operator="between", formula1="0", formula2=str(highest), allow_blank=True
            )
            rule.error = f"请填 0 到 {highest} 之间的数字。"
    rule.errorTitle, rule.showErrorMessage = "填写有误", True
    rule.add(cell.coordinate)
    sheet.add_data_validation(rule)
