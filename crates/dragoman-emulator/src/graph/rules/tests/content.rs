//! What is needed, and what makes no sense.

use serde_json::json;

use super::*;

#[test]
fn content_is_refused_by_code() {
    for (body, expected) in [
        (json!({"text": {"body": "Hi"}}), 0),
        (json!({"type": "text"}), 131_008),
        (json!({"type": "text", "text": {}}), 131_008),
        (json!({"type": "poll", "poll": {}}), 131_051),
        (json!({"type": "image", "image": {}}), 131_008),
        (
            json!({"type": "image", "image": {"link": "https://a/b.jpg", "id": "11"}}),
            131_009,
        ),
        (
            json!({"type": "image", "image": {"link": "file:///etc"}}),
            131_009,
        ),
        (
            json!({"type": "image", "image": {"link": "http://"}}),
            131_009,
        ),
        (json!({"type": "image", "image": {"id": "11"}}), 0),
        (json!({"type": "image", "image": {"id": "99"}}), 131_009),
        (
            json!({"type": "audio", "audio": {"id": "12", "caption": "La"}}),
            131_009,
        ),
        (
            json!({"type": "sticker", "sticker": {"link": "http://a/b", "filename": "b"}}),
            131_009,
        ),
        (
            json!({"type": "location", "location": {"latitude": "52.1", "longitude": 4}}),
            0,
        ),
        (
            json!({"type": "location", "location": {"latitude": 91, "longitude": 4}}),
            131_009,
        ),
        (
            json!({"type": "location", "location": {"latitude": 52}}),
            131_008,
        ),
        (
            json!({"type": "location", "location": {"latitude": "x", "longitude": 4}}),
            131_009,
        ),
        (
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Ann"}}]}),
            131_008,
        ),
        (
            json!({"type": "contacts", "contacts": [
                {"name": {"formatted_name": "A", "first_name": "A"}, "birthday": "1.2.2003"},
            ]}),
            131_009,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.Q", "emoji": "👍🏽"}}),
            0,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.Q", "emoji": ""}}),
            0,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.Q"}}),
            131_008,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.Q", "emoji": "ok"}}),
            131_009,
        ),
        (
            json!({"type": "reaction", "reaction": {"message_id": "wamid.Z", "emoji": "👍"}}),
            131_009,
        ),
        (
            json!({"text": {"body": "Hi"}, "context": {"message_id": "wamid.Gone=="}}),
            0,
        ),
        (
            json!({"text": {"body": "Hi"}, "context": {"message_id": "yesterday's"}}),
            131_009,
        ),
        (json!({"text": {"body": "Hi"}, "context": {}}), 131_008),
    ] {
        assert_eq!(code(&body), expected, "{body}");
    }
}

#[test]
fn a_month_later_files_and_reactions_are_out_of_date() {
    let image = json!({"type": "image", "image": {"id": "11"}});
    let reaction =
        json!({"type": "reaction", "reaction": {"message_id": "wamid.Q", "emoji": "👍"}});
    let month_ms = 30 * 24 * 3_600_000;
    assert_eq!(judged(image.clone(), month_ms - 1), 0);
    assert_eq!(judged(image, month_ms), 131_009);
    assert_eq!(judged(reaction.clone(), month_ms), 0);
    assert_eq!(judged(reaction, month_ms + 1), 131_009);
}
