//! Being one of the user's control planes: from the claim to the last trace.

use crate::control_plane::ControlPlane;
use crate::exit::Failure;
use crate::instance::{Claim, Home, Record};
use crate::kubeconfig;
use crate::ui;
use std::path::{Path, PathBuf};

/// The process that runs one of the user's control planes.
#[derive(Debug)]
pub(crate) struct Host {
    claim: Claim,
    kubeconfig: PathBuf,
}

impl Host {
    /// Takes the right to run. The context goes into `kubeconfig`, or where kubectl would put it.
    pub(crate) fn claim(home: &Home, kubeconfig: Option<&Path>) -> Result<Self, Failure> {
        let kubeconfig = match kubeconfig {
            Some(path) => path.to_owned(),
            None => kubeconfig::default_path()?,
        };
        Ok(Self {
            claim: home.claim()?,
            kubeconfig,
        })
    }

    /// Which one it is.
    pub(crate) fn home(&self) -> &Home {
        self.claim.home()
    }

    /// The file that the context goes into.
    pub(crate) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// Tells everybody where the control plane is, for as long as the value lives: the user's
    /// kubeconfig, its own, and `status`. `store` and `log` are the files that have them.
    pub(crate) fn introduce(
        &self,
        control_plane: &ControlPlane,
        store: Option<PathBuf>,
        log: Option<PathBuf>,
    ) -> Result<Introduced<'_>, Failure> {
        let context = self.home().name().context();
        let entry = control_plane.entry(&context);
        kubeconfig::write_alone(&self.home().kubeconfig(), &entry)?;
        kubeconfig::merge(&self.kubeconfig, &entry)?;
        // From here on there is something to take out again.
        let introduced = Introduced {
            kubeconfig: &self.kubeconfig,
            context,
        };
        if store.is_some() {
            self.claim.keep_port(control_plane.port())?;
        }
        self.claim.publish(&Record {
            pid: std::process::id(),
            server: control_plane.server().to_owned(),
            started: jiff::Timestamp::now().to_string(),
            store,
            kubeconfig: self.kubeconfig.clone(),
            log,
        })?;
        Ok(introduced)
    }
}

/// A context in the user's kubeconfig, taken out again when the value goes.
#[derive(Debug)]
pub(crate) struct Introduced<'a> {
    kubeconfig: &'a Path,
    context: String,
}

impl Drop for Introduced<'_> {
    fn drop(&mut self) {
        if let Err(failure) = kubeconfig::remove(self.kubeconfig, &self.context) {
            // The command goes on to its end; what is left behind is said here.
            let _ = ui::failure::report(failure);
        }
    }
}
