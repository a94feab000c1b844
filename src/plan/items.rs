//! The items of a part, as another text can take them over.

use super::{Part, Plan};
use crate::markdown::{Block, Body, Ink, Span};

impl Plan {
    /// The items of the lists in a part, nested ones aside, each on one line.
    pub fn items(&self, part: Part) -> Vec<String> {
        let lists = self.of(part).flat_map(|section| &section.blocks).filter_map(|block| match &block.body {
            Body::List(items) => Some(items),
            _ => None,
        });
        let first = lists.flatten().filter_map(|item| item.blocks.first());
        let texts = first.filter_map(|Block { body, .. }| match body {
            Body::Paragraph(spans) => Some(written(spans).split_whitespace().collect::<Vec<_>>().join(" ")),
            _ => None,
        });
        texts.filter(|item| !item.is_empty()).collect()
    }
}

fn written(spans: &[Span]) -> String {
    let span = |span: &Span| match span.ink {
        Ink::Code => format!("`{}`", span.text),
        Ink::Hidden => String::new(),
        Ink::Text => span.text.clone(),
    };
    spans.iter().map(span).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn items(text: &str, part: Part) -> Vec<String> {
        Plan::read("2025-11-06".parse().unwrap(), "r4", text).items(part)
    }

    #[test]
    fn a_plan_lends_its_tasks_and_its_matrix() {
        let plan = "# Plan\n\n## Tasks\n\n- [ ] one `a/b.py`\n- two\n\n  more\n\n### Later\n\n1. three\n\n\
                    ## Validation Matrix (all)\n\n- Unit: `pytest`\n\n## End\n\n- no\n";
        assert_eq!(items(plan, Part::Tasks), ["[ ] one `a/b.py`", "two", "three"]);
        assert_eq!(items(plan, Part::Validation), ["Unit: `pytest`"]);
        assert!(items("```\n## Tasks\n- a\n```\n", Part::Tasks).is_empty());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(## Tasks|## Required Reading|- |\n|Budget: |TODO|x|é|```|<b>|---| ){0,24}") {
            let plan = Plan::read("2025-11-06".parse().unwrap(), "r4", &text);
            drop((plan.items(Part::Tasks), plan.lacks(), plan.lacks_for_the_next()));
        }
    }
}
