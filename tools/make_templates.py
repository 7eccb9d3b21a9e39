"""Write templates/docx/*.docx as they begin; notices and letters are wordings in templates/notices.

Clerks go on from them in Word or WPS; this is not run again after that.

python tools/make_templates.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from paper.records import personal_archive_docx, public_table_docx
from paper.registers import REGISTERS, register_docx
from paper.sheets import SHEETS, sheet_docx


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "templates" / "docx"
    folder.mkdir(parents=True, exist_ok=True)
    made = {sheet.form: sheet_docx(sheet) for sheet in SHEETS}
    made |= {form: register_docx(form) for form in REGISTERS}
    made["personal-archive"] = personal_archive_docx()
    made["public-table"] = public_table_docx()
    for name, data in made.items():
        (folder / f"{name}.docx").write_bytes(data)
        print(folder / f"{name}.docx")


if __name__ == "__main__":
    main()
