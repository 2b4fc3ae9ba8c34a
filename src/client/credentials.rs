//! How somebody is known to a server: tokens in files, and what is said where there are none.

use crate::exit::{Failure, chain};
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request};
use kube::client::AuthError;
use kube::config::{AuthInfo, ExecConfig};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tower::util::MapRequestLayer;

/// The token in a file, which another program may renew. `kube` reads such files, too, and sends the line
/// break at their end.
#[derive(Debug)]
pub(super) struct TokenFile {
    path: PathBuf,
    shown: HeaderValue,
    read: Instant,
}

/// How long a token is taken for the one in the file, which is client-go's time.
const AGE: Duration = Duration::from_secs(60);

impl TokenFile {
    /// Takes the file out of `user`, if the token in it is what `user` is known by.
    ///
    /// # Errors
    /// When there is none in it.
    pub(super) fn take(user: &mut AuthInfo) -> Result<Option<Self>, String> {
        let has_password = user.username.is_some() && user.password.is_some();
        if has_password || user.token.is_some() || user.auth_provider.is_some() {
            return Ok(None);
        }
        let Some(file) = user.token_file.take() else {
            return Ok(None);
        };
        let path = PathBuf::from(file);
        let shown = header(&path)?;
        let read = Instant::now();
        Ok(Some(Self { path, shown, read }))
    }

    /// What to show to the server: the last token, where the file has none any more.
    fn header(&mut self) -> HeaderValue {
        if self.read.elapsed() >= AGE {
            self.read = Instant::now();
            if let Ok(new) = header(&self.path) {
                self.shown = new;
            }
        }
        self.shown.clone()
    }
}

fn header(path: &Path) -> Result<HeaderValue, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| format!("cannot read the token in {shown}: {error}"))?;
    let token = text.trim();
    if token.is_empty() {
        return Err(format!("there is no token in {shown}: it is empty"));
    }
    let mut value = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| format!("there is no token in {shown}, but several lines or a binary"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A layer of a client that shows the token in a file with every request.
pub(super) fn layer<B>(
    file: Option<TokenFile>,
) -> MapRequestLayer<impl FnMut(Request<B>) -> Request<B> + Clone + Send + 'static> {
    let file = file.map(|file| Arc::new(Mutex::new(file)));
    MapRequestLayer::new(move |mut request: Request<B>| {
        if let Some(file) = &file {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            request.headers_mut().insert(AUTHORIZATION, file.header());
        }
        request
    })
}

/// No credentials for `server`; `exec` is the plugin that should give some, where that is known.
pub(super) fn failure(server: &str, error: &AuthError, exec: Option<&ExecConfig>) -> Failure {
    let why = words(error, exec);
    let failure = Failure::new("kubeconfig", format!("cannot talk to {server}: {why}"));
    match error {
        AuthError::AuthExecStart(_) => match exec.and_then(|it| it.install_hint.as_deref()) {
            Some(hint) if !hint.trim().is_empty() => failure.hint(hint.trim()),
            _ => failure.hint("install it, or mend `exec.command` of the user in the kubeconfig"),
        },
        AuthError::AuthExecRun { out, .. } => {
            let said = String::from_utf8_lossy(&out.stderr);
            match said.trim() {
                "" => failure,
                said => failure.note(format!("it said: {said}")),
            }
        }
        _ => failure,
    }
}

/// The same in a line. Nothing that a plugin is given or prints on standard output is told: that is secret.
pub(super) fn words(error: &AuthError, exec: Option<&ExecConfig>) -> String {
    let program = exec.and_then(|it| it.command.as_deref());
    let plugin = program.map_or_else(
        || "the credential plugin".to_owned(),
        |program| format!("the credential plugin `{program}`"),
    );
    match error {
        AuthError::AuthExecStart(error) if error.kind() == ErrorKind::NotFound => {
            format!("{plugin} is not there")
        }
        AuthError::AuthExecStart(error) => format!("{plugin} cannot be run: {error}"),
        AuthError::AuthExecRun { out, .. } => format!("{plugin} {}", end(out)),
        AuthError::AuthExecParse(_) | AuthError::ExecPluginFailed => {
            format!("{plugin} did not print an ExecCredential with a status")
        }
        AuthError::InvalidBearerToken(_) => {
            "the token is none: it has a line break, or is binary".to_owned()
        }
        _ => chain(error),
    }
}

fn end(out: &Output) -> String {
    match out.status.code() {
        Some(code) => format!("failed with exit status {code}"),
        None => format!("was ended: {}", out.status),
    }
}
