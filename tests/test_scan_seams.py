"""From scanned pages to records: whose page it is, what a person must look at, and what holds without a person."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from paper import all_forms
from scans.blanks import DPI, Blank, drawn_page
from scans.damage import damaged
from scans.degrading import scanned
from scans.files import pdf, picture
from scans.filling import fill
from scans.measuring import Box
from scans.strokes import Page
from scans.values import Entries, Entry
from scans.writing import put, writer

from formgen.generate.forms import blank as make_blank
from formgen.libreoffice import convert_many
from formgen.model import IssueCode, RosterEntry, Subject
from formgen.parsing import FileReading, Hints, Limits, Scanning
from formgen.rendering.layout import layouts, page_layouts
from formgen.rendering.press import Output
from parsers import PARSERS
from parsers.isolated import IsolatedReader, _ChildLate
from parsers.pictures import PageControl
from parsers.reading import read_file
from parsers.scan.pages import PageImage
from parsers.scan.reader import read_pages, records_of
from parsers.scan.seen import OwnPage, SeenPage

pytestmark = pytest.mark.libreoffice

MONTHLY, REGISTER = "dayang-monthly", "ningxia-register-quarterly"
FORMS = [form for _, form in all_forms().values()]
SCANNING = Scanning(layouts(None, FORMS))
LI, WANG = Subject("张庄村", "李守田", "东张庄"), Subject("王集村", "王有粮", "北组")
MARKS = {"1.1": "2", "1.2": "1", "1.3": "2", "1.4": "4", "2.1": "9", "2.2": "17", "3.1": "28", "4.1": "30"}
SCORES = {**MARKS, "total": "93"}
CODE = (slice(0, 560), slice(1800, 2480))  #: Of a page at 300 dpi: the upper right corner, where the code is.


@pytest.fixture(scope="module")
def blanks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Blank]:
    """By name: blanks of 李 and 王 for March, one of 李 for April, and a register of 李."""
    folder = tmp_path_factory.mktemp("blanks")
    wanted = {"李": (MONTHLY, LI, "2023-03"), "王": (MONTHLY, WANG, "2023-03"), "四月": (MONTHLY, LI, "2023-04")}
    wanted["登记"] = (REGISTER, LI, "2023-Q1")
    papers = []
    for name, (form_id, subject, period) in wanted.items():
        scheme, form = all_forms()[form_id]
        (folder / name).mkdir()
        (made,) = make_blank(scheme, form, [RosterEntry(subject)], period, Output(folder / name))
        papers.append(made.path.rename(folder / f"{name}.docx"))
    pdfs = convert_many(papers, "pdf", folder)
    found = {}
    for (name, (form_id, subject, period)), docx, printed in zip(wanted.items(), papers, pdfs, strict=True):
        scheme, form = all_forms()[form_id]
        places = page_layouts(docx.read_bytes(), form_id, "")
        found[name] = Blank(form, scheme, subject, period, docx, printed, places)
    return found


def written(blank: Blank, number: int, marks: dict[str, str] | None = None, **struck: str) -> Page:
    """A page of a blank with the scores written by hand; ``i2_1="3"``: a 3 that is crossed out beside its score."""
    scores = SCORES if marks is None else marks
    fields = {
        key: Entry(text, Decimal(text), struck.get(f"i{key.replace('.', '_')}", "")) for key, text in scores.items()
    }
    return fill(blank, 5, family=0, kind="drawn", made=Entries(fields)).page(number)


def read(folder: Path, pages: Sequence[Page], scanning: Scanning = SCANNING, how: str = "clean-150") -> FileReading:
    path = folder / "扫描.pdf"
    path.write_bytes(pdf([damaged(scanned(page, DPI), how, 3) for page in pages], 80))
    return read_file(path, FORMS, scanning=lambda: scanning)


def codes(reading: FileReading, field: str | None = None) -> set[IssueCode]:
    return {issue.code for issue in reading.issues if field is None or issue.field == field}


@pytest.fixture(scope="module")
def plain(blanks: dict[str, Blank], tmp_path_factory: pytest.TempPathFactory) -> FileReading:
    """A sheet on which nothing is the matter."""
    return read(tmp_path_factory.mktemp("plain"), [written(blanks["李"], page) for page in (1, 2)], how="clean-200")


# --- whose page it is ------------------------------------------------------------------------------------------


def test_a_page_of_ours_is_booked_by_its_code(plain: FileReading) -> None:
    (record,) = plain.records

    assert (record.form, record.subject, record.period) == (MONTHLY, LI, "2023-03")
    assert {key: record.readings[key].value for key in MARKS} == {key: Decimal(text) for key, text in MARKS.items()}
    assert not [issue for issue in plain.issues if issue.needs_person]


def test_a_page_whose_code_is_gone_is_known_by_its_title_and_doubted(blanks: dict[str, Blank], tmp_path: Path) -> None:
    reading = read(tmp_path, [written(blanks["李"], page) for page in (1, 2)], how="code-gone")

    (record,) = reading.records
    assert (record.form, record.subject.name, record.period) == (MONTHLY, "李守田", "2023-03")
    assert any("编码看不清" in issue.message and issue.needs_person for issue in reading.issues)


def test_pages_of_two_people_in_any_order_with_one_twice(blanks: dict[str, Blank], tmp_path: Path) -> None:
    order = (("李", 1), ("王", 2), ("王", 1), ("李", 2), ("李", 2))

    reading = read(tmp_path, [written(blanks[who], page) for who, page in order])

    assert {record.subject.name for record in reading.records} == {"李守田", "王有粮"}
    extra = [issue for issue in reading.issues if issue.code is IssueCode.EXTRA_PAGE]
    assert [issue.where.part for issue in extra] == ["page 5"]
    assert IssueCode.MISSING_PAGE not in codes(reading)


def test_a_form_that_is_not_known_is_not_booked_as_another(blanks: dict[str, Blank], tmp_path: Path) -> None:
    path = tmp_path / "登记表.png"
    path.write_bytes(picture(damaged(scanned(written(blanks["登记"], 1, {}), DPI), "clean-150", 3)))
    others = [form for form in FORMS if form.id == MONTHLY]

    reading = read_file(path, others, scanning=lambda: Scanning(layouts(None, others)))

    assert reading.records == ()
    assert any(issue.needs_person for issue in reading.issues)


def test_a_blank_of_an_earlier_template_is_doubted_unless_its_layout_was_kept(
    blanks: dict[str, Blank], tmp_path: Path
) -> None:
    today = tuple(replace(layout, edition="dayang-2023@00000000") for layout in SCANNING.layouts)
    pages = [written(blanks["李"], page) for page in (1, 2)]

    without = read(tmp_path, pages, Scanning(today))
    kept = read(tmp_path, pages, Scanning((*today, *SCANNING.layouts)))

    assert any("另一版模板" in issue.message for issue in without.issues)
    assert not any("另一版模板" in issue.message for issue in kept.issues)
    assert without.records[0].subject == kept.records[0].subject == LI


def test_a_name_that_is_not_that_of_the_code_is_a_mismatch(blanks: dict[str, Blank], tmp_path: Path) -> None:
    page = written(blanks["李"], 1)
    page[CODE] = drawn_page(blanks["王"].pdf, 1)[CODE]

    reading = read(tmp_path, [page], replace(SCANNING, subjects=(LI, WANG)))

    (record,) = reading.records
    assert record.subject == LI
    assert IssueCode.CODE_MISMATCH in codes(reading, "name") & codes(reading, "village")


def test_a_period_that_is_not_that_of_the_code_is_a_mismatch(blanks: dict[str, Blank], tmp_path: Path) -> None:
    page = written(blanks["李"], 1)
    page[CODE] = drawn_page(blanks["四月"].pdf, 1)[CODE]

    assert IssueCode.PERIOD_MISMATCH in codes(read(tmp_path, [page]))


@pytest.mark.parametrize("again", ["", "2023年4月"], ids=["struck-out", "written-anew"])
def test_a_period_that_was_changed_by_hand_is_doubted(again: str, blanks: dict[str, Blank], tmp_path: Path) -> None:
    page = written(blanks["李"], 1)
    (line,) = [word for word in blanks["李"].printed[0].words if "2023" in word.text][:1]
    across, down = round(line.x * DPI / 25.4), round(line.middle[1] * DPI / 25.4)
    cv2.line(page, (across - 20, down + 6), (across + 520, down - 6), (20, 20, 60), 7, cv2.LINE_AA)
    if again:
        box = Box(line.x + 45, line.y - 1, 40, 8, again)
        put(page, again, box, writer(5, 0, "kai"), random.Random(1), DPI / 25.4)

    reading = read(tmp_path, [page])

    about = {IssueCode.PERIOD_MISMATCH, IssueCode.MISSING_PERIOD, IssueCode.PERIOD_ASSUMED, IssueCode.STRUCK_OUT}
    assert any(issue.code in about and issue.needs_person for issue in reading.issues), reading.records[0].period


# --- what a person must look at --------------------------------------------------------------------------------


def test_a_form_that_is_set_to_be_read_by_hand_is_always_doubted(blanks: dict[str, Blank], tmp_path: Path) -> None:
    reading = read(tmp_path, [written(blanks["李"], 2)], replace(SCANNING, by_hand=(MONTHLY,)))

    assert any("by_hand" in issue.message and issue.record == 0 for issue in reading.issues)


def test_the_threshold_decides_what_is_doubtful(blanks: dict[str, Blank], tmp_path: Path) -> None:
    scores = {"3.1": "28", "4.1": "30"}  # no total bears them out
    page = written(blanks["李"], 2, scores)

    strict = read(tmp_path, [page], replace(SCANNING, threshold=1.0))
    lax = read(tmp_path, [page], replace(SCANNING, threshold=0.5))

    assert all(IssueCode.LOW_CONFIDENCE in codes(strict, key) for key in scores)
    assert not any(IssueCode.LOW_CONFIDENCE in codes(lax, key) for key in scores)


def test_a_score_that_was_corrected_by_hand_is_doubted(blanks: dict[str, Blank], tmp_path: Path) -> None:
    reading = read(tmp_path, [written(blanks["李"], 2, i3_1="18")], how="clean-200")

    assert codes(reading, "3.1") & {IssueCode.STRUCK_OUT, IssueCode.LOW_CONFIDENCE}


def test_a_score_beyond_its_maximum_is_not_taken(blanks: dict[str, Blank], tmp_path: Path) -> None:
    marks = MARKS | {"2.1": "15"}
    pages = [written(blanks["李"], page, marks | {"total": "99"}) for page in (1, 2)]

    reading = read(tmp_path, pages)

    doubted = {issue.field for issue in reading.issues if issue.needs_person}
    assert "2.1" in doubted  # the total is right as it stands: 15 is counted in


def test_where_the_total_does_not_agree_no_score_is_taken(blanks: dict[str, Blank], tmp_path: Path) -> None:
    pages = [written(blanks["李"], page, MARKS | {"total": "96"}) for page in (1, 2)]

    reading = read(tmp_path, pages)

    doubted = {issue.field for issue in reading.issues if issue.needs_person}
    assert doubted >= {*MARKS, "total"}


def test_a_signature_and_a_seal_that_are_wanted_are_missed(blanks: dict[str, Blank], tmp_path: Path) -> None:
    blank = blanks["登记"]
    box = next(one for one in blank.form.fields if one.signed and one.sealed)
    sheet = fill(blank, 5, kind="kai", made=Entries({box.id: Entry("同意", "同意")}))
    numbers = sorted({layout.page for layout in blank.layouts})
    bare = replace(sheet, signatures={}, seals={})
    signed = replace(sheet, signatures={box.id: True}, seals={box.id: True})
    wanted = {IssueCode.MISSING_SIGNATURE, IssueCode.MISSING_SEAL}

    without = read(tmp_path, [bare.page(number) for number in numbers], how="clean-200")
    with_both = read(tmp_path, [signed.page(number) for number in numbers], how="clean-200")

    assert codes(without, box.id) >= wanted
    assert not codes(with_both, box.id) & wanted


# --- how it is read --------------------------------------------------------------------------------------------


def test_a_pool_of_processes_reads_what_is_read_without(blanks: dict[str, Blank]) -> None:
    """Both readings are made in spawned processes: these load the sources anew, and have them of one moment."""
    data = pdf([damaged(scanned(written(blanks["李"], page), DPI), "clean-200", 3) for page in (1, 2)], 80)
    several = replace(SCANNING, workers=2)
    rest: tuple[Any, ...] = (frozenset(), None, None)

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        alone = executor.submit(read_pages, data, "pdf", FORMS, Limits(), SCANNING, None, *rest)
        together = read_pages(data, "pdf", FORMS, Limits(), several, executor, *rest)
        wanted, found = (records_of(pages, FORMS, PARSERS, Hints(), SCANNING) for pages in (alone.result(), together))

    assert [type(page) for page in together] == [OwnPage, OwnPage]  # none was given up in its process
    assert (found.records, found.issues) == (wanted.records, wanted.issues)
    assert {key: found.records[0].readings[key].value for key in MARKS} == {
        key: Decimal(text) for key, text in MARKS.items()
    }
    assert not [issue for issue in found.issues if issue.needs_person]


def test_two_workers_read_what_one_reads(blanks: dict[str, Blank], plain: FileReading, tmp_path: Path) -> None:
    pages = [written(blanks["李"], page) for page in (1, 2)]

    found = read(tmp_path, pages, replace(SCANNING, workers=2), how="clean-200")

    assert (found.records, found.issues) == (plain.records, plain.issues)


def test_typed_pages_are_read_beside_pictures_and_without_the_extra_too(
    blanks: dict[str, Blank], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    path = mixed(
        blanks["王"].pdf,
        pdf([damaged(scanned(written(blanks["李"], n), DPI), "clean-150", 3) for n in (1, 2)], 80),
        tmp_path,
    )
    both = read_file(path, FORMS, scanning=lambda: SCANNING)
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "cv2" else real(name, *rest))

    typed = read_file(path, FORMS, scanning=lambda: SCANNING)

    assert {record.subject.name for record in both.records} == {"王有粮", "李守田"}
    on_images = {
        record.subject.name: any(reading.where.box for reading in record.readings.values()) for record in both.records
    }
    assert on_images == {"王有粮": False, "李守田": True}  # by which copies tells the two sorts apart
    assert [record.subject.name for record in typed.records] == ["王有粮"]
    (lacking,) = [issue for issue in typed.issues if issue.code is IssueCode.MISSING_PROGRAM]
    assert f'"{sys.executable}" -m pip install "formgen[scan]"' in lacking.message and lacking.record is None


def mixed(typed: Path, images: bytes, folder: Path) -> Path:
    """The pages of a typed PDF, then those of a scan."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for source in (pypdfium2.PdfDocument(typed), pypdfium2.PdfDocument(images)):
        document.import_pages(source)
    path = folder / "混合.pdf"
    document.save(path)
    return path


def test_a_page_that_is_set_aside_leaves_the_others(blanks: dict[str, Blank], tmp_path: Path) -> None:
    pages = [damaged(scanned(written(blanks[who], 1), DPI), "clean-150", 3) for who in ("李", "王")]
    (tmp_path / "两人.pdf").write_bytes(pdf(pages, 80))

    reading = read_file(
        tmp_path / "两人.pdf", FORMS, scanning=lambda: SCANNING, control=PageControl(frozenset({1}), alone=True)
    )

    assert [record.subject.name for record in reading.records] == ["王有粮"]
    assert [issue.where.part for issue in reading.issues if issue.code is IssueCode.TOO_SLOW] == ["page 1"]


def test_a_page_on_which_a_library_fails_leaves_the_others(
    blanks: dict[str, Blank], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parsers.scan import looking

    real = looking.look_at

    def failing(image: PageImage, *rest: Any) -> SeenPage:
        if image.number == 1:
            raise ZeroDivisionError
        return real(image, *rest)

    monkeypatch.setattr(looking, "look_at", failing)

    reading = read(tmp_path, [written(blanks[who], 1) for who in ("李", "王")])

    assert [record.subject.name for record in reading.records] == ["王有粮"]
    assert [issue.where.part for issue in reading.issues if issue.code is IssueCode.UNREADABLE] == ["page 1"]


def test_a_page_that_takes_too_long_is_the_one_that_is_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[PageControl] = []

    def ask(self: IsolatedReader, path: Path, hints: Hints, control: PageControl) -> FileReading:
        asked.append(control)
        if len(asked) == 1:
            raise _ChildLate(2)
        return FileReading(path.name, "", "scan")

    monkeypatch.setattr(IsolatedReader, "_ask", ask)
    with IsolatedReader(FORMS, Limits()) as reader:
        reader(tmp_path / "慢.pdf", Hints())

    assert [sorted(control.skip) for control in asked] == [[], [2]]


OFFLINE = """
import socket, sys
def refused(*_args, **_named):
    sys.exit("a connection was attempted")
socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refused
socket.create_connection = socket.getaddrinfo = refused
from pathlib import Path
from formgen.cli.workspaces import loaded_forms, scanning
from parsers.reading import read_file
forms = loaded_forms(None)
reading = read_file(Path(sys.argv[1]), forms, scanning=lambda: scanning(None, forms))
print(len(reading.records), [str(issue.code) for issue in reading.issues if issue.needs_person])
"""

LACKING = """
import sys
for name in ("cv2", "onnxruntime", "rapidocr", "zxingcpp"):
    sys.modules[name] = None
from pathlib import Path
from parsers.reading import read_file
(issue,) = read_file(Path(sys.argv[1]), []).issues
print(issue.code, 'pip install "formgen[scan]"' in issue.message)
"""


@pytest.mark.parametrize(
    ("program", "said"),
    [(OFFLINE, "1 []\n"), (LACKING, "missing-program True\n")],
    ids=["offline", "without-the-extra"],
)
def test_in_a_program_of_its_own(program: str, said: str) -> None:
    sample = next((Path(__file__).parent.parent / "samples").rglob("*田犇（扫描）.pdf"))

    done = subprocess.run([sys.executable, "-c", program, sample], capture_output=True, text=True, timeout=300)

    assert (done.stdout, done.returncode) == (said, 0), done.stderr


def test_an_image_of_one_value_is_no_form(tmp_path: Path) -> None:
    white = scanned(np.full((1200, 900, 3), 255, np.uint8), 150)
    (tmp_path / "白.png").write_bytes(picture(white))

    reading = read_file(tmp_path / "白.png", FORMS, scanning=lambda: SCANNING)

    assert reading.records == () and reading.issues
