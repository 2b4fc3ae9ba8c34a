//! The newest revision of a release, and how what it holds stands.

use crate::cluster::Failed;
use crate::commands::apply::{
    Awaited, applied_before, awaited, no_release, takes_time, way_back_of_release,
};
use crate::exit::Failure;
use crate::ui::progress::WayBack;
use trimtab_deploy::{
    ObjectRef, Presence, Progression, Release, ReleaseName, ReleaseStatus, Releases, Standing,
    Standings, Target,
};
use trimtab_schema::Schema;

/// What is known of a release.
pub(super) struct View<'t> {
    pub(super) target: &'t Target,
    /// Its newest revision.
    pub(super) release: Release,
    /// What that holds.
    pub(super) standings: Standings,
    /// Where it stands, if it goes by steps.
    pub(super) progression: Option<Progression>,
    releases: Releases<'t>,
}

impl<'t> View<'t> {
    /// Of a release; without a name of the only one of the namespace that is being applied, or of that whose
    /// revision is the newest.
    pub(super) async fn open(
        target: &'t Target,
        name: Option<&ReleaseName>,
    ) -> Result<Self, Failed> {
        let releases = Releases::of(target).await?;
        let all = releases.list(name).await?;
        let release = match name {
            Some(name) => all
                .into_iter()
                .next_back()
                .ok_or_else(|| no_release(name, Some(target.namespace())))?,
            None => choose(all, target.namespace())?,
        };
        let (standings, progression) = look(&releases, target, &release).await?;
        Ok(Self {
            target,
            release,
            standings,
            progression,
            releases,
        })
    }

    /// How one goes back from what it describes.
    pub(super) async fn way_back(&self) -> WayBack<'_> {
        match self.progression {
            Some(_) => WayBack::None,
            None => way_back_of_release(self.target, &self.release.name).await,
        }
    }

    /// The earlier revision that is in the cluster again: what failed was taken back, by a gate or by hand.
    pub(super) async fn taken_back_to(&self) -> Option<u32> {
        let before = applied_before(self.target, &self.release.name).await?;
        let objects = self.releases.content(&before).await.ok()?.objects;
        let standings = Standings::of(self.target, objects, None).await.ok()?;
        let is_as_before = |it: &Standing| it.presence == Presence::Described;
        let is_new = |it: &Standing| {
            let mut known = standings.objects.iter();
            it.presence != Presence::Absent && !known.any(|known| known.name == it.name)
        };
        let is_back = standings.objects.iter().all(is_as_before)
            && !self.standings.objects.iter().any(is_new);
        is_back.then_some(before.revision)
    }

    /// Looks at everything again.
    pub(super) async fn renew(&mut self) -> Result<(), Failed> {
        let release = self.newest().await?;
        self.take(release).await
    }

    /// Takes in another revision, or what another status makes of the same. Nothing is half done where nobody
    /// waits for the end of it.
    pub(super) async fn take(&mut self, release: Release) -> Result<(), Failed> {
        let (standings, progression) = look(&self.releases, self.target, &release).await?;
        self.release = release;
        self.standings = standings;
        self.progression = progression;
        Ok(())
    }

    /// Takes in what has come of what was to come, and the steps that were done.
    pub(super) async fn look_again(&mut self) -> Result<(), Failed> {
        self.standings.look_again(self.target).await?;
        self.progression = Progression::find(self.target, &self.release.name).await?;
        Ok(())
    }

    /// Whether a step was done since, or the change begun or ended.
    pub(super) async fn has_stepped(&self) -> Result<bool, Failed> {
        let now = Progression::find(self.target, &self.release.name).await?;
        Ok(now != self.progression)
    }

    /// The newest revision by now.
    pub(super) async fn newest(&self) -> Result<Release, Failed> {
        let name = &self.release.name;
        let last = self.releases.list(Some(name)).await?.pop();
        Ok(last.ok_or_else(|| no_release(name, Some(self.releases.namespace())))?)
    }

    pub(super) fn is_being_applied(&self) -> bool {
        self.release.status == ReleaseStatus::Applying
    }

    /// The objects that make the revision ready: those that are there as it has them, with the second ones of its
    /// Deployments.
    pub(super) async fn awaited(&self, for_custom: bool) -> Result<Awaited, Failed> {
        let mut present: Vec<ObjectRef> = Vec::new();
        for standing in &self.standings.objects {
            let is_there = match standing.presence {
                Presence::Described | Presence::Unknown(_) => true,
                // Who applied it is gone: what others changed since is as ready as it is.
                Presence::Different(_) => !self.is_being_applied(),
                Presence::Absent | Presence::Passing | Presence::Hidden(_) => false,
            };
            present.extend(standing.reference.clone().filter(|_| is_there));
        }
        present.extend(self.seconds().cloned());
        // Only these are worth a look.
        let schema = Schema::kubernetes();
        present.retain(|it| takes_time(it, &schema, for_custom));
        let mut live = Vec::new();
        for reference in present {
            if let Some(object) = self.target.get(&reference).await? {
                live.push((reference, object));
            }
        }
        let live = live.iter().map(|(reference, object)| (reference, object));
        awaited(self.target, live, for_custom).await
    }

    /// Whether an object is to go before the apply is over.
    pub(super) fn is_passing(&self, object: &ObjectRef) -> bool {
        let mut hooks = self.standings.objects.iter();
        self.seconds().any(|second| second == object)
            || hooks.any(|it| it.reference.as_ref() == Some(object) && it.is_passing())
    }

    fn seconds(&self) -> impl Iterator<Item = &ObjectRef> {
        let pairs = self.progression.iter().flat_map(|it| &it.pairs);
        pairs.map(|pair| &pair.second)
    }
}

async fn look(
    releases: &Releases<'_>,
    target: &Target,
    release: &Release,
) -> Result<(Standings, Option<Progression>), Failed> {
    let is_being_applied = release.status == ReleaseStatus::Applying;
    let content = releases.content(release).await?;
    let begun = release.recorded.filter(|_| is_being_applied);
    let standings = Standings::of(target, content.objects, begun).await?;
    let progression = if is_being_applied {
        Progression::find(target, &release.name).await?
    } else {
        None
    };
    Ok((standings, progression))
}

/// The release that is meant where nobody says which. They come release by release, the oldest first.
fn choose(all: Vec<Release>, namespace: &str) -> Result<Release, Failure> {
    let mut last: Vec<Release> = Vec::new();
    for release in all {
        last.pop_if(|before| before.name == release.name);
        last.push(release);
    }
    let is_applying = |it: &&Release| it.status == ReleaseStatus::Applying;
    let applying: Vec<&Release> = last.iter().filter(is_applying).collect();
    match applying[..] {
        [one] => return Ok(one.clone()),
        [] => {}
        _ => {
            let names: Vec<String> = applying.iter().map(|it| it.name.to_string()).collect();
            let message = format!(
                "more than one release is being applied: {}",
                names.join(", ")
            );
            return Err(Failure::new("usage", message).hint("say which with --release NAME"));
        }
    }
    let newest = last.into_iter().max_by_key(|it| (it.recorded, it.started));
    newest.ok_or_else(|| {
        let message = format!("there is no release in namespace {namespace}");
        Failure::new("not-found", message).hint("`trimtab releases -A` lists all")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_deploy::Provenance;

    fn release(name: &str, revision: u32, status: ReleaseStatus, minute: u32) -> Release {
        Release {
            name: ReleaseName::parse(name).expect("it is one"),
            namespace: "shop".to_owned(),
            revision,
            status,
            recorded: format!("2026-01-01T00:{minute:02}:00Z").parse().ok(),
            started: None,
            ended: None,
            provenance: Provenance::default(),
        }
    }

    #[test]
    fn the_release_that_is_being_applied_is_meant_or_else_the_newest() {
        use ReleaseStatus::{Applied, Applying, Failed, Superseded};
        let old = release("a", 1, Superseded, 1);
        for (others, expected) in [
            (
                vec![release("a", 2, Applied, 9), release("b", 1, Applying, 2)],
                Some("b"),
            ),
            (
                vec![release("a", 2, Failed, 9), release("b", 1, Applied, 2)],
                Some("a"),
            ),
            // What was left behind before a later revision is over.
            (
                vec![
                    release("a", 2, Applying, 2),
                    release("a", 3, Applied, 3),
                    release("b", 1, Applied, 4),
                ],
                Some("b"),
            ),
            (
                vec![release("a", 2, Applying, 9), release("b", 1, Applying, 2)],
                None,
            ),
        ] {
            let all = std::iter::once(old.clone()).chain(others).collect();
            let chosen = choose(all, "shop").ok();
            assert_eq!(chosen.as_ref().map(|it| it.name.as_str()), expected);
        }
        assert!(choose(Vec::new(), "shop").is_err());
    }
}
