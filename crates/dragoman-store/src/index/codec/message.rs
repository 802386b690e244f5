//! What became of messages, and their keys.

use dragoman_core::id::AttemptId;
use dragoman_core::state::Fold;
use dragoman_core::{State, Timestamp};

use super::reading::{Reading, write_text};
use super::{Value, key};
use crate::index::entry::{Kept, Outcome};
use crate::record::outbound::priority_from;

impl Value for Outcome {
    fn write(&self, to: &mut Vec<u8>) {
        let Self {
            tail,
            account,
            channel,
            contact,
            conversation,
            priority,
            refused,
            expires_at,
            fold,
            provider_id,
            last_event,
            last_delivery,
        } = self;
        for number in [tail, account, channel, contact, conversation] {
            number.write(to);
        }
        priority.map_or(0, |priority| priority as u8).write(to);
        u8::from(*refused).write(to);
        expires_at.write(to);
        fold.write(to);
        last_event.write(to);
        last_delivery.write(to);
        to.push(u8::from(provider_id.is_some()));
        write_text(provider_id.as_deref().unwrap_or_default(), to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        Some(Self {
            tail: i64::read(from)?,
            account: i64::read(from)?,
            channel: i64::read(from)?,
            contact: i64::read(from)?,
            conversation: i64::read(from)?,
            priority: match u8::read(from)? {
                0 => None,
                number => Some(priority_from(number.into())?),
            },
            refused: u8::read(from)? != 0,
            expires_at: Timestamp::read(from)?,
            fold: Fold::read(from)?,
            last_event: i64::read(from)?,
            last_delivery: i64::read(from)?,
            provider_id: {
                let known = u8::read(from)? != 0;
                let text = from.text()?;
                known.then(|| text.into())
            },
        })
    }
}

impl Value for Fold {
    fn write(&self, to: &mut Vec<u8>) {
        let Self {
            state,
            attempt,
            sent_at,
            delivered_at,
            read_at,
            failed_at,
        } = self;
        (*state as u8).write(to);
        attempt.map(|attempt| attempt.0).write(to);
        for time in [sent_at, delivered_at, read_at, failed_at] {
            time.write(to);
        }
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        Some(Self {
            state: State::from_number(u8::read(from)?)?,
            attempt: Option::<u128>::read(from)?.map(AttemptId),
            sent_at: Option::read(from)?,
            delivered_at: Option::read(from)?,
            read_at: Option::read(from)?,
            failed_at: Option::read(from)?,
        })
    }
}

impl Value for Kept {
    fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.fingerprint);
        self.message.write(to);
    }

    fn read(from: &mut Reading<'_>) -> Option<Self> {
        let fingerprint: key::Key = from.bytes()?;
        let message = i64::read(from)?;
        Some(Self {
            fingerprint,
            message,
        })
    }
}
