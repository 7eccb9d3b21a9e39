"""Scanned and photographed paper: from the bytes of an image to records, by the same parsers that read Word and Excel.

``read`` is what the rest of formgen calls. Its parts: pages (images out of files) → page (marks, code) → snapping
(where each cell stands) → recogniser (what stands in it) → settling (the total as checksum) → assembly (a document).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from formgen.model import Form, Issue, IssueCode, Severity
from formgen.parsing import Hints, Limits, Parser, Scanning
from parsers.content import Content
from parsers.grid import Document

Tick = Callable[[int, int], None]  #: Called when a page is begun: its number, and how many there are (0: not known).


def install_command() -> str:
    """What installs the extra where formgen runs: the pip of another Python would look for such a package elsewhere."""
    import sys

    return f'"{sys.executable or "python"}" -m pip install "formgen[scan]"'


def missing() -> str:
    """What is lacking to read scans, as a message for the clerk with the command that installs it; empty if nothing."""
    import importlib.util

    needed = {
        "cv2": "opencv-python-headless",
        "onnxruntime": "onnxruntime",
        "rapidocr": "rapidocr",
        "zxingcpp": "zxing-cpp",
    }
    lacking = [name for module, name in needed.items() if importlib.util.find_spec(module) is None]
    if not lacking:
        return ""
    return (
        f"读扫描件和照片要装附加部件（缺 {'、'.join(lacking)}）。请在命令行运行：{install_command()}；"
        "装好以后运行 formgen intake --reread"
    )


def read(
    data: bytes,
    kind: str,
    forms: Sequence[Form],
    parsers: Sequence[Parser[Document]],
    *,
    limits: Limits,
    hints: Hints,
    scanning: Scanning,
    executor: Executor | None = None,
    skip: frozenset[int] = frozenset(),
    only: frozenset[int] | None = None,
    tick: Tick | None = None,
    text: Document | None = None,
) -> Content:
    """All that stands on the pages of an image or PDF; what cannot be read comes back as issues.

    ``executor``: where pages are looked at, side by side; None: here, one after another. A process pool must be
    spawned: the recogniser hangs in a forked process. ``skip``: pages (from 1) that are set aside unread, as they took
    too long; ``only``: the pages that are wanted; ``text``: what stands on the other pages, which goes with the
    pictures where both are of one form. Raises MissingProgramError without the extra, UnreadableInputError
    where not one page could be opened.
    """
    from formgen.errors import MissingProgramError
    from parsers.scan.reader import read_pages, records_of

    if lacking := missing():
        raise MissingProgramError(lacking)
    pages = read_pages(data, kind, forms, limits, scanning, executor, skip, only, tick)
    return records_of(pages, forms, parsers, hints, scanning, text)


def empty_page(number: int) -> Issue:
    """Said of a page on which nothing was found."""
    return Issue(IssueCode.EXTRA_PAGE, Severity.INFO, f"第{number}页是空白页或没有表格，没有读取")
