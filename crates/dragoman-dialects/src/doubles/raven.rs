//! A driver whose provider answers as the test has told it.

use std::sync::Mutex;

use async_trait::async_trait;
use dragoman_core::catalog::Channel;
use dragoman_core::content::Kind;
use dragoman_core::message::InFlight;
use dragoman_core::outcome::{Failure, NotTaken, Receipt, SendError};
use dragoman_core::ports::*;

use super::Pigeon;

/// What a [`Raven`]'s provider says to each kind of question, until it is told otherwise.
struct Script {
    sender: Result<Sender, Failure>,
    profile: Result<Profile, Failure>,
    hearing: Hearing,
    /// The answer to everything that changes something.
    change: Result<(), Failure>,
    /// The answer to a registration, when the other changes are good.
    registering: Result<(), Failure>,
}

/// A driver of WhatsApp channels whose provider notes what it is asked. Its channels are told what
/// a [`Pigeon`]'s are.
pub(crate) struct Raven {
    script: Mutex<Script>,
    asked: Mutex<Vec<String>>,
}

impl Raven {
    /// One that agrees to everything and knows nothing.
    pub(crate) fn new() -> Self {
        Self {
            script: Mutex::new(Script {
                sender: Ok(Sender::default()),
                profile: Ok(Profile::default()),
                hearing: Hearing::default(),
                change: Ok(()),
                registering: Ok(()),
            }),
            asked: Mutex::default(),
        }
    }

    /// From now on it says this of the sender.
    pub(crate) fn tell_sender(&self, sender: Result<Sender, Failure>) {
        self.script.lock().unwrap().sender = sender;
    }

    /// From now on it says this of the profile.
    pub(crate) fn tell_profile(&self, profile: Result<Profile, Failure>) {
        self.script.lock().unwrap().profile = profile;
    }

    /// From now on it says that it calls there.
    pub(crate) fn tell_hearing(&self, hearing: Hearing) {
        self.script.lock().unwrap().hearing = hearing;
    }

    /// From now on this comes of everything that changes something.
    pub(crate) fn tell_change(&self, change: Result<(), Failure>) {
        self.script.lock().unwrap().change = change;
    }

    /// From now on this comes of registering.
    pub(crate) fn tell_registering(&self, registering: Result<(), Failure>) {
        self.script.lock().unwrap().registering = registering;
    }

    /// Everything that it was asked since the last look: the verb and its arguments.
    pub(crate) fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    fn note(&self, question: impl Into<String>) {
        self.asked.lock().unwrap().push(question.into());
    }

    fn change(&self, question: impl Into<String>) -> Result<(), Failure> {
        self.note(question);
        self.script.lock().unwrap().change.clone()
    }
}

#[async_trait]
impl Driver for Raven {
    fn name(&self) -> &'static str {
        "whatsapp_cloud"
    }

    fn settings(&self) -> &'static [Setting] {
        Pigeon.settings()
    }

    fn takes(&self) -> &'static [Kind] {
        &Kind::OUTBOUND
    }

    fn echo(&self) -> Echo {
        unreachable!("the engine asks this")
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

#[async_trait]
impl Provider for Raven {
    async fn templates(&self, _: &dyn Http, _: &Channel) -> Result<Vec<OfferedTemplate>, Failure> {
        self.note("templates");
        Ok(Vec::new())
    }

    async fn sender(&self, _: &dyn Http, _: &Channel) -> Result<Sender, Failure> {
        self.note("sender");
        self.script.lock().unwrap().sender.clone()
    }

    fn shares_templates(&self, _: &Channel, _: &Channel) -> bool {
        false
    }

    fn business<'a>(&self, _: &'a Channel) -> &'a str {
        ""
    }

    async fn upload(&self, _: &dyn Http, _: &Channel, _: FileBytes) -> Result<Uploaded, NotTaken> {
        unreachable!("the engine uploads")
    }

    async fn download(&self, _: &dyn Http, _: &Channel, _: &str) -> Result<FileBytes, NotTaken> {
        unreachable!("the engine downloads")
    }

    async fn mark_read(&self, _: &dyn Http, _: &Channel, message: &str) -> Result<(), Failure> {
        self.change(format!("mark_read {message}"))
    }

    async fn profile(&self, _: &dyn Http, _: &Channel) -> Result<Profile, Failure> {
        self.note("profile");
        self.script.lock().unwrap().profile.clone()
    }

    async fn set_profile(
        &self,
        _: &dyn Http,
        _: &Channel,
        change: ProfileChange,
    ) -> Result<(), Failure> {
        self.change(format!("set_profile {change:?}"))
    }

    fn registrar(&self) -> Option<&dyn Registrar> {
        Some(self)
    }
}

#[async_trait]
impl Registrar for Raven {
    async fn request_code(&self, _: &dyn Http, _: &Channel, by: CodeBy) -> Result<(), Failure> {
        self.change(format!("request_code {by:?}"))
    }

    async fn verify_code(&self, _: &dyn Http, _: &Channel, code: &str) -> Result<(), Failure> {
        self.change(format!("verify_code {code}"))
    }

    async fn register(
        &self,
        _: &dyn Http,
        _: &Channel,
        pin: &str,
        backup: Option<Backup>,
    ) -> Result<(), Failure> {
        let backup = backup.as_ref().map(|backup| backup.data.reveal());
        self.change(format!("register {pin} {backup:?}"))?;
        self.script.lock().unwrap().registering.clone()
    }

    async fn set_pin(&self, _: &dyn Http, _: &Channel, pin: &str) -> Result<(), Failure> {
        self.change(format!("set_pin {pin}"))
    }

    async fn set_encryption_key(
        &self,
        _: &dyn Http,
        _: &Channel,
        key: &str,
    ) -> Result<(), Failure> {
        self.change(format!("set_encryption_key {key}"))
    }

    async fn hearing(&self, _: &dyn Http, _: &Channel) -> Result<Hearing, Failure> {
        self.note("hearing");
        Ok(self.script.lock().unwrap().hearing.clone())
    }

    async fn hear_at(&self, _: &dyn Http, _: &Channel, url: &str) -> Result<(), Failure> {
        self.change(format!("hear_at {url}"))
    }
}
