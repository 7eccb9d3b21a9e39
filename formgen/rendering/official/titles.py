"""Titles broken into lines by sense, in the shape of a 梯形 or 菱形 (7.3.1). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate, combinations, pairwise
from math import ceil

from formgen.rendering.official.geometry import length

#: Words of official titles that no line end may cut.
_LEXICON = """
    关于 印发 转发 批转 发布 公布 修订 通知 通报 通告 公告 意见 办法 方案 细则 规定 规则 决定 决议 请示
    报告 批复 纪要 命令 管理 考核 评价 实施 暂行 试行 征集 试点 工作 开展 加强 进一步 做好 推进 建设 建立
    落实 巩固 拓展 成果 有效 衔接 脱贫 攻坚 乡村 振兴 扶贫 开发 驻村 工作队 第一书记 村干部 干部 绩效
    小组长 村民 农村 基层 党组织 组织部 委员会 人民政府 办公室 党委 政府 中共 自治区 自治州 人员 队伍 目标
    年度 季度 月度 村级 镇级 县级 情况 结果 有关 事项 问题 任务 贫困村 贫困 责任 追究 激励 保障 行动 计划
    活动 会议 制度 同意 成立 调整 领导 小组 召开 举办 培训 检查 督查 整改 补贴 发放 公示
"""
_WORDS = tuple(_LEXICON.split())
#: Pairs of words that belong together: a line may end between them, but had better not.
_TOGETHER_TEXT = """
    乡村振兴 脱贫攻坚 扶贫开发 考核评价 目标管理 有效衔接 考核工作 绩效考核 管理办法 实施方案 驻村工作队 村民小组长
    乡村振兴小组长 实施细则 暂行办法 管理暂行办法 评价办法 考核办法 参考标准 登记表 意见表 评价表 考核结果 补充规定
    年度考核 月度考核 季度考核 平时考核 贫困村村干部 小组长队伍 队伍建设 巩固拓展 脱贫攻坚成果 工作的通知 有关事项
"""
_TOGETHER = tuple(_TOGETHER_TEXT.split())
_NEVER_FIRST = set("的了和与及、，。；：！？）》〉」』”’〕·—…%％")
_NEVER_LAST = set("（《〈「『“‘〔第")
_GOOD_AFTER = set("、，》）　 ")
_NEVER, _TOO_MUCH = 100.0, 60.0
_LONGEST, _MOST_LINES = 90, 4  #: Characters and lines of a title that is broken by sense.
_CLAUSE = ("关于", "印发", "转发", "《")


def break_title(title: str, room: Decimal) -> tuple[str, ...]:
    """The lines of a title, none longer than ``room`` 字 of its own size; where a line must end is ``\\n``.

    Lines end between words, the fewest lines that fit, and in a shape that grows, shrinks, or is widest in the middle.
    A title that has no such breaks is cut where it must be.
    """
    lines: list[str] = []
    for part in title.split("\n"):
        if words := part.strip():
            lines += _broken(words, room) if "\n" not in title or length(words) > room else (words,)
    return tuple(lines)


@lru_cache(maxsize=256)
def _broken(words: str, room: Decimal) -> tuple[str, ...]:
    if length(words) <= room:
        return (words,)
    if len(words) > _LONGEST:
        return _greedy(words, room)
    ends = [0, *accumulate(int(length(character) * 2) for character in words)]  # in halves of a character
    costs = {index: cost for index in range(1, len(words)) if (cost := _penalty(words, index)) < _NEVER}
    least = ceil(ends[-1] / int(room * 2))
    for count in (least, least + 1):
        if not 2 <= count <= _MOST_LINES:
            continue
        best: tuple[float, tuple[int, ...]] | None = None
        for chosen in combinations(costs, count - 1):
            lengths = [ends[end] - ends[start] for start, end in pairwise((0, *chosen, len(words)))]
            if max(lengths) > room * 2 or not _shapely(lengths):
                continue
            cost = sum(costs[index] for index in chosen) + _unevenness(lengths)
            if best is None or cost < best[0]:
                best = (cost, chosen)
        if best is not None and best[0] < _TOO_MUCH:
            return _cut(words, best[1])
    return _greedy(words, room)


def _cut(words: str, places: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(words[start:end].strip(" 　") for start, end in pairwise((0, *places, len(words))))


def _shapely(lengths: list[int]) -> bool:
    """Growing, shrinking, or widest in the middle; no line under a quarter of the widest."""
    if min(lengths) * 4 < max(lengths):
        return False
    peak = lengths.index(max(lengths))
    left, right = lengths[: peak + 1], lengths[peak:]
    return left == sorted(left) and right == sorted(right, reverse=True) and len(set(lengths)) > 1


def _unevenness(lengths: list[int]) -> float:
    mean = sum(lengths) / len(lengths)
    return sum(abs(one - mean) for one in lengths) * 0.4


def _penalty(words: str, index: int) -> float:
    """What it costs to end a line before ``words[index]``; ``_NEVER``: it must not."""
    before, after = words[index - 1], words[index]
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return _NEVER
    if before.isascii() and after.isascii() and before != " " and after != " ":
        return _NEVER
    if before.isdigit() and after in "年月日号个项第%分":
        return _NEVER
    for word in _WORDS:
        start = words.find(word, max(0, index - len(word) + 1), index + len(word) - 1)
        if 0 <= start < index < start + len(word):
            return _NEVER
    cost = 12.0
    if before in _GOOD_AFTER or after in " 　":
        cost = 0
    elif before == "的" or any(words.startswith(word, index) for word in _CLAUSE):
        cost = 2
    elif any(words.endswith(word, 0, index) for word in _WORDS):
        cost = 5
    elif any(words.startswith(word, index) for word in _WORDS):
        cost = 7
    if any(start < index < start + len(pair) for pair in _TOGETHER for start in _starts(words, pair)):
        cost += 10
    opened = words.count("《", 0, index) - words.count("》", 0, index)
    return cost + (4 if opened > 0 and before != "《" else 0) + (8 if after == "关" and before == "《" else 0)


def _starts(words: str, part: str) -> Iterator[int]:
    start = words.find(part)
    while start >= 0:
        yield start
        start = words.find(part, start + 1)


def _greedy(words: str, room: Decimal) -> tuple[str, ...]:
    """Lines of about one length, cut wherever they must be."""
    total = length(words)
    even = min(room, Decimal(ceil(total / ceil(total / room)) + 1))
    lines, line = [], ""
    for character in words:
        if length(line + character) > even:
            lines.append(line)
            line = ""
        line += character
    return (*lines, line)
