-- Version 1 as it was released: never changed, later versions start from it.
CREATE TABLE migration (
    version INTEGER PRIMARY KEY,
    program TEXT NOT NULL,
    applied TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;

CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    request_id TEXT UNIQUE,
    body_hash TEXT NOT NULL,
    spec BLOB NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),
    attempt INTEGER NOT NULL DEFAULT 0,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    parent INTEGER,
    extra TEXT NOT NULL DEFAULT '',
    error_reason TEXT,
    error_message TEXT NOT NULL DEFAULT '',
    error_remedy TEXT NOT NULL DEFAULT '',
    result BLOB NOT NULL DEFAULT x'',
    sequence INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL CHECK (created BETWEEN 0 AND 253402300799999),
    started INTEGER CHECK (started BETWEEN 0 AND 253402300799999),
    ended INTEGER CHECK (ended BETWEEN 0 AND 253402300799999),
    seconds TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(seconds))
) STRICT;
CREATE INDEX job_waiting ON job (priority = 0, priority, id) WHERE state = 'queued';
CREATE INDEX job_by_state ON job (state, id);
CREATE TRIGGER job_ended_stays BEFORE UPDATE ON job
    WHEN OLD.state IN ('succeeded', 'failed', 'cancelled')
    BEGIN SELECT RAISE(ABORT, 'an ended job never changes'); END;

CREATE TABLE artifact (
    job INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    file TEXT NOT NULL,
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    clip INTEGER NOT NULL,
    scene INTEGER NOT NULL,
    take INTEGER NOT NULL,
    PRIMARY KEY (job, number)
) STRICT;

CREATE TABLE digest (
    path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    inode TEXT NOT NULL,
    sha256 TEXT NOT NULL
) STRICT;

CREATE TABLE output (
    content_key TEXT NOT NULL UNIQUE,
    folder TEXT NOT NULL,
    files TEXT NOT NULL
) STRICT;

INSERT INTO migration (version, program) VALUES (1, '0.1.0');
PRAGMA application_id = 1983013220;
PRAGMA user_version = 1;

INSERT INTO job (id, request_id, body_hash, spec, title, priority, created)
VALUES (7, 'c0ffee', 'hash', x'00ff', 'waits', 2, 1);
INSERT INTO job (id, state, body_hash, spec, attempt, created, started)
VALUES (8, 'running', 'hash', x'01', 1, 2, 3);
INSERT INTO job
VALUES (9, 'succeeded', NULL, 'hash', x'02', 'done', 0, 1, 0, 7, '', NULL, '', '', x'03', 5,
        1, 2, 3, '{"find": 0.5}');
INSERT INTO artifact VALUES (9, 1, 'mix', 'a.foley.wav', '/films/a.foley/a.foley.wav', 3, 'ab', 1, 0, 0);
INSERT INTO digest VALUES ('/films/a.mp4', 1, 2, '3', 'cd');
INSERT INTO output VALUES ('key', '/films/a.foley', '[]');
