//! What a channel stands on, as people read it, with the commands that mend it.

use serde_json::Value;

use super::print;

/// A line for the channel, one for each check, and one below each that can be mended.
pub(crate) fn lines(standing: &Value) -> Vec<String> {
    let mut lines = vec![format!("channel {}", text(standing, "slug"))];
    for check in checks(standing) {
        let mark = match text(check, "verdict") {
            "good" => "ok",
            "bad" => "!!",
            "warning" => "! ",
            _ => "? ",
        };
        let found = print::plain(text(check, "found"));
        lines.push(format!("  {mark} {:<9}  {found}", text(check, "name")));
        if let Some(mend) = mend(standing, check) {
            lines.push(format!("     {:<9}  {mend}", ""));
        }
    }
    lines
}

/// The same with the way to mend each check that needs it.
pub(super) fn with_mending(mut standing: Value) -> Value {
    let mending: Vec<_> = checks(&standing)
        .map(|check| mend(&standing, check))
        .collect();
    let checks = standing["checks"].as_array_mut();
    for (check, mend) in checks.into_iter().flatten().zip(mending) {
        check["mend"] = mend.into();
    }
    standing
}

/// Whether nothing of it is bad.
pub(super) fn is_good(standing: &Value) -> bool {
    standing["good"] == true
}

fn checks(standing: &Value) -> impl Iterator<Item = &Value> {
    standing["checks"].as_array().into_iter().flatten()
}

/// What to do about a check, where there is something to do.
fn mend(standing: &Value, check: &Value) -> Option<String> {
    let slug = text(standing, "slug");
    let mend = match (text(check, "name"), text(check, "verdict")) {
        ("enabled", "bad") => format!("dragoman channel set {slug} --enabled true"),
        ("token", "bad") => {
            format!("dragoman channel credentials {slug} --access-token-file FILE")
        }
        ("status" | "pin", "bad") => {
            format!("dragoman channel register {slug} --pin-file FILE")
        }
        ("app" | "address", "bad") => format!("dragoman channel hear {slug}"),
        ("address", "unknown") => format!("if not: dragoman channel hear {slug}"),
        ("reachable", "bad") => "set public_url in the configuration to the address by which \
             the provider reaches this gateway, with a certificate that everybody trusts"
            .to_owned(),
        ("templates", "bad") => {
            "have one approved; the gateway asks for them at its start and hourly".to_owned()
        }
        ("queue", "warning") => {
            "see why: dragoman_channel_paused and dragoman_channel_rate in GET /metrics".to_owned()
        }
        ("delivery", "warning") => {
            format!("see why and for whom: dragoman channel delivery {slug}")
        }
        ("webhook", "bad") => "dragoman subscription set ID --enabled true".to_owned(),
        ("webhook", "unknown") => {
            format!("dragoman import onprem --channel {slug} …, or its program sets webhooks.url")
        }
        ("clock", "warning") => "have the clock of this machine follow a time server".to_owned(),
        ("repeats", "warning") => {
            format!("if it repeats: dragoman channel set {slug} --duplicate-window 60s")
        }
        ("receiver", "bad") => format!(
            "if its certificate is of an authority of its own: POST that to \
             /onprem/{slug}/v1/certificates/webhooks/ca"
        ),
        _ => return None,
    };
    Some(mend)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("-")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_missing_stands_above_the_command_that_mends_it() {
        let check = |name: &str, verdict: &str, found: &str| json!({ "name": name, "verdict": verdict, "found": found });
        let standing = json!({ "slug": "main", "good": false, "checks": [
            check("token", "good", "the provider knows it"),
            check("status", "bad", "PENDING\u{1b}, not CONNECTED"),
            check("address", "unknown", "the app's own"),
        ]});
        let expected = [
            "channel main",
            "  ok token      the provider knows it",
            "  !! status     PENDING , not CONNECTED",
            "                dragoman channel register main --pin-file FILE",
            "  ?  address    the app's own",
            "                if not: dragoman channel hear main",
        ];
        assert_eq!(lines(&standing), expected);
        let told = with_mending(standing);
        let command = "dragoman channel register main --pin-file FILE";
        assert_eq!(told["checks"][1]["mend"], command);
        assert_eq!(told["checks"][0]["mend"], Value::Null);
    }
}
