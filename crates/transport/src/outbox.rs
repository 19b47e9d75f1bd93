//! Operations that the server has not acknowledged, as bytes that a browser keeps.

use notebook::{NotebookId, Submission, limits};
use prost::Message as _;

/// A submission of any length. It is written as several, each of a length that the server takes.
pub fn pack(notebook: NotebookId, submission: &Submission) -> Vec<u8> {
    let mut bytes = Vec::new();
    for proposals in submission.proposals.chunks(limits::SUBMISSION_PROPOSALS) {
        let part = Submission {
            proposals: proposals.to_vec(),
            ..*submission
        };
        let message = wire::to_proto::submission(notebook, &part);
        bytes.extend(message.encode_length_delimited_to_vec());
    }
    bytes
}

/// What [`pack`] wrote; none for anything else.
pub fn unpack(mut bytes: &[u8]) -> Option<(NotebookId, Submission)> {
    let mut whole: Option<(NotebookId, Submission)> = None;
    while !bytes.is_empty() {
        let message = proto::SubmitRequest::decode_length_delimited(&mut bytes).ok()?;
        let (notebook, part) = wire::from_proto::submission(message).ok()?;
        match &mut whole {
            None => whole = Some((notebook, part)),
            Some((_, whole)) => whole.proposals.extend(part.proposals),
        }
    }
    whole
}
