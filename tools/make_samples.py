"""Make the returned forms in samples/ and the truth of what stands on them: ``python tools/make_samples.py``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from tools.samples import dayang, hard_sheets, lists, register_forms, score_forms, truth  # noqa: E402
from tools.samples.maker import Maker  # noqa: E402


def listed(samples: list[truth.Sample]) -> str:
    """The table of docs/samples.md."""
    rows = ["| file | made by | what it shows |", "|---|---|---|"]
    rows += [f"| `{sample.path}` | {sample.producer} | {sample.shows} |" for sample in samples]
    return "\n".join(rows)


def main() -> None:
    """Write every file that differs, truth.toml and the table in docs/samples.md; say what was written."""
    maker = Maker(ROOT / "samples")
    dayang.office(maker)
    score_forms.score_forms(maker)
    register_forms.register_forms(maker)
    lists.lists(maker)
    hard_sheets.hard_sheets(maker)
    truth.write(maker.samples, maker.root / "truth.toml")
    page = ROOT / "docs" / "samples.md"
    table = listed(maker.samples).replace("\\", r"\\")
    text = re.sub(r"(<!-- table:.*?-->\n).*?(<!-- end -->)", rf"\1{table}\n\2", page.read_text("utf-8"), flags=re.S)
    page.write_text(text, "utf-8")
    for path in maker.made:
        print("written:", path)
    print(f"{len(maker.samples)} samples, {len(maker.made)} written")


if __name__ == "__main__":
    main()
