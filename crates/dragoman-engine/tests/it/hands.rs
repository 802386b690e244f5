//! A double of how a provider takes and gives files.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use dragoman_core::Id;
use dragoman_core::catalog::Channel;
use dragoman_core::outcome::{Again, Failure, NotTaken, Proof, Slow};
use dragoman_core::ports::{FileBytes, Uploaded};
use tokio::sync::watch;

/// The code with which files are neither taken nor given.
pub(crate) const NO_FILE: i64 = 131_053;
/// For so long an upload can be used.
pub(crate) const LASTS: Duration = Duration::from_secs(30 * 24 * 3600);

/// How the provider treats a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hand {
    Open,
    Refuses(Again),
    /// Does it when it is released.
    Waits,
    Crashes,
}

/// Takes and gives files.
#[derive(Default)]
pub(crate) struct Hands {
    script: Mutex<VecDeque<Hand>>,
    habits: Mutex<HashMap<Id, Hand>>,
    taken: Mutex<Vec<FileBytes>>,
    asked: Mutex<Vec<String>>,
    released: watch::Sender<bool>,
    full: watch::Sender<usize>,
}

impl Hands {
    /// For the next files.
    pub(crate) fn next(&self, hands: &[Hand]) {
        self.script.lock().unwrap().extend(hands);
    }

    /// For all other files of this channel.
    pub(crate) fn always(&self, channel: Id, hand: Hand) {
        self.habits.lock().unwrap().insert(channel, hand);
    }

    /// Lets go of what waits, now and from now on.
    pub(crate) fn release(&self) {
        self.released.send_replace(true);
    }

    /// What was uploaded, or tried to be, in order.
    pub(crate) fn taken(&self) -> Vec<FileBytes> {
        self.taken.lock().unwrap().clone()
    }

    /// The provider's ids of the files that it was asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// How many files wait to be released.
    pub(crate) fn waiting(&self) -> usize {
        *self.full.borrow()
    }

    pub(crate) async fn take(
        &self,
        channel: &Channel,
        bytes: FileBytes,
    ) -> Result<Uploaded, NotTaken> {
        let number = {
            let mut taken = self.taken.lock().unwrap();
            taken.push(bytes);
            taken.len()
        };
        self.hand(channel).await?;
        Ok(Uploaded {
            provider_id: format!("media-{number}").into(),
            lasts: LASTS,
        })
    }

    pub(crate) async fn give(&self, channel: &Channel, media: &str) -> Result<FileBytes, NotTaken> {
        self.asked.lock().unwrap().push(media.to_owned());
        self.hand(channel).await?;
        Ok(FileBytes {
            mime_type: "image/jpeg".into(),
            filename: None,
            bytes: format!("bytes of {media}").into_bytes(),
        })
    }

    async fn hand(&self, channel: &Channel) -> Result<(), NotTaken> {
        let scripted = self.script.lock().unwrap().pop_front();
        let habit = self.habits.lock().unwrap().get(&channel.id).copied();
        match scripted.or(habit).unwrap_or(Hand::Open) {
            Hand::Open => Ok(()),
            Hand::Refuses(again) => Err(NotTaken {
                failure: Failure::new(NO_FILE, "no file"),
                proof: Proof::Certain,
                again,
                slow: Slow::Message,
            }),
            Hand::Waits => {
                self.full.send_modify(|count| *count += 1);
                let mut released = self.released.subscribe();
                let _ = released.wait_for(|released| *released).await;
                self.full.send_modify(|count| *count -= 1);
                Ok(())
            }
            Hand::Crashes => panic!("a file crashes on purpose"),
        }
    }
}
