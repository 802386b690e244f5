//! `dragoman dev`: gateway, emulated WhatsApp and a demo account, in one process.
//!
//! The order of a start: listen, tell the emulator who listens to the demo number (it verifies the
//! webhook address as Meta does), give it the templates, let the customer write, write `demo.json`, say that we are ready.

mod clock;
mod demo;
mod file;
mod phones;

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use dragoman_engine::HttpClient;

use self::clock::DevClock;
use self::demo::Demo;
use self::phones::Phones;
use crate::assemble::{self, Gateway};
use crate::cli::DevArgs;
use crate::config::{Config, Disk, Limits, Listener, ListenerDialect, Outgoing};
use crate::{keys, server};

/// How often the clock of an emulator elsewhere is read.
const CLOCK_POLL: Duration = Duration::from_millis(250);

pub(crate) async fn run(args: DevArgs) -> anyhow::Result<()> {
    only_loopback(&args)?;
    std::fs::create_dir_all(&args.data_dir)
        .with_context(|| format!("making {}", args.data_dir.display()))?;
    let data_dir = args
        .data_dir
        .canonicalize()
        .context("finding the data directory")?;
    if args.reset {
        reset(&data_dir)?;
    }
    let secrets = file::secrets(&data_dir, args.allow_remote)?;
    let listener = server::bind(args.listen, "--listen").await?;
    let onprem = server::bind(args.onprem_listen, "--onprem-listen").await?;
    let (listen, onprem_listen) = (listener.local_addr()?, onprem.local_addr()?);

    let clock = Arc::new(DevClock::new());
    let emulator = Emulated::start(&args.emulator, &data_dir, &clock).await?;
    let phones = Phones::new(emulator.url.clone(), Arc::new(HttpClient::new(Vec::new())));
    clock.set_offset(phones.clock_offset().await?);

    let config = configuration(&data_dir, listen)?;
    let mut gateway = Gateway::start(&config, listener, Arc::clone(&clock) as _).await?;
    let demo = Demo::make(
        &gateway.services,
        &emulator.url,
        &secrets,
        args.allow_remote,
    )
    .await?;
    let rooted = Listener {
        bind: onprem_listen,
        dialect: ListenerDialect::Onprem {
            channel: demo::SLUG.to_owned(),
        },
        tls: None,
    };
    gateway.serve_rooted(onprem, &rooted);

    phones
        .register(
            &secrets,
            &format!("http://{listen}/in/whatsapp_cloud/{}", demo::SLUG),
        )
        .await?;
    phones
        .make_templates(&demo::templates(), &secrets.access_token)
        .await?;
    demo.open(&gateway.services).await?;
    demo.customer_writes(&gateway.services, &phones).await?;
    let addresses = file::Addresses {
        gateway: listen,
        onprem: onprem_listen,
        emulator: emulator.url.clone(),
    };
    file::write(&data_dir, &addresses, &secrets, &demo)?;
    gateway.readiness.set(true);
    announce(&addresses, &secrets)?;

    let follower = emulator
        .is_elsewhere()
        .then(|| follow(phones, Arc::clone(&clock)));
    let ended = gateway.run().await;
    if let Some(follower) = follower {
        follower.abort();
    }
    emulator.stop().await;
    ended
}

/// The emulator that this process runs, or one that runs elsewhere.
struct Emulated {
    url: String,
    own: Option<dragoman_emulator::Emulator>,
}

impl Emulated {
    async fn start(wanted: &str, data_dir: &Path, clock: &Arc<DevClock>) -> anyhow::Result<Self> {
        if wanted.starts_with("http://") || wanted.starts_with("https://") {
            return Ok(Self {
                url: wanted.trim_end_matches('/').to_owned(),
                own: None,
            });
        }
        let listen: SocketAddr = wanted
            .parse()
            .with_context(|| format!("--emulator: {wanted:?} is neither an address nor a URL"))?;
        drop(server::bind(listen, "--emulator").await?);
        let config = dragoman_emulator::Config {
            listen,
            data_dir: data_dir.join("emulator"),
            strict: false,
            fetch_links: false,
        };
        let own = dragoman_emulator::start(config)
            .await
            .context("starting the emulator")?;
        let clock = Arc::clone(clock);
        own.on_advance(move |offset| clock.set_offset(offset));
        Ok(Self {
            url: format!("http://{}", own.addr),
            own: Some(own),
        })
    }

    fn is_elsewhere(&self) -> bool {
        self.own.is_none()
    }

    async fn stop(self) {
        if let Some(own) = self.own {
            own.stop().await;
        }
    }
}

/// Keeps our clock with an emulator's that runs elsewhere.
fn follow(phones: Phones, clock: Arc<DevClock>) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(CLOCK_POLL).await;
            if let Ok(offset) = phones.clock_offset().await {
                clock.set_offset(offset);
            }
        }
    })
}

fn only_loopback(args: &DevArgs) -> anyhow::Result<()> {
    let emulator = args.emulator.parse::<SocketAddr>().ok();
    for address in [Some(args.listen), Some(args.onprem_listen), emulator]
        .into_iter()
        .flatten()
    {
        if !address.ip().is_loopback() && !args.allow_remote {
            bail!(
                "{address} can be reached from other machines: add --allow-remote, which makes random tokens"
            );
        }
    }
    Ok(())
}

/// Forgets earlier starts, unless a gateway still has the directory.
fn reset(data_dir: &Path) -> anyhow::Result<()> {
    let _erased = assemble::erase(data_dir)?;
    for name in ["demo.json", "control", "control.sock"] {
        forget(std::fs::remove_file(data_dir.join(name)), name)?;
    }
    for name in ["emulator", keys::DIRECTORY, server::CERTIFICATES] {
        forget(std::fs::remove_dir_all(data_dir.join(name)), name)?;
    }
    Ok(())
}

fn forget(removed: std::io::Result<()>, name: &str) -> anyhow::Result<()> {
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {name}"))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn configuration(data_dir: &Path, listen: SocketAddr) -> anyhow::Result<Config> {
    let loopback = ["127.0.0.0/8".parse()?, "::1/128".parse()?];
    Ok(Config {
        listen,
        data_dir: data_dir.to_owned(),
        outgoing: Outgoing {
            allow_networks: loopback.to_vec(),
            allow_ports: Vec::new(),
        },
        disk: Disk::DEV,
        limits: Limits::default().for_developers(),
        ..Config::default()
    })
}

/// Where everything is, and one line to paste.
fn announce(addresses: &file::Addresses, secrets: &file::Secrets) -> anyhow::Result<()> {
    let gateway = format!("http://{}", addresses.gateway);
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "\nDragoman is ready.\n\n  \
         the customer's phone   {emulator}/\n  \
         Callbell API           {gateway}/callbell/v1\n  \
         On-Premises API        {gateway}/onprem/{slug}/v1  and  http://{onprem}/v1\n  \
         metrics                {gateway}/metrics\n\n\
         Send a message:\n\n  \
         curl -X POST {gateway}/callbell/v1/messages/send -H 'Authorization: Bearer {token}' \
         -H 'Content-Type: application/json' \
         -d '{{\"to\":\"+{customer}\",\"from\":\"whatsapp\",\"type\":\"text\",\"content\":{{\"text\":\"Hello!\"}}}}'\n",
        emulator = addresses.emulator,
        slug = demo::SLUG,
        onprem = addresses.onprem,
        token = secrets.callbell_token,
        customer = demo::CUSTOMER,
    )?;
    Ok(())
}
