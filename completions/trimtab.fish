# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_trimtab_global_optspecs
    string join \n h/help V/version
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

complete -c trimtab -n "__fish_trimtab_needs_command" -s h -l help -d 'Print help'
complete -c trimtab -n "__fish_trimtab_needs_command" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "build" -d 'Print the complete resources that a kustomization describes'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "completion" -d 'Print a completion script for a shell'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "man" -d 'Print a manual page, for `man -l -`'
complete -c trimtab -n "__fish_trimtab_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -s o -l output -d 'Write to this file, or one file a resource into this directory if it exists' -r -F
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l load-restrictor -d 'Which files a kustomization may read' -r -f -a "LoadRestrictionsRootOnly\t'Only files in or below the kustomization\'s own directory'
LoadRestrictionsNone\t'Any file'"
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l reorder -d 'Order of the resources; `sortOptions` in the kustomization file goes before it' -r -f -a "legacy\t'Namespaces first, webhooks last, as kustomize always did'
none\t'As the kustomizations list them'"
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l helm-command -d 'The helm program' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l helm-api-versions -d 'Kubernetes API versions that charts see' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l helm-kube-version -d 'Kubernetes version that charts see' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l network-name -d 'The network they use' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l mount -d 'What is mounted into their containers' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -s e -l env -d 'Variables of their environment' -r
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l enable-managedby-label -d 'Label every resource with `app.kubernetes.io/managed-by`'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l enable-helm -d 'Inflate Helm charts'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l helm-debug -d 'Let helm print what it does'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l enable-alpha-plugins -d 'Run plugins and functions'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l enable-exec -d 'Run functions that are programs'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l network -d 'Let functions in containers use the network'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -l as-current-user -d 'Run containers as the user who calls'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trimtab -n "__fish_trimtab_using_subcommand build" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand completion" -s h -l help -d 'Print help'
complete -c trimtab -n "__fish_trimtab_using_subcommand completion" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand man" -s h -l help -d 'Print help'
complete -c trimtab -n "__fish_trimtab_using_subcommand man" -s V -l version -d 'Print version'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build completion man help" -f -a "build" -d 'Print the complete resources that a kustomization describes'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build completion man help" -f -a "completion" -d 'Print a completion script for a shell'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build completion man help" -f -a "man" -d 'Print a manual page, for `man -l -`'
complete -c trimtab -n "__fish_trimtab_using_subcommand help; and not __fish_seen_subcommand_from build completion man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
