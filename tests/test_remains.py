"""What still holds a forgotten person's name is listed place by place; what is that person's alone goes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from returns import NINE, SCORES, clock, reader

from formgen import workspace
from formgen.archive import Archive
from formgen.backup import back_up
from formgen.errors import UsageError
from formgen.forgetting import forget
from formgen.intake import intake
from formgen.model import Issue, IssueCode, Severity, Subject
from formgen.parsing import FileReading, Hints
from formgen.remains import mentions
from formgen.store import Store
from formgen.verification import verify
from formgen.workspace import Workspace

LI = Subject("张庄村", "李四")
WHO = {"by": "王敏", "why": "本人依法申请"}
NOW = datetime(2023, 6, 1, 9, 0)


def returned(name: str, month: str = "2023-03") -> bytes:
    return f"dayang-monthly {month} 张庄村/{name} {SCORES}".encode()


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        for name, data in files.items():
            book.writestr(f"{name}.docx", data)
    return made.getvalue()


def read(path: Path, hints: Hints) -> FileReading:
    if not (data := path.read_bytes()).startswith(b"PK"):
        return reader(path, hints)
    issue = Issue(IssueCode.UNSUPPORTED, Severity.ERROR, "压缩包")
    return FileReading(path.name, hashlib.sha256(data).hexdigest(), "zip", (), (issue,))


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace.create(tmp_path / "大杨镇", scheme="dayang-2023", demo=True)


@pytest.fixture
def store(place: Workspace) -> Iterator[Store]:
    with Store(place.database) as opened:
        yield opened


def take(place: Workspace, store: Store, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (place.inbox / name).write_bytes(data)
    ticking = clock()
    intake(place, store, read, now=lambda: next(ticking))


def kept(place: Workspace) -> set[str]:
    return {sha256 for sha256, _ in Archive(place.archive).each()}


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_zip_with_that_persons_papers_alone_goes_and_one_with_others_is_named(place: Workspace, store: Store) -> None:
    own = zipped(一=returned("李四"), 二=returned("李四", "2023-02"))
    shared = zipped(三=returned("李四", "2023-04"), 四=returned("王五"))
    nested = zipped(里=b"")  # a zip of nobody
    take(place, store, {"甲.zip": own, "乙.zip": shared, "丙.zip": nested})

    gone = forget(place, store, LI, at=NOW, **WHO)

    assert gone.originals == 4
    assert sha(own) not in kept(place)
    assert {sha(shared), sha(nested)} <= kept(place)
    (said,) = [one for one in gone.stays if "压缩包里有此人的" in one]
    assert said.startswith(f"存档/原件/{sha(shared)[:2]}/{sha(shared)[:16]}….zip《乙.zip》")
    assert verify(store, Archive(place.archive), place.root).faults == ()


def test_a_list_that_names_others_is_named_with_the_rows(place: Workspace, store: Store) -> None:
    roster = "roster - 张庄村/王五 post=组长\nroster - 张庄村/李四 post=组长".encode()
    take(place, store, {"花名册.xlsx": roster, "李四.docx": returned("李四")})

    gone = forget(place, store, LI, at=NOW, **WHO)

    (said,) = [one for one in gone.stays if "花名册" in one]
    assert "（第1个表第2行第2列）：还有别人的数据，原件保留" in said
    assert f"{sha(roster)[:16]}….xlsx" in said


def test_an_original_that_cannot_be_read_goes_only_when_it_is_named(place: Workspace, store: Store) -> None:
    take(place, store, {"李四.docx": returned("李四"), "李四扫描.pdf": b"BAD", "王五.docx": returned("王五")})

    tried = forget(place, store, LI, at=NOW, dry_run=True, **WHO)
    with pytest.raises(UsageError, match="读出了数据"):
        forget(place, store, LI, at=NOW, also=[sha(returned("王五"))[:12]], **WHO)
    gone = forget(place, store, LI, at=NOW, also=[sha(b"BAD")[:12]], **WHO)

    assert any("《李四扫描.pdf》：没有读出内容" in one and sha(b"BAD")[:12] in one for one in tried.stays)
    assert not any("没有读出内容" in one for one in gone.stays)
    assert (gone.originals, gone.copies) == (2, 1)
    assert kept(place) == {sha(returned("王五"))}
    assert verify(store, Archive(place.archive), place.root).faults == ()


def test_papers_summaries_exports_and_backups_are_named_by_place(
    place: Workspace, store: Store, tmp_path: Path
) -> None:
    from docx import Document

    take(place, store, {"李四.docx": returned("李四")})
    paper, other = Document(), Document()
    paper.add_paragraph("优秀：李 四、王五")
    other.add_paragraph("王五")
    for name, document in (("通报.docx", paper), ("工资.docx", other)):
        document.save(str(place.outbox / name))
    (place.outbox / "通报.pdf").write_bytes(b"%PDF-1.4")
    (place.pending / "收件日报 2023-04-01.txt").write_text("张庄村/李四", encoding="utf-8-sig")
    (place.inbox / "李四又一份.docx").write_bytes(b"x")
    made = back_up(place, tmp_path / "U盘" / "备份.zip", NINE)

    stays = forget(place, store, LI, at=NOW, dry_run=True, **WHO).stays

    told = {one.partition("：")[0]: one for one in stays}
    assert "写有此人" in told["发文/通报.docx"]
    assert "发文/工资.docx" not in told
    assert any(one.startswith("发文里有 1 个文件看不了内容") for one in stays)
    assert "用完请删去" in told["待核/收件日报 2023-04-01.txt"]
    assert "请先移走" in told["收件箱/李四又一份.docx"]
    assert "做的备份，内有此人" in told[str(made.path)]
    made.path.unlink()
    again = forget(place, store, LI, at=NOW, dry_run=True, **WHO).stays
    assert any(str(made.path) in one and "已不在那里" in one for one in again)


@pytest.mark.parametrize("words", ["<t>李</t><t> 四</t>", "<t>&#26446;&#x56DB;</t>"])
def test_a_name_is_found_however_a_document_writes_it(tmp_path: Path, words: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as book:
        book.writestr("xl/sharedStrings.xml", words)

    assert mentions(tmp_path / "a.xlsx", "李四") is True
    assert mentions(tmp_path / "a.xlsx", "王五") is False


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut off"])
def test_a_damaged_document_is_said_to_be_unseen(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.docx").write_bytes(data)

    assert mentions(tmp_path / "a.docx", "李四") is None
