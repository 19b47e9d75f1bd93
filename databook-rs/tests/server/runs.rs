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

/// Shows something at once and works on without an end.
const ENDLESS: &str = "@plugin=hostile do=preview_and_loop\nhalf of it";

fn is_preview(entry: &proto::Entry) -> bool {
    matches!(
        entry
            .operation
            .as_ref()
            .and_then(|operation| operation.kind.as_ref()),
        Some(Kind::RunPreviewed(_))
    )
}

async fn cancel(server: &TestServer, id: NotebookId, run: &str) {
    let request = CancelRequest {
        notebook: id.to_string(),
        actor: ACTOR.to_owned(),
        run: run.to_owned(),
    };
    let reply = server.notebooks().await.cancel(request).await.unwrap();
    assert_eq!(reply.into_inner().refusal, None);
}

#[tokio::test]
async fn who_comes_late_sees_what_there_is_so_far() {
    let server = Launch::new().start();
    let (id, cell) = server.notebook_with(ENDLESS).await;
    let mut first = follow(&server, id).await;
    let request = run_request(id, cell, ENDLESS);
    run(&server, &request).await;
    let heard = first.until(is_preview).await;
    let said = |kind: fn(&Kind) -> bool| {
        heard
            .iter()
            .filter_map(|entry| entry.operation.as_ref()?.kind.as_ref())
            .any(kind)
    };
    assert!(said(|kind| matches!(kind, Kind::RunLogged(_))));
    assert!(said(|kind| matches!(kind, Kind::RunProgressed(_))));

    let mut late = Live::connect(&server).await;
    let opened = late.follow(&id.to_string(), 0).await.state.unwrap();
    let snapshot = opened.snapshot.unwrap();
    let seen = &snapshot.runs[0];
    assert_eq!(seen.finished, None);
    assert_eq!(seen.log[0].message, "begun");
    assert_eq!(seen.progress.as_ref().unwrap().message, "half");
    let preview = seen.preview.as_ref().unwrap();
    let blob = opened.blobs.iter().find(|blob| blob.hash == preview.hash);
    let answer = blob.unwrap().answer.clone().unwrap();
    let text = |text: &str| Some(proto::answer::Output::Text(text.to_owned()));
    assert_eq!(answer.output, text("half of it"));

    // It stays when the run ends without an answer.
    cancel(&server, id, &request.run).await;
    assert!(matches!(
        ended(&mut late, &request.run).await,
        Outcome::Cancelled(_)
    ));
    let seen = state(&server, id, &request.run).await;
    assert_eq!(seen.preview.as_ref(), Some(preview));

    // And who catches up over gRPC has it with the entries.
    let watch = proto::WatchRequest {
        notebook: id.to_string(),
        after_sequence: 1,
    };
    let mut entries = server
        .notebooks()
        .await
        .watch(watch)
        .await
        .unwrap()
        .into_inner();
    let first = entries.message().await.unwrap().unwrap();
    assert!(first.entries.iter().any(is_preview));
    assert_eq!(
        first.blobs[0].answer.as_ref().unwrap().output,
        text("half of it")
    );
}

#[tokio::test]
async fn a_run_belongs_to_the_server_and_not_to_who_started_it() {
    let server = Launch::new().start();
    let source = "@plugin=demo seconds=1\nrows";
    let (id, cell) = server.notebook_with(source).await;
    let request = run_request(id, cell, source);
    {
        let mut starter = follow(&server, id).await;
        run(&server, &request).await;
        starter.until(is_preview).await;
    }
    let mut other = follow(&server, id).await;
    let Outcome::Output(reference) = ended(&mut other, &request.run).await else {
        panic!("no output");
    };
    let seen = state(&server, id, &request.run).await;
    assert_eq!(seen.preview, None, "the answer takes its place");
    let reply = get(&server, &format!("/api/outputs/{}", reference.hash), &[]).await;
    let answer = wire::decode_answer(reply.body()).unwrap();
    let output::Output::Table(table) = answer.output else {
        panic!("a table: {answer:?}");
    };
    assert_eq!(table.rows(), 5);
}

#[tokio::test]
async fn a_flood_of_previews_leaves_few_in_the_log_and_the_last_is_seen() {
    let server = Launch::new().start();
    let source = "@plugin=hostile do=many_previews";
    let (id, cell) = server.notebook_with(source).await;
    let mut live = follow(&server, id).await;
    let request = run_request(id, cell, source);
    run(&server, &request).await;
    let heard = live
        .until(|entry| outcome(entry, &request.run).is_some())
        .await;
    let kept = heard.iter().filter(|entry| is_preview(entry)).count();
    // One for each half second, whatever the machine is busy with.
    assert!((1..=60).contains(&kept), "{kept}");
    let preview = state(&server, id, &request.run).await.preview.unwrap();
    let reply = get(&server, &format!("/api/outputs/{}", preview.hash), &[]).await;
    let answer = wire::decode_answer(reply.body()).unwrap();
    assert_eq!(
        answer.output,
        output::Output::Text("preview 4999".to_owned())
    );
}

#[tokio::test]
async fn cancel_ends_a_plugin_that_waits_for_the_network() {
    use tokio::io::AsyncReadExt as _;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let server = Launch::new().env("HOSTILE_URL", &url).start();
    let source = format!("@plugin=hostile do=http\n{url}/");
    let (id, cell) = server.notebook_with(&source).await;
    let mut live = follow(&server, id).await;
    let request = run_request(id, cell, &source);
    run(&server, &request).await;
    let (mut connection, _) = silent.accept().await.unwrap();
    cancel(&server, id, &request.run).await;
    assert!(matches!(
        ended(&mut live, &request.run).await,
        Outcome::Cancelled(_)
    ));
    // The plugin's side hangs up: it has really ended.
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(crate::support::PATIENCE, connection.read_to_end(&mut rest));
    // A reset is an end as well.
    let _ = ended.await.expect("the connection ends");
}

#[tokio::test]
async fn cancel_ends_a_plugin_that_computes() {
    let server = Launch::new().start();
    let (id, cell) = server.notebook_with(ENDLESS).await;
    let mut live = follow(&server, id).await;
    // One plugin has 16 places: were they not given back, the last ones would wait for ever.
    for _ in 0..18 {
        let request = run_request(id, cell, ENDLESS);
        run(&server, &request).await;
        live.until(is_preview).await;
        cancel(&server, id, &request.run).await;
        assert!(matches!(
            ended(&mut live, &request.run).await,
            Outcome::Cancelled(_)
        ));
    }
}

#[tokio::test]
async fn two_who_press_run_at_once_get_one_run_or_two_in_order() {
    let server = Launch::new().start();
    let (id, cell) = server.notebook_with(ENDLESS).await;
    let mut live = follow(&server, id).await;
    let (one, other) = (
        run_request(id, cell, ENDLESS),
        run_request(id, cell, ENDLESS),
    );
    let (first, second) = tokio::join!(run(&server, &one), run(&server, &other));
    assert_eq!((first.refusal, second.refusal), (None, None));
    live.until(is_preview).await;
    let runs = server.read(id).await.runs;
    assert_eq!(runs.len(), 1, "the same text is one run");
    let started = runs[0].started.as_ref().unwrap().run.clone();
    cancel(&server, id, &started).await;
    ended(&mut live, &started).await;

    let changed = format!("{ENDLESS}, or more");
    let (one, other) = (
        run_request(id, cell, ENDLESS),
        run_request(id, cell, &changed),
    );
    tokio::join!(run(&server, &one), run(&server, &other));
    // Each is heard of: the first begins, is cancelled, and then the second begins.
    let begins = |entry: &proto::Entry| match &entry.operation.as_ref().unwrap().kind {
        Some(Kind::RunStarted(started)) => Some(started.run.clone()),
        _ => None,
    };
    let both = [&one.run, &other.run];
    let mut heard = Vec::new();
    while heard.iter().filter_map(begins).count() < 2 {
        heard.extend(live.until(|entry| begins(entry).is_some()).await);
    }
    let order: Vec<String> = heard.iter().filter_map(begins).collect();
    assert!(both.contains(&&order[0]) && both.contains(&&order[1]) && order[0] != order[1]);
    let place = |found: &dyn Fn(&proto::Entry) -> bool| heard.iter().position(found).unwrap();
    let cancelled =
        place(&|entry| matches!(outcome(entry, &order[0]), Some(Outcome::Cancelled(_))));
    let second = place(&|entry| begins(entry).as_ref() == Some(&order[1]));
    assert!(
        cancelled < second,
        "the first has ended before the second begins"
    );
    let last = state(&server, id, &order[1]).await;
    assert_eq!(last.finished, None);
    cancel(&server, id, &order[1]).await;
    ended(&mut live, &order[1]).await;
}
