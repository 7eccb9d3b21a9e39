"""The second step of the schema: standings, closed periods, the law behind results, and seals on all rows."""

from __future__ import annotations

TABLES = """
CREATE TABLE law (                  -- a scheme with the decisions on it, as results were made by them
    id     INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    scheme TEXT NOT NULL,
    body   BLOB NOT NULL            -- JSON: scheme, decisions; compressed (zlib)
);
CREATE TABLE standing (             -- the newest of a subject and period counts
    id          INTEGER PRIMARY KEY,
    sha256      TEXT NOT NULL,      -- of its content and of what it was made from
    scheme      TEXT NOT NULL,
    form        TEXT NOT NULL,
    period      TEXT NOT NULL,
    village     TEXT NOT NULL,
    name        TEXT NOT NULL,
    grp         TEXT NOT NULL,
    team        TEXT NOT NULL,
    grade       TEXT,
    grade_final INTEGER NOT NULL,
    final       INTEGER NOT NULL,
    body        BLOB NOT NULL,      -- JSON, compressed (zlib)
    made_from   TEXT NOT NULL,      -- JSON
    at          TEXT NOT NULL
);
CREATE TABLE standing_withdrawal (  -- a standing that no longer stands for anybody
    id       INTEGER PRIMARY KEY,
    standing INTEGER NOT NULL REFERENCES standing (id),
    at       TEXT NOT NULL,
    why      TEXT NOT NULL
);
CREATE TABLE closing (              -- the newest of a scheme and period counts
    id     INTEGER PRIMARY KEY,
    scheme TEXT NOT NULL,
    period TEXT NOT NULL,
    closed INTEGER NOT NULL,        -- 0: opened again
    by     TEXT NOT NULL,
    why    TEXT NOT NULL,
    at     TEXT NOT NULL
);
CREATE TABLE mark (                 -- one run of assess: its results are those after first, up to last
    id       INTEGER PRIMARY KEY,
    law      INTEGER NOT NULL REFERENCES law (id),
    scheme   TEXT NOT NULL,
    period   TEXT NOT NULL,
    steps    TEXT NOT NULL,
    program  TEXT NOT NULL,         -- version of formgen
    evidence TEXT NOT NULL,         -- JSON: table, highest id that was there
    first    TEXT NOT NULL,         -- JSON: highest ids of results before the run
    last     TEXT NOT NULL,         -- JSON: highest ids of results after it
    at       TEXT NOT NULL
);
CREATE TABLE seal (                 -- the hash of a row as it was added; a record's holds its readings
    kind   TEXT NOT NULL,
    row    INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (kind, row)
) WITHOUT ROWID;
CREATE INDEX standing_of_subject ON standing (scheme, form, period, village, team, name, grp, id);
CREATE INDEX withdrawal_of_standing ON standing_withdrawal (standing);
CREATE INDEX closing_of_period ON closing (scheme, period, id);
ALTER TABLE withdrawal ADD COLUMN number INTEGER;  -- in the order in which they were added
"""

#: As ``schema.FINAL``.
FINAL = {
    "law": ("laws are final", "id = NEW.id OR sha256 = NEW.sha256"),
    "standing": ("standings are final: add a newer one", "id = NEW.id"),
    "standing_withdrawal": ("withdrawals are final", "id = NEW.id"),
    "closing": ("closings are final: add a newer one", "id = NEW.id"),
    "mark": ("marks are final", "id = NEW.id"),
    "seal": ("seals are final", "kind = NEW.kind AND row = NEW.row"),
}
