"""Step 4 of the schema: the audit log with its chain, and what was forgotten by whose order."""

from __future__ import annotations

TABLES = """
CREATE TABLE audit (                -- the chain: each line holds the hash of the line before it
    id       INTEGER PRIMARY KEY,   -- 1, 2, 3 … without a gap
    at       TEXT NOT NULL,         -- by the clock of the machine
    heights  TEXT NOT NULL,         -- JSON: table, its last row that this line or one before it tells of
    digest   TEXT NOT NULL,         -- of the seals of the rows that this line tells of and the one before does not
    words    TEXT NOT NULL,         -- hash of the row of audit_words
    previous TEXT NOT NULL,         -- sha256 of the line before
    sha256   TEXT NOT NULL UNIQUE
);
CREATE TABLE audit_words (          -- what the line tells; apart, so that a name can be forgotten and the chain holds
    id      INTEGER PRIMARY KEY REFERENCES audit (id),
    salt    TEXT NOT NULL,          -- without it, nobody can try names against the hash
    event   TEXT NOT NULL,
    account TEXT NOT NULL,          -- user and machine
    by      TEXT NOT NULL,          -- who answers for it, where a command asks for that
    what    TEXT NOT NULL,
    before  TEXT NOT NULL,
    after   TEXT NOT NULL,
    file    TEXT NOT NULL,          -- sha256 and name, where a file is behind it
    why     TEXT NOT NULL
);
CREATE TABLE forgetting (           -- that a person was forgotten: the name stands nowhere any more
    id        INTEGER PRIMARY KEY,
    pseudonym TEXT NOT NULL,
    by        TEXT NOT NULL,
    why       TEXT NOT NULL,
    at        TEXT NOT NULL
);
CREATE TABLE forgotten_row (        -- a row in which the pseudonym took the place of the name
    id         INTEGER PRIMARY KEY,
    forgetting INTEGER NOT NULL REFERENCES forgetting (id),
    kind       TEXT NOT NULL,
    row        INTEGER NOT NULL,
    before     TEXT NOT NULL,       -- its seal with the name
    after      TEXT NOT NULL        -- its seal with the pseudonym
);
CREATE TABLE forgotten_file (       -- an original that is no longer kept
    id         INTEGER PRIMARY KEY,
    forgetting INTEGER NOT NULL REFERENCES forgetting (id),
    sha256     TEXT NOT NULL
);
CREATE INDEX forgotten_row_of ON forgotten_row (kind, row);
"""

#: As ``schema.FINAL``.
FINAL = {
    "audit": ("the audit log is final", "id = NEW.id OR sha256 = NEW.sha256"),
    "audit_words": ("the audit log is final", "id = NEW.id"),
    "forgetting": ("forgettings are final", "id = NEW.id"),
    "forgotten_row": ("forgettings are final", "id = NEW.id"),
    "forgotten_file": ("forgettings are final", "id = NEW.id"),
}
