//! Which key is whose: one data key for each account, all sealed with the master key.

use std::collections::BTreeMap;

use dragoman_core::Id;
use rusqlite::{Connection, OptionalExtension, params};

use super::open::OpenError;
use crate::record::Unreadable;
use crate::sealing::cipher::Key;
use crate::sealing::secrets::DataKey;
use crate::sealing::{KeyError, KeyFile};

/// Whose key seals what is no account's.
pub(crate) const NOBODY: Id = Id::from_u128(0);

/// The canary is sealed for this place.
const CANARY: &[u8] = b"canary";

/// What secrets are sealed and opened with. Only the writer has it.
#[derive(Debug)]
pub(crate) struct Keys {
    master: Key,
    /// `None` for a store that forgets everything.
    file: Option<KeyFile>,
    /// Account → what its secrets are sealed with now.
    data: BTreeMap<Id, DataKey>,
    /// The master key stands beside its place until the commit that seals with it.
    proposed: bool,
}

impl Keys {
    /// The keys of a database. The first start makes them.
    ///
    /// # Errors
    /// There is no master key that fits, or the data keys cannot be read.
    pub(crate) fn find(connection: &Connection, file: Option<KeyFile>) -> Result<Self, OpenError> {
        let canary = canary(connection)?;
        let master = match (&file, &canary) {
            (Some(file), Some(canary)) => file.fitting(|key| key.open(canary, CANARY).is_some())?,
            (Some(file), None) => file.first()?,
            (None, _) => Key::fresh(),
        };
        let mut keys = Self {
            master,
            file,
            data: BTreeMap::new(),
            proposed: false,
        };
        keys.load(connection)?;
        if canary.is_none() {
            keys.put_canary(connection)?;
        }
        Ok(keys)
    }

    /// The keys as the database has them, whatever a batch has done to these that was not kept.
    ///
    /// # Errors
    /// Those of [`Keys::find`].
    pub(crate) fn again(&self, connection: &Connection) -> Result<Self, OpenError> {
        if self.file.is_some() {
            return Self::find(connection, self.file.clone());
        }
        let mut keys = Self {
            master: self.master.clone(),
            file: None,
            data: BTreeMap::new(),
            proposed: false,
        };
        keys.load(connection)?;
        Ok(keys)
    }

    /// What the secrets of an account are opened with.
    pub(crate) fn known(&self, account: Id) -> Option<&DataKey> {
        self.data.get(&account)
    }

    /// What the secrets of an account are sealed with. Made when it has none yet.
    pub(crate) fn of(
        &mut self,
        connection: &Connection,
        account: Id,
    ) -> rusqlite::Result<&DataKey> {
        if !self.data.contains_key(&account) {
            let first = DataKey {
                version: 1,
                key: Key::fresh(),
            };
            self.put(connection, account, &first)?;
            self.data.insert(account, first);
        }
        Ok(self.data.get(&account).expect("it was made just now"))
    }

    /// A new data key for every account that has one. What was sealed with the old ones has to be
    /// sealed again in the same commit.
    pub(crate) fn renew(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut fresh = BTreeMap::new();
        for (account, old) in &self.data {
            let new = DataKey {
                version: old.version + 1,
                key: Key::fresh(),
            };
            self.put(connection, *account, &new)?;
            fresh.insert(*account, new);
        }
        self.data = fresh;
        Ok(())
    }

    /// Writes a new master key beside the old one.
    ///
    /// # Errors
    /// It cannot be written, or the last rotation cannot be finished; nothing has changed.
    pub(crate) fn propose(&mut self) -> Result<Key, KeyError> {
        if self.proposed {
            // Another rotation shares the commit. The old key stays in its place until then.
            return Ok(self.master.clone());
        }
        let new = Key::fresh();
        if let Some(file) = &self.file {
            // What stands beside its place may be the only copy of the key in use.
            file.fitting(|key| key.bytes() == self.master.bytes())?;
            file.propose(&new)?;
        }
        Ok(new)
    }

    /// Seals all keys with another master key; answers how many. It has to stand in its file
    /// already, beside the old one.
    pub(crate) fn seal_with(
        &mut self,
        connection: &Connection,
        master: Key,
    ) -> rusqlite::Result<u64> {
        (self.master, self.proposed) = (master, true);
        for (account, key) in &self.data {
            self.put(connection, *account, key)?;
        }
        self.put_canary(connection)?;
        Ok(self.data.len() as u64)
    }

    /// The commit is durable: a new master key takes the place of the old one.
    pub(crate) fn committed(&mut self) {
        if !std::mem::take(&mut self.proposed) {
            return;
        }
        if let Some(file) = &self.file
            && let Err(error) = file.promote()
        {
            // It stands beside its place, where the next start finds it.
            tracing::error!(%error, "the new master key is not in its place yet");
        }
    }

    fn load(&mut self, connection: &Connection) -> Result<(), OpenError> {
        let mut statement = connection.prepare("SELECT account, version, sealed FROM data_keys")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (account, version): ([u8; 16], u32) = (row.get(0)?, row.get(1)?);
            let account = Id::from_u128(u128::from_be_bytes(account));
            let sealed: Vec<u8> = row.get(2)?;
            let opened = self.master.open(&sealed, &place(account, version));
            let key = opened.and_then(|bytes| Key::from_bytes(&bytes));
            let key = key.ok_or_else(|| self.foreign())?;
            self.data.insert(account, DataKey { version, key });
        }
        Ok(())
    }

    fn foreign(&self) -> OpenError {
        match &self.file {
            Some(file) => KeyError::Foreign(file.path().to_owned()).into(),
            None => Unreadable::new("data key", "it was sealed elsewhere").into(),
        }
    }

    fn put(&self, connection: &Connection, account: Id, key: &DataKey) -> rusqlite::Result<()> {
        let sealed = self
            .master
            .seal(key.key.bytes(), &place(account, key.version));
        let put = "INSERT INTO data_keys (account, version, sealed) VALUES (?1, ?2, ?3)
                   ON CONFLICT (account) DO UPDATE SET
                       version = excluded.version, sealed = excluded.sealed";
        let account = account.as_u128().to_be_bytes();
        connection.execute(put, params![account, key.version, sealed])?;
        Ok(())
    }

    fn put_canary(&self, connection: &Connection) -> rusqlite::Result<()> {
        let put = "INSERT INTO canary (id, sealed) VALUES (1, ?1)
                   ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed";
        connection.execute(put, [self.master.seal(CANARY, CANARY)])?;
        Ok(())
    }
}

fn canary(connection: &Connection) -> rusqlite::Result<Option<Vec<u8>>> {
    let found = connection.query_row("SELECT sealed FROM canary", [], |row| row.get(0));
    found.optional()
}

/// What a data key is sealed for.
fn place(account: Id, version: u32) -> Vec<u8> {
    [
        b"data key".as_slice(),
        &account.as_u128().to_be_bytes(),
        &version.to_be_bytes(),
    ]
    .concat()
}
