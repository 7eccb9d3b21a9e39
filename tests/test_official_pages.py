"""What the pages show, measured in the PDF that LibreOffice makes; tolerance 1 mm. One conversion for all of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from official_paper import DRAFTS, MEASURED, MEASURED_STRICT, Page, converted, ink, pages_of, written

from formgen.rendering.official import geometry
from formgen.rendering.official.closing import closing
from formgen.rendering.official.elements import Paper
from formgen.rendering.official.geometry import length
from formgen.rendering.official.package import Package
from formgen.rendering.official.sections import Section, section

pytestmark = pytest.mark.libreoffice
NEAR = 1.0
ZI = 315 / 1440 * 25.4  #: One 字 of the text in millimetres.
PITCH = 28.95 / 72 * 25.4

NAMES = (
    "石桥镇",
    "石桥镇党委",
    "石桥镇人民政府",
    "中共石桥镇委员会",
    "石桥镇乡村振兴办公室",
    "石桥县脱贫攻坚工作领导小组办公室",
)
DATES = ("2023年2月3日", "2023年2月13日", "2023年12月3日", "2023年12月31日")
PAIRS = [(name, date, signing) for name in NAMES for date in DATES for signing in ("加盖印章", "不加盖印章")]


ORGANS = "、".join(f"{name}镇人民政府" for name in "甲乙丙丁戊")
MANY = f"标题：关于增加补贴的请示\n机关：{ORGANS}\n文号：石政〔2023〕5号\n主送：县政府\n"
MANY += "签发人：张三、李四、王五、赵六、孙七\n"
MANY += "日期：2023-02-13\n\n正文第一段。\n\n正文第二段。\n"


def closings() -> bytes:
    """All pairs of 署名 and date in one document."""
    package = Package(MEASURED, "落款")
    body = []
    for name, date, signing in PAIRS:
        body += closing(Paper("甲", organs=(name,), date=date, signing=signing), MEASURED)  # type: ignore[arg-type]
    return package.zipped([*body, section(Section(), package, MEASURED)], {})


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every paper of these tests, converted in one start."""
    papers = {name: written(draft) for name, draft in DRAFTS.items()}
    papers["overleaf"] = written(DRAFTS["down"], place="overleaf")
    papers["strict"] = written(DRAFTS["down"], MEASURED_STRICT)
    papers["full strict"] = written(DRAFTS["full"], MEASURED_STRICT)
    papers["preprinted"] = written(DRAFTS["down"], preprinted=True)
    papers["centred"] = written(DRAFTS["up"], replace(MEASURED, page_numbers="centre"))
    papers["unsealed"] = written(DRAFTS["up"].replace("签发人", "落款：不加盖印章\n签发人"))
    papers["many"] = written(MANY)
    papers["long name"] = written(DRAFTS["down"].replace("石桥镇人民政府", "石" * 60))
    papers["closings"] = closings()
    papers["long letter"] = written(DRAFTS["letter"] + "村" * 28 * 60)
    return converted(papers, tmp_path_factory.mktemp("official"))


def near(value: float, wanted: float) -> Any:
    return value == pytest.approx(wanted, abs=NEAR)


@pytest.mark.parametrize(("name", "top"), [("full", 40.4), ("full strict", 38.1)])
def test_a_full_page_has_22_lines_of_28_characters(pdfs: dict[str, Path], name: str, top: float) -> None:
    page = pages_of(pdfs[name])[1]

    rows: dict[int, int] = {}
    for one in page.chars:
        if one["text"] == "村":
            rows[round(one["top"])] = rows.get(round(one["top"]), 0) + 1
    shown = ink(pdfs[name], 2, below=264)
    assert list(rows.values()) == [28] * 22
    assert near(shown.top, top)
    assert near(shown.left, 26)  # an even side: 28 mm is the inner margin, on the right
    assert near(shown.right, 26 + 155.6)
    if name == "full strict":
        assert near(shown.bottom, 261.5)


def test_inner_margins_change_sides(pdfs: dict[str, Path]) -> None:
    pages = pages_of(pdfs["full"])

    assert near(min(one["x0"] for one in pages[2].chars if one["text"] == "村"), 28)
    assert near(min(one["x0"] for one in pages[1].chars if one["text"] == "村"), 26)


@pytest.mark.parametrize(
    ("name", "top"), [("down", 72), ("up", 72), ("strict", 72), ("minutes", 72), ("order", 57), ("letter", 30)]
)
def test_the_mark_begins_at_its_height(pdfs: dict[str, Path], name: str, top: float) -> None:
    mark = ink(pdfs[name], 1, below=127 if name == "up" else top + 14, red=True)

    assert near(mark.top, top)
    middle = 105 if name == "letter" else 106
    assert near((mark.left + mark.right) / 2, middle)


@pytest.mark.parametrize("name", ["down", "strict", "up", "minutes"])
def test_the_red_line_lies_4_mm_under_the_number_and_is_156_mm_wide(pdfs: dict[str, Path], name: str) -> None:
    page = pages_of(pdfs[name])[0]
    rule = next(one for one in page.rules if one.get("stroking_color") in ((1.0, 0.0, 0.0), [1.0, 0.0, 0.0]))
    number = ink(pdfs[name], 1, above=rule["top"] - 10, below=rule["top"] - 1)

    assert near(rule["x1"] - rule["x0"], 156)
    assert near(rule["x0"], 28)
    assert near(rule["top"] - number.bottom, 4)


def test_the_corner_is_in_lines_1_to_3(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["down"])[0]

    for line, words in enumerate(("000012", "机密★1年", "特急")):
        first = page.find(words)[0]
        assert near(first["x0"], 28)
        assert near(first["top"], 39.7 + line * PITCH)


def test_title_and_main_recipient_keep_their_distances(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["down"])[0]
    rule = max(one["top"] for one in page.rules)
    title, to = page.find("关于做好")[0], page.find("各村民委员会")[0]
    body = page.find("为做好")[0]

    # the first line of the title lies two blank lines below the rule, 主送 one below the title
    assert near(title["bottom"], rule + 2 * PITCH + 33 / 72 * 25.4 * 0.83)
    assert near(to["x0"], 28)
    assert near(body["top"] - to["top"], PITCH)
    assert near(body["x0"], 28 + 2 * ZI)


def test_heading_faces(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["down"])[0]

    assert "Sans" in page.find("一、考核对象")[0]["fontname"]
    assert "UKai" in page.find("考核办法。")[0]["fontname"]
    assert "Serif" in page.find("由镇乡村振兴")[0]["fontname"]


def test_names_of_attachments_align(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["down"])[1]
    left = 26 + 6.25 * ZI

    assert near(page.find("附件：1.")[0]["x0"], 26 + 2 * ZI)
    for words in ("石桥镇乡村振兴小组长月度", "核结果运用的补充规定", "得分表"):
        assert near(page.find(words)[0]["x0"], left)


def test_an_attachment_has_its_label_in_line_1_and_its_title_in_line_3(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["down"])[2]
    label, title = page.find("附件1")[0], page.find("石桥镇乡村振兴小组长")[0]

    assert near(label["top"], 39.7)
    assert near(label["x0"], 28)
    assert 37 + 2 * PITCH - NEAR <= title["top"] <= 37 + 3 * PITCH


@pytest.mark.parametrize("index", range(len(PAIRS)))
def test_name_and_date_stand_as_the_formulas_say(pdfs: dict[str, Path], index: int) -> None:
    name, date, signing = PAIRS[index]
    lines = _lines(pages_of_cached(pdfs["closings"]))
    side, signature = lines[2 * index]
    _, when = lines[2 * index + 1]
    right = 184 if side % 2 else 182
    place = (geometry.sealed if signing == "加盖印章" else geometry.unsealed)(length(name), length(date))

    assert "".join(one["text"] for one in signature) == name
    assert "".join(one["text"] for one in when) == date
    assert near(right - signature[-1]["x1"], float(place.signature) * ZI)
    assert near(right - when[-1]["x1"], float(place.date) * ZI)
    # LibreOffice 7.4 puts a quarter of a character between digits and characters whatever autoSpaceDE says
    begin = when[0]["x0"] + (when[-1]["x1"] - when[0]["x0"]) - float(length(date)) * ZI
    if signing == "不加盖印章":
        assert near(begin - signature[0]["x0"], 2 * ZI)
    elif place.signature:
        assert near((signature[0]["x0"] + signature[-1]["x1"]) / 2, (begin + when[-1]["x1"]) / 2)


_CACHE: dict[Path, list[Page]] = {}


def pages_of_cached(path: Path) -> list[Page]:
    if path not in _CACHE:
        _CACHE[path] = pages_of(path)
    return _CACHE[path]


def _lines(pages: list[Page]) -> list[tuple[int, list[dict[str, Any]]]]:
    """The lines of the text with the number of their side, without the numbers of pages."""
    found = []
    for side, page in enumerate(pages, start=1):
        rows: dict[int, list[dict[str, Any]]] = {}
        for one in page.chars:
            if one["top"] < 262:
                rows.setdefault(-round(one["matrix"][5]), []).append(one)  # by the base line
        found += [(side, sorted(rows[key], key=lambda one: one["x0"])) for key in sorted(rows)]
    return found


def test_joint_names_share_a_row_and_the_last_is_over_the_date(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["up"])[-1]
    names = [page.find(words) for words in ("石桥镇人民政府", "柳河镇人民政府", "青山镇人民政府")]
    date = page.find("2023年2月13日")

    assert len({round(name[0]["top"]) for name in names}) == 1
    middle = date[-1]["x1"] - float(length("2023年2月13日")) * ZI / 2
    assert near((names[2][0]["x0"] + names[2][-1]["x1"]) / 2, middle)
    assert near(182 - date[-1]["x1"], 4 * ZI)
    assert names[1][0]["x0"] - names[0][-1]["x1"] > 0


def test_unsealed_joint_names_stand_below_each_other(pdfs: dict[str, Path]) -> None:
    pages = pages_of(pdfs["unsealed"])
    page, right = (pages[-1], 182) if len(pages) == 2 else (pages[0], 184)
    text = [one for one in page.chars if one["size"] < 20]
    plain = replace(page, chars=tuple(text))
    host, second = plain.find("石桥镇人民政府"), plain.find("柳河镇人民政府")

    assert near(second[0]["top"] - host[0]["top"], PITCH)
    assert near(right - host[-1]["x1"], 2 * ZI)


def test_signers_stand_on_the_right_and_the_number_on_the_left(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["up"])[0]
    number, first, second, third = (page.find(words) for words in ("石政〔2023〕5号", "张三丰", "李四", "王小五"))

    assert near(number[0]["x0"], 28 + ZI)
    assert near(number[0]["top"], third[0]["top"])  # on the line of the last 签发人
    assert near(first[0]["x0"], third[0]["x0"])
    assert near(184 - ZI - 3 * ZI, second[0]["x0"])
    assert "UKai" in first[0]["fontname"]
    assert "Serif" in page.find("签发人：")[0]["fontname"]


def test_numbers_of_pages_stand_right_on_odd_sides_and_left_on_even_ones(pdfs: dict[str, Path]) -> None:
    odd, even = (pages_of(pdfs["full"])[side] for side in (0, 1))
    character = 14 / 72 * 25.4

    for page, side in ((odd, "right"), (even, "left")):
        foot = sorted((one for one in page.chars if one["top"] > 262), key=lambda one: one["x0"])
        assert "".join(one["text"] for one in foot) in ("—1—", "—2—")
        assert {round(one["size"]) for one in foot} == {14}
        if side == "right":
            assert near(foot[-1]["x1"], 184 - character)
        else:
            assert near(foot[0]["x0"], 26 + character)
    dash = ink(pdfs["full"], 1, above=262.5)
    assert 262 < dash.top < 269 + NEAR < dash.bottom + NEAR + 1  # the 一字线 runs through the middle of the figures
    assert near((dash.top + dash.bottom) / 2, 269)


def test_a_profile_may_centre_the_numbers(pdfs: dict[str, Path]) -> None:
    foot = [one for one in pages_of(pdfs["centred"])[0].chars if one["top"] > 262]

    assert near((min(one["x0"] for one in foot) + max(one["x1"] for one in foot)) / 2, 106)


def test_the_number_of_a_landscape_page_is_where_it_is_on_the_others(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["down"])[3]
    foot = [one for one in page.chars if one["x1"] < 33]

    assert page.width > page.height
    assert {one["text"] for one in foot} == {"—", "4"}
    # an even side: the page's left edge is the paper's lower one, its upper edge the paper's left one
    assert near(min(one["top"] for one in foot), 26 + 14 / 72 * 25.4)
    assert near(sum(one["x0"] + one["x1"] for one in foot) / len(foot) / 2, 28)


@pytest.mark.parametrize("name", ["down", "overleaf", "strict"])
def test_the_imprint_ends_at_the_foot_of_the_type_area(pdfs: dict[str, Path], name: str) -> None:
    page = pages_of(pdfs[name])[-1]
    rules = sorted((one for one in page.rules if one["x1"] - one["x0"] > 100), key=lambda one: one["top"])
    copies, printer, printed = (page.find(words) for words in ("抄送：县", "石桥镇党政办公室", "2023年2月5日印发"))
    character = 14 / 72 * 25.4
    left = 26 if name == "overleaf" else 28  # the back has its inner margin on the right

    assert len(rules) == 3
    assert near(rules[-1]["top"], 262)
    assert all(near(one["x0"], left) for one in rules)
    assert all(near(one["x1"] - one["x0"], 156) for one in rules)
    thick, thin, last = (float(one["linewidth"]) * 25.4 / 72 for one in rules)
    assert thick == pytest.approx(0.35, abs=0.02)
    assert last == pytest.approx(0.35, abs=0.02)
    assert thin == pytest.approx(0.25, abs=0.02)
    assert near(copies[0]["x0"], left + character)
    assert near(printer[0]["x0"], left + character)
    assert near(printed[-1]["x1"], left + 156 - character)
    assert rules[0]["top"] < copies[0]["top"] < rules[1]["top"] < printer[0]["top"] < rules[2]["top"]


def test_a_back_that_bears_the_imprint_alone_has_no_number(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["overleaf"])[-1]

    assert not [one for one in page.chars if one["top"] > 262]


def test_a_letter_has_double_lines_of_170_mm_at_their_heights(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["letter"])[0]
    rules = sorted((one for one in page.rules if one["x1"] - one["x0"] > 100), key=lambda one: one["top"])
    mark = ink(pdfs["letter"], 1, below=43, red=True)
    words = ink(pdfs["letter"], 1, above=49, below=65)

    assert len(rules) == 4
    assert all(near(one["x1"] - one["x0"], 170) and near(one["x0"], 20) for one in rules)
    widths = [float(one["linewidth"]) for one in rules]
    assert widths[0] > widths[1]  # thick above thin
    assert widths[2] < widths[3]  # thin above thick
    assert near(rules[0]["top"] - mark.bottom, 4)
    assert near((rules[2]["top"] + rules[3]["top"]) / 2, 277)
    assert near(words.top - rules[1]["bottom"], 14 / 72 * 25.4)
    assert near(page.find("石政函〔2023〕2号")[-1]["x1"], 184)
    assert near(page.find("秘密")[0]["x0"], 28)


def test_the_text_of_a_letter_ends_over_the_second_double_line_and_later_sides_are_like_any(
    pdfs: dict[str, Path],
) -> None:
    first, second = pages_of(pdfs["long letter"])[:2]
    rule = min(one["top"] for one in first.rules if one["top"] > 200)
    text = ink(pdfs["long letter"], 1, above=120, below=275)
    rows = {round(one["top"]) for one in second.chars if one["text"] == "村"}
    number = [one for one in second.chars if one["text"] == "2" and one["top"] > 262]

    seven_eighths = 14 / 72 * 25.4
    assert seven_eighths - NEAR < rule - text.bottom < seven_eighths + PITCH + NEAR
    assert len(rows) == 22
    assert near(ink(pdfs["long letter"], 2, below=264).top, 40.4)
    assert near(number[0]["top"], pages_of(pdfs["full"])[1].find("2")[-1]["top"])


def test_a_letter_has_no_number_on_its_first_page(pdfs: dict[str, Path]) -> None:
    first, second = pages_of(pdfs["letter"])[:2]

    assert not [one for one in first.chars if one["top"] > 262]
    assert [one for one in second.chars if one["top"] > 262]


def test_an_order_has_number_text_stamp_and_date_in_their_places(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["order"])[0]
    number, body, post, date = (page.find(words) for words in ("第3号", "为做好", "县长", "2023年3月1日"))

    assert near((number[0]["x0"] + number[-1]["x1"]) / 2, 106)
    assert near(body[0]["top"] - number[0]["top"], 3 * PITCH)
    assert near(184 - date[-1]["x1"], 4 * ZI)
    assert near(184 - post[-1]["x1"], (4 + 7 + 2) * ZI)
    assert near(date[0]["top"] - post[0]["top"], 2 * PITCH)
    assert not page.rules


def test_minutes_name_who_was_there(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["minutes"])[0]
    present, excused = page.find("出席：张三丰"), page.find("请假：")
    wrapped = page.find("六、赵六")  # some line begins in the middle of the list

    assert near(present[0]["x0"], 28 + 2 * ZI)
    assert near(present[3]["x0"], 28 + 5 * ZI)
    assert "Sans" in present[0]["fontname"]
    assert "Serif" in present[3]["fontname"]
    assert near(excused[0]["x0"], 28 + 2 * ZI)
    left = min(one["x0"] for one in page.chars if present[0]["bottom"] < one["top"] < excused[0]["top"])
    assert near(left, 28 + 5 * ZI)
    assert wrapped


def test_preprinted_paper_keeps_the_room_of_the_head(pdfs: dict[str, Path]) -> None:
    plain, pressed = (pages_of(pdfs[name])[0] for name in ("down", "preprinted"))

    assert not pressed.rules
    for words in ("石政〔2023〕4号", "关于做好", "各村民委员会"):
        assert near(plain.find(words)[0]["top"], pressed.find(words)[0]["top"])


def test_the_first_page_shows_text_however_many_organs_there_are(pdfs: dict[str, Path]) -> None:
    page = pages_of(pdfs["many"])[0]
    mark = ink(pdfs["many"], 1, below=130, red=True)

    assert page.find("正文第一段。")
    assert near(mark.top, 72)


def test_a_name_of_60_characters_stays_in_the_type_area(pdfs: dict[str, Path]) -> None:
    pages = pages_of(pdfs["long name"])

    marked = [one for one in pages[0].chars if one["size"] > 22.5]
    assert "".join(one["text"] for one in marked) == "石" * 60 + "文件"
    assert all(one["x0"] > 25 and one["x1"] < 185 and one["bottom"] < 271 for page in pages[:3] for one in page.chars)
