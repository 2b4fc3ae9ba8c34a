//! The argument lists of helm, in kustomize's order (`api/types/helmchartargs.go`).

use crate::kustomization::HelmChart;
use std::path::Path;

/// `helm pull` into the directory `home`.
pub(super) fn pull(chart: &HelmChart, home: &Path) -> Vec<String> {
    let home = home.to_string_lossy();
    let mut arguments = list(&["pull", "--untar", "--untardir", &home]);
    if chart.repo.starts_with("oci://") {
        let registry = chart.repo.strip_suffix('/').unwrap_or(&chart.repo);
        arguments.push(format!("{registry}/{}", chart.name.value));
    } else {
        arguments.extend(list(&["--repo", &chart.repo, &chart.name]));
    }
    if !chart.version.is_empty() {
        arguments.extend(list(&["--version", &chart.version]));
    }
    if chart.devel {
        arguments.push("--devel".to_owned());
    }
    arguments
}

/// `helm template` of the chart below the directory `home`.
pub(super) fn template(chart: &HelmChart, home: &Path) -> Vec<String> {
    let release = match chart.release_name.as_str() {
        "" => "--generate-name",
        name => name,
    };
    let directory = home.join(chart.name.as_str());
    let mut arguments = list(&["template", release, &directory.to_string_lossy()]);
    let mut option = |flag: &str, value: &str| {
        if !value.is_empty() {
            arguments.extend(list(&[flag, value]));
        }
    };
    option("--namespace", &chart.namespace);
    option("--name-template", &chart.name_template);
    option("-f", &chart.values_file);
    for file in &chart.additional_values_files {
        option("-f", file);
    }
    for version in &chart.api_versions {
        option("--api-versions", version);
    }
    option("--kube-version", &chart.kube_version);
    for (flag, is_set) in [
        ("--include-crds", chart.include_crds),
        ("--skip-tests", chart.skip_tests),
        ("--no-hooks", chart.skip_hooks),
        ("--debug", chart.debug),
        ("--devel", chart.devel),
    ] {
        if is_set {
            arguments.push(flag.to_owned());
        }
    }
    arguments
}

fn list(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_place() {
        let chart = HelmChart {
            name: "c".into(),
            version: "1.2".into(),
            repo: "https://example.com/charts".into(),
            release_name: "r".into(),
            namespace: "n".into(),
            additional_values_files: vec!["/b".into(), "/c".into()],
            values_file: "/a".into(),
            include_crds: true,
            skip_hooks: true,
            api_versions: vec!["x/v1".into(), "y/v1".into()],
            kube_version: "1.30".into(),
            name_template: "t".into(),
            skip_tests: true,
            debug: true,
            devel: true,
            ..HelmChart::default()
        };
        assert_eq!(
            template(&chart, Path::new("/h/c-1.2")).join(" "),
            "template r /h/c-1.2/c --namespace n --name-template t -f /a -f /b -f /c \
             --api-versions x/v1 --api-versions y/v1 --kube-version 1.30 --include-crds \
             --skip-tests --no-hooks --debug --devel"
        );
        assert_eq!(
            pull(&chart, Path::new("/h/c-1.2")).join(" "),
            "pull --untar --untardir /h/c-1.2 --repo https://example.com/charts c \
             --version 1.2 --devel"
        );
    }

    #[test]
    fn what_is_not_said_is_left_out() {
        let chart = HelmChart {
            name: "c".into(),
            repo: "oci://example.com/x/".into(),
            ..HelmChart::default()
        };
        let home = Path::new("/h");
        let template = template(&chart, home);
        assert_eq!(template, ["template", "--generate-name", "/h/c"]);
        let pulled = pull(&chart, home).join(" ");
        assert_eq!(pulled, "pull --untar --untardir /h oci://example.com/x/c");
    }
}
