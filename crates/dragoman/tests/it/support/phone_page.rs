//! The page with the phones, in the words of somebody who looks at it.
//!
//! Things are found by the role and the name that they have for people, and only here.

use dragoman_testkit::until;
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::Value;

use super::browser::{Browser, Screen, leaves_this_machine};
use super::process::{Dev, PATIENCE};

/// The demo customer, as the page calls them.
pub(crate) const CUSTOMER: &str = "Customer 5678";
const COMPOSER: &str = "//textarea[@id = //label[normalize-space() = 'Message']/@for]";
const SEND: &str = "//button[@aria-label = 'Send']";
/// A message that the phone has and the business does not yet know to be read.
const UNREAD: &str =
    "//article[@aria-label = 'Business'][not(.//*[@role = 'img' and @aria-label = 'Read'])]";

/// Whoever presses a key this often without arriving is lost.
const MANY_PRESSES: usize = 40;

/// Whose message it is, as the phone says it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sender {
    Business,
    You,
}

/// The page in a browser of its own.
pub(crate) struct PhonePage(Browser);

impl PhonePage {
    /// Opens the page and tells a story on it; then checks what holds for every story: nothing was
    /// asked of another machine, the page was loaded once, and it reported no error.
    pub(crate) async fn visit(dev: &Dev, screen: Screen, story: impl AsyncFnOnce(&Self)) {
        let page = Self(Browser::start(screen).await);
        let address = format!("{}/", dev.text("/emulator"));
        page.0.open(&address).await;
        story(&page).await;

        let requested = page.0.requested().await;
        let loads = requested.iter().filter(|url| **url == address).count();
        assert_eq!(loads, 1, "times that the page was loaded");
        let mut urls = requested.iter();
        assert_eq!(urls.find(|url| leaves_this_machine(url)), None);
        assert_eq!(page.0.complaints().await, [""; 0]);
    }

    /// Waits until the demo customer's phone is in the list.
    pub(crate) async fn phone_in_the_list(&self) -> Element {
        let phone = format!("//nav//a[contains(., '{CUSTOMER}')]");
        self.0.find("the phone in the list", &phone).await
    }

    /// Chooses the demo customer's phone from the list.
    pub(crate) async fn pick_up(&self) {
        self.phone_in_the_list().await.click().await.unwrap();
        self.composer().await;
    }

    /// Types a message and presses the button that sends it.
    pub(crate) async fn write(&self, text: &str) {
        self.composer().await.click().await.unwrap();
        self.type_text(text).await;
        let send = self.0.find("the button that sends", SEND).await;
        send.click().await.unwrap();
    }

    /// The field for a message.
    async fn composer(&self) -> Element {
        self.0.find("the field for a message", COMPOSER).await
    }

    /// What stands in the field for a message.
    pub(crate) async fn draft(&self) -> String {
        let draft = self.composer().await.prop("value").await.unwrap();
        draft.unwrap_or_default()
    }

    /// Waits for a message of this sender with this text.
    pub(crate) async fn shows(&self, sender: Sender, text: &str) {
        self.0.find(text, &bubble(sender, text)).await;
    }

    /// Waits until the ticks on a message of the business mean this.
    pub(crate) async fn ticks(&self, text: &str, meaning: &str) {
        let bubble = bubble(Sender::Business, text);
        let ticks = format!("{bubble}//*[@role = 'img' and @aria-label = '{meaning}']");
        self.0.find(&format!("“{meaning}” on {text}"), &ticks).await;
    }

    /// Waits until the business has been told of every message that it was read.
    pub(crate) async fn all_is_read(&self) {
        until("every message is read", PATIENCE, async || {
            (self.0.count(UNREAD).await == 0).then_some(())
        })
        .await;
    }

    /// The formatted parts of a message of the business: the element's name and its text.
    pub(crate) async fn formatted_parts(&self, text: &str) -> Value {
        let bubble = self.0.find(text, &bubble(Sender::Business, text)).await;
        let script = "return [...arguments[0].querySelectorAll('strong, em, s, code')]
            .map((part) => [part.localName, part.textContent])";
        let bubble = serde_json::to_value(bubble).unwrap();
        self.0.run(script, vec![bubble]).await
    }

    /// Presses a button below a message.
    pub(crate) async fn press(&self, name: &str) {
        let button = format!("//*[@role = 'log']//button[normalize-space() = '{name}']");
        self.0.find(name, &button).await.click().await.unwrap();
    }

    /// Presses a button in the sheet over the chat.
    pub(crate) async fn choose(&self, name: &str) {
        let text = format!("normalize-space() = '{name}' or span = '{name}'");
        let button = format!("//*[@role = 'dialog']//button[{text}]");
        self.0.find(name, &button).await.click().await.unwrap();
    }

    /// Takes out what stands in a field of the sheet, and stays there.
    pub(crate) async fn empty(&self, field: &str) {
        let control = format!("//label[span = '{field}']/*[self::input or self::textarea]");
        self.0.find(field, &control).await.clear().await.unwrap();
        self.0.find(field, &control).await.click().await.unwrap();
    }

    /// What went wrong, as the page tells it; empty when nothing did.
    pub(crate) async fn notice(&self) -> String {
        let script = "const { hidden, textContent } = document.getElementById('notice');
            return hidden ? '' : textContent";
        let notice = self.0.run(script, vec![]).await;
        notice.as_str().unwrap().to_owned()
    }

    /// Types wherever the focus is.
    pub(crate) async fn type_text(&self, text: &str) {
        self.0.type_keys(text).await;
    }

    /// Presses a key that writes nothing.
    pub(crate) async fn press_key(&self, key: Key) {
        self.0.type_keys(&char::from(key).to_string()).await;
    }

    /// Presses Tab until the focus is on something of this name. One must always see where it is.
    pub(crate) async fn tab_to(&self, name: &str) {
        let mut passed = Vec::new();
        for _ in 0..MANY_PRESSES {
            self.press_key(Key::Tab).await;
            let focus = self.focus().await;
            if focus.contains(name) {
                return;
            }
            passed.push(focus);
        }
        panic!("Tab does not lead to {name}, only to {passed:?}");
    }

    /// What has the focus, by its name.
    ///
    /// # Panics
    /// When one cannot see the focus there.
    pub(crate) async fn focus(&self) -> String {
        let focus = self.0.run(include_str!("focus.js"), vec![]).await;
        assert_eq!(focus["is_seen"], true, "the focus is not seen on {focus}");
        focus["name"].as_str().unwrap().to_owned()
    }

    /// What does not read well on this screen, in words.
    pub(crate) async fn faults_of_layout(&self) -> Vec<String> {
        let faults = self.0.run(include_str!("layout.js"), vec![]).await;
        serde_json::from_value(faults).unwrap()
    }

    /// Gives the first element that a selector finds a style of its own.
    pub(crate) async fn restyle(&self, selector: &str, style: &str) {
        let script = "document.querySelector(arguments[0]).style.cssText = arguments[1]";
        let arguments = vec![selector.into(), style.into()];
        self.0.run(script, arguments).await;
    }

    /// What is on the screen, as a PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        self.0.picture().await
    }
}

fn bubble(sender: Sender, text: &str) -> String {
    let sender = match sender {
        Sender::Business => "Business",
        Sender::You => "You",
    };
    format!("//*[@role = 'log']//article[@aria-label = '{sender}'][contains(., '{text}')]")
}
