"""The tables of the store, and the steps that lead an older database to the newest shape.

Everything in it is final: each table has triggers that refuse a change or a deletion, whoever opens the file.
What is no longer valid is not altered; a row that says so is added (``supersession``, ``withdrawal``, ``settlement``).
"""

from __future__ import annotations

from collections.abc import Mapping

from formgen.store import schema_audit, schema_batches, schema_results, schema_scans

#: ``PRAGMA application_id``: the letters ``fgen``.
APPLICATION_ID = 0x6667656E

_TABLES = """
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE submission (           -- a returned file, once however often it came
    id       INTEGER PRIMARY KEY,   -- in the order of arrival
    sha256   TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    name     TEXT NOT NULL,
    received TEXT NOT NULL
);
CREATE TABLE arrival (              -- each time that these bytes came
    id         INTEGER PRIMARY KEY,
    submission INTEGER NOT NULL REFERENCES submission (id),
    name       TEXT NOT NULL,
    at         TEXT NOT NULL,
    stamp      TEXT NOT NULL UNIQUE -- place and times of the file: the same arrival is not counted twice
);
CREATE TABLE generation (           -- one reading of a file; the highest number counts
    id         INTEGER PRIMARY KEY,
    submission INTEGER NOT NULL REFERENCES submission (id),
    number     INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    at         TEXT NOT NULL,
    UNIQUE (submission, number)
);
CREATE TABLE record (
    id         INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL REFERENCES generation (id),
    number     INTEGER NOT NULL,    -- index within the file, from 0
    form       TEXT NOT NULL,
    scheme     TEXT NOT NULL,
    village    TEXT NOT NULL,
    name       TEXT NOT NULL,
    grp        TEXT NOT NULL,
    team       TEXT NOT NULL,
    period     TEXT,
    UNIQUE (generation, number)
);
CREATE TABLE reading (
    record     INTEGER NOT NULL REFERENCES record (id),
    field      TEXT NOT NULL,
    number     INTEGER NOT NULL,    -- order on the paper
    text       TEXT NOT NULL,
    type       TEXT NOT NULL CHECK (type IN ('none', 'decimal', 'date', 'moment', 'text', 'bool')),
    value      TEXT,                -- decimals as text: exact
    part       TEXT NOT NULL,
    spot       TEXT NOT NULL,
    confidence REAL NOT NULL,
    PRIMARY KEY (record, field)
) WITHOUT ROWID;
CREATE TABLE issue (
    id         INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL REFERENCES generation (id),
    record     INTEGER,             -- index within the file; NULL: the whole file
    code       TEXT NOT NULL,
    severity   TEXT NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
    message    TEXT NOT NULL,
    field      TEXT,
    part       TEXT NOT NULL,
    spot       TEXT NOT NULL
);
CREATE TABLE settlement (           -- an issue that fell away by itself: the roster now knows the name
    id    INTEGER PRIMARY KEY,
    issue INTEGER NOT NULL REFERENCES issue (id),
    at    TEXT NOT NULL,
    why   TEXT NOT NULL
);
CREATE TABLE correction (           -- the newest of a field counts
    id         INTEGER PRIMARY KEY,
    submission INTEGER NOT NULL REFERENCES submission (id),
    record     INTEGER NOT NULL,
    field      TEXT NOT NULL,
    type       TEXT NOT NULL,
    value      TEXT,
    by         TEXT NOT NULL,
    at         TEXT NOT NULL,
    why        TEXT NOT NULL
);
CREATE TABLE identity (             -- whom and when a record is about, corrections laid over; the newest counts
    id      INTEGER PRIMARY KEY,
    record  INTEGER NOT NULL REFERENCES record (id),
    key     TEXT NOT NULL,          -- cleaned village and name
    village TEXT NOT NULL,
    name    TEXT NOT NULL,
    grp     TEXT NOT NULL,
    team    TEXT NOT NULL,
    period  TEXT
);
CREATE TABLE supersession (         -- the newest of a record counts
    id     INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES record (id),
    by     INTEGER REFERENCES record (id),  -- NULL: it counts again
    at     TEXT NOT NULL,
    why    TEXT NOT NULL
);
CREATE TABLE line_head (            -- what the lines of many assessments have in common
    id   INTEGER PRIMARY KEY,
    body TEXT NOT NULL UNIQUE
);
CREATE TABLE assessment (           -- the newest of a subject and period counts
    id        INTEGER PRIMARY KEY,
    sha256    TEXT NOT NULL,        -- of its content and of what it was made from
    scheme    TEXT NOT NULL,
    form      TEXT NOT NULL,
    period    TEXT NOT NULL,
    village   TEXT NOT NULL,
    name      TEXT NOT NULL,
    grp       TEXT NOT NULL,
    team      TEXT NOT NULL,
    final     INTEGER NOT NULL,
    heads     TEXT NOT NULL,        -- JSON: ids of the line heads
    body      BLOB NOT NULL,        -- JSON: lines, doubts; compressed (zlib)
    made_from TEXT NOT NULL,        -- JSON
    at        TEXT NOT NULL
);
CREATE TABLE withdrawal (           -- an assessment whose paper is now known to be about somebody else
    assessment INTEGER PRIMARY KEY REFERENCES assessment (id),
    at         TEXT NOT NULL,
    why        TEXT NOT NULL
);
CREATE TABLE issuance (
    id              INTEGER PRIMARY KEY,
    kind            TEXT NOT NULL,
    path            TEXT NOT NULL,
    sha256          TEXT NOT NULL,
    template_sha256 TEXT NOT NULL,
    made_from       TEXT NOT NULL,  -- JSON
    at              TEXT NOT NULL
);
CREATE INDEX arrival_of_submission ON arrival (submission);
CREATE INDEX record_of_form ON record (form, period);
CREATE INDEX issue_of_generation ON issue (generation);
CREATE INDEX settlement_of_issue ON settlement (issue);
CREATE INDEX correction_of_field ON correction (submission, record);
CREATE INDEX identity_of_record ON identity (record, id);
CREATE INDEX identity_by_key ON identity (key);
CREATE INDEX supersession_of_record ON supersession (record, id);
CREATE INDEX assessment_of_subject ON assessment (scheme, form, period, village, team, name, grp, id);
"""

#: Table → its words in the refusal, and the condition under which a row would replace another.
_FINAL = {
    "meta": ("meta is final", "key = NEW.key"),
    "submission": ("submissions are final: the bytes are kept as they came", "id = NEW.id OR sha256 = NEW.sha256"),
    "arrival": ("arrivals are final", "id = NEW.id"),
    "generation": ("generations are final: read the file again to add one", "id = NEW.id"),
    "record": ("records are final: add a correction", "id = NEW.id"),
    "reading": ("readings are final: add a correction", "record = NEW.record AND field = NEW.field"),
    "issue": ("issues are final: answer one with a correction", "id = NEW.id"),
    "settlement": ("settlements are final", "id = NEW.id"),
    "correction": ("corrections are final: add a newer one", "id = NEW.id"),
    "identity": ("identities are final: add a newer one", "id = NEW.id"),
    "supersession": ("supersessions are final: add a newer one", "id = NEW.id"),
    "line_head": ("line heads are final", "id = NEW.id"),
    "assessment": ("assessments are final: add a newer one", "id = NEW.id"),
    "withdrawal": ("withdrawals are final", "assessment = NEW.assessment"),
    "issuance": ("issuances are final", "id = NEW.id"),
}


def _triggers(final: Mapping[str, tuple[str, str]]) -> str:
    """Triggers that refuse UPDATE, DELETE and a replacing INSERT on these tables."""
    statements: list[str] = []
    for table, (words, same) in final.items():
        statements += [
            f"CREATE TRIGGER {table}_is_final_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END;"
            for event in ("UPDATE", "DELETE")
        ]
        statements.append(
            f"CREATE TRIGGER {table}_is_final_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END;"
        )
    return "\n".join(statements)


#: Step n leads from ``user_version`` n to n + 1. A step that was released is never edited: add one.
MIGRATIONS: tuple[str, ...] = (
    _TABLES + _triggers(_FINAL),
    schema_results.TABLES + _triggers(schema_results.FINAL),
    schema_scans.TABLES + _triggers(schema_scans.FINAL),
    schema_audit.TABLES + _triggers(schema_audit.FINAL),
    schema_batches.TABLES + _triggers(schema_batches.FINAL),
)
