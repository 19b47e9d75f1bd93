//! What is acknowledged survives SIGKILL; what was running is marked, never left spinning.

use crate::support::{Launch, Live, get, run_request, submit};
use proto::{operation::Kind, run_finished::Outcome};

#[tokio::test]
async fn a_killed_server_comes_back_with_everything_acknowledged() {
    let server = Launch::new().start();
    let slow = "@plugin=demo seconds=60\nslow";
    let (id, cell) = server.notebook_with(slow).await;
    let mut client = server.notebooks().await;
    let done = run_request(id, cell, "@plugin=demo\nlog");
    client.run(done.clone()).await.unwrap();
    let mut live = Live::connect(&server).await;
    live.follow(&id.to_string(), 0).await;
    let running = run_request(id, cell, slow);
    client.run(running.clone()).await.unwrap();
    live.until(|entry| {
        matches!(
            entry.operation.as_ref().unwrap().kind,
            Some(Kind::RunProgressed(_))
        )
    })
    .await;
    let title = Kind::SetTitle(proto::SetTitle {
        title: "Kept".to_owned(),
    });
    let reply = client
        .submit(submit(id, 2, title))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(reply.refusal, None);

    let server = server.kill_and_restart();
    let snapshot = server.read(id).await;
    assert_eq!(snapshot.title, "Kept");
    assert!(snapshot.sequence > reply.sequences[0]);
    let end = |run: &str| {
        let mut runs = snapshot.runs.iter();
        let run = runs.find(|state| state.started.as_ref().unwrap().run == run);
        run.unwrap().finished.clone().unwrap().outcome.unwrap()
    };
    assert!(matches!(end(&running.run), Outcome::Interrupted(_)));
    let Outcome::Output(reference) = end(&done.run) else {
        panic!("the answer is gone");
    };
    let reply = get(&server, &format!("/api/outputs/{}", reference.hash), &[]).await;
    assert_eq!(reply.status(), 200);
}

/// How often the server is killed.
const KILLS: usize = 200;
/// Authors who write at the same time.
const AUTHORS: u64 = 4;

/// Writes until the server is gone; tells what was acknowledged, and gives what was not.
async fn write(
    mut client: proto::notebooks_client::NotebooksClient<tonic::transport::Channel>,
    id: notebook::NotebookId,
    base: u64,
    acknowledged: tokio::sync::mpsc::UnboundedSender<(String, u64)>,
) -> proto::SubmitRequest {
    loop {
        let title = Kind::SetTitle(proto::SetTitle {
            title: "Written".to_owned(),
        });
        let request = submit(id, base, title);
        let reply = client.submit(request.clone()).await;
        match reply.map(tonic::Response::into_inner) {
            Ok(reply) if reply.refusal.is_none() => {
                let operation = request.proposals[0].id.clone();
                acknowledged.send((operation, reply.sequences[0])).unwrap();
            }
            Ok(_) | Err(_) => return request,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_under_writers_nothing_is_lost_or_doubled() {
    let mut server = Launch::new().without_plugins().start();
    let (id, _) = server.notebook_with("one").await;
    let (sender, mut acknowledged) = tokio::sync::mpsc::unbounded_channel();
    let mut kept = Vec::new();
    for kill in 0..KILLS {
        let base = server.read(id).await.sequence;
        let client = server.notebooks().await;
        let authors: Vec<_> = (0..AUTHORS)
            .map(|_| tokio::spawn(write(client.clone(), id, base, sender.clone())))
            .collect();
        // A different number each time, so that the kill meets different moments.
        for _ in 0..=kill % 7 {
            kept.push(acknowledged.recv().await.unwrap());
        }
        server = server.kill_and_restart();
        // What nobody answered may or may not be in the log: handed in again, it is there once.
        let mut client = server.notebooks().await;
        for author in authors {
            let unanswered = author.await.unwrap();
            let operation = unanswered.proposals[0].id.clone();
            let reply = client.submit(unanswered).await.unwrap().into_inner();
            assert_eq!(reply.refusal, None);
            kept.push((operation, reply.sequences[0]));
        }
    }
    drop(sender);
    while let Some(more) = acknowledged.recv().await {
        kept.push(more);
    }

    let head = server.read(id).await.sequence;
    let request = proto::WatchRequest {
        notebook: id.to_string(),
        after_sequence: 0,
    };
    let mut client = server.notebooks().await;
    let mut stream = client.watch(request).await.unwrap().into_inner();
    let mut log = Vec::new();
    while (log.len() as u64) < head {
        log.extend(stream.message().await.unwrap().unwrap().entries);
    }
    let sequences: Vec<_> = log.iter().map(|entry| entry.sequence).collect();
    assert_eq!(sequences, (1..=head).collect::<Vec<_>>(), "gapless");
    for (operation, sequence) in &kept {
        let place = usize::try_from(*sequence).unwrap() - 1;
        assert_eq!(log[place].id, *operation, "lost");
    }
    let ids: std::collections::HashSet<_> = log.iter().map(|entry| &entry.id).collect();
    assert_eq!(ids.len(), log.len(), "duplicated");
    assert!(kept.len() > KILLS);
}
