//! What words name on a real server.

use crate::harness::{apply_now, deploying, web};
use trimtab_deploy::{Named, Scope, Selection, Target};

async fn names(target: &Target, words: &str, scope: &Scope) -> Vec<String> {
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    let named = Named::resolve(target, &words, scope, false).await.unwrap();
    let objects = named.objects(target, scope).await.unwrap();
    objects.iter().map(ToString::to_string).collect()
}

#[test]
fn words_name_what_is_there() {
    deploying("", async |target| {
        let maps = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {tier: x}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b, labels: {tier: y}}}
";
        apply_now(target, maps).await;
        apply_now(target, &web("shop/web:1")).await;
        let plain = Scope::default();
        let labelled = Scope {
            selection: Selection {
                labels: "tier in (x)".to_owned(),
                fields: String::new(),
            },
            ..Scope::default()
        };
        assert_eq!(
            names(target, "deploy", &plain).await,
            ["deployment.apps/web"]
        );
        assert_eq!(names(target, "cm", &labelled).await, ["configmap/a"]);
        let both = names(target, "cm/b deployment/web", &plain).await;
        assert_eq!(both, ["configmap/b", "deployment.apps/web"]);
        let all = names(target, "all", &plain).await;
        assert!(all.contains(&"deployment.apps/web".to_owned()), "{all:?}");
        assert!(
            !all.iter().any(|name| name.starts_with("configmap")),
            "{all:?}"
        );
    });
}
