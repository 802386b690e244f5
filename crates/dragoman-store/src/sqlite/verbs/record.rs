//! What a provider's webhook says, in its order.

use dragoman_core::Id;
use dragoman_core::inbound::Report;
use dragoman_core::ports::{Moment, Recorded, StoreError};

use super::status::Heard;
use super::{hold, inbound, status};
use crate::sqlite::batch::Batch;

pub(crate) fn run(
    batch: &mut Batch<'_>,
    channel: Id,
    reports: Vec<Report>,
    at: Moment,
) -> rusqlite::Result<Result<Recorded, StoreError>> {
    let Some(found) = batch.catalog.channel(channel) else {
        return Ok(Err(StoreError::Unwell("no such channel".into())));
    };
    let (account, is_awaited) = (found.account, found.sending.order.looks_back(None));
    let mut recorded = Recorded::default();
    for report in reports {
        match report {
            Report::Inbound(message) => {
                let place = inbound::Place { account, channel };
                let count = if inbound::record(batch, place, message, at)? {
                    &mut recorded.inbound
                } else {
                    &mut recorded.repeated
                };
                *count += 1;
            }
            Report::Status(status) => {
                let heard = status::record(batch, channel, status, at.now, &mut recorded)?;
                let count = match heard {
                    Heard::New(message) => {
                        if is_awaited && let Some(outcome) = batch.outcome(message) {
                            recorded.moved.push(outcome.conversation);
                        }
                        &mut recorded.statuses
                    }
                    Heard::Repeated => &mut recorded.repeated,
                    Heard::Orphan => &mut recorded.orphans,
                };
                *count += 1;
            }
        }
    }
    if !recorded.regressed.is_empty() {
        hold::every_channel(batch)?;
    }
    Ok(Ok(recorded))
}
