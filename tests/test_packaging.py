"""What is shipped: the wheel and the sdist hold all that is needed and nothing else."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel that is built now."""
    from hatchling.builders.wheel import WheelBuilder

    (path,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    with zipfile.ZipFile(path) as package:
        return package.namelist()


def tracked(pattern: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern) if "~$" not in path.name}


def test_the_wheel_holds_every_module(wheel: list[str]) -> None:
    assert tracked("formgen/**/*.py") | tracked("parsers/**/*.py") <= set(wheel)


def test_the_wheel_holds_schemes_templates_and_samples(wheel: list[str]) -> None:
    names = set(wheel)

    assert tracked("formgen/schemes/*/*") <= names
    assert {f"formgen/{name}" for name in tracked("templates/*/*.*x")} <= names
    assert "formgen/samples/dayang-2023-03/花名册.xlsx" in names


def test_the_wheel_holds_nothing_else(wheel: list[str]) -> None:
    kept = ("formgen/", "parsers/", "formgen-")

    assert all(name.startswith(kept) for name in wheel)
    assert not [name for name in wheel if name.endswith((".pyc", ".expected.txt", ".ttf")) or "~$" in name]


def test_the_sdist_can_be_tested(tmp_path: Path) -> None:
    from hatchling.builders.sdist import SdistBuilder

    (path,) = SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])

    with tarfile.open(path) as package:
        names = {name.partition("/")[2] for name in package.getnames()}
    wanted = {"pyproject.toml", "Makefile", "constraints.txt", "README.md", "README.zh-CN.md", "tests/conftest.py"}
    assert wanted <= names
    assert not [name for name in names if name.startswith((".venv", ".git/", "demo/"))]


def test_no_module_is_a_maze() -> None:
    longest = {
        path: len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in tracked("formgen/**/*.py") | tracked("parsers/**/*.py")
    }

    assert {path: lines for path, lines in longest.items() if lines > 400} == {}
