//! The numbers that the On-Premises API gives to errors, and which of Cloud's they stand for.
//!
//! Titles differ between the documentation and the wire; where a title was seen on the wire, it
//! stands here as it was seen.

/// Wrong or expired credentials, or not permitted.
pub(super) const ACCESS_DENIED: i64 = 1005;
/// No such thing.
pub(super) const NOT_FOUND: i64 = 1006;
/// A field is absent.
pub(super) const MISSING: i64 = 1008;
/// A field has a value, or a type, that it cannot have.
pub(super) const INVALID: i64 = 1009;
/// A field is there that must not be.
pub(super) const SUPERFLUOUS: i64 = 1010;
/// Something went wrong on our side.
pub(super) const INTERNAL: i64 = 1014;
/// Not now.
pub(super) const OVERLOADED: i64 = 1016;
/// The first password is still in use.
pub(super) const PASSWORD_CHANGE: i64 = 1024;
/// Cannot be parsed, or is no call of this API.
pub(super) const BAD_REQUEST: i64 = 1025;
/// The recipient's keys have changed, and the client has not acknowledged that.
pub(super) const IDENTITY_CHANGED: i64 = 1028;
/// The number of a template's values is not what the place takes.
pub(super) const COUNT_MISMATCH: i64 = 2000;
/// There is no such template.
pub(super) const TEMPLATE_MISSING: i64 = 2001;
/// A value of a template is longer than its place.
pub(super) const PARAMETER_TOO_LONG: i64 = 2004;
/// A value of a template is of a type that does not fit its place.
pub(super) const FORMAT_MISMATCH: i64 = 2012;
/// A list or products in too many sections, or in none.
pub(super) const TOO_MANY_SECTIONS: i64 = 2015;
/// A list with too many rows, or with none.
pub(super) const TOO_MANY_ROWS: i64 = 2016;
/// A text has a character that its place does not take.
pub(super) const BAD_CHARACTER: i64 = 2017;
/// Too many products, or none.
pub(super) const TOO_MANY_PRODUCTS: i64 = 2023;
/// A header that this message cannot have, or none where it must have one.
pub(super) const BAD_HEADER: i64 = 2036;
/// Nothing better is known, in a status.
pub(super) const GENERIC: i64 = 500;
/// Its time ran out.
pub(super) const EXPIRED: i64 = 410;
/// A customer's file could not be fetched.
pub(super) const MEDIA: i64 = 400;
/// Too much at once: of messages going out, or of files coming in.
pub(super) const THROTTLED: i64 = 429;
/// Not for us to read.
pub(super) const UNKNOWN_TYPE: i64 = 501;

/// The fixed text that goes with a code.
pub(super) const fn title(code: i64) -> &'static str {
    match code {
        MEDIA => "Media download error",
        402 => "Business eligibility — Payment issue",
        408 => "Message is not valid",
        EXPIRED => "Message expired",
        THROTTLED => "Rate limit hit",
        430 => "Unsigned certificate",
        432 => "Certificate ID mismatch",
        433 => "Certificate signature invalid",
        470 => "Re-engagement message",
        471 => "Spam Rate limit hit",
        472 => "User's number is part of an experiment",
        480 => "User potentially changed",
        UNKNOWN_TYPE => "Unknown message type",
        1001 => "Message too long",
        1002 => "Invalid recipient type",
        1003 => "Not a group participant",
        1004 => "Resource already exists",
        ACCESS_DENIED => "Access denied",
        NOT_FOUND => "Resource not found",
        1007 => "Recipient blocked to receive message",
        MISSING => "Required parameter is missing",
        INVALID => "Parameter value is not valid",
        SUPERFLUOUS => "Parameter is not required",
        1011 => "Service not ready",
        1012 => "Group is unknown",
        1013 => "User is not valid",
        INTERNAL => "Internal error",
        1015 => "Too many requests",
        OVERLOADED => "System overloaded",
        1017 => "Not Primary Master",
        1018 => "Not Primary Coreapp",
        1021 => "Bad user",
        1022 => "Webhooks URL is not configured",
        1023 => "Database error occurred",
        PASSWORD_CHANGE => "Password change required",
        BAD_REQUEST => "Request is not valid",
        1026 => "Receiver incapable",
        1028 => "user_identity_changed requires acknowledgement",
        1031 => "Sender account has been locked",
        2000 => "Template Param Count Mismatch",
        2001 => "Template Missing",
        2002 => "Template Fetch Failed",
        2003 => "Template Pack Missing",
        2004 => "Template Param Length Too Long",
        2005 => "Template Hydrated Text Too Long",
        2006 => "Template White Space Policy Violated",
        2007 => "Template Format Character Policy Violated",
        2008 => "Template Media Format Unsupported",
        2009 => "Template Required Component Missing",
        2010 => "Template Invalid Hydrated URL",
        2011 => "Template Invalid Phone Number",
        2012 => "Template Parameter Format Mismatch",
        2013 => "Template Buttons Unsupported",
        2014 => "Expected Namespace is Empty",
        2015 => "Invalid number of sections",
        2016 => "Invalid number of rows",
        2017 => "Character Policy Violated",
        2023 => "Invalid number of product",
        2024 => "Catalog ID not found",
        2025 => "Catalog ID not linked to API number",
        2026 => "Missing products",
        2027 => "No products found",
        2028 => "All products failed compliance check",
        2029 => "Some products failed compliance check",
        2030 => "Missing products and failed compliance check",
        2036 => "Invalid Header Structure",
        2050 => "Missing Compliance Info",
        2060 => "Template Rejected",
        2061 => "Template Paused",
        2062 => "Template Disabled",
        2068 => "Flow is blocked",
        2069 => "Flow is throttled",
        _ => "Generic error",
    }
}

/// What an error of the Cloud API, or a refusal of ours in its numbers, is called in a status of
/// this one; `None` when there is no counterpart. The numbers are not shifted by a fixed amount:
/// 2015 and 132015 have nothing in common.
pub(super) const fn from_cloud(code: i64) -> Option<i64> {
    Some(match code {
        4 | 80_007 | 130_429 | 131_056 => THROTTLED,
        130_472 => 472,
        1 | 2 | 131_000 | 131_016 | 135_000 => GENERIC,
        131_001 => 1001,
        131_002 => 1002,
        131_006 => NOT_FOUND,
        131_008 => MISSING,
        33 | 100 | 131_009 | 131_055 => INVALID,
        131_021 => 1021,
        131_026 | 131_050 => 1026,
        130_403 | 131_030 => 1007,
        130_497 | 131_031 => 1031,
        131_042 => 402,
        131_043 => EXPIRED,
        131_045 => 430,
        131_047 => 470,
        368 | 131_048 | 131_049 | 131_064 => 471,
        131_051 => UNKNOWN_TYPE,
        131_052 => MEDIA,
        131_057 | 133_004 | 133_010 => 1011,
        // The business's own credentials at Meta: nothing that this client can mend.
        3 | 10 | 190 | 200..=299 | 131_005 | 131_053 => INTERNAL,
        137_000 => 480,
        132_000 => 2000,
        132_001 => 2001,
        132_005 => 2005,
        132_007 => 2007,
        132_008 | 132_012 => 2012,
        132_015 => 2061,
        132_016 => 2062,
        132_018 => 2009,
        132_068 => 2068,
        132_069 => 2069,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counterpart_has_a_title_of_its_own() {
        for cloud in (1..400).chain(130_000..138_000) {
            if let Some(code) = from_cloud(cloud).filter(|&code| code != GENERIC) {
                assert_ne!(title(code), "Generic error", "{cloud} -> {code}");
            }
        }
    }

    #[test]
    fn codes_that_only_look_alike_are_not_taken_for_each_other() {
        assert_eq!(title(2015), "Invalid number of sections");
        assert_eq!(from_cloud(132_015).map(title), Some("Template Paused"));
        assert_eq!(from_cloud(132_016).map(title), Some("Template Disabled"));
        assert_eq!(from_cloud(131_030), Some(1007));
        assert_eq!(from_cloud(137_000), Some(480));
    }

    #[test]
    fn a_closed_window_is_470_and_an_unknown_code_has_no_counterpart() {
        assert_eq!(from_cloud(131_047), Some(470));
        assert_eq!(from_cloud(999_999), None);
    }
}
