//! A bare API server in memory, for replaying recorded answers while developing:
//! `cargo run -p trimtab-apiserver --example serve -- 127.0.0.1:6443 tokens.csv 198.19.0.0/24`.

use std::error::Error;
use std::sync::Arc;
use tokio::net::TcpListener;
use trimtab_apiserver::authentication::{Authentication, TokenFile};
use trimtab_apiserver::{ApiServer, Config, Pki};
use trimtab_clock::{Chance, Clock};
use trimtab_schema::Schema;
use trimtab_store::{MemoryStore, Retention};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "ADDRESS TOKEN_FILE SERVICE_RANGE";
    let mut next = || arguments.next().ok_or(usage);
    let (address, tokens, range) = (next()?, next()?, next()?);
    let clock = Clock::system();
    let server = ApiServer::start(Config {
        store: Arc::new(MemoryStore::new(Retention::default())),
        schema: Schema::kubernetes(),
        clock,
        chance: Chance::from_system(),
        authentication: Authentication {
            tokens: Some(TokenFile::open(tokens.as_ref())?),
            ..Authentication::default()
        },
        authorization: trimtab_apiserver::Authorization::default(),
        audit: None,
        service_cluster_ip_range: range.parse()?,
        serving: trimtab_apiserver::ServingOptions::default(),
        admission_plugins: trimtab_apiserver::AdmissionPlugins::default(),
        egress: trimtab_apiserver::Egress::All,
    })
    .await?;
    let listener = TcpListener::bind(address).await?;
    let tls = Pki::ephemeral(&[], clock)?.server_config()?;
    server.serve(listener, tls, std::future::pending()).await;
    Ok(())
}
