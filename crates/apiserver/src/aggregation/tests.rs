use super::*;
use trimtab_tree::parse_json;

fn remote(spec: &str, status: &str) -> Option<Remote> {
    let object = format!(r#"{{"metadata":{{"name":"v1.g"}},"spec":{spec},"status":{status}}}"#);
    Remote::read(&parse_json(&object, 0).unwrap())
}

#[test]
fn only_what_names_a_service_is_elsewhere() {
    assert_eq!(remote(r#"{"group":"apps","version":"v1"}"#, "{}"), None);
    let spec = r#"{"group":"g","version":"v1","groupPriorityMinimum":100,"versionPriority":15,"caBundle":"AAE=","insecureSkipTLSVerify":true,"service":{"namespace":"n","name":"s","port":8443}}"#;
    let found = remote(
        spec,
        r#"{"conditions":[{"type":"Available","status":"True"}]}"#,
    )
    .unwrap();
    assert_eq!(found.service, ("n".to_owned(), "s".to_owned(), 8443));
    assert_eq!((found.priorities, found.available), ((100, 15), true));
    assert_eq!((found.bundle, found.anyone), (vec![0, 1], true));
    let condition = r#"{"conditions":[{"type":"Available","status":"False"}]}"#;
    assert!(!remote(spec, condition).unwrap().available);
    assert!(!remote(spec, "{}").unwrap().available);
}
