#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dragoman_channels::whatsapp_cloud::fuzzing::signature(bytes));
