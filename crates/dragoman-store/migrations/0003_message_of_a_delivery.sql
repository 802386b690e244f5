-- A delivery that is due again names its message, so that it can be ended when its event is gone.
CREATE TABLE deliveries_with_message (
  id INTEGER PRIMARY KEY,
  subscription INTEGER NOT NULL,
  event INTEGER NOT NULL,
  message INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  last_status INTEGER
) STRICT;

INSERT INTO deliveries_with_message (id, subscription, event, message, due_at, tries, last_status)
  SELECT d.id, d.subscription, d.event, e.message, d.due_at, d.tries, d.last_status
  FROM deliveries AS d JOIN events AS e ON e.seq = d.event;

DROP TABLE deliveries;
ALTER TABLE deliveries_with_message RENAME TO deliveries;
