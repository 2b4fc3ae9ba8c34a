//! Expressions, what they are worth, and what is said of those that are wrong.

use super::*;
use trimtab_tree::{JsonStyle, Value, parse_json, write_json};

fn json(text: &str) -> Value {
    parse_json(text, 0).unwrap()
}

fn shown(value: &Value) -> String {
    let mut text = String::new();
    write_json(value, &mut text, JsonStyle::Ordered).unwrap();
    text
}

/// The result of an expression on `self`, or why there is none.
fn evaluate_on(expression: &str, object: &str) -> String {
    let environment = Environment::new().with("self", Type::DYN);
    let program = match compile(expression, &environment) {
        Ok(program) => program,
        Err(error) => return error.to_string(),
    };
    let object = json(object);
    let mut variables = Variables::new();
    variables.set("self", &object);
    match program.evaluate(&variables, &mut Budget::new(RUNTIME_BUDGET)) {
        Ok(value) => shown(&value),
        Err(error) => format!("error: {error}"),
    }
}

fn evaluate(expression: &str) -> String {
    evaluate_on(expression, "{}")
}

#[test]
fn operators_and_literals() {
    for (expression, result) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("7 / 2", "3"),
        ("-7 % 3", "-1"),
        ("- 5 - -3", "-2"),
        ("--4", "4"),
        ("7.0 / 2.0", "3.5"),
        ("0x1F", "31"),
        ("3u + 4u", "7"),
        ("'a' + \"b\"", "\"ab\""),
        ("r'\\d' + '\\n\\x41\\u00e9'", "\"\\\\d\\nAé\""),
        ("'''a'b'''", "\"a'b\""),
        ("string(b'abc')", "\"abc\""),
        ("1 < 2 && 2.5 > 2 && dyn(1) == 1.0", "true"),
        ("!true || false", "false"),
        ("true ? 1 : 2", "1"),
        ("[1, 2] + [3]", "[1,2,3]"),
        (
            "{'a': dyn(1), 'b': dyn([true, false])}",
            "{\"a\":1,\"b\":[true,false]}",
        ),
        ("2 in [1, 2]", "true"),
        ("'a' in {'a': 1}", "true"),
        ("[1, 2][1]", "2"),
        ("{'a': {'b': 3}}.a.b", "3"),
        ("'x' == 'x' && 'x' != 'y'", "true"),
        ("[1, 2] == [1, 2] && {'a': 1} == {'a': 1}", "true"),
        (
            "type(1) == int && type('') == string && type([]) == list",
            "true",
        ),
        ("false && (1 / 0 > 1)", "false"),
        ("(1 / 0 > 1) && false", "false"),
        ("9223372036854775807 + 1", "error: integer overflow"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("1 / 0", "error: division by zero"),
        ("[1][3]", "error: index out of bounds: 3"),
        ("{'a': 1}.b", "error: no such key: b"),
        ("true // that is all", "true"),
    ] {
        assert_eq!(evaluate(expression), result, "{expression}");
    }
}

#[test]
fn macros_go_through_lists_and_maps() {
    for (expression, result) in [
        ("[1, 2, 3].all(x, x > 0)", "true"),
        ("[1, 2, 3].exists(x, x > 2)", "true"),
        ("[1, 2, 3].exists_one(x, x > 1)", "false"),
        ("[1, 2, 3].map(x, x * 2)", "[2,4,6]"),
        ("[1, 2, 3].map(x, x > 1, x * 2)", "[4,6]"),
        ("[1, 2, 3].filter(x, x != 2)", "[1,3]"),
        ("{'a': 1}.all(k, k == 'a')", "true"),
        ("[1, 0].exists(x, 4 / x == 4)", "true"),
        ("[0, 1].exists(x, 4 / x == 4)", "true"),
        ("[0, 1].exists(x, 4 / x == 5)", "error: division by zero"),
        ("[[1, 2], [3]].map(x, x.map(y, y + 1))", "[[2,3],[4]]"),
        ("[5, 6].transformList(i, v, i + v)", "[5,7]"),
        ("{'a': 1}.transformMap(k, v, v + 1)", "{\"a\":2}"),
        (
            "{'a': 'b'}.transformMapEntry(k, v, {v: k})",
            "{\"b\":\"a\"}",
        ),
        ("[4, 2].all(i, v, i < v)", "true"),
        ("[{'n': 2}, {'n': 1}].sortBy(x, x.n)[0].n", "1"),
        ("has({'a': 1}.a) && !has({'a': 1}.b)", "true"),
        ("optional.of(3).optMap(x, x + 1).orValue(0)", "4"),
        ("optional.none().orValue(7)", "7"),
        ("optional.unwrap([optional.of(1), optional.none()])", "[1]"),
        ("[optional.none(), optional.of('a')].unwrapOpt()", "[\"a\"]"),
        ("{'a': 1}[?'b'].hasValue()", "false"),
        ("{'a': {'b': 1}}.?a.?c.orValue(9)", "9"),
        ("[?optional.none(), ?optional.of(1)]", "[1]"),
    ] {
        assert_eq!(evaluate(expression), result, "{expression}");
    }
}

#[test]
fn libraries_do_what_they_say() {
    for (expression, result) in [
        (
            "'tacocat'.indexOf('a') == 1 && 'tacocat'.lastIndexOf('a') == 5",
            "true",
        ),
        ("'a,b,c'.split(',', 2)", "[\"a\",\"b,c\"]"),
        ("['a', 'b'].join('-')", "\"a-b\""),
        ("' Ab '.trim().lowerAscii()", "\"ab\""),
        ("'hello'.substring(1, 3) + 'hello'.charAt(4)", "\"elo\""),
        ("'aXbX'.replace('X', '--')", "\"a--b--\""),
        (
            "'%s has %d, %.2f'.format(['a', 3, 1.5])",
            "\"a has 3, 1.50\"",
        ),
        ("'abc'.matches('^a.c$') && matches('x', 'x')", "true"),
        ("'abc 123'.find('[0-9]+')", "\"123\""),
        ("'a1b2'.findAll('[0-9]', 1)", "[\"1\"]"),
        ("[3, 1, 2].max() + [3, 1].min() + [1, 2].sum()", "7"),
        ("[1, 2].isSorted() && ![2, 1].isSorted()", "true"),
        ("[1, 2, 2].distinct()", "[1,2]"),
        ("[[1], [2]].flatten()", "[1,2]"),
        ("[3, 1].sort()", "[1,3]"),
        ("[1, 2, 3].slice(1, 3)", "[2,3]"),
        ("lists.range(3)", "[0,1,2]"),
        (
            "sets.contains([1, 2], [2]) && sets.intersects([1], [1, 2])",
            "true",
        ),
        ("sets.equivalent([1, 1, 2], [2, 1])", "true"),
        ("url('https://a.b:80/c?d=e').getHost()", "\"a.b:80\""),
        ("url('https://a.b:80/c?d=e').getQuery()", "{\"d\":[\"e\"]}"),
        ("isURL('/a') && !isURL('a b')", "true"),
        (
            "ip('192.0.2.1').family() == 4 && isIP('::1') && !isIP('x')",
            "true",
        ),
        ("cidr('192.0.2.0/24').containsIP('192.0.2.9')", "true"),
        ("cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", "true"),
        ("ip.isCanonical('2001:db8::1')", "true"),
        ("quantity('1Gi').isGreaterThan(quantity('1M'))", "true"),
        ("quantity('1k').add(20).asInteger()", "1020"),
        ("isQuantity('1x')", "false"),
        ("semver('1.2.3').isLessThan(semver('1.10.0'))", "true"),
        ("semver('v1.0', true).minor()", "0"),
        ("isSemver('1.2')", "false"),
        ("format.dns1123Label().validate('a').hasValue()", "false"),
        (
            "format.named('uuid').value().validate('x').value()[0]",
            "\"does not match the UUID format\"",
        ),
        ("duration('90m').getHours()", "1"),
        (
            "timestamp('2026-11-26T10:00:00Z').getDayOfWeek('+02:00')",
            "4",
        ),
        (
            "timestamp('2026-11-26T10:00:00Z') - duration('1h') < timestamp('2026-11-26T10:00:00Z')",
            "true",
        ),
        ("string(duration('1h30m'))", "\"5400s\""),
        ("int('12') + int(3.9) + int(2u)", "17"),
        ("bool('true') && double('1.5') == 1.5", "true"),
        ("strings.quote('a\"b')", "\"\\\"a\\\\\\\"b\\\"\""),
        ("jsonpatch.escapeKey('a/b~c')", "\"a~1b~0c\""),
    ] {
        assert_eq!(evaluate(expression), result, "{expression}");
    }
}

#[test]
fn what_cannot_compile_is_told_where() {
    for (expression, message) in [
        (
            "self =",
            "ERROR: <input>:1:6: Syntax error: token recognition error at: '='\n | self =\n | .....^",
        ),
        (
            "self.",
            "ERROR: <input>:1:6: Syntax error: no viable alternative at input '.'\n | self.\n | .....^",
        ),
        (
            "foo == 1",
            "ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo == 1\n | ^",
        ),
        (
            "1 > 'a'",
            "ERROR: <input>:1:3: found no matching overload for '_>_' applied to '(int, string)'\n | 1 > 'a'\n | ..^",
        ),
        (
            "'a'.size(1)",
            "ERROR: <input>:1:9: found no matching overload for 'size' applied to 'string.(int)'\n | 'a'.size(1)\n | ........^",
        ),
        (
            "[1, 'a']",
            "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^",
        ),
        (
            "'a'.matches('(')",
            "ERROR: <input>:1:13: invalid matches argument\n | 'a'.matches('(')\n | ............^",
        ),
        (
            "1.b",
            "ERROR: <input>:1:2: type 'int' does not support field selection\n | 1.b\n | .^",
        ),
    ] {
        assert_eq!(evaluate(expression), message, "{expression}");
    }
    for expression in [
        "",
        "(",
        "1 +",
        "a b",
        "f(",
        "{",
        "'a",
        "[1",
        "x ? 1",
        "in",
        "has(1)",
        "1.all(x, true)",
    ] {
        assert!(
            evaluate(expression).starts_with("ERROR: "),
            "{expression}: {}",
            evaluate(expression)
        );
    }
}

#[test]
fn hostile_expressions_end() {
    let deep = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(evaluate(&deep).contains("recursion limit"));
    let long = format!("1{}", " + 1".repeat(5000));
    assert!(evaluate(&long).contains("recursion limit"));
    let huge = "x".repeat(MAX_LENGTH + 1);
    assert!(evaluate(&huge).contains("code point size"));
}

#[test]
fn wide_expressions_are_not_deep() {
    let wide = format!("true{}", " && true".repeat(5000));
    assert_eq!(evaluate(&wide), "true");
}

#[test]
fn costly_expressions_end() {
    let costly = "lists.range(1000).all(a, lists.range(1000).all(b, a + b >= 0))";
    assert_eq!(
        evaluate(costly),
        "error: operation cancelled: actual cost limit exceeded"
    );
    let growing = format!("['aaaaaaaaaaaaaaaa']{}", ".map(x, x + x)".repeat(40));
    assert!(evaluate(&growing).contains("cost limit"));
}

#[test]
fn shared_parts_are_not_looked_at_twice() {
    let maps = format!("[1]{}", ".map(x, {'a': x, 'b': x})".repeat(60));
    assert_eq!(evaluate(&format!("{maps}.size()")), "1");
    assert_eq!(
        evaluate(&format!("{maps} == {maps}")),
        "error: operation cancelled: actual cost limit exceeded"
    );
}

fn typed() -> Type {
    Type::object(
        "object",
        [
            Field::new("name", Type::String(Some(20))),
            Field::new("a-b", Type::Int),
            Field::new("ratio", Type::Double),
            Field::new("time", Type::Timestamp(Some(32))),
            Field::new("items", Type::list(Type::String(Some(10)), Some(5))),
            Field::new(
                "set",
                Type::list_of_kind(Type::STRING, Some(5), ListKind::Set),
            ),
            Field::new("map", Type::map(Type::String(Some(0)), Type::Int, Some(3))),
        ],
    )
}

#[test]
fn types_of_schemas_are_checked_and_read() {
    let environment = Environment::new()
        .with("self", typed())
        .with("oldSelf", Type::optional(typed()));
    let error = |expression: &str| compile(expression, &environment).unwrap_err().to_string();
    assert!(error("self.nope == 1").contains("<input>:1:5: undefined field 'nope'"));
    assert!(error("self.name > 1").contains("applied to '(string, int)'"));
    let object = json(
        r#"{"name":"x","a-b":3,"ratio":2,"time":"2026-01-01T00:00:00Z","set":["a","b"],"map":{"k":1}}"#,
    );
    let holds = |expression: &str| {
        let program = compile(expression, &environment).unwrap();
        let mut variables = Variables::new();
        variables.set("self", &object);
        variables.set_optional("oldSelf", None);
        program.holds(&variables, &mut Budget::new(RUNTIME_BUDGET))
    };
    for expression in [
        "self.a__dash__b == 3",
        "self.ratio / 4.0 == 0.5",
        "self.time.getFullYear() == 2026",
        "self.set == ['b', 'a']",
        "self.set + ['a'] == ['a', 'b']",
        "self.map.all(k, self.map[k] == 1)",
        "!has(self.items)",
        "!oldSelf.hasValue()",
        "oldSelf.?name.orValue('y') == 'y'",
    ] {
        assert_eq!(holds(expression), Ok(true), "{expression}");
    }
    let program = compile("self.name == 'a' && oldSelf.hasValue()", &environment).unwrap();
    assert!(program.uses("oldSelf") && !program.uses("other"));
}

#[test]
fn cost_follows_the_sizes_of_the_schema() {
    let environment = Environment::new().with("self", typed());
    let cost = |expression: &str| compile(expression, &environment).unwrap().max_cost();
    // Two names, and a comparison of nothing with a number.
    assert_eq!(cost("self.a__dash__b > 1"), 3);
    // A tenth of the shorter of the two.
    assert_eq!(cost("self.name == 'abcdefghij'"), 3);
    assert_eq!(cost("self.name == self.name"), 6);
    // Five times: 2 to go on, 1 for the accumulator, 1 for the name, 1 for a tenth of 1.
    assert_eq!(cost("self.items.all(i, i == 'x')"), 2 + 5 * 5 + 1);
    let unbounded = Environment::new().with("self", Type::list(Type::STRING, None));
    let program = compile("self.all(i, i == 'x')", &unbounded).unwrap();
    assert_eq!(program.max_cost(), u64::MAX);
}

#[test]
fn definitions_are_evaluated_when_they_are_asked_for() {
    let variables_type = Type::object(
        "kubernetes.variables",
        [
            Field::new("count", Type::Int),
            Field::new("broken", Type::DYN),
        ],
    );
    let environment = Environment::new()
        .with("object", Type::DYN)
        .with("variables", variables_type);
    let count = compile("size(object.items)", &environment).unwrap();
    let broken = compile("object.nope.nope", &environment).unwrap();
    let first = compile("variables.count == 2", &environment).unwrap();
    let second = compile("variables.broken == 2", &environment).unwrap();
    let object = json(r#"{"items":[1,2]}"#);
    let mut variables = Variables::new();
    variables.set("object", &object);
    variables.define("count", &count);
    variables.define("broken", &broken);
    let mut budget = Budget::new(RUNTIME_BUDGET);
    assert_eq!(first.holds(&variables, &mut budget), Ok(true));
    let error = second.holds(&variables, &mut budget).unwrap_err();
    assert_eq!(error.to_string(), "no such key: nope");
    assert!(budget.left() < RUNTIME_BUDGET);
    assert_eq!(
        first.holds(&variables, &mut Budget::new(1)),
        Err(EvaluationError::OutOfBudget)
    );
}

struct OnlyPods;

impl Authorize for OnlyPods {
    fn decide(&self, question: &AccessQuestion) -> Decision {
        let resource = question.resource.as_ref();
        Decision {
            allowed: resource.is_some_and(|it| it.resource == "pods") && question.verb == "get",
            ..Decision::default()
        }
    }

    fn request_resource(&self) -> AccessQuestionResource {
        AccessQuestionResource {
            resource: "services".into(),
            ..AccessQuestionResource::default()
        }
    }
}

#[test]
fn expressions_ask_whether_something_is_allowed() {
    let environment = Environment::new().with_authorizer();
    let holds = |expression: &str| {
        let program = compile(expression, &environment).unwrap();
        let mut variables = Variables::new();
        variables.set_authorizer(&OnlyPods);
        program.holds(&variables, &mut Budget::new(RUNTIME_BUDGET))
    };
    assert_eq!(
        holds("authorizer.group('').resource('pods').namespace('n').check('get').allowed()"),
        Ok(true)
    );
    assert_eq!(
        holds("authorizer.requestResource.check('get').allowed()"),
        Ok(false)
    );
}

#[test]
fn mutations_are_made() {
    let environment = Environment::new().with_mutations();
    let made = |expression: &str| {
        let program = compile(expression, &environment).unwrap();
        program
            .evaluate(&Variables::new(), &mut Budget::new(RUNTIME_BUDGET))
            .map(|value| shown(&value))
            .map_err(|error| error.to_string())
    };
    assert_eq!(
        made("Object{metadata: Object.metadata{labels: {'a': 'b'}}}"),
        Ok(r#"{"metadata":{"labels":{"a":"b"}}}"#.to_owned())
    );
    assert_eq!(
        made("[JSONPatch{op: 'add', path: '/a', value: 1}]"),
        Ok(r#"[{"op":"add","path":"/a","value":1}]"#.to_owned())
    );
    assert!(made("Object{metadata: Object.spec{a: 1}}").is_err());
    let refused = compile("JSONPatch{nope: 1}", &environment).unwrap_err();
    assert!(refused.to_string().contains("undefined field 'nope'"));
}
