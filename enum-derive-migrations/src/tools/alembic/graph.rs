//! The order of revisions: a graph in which each names those that it comes after.
//!
//! The rules are those of `alembic/script/revision.py` (1.19): what a revision comes after is its `down_revision` and its
//! `depends_on`, which may also be a branch label (`_add_depends_on`). `alembic upgrade heads` runs the reverse of
//! `_topological_sort`.

use std::collections::{HashMap, HashSet};

use super::revision::Revision;

/// Revisions by their place in the list, each with those that it comes after.
pub(super) struct Graph {
    /// `down_revision`.
    down: Vec<Vec<usize>>,
    /// `depends_on`, without what is an ancestor anyway (`_normalize_depends_on`).
    depends: Vec<Vec<usize>>,
}

/// More heads than this are no branches that somebody keeps apart.
const MOST_BRANCHES: usize = 100;

/// So many heads are named in a message.
#[cfg(feature = "write")]
const MOST_NAMED: usize = 6;

/// A name that no revision has.
pub(super) struct Missing {
    /// The revision that names it.
    pub(super) by: usize,
    pub(super) name: String,
}

impl Graph {
    /// The graph, and the names in it that no revision has.
    pub(super) fn new(revisions: &[Revision]) -> (Self, Vec<Missing>) {
        // Of two revisions with one id, the last has it.
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        for (index, revision) in revisions.iter().enumerate() {
            by_name.insert(&revision.id, index);
        }
        let mut by_label = by_name.clone();
        for (index, revision) in revisions.iter().enumerate() {
            for label in &revision.labels {
                by_label.entry(label).or_insert(index);
            }
        }
        let mut missing = Vec::new();
        let mut resolve = |by: usize, names: &[String], known: &HashMap<&str, usize>| {
            let mut found = Vec::new();
            for name in names {
                match known.get(&**name) {
                    Some(&index) if index != by => found.push(index),
                    Some(_) => {}
                    None => missing.push(Missing { by, name: name.clone() }),
                }
            }
            found
        };
        let mut graph = Self { down: Vec::new(), depends: Vec::new() };
        for (index, revision) in revisions.iter().enumerate() {
            graph.down.push(resolve(index, &revision.down, &by_name));
            graph.depends.push(resolve(index, &revision.depends, &by_label));
        }
        graph.normalize();
        (graph, missing)
    }

    /// Leaves out what a revision depends on and an ancestor depends on as well.
    fn normalize(&mut self) {
        let resolved = self.depends.clone();
        for (index, depends) in self.depends.iter_mut().enumerate() {
            if depends.is_empty() {
                continue;
            }
            let mut ancestors = ancestors(index, |of| self.down[of].iter().copied());
            ancestors.remove(&index);
            depends.retain(|it| !ancestors.iter().any(|ancestor| resolved[*ancestor].contains(it)));
            depends.sort_unstable();
        }
    }

    /// What a revision comes after, each once (`_normalized_down_revisions`).
    fn parents(&self, index: usize) -> impl Iterator<Item = usize> {
        let down = &self.down[index];
        let depends = self.depends[index].iter().filter(|it| !down.contains(it));
        down.iter().chain(depends).copied()
    }

    /// A revision and all that come before it.
    #[cfg(feature = "history")]
    pub(super) fn ancestors(&self, index: usize) -> HashSet<usize> {
        ancestors(index, |of| self.parents(of))
    }

    /// The revisions that no other goes down to (`heads` of Alembic).
    pub(super) fn heads(&self) -> Vec<usize> {
        let below: HashSet<usize> = self.down.iter().flatten().copied().collect();
        (0..self.down.len()).filter(|index| !below.contains(index)).collect()
    }

    /// Whether several heads are those of branches that are meant to stay apart: each but one, the trunk's, has a label that no
    /// other head has. A label is also of all that come after its revision (`_add_branches`).
    pub(super) fn are_labelled(&self, heads: &[usize], revisions: &[Revision]) -> bool {
        if heads.len() > MOST_BRANCHES {
            return false;
        }
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let mut labels = Vec::with_capacity(heads.len());
        for head in heads {
            let line = ancestors(*head, |of| self.down[of].iter().copied());
            let own: HashSet<&str> =
                line.iter().flat_map(|it| &revisions[*it].labels).map(|label| &**label).collect();
            for label in &own {
                *counts.entry(*label).or_default() += 1;
            }
            labels.push(own);
        }
        let is_bare = |own: &&HashSet<&str>| !own.iter().any(|label| counts[label] == 1);
        labels.iter().filter(is_bare).count() <= 1
    }

    /// The head that a migration is to be written after, as `alembic revision --head` takes it: `LABEL@head`, or a revision. The
    /// only one if none is asked for. What is refused is told as the rest of a sentence.
    #[cfg(feature = "write")]
    pub(super) fn head_for(
        &self,
        asked: Option<&str>,
        revisions: &[Revision],
    ) -> Result<Option<usize>, String> {
        let heads = self.heads();
        let Some(asked) = asked else {
            return match &*heads {
                [] => Ok(None),
                [head] => Ok(Some(*head)),
                heads if self.are_labelled(heads, revisions) => {
                    let names = self.names_of(heads, revisions);
                    Err(format!("it has {} branches that are kept apart; say which one it is for: {names}", heads.len()))
                }
                _ => Err("it has more than one head; run `alembic merge heads` first, or say which one it is for with `--head REVISION`".to_owned()),
            };
        };
        let (name, is_line) = match asked.strip_suffix("@head") {
            Some(name) => (name, true),
            // `head` alone is the only one there is.
            None => match (asked, &*heads) {
                ("head", [head]) => return Ok(Some(*head)),
                _ => (asked, false),
            },
        };
        let is_it = |head: &&usize| {
            if !is_line {
                return revisions[**head].id == name;
            }
            let line = ancestors(**head, |of| self.down[of].iter().copied());
            line.iter().any(|it| {
                let revision = &revisions[*it];
                revision.id == name || revision.labels.iter().any(|label| label == name)
            })
        };
        let mut found: Vec<usize> = heads.iter().filter(is_it).copied().collect();
        if found.is_empty() && !is_line {
            // As Alembic takes a part of an identifier for the only revision that begins with it.
            let named: Vec<usize> = (0..revisions.len())
                .filter(|index| revisions[*index].id.starts_with(name))
                .collect();
            found = named.into_iter().filter(|index| heads.contains(index)).collect();
        }
        match &*found {
            [head] => Ok(Some(*head)),
            [] => {
                let names = self.names_of(&heads, revisions);
                Err(format!("it has no head `{asked}`; ask for one with {names}"))
            }
            several => {
                let names = self.names_of(several, revisions);
                Err(format!("`{asked}` leads to several heads; say which one: {names}"))
            }
        }
    }

    /// How to ask for each of these heads.
    #[cfg(feature = "write")]
    fn names_of(&self, heads: &[usize], revisions: &[Revision]) -> String {
        let all = self.heads();
        let own = |head: usize| -> HashSet<&str> {
            let line = ancestors(head, |of| self.down[of].iter().copied());
            line.iter().flat_map(|it| &revisions[*it].labels).map(|label| &**label).collect()
        };
        let name = |head: &usize| {
            let others: HashSet<&str> =
                all.iter().filter(|it| *it != head).flat_map(|it| own(*it)).collect();
            match own(*head).into_iter().filter(|label| !others.contains(label)).min() {
                Some(label) => format!("`--head {label}@head`"),
                None => format!("`--head {}`", revisions[*head].id),
            }
        };
        let shown: Vec<String> = heads.iter().take(MOST_NAMED).map(name).collect();
        let more = heads.len().saturating_sub(MOST_NAMED);
        let rest = if more == 0 { String::new() } else { format!(", and {more} more") };
        format!("{}{rest}", shown.join(", "))
    }

    /// The order in which Alembic applies all revisions to an empty database, and those that are left because they come
    /// after themselves.
    pub(super) fn order(&self) -> (Vec<usize>, Vec<usize>) {
        let count = self.down.len();
        let mut todo: HashSet<usize> = self.acyclic();
        let left = (0..count).filter(|index| !todo.contains(index)).collect();
        let mut named = HashSet::new();
        for index in &todo {
            named.extend(self.parents(*index));
        }
        let mut heads: Vec<usize> = todo.iter().copied().filter(|it| !named.contains(it)).collect();
        heads.sort_unstable();
        let of = |index: usize| ancestors(index, |of| self.parents(of));
        let mut before: Vec<HashSet<usize>> = heads.iter().map(|head| of(*head)).collect();
        let (mut order, mut current) = (Vec::with_capacity(count), 0);
        while let Some(&candidate) = heads.get(current) {
            // Another head comes after this one, and so it is taken first.
            let later = (0..heads.len())
                .find(|other| *other != current && before[*other].contains(&candidate));
            if let Some(later) = later {
                current = later;
                continue;
            }
            if todo.remove(&candidate) {
                order.push(candidate);
            }
            let next: Vec<usize> = self
                .parents(candidate)
                .filter(|it| todo.contains(it) && !heads.contains(it))
                .collect();
            match next.split_first() {
                None => {
                    heads.remove(current);
                    before.remove(current);
                    current = current.saturating_sub(1);
                }
                Some((&first, rest)) => {
                    heads[current] = first;
                    if self.depends[candidate].is_empty() && self.down[candidate].len() == 1 {
                        before[current].remove(&candidate);
                    } else {
                        before[current] = of(first);
                        heads.extend(rest);
                        before.extend(rest.iter().map(|it| of(*it)));
                    }
                }
            }
        }
        order.reverse();
        (order, left)
    }

    /// The revisions that do not come after themselves, directly or through others.
    fn acyclic(&self) -> HashSet<usize> {
        let count = self.down.len();
        let mut children = vec![Vec::new(); count];
        let mut open = vec![0_usize; count];
        for (index, open) in open.iter_mut().enumerate() {
            for parent in self.parents(index) {
                children[parent].push(index);
                *open += 1;
            }
        }
        let mut ready: Vec<usize> = (0..count).filter(|index| open[*index] == 0).collect();
        let mut done = HashSet::new();
        while let Some(index) = ready.pop() {
            done.insert(index);
            for &child in &children[index] {
                open[child] -= 1;
                if open[child] == 0 {
                    ready.push(child);
                }
            }
        }
        done
    }
}

fn ancestors<I: Iterator<Item = usize>>(
    index: usize,
    parents: impl Fn(usize) -> I,
) -> HashSet<usize> {
    let (mut all, mut waiting) = (HashSet::from([index]), vec![index]);
    while let Some(next) = waiting.pop() {
        for parent in parents(next) {
            if all.insert(parent) {
                waiting.push(parent);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a<b,c>d+e`: `a` comes after `b` and `c`, and depends on `d` and `e`.
    fn revisions(specs: &[(&str, &[&str], &[&str])]) -> Vec<Revision> {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let revision = |&(id, down, depends): &(&str, &[&str], &[&str])| Revision {
            id: id.to_owned(),
            down: owned(down),
            depends: owned(depends),
            labels: vec![format!("{id}_label")],
            path: id.into(),
        };
        specs.iter().map(revision).collect()
    }

    fn order(specs: &[(&str, &[&str], &[&str])]) -> String {
        let revisions = revisions(specs);
        let (graph, missing) = Graph::new(&revisions);
        let (order, left) = graph.order();
        let names = |indices: Vec<usize>| {
            indices.into_iter().map(|index| &*revisions[index].id).collect::<Vec<_>>().join(" ")
        };
        let mut parts = vec![names(order), names(graph.heads())];
        if !left.is_empty() {
            parts.push(format!("circle: {}", names(left)));
        }
        for missing in missing {
            parts.push(format!("{} lacks {}", revisions[missing.by].id, missing.name));
        }
        parts.join(" | ")
    }

    #[test]
    fn lines_and_branches() {
        assert_eq!(order(&[]), " | ");
        assert_eq!(order(&[("b", &["a"], &[]), ("a", &[], &[])]), "a b | b");
        // As `alembic upgrade heads` has them, with the files in this order.
        assert_eq!(
            order(&[
                ("a", &[], &[]),
                ("b", &["a"], &[]),
                ("c", &["a"], &[]),
                ("d", &["b", "c"], &[])
            ]),
            "a c b d | d"
        );
        assert_eq!(
            order(&[("a", &[], &[]), ("b", &["a"], &[]), ("x", &[], &[]), ("y", &["x"], &["b"])]),
            "a b x y | b y"
        );
        assert_eq!(
            order(&[("a", &[], &[]), ("b", &["a"], &[]), ("x", &[], &["b_label"])]),
            "a b x | b x"
        );
        // One that a revision both comes after and depends on.
        assert_eq!(
            order(&[("a", &[], &[]), ("b", &["a"], &["a"]), ("c", &["b"], &["b"])]),
            "a b c | c"
        );
    }

    #[test]
    fn what_is_missing_and_circles() {
        assert_eq!(order(&[("b", &["a"], &[])]), "b | b | b lacks a");
        assert_eq!(order(&[("a", &["b"], &[]), ("b", &["a"], &[])]), " |  | circle: a b");
        assert_eq!(
            order(&[("a", &[], &[]), ("b", &["a", "c"], &[]), ("c", &["b"], &[])]),
            "a |  | circle: b c"
        );
        assert_eq!(order(&[("a", &["a"], &[])]), "a | a");
    }
}
