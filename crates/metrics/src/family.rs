//! Which metrics there are: their names, types and labels.

/// A metric, or a family of metrics that are told apart by their labels.
#[derive(Debug)]
pub struct Family {
    /// `apiserver_request_total`
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// What is promised of it.
    pub stability: Stability,
    /// What it says, in a sentence.
    pub help: &'static str,
    /// The names of its labels, in their order.
    pub labels: &'static [&'static str],
}

/// What a metric's values are.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// What is now.
    Gauge,
    /// How many values were no larger than each of these bounds, which are sorted.
    Histogram(&'static [f64]),
}

/// What Kubernetes promises of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stability {
    /// It may go with any release.
    Alpha,
    /// It goes with warning.
    Beta,
    /// It stays as it is.
    Stable,
    /// It is none of Kubernetes' own.
    Unsaid,
}

impl Stability {
    /// As it is told: `STABLE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alpha => "ALPHA",
            Self::Beta => "BETA",
            Self::Stable => "STABLE",
            Self::Unsaid => "",
        }
    }
}

impl Family {
    /// What is wrong with these together: names that are there twice, labels or bounds that are not in
    /// order.
    pub fn problems(all: &[&Self]) -> Vec<String> {
        let mut names: Vec<_> = all.iter().map(|family| family.name).collect();
        names.sort_unstable();
        let twice = names.windows(2).filter(|pair| pair[0] == pair[1]);
        let twice = twice.map(|pair| format!("{} is there twice", pair[0]));
        let disordered = all.iter().filter(|family| {
            let bounds = match family.kind {
                Kind::Histogram(bounds) => bounds,
                Kind::Counter | Kind::Gauge => &[],
            };
            !family.labels.is_sorted() || !bounds.is_sorted()
        });
        let disordered = disordered.map(|family| format!("{} is not in order", family.name));
        twice.chain(disordered).collect()
    }
}

/// Declares families, each as a static, and a test that they are sound.
///
/// A line is `NAME = "metric", Kind, Stability, ["label", ...], "What it says.";`, the labels in
/// their order.
#[macro_export]
macro_rules! families {
    ($($id:ident = $name:literal, $kind:expr, $stability:ident, [$($label:literal),*], $help:literal;)*) => {
        $(
            #[doc = $help]
            pub(crate) static $id: $crate::Family = $crate::Family {
                name: $name,
                kind: $kind,
                stability: $crate::Stability::$stability,
                help: $help,
                labels: &[$($label),*],
            };
        )*
        #[cfg(test)]
        #[test]
        fn families_are_there_once_and_in_order() {
            assert_eq!($crate::Family::problems(&[$(&$id),*]), [""; 0]);
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_twice_or_out_of_order_is_told() {
        let family = |name, labels| Family {
            name,
            kind: Kind::Counter,
            stability: Stability::Alpha,
            help: "",
            labels,
        };
        let (a, b) = (family("a", &["x", "y"]), family("b", &["y", "x"]));
        assert_eq!(
            Family::problems(&[&a, &b, &a]),
            ["a is there twice", "b is not in order"]
        );
    }
}
