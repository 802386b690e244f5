//! Lets go of messages that have been kept long enough.

use std::sync::Arc;
use std::time::Duration;

use dragoman_core::Timestamp;
use dragoman_core::ports::Clock;
use dragoman_store::{SqliteStore, Swept};

use crate::config::{Retention, Span};

/// Between two sweeps.
const PAUSE: Duration = Duration::from_secs(600);
/// Between two steps of one, so that others have their turn.
const BREATH: Duration = Duration::from_millis(20);

/// Sweeps for as long as it is polled. Not at once: a machine that has just begun may not have been
/// told the time yet, and what a wrong clock has swept away does not come back.
pub(crate) async fn sweep(store: Arc<SqliteStore>, clock: Arc<dyn Clock>, retention: Retention) {
    if retention == Retention::default() {
        return;
    }
    loop {
        tokio::time::sleep(PAUSE).await;
        sweep_once(&store, due(retention, clock.machine())).await;
    }
}

async fn sweep_once(store: &SqliteStore, due: dragoman_store::Retention) {
    let (mut messages, mut contents) = (0, 0);
    loop {
        match store.retain(due).await {
            Ok(Swept {
                messages: gone,
                bodies: emptied,
                more,
            }) => {
                messages += gone;
                contents += emptied;
                if !more {
                    break;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "cannot let go of old messages now");
                break;
            }
        }
        tokio::time::sleep(BREATH).await;
    }
    if messages + contents > 0 {
        tracing::info!(messages, contents, "let go of what was kept long enough");
    }
}

/// What has been kept long enough by now. Messages bear the machine's time.
fn due(retention: Retention, now: Timestamp) -> dragoman_store::Retention {
    let before = |span: Option<Span>| span.map(|Span(kept)| now.minus(kept));
    dragoman_store::Retention {
        messages_before: before(retention.messages),
        bodies_before: before(retention.contents),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_its_span_is_due() {
        let day = Duration::from_secs(24 * 3600);
        let retention = Retention {
            messages: Some(Span(365 * day)),
            contents: None,
        };
        let now = Timestamp::from_seconds(1_800_000_000);
        let due = due(retention, now);
        assert_eq!(due.messages_before, Some(now.minus(365 * day)));
        assert_eq!(due.bodies_before, None);
    }

    #[tokio::test]
    async fn a_sweep_of_an_empty_store_ends() {
        let store = SqliteStore::in_memory().unwrap();
        let all = dragoman_store::Retention {
            messages_before: Some(Timestamp::NEVER),
            bodies_before: Some(Timestamp::NEVER),
        };
        sweep_once(&store, all).await;
        assert!(store.close().await.is_ok());
    }
}
