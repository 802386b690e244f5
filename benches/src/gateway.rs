//! The product's rooms, joined as its binary joins them, with one store or the other.
//!
//! Only what a measurement calls is served: Callbell's dialect, the provider's webhooks and the
//! metrics. The server's own layers are the product's source files, not copies of them.

#[path = "../../crates/dragoman/src/metrics.rs"]
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "no table of codes is counted here")
)]
mod metrics;
#[path = "../../crates/dragoman/src/server/unread.rs"]
mod unread;
#[path = "../../crates/dragoman/src/webhooks.rs"]
mod webhooks;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::routing::get;
use dragoman_core::Secret;
use dragoman_core::ports::{Clock, Contacts, Files, Http, Keys, Objects, Random, Reckoner, Store};
use dragoman_core::rate::Rate;
use dragoman_dialects::callbell;
use dragoman_dialects::limits::Limits;
use dragoman_dialects::links::Links;
use dragoman_dialects::services::Services;
use dragoman_dialects::uses::Uses;
use dragoman_engine::{Engine, HttpClient, Parts, SystemClock, SystemRandom};
use dragoman_store::{FolderObjects, MEDIA, SqliteStore};
use ipnet::{IpNet, Ipv4Net};

use crate::cli::{GatewayArgs, StoreKind, WorldArgs};
use crate::forgetful::Forgetful;
use crate::role;
use crate::world::{self, World};

/// Where the receiver of a measurement is.
const LOOPBACK: IpNet = IpNet::V4(Ipv4Net::new_assert(
    std::net::Ipv4Addr::new(127, 0, 0, 0),
    8,
));

/// Serves until it is told to stop, then drains and writes everything down.
///
/// # Errors
/// The store does not open or close, or the port is not to be had.
pub(crate) async fn run(args: GatewayArgs) -> anyhow::Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let world = world_of(&args.world)?;
    match args.store {
        StoreKind::Durable => {
            let data_dir = args.data_dir.context("a durable store needs --data-dir")?;
            let store = Arc::new(open(&data_dir)?);
            let since = store.last_event();
            let catalog = World { since, ..world }.catalog(clock.now());
            store.change(world::changes(&catalog)).await?;
            serve(Arc::clone(&store), clock).await?;
            store.close().await.context("closing the store")
        }
        StoreKind::Forgetful => {
            let catalog = world.catalog(clock.now());
            serve(Arc::new(Forgetful::new(catalog)), clock).await
        }
    }
}

/// What the words on the command line say about the tenant.
fn world_of(args: &WorldArgs) -> anyhow::Result<World> {
    Ok(World {
        channels: args.channels,
        rate: Rate::per_second(args.rate).context("--rate: between 1 and 100000")?,
        concurrency: args.concurrency,
        graph_url: args.graph_url.clone(),
        receiver_url: args.receiver_url.clone(),
        since: 0,
    })
}

fn open(data_dir: &Path) -> anyhow::Result<SqliteStore> {
    let opened = SqliteStore::open(data_dir);
    opened.with_context(|| format!("opening the store in {}", data_dir.display()))
}

async fn serve<S: Store + Contacts + Files + Keys + Reckoner + 'static>(
    store: Arc<S>,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<()> {
    let listener = role::listen().await?;
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let drivers = dragoman_channels::drivers(&Arc::default());
    let public_url = "https://gateway.example";
    let links = Links::new(Secret::new("a key that signs nothing"), public_url);
    let folder = tempfile::tempdir().context("making a folder for files")?;
    let objects: Arc<dyn Objects> = Arc::new(FolderObjects::open(folder.path().join(MEDIA))?);
    let http: Arc<dyn Http> = Arc::new(HttpClient::new(vec![LOOPBACK]));
    let parts = Parts {
        files: Arc::clone(&store) as Arc<dyn Files>,
        objects: Arc::clone(&objects),
        store: Arc::clone(&store) as Arc<dyn Store>,
        drivers: drivers.clone(),
        formats: dragoman_dialects::formats(&links),
        http: Arc::clone(&http),
        clock: Arc::clone(&clock),
        random: Arc::clone(&random),
        disk: Arc::default(),
    };
    let engine = Engine::start_within(parts, world::bounds()).await;
    let engine = Arc::new(engine.context("starting the engine")?);
    let services = Arc::new(Services {
        desk: engine.desk(),
        lines: engine.lines(),
        replays: engine.replays(),
        contacts: Arc::clone(&store) as Arc<dyn Contacts>,
        reckoner: Arc::clone(&store) as Arc<dyn Reckoner>,
        keys: Arc::clone(&store) as Arc<dyn Keys>,
        files: Arc::clone(&store) as Arc<dyn Files>,
        objects,
        http,
        links,
        store,
        clock,
        random,
        drivers,
        limits: Limits::default(),
        uses: Uses::default(),
        public_url: public_url.into(),
        listener_ca: None,
    });
    let router = routes(&engine, services);
    role::ready(&listener)?;
    let serving = axum::serve(listener, router);
    serving.with_graceful_shutdown(role::told_to_stop()).await?;
    engine.stop().await;
    Ok(())
}

fn routes(engine: &Arc<Engine>, services: Arc<Services>) -> Router {
    let measured = Arc::clone(engine);
    let source: metrics::Source = Arc::new(move || measured.metrics());
    Router::new()
        .merge(callbell::router(services))
        .merge(webhooks::router(engine.intake()))
        .route(
            "/metrics",
            get(async move || metrics::page(&source).into_response()),
        )
        .layer(axum::middleware::from_fn(
            async |request: Request, next: Next| unread::discard(request, |it| next.run(it)).await,
        ))
}
