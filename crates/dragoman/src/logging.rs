//! Log lines: to stderr, and nothing else goes there.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::cli::LogFormat;

/// What is written unless `RUST_LOG` says otherwise. The index's own steps are no news to operators.
const DEFAULT: &str = "info,fjall=warn,lsm_tree=warn";

/// Starts logging. `RUST_LOG` narrows or widens what is written.
pub(crate) fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => builder.with_target(false).init(),
        LogFormat::Json => builder.json().init(),
    }
}
