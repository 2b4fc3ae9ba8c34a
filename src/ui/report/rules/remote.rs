//! Files and repositories on other machines.

super::rules! {
    "remote-reference", Error, "A remote file or repository cannot be used.", "`resources: [https://example.com/a.yaml]`";
}
