//! Log lines: to stderr, and nothing else goes there.

use std::fmt::{self, Debug, Display, Write};
use std::io::IsTerminal;

use tracing::Subscriber;
use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::fmt::format::{DefaultFields, Format, Writer, debug_fn};
use tracing_subscriber::fmt::{MakeWriter, SubscriberBuilder};
use tracing_subscriber::util::SubscriberInitExt;

use crate::cli::LogFormat;
use crate::panics;

/// What is written unless `RUST_LOG` says otherwise. The index's own steps are no news to operators.
const DEFAULT: &str = "info,fjall=warn,lsm_tree=warn";

/// Starts logging, also of panics. `RUST_LOG` narrows or widens what is written.
pub(crate) fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    written(format, builder).init();
    panics::to_the_log();
}

/// Lines in a format. Whatever is in a field, an event is one line, and commands no terminal.
fn written<W>(
    format: LogFormat,
    builder: SubscriberBuilder<DefaultFields, Format, EnvFilter, W>,
) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    match format {
        LogFormat::Text => {
            let fields = debug_fn(field).delimited(" ");
            Box::new(builder.with_target(false).fmt_fields(fields).finish())
        }
        // JSON escapes them itself, but for those above ASCII, which end no line; programs read it.
        LogFormat::Json => Box::new(builder.json().finish()),
    }
}

fn field(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> fmt::Result {
    match field.name() {
        "message" => write!(writer, "{}", Harmless(value)),
        name => write!(writer, "{name}={}", Harmless(value)),
    }
}

/// A value without control characters: each is written as Rust would write it.
struct Harmless<'a>(&'a dyn Debug);

impl Display for Harmless<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{:?}", self.0)
    }
}

struct Escaping<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| match c {
            c if c.is_control() => write!(self.0, "{}", c.escape_default()),
            c => self.0.write_char(c),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What is written.
    #[derive(Clone, Default)]
    pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Lines {
        /// Writes as text what is logged meanwhile.
        pub(crate) fn hear(&self, meanwhile: impl FnOnce()) {
            self.hear_as(LogFormat::Text, meanwhile);
        }

        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }

        fn hear_as(&self, format: LogFormat, meanwhile: impl FnOnce()) {
            let writer = self.clone();
            let builder = tracing_subscriber::fmt()
                .with_env_filter(EnvFilter::new("info"))
                .with_ansi(false)
                .with_writer(move || writer.clone());
            tracing::subscriber::with_default(written(format, builder), meanwhile);
        }
    }

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is written of an event and a span with hostile fields, ours and their words.
    fn lines(format: LogFormat) -> String {
        let lines = Lines::default();
        let hostile = "a\nERROR forged\r\u{1b}[2J\u{9b}\0é";
        lines.hear_as(format, || {
            let span = tracing::info_span!("call", id = hostile, shown = %hostile);
            span.in_scope(|| tracing::warn!(text = hostile, shown = %hostile, "said {hostile}"));
        });
        lines.text()
    }

    #[test]
    fn whatever_is_in_a_field_an_event_is_one_line_and_commands_no_terminal() {
        let is_below_space = |c: char| c < ' ';
        for (format, is_bad) in [
            (LogFormat::Text, char::is_control as fn(char) -> bool),
            (LogFormat::Json, is_below_space),
        ] {
            let written = lines(format);
            let line = written.strip_suffix('\n').unwrap();
            assert!(!line.contains(is_bad), "{line:?}");
            // JSON tells the span twice.
            assert!(line.matches("forged").count() >= 5, "{line}");
            assert!(line.contains('é'), "{line}");
        }
    }

    #[test]
    fn a_line_reads_as_it_always_has() {
        let lines = lines(LogFormat::Text);
        let (_, line) = lines.split_once("  WARN ").unwrap();
        assert!(line.starts_with(r#"call{id="a\nERROR"#), "{line}");
        assert!(line.contains(r": said a\nERROR"), "{line}");
        assert!(line.contains(r#" text="a\nERROR"#), "{line}");
    }
}
