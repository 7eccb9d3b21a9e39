"""Compare what stands on the paper with what the form prints: wording, category, standard, maximum. Pure.

Blanks, punctuation, width and serial numbers do not count; whole clauses left out are said for the record; another
digit or another word is a warning on the item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from formgen.model import Issue, IssueCode, Item, Locator, Severity
from formgen.numerals import parse_number, visible
from parsers.forms.printed import PrintedCategory, PrintedForm, category_key
from parsers.forms.rows import ItemRow
from parsers.forms.scores import points_text
from parsers.forms.wording import clauses, excerpt, figures, is_nothing, is_subsequence, key, likeness, nfkc, wording
from parsers.grid import Cell

_SAME_POINTS = 0.5  #: As much of the printed words of 分值 must be left.
_OF_POINTS = re.compile(
    r"[0-9.]+|[加扣减奖罚分满得共计每次项人件处户个至到或上下值元基本]|封顶|上限|不限|酌情|最[高多低]|不超过|视情"
)
_POINTS_WORDS = re.compile("[加扣减奖罚分]|封顶|上限|不限|酌情|最高|视情")  #: In 分值, for a number.


def _altered(
    what: str, printed: str, stands: str, where: Locator, field: str, record: int, severity: Severity
) -> Issue:
    verb = "与印制的不同" if severity is not Severity.INFO else "比印制的少"
    message = f"{what}{verb}：印制“{excerpt(printed, 60)}”，现为“{excerpt(stands, 60)}”"
    return Issue(IssueCode.TAMPERED_WORDING, severity, message, where, field, record)


def _points_words(item: Item) -> tuple[str, ...]:
    return (points_text(item.points),) if item.points is not None else ()


def wording_issue(row: ItemRow, record: int) -> Issue | None:
    """What is wrong with an item's printed wording."""
    item, where = row.item.item, row.cells[0].where
    stands = "".join(cell.text for cell in row.cells)
    if row.shared:
        return None
    printed = item.text + item.note
    if row.by_tag:
        return _altered("指标", printed, stands, where, item.id, record, Severity.WARNING)
    joined = wording(row.cells[0].text) + "".join(key(cell.text) for cell in row.cells[1:])
    if joined in (row.item.text, row.item.whole):
        return None
    points = _points_words(item)
    everything = item.text + item.note + "，" + item.standard
    allowed_figures = figures(everything) + points
    known = {*clauses(everything), *(key(f"{point}分") for point in points), *points}
    found = clauses(stands)
    if joined.startswith(row.item.text) and (rest := joined[len(row.item.text) :]):
        allowed = {key(item.standard), key(item.note + item.standard), *(key(f"{point}分") for point in points)}
        if rest in allowed or (item.note and rest in key(item.note)):
            return None
        if item.note and is_subsequence(tuple(rest), tuple(key(item.note))):
            return _altered("指标", printed, stands, where, item.id, record, Severity.INFO)
    if all(clause in known for clause in found) and is_subsequence(figures(stands), allowed_figures):
        complete = set(clauses(item.text)) <= set(found)
        return None if complete else _altered("指标", printed, stands, where, item.id, record, Severity.INFO)
    return _altered("指标", printed, stands, where, item.id, record, Severity.WARNING)


def standard_issue(items: Sequence[Item], cell: Cell, record: int) -> tuple[Issue | None, bool]:
    """What is wrong with a printed 评分标准, which may be merged over several items, and whether it is known."""
    item = items[0]
    if len(items) > 1:
        item = replace(item, standard="".join(one.standard for one in items))
    stands = cell.text
    if key(stands) == key(item.standard) or not stands.strip() or is_nothing(stands):
        return None, True
    points = _points_words(item)
    found = figures(stands)
    bare = key(stands)
    if item.points is not None and bare in {
        key(form.format(points[0])) for form in ("{}", "{}分", "满分{}分", "最高{}分", "共{}分")
    }:
        return None, True
    if not item.standard:
        if found and points and all(figure in points for figure in found) and len(bare) <= 12:
            return None, True
        return None, False
    known = {*clauses(item.standard), *(key(f"{point}分") for point in points)}
    if all(clause in known for clause in clauses(stands)) and is_subsequence(found, figures(item.standard) + points):
        return _altered("评分标准", item.standard, stands, cell.where, item.id, record, Severity.INFO), True
    return _altered("评分标准", item.standard, stands, cell.where, item.id, record, Severity.WARNING), True


def points_issue(items: Sequence[Item], cell: Cell, record: int) -> Issue | None:
    """What is wrong with a printed 分值, which may be merged over several items."""
    stands = cell.text
    item = items[0]
    if not stands.strip() or is_nothing(stands):
        if item.points is None:
            return None
        return _altered("分值", points_text(item.points), "（空白）", cell.where, item.id, record, Severity.INFO)
    found = tuple(points_text(Decimal(figure)) for figure in re.findall(r"[0-9]+(?:\.[0-9]+)?", nfkc(stands)))
    number = parse_number(stands)
    if number is not None:
        found = (points_text(abs(number.value)),)
    accepted: set[tuple[str, ...]] = set()
    if len(items) == 1:
        if item.points is not None:
            accepted.add((points_text(item.points),))
        if item.tiers:
            tiers = tuple(points_text(tier) for tier in item.tiers)
            accepted |= {tiers, tiers[::-1], tuple(sorted(tiers, key=Decimal)), (points_text(max(item.tiers)),)}
            accepted.add((points_text(min(item.tiers)), points_text(max(item.tiers))))
        if item.points is None:
            accepted.add(())
    else:
        accepted.add((points_text(sum((one.points or Decimal(0) for one in items if not one.money_only), Decimal(0))),))
        if all(one.points is None for one in items):
            accepted.add(())
    printed = (
        points_text(item.points)
        if item.points is not None
        else item.points_text or "、".join(map(points_text, item.tiers))
    )
    if found in accepted:
        if found:
            strange = len("".join(filter(str.isalpha, key(_OF_POINTS.sub("", nfkc(stands)))))) > 1
            strange = strange and key(stands) not in key(item.points_text)
        else:
            strange = len(items) == 1 and likeness(key(stands), key(printed)) < _SAME_POINTS
            strange = strange and not _POINTS_WORDS.search(nfkc(stands))
        if not strange:
            return None
        return _altered("分值", printed or "（空白）", stands, cell.where, item.id, record, Severity.WARNING)
    return _altered("分值", printed or "（无）", stands, cell.where, item.id, record, Severity.WARNING)


def find_category(text: str, form: PrintedForm) -> PrintedCategory | None:
    """The category that a cell names, None if it names none."""
    plain = category_key(text)
    if not plain:
        return None
    best = max(form.categories, key=lambda category: max(likeness(plain, name) for name in category.names))
    return best if max(likeness(plain, name) for name in best.names) >= 0.8 else None


def category_issue(item: Item, cell: Cell, form: PrintedForm, record: int) -> Issue | None:
    """What is wrong with the category that stands beside an item."""
    category = next(one for one in form.categories if item.id in one.items)
    plain, found = category_key(cell.text), figures(cell.text)
    if not plain:
        return None
    whole = sum((one.points or Decimal(0) for one in form.form.items if one.id in category.items), Decimal(0))
    accepted = {figures(category.text), figures(category.text)[:-1], (points_text(whole),), ()}
    if category.points is not None:
        accepted.add((points_text(category.points),))
    if found in accepted and category.key in (plain, re.sub(r"[0-9.]+分?$", "", plain)):
        return None
    return _altered("类别", category.text, visible(cell.text), cell.where, item.id, record, Severity.WARNING)
