"""What a blank carries so that a scan of it can be read: marks, codes, exact heights, and where everything stands."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from paper import NS, PERIODS, W, all_forms, part, text
from test_generate_commands import dayang, run  # noqa: F401 - a fixture

from formgen.generate import Filling, Output, blank, register
from formgen.model import PageLayout, RosterEntry, Subject
from formgen.pagecode import PageCode, decode
from formgen.rendering.code_squares import QUIET, code_squares
from formgen.rendering.context import blank_ids
from formgen.rendering.layout import layouts, page_layouts
from formgen.rendering.press import run_off
from formgen.workspace import Workspace

PERSON = RosterEntry(Subject("张庄村", "李四", "三组", "第一驻村工作队"))
EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"


def made(form_id: str, folder: Path, *entries: RosterEntry, **said: Any) -> list[bytes]:
    scheme, form = all_forms()[form_id]
    papers = blank(scheme, form, entries or (PERSON,), PERIODS[form.period], Output(folder, **said))
    return [paper.path.read_bytes() for paper in papers]


@pytest.fixture(scope="module")
def blanks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    room = tmp_path_factory.mktemp("blanks")
    return {form_id: made(form_id, room / form_id)[0] for form_id in all_forms()}


@cache
def places() -> dict[str, list[PageLayout]]:
    found: dict[str, list[PageLayout]] = {}
    for layout in layouts(None, [form for _, form in all_forms().values()]):
        found.setdefault(layout.form, []).append(layout)
    return found


def codes(data: bytes) -> list[PageCode]:
    """The codes in the pictures of a document, in the order of its sections and pages."""
    cv2, zxingcpp, numpy = pytest.importorskip("cv2"), pytest.importorskip("zxingcpp"), pytest.importorskip("numpy")
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(
            (one for one in archive.namelist() if "media/code-" in one),
            key=lambda one: [int(number) for number in re.findall(r"\d+", one)],
        ):
            picture = cv2.imdecode(numpy.frombuffer(archive.read(name), numpy.uint8), cv2.IMREAD_GRAYSCALE)
            (one,) = zxingcpp.read_barcodes(picture)
            found.append(decode(one.text))
    return found


@pytest.mark.parametrize("form_id", all_forms())
def test_each_page_has_four_marks_and_its_own_code(form_id: str, blanks: dict[str, bytes]) -> None:
    pages = len(places()[form_id])

    read = codes(blanks[form_id])

    assert [(one.page, one.pages) for one in read] == [(page, pages) for page in range(1, pages + 1)]
    assert {one.form for one in read} == {form_id}
    assert {one.period for one in read} == {PERIODS[all_forms()[form_id][1].period]}
    assert {one.subject for one in read} == {PERSON.subject}
    assert {one.edition for one in read} == {places()[form_id][0].edition}
    headers = [part(blanks[form_id], f"word/header{10 + page}.xml") for page in range(1, pages + 1)]
    for header in headers:
        assert [one.get(EMBED) for one in header.iter("{*}blip")] == ["fgHead", "fgFoot"]
        assert read[0].number in text(header)
        assert all(one.get("relativeFrom") == "page" for one in header.iter("{*}positionH", "{*}positionV"))


def test_the_marks_are_those_of_the_dictionary(blanks: dict[str, bytes]) -> None:
    cv2, numpy = pytest.importorskip("cv2"), pytest.importorskip("numpy")
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)

    with zipfile.ZipFile(io.BytesIO(blanks["tongshi-annual"])) as archive:
        pictures = [archive.read(f"word/media/{name}.png") for name in ("code-1-1", "foot")]

    head, low = (cv2.imdecode(numpy.frombuffer(one, numpy.uint8), cv2.IMREAD_GRAYSCALE) for one in pictures)
    side = low.shape[0]
    top = head[20 : 20 + side]  # two millimetres below the upper edge of the picture
    for number, drawn in enumerate((top[:, :side], top[:, -side:], low[:, -side:], low[:, :side])):
        assert (drawn == cv2.aruco.generateImageMarker(dictionary, number, drawn.shape[0])).all()


@pytest.mark.parametrize("form_id", all_forms())
def test_every_row_has_the_exact_height_of_the_layout(form_id: str, blanks: dict[str, bytes]) -> None:
    rows = part(blanks[form_id]).findall(".//w:tr", NS)

    heights = [row.find("w:trPr/w:trHeight", NS) for row in rows]

    assert all(one.get(W + "hRule") == "exact" for one in heights)
    seen = {slot.row: slot.height for layout in places()[form_id] for slot in layout.slots if slot.rowspan == 1}
    for row, height in enumerate(heights):
        assert seen[row] == pytest.approx(int(height.get(W + "val")) * 25.4 / 1440, abs=0.02)


@pytest.mark.parametrize("form_id", all_forms())
def test_the_layout_names_every_answer_once_and_leaves_room_to_write(form_id: str) -> None:
    form = all_forms()[form_id][1]

    answers = [slot for layout in places()[form_id] for slot in layout.slots if slot.tags]

    columns = {"备注", "扣分情况"} & set(form.columns)
    wanted = {*blank_ids(form), *(item.id for item in form.items)}
    wanted |= {f"{item.id}.remark" for item in form.items if columns}
    wanted |= {"total"} if form.base_points is not None else set()
    assert Counter(tag for slot in answers for tag in slot.tags) == Counter(wanted)
    assert min(slot.height for slot in answers if slot.ruled) >= 8
    lowest = 297 - 35
    assert max(slot.y + slot.height for layout in places()[form_id] for slot in layout.slots) < lowest - 1


@pytest.mark.parametrize("form_id", all_forms())
def test_the_layout_is_the_same_whoever_the_blank_is_for(form_id: str, blanks: dict[str, bytes]) -> None:
    edition = places()[form_id][0].edition

    own = page_layouts(blanks[form_id], form_id, edition)

    def ruled(pages: Any) -> list[object]:
        return [[(s.x, s.y, s.width, s.height, s.tags) for s in page.slots if s.ruled] for page in pages]

    assert ruled(own) == ruled(places()[form_id])


def test_a_name_too_long_for_its_blank_adds_no_line(tmp_path: Path) -> None:
    long = RosterEntry(Subject("张家庄移民安置区新村村民委员会", "阿卜杜拉·买买提江"))

    (data,) = made("village-cadre-quarterly", tmp_path, long)

    narrow = [one.get(W + "val") for one in part(data).iterfind(".//w:sdt//w:rPr/w:w", NS)]
    assert len(narrow) == 2
    assert all(33 <= int(one) < 75 for one in narrow)
    assert codes(data)[0].subject == long.subject


def test_in_a_run_each_person_has_codes_of_their_own(tmp_path: Path) -> None:
    scheme, form = all_forms()["dayang-monthly"]
    people = [RosterEntry(Subject("张庄村", name)) for name in ("李四", "王五", "赵<六>")]
    output = Output(tmp_path, run=[])
    blank(scheme, form, people, "2023-03", output)

    data = run_off(output, "blank", ("合印",)).path.read_bytes()

    read = codes(data)
    assert [one.subject for one in read] == [one.subject for one in people for _ in range(2)]
    assert [(one.page, one.pages) for one in read] == [(1, 2), (2, 2)] * 3
    assert len({one.number for one in read}) == 3
    document = part(data)
    ids = {one.get("Id"): one.get("Target") for one in part(data, "word/_rels/document.xml.rels")}
    key = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    used = [
        [(one.get(W + "type"), ids[one.get(key)]) for one in section.findall("w:headerReference", NS)]
        for section in document.iter(W + "sectPr")
    ]
    assert [dict(one)["first"] for one in used] == ["header11.xml", "header21.xml", "header31.xml"]
    assert [dict(one)["default"] for one in used] == ["header12.xml", "header22.xml", "header32.xml"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(set(archive.namelist())) == len(archive.namelist())


def test_without_marks_rows_may_grow(tmp_path: Path) -> None:
    (data,) = made("dayang-monthly", tmp_path, marks=False)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "media" in name]
    rules = {one.get(W + "hRule") for one in part(data).iter(W + "trHeight")}
    assert rules == {"atLeast"}


def test_a_register_is_marked_only_while_its_words_fit(tmp_path: Path) -> None:
    scheme, form = all_forms()["ningxia-register-quarterly"]
    short, long = ({"summary": words * 20} for words in ("走访农户。", "走访农户，填写台账，按时上报各类材料。"))

    papers = register(scheme, form, "2023-Q1", [Filling(PERSON, short), Filling(PERSON, long)], Output(tmp_path))

    assert [one.marked for one in papers] == [True, False]


def test_a_template_that_does_not_state_its_lengths_has_no_layout(blanks: dict[str, bytes]) -> None:
    source = io.BytesIO(blanks["tongshi-annual"])
    changed = io.BytesIO()
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(changed, "w") as other:
        for name in archive.namelist():
            other.writestr(name, archive.read(name).replace(b'w:type="fixed"', b'w:type="autofit"'))

    assert not page_layouts(changed.getvalue(), "tongshi-annual", "x")


def test_blanks_are_marked_by_command_and_need_not_be(dayang: Workspace) -> None:  # noqa: F811
    assert run(dayang, "blank", "-p", "2023-05") == 0
    assert run(dayang, "blank", "-p", "2023-06", "--no-marks") == 0

    pictures = []
    for period in ("2023-05", "2023-06"):
        first = sorted(dayang.outbox.glob(f"{period}/空白表/*.docx"))[0]
        with zipfile.ZipFile(first) as archive:
            pictures.append(sum("media/" in name for name in archive.namelist()))
    assert pictures == [3, 0]


@pytest.fixture(scope="module")
def pdfs(blanks: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    from formgen.libreoffice import convert_many

    room = tmp_path_factory.mktemp("pdf")
    sources = []
    for form_id, data in blanks.items():
        sources.append(room / f"{form_id}.docx")
        sources[-1].write_bytes(data)
    return dict(zip(blanks, convert_many(sources, "pdf", room / "pdf", seconds=300), strict=True))


@pytest.mark.libreoffice
@pytest.mark.parametrize("form_id", all_forms())
def test_the_rules_stand_where_the_layout_says(form_id: str, pdfs: dict[str, Path]) -> None:
    import pdfplumber

    with pdfplumber.open(pdfs[form_id]) as document:
        pages = [
            (
                [_mm(e["top"]) for e in page.edges if e["orientation"] == "h"],
                [_mm(e["x0"]) for e in page.edges if e["orientation"] == "v"],
            )
            for page in document.pages
        ]

    assert len(pages) == len(places()[form_id])
    for (across, down), layout in zip(pages, places()[form_id], strict=True):
        for slot in (one for one in layout.slots if one.ruled):
            for edge, seen in (
                (slot.y, across),
                (slot.y + slot.height, across),
                (slot.x, down),
                (slot.x + slot.width, down),
            ):
                assert min(abs(one - edge) for one in seen) <= 0.5


@pytest.mark.libreoffice
@pytest.mark.parametrize("form_id", all_forms())
def test_the_printed_words_fit_their_cells(form_id: str, pdfs: dict[str, Path]) -> None:
    import pdfplumber

    with pdfplumber.open(pdfs[form_id]) as document:
        pages = [
            [(_mm((c["x0"] + c["x1"]) / 2), _mm((c["top"] + c["bottom"]) / 2), c["text"]) for c in page.chars]
            for page in document.pages
        ]

    for characters, layout in zip(pages, places()[form_id], strict=True):
        for slot in (one for one in layout.slots if one.ruled and one.text):
            inside = [
                c
                for x, y, c in characters
                if slot.x < x < slot.x + slot.width and slot.y + 1 < y < slot.y + slot.height - 1 and c.strip()
            ]
            wanted = Counter("".join(slot.text.split()))
            assert not wanted - Counter(inside), slot


@pytest.mark.libreoffice
@pytest.mark.parametrize("form_id", all_forms())
def test_marks_and_codes_are_read_from_a_coarse_scan(form_id: str, pdfs: dict[str, Path]) -> None:
    cv2, zxingcpp = pytest.importorskip("cv2"), pytest.importorskip("zxingcpp")
    pdfium = pytest.importorskip("pypdfium2")
    finder = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    document = pdfium.PdfDocument(pdfs[form_id])

    scans = [page.render(scale=150 / 72, grayscale=True).to_numpy().squeeze() for page in document]

    for layout, scan in zip(places()[form_id], scans, strict=True):
        (found,) = zxingcpp.read_barcodes(scan)
        code = decode(found.text)
        assert code is not None
        assert (code.form, code.page, code.pages) == (form_id, layout.page, layout.pages)
        wide = found.position.top_right.x - found.position.top_left.x
        assert wide * 25.4 / 150 / (len(code_squares(code)) - 2 * QUIET) >= 0.34
        corners, ids, _ = finder.detectMarkers(scan)
        seen = {int(number): corner[0][0] * 25.4 / 150 for number, corner in zip(ids.ravel(), corners, strict=True)}
        for number, x, y in layout.marks:
            assert abs(seen[number][0] - x) <= 0.3
            assert abs(seen[number][1] - y) <= 0.3


def _mm(points: float) -> float:
    return points * 25.4 / 72


@pytest.mark.libreoffice
@pytest.mark.parametrize("form_id", ["dayang-monthly", "tongshi-annual"])
def test_a_run_for_both_sides_is_printed_where_the_layout_says(form_id: str, tmp_path: Path) -> None:
    import pdfplumber

    from formgen.rendering.pdf import run_to_pdf

    pdfium, zxingcpp = pytest.importorskip("pypdfium2"), pytest.importorskip("zxingcpp")
    scheme, form = all_forms()[form_id]
    people = [RosterEntry(Subject("张庄村", name)) for name in ("李四", "王五")]
    output = Output(tmp_path, run=[])
    blank(scheme, form, people, PERIODS[form.period], output)
    paper = run_off(output, "blank", ("合印",), duplex=True).path

    (made,) = run_to_pdf(paper, [["李四"], ["王五"]], duplex=True)

    pages = places()[form_id]
    with pdfplumber.open(made) as document:
        tops = [[_mm(edge["top"]) for edge in page.edges] for page in document.pages]
    read = [zxingcpp.read_barcodes(page.render(scale=2).to_numpy()) for page in pdfium.PdfDocument(made)]
    found = [decode(codes[0].text) if codes else None for codes in read]
    sides = [(entry.subject.name, number) for entry in people for number in (1, 2)]
    wanted = [side if side[1] <= len(pages) else None for side in sides]
    assert [one and (one.subject.name, one.page) for one in found] == wanted[: len(found)]
    assert len(found) >= 3
    for code, seen in zip(found, tops, strict=True):
        if code is not None:
            first = min(slot.y for slot in pages[code.page - 1].slots if slot.ruled)
            assert min(abs(one - first) for one in seen) <= 0.5
