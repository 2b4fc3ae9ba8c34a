//! Patterns in which some step stands for any number of characters.

/// One step of a pattern.
pub(crate) trait Step {
    /// Whether it stands for any number of characters, of those that [`Self::fits`] says; otherwise
    /// it stands for one.
    fn is_many(&self) -> bool;

    /// Whether it can stand for a character.
    fn fits(&self, found: char) -> bool;
}

/// Whether the steps stand for all of a text. Takes time in the product of both at most: only the
/// latest step that stands for many ever takes more.
pub(crate) fn matches(steps: &[impl Step], text: &str) -> bool {
    let (mut at, mut left) = (0, text.chars());
    // Where to go on when the latest such step has to take one character more.
    let mut retry = None;
    loop {
        match steps.get(at) {
            Some(step) if step.is_many() => {
                at += 1;
                retry = Some((at, left.clone()));
                continue;
            }
            None if left.as_str().is_empty() => return true,
            step => {
                if let (Some(step), Some(found)) = (step, left.next())
                    && step.fits(found)
                {
                    at += 1;
                    continue;
                }
            }
        }
        let Some((after, from)) = &mut retry else {
            return false;
        };
        if !from
            .next()
            .is_some_and(|skipped| steps[*after - 1].fits(skipped))
        {
            return false;
        }
        (at, left) = (*after, from.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Step for char {
        fn is_many(&self) -> bool {
            *self == '*'
        }

        fn fits(&self, found: char) -> bool {
            *self == found || *self == '*' && found != '/'
        }
    }

    #[test]
    fn the_whole_text_must_fit() {
        for (pattern, text, fits) in [
            ("", "", true),
            ("", "a", false),
            ("a*b*c", "abcbc", true),
            ("a*b*c", "abcb", false),
            ("*", "", true),
            ("*b", "aab", true),
            ("*b", "a/b", false),
            ("a*", "b", false),
        ] {
            let steps: Vec<char> = pattern.chars().collect();
            assert_eq!(matches(&steps, text), fits, "{pattern} {text}");
        }
    }
}
