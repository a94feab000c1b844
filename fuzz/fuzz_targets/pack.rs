#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ackgate::fuzzing::pack(data));
