//! Applies through storms: a server that is busy, breaks, loses answers, goes away and forgets who asks, and
//! somebody else who writes the same objects. Whatever a seed brings, an apply ends, it says why when it did
//! not succeed, and running it again comes to what was asked for.
//!
//! `TRIMTAB_TEST_RUNS` seeds are played, from `TRIMTAB_TEST_FROM` on.

use crate::harness::{deploying, objects, plan_of, reference, text_at, web};
use http::{Method, Request, Response};
use jiff::{SignedDuration, Timestamp};
use kube::Client;
use kube::client::Body;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use trimtab_deploy::{
    AppliedObject, Controllers, Forcing, Outcome, Overdue, Provenance, ReleaseContent, ReleaseName,
    ReleaseStatus, Releases, Replacing, Standings, Target, apply, plan, until_ready,
};

const RUNS: u64 = 6;

/// So often an apply is run again before it is said not to converge.
const RERUNS: usize = 60;

/// So long a single apply may take, waits included.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// Numbers that look drawn, always the same from a seed: an xorshift generator.
struct Chances(u64);

impl Chances {
    fn of(seed: u64) -> Self {
        // The first numbers of neighbours are alike.
        let mut chances = Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for _ in 0..8 {
            chances.below(2);
        }
        chances
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Answered,
    /// 429 or 5xx, nothing done.
    Status(u16),
    /// The connection breaks before anything is done.
    Refused,
    /// The connection breaks when it is done.
    AnswerLost,
    /// A watch that ends at once.
    Dropped,
    /// Somebody else writes first.
    SecondWriter,
}

struct Storm {
    chances: Chances,
    /// Until when nothing is answered.
    away_until: Option<Instant>,
    /// Until when nobody is known.
    expired_until: Option<Instant>,
}

impl Storm {
    fn fate(&mut self, request: &Request<Body>) -> Fate {
        let now = Instant::now();
        if self.away_until.is_some_and(|until| now < until) {
            return Fate::Refused;
        }
        if self.expired_until.is_some_and(|until| now < until) {
            return Fate::Status(401);
        }
        let is_watch = request
            .uri()
            .query()
            .is_some_and(|query| query.contains("watch="));
        let chances = &mut self.chances;
        if chances.one_in(150) {
            self.away_until = Some(now + Duration::from_secs(chances.below(90)));
            return Fate::Refused;
        }
        if chances.one_in(250) {
            self.expired_until = Some(now + Duration::from_secs(chances.below(40)));
            return Fate::Status(401);
        }
        match chances.below(40) {
            0..3 => Fate::Status(429),
            3 => Fate::Status(500),
            4 => Fate::Status(503),
            5 => Fate::Refused,
            6 if !is_watch => Fate::AnswerLost,
            7..10 if is_watch => Fate::Dropped,
            10..14 if request.method() == Method::PATCH => Fate::SecondWriter,
            _ => Fate::Answered,
        }
    }
}

type Answer = Result<Response<Body>, Box<dyn std::error::Error + Send + Sync>>;

fn broken() -> Answer {
    Err(std::io::Error::other("connection reset").into())
}

fn status(code: u16) -> Answer {
    let body = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "message": "a storm"});
    let response = Response::builder().status(code);
    Ok(response.body(Body::from(body.to_string().into_bytes()))?)
}

/// Scales the Deployment and writes a label into it, as somebody would who does not know of us.
async fn write_meanwhile(client: &Client, replicas: u64) {
    let patch =
        json!({"metadata": {"labels": {"somebody": "else"}}, "spec": {"replicas": replicas}});
    let path = "/apis/apps/v1/namespaces/default/deployments/web?fieldManager=trimtab-command";
    let request = Request::patch(path)
        .header("content-type", "application/merge-patch+json")
        .body(Body::from(patch.to_string().into_bytes()));
    drop(client.send(request.unwrap()).await);
}

/// The same cluster, through a storm.
fn through(storm: Storm, calm: &Target) -> Target {
    let client = calm.client().clone();
    let storm = Arc::new(Mutex::new(storm));
    let service = tower::service_fn(move |request: Request<Body>| {
        let (fate, number) = {
            let mut storm = storm.lock().unwrap();
            (storm.fate(&request), storm.chances.below(6))
        };
        let client = client.clone();
        async move {
            match fate {
                Fate::Status(code) => return status(code),
                Fate::Refused => return broken(),
                Fate::Dropped => return Ok(Response::new(Body::empty())),
                Fate::SecondWriter => write_meanwhile(&client, number).await,
                Fate::Answered | Fate::AnswerLost => {}
            }
            let answer = client.send(request).await;
            match fate {
                Fate::AnswerLost => broken(),
                _ => Ok(answer?),
            }
        }
    });
    Target::new(Client::new(service, calm.namespace()), calm.namespace())
}

fn shop(version: u32) -> String {
    let web = web(&format!("shop/web:{version}"));
    format!(
        "{{apiVersion: v1, kind: Namespace, metadata: {{name: other}}}}
---
{{apiVersion: v1, kind: ConfigMap, metadata: {{name: settings, namespace: other}}, data: {{version: '{version}'}}}}
---
{{apiVersion: v1, kind: Service, metadata: {{name: web}}, spec: {{selector: {{app: web}}, ports: [{{port: 8{version}}}]}}}}
---
apiVersion: batch/v1
kind: Job
metadata: {{name: migrate, annotations: {{helm.sh/hook: 'pre-install,pre-upgrade'}}}}
spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: c, image: 'shop/migrate:{version}'}}]}}}}}}
---{web}"
    )
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it on so")]
fn told(error: trimtab_deploy::Error) -> String {
    error.to_string()
}

fn shop_name() -> ReleaseName {
    ReleaseName::parse("shop").unwrap()
}

/// What the clock of whoever applies shows.
#[derive(Clone, Copy)]
struct Clock {
    start: Instant,
    /// How far it is ahead of the server's, or behind.
    skew: SignedDuration,
}

impl Clock {
    /// Up to a day off.
    fn of(chances: &mut Chances) -> Self {
        let seconds = i64::try_from(chances.below(2 * 86_400)).unwrap() - 86_400;
        Self {
            start: Instant::now(),
            skew: SignedDuration::from_secs(seconds),
        }
    }

    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        start + self.start.elapsed() + self.skew
    }
}

/// One run of an apply, from plan to ready, with its record; what kept it from success.
async fn run(target: &Target, text: &str, clock: Clock) -> Result<(), String> {
    let releases = Releases::of(target).await.map_err(told)?;
    let content = ReleaseContent {
        objects: objects(text),
        leftovers: Vec::new(),
    };
    let (name, from) = (shop_name(), Provenance::default());
    let last = releases.list(Some(&name)).await.map_err(told)?;
    let last = last.last().map_or(0, |last| last.revision);
    let begun = releases.begin(&name, last, &content, from, clock.now());
    let release = begun.await.map_err(told)?;
    let result = carry_out(target, text, clock).await;
    let status = match &result {
        Ok(()) => ReleaseStatus::Applied,
        Err(_) => ReleaseStatus::Failed,
    };
    let ended = releases.end(&release, status, &[], clock.now()).await;
    releases.trim(&name, 3).await.map_err(told)?;
    result.and(ended.map_err(told))
}

async fn carry_out(target: &Target, text: &str, clock: Clock) -> Result<(), String> {
    let controllers = Controllers::working(target, clock.now()).await;
    let controllers = controllers.map_err(told)?;
    let plan = plan(target, objects(text), &Forcing::Nothing)
        .await
        .map_err(told)?;
    let nothing = Replacing::nothing();
    if let Some(obstacle) = plan.obstacles(&nothing).next() {
        return Err(format!("{}: {:?}", obstacle.name(), obstacle.action));
    }
    for steps in plan.stages() {
        let report = apply(target, steps, &nothing, &mut |_| {})
            .await
            .map_err(told)?;
        if let Some((name, error)) = report.failed.first() {
            return Err(format!("{name}: {error}"));
        }
        let missing = |it: &AppliedObject| controllers.missing_for(&it.object);
        assert_eq!(report.applied.iter().find_map(missing), None);
        let awaited: Vec<_> = report.applied.into_iter().map(|it| it.reference).collect();
        let deadline = Some(Instant::now() + Duration::from_secs(300));
        let outcome = until_ready(
            target,
            &awaited,
            Overdue::IsGivenTime,
            deadline,
            &mut |_| {},
        )
        .await
        .map_err(told)?;
        if outcome != Outcome::Ready {
            return Err(format!("{outcome:?}"));
        }
    }
    Ok(())
}

/// Runs it until it succeeds, and gives how often it did not.
async fn run_to_the_end(seed: u64, target: &Target, text: &str, clock: Clock) -> usize {
    for failures in 0..RERUNS {
        let result = tokio::time::timeout(LONGEST, run(target, text, clock)).await;
        let Err(why) = result.unwrap_or_else(|_| panic!("seed {seed}: an apply does not end"))
        else {
            return failures;
        };
        assert!(!why.trim().is_empty(), "seed {seed}: no reason is given");
        sleep(Duration::from_secs(20)).await;
    }
    panic!("seed {seed}: it does not converge");
}

/// The newest revision is what is there, whatever the clocks showed.
async fn check_record(seed: u64, calm: &Target) {
    let releases = Releases::of(calm).await.unwrap();
    let all = releases.list(Some(&shop_name())).await.unwrap();
    let applied = all.iter().filter(|it| it.status == ReleaseStatus::Applied);
    let last = all.last().unwrap();
    assert!(applied.eq([last]), "seed {seed}: {all:?}");
    let content = releases.content(last).await.unwrap();
    let standings = Standings::of(calm, content.objects, None).await;
    let standings = standings.unwrap();
    assert!(standings.are_complete(), "seed {seed}: {standings:?}");
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn an_apply_comes_through_a_storm() {
    let from = number("TRIMTAB_TEST_FROM").unwrap_or(0);
    let runs = number("TRIMTAB_TEST_RUNS").unwrap_or(RUNS);
    let mut failures = 0;
    for seed in from..from + runs {
        deploying("", async |calm| {
            let mut chances = Chances::of(seed);
            let clock = Clock::of(&mut chances);
            let storm = Storm {
                chances,
                away_until: None,
                expired_until: None,
            };
            let stormy = through(storm, calm);
            for version in 1..=3 {
                failures += run_to_the_end(seed, &stormy, &shop(version), clock).await;
            }
            // What somebody wrote at the last moment is taken back by one more, in calm.
            run_to_the_end(seed, calm, &shop(3), clock).await;
            check_record(seed, calm).await;
            let left = plan_of(calm, &shop(3)).await;
            assert!(left.is_empty(), "seed {seed}: {left:?}");
            let deployment = reference(calm, "deploy", "web").await;
            assert_eq!(text_at(calm, &deployment, &["spec", "replicas"]).await, "3");
        });
    }
    println!("{runs} storms, {failures} applies that had to be run again");
}
