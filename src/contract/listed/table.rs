//! Tables of fields.

use super::super::error::ContractError;
use super::field::{Mark, Text, mark_in, names_alone};
use super::shape::declared;
use super::tree::{Count, Field, Tree};
use crate::markdown::{Span, plain};

/// Takes in the rows of a table that has a column of fields. Each row of a table is a line.
///
/// # Errors
/// More fields than anybody writes.
pub(super) fn fields(
    rows: &[Vec<Vec<Span>>],
    line: usize,
    tree: &mut Tree,
    count: &mut Count,
) -> Result<(), ContractError> {
    let Some((head, rows)) = rows.split_first() else { return Ok(()) };
    let titles: Vec<String> = head.iter().map(|cell| plain(cell).trim().to_lowercase()).collect();
    let column = |names: &[&str]| titles.iter().position(|title| names.contains(&title.as_str()));
    let Some(named) = column(&["field", "name"]) else { return Ok(()) };
    let (typed, required, optional) = (column(&["type"]), column(&["required"]), column(&["optional"]));
    for (index, row) in rows.iter().enumerate() {
        // Below the head stands the line that makes it one.
        let line = line + 2 + index;
        let cell =
            |column: Option<usize>| column.and_then(|column| row.get(column)).map(Vec::as_slice).unwrap_or_default();
        let yes = |column| match plain(cell(column)).trim().to_lowercase().as_str() {
            "yes" | "true" => Some(true),
            "no" | "false" => Some(false),
            _ => None,
        };
        let text = Text::of(cell(typed), line);
        let must = yes(required).or_else(|| yes(optional).map(|optional| !optional));
        let mark = must.map(|must| if must { Mark::Required } else { Mark::Optional });
        let name_cell = Text::of(cell(Some(named)), line);
        let mark = mark.or_else(|| mark_in(name_cell.as_str())).or_else(|| mark_in(text.as_str()));
        for name in names_alone(name_cell.as_str()) {
            let field = Field::new(name, line, mark, declared(text.as_str()));
            count.add(std::slice::from_ref(&field))?;
            tree.insert(field);
        }
    }
    Ok(())
}
