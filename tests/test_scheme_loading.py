"""A scheme.toml loads, or says in the clerk's words what is wrong with it, where, and what would be right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from formgen.errors import FileAccessError, SchemeError
from formgen.scheme.faults import Wrong
from formgen.scheme.loading import LARGEST_FILE, load_regulation, load_scheme, load_schemes

WRONG = Path(__file__).parent / "schemes_wrong"
RIGHT = (WRONG / "right.toml").read_text(encoding="utf-8")

TEXT = """<a id="第一条"></a>
第一条 参加会议4分，会议记录6分，每迟到一次扣2分。
<a id="第二条"></a>
第二条 受到表彰的，县级加3分，市级加5分。
<a id="第三条"></a>
第三条 6分以上为合格，其余为不合格。不合格的，扣除补贴的30-50%。
"""


def _folder(tmp_path: Path, text: str | bytes, name: str = "test-2023") -> Path:
    folder = tmp_path / "schemes" / name
    folder.mkdir(parents=True)
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "scheme.toml").write_bytes(data)
    (folder / "regulation.md").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.mark.parametrize("path", sorted(WRONG.glob("*.toml")), ids=lambda path: path.stem)
def test_each_wrong_scheme_is_told_in_words(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = re.findall(r"^# expects: (.+)$", text, re.M)
    folder = _folder(tmp_path, text)

    if path.stem == "right":
        assert load_scheme(folder).id == "test-2023"
        return
    with pytest.raises(SchemeError) as caught:
        load_scheme(folder)

    message = str(caught.value)
    assert expected
    assert [words for words in expected if words not in message] == []
    assert str(folder / "scheme.toml") in message


def test_no_message_is_left_in_english(tmp_path: Path) -> None:
    for path in WRONG.glob("*.toml"):
        if path.stem == "right":
            continue
        folder = _folder(tmp_path / path.stem, path.read_bytes())

        with pytest.raises(SchemeError) as caught:
            load_scheme(folder)

        assert not re.search(r"Input should|Field required|Extra inputs|_type|unexpected_", str(caught.value))


def test_every_single_key_left_out_is_told_or_may_be_left_out(tmp_path: Path) -> None:
    lines = RIGHT.splitlines()
    keys = [i for i, line in enumerate(lines) if re.match(r"[a-z_]+ = [^\[{]", line)]
    optional = {"full_marks", "purpose", "floor_gap", "article", "schema_version", "at_least", "base_points"}

    for number in keys:
        text = "\n".join(lines[:number] + lines[number + 1 :])
        folder = _folder(tmp_path / str(number), text)
        key = lines[number].split(" ", 1)[0]
        try:
            load_scheme(folder)
        except SchemeError as error:
            assert "应写作" in str(error) or "已有的是" in str(error), lines[number]
        else:
            assert key in optional, lines[number]


def test_a_file_with_byte_order_mark_and_windows_line_ends_loads(tmp_path: Path) -> None:
    folder = _folder(tmp_path, b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode())

    assert load_scheme(folder).title == "试验办法"


def test_a_file_in_another_encoding_names_its_line(tmp_path: Path) -> None:
    folder = _folder(tmp_path, RIGHT.encode("gb18030"))

    with pytest.raises(SchemeError, match=r"第4行不是 UTF-8 编码"):
        load_scheme(folder)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    folder = _folder(tmp_path, RIGHT + "#" * LARGEST_FILE)

    with pytest.raises(SchemeError, match=r"超过1 MB"):
        load_scheme(folder)


@pytest.mark.parametrize(
    "hostile",
    [
        "x = " + "[" * 20_000,
        "x = " + "9" * 10_000,
        "points = 1e999999999999999999999",
        "a." * 50_000 + "b = 1",
        "x.y = " * 9,
    ],
)
def test_hostile_toml_is_a_scheme_error(hostile: str, tmp_path: Path) -> None:
    folder = _folder(tmp_path, hostile)

    with pytest.raises(SchemeError):
        load_scheme(folder)


def test_a_missing_file_is_a_file_access_error(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match=r"读不到"):
        load_scheme(tmp_path)
    with pytest.raises(FileAccessError, match=r"读不到"):
        load_regulation(tmp_path)


def test_numbers_are_decimals_as_they_are_written(tmp_path: Path) -> None:
    folder = _folder(tmp_path, RIGHT.replace("points = 2\n", "points = 0.10\n"))

    assert str(load_scheme(folder).rule[0].points) == "0.10"  # type: ignore[union-attr]


def test_floor_none_says_that_an_item_may_fall_below_zero(tmp_path: Path) -> None:
    folder = _folder(tmp_path, RIGHT.replace('floor_gap = "floor"', 'floor = "none"'))

    assert load_scheme(folder).rule[0].floor is None  # type: ignore[union-attr]


def test_the_workspace_replaces_a_built_in_edition(tmp_path: Path) -> None:
    built_in = {scheme.id: scheme for scheme in load_schemes()}
    own = Path(__file__).parents[1] / "formgen" / "schemes" / "dayang-2023"
    place = _folder(tmp_path, "", "dayang-2023")
    for name in ("scheme.toml", "regulation.md"):
        text = (own / name).read_text(encoding="utf-8").replace("大杨镇人民政府", "小杨镇人民政府")
        (place / name).write_text(text, encoding="utf-8")

    loaded = {scheme.id: scheme for scheme in load_schemes(tmp_path)}

    assert sorted(loaded) == sorted(built_in)
    assert loaded["dayang-2023"].organ == "小杨镇人民政府"
    assert built_in["dayang-2023"].organ == "大杨镇人民政府"


def test_the_workspace_adds_an_edition(tmp_path: Path) -> None:
    _folder(tmp_path, RIGHT)

    assert "test-2023" in [scheme.id for scheme in load_schemes(tmp_path)]


def test_an_edition_that_contradicts_its_text_is_refused_with_file_and_key(tmp_path: Path) -> None:
    _folder(tmp_path, RIGHT.replace("points = 2\n", "points = 3\n"))

    with pytest.raises(SchemeError, match=r"test-2023.scheme\.toml 有1处错误[\s\S]*rule\[1\] 的数字3不在引文里"):
        load_schemes(tmp_path)


def test_an_edition_without_its_text_is_refused(tmp_path: Path) -> None:
    (_folder(tmp_path, RIGHT) / "regulation.md").unlink()

    with pytest.raises(SchemeError, match=r"没有 regulation\.md"):
        load_schemes(tmp_path)


def test_a_form_id_in_two_editions_is_refused(tmp_path: Path) -> None:
    _folder(tmp_path, RIGHT.replace("test-monthly", "dayang-monthly"))

    with pytest.raises(SchemeError, match=r"表“dayang-monthly”在 dayang-2023 和 test-2023 两个版本中都有"):
        load_schemes(tmp_path)


def test_the_faults_of_several_files_are_told_together(tmp_path: Path) -> None:
    _folder(tmp_path, "x = 1\n", "first")
    _folder(tmp_path, "y = 1\n", "second")

    with pytest.raises(SchemeError) as caught:
        load_schemes(tmp_path)

    assert "“x”" in str(caught.value)
    assert "“y”" in str(caught.value)


def test_a_fault_without_a_key_is_said_of_the_whole_file() -> None:
    assert str(Wrong("", "不对", "x = 1")) == "（整个文件）：不对。应写作：x = 1"
