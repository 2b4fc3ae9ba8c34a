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
'-h[Print help]' \
'--help[Print help]' \
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
'-o+[Write to this file, or one file a resource into this directory if it exists]:PATH:_files' \
'--output=[Write to this file, or one file a resource into this directory if it exists]:PATH:_files' \
'--load-restrictor=[Which files a kustomization may read]:LOAD_RESTRICTOR:((LoadRestrictionsRootOnly\:"Only files in or below the kustomization'\''s own directory"
LoadRestrictionsNone\:"Any file"))' \
'--reorder=[Order of the resources; \`sortOptions\` in the kustomization file goes before it]:REORDER:((legacy\:"Namespaces first, webhooks last, as kustomize always did"
none\:"As the kustomizations list them"))' \
'--helm-command=[The helm program]:PROGRAM:_default' \
'*--helm-api-versions=[Kubernetes API versions that charts see]:VERSION:_default' \
'--helm-kube-version=[Kubernetes version that charts see]:VERSION:_default' \
'--network-name=[The network they use]:NAME:_default' \
'*--mount=[What is mounted into their containers]:MOUNT:_default' \
'*-e+[Variables of their environment]:NAME[=VALUE]:_default' \
'*--env=[Variables of their environment]:NAME[=VALUE]:_default' \
'--enable-managedby-label[Label every resource with \`app.kubernetes.io/managed-by\`]' \
'--enable-helm[Inflate Helm charts]' \
'--helm-debug[Let helm print what it does]' \
'--enable-alpha-plugins[Run plugins and functions]' \
'--enable-exec[Run functions that are programs]' \
'--network[Let functions in containers use the network]' \
'--as-current-user[Run containers as the user who calls]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::target -- Directory to build:_default' \
&& ret=0
;;
(completion)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
':shell -- The shell to complete for:(bash elvish fish powershell zsh)' \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
'::command -- The command to explain; trimtab itself if none is named:(build completion man)' \
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
'completion:Print a completion script for a shell' \
'man:Print a manual page, for \`man -l -\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__build_commands] )) ||
_trimtab__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab build commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__completion_commands] )) ||
_trimtab__subcmd__completion_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab completion commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help_commands] )) ||
_trimtab__subcmd__help_commands() {
    local commands; commands=(
'build:Print the complete resources that a kustomization describes' \
'completion:Print a completion script for a shell' \
'man:Print a manual page, for \`man -l -\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'trimtab help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__build_commands] )) ||
_trimtab__subcmd__help__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help build commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__completion_commands] )) ||
_trimtab__subcmd__help__subcmd__completion_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help completion commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__help_commands] )) ||
_trimtab__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help help commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__help__subcmd__man_commands] )) ||
_trimtab__subcmd__help__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab help man commands' commands "$@"
}
(( $+functions[_trimtab__subcmd__man_commands] )) ||
_trimtab__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'trimtab man commands' commands "$@"
}

if [ "$funcstack[1]" = "_trimtab" ]; then
    _trimtab "$@"
else
    compdef _trimtab trimtab
fi
