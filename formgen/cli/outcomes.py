"""What became of a file, as ``formgen intake`` says it: in lines, or in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from formgen.cli.console import to_json
from formgen.cli.reading import issue_line

if TYPE_CHECKING:
    from formgen.outcomes import FileOutcome

OUTCOMES = {"taken": "已收", "doubtful": "已收，有存疑", "set-aside": "待核", "duplicate": "重复", "left": "未收"}
_SHOWN = 4  #: Issues of a file.


def as_json(file: FileOutcome) -> str:
    """One line of JSON."""
    return to_json(
        {
            "file": file.path.name,
            "sha256": file.sha256,
            "outcome": str(file.outcome),
            "records": file.records,
            "messages": list(file.messages),
            "issues": [{"code": str(one.code), "field": one.field, "message": one.message} for one in file.issues],
        }
    )


def as_lines(file: FileOutcome) -> Sequence[str]:
    """The file, and below it what there is to say."""
    from formgen.outcomes import Outcome

    name = " ".join("".join(c if c.isprintable() else " " for c in file.path.name).split())
    lines = [f"[{OUTCOMES[file.outcome]}] {name}　{file.records} 条记录"]
    lines += [f"    {message}" for message in file.messages]
    shown = file.issues if file.outcome is not Outcome.DUPLICATE else ()
    lines += [f"    {issue_line(issue)}" for issue in shown[:_SHOWN]]
    if len(shown) > _SHOWN:
        lines.append(f"    ……还有 {len(shown) - _SHOWN} 处，见 formgen review")
    return lines
