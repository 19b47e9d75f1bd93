//! How much a notebook takes. Checked where something is proposed, by page and server alike;
//! a log that was accepted under other limits still folds.

/// Characters of a notebook's title.
pub const TITLE_CHARACTERS: usize = 200;
/// UTF-16 code units of one cell's text.
pub const CELL_TEXT_UNITS: u32 = 262_144;
/// Cells of a notebook, deleted ones included, for they keep their place and text.
pub const CELLS: usize = 10_000;
/// Proposals in one submission.
pub const SUBMISSION_PROPOSALS: usize = 200;
/// Bytes of one submission's operations, as [`crate::Operation::size_bytes`] counts them.
pub const SUBMISSION_BYTES: usize = 1 << 20;
/// Log lines of a run that the state keeps; the log has all.
pub const RUN_LOG_LINES: usize = 1_000;
/// Bytes of one log line or progress message of a run.
pub const RUN_MESSAGE_BYTES: usize = 64 << 10;
/// Runs of a cell that the state keeps; older ones that have ended are only in the log.
pub const RUNS_PER_CELL: usize = 20;
/// Variables of a notebook.
pub const VARIABLES: usize = 500;
/// Characters of a variable's name.
pub const VARIABLE_NAME_CHARACTERS: usize = 64;
/// Characters of a variable's value.
pub const VARIABLE_VALUE_CHARACTERS: usize = 4_096;
/// View plugins that a notebook offers.
pub const OFFERED_VIEWS: usize = 50;
/// Bytes of what an offered view says of itself, as [`output::PluginSummary::size_bytes`] counts them.
pub const OFFERED_VIEW_BYTES: usize = 64 << 10;
/// People who introduced themselves to a notebook.
pub const PEOPLE: usize = 2_000;
/// Characters of a person's name.
pub const PERSON_NAME_CHARACTERS: usize = 60;
/// Threads of comments of a notebook.
pub const THREADS: usize = 2_000;
/// Comments of one thread, deleted ones included.
pub const THREAD_COMMENTS: usize = 500;
/// Characters of a comment.
pub const COMMENT_CHARACTERS: usize = 10_000;
/// People whom one comment is meant for.
pub const COMMENT_MENTIONS: usize = 20;
/// Longest span of a time range that ends now: 100 years.
pub const TIME_RANGE_MS: u64 = 100 * 365 * 24 * 60 * 60 * 1_000;
/// Entries that the server keeps at hand per open notebook for transforming and recognising.
pub const WINDOW_ENTRIES: usize = 2_000;
