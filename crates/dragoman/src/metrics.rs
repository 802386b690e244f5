//! `/metrics`, in Prometheus' text format.

use std::fmt::Write;
use std::sync::Arc;

use axum::http::header;
use axum::response::IntoResponse;
use dragoman_engine::{Metric, MetricKind};

/// Reads the numbers at this moment.
pub(crate) type Source = Arc<dyn Fn() -> Vec<Metric> + Send + Sync>;

/// Error codes that the drivers do not know, and how often each came; `None` stands for the rest.
pub(crate) fn unlisted((code, count): (Option<i64>, u64)) -> Metric {
    let code = code.map_or_else(|| "other".to_owned(), |code| code.to_string());
    Metric {
        name: "dragoman_unlisted_codes_total",
        help: "Refusals whose error code no table lists, by the code.",
        kind: MetricKind::Counter,
        labels: vec![("code", code)],
        value: count as f64,
    }
}

/// The page: one block per name, with its help and kind once.
pub(crate) fn page(source: &Source) -> impl IntoResponse + use<> {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        text(&source()),
    )
}

fn text(metrics: &[Metric]) -> String {
    let mut page = String::new();
    let mut last = "";
    for metric in metrics {
        let name = metric.name;
        if name != last {
            let (help, kind) = (metric.help, metric.kind.word());
            // Writing to a String cannot fail.
            let _ = write!(page, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
            last = name;
        }
        let labels: Vec<String> = metric
            .labels
            .iter()
            .map(|(key, value)| format!("{key}=\"{value}\""))
            .collect();
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", labels.join(","))
        };
        let _ = writeln!(page, "{name}{labels} {}", metric.value);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_no_table_lists_are_told_apart() {
        let page = text(&[(Some(999_999), 2), (None, 7)].map(unlisted));
        assert_eq!(
            page,
            "# HELP dragoman_unlisted_codes_total Refusals whose error code no table lists, by the code.\n\
             # TYPE dragoman_unlisted_codes_total counter\n\
             dragoman_unlisted_codes_total{code=\"999999\"} 2\n\
             dragoman_unlisted_codes_total{code=\"other\"} 7\n"
        );
    }
}
