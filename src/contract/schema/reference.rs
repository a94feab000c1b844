//! Where references lead.

use std::collections::{BTreeMap, HashMap};

use super::super::model::Draft;
use super::escaped;
use crate::json::{Data, Value};

/// Where a reference leads.
pub(super) enum Target<'a> {
    /// Into this document.
    Here {
        pointer: String,
        value: &'a Value,
        /// The resource that the target is part of.
        resource: String,
        /// Whether it can mean nothing else: a relative address may also name another file.
        is_certain: bool,
    },
    /// Into this document, where there is no such place.
    Nowhere,
    /// Out of this document.
    Elsewhere,
}

/// The schemas of a document that can be referred to by a name.
pub(super) struct Places<'a> {
    root: &'a Value,
    draft: Draft,
    /// Resources by their `$id`; `None` where two have the same.
    resources: HashMap<String, Option<String>>,
    /// Anchors by resource and name; `None` where there are two.
    anchors: HashMap<(String, String), Option<String>>,
    /// Dynamic anchors by name, and those of 2019-09 by the empty name.
    dynamic: BTreeMap<String, Vec<String>>,
}

/// Whether a schema with an `$id` begins a resource of its own.
pub(super) fn begins_resource(value: &Value, draft: Draft) -> bool {
    let id = value.get("$id").and_then(Value::text);
    let ignored = draft == Draft::Seven && value.get("$ref").is_some();
    id.is_some_and(|id| !id.starts_with('#')) && !ignored
}

impl<'a> Places<'a> {
    /// Looks for names everywhere, also where no schema is: a name too many makes a reference unclear, never wrong.
    pub(super) fn of(name: &str, root: &'a Value, draft: Draft) -> Self {
        let mut places =
            Places { root, draft, resources: HashMap::new(), anchors: HashMap::new(), dynamic: BTreeMap::new() };
        if !name.is_empty() {
            places.resources.insert(name.to_owned(), Some(String::new()));
        }
        let mut open = vec![(String::new(), root, String::new())];
        while let Some((pointer, value, resource)) = open.pop() {
            match &value.data {
                Data::Object(members) => {
                    let resource = if begins_resource(value, draft) { pointer.clone() } else { resource };
                    places.name(&pointer, value, &resource);
                    open.extend(members.iter().filter(|(_, m)| has_members(&m.value)).map(|(name, member)| {
                        (format!("{pointer}/{}", escaped(name)), &member.value, resource.clone())
                    }));
                }
                Data::Array(items) => {
                    let items = items.iter().enumerate().filter(|(_, item)| has_members(item));
                    open.extend(items.map(|(i, item)| (format!("{pointer}/{i}"), item, resource.clone())));
                }
                _ => {}
            }
        }
        places
    }

    fn name(&mut self, pointer: &str, value: &Value, resource: &str) {
        let once = |place: &mut Option<String>| *place = None;
        let text = |keyword: &str| value.get(keyword).and_then(Value::text);
        if let Some(id) = text("$id") {
            if let Some(anchor) = id.strip_prefix('#') {
                let key = (resource.to_owned(), anchor.to_owned());
                self.anchors.entry(key).and_modify(once).or_insert(Some(pointer.to_owned()));
            } else if begins_resource(value, self.draft) {
                let id = id.trim_end_matches('#').to_owned();
                self.resources.entry(id).and_modify(once).or_insert(Some(pointer.to_owned()));
            }
        }
        for keyword in ["$anchor", "$dynamicAnchor"] {
            if let Some(anchor) = text(keyword) {
                let key = (resource.to_owned(), anchor.to_owned());
                self.anchors.entry(key).and_modify(once).or_insert(Some(pointer.to_owned()));
            }
        }
        if let Some(anchor) = text("$dynamicAnchor") {
            self.dynamic.entry(anchor.to_owned()).or_default().push(pointer.to_owned());
        }
        if value.get("$recursiveAnchor").is_some() {
            self.dynamic.entry(String::new()).or_default().push(pointer.to_owned());
        }
    }

    /// Every schema with a dynamic anchor, by pointer.
    pub(super) fn dynamic(&self, anchor: &str) -> Vec<(String, &'a Value, String)> {
        let mut pointers = self.dynamic.get(anchor).cloned().unwrap_or_default();
        pointers.sort();
        pointers.iter().filter_map(|pointer| self.walk("", pointer)).collect()
    }

    /// Where a reference in a resource leads.
    pub(super) fn resolve(&self, text: &str, resource: &str) -> Target<'a> {
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (base, is_certain) = match address {
            "" => (resource.to_owned(), true),
            address => match self.resource(address) {
                None => return Target::Elsewhere,
                Some((None, _)) => return Target::Nowhere,
                Some((Some(base), is_certain)) => (base, is_certain),
            },
        };
        let Some(fragment) = decoded(fragment) else { return Target::Nowhere };
        let found = if fragment.is_empty() || fragment.starts_with('/') {
            self.walk(&base, &fragment)
        } else {
            let pointer = self.anchors.get(&(base, fragment)).cloned().flatten();
            pointer.and_then(|pointer| self.walk("", &pointer))
        };
        match found {
            Some((pointer, value, resource)) => Target::Here { pointer, value, resource, is_certain },
            None => Target::Nowhere,
        }
    }

    /// The resource that an address names, and whether it can mean nothing else. An address that ends in the same name
    /// as an `$id` may be that resource, said relatively; so it is taken for it, and compared as a text as well.
    fn resource(&self, address: &str) -> Option<(Option<String>, bool)> {
        let last = |address: &str| address.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
        if let Some(exact) = self.resources.get(address).filter(|_| address.contains(':')) {
            return Some((exact.clone(), true));
        }
        let mut named = self.resources.iter().filter(|(id, _)| last(id) == last(address) || last(address).is_empty());
        let first = named.next()?;
        match named.any(|(_, pointer)| pointer != first.1) {
            true => Some((None, false)),
            false => Some((first.1.clone(), false)),
        }
    }

    /// What a JSON pointer names, with its pointer from the root and its resource.
    fn walk(&self, base: &str, pointer: &str) -> Option<(String, &'a Value, String)> {
        let whole = format!("{base}{pointer}");
        let (mut value, mut at, mut resource) = (self.root, String::new(), String::new());
        for part in whole.split('/').skip(1) {
            let name = part.replace("~1", "/").replace("~0", "~");
            value = match &value.data {
                Data::Object(members) => &members.get(&name)?.value,
                Data::Array(items) => items.get(name.parse::<usize>().ok().filter(|i| i.to_string() == name)?)?,
                _ => return None,
            };
            at = format!("{at}/{part}");
            if begins_resource(value, self.draft) {
                resource.clone_from(&at);
            }
        }
        Some((at, value, resource))
    }
}

fn has_members(value: &Value) -> bool {
    matches!(value.data, Data::Object(_) | Data::Array(_))
}

/// Resolves `%2F`; `None` where that makes no text.
fn decoded(fragment: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = fragment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = rest.get(2..)?;
    }
    String::from_utf8(bytes).ok()
}
