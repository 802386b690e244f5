//! Inputs that nobody would write: what is kept of them, and what becomes of those by chance.
//!
//! The same functions are fed by a real fuzzer (see `fuzz/README.md`), which knows what it has
//! reached; here they are fed for a moment with every run of the tests, the same way every time.

mod mutation;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use crate::random::SeededRandom;

/// Set to a number, other inputs are made.
const SEED: &str = "DRAGOMAN_FUZZ_SEED";
/// So many inputs are made, if the time allows.
const INPUTS: u64 = 4000;
/// For one target.
const TIME: Duration = Duration::from_secs(3);
/// For one input. What takes longer hangs.
const HANGS: Duration = Duration::from_secs(1);

/// Feeds a target with the files of its corpus, `fuzz/corpus/TARGET` in the repository, and with
/// what chance makes of them.
///
/// # Panics
/// When the target panics or hangs, with the seed and the input; or when it has no corpus.
pub fn check(target: &str, run: impl Fn(&[u8])) {
    let corpus = corpus(target);
    for (name, input) in &corpus {
        feed(target, name, input, &run);
    }
    let seed = seed();
    let random = SeededRandom::new(seed);
    let inputs: Vec<Vec<u8>> = corpus.into_iter().map(|(_, input)| input).collect();
    let began = Instant::now();
    for number in 0..INPUTS {
        if began.elapsed() > TIME {
            break;
        }
        let input = mutation::of(&inputs, &random);
        feed(target, &format!("{SEED}={seed}, {number}"), &input, &run);
    }
}

fn feed(target: &str, name: &str, input: &[u8], run: &impl Fn(&[u8])) {
    let began = Instant::now();
    let ended = catch_unwind(AssertUnwindSafe(|| run(input)));
    let took = began.elapsed();
    let shown = input.escape_ascii();
    assert!(ended.is_ok(), "{target} panicked ({name}): {shown}");
    assert!(took < HANGS, "{target} took {took:?} ({name}): {shown}");
}

/// The files of a target with their names, in the order of these.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let files = fs::read_dir(folder.join(target));
    let files = files.unwrap_or_else(|error| panic!("{target} has no corpus: {error}"));
    let read = files.map(|file| {
        let path = file.expect("a folder can be read to its end").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let input = fs::read(&path);
        let input = input.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (name.into_owned(), input)
    });
    let mut corpus: Vec<(String, Vec<u8>)> = read.collect();
    assert!(!corpus.is_empty(), "the corpus of {target} is empty");
    corpus.sort();
    corpus
}

fn seed() -> u64 {
    let text = env::var(SEED).ok();
    let seed = text.map(|text| text.parse().expect("a seed is a number"));
    seed.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    #[test]
    fn the_corpus_comes_first_and_the_same_seed_makes_the_same_inputs() {
        let fed = || {
            let inputs = RefCell::new(Vec::new());
            check("duration", |input| inputs.borrow_mut().push(input.to_vec()));
            inputs.into_inner()
        };
        let (once, again) = (fed(), fed());
        let common = once.len().min(again.len());
        assert!(common > 1000, "{common}");
        assert_eq!(once[..common], again[..common]);
        assert_eq!(once[0], corpus("duration")[0].1);
    }

    #[test]
    #[should_panic(expected = "duration panicked (DRAGOMAN_FUZZ_SEED=")]
    fn a_target_that_panics_is_named_with_its_seed() {
        let corpus: Vec<Vec<u8>> = corpus("duration")
            .into_iter()
            .map(|(_, input)| input)
            .collect();
        check("duration", |input| {
            assert!(corpus.iter().any(|known| known == input))
        });
    }

    #[test]
    #[should_panic(expected = "duration took")]
    fn a_target_that_hangs_is_named() {
        let fed = Cell::new(0);
        check("duration", |_| {
            fed.set(fed.get() + 1);
            let until = Instant::now() + HANGS;
            while fed.get() == 3 && Instant::now() < until {
                std::hint::spin_loop();
            }
        });
    }
}
