"""Step 5 of the schema: what came together, so that two versions in one batch are seen though a run was stopped."""

from __future__ import annotations

TABLES = """
CREATE TABLE batch (                -- all that arrived up to here, and after the batch before, came together
    id      INTEGER PRIMARY KEY,
    arrival INTEGER NOT NULL REFERENCES arrival (id),  -- the last one of the batch
    at      TEXT NOT NULL
);
INSERT INTO batch (arrival, at) SELECT id, at FROM arrival ORDER BY id DESC LIMIT 1;
"""

#: As ``schema.FINAL``.
FINAL = {"batch": ("batches are final", "id = NEW.id")}
