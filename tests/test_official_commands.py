"""``formgen generate notice`` as a clerk meets it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import click
import pytest
from official_paper import DRAFTS, MEASURED, pages_of
from paper import NS, part, text

from formgen import libreoffice, workspace
from formgen.cli import formgen
from formgen.conformity.checking import judge
from formgen.conformity.model import PROFILES
from formgen.errors import FileAccessError, UsageError
from formgen.generate import notices
from formgen.rendering.official import drafts, faces, pages
from formgen.store import Store

NOTICES = sorted((Path(__file__).parent.parent / "samples" / "notices").glob("*.md"))
LETTER = DRAFTS["letter"]  # its 版记 needs no counting


def run(*words: str | Path) -> int:
    """Run formgen; the exit code."""
    code = formgen.main([str(word) for word in words], standalone_mode=False, prog_name="formgen")
    return code if isinstance(code, int) else 0


def draft(folder: Path, text: str = LETTER) -> Path:
    path = folder / "底稿.md"
    path.write_text(text, encoding="utf-8")
    return path


def document(path: Path) -> str:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return archive.read("word/document.xml").decode("utf-8")


def test_a_notice_is_filed_under_its_title(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run("generate", "notice", draft(tmp_path), "-o", tmp_path / "出")

    made = list((tmp_path / "出").iterdir())
    assert code == 0
    assert [path.name for path in made] == ["关于商请派员指导考核工作的函.docx"]
    assert str(made[0]) in capsys.readouterr().out


def test_a_notice_is_recorded_in_the_workspace(tmp_path: Path) -> None:
    place = workspace.create(tmp_path / "办公室", scheme="dayang-2023", demo=True)

    run("generate", "notice", draft(tmp_path), "-w", place.root)

    made = list((place.outbox / "公文").glob("*.docx"))
    with Store(place.database) as store:
        issued = store.issuances()
    assert len(made) == 1
    assert [(one.kind, one.path) for one in issued] == [("notice", made[0].relative_to(place.root).as_posix())]


def test_a_dry_run_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("generate", "notice", draft(tmp_path), "-o", tmp_path / "出", "-n")

    assert "会生成" in capsys.readouterr().out
    assert not list((tmp_path / "出").glob("*"))


def test_proofreading_reports_and_asks_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = draft(tmp_path, LETTER.replace("石政函〔2023〕2号", "石政函[2023] 第02号"))

    code = run("generate", "notice", path, "-o", tmp_path / "出", "--proofread")

    said = capsys.readouterr().out
    made = next((tmp_path / "出").iterdir())
    assert code == 1
    assert "六角括号" in said
    assert "石政函〔2023〕2号" in said  # the right one is shown
    assert "石政函[2023] 第02号" in document(made)  # and nothing was changed


def test_correcting_changes_the_paper(tmp_path: Path) -> None:
    path = draft(tmp_path, LETTER.replace("石政函〔2023〕2号", "石政函[2023] 第02号"))

    run("generate", "notice", path, "-o", tmp_path / "出", "--correct")

    assert "石政函〔2023〕2号" in document(next((tmp_path / "出").iterdir()))


def test_missing_faces_are_said_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faces, "installed_families", lambda: frozenset({"仿宋", "Noto Sans CJK SC"}))

    run("generate", "notice", draft(tmp_path), "-o", tmp_path / "出")

    said = capsys.readouterr().err
    assert "没有“仿宋_GB2312”，由“仿宋”代替" in said
    assert "会用“Noto Sans CJK SC”显示" in said


def test_without_libreoffice_the_clerk_is_told_to_look_at_the_imprint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libreoffice, "find", lambda: None)

    run("generate", "notice", draft(tmp_path, DRAFTS["down"]), "-o", tmp_path / "出")

    assert "核对它是否在偶数页" in capsys.readouterr().err


APART = """标题：关于做好考核工作的通知
机关：石桥镇人民政府
文号：石政〔2023〕4号
日期：2023-02-03
附件装订：另装

现将有关事项通知如下。

# 附件：考核办法

第一条　甲。

# 附件：得分表（横排）

| 序号 | 姓名 |
| 1 | 李四 |
"""


def test_attachments_that_are_not_bound_are_files_with_the_number_on_their_first_line(tmp_path: Path) -> None:
    run("generate", "notice", draft(tmp_path, APART), "-o", tmp_path / "出")

    made = {path.stem: text(part(path)) for path in (tmp_path / "出").iterdir()}
    assert set(made) == {f"关于做好考核工作的通知{end}" for end in ("", "-附件1", "-附件2")}
    assert "附件：1.\t考核办法" in made["关于做好考核工作的通知"]
    assert "第一条" not in made["关于做好考核工作的通知"]
    assert made["关于做好考核工作的通知-附件1"].startswith("石政〔2023〕4号附件1\n考核办法\n")
    wide = part(tmp_path / "出" / "关于做好考核工作的通知-附件2.docx")
    assert len(wide.findall(".//w:pgSz[@w:orient='landscape']", NS)) == len(wide.findall(".//w:pgSz", NS)) == 1


def test_a_form_that_is_an_attachment_apart_is_no_body_text(tmp_path: Path) -> None:
    words = APART.replace("第一条　甲。", "@表格 dayang-monthly")

    run("generate", "notice", draft(tmp_path, words), "-o", tmp_path / "出")

    for name in ("附件1", "附件2"):
        data = (tmp_path / "出" / f"关于做好考核工作的通知-{name}.docx").read_bytes()
        report = judge(data, PROFILES["compat"])
        assert report.findings == ()
        assert dict(report.elements)["附件"].startswith("石政〔2023〕4号附件")


def test_attachments_apart_need_a_number(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="要写发文字号"):
        run("generate", "notice", draft(tmp_path, APART.replace("文号：石政〔2023〕4号\n", "")), "-o", tmp_path / "出")


def test_faults_are_said_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match="不能读取底稿"):
        run("generate", "notice", tmp_path / "没有.md")
    with pytest.raises(UsageError, match="没有标题"):
        run("generate", "notice", draft(tmp_path, "正文。\n"), "-o", tmp_path)
    with pytest.raises(UsageError, match="没有名为“没有”的版式"):
        run("generate", "notice", draft(tmp_path), "--profile", "没有", "-o", tmp_path)
    with pytest.raises(click.UsageError):
        run("generate", "notice")


def test_the_same_draft_gives_the_same_file(tmp_path: Path) -> None:
    path = draft(tmp_path)
    run("generate", "notice", path, "-o", tmp_path / "出")

    run("generate", "notice", path, "-o", tmp_path / "出")

    assert len(list((tmp_path / "出").iterdir())) == 1


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("lines", "place"), [(3, "overleaf"), (19 + 8, "here"), (19 + 21, "next sheet")], ids=["one", "two", "two full"]
)
def test_the_imprint_lies_on_an_even_side(lines: int, place: str) -> None:
    head = (
        "标题：关于考核的通知\n机关：石桥镇人民政府\n落款：不署名\n印发机关：石桥镇党政办公室\n印发日期：2023-02-05\n\n"
    )
    paper = drafts.read(head + "村" * (28 * lines - 2)).paper

    assert pages.fitted(paper, MEASURED).place == place


@pytest.mark.libreoffice
def test_the_five_notices_are_made_and_converted(tmp_path: Path) -> None:
    code = run("generate", "notice", *NOTICES, "-o", tmp_path, "--pdf")

    made = {path.stem: pages_of(path, 1) for path in sorted(tmp_path.glob("*.pdf"))}
    assert code == 0
    assert len(made) == 5
    first = "\n".join("".join(one["text"] for one in sheets[0].chars) for sheets in made.values())
    assert "童发〔2023〕15号" in first
    assert "各村党支部：" in first
    assert "附件：1.大杨镇乡村振兴小组长管理办法2.大杨镇乡村振兴小组长月度考核评价表" in first


def test_a_draft_is_refused_when_it_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "大.md"
    path.write_bytes(b"x" * 8_000_001)

    with pytest.raises(UsageError, match="兆字节"):
        notices.read_draft(path)
