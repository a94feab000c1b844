//! What a contract says, whichever way it is written: a graph of schemas.

use std::collections::{BTreeMap, BTreeSet};

use crate::json::{Number, Value};

/// How a contract is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON Schema.
    Json(Draft),
    /// Markdown.
    Markdown,
}

/// A draft of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Draft {
    /// draft-07
    Seven,
    /// 2019-09
    Y2019,
    /// 2020-12
    Y2020,
}

impl Draft {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Draft::Seven => "draft-07",
            Draft::Y2019 => "2019-09",
            Draft::Y2020 => "2020-12",
        }
    }
}

/// A contract that has been read.
#[derive(Debug, Clone)]
pub struct Contract {
    /// How it is written.
    pub form: Form,
    /// What says who it is.
    pub identity: Identity,
    /// All its schemas; the first is the root. In Markdown the root is an object of the fields.
    pub schemas: Vec<Schema>,
    /// Markdown: fields that are said twice and not the same both times, by path, with the second line.
    pub twice: Vec<(String, usize)>,
    /// Markdown: whether some field says that it is optional or required.
    pub has_marks: bool,
    /// What it was read from.
    pub source: Source,
}

/// What a contract was read from: two that are equal say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// JSON, lines and layout aside.
    Json(Value),
    /// Markdown, as it is written.
    Markdown(String),
}

/// What says who a contract is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The root's `$id`, and where.
    pub id: Option<Said>,
    /// The root's `name`.
    pub name: Option<Said>,
    /// `name.vN` in title, name, or the `const` of a `schema` property; in Markdown the one that names the document.
    pub markers: Vec<Said>,
    /// Whether there is a `version` key: at the root, or in the front matter.
    pub has_version_key: bool,
}

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The pointer.
    pub pointer: String,
    /// From 1.
    pub line: usize,
    /// The text.
    pub text: String,
}

/// A schema's place in its contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub usize);

impl Id {
    /// The root of every contract.
    pub const ROOT: Id = Id(0);
    /// What is not there, and so lets everything in.
    pub const ANYTHING: Id = Id(usize::MAX);
}

/// One schema.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Where it stands: a JSON pointer, for Markdown the field's path.
    pub pointer: String,
    /// From 1.
    pub line: usize,
    /// What it says of the value by itself.
    pub own: Own,
    /// What it says by other schemas.
    pub edges: BTreeMap<Edge, Id>,
    /// Markdown: names that are required for want of a mark.
    pub unmarked: BTreeSet<String>,
    /// Stands for its whole text, so that branches can be found again in another order.
    pub digest: u64,
}

/// What a schema says of a value by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// `false`: it lets nothing in.
    pub never: bool,
    /// The types it lets in; `None` for all.
    pub types: Option<BTreeSet<Type>>,
    /// The values that `enum` and `const` let in, as their one text.
    pub values: Option<BTreeSet<String>>,
    /// Bounds.
    pub limits: BTreeMap<Limit, Number>,
    /// `multipleOf`
    pub multiple_of: Option<Number>,
    /// `uniqueItems`
    pub unique: bool,
    /// `pattern`, `format` and the `content…` words.
    pub texts: BTreeMap<&'static str, String>,
    /// Names an object must have.
    pub required: BTreeSet<String>,
    /// Names an object must have if it has another.
    pub dependent_required: BTreeMap<String, BTreeSet<String>>,
    /// It refers to a place in this document where nothing is.
    pub lost: bool,
    /// What cannot be compared but by its text: unknown keywords, malformed ones, references that lead nowhere here.
    pub other: BTreeMap<String, String>,
}

/// A type of values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `integer`, where not every `number`
    Integer,
    /// `number`
    Number,
    /// `string`
    String,
    /// `array`
    Array,
    /// `object`
    Object,
    /// A word that Markdown uses as a type: `rfc3339`.
    Word(String),
}

/// A bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    Minimum,
    ExclusiveMinimum,
    Maximum,
    ExclusiveMaximum,
    MinLength,
    MaxLength,
    MinItems,
    MaxItems,
    MinProperties,
    MaxProperties,
}

impl Limit {
    /// Whether more of it lets less in.
    pub fn is_lower(self) -> bool {
        matches!(
            self,
            Limit::Minimum | Limit::ExclusiveMinimum | Limit::MinLength | Limit::MinItems | Limit::MinProperties
        )
    }
}

/// The way from a schema to one of which it is made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edge {
    Property(String),
    Pattern(String),
    Additional,
    PropertyNames,
    UnevaluatedProperties,
    /// An item of a tuple.
    Prefix(usize),
    /// All items, or those behind the tuple.
    Items,
    Contains,
    UnevaluatedItems,
    Ref,
    AllOf(usize),
    AnyOf(usize),
    OneOf(usize),
    Not,
    If,
    Then,
    Else,
    /// What holds if there is a property of this name.
    Dependent(String),
    /// What a dynamic reference may mean.
    Dynamic(usize),
}

impl Edge {
    /// Whether the other schema is about the same value.
    pub fn is_in_place(&self) -> bool {
        matches!(
            self,
            Edge::Ref
                | Edge::AllOf(_)
                | Edge::AnyOf(_)
                | Edge::OneOf(_)
                | Edge::Not
                | Edge::If
                | Edge::Then
                | Edge::Else
                | Edge::Dependent(_)
                | Edge::Dynamic(_)
        )
    }

    /// Whether the other schema always has a say.
    pub fn is_certain(&self) -> bool {
        matches!(self, Edge::Ref | Edge::AllOf(_))
    }

    /// Whether the other schema is about some of the value's properties.
    pub fn is_about_properties(&self) -> bool {
        matches!(self, Edge::Property(_) | Edge::Pattern(_) | Edge::Additional | Edge::UnevaluatedProperties)
    }

    /// Whether the other schema is about some of the value's items.
    pub fn is_about_items(&self) -> bool {
        matches!(self, Edge::Prefix(_) | Edge::Items | Edge::Contains | Edge::UnevaluatedItems)
    }
}

impl Schema {
    /// Where an edge leads.
    pub fn edge(&self, edge: &Edge) -> Option<Id> {
        self.edges.get(edge).copied()
    }

    /// The properties it declares.
    pub fn properties(&self) -> impl Iterator<Item = (&str, Id)> {
        self.edges.iter().map_while(|(edge, id)| match edge {
            Edge::Property(name) => Some((name.as_str(), *id)),
            _ => None,
        })
    }

    /// Its pattern properties.
    pub fn patterns(&self) -> impl Iterator<Item = (&str, Id)> {
        self.others().map_while(|(edge, id)| match edge {
            Edge::Pattern(pattern) => Some((pattern.as_str(), id)),
            _ => None,
        })
    }

    /// All edges but properties, of which there may be many; patterns first.
    pub fn others(&self) -> impl Iterator<Item = (&Edge, Id)> {
        self.edges.range(Edge::Pattern(String::new())..).map(|(edge, id)| (edge, *id))
    }

    /// What each of some edges leads to, in their order.
    pub fn all(&self, wanted: impl Fn(&Edge) -> bool) -> Vec<Id> {
        self.edges.iter().filter(|(edge, _)| wanted(edge)).map(|(_, id)| *id).collect()
    }

    /// Whether it lets everything in.
    pub fn is_open(&self) -> bool {
        self.edges.is_empty() && self.own == Own::default()
    }

    /// Whether it says no more than that another one holds.
    fn stands_for(&self) -> Option<Id> {
        let mut edges = self.edges.iter();
        match (edges.next(), edges.next()) {
            (Some((Edge::Ref | Edge::AllOf(_), id)), None) if self.own == Own::default() => Some(*id),
            _ => None,
        }
    }
}

/// References to references that are followed; a longer chain is compared link by link.
const LONGEST_CHAIN: usize = 64;

impl Contract {
    /// A schema; one that lets everything in, should there be none of this number.
    pub fn schema(&self, id: Id) -> &Schema {
        static OPEN: std::sync::LazyLock<Schema> = std::sync::LazyLock::new(Schema::default);
        self.schemas.get(id.0).unwrap_or(&OPEN)
    }

    /// The schema that holds where this one does no more than to stand for another.
    pub fn meant(&self, id: Id) -> Id {
        let mut at = id;
        for _ in 0..LONGEST_CHAIN {
            match self.schema(at).stands_for() {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// The schemas that are reached from some, themselves among them.
    pub fn reached(&self, from: impl IntoIterator<Item = Id>) -> BTreeSet<Id> {
        let mut open: Vec<Id> = from.into_iter().collect();
        let mut found = BTreeSet::new();
        while let Some(id) = open.pop() {
            if found.insert(id) {
                open.extend(self.schema(id).edges.values());
            }
        }
        found
    }

    /// Whether it says of any field what it is.
    pub fn has_fields(&self) -> bool {
        self.schemas.iter().any(|schema| schema.properties().next().is_some())
    }
}
