"""Notices of results, announcements, letters and 退改通知 on the page, measured in the PDF; tolerance 1 mm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from official_paper import MEASURED, MEASURED_STRICT, converted, ink, pages_of
from test_wordings import context_of, wording

from formgen.rendering.official import drafts, geometry, pages
from formgen.rendering.official.geometry import length
from formgen.rendering.official.press import set_paper

pytestmark = pytest.mark.libreoffice
NEAR = 1.0
ZI = 315 / 1440 * 25.4
KINDS = ("results", "announcement", "return-notice", "letter-incompetent", "letter-admonition")
ORGAN, DATE = "石桥镇人民政府", "2023年4月5日"


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each kind with 40 rows, in both profiles, and with a number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("formgen.libreoffice.find", lambda: None)  # the sides are counted in another test
        made = {kind: set_paper(wording(kind), context_of(kind, 40), MEASURED) for kind in KINDS}
        made |= {f"{kind}-strict": set_paper(wording(kind), context_of(kind, 40), MEASURED_STRICT) for kind in KINDS}
        for kind in ("results", "letter-admonition"):
            context = context_of(kind, 5, number="石政〔2023〕4号")
            made[f"{kind}-numbered"] = set_paper(wording(kind), context, MEASURED)
    return converted(made, tmp_path_factory.mktemp("results"))


@pytest.mark.parametrize("profile", ["", "-strict"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_that_is_printed_lies_within_the_type_area(pdfs: dict[str, Path], kind: str, profile: str) -> None:
    sheets = pages_of(pdfs[kind + profile])

    assert len(sheets) > 1
    for side, page in enumerate(sheets, start=1):
        left = 28 if side % 2 else 26
        things = [one for one in page.chars if one["top"] < 264] + list(page.rules)
        assert min(one["x0"] for one in things) >= left - NEAR
        assert max(one["x1"] for one in things) <= left + 156 + NEAR
        top, bottom = (34.6, 264.4) if profile else (37, 262)
        assert min(one["top"] for one in things) >= top - NEAR
        assert max(one["bottom"] for one in things) <= bottom + NEAR


@pytest.mark.parametrize("kind", KINDS)
def test_the_numbers_of_pages_stand_as_in_any_official_paper(pdfs: dict[str, Path], kind: str) -> None:
    character = 14 / 72 * 25.4

    for side, page in enumerate(pages_of(pdfs[kind]), start=1):
        foot = sorted((one for one in page.chars if one["top"] > 262), key=lambda one: one["x0"])
        assert "".join(one["text"] for one in foot) == f"—{side}—"
        assert {round(one["size"]) for one in foot} == {14}
        assert all("UKai" in one["fontname"] for one in foot)  # stands for 宋体 here
        shown = ink(pdfs[kind], side, above=263)
        assert (shown.top + shown.bottom) / 2 == pytest.approx(269, abs=NEAR)
        if side % 2:
            assert foot[-1]["x1"] == pytest.approx(184 - character, abs=NEAR)
        else:
            assert foot[0]["x0"] == pytest.approx(26 + character, abs=NEAR)


@pytest.mark.parametrize("kind", [*KINDS, "results-numbered"])
def test_name_and_date_stand_as_under_a_seal(pdfs: dict[str, Path], kind: str) -> None:
    sheets = pages_of(pdfs[kind])
    side = len(sheets)
    page = sheets[-1]
    right = 184 if side % 2 else 182
    date, name = page.find(DATE), page.find(ORGAN + DATE)
    place = geometry.sealed(length(ORGAN), length(DATE))

    assert right - date[-1]["x1"] == pytest.approx(float(place.date) * ZI, abs=NEAR)
    assert right - name[len(ORGAN) - 1]["x1"] == pytest.approx(float(place.signature) * ZI, abs=NEAR)


def test_a_numbered_notice_of_results_has_mark_and_red_line_in_their_places(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["results-numbered"])[0]
    mark = ink(pdfs["results-numbered"], 1, below=100, red=True)
    rule = next(one for one in page.rules if one.get("stroking_color") in ((1.0, 0.0, 0.0), [1.0, 0.0, 0.0]))
    number = ink(pdfs["results-numbered"], 1, above=rule["top"] - 10, below=rule["top"] - 1)

    assert mark.top == pytest.approx(72, abs=NEAR)
    assert rule["x1"] - rule["x0"] == pytest.approx(156, abs=NEAR)
    assert rule["top"] - number.bottom == pytest.approx(4, abs=NEAR)


def test_a_numbered_letter_is_a_信函(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["letter-admonition-numbered"])[0]
    mark = ink(pdfs["letter-admonition-numbered"], 1, below=43, red=True)
    red = [one for one in page.rules if one.get("stroking_color") in ((1.0, 0.0, 0.0), [1.0, 0.0, 0.0])]

    assert mark.top == pytest.approx(30, abs=NEAR)
    assert len(red) == 4
    assert all(one["x1"] - one["x0"] == pytest.approx(170, abs=NEAR) for one in red)


def test_heads_of_tables_are_repeated_and_no_last_side_bears_the_name_alone(pdfs: dict[str, Path]) -> None:
    for kind in KINDS:
        for page in pages_of(pdfs[kind])[1:]:
            text = "".join(one["text"] for one in page.chars)
            assert "序号" in text


def test_the_pitch_changes_where_name_and_date_would_stand_alone() -> None:
    head = f"标题：关于考核的通知\n机关：{ORGAN}\n主送：各村\n日期：2023-02-03\n\n"
    paper = drafts.read(head + "村" * (28 * 18 - 2)).paper  # a long paragraph is not kept with the name

    fit = pages.fitted(paper, MEASURED)

    assert fit.profile == replace(MEASURED, pitch=fit.profile.pitch, adjusted=True)
    assert fit.profile.pitch == 30.3  # 21 lines on a side: the last of the text goes with the name
    assert fit.remark == "为使署名、日期与正文同面，行距由 28.95 磅改为 30.3 磅（7.3.5.5）"
