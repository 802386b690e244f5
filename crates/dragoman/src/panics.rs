//! What is said of a panic.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{Location, PanicHookInfo};
use std::thread;

use tracing::field::display;

/// From now on a panic is a line of the log: where it was, and not what it said, unless those are
/// words of the source. The text of a panic may quote what the code worked on: a message, or a token.
pub(crate) fn to_the_log() {
    std::panic::set_hook(Box::new(tell));
}

fn tell(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(Location::to_string);
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| display(backtrace));
    tracing::error!(
        location,
        thread = thread::current().name(),
        said = said(panic.payload()),
        backtrace,
        "a panic: please report it"
    );
}

/// The words of a panic that takes them from the source as they stand there.
fn said(panic: &(dyn Any + Send)) -> Option<&'static str> {
    panic.downcast_ref::<&'static str>().copied()
}

#[cfg(test)]
mod tests {
    use std::panic::{catch_unwind, set_hook, take_hook};

    use super::*;
    use crate::logging::tests::Lines;

    #[test]
    fn a_panic_is_told_with_its_place_and_without_what_it_quotes() {
        let body = String::from("what a customer wrote");
        let lines = Lines::default();
        let usual = take_hook();
        to_the_log();
        lines.hear(|| {
            drop(catch_unwind(|| panic!("on purpose")));
            drop(catch_unwind(|| panic!("no such thing: {body}")));
            drop(catch_unwind(|| body[..].parse::<u8>().unwrap()));
        });
        set_hook(usual);
        let told = lines.text();
        // A backtrace, where the environment asks for one, names the file once more.
        assert_eq!(
            told.matches("a panic: please report it").count(),
            3,
            "{told}"
        );
        let place = r#"location="crates/dragoman/src/panics.rs:"#;
        assert_eq!(told.matches(place).count(), 3, "{told}");
        assert_eq!(told.matches(r#"said="on purpose""#).count(), 1, "{told}");
        assert!(!told.contains("customer"), "{told}");
    }
}
