//! What all parts of a running emulator share.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt as _;
use tokio::sync::{broadcast, mpsc, watch};

use crate::Config;
use crate::clock::ClockHandle;
use crate::faults::Faults;
use crate::journal::{self, Journal};
use crate::statuses::{self, Step};
use crate::webhooks::{Client, Deliveries};
use crate::world::{CustomerChange, Entry, StatusChange, World};

/// How many changes a slow page may lag behind before it is told to look at everything again.
const CHANGES: usize = 4096;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) strict: bool,
    pub(crate) fetch_links: bool,
    pub(crate) listen: SocketAddr,
    data_dir: PathBuf,
    pub(crate) clock: ClockHandle,
    pub(crate) client: Client,
    pub(crate) deliveries: Deliveries,
    pub(crate) stopped: watch::Receiver<bool>,
    faults: Mutex<Faults>,
    world: Mutex<World>,
    journal: Journal,
    steps: mpsc::UnboundedSender<Step>,
    changes: broadcast::Sender<Change>,
}

/// What the page is told.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Customer(String),
    Clock,
}

/// The world, held; whatever is recorded is journaled and applied in one order.
pub(crate) struct Held<'a> {
    state: &'a State,
    world: MutexGuard<'a, World>,
}

impl State {
    pub(crate) fn open(
        config: &Config,
        listen: SocketAddr,
        stopped: watch::Receiver<bool>,
    ) -> anyhow::Result<(Arc<Self>, mpsc::UnboundedReceiver<Step>)> {
        let mut world = World::default();
        let journal = journal::open(&config.data_dir, |entry| world.apply(entry))?;
        let clock = ClockHandle::default();
        clock.restore(world.offset);
        let (steps, planned) = mpsc::unbounded_channel();
        let state = Arc::new(Self {
            strict: config.strict,
            fetch_links: config.fetch_links,
            listen,
            data_dir: config.data_dir.clone(),
            clock: clock.clone(),
            client: Client::new(),
            deliveries: Deliveries::default(),
            stopped,
            faults: Mutex::default(),
            world: Mutex::new(world),
            journal,
            steps,
            changes: broadcast::channel(CHANGES).0,
        });
        let listener = Arc::downgrade(&state);
        clock.on_advance(move |offset| {
            if let Some(state) = listener.upgrade() {
                let offset_ms = u64::try_from(offset.as_millis()).unwrap_or(u64::MAX);
                state.hold().record(Entry::Clock { offset_ms });
                state.tell(Change::Clock);
            }
        });
        Ok((state, planned))
    }

    /// Goes on with what the journal left open: statuses that were due and webhooks that are owed.
    pub(crate) fn resume(self: &Arc<Self>) {
        let held = self.hold();
        for message in &held.messages {
            statuses::plan(self, message);
        }
        let owed: Vec<_> = held
            .pending
            .iter()
            .map(|(webhook, pending)| (*webhook, held.number_of(pending).to_owned()))
            .collect();
        drop(held);
        for (webhook, phone_number_id) in owed {
            self.deliveries
                .push(self, &phone_number_id, webhook, std::time::Duration::ZERO);
        }
    }

    pub(crate) fn hold(&self) -> Held<'_> {
        Held {
            state: self,
            world: self.world.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Resolves when everything recorded before is in the journal.
    pub(crate) fn written(&self) -> impl Future<Output = io::Result<()>> + Send + use<> {
        self.journal.written()
    }

    /// The bytes of uploaded media lie beside the journal.
    pub(crate) async fn write_media(&self, id: &str, bytes: &[u8]) -> io::Result<()> {
        let folder = self.data_dir.join("media");
        tokio::fs::create_dir_all(&folder).await?;
        let path = folder.join(id);
        let written = tokio::fs::write(&path, bytes).await;
        if written.is_err() {
            // The half that a full disk took is of no use.
            drop(tokio::fs::remove_file(&path).await);
        }
        written
    }

    pub(crate) async fn read_media(&self, id: &str) -> io::Result<Vec<u8>> {
        tokio::fs::read(self.data_dir.join("media").join(id)).await
    }

    pub(crate) fn plan(&self, step: Step) {
        // After the end nobody waits for statuses; the next start plans them again.
        drop(self.steps.send(step));
    }

    pub(crate) fn tell(&self, change: Change) {
        // Nobody may be looking.
        drop(self.changes.send(change));
    }

    pub(crate) fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }
}

impl Held<'_> {
    pub(crate) fn record(&mut self, entry: Entry) {
        self.state.journal.append(&entry);
        let touched = match &entry {
            Entry::Customer(CustomerChange { id, .. }) => Some(id.clone()),
            Entry::Accepted(accepted) => Some(accepted.customer.clone()),
            Entry::Wrote(wrote) => Some(wrote.customer.clone()),
            Entry::Opened { customer, .. } => Some(customer.clone()),
            Entry::Status(StatusChange { wamid, .. }) | Entry::BusinessRead { wamid } => self
                .message(wamid)
                .map(|message| self.customers[message.customer as usize].id.clone()),
            Entry::Answered { webhook } => self.sender_of(*webhook),
            Entry::App(_)
            | Entry::Number(_)
            | Entry::Subscription(_)
            | Entry::Upload(_)
            | Entry::Template(_)
            | Entry::TemplateDeleted(_)
            | Entry::Media(_)
            | Entry::MediaDeleted { .. }
            | Entry::Turned(_)
            | Entry::Clock { .. } => None,
        };
        self.world.apply(entry);
        if let Some(customer) = touched {
            self.state.tell(Change::Customer(customer));
        }
    }
}

impl std::ops::Deref for Held<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

/// A fresh message id in the layout that clients see in the field: the peer's number in ASCII, then random letters.
pub(crate) fn fresh_wamid(peer: &str) -> String {
    // A BSUID may be long; its end is enough to tell people apart.
    let peer = peer.get(peer.len().saturating_sub(20)..).unwrap_or(peer);
    let mut bytes = vec![0x1c, 0x18, u8::try_from(peer.len()).unwrap_or_default()];
    bytes.extend_from_slice(peer.as_bytes());
    bytes.extend_from_slice(&[0x15, 0x02, 0x00, 0x11, 0x18, 0x14]);
    let key = format!("{:020X}", rand::rng().random::<u128>() >> 48);
    bytes.extend_from_slice(key.as_bytes());
    bytes.push(0);
    format!("wamid.{}", STANDARD.encode(bytes))
}

/// Decimal digits, as the provider numbers templates and media.
pub(crate) fn fresh_number() -> String {
    rand::rng()
        .random_range(1_000_000_000_000_000_u64..9_000_000_000_000_000)
        .to_string()
}
