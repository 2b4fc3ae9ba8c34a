//! Expressions, read.

use trimtab_tree::Text;

/// An expression. Its number is its place in what the checker finds out.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) id: usize,
    /// In bytes of the source.
    pub(super) at: usize,
    pub(super) kind: ExprKind,
}

#[derive(Debug)]
pub(super) enum ExprKind {
    Literal(Literal),
    Ident(Text),
    /// `operand.field`, or `has(operand.field)`.
    Select {
        operand: Box<Expr>,
        field: Text,
        is_test: bool,
    },
    /// A function or an operator, which is a function of a name such as `_+_`.
    Call {
        target: Option<Box<Expr>>,
        function: Text,
        arguments: Vec<Expr>,
    },
    List(Vec<Element>),
    Map(Vec<MapEntry>),
    Struct {
        name: Text,
        fields: Vec<StructField>,
    },
    Fold(Box<Fold>),
    /// `target.optMap(variable, result)`
    OptMap {
        target: Box<Expr>,
        variable: Text,
        result: Box<Expr>,
        /// The result is optional itself.
        is_flat: bool,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    String(Text),
    Bytes(Vec<u8>),
}

/// An item of a list; `?` before it says that it is optional.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) value: Expr,
    pub(super) is_optional: bool,
}

#[derive(Debug)]
pub(super) struct MapEntry {
    pub(super) key: Expr,
    pub(super) value: Expr,
    pub(super) is_optional: bool,
}

#[derive(Debug)]
pub(super) struct StructField {
    pub(super) name: Text,
    pub(super) at: usize,
    pub(super) value: Expr,
    pub(super) is_optional: bool,
}

/// A macro that goes through a list or a map.
#[derive(Debug)]
pub(super) struct Fold {
    pub(super) kind: FoldKind,
    pub(super) range: Expr,
    /// The item of a list, the key of a map; of two variables, the index or the key.
    pub(super) variable: Text,
    /// The item or value.
    pub(super) second: Option<Text>,
    /// Which are looked at, where a macro says that beside what it makes of them.
    pub(super) filter: Option<Expr>,
    /// What must hold, or what is made of each.
    pub(super) body: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FoldKind {
    All,
    Exists,
    ExistsOne,
    /// `map`, `transformList`
    Map,
    Filter,
    /// Keys stay.
    TransformMap,
    /// The body is a map of one entry.
    TransformMapEntry,
    /// `sortBy`: the body is what is compared.
    SortBy,
}

impl Expr {
    /// Visits the parts right below.
    pub(super) fn for_each<'e>(&'e self, visit: &mut dyn FnMut(&'e Self)) {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Ident(_) => {}
            ExprKind::Select { operand, .. } => visit(operand),
            ExprKind::Call {
                target, arguments, ..
            } => target
                .iter()
                .map(|it| &**it)
                .chain(arguments)
                .for_each(visit),
            ExprKind::List(items) => items.iter().for_each(|item| visit(&item.value)),
            ExprKind::Map(entries) => {
                for entry in entries {
                    visit(&entry.key);
                    visit(&entry.value);
                }
            }
            ExprKind::Struct { fields, .. } => fields.iter().for_each(|field| visit(&field.value)),
            ExprKind::Fold(fold) => {
                visit(&fold.range);
                fold.filter.iter().for_each(&mut *visit);
                visit(&fold.body);
            }
            ExprKind::OptMap { target, result, .. } => {
                visit(target);
                visit(result);
            }
        }
    }
}
