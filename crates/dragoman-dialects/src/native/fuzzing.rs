//! Bytes from anywhere, where a program expects a list of ours to go on.

use super::contacts::Wish;
use super::input;

/// The query of a list. What is asked for is bounded.
pub fn query(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let Ok(wish) = input::query::<Wish>(&text) else {
        return;
    };
    if let Ok(span) = wish.span() {
        assert!((1..=100).contains(&span.limit), "{text}");
    }
}

#[cfg(test)]
mod tests {
    use dragoman_testkit::fuzz::check;

    #[test]
    fn any_query_of_a_list_is_read_or_refused() {
        check("native_query", super::query);
    }
}
