-- What people note about customers and their conversations, and what becomes of contacts: two that
-- prove to be one are merged, and one may be forgotten.
--
-- Contacts and addresses grow with customers, not with messages. Their rows are numbered as they
-- are made, and public ids rise with time too: so each of these indexes is appended at its right
-- edge, or near it, and nobody pays for it who writes to somebody that is known.

ALTER TABLE contacts ADD COLUMN profile TEXT;             -- JSON, where there is one
ALTER TABLE contacts ADD COLUMN profile_version INTEGER;
ALTER TABLE contacts ADD COLUMN merged_into INTEGER;      -- an older contact, who it proved to be
ALTER TABLE contacts ADD COLUMN deleted_at INTEGER;

ALTER TABLE conversations ADD COLUMN funnel BLOB;
ALTER TABLE conversations ADD COLUMN bot INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN closed_at INTEGER;

-- messages.direction 3: a collaborator's note.

CREATE UNIQUE INDEX contacts_by_id ON contacts (account, public);
-- With the columns of its condition, so that lists are counted without a look at the table.
CREATE INDEX contacts_listed ON contacts (account, id, merged_into, deleted_at)
  WHERE merged_into IS NULL AND deleted_at IS NULL;
CREATE INDEX addresses_of_contact ON addresses (contact);
