//! The nearest known name to a misspelt one.

/// The candidate that was probably meant: at most a third of its characters differ, swaps
/// counted once. None if nothing is near enough.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    known
        .into_iter()
        .map(|candidate| {
            let lower = candidate.to_lowercase();
            let distance = strsim::damerau_levenshtein(&word, &lower);
            (distance, length.max(lower.chars().count()), candidate)
        })
        .filter(|(distance, longer, _)| distance * 3 <= (*longer).max(3))
        .min_by_key(|(distance, _, candidate)| (*distance, *candidate))
        .map(|(_, _, candidate)| candidate)
}

/// How much two titles share, 0 to 1: pairs of neighbouring characters in common.
pub fn similarity(one: &str, other: &str) -> f64 {
    strsim::sorensen_dice(one, other)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["title", "mark", "no-run"];
        assert_eq!(nearest("titel", known), Some("title"));
        assert_eq!(nearest("Mark", known), Some("mark"));
        assert_eq!(nearest("norun", known), Some("no-run"));
        assert_eq!(nearest("highlight", known), None);
    }
}
