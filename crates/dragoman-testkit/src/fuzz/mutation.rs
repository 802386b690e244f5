//! What chance makes of an input.

use crate::random::SeededRandom;

/// The most changes of one input.
const CHANGES: u64 = 8;
/// The most bytes that one change moves or removes.
const STRETCH: usize = 64;
/// Larger inputs are cut: nobody learns more from them here.
const LARGEST: usize = 64 * 1024;

/// What parsers stumble over: edges of numbers, half characters, quotes, nesting.
const WORDS: [&[u8]; 32] = [
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x91\x8d",
    b"\xe2\x80\xae",
    b"\r\n",
    b"\r\n\r\n",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"{}",
    b"[]",
    b"null",
    b"true",
    b"-1",
    b"0",
    b"1e999",
    b"0.1",
    b"2147483648",
    b"9223372036854775807",
    b"18446744073709551616",
    b"-9223372036854775809",
    b"99999999999999999999999999999999",
    b"%00",
    b"%",
    b"../",
    b"@",
    b"{{1}}",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":",
];

/// One of the inputs, changed.
pub(super) fn of(inputs: &[Vec<u8>], random: &SeededRandom) -> Vec<u8> {
    let mut input = pick(inputs, random).clone();
    for _ in 0..=random.below(CHANGES) {
        change(&mut input, inputs, random);
    }
    input.truncate(LARGEST);
    input
}

fn change(input: &mut Vec<u8>, inputs: &[Vec<u8>], random: &SeededRandom) {
    let place = index(input.len() + 1, random);
    let end = input.len().min(place + 1 + index(STRETCH, random));
    match random.below(8) {
        0 => flip(input, place, random),
        1 => {
            if let Some(byte) = input.get_mut(place) {
                *byte = random.next().to_be_bytes()[0];
            }
        }
        2 => drop(input.drain(place..end)),
        3 => input.truncate(place),
        4 => insert(input, place, word(random)),
        5 => drop(input.splice(place..end, word(random).iter().copied())),
        6 => {
            let stretch = input[place..end].to_vec();
            insert(input, index(input.len() + 1, random), &stretch);
        }
        _ => {
            let other = pick(inputs, random);
            let from = index(other.len() + 1, random);
            input.truncate(place);
            input.extend_from_slice(&other[from..]);
        }
    }
}

fn flip(input: &mut [u8], place: usize, random: &SeededRandom) {
    if let Some(byte) = input.get_mut(place) {
        *byte ^= 1 << random.below(8);
    }
}

fn insert(input: &mut Vec<u8>, place: usize, what: &[u8]) {
    drop(input.splice(place..place, what.iter().copied()));
}

fn word(random: &SeededRandom) -> &'static [u8] {
    WORDS[index(WORDS.len(), random)]
}

fn pick<'a, T>(all: &'a [T], random: &SeededRandom) -> &'a T {
    &all[index(all.len(), random)]
}

/// A place in something of this length, which is not empty.
fn index(length: usize, random: &SeededRandom) -> usize {
    let below = u64::try_from(length).expect("lengths are small");
    usize::try_from(random.below(below)).expect("below a length")
}
