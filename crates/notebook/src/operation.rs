//! What can happen to a notebook.

use crate::{
    ActorId, CellId, CommentOperation, OperationId, Person, RunId, Step, TextChange, Words,
};
use output::{Failure, Level, PluginSummary, TimeRange};
use std::collections::BTreeSet;

/// Place of an entry in its notebook's log: 1, 2, 3, … without gaps. 0 is before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(pub u64);

/// What an author asks the log to take.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    pub id: OperationId,
    pub operation: Operation,
}

/// What the log holds: an operation that was accepted, transformed to its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub sequence: Sequence,
    pub id: OperationId,
    pub actor: ActorId,
    /// The server's clock, milliseconds since 1970 UTC.
    pub time_ms: i64,
    pub operation: Operation,
}

/// One step in the life of a notebook.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Always the first entry, and only there.
    CreateNotebook {
        title: String,
    },
    SetTitle {
        title: String,
    },
    DeleteNotebook,
    RestoreNotebook,
    SetTimeRange(TimeRangeSetting),
    /// `None` removes the variable.
    SetVariable {
        name: String,
        value: Option<String>,
    },
    /// A view plugin for everybody who opens the notebook; each of them is asked. It takes the
    /// place of an earlier one of its name.
    OfferView {
        plugin: Box<PluginSummary>,
    },
    WithdrawView {
        name: String,
    },
    /// How the actor wants to be seen; takes the place of what they said before.
    Introduce(Person),
    Comment(CommentOperation),
    /// `after: None` is the front.
    InsertCell {
        cell: CellId,
        after: Option<CellId>,
        text: String,
    },
    MoveCell {
        cell: CellId,
        after: Option<CellId>,
    },
    /// Keeps the cell's place and text, so that it can be restored.
    DeleteCell {
        cell: CellId,
    },
    RestoreCell {
        cell: CellId,
    },
    ChangeText {
        cell: CellId,
        change: TextChange,
    },
    RunStarted {
        run: RunId,
        cell: CellId,
        plugin: String,
        source: String,
        time_range: TimeRange,
    },
    RunLogged {
        run: RunId,
        level: Level,
        message: String,
    },
    /// `fraction` of 0 to 1.
    RunProgressed {
        run: RunId,
        fraction: f64,
        message: String,
    },
    /// What there is to see before the run ends; the newest takes the place of those before.
    RunPreviewed {
        run: RunId,
        output: OutputReference,
    },
    RunFinished {
        run: RunId,
        outcome: Outcome,
    },
}

impl Operation {
    /// The course of a run: only the server writes it.
    pub fn is_of_a_run(&self) -> bool {
        match self {
            Self::RunStarted { .. }
            | Self::RunLogged { .. }
            | Self::RunProgressed { .. }
            | Self::RunPreviewed { .. }
            | Self::RunFinished { .. } => true,
            Self::CreateNotebook { .. }
            | Self::SetTitle { .. }
            | Self::DeleteNotebook
            | Self::RestoreNotebook
            | Self::SetTimeRange(_)
            | Self::SetVariable { .. }
            | Self::OfferView { .. }
            | Self::WithdrawView { .. }
            | Self::Introduce(_)
            | Self::Comment(_)
            | Self::InsertCell { .. }
            | Self::MoveCell { .. }
            | Self::DeleteCell { .. }
            | Self::RestoreCell { .. }
            | Self::ChangeText { .. } => false,
        }
    }

    /// The cell that the operation makes.
    pub fn inserted_cell(&self) -> Option<CellId> {
        match self {
            Self::InsertCell { cell, .. } => Some(*cell),
            _ => None,
        }
    }

    /// The cell whose text the operation changes.
    pub fn changed_text(&self) -> Option<CellId> {
        match self {
            Self::ChangeText { cell, .. } => Some(*cell),
            _ => None,
        }
    }

    /// Whether the operation names one of these cells, also as the one to be placed after.
    pub(crate) fn names_any(&self, cells: &BTreeSet<CellId>) -> bool {
        let named = |cell: &CellId| cells.contains(cell);
        match self {
            Self::InsertCell { cell, after, .. } | Self::MoveCell { cell, after } => {
                named(cell) || after.as_ref().is_some_and(named)
            }
            Self::DeleteCell { cell }
            | Self::RestoreCell { cell }
            | Self::ChangeText { cell, .. }
            | Self::Comment(CommentOperation::Begin { cell, .. })
            | Self::RunStarted { cell, .. } => named(cell),
            Self::CreateNotebook { .. }
            | Self::SetTitle { .. }
            | Self::DeleteNotebook
            | Self::RestoreNotebook
            | Self::SetTimeRange(_)
            | Self::SetVariable { .. }
            | Self::OfferView { .. }
            | Self::WithdrawView { .. }
            | Self::Introduce(_)
            | Self::Comment(_)
            | Self::RunLogged { .. }
            | Self::RunProgressed { .. }
            | Self::RunPreviewed { .. }
            | Self::RunFinished { .. } => false,
        }
    }

    /// About how much memory the operation takes; what limits on size count.
    pub fn size_bytes(&self) -> usize {
        /// Identifiers, numbers and tags of one operation, or of one step of a change.
        const FIXED_BYTES: usize = 32;
        FIXED_BYTES
            + match self {
                Self::CreateNotebook { title } | Self::SetTitle { title } => title.len(),
                Self::SetVariable { name, value } => {
                    name.len() + value.as_ref().map_or(0, String::len)
                }
                Self::OfferView { plugin } => plugin.size_bytes(),
                Self::WithdrawView { name } => name.len(),
                Self::Introduce(person) => person.name.len(),
                Self::Comment(operation) => operation.words().map_or(0, Words::size_bytes),
                Self::InsertCell { text, .. } => text.len(),
                Self::ChangeText { change, .. } => change
                    .steps()
                    .iter()
                    .map(|step| match step {
                        Step::Retain(_) | Step::Delete(_) => FIXED_BYTES,
                        Step::Insert(text) => FIXED_BYTES + text.len(),
                    })
                    .sum(),
                Self::RunStarted { plugin, source, .. } => plugin.len() + source.len(),
                Self::RunLogged { message, .. } | Self::RunProgressed { message, .. } => {
                    message.len()
                }
                Self::RunFinished {
                    outcome: Outcome::Failed(failure),
                    ..
                } => failure.message.len() + failure.hint.len(),
                Self::DeleteNotebook
                | Self::RestoreNotebook
                | Self::SetTimeRange(_)
                | Self::MoveCell { .. }
                | Self::DeleteCell { .. }
                | Self::RestoreCell { .. }
                | Self::RunPreviewed { .. }
                | Self::RunFinished { .. } => 0,
            }
    }
}

/// The time range of a notebook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeRangeSetting {
    /// The last hour, until now.
    #[default]
    Default,
    /// A span that ends now.
    Last {
        duration_ms: u64,
    },
    Absolute(TimeRange),
}

impl TimeRangeSetting {
    /// The span of [`TimeRangeSetting::Default`]: an hour.
    pub const DEFAULT_MS: u64 = 60 * 60 * 1000;

    /// The range that is meant at the moment `now_ms`.
    pub fn resolve(self, now_ms: i64) -> TimeRange {
        let last = |duration_ms| TimeRange {
            start_ms: now_ms.saturating_sub_unsigned(duration_ms),
            end_ms: now_ms,
        };
        match self {
            Self::Default => last(Self::DEFAULT_MS),
            Self::Last { duration_ms } => last(duration_ms),
            Self::Absolute(range) => range,
        }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Done(OutputReference),
    Failed(Failure),
    Cancelled,
    /// The server stopped while it ran.
    Interrupted,
}

/// Where an answer is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputReference {
    pub hash: BlobHash,
    pub size_bytes: u64,
}

/// BLAKE3 of a blob, the name under which it is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobHash(pub [u8; 32]);

impl std::fmt::Display for BlobHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BlobHash({self})")
    }
}

/// Why a text is not a hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a BLAKE3 hash: 64 lower-case hexadecimal digits are expected")]
pub struct BlobHashError;

impl std::str::FromStr for BlobHash {
    type Err = BlobHashError;

    fn from_str(text: &str) -> Result<Self, BlobHashError> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(BlobHashError);
        }
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(BlobHashError),
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}
