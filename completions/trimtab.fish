# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_trimtab_global_optspecs
    string join \n error-format= strict allow= deny= h/help V/version
end

function __fish_trimtab_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_trimtab_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_trimtab_using_subcommand
    set -l cmd (__fish_trimtab_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c trimtab -n "__fish_trimtab_needs_command" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_needs_command" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_needs_command" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_needs_command" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_needs_command" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "build" -d 'Print the complete resources that a kustomization describes'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "explain" -d 'Say where the fields of a resource come from'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "create" -d 'Make a kustomization file in the current directory'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "init" -d 'Make a kustomization file in the current directory'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "edit" -d 'Change the kustomization file in the current directory'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "check" -d 'Check what overlays render to, without a cluster'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "rehearse" -d 'Play a rollout before it happens'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "snapshot" -d 'Verify that overlays render to what their snapshots say'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "localize" -d 'Copy a kustomization, with all it reads from elsewhere, into a new directory'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "cfg" -d 'Look at directories of Kubernetes objects: draw, count, search or print them'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "fn" -d 'Run functions on directories of Kubernetes objects, whether or not there is a kustomization'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "lock" -d 'Pin everything that a kustomization fetches to a commit and a digest'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "diff" -d 'Show how objects differ from the cluster, or two renderings from each other'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "plan" -d 'Show what an apply would do, and keep it to be applied exactly so'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "apply" -d 'Bring objects to the cluster, and wait until they are ready'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "rollout" -d 'Watch, undo, stop and repeat the rollouts of workloads'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "scale" -d 'Set the number of replicas of workloads'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "autoscale" -d 'Let the number of replicas follow the load'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "set" -d 'Change images, environment and resources of workloads'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "get" -d 'Show objects of the cluster'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "describe" -d 'Show objects in full, with their events and what belongs to them'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "wait" -d 'Wait until objects meet a condition'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "events" -d 'Show events, the newest last'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "logs" -d 'Show what containers print'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "delete" -d 'Delete objects'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "releases" -d 'List releases, or the revisions of one'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "prune" -d 'Delete what a release no longer describes'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "run" -d 'Build a directory and run it on a control plane of its own'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "up" -d 'Start a Kubernetes control plane with simulated nodes'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "down" -d 'Stop a control plane that `trimtab up` started'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "status" -d 'Show a control plane that `trimtab up` or `trimtab run` started'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "list" -d 'List your control planes'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "backup" -d 'Copy the objects of a control plane into a file'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "restore" -d 'Make what `trimtab backup` copied the store of a control plane'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "server" -d 'Run a Kubernetes control plane with explicit flags'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "controllers" -d 'Run Kubernetes\' controllers against any API server'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "scheduler" -d 'Run a Kubernetes scheduler against any API server'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "version" -d 'Print the version'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "completion" -d 'Print a completion script for a shell'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "man" -d 'Print a manual page, for `man -l -`'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -s o -l output -d 'Write to this file, or one file a resource into this directory if it exists; of several targets, one file each into this directory. `json` and `yaml` are formats, unless something of that name is there' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l output-format -d 'The form of what is written' -r -f -a "yaml\t'As kustomize prints it: one document a resource'
json\t'One `List` of all resources, as `kubectl get -o json` gives it'"
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l reorder -d 'Order of the resources; `sortOptions` in the kustomization file goes before it' -r -f -a "legacy\t'Namespaces first, webhooks last, as kustomize always did'
none\t'As the kustomizations list them'"
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l image -d 'Another name, tag or digest of an image: `NAME=NEW`, `NAME=NEW:TAG`, `NAME=NEW@DIGEST`, `NAME:TAG` or `NAME@DIGEST`, and `*` for a part that stays; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l set-replicas -d 'A number of replicas; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l name-prefix -d 'What goes before all names' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l name-suffix -d 'What goes behind all names' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l namespace -d 'The namespace of everything' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l watch -d 'Build again whenever something changes that the build reads, and show what is different'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l enable-managedby-label -d 'Label every resource with `app.kubernetes.io/managed-by`'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l annotate-sources -d 'Say behind each value, in a comment, which lines gave it'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l lint -d 'Tell files beside those that are read which nothing names, and entries that change nothing, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -s n -l namespace -d 'The namespace of the resource' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -s o -l output -d 'The form of the answer' -r -f -a "text\t'For people'
json\t'One JSON object'"
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l image -d 'Another name, tag or digest of an image: `NAME=NEW`, `NAME=NEW:TAG`, `NAME=NEW@DIGEST`, `NAME:TAG` or `NAME@DIGEST`, and `*` for a part that stays; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l set-replicas -d 'A number of replicas; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l name-prefix -d 'What goes before all names' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l name-suffix -d 'What goes behind all names' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l set-namespace -d 'The namespace of everything, which `build` calls --namespace' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand explain" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l resources -d 'Files, patterns of files, directories and repositories, with commas between them' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l namespace -d 'Namespace of everything' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l annotations -d 'Annotations of everything, `KEY:VALUE` with commas between them' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l labels -d 'Labels of everything, `KEY:VALUE` with commas between them' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l nameprefix -d 'What goes before names' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l namesuffix -d 'What goes behind names' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l autodetect -d 'Take all files of the directory that hold Kubernetes objects'
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l recursive -d 'With --autodetect, look into the directories below too; one with a kustomization is taken as a whole'
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand create" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l resources -d 'Files, patterns of files, directories and repositories, with commas between them' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l namespace -d 'Namespace of everything' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l annotations -d 'Annotations of everything, `KEY:VALUE` with commas between them' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l labels -d 'Labels of everything, `KEY:VALUE` with commas between them' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l nameprefix -d 'What goes before names' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l namesuffix -d 'What goes behind names' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l autodetect -d 'Take all files of the directory that hold Kubernetes objects'
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l recursive -d 'With --autodetect, look into the directories below too; one with a kustomization is taken as a whole'
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand init" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -f -a "add" -d 'Add something to the kustomization file'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -f -a "set" -d 'Set something in the kustomization file'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -f -a "remove" -d 'Remove something from the kustomization file'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -f -a "fix" -d 'Give the fields of older forms in the kustomization file the form of today'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -f -a "alpha-list-builtin-plugin" -d 'List the built-in generators and transformers'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and not __fish_seen_subcommand_from add set remove fix alpha-list-builtin-plugin help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "resource" -d 'Add files, directories or repositories to `resources`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "patch" -d 'Add an item to `patches`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "component" -d 'Add files, directories or repositories to `components`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "secret" -d 'Add to a secret generator, or make one'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "configmap" -d 'Add to a config map generator, or make one'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "base" -d 'Add directories, with commas between them, to `resources`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "buildmetadata" -d 'Add options, with commas between them, to `buildMetadata`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "label" -d 'Add labels to `commonLabels` or `labels`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "annotation" -d 'Add annotations to `commonAnnotations`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "transformer" -d 'Add files to `transformers`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "configuration" -d 'Add files to `configurations`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "generator" -d 'Add files to `generators`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from add" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -f -a "configmap" -d 'Change literals or the namespace of a config map generator'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -f -a "secret" -d 'Change literals or the namespace of a secret generator'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -f -a "nameprefix" -d 'Set `namePrefix`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -f -a "namesuffix" -d 'Set `nameSuffix`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -f -a "namespace" -d 'Set `namespace`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -f -a "image" -d 'Set new names, tags and digests of images'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -f -a "buildmetadata" -d 'Make options, with commas between them, the only ones of `buildMetadata`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -f -a "replicas" -d 'Set numbers of replicas'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -f -a "label" -d 'Set labels in `commonLabels`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -f -a "annotation" -d 'Set annotations in `commonAnnotations`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from set" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -f -a "configmap" -d 'Remove config map generators'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -f -a "secret" -d 'Remove secret generators'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -f -a "resource" -d 'Remove entries of `resources`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -f -a "component" -d 'Remove entries of `components`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -f -a "label" -d 'Remove labels from `commonLabels`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -f -a "annotation" -d 'Remove annotations from `commonAnnotations`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -f -a "patch" -d 'Remove the items of `patches` that have exactly these fields'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -f -a "transformer" -d 'Remove entries of `transformers`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -f -a "buildmetadata" -d 'Remove options, with commas between them, from `buildMetadata`'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from remove" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from fix" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from fix" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from fix" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from fix" -l vars -d 'Convert `vars` to `replacements` too'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from fix" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from fix" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from fix" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from alpha-list-builtin-plugin" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from alpha-list-builtin-plugin" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from alpha-list-builtin-plugin" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from alpha-list-builtin-plugin" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from alpha-list-builtin-plugin" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from alpha-list-builtin-plugin" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add something to the kustomization file'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set something in the kustomization file'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove something from the kustomization file'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from help" -f -a "fix" -d 'Give the fields of older forms in the kustomization file the form of today'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from help" -f -a "alpha-list-builtin-plugin" -d 'List the built-in generators and transformers'
complete -c trimtab -n "__fish_trimtab_using_subcommand edit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -s o -l output -d 'Form of the findings on standard output' -r -f -a "text\t'For people: the line, a caret, and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'
junit\t'`JUnit` XML: a suite for each overlay, a case for each object'"
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l kubernetes-version -d 'The release of Kubernetes that the overlays are for' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l crds -d 'File or directory with definitions of custom kinds; can be given again' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l assume-exists -d 'Objects that exist though no overlay holds them, such as `Secret/registry-*`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l ignore -d 'Findings not to tell, errors included, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l fail-on -d 'From which severity on a finding fails the check' -r -f -a "warning\t'Warnings fail, too'
error\t'Only errors fail'"
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l baseline -d 'File with known findings, which are neither told nor fail' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l from -d 'With --admit: a tree with the overlays as they are deployed, which they are applied over' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l scenario -d 'With --rehearse: a file that says what nodes there are and what goes wrong (see docs/rehearse.md)' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -s R -l recursive -d 'Check every kustomization below the directories that no other one there uses'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l write-baseline -d 'Write the present findings to the baseline file instead of telling them'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l admit -d 'Apply every overlay to a control plane in this process, too: admission, rules of custom kinds, quotas and fields that may not change'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l rehearse -d 'The same, and roll its workloads out in virtual time: what does not get ready is a finding'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand check" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l from -d 'What is there before: a directory to build, or `current` for what the cluster has' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l scenario -d 'A file that says what nodes there are, what pods go through and what goes wrong (see docs/rehearse.md)' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l seed -d 'What decides everything that is left to chance; without it the scenario\'s seed, or 1' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l assert -d 'A condition that has to hold; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -s o -l output -d 'Form of what comes of it on standard output' -r -f -a "text\t'For people: what happened, with charts'
json\t'One JSON object'
svg\t'A picture of the pods against time'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l no-undo -d 'Do not find out what an undo brings back'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand rehearse" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l dir -d 'Directory of the snapshots' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -s R -l recursive -d 'Take every kustomization below the directories that no other one there uses'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -s u -l update -d 'Record what the overlays render to now'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l prune -d 'Remove the snapshots of overlays that are gone, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand snapshot" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l scope -d 'Directory that all local bases must be in, which the copy mirrors; the target when not given' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l no-verify -d 'Do not build the original and the copy to compare them'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand localize" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and not __fish_seen_subcommand_from cat count grep tree help" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and not __fish_seen_subcommand_from cat count grep tree help" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and not __fish_seen_subcommand_from cat count grep tree help" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and not __fish_seen_subcommand_from cat count grep tree help" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and not __fish_seen_subcommand_from cat count grep tree help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and not __fish_seen_subcommand_from cat count grep tree help" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and not __fish_seen_subcommand_from cat count grep tree help" -f -a "cat" -d 'Print the objects in a directory'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and not __fish_seen_subcommand_from cat count grep tree help" -f -a "count" -d 'Count the objects in a directory, kind by kind'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and not __fish_seen_subcommand_from cat count grep tree help" -f -a "grep" -d 'Print the objects that have a field that is like this or that'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and not __fish_seen_subcommand_from cat count grep tree help" -f -a "tree" -d 'Draw the objects in a directory as a tree'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and not __fish_seen_subcommand_from cat count grep tree help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l format -d 'Put fields into the usual order' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l wrap-kind -d 'Put the objects into a list of this kind' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l wrap-version -d 'The `apiVersion` of that list' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l function-config -d 'File with the `functionConfig` of that list' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l style -d 'YAML styles of the objects' -r -f -a "TaggedStyle\t''
DoubleQuotedStyle\t''
SingleQuotedStyle\t''
LiteralStyle\t''
FoldedStyle\t''
FlowStyle\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l dest -d 'Write to this file' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -s R -l recurse-subpackages -d 'Also look at the packages below the directory' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l annotate -d 'Annotate objects with their files'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l strip-comments -d 'Leave out comments'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l include-local -d 'Also print objects that are not for the cluster'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l exclude-non-local -d 'Do not print objects that are for the cluster'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from cat" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from count" -l kind -d 'Count kind by kind' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from count" -s R -l recurse-subpackages -d 'Also look at the packages below the directory' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from count" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from count" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from count" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from count" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from count" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from count" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from grep" -l annotate -d 'Annotate objects with their files' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from grep" -s R -l recurse-subpackages -d 'Also look at the packages below the directory' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from grep" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from grep" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from grep" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from grep" -l invert-match -d 'Print the objects that the query is not true of'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from grep" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from grep" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from grep" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l name -d 'Tell names of containers' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l image -d 'Tell images' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l command -d 'Tell commands' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l args -d 'Tell arguments' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l env -d 'Tell variables of the environment' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l replicas -d 'Tell numbers of replicas' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l resources -d 'Tell resources of containers' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l ports -d 'Tell ports' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l field -d 'Tell the field at this path, as for `cfg grep`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l graph-structure -d 'What the branches are' -r -f -a "directory\t'Directories'
owners\t'Owners'"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l all -d 'Tell all of these'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l include-local -d 'Also draw objects that are not for the cluster'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l exclude-non-local -d 'Do not draw objects that are for the cluster'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from tree" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from help" -f -a "cat" -d 'Print the objects in a directory'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from help" -f -a "count" -d 'Count the objects in a directory, kind by kind'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from help" -f -a "grep" -d 'Print the objects that have a field that is like this or that'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from help" -f -a "tree" -d 'Draw the objects in a directory as a tree'
complete -c trimtab -n "__fish_trimtab_using_subcommand cfg; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and not __fish_seen_subcommand_from run help" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and not __fish_seen_subcommand_from run help" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and not __fish_seen_subcommand_from run help" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and not __fish_seen_subcommand_from run help" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and not __fish_seen_subcommand_from run help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and not __fish_seen_subcommand_from run help" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and not __fish_seen_subcommand_from run help" -f -a "run" -d 'Run the functions that a directory declares on its objects'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and not __fish_seen_subcommand_from run help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l fn-path -d 'Run the functions that this directory declares, and none of DIR; can be given again' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l image -d 'Run this image as the function, and none that DIR declares' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l exec-path -d 'Run this program as the function, and none that DIR declares; needs --enable-exec' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l results-dir -d 'Write what functions found into files of this directory' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l mount -d 'Mount this into all containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l include-subpackages -d 'Also take the packages below the directory: those with a `Krmfile`' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l dry-run -d 'Print the objects instead of writing them'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l global-scope -d 'Let all functions see all objects'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l enable-exec -d 'Run functions that are programs of this machine too'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l log-steps -d 'Tell each function that begins, on standard error'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from run" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run the functions that a directory declares on its objects'
complete -c trimtab -n "__fish_trimtab_using_subcommand fn; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l update -d 'Look up anew where branches and tags are, and what files hold; with NAME, only of the remotes with that address or end of an address, such as `org/repo`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l check -d 'Write nothing; fail when the file would change'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand lock" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l revision -d 'Compare the kustomization with what it was at this revision, or at two: `REVISION` or `OLD..NEW`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -s o -l output -d 'How to show differences' -r -f -a "unified\t'Lines of YAML, as `diff -u` shows them'
fields\t'Field by field, as `apply` shows its plan'"
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l server-side -d 'Taken for kubectl\'s sake: every diff is server-side' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l force-conflicts -d 'Take over fields that others own'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand diff" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l force-conflicts -d 'Take over fields that others own: all, or only this one and what is in it, as conflicts name it; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l recreate -d 'Delete and make anew what cannot be changed of this kind; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l release -d 'What the release is called; without it a kustomization has the name of its place in its repository, and files are no release' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l release-history -d 'So many revisions are kept' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -s o -l output -d 'Keep the plan in this file' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l force -d 'Delete and make anew what cannot be changed'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l no-release -d 'Keep no record in the cluster'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l prune -d 'Delete what earlier revisions of the release applied and this one does not: never namespaces and volume claims, nor what a revision that could be gone back to uses'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l prune-namespaces -d 'With --prune, delete namespaces, too, and all that is in them'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l prune-volume-claims -d 'With --prune, delete volume claims, too, and what is stored in their volumes'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand plan" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l force-conflicts -d 'Take over fields that others own: all, or only this one and what is in it, as conflicts name it; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l recreate -d 'Delete and make anew what cannot be changed of this kind; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l release -d 'What the release is called; without it a kustomization has the name of its place in its repository, and files are no release' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l release-history -d 'So many revisions are kept' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l wait -d 'Wait until what was applied is ready' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l timeout -d 'How long to wait; 0 for as long as it takes' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -s o -l output -d 'What is told of it: text, or an event of JSON on each line of standard output' -r -f -a "text\t'Results on standard output, all else beside'
json\t'An event of JSON on each line'"
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l strategy -d 'How changed Deployments come in: as they say themselves, by a growing share of replicas in a second Deployment, or by switching Services to one' -r -f -a "rolling\t'What each workload says of itself'
canary\t'A growing share of the replicas in a second Deployment'
blue-green\t'All replicas in a second Deployment, to which Services are switched'"
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l steps -d 'With --strategy canary: the shares, such as 10%,50%' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l pause -d 'How long to wait after each step: a duration, or `manual` to end there and go on by `trimtab rollout promote`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l gate -d 'What must hold after each step, or all is taken back: `command=LINE`, an address that answers, or `prometheus=ADDRESS QUERY`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l cluster-guard -d 'Refuse any other cluster than this: the name of a context or the address of a server, or several. A kustomization names its own by the annotation `trimtab.dev/cluster`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l dry-run -d 'Only show what would change: `client` or `server`' -r -f -a "none\t'It is made'
client\t'Nothing is sent that would change anything'
server\t'The server goes through with it, and keeps nothing'"
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l server-side -d 'Taken for kubectl\'s sake: every apply is server-side' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l force -d 'Delete and make anew what cannot be changed'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l no-release -d 'Keep no record in the cluster'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l prune -d 'Delete what earlier revisions of the release applied and this one does not: never namespaces and volume claims, nor what a revision that could be gone back to uses'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l prune-namespaces -d 'With --prune, delete namespaces, too, and all that is in them'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l prune-volume-claims -d 'With --prune, delete volume claims, too, and what is stored in their volumes'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -s y -l yes -d 'Do not ask'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l wait-custom -d 'Wait for custom resources, too, by the conditions that they show; without it they are ready once they are applied'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l auto-undo -d 'If something is not applied or does not become ready, take the whole release back to the revision before'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l exit-code -d 'End with status 2 where something changed'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand apply" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -f -a "status" -d 'Follow a rollout to its end, and say why it does not get on'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -f -a "history" -d 'List the revisions of a workload, or show one'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -f -a "undo" -d 'Go back to the revision before, or to another'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -f -a "promote" -d 'Go on with a canary or blue-green change that was paused'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -f -a "abort" -d 'Take a canary or blue-green change back'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -f -a "pause" -d 'Stop rolling a Deployment out'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -f -a "resume" -d 'Go on rolling a Deployment out'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -f -a "restart" -d 'Replace all pods, by the workload\'s usual rollout'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and not __fish_seen_subcommand_from status history undo promote abort pause resume restart help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -s w -l watch -d 'Follow the rollout until it is done' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l timeout -d 'How long to follow; 0 for as long as it takes' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l revision -d 'Only while this is the revision that is rolled out' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l revision -d 'Show the pods\' template of this revision' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -s o -l output -d 'With --revision: what keeps it, as json, yaml, name, jsonpath=TEMPLATE or custom-columns=...' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from history" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l release -d 'The whole release of this name, see `trimtab releases`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l to-revision -d 'The revision to go back to; 0 for the one before' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l timeout -d 'With --release, how long to wait until all is ready; 0 for as long as it takes' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l dry-run -d 'Only pretend: `client` or `server`' -r -f -a "none\t'It is made'
client\t'Nothing is sent that would change anything'
server\t'The server goes through with it, and keeps nothing'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s y -l yes -d 'With --release, do not ask'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l force-conflicts -d 'With --release, take over fields that others own'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from undo" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -l release -d 'The release' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -l timeout -d 'How long to wait until all is ready; 0 for as long as it takes' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -l pause -d 'How long to wait after each step: a duration, or `manual` to end there and go on by `trimtab rollout promote`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -l gate -d 'What must hold after each step, or all is taken back: `command=LINE`, an address that answers, or `prometheus=ADDRESS QUERY`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -l full -d 'Pass over the steps that are left'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from promote" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -l release -d 'The release' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -l timeout -d 'How long to wait until all is ready; 0 for as long as it takes' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from abort" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from pause" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from resume" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from restart" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "status" -d 'Follow a rollout to its end, and say why it does not get on'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "history" -d 'List the revisions of a workload, or show one'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "undo" -d 'Go back to the revision before, or to another'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "promote" -d 'Go on with a canary or blue-green change that was paused'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "abort" -d 'Take a canary or blue-green change back'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "pause" -d 'Stop rolling a Deployment out'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Go on rolling a Deployment out'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "restart" -d 'Replace all pods, by the workload\'s usual rollout'
complete -c trimtab -n "__fish_trimtab_using_subcommand rollout; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l replicas -d 'How many replicas there shall be' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l current-replicas -d 'Only if so many are asked for now' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l resource-version -d 'Only if the object has this resource version' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l timeout -d 'Wait so long for the replicas to be there; without it or with 0, do not wait' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l dry-run -d 'Only pretend: `client` or `server`' -r -f -a "none\t'It is made'
client\t'Nothing is sent that would change anything'
server\t'The server goes through with it, and keeps nothing'"
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l all -d 'Every object of the kinds'
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand scale" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l min -d 'So many replicas at least; 1 without it' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l max -d 'So many replicas at most' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l cpu -d 'How much CPU pods shall use on average: `70%` of what they ask for, or `500m`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l cpu-percent -d 'Taken for kubectl\'s sake: `--cpu 70%` is meant' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l memory -d 'How much memory pods shall use on average: `70%` of what they ask for, or `500Mi`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l name -d 'The name of the autoscaler; that of what it scales without it' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -s o -l output -d 'Print the objects: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME:PATH,...' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l dry-run -d 'Only pretend: `client` or `server`' -r -f -a "none\t'It is made'
client\t'Nothing is sent that would change anything'
server\t'The server goes through with it, and keeps nothing'"
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l all -d 'Every object of the kinds'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand autoscale" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and not __fish_seen_subcommand_from image env resources help" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and not __fish_seen_subcommand_from image env resources help" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and not __fish_seen_subcommand_from image env resources help" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and not __fish_seen_subcommand_from image env resources help" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and not __fish_seen_subcommand_from image env resources help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and not __fish_seen_subcommand_from image env resources help" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and not __fish_seen_subcommand_from image env resources help" -f -a "image" -d 'Give containers other images'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and not __fish_seen_subcommand_from image env resources help" -f -a "env" -d 'Set, remove and list environment variables of containers'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and not __fish_seen_subcommand_from image env resources help" -f -a "resources" -d 'Say what containers ask for and may use at most'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and not __fish_seen_subcommand_from image env resources help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -s o -l output -d 'Print the objects: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME:PATH,...' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l dry-run -d 'Only pretend: `client` or `server`' -r -f -a "none\t'It is made'
client\t'Nothing is sent that would change anything'
server\t'The server goes through with it, and keeps nothing'"
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l all -d 'Every object of the kinds'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from image" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -s c -l containers -d 'The container, or several with `*` in their name' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l from -d 'Take a variable from each key of a config map or secret: `configmap/NAME` or `secret/NAME`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l keys -d 'Of those only these keys' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l prefix -d 'What stands before the names of such variables' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l overwrite -d 'Whether a variable may have another value already' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -s o -l output -d 'Print the objects: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME:PATH,...' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l dry-run -d 'Only pretend: `client` or `server`' -r -f -a "none\t'It is made'
client\t'Nothing is sent that would change anything'
server\t'The server goes through with it, and keeps nothing'"
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l list -d 'Show the variables'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l resolve -d 'With --list, show the values of keys of config maps and secrets, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l all -d 'Every object of the kinds'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from env" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -s c -l containers -d 'The container, or several with `*` in their name' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l requests -d 'What they ask for: `cpu=100m,memory=128Mi`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l limits -d 'What they may use at most: `cpu=200m,memory=256Mi`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -s o -l output -d 'Print the objects: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME:PATH,...' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l dry-run -d 'Only pretend: `client` or `server`' -r -f -a "none\t'It is made'
client\t'Nothing is sent that would change anything'
server\t'The server goes through with it, and keeps nothing'"
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l all -d 'Every object of the kinds'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from resources" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from help" -f -a "image" -d 'Give containers other images'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from help" -f -a "env" -d 'Set, remove and list environment variables of containers'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from help" -f -a "resources" -d 'Say what containers ask for and may use at most'
complete -c trimtab -n "__fish_trimtab_using_subcommand set; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -s o -l output -d 'json, yaml, name, wide, jsonpath=TEMPLATE or custom-columns=NAME:PATH,...' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -s L -l label-columns -d 'Show these labels as columns' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -s A -l all-namespaces -d 'Look in all namespaces'
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -s w -l watch -d 'Go on showing changes'
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l watch-only -d 'Show changes only, and not what is there already'
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l show-labels -d 'Show all labels as the last column'
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l show-kind -d 'Show the kind before each name'
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l no-headers -d 'Leave the heading out'
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l show-managed-fields -d 'Keep `metadata.managedFields` in JSON and YAML'
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l ignore-not-found -d 'Succeed when an object that is named is not there'
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand get" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l show-events -d 'Show the events of each object' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -s A -l all-namespaces -d 'Look in all namespaces'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand describe" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -l for -d 'What to wait for: `condition=NAME[=VALUE]`, `jsonpath=PATH[=VALUE]`, `create` or `delete`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -l timeout -d 'How long; 0 looks once' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -l all -d 'Every object of the kinds'
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -s A -l all-namespaces -d 'Look in all namespaces'
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand wait" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -l for -d 'Only events about this object' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -l types -d 'Only events of these types: Normal, Warning' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -s o -l output -d 'Print the objects: json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME:PATH,...' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -s A -l all-namespaces -d 'Look in all namespaces'
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -s w -l watch -d 'Go on showing events'
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -l no-headers -d 'Leave the heading out'
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand events" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -s c -l container -d 'The container' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l since -d 'Only what is not older than this' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l since-time -d 'Only what is not older: `2026-01-31T12:00:00Z`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l tail -d 'So many lines at most, the last ones; -1 for all. With a selector 10 unless it is said' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l limit-bytes -d 'So many bytes at most of each container' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l max-log-requests -d 'So many logs are followed at once at most' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l all-containers -d 'All containers of each pod'
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l all-pods -d 'All pods of a workload'
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -s f -l follow -d 'Go on as long as the containers run'
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -s p -l previous -d 'That of the container before the present one'
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l timestamps -d 'Begin each line with its time'
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l prefix -d 'Begin each line with the pod and the container that it is from'
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l ignore-errors -d 'Go on with the others when one cannot be had'
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand logs" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -s f -l filename -d 'File, directory or web address with objects, or `-` for standard input; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -s k -l kustomize -d 'Directory with a kustomization to build' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -s l -l selector -d 'Only objects with these labels: `a=b,c!=d,e in (f,g),h,!i`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l field-selector -d 'Only objects with these fields: `status.phase=Running`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l cascade -d 'What becomes of what the objects own' -r -f -a "background\t'It is deleted afterwards'
foreground\t'It is deleted before'
orphan\t'It stays'"
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l grace-period -d 'Seconds that processes get to end; without it, what the objects say' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l wait -d 'Wait until the objects are gone' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l timeout -d 'How long to wait; 0 for as long as it takes' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l ignore-not-found -d 'Succeed when an object is not there' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -s o -l output -d '`name` prints names only' -r -f -a "name\t'`TYPE/NAME`'"
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l dry-run -d 'Only pretend: `client` or `server`' -r -f -a "none\t'It is made'
client\t'Nothing is sent that would change anything'
server\t'The server goes through with it, and keeps nothing'"
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -s R -l recursive -d 'Look into the directories below, too'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l all -d 'Every object of the kinds'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -s A -l all-namespaces -d 'Look in all namespaces'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l force -d 'Do not wait for processes to end: the same as --grace-period=0'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l now -d 'The same as --grace-period=1'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand delete" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -s o -l output -d 'How to show them' -r -f -a "wide\t'With source, pipeline run and description'
name\t'Names only, with the revision'
json\t''
yaml\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -s A -l all-namespaces -d 'Look in all namespaces'
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -l no-headers -d 'Leave the heading out'
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand releases" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -l dry-run -d 'Only show what would be deleted: `client` or `server`' -r -f -a "none\t'It is made'
client\t'Nothing is sent that would change anything'
server\t'The server goes through with it, and keeps nothing'"
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -s y -l yes -d 'Do not ask'
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -l prune-namespaces -d 'Delete namespaces, too, and all that is in them'
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -l prune-volume-claims -d 'Delete volume claims, too, and what is stored in their volumes'
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand prune" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l timeout -d 'How long to wait until all is ready; 0 for as long as it takes' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l cache-dir -d 'Where fetched repositories and files are kept [default: trimtab in the user\'s cache directory]' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l helm-command -d 'The helm program: a path, or a name that is looked for in the PATH' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l helm-api-versions -d 'Kubernetes API version that charts see which say none themselves; may be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l helm-kube-version -d 'Kubernetes version that charts see which say none themselves' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l network-name -d 'The network they use then, instead of the machine\'s own' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l mount -d 'Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -s e -l env -d 'Set this variable for all functions; without a value, containers get the one it has here' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l port -d 'The port to listen on, on the loopback address; 0 is any that is free. Without it the one of the last time, or 6443, or any that is free' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l kubeconfig -d 'The kubeconfig to put the context into; without it the first of `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l egress -d 'Which addresses webhooks and other API servers may be dialled at: `all`, or those of this machine\'s `loopback` only' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l nodes -d 'How many nodes to simulate' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l pod-ready-after -d 'How long a simulated pod takes to be ready, such as 500ms; without it as long as a small image and a quick program need' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l scenario -d 'A file that says which pods fail, and how (see docs/control-plane.md)' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l once -d 'End as soon as all is ready, or is known not to be'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l offline -d 'Use only what is in the cache, never the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l locked -d 'Refuse what `trimtab.lock` beside the target does not name'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l enable-helm -d 'Inflate Helm charts with your helm, versions 3 and 4'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l helm-debug -d 'Let helm tell more when it fails'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l enable-alpha-plugins -d 'Run functions in containers, plugins and helm when a kustomization asks for them'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l enable-exec -d 'Run functions that are programs of this machine too; needs --enable-alpha-plugins'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l network -d 'Let functions in containers use the network, where they ask for it'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l as-current-user -d 'Run containers as the user who calls, instead of as `nobody`'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand run" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l port -d 'The port to listen on, on the loopback address; 0 is any that is free. Without it the one of the last time, or 6443, or any that is free' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l kubeconfig -d 'The kubeconfig to put the context into; without it the first of `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l egress -d 'Which addresses webhooks and other API servers may be dialled at: `all`, or those of this machine\'s `loopback` only' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l nodes -d 'How many nodes to simulate' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l pod-ready-after -d 'How long a simulated pod takes to be ready, such as 500ms; without it as long as a small image and a quick program need' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l scenario -d 'A file that says which pods fail, and how (see docs/control-plane.md)' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l detach -d 'Return once it is ready, and leave it running'
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l detached -d 'Be the one that was left running'
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l ephemeral -d 'Keep all objects in memory and forget them at the end'
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand up" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand down" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand down" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand down" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand down" -l all -d 'All of them'
complete -c trimtab -n "__fish_trimtab_using_subcommand down" -l purge -d 'Also delete its store, certificates and log'
complete -c trimtab -n "__fish_trimtab_using_subcommand down" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand down" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand status" -s o -l output -d 'How to print it' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c trimtab -n "__fish_trimtab_using_subcommand status" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand status" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand status" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand status" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand status" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand status" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand list" -s o -l output -d 'How to print them' -r -f -a "text\t'For people'
json\t'For programs'
name\t'Only the names, one a line'"
complete -c trimtab -n "__fish_trimtab_using_subcommand list" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand list" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand list" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand list" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand list" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand backup" -l data-dir -d 'The data directory of a `trimtab server` that is stopped' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand backup" -l kubeconfig -d 'A kubeconfig whose current context leads to a `trimtab server` that runs, as its administrator' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand backup" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand backup" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand backup" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand backup" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand backup" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand backup" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand restore" -l data-dir -d 'The data directory of a `trimtab server`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand restore" -l advance -d 'How many revisions to leave out behind those of the copy; with 0 it is as it was, history included, which is safe only where no client has seen anything later' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand restore" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand restore" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand restore" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand restore" -l replace -d 'Take the place of a store that is there'
complete -c trimtab -n "__fish_trimtab_using_subcommand restore" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand restore" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l bind-address -d 'The address to listen on' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l secure-port -d 'The port to listen on, with TLS; 0 is any that is free' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l data-dir -d 'Where the store is kept' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l service-cluster-ip-range -d 'The addresses that Services get' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l egress -d 'Which addresses webhooks and other API servers may be dialled at: `all`, or those of this machine\'s `loopback` only' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l write-kubeconfig -d 'Write a kubeconfig for the administrator to this file' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l cert-dir -d 'Where certificates and keys are kept, and made if they are missing; without it `pki` in the data directory, or nowhere if it is ephemeral' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l tls-cert-file -d 'The certificate to show to clients, PEM, with intermediate ones behind it' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l tls-private-key-file -d 'Its key, PEM' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l client-ca-file -d 'Authorities, PEM, that vouch for client certificates beside trimtab\'s own' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l token-auth-file -d 'Bearer tokens: lines of `token,user,uid,"group1,group2"`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l authorization-mode -d 'Who decides what requests may do, in order: Node, RBAC, `AlwaysAllow`, `AlwaysDeny`' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l anonymous-auth -d 'Whether requests without credentials are let in, as system:anonymous; never with the mode `AlwaysAllow`' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l enable-bootstrap-token-auth -d 'Whether nodes can join by bootstrap tokens, which are Secrets in kube-system' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l service-account-signing-key-file -d 'The key that signs tokens of service accounts: RSA or ECDSA, PEM; without it `sa.key` beside the certificates' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l service-account-key-file -d 'Keys whose signatures of tokens are good, too: public or private, PEM; may be repeated' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l service-account-issuer -d 'Who issues tokens of service accounts; tokens of further ones, if repeated, are good, too' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l api-audiences -d 'For whom tokens are that are for this server; without it, the issuers' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l service-account-jwks-uri -d 'Where the keys of the issuer are found, as its discovery tells it' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l service-account-max-token-expiration -d 'How long tokens of service accounts may be good for, at most' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l service-account-extend-token-expiration -d 'Whether the token that a pod finds in its volume is good for a year' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l audit-log-path -d 'Write an audit log to this file, a line of JSON an event; `-` is standard output' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l audit-policy-file -d 'What the audit log tells: a Policy of audit.k8s.io/v1; without it everything, without bodies' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l audit-log-maxsize -d 'How large the audit log gets, in mebibytes, before another file is begun' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l audit-log-maxbackup -d 'How many older files of the audit log are kept; 0 is all' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l audit-log-maxage -d 'How many days older files of the audit log are kept; 0 is for ever' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l proxy-client-cert-file -d 'The certificate to show to aggregated API servers, PEM; without it, and without an authority of your own, trimtab makes one' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l proxy-client-key-file -d 'Its key, PEM' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l requestheader-client-ca-file -d 'Authorities, PEM, whose certificates may say in headers whose a request is; aggregated API servers are told of them, too' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l requestheader-allowed-names -d 'The common names that such a certificate may have, separated by commas; none is any' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l requestheader-username-headers -d 'Headers of which the first that is there names the user' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l requestheader-uid-headers -d 'Headers of which the first that is there tells the user\'s uid' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l requestheader-group-headers -d 'Headers that name the user\'s groups' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l requestheader-extra-headers-prefix -d 'What the headers begin with that tell anything else' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l max-requests-inflight -d 'How many requests that change nothing are answered at once; together with those that change something, it is what priority levels share. 0 and 0 is without limit' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l max-mutating-requests-inflight -d 'How many requests that change something are answered at once' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l request-timeout -d 'How long a request may take that is answered whole: 60s, 2m30s' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l min-request-timeout -d 'How long a watch goes on, at least, that does not say how long it wants to, in seconds; it is up to twice that' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l encryption-provider-config -d 'Which objects are encrypted at rest, and how: an `EncryptionConfiguration` of Kubernetes' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l controllers -d 'Which controllers run: `*` all, `NAME` this one, `-NAME` not this one, `-*` none but those named; separated by commas' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l scheduler -d 'Whether the scheduler runs' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l enable-admission-plugins -d 'Admission plugins to run beside those that run anyway, separated by commas' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l disable-admission-plugins -d 'Admission plugins not to run, separated by commas' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l admission-control-config-file -d 'What admission plugins are told: an `AdmissionConfiguration` of Kubernetes' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l feature-gates -d 'Features that are on or off, as Kubernetes 1.36 has them by default: NAME=true, NAME=false. Others than those are refused' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l runtime-config -d 'Group versions that are served: `apps/v1=true`, `api/alpha=false`. Others than those are refused' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l nodes -d 'How many nodes to simulate' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l pod-ready-after -d 'How long a simulated pod takes to be ready, such as 500ms; without it as long as a small image and a quick program need' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l scenario -d 'A file that says which pods fail, and how (see docs/control-plane.md)' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l ephemeral -d 'Keep all objects in memory and forget them at the end'
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand server" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l controllers -d 'Which controllers run: `*` all, `NAME` this one, `-NAME` not this one, `-*` none but those named; separated by commas' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l root-ca-file -d 'The certificate authority, PEM, that pods are told to trust, in the `ConfigMap` `kube-root-ca.crt` of every namespace' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l leader-elect -d 'Whether to wait for a lease before working, so that of several only one does' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l leader-elect-lease-duration -d 'How long others wait for a leader that is not heard of before they take its place' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l leader-elect-renew-deadline -d 'How long a leader tries to renew its lease before it gives up; less than the lease holds' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l leader-elect-retry-period -d 'How long to wait from one try to take or renew the lease to the next' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l leader-elect-resource-name -d 'The name of the lease; without it the one that Kubernetes\' own program has' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l leader-elect-resource-namespace -d 'The namespace of the lease' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand controllers" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l leader-elect -d 'Whether to wait for a lease before working, so that of several only one does' -r -f -a "true\t''
false\t''"
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l leader-elect-lease-duration -d 'How long others wait for a leader that is not heard of before they take its place' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l leader-elect-renew-deadline -d 'How long a leader tries to renew its lease before it gives up; less than the lease holds' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l leader-elect-retry-period -d 'How long to wait from one try to take or renew the lease to the next' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l leader-elect-resource-name -d 'The name of the lease; without it the one that Kubernetes\' own program has' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l leader-elect-resource-namespace -d 'The namespace of the lease' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l kubeconfig -d 'The kubeconfig file; without it `$KUBECONFIG`, or `~/.kube/config`' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l context -d 'The kubeconfig context to use instead of the current one' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -s n -l namespace -d 'The namespace of what names none; without it that of the context' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -s v -l verbosity -d 'What to log to standard error: `off`, `error`, `warn`, `info`, `debug`, `trace`, or `TARGET=LEVEL,...` for single parts' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand scheduler" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand version" -s o -l output -d 'Print more, in this form' -r -f -a "yaml\t'YAML'
json\t'JSON'"
complete -c trimtab -n "__fish_trimtab_using_subcommand version" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand version" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand version" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand version" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand version" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand completion" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand completion" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand completion" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand completion" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand completion" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand man" -l error-format -d 'How errors and warnings are told, on standard error' -r -f -a "text\t'For people: the line, a caret, what was expected and what to do'
json\t'One JSON object'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands of GitHub Actions, which annotate the lines'"
complete -c trimtab -n "__fish_trimtab_using_subcommand man" -l allow -d 'Warnings not to tell, by their code, such as `unused-image`; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand man" -l deny -d 'Warnings to take for errors, by their code; can be given again' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand man" -l strict -d 'Take warnings about files for errors: nothing is printed to standard output, and the status is 1'
complete -c trimtab -n "__fish_trimtab_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand man" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "build" -d 'Print the complete resources that a kustomization describes'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "explain" -d 'Say where the fields of a resource come from'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "create" -d 'Make a kustomization file in the current directory'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "edit" -d 'Change the kustomization file in the current directory'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "check" -d 'Check what overlays render to, without a cluster'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "rehearse" -d 'Play a rollout before it happens'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "snapshot" -d 'Verify that overlays render to what their snapshots say'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "localize" -d 'Copy a kustomization, with all it reads from elsewhere, into a new directory'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "cfg" -d 'Look at directories of Kubernetes objects: draw, count, search or print them'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "fn" -d 'Run functions on directories of Kubernetes objects, whether or not there is a kustomization'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "lock" -d 'Pin everything that a kustomization fetches to a commit and a digest'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "diff" -d 'Show how objects differ from the cluster, or two renderings from each other'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "plan" -d 'Show what an apply would do, and keep it to be applied exactly so'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "apply" -d 'Bring objects to the cluster, and wait until they are ready'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "rollout" -d 'Watch, undo, stop and repeat the rollouts of workloads'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "scale" -d 'Set the number of replicas of workloads'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "autoscale" -d 'Let the number of replicas follow the load'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "set" -d 'Change images, environment and resources of workloads'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "get" -d 'Show objects of the cluster'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "describe" -d 'Show objects in full, with their events and what belongs to them'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "wait" -d 'Wait until objects meet a condition'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "events" -d 'Show events, the newest last'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "logs" -d 'Show what containers print'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "delete" -d 'Delete objects'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "releases" -d 'List releases, or the revisions of one'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "prune" -d 'Delete what a release no longer describes'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "run" -d 'Build a directory and run it on a control plane of its own'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "up" -d 'Start a Kubernetes control plane with simulated nodes'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "down" -d 'Stop a control plane that `trimtab up` started'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "status" -d 'Show a control plane that `trimtab up` or `trimtab run` started'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "list" -d 'List your control planes'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "backup" -d 'Copy the objects of a control plane into a file'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "restore" -d 'Make what `trimtab backup` copied the store of a control plane'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "server" -d 'Run a Kubernetes control plane with explicit flags'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "controllers" -d 'Run Kubernetes\' controllers against any API server'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "scheduler" -d 'Run a Kubernetes scheduler against any API server'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "version" -d 'Print the version'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "completion" -d 'Print a completion script for a shell'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "man" -d 'Print a manual page, for `man -l -`'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build explain create edit check rehearse snapshot localize cfg fn lock diff plan apply rollout scale autoscale set get describe wait events logs delete releases prune run up down status list backup restore server controllers scheduler version completion man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from edit" -f -a "add" -d 'Add something to the kustomization file'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from edit" -f -a "set" -d 'Set something in the kustomization file'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from edit" -f -a "remove" -d 'Remove something from the kustomization file'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from edit" -f -a "fix" -d 'Give the fields of older forms in the kustomization file the form of today'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from edit" -f -a "alpha-list-builtin-plugin" -d 'List the built-in generators and transformers'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from cfg" -f -a "cat" -d 'Print the objects in a directory'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from cfg" -f -a "count" -d 'Count the objects in a directory, kind by kind'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from cfg" -f -a "grep" -d 'Print the objects that have a field that is like this or that'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from cfg" -f -a "tree" -d 'Draw the objects in a directory as a tree'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from fn" -f -a "run" -d 'Run the functions that a directory declares on its objects'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "status" -d 'Follow a rollout to its end, and say why it does not get on'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "history" -d 'List the revisions of a workload, or show one'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "undo" -d 'Go back to the revision before, or to another'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "promote" -d 'Go on with a canary or blue-green change that was paused'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "abort" -d 'Take a canary or blue-green change back'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "pause" -d 'Stop rolling a Deployment out'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "resume" -d 'Go on rolling a Deployment out'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from rollout" -f -a "restart" -d 'Replace all pods, by the workload\'s usual rollout'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from set" -f -a "image" -d 'Give containers other images'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from set" -f -a "env" -d 'Set, remove and list environment variables of containers'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and __fish_seen_subcommand_from set" -f -a "resources" -d 'Say what containers ask for and may use at most'
