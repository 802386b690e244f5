//! Chance that falls the same way in every run.

use serde_json::{Value, json};

/// Dice that a seed decides.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`: one step of `SplitMix64`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % sides as u64).expect("it is below a usize")
    }

    pub(crate) fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.roll(choices.len())].clone()
    }

    /// How many there are of something: mostly few, sometimes as many as there may be, and now and
    /// then none or one more.
    pub(crate) fn count(&mut self, most: usize) -> usize {
        match self.roll(20) {
            0 => 0,
            1 => most + 1,
            2..=4 => most,
            _ => 1 + self.roll(most.min(3)),
        }
    }

    /// Characters of one to four bytes. As long as with `count`, but mostly something.
    pub(crate) fn text(&mut self, most: usize) -> String {
        const CHARACTERS: [char; 12] = [
            'a', 'Z', '0', '9', '_', 'é', 'ß', 'я', '中', '語', '🍕', '"',
        ];
        self.text_of(most, &CHARACTERS)
    }

    /// The same without pictures.
    pub(crate) fn letters(&mut self, most: usize) -> String {
        self.text_of(most, &['a', 'Z', '0', '9', 'é', '中'])
    }

    fn text_of(&mut self, most: usize, characters: &[char]) -> String {
        let length = match self.roll(40) {
            0 => 0,
            1 => most + 1,
            2..=5 => most,
            _ => 6 + self.roll(12),
        };
        let length = length.min(most + 1);
        (0..length).map(|_| self.one_of(characters)).collect()
    }

    /// Adds a field that can be left out, in one of the ways in which programs leave it out, too.
    pub(crate) fn optional(&mut self, object: &mut Value, key: &str, value: Value) {
        let empty = match &value {
            Value::String(_) => json!(""),
            Value::Object(_) | Value::Array(_) => json!([]),
            Value::Null | Value::Bool(_) | Value::Number(_) => Value::Null,
        };
        match self.roll(10) {
            0..=3 => {}
            4 => object[key] = Value::Null,
            5 => object[key] = empty,
            _ => object[key] = value,
        }
    }

    /// A whole number, as a number or as text.
    pub(crate) fn number(&mut self, below: usize) -> Value {
        let number = self.roll(below);
        self.one_of(&[json!(number), json!(number.to_string())])
    }

    /// An array; one of a single thing may be that thing, and any may be as PHP writes it.
    pub(crate) fn list(&mut self, mut entries: Vec<Value>) -> Value {
        match self.roll(8) {
            0 if entries.len() == 1 => entries.remove(0),
            1 if !entries.is_empty() => {
                let counted = entries.into_iter().enumerate();
                counted.map(|(n, entry)| (n.to_string(), entry)).collect()
            }
            _ => entries.into(),
        }
    }
}
