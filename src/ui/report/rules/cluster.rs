//! Clusters, trimtab's own and others.

super::rules! {
    "admission-configuration", Error, "The configuration of admission plugins cannot be used.", "a plugin that takes none";
    "already-running", Error, "A control plane runs already.", "`trimtab up` twice";
    "audit", Error, "The audit log cannot be written, or its policy cannot be read.", "a policy without rules";
    "bad-answer", Error, "A server's answer cannot be understood.", "a proxy's login page";
    "certificates", Error, "The certificates cannot be used.", "an expired authority";
    "data-directory", Error, "The data directory cannot be used.", "one of a later version";
    "detach", Error, "The control plane cannot go to the background.", "no more processes";
    "detached", Error, "The control plane ended in the background.", "a port that is taken";
    "digest", Error, "A copy of a store is not what the server sent.", "a connection that broke off";
    "encryption", Error, "The configuration of encryption at rest cannot be used.", "a key that is too short";
    "ephemeral", Error, "The control plane keeps nothing that could be copied.", "`trimtab backup` of one with `--ephemeral`";
    "exists", Error, "What would be written is there already.", "`trimtab restore` over a store, without `--replace`";
    "impossible", Error, "What was asked for cannot be done.", "an undo of the first revision";
    "kubeconfig", Error, "The kubeconfig cannot be used.", "a context that is not there";
    "kubeconfig-locked", Error, "Another program changes the kubeconfig.", "a lock that was left";
    "listen", Error, "The address cannot be listened on.", "`--port 80`";
    "no-cluster", Error, "There is no cluster to talk to.", "an empty kubeconfig";
    "no-controller", Error, "The control plane runs no such controller.", "a rollout of a kind it does not know";
    "no-effect", Error, "A rule of a scenario changes nothing.", "`- pods: web`";
    "no-home", Error, "There is no place for the control plane's files.", "neither HOME nor XDG_DATA_HOME";
    "no-rehearsal", Error, "A rollout cannot be rehearsed.", "an object that is given twice";
    "not-a-scenario", Error, "A file is no scenario.", "a Deployment as `--scenario`";
    "not-applicable", Error, "Something cannot be applied as it is.", "an immutable field";
    "not-applied", Error, "The cluster refused an object.", "a Deployment without a selector";
    "not-found", Error, "An object is not in the cluster.", "`trimtab scale deployment/wbe`";
    "not-ready", Error, "What was applied does not become ready.", "an image that does not exist";
    "other-revision", Error, "Another revision runs than was asked for.", "`rollout status --revision 3`";
    "refused", Error, "The server refused the request.", "no permission";
    "runtime", Error, "The program's runtime cannot start.", "no more threads";
    "signal", Error, "The control plane cannot be told to stop.", "another user's process";
    "signals", Error, "Signals cannot be listened for.", "a strict sandbox";
    "start", Error, "The control plane cannot start.", "a store of a newer version";
    "starting", Error, "The control plane is just starting.", "`trimtab down` right after `up`";
    "still-running", Error, "The control plane does not end.", "a process that hangs in the kernel";
    "store", Error, "A store, or a copy of one, cannot be used.", "a copy that was cut short";
    "timed-out", Error, "Something took too long.", "`--timeout 1s`";
    "tokens", Error, "The token file cannot be used.", "a file without tokens";
    "unknown-effect", Error, "A taint in a scenario has an unknown effect.", "`effect: NoSchedul`";
    "unknown-fault", Error, "A scenario has an unknown fault.", "`fault: NodeLos`";
    "unknown-kind", Error, "The cluster does not serve this kind.", "a custom resource without its definition";
    "unknown-outcome", Error, "A scenario has an unknown outcome.", "`outcome: crsh`";
    "unknown-verb", Error, "A fault of a scenario is about an unknown verb.", "`verbs: [put]`";
    "unreachable", Error, "The server cannot be reached.", "a cluster that is down";
    "wrong-duration", Error, "A duration cannot be read.", "`after: soon`";
    "wrong-share", Error, "A share in a scenario cannot be read.", "`share: 3`";
}
