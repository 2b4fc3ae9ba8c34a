//! Making and changing kustomization files.

super::rules! {
    "already-there", Error, "What is to be added is in the kustomization file.", "`trimtab edit add label app:web` twice";
    "bad-argument", Error, "An argument has not the form it needs.", "`trimtab edit set image nginx`";
    "cannot-edit", Error, "A text cannot be changed in one place alone.", "a list that an anchor gives to another field";
    "fix-changes-build", Warning, "A fixed kustomization gives other resources than before.", "`trimtab edit fix` where `commonLabels` and `labels` meet";
    "kustomization-exists", Error, "A kustomization file is there already.", "`trimtab create` twice";
    "label-twice", Error, "A label is both in `commonLabels` and in `labels`.", "`trimtab edit fix` with `app` in both";
    "left-undone", Warning, "Something is done already, or has nothing to be done to.", "`trimtab edit add resource a.yaml` twice";
    "not-there", Error, "What is to be changed is not in the kustomization file.", "`trimtab edit remove label ap`";
    "refused-by-clusters", Warning, "A label, annotation or namespace that is set is one that no cluster takes.", "`trimtab edit add label app=web`";
    "var-appended", Error, "A variable in what a JSON patch appends cannot become a replacement.", "`path: /spec/args/-`";
    "var-not-delimited", Error, "A variable in the midst of a text cannot become a replacement.", "`x$(NAME)/y`";
}
