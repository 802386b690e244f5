//! People end doubts.

use dragoman_core::doubt::{Resolution, Resolver};
use dragoman_core::ports::{Decided, Decision, DeskError};
use dragoman_core::{MessageId, Tenant};

use super::{FrontDesk, refused_by_store};

impl FrontDesk {
    /// Records what somebody has decided. What is to be sent again is queued at once.
    pub(super) async fn decide(
        self,
        account: Tenant,
        message: MessageId,
        resolution: Resolution,
    ) -> Result<Decided, DeskError> {
        let decision = Decision {
            account,
            message,
            attempt: None,
            resolution,
            by: Resolver::Person,
            now: self.shared.clock.now(),
        };
        let decided = self.shared.store.resolve(decision).await;
        let decided = decided.map_err(refused_by_store)?;
        let counts = match decided {
            Decided::Done => true,
            Decided::Again(channel, queued) => {
                self.dispatcher.again(channel, queued);
                true
            }
            Decided::Held
            | Decided::NotInDoubt
            | Decided::Late
            | Decided::Resent
            | Decided::Missing => false,
        };
        if counts {
            let doubts = &self.shared.meters.doubts;
            doubts.resolved(resolution, Resolver::Person);
        }
        Ok(decided)
    }
}
