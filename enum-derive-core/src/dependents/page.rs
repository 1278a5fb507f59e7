//! The rows of the query, by type.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::Dependents;
use crate::array::elements;

/// What depends on each of several types. It keeps the rows as the server has sent them, because what is read from them
/// takes several times as much memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows of each type, by its schema and name.
    types: BTreeMap<(String, String), Vec<String>>,
    shared: Shared,
}

/// What is the same for all types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shared {
    /// The names of types, in any schema, that a temporary name could be equal to.
    pub(super) taken: Vec<String>,
    /// Functions whose bodies contain a label of one of the types, with the label.
    pub(super) mentions: Vec<(String, String)>,
}

impl Page {
    /// Reads the rows of the result of [`query`](super::query). `None` if these are other rows.
    ///
    /// ```
    /// use pg_enum_core::dependents::Page;
    ///
    /// let none = Page::parse(Vec::new()).expect("no rows");
    /// assert_eq!(none.dependents("app", "mood"), None);
    /// assert_eq!(Page::parse(vec!["{1}".to_owned()]), None);
    /// ```
    #[must_use]
    pub fn parse(rows: Vec<String>) -> Option<Self> {
        let mut page = Self::default();
        for row in rows {
            let mut parts = elements(&row)?.into_iter();
            match parts.next()? {
                Some(name) => {
                    let [schema, name]: [_; 2] = elements(&name)?.try_into().ok()?;
                    page.types.entry((schema?, name?)).or_default().push(row);
                }
                None => {
                    let parts: Vec<_> = parts.collect::<Option<_>>()?;
                    let [kind, name, label]: [_; 3] = parts.try_into().ok()?;
                    match &*kind {
                        "taken" => page.shared.taken.push(name),
                        _ => page.shared.mentions.push((name, label)),
                    }
                }
            }
        }
        let is_whole =
            page.types.values().all(|rows| Dependents::parse(rows, &Shared::default()).is_some());
        is_whole.then_some(page)
    }

    /// What depends on the enum with this schema and name; `None` if there is none, or if the query did not read it.
    #[must_use]
    pub fn dependents(&self, schema: &str, name: &str) -> Option<Dependents> {
        let rows = self.types.get(&(schema.into(), name.into()))?;
        Dependents::parse(rows, &self.shared)
    }
}
