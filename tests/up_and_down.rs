//! `trimtab up`, `status` and `down`: a control plane comes and goes, and the user's kubeconfig is
//! afterwards what it was before.

use crate::sandbox::{Sandbox, block_on, client};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::api::{Api, PostParams};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

/// A kubeconfig with what editors and kubectl leave in one.
const OF_THE_USER: &str = "\
# The office cluster.
apiVersion: v1
kind: Config
current-context: office
clusters:
- name: office
  cluster:
    server: \"https://office.example:6443\" # VPN only
contexts:
- name: office
  context: {cluster: office, user: me}
users:
- name: me
  user:
    token: 'secret'
";

#[test]
fn it_is_ready_when_up_returns_and_gone_when_down_does() {
    let sandbox = Sandbox::new();
    let kubeconfig = sandbox.write(".kube/config", OF_THE_USER);
    let said = sandbox.succeed(&["up", "--detach", "--port", "0"]);
    assert!(said.contains("ready"), "{said}");

    let text = fs::read_to_string(&kubeconfig).expect("a kubeconfig");
    assert!(text.contains("current-context: trimtab"), "{text}");
    assert!(text.contains("# VPN only"), "{text}");
    let mode = fs::metadata(&kubeconfig)
        .expect("a kubeconfig")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "the file holds a key");
    block_on(async {
        let namespaces: Api<Namespace> = Api::all(client(&kubeconfig).await);
        namespaces
            .get("default")
            .await
            .expect("the default namespace");
    });

    let status = sandbox.run(&["status"]);
    assert_eq!(status.status, Some(0), "{}", status.stderr);
    let shown = String::from_utf8(status.stdout).expect("status prints text");
    assert!(shown.contains("https://127.0.0.1:"), "{shown}");
    assert!(shown.contains("3 of 3 ready"), "{shown}");

    sandbox.succeed(&["down"]);
    assert_eq!(sandbox.run(&["status"]).status, Some(1));
    let text = fs::read_to_string(&kubeconfig).expect("a kubeconfig");
    assert_eq!(text, OF_THE_USER);
    sandbox.succeed(&["down"]);
}

#[test]
fn what_was_written_is_there_the_next_time() {
    let sandbox = Sandbox::new();
    sandbox.succeed(&["up", "--detach", "--port", "0"]);
    let map = ConfigMap {
        data: Some([("key".to_owned(), "value".to_owned())].into()),
        ..named("kept")
    };
    block_on(async {
        let maps: Api<ConfigMap> = Api::default_namespaced(client(&sandbox.kubeconfig()).await);
        let created = maps.create(&PostParams::default(), &map).await;
        created.expect("a ConfigMap can be made");
    });
    sandbox.succeed(&["down"]);
    sandbox.succeed(&["up", "--detach", "--port", "0"]);
    block_on(async {
        let maps: Api<ConfigMap> = Api::default_namespaced(client(&sandbox.kubeconfig()).await);
        let found = maps.get("kept").await.expect("it is still there");
        assert_eq!(found.data, map.data);
    });
    sandbox.succeed(&["down", "--purge"]);
    sandbox.succeed(&["up", "--detach", "--port", "0"]);
    block_on(async {
        let maps: Api<ConfigMap> = Api::default_namespaced(client(&sandbox.kubeconfig()).await);
        assert!(maps.get_opt("kept").await.expect("an answer").is_none());
    });
}

#[test]
fn a_second_one_is_refused_and_the_first_stays() {
    let sandbox = Sandbox::new();
    sandbox.succeed(&["up", "--detach", "--ephemeral", "--port", "0"]);
    for arguments in [&["up"][..], &["up", "--detach"]] {
        let second = sandbox.run(arguments);
        assert_eq!(second.status, Some(1), "{}", second.stderr);
        assert!(
            second.stderr.contains("running already"),
            "{}",
            second.stderr
        );
        assert!(second.stderr.contains("trimtab down"), "{}", second.stderr);
    }
    assert_eq!(sandbox.run(&["status"]).status, Some(0));
}

#[test]
fn a_detached_one_that_dies_says_why() {
    let sandbox = Sandbox::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let outcome = sandbox.run(&["up", "--detach", "--ephemeral", "--port", &port]);
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains(&format!("cannot listen on 127.0.0.1:{port}")),
        "{}",
        outcome.stderr
    );
    assert!(!sandbox.kubeconfig().exists(), "nothing was introduced");
    assert_eq!(sandbox.run(&["status"]).status, Some(1));
}

#[test]
fn a_kubeconfig_that_cannot_be_edited_is_told_of_once() {
    let sandbox = Sandbox::new();
    let kubeconfig = sandbox.write(".kube/config", "contexts: [\n");
    let refused = sandbox.run(&["up", "--ephemeral", "--port", "0"]);
    assert_eq!(refused.status, Some(1), "{}", refused.stderr);
    let times = refused.stderr.matches("error[").count();
    assert_eq!(times, 1, "{}", refused.stderr);
    let text = fs::read_to_string(kubeconfig).expect("the file is still there");
    assert_eq!(text, "contexts: [\n");
}

#[test]
fn a_signal_ends_it_cleanly() {
    let sandbox = Sandbox::new();
    let kubeconfig = sandbox.write(".kube/config", OF_THE_USER);
    for signal in ["INT", "TERM"] {
        let up = sandbox.start(&["up", "--ephemeral", "--port", "0"]);
        let during = fs::read_to_string(&kubeconfig).expect("a kubeconfig");
        assert!(during.contains("current-context: trimtab"), "{during}");
        up.signal(signal);
        assert_eq!(up.end().code(), Some(0), "after {signal}");
        let after = fs::read_to_string(&kubeconfig).expect("a kubeconfig");
        assert_eq!(after, OF_THE_USER, "after {signal}");
    }
}

#[test]
fn one_that_was_killed_is_known_to_be_gone() {
    let sandbox = Sandbox::new();
    let kubeconfig = sandbox.write(".kube/config", OF_THE_USER);
    sandbox.start(&["up", "--port", "0"]).kill();
    let status = sandbox.run(&["status"]);
    assert_eq!(status.status, Some(1), "{}", status.stderr);
    let text = fs::read_to_string(&kubeconfig).expect("a kubeconfig");
    assert_eq!(text, OF_THE_USER, "status has repaired it");
    // It comes up again as if nothing had been, and still knows the user's own context.
    sandbox.start(&["up", "--port", "0"]).kill();
    let up = sandbox.start(&["up", "--port", "0"]);
    up.kill();
    let said = sandbox.succeed(&["down"]);
    assert!(said.contains("killed"), "{said}");
    let text = fs::read_to_string(&kubeconfig).expect("a kubeconfig");
    assert_eq!(text, OF_THE_USER);
}

#[test]
fn it_is_found_where_it_was_the_last_time() {
    let sandbox = Sandbox::new();
    let server = |sandbox: &Sandbox| {
        let text = fs::read_to_string(sandbox.kubeconfig()).expect("a kubeconfig");
        let config = kube::config::Kubeconfig::from_yaml(&text).expect("a kubeconfig");
        let cluster = config.clusters[0].cluster.clone().expect("a cluster");
        (cluster.server, cluster.certificate_authority_data)
    };
    sandbox.succeed(&["up", "--detach", "--port", "0"]);
    let first = server(&sandbox);
    sandbox.succeed(&["down"]);
    sandbox.succeed(&["up", "--detach"]);
    assert_eq!(server(&sandbox), first, "its port and its authority");
    sandbox.succeed(&["down"]);
    // Somebody else is there now.
    let port = first.0.as_deref().and_then(|url| url.rsplit(':').next());
    let address = format!("127.0.0.1:{}", port.expect("a port"));
    let _taken = TcpListener::bind(address).expect("the port is free again");
    sandbox.succeed(&["up", "--detach"]);
    assert_ne!(server(&sandbox).0, first.0);
}

#[test]
fn several_are_beside_each_other() {
    let sandbox = Sandbox::new();
    let kubeconfig = sandbox.write(".kube/config", OF_THE_USER);
    for name in ["blue", "green"] {
        sandbox.succeed(&["up", name, "--detach", "--port", "0", "--nodes", "1"]);
    }
    let text = fs::read_to_string(&kubeconfig).expect("a kubeconfig");
    assert!(text.contains("current-context: trimtab-green"), "{text}");
    let map = named("only-in-green");
    block_on(async {
        let maps: Api<ConfigMap> = Api::default_namespaced(client(&kubeconfig).await);
        let created = maps.create(&PostParams::default(), &map).await;
        created.expect("a ConfigMap can be made");
    });
    let list = || {
        let listed = sandbox.run(&["list", "-o", "json"]);
        assert_eq!(listed.status, Some(0), "{}", listed.stderr);
        let rows: serde_json::Value = serde_json::from_slice(&listed.stdout).expect("JSON");
        let rows = rows.as_array().expect("an array").clone();
        rows.into_iter()
            .map(|row| format!("{} {} {}", row["name"], row["state"], row["context"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        list(),
        [
            r#""blue" "running" "trimtab-blue""#,
            r#""green" "running" "trimtab-green""#
        ]
    );
    assert_eq!(sandbox.run(&["status", "blue"]).status, Some(0));
    assert_eq!(sandbox.run(&["status"]).status, Some(1), "two run");
    // The first goes first; what was current before both is still known.
    sandbox.succeed(&["down", "blue", "--purge"]);
    assert_eq!(list(), [r#""green" "running" "trimtab-green""#]);
    assert_eq!(sandbox.run(&["status"]).status, Some(0), "the only one");
    sandbox.succeed(&["down", "--all"]);
    assert_eq!(list(), [r#""green" "stopped" "trimtab-green""#]);
    let text = fs::read_to_string(&kubeconfig).expect("a kubeconfig");
    assert_eq!(text, OF_THE_USER);
    let refused = sandbox.run(&["up", "../green"]);
    assert_eq!(refused.status, Some(2), "{}", refused.stderr);
}

#[test]
fn data_of_a_later_version_is_refused_and_left_as_it_is() {
    let sandbox = Sandbox::new();
    let format = sandbox.write("data/format", "99\n");
    let directory = format.parent().expect("a directory").to_owned();
    let refused = sandbox.run(&[
        "server",
        "--secure-port=0",
        "--data-dir",
        directory.to_str().expect("UTF-8"),
    ]);
    assert_eq!(refused.status, Some(1), "{}", refused.stderr);
    assert!(refused.stderr.contains("format 99"), "{}", refused.stderr);
    let files = fs::read_dir(directory).expect("a directory").count();
    assert_eq!(files, 1);
}

#[test]
fn a_server_knows_the_tokens_of_its_file_and_no_others() {
    let sandbox = Sandbox::new();
    let tokens = sandbox.write("tokens.csv", "the-token,admin,admin,\"system:masters\"\n");
    let kubeconfig = sandbox.path("admin.kubeconfig");
    let server = sandbox.start(&[
        "server",
        "--ephemeral",
        "--secure-port=0",
        "--controllers=-*",
        "--scheduler=false",
        "--token-auth-file",
        tokens.to_str().expect("UTF-8"),
        "--write-kubeconfig",
        kubeconfig.to_str().expect("UTF-8"),
    ]);
    let text = fs::read_to_string(&kubeconfig).expect("a kubeconfig");
    let with_token = |token: &str| {
        let mut config = kube::config::Kubeconfig::from_yaml(&text).expect("a kubeconfig");
        config.auth_infos[0].auth_info = Some(kube::config::AuthInfo {
            token: Some(token.to_owned().into()),
            ..Default::default()
        });
        serde_json::to_string(&config).expect("a kubeconfig")
    };
    let known = sandbox.write("known.kubeconfig", &with_token("the-token"));
    let unknown = sandbox.write("unknown.kubeconfig", &with_token("another"));
    block_on(async {
        for good in [&kubeconfig, &known] {
            let namespaces: Api<Namespace> = Api::all(client(good).await);
            namespaces
                .get("default")
                .await
                .expect("the default namespace");
        }
        let namespaces: Api<Namespace> = Api::all(client(&unknown).await);
        match namespaces.get("default").await {
            Err(kube::Error::Api(status)) => assert_eq!(status.code, 401),
            other => panic!("{other:?}"),
        }
    });
    server.signal("TERM");
    assert_eq!(server.end().code(), Some(0));
    assert!(
        !sandbox.kubeconfig().exists(),
        "the user's kubeconfig is not touched"
    );
}

fn named(name: &str) -> ConfigMap {
    let mut map = ConfigMap::default();
    map.metadata.name = Some(name.to_owned());
    map
}
