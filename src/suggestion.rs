//! The nearest known name to a misspelt one.

/// The candidate that was probably meant: at most a third of its characters differ, swaps
/// counted once. None if nothing is near enough.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    known
        .into_iter()
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let other = lower.chars().count();
            let distance_max = length.max(other).max(3) / 3;
            // What differs more in length alone need not be compared.
            let compared = length.abs_diff(other) <= distance_max;
            let distance = compared.then(|| strsim::damerau_levenshtein(&word, &lower))?;
            (distance <= distance_max).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// How much two titles share, 0 to 1: pairs of neighbouring characters in common (Dice's
/// coefficient). `strsim::sorensen_dice` divides by bytes, which makes Chinese look unlike.
pub fn similarity(one: &str, other: &str) -> f64 {
    let (mut left, right) = (pairs(one), pairs(other));
    let all = left.len() + right.len();
    let shared = right.iter().filter(|pair| match left.iter().position(|other| other == *pair) {
        Some(at) => {
            left.swap_remove(at);
            true
        }
        None => false,
    });
    let shared = shared.count();
    if all == 0 { f64::from(u8::from(one == other)) } else { 2.0 * shared as f64 / all as f64 }
}

fn pairs(text: &str) -> Vec<(char, char)> {
    let kept = || text.chars().filter(|c| !c.is_whitespace());
    kept().zip(kept().skip(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::{nearest, similarity};

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["title", "mark", "no-run"];
        assert_eq!(nearest("titel", known), Some("title"));
        assert_eq!(nearest("Mark", known), Some("mark"));
        assert_eq!(nearest("norun", known), Some("no-run"));
        assert_eq!(nearest("highlight", known), None);
    }

    #[test]
    fn titles_are_compared_by_characters() {
        assert!(similarity("闭包原理", "闭包的原理") > 0.5);
        assert!(similarity("night", "nacht") > 0.2);
        assert!(similarity("闭包", "闭包") > 0.99 && similarity("包", "包") > 0.99);
        assert!(similarity("闭包原理", "完全不同") < 0.01 && similarity("", "闭包") < 0.01);
    }
}
