"""A passage: the words of one cell, or of one paragraph outside tables, while they are being read."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from formgen.model import Issue, IssueCode, Locator, Severity

MOST_ISSUES = 200  #: Of one code in one file; what is beyond is summed up in one more issue.
NOWHERE = Locator()
_EXCERPT = 60  #: Characters of a text that a message quotes.
_MARK = re.compile(r"[-+]?\d+(\.\d+)?分?")


def excerpt(text: str) -> str:
    """A text cut to what a message can bear, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"


class Passage(list[str]):
    """What one cell or paragraph shows, piece by piece. Made for every cell, so defaults stand in the class."""

    marked = False  #: It has any of what follows; most have not.
    span = 1  #: Layout-grid columns.
    vertical: Literal["", "restart", "continue"] = ""  #: Merge with the cell above.
    joined = False  #: Legacy merge with the cell to the left.
    notes: Notes | None = None  #: What only few passages have.

    @property
    def text(self) -> str:
        """The visible text."""
        return "".join(self)

    @property
    def rare(self) -> Notes:
        """The notes, made at first use."""
        if self.notes is None:
            self.notes = Notes()
            self.marked = True
        return self.notes


class Notes:
    """What only few passages have: controls, hidden text, tracked changes, doubts."""

    around: tuple[str, ...] = ()  #: Tags of controls that hold the passage as a whole.
    empty_control = False  #: A control shows its placeholder.
    changed = False  #: There are tracked changes; ``old`` is then complete.
    deleted = False  #: The cell is deleted in tracked changes.

    def __init__(self) -> None:
        self.old: list[str] = []  #: The text before the tracked changes.
        self.hidden: list[str] = []  #: Hidden text.
        self.struck: list[str] = []  #: Text that is crossed out.
        self.faint: list[str] = []  #: Placeholder text of empty content controls.
        self.controls: list[tuple[str, str]] = []  #: (tag, visible text) of controls within.
        self.comments: list[str] = []  #: Ids of comments that are anchored here.
        self.doubts: list[tuple[IssueCode, Severity, str]] = []


class Report:
    """Collects the issues of a file, at most ``MOST_ISSUES`` of a code."""

    def __init__(self) -> None:
        self._issues: list[Issue] = []
        self._counts: dict[IssueCode, int] = {}

    def add(self, code: IssueCode, severity: Severity, message: str, where: Locator = NOWHERE) -> None:
        """Note an issue."""
        count = self._counts[code] = self._counts.get(code, 0) + 1
        if count <= MOST_ISSUES:
            self._issues.append(Issue(code, severity, message, where))

    def issues(self) -> tuple[Issue, ...]:
        """All issues, and one more for each code of which there were too many to list."""
        surplus = (
            Issue(code, Severity.WARNING, f"同类问题共 {count} 处，只列出前 {MOST_ISSUES} 处；请在原文件中逐处核对。")
            for code, count in self._counts.items()
            if count > MOST_ISSUES
        )
        return (*self._issues, *surplus)


def settle(notes: Notes, text: str, where: Locator, report: Report) -> None:
    """Report what a passage hides or has changed."""
    if notes.deleted:
        was = excerpt("".join(notes.old) or text)
        report.add(
            IssueCode.TRACKED_CHANGE,
            Severity.WARNING,
            f"修订删去了这一格（原文“{was}”），按空白读取，请核对。",
            where,
        )
    elif notes.changed and (old := "".join(notes.old)) != text:
        report.add(
            IssueCode.TRACKED_CHANGE,
            Severity.WARNING,
            f"有修订痕迹：原为“{excerpt(old)}”，改为“{excerpt(text)}”；按修改后的读取，请核对。",
            where,
        )
    if notes.hidden and (hidden := "".join(notes.hidden)).strip():
        message = f"有隐藏文字“{excerpt(hidden)}”，没有读取，请核对。"
        report.add(IssueCode.HIDDEN_CONTENT, Severity.WARNING, message, where)
    if notes.struck and (struck := "".join(notes.struck)).strip():
        message = f"有划去的文字“{excerpt(struck)}”，按划去后的“{excerpt(text)}”读取，请核对。"
        report.add(IssueCode.UNEXPECTED_TEXT, Severity.WARNING, message, where)
    faint = unicodedata.normalize("NFKC", "".join(notes.faint)).strip() if notes.faint else ""
    if _MARK.fullmatch(faint):
        report.add(
            IssueCode.HIDDEN_CONTENT,
            Severity.WARNING,
            f"填写提示（灰色字）是“{excerpt(faint)}”，按未填写读取；若是实际分数，请更正。",
            where,
        )
    for code, severity, message in notes.doubts:
        report.add(code, severity, message, where)
