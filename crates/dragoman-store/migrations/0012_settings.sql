-- Until now the settings of webhooks stood there plain, and a secret opened also in a record that was
-- made one of another channel. A start seals all secrets again, with new keys.
INSERT OR IGNORE INTO meta (name, value)
    SELECT 'plain_secrets', 1 WHERE EXISTS (SELECT 1 FROM catalog);
