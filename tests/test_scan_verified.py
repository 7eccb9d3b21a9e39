"""What a person has said of a scan stays said: rereading keeps it, and the verified pictures can be taken out."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from formgen import issued_layouts, workspace
from formgen.cli import formgen
from formgen.cli.workspaces import loaded_forms, scanning
from formgen.errors import UsageError
from formgen.intake import intake, reread
from formgen.model import PageLayout, Slot
from formgen.parsing import FileReading, Hints
from formgen.rendering.layout import layouts
from formgen.review import effective
from formgen.store import Store
from formgen.workspace import Workspace
from parsers.reading import read_file

SCAN = "赵圩村-汪秀兰（扫描）.tif"
SAMPLE = Path(__file__).parent.parent / "samples" / "dayang-2023-03" / "收件箱" / SCAN
NOW = datetime(2023, 4, 1, 9, 0)
WHO = ("--by", "王敏", "--why", "看了原件")


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace that has taken in one scan, whose every score is doubtful; two of them verified."""
    place = workspace.create(tmp_path_factory.mktemp("扫描") / "办公", scheme="dayang-2023", demo=True)
    shutil.copyfile(SAMPLE, place.inbox / SCAN)
    forms = loaded_forms(place)

    def reader(path: Path, hints: Hints) -> FileReading:
        return read_file(path, forms, hints=hints, scanning=lambda: scanning(place, forms))

    with Store(place.database) as store:
        intake(place, store, reader, now=lambda: NOW)
    assert run(place, "set", "1:3.1", "25", *WHO) == run(place, "confirm", "1:4.1", *WHO) == 0
    yield place


def run(place: Workspace, *arguments: str) -> int:
    result = CliRunner().invoke(formgen, ["review", "-w", str(place.root), *arguments], standalone_mode=False)
    assert result.exception is None, result.exception
    return int(result.return_value)


def test_a_later_reading_does_not_overwrite_what_was_verified(taken: Workspace) -> None:
    def other(path: Path, hints: Hints) -> FileReading:
        reading = read_file(path, forms, hints=hints, scanning=lambda: scanning(taken, forms))
        (record,) = reading.records
        changed = {key: replace(one, value=Decimal(1)) for key, one in record.readings.items() if key[:1].isdigit()}
        return replace(reading, records=(replace(record, readings={**record.readings, **changed}),))

    forms = loaded_forms(taken)
    with Store(taken.database) as store:
        assert reread(taken, store, other, now=lambda: NOW) == (SCAN,)
        (stored,) = store.records("dayang-monthly")
        given = store.corrections(stored.submission, stored.index)
        said = effective(stored.record, stored.submission, stored.index, given).readings

    assert (said["3.1"].value, said["4.1"].value) == (25, 30)
    assert said["2.1"].value == 1


def test_verified_pictures_become_labelled_examples_without_names(taken: Workspace, tmp_path: Path) -> None:
    assert run(taken, "crops", "-o", str(tmp_path / "例子"), "-n") == 0
    assert not (tmp_path / "例子").exists()

    run(taken, "crops", "-o", str(tmp_path / "例子"))

    with (tmp_path / "例子" / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted((row["kind"], row["value"]) for row in rows) == [("score", "25"), ("score", "30")]
    names = {path.name for path in (tmp_path / "例子").iterdir()}
    assert names == {f"{row['id']}.png" for row in rows} | {"labels.csv"}
    assert all(name.isascii() for name in names)
    assert all((tmp_path / "例子" / f"{row['id']}.png").read_bytes()[:4] == b"\x89PNG" for row in rows)


# --- layouts of issued blanks ----------------------------------------------------------------------------------

PAGE = PageLayout(
    "dayang-monthly",
    "dayang-2023@00000001",
    1,
    1,
    210.0,
    297.0,
    (Slot(20, 50, 30, 8.5, "得分", ("2.1", "2.1.remark"), 1, 2, 1, 2, 0),),
    ((0, 8.0, 8.0),),
    9.0,
)


def test_an_issued_layout_is_kept_as_it_was_and_once(tmp_path: Path) -> None:
    assert len(issued_layouts.keep(tmp_path, [PAGE])) == 1
    assert issued_layouts.keep(tmp_path, [replace(PAGE, width=1.0)]) == ()

    assert issued_layouts.kept(tmp_path) == (PAGE,)


def test_todays_layout_is_not_doubled_and_an_earlier_one_is_known(tmp_path: Path) -> None:
    earlier = replace(PAGE, edition="dayang-2023@00000000")
    issued_layouts.keep(tmp_path, [PAGE, earlier])

    assert issued_layouts.known([PAGE], tmp_path) == (PAGE, earlier)


@pytest.mark.parametrize("said", ["", "[]", "{}", '{"version":1,"pages":[{}]}', '{"version":1,"pages":3}', "[" * 99999])
def test_a_layout_that_was_damaged_is_passed_over(said: str, tmp_path: Path) -> None:
    issued_layouts.keep(tmp_path, [PAGE])
    (tmp_path / issued_layouts.FOLDER / "a.json").write_text(said, encoding="utf-8")

    assert issued_layouts.kept(tmp_path) == (PAGE,)


def test_generating_blanks_keeps_their_layout(tmp_path: Path) -> None:
    place = workspace.create(tmp_path / "办公", scheme="dayang-2023", demo=True)
    blank = ("generate", "blank", "-p", "2023-04", "-w", str(place.root), "--village", "张庄村", "--name", "李四")

    CliRunner().invoke(formgen, [*blank, "-n"], standalone_mode=False)
    before = issued_layouts.kept(place.archive)
    CliRunner().invoke(formgen, blank, standalone_mode=False)

    forms = [form for form in loaded_forms(place) if form.scheme == "dayang-2023"]
    assert before == ()
    assert issued_layouts.kept(place.archive) == layouts(place.root, forms)


# --- what the office has set -----------------------------------------------------------------------------------


def test_the_threshold_and_the_forms_read_by_hand_are_those_of_the_settings(tmp_path: Path) -> None:
    place = workspace.create(tmp_path / "办公", scheme="dayang-2023", demo=True)
    said = place.settings.read_text(encoding="utf-8")
    said = said.replace("threshold = 0.999", "threshold = 0.9").replace("by_hand = []", 'by_hand = ["damao-annual"]')
    place.settings.write_text(said, encoding="utf-8")
    place = workspace.open(place.root)

    found = scanning(place, loaded_forms(place))

    assert (found.threshold, found.by_hand) == (0.9, ("damao-annual",))
    with pytest.raises(UsageError, match="damao-annual"):
        scanning(place, ())
