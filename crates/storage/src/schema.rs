//! The tables and how they came to be: one script per schema version, applied in order.
//!
//! The version is SQLite's `user_version`. A released script never changes; a new version is a
//! new script at the end of [`MIGRATIONS`].

use crate::StorageError;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// `MIGRATIONS[n]` leads from version n to version n + 1.
const MIGRATIONS: &[&str] = &[include_str!("schema/1.sql")];

/// The version that this program reads and writes.
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

/// Brings the database to [`VERSION`], all steps or none.
pub(crate) fn migrate(connection: &mut Connection, file: &Path) -> Result<(), StorageError> {
    let failed = |source| StorageError::database(file, source);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    let found: u32 = transaction
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failed)?;
    if found > VERSION {
        return Err(StorageError::NewerSchema {
            file: file.to_owned(),
            found,
            known: VERSION,
        });
    }
    for script in MIGRATIONS.iter().skip(found as usize) {
        transaction.execute_batch(script).map_err(failed)?;
    }
    if found < VERSION {
        transaction
            .pragma_update(None, "user_version", VERSION)
            .map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}
