//! The rows of a long notebook in blocks, so that a browser can pass over those that nobody sees
//! without looking at each row. A row that changes its block is written anew, so as few as possible
//! do.

use notebook::CellId;
use std::collections::HashMap;

/// Rows of a block to begin with; as it grows it may have twice as many.
pub const BLOCK_ROWS: usize = 25;

/// A block of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Which of the blocks before it continues; none for a new one.
    pub was: Option<usize>,
    pub cells: Vec<CellId>,
}

/// Blocks for `order`; `before` are those that there are.
pub fn blocks(before: &[Vec<CellId>], order: &[CellId]) -> Vec<Block> {
    let homes: HashMap<CellId, usize> = before
        .iter()
        .enumerate()
        .flat_map(|(block, cells)| cells.iter().map(move |cell| (*cell, block)))
        .collect();
    let homes: Vec<Option<usize>> = order.iter().map(|cell| homes.get(cell).copied()).collect();
    let stays = longest_ascent(&homes);
    let mut blocks: Vec<Block> = Vec::new();
    // What comes before the first row that stays goes into that row's block.
    let mut front = Vec::new();
    for ((&cell, home), stays) in order.iter().zip(homes).zip(stays) {
        let full = blocks.last().is_some_and(|block| match block.was {
            Some(_) => block.cells.len() >= 2 * BLOCK_ROWS,
            None => block.cells.len() >= BLOCK_ROWS,
        });
        let continues = stays && home != blocks.iter().rev().find_map(|block| block.was);
        let was = home.filter(|_| continues);
        if was.is_none() && blocks.is_empty() {
            front.push(cell);
            if front.len() == BLOCK_ROWS {
                blocks.push(Block {
                    was: None,
                    cells: std::mem::take(&mut front),
                });
            }
        } else if was.is_some() || full {
            let mut cells = std::mem::take(&mut front);
            cells.push(cell);
            blocks.push(Block { was, cells });
        } else if let Some(block) = blocks.last_mut() {
            block.cells.push(cell);
        }
    }
    if !front.is_empty() {
        blocks.push(Block {
            was: None,
            cells: front,
        });
    }
    blocks
}

/// Marks a longest choice of values that never descend; those without one are not chosen.
fn longest_ascent(values: &[Option<usize>]) -> Vec<bool> {
    // For each length the place of the smallest value that an ascent of it can end with.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; values.len()];
    for (place, value) in values.iter().enumerate() {
        let Some(value) = *value else { continue };
        let length = ends.partition_point(|(end, _)| *end <= value);
        if let Some(link) = before.get_mut(place) {
            *link = length
                .checked_sub(1)
                .and_then(|length| ends.get(length))
                .map(|(_, place)| *place);
        }
        match ends.get_mut(length) {
            Some(end) => *end = (value, place),
            None => ends.push((value, place)),
        }
    }
    let mut chosen = vec![false; values.len()];
    let mut at = ends.last().map(|(_, place)| *place);
    while let Some(place) = at {
        if let Some(chosen) = chosen.get_mut(place) {
            *chosen = true;
        }
        at = before.get(place).copied().flatten();
    }
    chosen
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use proptest::prelude::*;

    fn ids(range: std::ops::Range<u128>) -> Vec<CellId> {
        range.map(CellId::from_bits).collect()
    }

    fn cells(blocks: &[Block]) -> Vec<Vec<CellId>> {
        blocks.iter().map(|block| block.cells.clone()).collect()
    }

    /// Rows that are in a block that continues the one they were in.
    fn kept(before: &[Vec<CellId>], after: &[Block]) -> usize {
        let stays = |block: &Block| match block.was.and_then(|was| before.get(was)) {
            Some(was) => block.cells.iter().filter(|id| was.contains(id)).count(),
            None => 0,
        };
        after.iter().map(stays).sum()
    }

    #[test]
    fn a_notebook_is_cut_into_blocks() {
        let order = ids(0..60);
        let lengths: Vec<_> = blocks(&[], &order)
            .iter()
            .map(|block| (block.was, block.cells.len()))
            .collect();
        assert_eq!(lengths, [(None, 25), (None, 25), (None, 10)]);
        assert_eq!(blocks(&[], &[]), []);
    }

    #[test]
    fn one_row_that_comes_goes_or_moves_leaves_the_others_where_they_are() {
        let order = ids(0..200);
        let before = cells(&blocks(&[], &order));
        let mut more = order.clone();
        more.insert(70, CellId::from_bits(900));
        let after = blocks(&before, &more);
        assert_eq!(kept(&before, &after), 200);
        assert_eq!(after.len(), 8);
        let mut fewer = order.clone();
        fewer.remove(0);
        assert_eq!(kept(&before, &blocks(&before, &fewer)), 199);
        for (from, to) in [(150, 0), (0, 150), (24, 25), (199, 0)] {
            let mut moved = order.clone();
            let cell = moved.remove(from);
            moved.insert(to, cell);
            let after = blocks(&before, &moved);
            assert_eq!(kept(&before, &after), 199, "{from} to {to}");
        }
    }

    #[test]
    fn a_block_that_grew_too_long_is_cut() {
        let before = vec![ids(0..25)];
        let after = blocks(&before, &ids(0..115));
        let lengths: Vec<_> = after.iter().map(|block| block.cells.len()).collect();
        assert_eq!(lengths, [50, 25, 25, 15]);
        assert_eq!(kept(&before, &after), 25);
    }

    proptest! {
        #[test]
        fn all_rows_in_their_order_in_blocks_of_bounded_length(
            first in prop::collection::vec(0..400u128, 0..300),
            second in prop::collection::vec(0..400u128, 0..300),
        ) {
            let distinct = |bits: Vec<u128>| {
                let mut seen = std::collections::HashSet::new();
                let ids = bits.into_iter().filter(|bits| seen.insert(*bits));
                ids.map(CellId::from_bits).collect::<Vec<_>>()
            };
            let (first, second) = (distinct(first), distinct(second));
            let before = cells(&blocks(&[], &first));
            prop_assert_eq!(&before.concat(), &first);
            let after = blocks(&before, &second);
            prop_assert_eq!(&cells(&after).concat(), &second);
            let mut last = None;
            for block in &after {
                prop_assert!(!block.cells.is_empty() && block.cells.len() <= 2 * BLOCK_ROWS);
                if block.was.is_some() {
                    prop_assert!(last < block.was, "{:?} after {:?}", block.was, last);
                    last = block.was;
                }
            }
            // The same again changes nothing.
            let same = blocks(&cells(&after), &second);
            prop_assert_eq!(kept(&cells(&after), &same), second.len());
        }
    }
}
