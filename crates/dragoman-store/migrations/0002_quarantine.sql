-- Signed webhooks, or parts of them, that nobody can use. The oldest make room.
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  at INTEGER NOT NULL,
  why TEXT NOT NULL,
  body TEXT NOT NULL                    -- as text, at most 64 KiB of it
) STRICT;
