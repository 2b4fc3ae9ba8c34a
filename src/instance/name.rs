//! The names of the user's control planes.

/// The name of one of the user's control planes: a DNS label of at most 40 letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClusterName(Option<String>);

/// How the one that needs no name is shown in a list, and can be called.
const DEFAULT: &str = "default";

/// Leaves room for what is put before it in the names of contexts.
const LONGEST: usize = 40;

impl Default for ClusterName {
    /// The one that `trimtab up` without a name starts.
    fn default() -> Self {
        Self(None)
    }
}

impl ClusterName {
    /// Reads a name; the error says what one looks like.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let is_inner = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-');
        let is_label = !text.is_empty()
            && text.len() <= LONGEST
            && text.chars().all(is_inner)
            && !text.starts_with('-')
            && !text.ends_with('-');
        if !is_label {
            return Err(format!(
                "expected at most {LONGEST} of a-z, 0-9 and `-`, which neither begins nor ends it"
            ));
        }
        Ok(Self((text != DEFAULT).then(|| text.to_owned())))
    }

    /// The name, unless it is the default one.
    pub(super) fn own(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The name, for lists.
    pub(crate) fn as_str(&self) -> &str {
        self.own().unwrap_or(DEFAULT)
    }

    /// Its context in a kubeconfig.
    pub(crate) fn context(&self) -> String {
        match self.own() {
            None => crate::kubeconfig::CONTEXT.to_owned(),
            Some(own) => format!("{}-{own}", crate::kubeconfig::CONTEXT),
        }
    }

    /// What follows a command that is to work on it, with the blank before it.
    pub(crate) fn argument(&self) -> String {
        self.own().map(|own| format!(" {own}")).unwrap_or_default()
    }

    /// How it is spoken of.
    pub(crate) fn description(&self) -> String {
        match self.own() {
            None => "a control plane".to_owned(),
            Some(own) => format!("the control plane {own}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_label_and_cannot_leave_its_directory() {
        for good in ["a", "team-1", "default", &"x".repeat(40)] {
            assert_eq!(ClusterName::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            ".",
            "..",
            "a/b",
            "-a",
            "a-",
            "A",
            "a_b",
            &"x".repeat(41),
        ] {
            assert!(ClusterName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_default_one_has_the_plain_context() {
        let default = ClusterName::parse("default").unwrap();
        assert_eq!(default, ClusterName::default());
        assert_eq!(default.context(), "trimtab");
        assert_eq!(default.argument(), "");
        let own = ClusterName::parse("blue").unwrap();
        assert_eq!(own.context(), "trimtab-blue");
        assert_eq!(own.argument(), " blue");
    }
}
