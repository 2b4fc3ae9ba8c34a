//! The door from expressions to authorisation.

use trimtab_tree::Text;

/// Something that an expression asks whether it is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessQuestion {
    /// Namespace and name of the service account it is asked for, instead of the user whose request
    /// is being admitted.
    pub service_account: Option<(Text, Text)>,
    /// The path, if it is not about objects.
    pub path: Option<Text>,
    /// What it is about, if it is about objects.
    pub resource: Option<AccessQuestionResource>,
    /// `get`, `create`, ...
    pub verb: Text,
}

/// Objects that an [`AccessQuestion`] is about; empty is all, or none in particular.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessQuestionResource {
    /// The API group.
    pub group: Text,
    /// `deployments`
    pub resource: Text,
    /// `status`
    pub subresource: Text,
    /// The namespace.
    pub namespace: Text,
    /// The name of the object.
    pub name: Text,
    /// Only objects with such fields, as in a query.
    pub field_selector: Option<Text>,
    /// Only objects with such labels, as in a query.
    pub label_selector: Option<Text>,
}

/// The answer to an [`AccessQuestion`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Why, for people; may be empty.
    pub reason: String,
    /// What went wrong, if something did.
    pub error: Option<String>,
}

/// Answers questions that expressions ask of `authorizer`.
pub trait Authorize {
    /// Decides.
    fn decide(&self, question: &AccessQuestion) -> Decision;

    /// What `authorizer.requestResource` is about: the objects of the request.
    fn request_resource(&self) -> AccessQuestionResource;
}
