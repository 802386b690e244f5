#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dragoman_dialects::fuzzing::rate(bytes));
