"""What a form prints, made ready for comparison once and kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from formgen.model import Form, Item
from parsers.forms.wording import figures, key, likeness, wording

ROLES: dict[str, frozenset[str]] = {
    "serial": frozenset(["序号", "编号", "项次", "序", "no", "项目序号", "行号"]),
    "points": frozenset(["分值", "赋分", "满分", "标准分", "权重", "基准分", "基本分", "标准分值", "满分值", "应得分", "配分", "分值权重"]),
    "standard": frozenset(
        ["评分标准", "考核标准", "评分办法", "评分细则", "考评标准", "考核办法", "计分标准", "评分依据", "打分标准", "评价标准", "评分说明", "考核细则", "扣分标准", "计分办法"]
    ),
    "score": frozenset(
        ["得分", "评分", "实得分", "实际得分", "考核得分", "考评得分", "评定得分", "自评得分", "自评分", "自评", "自查得分", "自查分", "打分", "分数", "核定得分", "核定分", "最终得分", "最后得分", "考核评分", "考评评分", "考核分", "考评分", "测评得分", "互评得分", "互评分", "民主测评", "评价", "评定", "评价结果", "考核评价", "评议", "评议结果", "镇评分", "镇级评分", "镇级得分", "村评分", "村级评分", "村级得分", "审定得分", "审核得分", "复核得分", "复核分", "综合得分", "项目得分", "单项得分", "考核结果", "得分值", "上级评分", "组织评分", "评价等级", "评价意见"]
    ),
    "remark": frozenset(
        ["备注", "说明", "备考", "扣分情况", "扣分原因", "扣分说明", "扣分理由", "加扣分情况", "加减分情况", "情况说明", "扣分依据", "加扣分说明", "得分说明", "扣分事由", "减分情况"]
    ),
    "wording": frozenset(
        ["考核指标", "考核内容", "考核项目", "考评内容", "考评指标", "具体内容", "考核要点", "指标", "项目", "内容", "评价内容", "一级指标", "二级指标", "三级指标", "考核事项", "考评项目", "评价指标", "考评要点", "指标内容", "类别", "考核类别", "大项", "小项", "具体指标", "具体项目", "具体要点", "要点", "评分项目"]
    ),
}
_ROLE_OF = {name: role for role, names in ROLES.items() for name in names}
_CATEGORY_POINTS = re.compile(r"[（(]\s*(\d+(?:\.\d+)?)\s*分\s*[）)]\s*$")
_PERIOD_WORDS = re.compile(r"[（(]?\s*(?:20\d\d|[一二][〇零○0-9一二三四五六七八九]{3})\s*年?[^（）()]{0,12}[）)]?\s*$")


def head_role(text: str) -> str | None:
    """The role of a column head, however it is spaced and with a unit in brackets or without; None if unknown."""
    plain = key(re.sub(r"[（(][^（）()]*[）)]\s*$", "", text.strip())) or key(text)
    return _ROLE_OF.get(plain) or _ROLE_OF.get(key(text))


@dataclass(frozen=True, slots=True)
class PrintedItem:
    """An item and the keys by which its row is known."""

    item: Item
    text: str  #: Key of the wording.
    whole: str  #: Key of the wording with its note; the same as ``text`` where there is no note.
    number: int  #: Number of its category.


@dataclass(frozen=True, slots=True)
class PrintedCategory:
    """A category with its points."""

    number: int
    text: str
    key: str  #: Without serial number and points.
    points: Decimal | None
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A form with all its comparison keys."""

    form: Form
    title: str
    items: tuple[PrintedItem, ...]
    categories: tuple[PrintedCategory, ...]
    roles: tuple[str, ...]  #: Role of each printed column: ``serial category text points standard score remark``.
    by_key: dict[str, tuple[str, ...]]  #: Key → ids of the items that it names.

    @property
    def has_remarks(self) -> bool:
        """Whether the form has a column for remarks."""
        return "remark" in self.roles

    def printed(self, item_id: str) -> PrintedItem:
        """The item with this id. Raises KeyError."""
        for item in self.items:
            if item.item.id == item_id:
                return item
        raise KeyError(item_id)


def _column_roles(columns: Sequence[str]) -> tuple[str, ...]:
    roles = [head_role(name) or "wording" for name in columns]
    places = [place for place, role in enumerate(roles) if role == "wording"]
    for place, name in zip(places[-2:], ("category", "text") if len(places) > 1 else ("text",), strict=False):
        roles[place] = name
    return tuple(roles)


def title_key(text: str) -> str:
    """The key of a title without a period behind it."""
    bare = _PERIOD_WORDS.sub("", text.strip())
    return key(bare) if len(key(bare)) >= 6 else key(text)


@lru_cache(maxsize=64)
def _printed(form: Form) -> PrintedForm:
    by_key: dict[str, list[str]] = {}
    items = []
    categories: dict[int, list[Item]] = {}
    for item in form.items:
        number = int(item.id.partition(".")[0])
        categories.setdefault(number, []).append(item)
        printed = PrintedItem(item, wording(item.text), wording(item.text + item.note), number)
        items.append(printed)
        for name in {printed.text, printed.whole}:
            by_key.setdefault(name, []).append(item.id)
    return PrintedForm(
        form=form,
        title=title_key(form.title),
        items=tuple(items),
        categories=tuple(_category(number, members) for number, members in categories.items()),
        roles=_column_roles(form.columns),
        by_key={name: tuple(ids) for name, ids in by_key.items()},
    )


def _category(number: int, members: Sequence[Item]) -> PrintedCategory:
    text = members[0].category
    match = _CATEGORY_POINTS.search(text)
    return PrintedCategory(
        number=number,
        text=text,
        key=category_key(text),
        points=Decimal(match[1]) if match else None,
        items=tuple(item.id for item in members),
    )


def category_key(text: str) -> str:
    """The key of a category without its serial number and its points."""
    return wording(_CATEGORY_POINTS.sub("", text.strip()))


def category_points(text: str) -> tuple[str, ...]:
    """The numbers that stand in a printed category."""
    return figures(text)


@lru_cache(maxsize=16)
def printed_forms(forms: tuple[Form, ...]) -> tuple[PrintedForm, ...]:
    """The score sheets among the forms, ready for comparison."""
    return tuple(_printed(form) for form in forms if form.is_score_sheet)


@lru_cache(maxsize=4096)
def title_likeness(text: str, form_title: str) -> float:
    """How much a line looks like a form's title, 0 to 1; a line that holds the whole title is 1."""
    plain = title_key(text)
    if len(plain) < 6 or len(plain) > 120:
        return 0.0
    wanted = title_key(form_title)
    if wanted in plain and len(plain) <= len(wanted) + 30:
        return 1.0
    return likeness(plain, wanted)
