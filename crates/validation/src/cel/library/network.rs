//! URLs, addresses and networks.

use super::Call;
use crate::cel::error::EvaluationError;
use crate::cel::evaluate::Evaluated;
use crate::cel::meter::Meter;
use crate::cel::value::{Entries, Map, Val};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

/// An absolute URL or an absolute path, as Go's `url.ParseRequestURI` takes them.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cel) struct Url {
    pub(in crate::cel) text: String,
    scheme: String,
    /// With the port.
    host: String,
    path: String,
    query: String,
}

impl Url {
    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.contains(|c: char| c.is_control() || c == ' ') {
            return None;
        }
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) if !text.starts_with('/') => (scheme.to_ascii_lowercase(), rest),
            _ => (String::new(), text),
        };
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        if !(scheme.is_empty() && text.starts_with('/') || is_scheme) {
            return None;
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        if !rest.starts_with('/') {
            // `mailto:a`: nothing is known of it but that it is one.
            return (!scheme.is_empty()).then(|| Self {
                text: text.to_owned(),
                scheme,
                host: String::new(),
                path: String::new(),
                query: query.to_owned(),
            });
        }
        let (host, path) = match rest.strip_prefix("//") {
            Some(rest) if !scheme.is_empty() || !rest.starts_with('/') => {
                let end = rest.find('/').unwrap_or(rest.len());
                let (authority, path) = rest.split_at(end);
                (authority.rsplit('@').next().unwrap_or_default(), path)
            }
            _ => ("", rest),
        };
        if !is_host(host) || !is_escaped(path) {
            return None;
        }
        Some(Self {
            text: text.to_owned(),
            scheme,
            host: host.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
        })
    }

    /// Without port and brackets.
    fn hostname(&self) -> &str {
        let (name, _) = split_port(&self.host);
        name.strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
            .unwrap_or(name)
    }

    fn values<'a>(&self) -> Val<'a> {
        let mut names: Vec<(String, Vec<Val<'a>>)> = Vec::new();
        for pair in self.query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (unescape(name), Val::text(unescape(value)));
            match names.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => names.push((name, vec![value])),
            }
        }
        let mut entries = Entries::default();
        for (name, values) in names {
            entries.insert(Val::text(name), Val::list(values));
        }
        Val::Map(Map::Made(Rc::new(entries)))
    }
}

fn split_port(host: &str) -> (&str, &str) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
        _ => (host, ""),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else {
            return false;
        };
        let is_port = port.is_empty()
            || port
                .strip_prefix(':')
                .is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
        return is_port
            && address
                .split('%')
                .next()
                .is_some_and(|it| it.parse::<Ipv6Addr>().is_ok());
    }
    let (name, _) = split_port(host);
    !name.contains(':') && !name.contains(|c: char| "\"<>[]\\^`{|}".contains(c)) && is_escaped(name)
}

/// Whether a percent sign stands before two digits only.
fn is_escaped(text: &str) -> bool {
    let mut parts = text.split('%');
    parts.next();
    parts.all(|part| {
        let digits = part.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let digit = |at: usize| {
            behind
                .get(at)
                .and_then(|&byte| char::from(byte).to_digit(16))
        };
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &behind[2..];
            }
            (b'+', ..) => {
                bytes.push(b' ');
                rest = behind;
            }
            (byte, ..) => {
                bytes.push(*byte);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cel) struct Cidr {
    pub(in crate::cel) address: IpAddr,
    length: u8,
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

impl Cidr {
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address = parse_address(address)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let is_plain = length == "0" || !length.starts_with(['0', '+']);
        let length = length
            .parse()
            .ok()
            .filter(|length| *length <= most && is_plain)?;
        Some(Self { address, length })
    }

    fn masked(self) -> Self {
        let address = match self.address {
            IpAddr::V4(address) => {
                let mask = u32::MAX
                    .checked_shl(32 - u32::from(self.length))
                    .unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from(u32::from(address) & mask))
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.length))
                    .unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from(u128::from(address) & mask))
            }
        };
        Self { address, ..self }
    }

    fn contains(self, address: IpAddr) -> bool {
        if self.address.is_ipv4() != address.is_ipv4() {
            return false;
        }
        let other = Self { address, ..self };
        self.masked().address == other.masked().address
    }
}

/// An address as Kubernetes takes it: no zone, and none of version 4 written as one of version 6.
fn parse_address(text: &str) -> Option<IpAddr> {
    let address: IpAddr = text.parse().ok()?;
    match address {
        IpAddr::V6(address) if address.to_ipv4_mapped().is_some() => None,
        address => Some(address),
    }
}

pub(super) fn call<'a>(call: &Call<'_, 'a>, meter: &mut Meter) -> Evaluated<Val<'a>> {
    match call.arguments {
        [value @ Val::String(text)] => {
            let factor = if call.function == "ip.isCanonical" {
                2
            } else {
                1
            };
            meter.charge_tenths(value.size() * factor)?;
            of_text(call.function, text)
        }
        [Val::Url(url)] => {
            meter.charge(1)?;
            of_url(call.function, url)
        }
        [Val::Ip(address)] => {
            meter.charge(1)?;
            of_address(call.function, *address)
        }
        [value @ Val::Cidr(network), rest @ ..] => {
            if let [other] = rest {
                let parsed = match other {
                    Val::String(_) => other.size().div_ceil(10),
                    _ => 0,
                };
                meter.charge(value.size().div_ceil(3) + 1 + parsed)?;
            } else {
                meter.charge(1)?;
            }
            of_network(call.function, *network, rest)
        }
        _ => Err(EvaluationError::no_overload()),
    }
}

fn of_text<'a>(function: &str, text: &str) -> Evaluated<Val<'a>> {
    let failed = |what: &str| {
        EvaluationError::failed(format!(
            "{what} parse error during conversion from string: {text:?}"
        ))
    };
    Ok(match function {
        "isURL" => Val::Bool(Url::parse(text).is_some()),
        "url" => Val::Url(Rc::new(Url::parse(text).ok_or_else(|| failed("URL"))?)),
        "isIP" => Val::Bool(parse_address(text).is_some()),
        "ip" => Val::Ip(parse_address(text).ok_or_else(|| failed("IP Address"))?),
        "ip.isCanonical" => {
            let address = parse_address(text).ok_or_else(|| failed("IP Address"))?;
            Val::Bool(address.to_string() == text)
        }
        "isCIDR" => Val::Bool(Cidr::parse(text).is_some()),
        "cidr" => Val::Cidr(Cidr::parse(text).ok_or_else(|| failed("network address"))?),
        _ => return Err(EvaluationError::no_overload()),
    })
}

fn of_url<'a>(function: &str, url: &Url) -> Evaluated<Val<'a>> {
    Ok(match function {
        "getScheme" => Val::text(url.scheme.as_str()),
        "getHost" => Val::text(url.host.as_str()),
        "getHostname" => Val::text(url.hostname()),
        "getPort" => Val::text(split_port(&url.host).1),
        "getEscapedPath" => Val::text(url.path.as_str()),
        "getQuery" => url.values(),
        _ => return Err(EvaluationError::no_overload()),
    })
}

fn of_address<'a>(function: &str, address: IpAddr) -> Evaluated<Val<'a>> {
    let is_link_local = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    let is_local_multicast = match address {
        IpAddr::V4(address) => address.octets()[..3] == [224, 0, 0],
        IpAddr::V6(address) => address.segments()[0] & 0xff0f == 0xff02,
    };
    let is_broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    Ok(match function {
        "family" => Val::Int(if address.is_ipv4() { 4 } else { 6 }),
        "isUnspecified" => Val::Bool(address.is_unspecified()),
        "isLoopback" => Val::Bool(address.is_loopback()),
        "isLinkLocalMulticast" => Val::Bool(is_local_multicast),
        "isLinkLocalUnicast" => Val::Bool(is_link_local),
        "isGlobalUnicast" => Val::Bool(
            !address.is_unspecified()
                && !address.is_loopback()
                && !address.is_multicast()
                && !is_link_local
                && !is_broadcast,
        ),
        _ => return Err(EvaluationError::no_overload()),
    })
}

fn of_network<'a>(function: &str, network: Cidr, rest: &[Val<'a>]) -> Evaluated<Val<'a>> {
    let failed = |text: &str| {
        EvaluationError::failed(format!(
            "network address parse error during conversion from string: {text:?}"
        ))
    };
    let holds =
        |other: Cidr| network.length <= other.length && network.contains(other.masked().address);
    Ok(match (function, rest) {
        ("ip", []) => Val::Ip(network.address),
        ("prefixLength", []) => Val::Int(network.length.into()),
        ("masked", []) => Val::Cidr(network.masked()),
        ("containsIP", [Val::Ip(address)]) => Val::Bool(network.contains(*address)),
        ("containsIP", [Val::String(text)]) => {
            let address = parse_address(text).ok_or_else(|| failed(text))?;
            Val::Bool(network.contains(address))
        }
        ("containsCIDR", [Val::Cidr(other)]) => Val::Bool(holds(*other)),
        ("containsCIDR", [Val::String(text)]) => {
            Val::Bool(holds(Cidr::parse(text).ok_or_else(|| failed(text))?))
        }
        _ => return Err(EvaluationError::no_overload()),
    })
}
