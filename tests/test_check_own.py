"""``check`` finds nothing on what formgen writes, whatever the lengths of names, dates, titles and lists."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from math import floor

import pytest
from check_papers import LETTER, NOTICE, ORDER, REQUEST, SEALED

from formgen.conformity.checking import judge
from formgen.conformity.model import PROFILES
from formgen.rendering.official.elements import Paper, Piece, Text
from formgen.rendering.official.profile import PROFILES as OFFICIAL
from formgen.rendering.official.writer import write

ORGANS = ("青禾镇", "青禾镇党委", "青禾镇人民政府", "青禾县农业农村局", "中共青禾县委乡村振兴领导小组办公室")
DATES = ("2023年2月3日", "2023年11月3日", "2023年12月23日")


def _nothing(paper: Paper) -> None:
    for name, profile in OFFICIAL.items():
        findings = judge(write(paper, profile), PROFILES[name]).findings
        assert findings == (), [(one.code, one.found, one.wanted) for one in findings]


@pytest.mark.parametrize("signing", ["加盖印章", "不加盖印章"])
@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize("organ", ORGANS)
def test_one_organ_of_any_length_and_any_date(organ: str, date: str, signing: str) -> None:
    _nothing(replace(NOTICE, organs=(organ,), mark=(organ,), date=date, signing=signing))  # type: ignore[arg-type]


@pytest.mark.parametrize("signing", ["加盖印章", "不加盖印章"])
@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_joint_papers(count: int, signing: str) -> None:
    _nothing(replace(SEALED, organs=ORGANS[:count], mark=ORGANS[:count], signing=signing))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "signers", [("王田",), ("王田", "李禾"), ("王田", "李禾", "张苗"), ("欧阳春兰", "李禾", "张苗", "赵穗")]
)
def test_upward_papers_with_several_signers(signers: tuple[str, ...]) -> None:
    _nothing(replace(REQUEST, signers=signers))


@pytest.mark.parametrize("posts", [("县长",), ("县委书记", "县长")])
def test_papers_signed_by_a_stamp(posts: tuple[str, ...]) -> None:
    _nothing(replace(ORDER, stamps=posts, organs=("青禾县人民政府",) * len(posts)))


@pytest.mark.parametrize(
    "title",
    [
        "关于考核的通知",
        "关于印发《青禾镇巩固拓展脱贫攻坚成果同乡村振兴有效衔接工作村级目标管理考核实施方案（试行）》的通知",
        "青禾镇人民政府关于2023年第一季度乡村振兴小组长月度考核评价结果的通报",
    ],
)
def test_titles_of_any_length(title: str) -> None:
    _nothing(replace(NOTICE, title=title))


@pytest.mark.parametrize("count", [1, 2, 9, 11])
def test_attachments_of_any_number_and_length(count: int) -> None:
    names = [
        f"青禾镇第{'一二三四五六七八九十甲'[n]}类乡村振兴小组长月度考核评价和补助发放情况汇总表" for n in range(count)
    ]
    labels = ["附件"] if count == 1 else [f"附件{n + 1}" for n in range(count)]
    body = (Text("各村要按月考核，按季通报。"),)

    _nothing(replace(NOTICE, pieces=tuple(Piece(n, body, n, label) for n, label in zip(names, labels, strict=True))))


def test_heads_with_only_some_of_their_elements() -> None:
    _nothing(replace(NOTICE, copy_number="", secrecy="", urgency=""))
    _nothing(replace(NOTICE, copy_number="", urgency=""))
    _nothing(replace(NOTICE, secrecy=""))
    _nothing(replace(NOTICE, mark=(), number="", copy_number="", secrecy="", urgency=""))


def test_imprints_with_only_some_of_their_elements() -> None:
    _nothing(replace(NOTICE, copies=""))
    _nothing(replace(NOTICE, printer="", printed=""))
    _nothing(replace(NOTICE, copies="", printer="", printed=""))
    _nothing(replace(NOTICE, to_at_end=True, to="、".join(["青禾村"] * 60)))


def test_letters_with_their_corner() -> None:
    _nothing(replace(LETTER, copy_number="000001", secrecy="秘密★1年", urgency="特急"))
    _nothing(replace(LETTER, urgency="加急"))


@pytest.mark.parametrize("name", OFFICIAL)
@pytest.mark.parametrize("lines", [20, 21, 23, 24])
def test_a_pitch_that_was_changed_for_the_signature_is_no_fault_and_is_said(name: str, lines: int) -> None:
    own = OFFICIAL[name]
    other = replace(own, pitch=floor(own.pitch * 22 / lines * 20) / 20, adjusted=True)

    report = judge(write(SEALED, other), PROFILES[name])
    untold = judge(write(SEALED, replace(other, adjusted=False)), PROFILES[name])

    assert report.findings == ()
    assert f"每面 {lines} 行（7.3.5.5）" in report.unchecked[0]
    assert "line-pitch" in {one.code for one in untold.findings}


@pytest.mark.parametrize("align", ["outside", "right"])
def test_a_number_framed_on_the_outer_side_needs_no_footer_for_even_sides(align: str) -> None:
    frame = f'<w:framePr w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:xAlign="{align}"/>'.encode()

    data = write(SEALED, OFFICIAL["compat"])
    members = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for one in archive.namelist():
            content = archive.read(one).replace(b"<w:evenAndOddHeaders/>", b"")
            members[one] = content.replace(b"<w:pStyle", frame + b"<w:pStyle") if "footer" in one else content
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for one, content in members.items():
            archive.writestr(one, content)

    codes = {one.code for one in judge(held.getvalue(), PROFILES["compat"]).findings}
    assert ("page-number-sides" in codes) is (align == "right")
