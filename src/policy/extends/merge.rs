//! One file over another.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::validate::rule_code;

/// What both say together: what `own` says counts, key by key, and globs of `[protect]` add up.
pub(in super::super) fn merged<'i>(mut baseline: DeTable<'i>, mut own: DeTable<'i>) -> DeTable<'i> {
    for (table, key) in [("ack", "require"), ("gate", "acks")] {
        by_class(&mut baseline, table, key);
        by_class(&mut own, table, key);
    }
    forget_renamed_rules(&mut baseline, &own);
    over(baseline, own, &mut Vec::new())
}

fn over<'i>(mut baseline: DeTable<'i>, own: DeTable<'i>, path: &mut Vec<String>) -> DeTable<'i> {
    for (key, value) in own {
        let Some(below) = baseline.remove(&**key.get_ref()) else {
            baseline.insert(key, value);
            continue;
        };
        let span = value.span();
        path.push(key.get_ref().to_string());
        let value = match (below.into_inner(), value.into_inner()) {
            (DeValue::Table(below), DeValue::Table(value)) => DeValue::Table(over(below, value, path)),
            (DeValue::Array(below), DeValue::Array(value)) if path.first().is_some_and(|first| first == "protect") => {
                DeValue::Array(below.into_iter().chain(value).collect())
            }
            (_, value) => value,
        };
        path.pop();
        baseline.insert(key, Spanned::new(span, value));
    }
    baseline
}

/// Makes a table of what is said for every class, such as `ack.require = "LEVEL"`: it is the default of one.
fn by_class(root: &mut DeTable<'_>, table: &str, key: &str) {
    let Some(DeValue::Table(table)) = root.get_mut(table).map(Spanned::get_mut) else { return };
    let Some(value) = table.get_mut(key) else { return };
    if let DeValue::String(_) | DeValue::Array(_) = value.get_ref() {
        let span = value.span();
        let said = std::mem::replace(value, Spanned::new(span.clone(), DeValue::Table(DeTable::new())));
        if let DeValue::Table(table) = value.get_mut() {
            table.insert(Spanned::new(span, Cow::Borrowed("default")), said);
        }
    }
}

/// A rule has a code and a name; where the own file uses the other one, it is still the same rule.
fn forget_renamed_rules(baseline: &mut DeTable<'_>, own: &DeTable<'_>) {
    let Some(DeValue::Table(own)) = own.get("rules").map(Spanned::get_ref) else { return };
    let Some(DeValue::Table(rules)) = baseline.get_mut("rules").map(Spanned::get_mut) else { return };
    let said: Vec<_> = own.keys().filter_map(|key| rule_code(key.get_ref())).collect();
    let is_said = |key: &str| rule_code(key).is_some_and(|code| said.contains(&code));
    let forgotten: Vec<_> =
        rules.keys().filter(|key| is_said(key.get_ref())).map(|key| key.get_ref().clone()).collect();
    for key in forgotten {
        rules.remove(&*key);
    }
}
