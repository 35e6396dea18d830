//! The nearest known name to one that is not known.

/// Edits (insert, delete, replace, swap neighbours) that turn one word into the other.
pub fn edits(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let best = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best.min(table[i - 2][j - 2] + 1)
                } else {
                    best
                }
            };
        }
    }
    table[a.len()][b.len()]
}

/// The known name with the fewest edits, the first of equals; `None` only if there are no names.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known.into_iter().min_by_key(|name| edits(word, name))
}

/// The known names, nearest first, at most this many.
pub fn nearest_few<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let mut names: Vec<&str> = known.into_iter().collect();
    names.sort_by_key(|name| edits(word, name));
    names.truncate(most);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_word() {
        let known = ["dose", "hold", "every", "times", "first"];
        for (typed, meant) in
            [("doze", "dose"), ("hodl", "hold"), ("evry", "every"), ("time", "times"), ("HOLD", "hold")]
        {
            assert_eq!(nearest(typed, known), Some(meant), "{typed}");
        }
        assert_eq!(nearest("dose", []), None);
    }

    #[test]
    fn edits_count_each_kind_of_slip_once() {
        for (a, b, n) in [("", "ab", 2), ("ab", "ab", 0), ("ab", "ba", 1), ("kitten", "sitting", 3)] {
            assert_eq!(edits(a, b), n, "{a} {b}");
        }
    }
}
