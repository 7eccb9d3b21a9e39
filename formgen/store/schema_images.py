"""Step 3 of the schema: where a reading stands on the image of its page."""

from __future__ import annotations

TABLES = """
CREATE TABLE image_place (
    id     INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES record (id),
    field  TEXT NOT NULL,
    box    TEXT NOT NULL            -- pixels of the image as it came: x and y of the four corners, with commas
);
CREATE INDEX image_place_of_record ON image_place (record);
"""

#: As ``schema.FINAL``.
FINAL = {"image_place": ("places are final: read the file again to add others", "id = NEW.id")}
