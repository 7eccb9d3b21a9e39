"""Step 3 of the schema: where a reading stands on the image of its page, and which of two copies of a form counts."""

from __future__ import annotations

TABLES = """
CREATE TABLE image_place (
    id     INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES record (id),
    field  TEXT NOT NULL,
    box    TEXT NOT NULL            -- pixels of the image as it came: x and y of the four corners, with commas
);
CREATE TABLE preference (           -- the same form came as file and as signed scan, and the earlier one counts
    id     INTEGER PRIMARY KEY,
    better INTEGER NOT NULL REFERENCES submission (id),
    worse  INTEGER NOT NULL REFERENCES submission (id),
    why    TEXT NOT NULL,
    at     TEXT NOT NULL
);
CREATE INDEX image_place_of_record ON image_place (record);
"""

#: As ``schema.FINAL``.
FINAL = {
    "image_place": ("places are final: read the file again to add others", "id = NEW.id"),
    "preference": ("preferences are final", "id = NEW.id"),
}
