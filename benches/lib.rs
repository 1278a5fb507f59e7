//! The words that the enums of the benches are made of.

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

/// The first `count` of 500 names, no two alike, of 7 to 14 letters.
pub fn names(count: usize) -> impl Iterator<Item = String> {
    let pairs = SECOND.iter().flat_map(|second| FIRST.iter().map(move |first| (first, second)));
    pairs.map(|(first, second)| format!("{first}{second}")).take(count)
}
