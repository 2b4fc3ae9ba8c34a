//! `componentstatuses`.

use crate::support::{ask, request, send, server};
use serde_json::json;

const PATH: &str = "/api/v1/componentstatuses";

#[tokio::test]
async fn components_tell_how_they_are() {
    let server = server().await;
    server.runs_beside(vec!["scheduler"]);
    let (code, list) = ask(&server, "GET", PATH, "").await;
    assert_eq!((code, &list["kind"]), (200, &json!("ComponentStatusList")));
    let items = list["items"].as_array().unwrap();
    let names: Vec<_> = items.iter().map(|it| &it["metadata"]["name"]).collect();
    assert_eq!(names, ["controller-manager", "scheduler", "etcd-0"]);
    let well = json!([{"type": "Healthy", "status": "True", "message": "ok"}]);
    assert_eq!(items[1]["conditions"], well);
    assert_eq!(items[2]["conditions"], well);
    assert!(items[0].get("kind").is_none());

    let (code, one) = ask(&server, "GET", &format!("{PATH}/scheduler"), "").await;
    assert_eq!(code, 200);
    let told = json!({"kind": "ComponentStatus", "apiVersion": "v1",
        "metadata": {"name": "scheduler"}, "conditions": well});
    assert_eq!(one, told);
    let (code, none) = ask(&server, "GET", &format!("{PATH}/nope"), "").await;
    assert_eq!(
        (code, &none["details"]["kind"]),
        (404, &json!("componentstatus"))
    );
}

#[tokio::test]
async fn components_are_selected_and_shown_as_a_table() {
    let server = server().await;
    server.runs_beside(vec!["controller-manager", "scheduler"]);
    let one = format!("{PATH}?fieldSelector=metadata.name!=scheduler");
    let mut table = request("GET", &one, "application/json", "");
    let accept = "application/json;as=Table;v=v1;g=meta.k8s.io"
        .parse()
        .unwrap();
    table.headers_mut().insert("accept", accept);
    let (code, table) = send(&server, table).await;
    assert_eq!((code, &table["kind"]), (200, &json!("Table")));
    let rows: Vec<_> = table["rows"].as_array().unwrap().iter().collect();
    let cells: Vec<_> = rows.iter().map(|row| &row["cells"]).collect();
    assert_eq!(
        cells,
        [
            &json!(["controller-manager", "Healthy", "ok", ""]),
            &json!(["etcd-0", "Healthy", "ok", ""]),
        ]
    );
    let (_, none) = ask(&server, "GET", &format!("{PATH}?labelSelector=a"), "").await;
    assert_eq!(none["items"], json!([]));
}
