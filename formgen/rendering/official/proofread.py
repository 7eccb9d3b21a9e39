"""What a clerk should look at in a draft before it is issued, each with its clause; and the safe corrections. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from formgen.rendering.official.elements import Blank, Block, Paper, Table, Text

_NUMERALS = "〇一二三四五六七八九十"
_HALF = re.compile(r"[\u4e00-\u9fff”》）][,;:?!]|[,;:?!][\u4e00-\u9fff“《（]|\([^()]{0,60}[\u4e00-\u9fff][^()]{0,60}\)")
_PADDED = re.compile(r"\d{4}年(?:0\d月|\d{1,2}月0\d日)(?:\d{1,2}日)?")
_UNFINISHED = re.compile(r"现将《[^》]+》\s*[。.]?\s*$|现将《[^》]+》[。.]")
_SPACED = re.compile(r"\d\s+\d")
_UPWARD = ("请示", "报告", "意见")
_FULL = str.maketrans(",;:?!()", "，；：？！（）")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at."""

    code: str
    place: str  #: In the clerk's words: 发文字号, 正文第3段, 附件1第2段.
    found: str
    wanted: str
    clause: str  #: Of GB/T 9704-2012, or of the standard that it refers to.

    def __str__(self) -> str:
        return f"{self.place}：“{self.found}”，{self.wanted}（{self.clause}）"


def proofread(paper: Paper, listed: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Everything found, from the head to the attachments. ``listed``: names of attachments as the head gives them."""
    found = [*_number(paper), *_dates(paper), *_organs(paper), *_listed(paper, listed)]
    if title := paper.title.replace("\n", ""):
        found += _wording("标题", title)
    for place, blocks in _parts(paper):
        found += _gathered(_body(place, blocks))
    return tuple(found)


def _gathered(found: Iterable[Finding]) -> list[Finding]:
    """The first of each kind, with how many there are."""
    kinds: dict[str, list[Finding]] = {}
    for one in found:
        kinds.setdefault(one.code, []).append(one)
    return [
        replace(same[0], wanted=f"{same[0].wanted}；这样的共{len(same)}处") if len(same) > 1 else same[0]
        for same in kinds.values()
    ]


def _parts(paper: Paper) -> Iterator[tuple[str, tuple[Block, ...]]]:
    yield "正文", paper.blocks
    for piece in paper.pieces:
        yield piece.label or f"《{piece.title}》", piece.blocks


def _number(paper: Paper) -> Iterator[Finding]:
    number = paper.number
    if not number:
        return
    if paper.kind == "纪要" and re.fullmatch(r"[（(]?第[\d一二三四五六七八九十百]+[期号次][）)]?", number):
        return  # the number of an issue, as 纪要 have it (10.3)
    if re.search(r"[\[\](){}【】（）［］]", number):
        wanted = f"年份用六角括号，写作“{_right_number(number, paper)}”"
        yield Finding("number-brackets", "发文字号", number, wanted, "7.2.5")
    if re.search(r"\s", number):
        yield Finding("number-blank", "发文字号", number, "中间不空格", "7.2.5")
    if "第" in number and paper.kind != "命令":
        yield Finding("number-ordinal", "发文字号", number, "顺序号前不加“第”字", "7.2.5")
    if re.search(r"(?:[〕\])）】第]|^)\s*0+\d+\s*号", number):
        yield Finding("number-padded", "发文字号", number, "顺序号不编虚位（1 不编为 01）", "7.2.5")
    if paper.kind != "命令" and not re.search(r"\d{4}", number):
        yield Finding("number-year", "发文字号", number, "年份要标全称，写四位数字", "7.2.5")


def _dates(paper: Paper) -> Iterator[Finding]:
    for place, date, clause in (("成文日期", paper.date, "7.3.5.4"), ("印发日期", paper.printed, "7.4.3")):
        if _PADDED.search(date):
            yield Finding("date-padded", place, date, f"月、日不编虚位，写作“{_right_date(date)}”", clause)
        elif date and not re.fullmatch(r"\d{4}年\d{1,2}月\d{1,2}日", date):
            yield Finding("date-form", place, date, "用阿拉伯数字写全年、月、日", clause)
    if not paper.date and paper.kind != "纪要":
        yield Finding("date-missing", "成文日期", "（空）", "应有成文日期", "7.3.5.4")


def _organs(paper: Paper) -> Iterator[Finding]:
    if paper.signers and paper.kind == "文件" and not paper.title.rstrip("》").endswith(_UPWARD):
        yield Finding("signer-downward", "签发人", "、".join(paper.signers), "只有上行文标注签发人", "7.2.6")
    head = re.split("关于|印发|转发", paper.title.replace("\n", ""), maxsplit=1)[0]
    if re.search(r"(委员会|政府|党委|局|厅|办公室)\s*$", head) and paper.organs:
        named = re.split(r"[\s、，]+", head.strip())
        for organ in paper.organs:
            if organ not in named:
                wanted = f"与标题里的“{head.strip()}”不一致；署名用全称或规范化简称，前后统一"
                yield Finding("organ-differs", "署名", organ, wanted, "7.3.5")
    if not paper.to and paper.kind == "文件":
        yield Finding("to-missing", "主送机关", "（空）", "应有主送机关（公布性的公文除外）", "7.3.2")
    if not paper.organs and paper.signing != "不署名":
        yield Finding("organ-missing", "署名", "（空）", "应署发文机关", "7.3.5")


def _listed(paper: Paper, listed: Sequence[str]) -> Iterator[Finding]:
    names = [piece.name for piece in paper.attachments]
    if listed and len(listed) != len(names):
        found, wanted = f"列了{len(listed)}个附件", f"后面有{len(names)}个"
        yield Finding("attachment-count", "附件说明", found, wanted, "7.3.7")
    for number, (written, name) in enumerate(zip(listed, names, strict=False), start=1):
        if written != name:
            yield Finding("attachment-differs", f"附件说明第{number}项", written, f"附件的标题是“{name}”", "7.3.7")
    for number, name in enumerate(names, start=1):
        if name[-1] in "。；，、;,.":
            yield Finding("attachment-mark", f"附件说明第{number}项", name, "附件名称后不加标点", "7.3.4")


def _body(place: str, blocks: Sequence[Block]) -> Iterator[Finding]:
    counts = {1: 0, 2: 0, 3: 0, 4: 0}
    numbered = {block.level for block in blocks if isinstance(block, Text) and block.level}
    for index, block in enumerate(blocks, start=1):
        where = f"{place}第{index}段"
        if isinstance(block, Blank):
            continue  # what a form prints is the form's affair
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row:
                    yield from _wording(f"{place}的表格", cell.words)
            continue
        yield from _wording(where, block.words)
        if _UNFINISHED.search(block.words):
            yield Finding(
                "unfinished", where, _short(block.words), "“现将《…》”后面没有说完，例如“印发给你们”", "7.3.3"
            )
        if block.level and not block.centred:
            yield from _heading(where, block, counts, numbered)


def _heading(where: str, block: Text, counts: dict[int, int], levels: set[int]) -> Iterator[Finding]:
    if re.match(r"^第.+条", block.words):
        for level in (1, 2, 3, 4):
            counts[level] = 0
        return
    number = _heading_number(block.words, block.level)
    if number is None:
        yield Finding("heading-number", where, _short(block.words), "标题没有序号，应为“一、”", "7.3.3")
        return
    if number != counts[block.level] + 1 and number != 1:
        yield Finding("heading-skipped", where, _short(block.words), f"序号应为第{counts[block.level] + 1}", "7.3.3")
    counts[block.level] = number
    for level in range(block.level + 1, 5):
        counts[level] = 0
    if block.level == 4 and 3 not in levels:
        yield Finding("level-skipped", where, _short(block.words), "“（1）”之上应有“1.”", "7.3.3")
    if block.level == 3 and re.match(r"^\d+、", block.words):
        yield Finding("heading-mark", where, _short(block.words), "第三层用“1.”，不用“1、”", "7.3.3")


def _heading_number(words: str, level: int) -> int | None:
    if level in (3, 4):
        digits = re.search(r"\d+", words[:4])
        return int(digits.group()) if digits else None
    numeral = re.match(r"^[（(]?([一二三四五六七八九十]+)[、）)]", words)
    return _chinese(numeral.group(1)) if numeral else None


def _chinese(words: str) -> int:
    if "十" not in words:
        return _NUMERALS.index(words[0])
    tens, _, ones = words.partition("十")
    return (_NUMERALS.index(tens) if tens else 1) * 10 + (_NUMERALS.index(ones) if ones else 0)


def _wording(where: str, words: str) -> Iterator[Finding]:
    if half := _HALF.search(words):
        near = words[max(0, half.start() - 6) : half.end() + 6]
        yield Finding("half-width", where, near, "中文里用全角标点", "9，GB/T 15834")
    for padded in _PADDED.finditer(words):
        yield Finding("date-padded", where, padded.group(), "月、日不编虚位", "7.3.5.4")
    if spaced := _SPACED.search(words):
        near = words[max(0, spaced.start() - 4) : spaced.end() + 4]
        yield Finding("number-spaced", where, near, "数字中间不空格", "9，GB/T 15835")
    if number := re.search(r"[\u4e00-\u9fff][\[(（【]\d{4}[\])）】]\s*\d+\s*号", words):
        yield Finding("number-brackets", where, number.group(), "引用的发文字号用六角括号〔〕", "7.2.5")


def _short(words: str) -> str:
    return words if len(words) <= 24 else words[:24] + "…"


def _right_number(number: str, paper: Paper) -> str:
    right = re.sub(r"[\[({【（［]\s*(\d{2,4})\s*[\])}】）］]", r"〔\1〕", number)
    right = re.sub(r"\s", "", right)
    if paper.kind != "命令":
        right = right.replace("第", "")
    return re.sub(r"(〕)0+(\d)", r"\1\2", right)


def _right_date(date: str) -> str:
    return re.sub(r"(?<=[年月])0(?=\d)", "", date)


def _full_width(words: str) -> str:
    """Half-width marks between Chinese characters made full-width; digits, Latin words and blanks stay."""
    return _HALF.sub(lambda match: match.group().translate(_FULL), words)


def corrected(paper: Paper) -> Paper:
    """The paper with what is certain put right: brackets of numbers, padded dates, half-width marks. Only if asked."""

    def words(text: str) -> str:
        return _PADDED.sub(lambda match: _right_date(match.group()), _full_width(text))

    def blocks(given: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(_block(block, words) for block in given)

    return replace(
        paper,
        title=words(paper.title),
        number=_right_number(paper.number, paper),
        date=_right_date(paper.date),
        printed=_right_date(paper.printed),
        to=words(paper.to),
        copies=words(paper.copies),
        blocks=blocks(paper.blocks),
        pieces=tuple(
            replace(piece, title=words(piece.title), name=words(piece.name), blocks=blocks(piece.blocks))
            for piece in paper.pieces
        ),
    )


def _block(block: Block, words: Callable[[str], str]) -> Block:
    if isinstance(block, Text):
        return replace(block, words=words(block.words))  # every mark is replaced by one: the heading keeps its length
    if isinstance(block, Blank):
        return block
    rows = tuple(tuple(replace(cell, words=words(cell.words)) for cell in row) for row in block.rows)
    return replace(block, rows=rows)
