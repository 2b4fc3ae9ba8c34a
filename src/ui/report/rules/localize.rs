//! Copies of kustomizations that need no network.

super::rules! {
    "absolute-chart-home", Error, "The directory of charts is an absolute path, which no copy can have.", "`helmGlobals: {chartHome: /charts}`";
    "bad-scope", Error, "The scope of a copy cannot be used.", "`--scope` beside the target";
    "copy-differs", Error, "A copy does not build to the same resources.", "a base that changed while it was copied";
    "destination-exists", Error, "The directory for the copy is there already.", "`trimtab localize` twice";
    "destination-nowhere", Error, "The directory for the copy lies in none that exists.", "`trimtab localize app no/such/copy`";
    "inside-destination", Error, "What is to be copied lies in the copy.", "`resources: [localized-app]`";
    "no-room", Error, "The place of a remote file in the copy is taken.", "a file called `localized-files`";
    "outside-scope", Error, "Something to be copied lies outside the scope.", "`resources: [../base]` without `--scope ..`";
    "remote-without-ref", Error, "A repository to be copied does not say which version of it is meant.", "`https://github.com/org/repo` without `?ref=`";
    "shared-copy", Error, "Two addresses would have one place in the copy.", "two that differ in their port only";
    "unwritable-file", Error, "A file cannot be written.", "a full disk";
}
