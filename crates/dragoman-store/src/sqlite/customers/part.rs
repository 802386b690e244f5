//! A part of a list, while it is found.

use dragoman_core::ports::{COUNTED, From, Listing, Span};

/// The marks of what is in it.
pub(super) struct Part {
    span: Span,
    pub(super) marks: Vec<i64>,
    /// How many of the list were found, those before this part included.
    seen: usize,
    /// The list goes on after this part.
    more: bool,
}

impl Part {
    pub(super) fn of(span: Span) -> Self {
        Self {
            span,
            marks: Vec::new(),
            seen: 0,
            more: false,
        }
    }

    /// The next one of the list was found.
    pub(super) fn add(&mut self, mark: i64) {
        self.seen += 1;
        let skipped = match self.span.from {
            From::Skip(count) => self.seen <= count,
            From::After(_) => false,
        };
        if skipped {
            return;
        }
        if self.marks.len() < self.span.limit {
            self.marks.push(mark);
        } else {
            self.more = true;
        }
    }

    /// Nothing that would be found next changes anything.
    pub(super) fn is_complete(&self) -> bool {
        let counted = match self.span.from {
            From::Skip(_) => self.seen >= COUNTED,
            From::After(_) => true,
        };
        self.more && counted
    }

    /// With what the marks stand for.
    pub(super) fn listing<T>(self, item: impl FnMut(i64) -> Option<T>) -> Listing<T> {
        let last = self.marks.last().copied();
        Listing {
            next: last.filter(|_| self.more),
            total: match self.span.from {
                From::Skip(_) => Some(self.seen.min(COUNTED)),
                From::After(_) => None,
            },
            items: self.marks.into_iter().filter_map(item).collect(),
        }
    }
}

#[cfg(test)]
#[path = "part_tests.rs"]
mod tests;
