//! Programs and scripts whose ends are plain, and those whose are not.

use super::*;
use crate::files::Files;
use serde_json::json;
use trimtab_clock::Chance;

/// How a container runs that has this in its spec, in a pod with an empty volume at `/data`, of the
/// third index of a job, on a node on which there is `/srv/there`.
fn run(spec: &serde_json::Value) -> Run {
    let mut container = json!({
        "name": "c",
        "image": "busybox",
        "volumeMounts": [
            {"name": "data", "mountPath": "/data"},
            {"name": "host", "mountPath": "/host"},
        ],
        "env": [
            {"name": "WAIT", "value": "7"},
            {"name": "INDEX", "valueFrom": {"fieldRef": {"fieldPath": "metadata.annotations['index']"}}},
            {"name": "SECRET", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
        ],
    });
    for (field, value) in spec.as_object().unwrap() {
        container[field] = value.clone();
    }
    let volumes = json!([
        {"name": "data", "emptyDir": {}},
        {"name": "host", "hostPath": {"path": "/srv"}},
    ]);
    let pod = json!({
        "metadata": {"name": "p", "annotations": {"index": "3"}},
        "spec": {"containers": [container], "volumes": volumes},
    });
    let pod: k8s_openapi::api::core::v1::Pod = serde_json::from_value(pod).unwrap();
    let mut of_node = Files::default();
    of_node.change("/srv/there".into(), true);
    Run::of(&Scene {
        spec: &pod.spec.as_ref().unwrap().containers[0],
        pod: &pod,
        chance: &Chance::seeded(1),
        own: &Files::default(),
        of_node: &of_node,
    })
}

fn of(command: &[&str]) -> Program {
    run(&json!({"command": command})).program
}

fn of_script(script: &str) -> Program {
    of(&["sh", "-c", script])
}

fn ends(milliseconds: u64, code: i32) -> Program {
    Program::Ends {
        after: Duration::from_millis(milliseconds),
        code,
    }
}

#[test]
fn plain_programs_end_as_they_say() {
    for (command, program) in [
        (&["sleep", "300"][..], ends(300_000, 0)),
        (&["/bin/sleep", "1.5", "1m"], ends(61_500, 0)),
        (&["sleep", "infinity"], Program::Endless),
        (&["sleep", "1000000000000"], Program::Endless),
        (&["sleep", "$(SECONDS)"], Program::Unknown),
        (&["true"], ends(0, 0)),
        (&["/bin/false"], ends(0, 1)),
        (&["echo", "a;b"], ends(0, 0)),
        (&["exit", "1"], Program::Unknown),
        (&["nginx", "-g", "daemon off;"], Program::Unknown),
        (&[], Program::Unknown),
    ] {
        assert_eq!(of(command), program, "{command:?}");
    }
}

#[test]
fn scripts_end_as_they_say() {
    for (script, program) in [
        ("exit 1", ends(0, 1)),
        ("exit 300", ends(0, 44)),
        ("sleep 2; exit 3", ends(2_000, 3)),
        ("sleep 2 && sleep 0.5", ends(2_500, 0)),
        ("false && sleep 9; exit", ends(0, 1)),
        ("false || sleep 9", ends(9_000, 0)),
        ("true || sleep 9", ends(0, 0)),
        ("set -e\nfalse\nsleep 9\n", ends(0, 1)),
        ("set -e; false || true; sleep 9", ends(9_000, 0)),
        ("echo 'a; b' \"$NAME\" $OTHER; sleep 1h", ends(3_600_000, 0)),
        ("exec sleep 7", ends(7_000, 0)),
        ("", ends(0, 0)),
        ("sleep $SECONDS", Program::Unknown),
        ("sleep 5 & wait", Program::Unknown),
        ("nc -z db 5432", Program::Unknown),
        ("echo 'open", Program::Unknown),
        ("if true; then exit 1; fi", ends(0, 1)),
        ("cat /etc/passwd | grep root", Program::Unknown),
        ("set -e; true && false; sleep 9", ends(0, 1)),
        (
            "set -e; if false; then sleep 1; fi; sleep 2",
            ends(2_000, 0),
        ),
    ] {
        assert_eq!(of(&["/bin/sh", "-c", script]), program, "{script:?}");
    }
    assert_eq!(of(&["bash", "-ec", "false; sleep 3"]), ends(0, 1));
    assert_eq!(of(&["sh", "-e", "-c", "exit 2", "name"]), ends(0, 2));
    assert_eq!(of(&["sh", "script.sh"]), Program::Unknown);
}

#[test]
fn loops_that_nothing_ends_are_endless() {
    for (script, program) in [
        (
            "while true; do echo $(date) >> /log; sleep 5; done",
            Program::Endless,
        ),
        ("echo on; while :\ndo\n sleep 5\ndone\n", Program::Endless),
        ("while true; do work || exit 1; done", Program::Unknown),
        ("while ! nc -z db 5432; do sleep 1; done", Program::Unknown),
        ("while true; do sleep 1; done; echo over", Program::Endless),
    ] {
        assert_eq!(of(&["sh", "-c", script]), program, "{script:?}");
    }
}

#[test]
fn of_images_only_pause_is_known() {
    for (image, program) in [
        ("registry.k8s.io/pause:3.10", Program::Endless),
        ("pause@sha256:00", Program::Endless),
        ("example.com/pauses:1", Program::Unknown),
        ("nginx", Program::Unknown),
    ] {
        let program_of = run(&json!({"image": image, "args": ["sleep", "1"]})).program;
        assert_eq!(program_of, program, "{image}");
    }
}

#[test]
fn what_the_pod_sets_decides() {
    for (script, program) in [
        ("sleep $WAIT", ends(7_000, 0)),
        ("exit $INDEX", ends(0, 3)),
        (
            "if [ $(expr ${INDEX} % 2) -ne 0 ]; then exit 1; else exit 0; fi",
            ends(0, 1),
        ),
        (
            "if [ \"$INDEX\" = 1 ]; then exit 1; elif [ \"$INDEX\" = 3 ]; then exit 4; fi",
            ends(0, 4),
        ),
        ("exit $((INDEX * 2 + (1 - $WAIT) / 3))", ends(0, 4)),
        ("exit $((INDEX % 2 == 1 && WAIT > 6))", ends(0, 1)),
        ("[ $INDEX -lt 3 ] || exit 9; exit 2", ends(0, 9)),
        ("test -z \"$INDEX\" && exit 5", ends(0, 1)),
        ("[[ $INDEX == 3 && ! -z $WAIT ]] && exit 6", ends(0, 6)),
        ("if [ \"$SECRET\" = x ]; then exit 1; fi", Program::Unknown),
        ("if [ -n \"$OTHER\" ]; then exit 1; fi", Program::Unknown),
        ("echo $SECRET $(date); exit 2", ends(0, 2)),
        (
            "wait=$(echo $((WAIT + 1))); sleep $wait; exit $?",
            ends(8_000, 0),
        ),
        ("exit $((08 + 1))", Program::Unknown),
    ] {
        assert_eq!(of_script(script), program, "{script:?}");
    }
}

#[test]
fn loops_and_functions_are_followed() {
    for (script, program) in [
        ("for i in 9 8 7; do echo $i; sleep 1; done", ends(3_000, 0)),
        (
            "i=0; while [ $i -lt 5 ]; do sleep 2; i=$((i + 1)); done; exit 3",
            ends(10_000, 3),
        ),
        (
            "i=0; until [ $i = 2 ]; do i=$((i + 1)); done; exit $i",
            ends(0, 2),
        ),
        (
            "for i in 1 2 3; do if [ $i = 2 ]; then break; fi; sleep 1; done",
            ends(1_000, 0),
        ),
        (
            "for i in 1 2 3; do if [ $i = 2 ]; then continue; fi; sleep 1; done",
            ends(2_000, 0),
        ),
        (
            "work() { sleep 4; return 7; }\nwork; exit $?",
            ends(4_000, 7),
        ),
        ("(exit 3); sleep 1; { exit 2; }", ends(1_000, 2)),
        ("f() { f; }; f", Program::Unknown),
        (
            "i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done",
            Program::Unknown,
        ),
        ("while true; do work; sleep 5; done", Program::Endless),
        ("while [ 1 = 1 ]; do sleep 5; done", Program::Endless),
        (
            "while true; do [ $RANDOM = 5 ] && exit 1; done; :",
            Program::Unknown,
        ),
    ] {
        assert_eq!(of_script(script), program, "{script:?}");
    }
    let deep = format!("{}true{}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(of_script(&deep), Program::Unknown);
    let deep = format!("exit $(({}1{}))", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(of_script(&deep), Program::Unknown);
    let long = "a=$a$a$a$a;".repeat(30);
    assert_eq!(
        of_script(&format!("a=12345678;{long}test -n $a")),
        Program::Unknown
    );
}

#[test]
fn chance_draws_what_a_script_asks_of_it() {
    let codes: Vec<Program> = (0..20)
        .map(|_| of_script("exit $(( $RANDOM / 16384 ))"))
        .collect();
    assert!(codes.iter().all(|it| [ends(0, 0), ends(0, 1)].contains(it)));
}

#[test]
fn files_are_there_once_they_are_made() {
    for (script, program) in [
        (
            "if [[ -r /data/foo ]]\nthen\n exit 0\nelse\n touch /data/foo\n exit 42\nfi",
            ends(0, 42),
        ),
        (
            "[ -f /data/a ] || sleep 1; echo x > /data/a; [ -f /data/a ] && exit 2",
            ends(1_000, 2),
        ),
        ("cat /host/there && exit 2", ends(0, 2)),
        ("cat /host/not || exit 3", ends(0, 3)),
        ("test -e /tmp/healthy", ends(0, 1)),
        ("test -e /etc/hosts", Program::Unknown),
        (
            "until [ -f /data/ready ]; do sleep 1; done",
            Program::Unknown,
        ),
        ("rm -f /data/a; ls /data", Program::Unknown),
    ] {
        assert_eq!(of_script(script), program, "{script:?}");
    }
    let healthy = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600";
    let change = |is_there| Change {
        path: "/tmp/healthy".into(),
        is_there,
    };
    let expected = Run {
        program: ends(630_000, 0),
        changes: vec![
            (Duration::ZERO, change(true)),
            (Duration::from_secs(30), change(false)),
        ],
        on_signal: None,
    };
    assert_eq!(run(&json!({"command": ["sh", "-c", healthy]})), expected);
    assert_eq!(of(&["cat", "/data/foo"]), ends(0, 1));
    assert_eq!(of(&["test", "-f", "/host/there"]), ends(0, 0));
}

#[test]
fn a_trap_answers_the_signal_to_stop() {
    let endless = "while true; do\n sleep 1\ndone";
    for (script, answer) in [
        (
            "term(){\n sleep 5\n exit 143\n}\ntrap term SIGTERM\n",
            Some((6, 143)),
        ),
        ("trap 'exit 3' INT TERM\n", Some((1, 3))),
        ("trap '' TERM\n", Some((u64::MAX, 0))),
        ("trap 'exit 3' TERM; trap - TERM\n", None),
        ("trap 'kill $PID' TERM\n", None),
    ] {
        let run = run(&json!({"command": ["sh", "-c", format!("{script}{endless}")]}));
        assert_eq!(run.program, Program::Endless, "{script:?}");
        let answer = answer.map(|(seconds, code)| match seconds {
            u64::MAX => (Duration::MAX, code),
            seconds => (Duration::from_secs(seconds), code),
        });
        assert_eq!(run.on_signal, answer, "{script:?}");
    }
}
