//! Bytes that are read from the front.

/// What is left of the bytes of a value.
pub(crate) struct Reading<'a>(&'a [u8]);

impl<'a> Reading<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    /// A text that [`write_text`] has written.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = u32::from_be_bytes(self.bytes()?);
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        std::str::from_utf8(taken).ok()
    }
}

/// Appends a text with its length before it.
pub(crate) fn write_text(text: &str, to: &mut Vec<u8>) {
    let length = u32::try_from(text.len()).expect("no text of the index comes near 4 GiB");
    to.extend(length.to_be_bytes());
    to.extend(text.as_bytes());
}
