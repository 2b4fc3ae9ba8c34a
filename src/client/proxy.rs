//! Which proxy of the environment leads to a server. The rules are those of Go's programs, kubectl
//! among them; `kube` knows no loopback, and takes `NO_PROXY` for names of proxies.

use http::Uri;
use http::uri::InvalidUri;
use std::net::IpAddr;

/// The proxy to `server` that the environment names, which `variable` reads.
///
/// # Errors
/// When it is no address.
pub(super) fn of_environment(
    server: &Uri,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Uri>, InvalidUri> {
    let either = |names: [&str; 2]| {
        let mut values = names.into_iter().filter_map(&variable);
        values.find(|value| !value.is_empty())
    };
    let proxy = match server.scheme_str() {
        Some("https") => either(["HTTPS_PROXY", "https_proxy"]),
        _ => either(["HTTP_PROXY", "http_proxy"]),
    };
    let Some(proxy) = proxy else {
        return Ok(None);
    };
    let server = Server::of(server);
    let left_out = either(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    if server.is_this_machine() || left_out.split(',').any(|entry| server.is_meant_by(entry)) {
        return Ok(None);
    }
    let has_scheme = proxy.contains("://");
    let proxy = if has_scheme {
        proxy
    } else {
        format!("http://{proxy}")
    };
    proxy.parse().map(Some)
}

/// What decides whether a proxy leads to a server.
struct Server {
    host: String,
    port: u16,
    /// Where the host is an address.
    address: Option<IpAddr>,
}

impl Server {
    fn of(server: &Uri) -> Self {
        let host = server.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let usual = if server.scheme_str() == Some("https") {
            443
        } else {
            80
        };
        Self {
            host: host.to_ascii_lowercase(),
            port: server.port_u16().unwrap_or(usual),
            address: host.parse().ok(),
        }
    }

    /// No proxy leads back to where it was asked from.
    fn is_this_machine(&self) -> bool {
        self.host == "localhost"
            || self
                .address
                .is_some_and(|it| it.to_canonical().is_loopback())
    }

    /// Whether an entry of `NO_PROXY` means it.
    fn is_meant_by(&self, entry: &str) -> bool {
        let entry = entry.trim().to_ascii_lowercase();
        if entry == "*" {
            return true;
        }
        if let Some(network) = Network::parse(&entry) {
            return self.address.is_some_and(|it| network.holds(it));
        }
        if let Ok(address) = entry.parse::<IpAddr>() {
            return self.address == Some(address);
        }
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok()),
            None => (&*entry, None),
        };
        if port.is_some_and(|port: u16| port != self.port) {
            return false;
        }
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = host.parse::<IpAddr>() {
            return self.address == Some(address);
        }
        let host = host.strip_prefix('*').unwrap_or(host);
        match host.strip_prefix('.') {
            Some(domain) => !domain.is_empty() && self.is_below(domain),
            None => !host.is_empty() && (self.host == host || self.is_below(host)),
        }
    }

    fn is_below(&self, domain: &str) -> bool {
        let name = self.host.strip_suffix(domain);
        name.is_some_and(|name| name.ends_with('.'))
    }
}

/// Addresses with the same first bits: `10.0.0.0/8`.
struct Network {
    first: IpAddr,
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (first, bits) = text.split_once('/')?;
        let first: IpAddr = first.parse().ok()?;
        let bits = bits.parse().ok()?;
        (bits <= width(first)).then_some(Self { first, bits })
    }

    fn holds(&self, address: IpAddr) -> bool {
        let unlike = number(self.first) ^ number(address);
        let others = width(self.first) - self.bits;
        width(self.first) == width(address) && unlike.checked_shr(others).unwrap_or(0) == 0
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The proxy to `server`, where `variables` are set.
    fn proxy(server: &str, variables: &[(&str, &str)]) -> Option<String> {
        let server = server.parse().expect("an address");
        let variable = |name: &str| {
            let found = variables.iter().find(|(it, _)| *it == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let proxy = of_environment(&server, variable).expect("addresses");
        proxy.map(|it| it.to_string().trim_end_matches('/').to_owned())
    }

    const PROXY: (&str, &str) = ("HTTPS_PROXY", "http://proxy:3128");

    #[test]
    fn no_proxy_leads_to_this_machine() {
        for here in [
            "localhost",
            "LOCALHOST",
            "127.0.0.1",
            "127.8.9.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            for port in ["", ":6443"] {
                assert_eq!(proxy(&format!("https://{here}{port}"), &[PROXY]), None);
            }
        }
        for elsewhere in ["localhost.example.com", "128.0.0.1", "[::2]", "example.com"] {
            let found = proxy(&format!("https://{elsewhere}:6443"), &[PROXY]);
            assert_eq!(found.as_deref(), Some("http://proxy:3128"), "{elsewhere}");
        }
    }

    #[test]
    fn the_scheme_of_the_server_says_which_variable() {
        let http = ("http_proxy", "other");
        let found = proxy("http://example.com", &[PROXY, http]);
        assert_eq!(found.as_deref(), Some("http://other"));
        assert_eq!(proxy("http://example.com", &[PROXY]), None);
        let small = [("HTTPS_PROXY", ""), ("https_proxy", "socks5://small:1")];
        let found = proxy("https://example.com", &small);
        assert_eq!(found.as_deref(), Some("socks5://small:1"));
    }

    #[test]
    fn what_is_left_out_is_the_server() {
        for (entries, server) in [
            ("*", "example.com"),
            ("a, Example.com,", "api.EXAMPLE.com"),
            ("example.com", "example.com"),
            (".example.com", "api.example.com"),
            ("*.example.com", "api.example.com"),
            ("example.com:443", "example.com"),
            ("example.com:6443", "example.com:6443"),
            ("10.0.0.0/8", "10.1.2.3"),
            ("0.0.0.0/0", "10.1.2.3"),
            ("10.1.2.3", "10.1.2.3:6443"),
            ("fd00::/8", "[fd00::1]:6443"),
            ("[fd00::1]:6443", "[fd00::1]:6443"),
        ] {
            let variables = [PROXY, ("NO_PROXY", entries)];
            let found = proxy(&format!("https://{server}"), &variables);
            assert_eq!(found, None, "{entries} {server}");
        }
        for (entries, server) in [
            ("proxy,proxy:3128", "example.com"),
            ("example.com", "badexample.com"),
            (".example.com", "example.com"),
            ("example.com:80", "example.com"),
            ("10.0.0.0/8", "11.1.2.3"),
            ("0.0.0.0/0", "[fd00::1]"),
            ("10.0.0.0/64,.,:,/", "10.1.2.3"),
        ] {
            let variables = [PROXY, ("no_proxy", entries)];
            let found = proxy(&format!("https://{server}"), &variables);
            assert!(found.is_some(), "{entries} {server}");
        }
    }
}
