//! Arrows that should not be there.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use crate::modules::{Arrow, Modules};

/// Imports of what is on a floor above, and modules that are on none.
pub(crate) fn above(modules: &Modules, arrows: &[Arrow], floors: &[&str]) -> Vec<String> {
    let mut broken = Vec::new();
    for path in modules.paths() {
        if floor(path, floors).is_none() {
            let file = modules.get(path).map(|module| module.file.display().to_string());
            broken.push(format!(
                "{} is on no floor: give `{}` its place in the table",
                file.unwrap_or_default(),
                path.join("::")
            ));
        }
    }
    for floor in floors {
        let path: Vec<_> = floor.split("::").map(str::to_owned).collect();
        if modules.get(&path).is_none() {
            broken.push(format!("there is no module `{floor}`: take it out of the table"));
        }
    }
    for arrow in arrows {
        if let (Some(from), Some(to)) = (floor(&arrow.from, floors), floor(&arrow.to, floors))
            && from < to
        {
            broken.push(format!(
                "{} imports {}, which is above it",
                place(modules, arrow),
                name(&arrow.to)
            ));
        }
    }
    broken
}

/// The number of a module's floor, from the lowest on.
fn floor(path: &[String], floors: &[&str]) -> Option<usize> {
    if path.is_empty() {
        return Some(floors.len());
    }
    let fits = |floor: &str| {
        let mut parts = floor.split("::");
        let mut path = path.iter();
        parts.all(|part| path.next().is_some_and(|name| name == part))
    };
    let fitting = floors.iter().enumerate().filter(|(_, floor)| fits(floor));
    fitting.max_by_key(|(_, floor)| floor.len()).map(|(index, _)| index)
}

/// Modules that import one another: a shortest way round for each knot.
///
/// Beside one another stand modules of one parent, each with all that is in it. A module and what is in it are one thing,
/// so that what these two import of one another is no knot.
pub(crate) fn knots(modules: &Modules, arrows: &[Arrow]) -> Vec<String> {
    let mut beside: BTreeMap<&[String], Graph<'_>> = BTreeMap::new();
    for arrow in arrows {
        let same = arrow.from.iter().zip(&arrow.to).take_while(|(from, to)| from == to).count();
        if let (Some(from), Some(to)) = (arrow.from.get(same), arrow.to.get(same)) {
            let graph = beside.entry(&arrow.from[..same]).or_default();
            graph.entry(from).or_default().entry(to).or_insert(arrow);
        }
    }
    let mut knots = Vec::new();
    for graph in beside.values() {
        let mut told = HashSet::new();
        for start in graph.keys() {
            if told.contains(start) {
                continue;
            }
            if let Some(round) = way_round(start, graph) {
                told.extend(round.iter().map(|(from, _)| *from));
                let steps = round.iter().map(|(_, arrow)| {
                    format!("{} imports {}", place(modules, arrow), name(&arrow.to))
                });
                knots.push(steps.collect::<Vec<_>>().join(", "));
            }
        }
    }
    knots
}

/// Of modules of one parent, what each imports of which others.
type Graph<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a Arrow>>;

/// A step of a way: where it begins, and what makes it.
type Step<'a> = (&'a str, &'a Arrow);

/// A shortest way from a module back to it.
fn way_round<'a>(start: &'a str, graph: &Graph<'a>) -> Option<Vec<Step<'a>>> {
    let mut came_by: HashMap<&str, Step<'a>> = HashMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(from) = next.pop_front() {
        for (&to, &arrow) in graph.get(from).into_iter().flatten() {
            if came_by.contains_key(to) {
                continue;
            }
            came_by.insert(to, (from, arrow));
            if to == start {
                let mut way = vec![(from, arrow)];
                while let Some((first, _)) = way.last()
                    && *first != start
                {
                    way.push(came_by[first]);
                }
                way.reverse();
                return Some(way);
            }
            next.push_back(to);
        }
    }
    None
}

fn place(modules: &Modules, arrow: &Arrow) -> String {
    let file = modules.get(&arrow.from).map(|module| module.file.display().to_string());
    format!("{}:{}", file.unwrap_or_default(), arrow.line)
}

fn name(path: &[String]) -> String {
    if path.is_empty() { "the crate's root".to_owned() } else { path.join("::") }
}

#[cfg(test)]
mod tests {
    use super::{above, knots};
    use crate::modules::tests::package;

    const LIB: (&str, &str) = ("lib.rs", "mod low;\nmod high;\npub use high::High;");

    #[test]
    fn an_arrow_up_is_told_with_its_line() {
        let modules = package(&[LIB, ("low.rs", "\nuse crate::high::High;"), ("high.rs", "")]);
        let floors = ["low", "high"];
        assert_eq!(
            above(&modules, &modules.arrows(), &floors),
            ["src/low.rs:2 imports high, which is above it"]
        );
        let modules = package(&[LIB, ("low.rs", ""), ("high.rs", "use crate::low::Low;")]);
        assert_eq!(above(&modules, &modules.arrows(), &floors), [""; 0]);
        assert_eq!(
            above(&modules, &modules.arrows(), &["low"]),
            ["src/high.rs is on no floor: give `high` its place in the table"]
        );
        assert_eq!(
            above(&modules, &modules.arrows(), &["low", "middle", "high"]),
            ["there is no module `middle`: take it out of the table"]
        );
    }

    #[test]
    fn a_floor_may_have_floors() {
        let modules = package(&[
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod b;\nmod c;"),
            ("a/b.rs", "use super::c::C;"),
            ("a/c.rs", ""),
        ]);
        assert_eq!(
            above(&modules, &modules.arrows(), &["a", "a::b", "a::c"]),
            ["src/a/b.rs:1 imports a::c, which is above it"]
        );
        assert_eq!(above(&modules, &modules.arrows(), &["a::c", "a::b", "a"]), [""; 0]);
    }

    #[test]
    fn modules_are_looked_at_with_all_that_is_in_them() {
        let modules = package(&[
            ("lib.rs", "mod a;\nmod b;\nfn f() {}"),
            ("a/mod.rs", "mod c;\nmod d;\nuse self::c::C;"),
            ("a/c.rs", "use super::A;\nuse crate::b::B;\nuse crate::f;"),
            ("a/d.rs", ""),
            ("b.rs", "use crate::a::d::D;"),
        ]);
        assert_eq!(
            knots(&modules, &modules.arrows()),
            ["src/a/c.rs:2 imports b, src/b.rs:1 imports a::d"]
        );
    }

    #[test]
    fn a_knot_is_told_once_with_a_way_round() {
        let modules = package(&[
            ("lib.rs", "mod a;\nmod b;\nmod c;\nmod d;"),
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "fn f() {\n crate::c::g() }"),
            ("c.rs", "use super::a::A;\nuse super::d::D;"),
            ("d.rs", ""),
        ]);
        assert_eq!(
            knots(&modules, &modules.arrows()),
            ["src/a.rs:1 imports b, src/b.rs:2 imports c, src/c.rs:1 imports a"]
        );
    }
}
