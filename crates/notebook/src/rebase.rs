//! Moving what is proposed over what the log took meanwhile. Page and server do it with the
//! same function, entry by entry, and so come to the same operations.

use crate::{CellId, Operation, Side, TextChange};

/// Rewrites `pending` (each builds on those before) so that it builds on `logged` too, and
/// returns `logged`'s text change as it looks to somebody who has already seen `pending`.
///
/// The log's order wins where both insert at one place: its text stays left. Operations on
/// structure name cells and need no rewriting.
pub(crate) fn rebase<'a>(
    pending: impl IntoIterator<Item = &'a mut Operation>,
    logged: &Operation,
) -> Option<(CellId, TextChange)> {
    let Operation::ChangeText {
        cell: logged_cell,
        change,
    } = logged
    else {
        return None;
    };
    let mut logged_change = change.clone();
    for operation in pending {
        if let Operation::ChangeText { cell, change } = operation
            && cell == logged_cell
        {
            let seen = logged_change.transform(change, Side::Left);
            *change = change.transform(&logged_change, Side::Right);
            logged_change = seen;
        }
    }
    Some((*logged_cell, logged_change))
}
