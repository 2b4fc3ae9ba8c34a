#compdef trimtab

autoload -U is-at-least

_trimtab() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trimtab_commands" \
"*::: :->trimtab" \
&& ret=0
    case $state in
    (trimtab)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-command-$line[1]:"
        case $line[1] in
            (build)
_arguments "${_arguments_options[@]}" : \
'-o+[Write to this file, or one file a resource into this directory if it exists; of several targets, one file each into this directory. \`json\` and \`yaml\` are formats, unless something of that name is there]:PATH|FORMAT:_files' \
'--output=[Write to this file, or one file a resource into this directory if it exists; of several targets, one file each into this directory. \`json\` and \`yaml\` are formats, unless something of that name is there]:PATH|FORMAT:_files' \
'--output-format=[The form of what is written]:FORMAT:((yaml\:"As kustomize prints it\: one document a resource"
json\:"One \`List\` of all resources, as \`kubectl get -o json\` gives it"))' \
'--reorder=[Order of the resources; \`sortOptions\` in the kustomization file goes before it]:REORDER:((legacy\:"Namespaces first, webhooks last, as kustomize always did"
none\:"As the kustomizations list them"))' \
'*--image=[Another name, tag or digest of an image\: \`NAME=NEW\`, \`NAME=NEW\:TAG\`, \`NAME=NEW@DIGEST\`, \`NAME\:TAG\` or \`NAME@DIGEST\`, and \`*\` for a part that stays; can be given again]:IMAGE:_default' \
'*--set-replicas=[A number of replicas; can be given again]:NAME=COUNT:_default' \
'--name-prefix=[What goes before all names]:TEXT:_default' \
'--name-suffix=[What goes behind all names]:TEXT:_default' \
'--namespace=[The namespace of everything]:NAMESPACE:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--watch[Build again whenever something changes that the build reads, and show what is different]' \
'--enable-managedby-label[Label every resource with \`app.kubernetes.io/managed-by\`]' \
'--annotate-sources[Say behind each value, in a comment, which lines gave it]' \
'--lint[Tell files beside those that are read which nothing names, and entries that change nothing, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::targets -- Directories to build; `-` for a kustomization on standard input whose paths are relative to the working directory:_default' \
&& ret=0
;;
(explain)
_arguments "${_arguments_options[@]}" : \
'-n+[The namespace of the resource]:NAMESPACE:_default' \
'--namespace=[The namespace of the resource]:NAMESPACE:_default' \
'-o+[The form of the answer]:OUTPUT:((text\:"For people"
json\:"One JSON object"))' \
'--output=[The form of the answer]:OUTPUT:((text\:"For people"
json\:"One JSON object"))' \
'*--image=[Another name, tag or digest of an image\: \`NAME=NEW\`, \`NAME=NEW\:TAG\`, \`NAME=NEW@DIGEST\`, \`NAME\:TAG\` or \`NAME@DIGEST\`, and \`*\` for a part that stays; can be given again]:IMAGE:_default' \
'*--set-replicas=[A number of replicas; can be given again]:NAME=COUNT:_default' \
'--name-prefix=[What goes before all names]:TEXT:_default' \
'--name-suffix=[What goes behind all names]:TEXT:_default' \
'--set-namespace=[The namespace of everything, which \`build\` calls --namespace]:NAMESPACE:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':target -- Directory to build:_default' \
'::resource -- The resource, by the name it has or had:_default' \
'::field -- The field, such as spec.template.spec.containers\[0\].image:_default' \
&& ret=0
;;
(create)
_arguments "${_arguments_options[@]}" : \
'--resources=[Files, patterns of files, directories and repositories, with commas between them]:RESOURCES:_default' \
'--namespace=[Namespace of everything]:NAMESPACE:_default' \
'--annotations=[Annotations of everything, \`KEY\:VALUE\` with commas between them]:ANNOTATIONS:_default' \
'--labels=[Labels of everything, \`KEY\:VALUE\` with commas between them]:LABELS:_default' \
'--nameprefix=[What goes before names]:PREFIX:_default' \
'--namesuffix=[What goes behind names]:SUFFIX:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--autodetect[Take all files of the directory that hold Kubernetes objects]' \
'--recursive[With --autodetect, look into the directories below too; one with a kustomization is taken as a whole]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(init)
_arguments "${_arguments_options[@]}" : \
'--resources=[Files, patterns of files, directories and repositories, with commas between them]:RESOURCES:_default' \
'--namespace=[Namespace of everything]:NAMESPACE:_default' \
'--annotations=[Annotations of everything, \`KEY\:VALUE\` with commas between them]:ANNOTATIONS:_default' \
'--labels=[Labels of everything, \`KEY\:VALUE\` with commas between them]:LABELS:_default' \
'--nameprefix=[What goes before names]:PREFIX:_default' \
'--namesuffix=[What goes behind names]:SUFFIX:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--autodetect[Take all files of the directory that hold Kubernetes objects]' \
'--recursive[With --autodetect, look into the directories below too; one with a kustomization is taken as a whole]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(edit)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trimtab__subcmd__edit_commands" \
"*::: :->edit" \
&& ret=0

    case $state in
    (edit)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-edit-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trimtab__subcmd__edit__subcmd__add_commands" \
"*::: :->add" \
&& ret=0

    case $state in
    (add)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-edit-add-command-$line[1]:"
        case $line[1] in
            (resource)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--no-verify[Add them as they are, whether or not they are there]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::resources -- Files, patterns of files, directories or repositories:_default' \
&& ret=0
;;
(patch)
_arguments "${_arguments_options[@]}" : \
'--path=[The patch'\''s file]:PATH:_default' \
'--patch=[The patch itself]:PATCH:_default' \
'--group=[API group of its targets]:GROUP:_default' \
'--version=[API version of its targets]:VERSION:_default' \
'--kind=[Kind of its targets]:KIND:_default' \
'--name=[Name of its targets]:NAME:_default' \
'--namespace=[Namespace of its targets]:NAMESPACE:_default' \
'--annotation-selector=[Selector for annotations of its targets]:SELECTOR:_default' \
'--label-selector=[Selector for labels of its targets]:SELECTOR:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(component)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::paths -- Files or patterns of files:_default' \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
'*--from-file=[File, or pattern of files, whose name is the key; or KEY=FILE]:[KEY=]FILE:_default' \
'*--from-literal=[Key and value]:KEY=VALUE:_default' \
'--from-env-file=[File with lines KEY=VALUE]:FILE:_default' \
'--namespace=[Namespace of the object; none is the same as \`default\`]:NAMESPACE:_default' \
'--type=[Type of a new secret, such as \`kubernetes.io/tls\`]:TYPE:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--disableNameSuffixHash[Put no hash behind the name]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::name -- Name of the object:_default' \
&& ret=0
;;
(configmap)
_arguments "${_arguments_options[@]}" : \
'*--from-file=[File, or pattern of files, whose name is the key; or KEY=FILE]:[KEY=]FILE:_default' \
'*--from-literal=[Key and value]:KEY=VALUE:_default' \
'--from-env-file=[File with lines KEY=VALUE]:FILE:_default' \
'--namespace=[Namespace of the object; none is the same as \`default\`]:NAMESPACE:_default' \
'--behavior=[What it does to one that a base has\: create, merge or replace]:BEHAVIOR:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--disableNameSuffixHash[Put no hash behind the name]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::name -- Name of the object:_default' \
&& ret=0
;;
(base)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::paths -- Directories, with commas between them:_default' \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::options -- Options, with commas between them:_default' \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-f[Overwrite labels that are there]' \
'--force[Overwrite labels that are there]' \
'--without-selector[Leave selectors alone\: add to \`labels\`, not to \`commonLabels\`]' \
'--include-templates[With --without-selector, label templates of pods too]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::pairs -- Labels:_default' \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-f[Overwrite annotations that are there]' \
'--force[Overwrite annotations that are there]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::annotations -- Annotations:_default' \
&& ret=0
;;
(transformer)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::paths -- Files or patterns of files:_default' \
&& ret=0
;;
(configuration)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::paths -- Files or patterns of files:_default' \
&& ret=0
;;
(generator)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::paths -- Files or patterns of files:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__edit__subcmd__add__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-edit-add-help-command-$line[1]:"
        case $line[1] in
            (resource)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(patch)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(component)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(configmap)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(base)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(transformer)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(configuration)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(generator)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(set)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trimtab__subcmd__edit__subcmd__set_commands" \
"*::: :->set" \
&& ret=0

    case $state in
    (set)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-edit-set-command-$line[1]:"
        case $line[1] in
            (configmap)
_arguments "${_arguments_options[@]}" : \
'*--from-literal=[Known key and new value]:KEY=VALUE:_default' \
'--namespace=[Namespace of the object; none is the same as \`default\`]:NAMESPACE:_default' \
'--new-namespace=[New namespace of the object]:NAMESPACE:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::name -- Name of the object:_default' \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
'*--from-literal=[Known key and new value]:KEY=VALUE:_default' \
'--namespace=[Namespace of the object; none is the same as \`default\`]:NAMESPACE:_default' \
'--new-namespace=[New namespace of the object]:NAMESPACE:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::name -- Name of the object:_default' \
&& ret=0
;;
(nameprefix)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::value -- The value; an empty one takes the field away:_default' \
&& ret=0
;;
(namesuffix)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::value -- The value; an empty one takes the field away:_default' \
&& ret=0
;;
(namespace)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::value -- The value; an empty one takes the field away:_default' \
&& ret=0
;;
(image)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Images:_default' \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::options -- Options, with commas between them:_default' \
&& ret=0
;;
(replicas)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::replicas -- Names of resources and numbers:_default' \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::pairs -- Keys and values:_default' \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::pairs -- Keys and values:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__edit__subcmd__set__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-edit-set-help-command-$line[1]:"
        case $line[1] in
            (configmap)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(nameprefix)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(namesuffix)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(namespace)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(image)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(replicas)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trimtab__subcmd__edit__subcmd__remove_commands" \
"*::: :->remove" \
&& ret=0

    case $state in
    (remove)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-edit-remove-command-$line[1]:"
        case $line[1] in
            (configmap)
_arguments "${_arguments_options[@]}" : \
'--namespace=[Namespace of the object; none is the same as \`default\`]:NAMESPACE:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::names -- Names of the objects, with commas between them:_default' \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
'--namespace=[Namespace of the object; none is the same as \`default\`]:NAMESPACE:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::names -- Names of the objects, with commas between them:_default' \
&& ret=0
;;
(resource)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::patterns -- Entries as they are listed, or patterns of them:_default' \
&& ret=0
;;
(component)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::patterns -- Entries as they are listed, or patterns of them:_default' \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-i[Do not fail for keys that are not there]' \
'--ignore-non-existence[Do not fail for keys that are not there]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::keys -- Keys, with commas between them:_default' \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-i[Do not fail for keys that are not there]' \
'--ignore-non-existence[Do not fail for keys that are not there]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::keys -- Keys, with commas between them:_default' \
&& ret=0
;;
(patch)
_arguments "${_arguments_options[@]}" : \
'--path=[The patch'\''s file]:PATH:_default' \
'--patch=[The patch itself]:PATCH:_default' \
'--group=[API group of its targets]:GROUP:_default' \
'--version=[API version of its targets]:VERSION:_default' \
'--kind=[Kind of its targets]:KIND:_default' \
'--name=[Name of its targets]:NAME:_default' \
'--namespace=[Namespace of its targets]:NAMESPACE:_default' \
'--annotation-selector=[Selector for annotations of its targets]:SELECTOR:_default' \
'--label-selector=[Selector for labels of its targets]:SELECTOR:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(transformer)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::patterns -- Entries as they are listed, or patterns of them:_default' \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::options -- Options, with commas between them:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__edit__subcmd__remove__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-edit-remove-help-command-$line[1]:"
        case $line[1] in
            (configmap)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(resource)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(component)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(patch)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(transformer)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(fix)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--vars[Convert \`vars\` to \`replacements\` too]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(alpha-list-builtin-plugin)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__edit__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-edit-help-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__edit__subcmd__help__subcmd__add_commands" \
"*::: :->add" \
&& ret=0

    case $state in
    (add)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-edit-help-add-command-$line[1]:"
        case $line[1] in
            (resource)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(patch)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(component)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(configmap)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(base)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(transformer)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(configuration)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(generator)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(set)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__edit__subcmd__help__subcmd__set_commands" \
"*::: :->set" \
&& ret=0

    case $state in
    (set)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-edit-help-set-command-$line[1]:"
        case $line[1] in
            (configmap)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(nameprefix)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(namesuffix)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(namespace)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(image)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(replicas)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(remove)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__edit__subcmd__help__subcmd__remove_commands" \
"*::: :->remove" \
&& ret=0

    case $state in
    (remove)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-edit-help-remove-command-$line[1]:"
        case $line[1] in
            (configmap)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(resource)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(component)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(patch)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(transformer)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(fix)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(alpha-list-builtin-plugin)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(check)
_arguments "${_arguments_options[@]}" : \
'-o+[Form of the findings on standard output]:FORMAT:((text\:"For people\: the line, a caret, and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"
junit\:"\`JUnit\` XML\: a suite for each overlay, a case for each object"))' \
'--output=[Form of the findings on standard output]:FORMAT:((text\:"For people\: the line, a caret, and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"
junit\:"\`JUnit\` XML\: a suite for each overlay, a case for each object"))' \
'--kubernetes-version=[The release of Kubernetes that the overlays are for]:X.Y:_default' \
'*--crds=[File or directory with definitions of custom kinds; can be given again]:PATH:_files' \
'*--assume-exists=[Objects that exist though no overlay holds them, such as \`Secret/registry-*\`; can be given again]:KIND/NAME:_default' \
'*--ignore=[Findings not to tell, errors included, by their code; can be given again]:CODE:_default' \
'--fail-on=[From which severity on a finding fails the check]:SEVERITY:((warning\:"Warnings fail, too"
error\:"Only errors fail"))' \
'--baseline=[File with known findings, which are neither told nor fail]:FILE:_files' \
'--from=[With --admit\: a tree with the overlays as they are deployed, which they are applied over]:DIR:_files' \
'--scenario=[With --rehearse\: a file that says what nodes there are and what goes wrong (see docs/rehearse.md)]:FILE:_files' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Check every kustomization below the directories that no other one there uses]' \
'--recursive[Check every kustomization below the directories that no other one there uses]' \
'--write-baseline[Write the present findings to the baseline file instead of telling them]' \
'--admit[Apply every overlay to a control plane in this process, too\: admission, rules of custom kinds, quotas and fields that may not change]' \
'--rehearse[The same, and roll its workloads out in virtual time\: what does not get ready is a finding]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::targets -- Overlays to check\: directories with a kustomization:_default' \
&& ret=0
;;
(rehearse)
_arguments "${_arguments_options[@]}" : \
'--from=[What is there before\: a directory to build, or \`current\` for what the cluster has]:DIR|current:_default' \
'--scenario=[A file that says what nodes there are, what pods go through and what goes wrong (see docs/rehearse.md)]:FILE:_files' \
'--seed=[What decides everything that is left to chance; without it the scenario'\''s seed, or 1]:NUMBER:_default' \
'*--assert=[A condition that has to hold; can be given again]:CONDITION:_default' \
'-o+[Form of what comes of it on standard output]:FORMAT:((text\:"For people\: what happened, with charts"
json\:"One JSON object"
svg\:"A picture of the pods against time"))' \
'--output=[Form of what comes of it on standard output]:FORMAT:((text\:"For people\: what happened, with charts"
json\:"One JSON object"
svg\:"A picture of the pods against time"))' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--no-undo[Do not find out what an undo brings back]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::target -- Directory to build:_default' \
&& ret=0
;;
(snapshot)
_arguments "${_arguments_options[@]}" : \
'--dir=[Directory of the snapshots]:PATH:_files' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Take every kustomization below the directories that no other one there uses]' \
'--recursive[Take every kustomization below the directories that no other one there uses]' \
'-u[Record what the overlays render to now]' \
'--update[Record what the overlays render to now]' \
'--prune[Remove the snapshots of overlays that are gone, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::targets -- Overlays\: directories with a kustomization:_default' \
&& ret=0
;;
(localize)
_arguments "${_arguments_options[@]}" : \
'--scope=[Directory that all local bases must be in, which the copy mirrors; the target when not given]:DIR:_files' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--no-verify[Do not build the original and the copy to compare them]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::target -- Directory of the kustomization, or a repository with a `ref`:_default' \
'::destination -- Directory to make; `localized-TARGET` or `localized-TARGET-REF` when not given:_files' \
&& ret=0
;;
(cfg)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trimtab__subcmd__cfg_commands" \
"*::: :->cfg" \
&& ret=0

    case $state in
    (cfg)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-cfg-command-$line[1]:"
        case $line[1] in
            (cat)
_arguments "${_arguments_options[@]}" : \
'--format=[Put fields into the usual order]::BOOL:(true false)' \
'--wrap-kind=[Put the objects into a list of this kind]:KIND:_default' \
'--wrap-version=[The \`apiVersion\` of that list]:VERSION:_default' \
'--function-config=[File with the \`functionConfig\` of that list]:FILE:_files' \
'*--style=[YAML styles of the objects]:STYLE:(TaggedStyle DoubleQuotedStyle SingleQuotedStyle LiteralStyle FoldedStyle FlowStyle)' \
'--dest=[Write to this file]:FILE:_files' \
'-R+[Also look at the packages below the directory]::BOOL:(true false)' \
'--recurse-subpackages=[Also look at the packages below the directory]::BOOL:(true false)' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--annotate[Annotate objects with their files]' \
'--strip-comments[Leave out comments]' \
'--include-local[Also print objects that are not for the cluster]' \
'--exclude-non-local[Do not print objects that are for the cluster]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::directory -- Directory to look at:_files' \
&& ret=0
;;
(count)
_arguments "${_arguments_options[@]}" : \
'--kind=[Count kind by kind]::BOOL:(true false)' \
'-R+[Also look at the packages below the directory]::BOOL:(true false)' \
'--recurse-subpackages=[Also look at the packages below the directory]::BOOL:(true false)' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::directory -- Directory to look at:_files' \
&& ret=0
;;
(grep)
_arguments "${_arguments_options[@]}" : \
'--annotate=[Annotate objects with their files]::BOOL:(true false)' \
'-R+[Also look at the packages below the directory]::BOOL:(true false)' \
'--recurse-subpackages=[Also look at the packages below the directory]::BOOL:(true false)' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--invert-match[Print the objects that the query is not true of]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':query -- What to look for:_default' \
'::directory -- Directory to look at:_files' \
&& ret=0
;;
(tree)
_arguments "${_arguments_options[@]}" : \
'--name=[Tell names of containers]::BOOL:(true false)' \
'--image=[Tell images]::BOOL:(true false)' \
'--command=[Tell commands]::BOOL:(true false)' \
'--args=[Tell arguments]::BOOL:(true false)' \
'--env=[Tell variables of the environment]::BOOL:(true false)' \
'--replicas=[Tell numbers of replicas]::BOOL:(true false)' \
'--resources=[Tell resources of containers]::BOOL:(true false)' \
'--ports=[Tell ports]::BOOL:(true false)' \
'*--field=[Tell the field at this path, as for \`cfg grep\`]:PATH:_default' \
'--graph-structure=[What the branches are]:STRUCTURE:((directory\:"Directories"
owners\:"Owners"))' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--all[Tell all of these]' \
'--include-local[Also draw objects that are not for the cluster]' \
'--exclude-non-local[Do not draw objects that are for the cluster]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::directory -- Directory to look at:_files' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__cfg__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-cfg-help-command-$line[1]:"
        case $line[1] in
            (cat)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(count)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(grep)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(tree)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(fn)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trimtab__subcmd__fn_commands" \
"*::: :->fn" \
&& ret=0

    case $state in
    (fn)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-fn-command-$line[1]:"
        case $line[1] in
            (run)
_arguments "${_arguments_options[@]}" : \
'*--fn-path=[Run the functions that this directory declares, and none of DIR; can be given again]:DIR:_files' \
'--image=[Run this image as the function, and none that DIR declares]:IMAGE:_default' \
'--exec-path=[Run this program as the function, and none that DIR declares; needs --enable-exec]:PROGRAM:_files' \
'--results-dir=[Write what functions found into files of this directory]:DIR:_files' \
'*--mount=[Mount this into all containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'--include-subpackages=[Also take the packages below the directory\: those with a \`Krmfile\`]::BOOL:(true false)' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--dry-run[Print the objects instead of writing them]' \
'--global-scope[Let all functions see all objects]' \
'--enable-exec[Run functions that are programs of this machine too]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--log-steps[Tell each function that begins, on standard error]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::directory -- Directory of objects, or one file:_files' \
'*::arguments -- What the function of --image or --exec-path is configured with; the first may be a kind:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__fn__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-fn-help-command-$line[1]:"
        case $line[1] in
            (run)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(lock)
_arguments "${_arguments_options[@]}" : \
'*--update=[Look up anew where branches and tags are, and what files hold; with NAME, only of the remotes with that address or end of an address, such as \`org/repo\`; can be given again]::NAME:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--check[Write nothing; fail when the file would change]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::targets -- Directories to lock:_default' \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
'--revision=[Compare the kustomization with what it was at this revision, or at two\: \`REVISION\` or \`OLD..NEW\`]:REVISION:_default' \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-o+[How to show differences]:FORMAT:((unified\:"Lines of YAML, as \`diff -u\` shows them"
fields\:"Field by field, as \`apply\` shows its plan"))' \
'--output=[How to show differences]:FORMAT:((unified\:"Lines of YAML, as \`diff -u\` shows them"
fields\:"Field by field, as \`apply\` shows its plan"))' \
'--server-side=[Taken for kubectl'\''s sake\: every diff is server-side]::BOOL:(true false)' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--force-conflicts[Take over fields that others own]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::trees -- Two kustomizations to compare with each other, the older one first:_default' \
&& ret=0
;;
(plan)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--force-conflicts=[Take over fields that others own\: all, or only this one and what is in it, as conflicts name it; can be given again]::FIELD:_default' \
'(--force)*--recreate=[Delete and make anew what cannot be changed of this kind; can be given again]:KIND:_default' \
'--release=[What the release is called; without it a kustomization has the name of its place in its repository, and files are no release]:NAME:_default' \
'--release-history=[So many revisions are kept]:COUNT:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'-o+[Keep the plan in this file]:FILE:_files' \
'--output=[Keep the plan in this file]:FILE:_files' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--force[Delete and make anew what cannot be changed]' \
'(--release --prune)--no-release[Keep no record in the cluster]' \
'--prune[Delete what earlier revisions of the release applied and this one does not\: never namespaces and volume claims, nor what a revision that could be gone back to uses]' \
'--prune-namespaces[With --prune, delete namespaces, too, and all that is in them]' \
'--prune-volume-claims[With --prune, delete volume claims, too, and what is stored in their volumes]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(apply)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--force-conflicts=[Take over fields that others own\: all, or only this one and what is in it, as conflicts name it; can be given again]::FIELD:_default' \
'(--force)*--recreate=[Delete and make anew what cannot be changed of this kind; can be given again]:KIND:_default' \
'--release=[What the release is called; without it a kustomization has the name of its place in its repository, and files are no release]:NAME:_default' \
'--release-history=[So many revisions are kept]:COUNT:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--wait=[Wait until what was applied is ready]::BOOL:(true false)' \
'--timeout=[How long to wait; 0 for as long as it takes]:DURATION:_default' \
'-o+[What is told of it\: text, or an event of JSON on each line of standard output]:FORMAT:((text\:"Results on standard output, all else beside"
json\:"An event of JSON on each line"))' \
'--output=[What is told of it\: text, or an event of JSON on each line of standard output]:FORMAT:((text\:"Results on standard output, all else beside"
json\:"An event of JSON on each line"))' \
'()--strategy=[How changed Deployments come in\: as they say themselves, by a growing share of replicas in a second Deployment, or by switching Services to one]:STRATEGY:((rolling\:"What each workload says of itself"
canary\:"A growing share of the replicas in a second Deployment"
blue-green\:"All replicas in a second Deployment, to which Services are switched"))' \
'--steps=[With --strategy canary\: the shares, such as 10%,50%]:SHARES:_default' \
'--pause=[How long to wait after each step\: a duration, or \`manual\` to end there and go on by \`trimtab rollout promote\`]:DURATION:_default' \
'*--gate=[What must hold after each step, or all is taken back\: \`command=LINE\`, an address that answers, or \`prometheus=ADDRESS QUERY\`; can be given again]:GATE:_default' \
'--cluster-guard=[Refuse any other cluster than this\: the name of a context or the address of a server, or several. A kustomization names its own by the annotation \`trimtab.dev/cluster\`]:CLUSTER:_default' \
'--dry-run=[Only show what would change\: \`client\` or \`server\`]::WHERE:((none\:"It is made"
client\:"Nothing is sent that would change anything"
server\:"The server goes through with it, and keeps nothing"))' \
'--server-side=[Taken for kubectl'\''s sake\: every apply is server-side]::BOOL:(true false)' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--force[Delete and make anew what cannot be changed]' \
'(--release --prune)--no-release[Keep no record in the cluster]' \
'--prune[Delete what earlier revisions of the release applied and this one does not\: never namespaces and volume claims, nor what a revision that could be gone back to uses]' \
'--prune-namespaces[With --prune, delete namespaces, too, and all that is in them]' \
'--prune-volume-claims[With --prune, delete volume claims, too, and what is stored in their volumes]' \
'-y[Do not ask]' \
'--yes[Do not ask]' \
'--wait-custom[Wait for custom resources, too, by the conditions that they show; without it they are ready once they are applied]' \
'(--no-release)--auto-undo[If something is not applied or does not become ready, take the whole release back to the revision before]' \
'--exit-code[End with status 2 where something changed]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::plan -- A plan that `trimtab plan -o FILE` made\: done as it is, or not at all:_files' \
&& ret=0
;;
(rollout)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trimtab__subcmd__rollout_commands" \
"*::: :->rollout" \
&& ret=0

    case $state in
    (rollout)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-rollout-command-$line[1]:"
        case $line[1] in
            (status)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'-w+[Follow the rollout until it is done]::BOOL:(true false)' \
'--watch=[Follow the rollout until it is done]::BOOL:(true false)' \
'--timeout=[How long to follow; 0 for as long as it takes]:DURATION:_default' \
'--revision=[Only while this is the revision that is rolled out]:NUMBER:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Workloads\: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with or without a selector:_default' \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--revision=[Show the pods'\'' template of this revision]:NUMBER:_default' \
'-o+[With --revision\: what keeps it, as json, yaml, name, jsonpath=TEMPLATE or custom-columns=...]:FORMAT:_default' \
'--output=[With --revision\: what keeps it, as json, yaml, name, jsonpath=TEMPLATE or custom-columns=...]:FORMAT:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Workloads\: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with or without a selector:_default' \
&& ret=0
;;
(undo)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'(-f --filename -k --kustomize -l --selector)--release=[The whole release of this name, see \`trimtab releases\`]:NAME:_default' \
'--to-revision=[The revision to go back to; 0 for the one before]:NUMBER:_default' \
'--timeout=[With --release, how long to wait until all is ready; 0 for as long as it takes]:DURATION:_default' \
'--dry-run=[Only pretend\: \`client\` or \`server\`]::WHERE:((none\:"It is made"
client\:"Nothing is sent that would change anything"
server\:"The server goes through with it, and keeps nothing"))' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'-y[With --release, do not ask]' \
'--yes[With --release, do not ask]' \
'--force-conflicts[With --release, take over fields that others own]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Workloads\: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with or without a selector:_default' \
&& ret=0
;;
(promote)
_arguments "${_arguments_options[@]}" : \
'--release=[The release]:NAME:_default' \
'--timeout=[How long to wait until all is ready; 0 for as long as it takes]:DURATION:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--pause=[How long to wait after each step\: a duration, or \`manual\` to end there and go on by \`trimtab rollout promote\`]:DURATION:_default' \
'*--gate=[What must hold after each step, or all is taken back\: \`command=LINE\`, an address that answers, or \`prometheus=ADDRESS QUERY\`; can be given again]:GATE:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--full[Pass over the steps that are left]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(abort)
_arguments "${_arguments_options[@]}" : \
'--release=[The release]:NAME:_default' \
'--timeout=[How long to wait until all is ready; 0 for as long as it takes]:DURATION:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(pause)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Workloads\: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with or without a selector:_default' \
&& ret=0
;;
(resume)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Workloads\: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with or without a selector:_default' \
&& ret=0
;;
(restart)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Workloads\: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with or without a selector:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__rollout__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-rollout-help-command-$line[1]:"
        case $line[1] in
            (status)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(undo)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(promote)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(abort)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pause)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(resume)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(restart)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(scale)
_arguments "${_arguments_options[@]}" : \
'--replicas=[How many replicas there shall be]:COUNT:_default' \
'--current-replicas=[Only if so many are asked for now]:COUNT:_default' \
'--resource-version=[Only if the object has this resource version]:VERSION:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'--timeout=[Wait so long for the replicas to be there; without it or with 0, do not wait]:DURATION:_default' \
'--dry-run=[Only pretend\: \`client\` or \`server\`]::WHERE:((none\:"It is made"
client\:"Nothing is sent that would change anything"
server\:"The server goes through with it, and keeps nothing"))' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--all[Every object of the kinds]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Workloads\: `TYPE NAME ...` or `TYPE/NAME ...`:_default' \
&& ret=0
;;
(autoscale)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'--min=[So many replicas at least; 1 without it]:COUNT:_default' \
'--max=[So many replicas at most]:COUNT:_default' \
'(--cpu-percent)--cpu=[How much CPU pods shall use on average\: \`70%\` of what they ask for, or \`500m\`]:USAGE:_default' \
'--cpu-percent=[Taken for kubectl'\''s sake\: \`--cpu 70%\` is meant]:PERCENT:_default' \
'--memory=[How much memory pods shall use on average\: \`70%\` of what they ask for, or \`500Mi\`]:USAGE:_default' \
'--name=[The name of the autoscaler; that of what it scales without it]:NAME:_default' \
'-o+[Print the objects\: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'--output=[Print the objects\: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'--dry-run=[Only pretend\: \`client\` or \`server\`]::WHERE:((none\:"It is made"
client\:"Nothing is sent that would change anything"
server\:"The server goes through with it, and keeps nothing"))' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--all[Every object of the kinds]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Workloads\: `TYPE NAME ...` or `TYPE/NAME ...`:_default' \
&& ret=0
;;
(set)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_trimtab__subcmd__set_commands" \
"*::: :->set" \
&& ret=0

    case $state in
    (set)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-set-command-$line[1]:"
        case $line[1] in
            (image)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'-o+[Print the objects\: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'--output=[Print the objects\: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'--dry-run=[Only pretend\: \`client\` or \`server\`]::WHERE:((none\:"It is made"
client\:"Nothing is sent that would change anything"
server\:"The server goes through with it, and keeps nothing"))' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--all[Every object of the kinds]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- `TYPE NAME ...` or `TYPE/NAME ...`, and behind them `CONTAINER=IMAGE ...`; `*` is every container:_default' \
&& ret=0
;;
(env)
_arguments "${_arguments_options[@]}" : \
'-c+[The container, or several with \`*\` in their name]:NAME:_default' \
'--containers=[The container, or several with \`*\` in their name]:NAME:_default' \
'--from=[Take a variable from each key of a config map or secret\: \`configmap/NAME\` or \`secret/NAME\`]:TYPE/NAME:_default' \
'*--keys=[Of those only these keys]:KEY:_default' \
'--prefix=[What stands before the names of such variables]:TEXT:_default' \
'--overwrite=[Whether a variable may have another value already]::BOOL:(true false)' \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'-o+[Print the objects\: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'--output=[Print the objects\: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'--dry-run=[Only pretend\: \`client\` or \`server\`]::WHERE:((none\:"It is made"
client\:"Nothing is sent that would change anything"
server\:"The server goes through with it, and keeps nothing"))' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--list[Show the variables]' \
'--resolve[With --list, show the values of keys of config maps and secrets, too]' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--all[Every object of the kinds]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- `TYPE NAME ...` or `TYPE/NAME ...`, and behind them `NAME=VALUE` to set, `NAME-` to remove, `-` to read such lines from standard input:_default' \
&& ret=0
;;
(resources)
_arguments "${_arguments_options[@]}" : \
'-c+[The container, or several with \`*\` in their name]:NAME:_default' \
'--containers=[The container, or several with \`*\` in their name]:NAME:_default' \
'--requests=[What they ask for\: \`cpu=100m,memory=128Mi\`]:QUANTITIES:_default' \
'--limits=[What they may use at most\: \`cpu=200m,memory=256Mi\`]:QUANTITIES:_default' \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'-o+[Print the objects\: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'--output=[Print the objects\: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'--dry-run=[Only pretend\: \`client\` or \`server\`]::WHERE:((none\:"It is made"
client\:"Nothing is sent that would change anything"
server\:"The server goes through with it, and keeps nothing"))' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--all[Every object of the kinds]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Workloads\: `TYPE NAME ...` or `TYPE/NAME ...`:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__set__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-set-help-command-$line[1]:"
        case $line[1] in
            (image)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(env)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(resources)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(get)
_arguments "${_arguments_options[@]}" : \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'-o+[json, yaml, name, wide, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'--output=[json, yaml, name, wide, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'*-L+[Show these labels as columns]:LABEL:_default' \
'*--label-columns=[Show these labels as columns]:LABEL:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-A[Look in all namespaces]' \
'--all-namespaces[Look in all namespaces]' \
'-w[Go on showing changes]' \
'--watch[Go on showing changes]' \
'--watch-only[Show changes only, and not what is there already]' \
'--show-labels[Show all labels as the last column]' \
'--show-kind[Show the kind before each name]' \
'--no-headers[Leave the heading out]' \
'--show-managed-fields[Keep \`metadata.managedFields\` in JSON and YAML]' \
'--ignore-not-found[Succeed when an object that is named is not there]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Kinds, and names of objects\: `TYPE\[,TYPE\] \[NAME ...\]` or `TYPE/NAME ...`:_default' \
&& ret=0
;;
(describe)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--show-events=[Show the events of each object]::BOOL:(true false)' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'-A[Look in all namespaces]' \
'--all-namespaces[Look in all namespaces]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Kinds, and names of objects or their beginning\: `TYPE\[,TYPE\] \[NAME ...\]` or `TYPE/NAME ...`:_default' \
&& ret=0
;;
(wait)
_arguments "${_arguments_options[@]}" : \
'--for=[What to wait for\: \`condition=NAME\[=VALUE\]\`, \`jsonpath=PATH\[=VALUE\]\`, \`create\` or \`delete\`]:GOAL:_default' \
'--timeout=[How long; 0 looks once]:DURATION:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--all[Every object of the kinds]' \
'-A[Look in all namespaces]' \
'--all-namespaces[Look in all namespaces]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Objects\: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with a selector:_default' \
&& ret=0
;;
(events)
_arguments "${_arguments_options[@]}" : \
'--for=[Only events about this object]:TYPE/NAME:_default' \
'*--types=[Only events of these types\: Normal, Warning]:TYPE:_default' \
'-o+[Print the objects\: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'--output=[Print the objects\: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME\:PATH,...]:FORMAT:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-A[Look in all namespaces]' \
'--all-namespaces[Look in all namespaces]' \
'-w[Go on showing events]' \
'--watch[Go on showing events]' \
'--no-headers[Leave the heading out]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(logs)
_arguments "${_arguments_options[@]}" : \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'(--all-containers)-c+[The container]:NAME:_default' \
'(--all-containers)--container=[The container]:NAME:_default' \
'(--since-time)--since=[Only what is not older than this]:DURATION:_default' \
'--since-time=[Only what is not older\: \`2026-01-31T12\:00\:00Z\`]:TIME:_default' \
'--tail=[So many lines at most, the last ones; -1 for all. With a selector 10 unless it is said]:LINES:_default' \
'--limit-bytes=[So many bytes at most of each container]:BYTES:_default' \
'--max-log-requests=[So many logs are followed at once at most]:COUNT:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--all-containers[All containers of each pod]' \
'--all-pods[All pods of a workload]' \
'-f[Go on as long as the containers run]' \
'--follow[Go on as long as the containers run]' \
'-p[That of the container before the present one]' \
'--previous[That of the container before the present one]' \
'--timestamps[Begin each line with its time]' \
'--prefix[Begin each line with the pod and the container that it is from]' \
'--ignore-errors[Go on with the others when one cannot be had]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- A pod, or `TYPE/NAME` of what has pods; and behind it a container:_default' \
&& ret=0
;;
(delete)
_arguments "${_arguments_options[@]}" : \
'*-f+[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'*--filename=[File, directory or web address with objects, or \`-\` for standard input; can be given again]:PATH:_default' \
'(-f --filename -R --recursive)-k+[Directory with a kustomization to build]:DIR:_default' \
'(-f --filename -R --recursive)--kustomize=[Directory with a kustomization to build]:DIR:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'-l+[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--selector=[Only objects with these labels\: \`a=b,c!=d,e in (f,g),h,!i\`]:LABELS:_default' \
'--field-selector=[Only objects with these fields\: \`status.phase=Running\`]:FIELDS:_default' \
'--cascade=[What becomes of what the objects own]::POLICY:((background\:"It is deleted afterwards"
foreground\:"It is deleted before"
orphan\:"It stays"))' \
'--grace-period=[Seconds that processes get to end; without it, what the objects say]:SECONDS:_default' \
'--wait=[Wait until the objects are gone]::BOOL:(true false)' \
'--timeout=[How long to wait; 0 for as long as it takes]:DURATION:_default' \
'--ignore-not-found=[Succeed when an object is not there]::BOOL:(true false)' \
'-o+[\`name\` prints names only]:FORMAT:((name\:"\`TYPE/NAME\`"))' \
'--output=[\`name\` prints names only]:FORMAT:((name\:"\`TYPE/NAME\`"))' \
'--dry-run=[Only pretend\: \`client\` or \`server\`]::WHERE:((none\:"It is made"
client\:"Nothing is sent that would change anything"
server\:"The server goes through with it, and keeps nothing"))' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-R[Look into the directories below, too]' \
'--recursive[Look into the directories below, too]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--all[Every object of the kinds]' \
'-A[Look in all namespaces]' \
'--all-namespaces[Look in all namespaces]' \
'--force[Do not wait for processes to end\: the same as --grace-period=0]' \
'(--grace-period)--now[The same as --grace-period=1]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Objects\: `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with a selector or --all:_default' \
&& ret=0
;;
(releases)
_arguments "${_arguments_options[@]}" : \
'-o+[How to show them]:FORMAT:((wide\:"With source, pipeline run and description"
name\:"Names only, with the revision"
json\:""
yaml\:""))' \
'--output=[How to show them]:FORMAT:((wide\:"With source, pipeline run and description"
name\:"Names only, with the revision"
json\:""
yaml\:""))' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-A[Look in all namespaces]' \
'--all-namespaces[Look in all namespaces]' \
'--no-headers[Leave the heading out]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::name -- Show all revisions of this release:_default' \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
'--dry-run=[Only show what would be deleted\: \`client\` or \`server\`]::WHERE:((none\:"It is made"
client\:"Nothing is sent that would change anything"
server\:"The server goes through with it, and keeps nothing"))' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'-y[Do not ask]' \
'--yes[Do not ask]' \
'--prune-namespaces[Delete namespaces, too, and all that is in them]' \
'--prune-volume-claims[Delete volume claims, too, and what is stored in their volumes]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':name -- The release, see `trimtab releases`:_default' \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
'--timeout=[How long to wait until all is ready; 0 for as long as it takes]:DURATION:_default' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--cache-dir=[Where fetched repositories and files are kept \[default\: trimtab in the user'\''s cache directory\]]:DIR:_files' \
'--helm-command=[The helm program\: a path, or a name that is looked for in the PATH]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API version that charts see which say none themselves; may be given again]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see which say none themselves]:VERSION:_default' \
'--network-name=[The network they use then, instead of the machine'\''s own]:NAME:_default' \
'*--mount=[Mount this into all their containers\: \`type=bind,src=PATH,dst=PATH\[,rw=true\]\`]:MOUNT:_default' \
'*-e+[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'*--env=[Set this variable for all functions; without a value, containers get the one it has here]:NAME[=VALUE]:_default' \
'--port=[The port to listen on, on the loopback address; 0 is any that is free. Without it the one of the last time, or 6443, or any that is free]:PORT:_default' \
'--kubeconfig=[The kubeconfig to put the context into; without it the first of \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--egress=[Which addresses webhooks and other API servers may be dialled at\: \`all\`, or those of this machine'\''s \`loopback\` only]:WHICH:_default' \
'--nodes=[How many nodes to simulate]:N:_default' \
'--pod-ready-after=[How long a simulated pod takes to be ready, such as 500ms; without it as long as a small image and a quick program need]:DURATION:_default' \
'--scenario=[A file that says which pods fail, and how (see docs/control-plane.md)]:FILE:_files' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--once[End as soon as all is ready, or is known not to be]' \
'--offline[Use only what is in the cache, never the network]' \
'--locked[Refuse what \`trimtab.lock\` beside the target does not name]' \
'--enable-helm[Inflate Helm charts with your helm, versions 3 and 4]' \
'--helm-debug[Let helm tell more when it fails]' \
'--enable-alpha-plugins[Run functions in containers, plugins and helm when a kustomization asks for them]' \
'--enable-exec[Run functions that are programs of this machine too; needs --enable-alpha-plugins]' \
'--network[Let functions in containers use the network, where they ask for it]' \
'--as-current-user[Run containers as the user who calls, instead of as \`nobody\`]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::target -- Directory to build:_default' \
&& ret=0
;;
(up)
_arguments "${_arguments_options[@]}" : \
'--port=[The port to listen on, on the loopback address; 0 is any that is free. Without it the one of the last time, or 6443, or any that is free]:PORT:_default' \
'--kubeconfig=[The kubeconfig to put the context into; without it the first of \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--egress=[Which addresses webhooks and other API servers may be dialled at\: \`all\`, or those of this machine'\''s \`loopback\` only]:WHICH:_default' \
'--nodes=[How many nodes to simulate]:N:_default' \
'--pod-ready-after=[How long a simulated pod takes to be ready, such as 500ms; without it as long as a small image and a quick program need]:DURATION:_default' \
'--scenario=[A file that says which pods fail, and how (see docs/control-plane.md)]:FILE:_files' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--detach[Return once it is ready, and leave it running]' \
'(--detach)--detached[Be the one that was left running]' \
'--ephemeral[Keep all objects in memory and forget them at the end]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::name -- Which one, if there is to be more than one:_default' \
&& ret=0
;;
(down)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'()--all[All of them]' \
'--purge[Also delete its store, certificates and log]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::name -- Which one, if it was given a name:_default' \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
'-o+[How to print it]:OUTPUT:((text\:"For people"
json\:"For programs"))' \
'--output=[How to print it]:OUTPUT:((text\:"For people"
json\:"For programs"))' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::name -- Which one; without it the one that `trimtab up` started, or the only one that runs:_default' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'-o+[How to print them]:OUTPUT:((text\:"For people"
json\:"For programs"
name\:"Only the names, one a line"))' \
'--output=[How to print them]:OUTPUT:((text\:"For people"
json\:"For programs"
name\:"Only the names, one a line"))' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(backup)
_arguments "${_arguments_options[@]}" : \
'(--kubeconfig)--data-dir=[The data directory of a \`trimtab server\` that is stopped]:DIR:_files' \
'()--kubeconfig=[A kubeconfig whose current context leads to a \`trimtab server\` that runs, as its administrator]:FILE:_files' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::name -- Which one of `trimtab up`, if it was given a name:_default' \
':file -- The file to write, which must not exist:_files' \
&& ret=0
;;
(restore)
_arguments "${_arguments_options[@]}" : \
'()--data-dir=[The data directory of a \`trimtab server\`]:DIR:_files' \
'--advance=[How many revisions to leave out behind those of the copy; with 0 it is as it was, history included, which is safe only where no client has seen anything later]:COUNT:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--replace[Take the place of a store that is there]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::name -- Which one of `trimtab up`, if it has a name, or shall have one:_default' \
':file -- The file that `trimtab backup` wrote:_files' \
&& ret=0
;;
(server)
_arguments "${_arguments_options[@]}" : \
'--bind-address=[The address to listen on]:IP:_default' \
'--secure-port=[The port to listen on, with TLS; 0 is any that is free]:PORT:_default' \
'(--ephemeral)--data-dir=[Where the store is kept]:DIR:_files' \
'--service-cluster-ip-range=[The addresses that Services get]:CIDR:_default' \
'--egress=[Which addresses webhooks and other API servers may be dialled at\: \`all\`, or those of this machine'\''s \`loopback\` only]:WHICH:_default' \
'--write-kubeconfig=[Write a kubeconfig for the administrator to this file]:FILE:_files' \
'--cert-dir=[Where certificates and keys are kept, and made if they are missing; without it \`pki\` in the data directory, or nowhere if it is ephemeral]:DIR:_files' \
'--tls-cert-file=[The certificate to show to clients, PEM, with intermediate ones behind it]:FILE:_files' \
'--tls-private-key-file=[Its key, PEM]:FILE:_files' \
'--client-ca-file=[Authorities, PEM, that vouch for client certificates beside trimtab'\''s own]:FILE:_files' \
'--token-auth-file=[Bearer tokens\: lines of \`token,user,uid,"group1,group2"\`]:FILE:_files' \
'*--authorization-mode=[Who decides what requests may do, in order\: Node, RBAC, \`AlwaysAllow\`, \`AlwaysDeny\`]:MODES:_default' \
'--anonymous-auth=[Whether requests without credentials are let in, as system\:anonymous; never with the mode \`AlwaysAllow\`]::BOOL:(true false)' \
'--enable-bootstrap-token-auth=[Whether nodes can join by bootstrap tokens, which are Secrets in kube-system]::BOOL:(true false)' \
'--service-account-signing-key-file=[The key that signs tokens of service accounts\: RSA or ECDSA, PEM; without it \`sa.key\` beside the certificates]:FILE:_files' \
'*--service-account-key-file=[Keys whose signatures of tokens are good, too\: public or private, PEM; may be repeated]:FILE:_files' \
'*--service-account-issuer=[Who issues tokens of service accounts; tokens of further ones, if repeated, are good, too]:URL:_default' \
'*--api-audiences=[For whom tokens are that are for this server; without it, the issuers]:NAMES:_default' \
'--service-account-jwks-uri=[Where the keys of the issuer are found, as its discovery tells it]:URL:_default' \
'--service-account-max-token-expiration=[How long tokens of service accounts may be good for, at most]:TIME:_default' \
'--service-account-extend-token-expiration=[Whether the token that a pod finds in its volume is good for a year]::BOOL:(true false)' \
'--audit-log-path=[Write an audit log to this file, a line of JSON an event; \`-\` is standard output]:FILE:_files' \
'--audit-policy-file=[What the audit log tells\: a Policy of audit.k8s.io/v1; without it everything, without bodies]:FILE:_files' \
'--audit-log-maxsize=[How large the audit log gets, in mebibytes, before another file is begun]:MIB:_default' \
'--audit-log-maxbackup=[How many older files of the audit log are kept; 0 is all]:COUNT:_default' \
'--audit-log-maxage=[How many days older files of the audit log are kept; 0 is for ever]:DAYS:_default' \
'--proxy-client-cert-file=[The certificate to show to aggregated API servers, PEM; without it, and without an authority of your own, trimtab makes one]:FILE:_files' \
'--proxy-client-key-file=[Its key, PEM]:FILE:_files' \
'--requestheader-client-ca-file=[Authorities, PEM, whose certificates may say in headers whose a request is; aggregated API servers are told of them, too]:FILE:_files' \
'*--requestheader-allowed-names=[The common names that such a certificate may have, separated by commas; none is any]:NAMES:_default' \
'*--requestheader-username-headers=[Headers of which the first that is there names the user]:HEADERS:_default' \
'*--requestheader-uid-headers=[Headers of which the first that is there tells the user'\''s uid]:HEADERS:_default' \
'*--requestheader-group-headers=[Headers that name the user'\''s groups]:HEADERS:_default' \
'*--requestheader-extra-headers-prefix=[What the headers begin with that tell anything else]:PREFIXES:_default' \
'--max-requests-inflight=[How many requests that change nothing are answered at once; together with those that change something, it is what priority levels share. 0 and 0 is without limit]:COUNT:_default' \
'--max-mutating-requests-inflight=[How many requests that change something are answered at once]:COUNT:_default' \
'--request-timeout=[How long a request may take that is answered whole\: 60s, 2m30s]:TIME:_default' \
'--min-request-timeout=[How long a watch goes on, at least, that does not say how long it wants to, in seconds; it is up to twice that]:SECONDS:_default' \
'--encryption-provider-config=[Which objects are encrypted at rest, and how\: an \`EncryptionConfiguration\` of Kubernetes]:FILE:_files' \
'--controllers=[Which controllers run\: \`*\` all, \`NAME\` this one, \`-NAME\` not this one, \`-*\` none but those named; separated by commas]:NAMES:_default' \
'--scheduler=[Whether the scheduler runs]::BOOL:(true false)' \
'*--enable-admission-plugins=[Admission plugins to run beside those that run anyway, separated by commas]:NAMES:_default' \
'*--disable-admission-plugins=[Admission plugins not to run, separated by commas]:NAMES:_default' \
'--admission-control-config-file=[What admission plugins are told\: an \`AdmissionConfiguration\` of Kubernetes]:FILE:_files' \
'*--feature-gates=[Features that are on or off, as Kubernetes 1.36 has them by default\: NAME=true, NAME=false. Others than those are refused]:GATES:_default' \
'*--runtime-config=[Group versions that are served\: \`apps/v1=true\`, \`api/alpha=false\`. Others than those are refused]:VERSIONS:_default' \
'--nodes=[How many nodes to simulate]:N:_default' \
'--pod-ready-after=[How long a simulated pod takes to be ready, such as 500ms; without it as long as a small image and a quick program need]:DURATION:_default' \
'--scenario=[A file that says which pods fail, and how (see docs/control-plane.md)]:FILE:_files' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--ephemeral[Keep all objects in memory and forget them at the end]' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(controllers)
_arguments "${_arguments_options[@]}" : \
'--controllers=[Which controllers run\: \`*\` all, \`NAME\` this one, \`-NAME\` not this one, \`-*\` none but those named; separated by commas]:NAMES:_default' \
'--root-ca-file=[The certificate authority, PEM, that pods are told to trust, in the \`ConfigMap\` \`kube-root-ca.crt\` of every namespace]:FILE:_files' \
'--leader-elect=[Whether to wait for a lease before working, so that of several only one does]::BOOL:(true false)' \
'--leader-elect-lease-duration=[How long others wait for a leader that is not heard of before they take its place]:DURATION:_default' \
'--leader-elect-renew-deadline=[How long a leader tries to renew its lease before it gives up; less than the lease holds]:DURATION:_default' \
'--leader-elect-retry-period=[How long to wait from one try to take or renew the lease to the next]:DURATION:_default' \
'--leader-elect-resource-name=[The name of the lease; without it the one that Kubernetes'\'' own program has]:NAME:_default' \
'--leader-elect-resource-namespace=[The namespace of the lease]:NAMESPACE:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(scheduler)
_arguments "${_arguments_options[@]}" : \
'--leader-elect=[Whether to wait for a lease before working, so that of several only one does]::BOOL:(true false)' \
'--leader-elect-lease-duration=[How long others wait for a leader that is not heard of before they take its place]:DURATION:_default' \
'--leader-elect-renew-deadline=[How long a leader tries to renew its lease before it gives up; less than the lease holds]:DURATION:_default' \
'--leader-elect-retry-period=[How long to wait from one try to take or renew the lease to the next]:DURATION:_default' \
'--leader-elect-resource-name=[The name of the lease; without it the one that Kubernetes'\'' own program has]:NAME:_default' \
'--leader-elect-resource-namespace=[The namespace of the lease]:NAMESPACE:_default' \
'--kubeconfig=[The kubeconfig file; without it \`\$KUBECONFIG\`, or \`~/.kube/config\`]:FILE:_files' \
'--context=[The kubeconfig context to use instead of the current one]:NAME:_default' \
'-n+[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'--namespace=[The namespace of what names none; without it that of the context]:NAMESPACE:_default' \
'-v+[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--verbosity=[What to log to standard error\: \`off\`, \`error\`, \`warn\`, \`info\`, \`debug\`, \`trace\`, or \`TARGET=LEVEL,...\` for single parts]:LEVEL:_default' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(version)
_arguments "${_arguments_options[@]}" : \
'-o+[Print more, in this form]:FORMAT:((yaml\:"YAML"
json\:"JSON"))' \
'--output=[Print more, in this form]:FORMAT:((yaml\:"YAML"
json\:"JSON"))' \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(completion)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':shell -- The shell to complete for:(bash elvish fish powershell zsh)' \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
'--error-format=[How errors and warnings are told, on standard error]:FORMAT:((text\:"For people\: the line, a caret, what was expected and what to do"
json\:"One JSON object"
sarif\:"SARIF 2.1.0, for code scanning"
github\:"Workflow commands of GitHub Actions, which annotate the lines"))' \
'*--allow=[Warnings not to tell, by their code, such as \`unused-image\`; can be given again]:CODE:_default' \
'*--deny=[Warnings to take for errors, by their code; can be given again]:CODE:_default' \
'--strict[Take warnings about files for errors\: nothing is printed to standard output, and the status is 1]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::command -- The command to explain; trimtab itself if none is named:(build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man)' \
'*::subcommands -- A command below it, and one below that:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-help-command-$line[1]:"
        case $line[1] in
            (build)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(explain)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(create)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(edit)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__help__subcmd__edit_commands" \
"*::: :->edit" \
&& ret=0

    case $state in
    (edit)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-help-edit-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__help__subcmd__edit__subcmd__add_commands" \
"*::: :->add" \
&& ret=0

    case $state in
    (add)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-help-edit-add-command-$line[1]:"
        case $line[1] in
            (resource)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(patch)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(component)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(configmap)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(base)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(transformer)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(configuration)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(generator)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(set)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__help__subcmd__edit__subcmd__set_commands" \
"*::: :->set" \
&& ret=0

    case $state in
    (set)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-help-edit-set-command-$line[1]:"
        case $line[1] in
            (configmap)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(nameprefix)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(namesuffix)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(namespace)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(image)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(replicas)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(remove)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__help__subcmd__edit__subcmd__remove_commands" \
"*::: :->remove" \
&& ret=0

    case $state in
    (remove)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-help-edit-remove-command-$line[1]:"
        case $line[1] in
            (configmap)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(secret)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(resource)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(component)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(label)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(annotation)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(patch)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(transformer)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(buildmetadata)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(fix)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(alpha-list-builtin-plugin)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(check)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rehearse)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(snapshot)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(localize)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(cfg)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__help__subcmd__cfg_commands" \
"*::: :->cfg" \
&& ret=0

    case $state in
    (cfg)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-help-cfg-command-$line[1]:"
        case $line[1] in
            (cat)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(count)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(grep)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(tree)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(fn)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__help__subcmd__fn_commands" \
"*::: :->fn" \
&& ret=0

    case $state in
    (fn)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-help-fn-command-$line[1]:"
        case $line[1] in
            (run)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(lock)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(plan)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(apply)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rollout)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__help__subcmd__rollout_commands" \
"*::: :->rollout" \
&& ret=0

    case $state in
    (rollout)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-help-rollout-command-$line[1]:"
        case $line[1] in
            (status)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(undo)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(promote)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(abort)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pause)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(resume)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(restart)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(scale)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(autoscale)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(set)
_arguments "${_arguments_options[@]}" : \
":: :_trimtab__subcmd__help__subcmd__set_commands" \
"*::: :->set" \
&& ret=0

    case $state in
    (set)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:trimtab-help-set-command-$line[1]:"
        case $line[1] in
            (image)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(env)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(resources)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(get)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(describe)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(wait)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(events)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(logs)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(delete)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(releases)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(up)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(down)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(backup)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(restore)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(server)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(controllers)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(scheduler)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(version)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(completion)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
}

(( $+functions[_trimtab_commands] )) ||
_trimtab_commands() {
    local commands; commands=(
'build:Print the complete resources that a kustomization describes' \
'explain:Say where the fields of a resource come from' \
'create:Make a kustomization file in the current directory' \
'init:Make a kustomization file in the current directory' \
'edit:Change the kustomization file in the current directory' \
'check:Check what overlays render to, without a cluster' \
'rehearse:Play a rollout before it happens' \
'snapshot:Verify that overlays render to what their snapshots say' \
'localize:Copy a kustomization, with all it reads from elsewhere, into a new directory' \
'cfg:Look at directories of Kubernetes objects\: draw, count, search or print them' \
'fn:Run functions on directories of Kubernetes objects, whether or not there is a kustomization' \
'lock:Pin everything that a kustomization fetches to a commit and a digest' \
'diff:Show how objects differ from the cluster, or two renderings from each other' \
'plan:Show what an apply would do, and keep it to be applied exactly so' \
'apply:Bring objects to the cluster, and wait until they are ready' \
'rollout:Watch, undo, stop and repeat the rollouts of workloads' \
'scale:Set the number of replicas of workloads' \
'autoscale:Let the number of replicas follow the load' \
'set:Change images, environment and resources of workloads' \
'get:Show objects of the cluster' \
'describe:Show objects in full, with their events and what belongs to them' \
'wait:Wait until objects meet a condition' \
'events:Show events, the newest last' \
'logs:Show what containers print' \
'delete:Delete objects' \
'releases:List releases, or the revisions of one' \
'prune:Delete what a release no longer describes' \
'run:Build a directory and run it on a control plane of its own' \
'up:Start a Kubernetes control plane with simulated nodes' \
'down:Stop a control plane that \`trimtab up\` started' \
'status:Show a control plane that \`trimtab up\` or \`trimtab run\` started' \
'list:List your control planes' \
'backup:Copy the objects of a control plane into a file' \
'restore:Make what \`trimtab backup\` copied the store of a control plane' \
'server:Run a Kubernetes control plane with explicit flags' \
'controllers:Run Kubernetes'\'' controllers against any API server' \
'scheduler:Run a Kubernetes scheduler against any API server' \
'version:Print the version' \
'completion:Print a completion script for a shell' \
'man:Print a manual page, for \`man -l -\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__apply_commands] )) ||
_trimtab__subcmd__apply_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab apply commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__autoscale_commands] )) ||
_trimtab__subcmd__autoscale_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab autoscale commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__backup_commands] )) ||
_trimtab__subcmd__backup_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab backup commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__build_commands] )) ||
_trimtab__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab build commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__cfg_commands] )) ||
_trimtab__subcmd__cfg_commands() {
    local commands; commands=(
'cat:Print the objects in a directory' \
'count:Count the objects in a directory, kind by kind' \
'grep:Print the objects that have a field that is like this or that' \
'tree:Draw the objects in a directory as a tree' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab cfg commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__cfg__subcmd__cat_commands] )) ||
_trimtab__subcmd__cfg__subcmd__cat_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab cfg cat commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__cfg__subcmd__count_commands] )) ||
_trimtab__subcmd__cfg__subcmd__count_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab cfg count commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__cfg__subcmd__grep_commands] )) ||
_trimtab__subcmd__cfg__subcmd__grep_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab cfg grep commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__cfg__subcmd__help_commands] )) ||
_trimtab__subcmd__cfg__subcmd__help_commands() {
    local commands; commands=(
'cat:Print the objects in a directory' \
'count:Count the objects in a directory, kind by kind' \
'grep:Print the objects that have a field that is like this or that' \
'tree:Draw the objects in a directory as a tree' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab cfg help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__cfg__subcmd__help__subcmd__cat_commands] )) ||
_trimtab__subcmd__cfg__subcmd__help__subcmd__cat_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab cfg help cat commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__cfg__subcmd__help__subcmd__count_commands] )) ||
_trimtab__subcmd__cfg__subcmd__help__subcmd__count_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab cfg help count commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__cfg__subcmd__help__subcmd__grep_commands] )) ||
_trimtab__subcmd__cfg__subcmd__help__subcmd__grep_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab cfg help grep commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__cfg__subcmd__help__subcmd__help_commands] )) ||
_trimtab__subcmd__cfg__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab cfg help help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__cfg__subcmd__help__subcmd__tree_commands] )) ||
_trimtab__subcmd__cfg__subcmd__help__subcmd__tree_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab cfg help tree commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__cfg__subcmd__tree_commands] )) ||
_trimtab__subcmd__cfg__subcmd__tree_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab cfg tree commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__check_commands] )) ||
_trimtab__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab check commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__completion_commands] )) ||
_trimtab__subcmd__completion_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab completion commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__controllers_commands] )) ||
_trimtab__subcmd__controllers_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab controllers commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__create_commands] )) ||
_trimtab__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab create commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__delete_commands] )) ||
_trimtab__subcmd__delete_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab delete commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__describe_commands] )) ||
_trimtab__subcmd__describe_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab describe commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__diff_commands] )) ||
_trimtab__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab diff commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__down_commands] )) ||
_trimtab__subcmd__down_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab down commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit_commands] )) ||
_trimtab__subcmd__edit_commands() {
    local commands; commands=(
'add:Add something to the kustomization file' \
'set:Set something in the kustomization file' \
'remove:Remove something from the kustomization file' \
'fix:Give the fields of older forms in the kustomization file the form of today' \
'alpha-list-builtin-plugin:List the built-in generators and transformers' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab edit commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add_commands] )) ||
_trimtab__subcmd__edit__subcmd__add_commands() {
    local commands; commands=(
'resource:Add files, directories or repositories to \`resources\`' \
'patch:Add an item to \`patches\`' \
'component:Add files, directories or repositories to \`components\`' \
'secret:Add to a secret generator, or make one' \
'configmap:Add to a config map generator, or make one' \
'base:Add directories, with commas between them, to \`resources\`' \
'buildmetadata:Add options, with commas between them, to \`buildMetadata\`' \
'label:Add labels to \`commonLabels\` or \`labels\`' \
'annotation:Add annotations to \`commonAnnotations\`' \
'transformer:Add files to \`transformers\`' \
'configuration:Add files to \`configurations\`' \
'generator:Add files to \`generators\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab edit add commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__annotation_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__base_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__base_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add base commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__component_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__component_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add component commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__configmap_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__configuration_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__configuration_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add configuration commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__generator_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__generator_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add generator commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help_commands() {
    local commands; commands=(
'resource:Add files, directories or repositories to \`resources\`' \
'patch:Add an item to \`patches\`' \
'component:Add files, directories or repositories to \`components\`' \
'secret:Add to a secret generator, or make one' \
'configmap:Add to a config map generator, or make one' \
'base:Add directories, with commas between them, to \`resources\`' \
'buildmetadata:Add options, with commas between them, to \`buildMetadata\`' \
'label:Add labels to \`commonLabels\` or \`labels\`' \
'annotation:Add annotations to \`commonAnnotations\`' \
'transformer:Add files to \`transformers\`' \
'configuration:Add files to \`configurations\`' \
'generator:Add files to \`generators\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab edit add help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__annotation_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__base_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__base_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help base commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__component_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__component_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help component commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__configmap_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__configuration_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__configuration_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help configuration commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__generator_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__generator_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help generator commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__help_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__label_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__patch_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__patch_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help patch commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__resource_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__resource_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help resource commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__secret_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__transformer_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__help__subcmd__transformer_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add help transformer commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__label_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__patch_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__patch_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add patch commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__resource_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__resource_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add resource commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__secret_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__add__subcmd__transformer_commands] )) ||
_trimtab__subcmd__edit__subcmd__add__subcmd__transformer_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit add transformer commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__alpha-list-builtin-plugin_commands] )) ||
_trimtab__subcmd__edit__subcmd__alpha-list-builtin-plugin_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit alpha-list-builtin-plugin commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__fix_commands] )) ||
_trimtab__subcmd__edit__subcmd__fix_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit fix commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help_commands] )) ||
_trimtab__subcmd__edit__subcmd__help_commands() {
    local commands; commands=(
'add:Add something to the kustomization file' \
'set:Set something in the kustomization file' \
'remove:Remove something from the kustomization file' \
'fix:Give the fields of older forms in the kustomization file the form of today' \
'alpha-list-builtin-plugin:List the built-in generators and transformers' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab edit help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add_commands() {
    local commands; commands=(
'resource:Add files, directories or repositories to \`resources\`' \
'patch:Add an item to \`patches\`' \
'component:Add files, directories or repositories to \`components\`' \
'secret:Add to a secret generator, or make one' \
'configmap:Add to a config map generator, or make one' \
'base:Add directories, with commas between them, to \`resources\`' \
'buildmetadata:Add options, with commas between them, to \`buildMetadata\`' \
'label:Add labels to \`commonLabels\` or \`labels\`' \
'annotation:Add annotations to \`commonAnnotations\`' \
'transformer:Add files to \`transformers\`' \
'configuration:Add files to \`configurations\`' \
'generator:Add files to \`generators\`' \
    )
    _describe -t commands 'trimtab edit help add commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__annotation_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__base_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__base_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add base commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__component_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__component_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add component commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__configmap_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__configuration_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__configuration_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add configuration commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__generator_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__generator_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add generator commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__label_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__patch_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__patch_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add patch commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__resource_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__resource_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add resource commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__secret_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__transformer_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__add__subcmd__transformer_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help add transformer commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__alpha-list-builtin-plugin_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__alpha-list-builtin-plugin_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help alpha-list-builtin-plugin commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__fix_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__fix_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help fix commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__help_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__remove_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__remove_commands() {
    local commands; commands=(
'configmap:Remove config map generators' \
'secret:Remove secret generators' \
'resource:Remove entries of \`resources\`' \
'component:Remove entries of \`components\`' \
'label:Remove labels from \`commonLabels\`' \
'annotation:Remove annotations from \`commonAnnotations\`' \
'patch:Remove the items of \`patches\` that have exactly these fields' \
'transformer:Remove entries of \`transformers\`' \
'buildmetadata:Remove options, with commas between them, from \`buildMetadata\`' \
    )
    _describe -t commands 'trimtab edit help remove commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__annotation_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help remove annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help remove buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__component_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__component_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help remove component commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__configmap_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help remove configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__label_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help remove label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__patch_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__patch_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help remove patch commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__resource_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__resource_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help remove resource commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__secret_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help remove secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__transformer_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__remove__subcmd__transformer_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help remove transformer commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__set_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__set_commands() {
    local commands; commands=(
'configmap:Change literals or the namespace of a config map generator' \
'secret:Change literals or the namespace of a secret generator' \
'nameprefix:Set \`namePrefix\`' \
'namesuffix:Set \`nameSuffix\`' \
'namespace:Set \`namespace\`' \
'image:Set new names, tags and digests of images' \
'buildmetadata:Make options, with commas between them, the only ones of \`buildMetadata\`' \
'replicas:Set numbers of replicas' \
'label:Set labels in \`commonLabels\`' \
'annotation:Set annotations in \`commonAnnotations\`' \
    )
    _describe -t commands 'trimtab edit help set commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__annotation_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help set annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help set buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__configmap_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help set configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__image_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__image_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help set image commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__label_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help set label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__nameprefix_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__nameprefix_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help set nameprefix commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__namespace_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__namespace_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help set namespace commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__namesuffix_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__namesuffix_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help set namesuffix commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__replicas_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__replicas_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help set replicas commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__secret_commands] )) ||
_trimtab__subcmd__edit__subcmd__help__subcmd__set__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit help set secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove_commands() {
    local commands; commands=(
'configmap:Remove config map generators' \
'secret:Remove secret generators' \
'resource:Remove entries of \`resources\`' \
'component:Remove entries of \`components\`' \
'label:Remove labels from \`commonLabels\`' \
'annotation:Remove annotations from \`commonAnnotations\`' \
'patch:Remove the items of \`patches\` that have exactly these fields' \
'transformer:Remove entries of \`transformers\`' \
'buildmetadata:Remove options, with commas between them, from \`buildMetadata\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab edit remove commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__annotation_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__component_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__component_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove component commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__configmap_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__help_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__help_commands() {
    local commands; commands=(
'configmap:Remove config map generators' \
'secret:Remove secret generators' \
'resource:Remove entries of \`resources\`' \
'component:Remove entries of \`components\`' \
'label:Remove labels from \`commonLabels\`' \
'annotation:Remove annotations from \`commonAnnotations\`' \
'patch:Remove the items of \`patches\` that have exactly these fields' \
'transformer:Remove entries of \`transformers\`' \
'buildmetadata:Remove options, with commas between them, from \`buildMetadata\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab edit remove help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__annotation_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove help annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove help buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__component_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__component_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove help component commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__configmap_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove help configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__help_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove help help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__label_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove help label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__patch_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__patch_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove help patch commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__resource_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__resource_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove help resource commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__secret_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove help secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__transformer_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__help__subcmd__transformer_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove help transformer commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__label_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__patch_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__patch_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove patch commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__resource_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__resource_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove resource commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__secret_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__remove__subcmd__transformer_commands] )) ||
_trimtab__subcmd__edit__subcmd__remove__subcmd__transformer_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit remove transformer commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set_commands] )) ||
_trimtab__subcmd__edit__subcmd__set_commands() {
    local commands; commands=(
'configmap:Change literals or the namespace of a config map generator' \
'secret:Change literals or the namespace of a secret generator' \
'nameprefix:Set \`namePrefix\`' \
'namesuffix:Set \`nameSuffix\`' \
'namespace:Set \`namespace\`' \
'image:Set new names, tags and digests of images' \
'buildmetadata:Make options, with commas between them, the only ones of \`buildMetadata\`' \
'replicas:Set numbers of replicas' \
'label:Set labels in \`commonLabels\`' \
'annotation:Set annotations in \`commonAnnotations\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab edit set commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__annotation_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__configmap_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help_commands() {
    local commands; commands=(
'configmap:Change literals or the namespace of a config map generator' \
'secret:Change literals or the namespace of a secret generator' \
'nameprefix:Set \`namePrefix\`' \
'namesuffix:Set \`nameSuffix\`' \
'namespace:Set \`namespace\`' \
'image:Set new names, tags and digests of images' \
'buildmetadata:Make options, with commas between them, the only ones of \`buildMetadata\`' \
'replicas:Set numbers of replicas' \
'label:Set labels in \`commonLabels\`' \
'annotation:Set annotations in \`commonAnnotations\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab edit set help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__annotation_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set help annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set help buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__configmap_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set help configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__help_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set help help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__image_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__image_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set help image commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__label_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set help label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__nameprefix_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__nameprefix_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set help nameprefix commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__namespace_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__namespace_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set help namespace commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__namesuffix_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__namesuffix_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set help namesuffix commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__replicas_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__replicas_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set help replicas commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__secret_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__help__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set help secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__image_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__image_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set image commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__label_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__nameprefix_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__nameprefix_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set nameprefix commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__namespace_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__namespace_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set namespace commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__namesuffix_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__namesuffix_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set namesuffix commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__replicas_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__replicas_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set replicas commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__edit__subcmd__set__subcmd__secret_commands] )) ||
_trimtab__subcmd__edit__subcmd__set__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab edit set secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__events_commands] )) ||
_trimtab__subcmd__events_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab events commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__explain_commands] )) ||
_trimtab__subcmd__explain_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab explain commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__fn_commands] )) ||
_trimtab__subcmd__fn_commands() {
    local commands; commands=(
'run:Run the functions that a directory declares on its objects' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab fn commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__fn__subcmd__help_commands] )) ||
_trimtab__subcmd__fn__subcmd__help_commands() {
    local commands; commands=(
'run:Run the functions that a directory declares on its objects' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab fn help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__fn__subcmd__help__subcmd__help_commands] )) ||
_trimtab__subcmd__fn__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab fn help help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__fn__subcmd__help__subcmd__run_commands] )) ||
_trimtab__subcmd__fn__subcmd__help__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab fn help run commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__fn__subcmd__run_commands] )) ||
_trimtab__subcmd__fn__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab fn run commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__get_commands] )) ||
_trimtab__subcmd__get_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab get commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help_commands] )) ||
_trimtab__subcmd__help_commands() {
    local commands; commands=(
'build:Print the complete resources that a kustomization describes' \
'explain:Say where the fields of a resource come from' \
'create:Make a kustomization file in the current directory' \
'edit:Change the kustomization file in the current directory' \
'check:Check what overlays render to, without a cluster' \
'rehearse:Play a rollout before it happens' \
'snapshot:Verify that overlays render to what their snapshots say' \
'localize:Copy a kustomization, with all it reads from elsewhere, into a new directory' \
'cfg:Look at directories of Kubernetes objects\: draw, count, search or print them' \
'fn:Run functions on directories of Kubernetes objects, whether or not there is a kustomization' \
'lock:Pin everything that a kustomization fetches to a commit and a digest' \
'diff:Show how objects differ from the cluster, or two renderings from each other' \
'plan:Show what an apply would do, and keep it to be applied exactly so' \
'apply:Bring objects to the cluster, and wait until they are ready' \
'rollout:Watch, undo, stop and repeat the rollouts of workloads' \
'scale:Set the number of replicas of workloads' \
'autoscale:Let the number of replicas follow the load' \
'set:Change images, environment and resources of workloads' \
'get:Show objects of the cluster' \
'describe:Show objects in full, with their events and what belongs to them' \
'wait:Wait until objects meet a condition' \
'events:Show events, the newest last' \
'logs:Show what containers print' \
'delete:Delete objects' \
'releases:List releases, or the revisions of one' \
'prune:Delete what a release no longer describes' \
'run:Build a directory and run it on a control plane of its own' \
'up:Start a Kubernetes control plane with simulated nodes' \
'down:Stop a control plane that \`trimtab up\` started' \
'status:Show a control plane that \`trimtab up\` or \`trimtab run\` started' \
'list:List your control planes' \
'backup:Copy the objects of a control plane into a file' \
'restore:Make what \`trimtab backup\` copied the store of a control plane' \
'server:Run a Kubernetes control plane with explicit flags' \
'controllers:Run Kubernetes'\'' controllers against any API server' \
'scheduler:Run a Kubernetes scheduler against any API server' \
'version:Print the version' \
'completion:Print a completion script for a shell' \
'man:Print a manual page, for \`man -l -\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__apply_commands] )) ||
_trimtab__subcmd__help__subcmd__apply_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help apply commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__autoscale_commands] )) ||
_trimtab__subcmd__help__subcmd__autoscale_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help autoscale commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__backup_commands] )) ||
_trimtab__subcmd__help__subcmd__backup_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help backup commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__build_commands] )) ||
_trimtab__subcmd__help__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help build commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__cfg_commands] )) ||
_trimtab__subcmd__help__subcmd__cfg_commands() {
    local commands; commands=(
'cat:Print the objects in a directory' \
'count:Count the objects in a directory, kind by kind' \
'grep:Print the objects that have a field that is like this or that' \
'tree:Draw the objects in a directory as a tree' \
    )
    _describe -t commands 'trimtab help cfg commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__cfg__subcmd__cat_commands] )) ||
_trimtab__subcmd__help__subcmd__cfg__subcmd__cat_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help cfg cat commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__cfg__subcmd__count_commands] )) ||
_trimtab__subcmd__help__subcmd__cfg__subcmd__count_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help cfg count commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__cfg__subcmd__grep_commands] )) ||
_trimtab__subcmd__help__subcmd__cfg__subcmd__grep_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help cfg grep commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__cfg__subcmd__tree_commands] )) ||
_trimtab__subcmd__help__subcmd__cfg__subcmd__tree_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help cfg tree commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__check_commands] )) ||
_trimtab__subcmd__help__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help check commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__completion_commands] )) ||
_trimtab__subcmd__help__subcmd__completion_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help completion commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__controllers_commands] )) ||
_trimtab__subcmd__help__subcmd__controllers_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help controllers commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__create_commands] )) ||
_trimtab__subcmd__help__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help create commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__delete_commands] )) ||
_trimtab__subcmd__help__subcmd__delete_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help delete commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__describe_commands] )) ||
_trimtab__subcmd__help__subcmd__describe_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help describe commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__diff_commands] )) ||
_trimtab__subcmd__help__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help diff commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__down_commands] )) ||
_trimtab__subcmd__help__subcmd__down_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help down commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit_commands] )) ||
_trimtab__subcmd__help__subcmd__edit_commands() {
    local commands; commands=(
'add:Add something to the kustomization file' \
'set:Set something in the kustomization file' \
'remove:Remove something from the kustomization file' \
'fix:Give the fields of older forms in the kustomization file the form of today' \
'alpha-list-builtin-plugin:List the built-in generators and transformers' \
    )
    _describe -t commands 'trimtab help edit commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add_commands() {
    local commands; commands=(
'resource:Add files, directories or repositories to \`resources\`' \
'patch:Add an item to \`patches\`' \
'component:Add files, directories or repositories to \`components\`' \
'secret:Add to a secret generator, or make one' \
'configmap:Add to a config map generator, or make one' \
'base:Add directories, with commas between them, to \`resources\`' \
'buildmetadata:Add options, with commas between them, to \`buildMetadata\`' \
'label:Add labels to \`commonLabels\` or \`labels\`' \
'annotation:Add annotations to \`commonAnnotations\`' \
'transformer:Add files to \`transformers\`' \
'configuration:Add files to \`configurations\`' \
'generator:Add files to \`generators\`' \
    )
    _describe -t commands 'trimtab help edit add commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__annotation_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__base_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__base_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add base commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__component_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__component_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add component commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__configmap_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__configuration_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__configuration_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add configuration commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__generator_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__generator_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add generator commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__label_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__patch_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__patch_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add patch commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__resource_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__resource_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add resource commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__secret_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__transformer_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__add__subcmd__transformer_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit add transformer commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__alpha-list-builtin-plugin_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__alpha-list-builtin-plugin_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit alpha-list-builtin-plugin commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__fix_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__fix_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit fix commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__remove_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__remove_commands() {
    local commands; commands=(
'configmap:Remove config map generators' \
'secret:Remove secret generators' \
'resource:Remove entries of \`resources\`' \
'component:Remove entries of \`components\`' \
'label:Remove labels from \`commonLabels\`' \
'annotation:Remove annotations from \`commonAnnotations\`' \
'patch:Remove the items of \`patches\` that have exactly these fields' \
'transformer:Remove entries of \`transformers\`' \
'buildmetadata:Remove options, with commas between them, from \`buildMetadata\`' \
    )
    _describe -t commands 'trimtab help edit remove commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__annotation_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit remove annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit remove buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__component_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__component_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit remove component commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__configmap_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit remove configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__label_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit remove label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__patch_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__patch_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit remove patch commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__resource_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__resource_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit remove resource commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__secret_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit remove secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__transformer_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__remove__subcmd__transformer_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit remove transformer commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__set_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__set_commands() {
    local commands; commands=(
'configmap:Change literals or the namespace of a config map generator' \
'secret:Change literals or the namespace of a secret generator' \
'nameprefix:Set \`namePrefix\`' \
'namesuffix:Set \`nameSuffix\`' \
'namespace:Set \`namespace\`' \
'image:Set new names, tags and digests of images' \
'buildmetadata:Make options, with commas between them, the only ones of \`buildMetadata\`' \
'replicas:Set numbers of replicas' \
'label:Set labels in \`commonLabels\`' \
'annotation:Set annotations in \`commonAnnotations\`' \
    )
    _describe -t commands 'trimtab help edit set commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__annotation_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__annotation_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit set annotation commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__buildmetadata_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__buildmetadata_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit set buildmetadata commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__configmap_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__configmap_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit set configmap commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__image_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__image_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit set image commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__label_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__label_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit set label commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__nameprefix_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__nameprefix_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit set nameprefix commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__namespace_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__namespace_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit set namespace commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__namesuffix_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__namesuffix_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit set namesuffix commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__replicas_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__replicas_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit set replicas commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__secret_commands] )) ||
_trimtab__subcmd__help__subcmd__edit__subcmd__set__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help edit set secret commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__events_commands] )) ||
_trimtab__subcmd__help__subcmd__events_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help events commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__explain_commands] )) ||
_trimtab__subcmd__help__subcmd__explain_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help explain commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__fn_commands] )) ||
_trimtab__subcmd__help__subcmd__fn_commands() {
    local commands; commands=(
'run:Run the functions that a directory declares on its objects' \
    )
    _describe -t commands 'trimtab help fn commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__fn__subcmd__run_commands] )) ||
_trimtab__subcmd__help__subcmd__fn__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help fn run commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__get_commands] )) ||
_trimtab__subcmd__help__subcmd__get_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help get commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__help_commands] )) ||
_trimtab__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__list_commands] )) ||
_trimtab__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help list commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__localize_commands] )) ||
_trimtab__subcmd__help__subcmd__localize_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help localize commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__lock_commands] )) ||
_trimtab__subcmd__help__subcmd__lock_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help lock commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__logs_commands] )) ||
_trimtab__subcmd__help__subcmd__logs_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help logs commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__man_commands] )) ||
_trimtab__subcmd__help__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help man commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__plan_commands] )) ||
_trimtab__subcmd__help__subcmd__plan_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help plan commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__prune_commands] )) ||
_trimtab__subcmd__help__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help prune commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__rehearse_commands] )) ||
_trimtab__subcmd__help__subcmd__rehearse_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help rehearse commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__releases_commands] )) ||
_trimtab__subcmd__help__subcmd__releases_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help releases commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__restore_commands] )) ||
_trimtab__subcmd__help__subcmd__restore_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help restore commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__rollout_commands] )) ||
_trimtab__subcmd__help__subcmd__rollout_commands() {
    local commands; commands=(
'status:Follow a rollout to its end, and say why it does not get on' \
'history:List the revisions of a workload, or show one' \
'undo:Go back to the revision before, or to another' \
'promote:Go on with a canary or blue-green change that was paused' \
'abort:Take a canary or blue-green change back' \
'pause:Stop rolling a Deployment out' \
'resume:Go on rolling a Deployment out' \
'restart:Replace all pods, by the workload'\''s usual rollout' \
    )
    _describe -t commands 'trimtab help rollout commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__rollout__subcmd__abort_commands] )) ||
_trimtab__subcmd__help__subcmd__rollout__subcmd__abort_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help rollout abort commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__rollout__subcmd__history_commands] )) ||
_trimtab__subcmd__help__subcmd__rollout__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help rollout history commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__rollout__subcmd__pause_commands] )) ||
_trimtab__subcmd__help__subcmd__rollout__subcmd__pause_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help rollout pause commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__rollout__subcmd__promote_commands] )) ||
_trimtab__subcmd__help__subcmd__rollout__subcmd__promote_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help rollout promote commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__rollout__subcmd__restart_commands] )) ||
_trimtab__subcmd__help__subcmd__rollout__subcmd__restart_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help rollout restart commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__rollout__subcmd__resume_commands] )) ||
_trimtab__subcmd__help__subcmd__rollout__subcmd__resume_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help rollout resume commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__rollout__subcmd__status_commands] )) ||
_trimtab__subcmd__help__subcmd__rollout__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help rollout status commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__rollout__subcmd__undo_commands] )) ||
_trimtab__subcmd__help__subcmd__rollout__subcmd__undo_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help rollout undo commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__run_commands] )) ||
_trimtab__subcmd__help__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help run commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__scale_commands] )) ||
_trimtab__subcmd__help__subcmd__scale_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help scale commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__scheduler_commands] )) ||
_trimtab__subcmd__help__subcmd__scheduler_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help scheduler commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__server_commands] )) ||
_trimtab__subcmd__help__subcmd__server_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help server commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__set_commands] )) ||
_trimtab__subcmd__help__subcmd__set_commands() {
    local commands; commands=(
'image:Give containers other images' \
'env:Set, remove and list environment variables of containers' \
'resources:Say what containers ask for and may use at most' \
    )
    _describe -t commands 'trimtab help set commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__set__subcmd__env_commands] )) ||
_trimtab__subcmd__help__subcmd__set__subcmd__env_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help set env commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__set__subcmd__image_commands] )) ||
_trimtab__subcmd__help__subcmd__set__subcmd__image_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help set image commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__set__subcmd__resources_commands] )) ||
_trimtab__subcmd__help__subcmd__set__subcmd__resources_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help set resources commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__snapshot_commands] )) ||
_trimtab__subcmd__help__subcmd__snapshot_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help snapshot commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__status_commands] )) ||
_trimtab__subcmd__help__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help status commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__up_commands] )) ||
_trimtab__subcmd__help__subcmd__up_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help up commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__version_commands] )) ||
_trimtab__subcmd__help__subcmd__version_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help version commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__wait_commands] )) ||
_trimtab__subcmd__help__subcmd__wait_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help wait commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__list_commands] )) ||
_trimtab__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab list commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__localize_commands] )) ||
_trimtab__subcmd__localize_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab localize commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__lock_commands] )) ||
_trimtab__subcmd__lock_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab lock commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__logs_commands] )) ||
_trimtab__subcmd__logs_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab logs commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__man_commands] )) ||
_trimtab__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab man commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__plan_commands] )) ||
_trimtab__subcmd__plan_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab plan commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__prune_commands] )) ||
_trimtab__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab prune commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rehearse_commands] )) ||
_trimtab__subcmd__rehearse_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rehearse commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__releases_commands] )) ||
_trimtab__subcmd__releases_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab releases commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__restore_commands] )) ||
_trimtab__subcmd__restore_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab restore commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout_commands] )) ||
_trimtab__subcmd__rollout_commands() {
    local commands; commands=(
'status:Follow a rollout to its end, and say why it does not get on' \
'history:List the revisions of a workload, or show one' \
'undo:Go back to the revision before, or to another' \
'promote:Go on with a canary or blue-green change that was paused' \
'abort:Take a canary or blue-green change back' \
'pause:Stop rolling a Deployment out' \
'resume:Go on rolling a Deployment out' \
'restart:Replace all pods, by the workload'\''s usual rollout' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab rollout commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__abort_commands] )) ||
_trimtab__subcmd__rollout__subcmd__abort_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout abort commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__help_commands] )) ||
_trimtab__subcmd__rollout__subcmd__help_commands() {
    local commands; commands=(
'status:Follow a rollout to its end, and say why it does not get on' \
'history:List the revisions of a workload, or show one' \
'undo:Go back to the revision before, or to another' \
'promote:Go on with a canary or blue-green change that was paused' \
'abort:Take a canary or blue-green change back' \
'pause:Stop rolling a Deployment out' \
'resume:Go on rolling a Deployment out' \
'restart:Replace all pods, by the workload'\''s usual rollout' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab rollout help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__help__subcmd__abort_commands] )) ||
_trimtab__subcmd__rollout__subcmd__help__subcmd__abort_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout help abort commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__help__subcmd__help_commands] )) ||
_trimtab__subcmd__rollout__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout help help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__help__subcmd__history_commands] )) ||
_trimtab__subcmd__rollout__subcmd__help__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout help history commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__help__subcmd__pause_commands] )) ||
_trimtab__subcmd__rollout__subcmd__help__subcmd__pause_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout help pause commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__help__subcmd__promote_commands] )) ||
_trimtab__subcmd__rollout__subcmd__help__subcmd__promote_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout help promote commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__help__subcmd__restart_commands] )) ||
_trimtab__subcmd__rollout__subcmd__help__subcmd__restart_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout help restart commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__help__subcmd__resume_commands] )) ||
_trimtab__subcmd__rollout__subcmd__help__subcmd__resume_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout help resume commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__help__subcmd__status_commands] )) ||
_trimtab__subcmd__rollout__subcmd__help__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout help status commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__help__subcmd__undo_commands] )) ||
_trimtab__subcmd__rollout__subcmd__help__subcmd__undo_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout help undo commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__history_commands] )) ||
_trimtab__subcmd__rollout__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout history commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__pause_commands] )) ||
_trimtab__subcmd__rollout__subcmd__pause_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout pause commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__promote_commands] )) ||
_trimtab__subcmd__rollout__subcmd__promote_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout promote commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__restart_commands] )) ||
_trimtab__subcmd__rollout__subcmd__restart_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout restart commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__resume_commands] )) ||
_trimtab__subcmd__rollout__subcmd__resume_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout resume commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__status_commands] )) ||
_trimtab__subcmd__rollout__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout status commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__rollout__subcmd__undo_commands] )) ||
_trimtab__subcmd__rollout__subcmd__undo_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab rollout undo commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__run_commands] )) ||
_trimtab__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab run commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__scale_commands] )) ||
_trimtab__subcmd__scale_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab scale commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__scheduler_commands] )) ||
_trimtab__subcmd__scheduler_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab scheduler commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__server_commands] )) ||
_trimtab__subcmd__server_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab server commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__set_commands] )) ||
_trimtab__subcmd__set_commands() {
    local commands; commands=(
'image:Give containers other images' \
'env:Set, remove and list environment variables of containers' \
'resources:Say what containers ask for and may use at most' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab set commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__set__subcmd__env_commands] )) ||
_trimtab__subcmd__set__subcmd__env_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab set env commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__set__subcmd__help_commands] )) ||
_trimtab__subcmd__set__subcmd__help_commands() {
    local commands; commands=(
'image:Give containers other images' \
'env:Set, remove and list environment variables of containers' \
'resources:Say what containers ask for and may use at most' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab set help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__set__subcmd__help__subcmd__env_commands] )) ||
_trimtab__subcmd__set__subcmd__help__subcmd__env_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab set help env commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__set__subcmd__help__subcmd__help_commands] )) ||
_trimtab__subcmd__set__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab set help help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__set__subcmd__help__subcmd__image_commands] )) ||
_trimtab__subcmd__set__subcmd__help__subcmd__image_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab set help image commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__set__subcmd__help__subcmd__resources_commands] )) ||
_trimtab__subcmd__set__subcmd__help__subcmd__resources_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab set help resources commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__set__subcmd__image_commands] )) ||
_trimtab__subcmd__set__subcmd__image_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab set image commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__set__subcmd__resources_commands] )) ||
_trimtab__subcmd__set__subcmd__resources_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab set resources commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__snapshot_commands] )) ||
_trimtab__subcmd__snapshot_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab snapshot commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__status_commands] )) ||
_trimtab__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab status commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__up_commands] )) ||
_trimtab__subcmd__up_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab up commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__version_commands] )) ||
_trimtab__subcmd__version_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab version commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__wait_commands] )) ||
_trimtab__subcmd__wait_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab wait commands' commands "$@"
}

if [ "$funcstack[1]" = "_trimtab" ]; then
    _trimtab "$@"
else
    compdef _trimtab trimtab
fi
