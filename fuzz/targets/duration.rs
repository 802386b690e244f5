#![no_main]

// The binary is no library, so that its file is read here once more.
#[path = "../../crates/dragoman/src/config/span.rs"]
mod span;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| span::duration(bytes));
