//! Which controllers run, in the words of kube-controller-manager's `--controllers`.

use std::str::FromStr;
use trimtab_tree::nearest;

/// All controllers there are.
const NAMES: &[&str] = &[
    "deployment-controller",
    "endpointslice-controller",
    "garbage-collector-controller",
    "namespace-controller",
    "replicaset-controller",
    "root-ca-certificate-publisher-controller",
    "serviceaccount-controller",
];

/// A choice of controllers. By default all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControllerSelection {
    /// Whether those run that are not named.
    others: bool,
    /// The named ones, and whether each runs. The first mention counts.
    named: Vec<(String, bool)>,
}

/// A controller that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a controller")]
pub struct UnknownController {
    /// What was asked for.
    pub name: String,
    /// The controller that was probably meant, or a list of all.
    pub hint: String,
}

impl Default for ControllerSelection {
    fn default() -> Self {
        Self::all()
    }
}

impl ControllerSelection {
    /// All controllers.
    #[must_use]
    pub fn all() -> Self {
        Self {
            others: true,
            named: Vec::new(),
        }
    }

    /// No controllers.
    #[must_use]
    pub fn none() -> Self {
        Self {
            others: false,
            named: Vec::new(),
        }
    }

    /// Reads a list: `*` is all that are not named, `NAME` is that one, `-NAME` is all but that
    /// one, `-*` is none. As with kube-controller-manager, those that are not named run only where
    /// `*` is, so `-NAME` alone leaves out all.
    ///
    /// # Errors
    /// When an item names no controller.
    pub fn parse<'t>(items: impl IntoIterator<Item = &'t str>) -> Result<Self, UnknownController> {
        let mut selection = Self::none();
        for item in items {
            let item = item.trim();
            match item {
                "*" => selection.others = true,
                "-*" | "" => {}
                _ => {
                    let (name, runs) = match item.strip_prefix('-') {
                        Some(name) => (name, false),
                        None => (item, true),
                    };
                    if !NAMES.contains(&name) {
                        return Err(unknown(name));
                    }
                    selection.named.push((name.to_owned(), runs));
                }
            }
        }
        Ok(selection)
    }

    /// Whether the controller of this name runs.
    #[must_use]
    pub fn runs(&self, name: &str) -> bool {
        let named = self.named.iter().find(|(known, _)| known == name);
        named.map_or(self.others, |&(_, runs)| runs)
    }
}

impl FromStr for ControllerSelection {
    type Err = UnknownController;

    /// As [`ControllerSelection::parse`], of items between commas.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text.split(','))
    }
}

fn unknown(name: &str) -> UnknownController {
    let hint = match nearest(name, NAMES.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("there are: {}", NAMES.join(", ")),
    };
    UnknownController {
        name: name.to_owned(),
        hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_mean_what_they_mean_to_kube_controller_manager() {
        let runs = |text: &str| {
            let selection: ControllerSelection = text.parse().unwrap();
            ["deployment-controller", "replicaset-controller"].map(|name| selection.runs(name))
        };
        assert_eq!(runs("*"), [true, true]);
        assert_eq!(runs("-*"), [false, false]);
        assert_eq!(runs("*,-deployment-controller"), [false, true]);
        assert_eq!(runs("deployment-controller"), [true, false]);
        assert_eq!(runs("deployment-controller,-*"), [true, false]);
    }

    #[test]
    fn a_misspelt_name_is_told_with_the_one_meant() {
        let error = "deploymnet-controller"
            .parse::<ControllerSelection>()
            .unwrap_err();
        assert_eq!(error.hint, "did you mean `deployment-controller`?");
    }
}
