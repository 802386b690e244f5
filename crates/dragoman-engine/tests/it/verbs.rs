//! The verbs of the ports that write: each can be struck.

/// Names every verb, with the word that the log has for it.
macro_rules! verbs {
    ($($verb:ident $word:literal)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Verb {
            $($verb),*
        }

        impl Verb {
            pub(crate) const ALL: &[Self] = &[$(Self::$verb),*];

            pub(crate) const fn word(self) -> &'static str {
                match self {
                    $(Self::$verb => $word),*
                }
            }
        }
    };
}

verbs! {
    Accept "accept"
    Claim "claim"
    Begin "begin"
    Withdraw "withdraw"
    Settle "settle"
    Resolve "resolve"
    Record "record"
    Quarantine "quarantine"
    Delivered "delivered"
    Rewind "rewind"
    Report "report"
    Notify "notify"
    Change "change at once"
    ChangeFrom "change"
    Heartbeat "heartbeat"
    KeepFile "keep_file"
    RemoveUnused "remove_unused"
    Swept "swept"
    UsedFile "used_file"
    KeepUpload "keep_upload"
    Fetched "fetched"
}
