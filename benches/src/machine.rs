//! What the figures were measured on.

use std::fs;
use std::process::Command;

/// Processor, memory, kernel: `2 x AMD EPYC, 23 GB, Linux 6.18`.
pub(crate) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let model = value(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| "?".to_owned());
    let memory = value(&read("/proc/meminfo"), "MemTotal").and_then(|text| gigabytes(&text));
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{cores} x {model}, {} GB, Linux {}",
        memory.unwrap_or_default(),
        kernel.trim()
    )
}

/// The commit that is checked out, with `+` when files differ from it.
pub(crate) fn commit() -> String {
    let git = |words: &[&str]| {
        let told = Command::new("git").args(words).output().ok()?;
        let text = String::from_utf8(told.stdout).ok()?;
        told.status.success().then(|| text.trim().to_owned())
    };
    let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    let differs = git(&["status", "--porcelain"]).is_some_and(|files| !files.is_empty());
    if differs { commit + "+" } else { commit }
}

/// Today, in UTC.
pub(crate) fn date() -> String {
    use dragoman_core::ports::Clock;
    let now = dragoman_engine::SystemClock::new().now().iso().to_string();
    now.split('T').next().unwrap_or_default().to_owned()
}

/// How many processes waited for a processor in the last minute: what else runs spoils figures.
pub(crate) fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split(' ').next();
    first.and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn value(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(before, _)| before.trim() == name)?;
    Some(value.trim().to_owned())
}

fn gigabytes(text: &str) -> Option<u64> {
    let kilobytes: u64 = text.strip_suffix("kB")?.trim().parse().ok()?;
    Some((kilobytes + (1 << 19)) >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_found_by_line() {
        let text = "processor\t: 0\nmodel name\t: AMD EPYC\nprocessor\t: 1\n";
        assert_eq!(value(text, "model name").as_deref(), Some("AMD EPYC"));
        assert_eq!(value(text, "flags"), None);
        assert_eq!(gigabytes("24608768 kB"), Some(23));
    }
}
