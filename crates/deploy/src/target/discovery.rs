//! What a server serves: aggregated discovery in two requests, or, from servers that do not know
//! it, one request a group version. Which word means which resource follows kubectl's rules.

use super::Target;
use super::resource::Resource;
use crate::error::{Error, Result};
use crate::fields::{field, items_at, metadata};
use trimtab_object::split_api_version;
use trimtab_tree::{Text, Value};

/// Asks for the aggregated form in the versions that servers have, and takes the plain one.
const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// All resources of a server: the core group first, then the groups in the server's order, the
/// preferred version of each before its others.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    resources: Vec<Resource>,
}

impl Discovery {
    /// Asks the server.
    ///
    /// # Errors
    /// When a request fails. A group whose own server does not answer is left out, as in kubectl.
    pub(super) async fn read(target: &Target) -> Result<Self> {
        let mut resources = Vec::new();
        for root in ["/api", "/apis"] {
            let answer = target.read(root, ACCEPT).await?;
            if answer.get("kind").and_then(Value::text) == Some("APIGroupDiscoveryList") {
                read_aggregated(&answer, &mut resources);
            } else {
                for path in group_version_paths(&answer) {
                    match target.read(&path, ACCEPT).await {
                        Ok(list) => read_resource_list(&list, &mut resources),
                        // An aggregated server that is down must not stop work with the others.
                        Err(error) if error.status().is_some_and(|s| s.code >= 500) => {}
                        Err(error) if error.is_not_found() => {}
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        Ok(Self { resources })
    }

    /// All resources.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The resource that a word of the command line names: plural, singular, kind or short name in
    /// any case, alone or as `NAME.GROUP` or `NAME.VERSION.GROUP`.
    ///
    /// # Errors
    /// When there is none.
    pub fn named(&self, word: &str) -> Result<&Resource> {
        let lower = word.to_lowercase();
        let found = self
            .resources
            .iter()
            .find(|resource| resource.is_called(&lower));
        let found = found.or_else(|| {
            let (name, rest) = lower.split_once('.')?;
            self.with_version(name, rest)
                .or_else(|| self.with_group(name, rest))
        });
        found.ok_or_else(|| Error::UnknownResource(word.to_owned()))
    }

    fn with_version(&self, name: &str, rest: &str) -> Option<&Resource> {
        // `pods.v1.` names the core group.
        let (version, group) = rest.split_once('.')?;
        self.resources.iter().find(|resource| {
            resource.is_called(name) && resource.version == version && resource.group == group
        })
    }

    fn with_group(&self, name: &str, group: &str) -> Option<&Resource> {
        let mut called = self.resources.iter().filter(|r| r.is_called(name));
        // The beginning of a group will do, as in kubectl.
        called
            .clone()
            .find(|resource| resource.group == group)
            .or_else(|| called.find(|resource| resource.group.starts_with(group)))
    }

    /// The resources that a word of the command line names: those of a category such as `all`, or
    /// the one of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn category_or_named(&self, word: &str) -> Result<Vec<&Resource>> {
        let mut members: Vec<&Resource> = Vec::new();
        for resource in &self.resources {
            let is_member = resource.categories.iter().any(|name| name == word);
            // One version of each is enough.
            let is_new = !members
                .iter()
                .any(|m| m.plural == resource.plural && m.group == resource.group);
            if is_member && is_new {
                members.push(resource);
            }
        }
        if members.is_empty() {
            return Ok(vec![self.named(word)?]);
        }
        Ok(members)
    }

    /// The resource whose objects have this `apiVersion` and `kind`.
    ///
    /// # Errors
    /// When there is none.
    pub fn of_kind(&self, api_version: &str, kind: &str) -> Result<&Resource> {
        let (group, version) = split_api_version(api_version);
        self.resources
            .iter()
            .find(|r| r.kind == kind && r.group == group && r.version == version)
            .ok_or_else(|| Error::UnknownKind {
                kind: kind.to_owned(),
                api_version: api_version.to_owned(),
            })
    }
}

fn text(value: &Value, name: &str) -> Text {
    field(value, name).into()
}

fn items<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    items_at(value, &[field])
}

fn texts(value: &Value, field: &str) -> Vec<Text> {
    let texts = items(value, field).iter().filter_map(Value::text);
    texts.map(Text::from).collect()
}

/// Reads an `APIGroupDiscoveryList` (KEP-3352).
fn read_aggregated(list: &Value, resources: &mut Vec<Resource>) {
    for group in items(list, "items") {
        let group_name = metadata(group, "name");
        for version in items(group, "versions") {
            for resource in items(version, "resources") {
                let Some(kind) = resource.get("responseKind") else {
                    continue;
                };
                let plural = text(resource, "resource");
                let singular = text(resource, "singularResource");
                let subresources = items(resource, "subresources");
                resources.push(Resource {
                    group: group_name.into(),
                    version: text(version, "version"),
                    singular: some_or_lower(singular, &text(kind, "kind")),
                    plural,
                    kind: text(kind, "kind"),
                    is_namespaced: text(resource, "scope") == "Namespaced",
                    short_names: texts(resource, "shortNames"),
                    categories: texts(resource, "categories"),
                    verbs: texts(resource, "verbs"),
                    subresources: subresources
                        .iter()
                        .map(|sub| text(sub, "subresource"))
                        .collect(),
                });
            }
        }
    }
}

/// Servers before 1.27 name no singular for built-in kinds; kubectl then takes the kind.
fn some_or_lower(singular: Text, kind: &str) -> Text {
    if singular.is_empty() {
        kind.to_lowercase().into()
    } else {
        singular
    }
}

/// The paths of the group versions in an `APIVersions` or an `APIGroupList`, the preferred version
/// of each group first.
fn group_version_paths(list: &Value) -> Vec<String> {
    let mut paths: Vec<String> = texts(list, "versions")
        .iter()
        .map(|version| format!("/api/{version}"))
        .collect();
    for group in items(list, "groups") {
        let preferred = group.get("preferredVersion");
        let preferred = preferred.map(|version| text(version, "groupVersion"));
        let all = items(group, "versions").iter();
        let all = all.map(|version| text(version, "groupVersion"));
        let rest = all.filter(|version| Some(version) != preferred.as_ref());
        let ordered = preferred.clone().into_iter().chain(rest);
        paths.extend(ordered.map(|version| format!("/apis/{version}")));
    }
    paths
}

/// Reads an `APIResourceList`; subresources stand in it as `PLURAL/NAME`.
fn read_resource_list(list: &Value, resources: &mut Vec<Resource>) {
    let group_version = text(list, "groupVersion");
    let (group, version) = split_api_version(&group_version);
    let start = resources.len();
    for resource in items(list, "resources") {
        let name = text(resource, "name");
        if let Some((plural, subresource)) = name.split_once('/') {
            let parent = resources[start..].iter_mut().find(|r| r.plural == plural);
            if let Some(parent) = parent {
                parent.subresources.push(subresource.into());
            }
            continue;
        }
        let is_namespaced = resource.get("namespaced").and_then(Value::text) == Some("true");
        resources.push(Resource {
            group: group.into(),
            version: version.into(),
            singular: some_or_lower(text(resource, "singularName"), &text(resource, "kind")),
            plural: name,
            kind: text(resource, "kind"),
            is_namespaced,
            short_names: texts(resource, "shortNames"),
            categories: texts(resource, "categories"),
            verbs: texts(resource, "verbs"),
            subresources: Vec::new(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Value {
        trimtab_tree::parse_json(text, 0).expect("it is JSON")
    }

    fn discovery() -> Discovery {
        let mut resources = Vec::new();
        let core = json(
            r#"{"kind":"APIResourceList","groupVersion":"v1","resources":[
            {"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list"],"shortNames":["po"],"categories":["all"]},
            {"name":"pods/log","singularName":"","namespaced":true,"kind":"Pod","verbs":["get"]},
            {"name":"events","singularName":"event","namespaced":true,"kind":"Event","verbs":["list"],"shortNames":["ev"]}]}"#,
        );
        read_resource_list(&core, &mut resources);
        let aggregated = json(
            r#"{"kind":"APIGroupDiscoveryList","items":[
            {"metadata":{"name":"apps"},"versions":[{"version":"v1","resources":[
                {"resource":"deployments","responseKind":{"kind":"Deployment"},"scope":"Namespaced","singularResource":"deployment",
                 "verbs":["get"],"shortNames":["deploy"],"categories":["all"],"subresources":[{"subresource":"scale"}]}]}]},
            {"metadata":{"name":"events.k8s.io"},"versions":[{"version":"v1","resources":[
                {"resource":"events","responseKind":{"kind":"Event"},"scope":"Namespaced","verbs":["list"],"shortNames":["ev"]}]}]}]}"#,
        );
        read_aggregated(&aggregated, &mut resources);
        Discovery { resources }
    }

    #[test]
    fn words_name_resources_as_in_kubectl() {
        let discovery = discovery();
        for (word, group, plural) in [
            ("po", "", "pods"),
            ("Pod", "", "pods"),
            ("pods.v1.", "", "pods"),
            ("deploy", "apps", "deployments"),
            ("deployment.apps", "apps", "deployments"),
            ("deployments.v1.apps", "apps", "deployments"),
            ("ev", "", "events"),
            ("events.events.k8s.io", "events.k8s.io", "events"),
            ("events.events", "events.k8s.io", "events"),
        ] {
            let found = discovery.named(word).expect(word);
            assert_eq!((&*found.group, &*found.plural), (group, plural), "{word}");
        }
        let error = discovery.named("widgets").expect_err("there are none");
        let expected = r#"the server doesn't have a resource type "widgets""#;
        assert_eq!(error.to_string(), expected);
        assert!(discovery.named("pods.v2.").is_err());
    }

    #[test]
    fn a_category_names_its_members() {
        let discovery = discovery();
        let names = |word| -> Vec<String> {
            let found = discovery.category_or_named(word).expect(word);
            found.iter().map(|r| r.plural_with_group()).collect()
        };
        assert_eq!(names("all"), ["pods", "deployments.apps"]);
        assert_eq!(names("ev"), ["events"]);
    }

    #[test]
    fn subresources_belong_to_their_resource() {
        let discovery = discovery();
        assert!(discovery.named("po").expect("pods").has_subresource("log"));
        let deployments = discovery.named("deploy").expect("deployments");
        assert!(deployments.has_subresource("scale") && !deployments.has_subresource("log"));
    }

    #[test]
    fn the_preferred_version_is_asked_first() {
        let list = json(
            r#"{"kind":"APIGroupList","groups":[{"name":"autoscaling",
            "versions":[{"groupVersion":"autoscaling/v1"},{"groupVersion":"autoscaling/v2"}],
            "preferredVersion":{"groupVersion":"autoscaling/v2"}}]}"#,
        );
        let expected = ["/apis/autoscaling/v2", "/apis/autoscaling/v1"];
        assert_eq!(group_version_paths(&list), expected);
    }
}
