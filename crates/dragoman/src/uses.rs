//! Writes down when tokens were used last.

use std::sync::Arc;
use std::time::Duration;

use dragoman_dialects::services::Services;

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(600);

/// Writes for as long as it is polled.
pub(crate) async fn keep(services: Arc<Services>) {
    loop {
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = services.uses.write(&*services.store).await {
            tracing::warn!(%error, "cannot write down now when tokens were used");
        }
    }
}
