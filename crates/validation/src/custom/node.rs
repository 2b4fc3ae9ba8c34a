//! A schema, read.

use super::rule::{Rule, RuleSource};
use regex::Regex;
use std::sync::OnceLock;
use trimtab_tree::{Text, Value};

/// What a value is to be, and what must hold of it.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) nullable: bool,
    /// `x-kubernetes-int-or-string`
    pub(super) int_or_string: bool,
    /// The object itself, or one with `x-kubernetes-embedded-resource`: it has `apiVersion`, `kind`
    /// and `metadata` whether the schema names them or not.
    pub(super) is_resource: bool,
    /// `x-kubernetes-preserve-unknown-fields`
    pub(super) preserves_unknown: bool,
    /// Whether it or anything below it has `x-kubernetes-validations`.
    pub(super) has_rules: bool,
    /// Whether it or anything below it has `x-kubernetes-embedded-resource`.
    pub(super) has_embedded: bool,
    /// Its own.
    pub(super) rule_sources: Vec<RuleSource>,
    /// The same, compiled when an object is first checked.
    pub(super) rules: OnceLock<Vec<Rule>>,
    /// Sorted by name.
    pub(super) properties: Vec<(Text, Node)>,
    pub(super) additional: Additional,
    pub(super) items: Option<Box<Node>>,
    pub(super) list: List,
    pub(super) default: Option<Value>,
    /// What must hold of the value; most have nothing.
    pub(super) limits: Option<Box<Limits>>,
}

/// `type`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// None is said.
    #[default]
    Any,
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
}

impl Kind {
    /// As a schema has it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Object => "object",
            Self::Array => "array",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

/// `additionalProperties`
#[derive(Debug, Default)]
pub(super) enum Additional {
    /// Not said.
    #[default]
    Unsaid,
    /// `true`
    Anything,
    /// Values of this schema.
    Of(Box<Node>),
}

/// `x-kubernetes-list-type`
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum List {
    #[default]
    Atomic,
    Set,
    /// By these keys.
    Map(Vec<Text>),
}

/// What must hold of a value, its type aside.
#[derive(Debug, Default)]
pub(super) struct Limits {
    pub(super) required: Vec<Text>,
    pub(super) allowed: Vec<Value>,
    pub(super) pattern: Option<Pattern>,
    pub(super) format: Text,
    pub(super) minimum: Option<Bound>,
    pub(super) maximum: Option<Bound>,
    pub(super) multiple_of: Option<f64>,
    pub(super) length: Range,
    pub(super) items: Range,
    pub(super) properties: Range,
    pub(super) unique_items: bool,
    pub(super) all_of: Vec<Node>,
    pub(super) any_of: Vec<Node>,
    pub(super) one_of: Vec<Node>,
    pub(super) not: Option<Node>,
}

/// How long or how many, both ends included.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Range {
    pub(super) least: Option<u64>,
    pub(super) most: Option<u64>,
}

/// An end of the numbers allowed.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) value: f64,
    /// As the schema has it.
    pub(super) text: Text,
    /// Whether the end itself is not allowed.
    pub(super) exclusive: bool,
}

/// A regular expression, compiled when it is first needed: definitions have many, objects use few.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) text: Text,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            regex: OnceLock::new(),
        }
    }

    /// Whether a text matches. One that is no expression here matches everything: Go's dialect has
    /// a few forms more.
    pub(super) fn matches(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| Regex::new(&self.text).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

impl Node {
    pub(super) fn set_properties(&mut self, mut properties: Vec<(Text, Self)>) {
        properties.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.properties = properties;
    }

    pub(super) fn properties(&self) -> &[(Text, Self)] {
        &self.properties
    }

    /// The schema of a named field.
    pub(super) fn property(&self, name: &str) -> Option<&Self> {
        let at = self
            .properties
            .binary_search_by(|(known, _)| known.as_str().cmp(name));
        at.ok().map(|at| &self.properties[at].1)
    }

    /// The schema of values that are not named.
    pub(super) fn values(&self) -> Option<&Self> {
        match &self.additional {
            Additional::Of(node) => Some(node),
            _ => None,
        }
    }

    /// The schema of a field, named or not.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        self.property(name).or(match &self.additional {
            Additional::Of(node) => Some(node),
            _ => None,
        })
    }

    /// The schema of a field, or of the items for a number.
    pub(super) fn below(&self, step: &str) -> Option<&Self> {
        self.field(step).or(self.items.as_deref())
    }

    /// The names that its fields may have.
    pub(super) fn names(&self) -> Vec<&str> {
        let own = self.properties.iter().map(|(name, _)| name.as_str());
        let of_resources = ["apiVersion", "kind", "metadata"];
        own.chain(of_resources.into_iter().filter(|_| self.is_resource))
            .collect()
    }

    /// Whether a field is one that every object has.
    pub(super) fn is_of_resources(&self, name: &str) -> bool {
        self.is_resource && matches!(name, "apiVersion" | "kind" | "metadata")
    }
}
