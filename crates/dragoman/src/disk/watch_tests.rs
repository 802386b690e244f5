use super::*;
use crate::config::Size;

const MIB: u64 = 1 << 20;

/// Watches a disk of 64 MiB that has so much free beside what the reserve holds.
struct World {
    disk: Arc<Disk>,
    watch: Watch,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = config::Disk {
            refuse_below: Some(Size(16 * MIB)),
            stop_below: Some(Size(2 * MIB)),
            reserve: Size(4 * MIB),
        };
        let disk = Arc::new(Disk::default());
        Self {
            watch: Watch::new(Arc::clone(&disk), folder.path(), config),
            disk,
            folder,
        }
    }

    /// A look, when others have left so much; answers what it came to, and what the reserve holds.
    fn look(&self, left_by_others: u64) -> (Room, u64) {
        let held = self.reserve();
        let space = Space {
            free: left_by_others - held,
            total: 64 * MIB,
        };
        self.watch.look(|_| Ok(space), None);
        (self.disk.room(), self.reserve())
    }

    fn reserve(&self) -> u64 {
        let file = self.folder.path().join("reserve");
        std::fs::metadata(file).map_or(0, |file| file.len())
    }

    /// The same look until the last minute has nothing else to tell.
    fn rest(&self, left_by_others: u64) -> (Room, u64) {
        for _ in 0..12 {
            self.look(left_by_others);
        }
        self.look(left_by_others)
    }
}

#[test]
fn the_reserve_is_given_up_for_results_alone_and_taken_again_when_there_is_room() {
    let world = World::new();
    assert_eq!(world.look(40 * MIB), (Room::Enough, 4 * MIB));
    assert_eq!(world.rest(16 * MIB), (Room::Little, 4 * MIB));
    assert_eq!(world.look(8 * MIB), (Room::Little, 4 * MIB));
    assert_eq!(world.look(7 * MIB), (Room::Little, 0));
    // What it has given up counts for nothing: new messages would only eat it.
    assert_eq!(world.look(5 * MIB), (Room::None, 0));
    assert_eq!(world.rest(19 * MIB), (Room::Little, 0));
    assert_eq!(world.rest(20 * MIB), (Room::Enough, 4 * MIB));
}

#[test]
fn what_the_store_could_not_write_counts_for_more_than_what_seems_free() {
    let world = World::new();
    assert_eq!(world.look(40 * MIB), (Room::Enough, 4 * MIB));
    let space = |_: &Path| {
        Ok(Space {
            free: 36 * MIB,
            total: 64 * MIB,
        })
    };
    world.watch.look(space, Some(Latch::Full));
    assert_eq!((world.disk.room(), world.reserve()), (Room::None, 0));
    world.watch.look(space, Some(Latch::Slow));
    assert_eq!(
        (world.disk.room(), world.reserve()),
        (Room::Enough, 4 * MIB)
    );
}

#[test]
fn a_disk_that_cannot_be_seen_stops_nobody() {
    let world = World::new();
    let blind = |_: &Path| Err(std::io::Error::other("on purpose"));
    world.watch.look(blind, None);
    assert_eq!(world.disk.room(), Room::Enough);
}

#[test]
fn a_reserve_of_another_size_is_made_anew() {
    let world = World::new();
    std::fs::write(world.folder.path().join("reserve"), b"half of it").unwrap();
    assert_eq!(world.look(40 * MIB), (Room::Enough, 4 * MIB));
}

#[test]
fn operators_see_what_is_free_and_what_should_be() {
    let world = World::new();
    world.rest(14 * MIB);
    let shown: Vec<(&str, f64)> = (world.watch.metrics().iter())
        .map(|metric| (metric.name, metric.value / MIB as f64))
        .collect();
    let shortage = 1.0 / MIB as f64;
    assert_eq!(
        shown,
        [
            ("dragoman_disk_free_bytes", 14.0),
            ("dragoman_disk_free_bytes", 14.0),
            ("dragoman_disk_refuse_below_bytes", 16.0),
            ("dragoman_disk_refuse_below_bytes", 16.0),
            ("dragoman_disk_shortage", shortage),
            ("dragoman_disk_reserve_bytes", 0.0),
        ]
    );
}
