"""Scheme lint finds the faults that the regulations really have, by computing: mended, they are gone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from formgen.model import Severity
from formgen.resources import scheme_folders
from formgen.scheme.lint import Fault, lint
from formgen.scheme.loading import load_regulation, load_scheme
from formgen.scheme.types import Scheme

FOLDERS = {folder.name: folder for folder in scheme_folders()}
CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "lint_faults.toml").read_text(encoding="utf-8"))[
    "fault"
]

Pairs = Sequence[Sequence[str]]


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., tuple[Fault, ...]]:
    """Lint a regulation after replacing words in its scheme.toml and its regulation.md."""

    def run(name: str, *, data: Pairs = (), text: Pairs = ()) -> tuple[Fault, ...]:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        source = (FOLDERS[name] / "scheme.toml").read_text(encoding="utf-8")
        regulation = load_regulation(FOLDERS[name])
        for old, new in data:
            assert old in source, old
            source = source.replace(old, new)
        for old, new in text:
            assert old in regulation, old
            regulation = regulation.replace(old, new)
        (folder / "scheme.toml").write_text(source, encoding="utf-8")
        return lint(load_scheme(folder), regulation)

    return run


def _found(faults: tuple[Fault, ...], code: str, where: str = "", words: str = "") -> list[Fault]:
    return [f for f in faults if f.code == code and (not where or f.where == where) and words in f.message + f.quote]


@pytest.mark.parametrize("name", FOLDERS)
def test_every_fault_of_a_built_in_regulation_is_known_with_a_reason(name: str) -> None:
    faults = lint(load_scheme(FOLDERS[name]), load_regulation(FOLDERS[name]))

    assert faults
    assert [fault for fault in faults if not fault.known] == []
    assert [fault for fault in faults if fault.severity is Severity.ERROR] == []


@pytest.mark.parametrize("case", CASES, ids=[f"{case['scheme']} {case['code']} {case['where']}" for case in CASES])
def test_a_fault_of_a_regulation_is_found_and_vanishes_when_it_is_mended(
    case: dict[str, Any], edited: Callable[..., tuple[Fault, ...]]
) -> None:
    wanted = (case["code"], case["where"], case.get("words", ""))

    as_it_stands = edited(case["scheme"])
    mended = edited(case["scheme"], data=case.get("data", ()), text=case.get("text", ()))

    assert _found(as_it_stands, *wanted)
    assert _found(mended, *wanted) == []


def test_a_mended_fault_leaves_a_stale_waiver_behind(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited("dayang-2023", text=(("责作追究", "责任追究"),))

    assert _found(faults, "stale-waiver", "四")
    assert not _found(faults, "stale-waiver", "四")[0].known


def test_a_waiver_for_one_item_does_not_hide_another(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited(
        "ningxia-2015", data=(('label = "一把手到村指导"\npoints = 2', 'label = "一把手到村指导"\npoints = 3'),)
    )

    sums = {fault.message[:6]: bool(fault.known) for fault in _found(faults, "parts-sum")}
    assert sums == {"第1.2项“": False, "第2.3项“": True}


def test_a_category_that_does_not_add_up_is_found(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited("dayang-2023", data=(("业务能力（10分）", "业务能力（12分）"),))

    assert [fault.message for fault in _found(faults, "category-sum")] == ["“业务能力（12分）”各项合计10分"]


def test_a_quotation_that_does_not_stand_there_is_an_error(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited("tongshi-2023", data=(('quote = "每迟到一次扣2分"', 'quote = "每迟到两次扣2分"'),))

    assert [(fault.severity, fault.where) for fault in _found(faults, "quote-not-found")] == [
        (Severity.ERROR, "二（三）3")
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('按每项减1分的标准。（2分）", article', '按每项减9分的标准。（2分）", article'),
        ("5、参加会议情况", "5、参加会议的情况"),
    ],
)
def test_printed_words_that_the_text_does_not_have_are_an_error(
    edited: Callable[..., tuple[Fault, ...]], old: str, new: str
) -> None:
    faults = edited("dayang-2023", data=[(old, new)])

    assert [fault for fault in faults if fault.code == "printed-not-in-text" and not fault.known]


def test_a_quotation_of_another_article_is_an_error(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited(
        "tongshi-2023", data=(('article = "二（三）3"\nquote = "每迟到', 'article = "二（三）2"\nquote = "每迟到'),)
    )

    assert _found(faults, "quote-not-found", "二（三）2")


def test_an_unknown_article_is_an_error(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited(
        "tongshi-2023", data=(('article = "二（三）3"\nquote = "每迟到', 'article = "二（九）3"\nquote = "每迟到'),)
    )

    assert _found(faults, "anchor-not-found", "二（九）3")


def test_a_number_that_is_not_in_its_quotation_is_an_error(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited("dayang-2023", data=(("yuan = 100", "yuan = 120"),))

    assert [fault.message for fault in _found(faults, "number-not-in-quote")] == ["money[7] 的数字120不在引文里"]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("dayang-2023", 'effect = "exactly"\ngrade = "不称职"', 'effect = "exactly"\ngrade = "称职"', "gate[1].grade"),
        ("damao-2022", 'from = "优秀"', 'from = "称职"', "selection[1].from"),
        ("village-cadre-2020", 'is = ["不合格"] }', 'is = ["合格"] }', "consequence[2].when[1]"),
    ],
)
def test_the_grade_of_a_rule_stands_in_its_quotation_and_not_within_another(
    edited: Callable[..., tuple[Fault, ...]], name: str, old: str, new: str, said: str
) -> None:
    faults = edited(name, data=((old, new),))

    assert _found(faults, "grade-not-in-quote", words=said)
    assert all(fault.severity is Severity.ERROR for fault in _found(faults, "grade-not-in-quote"))


def test_what_the_quotation_gives_is_not_taken(edited: Callable[..., tuple[Fault, ...]]) -> None:
    money = edited("damao-2022", data=(("sign = -1", "sign = 1"),))
    tier = edited("village-cadre-2020", data=(("sign = 1\n", "sign = -1\n"),))

    assert not _found(edited("damao-2022"), "sign-not-in-quote")
    assert _found(money, "sign-not-in-quote", words="没有“加”")
    assert _found(tier, "sign-not-in-quote", words="没有“扣”")
    assert _found(tier, "sign-not-of-item", words="加分项")


def test_a_stated_figure_must_stand_in_its_sentence(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited("village-cadre-2020", data=(("says = 4", "says = 5"),))

    assert _found(faults, "number-not-in-quote", "第七条")


def test_a_scored_form_without_a_gap_for_bands_is_an_error(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited("dayang-2023", data=(('purpose = "bands"', 'purpose = "other"'),))

    assert _found(faults, "gap-missing", "dayang-monthly", "最低得分")


def test_a_hole_between_two_classes_is_found(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited("tongshi-2023", data=(("lost_below = 65", "lost_below = 60"),))

    assert _found(faults, "class-hole", "二（一）2", "在60%与65%之间")


def test_a_figure_in_two_classes_is_found(edited: Callable[..., tuple[Fault, ...]]) -> None:
    both = "lost_below_included = true\nbetween_above_included = true\nlost_below = 65"
    faults = edited("tongshi-2023", data=(("lost_below = 65", both),))

    assert _found(faults, "class-edge", "二（一）2", "正好65%的同时属于2类")


def test_an_article_that_is_left_out_breaks_the_sequence(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited("village-cadre-2020", text=(('<a id="第十二条"></a>', ""),))

    assert [fault.message for fault in _found(faults, "article-sequence")] == ["“第十三条”前面应当是第12条"]


def test_a_chapter_out_of_order_is_found(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited("village-cadre-2020", text=(("## 第三章", "## 第四章"),))

    assert _found(faults, "heading-sequence", words="按顺序应为第3个，不是第4个")


def test_an_anchor_that_stands_twice_is_an_error(edited: Callable[..., tuple[Fault, ...]]) -> None:
    faults = edited("dayang-2023", text=(('<a id="四、3"></a>', '<a id="四、2"></a>'),))

    assert _found(faults, "anchor-repeated", "四、2")


def test_messages_are_for_clerks() -> None:
    for folder in FOLDERS.values():
        scheme: Scheme = load_scheme(folder)
        for fault in lint(scheme, load_regulation(folder)):
            assert re.search(r"[一-鿿]", fault.message)
            assert fault.where
