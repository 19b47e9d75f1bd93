//! Running cells: outcomes, rules for runs at the same time, cancelling, and what others see.

use crate::support::{ACTOR, Launch, Live, TestServer, get, run_request};
use notebook::{CellId, NotebookId};
use proto::{
    CancelRequest, FailureKind, RefusalReason, RunReply, RunRequest, RunState, operation::Kind,
    run_finished::Outcome, run_reply,
};

const SLOW: &str = "@plugin=demo seconds=60\nslow";

async fn run(server: &TestServer, request: &RunRequest) -> RunReply {
    let mut client = server.notebooks().await;
    client.run(request.clone()).await.unwrap().into_inner()
}

async fn state(server: &TestServer, id: NotebookId, run: &str) -> RunState {
    let snapshot = server.read(id).await;
    let mut runs = snapshot.runs.into_iter();
    runs.find(|state| state.started.as_ref().unwrap().run == run)
        .expect("the run is in the log")
}

fn outcome(entry: &proto::Entry, run: &str) -> Option<Outcome> {
    match entry.operation.as_ref()?.kind.as_ref()? {
        Kind::RunFinished(finished) if finished.run == run => finished.outcome.clone(),
        _ => None,
    }
}

/// Waits for the end of a run, as a follower hears of it.
async fn ended(live: &mut Live, run: &str) -> Outcome {
    let heard = live.until(|entry| outcome(entry, run).is_some()).await;
    heard.iter().find_map(|entry| outcome(entry, run)).unwrap()
}

async fn follow(server: &TestServer, id: NotebookId) -> Live {
    let mut live = Live::connect(server).await;
    live.follow(&id.to_string(), 0).await;
    live
}

#[tokio::test]
async fn an_answer_is_kept_and_everybody_gets_it() {
    let server = Launch::new().start();
    let (id, cell) = server.notebook_with("@plugin=demo\ntable").await;
    let mut live = follow(&server, id).await;
    let request = run_request(id, cell, "@plugin=demo\ntable");
    assert_eq!(run(&server, &request).await.refusal, None);
    let Outcome::Output(reference) = ended(&mut live, &request.run).await else {
        panic!("no output");
    };
    let reply = get(&server, &format!("/api/outputs/{}", reference.hash), &[]).await;
    assert_eq!(reply.headers()["content-type"], "application/x-protobuf");
    assert_eq!(reply.body().len() as u64, reference.size_bytes);
    let answer = wire::decode_answer(reply.body()).unwrap();
    assert!(matches!(answer.output, output::Output::Table(_)));

    // Asked again with the same id, the outcome is the same and nothing is run.
    let before = server.read(id).await.sequence;
    let again = run(&server, &request).await;
    assert!(matches!(again.outcome, Some(run_reply::Outcome::Answer(_))));
    assert_eq!(server.read(id).await.sequence, before);
}

#[tokio::test]
async fn what_is_wrong_with_a_cell_is_a_failed_run_that_everybody_sees() {
    let server = Launch::new().start();
    for (source, message, hint) in [
        ("@plugin=dmeo\nlog", "`dmeo`", "`demo`"),
        ("@plugin=demo qurey=1\nlog", "`qurey`", "`query`"),
        ("@plugin=demo \"open\nlog", "line 1", ""),
        ("@plugin=demo\n{{nothing}}", "`nothing`", "variable"),
    ] {
        let (id, cell) = server.notebook_with(source).await;
        let mut live = follow(&server, id).await;
        let request = run_request(id, cell, source);
        assert_eq!(run(&server, &request).await.refusal, None);
        let Outcome::Failure(failure) = ended(&mut live, &request.run).await else {
            panic!("{source}: not failed");
        };
        assert_eq!(failure.kind(), FailureKind::Invalid);
        assert!(failure.message.contains(message), "{source}: {failure:?}");
        assert!(failure.hint.contains(hint), "{source}: {failure:?}");
    }
}

#[tokio::test]
async fn text_and_cells_that_are_not_there_are_refused() {
    let server = Launch::new().start();
    let (id, cell) = server.notebook_with("# only text").await;
    let refused = run(&server, &run_request(id, cell, "# only text"))
        .await
        .refusal
        .unwrap();
    assert_eq!(refused.reason(), RefusalReason::Invalid);
    assert!(refused.hint.contains("@plugin"), "{refused:?}");
    let nowhere = run_request(id, CellId::from_bits(1), "@plugin=demo\nlog");
    let refused = run(&server, &nowhere).await.refusal.unwrap();
    assert_eq!(refused.reason(), RefusalReason::OutOfRange);
    assert_eq!(server.read(id).await.sequence, 2, "nothing was logged");
}

#[tokio::test]
async fn the_course_of_a_run_is_seen_and_it_can_be_cancelled() {
    let server = Launch::new().start();
    let (id, cell) = server.notebook_with(SLOW).await;
    let mut live = follow(&server, id).await;
    let request = run_request(id, cell, SLOW);
    assert_eq!(run(&server, &request).await, RunReply::default());
    let kind = |entry: &proto::Entry| entry.operation.clone().unwrap().kind.unwrap();
    let heard = live
        .until(|entry| matches!(kind(entry), Kind::RunProgressed(_)))
        .await;
    assert!(
        heard
            .iter()
            .any(|entry| matches!(kind(entry), Kind::RunLogged(_)))
    );

    // Somebody who comes in the middle sees it running.
    let seen = state(&server, id, &request.run).await;
    assert_eq!(seen.finished, None);
    assert!(seen.progress.is_some());

    let cancel = CancelRequest {
        notebook: id.to_string(),
        actor: ACTOR.to_owned(),
        run: request.run.clone(),
    };
    let mut client = server.notebooks().await;
    let reply = client.cancel(cancel.clone()).await.unwrap().into_inner();
    assert_eq!(reply.refusal, None);
    assert!(matches!(
        ended(&mut live, &request.run).await,
        Outcome::Cancelled(_)
    ));
    // Cancelling what has ended is no mistake.
    assert_eq!(
        client.cancel(cancel).await.unwrap().into_inner().refusal,
        None
    );
}

#[tokio::test]
async fn a_second_run_of_a_cell_joins_or_replaces_the_one_in_flight() {
    let server = Launch::new().start();
    let (id, cell) = server.notebook_with(SLOW).await;
    let mut live = follow(&server, id).await;
    let first = run_request(id, cell, SLOW);
    run(&server, &first).await;

    let same = run_request(id, cell, SLOW);
    assert_eq!(run(&server, &same).await, RunReply::default());
    let snapshot = server.read(id).await;
    assert_eq!(snapshot.runs.len(), 1, "joined");

    let other = run_request(id, cell, "@plugin=demo\nlog");
    assert_eq!(run(&server, &other).await.refusal, None);
    let heard = live
        .until(|entry| outcome(entry, &other.run).is_some())
        .await;
    let ends: Vec<_> = heard
        .iter()
        .filter_map(|entry| outcome(entry, &first.run).or_else(|| outcome(entry, &other.run)))
        .collect();
    assert!(
        matches!(ends[..], [Outcome::Cancelled(_), Outcome::Output(_)]),
        "{ends:?}"
    );
}

#[tokio::test]
async fn a_flood_of_lines_is_cut_and_says_so() {
    let server = Launch::new().start();
    let source = "@plugin=hostile do=lines";
    let (id, cell) = server.notebook_with(source).await;
    let mut live = follow(&server, id).await;
    let request = run_request(id, cell, source);
    run(&server, &request).await;
    assert!(matches!(
        ended(&mut live, &request.run).await,
        Outcome::Output(_)
    ));
    let seen = state(&server, id, &request.run).await;
    assert!(seen.log.len() <= notebook::limits::RUN_LOG_LINES);
    let before = server.read(id).await.sequence;
    assert!(before < 1_100, "{before} entries");
}
