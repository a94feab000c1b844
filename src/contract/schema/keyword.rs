//! What each keyword says.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Draft, Edge, Limit, Schema, Type};
use super::{Open, Reader};
use crate::json::{Data, Member, Number, Value};

/// Words that say nothing of a value.
const NOTES: &[&str] =
    &["title", "description", "$comment", "default", "examples", "deprecated", "readOnly", "writeOnly"];

/// Whether a keyword says nothing of a value.
pub(super) fn is_note(name: &str) -> bool {
    NOTES.contains(&name) || name.starts_with("x-")
}

/// Whether a keyword's members are names, and not keywords.
pub(super) fn is_table(name: &str) -> bool {
    let tables = ["properties", "patternProperties", "dependentSchemas", "dependencies", "definitions", "$defs"];
    tables.contains(&name)
}

impl<'a> Reader<'a> {
    /// Reads one keyword of a schema. What it does not know, or finds malformed, it keeps as text.
    pub(super) fn keyword(&mut self, schema: &mut Schema, open: &Open<'a>, name: &str, value: &'a Value) {
        let is_root = schema.pointer.is_empty();
        let read = match name {
            _ if is_note(name) => true,
            "$defs" | "definitions" => true,
            "$schema" | "$id" | "name" | "version" if is_root => true,
            // Read together, by `constants`.
            "enum" => value.items().is_some(),
            "const" => true,
            "$anchor" if self.draft > Draft::Seven => true,
            "$id" => self.draft == Draft::Seven && value.text().is_some_and(|id| id.starts_with('#')),
            "$ref" => value.text().map(|text| self.follow(schema, open, text)).is_some(),
            "$dynamicRef" if self.draft == Draft::Y2020 => self.dynamic(schema, open, name, value),
            "$recursiveRef" if self.draft == Draft::Y2019 => self.dynamic(schema, open, name, value),
            _ => self.own(schema, name, value) || self.edges(schema, open, name, value),
        };
        if !read {
            schema.own.other.insert(name.to_owned(), value.to_string());
        }
    }

    fn dynamic(&mut self, schema: &mut Schema, open: &Open<'a>, name: &str, value: &Value) -> bool {
        value.text().map(|text| self.follow_dynamic(schema, open, name, text)).is_some()
    }

    /// Keywords that are about the value itself.
    fn own(&self, schema: &mut Schema, name: &str, value: &Value) -> bool {
        let own = &mut schema.own;
        let later = self.draft > Draft::Seven;
        if let Some((limit, is_count)) = limit(name) {
            let Some(number) = value.number() else { return false };
            if is_count && (!number.is_integer() || *number < Number::zero()) {
                return false;
            }
            let says_nothing = number.is_zero() && is_count && limit.is_lower();
            if !says_nothing {
                own.limits.insert(limit, number.clone());
            }
            return true;
        }
        match name {
            "type" => match types(value) {
                Some(types) => own.types = simplified(types),
                None => return false,
            },
            "multipleOf" => match value.number().filter(|number| **number > Number::zero()) {
                Some(number) => own.multiple_of = Some(number.clone()),
                None => return false,
            },
            "uniqueItems" => match value.data {
                Data::Bool(unique) => own.unique = unique,
                _ => return false,
            },
            "required" => match names(value) {
                Some(names) => own.required = names,
                None => return false,
            },
            "dependentRequired" if later => match value.members().map(|m| dependents(m.iter())) {
                Some(Some(dependents)) => own.dependent_required = dependents,
                _ => return false,
            },
            "pattern" | "format" | "contentEncoding" | "contentMediaType" => {
                let Some(text) = value.text() else { return false };
                let name = TEXTS.iter().find(|known| **known == name).copied().unwrap_or_default();
                own.texts.insert(name, text.to_owned());
            }
            _ => return false,
        }
        true
    }

    /// Keywords that hold other schemas.
    fn edges(&mut self, schema: &mut Schema, open: &Open<'a>, name: &str, value: &'a Value) -> bool {
        let (draft, is_tuple) = (self.draft, value.items().is_some());
        let is_schema = matches!(value.data, Data::Object(_) | Data::Bool(_));
        let one = match name {
            "additionalProperties" => Edge::Additional,
            "propertyNames" => Edge::PropertyNames,
            "unevaluatedProperties" if draft > Draft::Seven => Edge::UnevaluatedProperties,
            "unevaluatedItems" if draft > Draft::Seven => Edge::UnevaluatedItems,
            "contains" => Edge::Contains,
            "not" => Edge::Not,
            "if" => Edge::If,
            "then" => Edge::Then,
            "else" => Edge::Else,
            "items" if !is_tuple => Edge::Items,
            "additionalItems" if draft < Draft::Y2020 => {
                // Without a tuple it says nothing.
                if open.value.get("items").is_none_or(|items| items.items().is_none()) {
                    return true;
                }
                Edge::Items
            }
            "allOf" => return self.list(schema, open, name, value, Edge::AllOf),
            "anyOf" => return self.list(schema, open, name, value, Edge::AnyOf),
            "oneOf" => return self.list(schema, open, name, value, Edge::OneOf),
            "items" if draft < Draft::Y2020 => return self.list(schema, open, name, value, Edge::Prefix),
            "prefixItems" if draft == Draft::Y2020 => return self.list(schema, open, name, value, Edge::Prefix),
            "properties" => return self.table(schema, open, name, value, Edge::Property),
            "patternProperties" => return self.table(schema, open, name, value, Edge::Pattern),
            "dependentSchemas" if draft > Draft::Seven => {
                return self.table(schema, open, name, value, Edge::Dependent);
            }
            "dependencies" if draft == Draft::Seven => return self.dependencies(schema, open, value),
            _ => return false,
        };
        if is_schema {
            let id = self.child(open, schema, name, value.line, value);
            schema.edges.insert(one, id);
        }
        is_schema
    }

    fn list(
        &mut self,
        schema: &mut Schema,
        open: &Open<'a>,
        name: &str,
        value: &'a Value,
        edge: fn(usize) -> Edge,
    ) -> bool {
        let Some(items) = value.items() else { return false };
        for (index, item) in items.iter().enumerate() {
            let pointer = format!("{}/{name}/{index}", schema.pointer);
            let id = self.schema(pointer, item, item.line, open.resource.clone());
            self.digest(id, item);
            schema.edges.insert(edge(index), id);
        }
        true
    }

    fn table(
        &mut self,
        schema: &mut Schema,
        open: &Open<'a>,
        name: &str,
        value: &'a Value,
        edge: fn(String) -> Edge,
    ) -> bool {
        let Some(members) = value.members() else { return false };
        for (key, member) in members.iter() {
            let pointer = format!("{}/{name}/{}", schema.pointer, super::escaped(key));
            let id = self.schema(pointer, &member.value, member.line, open.resource.clone());
            schema.edges.insert(edge(key.clone()), id);
        }
        true
    }

    /// draft-07's word for both kinds of dependency.
    fn dependencies(&mut self, schema: &mut Schema, open: &Open<'a>, value: &'a Value) -> bool {
        let Some(members) = value.members() else { return false };
        let (lists, schemas): (Vec<_>, Vec<_>) = members.iter().partition(|(_, m)| m.value.items().is_some());
        let Some(dependents) = dependents(lists.into_iter()) else { return false };
        schema.own.dependent_required = dependents;
        for (key, member) in schemas {
            let pointer = format!("{}/dependencies/{}", schema.pointer, super::escaped(key));
            let id = self.schema(pointer, &member.value, member.line, open.resource.clone());
            schema.edges.insert(Edge::Dependent(key.clone()), id);
        }
        true
    }
}

/// `enum` and `const`, which both have to hold. Where no type is said, theirs are.
pub(super) fn constants(schema: &mut Schema, value: &Value) {
    let several = value.get("enum").and_then(Value::items).map(|items| items.iter().collect::<Vec<_>>());
    let values = match (several, value.get("const")) {
        (None, None) => return,
        (Some(several), Some(one)) => several.into_iter().filter(|value| *value == one).collect(),
        (Some(several), None) => several,
        (None, Some(one)) => vec![one],
    };
    let fits = |types: &BTreeSet<Type>, value: &Value| {
        let own = type_of(value);
        types.contains(&own) || (own == Type::Integer && types.contains(&Type::Number))
    };
    let types = schema.own.types.as_ref();
    // A value of another type is none that could stand there.
    let values: Vec<&Value> = values.into_iter().filter(|value| types.is_none_or(|types| fits(types, value))).collect();
    schema.own.values = Some(values.iter().map(|value| value.to_string()).collect());
    if types.is_none() && !schema.own.other.contains_key("type") {
        schema.own.types = simplified(values.into_iter().map(type_of).collect());
    }
}

const TEXTS: [&str; 4] = ["pattern", "format", "contentEncoding", "contentMediaType"];

/// The bound that a keyword sets, and whether it counts something.
fn limit(name: &str) -> Option<(Limit, bool)> {
    Some(match name {
        "minimum" => (Limit::Minimum, false),
        "exclusiveMinimum" => (Limit::ExclusiveMinimum, false),
        "maximum" => (Limit::Maximum, false),
        "exclusiveMaximum" => (Limit::ExclusiveMaximum, false),
        "minLength" => (Limit::MinLength, true),
        "maxLength" => (Limit::MaxLength, true),
        "minItems" => (Limit::MinItems, true),
        "maxItems" => (Limit::MaxItems, true),
        "minProperties" => (Limit::MinProperties, true),
        "maxProperties" => (Limit::MaxProperties, true),
        _ => return None,
    })
}

fn types(value: &Value) -> Option<BTreeSet<Type>> {
    let known = |value: &Value| match value.text()? {
        "null" => Some(Type::Null),
        "boolean" => Some(Type::Boolean),
        "integer" => Some(Type::Integer),
        "number" => Some(Type::Number),
        "string" => Some(Type::String),
        "array" => Some(Type::Array),
        "object" => Some(Type::Object),
        _ => None,
    };
    match value.items() {
        Some([]) => None,
        Some(items) => items.iter().map(known).collect(),
        None => Some(BTreeSet::from([known(value)?])),
    }
}

/// `integer` beside `number` says nothing; all types together say nothing at all.
pub(in crate::contract) fn simplified(mut types: BTreeSet<Type>) -> Option<BTreeSet<Type>> {
    if types.contains(&Type::Number) {
        types.remove(&Type::Integer);
    }
    let all = [Type::Null, Type::Boolean, Type::Number, Type::String, Type::Array, Type::Object];
    (!all.iter().all(|one| types.contains(one))).then_some(types)
}

fn type_of(value: &Value) -> Type {
    match &value.data {
        Data::Null => Type::Null,
        Data::Bool(_) => Type::Boolean,
        Data::Number(number) if number.is_integer() => Type::Integer,
        Data::Number(_) => Type::Number,
        Data::String(_) => Type::String,
        Data::Array(_) => Type::Array,
        Data::Object(_) => Type::Object,
    }
}

fn names(value: &Value) -> Option<BTreeSet<String>> {
    value.items()?.iter().map(|item| item.text().map(str::to_owned)).collect()
}

fn dependents<'a>(
    members: impl Iterator<Item = (&'a String, &'a Member)>,
) -> Option<BTreeMap<String, BTreeSet<String>>> {
    members.map(|(key, member)| Some((key.clone(), names(&member.value)?))).collect()
}
