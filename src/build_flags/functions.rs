//! Which functions and plugins may run, and with what.

use std::ffi::OsString;
use std::path::PathBuf;
use trimtab_kustomize::FunctionOptions;

const HEADING: &str = "Functions and plugins";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct FunctionFlags {
    /// Run functions in containers, plugins and helm when a kustomization asks for them
    ///
    /// Containers are run by `docker`, or by `podman` where there is no docker. Plugins in
    /// kustomize's old form are looked for below `$KUSTOMIZE_PLUGIN_HOME`,
    /// `$XDG_CONFIG_HOME/kustomize/plugin`, `~/.config/kustomize/plugin` and
    /// `~/kustomize/plugin`, in the first of these that exists.
    #[arg(help_heading = HEADING, long)]
    enable_alpha_plugins: bool,

    /// Run functions that are programs of this machine too; needs --enable-alpha-plugins
    ///
    /// Such a program may do whatever you may do: build only what you trust.
    #[arg(help_heading = HEADING, long)]
    enable_exec: bool,

    /// Let functions in containers use the network, where they ask for it
    #[arg(help_heading = HEADING, long)]
    network: bool,

    /// The network they use then, instead of the machine's own
    #[arg(help_heading = HEADING, long, value_name = "NAME")]
    network_name: Option<String>,

    /// Mount this into all their containers: `type=bind,src=PATH,dst=PATH[,rw=true]`
    #[arg(help_heading = HEADING, long, value_name = "MOUNT")]
    mount: Vec<String>,

    /// Set this variable for all functions; without a value, containers get the one it has here
    #[arg(help_heading = HEADING, short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,

    /// Run containers as the user who calls, instead of as `nobody`
    #[arg(help_heading = HEADING, long)]
    as_current_user: bool,
}

impl FunctionFlags {
    pub(super) fn options(&self) -> FunctionOptions {
        FunctionOptions {
            enabled: self.enable_alpha_plugins,
            exec: self.enable_exec,
            network: self.network,
            network_name: self.network_name.clone(),
            mounts: self.mount.clone(),
            environment: self.env.clone(),
            as_current_user: self.as_current_user,
            plugin_homes: plugin_homes(|name| std::env::var_os(name)),
        }
    }
}

/// Where kustomize looks for plugins in its old form, in its order.
fn plugin_homes(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let set = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let home = set("HOME");
    let below = |directory: Option<&PathBuf>, path: &str| directory.map(|it| it.join(path));
    [
        set("KUSTOMIZE_PLUGIN_HOME"),
        below(set("XDG_CONFIG_HOME").as_ref(), "kustomize/plugin"),
        below(home.as_ref(), ".config/kustomize/plugin"),
        below(home.as_ref(), "kustomize/plugin"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_are_looked_for_where_kustomize_looks() {
        let homes = |variables: &[(&str, &str)]| {
            let found = plugin_homes(|name| {
                let pair = variables.iter().find(|(known, _)| *known == name)?;
                Some(pair.1.into())
            });
            let shown = found.iter().map(|home| home.display().to_string());
            shown.collect::<Vec<_>>().join(" ")
        };
        let all = [
            ("KUSTOMIZE_PLUGIN_HOME", "/p"),
            ("XDG_CONFIG_HOME", "/x"),
            ("HOME", "/h"),
        ];
        assert_eq!(
            homes(&all),
            "/p /x/kustomize/plugin /h/.config/kustomize/plugin /h/kustomize/plugin"
        );
        assert_eq!(homes(&[("KUSTOMIZE_PLUGIN_HOME", "")]), "");
    }
}
