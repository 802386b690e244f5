//! A real Chromium without a window, which can reach nothing but this machine.
//!
//! What it asks for and what it complains of stands in chromedriver's logs, which no standard of
//! `WebDriver` knows; everything else here is standard.

use dragoman_testkit::until;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{Host, Url};

use super::chromedriver::Chromedriver;
use super::process::PATIENCE;

/// What a page is looked at on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// CSS pixels.
    width: u32,
    /// CSS pixels.
    height: u32,
    /// Device pixels for each CSS pixel.
    density: f32,
    input: Input,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    Finger,
    Mouse,
}

impl Screen {
    pub(crate) const PHONE: Self = Self {
        width: 390,
        height: 844,
        density: 2.0,
        input: Input::Finger,
    };
    pub(crate) const DESK: Self = Self {
        width: 1280,
        height: 800,
        density: 1.0,
        input: Input::Mouse,
    };
}

/// A browser with one page, closed when it goes out of scope.
pub(crate) struct Browser {
    client: Client,
    _driver: Chromedriver,
}

impl Browser {
    /// Starts a browser with such a screen, which shows nothing yet.
    pub(crate) async fn start(screen: Screen) -> Self {
        let driver = Chromedriver::start().await;
        let Value::Object(capabilities) = capabilities(screen, &driver) else {
            unreachable!("capabilities are an object")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url())
            .await
            .unwrap();
        Self {
            client,
            _driver: driver,
        }
    }

    /// Opens an address and waits until the page has loaded.
    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Waits until something is on the page that a person can see; `xpath` says what.
    pub(crate) async fn find(&self, what: &str, xpath: &str) -> Element {
        until(&format!("{what} is on the page"), PATIENCE, async || {
            let element = self.client.find(Locator::XPath(xpath)).await.ok()?;
            // It may have been drawn again in between.
            let is_displayed = element.is_displayed().await.unwrap_or(false);
            is_displayed.then_some(element)
        })
        .await
    }

    /// How many things there are on the page.
    pub(crate) async fn count(&self, xpath: &str) -> usize {
        let found = self.client.find_all(Locator::XPath(xpath)).await;
        found.unwrap().len()
    }

    /// Types text, or a key of [`fantoccini::key::Key`], wherever the focus is.
    pub(crate) async fn type_keys(&self, keys: &str) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for value in keys.chars() {
            actions = actions
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await.unwrap();
    }

    /// Runs the body of a function on the page and returns its value.
    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// What is on the screen, as a PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.unwrap()
    }

    /// Everything that the pages have asked for since the last call, answered or not.
    pub(crate) async fn requested(&self) -> Vec<String> {
        let entries = self.log("performance").await;
        entries.iter().filter_map(requested).collect()
    }

    /// The errors that the pages have reported since the last call: exceptions, refused requests.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let entries = self.log("browser").await;
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        severe.map(|entry| entry["message"].to_string()).collect()
    }

    async fn log(&self, kind: &'static str) -> Vec<Value> {
        let entries = self.client.issue_cmd(ReadLog { kind }).await.unwrap();
        serde_json::from_value(entries).unwrap()
    }
}

/// Whether a request for this address would leave the machine.
pub(crate) fn leaves_this_machine(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return true;
    };
    match url.host() {
        Some(Host::Ipv4(address)) => !address.is_loopback(),
        Some(Host::Ipv6(address)) => !address.is_loopback(),
        Some(Host::Domain(_)) => true,
        None => !matches!(url.scheme(), "about" | "blob" | "data"),
    }
}

fn capabilities(screen: Screen, driver: &Chromedriver) -> Value {
    let profile = driver.directory().join("profile");
    let arguments = [
        "--headless=new",
        // Tests run as root in containers, which have little shared memory.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        // No name is looked up and no proxy of the environment is used, so that neither a page nor
        // the browser itself finds a way out.
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        "--no-proxy-server",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-crash-reporter",
        &format!("--user-data-dir={}", profile.display()),
    ];
    let is_phone = screen.input == Input::Finger;
    let metrics = json!({
        "width": screen.width, "height": screen.height, "pixelRatio": screen.density,
        "touch": is_phone, "mobile": is_phone,
    });
    // 4: opens these addresses, and not the browser's own start page.
    let preferences = json!({
        "session.restore_on_startup": 4,
        "session.startup_urls": ["about:blank"],
    });
    json!({
        "goog:chromeOptions": {
            "args": arguments,
            "mobileEmulation": { "deviceMetrics": metrics },
            "prefs": preferences,
        },
        "goog:loggingPrefs": { "performance": "ALL", "browser": "ALL" },
    })
}

/// The address in an entry of the performance log, if it is about a request.
fn requested(entry: &Value) -> Option<String> {
    let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
    let message = &message["message"];
    let url = match message["method"].as_str()? {
        "Network.requestWillBeSent" => &message["params"]["request"]["url"],
        "Network.webSocketCreated" => &message["params"]["url"],
        _ => return None,
    };
    url.as_str().map(str::to_owned)
}

/// Chromedriver's own command for its logs; every line is told once.
#[derive(Debug)]
struct ReadLog {
    kind: &'static str,
}

impl WebDriverCompatibleCommand for ReadLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "type": self.kind });
        (Method::POST, Some(body.to_string()))
    }
}

#[test]
fn only_loopback_and_what_needs_no_network_stay_on_this_machine() {
    for (url, leaves) in [
        ("http://127.0.0.1:8081/page.css", false),
        ("http://[::1]:8081/", false),
        ("data:image/svg+xml,%3Csvg/%3E", false),
        ("about:blank", false),
        ("https://example.com/my_image.jpeg", true),
        // Whatever a name points at, it has to be looked up first.
        ("http://localhost:8081/", true),
        ("http://192.0.2.1/", true),
        ("ws://127.0.0.1.example.com/", true),
        ("no address", true),
    ] {
        assert_eq!(leaves_this_machine(url), leaves, "{url}");
    }
}
