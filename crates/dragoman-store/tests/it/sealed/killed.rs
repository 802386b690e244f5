//! A process that is killed while it rotates keys.

use dragoman_core::ports::{Keys, Rotation};

use super::*;
use crate::kill::{is_to_write_in, kill_after, tell};

const TEST: &str = "sealed::killed::a_kill_at_any_instant_of_a_rotation_loses_no_secret";

#[test]
fn a_kill_at_any_instant_of_a_rotation_loses_no_secret() {
    if let Some(dir) = is_to_write_in() {
        return rotate_until_killed(dir.as_ref());
    }
    let dir = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(made(dir.path(), "first"));
    for answers in [1, 4, 9, 16, 25] {
        kill_after(TEST, answers, dir.path());
        assert_eq!(runtime.block_on(opened(dir.path())).len(), SECRETS);
        assert!(!dir.path().join("keys/master.next").exists());
    }
}

fn rotate_until_killed(dir: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open(dir).unwrap();
        for number in 0.. {
            let rotation = match number % 2 {
                0 => Rotation::Master,
                _ => Rotation::MasterAndData,
            };
            store.rotate(rotation).await.unwrap();
            tell(number);
        }
    });
}
