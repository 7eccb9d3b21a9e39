"""What a form prints, made ready for comparison once and kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from formgen.model import Form, Item
from parsers.forms.vocabulary import HEADS
from parsers.forms.wording import key, likeness, wording

TITLE_ALIKE = 0.8  #: From here on a line is taken for a form's title.
_ROLE_OF = {name: role for role, names in HEADS.items() for name in names}
_LOOSE = (
    ("remark", re.compile("备注|说明$|(?:扣分|加分|减分)(?:原因|情况|理由|依据)$|得分(?:原因|理由|依据)$")),
    ("standard", re.compile("(?:评分|考核|考评|计分|打分|评价)(?:标准|办法|细则|依据)")),
    ("points", re.compile("分值|赋分|标准分")),
    ("score", re.compile("得分|评分$|打分$|评价等次$")),
)
_CATEGORY_POINTS = re.compile(r"[（(]\s*(\d+(?:\.\d+)?)\s*分\s*[）)]\s*$")
_PERIOD_WORDS = re.compile(r"[（(]?\s*(?:20\d\d|[一二][〇零○0-9一二三四五六七八九]{3})\s*年?[^（）()]{0,12}[）)]?\s*$")


def head_role(text: str) -> str | None:
    """The role of a column head, however it is spaced and with a unit in brackets or without; None if unknown."""
    plain = key(re.sub(r"[（(][^（）()]*[）)]\s*$", "", text.strip())) or key(text)
    if (role := _ROLE_OF.get(plain) or _ROLE_OF.get(key(text))) is not None:
        return role
    return next((role for role, pattern in _LOOSE if len(plain) <= 8 and pattern.search(plain)), None)


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
    names: tuple[str, ...]  #: ``key``, and what stands before and behind a colon in it.
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
        names=tuple(
            dict.fromkeys(filter(None, map(category_key, [text, *re.split("[:：]", _CATEGORY_POINTS.sub("", text))])))
        ),
        points=Decimal(match[1]) if match else None,
        items=tuple(item.id for item in members),
    )


def category_key(text: str) -> str:
    """The key of a category without its serial number and its points."""
    return wording(_CATEGORY_POINTS.sub("", text.strip()))


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
