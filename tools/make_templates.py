"""Write templates/docx/*.docx as they begin. Clerks go on from them in Word or WPS; this is not run again after that.

python tools/make_templates.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from paper.letters import LETTERS, letter_docx, return_notice_docx
from paper.notice import results_docx
from paper.records import personal_archive_docx, public_table_docx
from paper.registers import REGISTERS, register_docx
from paper.sheets import SHEETS, sheet_docx


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "templates" / "docx"
    folder.mkdir(parents=True, exist_ok=True)
    made = {sheet.form: sheet_docx(sheet) for sheet in SHEETS}
    made |= {form: register_docx(form) for form in REGISTERS}
    made["results"] = results_docx()
    made["return-notice"] = return_notice_docx()
    made |= {f"letter-{kind}": letter_docx(kind) for kind in LETTERS}
    made["personal-archive"] = personal_archive_docx()
    made["public-table"] = public_table_docx()
    for name, data in made.items():
        (folder / f"{name}.docx").write_bytes(data)
        print(folder / f"{name}.docx")


if __name__ == "__main__":
    main()
