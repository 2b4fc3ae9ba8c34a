use super::*;
use jiff::{SignedDuration, Timestamp};
use rustls::RootCertStore;
use rustls::pki_types::ServerName;
use std::fs;

/// A clock that shows the time `days` from now. (TLS itself goes by the system's.)
fn clock_in(days: i64) -> Clock {
    let now = Clock::system().now();
    Clock::starting_at(
        now.checked_add(SignedDuration::from_hours(24 * days))
            .unwrap(),
    )
}

fn text(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join(name)).unwrap()
}

fn end(pem: &str) -> Timestamp {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
    Timestamp::from_second(certificate.validity().not_after.timestamp()).unwrap()
}

/// Whether a client that trusts the authority takes the server for `name`; the connection is
/// played in memory.
fn is_trusted(pki: &Pki, name: &str, client: Option<&KeyPair>) -> Result<Option<String>, String> {
    let mut roots = RootCertStore::empty();
    roots
        .add(certificates(pki.ca_pem(), "").unwrap().remove(0))
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match client {
        None => config.with_no_client_auth(),
        Some(pair) => {
            let chain = certificates(&pair.certificate_pem, "").unwrap();
            let key = PrivateKeyDer::from_pem_slice(pair.key_pem.as_bytes()).unwrap();
            config.with_client_auth_cert(chain, key).unwrap()
        }
    };
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut client = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let mut server = rustls::ServerConnection::new(pki.server_config().unwrap()).unwrap();
    while client.is_handshaking() || server.is_handshaking() {
        let mut flight = Vec::new();
        client.write_tls(&mut flight).unwrap();
        server.read_tls(&mut &*flight).unwrap();
        server
            .process_new_packets()
            .map_err(|error| error.to_string())?;
        let mut flight = Vec::new();
        server.write_tls(&mut flight).unwrap();
        client.read_tls(&mut &*flight).unwrap();
        client
            .process_new_packets()
            .map_err(|error| error.to_string())?;
    }
    let certificates = server.peer_certificates().unwrap_or_default();
    Ok(certificates.first().map(|certificate| {
        let subject = subject(certificate).unwrap();
        format!(
            "{} in {}",
            subject.common_name,
            subject.organizations.join(",")
        )
    }))
}

#[test]
fn clients_that_trust_the_authority_trust_the_server() {
    let names = ["api.example.com".to_owned(), "198.19.0.1".to_owned()];
    let pki = Pki::ephemeral(&names, Clock::system()).unwrap();
    for name in [
        "localhost",
        "127.0.0.1",
        "::1",
        "kubernetes.default.svc",
        "198.19.0.1",
    ] {
        assert_eq!(is_trusted(&pki, name, None), Ok(None), "{name}");
    }
    assert_eq!(is_trusted(&pki, "api.example.com", None), Ok(None));
    let error = is_trusted(&pki, "other.example.com", None).unwrap_err();
    assert!(error.contains("not valid for name"), "{error}");
}

#[test]
fn the_administrator_is_vouched_for_and_a_stranger_is_not() {
    let pki = Pki::ephemeral(&[], Clock::system()).unwrap();
    let other = Pki::ephemeral(&[], Clock::system()).unwrap();
    let authorities = Authorities::parse(pki.ca_pem()).unwrap();
    let vouched = |pair: &KeyPair| {
        let chain = certificates(&pair.certificate_pem, "").unwrap();
        authorities.vouch_for(&chain).is_ok()
    };
    assert!(vouched(pki.admin()));
    assert!(!vouched(other.admin()));
    assert!(!vouched(pki.server()), "it is no client's certificate");
    // Whoever it is may speak: what is believed is seen with the request.
    let spoken = |pair| is_trusted(&pki, "localhost", Some(pair)).unwrap();
    let name = "kubernetes-admin in system:masters".to_owned();
    assert_eq!(spoken(pki.admin()).as_ref(), Some(&name));
    assert_eq!(spoken(other.admin()), Some(name));
}

#[cfg(unix)]
#[test]
fn keys_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path().join("deep/pki");
    Pki::open(&directory, &[], Clock::system()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    let mut files: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let expected = [
        "admin.crt",
        "admin.key",
        "apiserver.crt",
        "apiserver.key",
        "ca.crt",
        "ca.key",
        "sa.key",
    ];
    assert_eq!(files, expected);
    for key in ["admin.key", "apiserver.key", "ca.key", "sa.key"] {
        assert_eq!(mode(&directory.join(key)), 0o600, "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_still_good_stays() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let first = Pki::open(directory, &[], Clock::system()).unwrap();
    let again = Pki::open(directory, &[], clock_in(200)).unwrap();
    assert_eq!(
        first.server().certificate_pem,
        again.server().certificate_pem
    );
    assert_eq!(first.admin().key_pem, again.admin().key_pem);
    assert_eq!(
        is_trusted(&again, "localhost", Some(again.admin())).map(|_| ()),
        Ok(())
    );
}

#[tokio::test(start_paused = true)]
async fn what_ends_soon_or_lacks_a_name_is_issued_anew() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let first = Pki::open(directory, &[], Clock::system()).unwrap();
    let later = Pki::open(directory, &[], clock_in(350)).unwrap();
    assert_eq!(first.ca_pem(), later.ca_pem());
    assert!(end(&later.server().certificate_pem) > end(&first.server().certificate_pem));
    assert!(end(&later.admin().certificate_pem) > end(&first.admin().certificate_pem));

    let named = Pki::open(directory, &["a.example".to_owned()], clock_in(350)).unwrap();
    assert_ne!(
        named.server().certificate_pem,
        later.server().certificate_pem
    );
    assert_eq!(named.admin().certificate_pem, later.admin().certificate_pem);

    let much_later = Pki::open(directory, &[], clock_in(9 * 365)).unwrap();
    assert_ne!(much_later.ca_pem(), first.ca_pem());
    assert_eq!(text(directory, "ca.crt"), much_later.ca_pem());
    assert_eq!(text(directory, "admin.key"), much_later.admin().key_pem);
}

#[test]
fn a_certificate_of_another_authority_or_key_is_not_kept() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let first = Pki::open(directory, &[], Clock::system()).unwrap();
    fs::write(directory.join("apiserver.key"), &first.admin().key_pem).unwrap();
    let second = Pki::open(directory, &[], Clock::system()).unwrap();
    assert_ne!(
        first.server().certificate_pem,
        second.server().certificate_pem
    );
    assert_eq!(is_trusted(&second, "localhost", None), Ok(None));
}

#[test]
fn an_authority_whose_key_is_kept_elsewhere_is_used_but_cannot_sign() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let first = Pki::open(directory, &[], Clock::system()).unwrap();
    fs::remove_file(directory.join("ca.key")).unwrap();
    let second = Pki::open(directory, &[], Clock::system()).unwrap();
    assert_eq!(
        first.server().certificate_pem,
        second.server().certificate_pem
    );
    let error = Pki::open(directory, &["a.example".to_owned()], Clock::system())
        .err()
        .unwrap();
    assert!(error.to_string().contains("ca.key` is missing"), "{error}");
}

#[test]
fn files_and_names_that_are_none_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    fs::write(directory.join("ca.crt"), "nothing").unwrap();
    let error = Pki::open(directory, &[], Clock::system()).err().unwrap();
    assert!(
        error
            .to_string()
            .contains("ca.crt` holds no certificate in PEM"),
        "{error}"
    );
    let error = Pki::ephemeral(&["not a name".to_owned()], Clock::system())
        .err()
        .unwrap();
    assert!(
        error.to_string().starts_with("`not a name` is neither"),
        "{error}"
    );
}

#[test]
fn the_front_proxy_has_an_authority_of_its_own_that_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let clock = Clock::system();
    let (pair, authority) = front_proxy(Some(directory.path()), clock).unwrap();
    let certificate = pair.certificate_pem.as_bytes();
    let der = CertificateDer::from_pem_slice(certificate).unwrap();
    let name = subject(&der).unwrap();
    assert_eq!(name.common_name, "front-proxy-client");
    let again = front_proxy(Some(directory.path()), clock).unwrap();
    assert!(again == (pair, authority.clone()));
    let elsewhere = front_proxy(None, clock).unwrap();
    assert_ne!(elsewhere.1, authority);
}
