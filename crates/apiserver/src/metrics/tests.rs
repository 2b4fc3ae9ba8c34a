//! What is told after what happened.

use super::*;

const PODS: Target = Target {
    verb: "LIST",
    group: "",
    version: "v1",
    resource: "pods",
    subresource: "",
    scope: "namespace",
};

fn answered(metrics: &Metrics, code: u16, dry_run: bool, took: Duration) {
    let answer = Answer {
        code,
        dry_run,
        took,
        apart: took / 2,
        size: Some(2000),
        is_terminated: code == 429,
    };
    metrics.requests().add(PODS, &answer);
}

fn line<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
    text.lines()
        .filter(|line| line.starts_with(start))
        .collect()
}

#[test]
fn answers_are_counted_by_what_they_were_about() {
    let metrics = Metrics::default();
    answered(&metrics, 200, false, Duration::from_millis(30));
    answered(&metrics, 200, false, Duration::from_millis(60));
    answered(&metrics, 404, true, Duration::from_secs(100));
    let text = metrics.page().into_text();
    let about = "component=\"apiserver\",group=\"\",resource=\"pods\",scope=\"namespace\",\
                 subresource=\"\",verb=\"LIST\",version=\"v1\"";
    let timed = about.replace("group", "dry_run=\"\",group");
    let tried = about.replace("group", "dry_run=\"All\",group");
    assert_eq!(
        line(&text, "apiserver_request_total{"),
        [
            format!("apiserver_request_total{{code=\"200\",{timed}}} 2"),
            format!("apiserver_request_total{{code=\"404\",{tried}}} 1"),
        ]
    );
    let bucket = |bound: &str| {
        let start = format!("apiserver_request_duration_seconds_bucket{{{timed},le=\"{bound}\"}} ");
        line(&text, &start)[0]
            .rsplit(' ')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        ["0.025", "0.05", "0.1", "1", "60", "+Inf"].map(bucket),
        ["0", "1", "2", "2", "2", "2"]
    );
    assert_eq!(
        line(&text, "apiserver_request_duration_seconds_sum")[0]
            .rsplit(' ')
            .next(),
        Some("0.09")
    );
}

#[test]
fn what_is_open_is_counted_until_it_is_over() {
    let metrics = Arc::new(Metrics::default());
    let open = |metrics: &Metrics, start: &str| {
        line(metrics.page().text(), start)[0]
            .rsplit(' ')
            .next()
            .unwrap()
            .to_owned()
    };
    let watch = metrics.long_running(Target {
        verb: "WATCH",
        ..PODS
    });
    let write = metrics.in_flight(true);
    assert_eq!(open(&metrics, "apiserver_longrunning_requests{"), "1");
    assert_eq!(
        open(
            &metrics,
            "apiserver_current_inflight_requests{request_kind=\"mutating\""
        ),
        "1"
    );
    drop((watch, write));
    assert_eq!(open(&metrics, "apiserver_longrunning_requests{"), "0");
    assert_eq!(
        open(
            &metrics,
            "apiserver_current_inflight_requests{request_kind=\"mutating\""
        ),
        "0"
    );
}

#[test]
fn reads_are_counted_by_their_size_and_by_the_time_of_the_server_itself() {
    let metrics = Metrics::default();
    answered(&metrics, 200, false, Duration::from_millis(80));
    answered(&metrics, 429, false, Duration::from_millis(80));
    let text = metrics.page().into_text();
    let count = |start: &str, end: &str| {
        let lines = line(&text, start);
        let found = lines.iter().find(|line| line.contains(end)).unwrap();
        found.rsplit(' ').next().unwrap().to_owned()
    };
    let own = "apiserver_request_sli_duration_seconds_bucket{";
    assert_eq!(count(own, "le=\"0.05\""), "2");
    let sizes = "apiserver_response_sizes_bucket{";
    assert_eq!(count(sizes, "le=\"1000\""), "0");
    assert_eq!(count(sizes, "le=\"10000\""), "2");
    assert_eq!(
        count("apiserver_request_terminations_total{", "code=\"429\""),
        "1"
    );
}

#[test]
fn who_asks_is_counted_by_few_names() {
    let metrics = Metrics::default();
    for user in ["admin", "somebody", "a@example.com", "kubelet", "other@b"] {
        metrics.authenticated(Some(user), Duration::from_micros(10));
    }
    metrics.authenticated(None, Duration::from_micros(10));
    metrics.authorized(Some(false), Duration::from_millis(3));
    let text = metrics.page().into_text();
    assert_eq!(
        line(&text, "authenticated_user_requests{"),
        [
            "authenticated_user_requests{username=\"admin\"} 1",
            "authenticated_user_requests{username=\"kubelet\"} 1",
            "authenticated_user_requests{username=\"email_id\"} 2",
            "authenticated_user_requests{username=\"other\"} 1",
        ]
    );
    assert_eq!(
        line(&text, "authentication_attempts{"),
        [
            "authentication_attempts{result=\"success\"} 5",
            "authentication_attempts{result=\"failure\"} 1",
        ]
    );
    let denied = "authorization_duration_seconds_bucket{result=\"no-opinion\",le=\"0.004\"} 1";
    assert_eq!(line(&text, denied), [denied]);
}

#[test]
fn steps_of_admission_are_told_apart() {
    let metrics = Metrics::default();
    metrics.admitted(true, "CREATE", false, Duration::from_millis(1));
    metrics.admitted(false, "UPDATE", true, Duration::from_millis(30));
    let text = metrics.page().into_text();
    let counts = line(
        &text,
        "apiserver_admission_step_admission_duration_seconds_count",
    );
    let name = "apiserver_admission_step_admission_duration_seconds_count";
    assert_eq!(
        counts,
        [
            format!("{name}{{operation=\"CREATE\",rejected=\"false\",type=\"admit\"}} 1"),
            format!("{name}{{operation=\"UPDATE\",rejected=\"true\",type=\"validate\"}} 1"),
        ]
    );
}

#[test]
fn watches_of_a_resource_count_their_events_together() {
    let metrics = Metrics::default();
    metrics.events("apps", "deployments", "v1").add(100.0);
    metrics.events("apps", "deployments", "v1").add(5000.0);
    let text = metrics.page().into_text();
    let labels = "group=\"apps\",resource=\"deployments\",version=\"v1\"";
    let all = format!("apiserver_watch_events_total{{{labels}}} 2");
    assert_eq!(line(&text, &all), [all.as_str()]);
    let small = format!("apiserver_watch_events_sizes_bucket{{{labels},le=\"1024\"}} 1");
    assert_eq!(line(&text, &small), [small.as_str()]);
    for number in 0..MOST_WATCHED + 5 {
        metrics.events("", &number.to_string(), "v1");
    }
    assert_eq!(metrics.events.lock().unwrap().len(), MOST_WATCHED + 1);
}

#[test]
fn others_are_asked_when_the_metrics_are() {
    let metrics = Metrics::default();
    metrics.ask_too(|page| {
        page.family(&family::STORAGE_OBJECTS);
        page.sample(&family::STORAGE_OBJECTS, &["pods"], 3);
    });
    assert_eq!(
        line(metrics.page().text(), "apiserver_storage_objects{"),
        ["apiserver_storage_objects{resource=\"pods\"} 3"]
    );
}

/// Every family that is told is declared, and told once.
#[test]
fn families_are_told_once() {
    let text = Metrics::default().page().into_text();
    let mut told: Vec<_> = line(&text, "# TYPE ");
    let all = told.len();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), all);
    let registered = line(&text, "registered_metrics_total{deprecated_version=\"\",");
    assert_eq!(registered.len(), 3);
}
