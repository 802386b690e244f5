//! The one place where the rooms meet.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use axum::Router;
use dragoman_channels::Codes;
use dragoman_core::ports::{Clock, Contacts, Files, Http, Keys, Objects, Random, Reckoner, Store};
use dragoman_dialects::limits::Limits;
use dragoman_dialects::links::{self, Links};
use dragoman_dialects::native::Door;
use dragoman_dialects::services::Services;
use dragoman_dialects::uses::Uses;
use dragoman_dialects::{callbell, native, whatsapp_onprem};
use dragoman_engine::{Disk, Engine, Guard, HttpClient, Parts, SystemRandom};
use dragoman_store::{
    Erased, FolderObjects, KeyFile, MEDIA, OpenError, Options, Rebuilt, SqliteStore,
};
use tokio::net::TcpListener;

use crate::config::{Config, Listener, ListenerDialect, Outgoing, Retention};
use crate::disk::{Space, Uploads, Watch};
use crate::health;
use crate::server::{self, Doors, Proofs, Readiness, Servers, TlsListener};
use crate::{control, keys, metrics, retention, uses, webhooks};

/// A gateway whose rooms are joined and whose listeners are open.
pub(crate) struct Gateway {
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) services: Arc<Services>,
    pub(crate) readiness: Readiness,
    engine: Arc<Engine>,
    servers: Servers,
    proofs: Arc<Proofs>,
    control: control::Place,
    retention: Retention,
    watch: Arc<Watch>,
}

impl Gateway {
    /// Opens the store, starts the engine, and listens. Not yet ready: the caller says when.
    pub(crate) async fn start(
        config: &Config,
        listener: TcpListener,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let disk = Arc::new(Disk::default());
        let watch = Watch::new(Arc::clone(&disk), &config.data_dir, config.disk);
        if config.data_dir.is_dir() {
            // To open the store is to write: on a full disk that takes what the reserve holds.
            watch.look(Space::of, None);
        }
        let store = Arc::new(open(&config.data_dir, config.master_key())?);
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let codes = Arc::new(config.providers.whatsapp_cloud.codes(Codes::with)?);
        let drivers = dragoman_channels::drivers(&codes);
        let public_url = config.public_url();
        let http: Arc<dyn Http> = Arc::new(HttpClient::guarded(guard(&config.outgoing)));
        let files = Arc::clone(&store) as Arc<dyn Files>;
        let folder = FolderObjects::open(config.data_dir.join(MEDIA));
        let objects: Arc<dyn Objects> = Arc::new(folder.context("opening the folder of files")?);
        let links = Links::new(keys::links(&config.data_dir, &*random)?, &*public_url);
        // Before anything can be accepted.
        watch.look(Space::of, store.latched());
        let watch = Arc::new(watch);
        let parts = Parts {
            store: Arc::clone(&store) as Arc<dyn Store>,
            files: Arc::clone(&files),
            objects: Arc::clone(&objects),
            drivers: drivers.clone(),
            formats: dragoman_dialects::formats(&links),
            http: Arc::clone(&http),
            clock,
            random: Arc::clone(&random),
            disk: Arc::clone(&disk),
        };
        let engine = Engine::start_within(parts, config.limits.bounds()).await;
        let engine = Arc::new(engine.context("starting the engine")?);
        let clock = engine.clock();
        let mut proofs = Proofs::new(config);
        let listener_ca = proofs.listener_ca(clock.machine())?;
        let uploads = Uploads {
            objects,
            disk: Arc::clone(&disk),
        };
        let services = Arc::new(Services {
            desk: engine.desk(),
            lines: engine.lines(),
            replays: engine.replays(),
            contacts: Arc::clone(&store) as Arc<dyn Contacts>,
            reckoner: Arc::clone(&store) as Arc<dyn Reckoner>,
            keys: Arc::clone(&store) as Arc<dyn Keys>,
            files,
            objects: Arc::new(uploads),
            http,
            links,
            store: Arc::clone(&store) as Arc<dyn Store>,
            clock,
            random: Arc::clone(&random),
            drivers,
            limits: Limits::default(),
            uses: Uses::default(),
            public_url: public_url.into(),
            listener_ca,
        });
        let readiness = Readiness::default();
        let trusted = config.trusted_proxies.clone();
        let mut servers = Servers::new(Doors::new(config.limits, trusted, random));
        let numbers = numbers(&engine, codes, &watch, &store);
        let operation = server::operation(
            readiness.clone(),
            Arc::clone(&services.store),
            disk,
            numbers,
        );
        servers.serve(listener, routes(&engine, &services).merge(operation));
        for extra in &config.listener {
            let bound = server::bind(extra.bind, "the key listener.bind").await?;
            let router = rooted(extra, &services);
            match proofs.of(extra, services.clock.machine())? {
                Some(proof) => servers.serve(TlsListener::new(bound, proof), router),
                None => servers.serve(bound, router),
            }
        }
        let (socket, control) = control::listen(&config.data_dir)?;
        servers.serve(socket, native::router(Arc::clone(&services), Door::Socket));
        Ok(Self {
            store,
            services,
            readiness,
            engine,
            servers,
            proofs: Arc::new(proofs),
            control,
            retention: config.retention,
            watch,
        })
    }

    /// Adds a listener with a dialect at its root.
    pub(crate) fn serve_rooted(&mut self, bound: TcpListener, listener: &Listener) {
        self.servers.serve(bound, rooted(listener, &self.services));
    }

    /// Serves until it is told to stop, then drains.
    ///
    /// # Errors
    /// The store fell ill: the process has to end, so that a new one recovers.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let clock = || Arc::clone(&self.services.clock);
        let sweeping = retention::sweep(Arc::clone(&self.store), clock(), self.retention);
        let sweeper = tokio::spawn(sweeping);
        let writer = tokio::spawn(uses::keep(Arc::clone(&self.services)));
        let renewer = tokio::spawn(Arc::clone(&self.proofs).keep_fresh(clock()));
        let looking = Arc::clone(&self.watch).keep_looking(self.store.latches());
        let watcher = tokio::spawn(looking);
        let told = tokio::select! {
            told = told_to_stop() => told,
            () = health::failed(&*self.store) => Err(anyhow!("the store failed: start again to recover")),
        };
        sweeper.abort();
        writer.abort();
        renewer.abort();
        watcher.abort();
        self.stop().await;
        told
    }

    /// Takes no more work, finishes what runs, and writes everything down.
    async fn stop(self) {
        self.readiness.set(false);
        self.servers.stop().await;
        self.engine.stop().await;
        self.control.remove();
        if let Err(error) = self.store.close().await {
            tracing::error!(%error, "closing the store");
        }
    }
}

/// Opens the store of a data directory, for this process alone.
pub(crate) fn open(data_dir: &Path, key: KeyFile) -> anyhow::Result<SqliteStore> {
    let opened = SqliteStore::open_by(data_dir, Options::default(), key);
    opened.map_err(|error| explained(error, data_dir))
}

/// Removes what a store has kept, and holds the directory until the answer is dropped.
pub(crate) fn erase(data_dir: &Path) -> anyhow::Result<Erased> {
    SqliteStore::erase(data_dir).map_err(|error| explained(error, data_dir))
}

/// Looks at every page of a store.
pub(crate) fn check(data_dir: &Path) -> anyhow::Result<()> {
    SqliteStore::check(data_dir).map_err(|error| explained(error, data_dir))
}

/// Makes the store's index again from its log.
pub(crate) fn rebuild_index(data_dir: &Path) -> anyhow::Result<Rebuilt> {
    SqliteStore::rebuild_index(data_dir).map_err(|error| explained(error, data_dir))
}

fn explained(error: OpenError, data_dir: &Path) -> anyhow::Error {
    let place = data_dir.display();
    match error {
        OpenError::Locked => anyhow!("another gateway runs on {place}: one at a time may use it"),
        error @ (OpenError::Newer { .. }
        | OpenError::Lost
        | OpenError::Damaged(_)
        | OpenError::Io(_)
        | OpenError::Database(_)
        | OpenError::Unreadable(_)
        | OpenError::Key(_)) => {
            anyhow::Error::from(error).context(format!("opening the store in {place}"))
        }
    }
}

/// Where addresses that clients write may lead.
fn guard(outgoing: &Outgoing) -> Guard {
    Guard::new(outgoing.allow_networks.clone()).with_ports(outgoing.allow_ports.clone())
}

/// Numbers of the engine, the store and the disk, and what the drivers have met that they do not
/// know.
fn numbers(
    engine: &Arc<Engine>,
    codes: Arc<Codes>,
    watch: &Arc<Watch>,
    store: &Arc<SqliteStore>,
) -> metrics::Source {
    let (engine, watch, store) = (Arc::clone(engine), Arc::clone(watch), Arc::clone(store));
    Arc::new(move || {
        let mut numbers = engine.metrics();
        numbers.extend(health::metrics(&store));
        numbers.extend(watch.metrics());
        numbers.extend(codes.unlisted().into_iter().map(metrics::unlisted));
        numbers
    })
}

/// Every address of the gateway but those of operation, grouped by who calls.
fn routes(engine: &Engine, services: &Arc<Services>) -> Router {
    Router::new()
        .merge(callbell::router(Arc::clone(services)))
        .merge(whatsapp_onprem::prefixed(Arc::clone(services)))
        .merge(webhooks::router(engine.intake()))
        .merge(links::router(Arc::clone(services)))
        .merge(native::router(Arc::clone(services), Door::Public))
}

fn rooted(listener: &Listener, services: &Arc<Services>) -> Router {
    let services = Arc::clone(services);
    match &listener.dialect {
        ListenerDialect::Callbell => callbell::rooted(services),
        ListenerDialect::Onprem { channel } => whatsapp_onprem::rooted(services, channel.clone()),
    }
}

/// Waits for SIGTERM or Ctrl-C; a second one ends the process at once.
pub(crate) async fn told_to_stop() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT")?;
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        std::process::exit(130);
    });
    Ok(())
}

/// How long to wait for something that normally takes milliseconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
