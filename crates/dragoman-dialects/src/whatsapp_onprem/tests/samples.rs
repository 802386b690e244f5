//! Messages as clients write them.

use serde_json::Value;

macro_rules! samples {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../fixtures/", $name, ".json")))),*]
    };
}

/// Every sample with its name.
pub(super) fn samples() -> Vec<(&'static str, Value)> {
    let texts = samples![
        "text",
        "text_without_type",
        "image_by_link",
        "document_by_id",
        "audio",
        "video",
        "sticker",
        "location",
        "contacts",
        "interactive_list",
        "interactive_buttons",
        "interactive_flow",
        "interactive_products",
        "reaction",
        "template",
        "template_of_2021",
        "hsm",
    ];
    let read = |text| serde_json::from_str(text).expect("a sample is JSON");
    texts
        .into_iter()
        .map(|(name, text)| (name, read(text)))
        .collect()
}

/// The text of one sample.
pub(super) fn sample(name: &str) -> Value {
    let mut samples = samples().into_iter();
    samples
        .find(|(known, _)| *known == name)
        .expect("there is such a sample")
        .1
}
