//! A failure as a gRPC status, and back.
//!
//! Its details are a `google.rpc.Status` that holds a `databook.Failure`, the richer error model that
//! other languages' clients read (<https://grpc.io/docs/guides/error/>).

use output::{Failure, FailureKind};
use prost::Message as _;
use prost_types::Any;
use tonic::{Code, Status};

const FAILURE_TYPE: &str = "type.googleapis.com/databook.Failure";

/// A failure as gRPC says it.
pub fn status(failure: &Failure) -> Status {
    let code = code(failure.kind);
    // The hint as well, for clients that print the message only.
    let message = match failure.hint.as_str() {
        "" => failure.message.clone(),
        hint => format!("{} {hint}", failure.message),
    };
    let details = tonic_types::Status {
        code: code.into(),
        message: message.clone(),
        details: vec![Any {
            type_url: FAILURE_TYPE.to_owned(),
            value: wire::to_proto::failure(failure).encode_to_vec(),
        }],
    };
    Status::with_details(code, message, details.encode_to_vec().into())
}

/// The failure that a status carries in its details.
pub fn failure(status: &Status) -> Option<Failure> {
    let details = tonic_types::Status::decode(status.details()).ok()?.details;
    let any = details.iter().find(|any| any.type_url == FAILURE_TYPE)?;
    let failure = proto::Failure::decode(any.value.as_slice()).ok()?;
    // A kind from the future is still a failure to be shown.
    wire::from_proto::failure(failure.clone()).ok().or_else(|| {
        Some(Failure::new(
            FailureKind::Internal,
            failure.message,
            failure.hint,
        ))
    })
}

fn code(kind: FailureKind) -> Code {
    match kind {
        FailureKind::Invalid => Code::InvalidArgument,
        FailureKind::Denied => Code::PermissionDenied,
        FailureKind::Unavailable => Code::Unavailable,
        FailureKind::Timeout => Code::DeadlineExceeded,
        // The call was fine and the server as well; what was asked about refused.
        FailureKind::Upstream => Code::FailedPrecondition,
        FailureKind::Internal => Code::Internal,
    }
}
