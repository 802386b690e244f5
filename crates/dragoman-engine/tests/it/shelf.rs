//! A double of where files are kept, in memory. It outlives the engines that use it, as if it were a
//! disk.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use async_trait::async_trait;
use dragoman_core::file::{Fetch, Fetched, File, Upload};
use dragoman_core::ports::{Files, Objects, StoreError};
use dragoman_core::{Id, MessageId, Tenant, Timestamp};
use dragoman_testkit::TestClock;
use tokio::sync::watch;

use crate::house::{ACCOUNT, CHANNEL};

/// A file that is always there at first.
pub(crate) const PICTURE: Id = Id::from_u128(0xf1);

/// What becomes of a look at what is known of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Look {
    Finds,
    Crashes,
}

/// Files and their bytes.
pub(crate) struct Shelf {
    pub(crate) state: Mutex<State>,
    /// The verbs that came, in order.
    pub(crate) log: Mutex<Vec<&'static str>>,
    /// Verbs that fail.
    failing: Mutex<Vec<&'static str>>,
    /// The next of these never ends, as if the process had been killed in it.
    stuck: Mutex<Option<&'static str>>,
    looks: Mutex<VecDeque<Look>>,
    /// How often something became litter.
    littered: watch::Sender<u64>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) files: HashMap<Id, File>,
    pub(crate) bytes: HashMap<Id, Vec<u8>>,
    pub(crate) uploads: HashMap<(Id, Id), Upload>,
    pub(crate) litter: Vec<Id>,
    pub(crate) fetches: Vec<Fetch>,
    /// What came of tries that ended a fetch.
    pub(crate) ended: Vec<(MessageId, Fetched)>,
}

impl Shelf {
    /// With a picture.
    pub(crate) fn new() -> Self {
        let shelf = Self {
            state: Mutex::default(),
            log: Mutex::default(),
            failing: Mutex::default(),
            stuck: Mutex::default(),
            looks: Mutex::default(),
            littered: watch::Sender::default(),
        };
        shelf.has(PICTURE, b"picture");
        shelf
    }

    /// There is a file with these bytes.
    pub(crate) fn has(&self, id: Id, bytes: &[u8]) {
        let mut state = self.state.lock().unwrap();
        state.files.insert(id, file(id, bytes.len() as u64));
        state.bytes.insert(id, bytes.to_vec());
    }

    /// A customer's message has a file that is to be fetched.
    pub(crate) fn awaits(&self, fetch: Fetch) {
        self.state.lock().unwrap().fetches.push(fetch);
    }

    /// These bytes are left of a file that was erased.
    pub(crate) fn litters(&self, id: Id, bytes: &[u8]) {
        let mut state = self.state.lock().unwrap();
        state.bytes.insert(id, bytes.to_vec());
        state.litter.push(id);
        self.littered.send_modify(|count| *count += 1);
    }

    /// What came of the fetches that are over.
    pub(crate) fn ended(&self) -> Vec<(MessageId, Fetched)> {
        self.state.lock().unwrap().ended.clone()
    }

    /// These verbs fail from now on.
    pub(crate) fn fail(&self, verbs: &[&'static str]) {
        *self.failing.lock().unwrap() = verbs.to_vec();
    }

    /// The next of this verb never ends.
    pub(crate) fn stick(&self, verb: &'static str) {
        *self.stuck.lock().unwrap() = Some(verb);
    }

    /// For the next looks at what is known of a file.
    pub(crate) fn next(&self, looks: &[Look]) {
        self.looks.lock().unwrap().extend(looks);
    }

    /// How often a verb came.
    pub(crate) fn count(&self, verb: &str) -> usize {
        let log = self.log.lock().unwrap();
        log.iter().filter(|came| **came == verb).count()
    }

    async fn enter(&self, verb: &'static str) -> Result<(), StoreError> {
        self.log.lock().unwrap().push(verb);
        let is_stuck = self.stuck.lock().unwrap().take_if(|stuck| *stuck == verb);
        if is_stuck.is_some() {
            std::future::pending::<()>().await;
        }
        if self.failing.lock().unwrap().contains(&verb) {
            return Err(StoreError::Unwell("on purpose".into()));
        }
        Ok(())
    }
}

/// A picture of the first channel's.
pub(crate) fn file(id: Id, size: u64) -> File {
    File {
        id,
        account: ACCOUNT,
        channel: CHANNEL,
        mime_type: "image/png".into(),
        size,
        sha256: [0; 32],
        filename: None,
        created_at: TestClock::START,
        used_at: TestClock::START,
    }
}

#[async_trait]
impl Files for Shelf {
    async fn keep_file(&self, file: File) -> Result<(), StoreError> {
        self.enter("keep_file").await?;
        self.state.lock().unwrap().files.insert(file.id, file);
        Ok(())
    }

    async fn file(&self, account: Tenant, file: Id) -> Result<Option<File>, StoreError> {
        self.enter("file").await?;
        let look = self.looks.lock().unwrap().pop_front();
        match look {
            Some(Look::Crashes) => panic!("looking crashes on purpose"),
            Some(Look::Finds) | None => {}
        }
        let found = self.state.lock().unwrap().files.get(&file).cloned();
        Ok(found.filter(|file| file.account == account))
    }

    async fn remove_file(&self, _: Tenant, file: Id) -> Result<bool, StoreError> {
        self.enter("remove_file").await?;
        let mut state = self.state.lock().unwrap();
        state.uploads.retain(|(of, _), _| *of != file);
        state.litter.push(file);
        self.littered.send_modify(|count| *count += 1);
        Ok(state.files.remove(&file).is_some())
    }

    async fn remove_unused(&self, files: Vec<Id>, since: Timestamp) -> Result<usize, StoreError> {
        self.enter("remove_unused").await?;
        let mut state = self.state.lock().unwrap();
        let mut removed = 0;
        for id in files {
            if state
                .files
                .get(&id)
                .is_some_and(|file| file.used_at < since)
            {
                state.files.remove(&id);
                state.uploads.retain(|(of, _), _| *of != id);
                state.litter.push(id);
                removed += 1;
            }
        }
        self.littered.send_modify(|count| *count += removed as u64);
        Ok(removed)
    }

    async fn litter(&self, limit: usize) -> Result<Vec<Id>, StoreError> {
        self.enter("litter").await?;
        let state = self.state.lock().unwrap();
        Ok(state.litter.iter().take(limit).copied().collect())
    }

    async fn litter_beyond(&self, seen: u64) -> u64 {
        let mut littered = self.littered.subscribe();
        let beyond = littered.wait_for(|count| *count > seen).await;
        *beyond.unwrap()
    }

    async fn swept(&self, files: Vec<Id>) -> Result<(), StoreError> {
        self.enter("swept").await?;
        let mut state = self.state.lock().unwrap();
        state.litter.retain(|file| !files.contains(file));
        Ok(())
    }

    async fn unused_files(&self, since: Timestamp, limit: usize) -> Result<Vec<File>, StoreError> {
        self.enter("unused_files").await?;
        let state = self.state.lock().unwrap();
        let unused = state.files.values().filter(|file| file.used_at < since);
        Ok(unused.take(limit).cloned().collect())
    }

    async fn used_file(&self, file: Id, at: Timestamp) -> Result<(), StoreError> {
        self.enter("used_file").await?;
        let mut state = self.state.lock().unwrap();
        let known = state.files.get_mut(&file);
        known.into_iter().for_each(|file| file.used_at = at);
        Ok(())
    }

    async fn upload(&self, file: Id, channel: Id) -> Result<Option<Upload>, StoreError> {
        self.enter("upload").await?;
        let state = self.state.lock().unwrap();
        Ok(state.uploads.get(&(file, channel)).cloned())
    }

    async fn keep_upload(&self, file: Id, channel: Id, upload: Upload) -> Result<(), StoreError> {
        self.enter("keep_upload").await?;
        let mut state = self.state.lock().unwrap();
        state.uploads.insert((file, channel), upload);
        Ok(())
    }

    async fn fetches(&self, limit: usize) -> Result<Vec<Fetch>, StoreError> {
        self.enter("fetches").await?;
        let mut fetches = self.state.lock().unwrap().fetches.clone();
        fetches.sort_by_key(|fetch| fetch.due_at);
        fetches.truncate(limit);
        Ok(fetches)
    }

    async fn fetched(
        &self,
        fetch: Fetch,
        fetched: Fetched,
        _: Timestamp,
    ) -> Result<(), StoreError> {
        self.enter("fetched").await?;
        let mut state = self.state.lock().unwrap();
        let place = state
            .fetches
            .iter()
            .position(|known| known.message == fetch.message);
        let Some(place) = place else {
            return Ok(());
        };
        if let Fetched::Again { due_at } = fetched {
            let fetch = &mut state.fetches[place];
            (fetch.due_at, fetch.tries) = (due_at, fetch.tries + 1);
        } else {
            state.fetches.remove(place);
            state.ended.push((fetch.message, fetched));
        }
        Ok(())
    }
}

#[async_trait]
impl Objects for Shelf {
    async fn put(&self, file: Id, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.enter("put").await?;
        self.state.lock().unwrap().bytes.insert(file, bytes);
        Ok(())
    }

    async fn get(&self, file: Id) -> Result<Option<Vec<u8>>, StoreError> {
        self.enter("get").await?;
        Ok(self.state.lock().unwrap().bytes.get(&file).cloned())
    }

    async fn delete(&self, file: Id) -> Result<(), StoreError> {
        self.enter("delete").await?;
        self.state.lock().unwrap().bytes.remove(&file);
        Ok(())
    }
}
