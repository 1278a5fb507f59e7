//! What depends on a type after an earlier change of another type, in one migration.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Dependents, Kind};
use crate::Definition;
use crate::plan::Fates;
use crate::sql::swap::literals::reprinted;
use crate::sql::{Name, swap};

impl Dependents {
    /// Changes the definitions to those after another type, which has this name and these labels in the database, has
    /// been changed to `definition`: its labels in them have their new names. A plan that follows another one in a
    /// migration is made with the result.
    ///
    /// # Errors
    ///
    /// The dependents whose definitions contain the other type, if that one gets another name: their definitions after
    /// the change are not known.
    pub fn after(
        &mut self,
        (schema, name): (&str, &str),
        labels: &[String],
        definition: Definition<'_>,
    ) -> Result<(), Vec<String>> {
        let type_sql = swap::type_sql(Name { schema: Some(schema), name });
        let named = definition.schema.unwrap_or(schema) == schema && definition.name == name;
        if !named {
            let uses = |text: &str| text.contains(&*type_sql);
            let entries = self.entries.iter().filter(|entry| uses(&entry.text));
            let found: Vec<String> = entries.map(|entry| entry.what.clone()).collect();
            return if found.is_empty() { Ok(()) } else { Err(found) };
        }
        let fates = Fates::new(labels, definition);
        let change = |text: &mut String| {
            *text = reprinted(text, &type_sql, |label| fates.of(label));
        };
        for object in &mut self.objects {
            change(&mut object.definition);
            let more = match &mut object.kind {
                Kind::Policy { using, check, .. } => [using.as_mut(), check.as_mut()],
                Kind::Column { generated: Some(generated), .. } => {
                    [Some(&mut generated.expression), None]
                }
                Kind::Domain { default, .. } => [default.as_mut(), None],
                _ => [None, None],
            };
            more.into_iter().flatten().for_each(change);
        }
        self.direct.iter_mut().for_each(change);
        for entry in &mut self.entries {
            let before = entry.text.clone();
            change(&mut entry.text);
            if entry.text != before {
                entry.hash = None;
            }
        }
        Ok(())
    }
}
