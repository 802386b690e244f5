//! A driver whose provider registers senders and remembers what it was told.

use std::sync::Mutex;

use async_trait::async_trait;
use dragoman_core::catalog::Channel;
use dragoman_core::content::Kind;
use dragoman_core::message::InFlight;
use dragoman_core::outcome::{Failure, NotTaken, Receipt, SendError};
use dragoman_core::ports::{
    Backup, CodeBy, Driver, FileBytes, Hearing, Http, OfferedTemplate, Profile, ProfileChange,
    Provider, ReceiveError, Received, Registrar, Sender, Setting, Uploaded,
};

/// What it answers, and what it was told. Its channels need a `barn` and may have a `beam`.
pub(super) struct Owl {
    pub(super) sender: Result<Sender, Failure>,
    pub(super) hearing: Hearing,
    /// The answer to every step.
    pub(super) refusal: Option<Failure>,
    pub(super) told: Mutex<Vec<String>>,
}

impl Default for Owl {
    fn default() -> Self {
        Self {
            sender: Ok(Sender::default()),
            hearing: Hearing::default(),
            refusal: None,
            told: Mutex::default(),
        }
    }
}

impl Owl {
    /// What it was told, oldest first.
    pub(super) fn steps(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    fn step(&self, told: String) -> Result<(), Failure> {
        match &self.refusal {
            Some(failure) => Err(failure.clone()),
            None => {
                self.told.lock().unwrap().push(told);
                Ok(())
            }
        }
    }
}

#[async_trait]
impl Registrar for Owl {
    async fn request_code(&self, _: &dyn Http, _: &Channel, _: CodeBy) -> Result<(), Failure> {
        unreachable!("nobody asks for a code here")
    }

    async fn verify_code(&self, _: &dyn Http, _: &Channel, _: &str) -> Result<(), Failure> {
        unreachable!("nobody asks for a code here")
    }

    async fn register(
        &self,
        _: &dyn Http,
        _: &Channel,
        pin: &str,
        backup: Option<Backup>,
    ) -> Result<(), Failure> {
        let backup = backup.map(|backup| format!(" with {}", backup.data));
        self.step(format!("register {pin}{}", backup.unwrap_or_default()))
    }

    async fn set_pin(&self, _: &dyn Http, _: &Channel, _: &str) -> Result<(), Failure> {
        unreachable!("registering sets it")
    }

    async fn set_encryption_key(&self, _: &dyn Http, _: &Channel, _: &str) -> Result<(), Failure> {
        unreachable!("nobody sets a key here")
    }

    async fn hearing(&self, _: &dyn Http, _: &Channel) -> Result<Hearing, Failure> {
        Ok(self.hearing.clone())
    }

    async fn hear_at(&self, _: &dyn Http, _: &Channel, url: &str) -> Result<(), Failure> {
        self.step(format!("hear at {url}"))
    }
}

#[async_trait]
impl Provider for Owl {
    async fn templates(&self, _: &dyn Http, _: &Channel) -> Result<Vec<OfferedTemplate>, Failure> {
        unreachable!("templates are known already")
    }

    async fn sender(&self, _: &dyn Http, _: &Channel) -> Result<Sender, Failure> {
        self.sender.clone()
    }

    fn shares_templates(&self, _: &Channel, _: &Channel) -> bool {
        unreachable!("templates are known already")
    }

    fn business<'a>(&self, _: &'a Channel) -> &'a str {
        unreachable!("templates are known already")
    }

    async fn upload(&self, _: &dyn Http, _: &Channel, _: FileBytes) -> Result<Uploaded, NotTaken> {
        unreachable!("no file is sent here")
    }

    async fn download(&self, _: &dyn Http, _: &Channel, _: &str) -> Result<FileBytes, NotTaken> {
        unreachable!("no file is sent here")
    }

    async fn mark_read(&self, _: &dyn Http, _: &Channel, _: &str) -> Result<(), Failure> {
        unreachable!("nothing is read here")
    }

    async fn profile(&self, _: &dyn Http, _: &Channel) -> Result<Profile, Failure> {
        unreachable!("nobody asks for a profile here")
    }

    async fn set_profile(
        &self,
        _: &dyn Http,
        _: &Channel,
        _: ProfileChange,
    ) -> Result<(), Failure> {
        unreachable!("nobody asks for a profile here")
    }

    fn registrar(&self) -> Option<&dyn Registrar> {
        Some(self)
    }
}

#[async_trait]
impl Driver for Owl {
    fn name(&self) -> &'static str {
        "owl"
    }

    fn settings(&self) -> &'static [Setting] {
        const BARN: Setting = Setting {
            name: "barn",
            required: true,
        };
        const BEAM: Setting = Setting {
            name: "beam",
            required: false,
        };
        &[BARN, BEAM]
    }

    fn takes(&self) -> &'static [Kind] {
        &Kind::OUTBOUND
    }

    async fn send(&self, _: &dyn Http, _: &Channel, _: &InFlight) -> Result<Receipt, SendError> {
        unreachable!("a dialect sends nothing")
    }

    fn verify(&self, _: &Channel, _: &[(String, String)]) -> Option<String> {
        unreachable!("a dialect hears no provider")
    }

    fn receive(&self, _: &Channel, _: Option<&str>, _: &[u8]) -> Result<Received, ReceiveError> {
        unreachable!("a dialect hears no provider")
    }

    fn signature_header(&self) -> &'static str {
        unreachable!("a dialect hears no provider")
    }

    fn provider(&self) -> Option<&dyn Provider> {
        Some(self)
    }

    fn shares_secret(&self, _: &Channel, _: &Channel) -> bool {
        unreachable!("a dialect hears no provider")
    }
}
