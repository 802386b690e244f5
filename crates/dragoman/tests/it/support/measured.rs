//! How fast a provider saw POSTs come, as it would measure it itself.

use serde_json::Value;

/// A POST in the provider's ledger.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    /// When it was decided, in milliseconds.
    pub(crate) at: i64,
    pub(crate) to: String,
    pub(crate) token: String,
    pub(crate) decision: String,
}

impl Post {
    /// All of a ledger, in the order of their times.
    pub(crate) fn all_of(requests: &[Value]) -> Vec<Self> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let posts = requests.iter().map(|request| Self {
            at: millis(request["at"].as_str().expect("every request has a time")),
            to: text(&request["body"]["to"]),
            token: text(&request["token"]),
            decision: text(&request["decision"]),
        });
        let mut posts: Vec<Self> = posts.collect();
        posts.sort_by_key(|post| post.at);
        posts
    }

    pub(crate) fn is_taken(&self) -> bool {
        self.decision.starts_with("accepted")
    }
}

fn millis(at: &str) -> i64 {
    let at = time::OffsetDateTime::parse(at, &time::format_description::well_known::Rfc3339);
    let nanos = at.expect("a time").unix_timestamp_nanos();
    i64::try_from(nanos / 1_000_000).expect("a time of our days")
}

/// The most that were seen in any second, wherever it begins.
pub(crate) fn most_in_a_second(posts: &[Post]) -> usize {
    let mut first = 0;
    let windows = posts.iter().enumerate().map(|(last, post)| {
        while posts[first].at <= post.at - 1000 {
            first += 1;
        }
        last - first + 1
    });
    windows.max().unwrap_or_default()
}

/// By how much a recipient has got more than it may at any moment: `burst` at once, and one more
/// `every` so many milliseconds.
pub(crate) fn most_beyond(posts: &[Post], burst: usize, every: i64) -> i64 {
    let beyond = posts.iter().enumerate().map(|(first, from)| {
        let until = posts[first..].iter().zip(1..);
        let beyond = until.map(|(post, count)| {
            let allowed = burst as i64 + (post.at - from.at) / every;
            count - allowed
        });
        beyond.max().unwrap_or_default()
    });
    beyond.max().unwrap_or_default()
}
