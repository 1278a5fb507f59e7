//! Sorting. The standard library's sort is much code, which is compiled for each type that is sorted; this one sorts
//! indices, whatever they are of, so that it is compiled once.

use std::cmp::Ordering;

/// Sorts items; equal ones stay in their order.
pub(crate) fn sort<T>(items: &mut [T], compare: &mut dyn FnMut(&T, &T) -> Ordering) {
    if items.len() < 2 {
        return;
    }
    let order = order(items.len(), &mut |a, b| compare(&items[a], &items[b]));
    arrange(&order, &mut |a, b| items.swap(a, b));
}

/// Exchanges items until they are in an order of their indices, as [`order`] tells it.
pub(crate) fn arrange(order: &[usize], swap: &mut dyn FnMut(usize, usize)) {
    let mut ranks = vec![0; order.len()];
    for (rank, index) in order.iter().enumerate() {
        ranks[*index] = rank;
    }
    for index in 0..order.len() {
        // Each exchange brings an item to its place.
        while ranks[index] != index {
            let rank = ranks[index];
            swap(index, rank);
            ranks.swap(index, rank);
        }
    }
}

/// The numbers below `count` in an order; equal ones stay in theirs.
pub(crate) fn order(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

#[cfg(test)]
mod tests {
    use super::sort;

    #[test]
    fn sorts_as_the_standard_library_does() {
        let mut state = 1_u32;
        for count in [0, 1, 2, 3, 20, 21, 500] {
            let mut items = Vec::new();
            for index in 0..count {
                state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
                items.push((state >> 16 & 15, index));
            }
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            sort(&mut items, &mut |a, b| a.0.cmp(&b.0));
            assert_eq!(items, expected);
        }
    }
}
