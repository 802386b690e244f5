-- Secrets stand in the catalog sealed, each with the data key of its account; the data keys are
-- sealed with the master key, which is kept in a file and never here.

CREATE TABLE data_keys (
  account BLOB PRIMARY KEY,             -- public id; zeros: of records that are no account's
  version INTEGER NOT NULL,             -- higher with each key of the account
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: what only the right master key opens.
CREATE TABLE canary (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sealed BLOB NOT NULL
) STRICT;

-- Until now secrets stood there plain. A start seals them, and takes the note away when they are
-- gone from the file.
INSERT INTO meta (name, value) SELECT 'plain_secrets', 1 WHERE EXISTS (SELECT 1 FROM catalog);
