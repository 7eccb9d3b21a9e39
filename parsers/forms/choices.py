"""A word chosen from a few: written out, ticked in a row of boxes, or ticked in a column of its own. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from parsers.forms.wording import key

MARKED = "☑☒√✓✔■●◉⊠▣✅ü\uf052\uf0fe\uf0fc"
EMPTY = "□☐○◯▢◻◇"
UNTICKED = "一个也没有勾选"
GRADES = ("优秀", "称职", "合格", "基本称职", "基本合格", "不称职", "不合格")


def is_tick(text: str) -> bool:
    """Whether only a mark for "this one" stands there."""
    bare = "".join(text.split())
    return bool(bare) and all(c in MARKED for c in bare)


def choose(text: str, words: Sequence[str]) -> tuple[str | None, str]:
    """The word that a text chooses, and why that is doubtful.

    ``优秀`` itself, or the one that is ticked in ``优秀□ 称职☑``. (None, "") if the text is no choice among the words;
    (None, reason) if it is one that cannot be told.
    """
    plain = key(text)
    for word in words:
        if plain == key(word) and not any(c in EMPTY for c in text):
            return word, ""
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    bare = re.sub(r"\s+", " ", text).strip()
    tokens = [(match[0], match.start(), match.end()) for match in re.finditer(rf"{pattern}|[{MARKED}]|[{EMPTY}]", bare)]
    rest = re.sub(rf"{pattern}|[{MARKED}{EMPTY}]|[\s（）()、，,/|；;：:\[\]【】_]", "", bare)
    named = [token for token in tokens if token[0] in words]
    boxes = [token for token in tokens if token[0] not in words]
    marks = [token for token in boxes if token[0] in MARKED]
    if rest or not named or not boxes:
        return None, ""
    if not marks:
        return None, UNTICKED
    if len(marks) > 1:
        return None, "勾选了不止一个"
    if len(boxes) == len(named):
        order = [token for token in tokens if (token[0] in words) == (tokens[0][0] in words)]
        alternate = all((a[0] in words) != (b[0] in words) for a, b in pairwise(tokens))
        if alternate and len(order) == len(named):
            return named[boxes.index(marks[0])][0], ""
    if len(named) == 1:
        return named[0][0], ""
    before = [token for token in named if token[2] == marks[0][1]]
    after = [token for token in named if token[1] == marks[0][2]]
    if len(before) + len(after) == 1:
        return (before or after)[0][0], "勾号的位置须核对"
    return None, "看不出勾的是哪一个"
