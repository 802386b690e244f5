//! What is said when a file cannot be given to the provider, in the codes of the messenger.

use dragoman_core::outcome::{Again, Failure, NotTaken, Proof, Slow};

/// "Media upload error": the file of a message that is sent.
const MEDIA_UPLOAD: i64 = 131_053;
/// "Media download error": some answers call it that.
const MEDIA_DOWNLOAD: i64 = 131_052;
/// "Invalid parameter" and "Parameter value is not valid": of a file only when they say so.
const PARAMETER: [i64; 2] = [100, 131_009];

/// The file can never be given to the provider.
pub(super) fn never(why: impl Into<Box<str>>) -> NotTaken {
    refused(why, Again::Never)
}

/// The file cannot be given to the provider now.
pub(super) fn not_now(why: impl Into<Box<str>>) -> NotTaken {
    refused(why, Again::Backoff)
}

/// The same with the pause that was asked for.
pub(super) fn refused(why: impl Into<Box<str>>, again: Again) -> NotTaken {
    NotTaken {
        failure: Failure::new(MEDIA_UPLOAD, "Media upload error").because(why),
        proof: Proof::Certain,
        again,
        slow: Slow::Message,
    }
}

/// Whether the provider has refused a message because of its file.
pub(super) fn is_about_the_file(failure: &Failure) -> bool {
    let says_so = |text: &str| text.to_ascii_lowercase().contains("media");
    match failure.code {
        MEDIA_UPLOAD | MEDIA_DOWNLOAD => true,
        code if PARAMETER.contains(&code) => {
            says_so(&failure.title) || failure.details.as_deref().is_some_and(says_so)
        }
        _ => false,
    }
}

/// The same refusal, tried again in any case.
pub(super) fn once_more(not_taken: NotTaken) -> NotTaken {
    let again = match not_taken.again {
        Again::Never => Again::Backoff,
        planned @ (Again::Backoff | Again::After(_)) => planned,
    };
    NotTaken { again, ..not_taken }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_about_the_file_when_it_says_so() {
        let said = "Param image['id'] is not a valid media attachment ID";
        let check = |failure: Failure| is_about_the_file(&failure);
        assert!(check(Failure::new(131_053, "Media upload error")));
        assert!(check(Failure::new(131_052, "Media download error")));
        assert!(check(Failure::new(100, "Invalid parameter").because(said)));
        assert!(check(Failure::new(100, said)));
        assert!(check(Failure::new(131_009, "x").because(said)));
        assert!(!check(Failure::new(100, "Invalid parameter")));
        assert!(!check(Failure::new(131_047, "Re-engagement").because(said)));
    }
}
