//! Fields and their members, and the schemas they become.

use std::collections::BTreeMap;

use super::super::MOST_FIELDS;
use super::super::error::ContractError;
use super::super::identity::marker;
use super::super::model::{Edge, Id, Limit, Schema, Type};
use super::super::schema::escaped;
use super::field::{Mark, Name};
use super::shape::Shape;
use crate::json::parse;

/// One field.
#[derive(Debug, Clone)]
pub(super) struct Field {
    path: Vec<String>,
    line: usize,
    mark: Option<Mark>,
    shape: Shape,
    /// Only named as a part of another's path.
    is_implied: bool,
    /// It was said again, and not the same: on this line.
    again: Option<usize>,
}

/// How many fields a document has so far, those within others too.
#[derive(Default)]
pub(super) struct Count(usize);

impl Count {
    /// Counts fields.
    ///
    /// # Errors
    /// There are more than [`MOST_FIELDS`].
    pub(super) fn add(&mut self, fields: &[Field]) -> Result<(), ContractError> {
        self.0 += fields.iter().map(Field::size).sum::<usize>();
        if self.0 > MOST_FIELDS { Err(ContractError::TooManyFields) } else { Ok(()) }
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.mark, &self.shape) == (&other.path, other.mark, &other.shape)
    }
}

impl Eq for Field {}

impl Field {
    /// A field as it is declared.
    pub(super) fn new(name: Name, line: usize, mark: Option<Mark>, shape: Shape) -> Field {
        let mark = if name.is_optional { Some(Mark::Optional) } else { mark };
        let shape = name.shape(shape);
        Field { path: name.path, line, mark, shape, is_implied: false, again: None }
    }

    /// A field of which only the name is said.
    pub(super) fn unsaid(name: Name) -> Field {
        Field::new(name, 0, None, Shape::default())
    }

    /// How many fields it and its members are.
    fn size(&self) -> usize {
        self.path.len() + self.shape.size()
    }

    /// Takes in what is listed below it.
    pub(super) fn adopt(&mut self, members: &[Field]) {
        let is_array = self.shape.items.is_some();
        let target = match &mut self.shape.items {
            Some(items) => items.as_mut(),
            None => &mut self.shape,
        };
        let is_vague = target.types.iter().flatten().all(|one| matches!(one, Type::Word(_) | Type::Object));
        if is_vague || (is_array && target.types.is_none()) {
            target.types = Some([Type::Object].into());
        }
        members.iter().for_each(|member| target.insert(member.clone()));
    }
}

impl Shape {
    fn size(&self) -> usize {
        let items = self.items.as_ref().map_or(0, |items| items.size());
        items + self.members.values().map(Field::size).sum::<usize>()
    }

    /// Takes in a member.
    pub(super) fn insert(&mut self, field: Field) {
        let Field { mut path, line, mark, shape, .. } = field;
        if path.is_empty() {
            return;
        }
        let first = path.remove(0);
        let rest = path;
        if rest.is_empty() {
            let new = Field { path: vec![first.clone()], line, mark, shape, is_implied: false, again: None };
            match self.members.get_mut(&first) {
                None => drop(self.members.insert(first, new)),
                Some(known) => known.merge(new),
            }
            return;
        }
        let implied = || {
            let optional = mark.filter(|mark| *mark == Mark::Optional);
            Field {
                path: vec![first.clone()],
                line,
                mark: optional,
                shape: Shape::object(Vec::new()),
                is_implied: true,
                again: None,
            }
        };
        let parent = self.members.entry(first.clone()).or_insert_with(implied);
        let target = match &mut parent.shape.items {
            Some(items) => items.as_mut(),
            None => &mut parent.shape,
        };
        if target.types.is_none() {
            target.types = Some([Type::Object].into());
        }
        target.insert(Field { path: rest, line, mark, shape, is_implied: false, again: None });
    }
}

impl Field {
    /// The same name a second time.
    fn merge(&mut self, new: Field) {
        if self.is_implied {
            // Said at last; what its parts said of members stays.
            let members = std::mem::take(&mut self.shape.members);
            *self = new;
            self.adopt(&members.into_values().collect::<Vec<_>>());
        } else if *self != new {
            self.again = self.again.or(Some(new.line));
        }
    }
}

/// All fields of a document.
#[derive(Default)]
pub(super) struct Tree {
    root: Shape,
}

type Finished = (Vec<Schema>, Vec<(String, usize)>, bool);

impl Tree {
    /// Takes in a field.
    pub(super) fn insert(&mut self, field: Field) {
        self.root.insert(field);
    }

    /// The first field whose value is a name with a version; `schema` before all others.
    pub(super) fn marker(&self) -> Option<(String, usize, String)> {
        let value = |field: &Field| match field.shape.types.iter().flatten().next() {
            Some(Type::Word(word)) => marker(word).map(str::to_owned),
            _ => None,
        };
        let schema = self.root.members.get_key_value("schema").into_iter();
        let mut others: Vec<_> = self.root.members.iter().collect();
        others.sort_by_key(|(_, field)| field.line);
        let named = schema.chain(others).find_map(|(name, field)| Some((name, field.line, value(field)?)));
        named.map(|(name, line, text)| (format!("/{}", escaped(name)), line, text))
    }

    /// The schemas, the names that are said twice, and whether any field bears a mark.
    pub(super) fn finish(mut self) -> Finished {
        self.root.types = Some([Type::Object].into());
        let mut lowering = Lowering::default();
        lowering.shape(&self.root, String::new(), 1);
        (lowering.schemas, lowering.twice, lowering.has_marks)
    }
}

#[derive(Default)]
struct Lowering {
    schemas: Vec<Schema>,
    twice: Vec<(String, usize)>,
    has_marks: bool,
}

impl Lowering {
    fn shape(&mut self, shape: &Shape, pointer: String, line: usize) -> Id {
        let id = Id(self.schemas.len());
        self.schemas.push(Schema::default());
        let mut schema = Schema { pointer, line, ..Schema::default() };
        schema.own.types.clone_from(&shape.types);
        schema.own.values.clone_from(&shape.values);
        if let Some(length) =
            shape.length.as_ref().and_then(|length| parse(length).ok()).as_ref().and_then(|v| v.number())
        {
            schema.own.limits = BTreeMap::from([(Limit::MinItems, length.clone()), (Limit::MaxItems, length.clone())]);
        }
        if let Some(items) = &shape.items {
            let items = self.shape(items, schema.pointer.clone(), line);
            schema.edges.insert(Edge::Items, items);
        }
        for (name, field) in &shape.members {
            let pointer = format!("{}/{}", schema.pointer, escaped(name));
            self.has_marks |= field.mark.is_some();
            self.twice.extend(field.again.map(|line| (pointer.clone(), line)));
            // What stands within one declaration stands on its line.
            let line = if field.line == 0 { line } else { field.line };
            let member = self.shape(&field.shape, pointer, line);
            schema.edges.insert(Edge::Property(name.clone()), member);
            if field.mark != Some(Mark::Optional) {
                schema.own.required.insert(name.clone());
            }
            if field.mark.is_none() {
                schema.unmarked.insert(name.clone());
            }
        }
        if let Some(place) = self.schemas.get_mut(id.0) {
            *place = schema;
        }
        id
    }
}
