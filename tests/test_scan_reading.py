"""A small fixed part of ``make bench-scan``: sheets of all nine forms, filled in, damaged, and read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from paper import all_forms
from scans.benching import Job, job_of, judge_geometry, judge_reading
from scans.blanks import DPI, Blank, printed_blanks
from scans.damage import damaged
from scans.degrading import scanned
from scans.files import pdf
from scans.filling import fill
from scans.judging import Tally
from scans.strokes import RED
from scans.values import Odds

from formgen.model import IssueCode
from formgen.parsing import Scanning
from formgen.rendering.layout import layouts
from parsers.reading import read_file

pytestmark = pytest.mark.libreoffice

FORMS = [form for _, form in all_forms().values()]
SCANNING = Scanning(layouts(None, FORMS))

#: Damage and seed for each form, so that most kinds of damage come once.
FIXED = {
    "dayang-monthly": ("office", 1),
    "village-cadre-quarterly": ("turned-180", 2),
    "tongshi-annual": ("telephone", 3),
    "damao-annual": ("clean-150", 4),
    "ningxia-team-annual": ("scale-92", 5),
    "ningxia-captain-annual": ("stripe-through-marks", 6),
    "ningxia-member-annual": ("fax", 7),
    "ningxia-register-quarterly": ("skew-4", 8),
    "ningxia-opinion-annual": ("jpeg-40", 9),
}


@pytest.fixture(scope="module")
def blanks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Blank]:
    return {blank.form.id: blank for blank in printed_blanks(tmp_path_factory.mktemp("blanks"), each=1)}


@pytest.fixture(scope="module")
def judged(blanks: dict[str, Blank], tmp_path_factory: pytest.TempPathFactory) -> Tally:
    folder, tally = tmp_path_factory.mktemp("scans"), Tally()
    for form, (damage, seed) in FIXED.items():
        read(job_of(blanks[form], damage, seed, folder, Odds(beyond=0)), tally)
    return tally


def read(job: Job, tally: Tally) -> None:
    judge_geometry(tally, job)
    judge_reading(tally, job, read_file(job.path, FORMS, scanning=lambda: SCANNING), SCANNING.threshold)


def test_every_cell_is_found_within_a_millimetre(judged: Tally) -> None:
    assert judged.cells > 400
    assert judged.placed_cells == judged.cells, judged.failures


def test_every_sheet_is_booked_for_its_own_form_person_and_period(judged: Tally) -> None:
    assert (judged.sheets, judged.unread, judged.misbooked) == (len(FIXED), 0, 0), judged.failures


def test_blank_and_filled_are_told_apart(judged: Tally) -> None:
    assert judged.judged > 100
    assert judged.judged_right == judged.judged, judged.failures


def test_no_score_is_taken_that_was_not_written(judged: Tally) -> None:
    assert judged.scores > 50
    assert judged.taken_right == judged.taken, judged.failures


def test_a_sheet_whose_total_does_not_agree_is_not_taken(blanks: dict[str, Blank], tmp_path: Path) -> None:
    tally = Tally()
    for seed in (31, 32):
        read(job_of(blanks["ningxia-member-annual"], "clean-200", seed, tmp_path, Odds(wrong_total=1.0)), tally)

    assert tally.wrong_totals_taken == 0, tally.failures


def test_pages_of_several_people_in_any_order_become_their_papers(blanks: dict[str, Blank], tmp_path: Path) -> None:
    pages = [
        (blanks["dayang-monthly"], 2, "turned-180"),
        (blanks["ningxia-member-annual"], 1, "skew-4"),
        (blanks["dayang-monthly"], 1, "clean-200"),
        (blanks["damao-annual"], 1, "turned-90"),
    ]
    scans = [damaged(scanned(fill(blank, 77).page(page), DPI), how, 3) for blank, page, how in pages]
    (tmp_path / "mixed.pdf").write_bytes(pdf(scans))

    reading = read_file(tmp_path / "mixed.pdf", FORMS, scanning=lambda: SCANNING)

    assert sorted(record.form for record in reading.records) == [
        "damao-annual",
        "dayang-monthly",
        "ningxia-member-annual",
    ]
    assert not {IssueCode.MISSING_PAGE, IssueCode.EXTRA_PAGE} & {issue.code for issue in reading.issues}


def test_scores_written_in_red_are_read_and_asked_about(blanks: dict[str, Blank], tmp_path: Path) -> None:
    sheet = fill(blanks["ningxia-member-annual"], 79, Odds(beyond=0), kind="drawn")
    sheet = replace(sheet, by=replace(sheet.by, hand=replace(sheet.by.hand, colour=RED)))
    (tmp_path / "red.pdf").write_bytes(pdf([damaged(scanned(sheet.page(1), DPI), "clean-200", 3)]))
    written = {field: one.value for field, one in sheet.written.items() if isinstance(one.value, Decimal)}

    reading = read_file(tmp_path / "red.pdf", FORMS, scanning=lambda: SCANNING)

    asked = {issue.field for issue in reading.issues if issue.code is IssueCode.LOW_CONFIDENCE}
    assert len(written) > 4
    assert {field: reading.records[0].readings[field].value for field in written} == written
    assert asked >= written.keys()


def test_a_page_that_did_not_come_is_missed(blanks: dict[str, Blank], tmp_path: Path) -> None:
    scan = damaged(scanned(fill(blanks["dayang-monthly"], 78).page(2), DPI), "clean-150", 3)
    (tmp_path / "half.pdf").write_bytes(pdf([scan]))

    reading = read_file(tmp_path / "half.pdf", FORMS, scanning=lambda: SCANNING)

    assert IssueCode.MISSING_PAGE in {issue.code for issue in reading.issues}
