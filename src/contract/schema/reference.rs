//! Where references lead.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

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
        resource: Rc<str>,
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
    /// The same by the last name of the `$id`, and all of them by the empty name; `None` where there are two.
    by_last: HashMap<String, Option<String>>,
    /// Anchors by resource and name; `None` where there are two.
    anchors: HashMap<(String, String), Option<String>>,
    /// Dynamic anchors by name, and those of 2019-09 by the empty name.
    dynamic: BTreeMap<String, Vec<String>>,
}

/// A step from a value to one within it.
enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

fn pointer(path: &[Step<'_>]) -> String {
    let mut pointer = String::new();
    for step in path {
        pointer.push('/');
        match step {
            Step::Name(name) => pointer.push_str(&escaped(name)),
            Step::Index(index) => pointer.push_str(&index.to_string()),
        }
    }
    pointer
}

/// The last name of an address.
fn last(address: &str) -> &str {
    address.rsplit(['/', ':']).next().unwrap_or_default()
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
        let mut places = Places {
            root,
            draft,
            resources: HashMap::new(),
            by_last: HashMap::new(),
            anchors: HashMap::new(),
            dynamic: BTreeMap::new(),
        };
        if !name.is_empty() {
            places.resources.insert(name.to_owned(), Some(String::new()));
        }
        places.look(&mut Vec::new(), root, &"".into());
        for (id, pointer) in &places.resources {
            for last in [last(id), ""] {
                let known = places.by_last.entry(last.to_owned()).or_insert_with(|| pointer.clone());
                if known != pointer {
                    *known = None;
                }
            }
        }
        places
    }

    /// Looks for names in a value and below it; values are no deeper in each other than the parser lets them be.
    fn look(&mut self, path: &mut Vec<Step<'a>>, value: &'a Value, resource: &Rc<str>) {
        match &value.data {
            Data::Object(members) => {
                let mut resource = Rc::clone(resource);
                let names = ["$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"];
                if names.iter().any(|name| members.get(name).is_some()) {
                    let pointer = pointer(path);
                    if begins_resource(value, self.draft) {
                        resource = pointer.as_str().into();
                    }
                    self.name(&pointer, value, &resource);
                }
                for (name, member) in members.iter().filter(|(_, member)| has_members(&member.value)) {
                    path.push(Step::Name(name));
                    self.look(path, &member.value, &resource);
                    path.pop();
                }
            }
            Data::Array(items) => {
                for (index, item) in items.iter().enumerate().filter(|(_, item)| has_members(item)) {
                    path.push(Step::Index(index));
                    self.look(path, item, resource);
                    path.pop();
                }
            }
            _ => {}
        }
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
    pub(super) fn dynamic(&self, anchor: &str) -> Vec<(String, &'a Value, Rc<str>)> {
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
        if let Some(exact) = self.resources.get(address).filter(|_| address.contains(':')) {
            return Some((exact.clone(), true));
        }
        self.by_last.get(last(address)).map(|pointer| (pointer.clone(), false))
    }

    /// What a JSON pointer names, with its pointer from the root and its resource.
    fn walk(&self, base: &str, pointer: &str) -> Option<(String, &'a Value, Rc<str>)> {
        let whole = format!("{base}{pointer}");
        let (mut value, mut at, mut resource) = (self.root, String::new(), Rc::from(""));
        for part in whole.split('/').skip(1) {
            let name = part.replace("~1", "/").replace("~0", "~");
            value = match &value.data {
                Data::Object(members) => &members.get(&name)?.value,
                Data::Array(items) => items.get(name.parse::<usize>().ok().filter(|i| i.to_string() == name)?)?,
                _ => return None,
            };
            at.push('/');
            at.push_str(part);
            if begins_resource(value, self.draft) {
                resource = at.as_str().into();
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
