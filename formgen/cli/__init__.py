"""The command line: a command parses, calls, prints."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    raise SystemExit("formgen: 命令行尚未装配")
