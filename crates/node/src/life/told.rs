//! What the kubelet tells about pods, in its words: they are what people search for.

use super::container::{Container, Kind};
use crate::image;
use crate::needs::Need;
use crate::scenario::ANNOTATION;
use k8s_openapi::api::core::v1::Pod;
use std::time::Duration;
use trimtab_informer::EventType;

/// One event, before it is known about which object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// Which part of the pod it is about.
    pub(crate) field_path: Option<String>,
    pub(crate) event_type: EventType,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
}

impl Told {
    fn of(container: &Container, warns: bool, reason: &'static str, message: String) -> Self {
        let list = match container.kind {
            Kind::Main => "containers",
            Kind::Ephemeral => "ephemeralContainers",
            Kind::Init | Kind::Sidecar => "initContainers",
        };
        Self {
            field_path: Some(format!("spec.{list}{{{}}}", container.name)),
            event_type: if warns {
                EventType::Warning
            } else {
                EventType::Normal
            },
            reason,
            message,
        }
    }

    pub(crate) fn pulling(container: &Container) -> Self {
        let message = format!("Pulling image \"{}\"", container.image);
        Self::of(container, false, "Pulling", message)
    }

    pub(crate) fn pulled(container: &Container, took: Duration) -> Self {
        let (image, took) = (&container.image, format!("{took:?}"));
        let size = image::size(image);
        let message = format!(
            "Successfully pulled image \"{image}\" in {took} ({took} including waiting). Image size: {size} bytes."
        );
        Self::of(container, false, "Pulled", message)
    }

    pub(crate) fn already_present(container: &Container) -> Self {
        let message = format!(
            "Container image \"{}\" already present on machine and can be accessed by the pod",
            container.image
        );
        Self::of(container, false, "Pulled", message)
    }

    pub(crate) fn created(container: &Container) -> Self {
        Self::of(container, false, "Created", "Container created".into())
    }

    pub(crate) fn not_created(container: &Container, lack: &Need) -> Self {
        Self::of(
            container,
            true,
            "Failed",
            format!("Error: {lack} not found"),
        )
    }

    pub(crate) fn not_mounted(volume: &str, lack: &Need) -> Self {
        Self {
            field_path: None,
            event_type: EventType::Warning,
            reason: "FailedMount",
            message: format!("MountVolume.SetUp failed for volume \"{volume}\" : {lack} not found"),
        }
    }

    pub(crate) fn started(container: &Container) -> Self {
        Self::of(container, false, "Started", "Container started".into())
    }

    pub(crate) fn pull_failed(container: &Container) -> [Self; 2] {
        let message = format!(
            "Failed to pull image \"{}\": {}",
            container.image,
            pull_error(container)
        );
        [
            Self::of(container, true, "Failed", message),
            Self::of(container, true, "Failed", "Error: ErrImagePull".into()),
        ]
    }

    pub(crate) fn pull_backs_off(container: &Container) -> [Self; 2] {
        let message = format!("Back-off pulling image \"{}\"", container.image);
        [
            Self::of(container, false, "BackOff", message),
            Self::of(container, true, "Failed", "Error: ImagePullBackOff".into()),
        ]
    }

    pub(crate) fn restart_backs_off(container: &Container, pod: &Pod) -> Self {
        let message = format!(
            "Back-off restarting failed container {} in pod {}",
            container.name,
            full_name(pod)
        );
        Self::of(container, true, "BackOff", message)
    }

    pub(crate) fn killing(container: &Container) -> Self {
        let message = format!("Stopping container {}", container.name);
        Self::of(container, false, "Killing", message)
    }

    pub(crate) fn unhealthy(container: &Container) -> Self {
        let message = container.probe_failure().to_owned();
        Self::of(container, true, "Unhealthy", message)
    }

    pub(crate) fn unlive(container: &Container) -> [Self; 2] {
        let killed = format!(
            "Container {} failed liveness probe, will be restarted",
            container.name
        );
        [
            Self::of(
                container,
                true,
                "Unhealthy",
                container.liveness_failure().to_owned(),
            ),
            Self::of(container, false, "Killing", killed),
        ]
    }

    /// The pod's own rules cannot be read. No kubelet says so.
    pub(crate) fn bad_rules(error: &str) -> Self {
        Self {
            field_path: None,
            event_type: EventType::Warning,
            reason: "BadScenario",
            message: format!("the annotation {ANNOTATION} has no effect: {error}"),
        }
    }

    pub(crate) fn deadline_exceeded() -> Self {
        Self {
            field_path: None,
            event_type: EventType::Normal,
            reason: "DeadlineExceeded",
            message: DEADLINE_EXCEEDED.to_owned(),
        }
    }
}

impl Told {
    /// The pod was not let in.
    pub(crate) fn refused(reason: &'static str, message: &str) -> Self {
        Self {
            field_path: None,
            event_type: EventType::Warning,
            reason,
            message: message.to_owned(),
        }
    }
}

/// The message of a pod that ran into `activeDeadlineSeconds`.
pub(crate) const DEADLINE_EXCEEDED: &str =
    "Pod was active on the node longer than the specified deadline";

/// The error of a pull, as containerd words it for an image that is not there.
pub(crate) fn pull_error(container: &Container) -> String {
    let reference = image::full_reference(&container.image);
    format!(
        "rpc error: code = NotFound desc = failed to pull and unpack image \"{reference}\": failed to resolve \
         reference \"{reference}\": {reference}: not found"
    )
}

/// The message of a container whose pull waits for its next try.
pub(crate) fn pull_back_off(container: &Container) -> String {
    let error = pull_error(container);
    format!(
        "Back-off pulling image \"{}\": ErrImagePull: {error}",
        container.image
    )
}

/// The message of a container that waits to be started again.
pub(crate) fn crash_back_off(container: &Container, wait: Duration, pod: &Pod) -> String {
    let wait = match wait.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds => format!("{}m{}s", seconds / 60, seconds % 60),
    };
    format!(
        "back-off {wait} restarting failed container={} pod={}",
        container.name,
        full_name(pod)
    )
}

fn full_name(pod: &Pod) -> String {
    let meta = &pod.metadata;
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    format!(
        "{}_{}({})",
        part(&meta.name),
        part(&meta.namespace),
        part(&meta.uid)
    )
}
