//! Lists that can be turned by pages and walked with a cursor. Pure.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dragoman_core::ports::{COUNTED, From as Begin, Listing, Span};

use super::errors::Error;
use super::params::{Params, wrong};
use super::wire;

const PER_PAGE: usize = 20;

/// A list that is too long to be answered whole. The number stands in its cursors, so that one list
/// does not take another's: never change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum List {
    Contacts = 1,
    Messages = 2,
}

impl List {
    /// The last page that is shown. Only the one for contacts is the original's: 10 000 of them.
    const fn last_page(self) -> usize {
        match self {
            Self::Contacts => 500,
            Self::Messages => COUNTED / PER_PAGE,
        }
    }

    /// The opaque text behind which a list goes on.
    fn cursor(self, mark: i64) -> String {
        let mut bytes = [0; 9];
        bytes[0] = self as u8;
        bytes[1..].copy_from_slice(&mark.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn mark(self, cursor: &str) -> Option<i64> {
        let bytes: [u8; 9] = URL_SAFE_NO_PAD.decode(cursor).ok()?.try_into().ok()?;
        let (list, mark) = bytes.split_first()?;
        let mark = i64::from_be_bytes(mark.try_into().ok()?);
        (*list == self as u8).then_some(mark)
    }
}

/// Which part of a list a call asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A page, counted from 1.
    Page(usize),
    /// What comes after a mark.
    After(i64),
}

impl Part {
    /// Reads `after`, or `page` where that is absent.
    ///
    /// # Errors
    /// [`Error::BadCursor`], [`Error::PageTooFar`], or that `page` is no number.
    pub(super) fn read(params: &Params, list: List) -> Result<Self, Error> {
        if let Some(cursor) = params.text("after") {
            return list.mark(cursor).map(Self::After).ok_or(Error::BadCursor);
        }
        let page = match params.text("page") {
            None => 1,
            Some(digits) if is_long_number(digits) => return Err(Error::PageTooFar),
            Some(text) => text.parse().unwrap_or(0),
        };
        if page == 0 {
            return Err(wrong("page", "must be a number from 1"));
        }
        if page > list.last_page() {
            return Err(Error::PageTooFar);
        }
        Ok(Self::Page(page))
    }

    /// What the store is asked for.
    pub(super) const fn span(self) -> Span {
        let from = match self {
            Self::Page(page) => Begin::Skip((page - 1) * PER_PAGE),
            Self::After(mark) => Begin::After(mark),
        };
        Span {
            from,
            limit: PER_PAGE,
        }
    }

    /// Where the answer stands: a call with a cursor hears only of the next one.
    pub(super) fn place<T>(self, list: List, found: &Listing<T>) -> wire::Place {
        let page = match self {
            Self::Page(page) => Some(page),
            Self::After(_) => None,
        };
        let pages = found.total.map(|total| total.div_ceil(PER_PAGE).max(1));
        wire::Place {
            page,
            pages: page.and(pages),
            next: found.next.map(|mark| list.cursor(mark)),
        }
    }
}

/// A number that is longer than any of a page.
fn is_long_number(text: &str) -> bool {
    text.len() > 9 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_taken_by_the_list_that_gave_it_out_and_by_no_other() {
        for mark in [0, 1, -1, 7_331_840_000_503_808, i64::MAX, i64::MIN] {
            let cursor = List::Contacts.cursor(mark);
            assert_eq!(List::Contacts.mark(&cursor), Some(mark));
            assert_eq!(List::Messages.mark(&cursor), None);
        }
        for made_up in [
            "x",
            "AQAA",
            "AQAAAAAAAAAA=",
            "AQAAAAAAAAAAAQ",
            "+/AAAAAAAAAA",
        ] {
            assert_eq!(List::Contacts.mark(made_up), None, "{made_up}");
        }
    }
}
