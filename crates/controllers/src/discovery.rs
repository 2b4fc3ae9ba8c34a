//! What kinds of objects the API server serves.

use kube::api::ApiResource;
use kube::core::GroupVersionKind;
use kube::discovery::{ApiCapabilities, ApiGroup, Discovery, Scope};
use kube::{Client, Error};

/// A kind of objects, in one version.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) resource: ApiResource,
    pub(crate) is_namespaced: bool,
    verbs: Vec<String>,
}

impl Kind {
    fn new((resource, capabilities): (ApiResource, ApiCapabilities)) -> Self {
        Self {
            resource,
            is_namespaced: capabilities.scope == Scope::Namespaced,
            verbs: capabilities.operations,
        }
    }

    /// A kind in namespaces that is known without asking.
    pub(crate) fn namespaced(resource: ApiResource) -> Self {
        Self {
            resource,
            is_namespaced: true,
            verbs: Vec::new(),
        }
    }

    /// Whether all `verbs` can be asked of it.
    pub(crate) fn supports(&self, verbs: &[&str]) -> bool {
        verbs
            .iter()
            .all(|verb| self.verbs.iter().any(|it| it == verb))
    }
}

/// Everything that is served at some moment.
pub(crate) struct Served(Discovery);

impl Served {
    /// Asks the API server: in two requests where it answers for all groups at once.
    pub(crate) async fn ask(client: &Client) -> Result<Self, Error> {
        match Discovery::new(client.clone()).run_aggregated().await {
            Ok(discovery) => Ok(Self(discovery)),
            Err(Error::SerdeError(_)) => Discovery::new(client.clone()).run().await.map(Self),
            Err(error) => Err(error),
        }
    }

    /// Each kind once, in the version its group prefers, in the order of groups and names.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        let mut kinds: Vec<_> = self
            .0
            .groups_alphabetical()
            .into_iter()
            .flat_map(ApiGroup::resources_by_stability)
            .map(Kind::new)
            .collect();
        kinds.sort_by(|one, other| {
            let name = |kind: &Kind| (kind.resource.group.clone(), kind.resource.plural.clone());
            name(one).cmp(&name(other))
        });
        kinds
    }

    /// The kind that an owner reference names.
    pub(crate) fn find(&self, api_version: &str, kind: &str) -> Option<Kind> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let kind = GroupVersionKind::gvk(group, version, kind);
        self.0.resolve_gvk(&kind).map(Kind::new)
    }
}
