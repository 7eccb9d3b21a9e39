"""The clerk's folder and its settings."""

from __future__ import annotations

import os
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from formgen import workspace
from formgen.errors import ConfigurationError, ExitCode, FileAccessError, UsageError
from formgen.scheme.loading import load_decisions, load_schemes

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")


@pytest.fixture
def made(tmp_path: Path) -> workspace.Workspace:
    return workspace.create(tmp_path / "大杨镇", scheme="dayang-2023")


def settings(made: workspace.Workspace, text: str) -> Path:
    made.settings.write_text(text, encoding="utf-8")
    return made.root


def test_a_new_workspace_has_its_folders(made: workspace.Workspace) -> None:
    names = {path.name for path in made.root.iterdir()}

    assert names == {"收件箱", "存档", "待核", "发文", "templates", "schemes", "formgen.toml"}


def test_a_new_workspace_opens_with_the_limits_that_it_prints(made: workspace.Workspace) -> None:
    again = workspace.open(made.root)

    assert again.config.scheme == "dayang-2023"
    assert again.config.organ == "大杨镇人民政府"
    assert again.config.limits.file_bytes == 50_000_000
    assert again.config.limits.unpacked_bytes == 500_000_000
    assert (again.config.limits.rows, again.config.limits.seconds) == (20_000, 60.0)
    assert again.decision_tables == ()


def test_the_commented_decisions_of_a_new_workspace_are_right_once_uncommented(made: workspace.Workspace) -> None:
    lines = made.settings.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("# [[decision]]"))
    keys = ("[[decision]]", "scheme =", "gap =", "value =", "authority =", "date =")
    bare = [line[2:] for line in lines[start:] if line[2:].startswith(keys)]
    text = "\n".join(bare).replace("（请填写：哪个机关、哪次会议或哪份文件）", "镇党委会议纪要〔2023〕3号")

    decisions = load_decisions(tomllib.loads(text, parse_float=Decimal)["decision"], load_schemes(), made.settings)

    assert {decision.gap for decision in decisions} >= {"bands", "points-rounding"}


def test_a_demo_workspace_answers_every_gap_with_a_marked_example(tmp_path: Path) -> None:
    schemes = load_schemes()

    demo = workspace.create(tmp_path / "样例", scheme="dayang-2023", demo=True)
    decisions = load_decisions(list(demo.decision_tables), schemes, demo.settings)

    dayang = next(scheme for scheme in schemes if scheme.id == "dayang-2023")
    assert {decision.gap for decision in decisions} == {gap.id for gap in dayang.gap}
    assert all(decision.example for decision in decisions)


@posix
def test_a_workspace_is_private(made: workspace.Workspace) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in (made.root, made.inbox, made.archive, made.settings)}

    assert modes == {"大杨镇": 0o700, "收件箱": 0o700, "存档": 0o700, "formgen.toml": 0o600}


def test_an_existing_workspace_is_left_alone(made: workspace.Workspace) -> None:
    made.settings.write_text('[workspace]\nscheme = "tongshi-2023"\n', encoding="utf-8")

    with pytest.raises(UsageError, match="已经是工作区"):
        workspace.create(made.root, scheme="dayang-2023")

    assert "tongshi" in made.settings.read_text(encoding="utf-8")


def test_a_workspace_within_a_workspace_is_refused(made: workspace.Workspace) -> None:
    with pytest.raises(UsageError, match="不能再建一个"):
        workspace.create(made.inbox / "又一个", scheme=None)


def test_an_unknown_scheme_is_refused_with_the_one_that_was_meant(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"是否想写 dayang-2023"):
        workspace.create(tmp_path / "w", scheme="dayang-2032")

    assert not (tmp_path / "w").exists()


def test_a_workspace_is_found_from_below(made: workspace.Workspace) -> None:
    below = made.inbox / "张庄村"
    below.mkdir()

    found = workspace.find(below)

    assert found is not None
    assert found.root == made.root


def test_outside_a_workspace_none_is_found(tmp_path: Path) -> None:
    assert workspace.find(tmp_path) is None
    with pytest.raises(UsageError, match="formgen init"):
        workspace.open(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[workspace]\nschema = "dayang-2023"', r"\[workspace\] 里的 schema。是否想写 scheme"),
        ("[limit]\nrows = 5", r"\[limit\]。是否想写 limits"),
        ("[workspace]\nscheme = 2023", r'scheme = 2023 应为加引号的文字，例如 scheme = "dayang-2023"'),
        ('[limits]\nrows = "20000"', r'rows = "20000" 应为大于0的整数（不加引号），例如 rows = 20000'),
        ("[limits]\nrows = 2.5", r"rows = 2.5 应为大于0的整数"),
        ("[limits]\nseconds = 0", r"seconds = 0 应为大于0的数.*例如 seconds = 60"),
        ("[limits]\nfile_mb = true", r"file_mb = true 应为大于0的数"),
        ("[limits]\nfile_mb = nan", r"file_mb = NaN 应为大于0的数"),
        ("[decision]\ngap = 'bands'", r"两层方括号"),
        ("workspace = 'x'", r"应写成一节 \[workspace\]"),
        ("[workspace]\nscheme = dayang-2023", r"第2行.*引号"),
    ],
)
def test_a_wrong_formgen_toml_is_said_with_file_key_and_right_value(
    made: workspace.Workspace, text: str, said: str
) -> None:
    root = settings(made, text)

    with pytest.raises(ConfigurationError, match=said) as caught:
        workspace.open(root)

    assert str(made.settings) in str(caught.value)
    assert caught.value.exit_code is ExitCode.CONFIGURATION


def test_notepad_may_save_the_settings(made: workspace.Workspace) -> None:
    made.settings.write_bytes('[workspace]\r\nscheme = "dayang-2023"\r\n'.encode("utf-8-sig"))

    assert workspace.open(made.root).config.scheme == "dayang-2023"


def test_settings_in_another_encoding_are_said_to_be(made: workspace.Workspace) -> None:
    made.settings.write_bytes('[workspace]\norgan = "大杨镇"\n'.encode("gb18030"))

    with pytest.raises(ConfigurationError, match="UTF-8"):
        workspace.open(made.root)


def test_a_limit_may_be_a_fraction_of_a_megabyte(made: workspace.Workspace) -> None:
    opened = workspace.open(settings(made, "[limits]\nfile_mb = 0.1\n"))

    assert opened.config.limits.file_bytes == 100_000


def test_a_flag_beats_the_environment_which_beats_the_file(made: workspace.Workspace) -> None:
    opened = workspace.open(settings(made, '[workspace]\nscheme = "dayang-2023"\n[limits]\nrows = 1\nseconds = 1\n'))

    laid = opened.configured({"FORMGEN_ROWS": "2", "FORMGEN_SECONDS": "2", "FORMGEN_SCHEME": "a"}, rows=3, scheme=None)

    assert (laid.config.limits.rows, laid.config.limits.seconds, laid.config.scheme) == (3, 2.0, "a")


def test_a_wrong_variable_names_itself(made: workspace.Workspace) -> None:
    with pytest.raises(ConfigurationError, match=r"FORMGEN_ROWS = “多”：应为正整数，例如 FORMGEN_ROWS=20000"):
        made.configured({"FORMGEN_ROWS": "多"})


@pytest.mark.parametrize("folder", ["收件箱", "收件箱/出", "存档", "存档/a/b", "."])
def test_paper_is_not_written_where_it_would_be_taken_in(made: workspace.Workspace, folder: str) -> None:
    with pytest.raises(UsageError, match="请换一个"):
        made.output_folder(made.root / folder)


def test_paper_may_go_into_发文_and_elsewhere(made: workspace.Workspace, tmp_path: Path) -> None:
    assert made.output_folder() == made.outbox.resolve()
    assert made.output_folder(tmp_path / "别处") == (tmp_path / "别处").resolve()


@posix
def test_an_output_folder_is_judged_by_where_it_really_is(made: workspace.Workspace, tmp_path: Path) -> None:
    (tmp_path / "捷径").symlink_to(made.inbox)

    with pytest.raises(UsageError):
        made.output_folder(tmp_path / "捷径" / "出")


def test_a_folder_that_cannot_be_made_is_a_matter_of_access(tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("在这里")

    with pytest.raises(FileAccessError, match=r"不能在 .* 建立工作区") as caught:
        workspace.create(tmp_path / "文件" / "区", scheme=None)

    assert caught.value.exit_code is ExitCode.FILE_ACCESS


def test_a_file_in_the_place_of_a_folder_is_said(made: workspace.Workspace) -> None:
    made.inbox.rmdir()
    made.inbox.write_text("占位")

    with pytest.raises(FileAccessError, match="收件箱"):
        workspace.open(made.root)
