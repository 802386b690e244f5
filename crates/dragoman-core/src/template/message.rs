//! A template with its values.

use crate::content::{Kind, Media};
use crate::raw::Raw;

/// A template with its values, ready for a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateMessage {
    /// The provider's name.
    pub name: Box<str>,
    /// The provider's language code.
    pub language: Box<str>,
    /// What fills the header.
    pub header: Option<HeaderValue>,
    /// What fills the body, in order.
    pub body: Vec<Parameter>,
    /// What fills the buttons.
    pub buttons: Vec<ButtonValue>,
    /// The body as the customer reads it.
    pub rendered: Box<str>,
}

/// One value of a template's body or text header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// Plain text.
    Text(Box<str>),
    /// A provider's typed value (currency, date): its JSON and what is shown when in doubt.
    Typed {
        /// What a person reads.
        fallback: Box<str>,
        /// The provider's whole parameter object.
        raw: Raw,
    },
}

impl Parameter {
    /// What a person reads.
    pub fn shown(&self) -> &str {
        match self {
            Self::Text(text) | Self::Typed { fallback: text, .. } => text,
        }
    }
}

/// What fills a template's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderValue {
    /// A text.
    Text(Parameter),
    /// A file of a kind.
    Media(Kind, Media),
    /// A provider's parameter object of another kind (location, product).
    Other(Raw),
}

impl HeaderValue {
    /// The file, when it is one.
    pub fn media(&self) -> Option<&Media> {
        match self {
            Self::Media(_, media) => Some(media),
            Self::Text(_) | Self::Other(_) => None,
        }
    }

    /// The kind of header that it fits.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Media(kind, _) => *kind,
            Self::Other(_) => Kind::Location,
        }
    }
}

/// What fills one button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonValue {
    /// `quick_reply`, `url`, `copy_code`, `catalog`, `flow`.
    pub sub_type: Box<str>,
    /// Position from 0.
    pub index: u8,
    /// The provider's array of parameters.
    pub parameters: Raw,
}
