//! Labels.

use std::sync::Arc;

use super::{Catalog, Label, Type, TypeKind};
use crate::ground::{Change, Done, Location, Refusal, Side, TypeId};
use crate::text::name::has_hole;

impl Catalog {
    pub(crate) fn change_labels(
        &mut self,
        id: TypeId,
        change: impl FnOnce(&mut Vec<Label>) -> Result<bool, Refusal>,
    ) -> Result<bool, Refusal> {
        let Some(ty) = self.types.get(id) else { return Ok(false) };
        let mut new = (**ty).clone();
        let key = new.key.clone();
        let TypeKind::Enum(labels) = &mut new.kind else {
            return Err(Refusal::new("42809", format!("{} is not an enum", new.key.1))
                .about(&key)
                .related(&ty.created, format!("the {} is created here", ty.kind.noun())));
        };
        let changed = change(labels).map_err(|refusal| refusal.about(&key))?;
        if changed {
            self.put_type(id, Some(new));
        }
        Ok(changed)
    }

    /// `ALTER TYPE … ADD VALUE`.
    pub(crate) fn add_label(
        &mut self,
        id: TypeId,
        label: Label,
        position: Option<(Side, &Arc<str>)>,
        if_not_exists: bool,
    ) -> Done {
        let (text, at) = (Arc::clone(&label.text), label.at.clone());
        let unsafe_in = (!self.fresh_types.contains(&id)).then_some(self.transaction);
        if unsafe_in.is_some() {
            self.unsafe_labels.push(Arc::clone(&text));
        }
        let added = self.change_labels(id, |labels| {
            check_label(&label.text)?;
            if let Some(there) = labels.iter().find(|there| there.text == label.text) {
                if if_not_exists {
                    return Ok(false);
                }
                return Err(already_there(there));
            }
            let index = match position {
                None => labels.len(),
                Some((Side::Before, anchor)) => find_label(labels, anchor)?,
                Some((Side::After, anchor)) => find_label(labels, anchor)? + 1,
            };
            labels.insert(index, Label { unsafe_in, ..label });
            Ok(true)
        })?;
        if added {
            let position = position.map(|(side, anchor)| (side, Arc::clone(anchor)));
            self.event(id, &at, Change::LabelAdded { label: text, position });
        }
        Ok(())
    }

    /// `ALTER TYPE … RENAME VALUE`.
    pub(crate) fn rename_label(&mut self, id: TypeId, from: &Arc<str>, to: Label) -> Done {
        let (text, at) = (Arc::clone(&to.text), to.at.clone());
        self.change_labels(id, |labels| {
            check_label(&to.text)?;
            let index = find_label(labels, from)?;
            if let Some(there) = labels.iter().find(|there| there.text == to.text) {
                return Err(already_there(there));
            }
            labels[index] = Label { unsafe_in: labels[index].unsafe_in, ..to };
            Ok(true)
        })?;
        if self.unsafe_labels.contains(from) {
            self.unsafe_labels.push(Arc::clone(&text));
        }
        self.event(id, &at, Change::LabelRenamed { from: Arc::clone(from), to: text });
        Ok(())
    }

    /// The texts of labels that the transaction has added, and perhaps of some that it has given up again.
    pub(crate) fn unsafe_labels(&self) -> &[Arc<str>] {
        &self.unsafe_labels
    }

    /// Whether a label may be used already (`PostgreSQL` manual, `ALTER TYPE`, notes).
    pub(crate) fn check_safe(&self, ty: &Type, label: &Label) -> Done {
        if label.unsafe_in != Some(self.transaction) {
            return Ok(());
        }
        let message =
            format!("unsafe use of new value \"{}\" of enum type {}", label.text, ty.key.1);
        Err(Refusal::new("55P04", message)
            .about(&ty.key)
            .related(&label.at, "the label is added here".to_owned())
            .help("commit before the label is used: move what follows to another migration"))
    }

    /// Whether a literal may be a value of an enum: it is a label, and may be used already.
    pub(crate) fn check_label_is_usable(&self, ty: &Type, text: &Arc<str>) -> Done {
        let TypeKind::Enum(labels) = &ty.kind else { return Ok(()) };
        if let Some(label) = labels.iter().find(|label| label.text == *text) {
            return self.check_safe(ty, label);
        }
        if labels.iter().any(|label| has_hole(&label.text)) {
            return Ok(());
        }
        let message = format!("invalid input value for enum {}: \"{text}\"", ty.key.1);
        let refusal = Refusal::new("22P02", message).about(&ty.key);
        Err(match labels.iter().find(|label| label.text.eq_ignore_ascii_case(text)) {
            Some(twin) => {
                refusal.related(&twin.at, format!("\"{}\" differs only by case", twin.text))
            }
            None => refusal.related(&ty.created, "the enum is created here".to_owned()),
        })
    }

    /// What `DELETE FROM pg_enum` and `UPDATE pg_enum SET enumlabel` do.
    pub(crate) fn replace_labels(&mut self, id: TypeId, new: Vec<Label>, at: &Location) -> Done {
        let texts = texts(&new);
        self.change_labels(id, |labels| {
            *labels = new;
            Ok(true)
        })?;
        self.event(id, at, Change::Rewritten { labels: texts });
        Ok(())
    }
}

/// What labels say.
pub(crate) fn texts(labels: &[Label]) -> Vec<Arc<str>> {
    let mut texts = Vec::with_capacity(labels.len());
    for label in labels {
        texts.push(Arc::clone(&label.text));
    }
    texts
}

/// A label is refused when it is too long, never cut (`PostgreSQL` manual, 8.7.4).
pub(crate) fn check_label(text: &str) -> Done {
    if text.len() > pg_enum_core::MAX_BYTES {
        return Err(Refusal::new("42602", format!("invalid enum label \"{text}\""))
            .help("labels must be 63 bytes or less"));
    }
    Ok(())
}

pub(crate) fn find_label(labels: &[Label], text: &Arc<str>) -> Result<usize, Refusal> {
    labels.iter().position(|label| label.text == *text).ok_or_else(|| {
        let refusal = Refusal::new("22023", format!("\"{text}\" is not an existing enum label"));
        match labels.iter().find(|label| label.text.eq_ignore_ascii_case(text)) {
            Some(twin) => {
                refusal.related(&twin.at, format!("\"{}\" differs only by case", twin.text))
            }
            None => refusal,
        }
    })
}

pub(crate) fn already_there(label: &Label) -> Refusal {
    Refusal::new("42710", format!("enum label \"{}\" already exists", label.text))
        .label_there(&label.text)
        .related(&label.at, "the label is created here".to_owned())
}
