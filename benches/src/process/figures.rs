//! What the kernel tells about a process.

use std::fs;
use std::time::Duration;

use anyhow::Context;

/// The kernel shows processor time in hundredths of a second, whatever it counts in.
const TICK: Duration = Duration::from_millis(10);

pub(super) fn cpu(process: u32) -> anyhow::Result<Duration> {
    let path = format!("/proc/{process}/stat");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    cpu_in(&text).with_context(|| format!("no processor time in {path}"))
}

pub(super) fn memory(process: u32) -> anyhow::Result<u64> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    memory_in(&text).with_context(|| format!("no memory in {path}"))
}

/// User and system time: the 14th and 15th field. The second is the program's name in parentheses,
/// which may contain anything.
fn cpu_in(stat: &str) -> Option<Duration> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * (user + system))
}

fn memory_in(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_behind_any_name() {
        let stat = "77 (a ) b) S 1 77 77 0 -1 4194560 2 0 0 0 123 45 0 0 20 0 4 0 1 1 1";
        assert_eq!(cpu_in(stat), Some(Duration::from_millis(1680)));
        assert_eq!(cpu_in("nothing"), None);
    }

    #[test]
    fn memory_is_what_is_resident() {
        let status = "Name:\tdragoman\nVmPeak:\t  9999 kB\nVmRSS:\t   2048 kB\n";
        assert_eq!(memory_in(status), Some(2 * 1024 * 1024));
    }

    #[test]
    fn this_process_has_figures() {
        let me = std::process::id();
        assert!(cpu(me).is_ok());
        assert!(memory(me).unwrap() > 0);
    }
}
