//! Homes of Helm charts, copied whole.

use super::copy::{copy_directory, relative};
use super::root::Root;
use crate::kustomization::At;
use crate::loader::join;
use std::path::Path;
use trimtab_tree::{Diagnostic, Result, Text};

/// The home of charts when none is named.
const DEFAULT_HOME: &str = "charts";

impl Root<'_> {
    /// Copies a home of charts and says where the copy is. An empty path stands for the default
    /// home, and stays. A home that is not there stays too: helm may be about to make it.
    pub(super) fn copy_chart_home(&self, home: &mut At<Text>) -> Result<()> {
        let given = match home.as_str() {
            "" => DEFAULT_HOME,
            given => given,
        };
        if Path::new(given).is_absolute() {
            let message = format!("the chart home `{given}` is absolute, so it cannot be copied");
            return Err(Diagnostic::error("absolute-chart-home", message)
                .at(home.position)
                .expecting("a path relative to the kustomization"));
        }
        let root = self.loader().root();
        let named = join(root, given);
        let mut place = relative(root, &named);
        let inside = self.loader().stay_in_repository(&named);
        inside.map_err(|error| error.at(home.position))?;
        if named.exists() {
            let path = At::new(Text::from(&*place), home.position);
            let source = self.enter(&path)?;
            // The default home is looked for by its name, so its copy cannot be elsewhere.
            if named != join(root, DEFAULT_HOME) {
                place = relative(root, source.root());
            }
            let copy = join(self.directory(), &place);
            if !copy.exists() {
                let check = |path: &Path, content: &[u8]| match source.repository() {
                    Some(checkout) => checkout.verify(path, content),
                    None => Ok(()),
                };
                copy_directory(source.root(), &copy, self.new_directory(), &check)
                    .map_err(|error| error.at(home.position))?;
            }
        }
        if !home.is_empty() {
            home.value = place.into();
        }
        Ok(())
    }
}
