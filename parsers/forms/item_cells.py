"""The cells of an item's row: which is the score, which the remark, and what they say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from formgen.model import Form, Issue, IssueCode, Item, Locator, Reading, Severity
from formgen.numerals import visible
from parsers.forms.choices import UNTICKED, choose, is_tick
from parsers.forms.columns import Columns
from parsers.forms.rows import ItemRow
from parsers.forms.scores import is_only_score, read_score
from parsers.forms.wording import excerpt, is_nothing, key, likeness, without
from parsers.grid import Cell


@dataclass(frozen=True, slots=True)
class ItemCells:
    """The cells of one item's row, by what they hold."""

    scores: tuple[Cell, ...] = ()
    remarks: tuple[Cell, ...] = ()
    points: tuple[Cell, ...] = ()
    standards: tuple[Cell, ...] = ()
    categories: tuple[Cell, ...] = ()
    serials: tuple[Cell, ...] = ()
    ticks: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)
    others: tuple[Cell, ...] = ()  #: Cells in a column that is not known, or in none.
    doubt: str = ""  #: Why the score cell may be the wrong one.


def cells_of(row: ItemRow, columns: Columns | None, text_column: int | None) -> ItemCells:
    """The cells of a row by role. A row that lacks its leading cells is read shifted, and said to be doubtful."""
    if columns is None:
        return _by_tag(row)
    shift, doubt = 0, columns.doubt
    cell = row.cells[0]
    if text_column is not None and not cell.column <= text_column < cell.column + cell.colspan:
        last = row.lines[0].cells[-1]
        shift = cell.column - text_column
        end = last.column + last.colspan
        doubt = "这一行的格数与列头不符，按位置推移取得分" if end - shift == columns.width else "这一行的格数与列头不符"
        if end - shift != columns.width:
            shift = 0
    groups: dict[str, list[Cell]] = {}
    ticks: dict[str, list[Cell]] = {}
    seen: set[int] = {id(cell) for cell in row.cells}
    for line in row.lines:
        for cell in line.cells:
            if id(cell) in seen:
                continue
            seen.add(id(cell))
            covered = frozenset(range(cell.column - shift, cell.column - shift + cell.colspan))
            word = next((word for word, places in columns.ticks.items() if covered & places), None)
            if word is not None:
                ticks.setdefault(word, []).append(cell)
                continue
            groups.setdefault(_role(covered, columns), []).append(cell)
    tagged = [cell for cell in groups.get("other", ()) if row.item.item.id in cell.tags]
    if not groups.get("score") and tagged:
        groups["score"] = tagged
        groups["other"] = [cell for cell in groups["other"] if cell not in tagged]
    return ItemCells(
        scores=tuple(groups.get("score", ())),
        remarks=tuple(groups.get("remark", ())),
        points=tuple(groups.get("points", ())),
        standards=tuple(groups.get("standard", ())),
        categories=tuple(groups.get("category", ())) + tuple(groups.get("wording", ())) + tuple(groups.get("text", ())),
        serials=tuple(groups.get("serial", ())),
        ticks={word: tuple(cells) for word, cells in ticks.items()},
        others=tuple(groups.get("other", ())),
        doubt=doubt,
    )


def _role(covered: frozenset[int], columns: Columns) -> str:
    for role in ("score", "remark", "points", "standard", "serial", "category", "text", "wording"):
        if covered & columns.roles.get(role, frozenset()):
            return role
    return "extra" if any(covered & extra.columns for extra in columns.extra) else "other"


def _by_tag(row: ItemRow) -> ItemCells:
    """A table without a head: only what our own blank has marked is known."""
    cells = [cell for line in row.lines for cell in line.own if cell not in row.cells]
    scores = tuple(cell for cell in cells if row.item.item.id in cell.tags)
    remarks = tuple(cell for cell in cells if f"{row.item.item.id}.remark" in cell.tags)
    others = tuple(cell for cell in cells if cell not in scores and cell not in remarks)
    return ItemCells(scores=scores, remarks=remarks, others=others, doubt="" if scores else "找不到得分一列")


def _where(cells: Iterable[Cell], row: ItemRow) -> Locator:
    return next((cell.where for cell in cells), row.cells[0].where)


def score_reading(
    row: ItemRow, cells: ItemCells, form: Form, merged: Mapping[int, Sequence[Item]], record: int
) -> tuple[Reading, list[Issue]]:
    """The reading of an item's score (or judgement), with its issues. ``merged``: score cell → items that share it."""
    item = row.item.item
    where = _where(cells.scores or [c for group in cells.ticks.values() for c in group], row)
    issues: list[Issue] = []

    def say(code: IssueCode, severity: Severity, message: str, at: Locator = where) -> None:
        issues.append(Issue(code, severity, f"{excerpt(item.text, 24)}：{message}", at, item.id, record))

    if cells.ticks:
        return _ticked(item, cells, form, where, say), issues
    filled = [cell for cell in cells.scores if cell.text.strip() or cell.formula_without_value]
    text = "\n".join(cell.text for cell in filled)
    blank = Reading(text, None, _where(filled, row) if filled else where, 0.0)
    if any(cell.formula_without_value for cell in filled):
        message = "得分格是公式，文件里没有存它的结果，请在表格软件中打开保存后再交"
        say(IssueCode.FORMULA_WITHOUT_VALUE, Severity.ERROR, message, blank.where)
        return blank, issues
    sharing = [merged[id(cell)] for cell in filled if len(merged.get(id(cell), ())) > 1]
    if sharing or (row.shared and filled):
        message = f"“{excerpt(text)}”写在几项共用的一格里，分不清各得几分"
        say(IssueCode.MISPLACED_VALUE, Severity.ERROR, message, blank.where)
        return blank, issues
    if len(filled) > 1:
        say(IssueCode.MISPLACED_VALUE, Severity.ERROR, f"得分处写了{len(filled)}处：“{excerpt(text)}”", blank.where)
        return blank, issues
    if form.judgements:
        return _judged(item, filled, form, where, say, cells.doubt), issues
    score = read_score(text, item)
    if score.blank or not filled:
        return _blank_score(item, text, where, cells, say), issues
    for code, severity, message in score.doubts:
        say(code, severity, message, blank.where)
    if cells.doubt and score.value is not None:
        say(IssueCode.LOW_CONFIDENCE, Severity.WARNING, f"{cells.doubt}，请核对", blank.where)
    ids = [tag for tag in filled[0].tags if any(tag == one.id for one in form.items)]
    if ids and item.id not in ids:
        message = f"这一格在空白表上是第{ids[0]}项的格，行可能移动过，请核对"
        say(IssueCode.LOW_CONFIDENCE, Severity.WARNING, message, blank.where)
    confidence = min(score.confidence, 0.6) if cells.doubt else score.confidence
    return Reading(text, score.value, filled[0].where, confidence), issues


def _blank_score(item: Item, text: str, where: Locator, cells: ItemCells, say: object) -> Reading:
    assert callable(say)
    if not item.required:
        return Reading(text, None, where)
    remark = "\n".join(cell.text for cell in cells.remarks).strip()
    if remark and not text.strip() and is_only_score(remark) and key(remark) != key(item.remark):
        score = read_score(remark, item)
        for code, severity, message in score.doubts:
            say(code, severity, message)
        say(
            IssueCode.MISPLACED_VALUE,
            Severity.WARNING,
            f"得分栏空着，备注栏写着“{excerpt(remark)}”，暂作得分",
            cells.remarks[0].where,
        )
        return Reading(remark, score.value, cells.remarks[0].where, 0.5)
    stands = f"（写的是“{excerpt(text)}”）" if text.strip() else ""
    say(IssueCode.MISSING_SCORE, Severity.ERROR, f"没有得分{stands}")
    return Reading(text, None, where, 1.0)


def _judged(item: Item, filled: Sequence[Cell], form: Form, where: Locator, say: object, doubt: str) -> Reading:
    assert callable(say)
    text = filled[0].text if filled else ""
    bare = visible(text)
    words = "、".join(form.judgements)
    if not bare or is_nothing(bare):
        say(IssueCode.MISSING_SCORE, Severity.ERROR, f"没有评价，应为{words}之一")
        return Reading(text, None, where)
    chosen, reason = choose(text, form.judgements)
    if chosen is None and reason:
        code = IssueCode.MISSING_SCORE if reason == UNTICKED else IssueCode.MISPLACED_VALUE
        say(code, Severity.ERROR, f"“{excerpt(text)}”{reason}")
        return Reading(text, None, where, 0.0)
    if chosen is None:
        say(IssueCode.UNEXPECTED_VALUE, Severity.WARNING, f"评价写的是“{excerpt(text)}”，应为{words}之一")
        return Reading(text, bare, where, 0.5)
    if reason or doubt:
        say(IssueCode.LOW_CONFIDENCE, Severity.WARNING, f"“{excerpt(text)}”读作“{chosen}”：{reason or doubt}")
    return Reading(text, chosen, where, 0.6 if reason or doubt else 1.0)


def _ticked(item: Item, cells: ItemCells, form: Form, where: Locator, say: object) -> Reading:
    assert callable(say)
    filled = [(word, cell) for word, group in cells.ticks.items() for cell in group if cell.text.strip()]
    text = " ".join(cell.text for _, cell in filled)
    ticked = [(word, cell) for word, cell in filled if is_tick(cell.text) or key(cell.text) == key(word)]
    odd = [cell for _, cell in filled if not is_tick(cell.text) and not is_nothing(cell.text)]
    odd = [cell for cell in odd if all(cell is not other for _, other in ticked)]
    odd = [cell for cell in odd if set("".join(cell.text.split())) - set("□☐○◯")]
    if len(ticked) == 1 and not odd:
        return Reading(text, ticked[0][0], ticked[0][1].where, 0.95)
    if not ticked and not odd:
        say(IssueCode.MISSING_SCORE, Severity.ERROR, f"{'、'.join(form.judgements)}都没有勾选")
        return Reading(text, None, where)
    if len(ticked) > 1:
        say(IssueCode.MISPLACED_VALUE, Severity.ERROR, f"勾选了不止一个：{'、'.join(word for word, _ in ticked)}")
        return Reading(text, None, where, 0.0)
    say(IssueCode.UNEXPECTED_VALUE, Severity.WARNING, f"评价处写的是“{excerpt(text)}”，看不出选了哪一个")
    if len(odd) == 1 and not ticked:
        word = next(word for word, cell in filled if cell is odd[0])
        return Reading(text, word, odd[0].where, 0.4)
    return Reading(text, None, where, 0.0)


def remark_reading(
    row: ItemRow, cells: ItemCells, sharing: Sequence[Item], record: int, *, doubted: bool = False
) -> tuple[Reading, list[Issue]]:
    """The sender's remark: what stands in the cell beside the words that the form prints there.

    ``sharing``: the items whose rows the cell covers; their printed words are taken out too.
    ``doubted``: the score is missing or doubtful, so a bare figure in the remark may be it.
    """
    item = row.item.item
    text = "\n".join(cell.text for cell in cells.remarks if cell.text.strip())
    where = _where([cell for cell in cells.remarks if cell.text.strip()] or cells.remarks, row)
    field_id = f"{item.id}.remark"
    issues: list[Issue] = []

    def say(code: IssueCode, severity: Severity, message: str) -> None:
        issues.append(Issue(code, severity, f"{excerpt(item.text, 24)}：{message}", where, field_id, record))

    rest, found = without(text, item.remark)
    if item.remark and not found and text.strip():
        rest = _without_clauses(text, item.remark, say)
    for other in sharing:
        if other.id != item.id and other.remark and rest:
            rest, _ = without(rest, other.remark)
    if len(sharing) > 1 and rest:
        say(IssueCode.LOW_CONFIDENCE, Severity.WARNING, f"备注“{excerpt(rest)}”写在几项共用的一格里")
    bare = rest.strip(" \t\r\n\u3000\u00a0")
    if visible(bare) and is_nothing(bare) and visible(bare) != "无":
        say(IssueCode.LOW_CONFIDENCE, Severity.INFO, f"备注栏的“{excerpt(bare)}”视为空白")
        return Reading(text, None, where), issues
    if doubted and is_only_score(bare):
        say(IssueCode.LOW_CONFIDENCE, Severity.WARNING, f"备注“{excerpt(bare)}”像是得分，请核对")
    return Reading(text, bare if visible(bare) else None, where), issues


def _without_clauses(text: str, printed: str, say: object) -> str:
    """Take the printed sentences out one by one; a sentence that is nearly a printed one has been altered."""
    assert callable(say)
    wanted = {key(part): part for part in _sentences(printed)}
    kept = []
    altered = False
    for part in _sentences(text):
        if key(part) in wanted:
            continue
        near = max(wanted, key=lambda name: likeness(name, key(part)), default="")
        if near and likeness(near, key(part)) >= 0.75:
            altered = True
            say(
                IssueCode.TAMPERED_WORDING,
                Severity.WARNING,
                f"印制的备注“{excerpt(wanted[near], 60)}”现为“{excerpt(part, 60)}”",
            )
        kept.append(part)
    if not altered and len(kept) == len(_sentences(text)) and likeness(key(text), key(printed)) >= 0.75:
        say(
            IssueCode.TAMPERED_WORDING, Severity.WARNING, f"印制的备注“{excerpt(printed, 60)}”现为“{excerpt(text, 60)}”"
        )
    return "".join(kept).strip("，；。 \n")


def _sentences(text: str) -> list[str]:
    parts: list[str] = []
    for chunk in text.replace("；", "；\x00").replace("。", "。\x00").replace("\n", "\n\x00").split("\x00"):
        if chunk.strip("，；。 \n\t"):
            parts.append(chunk)
    return parts
