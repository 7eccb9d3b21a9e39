"""Options and markers that all tests share."""

from __future__ import annotations

import os
import shutil

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the expected transcripts beside the samples")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("FORMGEN_REQUIRE_PROGRAMS") == "1" or shutil.which("soffice"):
        return  # a missing program then fails by itself
    skip = pytest.mark.skip(reason="no LibreOffice (soffice) on this machine")
    for item in items:
        if item.get_closest_marker("libreoffice"):
            item.add_marker(skip)


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether transcripts are rewritten instead of compared."""
    return bool(request.config.getoption("--accept"))
