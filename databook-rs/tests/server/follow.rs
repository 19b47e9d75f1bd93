//! Many followers of one notebook, and slow ones.

use crate::support::{Launch, Live, TestServer, submit};
use futures_util::future::join_all;
use notebook::{CellId, NotebookId};
use proto::{client_frame::Frame as Up, operation::Kind, server_frame::Frame as Down, text_step};

/// Enough that what comes in quick succession is told together.
const MANY: usize = 200;
const OPERATIONS: u64 = 300;

fn change(cell: CellId, steps: Vec<text_step::Step>) -> Kind {
    Kind::ChangeText(proto::ChangeText {
        cell: cell.to_string(),
        steps: steps
            .into_iter()
            .map(|step| proto::TextStep { step: Some(step) })
            .collect(),
    })
}

async fn following(server: &TestServer, id: NotebookId) -> Live {
    let mut live = Live::connect(server).await;
    live.follow(&id.to_string(), 0).await;
    live
}

/// The sequence numbers of each frame, up to this one.
async fn frames_until(live: &mut Live, last: u64) -> Vec<Vec<u64>> {
    let mut frames = Vec::new();
    loop {
        let Down::Entries(entries) = live.next().await else {
            panic!("only entries");
        };
        let entries = entries.entries.unwrap().entries;
        frames.push(entries.iter().map(|entry| entry.sequence).collect());
        if entries.last().is_some_and(|entry| entry.sequence == last) {
            return frames;
        }
    }
}

#[tokio::test]
async fn many_hear_everything_in_order_and_several_commits_in_one_frame() {
    let server = Launch::new().without_plugins().start();
    let (id, cell) = server.notebook_with("").await;
    let mut author = following(&server, id).await;
    let followers = join_all((0..MANY).map(|_| following(&server, id))).await;
    let last = 2 + OPERATIONS;

    let writes = async {
        for _ in 0..OPERATIONS {
            let letter = vec![text_step::Step::Insert("x".to_owned())];
            author
                .send(Up::Submit(submit(id, 2, change(cell, letter))))
                .await;
        }
        // Its own entries come once, in order, and never after the word that they are durable.
        let (mut heard, mut durable) = (2, 2);
        while durable < last {
            match author.next().await {
                Down::Entries(entries) => {
                    for entry in entries.entries.unwrap().entries {
                        assert_eq!(entry.sequence, heard + 1);
                        heard = entry.sequence;
                    }
                }
                Down::Submitted(submitted) => {
                    let reply = submitted.reply.unwrap();
                    assert_eq!(reply.refusal, None);
                    durable = reply.sequences[0];
                    assert!(durable <= heard, "{durable} is told before its entry");
                }
                other => panic!("neither entries nor an answer: {other:?}"),
            }
        }
    };
    let reads = join_all(
        followers
            .into_iter()
            .map(|mut live| async move { frames_until(&mut live, last).await }),
    );
    let ((), heard) = tokio::join!(writes, reads);
    for frames in &heard {
        assert_eq!(frames.concat(), (3..=last).collect::<Vec<_>>());
        assert_eq!(frames, &heard[0], "all get the same frames");
    }
    assert!(heard[0].len() < OPERATIONS as usize / 2, "{:?}", heard[0]);
}

#[tokio::test]
async fn who_comes_while_much_is_written_misses_nothing_and_hears_nothing_twice() {
    let server = Launch::new().without_plugins().start();
    let (id, cell) = server.notebook_with("").await;
    let _many = join_all((0..MANY).map(|_| following(&server, id))).await;
    let mut author = Live::connect(&server).await;
    let last = 2 + OPERATIONS;
    let writes = async {
        for _ in 0..OPERATIONS {
            let letter = vec![text_step::Step::Insert("x".to_owned())];
            author
                .send(Up::Submit(submit(id, 2, change(cell, letter))))
                .await;
        }
        for _ in 0..OPERATIONS {
            assert!(matches!(author.next().await, Down::Submitted(_)));
        }
    };
    let comes = (0..20).map(|_| async {
        let mut live = Live::connect(&server).await;
        let opened = live.follow(&id.to_string(), 0).await;
        let frames = match opened.head_sequence < last {
            true => frames_until(&mut live, last).await,
            false => Vec::new(),
        };
        (opened.head_sequence, frames)
    });
    let ((), heard) = tokio::join!(writes, join_all(comes));
    for (head, frames) in heard {
        assert_eq!(frames.concat(), (head + 1..=last).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn who_does_not_read_is_told_to_open_again_and_resumes_without_loss() {
    let server = Launch::new().without_plugins().start();
    let (id, cell) = server.notebook_with("").await;
    let mut stalled = following(&server, id).await;
    let mut reader = following(&server, id).await;
    let mut author = server.notebooks().await;
    // More than the server's queue and what the system takes for a socket.
    let size = 200_000;
    let operations = 160;
    let last = 2 + operations;
    let writes = async {
        for base in 2..last {
            let mut steps = vec![text_step::Step::Insert("x".repeat(size))];
            if base > 2 {
                steps.insert(0, text_step::Step::Delete(size as u32));
            }
            let request = submit(id, base, change(cell, steps));
            let reply = author.submit(request).await.unwrap().into_inner();
            assert_eq!(reply.refusal, None);
        }
    };
    let ((), heard) = tokio::join!(writes, frames_until(&mut reader, last));
    assert_eq!(heard.concat(), (3..=last).collect::<Vec<_>>());

    let mut heard = Vec::new();
    let mut lagged = 0;
    while heard.last() != Some(&last) {
        match stalled.next().await {
            Down::Entries(entries) => {
                let entries = entries.entries.unwrap().entries;
                heard.extend(entries.iter().map(|entry| entry.sequence));
            }
            Down::Lagged(about) => {
                assert_eq!(about.notebook, id.to_string());
                lagged += 1;
                let after = heard.last().copied().unwrap_or(2);
                assert!(after < last);
                let opened = stalled.follow(&id.to_string(), after).await;
                assert_eq!(opened.head_sequence, last);
            }
            other => panic!("neither entries nor lagged: {other:?}"),
        }
    }
    assert_eq!(lagged, 1);
    assert_eq!(heard, (3..=last).collect::<Vec<_>>());
}
