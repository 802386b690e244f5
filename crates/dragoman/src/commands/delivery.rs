//! How the messages of a channel fare, as people read it.

use serde_json::Value;

use super::print;

/// What to look for, where too few messages arrive.
const REASONS: &str = "What to look at when the rate is low: the codes above (docs/operations/delivery.md says \
     what each asks for), the quality of the number with the provider (dragoman channel check), \
     whether the provider's webhooks arrive (address, reachable), and whether customers have asked \
     for what they are sent.";

/// The sums, a line for each code of a failure, one for each customer whom nothing reaches, and the
/// reasons that a person can look for.
pub(super) fn lines(delivery: &Value) -> Vec<String> {
    let mut lines = vec![format!(
        "channel {}: {} messages in {} days{}",
        delivery["slug"].as_str().unwrap_or("-"),
        delivery["messages"],
        delivery["days"],
        if delivery["more"] == true {
            ", and older ones"
        } else {
            ""
        },
    )];
    let states = delivery["states"].as_object().into_iter().flatten();
    lines.extend(states.map(|(state, count)| counted(count, state)));
    lines.push(match delivery["rate"].as_f64() {
        Some(rate) => format!(
            "{:.1} % of {} that had an hour have arrived",
            rate * 100.0,
            delivery["judged"]
        ),
        None => "nothing has had the time to arrive".to_owned(),
    });
    lines.extend(listed(&delivery["failures"]).map(failure));
    lines.extend(listed(&delivery["undelivered"]).flat_map(silent));
    lines.push(REASONS.to_owned());
    lines
}

fn listed(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn failure(failure: &Value) -> String {
    let what = format!("failed with code {}", failure["code"]);
    counted(&failure["messages"], &what)
}

/// A number at the end of its column, and what there are so many of.
fn counted(count: &Value, what: &str) -> String {
    format!("{:>8}  {what}", count.to_string())
}

fn silent(customer: &Value) -> [String; 2] {
    let text = |key: &str| customer[key].as_str().unwrap_or("-");
    let who = customer["phone"].as_str().unwrap_or(text("contact"));
    let name = print::plain(customer["name"].as_str().unwrap_or_default());
    [
        format!(
            "not delivered since {}: {} to {who} {name}",
            text("since"),
            customer["messages"],
        )
        .trim_end()
        .to_owned(),
        format!("     perhaps {}", text("perhaps")),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whom_nothing_reaches_is_named_with_what_that_may_mean() {
        let delivery = json!({ "slug": "main", "days": 7, "messages": 3, "more": false,
            "states": { "delivered": 1, "failed": 1, "sent": 1 }, "judged": 3, "rate": 0.3333,
            "failures": [{ "code": 131_049, "messages": 1 }],
            "undelivered": [{ "contact": "a1", "phone": "31612345678", "name": "Jan\u{1b}",
                "since": "2026-09-21T14:13:20Z", "messages": 1, "alive_at": null,
                "perhaps": "their phone is off" }] });
        let expected = [
            "channel main: 3 messages in 7 days",
            "       1  delivered",
            "       1  failed",
            "       1  sent",
            "33.3 % of 3 that had an hour have arrived",
            "       1  failed with code 131049",
            "not delivered since 2026-09-21T14:13:20Z: 1 to 31612345678 Jan",
            "     perhaps their phone is off",
            REASONS,
        ];
        assert_eq!(lines(&delivery), expected);
    }
}
