//! What the error codes mean for the message that was refused.
//!
//! Meta advises to build on the code and not on titles or the HTTP status:
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>.

use std::ops::RangeInclusive;

/// What a code in the direct answer to a POST says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// This message will never be taken as it is.
    Permanent,
    /// The whole sender is too fast.
    Throttle,
    /// Too many messages to this one recipient.
    PairThrottle,
    /// The sender has a bad name; it takes long to mend.
    ReputationThrottle,
    /// No message of this channel will be taken until somebody mends it.
    Broken,
    /// The provider is unwell and has not taken the message.
    Transient,
    /// The provider is unwell, and it is not quite certain that it has not taken the message.
    Struggling,
    /// The provider could not fetch the file.
    Media,
}

/// The codes that decide whatever the HTTP status is. A code stands in one row only.
pub(crate) const CODES: &[(RangeInclusive<i64>, Class)] = &[
    (0..=0, Class::Broken),               // the app's user cannot be authenticated
    (1..=1, Class::Struggling),           // unknown error
    (2..=2, Class::Transient),            // down or overloaded
    (3..=3, Class::Broken),               // the app lacks a capability
    (4..=4, Class::Throttle),             // calls of the app
    (10..=10, Class::Broken),             // permission denied
    (17..=17, Class::Throttle),           // calls of the user
    (33..=33, Class::Broken),             // the number was deleted
    (100..=100, Class::Permanent),        // invalid parameter
    (104..=104, Class::Broken),           // no access token
    (190..=190, Class::Broken),           // access token expired
    (200..=299, Class::Broken),           // permissions
    (368..=368, Class::Broken),           // blocked for policy violations
    (80007..=80007, Class::Throttle),     // calls of the business account
    (130403..=130403, Class::Permanent),  // the business has blocked this user
    (130429..=130429, Class::Throttle),   // throughput of the number
    (130472..=130472, Class::Permanent),  // the recipient is part of an experiment
    (130497..=130497, Class::Permanent),  // not allowed in the recipient's country
    (131000..=131000, Class::Struggling), // something went wrong
    (131001..=131002, Class::Permanent),  // too long, invalid recipient type
    (131005..=131005, Class::Broken),     // access denied
    (131006..=131006, Class::Permanent),  // resource not found
    (131008..=131009, Class::Permanent),  // parameter missing, or its value invalid
    (131016..=131016, Class::Struggling), // service unavailable
    (131021..=131021, Class::Permanent),  // recipient is the sender
    (131026..=131026, Class::Permanent),  // undeliverable
    (131030..=131030, Class::Permanent),  // not among a test number's recipients
    (131031..=131031, Class::Broken),     // account locked
    (131037..=131037, Class::Broken),     // display name not approved
    (131042..=131042, Class::Broken),     // payment
    (131045..=131045, Class::Broken),     // registration of the number
    (131047..=131047, Class::Permanent),  // window closed
    (131048..=131048, Class::ReputationThrottle), // reported as spam
    (131049..=131052, Class::Permanent),  // engagement, opted out, type, inbound media
    (131053..=131053, Class::Media),      // file not fetched, or not accepted
    (131056..=131056, Class::PairThrottle), // this business to this customer
    (131057..=131057, Class::Transient),  // account in maintenance
    (131062..=131063, Class::Permanent),  // no user ids here, no marketing here
    (132000..=132999, Class::Permanent),  // templates
    (133004..=133004, Class::Transient),  // temporarily unavailable
    (133010..=133010, Class::Broken),     // number not registered
    (133016..=133016, Class::ReputationThrottle), // too many registrations
    (135000..=135000, Class::Permanent),  // generic user error
    (137000..=137000, Class::Permanent),  // the recipient's identity has changed
];

/// What a code says; `None` when the table does not list it.
pub(crate) fn class(code: i64) -> Option<Class> {
    let row = CODES.iter().find(|(codes, _)| codes.contains(&code))?;
    Some(row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_without_overlaps() {
        for pair in CODES.windows(2) {
            assert!(pair[0].0.end() < pair[1].0.start(), "{pair:?}");
        }
    }
}
