//! `demo.json`: tells scripts everything about the demo, and keeps its secrets between starts.

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use dragoman_core::ports::Random;
use dragoman_engine::SystemRandom;
use serde_json::{Value, json};

use super::demo::{self, Demo};

/// The token of Callbell's documents. Only ever made in `dev`, and never with `--allow-remote`.
pub(super) const DOCUMENTED_TOKEN: &str = "test_gshuPaZoeEG6ovbc8M79w0QyM";

/// The demo's credentials.
pub(super) struct Secrets {
    pub(super) callbell_token: String,
    pub(super) onprem_password: String,
    pub(super) access_token: String,
    pub(super) app_secret: String,
    pub(super) verify_token: String,
}

/// Where everything listens.
#[derive(Debug)]
pub(super) struct Addresses {
    pub(super) gateway: SocketAddr,
    pub(super) onprem: SocketAddr,
    pub(super) emulator: String,
}

/// The secrets of the last start, or new ones.
pub(super) fn secrets(data_dir: &Path, allow_remote: bool) -> anyhow::Result<Secrets> {
    let known = read(data_dir)?;
    let random = || format!("{:032x}", SystemRandom.bits());
    let kept = |pointer: &str| {
        known
            .pointer(pointer)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let token = if allow_remote {
        let earlier = kept("/callbell/token").filter(|token| token != DOCUMENTED_TOKEN);
        earlier.unwrap_or_else(|| format!("dgm_{}{}", random(), random()))
    } else {
        DOCUMENTED_TOKEN.to_owned()
    };
    Ok(Secrets {
        callbell_token: token,
        onprem_password: kept("/onprem/password").unwrap_or_else(|| format!("Demo-{}", random())),
        access_token: kept("/dev/access_token").unwrap_or_else(random),
        app_secret: kept("/dev/app_secret").unwrap_or_else(random),
        verify_token: kept("/dev/verify_token").unwrap_or_else(random),
    })
}

fn read(data_dir: &Path) -> anyhow::Result<Value> {
    let path = data_dir.join("demo.json");
    match fs::read(&path) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).with_context(|| format!("reading {}", path.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Value::Null),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}

/// Writes the file whole or not at all: scripts read it as soon as it is there.
pub(super) fn write(
    data_dir: &Path,
    addresses: &Addresses,
    secrets: &Secrets,
    made: &Demo,
) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(&contents(addresses, secrets, made))?;
    let (path, draft) = (data_dir.join("demo.json"), data_dir.join("demo.json.new"));
    let mut options = fs::OpenOptions::new();
    let opened = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft);
    let mut file = opened.with_context(|| format!("writing {}", draft.display()))?;
    writeln!(file, "{text}").context("writing demo.json")?;
    fs::rename(&draft, &path).context("writing demo.json")
}

fn contents(addresses: &Addresses, secrets: &Secrets, made: &Demo) -> Value {
    let gateway = format!("http://{}", addresses.gateway);
    let [single, multi, image, document, video] = made.templates.map(|id| id.simple());
    json!({
        "gateway": gateway,
        "emulator": addresses.emulator,
        "callbell": { "base_url": format!("{gateway}/callbell/v1"), "token": secrets.callbell_token },
        "onprem": {
            "base_url": format!("{gateway}/onprem/{}", demo::SLUG),
            "root_url": format!("http://{}", addresses.onprem),
            "username": "admin",
            "password": secrets.onprem_password,
        },
        "cloud": null,
        "channel_uuid": made.channel.simple(),
        "team_uuid": made.team.simple(),
        "assigned_user": demo::COLLABORATOR,
        "customer": demo::CUSTOMER,
        "templates": {
            "family": demo::FAMILY.simple(), "single": single, "multi": multi,
            "image": image, "document": document, "video": video,
        },
        "dev": {
            "access_token": secrets.access_token,
            "app_secret": secrets.app_secret,
            "verify_token": secrets.verify_token,
        },
    })
}
