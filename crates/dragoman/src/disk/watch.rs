//! Looks at the disk again and again.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dragoman_core::ports::Latch;
use dragoman_engine::{Disk, Metric, MetricKind, Room};
use tokio::sync::watch::Receiver;

use super::reserve::Reserve;
use super::{Rule, Space};
use crate::config;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(5);

/// A folder whose disk is watched.
#[derive(Debug)]
struct Volume {
    name: &'static str,
    folder: PathBuf,
    rule: Rule,
}

/// What the last look has found.
#[derive(Clone, Debug, Default)]
struct Found {
    volumes: Vec<(&'static str, Space, u64)>,
    reserve: u64,
}

/// Tells the engine how much room there is, and holds the reserve.
pub(crate) struct Watch {
    disk: Arc<Disk>,
    volumes: Mutex<Vec<Volume>>,
    reserve: Reserve,
    found: Mutex<Found>,
}

impl Watch {
    /// Watches the data directory, and the folder of files, which may be a disk of its own.
    pub(crate) fn new(disk: Arc<Disk>, data_dir: &Path, config: config::Disk) -> Self {
        let media = data_dir.join(dragoman_store::MEDIA);
        let folders = [("data", data_dir.to_owned()), ("media", media)];
        let volumes = folders.map(|(name, folder)| Volume {
            name,
            folder,
            rule: Rule::new(config),
        });
        Self {
            disk,
            volumes: Mutex::new(volumes.into()),
            reserve: Reserve::new(data_dir, config.reserve.0),
            found: Mutex::default(),
        }
    }

    /// Looks for as long as it is polled, and at once when the store begins to take nothing, or ends
    /// that.
    pub(crate) async fn keep_looking(self: Arc<Self>, mut latches: Receiver<Option<Latch>>) {
        loop {
            let (watch, latch) = (Arc::clone(&self), *latches.borrow_and_update());
            let looked = tokio::task::spawn_blocking(move || watch.look(Space::of, latch)).await;
            if let Err(error) = looked {
                tracing::error!(%error, "a look at the disk was cut short");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                Ok(()) = latches.changed() => {}
            }
        }
    }

    /// Looks once. `space` says what the disk of a folder has; what the store has found out by
    /// writing counts for more.
    pub(crate) fn look(
        &self,
        space: impl Fn(&Path) -> std::io::Result<Space>,
        latch: Option<Latch>,
    ) {
        let missing = self.reserve.size().saturating_sub(self.reserve.held());
        let mut volumes = self.volumes.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = latch == Some(Latch::Full);
        let mut room = if is_full { Room::None } else { Room::Enough };
        let mut found = Found::default();
        for volume in &mut *volumes {
            let space = match space(&volume.folder) {
                Ok(space) => space,
                // The first who needs it makes it, on the disk of the one above.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => {
                    tracing::warn!(folder = volume.name, %error, "cannot see how full the disk is");
                    continue;
                }
            };
            // What the reserve has given up is for results alone.
            let verdict = volume.rule.judge(Space {
                free: space.free.saturating_sub(missing),
                ..space
            });
            room = room.max(verdict.room);
            found
                .volumes
                .push((volume.name, space, verdict.refuse_below));
        }
        drop(volumes);
        if is_full {
            self.keep(self.reserve.give());
        } else {
            self.tend(room, &found);
        }
        found.reserve = self.reserve.held();
        self.tell(room, &found);
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
    }

    /// Gives the reserve up when nothing else is left, and takes it again when there is room.
    fn tend(&self, room: Room, found: &Found) {
        let size = self.reserve.size();
        let is_full = (found.volumes.first()).is_some_and(|(_, space, _)| space.free < size);
        self.keep(match room {
            Room::Enough => self.reserve.take(),
            Room::Little | Room::None if is_full => self.reserve.give(),
            Room::Little | Room::None => Ok(()),
        });
    }

    fn keep(&self, tended: std::io::Result<()>) {
        if let Err(error) = tended {
            tracing::warn!(%error, "cannot keep the reserve for results as it should be");
        }
    }

    fn tell(&self, room: Room, found: &Found) {
        if !self.disk.set(room) {
            return;
        }
        let free = found.volumes.iter().map(|(_, space, _)| space.free).min();
        let free = config::Size(free.unwrap_or_default());
        match room {
            Room::Enough => tracing::info!(%free, "the disk has room again"),
            Room::Little => {
                tracing::error!(%free, "the disk is nearly full: nothing new is accepted");
            }
            Room::None => {
                tracing::error!(%free, "the disk is full: nothing is accepted, nothing is sent");
            }
        }
    }

    /// Numbers for operators, as they stood at the last look.
    pub(crate) fn metrics(&self) -> Vec<Metric> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let found = found.clone();
        let gauge = |name, help, labels, value: u64| Metric {
            name,
            help,
            kind: MetricKind::Gauge,
            labels,
            value: value as f64,
        };
        let of = |volume: &'static str| vec![("folder", volume.to_owned())];
        let free = found.volumes.iter().map(|(name, space, _)| {
            let help = "What is free on the disk of a folder.";
            gauge("dragoman_disk_free_bytes", help, of(name), space.free)
        });
        let least = found.volumes.iter().map(|(name, _, refuse_below)| {
            let help = "With less free than this nothing new is accepted.";
            let name_of = "dragoman_disk_refuse_below_bytes";
            gauge(name_of, help, of(name), *refuse_below)
        });
        let room = match self.disk.room() {
            Room::Enough => 0,
            Room::Little => 1,
            Room::None => 2,
        };
        let rest = [
            gauge(
                "dragoman_disk_shortage",
                "1 while nothing new is accepted because the disk is nearly full, 2 while nothing is sent either.",
                Vec::new(),
                room,
            ),
            gauge(
                "dragoman_disk_reserve_bytes",
                "What is held back on the disk for results.",
                Vec::new(),
                found.reserve,
            ),
        ];
        free.chain(least).chain(rest).collect()
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
