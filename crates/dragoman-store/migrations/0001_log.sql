-- The main file is a log that happens to be tables: a commit appends at the right edge of each,
-- or touches rows that are still young. No secondary index on a table that grows with messages.
--
-- account, channel and subscription are rows of `ids`. Instants are milliseconds of Unix time.
-- `version` says which shape of record a JSON column holds.

-- Public ids of slow data, as small numbers.
CREATE TABLE ids (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE
) STRICT;

-- Slow data. `row` keeps the order in which records were made.
CREATE TABLE catalog (
  row INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  id BLOB NOT NULL,
  account BLOB,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (kind, id)
) STRICT;

-- Written once, never updated. Inbound and outbound.
CREATE TABLE messages (
  id INTEGER PRIMARY KEY,               -- unix_ms << 12 | counter
  tail INTEGER NOT NULL,                -- the other 62 bits of the uuid
  account INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  previous INTEGER NOT NULL,            -- the message before this one in the conversation, 0 = first
  direction INTEGER NOT NULL,           -- 1 out, 2 in
  kind INTEGER NOT NULL,
  priority INTEGER NOT NULL,            -- 0 for inbound
  refused INTEGER NOT NULL,             -- 1: accepted and failed in the same commit
  referral INTEGER NOT NULL,            -- 1: the customer came by an advertisement
  at INTEGER NOT NULL,                  -- out: when it was accepted; in: the provider's time
  expires_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

-- Everything that happened, in order: the truth about state, the source of webhooks and timeline.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  previous INTEGER NOT NULL,            -- the event before this one of the same message, 0 = first
  account INTEGER NOT NULL,
  message INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  data TEXT,
  raw TEXT                              -- the provider's whole status
) STRICT;

-- Only messages that are not settled. The guard of every decision.
CREATE TABLE queue (
  id INTEGER PRIMARY KEY,
  channel INTEGER NOT NULL,
  state INTEGER NOT NULL,               -- 1 queued, 3 in flight, 12 unknown
  due_at INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  starts INTEGER NOT NULL,
  attempt BLOB
) STRICT;

-- Unique keys as a log; kept unique by the writer.
CREATE TABLE keys (
  id INTEGER PRIMARY KEY,               -- the message
  scope INTEGER NOT NULL,               -- 1 idempotency, 2 inbound
  key BLOB NOT NULL,
  fingerprint BLOB
) STRICT;

CREATE TABLE contacts (
  id INTEGER PRIMARY KEY,
  public BLOB NOT NULL,
  account INTEGER NOT NULL,
  name TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE addresses (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  kind INTEGER NOT NULL,                -- 1 phone, 2 user id
  scope TEXT NOT NULL,
  address TEXT NOT NULL
) STRICT;

-- Changed by people and rules; last message and window are folded from the messages.
CREATE TABLE conversations (
  id INTEGER PRIMARY KEY,
  public BLOB NOT NULL,
  account INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  user BLOB,
  team BLOB,
  created_at INTEGER NOT NULL
) STRICT;

-- Statuses whose message is not known yet.
CREATE TABLE orphans (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL,                    -- of channel and provider's id
  version INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

-- All events <= cursor are delivered, except those listed in deliveries.
CREATE TABLE subscription_cursors (
  subscription INTEGER PRIMARY KEY,
  cursor INTEGER NOT NULL
) STRICT;

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  subscription INTEGER NOT NULL,
  event INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  last_status INTEGER
) STRICT;

-- Every try to tell somebody.
CREATE TABLE delivery_log (
  id INTEGER PRIMARY KEY,
  previous INTEGER NOT NULL,            -- the try before this one for the same message, 0 = first
  subscription INTEGER NOT NULL,
  event INTEGER NOT NULL,
  message INTEGER NOT NULL,
  at INTEGER NOT NULL,
  status INTEGER,
  outcome INTEGER NOT NULL,             -- 1 done, 2 again, 3 exhausted
  due_at INTEGER,
  tries INTEGER
) STRICT;

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;
