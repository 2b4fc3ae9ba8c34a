//! Text that is not YAML or JSON, or too much of it.

super::rules! {
    "bad-base64", Error, "Binary data is not base64.", "`!!binary \"?\"`";
    "bad-number", Error, "A number is infinite, or none.", "`size: .inf` in a resource";
    "bad-timestamp", Error, "A timestamp does not exist.", "`!!timestamp 2026-13-45`";
    "complex-key", Error, "A list or mapping is used as a key.", "`{a: b}: c`";
    "control-character", Error, "A character is not allowed in YAML.", "a NUL byte";
    "duplicate-key", Either,
        "A key is there twice; in a kustomization and in annotations of an object the last one counts, and two `annotations` of an object are merged.",
        "`a: 1` and again `a: 2`";
    "excessive-aliasing", Error, "Aliases add so much that it must be an attack.", "an alias bomb";
    "invalid-encoding", Error, "A file is not text in UTF-8 or UTF-16.", "a picture among the resources";
    "invalid-merge", Error, "`<<` does not hold mappings.", "`<<: 1`";
    "json-syntax", Error, "A text is not JSON.", "`{\"a\": }`";
    "non-string-key", Error, "A key below the root is no text.", "`data: {1: a}`";
    "recursive-alias", Error, "An anchor's value holds its own alias.", "`&a [*a]`";
    "text-too-long", Error, "A text is longer than 64 MiB.", "a disk image among the resources";
    "too-deep", Error, "Lists and mappings are nested too deep.", "300 times `[`";
    "too-many-values", Error, "A text holds more than 4,000,000 values.", "`[` and ten million commas";
    "too-much-text", Error, "All files of a build together have more than 4 GiB.", "ten disk images";
    "unknown-anchor", Error, "An alias has no anchor before it.", "`a: *b`";
    "wrong-tag", Error, "A scalar is not what its tag says.", "`!!int abc`";
    "yaml-syntax", Error, "A text is not YAML.", "a tab as indentation";
}
