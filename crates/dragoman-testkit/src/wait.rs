//! Waiting for a condition instead of sleeping.

use std::time::Duration;

/// How often a condition is looked at.
const PAUSE: Duration = Duration::from_millis(10);

/// Probes until something is there, and returns it.
///
/// # Panics
/// With `what`, when `deadline` passes first; also when the probe itself hangs.
pub async fn until<T>(
    what: &str,
    deadline: Duration,
    mut probe: impl AsyncFnMut() -> Option<T>,
) -> T {
    let found = tokio::time::timeout(deadline, async {
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            tokio::time::sleep(PAUSE).await;
        }
    });
    match found.await {
        Ok(found) => found,
        Err(_) => panic!("waited {deadline:?} in vain until {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_condition_that_comes_true_ends_the_waiting() {
        let mut looked = 0;
        let found = until(
            "it was looked at twice",
            Duration::from_secs(10),
            async || {
                looked += 1;
                (looked == 2).then_some("found")
            },
        );
        assert_eq!(found.await, "found");
    }

    #[tokio::test]
    #[should_panic(expected = "in vain until the sky falls")]
    async fn the_deadline_names_what_was_waited_for() {
        until(
            "the sky falls",
            Duration::from_millis(20),
            async || None::<()>,
        )
        .await;
    }

    #[tokio::test]
    #[should_panic(expected = "in vain until the probe answers")]
    async fn a_probe_that_hangs_is_no_way_around_the_deadline() {
        let hang = async || std::future::pending::<Option<()>>().await;
        until("the probe answers", Duration::from_millis(20), hang).await;
    }
}
