"""Templates and schemes: found in the workspace first, then in a checkout or an installed wheel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_PACKAGE = Path(__file__).parent


def template_roots(workspace: Path | None = None) -> tuple[Path, ...]:
    """The folders that hold ``docx/`` and ``xlsx/`` templates, the clerk's own first."""
    built_in = _PACKAGE / "templates"  # in a wheel; in a checkout they stand beside the package
    if not built_in.is_dir():
        built_in = _PACKAGE.parent / "templates"
    own = (workspace / "templates",) if workspace else ()
    return (*own, built_in)


def find_template(name: str, workspace: Path | None = None) -> Path:
    """The template ``docx/NAME.docx`` or ``xlsx/NAME.xlsx``. Raises FileNotFoundError with the places looked at."""
    places = [root / name for root in template_roots(workspace)]
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError("、".join(map(str, places)))


def scheme_folders(workspace: Path | None = None) -> Iterator[Path]:
    """The folders that hold a scheme.toml, by name; one of the workspace replaces a built-in one of the same name."""
    found: dict[str, Path] = {}
    roots = [_PACKAGE / "schemes"] + ([workspace / "schemes"] if workspace else [])
    for root in roots:
        if root.is_dir():
            found.update({path.parent.name: path.parent for path in root.glob("*/scheme.toml")})
    return (found[name] for name in sorted(found))
