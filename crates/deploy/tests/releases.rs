//! Releases: their records, what is left over, and what of it stays.

use crate::harness::{Refusal, apply_now, deploying, objects, reference, refusing, wait, web};
use jiff::Timestamp;
use std::sync::atomic::{AtomicUsize, Ordering};
use trimtab_deploy::{
    Deletion, Kept, Leftover, Member, ObjectRef, Provenance, Pruning, Release, ReleaseContent,
    ReleaseName, ReleaseStatus, Releases, Target, leftovers,
};

fn name(text: &str) -> ReleaseName {
    ReleaseName::parse(text).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + second).unwrap()
}

fn content(text: &str) -> ReleaseContent {
    ReleaseContent {
        objects: objects(text),
        leftovers: Vec::new(),
    }
}

fn map(name: &str) -> String {
    format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}, data: {{a: b}}}}\n")
}

async fn begin(releases: &Releases<'_>, content: &ReleaseContent) -> Release {
    let provenance = Provenance {
        user: Some("somebody".to_owned()),
        commit: Some("abc".to_owned()),
        ..Provenance::default()
    };
    let shop = name("shop");
    let last = releases.list(Some(&shop)).await.unwrap();
    let last = last.last().map_or(0, |last| last.revision);
    let begun = releases.begin(&shop, last, content, provenance, at(1));
    begun.await.unwrap()
}

/// What was written, and not heard of, is not somebody else's; what was not written is written again.
#[test]
fn a_record_is_kept_where_answers_are_lost() {
    deploying("", async |target| {
        let (asked, lost) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let unsure = refusing(target, move |request| {
            if !request.uri().path().contains("/secrets") || request.method() == "GET" {
                return None;
            }
            match asked.fetch_add(1, Ordering::Relaxed) % 3 {
                0 => Some(Refusal::Status(500, "InternalError", "proxy")),
                1 if lost.fetch_add(1, Ordering::Relaxed) < 4 => Some(Refusal::AnswerLost),
                _ => None,
            }
        });
        let releases = Releases::of(&unsure).await.unwrap();
        let release = begin(&releases, &content(&map("a"))).await;
        let ended = releases.end(&release, ReleaseStatus::Applied, &[], at(2));
        ended.await.unwrap();
        let all = Releases::of(target)
            .await
            .unwrap()
            .list(None)
            .await
            .unwrap();
        let all: Vec<_> = all.iter().map(|it| (it.revision, it.status)).collect();
        assert_eq!(all, [(1, ReleaseStatus::Applied)]);
        // Of somebody else there is still one winner.
        let (shop, other) = (name("shop"), content(&map("b")));
        let others = releases.begin(&shop, 0, &other, Provenance::default(), at(3));
        assert!(others.await.is_err());
    });
}

#[test]
fn revisions_are_counted_superseded_and_forgotten() {
    deploying("", async |target| {
        let releases = Releases::of(target).await.unwrap();
        let shop = name("shop");
        for number in 1..=4 {
            let release = begin(&releases, &content(&map("a"))).await;
            assert_eq!(
                (release.revision, release.status),
                (number, ReleaseStatus::Applying)
            );
            let status = if number == 3 {
                ReleaseStatus::Failed
            } else {
                ReleaseStatus::Applied
            };
            releases.end(&release, status, &[], at(2)).await.unwrap();
        }
        let all = releases.list(Some(&shop)).await.unwrap();
        let statuses: Vec<_> = all.iter().map(|it| it.status.word()).collect();
        assert_eq!(statuses, ["superseded", "superseded", "failed", "applied"]);
        assert_eq!((all[3].started, all[3].ended), (Some(at(1)), Some(at(2))));
        assert_eq!(all[3].provenance.user.as_deref(), Some("somebody"));
        assert!(
            releases
                .list(Some(&name("other")))
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(releases.list_everywhere(None).await.unwrap(), all);

        releases.trim(&shop, 2).await.unwrap();
        let left = releases.list(Some(&shop)).await.unwrap();
        let left: Vec<_> = left.iter().map(|it| it.revision).collect();
        assert_eq!(left, [3, 4]);
        // The last that was applied stays, however many failed after it.
        for _ in 0..3 {
            let release = begin(&releases, &content(&map("a"))).await;
            let failed = ReleaseStatus::Failed;
            releases.end(&release, failed, &[], at(3)).await.unwrap();
        }
        releases.trim(&shop, 2).await.unwrap();
        let left = releases.list(Some(&shop)).await.unwrap();
        let left: Vec<_> = left.iter().map(|it| it.revision).collect();
        assert_eq!(left, [4, 6, 7]);
    });
}

#[test]
fn a_revision_is_begun_by_one_and_ended_by_the_last() {
    deploying("", async |target| {
        let releases = Releases::of(target).await.unwrap();
        let (shop, content) = (name("shop"), content(&map("a")));
        let begin_after = async |last| {
            let provenance = Provenance::default();
            releases
                .begin(&shop, last, &content, provenance, at(1))
                .await
        };
        let killed = begin_after(0).await.unwrap();
        let first = begin_after(1).await.unwrap();
        assert_eq!(releases.later(&killed).await.unwrap().unwrap().revision, 2);
        assert_eq!(releases.later(&first).await.unwrap(), None);
        // Planned on the same as the first.
        let refused = begin_after(1).await.unwrap_err().to_string();
        assert!(refused.contains("begun revision 2 of release shop since"));

        let begun = async {
            tokio::time::sleep(std::time::Duration::from_secs(5)).await;
            begin_after(2).await.unwrap()
        };
        let (later, last) = tokio::join!(releases.until_later(&first), begun);
        assert_eq!(later.unwrap().revision, 3);
        let applied = ReleaseStatus::Applied;
        releases.end(&last, applied, &[], at(2)).await.unwrap();
        releases.end(&first, applied, &[], at(3)).await.unwrap();
        let all = releases.list(Some(&shop)).await.unwrap();
        let statuses: Vec<_> = all.iter().map(|it| it.status.word()).collect();
        assert_eq!(statuses, ["failed", "superseded", "applied"]);
    });
}

#[test]
fn what_a_revision_holds_comes_back_however_large_it_is() {
    deploying("", async |target| {
        let releases = Releases::of(target).await.unwrap();
        // What cannot be packed: three parts.
        let mut state = 1_u64;
        let noise: String = (0..2_000_000)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                char::from(b'0' + (state >> 59) as u8)
            })
            .collect();
        let mut large = content(&format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: large}}, data: {{noise: {noise:?}}}}}\n"
        ));
        large.leftovers = vec![Member::of(&objects(&map("old"))[0], "default")];
        let release = begin(&releases, &large).await;
        assert_eq!(releases.content(&release).await.unwrap(), large);
        // Whoever is killed before the last Secret is there leaves the others, which are in nobody's way.
        let head = reference(target, "secrets", "trimtab.shop.v1").await;
        let gone = target.delete(&head, Deletion::in_background(), None);
        gone.await.unwrap();
        let release = begin(&releases, &large).await;
        assert_eq!(releases.content(&release).await.unwrap(), large);
        let secrets = head.resource;
        let secrets = trimtab_deploy::Collection::in_namespace(&secrets, "default");
        assert!(target.list(&secrets).await.unwrap().items.len() > 1);
        releases.forget(&release).await.unwrap();
        assert!(target.list(&secrets).await.unwrap().items.is_empty());
    });
}

async fn judged(target: &Target, text: &str, pruning: Pruning) -> Vec<(String, Option<Kept>)> {
    let members: Vec<Member> = objects(text)
        .iter()
        .map(|it| Member::of(it, "default"))
        .collect();
    let found = leftovers(target, &members, pruning).await.unwrap();
    let judged = |it: Leftover| (it.reference.to_string(), it.kept);
    found.into_iter().map(judged).collect()
}

#[test]
fn what_a_revision_that_could_come_back_uses_stays() {
    deploying("", async |target| {
        let with_map = |map: &str| {
            web("shop/web:1").replace(
                "containers: [{",
                &format!("containers: [{{envFrom: [{{configMapRef: {{name: {map}}}}}], "),
            )
        };
        apply_now(
            target,
            &format!("{}---\n{}---\n{}", map("one"), map("free"), with_map("one")),
        )
        .await;
        let deployment = reference(target, "deployment", "web").await;
        wait(target, &deployment).await;
        apply_now(target, &format!("{}---\n{}", map("two"), with_map("two"))).await;
        wait(target, &deployment).await;

        let service = "{apiVersion: v1, kind: Service, metadata: {name: gone}, spec: {ports: [{port: 80}]}}\n";
        let all = format!(
            "{}---\n{}---\n{service}---\n{}",
            map("one"),
            map("free"),
            with_map("one")
        );
        let found = judged(target, &all, Pruning::default()).await;
        // What runs goes first; what is not there is not told of.
        let [
            (workload, None),
            (first, Some(Kept::UsedBy(user))),
            (second, None),
        ] = &found[..]
        else {
            panic!("{found:?}");
        };
        assert_eq!(workload, "deployment.apps/web");
        assert_eq!((&**first, &**second), ("configmap/one", "configmap/free"));
        assert!(user.starts_with("replicaset/web-"), "{user}");
    });
}

#[test]
fn what_others_have_taken_over_stays() {
    deploying("", async |target| {
        apply_now(target, &map("a")).await;
        let a: ObjectRef = reference(target, "configmap", "a").await;
        assert_eq!(
            judged(target, &map("a"), Pruning::default()).await[0].1,
            None
        );
        // Deleted, and made anew by somebody else.
        trimtab_deploy::delete_and_wait(target, &a, Deletion::default(), None)
            .await
            .unwrap();
        target
            .create(&a, &objects(&map("a"))[0], false)
            .await
            .unwrap();
        let found = judged(target, &map("a"), Pruning::default()).await;
        assert_eq!(found[0].1, Some(Kept::TakenOver));

        let space = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n";
        apply_now(target, space).await;
        let namespaces = Pruning {
            namespaces: true,
            ..Pruning::default()
        };
        assert_eq!(
            judged(target, space, Pruning::default()).await[0].1,
            Some(Kept::Namespace)
        );
        assert_eq!(judged(target, space, namespaces).await[0].1, None);
    });
}

#[test]
fn what_was_applied_last_goes_first() {
    deploying("", async |target| {
        let in_wave = |name: &str, wave: &str| {
            map(name).replace(
                &format!("name: {name}"),
                &format!("name: {name}, annotations: {{{wave}}}"),
            )
        };
        let all = [
            in_wave("first", "trimtab.dev/wave: '-1'"),
            web("shop/web:1"),
            in_wave("last", "argocd.argoproj.io/sync-wave: '2'"),
            map("usual"),
        ];
        let all = all.join("---\n");
        apply_now(target, &all).await;
        let found = judged(target, &all, Pruning::default()).await;
        let names: Vec<&str> = found.iter().map(|(name, _)| &**name).collect();
        let expected = [
            "configmap/last",
            "deployment.apps/web",
            "configmap/usual",
            "configmap/first",
        ];
        assert_eq!(names, expected);
    });
}
