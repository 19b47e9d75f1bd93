//! Submissions with an old base, and identifiers that are used again.

use crate::support::{ACTOR, Launch, Live, run_request, submit};
use proto::{
    CancelRequest, RefusalReason, SubmitReply, SubmitRequest, operation::Kind,
    run_finished::Outcome,
};

fn title(title: &str) -> Kind {
    Kind::SetTitle(proto::SetTitle {
        title: title.to_owned(),
    })
}

async fn hand_in(server: &crate::support::TestServer, request: &SubmitRequest) -> SubmitReply {
    let mut client = server.notebooks().await;
    client.submit(request.clone()).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_long_notebook_is_renamed_from_the_list_once() {
    let server = Launch::new().without_plugins().start();
    let (id, _) = server.notebook_with("one").await;
    let old = submit(id, 2, title("Old"));
    assert_eq!(hand_in(&server, &old).await.refusal, None);
    // Enough for a snapshot: after a restart the room does not have the beginning at hand.
    for _ in 0..4 {
        let mut many = submit(id, 2, title("0"));
        for _ in 1..notebook::limits::SUBMISSION_PROPOSALS {
            many.proposals.extend(submit(id, 2, title("0")).proposals);
        }
        assert_eq!(hand_in(&server, &many).await.refusal, None);
    }
    let mut stopped = server;
    assert_eq!(stopped.terminate(), Some(0));
    let server = stopped.again().start();

    // The list knows no sequence number.
    let renamed = submit(id, 0, title("New"));
    let first = hand_in(&server, &renamed).await;
    assert_eq!(first.refusal, None);
    assert_eq!(hand_in(&server, &renamed).await, first, "a resend");
    let resent = hand_in(&server, &old).await;
    assert_eq!(resent.sequences, [3], "a resend of long ago");
    let snapshot = server.read(id).await;
    assert_eq!(snapshot.title, "New");
    assert_eq!([snapshot.sequence], first.sequences[..]);

    let mut again = submit(id, 4, title("Again"));
    again.proposals[0].id = old.proposals[0].id.clone();
    let refusal = hand_in(&server, &again).await.refusal.unwrap();
    assert_eq!(refusal.reason(), RefusalReason::Invalid);
    assert_eq!(server.read(id).await.title, "New");
}

#[tokio::test]
async fn an_identifier_used_again_disturbs_nobody_else() {
    let server = Launch::new().start();
    let slow = "@plugin=demo seconds=60\nslow";
    let (id, cell) = server.notebook_with(slow).await;
    let mut live = Live::connect(&server).await;
    live.follow(&id.to_string(), 0).await;
    let run = run_request(id, cell, slow);
    server.notebooks().await.run(run.clone()).await.unwrap();
    let taken = submit(id, 2, title("Taken"));
    let base = hand_in(&server, &taken).await.sequences[0];

    let mut again = submit(id, base, title("Again"));
    again.proposals[0].id = taken.proposals[0].id.clone();
    let refusal = hand_in(&server, &again).await.refusal.unwrap();
    assert_eq!(refusal.reason(), RefusalReason::Invalid);

    // The run goes on until somebody stops it, and the socket still follows.
    let cancel = CancelRequest {
        notebook: id.to_string(),
        actor: ACTOR.to_owned(),
        run: run.run.clone(),
    };
    let reply = server.notebooks().await.cancel(cancel).await.unwrap();
    assert_eq!(reply.into_inner().refusal, None);
    let end = |entry: &proto::Entry| match entry.operation.as_ref()?.kind.as_ref()? {
        Kind::RunFinished(finished) => finished.outcome.clone(),
        _ => None,
    };
    let heard = live.until(|entry| end(entry).is_some()).await;
    assert!(matches!(
        heard.iter().find_map(end),
        Some(Outcome::Cancelled(_))
    ));
}
