"""A form as the regulation prints it: its blanks, items and boxes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank above the table: ``行政村：______``."""

    id: str  #: Field id, as in the reading contract.
    label: str  #: The printed words before the blank, without the colon.


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a score sheet: a criterion, or a place for a bonus or a deduction."""

    id: str  #: ``CATEGORY.ITEM``, counted from 1 in the order of the printed form.
    category: str  #: The printed category, with its points: ``业务能力（10分）``.
    text: str  #: The printed wording by which the row is known.
    points: Decimal | None = None  #: The printed maximum; None where the form prints none.
    article: str = ""  #: Where the points stand in the regulation.
    quote: str = ""  #: The words of the regulation that set them.
    note: str = ""  #: What is printed after ``text`` in the same cell.
    standard: str = ""  #: The printed 评分标准.
    remark: str = ""  #: The printed 备注; it is not a remark of the sender.
    points_text: str = ""  #: What is printed in 分值/赋分 where it is not ``points``: ``上不封顶``.
    bonus: bool = False  #: Points on top of the base points; may be left blank.
    deduction: bool = False  #: Points taken from the total; may be left blank.
    money_only: bool = False  #: The item has consequences in money and no points.
    tiers: tuple[Decimal, ...] = ()  #: The points that may be given, where only certain ones may.

    @property
    def required(self) -> bool:
        """Whether a score must be written for the form to be complete."""
        return not (self.bonus or self.deduction or self.money_only)

    @property
    def maximum(self) -> Decimal | None:
        """The highest score that the form allows, None where it sets no limit."""
        return self.points


@dataclass(frozen=True, slots=True)
class FormField:
    """One labelled box of a register or opinion form."""

    id: str
    label: str  #: The printed label; ``A / B`` where label B stands within the row labelled A.
    signed: bool = False  #: The box has a line for a signature and a date.
    sealed: bool = False  #: The box has a place for a seal.


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a regulation: what is printed, and which blanks it has."""

    id: str
    scheme: str  #: The edition that the form belongs to, such as ``dayang-2023``.
    title: str
    subject: Literal["person", "village", "team"]
    period: Literal["month", "quarter", "year"]
    columns: tuple[str, ...] = ()  #: The printed column heads, left to right; empty for a register form.
    header: tuple[Blank, ...] = ()  #: The blanks above the table that the regulation prints.
    extra_header: tuple[Blank, ...] = ()  #: Blanks that we add so that a sheet names its subject.
    items: tuple[Item, ...] = ()  #: The rows of a score sheet.
    fields: tuple[FormField, ...] = ()  #: The boxes of a register form.
    base_points: Decimal | None = None  #: What the required items add up to; None where nothing is scored.
    judgements: tuple[str, ...] = ()  #: The words that may stand in 评价, for a form without points.
    generated: bool = False  #: The regulation prints no such form; we make it from its articles.
    footnote: str = ""  #: The line printed below the table.
    subtitle: str = ""  #: The line printed under the title, with ``{period}`` where the period is written.

    @property
    def is_score_sheet(self) -> bool:
        """Whether the form is a table of items (else a register of labelled boxes)."""
        return bool(self.items)

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """All blanks above the table, printed by the regulation or added by us."""
        return self.header + self.extra_header

    def item(self, item_id: str) -> Item:
        """The item with this id. Raises KeyError."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)
