use super::*;

fn rule(id: &str) -> String {
    format!(
        r#"
        id = "{id}"
        version = 1
        type = "test.number"
        name = "Test number"
        category = "national-id"
        sensitivity = "high"
        [[pattern]]
        seed = "digits"
        regex = '\d{{3}}-\d{{2}}'
        confidence = 75
        [[example]]
        text = "no 123-45"
        finds = "123-45"
        "#
    )
}

fn problems(text: &str) -> Vec<String> {
    match Rules::parse(&[("a.toml", text)]) {
        Ok(_) => Vec::new(),
        Err(Error::Rules(problems)) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn the_built_in_rules_are_right_and_known_before_they_are_read() {
    match Rules::built_in() {
        Ok(rules) => assert_eq!(rules.id(), Rules::id_of_built_in()),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn the_form_that_is_read_quickly_says_what_the_files_say() {
    let (quick, slow) = (Rules::built_in().unwrap(), Rules::built_in_with_examples().unwrap());
    assert!(quick.list().iter().all(|rule| rule.examples.is_empty()));
    for (quick, slow) in quick.list().iter().zip(slow.list()) {
        let slow = Rule { examples: Vec::new(), ..slow.clone() };
        assert_eq!(format!("{quick:?}"), format!("{slow:?}"));
    }
}

#[test]
fn rules_stand_in_the_order_of_their_ids_and_are_found_by_them() {
    let rules = Rules::parse(&[("b", rule("b.x")), ("a", rule("a.x"))]).unwrap();
    let ids: Vec<_> = rules.list().iter().map(|r| &*r.reference.id).collect();
    assert_eq!(ids, ["a.x", "b.x"]);
    assert!(rules.by_id("b.x").is_some() && rules.by_id("c.x").is_none());
    assert_eq!(rules.get(RuleIndex(1)).unwrap().class.as_ref(), "test.number");
}

#[test]
fn the_id_of_a_set_is_of_its_content_and_not_of_the_order_of_files() {
    let set = |files: &[(&str, String)]| Rules::parse(files).unwrap().id();
    let (a, b) = (rule("a.x"), rule("b.x"));
    let one = set(&[("a", a.clone()), ("b", b.clone())]);
    assert_eq!(one, set(&[("z", b.clone()), ("y", a.clone())]));
    assert_ne!(one, set(&[("a", a.replace("75", "76")), ("b", b)]));
}

#[test]
fn a_rule_stands_once_in_a_set() {
    let one = Rules::parse(&[("a", rule("a.x"))]).unwrap();
    let error = one.clone().and(one).unwrap_err().to_string();
    assert!(error.contains("the id of the rule in a too"), "{error}");
}

#[test]
fn an_unknown_key_is_refused_with_file_line_and_column() {
    let found = problems(&rule("a.x").replace("confidence", "confidenze"));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("a.toml:11:9: unknown field `confidenze`"), "{found:?}");
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text = rule("A x").replace("75", "100").replace(r"\d{3}", r"\b(\d{3}");
    let found = problems(&text);
    let keys: Vec<_> = found.iter().map(|p| p.split(": ").nth(1).unwrap()).collect();
    assert_eq!(keys, ["id", "pattern[0].confidence", "pattern[0].regex"], "{found:?}");
}

#[test]
fn what_would_be_unbounded_or_meaningless_is_refused() {
    let good = rule("a.x");
    let wrong = [
        good.replace(r"\d{3}-", r"^\d{3}-"),
        good.replace(r"\d{3}-\d{2}", "(?<other>123)"),
        good.replace(r"\d{3}-\d{2}", "1?"),
        good.replace("\"digits\"", "\"literal\""),
        good.replace("\"digits\"", "\"word\""),
        good.replace("finds =", "label ="),
        good.replace("version = 1", "version = 1\nrequires_word = true"),
        good.replace("version = 1", "version = 1\njurisdiction = [\"Germany\"]"),
        good.replace("[[pattern]]", "[check]\nname = \"no_such\"\n[[pattern]]"),
        good.replace("[[pattern]]", "[score]\nword = -3\n[[pattern]]"),
        format!("{good}{}", "#".repeat(300 << 10)),
    ];
    for (i, text) in wrong.iter().enumerate() {
        assert_eq!(problems(text).len(), 1, "text {i}: {:?}", problems(text));
    }
}

#[test]
fn what_is_read_of_the_built_in_rules_is_all_but_their_examples() {
    let quick = Rules::built_in().unwrap_or_else(|e| panic!("{e}"));
    let mut whole = Rules::built_in_with_examples().unwrap_or_else(|e| panic!("{e}"));
    assert!(whole.rules.iter().all(|rule| !rule.examples.is_empty()));
    whole.rules.iter_mut().for_each(|rule| rule.examples.clear());
    for (quick, whole) in quick.rules.iter().zip(&whole.rules) {
        assert_eq!(format!("{quick:?}"), format!("{whole:?}"));
    }
    assert_eq!(quick.id(), whole.id());
}
