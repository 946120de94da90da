//! The figures the program has to keep to, in tests/budgets.txt.

use std::io::Write as _;

/// Prints figures beside their budgets; too much is a failure, and so is a figure
/// without a budget.
pub(crate) fn check(figures: &[(&str, u64)]) {
    let mut over = Vec::new();
    for &(name, figure) in figures {
        let limit = limit(name);
        // Past the capture of the test runner: the figures are for people, every time.
        let _ = writeln!(
            std::io::stdout(),
            "{name:26} {:>12} of {:>12}",
            grouped(figure),
            grouped(limit)
        );
        if figure > limit {
            over.push(name);
        }
    }
    assert!(over.is_empty(), "over their budgets: {over:?}");
}

/// What a figure may be at most.
pub(crate) fn limit(name: &str) -> u64 {
    include_str!("../budgets.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .find(|(first, _)| *first == name)
        .and_then(|(_, limit)| limit.trim().parse().ok())
        .unwrap_or_else(|| panic!("tests/budgets.txt has no number for {name}"))
}

/// A number with a comma every three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
