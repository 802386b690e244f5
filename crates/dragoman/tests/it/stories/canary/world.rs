//! A gateway in production, with a provider, a customer and a receiver that all have something that
//! nobody else should read.

use std::path::PathBuf;
use std::process::Output;

use dragoman_core::ports::Method;
use dragoman_testkit::{Receiver, until};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::markers::{self, Marker, Place};
use super::search::{self, Found};
use crate::stories::commands::{json as command, run};
use crate::support::api;
use crate::support::process::{PATIENCE, Process, free_port, start_emulator};
use crate::support::raw::{Heard, say};

pub(super) const PHONE_NUMBER_ID: &str = "100000000000077";
pub(super) const WABA_ID: &str = "200000000000077";

pub(super) struct World {
    directory: TempDir,
    port: u16,
    gateway: Option<Process>,
    provider: Option<Process>,
    pub(super) provider_url: String,
    pub(super) receiver: Receiver,
    /// What the gateway has made up, or the provider.
    pub(super) made: Vec<Marker>,
    found: Vec<Found>,
}

impl World {
    pub(super) async fn begin() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (provider, provider_url) = start_emulator(directory.path(), free_port()).await;
        Self {
            directory,
            port: free_port(),
            gateway: None,
            provider: Some(provider),
            provider_url,
            receiver: Receiver::start(),
            made: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Starts the gateway, which says all that it can say, in this format.
    pub(super) async fn start(&mut self, format: &str) {
        let key = self.directory.path().join("master.key");
        std::fs::write(&key, markers::MASTER_KEY).unwrap();
        let (port, data) = (self.port, self.data());
        let config = format!(
            "listen = \"127.0.0.1:{port}\"\ndata_dir = {data:?}\n\
             [outgoing]\nallow_networks = [\"127.0.0.0/8\"]\n\
             [disk]\nreserve = \"0MiB\"\n[secrets]\nmaster_key_file = {key:?}\n"
        );
        let file = self.directory.path().join("dragoman.toml");
        std::fs::write(&file, config).unwrap();
        let args = [
            "serve",
            "--log-format",
            format,
            "--config",
            file.to_str().unwrap(),
        ];
        let log = self.directory.path().join("log");
        let gateway = Process::start_saying(&args, &log, Some("trace"));
        until("the gateway is ready", PATIENCE, async || {
            let url = format!("http://127.0.0.1:{port}/readyz");
            let answer = api::get(&url, None).await.ok()?;
            (answer.status == 200).then_some(())
        })
        .await;
        assert_eq!(gateway.limit("Max core file size"), "0 0 bytes");
        self.gateway = Some(gateway);
    }

    /// Ends the gateway in a moment, and not by its own will.
    pub(super) fn kill(&mut self) {
        self.gateway.take().expect("it runs").kill();
        self.found.extend(search::files(&self.data()));
    }

    /// Nobody answers at the provider's address any more.
    pub(super) fn provider_ends(&mut self) {
        self.provider = None;
    }

    pub(super) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// An operator's command that answers in JSON; what it answers is searched as well, unless it is
    /// the one that shows a new secret.
    pub(super) fn made(&self, args: &[&str]) -> Value {
        command(&self.data(), args)
    }

    /// What a command says.
    pub(super) fn hear(&mut self, place: Place, args: &[&str]) {
        let Output { stdout, stderr, .. } = run(&self.data(), args);
        let said = [stdout, stderr].concat();
        self.found.push(Found::new(place, args.join(" "), said));
    }

    /// A client's call.
    pub(super) async fn call(&mut self, what: &str, headers: &[(&str, &str)], body: &str) -> Heard {
        let mut request = format!(
            "{what} HTTP/1.1\r\nhost: gw.example\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        let heard = say(self.port, format!("{request}\r\n{body}").as_bytes()).await;
        if heard.status() >= 400 {
            assert!(heard.header("x-request-id").is_some(), "{what}: {heard:?}");
            self.found
                .push(Found::new(Place::Errors, what, heard.0.clone()));
        }
        heard
    }

    /// A call to a page that says how things are.
    pub(super) async fn look(&mut self, path: &str) {
        let page = self.call(&format!("GET {path}"), &[], "").await;
        self.found.push(Found::new(Place::Metrics, path, page.0));
    }

    /// Something is done at the provider.
    pub(super) async fn provider(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.provider_url);
        let body = body.to_string();
        let token = Some(markers::ACCESS_TOKEN);
        let answer = api::call(method, &url, token, body.as_bytes())
            .await
            .unwrap();
        assert!(answer.status < 300, "{path}: {}", answer.json);
        answer.json
    }

    /// The provider knows the sender by this token.
    pub(super) async fn provider_takes(&self, access_token: &str) {
        let app = json!({
            "waba_id": WABA_ID, "access_token": access_token,
            "app_secret": markers::APP_SECRET, "verify_token": markers::VERIFY_TOKEN,
            "webhook_url": format!("http://127.0.0.1:{}/in/whatsapp_cloud/main", self.port),
        });
        let path = format!("/emulator/v1/apps/{PHONE_NUMBER_ID}");
        self.provider(Method::Put, &path, &app).await;
    }

    /// Waits until a message stands in one of these states, and tells what became of it.
    pub(super) async fn becomes(&self, id: &str, states: &[&str]) -> Value {
        until(&format!("{id} is {states:?}"), PATIENCE, async || {
            let trace = self.made(&["trace", id]);
            let state = trace["message"]["state"].as_str().unwrap();
            states.contains(&state).then_some(trace)
        })
        .await
    }

    /// What is written in the log by now.
    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap()
    }

    /// Everything that was ever written by the gateway, which has ended.
    pub(super) fn end(mut self) -> (Vec<Marker>, Vec<Found>) {
        assert_eq!(self.gateway.take().expect("it runs").terminate(), Some(0));
        self.found
            .push(Found::new(Place::Log, "the log", self.log()));
        self.found.extend(search::files(&self.data()));
        self.made.extend(markers::table());
        (self.made, self.found)
    }
}
