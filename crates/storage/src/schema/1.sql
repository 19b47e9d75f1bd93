-- Identifiers are 16 bytes, hashes 32 bytes, times milliseconds since 1970 UTC.

CREATE TABLE notebooks (
    number        INTEGER PRIMARY KEY,
    id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    title         TEXT NOT NULL,
    cell_count    INTEGER NOT NULL,
    created_ms    INTEGER NOT NULL,
    updated_ms    INTEGER NOT NULL,
    deleted       INTEGER NOT NULL,
    -- The last entry of the log; the next append must begin with head_sequence + 1.
    head_sequence INTEGER NOT NULL
) STRICT;

CREATE TABLE entries (
    notebook     INTEGER NOT NULL REFERENCES notebooks (number),
    sequence     INTEGER NOT NULL CHECK (sequence > 0),
    operation_id BLOB NOT NULL CHECK (length(operation_id) = 16),
    actor        BLOB NOT NULL CHECK (length(actor) = 16),
    time_ms      INTEGER NOT NULL,
    -- An encoded databook.Operation.
    operation    BLOB NOT NULL,
    PRIMARY KEY (notebook, sequence),
    UNIQUE (notebook, operation_id)
) STRICT, WITHOUT ROWID;

-- With a rowid: states are large, and few are kept.
CREATE TABLE snapshots (
    notebook INTEGER NOT NULL REFERENCES notebooks (number),
    sequence INTEGER NOT NULL,
    -- A databook.Snapshot, compressed with zstd, with its checksum.
    state    BLOB NOT NULL,
    UNIQUE (notebook, sequence)
) STRICT;

CREATE TABLE blobs (
    -- BLAKE3 of the bytes before compression.
    hash       BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    size_bytes INTEGER NOT NULL,
    zstd       BLOB NOT NULL
) STRICT;
