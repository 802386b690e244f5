//! `/metrics`, in Prometheus' text format.

use std::fmt::Write;
use std::sync::Arc;

use axum::http::header;
use axum::response::IntoResponse;
use dragoman_engine::Metric;

/// Reads the numbers at this moment.
pub(crate) type Source = Arc<dyn Fn() -> Vec<Metric> + Send + Sync>;

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
