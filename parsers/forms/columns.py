"""Which column of a table holds what, by its head, however the columns are ordered, merged or renamed. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from parsers.forms.lines import Line
from parsers.forms.printed import PrintedForm, head_role
from parsers.forms.sections import is_head
from parsers.forms.wording import excerpt, key
from parsers.grid import Cell, Grid

_FINAL = re.compile("考核|考评|实得|最终|最后|核定|评定|镇|审定|审核|复核|综合|组织|上级")
_SELF = re.compile("自评|自查|互评|村评|村级|民主|测评")


@dataclass(frozen=True, slots=True)
class ExtraColumn:
    """A column that the form does not print."""

    head: str
    columns: frozenset[int]
    scores: bool  #: Its head says that it holds scores too.


@dataclass(frozen=True, slots=True)
class Columns:
    """Roles of the layout columns of one table."""

    grid: Grid
    roles: dict[str, frozenset[int]]  #: Role → layout columns.
    heads: frozenset[int]  #: Indices of the lines that are heads.
    doubt: str = ""  #: Why a score read from these columns must be looked at.
    extra: tuple[ExtraColumn, ...] = ()
    ticks: dict[str, frozenset[int]] = field(default_factory=dict)  #: Judgement → its own column.
    width: int = 0  #: Where the last column with a head ends.

    def role_of(self, cell: Cell) -> str | None:
        """The role of the first column that a cell covers."""
        covered = frozenset(range(cell.column, cell.column + cell.colspan))
        for role, columns in self.roles.items():
            if covered & columns:
                return role
        return None


def _head_block(lines: Sequence[Line], place: int, bodies: frozenset[int], words: frozenset[str]) -> list[Line]:
    """The head row and the rows of sub-heads below it."""
    block = [lines[place]]
    for line in lines[place + 1 : place + 3]:
        if line.grid is not lines[place].grid or line.index in bodies:
            break
        filled = [cell for cell in line.own if cell.text.strip()]
        hangs = len(line.own) < len(line.cells)
        known = all(head_role(cell.text) or key(cell.text) in words for cell in filled)
        if not filled or not (known or (hangs and all(len(cell.text) <= 12 for cell in filled) and len(filled) < 4)):
            break
        block.append(line)
    return block


def _stacks(block: Sequence[Line]) -> dict[int, list[str]]:
    """The words above each other at the head of a column, by the column; each cell is looked at once."""
    stacks: dict[int, list[str]] = {}
    for line in block:
        for cell in line.cells:
            for column in range(cell.column, cell.column + cell.colspan) if cell.text.strip() else ():
                if cell.text not in (texts := stacks.setdefault(column, [])):
                    texts.append(cell.text)
    return stacks


def _rank(stack: Sequence[str], wanted: str) -> int:
    """How surely a column is the score column: 3 by the form's own name, 2 a final score, 1 a score, 0 one's own."""
    last = key(re.sub(r"[（(][^（）()]*[）)]\s*$", "", stack[-1]))
    if last == wanted:
        return 3
    if _SELF.search(last):
        return 0
    if _FINAL.search(last):
        return 2
    return 1


def find_columns(lines: Sequence[Line], form: PrintedForm, bodies: frozenset[int]) -> dict[int, Columns]:
    """The columns of each table among the lines, by the identity of its grid; tables without a head are left out.

    ``bodies`` are the indices of the lines that hold items: heads stand above them.
    """
    words = frozenset(key(word) for word in form.form.judgements)
    found: dict[int, Columns] = {}
    for place, line in enumerate(lines):
        if line.grid is None or line.index in bodies or not is_head(line):
            continue
        block = _head_block(lines, place, bodies, words)
        if (earlier := found.get(id(line.grid))) is not None:
            again = earlier.heads | {other.index for other in block}
            found[id(line.grid)] = Columns(
                earlier.grid, earlier.roles, again, earlier.doubt, earlier.extra, earlier.ticks, earlier.width
            )
            continue
        found[id(line.grid)] = _columns(block, form)
    return found


def _columns(block: Sequence[Line], form: PrintedForm) -> Columns:
    grid = block[0].grid
    assert grid is not None
    wanted = {role: key(name) for role, name in zip(form.roles, form.form.columns, strict=True)}
    roles: dict[str, set[int]] = {}
    candidates: dict[tuple[str, ...], set[int]] = {}
    extra: dict[str, set[int]] = {}
    ticks: dict[str, set[int]] = {}
    width = 0
    judged = {key(word): word for word in form.form.judgements}
    for column, stack in sorted(_stacks(block).items()):
        width = column + 1
        known = [head_role(text) for text in stack]
        exact = next((role for role, name in wanted.items() if key(stack[-1]) == name), None)
        if key(stack[-1]) in judged:
            ticks.setdefault(judged[key(stack[-1])], set()).add(column)
        elif exact and exact not in ("score", "category", "text"):
            roles.setdefault(exact, set()).add(column)
        elif exact == "score" or known[-1] == "score" or (known[-1] is None and "score" in known):
            candidates.setdefault(tuple(stack), set()).add(column)
        elif known[-1] == "wording":
            roles.setdefault(exact or "wording", set()).add(column)
        elif known[-1] is not None:
            roles.setdefault(known[-1], set()).add(column)
        else:
            extra.setdefault(" ".join(stack), set()).add(column)
    doubt = _choose_score(candidates, roles, extra, wanted["score"], form) if not len(ticks) > 1 else ""
    if not roles.get("score") and len(ticks) < 2:
        doubt = _by_position(block, form, roles, extra) or doubt
    names = {key(" ".join(stack)) for stack in candidates}
    return Columns(
        grid=grid,
        roles={role: frozenset(columns) for role, columns in roles.items()},
        heads=frozenset(line.index for line in block),
        doubt=doubt,
        extra=tuple(ExtraColumn(head, frozenset(columns), key(head) in names) for head, columns in extra.items()),
        ticks={word: frozenset(columns) for word, columns in ticks.items()} if len(ticks) > 1 else {},
        width=width,
    )


def _choose_score(
    candidates: dict[tuple[str, ...], set[int]],
    roles: dict[str, set[int]],
    extra: dict[str, set[int]],
    wanted: str,
    form: PrintedForm,
) -> str:
    """Put the score column into ``roles`` and the others into ``extra``; gives the doubt that remains."""
    if not candidates:
        return ""
    ranked = sorted(candidates, key=lambda stack: -_rank(stack, wanted))
    best = _rank(ranked[0], wanted)
    others = [stack for stack in ranked[1:] if _rank(stack, wanted) == best]
    chosen = ranked[0]
    roles["score"] = set(candidates[chosen])
    for stack in ranked[1:]:
        extra.setdefault(" ".join(stack), set()).update(candidates[stack])
    name = excerpt("".join(chosen[-1].split()))
    if others:
        listed = "、".join(excerpt("".join(stack[-1].split())) for stack in ranked)
        return f"有几列像是得分（{listed}），暂取“{name}”"
    if best == 3:
        return ""
    if len(ranked) > 1:
        listed = "、".join(excerpt("".join(stack[-1].split())) for stack in ranked[1:])
        return f"没有“{form.form.columns[form.roles.index('score')]}”一列，取“{name}”，另有{listed}"
    if best == 0:
        return f"得分取自“{name}”一列"
    return ""


def _by_position(
    block: Sequence[Line], form: PrintedForm, roles: dict[str, set[int]], extra: dict[str, set[int]]
) -> str:
    """Take the score column by its place where its head is gone and all other heads stand as printed."""
    cells = block[0].cells
    if len(cells) != len(form.roles):
        return ""
    for cell, name in zip(cells, form.form.columns, strict=True):
        if cell.text.strip() and key(cell.text) != key(name):
            return ""
    for cell, role in zip(cells, form.roles, strict=True):
        covered = set(range(cell.column, cell.column + cell.colspan))
        if not cell.text.strip():
            roles.setdefault(role, set()).update(covered)
    return "得分一列没有列头，按位置取" if roles.get("score") else ""


def columns_without_head(line: Line, form: PrintedForm, text_column: int) -> Columns | None:
    """The columns by position, from an item row as wide as the printed form; None if it is not."""
    assert line.grid is not None
    if len(line.cells) != len(form.roles):
        return None
    roles: dict[str, frozenset[int]] = {}
    for cell, role in zip(line.cells, form.roles, strict=True):
        roles[role] = frozenset(range(cell.column, cell.column + cell.colspan))
    if text_column not in roles["text"]:
        return None
    width = line.cells[-1].column + line.cells[-1].colspan
    return Columns(line.grid, roles, frozenset(), "没有列头，按位置取得分", (), {}, width)
