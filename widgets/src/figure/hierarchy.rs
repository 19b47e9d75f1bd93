//! Things with parents, in the order in which a tree is read.

/// One thing in the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Among the things as they came.
    pub index: usize,
    /// Roots are at 0.
    pub depth: usize,
}

/// Each thing after its parent and before what follows the parent; siblings by `key`, then as
/// they came. A parent that is not an earlier thing is none.
pub(crate) fn order(parents: &[Option<u32>], key: impl Fn(usize) -> f64) -> Vec<Place> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
    let mut roots = Vec::new();
    for index in 0..parents.len() {
        match parent(parents, index) {
            Some(parent) => children[parent].push(index),
            None => roots.push(index),
        }
    }
    let by_key = |a: &usize, b: &usize| key(*a).total_cmp(&key(*b));
    roots.sort_by(by_key);
    let mut waiting: Vec<Place> = roots
        .iter()
        .rev()
        .map(|&index| Place { index, depth: 0 })
        .collect();
    let mut places = Vec::with_capacity(parents.len());
    while let Some(place) = waiting.pop() {
        places.push(place);
        let mut inner = std::mem::take(&mut children[place.index]);
        inner.sort_by(by_key);
        waiting.extend(inner.iter().rev().map(|&index| Place {
            index,
            depth: place.depth + 1,
        }));
    }
    places
}

/// The parent, when it is an earlier thing.
pub(crate) fn parent(parents: &[Option<u32>], index: usize) -> Option<usize> {
    let parent = parents.get(index).copied().flatten()? as usize;
    (parent < index).then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parents: &[Option<u32>], keys: &[f64], expected: &[(usize, usize)]) {
        let places = order(parents, |index| keys[index]);
        let found: Vec<(usize, usize)> = places.iter().map(|p| (p.index, p.depth)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn children_follow_their_parent() {
        check(
            &[None, Some(0), Some(0), Some(1)],
            &[0.0, 5.0, 1.0, 6.0],
            &[(0, 0), (2, 1), (1, 1), (3, 2)],
        );
    }

    #[test]
    fn a_parent_that_is_not_earlier_is_none() {
        check(
            &[Some(0), Some(9), Some(u32::MAX), Some(1)],
            &[0.0, f64::NAN, 1.0, 0.0],
            &[(0, 0), (2, 0), (1, 0), (3, 1)],
        );
    }

    #[test]
    fn a_long_chain_takes_no_stack() {
        let parents: Vec<Option<u32>> = (0..200_000u32).map(|index| index.checked_sub(1)).collect();
        let places = order(&parents, |_| 0.0);
        assert_eq!(places.last().map(|place| place.depth), Some(199_999));
    }
}
