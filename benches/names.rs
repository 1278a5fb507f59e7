//! The names of the variants that the benches compare derives on.

/// The first `count` of 500 names, no two alike, of 7 to 14 letters.
pub(crate) fn names(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|index| {
        let (row, column) = (index / FIRST.len(), index % FIRST.len());
        format!("{}{}", FIRST[column], SECOND[(row + column) % SECOND.len()])
    })
}

const FIRST: [&str; 25] = [
    "Amber", "Brisk", "Calm", "Daring", "Eager", "Faint", "Gentle", "Hollow", "Idle", "Jolly",
    "Keen", "Lively", "Mellow", "Narrow", "Opaque", "Patient", "Quiet", "Rapid", "Silent",
    "Tender", "Upper", "Vivid", "Wary", "Young", "Zealous",
];

const SECOND: [&str; 20] = [
    "Anchor", "Bridge", "Canyon", "Delta", "Ember", "Forest", "Garden", "Harbour", "Island",
    "Jungle", "Kettle", "Lantern", "Meadow", "Needle", "Orchard", "Pebble", "Quarry", "River",
    "Summit", "Tunnel",
];
