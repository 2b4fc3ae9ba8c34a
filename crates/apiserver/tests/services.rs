//! Addresses of Services, as they are asked for, written back and changed.

use crate::support::{ask, server};
use serde_json::{Value, json};

const SERVICES: &str = "/api/v1/namespaces/ns/services";

/// What is wrong with a Service whose spec becomes another.
async fn refused(change: impl Fn(&mut Value)) -> Vec<String> {
    let server = server().await;
    let service = json!({"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}});
    let (code, mut made) = ask(&server, "POST", SERVICES, &service.to_string()).await;
    assert_eq!(code, 201, "{made}");
    let address = made["spec"]["clusterIP"].clone();
    change(&mut made["spec"]);
    let path = format!("{SERVICES}/s");
    let (code, told) = ask(&server, "PUT", &path, &made.to_string()).await;
    if code == 200 {
        assert_eq!(told["spec"]["clusterIPs"], json!([address]), "it stays");
        return Vec::new();
    }
    assert_eq!(code, 422, "{told}");
    let causes = told["details"]["causes"].as_array().unwrap().iter();
    causes
        .map(|cause| {
            let text = |name: &str| cause[name].as_str().unwrap().to_owned();
            format!("{}: {}", text("field"), text("message"))
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn an_address_stays_and_what_is_wrong_with_another_is_told_alone() {
    let none = [""; 0];
    let other = r#"spec.clusterIPs[0]: Invalid value: ["10.0.0.1"]: may not change once set"#;
    assert_eq!(
        refused(|spec| spec["clusterIP"] = json!("10.0.0.1")).await,
        [other]
    );
    assert_eq!(refused(|spec| spec["clusterIP"] = json!("")).await, none);
    assert_eq!(refused(|spec| spec["clusterIPs"] = json!([])).await, none);
    let unlike = refused(|spec| spec["clusterIPs"] = json!(["10.0.0.1"])).await;
    assert_eq!(
        unlike,
        [r#"spec.clusterIPs: Invalid value: ["10.0.0.1"]: first value must match `clusterIP`"#]
    );
    let wrong = refused(|spec| spec["clusterIP"] = json!("10")).await;
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].contains("must be a valid IP address"), "{wrong:?}");
    let family = refused(|spec| spec["ipFamilies"] = json!(["x"])).await;
    assert_eq!(family.len(), 1, "{family:?}");
    let two = refused(|spec| spec["ipFamilies"] = json!(["IPv4", "IPv6"])).await;
    assert_eq!(two.len(), 1, "{two:?}");
    assert!(two[0].starts_with("spec.ipFamilyPolicy: Invalid value: \"SingleStack\""));
}
