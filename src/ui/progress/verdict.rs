//! What a wait came to, said at its end.

use super::{MOST_REASONS, told};
use crate::exit::{Failure, Status};
use trimtab_deploy::{Logged, ObjectRef, Outcome, ReleaseName, Unready};

/// How to go back from what does not get ready.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WayBack<'r> {
    /// A Deployment alone, by its own history, of which there is some.
    Workload,
    /// All of a release, which is kept in this namespace.
    Release(&'r ReleaseName, &'r str),
    /// By no command: it is gone back of itself, or no other pods were made.
    None,
}

/// What a wait came to: nothing more to say, or a failure with its reasons.
pub(crate) fn verdict(outcome: Outcome, way_back: WayBack<'_>) -> Result<(), Failure> {
    let (code, unready) = match outcome {
        Outcome::Ready => return Ok(()),
        Outcome::Failed(unready) => ("not-ready", unready),
        Outcome::TimedOut(unready) => ("timed-out", unready),
    };
    // What decided comes first.
    let Some(first) = decisive(&unready) else {
        return Ok(());
    };
    let mut message = told(&first.object, &first.text);
    if code == "timed-out" {
        message = format!("timed out: {message}");
    }
    let mut failure = Failure::new(code, message).with_status(Status::NotReady);
    for explanation in explanations(first) {
        failure = failure.note(explanation);
    }
    for other in unready.iter().filter(|other| other.object != first.object) {
        failure = failure.note(told(&other.object, &other.text));
    }
    Err(match hint(&first.object, way_back) {
        Some(hint) => failure.hint(hint),
        None => failure,
    })
}

/// The object by which it was decided.
pub(crate) fn decisive(unready: &[Unready]) -> Option<&Unready> {
    let is_final = unready.iter().find(|object| object.is_final);
    is_final.or(unready.first())
}

fn hint(object: &ObjectRef, way_back: WayBack<'_>) -> Option<String> {
    let (what, namespace) = match way_back {
        WayBack::Workload if object.resource.kind == "Deployment" => {
            (format!("deployment/{}", object.name), &*object.namespace)
        }
        WayBack::Release(release, namespace) => (format!("--release {release}"), namespace),
        WayBack::Workload | WayBack::None => return None,
    };
    let place = match namespace {
        "" => String::new(),
        namespace => format!(" -n {namespace}"),
    };
    Some(format!("go back with `trimtab rollout undo {what}{place}`"))
}

/// Why an object is not ready: each reason, and what its container printed last.
pub(crate) fn explanations(unready: &Unready) -> Vec<String> {
    let mut texts = Vec::new();
    for reason in unready.reasons.iter().take(MOST_REASONS) {
        texts.push(reason.to_string());
        let logged = reason.logged.as_ref().filter(|it| !it.tail.is_empty());
        texts.extend(logged.map(log_tail));
    }
    texts
}

/// The last lines of a log, under each other. What a program prints must not steer the terminal.
fn log_tail(logged: &Logged) -> String {
    let mut text = format!("container {} printed last:", logged.container);
    for line in &logged.tail {
        text.push_str("\n  ");
        text.extend(line.chars().filter(|it| !it.is_control() || *it == '\t'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::tests::{reason, web};
    use super::*;

    #[test]
    fn a_way_back_names_its_namespace_whatever_the_context_has() {
        let expected = "go back with `trimtab rollout undo deployment/web -n default`";
        assert_eq!(hint(&web(), WayBack::Workload).as_deref(), Some(expected));
        assert_eq!(hint(&web(), WayBack::None), None);
    }

    #[test]
    fn a_verdict_says_what_decided_and_why() {
        let unready = Unready {
            object: web(),
            text: "deployment \"web\" exceeded its progress deadline".to_owned(),
            reasons: vec![reason(1, "container web: ImagePullBackOff")],
            is_final: true,
        };
        let failure =
            verdict(Outcome::Failed(vec![unready]), WayBack::None).expect_err("it failed");
        let Failure::Finding {
            finding, status, ..
        } = failure
        else {
            panic!("it is a finding");
        };
        assert_eq!(status, Status::NotReady);
        assert_eq!(
            finding.message,
            "deployment \"web\" exceeded its progress deadline"
        );
        let note = "pod/web-a and 1 more: container web: ImagePullBackOff";
        assert_eq!(finding.notes, [note]);
        assert!(verdict(Outcome::Ready, WayBack::None).is_ok());
    }
}
