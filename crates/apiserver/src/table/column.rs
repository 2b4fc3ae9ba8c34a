//! Columns of a table.

use trimtab_tree::Value;

/// What a column holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    name: &'static str,
    /// `string`, `integer`, `boolean` or `date`
    kind: &'static str,
    /// `name`, for the column that holds the object's name.
    format: &'static str,
    description: &'static str,
    /// Whether it is shown only when much is asked for (`kubectl get -o wide`).
    wide: bool,
}

/// A column of text.
pub(super) const fn text(name: &'static str, description: &'static str) -> Column {
    Column {
        name,
        kind: "string",
        format: "",
        description,
        wide: false,
    }
}

impl Column {
    /// The same, of whole numbers.
    pub(super) const fn integer(mut self) -> Self {
        self.kind = "integer";
        self
    }

    /// The same, of truths.
    pub(super) const fn boolean(mut self) -> Self {
        self.kind = "boolean";
        self
    }

    /// The same, of times.
    const fn date(mut self) -> Self {
        self.kind = "date";
        self
    }

    /// The same, of objects' names.
    pub(super) const fn named(mut self) -> Self {
        self.format = "name";
        self
    }

    /// The same, shown only when much is asked for.
    pub(super) const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// `TableColumnDefinition`
    pub(super) fn to_value(self) -> Value {
        Value::mapping([
            ("name", Value::string(self.name)),
            ("type", Value::string(self.kind)),
            ("format", Value::string(self.format)),
            ("description", Value::string(self.description)),
            ("priority", Value::int(i64::from(self.wide))),
        ])
    }
}

/// The object's name.
pub(super) const NAME: Column = text("Name", NAME_DESCRIPTION).named();

/// What is said of the column of names.
pub(crate) const NAME_DESCRIPTION: &str = "The object's name, unique among objects of its kind in \
     its namespace; it never changes. See \
     https://kubernetes.io/docs/concepts/overview/working-with-objects/names";

/// How long the object has been there.
pub(super) const AGE: Column = text("Age", CREATED);

/// When the object was created.
pub(super) const CREATED_AT: Column = text("Created At", CREATED).date();

/// What is said of the columns of creation times and ages.
pub(crate) const CREATED: &str = "When the server created the object. See \
     https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

/// The names of a template's containers.
pub(super) const CONTAINERS: Column = text(
    "Containers",
    "The names of the containers in the pod template.",
);

/// The images of a template's containers.
pub(super) const IMAGES: Column = text(
    "Images",
    "The images of the containers in the pod template.",
);
