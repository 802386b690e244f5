-- Events that were given up for a subscription. Told again, they leave.
CREATE TABLE dead_letters (
  subscription INTEGER NOT NULL,
  event INTEGER NOT NULL,
  message INTEGER NOT NULL,             -- 0: the event is news
  at INTEGER NOT NULL,
  status INTEGER,                       -- what the receiver answered last
  PRIMARY KEY (subscription, event)
) STRICT, WITHOUT ROWID;
-- They go with what they are about.
CREATE INDEX dead_letters_by_message ON dead_letters (message, event);

-- When the first try failed since the last one that did not.
ALTER TABLE subscription_cursors ADD COLUMN failing_since INTEGER;
