//! The order of the output.

use super::At;
use super::decode::fields;
use trimtab_tree::Text;

/// `sortOptions`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SortOptions {
    /// `legacy` or `fifo`.
    pub order: At<Text>,
    /// What is special in the legacy order.
    pub legacy: Option<At<LegacySortOptions>>,
}

/// Kinds that come first and last in the legacy order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LegacySortOptions {
    /// Kinds that come first, in this order.
    pub first: Vec<At<Text>>,
    /// Kinds that come last, in this order.
    pub last: Vec<At<Text>>,
}

fields!(SortOptions, "sort options", { "order" => order, "legacySortOptions" => legacy });

fields!(LegacySortOptions, "legacy sort options", {
    "orderFirst" => first [always],
    "orderLast" => last [always],
});
