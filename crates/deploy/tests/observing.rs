//! Events and logs of what was deployed.

use crate::harness::{apply_now, deploying, reference, wait, web};
use http::{Request, Response};
use kube::Client;
use kube::client::Body;
use std::sync::{Arc, Mutex};
use trimtab_deploy::{
    Containers, EventSummary, LogOptions, LogSource, ObjectRef, Target, events_about, list_events,
    log_sources, pods_of,
};

fn containers(sources: &[LogSource]) -> Vec<&str> {
    sources.iter().map(|source| &*source.container).collect()
}

#[test]
fn events_are_those_of_the_object_the_newest_last() {
    deploying("", async |target| {
        apply_now(target, &web("shop/web:1")).await;
        let deployment = reference(target, "deployment", "web").await;
        wait(target, &deployment).await;
        let collection = events_about(target, Some(&deployment), false)
            .await
            .unwrap();
        let (events, _) = list_events(target, &collection, &[]).await.unwrap();
        let events: Vec<_> = events.iter().map(EventSummary::of).collect();
        let [scaled] = &events[..] else {
            panic!("one event, not {events:?}");
        };
        assert_eq!(
            (&*scaled.object, &*scaled.reason),
            ("Deployment/web", "ScalingReplicaSet")
        );

        let all = events_about(target, None, true).await.unwrap();
        let (events, _) = list_events(target, &all, &[]).await.unwrap();
        let times: Vec<_> = events
            .iter()
            .map(|it| EventSummary::of(it).last_seen)
            .collect();
        assert!(times.len() > 9 && times.is_sorted() && times.iter().all(Option::is_some));
        let (warnings, _) = list_events(target, &all, &["warning".to_owned()])
            .await
            .unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        // Events of what is in no namespace are in one all the same.
        let node = reference(target, "node", "node-1").await;
        let collection = events_about(target, Some(&node), false).await.unwrap();
        let (events, _) = list_events(target, &collection, &[]).await.unwrap();
        assert!(!events.is_empty());
    });
}

#[test]
fn a_workload_leads_to_its_pods_and_these_to_their_containers() {
    deploying("", async |target| {
        apply_now(target, &web("shop/web:1")).await;
        let service = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}";
        apply_now(target, service).await;
        let deployment = reference(target, "deployment", "web").await;
        wait(target, &deployment).await;
        for word in ["deployment", "service"] {
            let object = reference(target, word, "web").await;
            assert_eq!(pods_of(target, &object).await.unwrap().len(), 3, "{word}");
        }
        let map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";
        apply_now(target, map).await;
        let map = reference(target, "configmap", "a").await;
        let error = pods_of(target, &map).await.unwrap_err().to_string();
        assert!(error.contains("selects no pods"), "{error}");

        let pod = "
apiVersion: v1
kind: Pod
metadata: {name: many}
spec:
  initContainers: [{name: first, image: a}]
  containers: [{name: main, image: b}, {name: proxy, image: c}]
";
        apply_now(target, pod).await;
        let many = reference(target, "pod", "many").await;
        let pod = &pods_of(target, &many).await.unwrap()[0];
        let (sources, told) = log_sources(target, pod, &Containers::Default)
            .await
            .unwrap();
        assert_eq!(containers(&sources), ["main"]);
        let expected = "Defaulted container \"main\" out of: main, proxy, first (init)";
        assert_eq!(told.as_deref(), Some(expected));
        let (sources, told) = log_sources(target, pod, &Containers::All).await.unwrap();
        assert_eq!(
            (containers(&sources), told),
            (vec!["first", "main", "proxy"], None)
        );
        let named = Containers::Named("prox".to_owned());
        let error = log_sources(target, pod, &named)
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("container prox is not valid for pod many"),
            "{error}"
        );
        let mut annotated = pod.clone();
        let annotation = "kubectl.kubernetes.io/default-container";
        let metadata = annotated
            .get_mut("metadata")
            .unwrap()
            .as_mapping_mut()
            .unwrap();
        let annotation = [(annotation, trimtab_tree::Value::string("proxy"))];
        metadata.insert("annotations", trimtab_tree::Value::mapping(annotation));
        let (sources, told) = log_sources(target, &annotated, &Containers::Default)
            .await
            .unwrap();
        assert_eq!((containers(&sources), told), (vec!["proxy"], None));
    });
}

#[test]
fn a_log_comes_line_by_line_as_it_was_printed() {
    let web = deploying("", async |target| {
        apply_now(target, "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: c, image: i}]}}").await;
        reference(target, "pod", "web").await
    });
    let asked = Arc::new(Mutex::new(Vec::new()));
    let paths = Arc::clone(&asked);
    let answer = move |request: Request<Body>| {
        paths.lock().unwrap().push(request.uri().to_string());
        let text = b"one\n\xFF two\nlast".to_vec();
        async { Ok::<_, std::io::Error>(Response::new(Body::from(text))) }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let lines = runtime.block_on(async {
        let target = Target::new(Client::new(tower::service_fn(answer), "default"), "default");
        let options = LogOptions {
            container: "c".to_owned(),
            tail: Some(3),
            follow: true,
            ..LogOptions::default()
        };
        read(&target, &web, &options).await
    });
    assert_eq!(lines, [&b"one\n"[..], b"\xFF two\n", b"last"]);
    let path = "/api/v1/namespaces/default/pods/web/log?container=c&follow=true&tailLines=3";
    assert_eq!(*asked.lock().unwrap(), [path]);
}

async fn read(target: &Target, pod: &ObjectRef, options: &LogOptions) -> Vec<Vec<u8>> {
    let mut log = target.logs(pod, options).await.unwrap();
    let mut lines = Vec::new();
    while let Some(line) = log.next().await.unwrap() {
        lines.push(line);
    }
    lines
}

#[test]
fn a_server_that_is_busy_or_away_for_a_moment_is_asked_again() {
    let sent = Arc::new(Mutex::new(0));
    let count = Arc::clone(&sent);
    let answer = move |_: Request<Body>| {
        let mut sent = count.lock().unwrap();
        *sent += 1;
        let answer = match *sent {
            2 | 3 => Ok((
                429,
                r#"{"kind":"Status","status":"Failure","code":429,"message":"busy"}"#,
            )),
            4 => Err(std::io::Error::other("connection reset")),
            _ => Ok((200, r#"{"kind":"ConfigMap","metadata":{"name":"a"}}"#)),
        };
        async {
            let (status, text) = answer?;
            let response = Response::builder().status(status);
            Ok::<_, std::io::Error>(response.body(Body::from(text.as_bytes().to_vec())).unwrap())
        }
    };
    let map = deploying("", async |target| reference(target, "configmap", "a").await);
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let target = Target::new(Client::new(tower::service_fn(answer), "default"), "default");
        target.get_existing(&map).await.unwrap();
        assert_eq!(*sent.lock().unwrap(), 1);
        let started = tokio::time::Instant::now();
        target.get_existing(&map).await.unwrap();
        assert_eq!(*sent.lock().unwrap(), 5);
        assert_eq!(started.elapsed().as_millis(), 100 + 200 + 400);
    });
}
