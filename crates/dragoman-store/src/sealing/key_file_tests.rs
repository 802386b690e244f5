//! The file of the master key, after starts and rotations that were cut short.

use std::os::unix::fs::PermissionsExt;

use super::*;

fn held(path: &Path) -> Key {
    Key::from_digits(fs::read_to_string(path).unwrap().trim()).unwrap()
}

fn is(key: &Key) -> impl Fn(&Key) -> bool {
    |tried| tried.bytes() == key.bytes()
}

#[test]
fn a_key_is_made_once_for_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = KeyFile::of(dir.path());
    let made = file.first().unwrap();
    assert_eq!(file.first().unwrap().bytes(), made.bytes());
    assert_eq!(file.fitting(is(&made)).unwrap().bytes(), made.bytes());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let modes = (mode(&dir.path().join("keys")), mode(file.path()));
    assert_eq!(modes, (0o700, 0o600));
    assert!(!file.next().exists());
}

#[test]
fn the_operator_s_key_is_never_made_up() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("provided");
    let file = KeyFile::at(&path);
    assert!(matches!(file.first(), Err(KeyError::NotMade(_))));
    assert!(!path.exists());
    fs::write(&path, "AB".repeat(32)).unwrap();
    assert_eq!(file.first().unwrap().bytes(), [0xab; 32]);
}

#[test]
fn a_rotation_that_was_cut_short_is_undone_or_finished() {
    let dir = tempfile::tempdir().unwrap();
    let file = KeyFile::of(dir.path());
    let (old, new) = (file.first().unwrap(), Key::fresh());
    file.propose(&new).unwrap();
    file.fitting(is(&old)).unwrap();
    assert!(!file.next().exists());
    assert_eq!(held(file.path()).bytes(), old.bytes());

    file.propose(&new).unwrap();
    file.fitting(is(&new)).unwrap();
    assert!(!file.next().exists());
    assert_eq!(held(file.path()).bytes(), new.bytes());

    fs::write(file.next(), "half a k").unwrap();
    file.fitting(is(&new)).unwrap();
    assert!(!file.next().exists());
}

#[test]
fn what_is_wrong_with_a_key_is_told_with_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = KeyFile::of(dir.path());
    let key = file.first().unwrap();
    let told = || file.fitting(is(&key)).unwrap_err().to_string();
    let path = file.path().display().to_string();
    file.propose(&Key::fresh()).unwrap();
    fs::rename(file.next(), file.path()).unwrap();
    assert!(told().contains(&path) && told().contains("is not the one"));
    for damaged in ["", "ab", &"g".repeat(64)] {
        fs::write(file.path(), damaged).unwrap();
        assert!(told().contains(&path) && told().contains("64"), "{damaged}");
        assert!(file.first().is_err(), "{damaged}");
    }
    fs::write(file.path(), [0xff; 64]).unwrap();
    assert!(told().contains("64"));
    fs::remove_file(file.path()).unwrap();
    assert!(told().contains(&path) && told().contains("missing"));
}
