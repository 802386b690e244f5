//! A double of what a provider offers beside sending.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use dragoman_core::catalog::Channel;
use dragoman_core::outcome::{Failure, NotTaken};
use dragoman_core::ports::{
    FileBytes, Http, OfferedTemplate, Profile, ProfileChange, Provider, Registrar, Sender, Uploaded,
};
use dragoman_core::template::{Category, Header, TemplateStatus};
use tokio::sync::watch;

use crate::hands::Hands;

/// How the provider treats a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Answers,
    Refuses,
    /// Answers when its mood changes, with what it had before.
    Waits,
    /// Being asked crashes the driver.
    Crashes,
}

/// Templates, numbers and files. Channels with the same `business` setting share their templates.
pub(crate) struct Offers {
    templates: Mutex<Vec<OfferedTemplate>>,
    mood: watch::Sender<Mood>,
    asked: Mutex<Vec<Box<str>>>,
    number: Option<Box<str>>,
    pub(crate) hands: Hands,
    /// What happened in which order; the driver writes here too.
    pub(crate) log: Arc<Mutex<Vec<&'static str>>>,
}

impl Offers {
    /// Templates of these names.
    pub(crate) fn new(names: &[&str]) -> Self {
        let offers = Self {
            templates: Mutex::default(),
            mood: watch::Sender::new(Mood::Answers),
            asked: Mutex::default(),
            number: None,
            hands: Hands::default(),
            log: Arc::default(),
        };
        offers.has(names);
        offers
    }

    /// The same, and every sender has this number.
    pub(crate) fn with_number(self, number: &str) -> Self {
        Self {
            number: Some(number.into()),
            ..self
        }
    }

    /// From now on there are these.
    pub(crate) fn has(&self, names: &[&str]) {
        let offered = names.iter().map(|name| offered(name));
        *self.templates.lock().unwrap() = offered.collect();
    }

    /// From now on.
    pub(crate) fn becomes(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    /// The slugs of the channels that have asked for templates, in order.
    pub(crate) fn asked(&self) -> Vec<Box<str>> {
        self.asked.lock().unwrap().clone()
    }
}

fn offered(name: &str) -> OfferedTemplate {
    OfferedTemplate {
        name: name.into(),
        language: "en".into(),
        category: Category::Utility,
        status: TemplateStatus::Approved,
        header: Header::None,
        body: "Hello {{1}}".into(),
        footer: None,
        buttons: Vec::new(),
    }
}

#[async_trait]
impl Provider for Offers {
    async fn templates(
        &self,
        _: &dyn Http,
        channel: &Channel,
    ) -> Result<Vec<OfferedTemplate>, Failure> {
        let templates = self.templates.lock().unwrap().clone();
        let mut mood = self.mood.subscribe();
        let now = *mood.borrow_and_update();
        self.asked.lock().unwrap().push(channel.slug.clone());
        match now {
            Mood::Answers => Ok(templates),
            Mood::Refuses => Err(Failure::new(190, "refused")),
            Mood::Waits => {
                let _ = mood.changed().await;
                Ok(templates)
            }
            Mood::Crashes => panic!("asking crashes on purpose"),
        }
    }

    async fn sender(&self, _: &dyn Http, _: &Channel) -> Result<Sender, Failure> {
        Ok(Sender {
            phone: self.number.clone(),
            ..Sender::default()
        })
    }

    fn shares_templates(&self, one: &Channel, other: &Channel) -> bool {
        self.business(one) == self.business(other)
    }

    fn business<'a>(&self, channel: &'a Channel) -> &'a str {
        channel.setting("business")
    }

    async fn upload(
        &self,
        _: &dyn Http,
        channel: &Channel,
        bytes: FileBytes,
    ) -> Result<Uploaded, NotTaken> {
        self.log.lock().unwrap().push("upload");
        self.hands.take(channel, bytes).await
    }

    async fn download(
        &self,
        _: &dyn Http,
        channel: &Channel,
        media: &str,
    ) -> Result<FileBytes, NotTaken> {
        self.hands.give(channel, media).await
    }

    async fn mark_read(&self, _: &dyn Http, _: &Channel, _: &str) -> Result<(), Failure> {
        unreachable!("the engine marks nothing read")
    }

    async fn profile(&self, _: &dyn Http, _: &Channel) -> Result<Profile, Failure> {
        unreachable!("the engine asks for no profile")
    }

    async fn set_profile(
        &self,
        _: &dyn Http,
        _: &Channel,
        _: ProfileChange,
    ) -> Result<(), Failure> {
        unreachable!("the engine changes no profile")
    }

    fn registrar(&self) -> Option<&dyn Registrar> {
        None
    }
}
