//! Characters that no text may have.

/// Whether a control character stands in it: any but tab, line feed and carriage return. No
/// messenger shows them, and some databases do not keep them.
pub(crate) fn has_control(text: &str) -> bool {
    let kept = |c: char| matches!(c, '\t' | '\n' | '\r');
    text.chars().any(|c| c < ' ' && !kept(c))
}

#[cfg(test)]
mod tests {
    use super::has_control;

    #[test]
    fn what_moves_the_pen_is_kept_and_other_control_characters_are_not() {
        for text in ["", "a\tb\r\nc", "\u{7f}\u{85}\u{202e}é"] {
            assert!(!has_control(text), "{text:?}");
        }
        for control in (0..32).map(char::from).filter(|c| !"\t\n\r".contains(*c)) {
            assert!(has_control(&format!("a{control}")), "{control:?}");
        }
    }
}
