//! Templates with their values.

use dragoman_core::Raw;
use dragoman_core::content::{Kind, Media};
use dragoman_core::template::{ButtonValue, HeaderValue, Parameter, TemplateMessage};
use serde::{Deserialize, Serialize};

use super::content::{KindRecord, MediaRecord};
use super::shape::{Many, One, Optional, shape};
use super::value::RawRecord;

#[derive(Serialize, Deserialize)]
#[serde(remote = "TemplateMessage")]
pub(crate) struct TemplateMessageRecord {
    name: Box<str>,
    language: Box<str>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "Optional::<HeaderValueRecord>"
    )]
    header: Option<HeaderValue>,
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        with = "Many::<ParameterRecord>"
    )]
    body: Vec<Parameter>,
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        with = "Many::<ButtonValueRecord>"
    )]
    buttons: Vec<ButtonValue>,
    rendered: Box<str>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Parameter", rename_all = "snake_case")]
pub(crate) enum ParameterRecord {
    Text(Box<str>),
    Typed {
        fallback: Box<str>,
        #[serde(with = "One::<RawRecord>")]
        raw: Raw,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "HeaderValue", rename_all = "snake_case")]
pub(crate) enum HeaderValueRecord {
    Text(#[serde(with = "ParameterRecord")] Parameter),
    Media(
        #[serde(with = "KindRecord")] Kind,
        #[serde(with = "MediaRecord")] Media,
    ),
    Other(#[serde(with = "One::<RawRecord>")] Raw),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ButtonValue")]
pub(crate) struct ButtonValueRecord {
    sub_type: Box<str>,
    index: u8,
    #[serde(with = "One::<RawRecord>")]
    parameters: Raw,
}

shape! {
    TemplateMessageRecord => TemplateMessage,
    ParameterRecord => Parameter,
    HeaderValueRecord => HeaderValue,
    ButtonValueRecord => ButtonValue,
}
