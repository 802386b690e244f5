-- What is changed in place is missed by who reads on from where he stopped: so it is noted here,
-- until the index beside this file has it.
CREATE TABLE touched (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,                -- 1 contact, 2 conversation, 3 message that is gone
  row INTEGER NOT NULL
) STRICT;

-- Tells this store from any other, and goes with its backups.
INSERT INTO meta (name, value) VALUES ('store', random());
