"""The closed formulas of GB/T 9704-2012, and titles broken by sense. Pure."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from formgen.rendering.official import geometry
from formgen.rendering.official.geometry import length
from formgen.rendering.official.titles import break_title

PAIRS = [(Decimal(n) / 2, Decimal(m) / 2) for n in range(6, 57) for m in range(10, 23)]


def test_digits_count_half_and_chinese_marks_count_one() -> None:
    assert length("2023年2月3日") == 6
    assert length("大杨镇人民政府") == 7
    assert length("“石政〔2023〕4号”") == Decimal("9.5")
    assert length("") == 0


@pytest.mark.parametrize(("n", "m"), PAIRS[::13])
def test_a_seal_lies_on_the_middle_of_name_and_date(n: Decimal, m: Decimal) -> None:
    place = geometry.sealed(n, m)

    assert place.date == 4
    if place.signature > 0:
        assert place.signature + n / 2 == place.date + m / 2
    else:
        assert n - m >= 8  # only a name so long is held at the edge


@pytest.mark.parametrize(("n", "m"), PAIRS[::7])
def test_an_unsealed_date_begins_two_characters_after_the_name(n: Decimal, m: Decimal) -> None:
    place = geometry.unsealed(n, m)

    assert (28 - place.date - m) - (28 - place.signature - n) == 2
    assert min(place.signature, place.date) >= 0
    assert 2 in (place.signature, place.date)


def test_the_example_of_the_standard_of_dayang() -> None:
    assert geometry.sealed(Decimal(7), Decimal(6)) == geometry.Closing(Decimal("3.5"), Decimal(4))
    assert geometry.unsealed(Decimal(7), Decimal(6)) == geometry.Closing(Decimal(2), Decimal(1))


def test_all_pairs_hold_in_pure_geometry() -> None:
    for n, m in PAIRS:
        sealed, unsealed = geometry.sealed(n, m), geometry.unsealed(n, m)

        assert sealed.signature >= 0
        assert (unsealed.signature + n) - (unsealed.date + m) == 2


def test_joint_names_stand_in_columns_and_seals_never_touch() -> None:
    rows = geometry.joint_rows(["石桥镇人民政府", "柳河镇人民政府", "青山镇人民政府", "白塔镇人民政府"], "2023年2月3日")

    assert [len(row) for row in rows] == [3, 1]
    for row in rows:
        centres = [centre for _, centre in row]
        assert all(b - a >= geometry.SEAL for a, b in pairwise(centres))
        assert centres[-1] == 28 - 4 - 3  # over the date
        assert centres[0] - Decimal("3.5") >= 0


def test_long_joint_names_take_fewer_columns() -> None:
    rows = geometry.joint_rows(["中共石桥县委全面深化改革委员会办公室", "石桥县人民政府"], "2023年2月3日")

    assert [len(row) for row in rows] == [1, 1]


def test_signers_wrap_under_the_first_name() -> None:
    lines = geometry.signer_lines(["张三丰", "李四", "王小五"])

    assert [line.names for line in lines] == [("张三丰", "李四"), ("王小五",)]
    assert lines[0].starts[0] == lines[1].starts[0]
    assert lines[0].starts[1] + 3 == 27  # one 字 from the right edge
    assert lines[0].label == lines[0].starts[0] - 4
    assert lines[1].label is None


def test_names_of_attachments_align_after_the_number() -> None:
    one = geometry.attachment_lines(["甲"])
    ten = geometry.attachment_lines([f"附件{n}" for n in range(10)])

    assert (one[0].lead, one[0].align) == ("附件：", 5)
    assert (ten[0].lead, ten[9].lead) == ("附件：1.", "10.")
    assert {line.align for line in ten} == {Decimal("6.75")}
    assert (ten[0].start, ten[1].start) == (2, 5)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于2023年考核结果的通报", ("关于2023年考核结果的通报",)),
        (
            "关于做好2023年第一季度乡村振兴小组长考核工作的通知",
            ("关于做好2023年第一季度", "乡村振兴小组长考核工作的通知"),
        ),
        ("关于甲\n通知", ("关于甲", "通知")),
    ],
)
def test_titles_end_their_lines_between_words(title: str, lines: tuple[str, ...]) -> None:
    assert break_title(title, Decimal(20)) == lines


@pytest.mark.parametrize(
    "title",
    [
        "大杨镇人民政府关于印发《大杨镇乡村振兴小组长管理办法（意见征集稿）》的通知",
        "关于印发《扶贫开发驻村工作队及农村基层党组织第一书记管理暂行办法》的通知",
        "关于印发《脱贫攻坚贫困村村干部绩效考核管理办法》的通知",
        "扶贫开发驻村工作队人员和第一书记平时考核登记表",
        "大茂镇关于加强村民小组长队伍建设的实施方案执行情况以及年度考核结果运用有关事项的通知",
    ],
)
def test_titles_of_several_lines_grow_shrink_or_swell(title: str) -> None:
    lines = break_title(title, Decimal(20))

    lengths = [length(line) for line in lines]
    peak = lengths.index(max(lengths))
    assert "".join(lines) == title
    assert len(lines) > 1
    assert max(lengths) <= 20
    assert lengths[: peak + 1] == sorted(lengths[: peak + 1])
    assert lengths[peak:] == sorted(lengths[peak:], reverse=True)
    assert not any(line[0] in "》）的、，" or line[-1] in "《（" for line in lines)


def test_a_title_without_words_is_cut_where_it_must_be() -> None:
    lines = break_title("村" * 45, Decimal(20))

    assert "".join(lines) == "村" * 45
    assert max(len(line) for line in lines) <= 20
    assert max(length(line) for line in break_title("A" * 300, Decimal(20))) <= 20
