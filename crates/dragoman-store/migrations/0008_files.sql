-- Files: what is known about them. Their bytes are kept elsewhere, under the same ids. There are few
-- of them beside messages, and their rows come and go: so they stand outside the log and have the
-- indexes that they need.

CREATE TABLE files (
  id BLOB PRIMARY KEY,                  -- public id; of a customer's file the uuid of their message
  account INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  mime_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  filename TEXT,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX files_by_use ON files (used_at);

-- Where the provider of a channel has a file.
CREATE TABLE uploads (
  file BLOB NOT NULL,
  channel INTEGER NOT NULL,
  provider_id TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (file, channel)
) STRICT, WITHOUT ROWID;

-- Customers' messages that are announced when their file is here.
CREATE TABLE fetches (
  message INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  provider_media_id TEXT NOT NULL,
  filename TEXT,
  tries INTEGER NOT NULL,
  due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX fetches_by_time ON fetches (due_at);

-- Files that nothing is known of any more, while their bytes may still be there.
CREATE TABLE litter (
  file BLOB PRIMARY KEY,
  -- 0: all that there may be is there. 1: a try to fetch it was perhaps under way when it was given
  -- up, and may write it yet. 2: the same, and what was there is gone. Those of 1 and 2 are looked
  -- at once more by the next process, in which no such try goes on.
  late INTEGER NOT NULL
) STRICT;
