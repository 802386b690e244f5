//! How much fits into a message: every limit of this API, with the code of what is over it. The
//! lengths of texts and captions are rules of the messenger, and stand with those.

use std::borrow::Cow;

use dragoman_core::content::Kind;

use super::codes::{
    INVALID, PARAMETER_TOO_LONG, TOO_MANY_PRODUCTS, TOO_MANY_ROWS, TOO_MANY_SECTIONS,
};
use super::fields::Fields;
use super::render::Fault;

pub(super) const CALLBACK_DATA: Length = Length::of(512);
pub(super) const HEADER: Length = Length::of(60);
pub(super) const BODY: Length = Length::of(1024);
pub(super) const FOOTER: Length = Length::of(60);
pub(super) const LIST_BUTTON: Length = Length::of(20);
pub(super) const SECTION_TITLE: Length = Length::of(24);
pub(super) const ROW_ID: Length = Length::of(200);
pub(super) const ROW_TITLE: Length = Length::of(24);
pub(super) const ROW_DESCRIPTION: Length = Length::of(72);
pub(super) const REPLY_ID: Length = Length::of(256);
pub(super) const REPLY_TITLE: Length = Length::of(20);
pub(super) const RETAILER_ID: Length = Length::of(100);
/// Was 20 at first; WhatsApp takes 30 today, and a program that kept the old limit never notices.
pub(super) const FLOW_BUTTON: Length = Length::of(30);
pub(super) const TEMPLATE_HEADER: Length = Length::of(60).or(PARAMETER_TOO_LONG);
pub(super) const TEMPLATE_BODY: Length = Length::of(1024).or(PARAMETER_TOO_LONG);
/// For a template that has nothing but a body.
pub(super) const TEMPLATE_BODY_ALONE: Length = Length::of(32_768).or(PARAMETER_TOO_LONG);
pub(super) const COUPON_CODE: Length = Length::of(15).or(PARAMETER_TOO_LONG);

pub(super) const SECTIONS: Count = Count::of(10, "sections", TOO_MANY_SECTIONS);
/// Of all sections together.
pub(super) const ROWS: Count = Count::of(10, "rows", TOO_MANY_ROWS);
/// Of all sections together.
pub(super) const PRODUCTS: Count = Count::of(30, "products", TOO_MANY_PRODUCTS);
pub(super) const BUTTONS: Count = Count::of(3, "buttons", INVALID);
pub(super) const CARDS: Count = Count::of(257, "contacts", INVALID);
/// The numbers of one contact check. The original's own limit was never written down.
pub(super) const CHECKS: Count = Count::of(1000, "contacts", INVALID);

/// The largest file that a client can upload, in bytes.
pub(super) const UPLOAD: usize = 100 << 20;

/// The largest file of a kind, in bytes; `None` for what is no file.
pub(super) const fn bytes(kind: Kind) -> Option<u64> {
    match kind {
        Kind::Audio | Kind::Video => Some(16 << 20),
        Kind::Image => Some(5 << 20),
        Kind::Sticker => Some(100 << 10),
        Kind::Document => Some(100 << 20),
        Kind::Text
        | Kind::Location
        | Kind::Contacts
        | Kind::Interactive
        | Kind::Template
        | Kind::Reaction
        | Kind::Button
        | Kind::Unsupported
        | Kind::System
        | Kind::Order => None,
    }
}

/// How many characters a text may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    most: usize,
    code: i64,
}

impl Length {
    const fn of(most: usize) -> Self {
        Self {
            most,
            code: INVALID,
        }
    }

    const fn or(self, code: i64) -> Self {
        Self { code, ..self }
    }

    /// A text, or a number as it is written, when there is one.
    ///
    /// # Errors
    /// 1009 when it is something else; the limit's own code when it is too long.
    pub(super) fn word<'a>(
        self,
        fields: &Fields<'a>,
        key: &str,
    ) -> Result<Option<Cow<'a, str>>, Fault> {
        let text = fields.word(key)?;
        if let Some(text) = &text {
            self.check(&fields.name(key), text)?;
        }
        Ok(text)
    }

    /// A text, or a number as it is written, that must be there and say something.
    ///
    /// # Errors
    /// 1008 when it is absent, 1009 when it is empty or something else; the limit's own code when
    /// it is too long.
    pub(super) fn required<'a>(
        self,
        fields: &Fields<'a>,
        key: &str,
    ) -> Result<Cow<'a, str>, Fault> {
        let text = self.word(fields, key)?;
        let text = text.ok_or_else(|| Fault::missing(&fields.name(key)))?;
        if text.is_empty() {
            return Err(Fault::invalid(&fields.name(key), "is empty"));
        }
        Ok(text)
    }

    /// Lets a text pass that is not too long.
    ///
    /// # Errors
    /// The limit's own code.
    pub(super) fn check(self, field: &str, text: &str) -> Result<(), Fault> {
        // Bytes are never fewer than characters, and are counted already.
        if text.len() <= self.most || text.chars().count() <= self.most {
            return Ok(());
        }
        let details = format!("{field} has more than {} characters", self.most);
        Err(Fault::of_request(self.code, details))
    }
}

/// How many entries there may be. None at all is as wrong as too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    most: usize,
    what: &'static str,
    code: i64,
}

impl Count {
    const fn of(most: usize, what: &'static str, code: i64) -> Self {
        Self { most, what, code }
    }

    /// Lets a number of entries pass.
    ///
    /// # Errors
    /// The limit's own code.
    pub(super) fn check(self, given: usize) -> Result<(), Fault> {
        if (1..=self.most).contains(&given) {
            return Ok(());
        }
        let (what, most) = (self.what, self.most);
        let details = format!("{given} {what} where 1 to {most} are expected");
        Err(Fault::of_request(self.code, details))
    }
}
