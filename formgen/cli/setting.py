"""How official paper is set: the option ``--profile`` of the commands that make notices and letters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from formgen.generate import Output

profile_option = click.option(
    "--profile", "profile_name", metavar="版式", default="compat", show_default=True, help="compat、strict 或本地版式。"
)


def set_in(output: Output, profile_name: str) -> Output:
    """The output with a profile. Raises UsageError for one that nobody knows, ConfigurationError for a wrong one."""
    from formgen.rendering.official import profile

    profile.find(profile_name, output.workspace)
    return replace(output, profile=profile_name)
