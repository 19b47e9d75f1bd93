//! What is committed together.

use super::{Command, MAX_GROUP, MAX_GROUP_BYTES, Reply, Write};
use crate::StorageError;
use tokio::sync::mpsc;

/// What is waiting, up to the size of one commit.
#[derive(Default)]
pub(crate) struct Group {
    pub(crate) writes: Vec<Write>,
    pub(super) replies: Vec<Reply>,
    bytes: usize,
    /// Who asked for the end; nothing is taken after it.
    pub(crate) closing: Option<Reply>,
}

impl Group {
    /// Takes what was waited for and what else is there.
    pub(crate) fn gather(mut next: Option<Command>, queue: &mut mpsc::Receiver<Command>) -> Self {
        let mut group = Self::default();
        loop {
            match next {
                None => return group,
                Some(Command::Close(reply)) => {
                    group.closing = Some(reply);
                    return group;
                }
                Some(Command::Write(write, reply)) => {
                    group.bytes += write.bytes();
                    group.writes.push(write);
                    group.replies.push(reply);
                }
            }
            if group.writes.len() >= MAX_GROUP || group.bytes >= MAX_GROUP_BYTES {
                return group;
            }
            next = queue.try_recv().ok();
        }
    }

    pub(crate) fn answer(self, results: Vec<Result<(), StorageError>>) {
        for (reply, result) in self.replies.into_iter().zip(results) {
            // Who asked may have gone; what was committed stays.
            let _ = reply.send(result);
        }
    }
}
