//! JSON Schema → contract: draft-07, 2019-09 and 2020-12.
//!
//! Read are the root and what is reached from it: a definition that nothing refers to says nothing. References within
//! the document are edges; no schema is read twice, so recursion ends.

mod keyword;
mod reference;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::error::ContractError;
use super::identity;
use super::model::{Contract, Draft, Edge, Form, Id, Identity, Said, Schema, Source};
use crate::json::{Data, Value};
use keyword::constants;
pub(super) use keyword::simplified;
use reference::{Places, Target};

/// Reads a document. `name` is the file's: references may go by it.
///
/// # Errors
/// Text that is not JSON with one meaning, a root that is no schema, another draft.
pub(super) fn read(name: &str, text: &str) -> Result<Contract, ContractError> {
    let root = crate::json::parse(text)?;
    if !matches!(root.data, Data::Object(_) | Data::Bool(_)) {
        return Err(ContractError::NoSchema);
    }
    let draft = draft(&root)?;
    let mut reader = Reader {
        draft,
        places: Places::of(name, &root, draft),
        known: HashMap::new(),
        anchors: HashMap::new(),
        schemas: Vec::new(),
        open: Vec::new(),
    };
    reader.schema(String::new(), &root, root.line, "".into());
    while let Some(open) = reader.open.pop() {
        reader.fill(&open);
    }
    let Reader { schemas, .. } = reader;
    Ok(Contract {
        form: Form::Json(draft),
        identity: identity_of(&root),
        schemas,
        twice: Vec::new(),
        has_marks: false,
        source: Source::Json(root),
    })
}

fn draft(root: &Value) -> Result<Draft, ContractError> {
    let Some(said) = root.get("$schema") else { return Ok(Draft::Y2020) };
    let name = said.text().map(|text| text.trim_end_matches('#'));
    let name = name.and_then(|text| text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")));
    match name {
        Some("json-schema.org/draft-07/schema") => Ok(Draft::Seven),
        Some("json-schema.org/draft/2019-09/schema") => Ok(Draft::Y2019),
        Some("json-schema.org/draft/2020-12/schema") => Ok(Draft::Y2020),
        _ => Err(ContractError::UnknownDraft { line: said.line }),
    }
}

fn identity_of(root: &Value) -> Identity {
    let said = |pointer: &str, value: &Value| {
        value.text().map(|text| Said { pointer: pointer.to_owned(), line: value.line, text: text.to_owned() })
    };
    let named = |name: &str| root.get(name).and_then(|value| said(&format!("/{name}"), value));
    let constant = root.get("properties").and_then(|p| p.get("schema")).and_then(|s| s.get("const"));
    let constant = constant.and_then(|value| said("/properties/schema/const", value));
    let places = [named("title"), named("name"), constant];
    let markers = places.into_iter().flatten().filter_map(|said| {
        let marker = identity::marker(&said.text)?.to_owned();
        Some(Said { text: marker, ..said })
    });
    Identity {
        id: named("$id"),
        name: named("name"),
        markers: markers.collect(),
        has_version_key: root.get("version").is_some_and(|version| version.data != Data::Null),
    }
}

/// A schema that is still to be read.
struct Open<'a> {
    id: Id,
    value: &'a Value,
    /// The pointer of the resource it is part of: the nearest schema above with an `$id`, else the root.
    resource: Rc<str>,
}

struct Reader<'a> {
    draft: Draft,
    places: Places<'a>,
    /// Schemas by the address of their value: each stands in the document once.
    known: HashMap<*const Value, Id>,
    /// What all dynamic references to an anchor may mean.
    anchors: HashMap<String, Id>,
    schemas: Vec<Schema>,
    open: Vec<Open<'a>>,
}

impl<'a> Reader<'a> {
    /// The schema at a pointer, read sooner or later.
    fn schema(&mut self, pointer: String, value: &'a Value, line: usize, resource: Rc<str>) -> Id {
        let id = Id(self.schemas.len());
        let known = *self.known.entry(std::ptr::from_ref(value)).or_insert(id);
        if known != id {
            return known;
        }
        let resource = if reference::begins_resource(value, self.draft) { pointer.as_str().into() } else { resource };
        self.schemas.push(Schema { pointer, line, ..Schema::default() });
        self.open.push(Open { id, value, resource });
        id
    }

    fn fill(&mut self, open: &Open<'a>) {
        let Some(mut schema) = self.schemas.get_mut(open.id.0).map(std::mem::take) else { return };
        match &open.value.data {
            Data::Bool(true) => {}
            Data::Bool(false) => schema.own.never = true,
            Data::Object(members) => {
                // In draft-07 what stands beside a reference says nothing.
                let alone = self.draft == Draft::Seven && open.value.get("$ref").is_some_and(|v| v.text().is_some());
                for (name, member) in members.iter().filter(|(name, _)| !alone || *name == "$ref") {
                    self.keyword(&mut schema, open, name, &member.value);
                }
                if !alone {
                    constants(&mut schema, open.value);
                }
            }
            _ => drop(schema.own.other.insert(String::new(), open.value.to_string())),
        }
        if let Some(place) = self.schemas.get_mut(open.id.0) {
            *place = schema;
        }
    }

    /// The schema that a member of a schema is.
    fn child(&mut self, open: &Open<'a>, schema: &Schema, keyword: &str, line: usize, value: &'a Value) -> Id {
        self.schema(format!("{}/{}", schema.pointer, escaped(keyword)), value, line, open.resource.clone())
    }

    fn digest(&mut self, id: Id, value: &Value) {
        if let Some(schema) = self.schemas.get_mut(id.0) {
            schema.digest = digest(value, false, false);
        }
    }

    fn follow(&mut self, schema: &mut Schema, open: &Open<'a>, text: &str) {
        match self.places.resolve(text, &open.resource) {
            Target::Here { pointer, value, resource, is_certain } => {
                let line = value.line;
                let id = self.schema(pointer, value, line, resource);
                schema.edges.insert(Edge::Ref, id);
                if !is_certain {
                    schema.own.other.insert("$ref".to_owned(), text.to_owned());
                }
            }
            Target::Nowhere => {
                schema.own.lost = true;
                schema.own.other.insert("$ref".to_owned(), text.to_owned());
            }
            Target::Elsewhere => drop(schema.own.other.insert("$ref".to_owned(), text.to_owned())),
        }
    }

    /// What a dynamic reference may mean: every schema that bears its anchor, and what it would mean as a plain one.
    fn follow_dynamic(&mut self, schema: &mut Schema, open: &Open<'a>, keyword: &str, text: &str) {
        schema.own.other.insert(keyword.to_owned(), text.to_owned());
        let id = self.anchor(text.rsplit('#').next().unwrap_or_default(), schema.line);
        schema.edges.insert(Edge::Dynamic(0), id);
        match self.places.resolve(text, &open.resource) {
            Target::Here { pointer, value, resource, .. } => {
                let id = self.schema(pointer, value, value.line, resource);
                schema.edges.insert(Edge::Dynamic(1), id);
            }
            Target::Nowhere => schema.own.lost = true,
            Target::Elsewhere => {}
        }
    }

    /// One schema that leads to all that bear an anchor.
    fn anchor(&mut self, name: &str, line: usize) -> Id {
        if let Some(known) = self.anchors.get(name) {
            return *known;
        }
        let id = Id(self.schemas.len());
        self.schemas.push(Schema { line, ..Schema::default() });
        self.anchors.insert(name.to_owned(), id);
        let mut edges = std::collections::BTreeMap::new();
        for (index, (pointer, value, resource)) in self.places.dynamic(name).into_iter().enumerate() {
            edges.insert(Edge::Dynamic(index), self.schema(pointer, value, value.line, resource));
        }
        if let Some(schema) = self.schemas.get_mut(id.0) {
            schema.edges = edges;
        }
        id
    }
}

/// A name as a part of a JSON pointer.
pub(super) fn escaped(name: &str) -> String {
    if name.contains(['~', '/']) { name.replace('~', "~0").replace('/', "~1") } else { name.to_owned() }
}

/// A number that schemas share which differ in notes and in the order of lists alone. It finds a branch again, and proves nothing.
/// `is_table`: the members are names; `is_free`: the order of the items says nothing.
fn digest(value: &Value, is_table: bool, is_free: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    match &value.data {
        Data::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| is_table || !keyword::is_note(name)) {
                name.hash(&mut hasher);
                let is_table = !is_table && keyword::is_table(name);
                let is_free = ["required", "type", "enum", "allOf", "anyOf", "oneOf"].contains(&name.as_str());
                digest(&member.value, is_table, is_free).hash(&mut hasher);
            }
        }
        Data::Array(items) => {
            let mut items: Vec<u64> = items.iter().map(|item| digest(item, false, false)).collect();
            if is_free {
                items.sort_unstable();
            }
            items.hash(&mut hasher);
        }
        _ => value.hash(&mut hasher),
    }
    hasher.finish()
}
