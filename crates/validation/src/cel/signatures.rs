//! What functions there are, and what types they take and give.
//!
//! Upstream: `cel-go/common/stdlib`, `cel-go/ext` (strings 2, sets, two variables, lists 3),
//! `k8s.io/apiserver/pkg/cel/library`; the overloads' names are those.

use super::types::Type;
use rustc_hash::FxHashMap;
use std::sync::{Arc, LazyLock};

/// One way to call a function.
#[derive(Debug)]
pub(super) struct Overload {
    /// Costs go by it.
    pub(super) id: &'static str,
    pub(super) is_member: bool,
    /// With the target in front, if it is a member.
    pub(super) parameters: Vec<Type>,
    pub(super) result: Type,
}

/// The ways to call a function.
pub(super) fn overloads(function: &str) -> Option<&'static [Overload]> {
    static ALL: LazyLock<FxHashMap<&'static str, Vec<Overload>>> = LazyLock::new(read);
    ALL.get(function).map(Vec::as_slice)
}

/// `overload: function(types) result`, or `overload: type.function(types) result`.
const SIGNATURES: &str = "
conditional: _?_:_(bool, A, A) A
logical_and: _&&_(bool, bool) bool
logical_or: _||_(bool, bool) bool
logical_not: !_(bool) bool
equals: _==_(A, A) bool
not_equals: _!=_(A, A) bool
less_bool: _<_(bool, bool) bool
less_int64: _<_(int, int) bool
less_int64_double: _<_(int, double) bool
less_int64_uint64: _<_(int, uint) bool
less_uint64: _<_(uint, uint) bool
less_uint64_double: _<_(uint, double) bool
less_uint64_int64: _<_(uint, int) bool
less_double: _<_(double, double) bool
less_double_int64: _<_(double, int) bool
less_double_uint64: _<_(double, uint) bool
less_string: _<_(string, string) bool
less_bytes: _<_(bytes, bytes) bool
less_timestamp: _<_(timestamp, timestamp) bool
less_duration: _<_(duration, duration) bool
less_equals_bool: _<=_(bool, bool) bool
less_equals_int64: _<=_(int, int) bool
less_equals_int64_double: _<=_(int, double) bool
less_equals_int64_uint64: _<=_(int, uint) bool
less_equals_uint64: _<=_(uint, uint) bool
less_equals_uint64_double: _<=_(uint, double) bool
less_equals_uint64_int64: _<=_(uint, int) bool
less_equals_double: _<=_(double, double) bool
less_equals_double_int64: _<=_(double, int) bool
less_equals_double_uint64: _<=_(double, uint) bool
less_equals_string: _<=_(string, string) bool
less_equals_bytes: _<=_(bytes, bytes) bool
less_equals_timestamp: _<=_(timestamp, timestamp) bool
less_equals_duration: _<=_(duration, duration) bool
greater_bool: _>_(bool, bool) bool
greater_int64: _>_(int, int) bool
greater_int64_double: _>_(int, double) bool
greater_int64_uint64: _>_(int, uint) bool
greater_uint64: _>_(uint, uint) bool
greater_uint64_double: _>_(uint, double) bool
greater_uint64_int64: _>_(uint, int) bool
greater_double: _>_(double, double) bool
greater_double_int64: _>_(double, int) bool
greater_double_uint64: _>_(double, uint) bool
greater_string: _>_(string, string) bool
greater_bytes: _>_(bytes, bytes) bool
greater_timestamp: _>_(timestamp, timestamp) bool
greater_duration: _>_(duration, duration) bool
greater_equals_bool: _>=_(bool, bool) bool
greater_equals_int64: _>=_(int, int) bool
greater_equals_int64_double: _>=_(int, double) bool
greater_equals_int64_uint64: _>=_(int, uint) bool
greater_equals_uint64: _>=_(uint, uint) bool
greater_equals_uint64_double: _>=_(uint, double) bool
greater_equals_uint64_int64: _>=_(uint, int) bool
greater_equals_double: _>=_(double, double) bool
greater_equals_double_int64: _>=_(double, int) bool
greater_equals_double_uint64: _>=_(double, uint) bool
greater_equals_string: _>=_(string, string) bool
greater_equals_bytes: _>=_(bytes, bytes) bool
greater_equals_timestamp: _>=_(timestamp, timestamp) bool
greater_equals_duration: _>=_(duration, duration) bool
add_int64: _+_(int, int) int
add_uint64: _+_(uint, uint) uint
add_double: _+_(double, double) double
add_string: _+_(string, string) string
add_bytes: _+_(bytes, bytes) bytes
add_list: _+_(list(A), list(A)) list(A)
add_duration_duration: _+_(duration, duration) duration
add_timestamp_duration: _+_(timestamp, duration) timestamp
add_duration_timestamp: _+_(duration, timestamp) timestamp
subtract_int64: _-_(int, int) int
subtract_uint64: _-_(uint, uint) uint
subtract_double: _-_(double, double) double
subtract_timestamp_timestamp: _-_(timestamp, timestamp) duration
subtract_timestamp_duration: _-_(timestamp, duration) timestamp
subtract_duration_duration: _-_(duration, duration) duration
multiply_int64: _*_(int, int) int
multiply_uint64: _*_(uint, uint) uint
multiply_double: _*_(double, double) double
divide_int64: _/_(int, int) int
divide_uint64: _/_(uint, uint) uint
divide_double: _/_(double, double) double
modulo_int64: _%_(int, int) int
modulo_uint64: _%_(uint, uint) uint
negate_int64: -_(int) int
negate_double: -_(double) double
index_list: _[_](list(A), int) A
index_map: _[_](map(A, B), A) B
optional_list_optindex_int: _[_](optional(list(A)), int) optional(A)
optional_map_optindex_value: _[_](optional(map(A, B)), A) optional(B)
list_optindex_optional_int: _[?_](list(A), int) optional(A)
optional_list_index_int: _[?_](optional(list(A)), int) optional(A)
map_optindex_optional_value: _[?_](map(A, B), A) optional(B)
optional_map_index_value: _[?_](optional(map(A, B)), A) optional(B)
in_list: @in(A, list(A)) bool
in_map: @in(A, map(A, B)) bool
size_string: size(string) int
size_bytes: size(bytes) int
size_list: size(list(A)) int
size_map: size(map(A, B)) int
string_size: string.size() int
bytes_size: bytes.size() int
list_size: list(A).size() int
map_size: map(A, B).size() int
type: type(A) type(A)
to_dyn: dyn(A) dyn
bool_to_bool: bool(bool) bool
string_to_bool: bool(string) bool
bytes_to_bytes: bytes(bytes) bytes
string_to_bytes: bytes(string) bytes
double_to_double: double(double) double
int64_to_double: double(int) double
uint64_to_double: double(uint) double
string_to_double: double(string) double
duration_to_duration: duration(duration) duration
int64_to_duration: duration(int) duration
string_to_duration: duration(string) duration
int64_to_int64: int(int) int
uint64_to_int64: int(uint) int
double_to_int64: int(double) int
string_to_int64: int(string) int
timestamp_to_int64: int(timestamp) int
duration_to_int64: int(duration) int
string_to_string: string(string) string
bool_to_string: string(bool) string
int64_to_string: string(int) string
uint64_to_string: string(uint) string
double_to_string: string(double) string
bytes_to_string: string(bytes) string
timestamp_to_string: string(timestamp) string
duration_to_string: string(duration) string
timestamp_to_timestamp: timestamp(timestamp) timestamp
int64_to_timestamp: timestamp(int) timestamp
string_to_timestamp: timestamp(string) timestamp
uint64_to_uint64: uint(uint) uint
int64_to_uint64: uint(int) uint
double_to_uint64: uint(double) uint
string_to_uint64: uint(string) uint
contains_string: string.contains(string) bool
ends_with_string: string.endsWith(string) bool
starts_with_string: string.startsWith(string) bool
matches: matches(string, string) bool
matches_string: string.matches(string) bool
timestamp_to_year: timestamp.getFullYear() int
timestamp_to_year_with_tz: timestamp.getFullYear(string) int
timestamp_to_month: timestamp.getMonth() int
timestamp_to_month_with_tz: timestamp.getMonth(string) int
timestamp_to_day_of_year: timestamp.getDayOfYear() int
timestamp_to_day_of_year_with_tz: timestamp.getDayOfYear(string) int
timestamp_to_day_of_month: timestamp.getDayOfMonth() int
timestamp_to_day_of_month_with_tz: timestamp.getDayOfMonth(string) int
timestamp_to_day_of_month_1_based: timestamp.getDate() int
timestamp_to_day_of_month_1_based_with_tz: timestamp.getDate(string) int
timestamp_to_day_of_week: timestamp.getDayOfWeek() int
timestamp_to_day_of_week_with_tz: timestamp.getDayOfWeek(string) int
timestamp_to_hours: timestamp.getHours() int
timestamp_to_hours_with_tz: timestamp.getHours(string) int
timestamp_to_minutes: timestamp.getMinutes() int
timestamp_to_minutes_with_tz: timestamp.getMinutes(string) int
timestamp_to_seconds: timestamp.getSeconds() int
timestamp_to_seconds_tz: timestamp.getSeconds(string) int
timestamp_to_milliseconds: timestamp.getMilliseconds() int
timestamp_to_milliseconds_with_tz: timestamp.getMilliseconds(string) int
duration_to_hours: duration.getHours() int
duration_to_minutes: duration.getMinutes() int
duration_to_seconds: duration.getSeconds() int
duration_to_milliseconds: duration.getMilliseconds() int
optional_of: optional.of(A) optional(A)
optional_ofNonZeroValue: optional.ofNonZeroValue(A) optional(A)
optional_none: optional.none() optional(A)
optional_value: optional(A).value() A
optional_hasValue: optional(A).hasValue() bool
optional_or_optional: optional(A).or(optional(A)) optional(A)
optional_orValue_value: optional(A).orValue(A) A
optional_unwrap: optional.unwrap(list(optional(A))) list(A)
optional_unwrapOpt: list(optional(A)).unwrapOpt() list(A)
string_char_at_int: string.charAt(int) string
string_index_of_string: string.indexOf(string) int
string_index_of_string_int: string.indexOf(string, int) int
string_last_index_of_string: string.lastIndexOf(string) int
string_last_index_of_string_int: string.lastIndexOf(string, int) int
string_lower_ascii: string.lowerAscii() string
string_upper_ascii: string.upperAscii() string
string_replace_string_string: string.replace(string, string) string
string_replace_string_string_int: string.replace(string, string, int) string
string_split_string: string.split(string) list(string)
string_split_string_int: string.split(string, int) list(string)
string_substring_int: string.substring(int) string
string_substring_int_int: string.substring(int, int) string
string_trim: string.trim() string
string_format: string.format(list(dyn)) string
strings_quote: strings.quote(string) string
list_join: list(string).join() string
list_join_string: list(string).join(string) string
list_sets_contains_list: sets.contains(list(A), list(A)) bool
list_sets_equivalent_list: sets.equivalent(list(A), list(A)) bool
list_sets_intersects_list: sets.intersects(list(A), list(A)) bool
list_slice: list(A).slice(int, int) list(A)
list_flatten: list(list(A)).flatten() list(A)
list_flatten_int: list(dyn).flatten(int) list(dyn)
list_distinct: list(A).distinct() list(A)
list_reverse: list(A).reverse() list(A)
lists_range: lists.range(int) list(int)
list_first: list(A).first() optional(A)
list_last: list(A).last() optional(A)
list_int_sort: list(int).sort() list(int)
list_uint_sort: list(uint).sort() list(uint)
list_double_sort: list(double).sort() list(double)
list_bool_sort: list(bool).sort() list(bool)
list_duration_sort: list(duration).sort() list(duration)
list_timestamp_sort: list(timestamp).sort() list(timestamp)
list_string_sort: list(string).sort() list(string)
list_bytes_sort: list(bytes).sort() list(bytes)
list_int_is_sorted_bool: list(int).isSorted() bool
list_uint_is_sorted_bool: list(uint).isSorted() bool
list_double_is_sorted_bool: list(double).isSorted() bool
list_bool_is_sorted_bool: list(bool).isSorted() bool
list_duration_is_sorted_bool: list(duration).isSorted() bool
list_timestamp_is_sorted_bool: list(timestamp).isSorted() bool
list_string_is_sorted_bool: list(string).isSorted() bool
list_bytes_is_sorted_bool: list(bytes).isSorted() bool
list_int_sum_int: list(int).sum() int
list_uint_sum_uint: list(uint).sum() uint
list_double_sum_double: list(double).sum() double
list_duration_sum_duration: list(duration).sum() duration
list_int_max_int: list(int).max() int
list_uint_max_uint: list(uint).max() uint
list_double_max_double: list(double).max() double
list_bool_max_bool: list(bool).max() bool
list_duration_max_duration: list(duration).max() duration
list_timestamp_max_timestamp: list(timestamp).max() timestamp
list_string_max_string: list(string).max() string
list_bytes_max_bytes: list(bytes).max() bytes
list_int_min_int: list(int).min() int
list_uint_min_uint: list(uint).min() uint
list_double_min_double: list(double).min() double
list_bool_min_bool: list(bool).min() bool
list_duration_min_duration: list(duration).min() duration
list_timestamp_min_timestamp: list(timestamp).min() timestamp
list_string_min_string: list(string).min() string
list_bytes_min_bytes: list(bytes).min() bytes
list_a_index_of_int: list(A).indexOf(A) int
list_a_last_index_of_int: list(A).lastIndexOf(A) int
string_find_string: string.find(string) string
string_find_all_string: string.findAll(string) list(string)
string_find_all_string_int: string.findAll(string, int) list(string)
string_to_url: url(string) URL
is_url_string: isURL(string) bool
url_get_scheme: URL.getScheme() string
url_get_host: URL.getHost() string
url_get_hostname: URL.getHostname() string
url_get_port: URL.getPort() string
url_get_escaped_path: URL.getEscapedPath() string
url_get_query: URL.getQuery() map(string, list(string))
string_to_ip: ip(string) IP
is_ip: isIP(string) bool
ip_is_canonical: ip.isCanonical(string) bool
ip_family: IP.family() int
ip_is_unspecified: IP.isUnspecified() bool
ip_is_loopback: IP.isLoopback() bool
ip_is_link_local_multicast: IP.isLinkLocalMulticast() bool
ip_is_link_local_unicast: IP.isLinkLocalUnicast() bool
ip_is_global_unicast: IP.isGlobalUnicast() bool
ip_to_string: string(IP) string
string_to_cidr: cidr(string) CIDR
is_cidr: isCIDR(string) bool
cidr_contains_ip_string: CIDR.containsIP(string) bool
cidr_contains_ip_ip: CIDR.containsIP(IP) bool
cidr_contains_cidr_string: CIDR.containsCIDR(string) bool
cidr_contains_cidr: CIDR.containsCIDR(CIDR) bool
cidr_ip: CIDR.ip() IP
cidr_prefix_length: CIDR.prefixLength() int
cidr_masked: CIDR.masked() CIDR
cidr_to_string: string(CIDR) string
string_to_quantity: quantity(string) Quantity
is_quantity_string: isQuantity(string) bool
quantity_sign: sign(Quantity) int
quantity_is_greater_than: Quantity.isGreaterThan(Quantity) bool
quantity_is_less_than: Quantity.isLessThan(Quantity) bool
quantity_compare_to: Quantity.compareTo(Quantity) int
quantity_get_float: Quantity.asApproximateFloat() double
quantity_get_int: Quantity.asInteger() int
quantity_is_integer: Quantity.isInteger() bool
quantity_add: Quantity.add(Quantity) Quantity
quantity_add_int: Quantity.add(int) Quantity
quantity_sub: Quantity.sub(Quantity) Quantity
quantity_sub_int: Quantity.sub(int) Quantity
string_to_semver: semver(string) Semver
string_bool_to_semver: semver(string, bool) Semver
is_semver_string: isSemver(string) bool
is_semver_string_bool: isSemver(string, bool) bool
semver_is_greater_than: Semver.isGreaterThan(Semver) bool
semver_is_less_than: Semver.isLessThan(Semver) bool
semver_compare_to: Semver.compareTo(Semver) int
semver_major: Semver.major() int
semver_minor: Semver.minor() int
semver_patch: Semver.patch() int
format-named: format.named(string) optional(NamedFormat)
format-validate: NamedFormat.validate(string) optional(list(string))
format.dns1123Label: format.dns1123Label() NamedFormat
format.dns1123Subdomain: format.dns1123Subdomain() NamedFormat
format.dns1035Label: format.dns1035Label() NamedFormat
format.qualifiedName: format.qualifiedName() NamedFormat
format.dns1123LabelPrefix: format.dns1123LabelPrefix() NamedFormat
format.dns1123SubdomainPrefix: format.dns1123SubdomainPrefix() NamedFormat
format.dns1035LabelPrefix: format.dns1035LabelPrefix() NamedFormat
format.labelValue: format.labelValue() NamedFormat
format.uri: format.uri() NamedFormat
format.uuid: format.uuid() NamedFormat
format.byte: format.byte() NamedFormat
format.date: format.date() NamedFormat
format.datetime: format.datetime() NamedFormat
string_jsonpatch_escapeKey_string: jsonpatch.escapeKey(string) string
authorizer_path: Authorizer.path(string) PathCheck
authorizer_group: Authorizer.group(string) GroupCheck
authorizer_serviceaccount: Authorizer.serviceAccount(string, string) Authorizer
groupcheck_resource: GroupCheck.resource(string) ResourceCheck
resourcecheck_subresource: ResourceCheck.subresource(string) ResourceCheck
resourcecheck_namespace: ResourceCheck.namespace(string) ResourceCheck
resourcecheck_name: ResourceCheck.name(string) ResourceCheck
authorizer_fieldselector: ResourceCheck.fieldSelector(string) ResourceCheck
authorizer_labelselector: ResourceCheck.labelSelector(string) ResourceCheck
pathcheck_check: PathCheck.check(string) Decision
resourcecheck_check: ResourceCheck.check(string) Decision
decision_errored: Decision.errored() bool
decision_error: Decision.error() string
decision_allowed: Decision.allowed() bool
decision_reason: Decision.reason() string
";

/// Types of libraries: as they are written above, and as expressions and messages name them.
pub(super) const OPAQUE: [(&str, &str); 11] = [
    ("URL", "kubernetes.URL"),
    ("IP", "net.IP"),
    ("CIDR", "net.CIDR"),
    ("Quantity", "kubernetes.Quantity"),
    ("Semver", "kubernetes.Semver"),
    ("NamedFormat", "kubernetes.NamedFormat"),
    ("Authorizer", "kubernetes.authorization.Authorizer"),
    ("PathCheck", "kubernetes.authorization.PathCheck"),
    ("GroupCheck", "kubernetes.authorization.GroupCheck"),
    ("ResourceCheck", "kubernetes.authorization.ResourceCheck"),
    ("Decision", "kubernetes.authorization.Decision"),
];

fn read() -> FxHashMap<&'static str, Vec<Overload>> {
    let mut all: FxHashMap<&'static str, Vec<Overload>> = FxHashMap::default();
    for line in SIGNATURES.lines().filter(|line| !line.is_empty()) {
        let (function, overload) = signature(line).expect("the table above is well formed");
        all.entry(function).or_default().push(overload);
    }
    all
}

fn signature(line: &'static str) -> Option<(&'static str, Overload)> {
    let (id, rest) = line.split_once(": ")?;
    // The parameters are the last brackets that stand outside of others.
    let close = rest.rfind(") ").or_else(|| rest.rfind(')'))?;
    let mut result = rest.get(close + 2..).unwrap_or_default();
    let (mut head, mut parameters) = split_call(&rest[..=close])?;
    // The result has brackets, too.
    while head.is_empty() || head.ends_with(' ') || result.is_empty() {
        let at = rest.find(") ")?;
        result = &rest[at + 2..];
        (head, parameters) = split_call(&rest[..=at])?;
    }
    let (target, function) = match head.rsplit_once('.') {
        Some((target, function)) if is_type(target) => (Some(target), function),
        _ => (None, head),
    };
    let mut types = Vec::new();
    if let Some(target) = target {
        types.push(parse_type(target)?);
    }
    for parameter in split_types(parameters) {
        types.push(parse_type(parameter)?);
    }
    let overload = Overload {
        id,
        is_member: target.is_some(),
        parameters: types,
        result: parse_type(result)?,
    };
    Some((function, overload))
}

/// `list(A).first(int)` to `list(A).first` and `int`.
fn split_call(call: &'static str) -> Option<(&'static str, &'static str)> {
    let inner = call.strip_suffix(')')?;
    let mut depth = 0;
    for (at, c) in inner.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' if depth == 0 => return Some((&inner[..at], &inner[at + 1..])),
            '(' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn split_types(types: &'static str) -> Vec<&'static str> {
    let mut split = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in types.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                split.push(types[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = types[start..].trim();
    if !last.is_empty() {
        split.push(last);
    }
    split
}

/// Whether what stands before the point of a function is the type that it is called on.
fn is_type(text: &str) -> bool {
    let name = text.split('(').next().unwrap_or_default();
    let is_plain = matches!(name, "string" | "bytes" | "timestamp" | "duration");
    // `optional.of` is a name, `optional(A).value` a type.
    is_plain || text.ends_with(')') || OPAQUE.iter().any(|(known, _)| *known == name)
}

fn parse_type(text: &'static str) -> Option<Type> {
    if let Some((name, inner)) = text.split_once('(') {
        let types = split_types(inner.strip_suffix(')')?);
        let mut types = types.into_iter().map(parse_type);
        let first = types.next()??;
        return match name {
            "list" => Some(Type::list(first, None)),
            "map" => Some(Type::map(first, types.next()??, None)),
            "optional" => Some(Type::optional(first)),
            "type" => Some(Type::TypeOf(Arc::new(first))),
            _ => None,
        };
    }
    Some(match text {
        "A" => Type::Param(0),
        "B" => Type::Param(1),
        other => named(other)?,
    })
}

/// The type of a name, as this table or an expression has it.
pub(super) fn named(name: &str) -> Option<Type> {
    Some(match name {
        "dyn" => Type::DYN,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "uint" => Type::Uint,
        "double" => Type::Double,
        "string" => Type::STRING,
        "bytes" => Type::Bytes(None),
        "duration" | "google.protobuf.Duration" => Type::Duration(None),
        "timestamp" | "google.protobuf.Timestamp" => Type::Timestamp(None),
        "null_type" => Type::Null,
        _ => {
            let mut known = OPAQUE.iter();
            let (_, full) = known.find(|(short, full)| *short == name || *full == name)?;
            Type::Opaque(full)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let shown = |function: &str| -> Vec<String> {
            let overloads = overloads(function).unwrap_or_default().iter();
            overloads
                .map(|overload| {
                    let types: Vec<String> = overload
                        .parameters
                        .iter()
                        .map(ToString::to_string)
                        .collect();
                    let member = if overload.is_member { "member " } else { "" };
                    format!("{member}{} -> {}", types.join(", "), overload.result)
                })
                .collect()
        };
        assert_eq!(shown("first"), ["member list(dyn) -> optional_type(dyn)"]);
        assert_eq!(shown("optional.none"), [" -> optional_type(dyn)"]);
        assert_eq!(shown("url"), ["string -> kubernetes.URL"]);
        assert_eq!(
            shown("getQuery"),
            ["member kubernetes.URL -> map(string, list(string))"]
        );
        assert_eq!(shown("_[_]").len(), 4);
        assert_eq!(shown("size").len(), 8);
        assert_eq!(shown("ip.isCanonical"), ["string -> bool"]);
    }
}
