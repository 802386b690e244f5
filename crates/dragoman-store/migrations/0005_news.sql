-- What happened to somebody rather than to a message. `seq` is of the same count as in `events`.
CREATE TABLE news (
  seq INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  contact INTEGER NOT NULL,             -- row of `contacts`, 0 = about no customer
  last_try INTEGER NOT NULL,            -- the end of its chain in `delivery_log`, 0 = never tried
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;

-- The beginning of what a receiver answered, when that was no success. In `delivery_log` and in
-- `deliveries` a `message` of 0 says that the event is news; `previous` then chains the tries of it.
ALTER TABLE delivery_log ADD COLUMN answer TEXT;

-- What was asked for by whom, of messages whose clients want the same again to be no second one.
CREATE TABLE twins (
  id INTEGER PRIMARY KEY,               -- the message
  fingerprint BLOB NOT NULL
) STRICT;
