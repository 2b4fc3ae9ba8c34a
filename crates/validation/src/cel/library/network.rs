//! What can be asked of URLs, addresses and networks.

use super::call::Call;
use crate::cel::error::{Evaluated, EvaluationError};
use crate::cel::meter::Meter;
use crate::cel::value::{Cidr, Entries, Map, Url, Val, parse_address, split_port};
use std::net::IpAddr;
use std::rc::Rc;

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
        "getQuery" => query(url),
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

/// The query of a URL: a list of values of each name.
fn query<'a>(url: &Url) -> Val<'a> {
    let mut names: Vec<(String, Vec<Val<'a>>)> = Vec::new();
    for pair in url.query.split('&').filter(|pair| !pair.is_empty()) {
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
