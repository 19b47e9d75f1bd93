//! The live socket: following, submitting, resuming, and bad frames.

use crate::support::{ACTOR, Launch, Live, insert, submit};
use notebook::{CellId, NotebookId};
use prost::Message as _;
use proto::{
    RefusalReason, client_frame::Frame as Up, operation::Kind, server_frame::Frame as Down,
};
use tokio_tungstenite::tungstenite::Message;

fn title(text: &str) -> Kind {
    Kind::SetTitle(proto::SetTitle {
        title: text.to_owned(),
    })
}

#[tokio::test]
async fn one_submits_and_everybody_hears() {
    let server = Launch::new().without_plugins().start();
    let (id, _) = server.notebook_with("one").await;
    let mut author = Live::connect(&server).await;
    let mut follower = Live::connect(&server).await;
    let opened = author.follow(&id.to_string(), 0).await;
    assert_eq!(opened.head_sequence, 2);
    let snapshot = opened.state.unwrap().snapshot.unwrap();
    assert_eq!(snapshot.cells[0].text, "one");
    follower.follow(&id.to_string(), 0).await;

    let cell = CellId::from_bits(7);
    let request = insert(id, cell, 2, "two");
    let first = request.proposals[0].id.clone();
    author.send(Up::Submit(request.clone())).await;
    let Down::Entries(entries) = author.next().await else {
        panic!("its own entries come first");
    };
    assert_eq!(entries.entries.unwrap().entries[0].sequence, 3);
    let Down::Submitted(submitted) = author.next().await else {
        panic!("then the word that they are durable");
    };
    assert_eq!(submitted.first, first);
    assert_eq!(submitted.reply.unwrap().sequences, [3]);
    let heard = follower.until(|entry| entry.id == first).await;
    assert_eq!(heard.len(), 1);

    // A resend gets the same place, and nobody hears of it twice.
    author.send(Up::Submit(request)).await;
    let Down::Submitted(again) = author.next().await else {
        panic!("no entries for a resend");
    };
    assert_eq!(again.reply.unwrap().sequences, [3]);
    assert_eq!(server.read(id).await.sequence, 3);
}

#[tokio::test]
async fn a_follower_resumes_where_it_was() {
    let server = Launch::new().without_plugins().start();
    let (id, _) = server.notebook_with("one").await;
    let mut author = server.notebooks().await;
    for number in 0..5 {
        let request = submit(id, 2 + number, title(&format!("title {number}")));
        assert_eq!(
            author.submit(request).await.unwrap().into_inner().refusal,
            None
        );
    }
    let server = server.kill_and_restart();
    let mut follower = Live::connect(&server).await;
    let opened = follower.follow(&id.to_string(), 4).await;
    assert_eq!(opened.state, None);
    assert_eq!(opened.head_sequence, 7);
    let heard = follower.until(|entry| entry.sequence == 7).await;
    let sequences: Vec<_> = heard.iter().map(|entry| entry.sequence).collect();
    assert_eq!(sequences, [5, 6, 7]);
}

#[tokio::test]
async fn many_at_once_make_one_gapless_log() {
    let server = Launch::new().without_plugins().start();
    let (id, _) = server.notebook_with("one").await;
    let mut follower = Live::connect(&server).await;
    follower.follow(&id.to_string(), 0).await;
    let client = server.notebooks().await;
    // More than lie between two snapshots.
    let submissions = (0..600).map(|number| {
        let mut client = client.clone();
        async move {
            let request = submit(id, 2, title(&format!("title {number}")));
            let reply = client.submit(request).await.unwrap().into_inner();
            assert_eq!(reply.refusal, None);
            reply.sequences[0]
        }
    });
    let mut places = futures_util::future::join_all(submissions).await;
    places.sort_unstable();
    assert_eq!(places, (3..603).collect::<Vec<_>>());
    let heard = follower.until(|entry| entry.sequence == 602).await;
    let sequences: Vec<_> = heard.iter().map(|entry| entry.sequence).collect();
    assert_eq!(sequences, (3..603).collect::<Vec<_>>());

    let before = server.read(id).await;
    let server = server.kill_and_restart();
    assert_eq!(server.read(id).await, before);
}

#[tokio::test]
async fn the_list_is_told_when_it_changes() {
    let server = Launch::new().without_plugins().start();
    let (id, _) = server.notebook_with("one").await;
    let mut live = Live::connect(&server).await;
    live.send(Up::WatchList(proto::WatchList {})).await;
    let Down::List(list) = live.next().await else {
        panic!("the list at once");
    };
    assert!(
        list.notebooks
            .iter()
            .any(|notebook| notebook.id == id.to_string())
    );
    let mut client = server.notebooks().await;
    client
        .submit(submit(id, 2, title("Renamed")))
        .await
        .unwrap();
    loop {
        let Down::List(list) = live.next().await else {
            panic!("only lists");
        };
        if list
            .notebooks
            .iter()
            .any(|notebook| notebook.title == "Renamed")
        {
            return;
        }
    }
}

#[tokio::test]
async fn bad_frames_are_refused_and_the_socket_goes_on() {
    let server = Launch::new().without_plugins().start();
    let (id, cell) = server.notebook_with("one").await;
    let mut live = Live::connect(&server).await;
    let change = |steps: Vec<proto::text_step::Step>| {
        Kind::ChangeText(proto::ChangeText {
            cell: cell.to_string(),
            steps: steps
                .into_iter()
                .map(|step| proto::TextStep { step: Some(step) })
                .collect(),
        })
    };
    let unknown = NotebookId::from_bits(99).to_string();
    let open = |notebook: &str, after_sequence| {
        Up::Open(proto::Open {
            notebook: notebook.to_owned(),
            after_sequence,
        })
    };

    live.send_message(Message::Binary(vec![0xff; 100].into()))
        .await;
    assert_refused(&mut live, RefusalReason::Invalid).await;
    live.send_message(Message::Binary(Vec::new().into())).await;
    assert_refused(&mut live, RefusalReason::Invalid).await;
    live.send_message(Message::Text("hello".into())).await;
    assert_refused(&mut live, RefusalReason::Invalid).await;
    let frame = proto::ClientFrame {
        frame: Some(Up::Submit(submit(id, 2, title("not UTF-8: ~~")))),
    };
    let mut bytes = frame.encode_to_vec();
    for byte in bytes.iter_mut().filter(|byte| **byte == b'~') {
        *byte = 0xff;
    }
    live.send_message(Message::Binary(bytes.into())).await;
    assert_refused(&mut live, RefusalReason::Invalid).await;
    live.send(open(&unknown, 0)).await;
    assert_refused(&mut live, RefusalReason::UnknownNotebook).await;
    live.send(open("no id", 0)).await;
    assert_refused(&mut live, RefusalReason::Invalid).await;
    live.send(open(&id.to_string(), 1_000)).await;
    assert_refused(&mut live, RefusalReason::OutOfRange).await;

    for (kind, reason) in [
        (
            change(vec![proto::text_step::Step::Delete(1_000)]),
            RefusalReason::OutOfRange,
        ),
        (title(&"x".repeat(10_000)), RefusalReason::TooLarge),
        (
            Kind::RunFinished(proto::RunFinished {
                run: CellId::from_bits(1).to_string(),
                outcome: Some(proto::run_finished::Outcome::Interrupted(
                    proto::run_finished::Interrupted {},
                )),
            }),
            RefusalReason::Forbidden,
        ),
    ] {
        live.send(Up::Submit(submit(id, 2, kind))).await;
        let Down::Submitted(submitted) = live.next().await else {
            panic!("an answer to the submission");
        };
        let reply = submitted.reply.unwrap();
        let refusal = reply.refusal.unwrap_or_else(|| panic!("{reason:?}: taken"));
        assert_eq!(refusal.reason(), reason, "{}", refusal.message);
        assert!(!refusal.hint.is_empty());
    }
    live.send(Up::Ping(proto::Ping { nonce: 5 })).await;
    assert!(matches!(live.next().await, Down::Pong(pong) if pong.nonce == 5));
    assert_eq!(server.read(id).await.sequence, 2, "nothing was taken");
}

async fn assert_refused(live: &mut Live, reason: RefusalReason) {
    match live.next().await {
        Down::Refused(refused) => {
            let refusal = refused.refusal.unwrap();
            assert_eq!(refusal.reason(), reason, "{}", refusal.message);
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_socket_without_a_greeting_or_with_a_huge_frame_is_closed() {
    let server = Launch::new().without_plugins().start();
    let mut live = Live::open(&server, &[]).await.unwrap();
    live.send(Up::WatchList(proto::WatchList {})).await;
    assert_refused(&mut live, RefusalReason::Invalid).await;
    assert_eq!(live.try_next().await, None);

    let mut live = Live::open(&server, &[]).await.unwrap();
    live.send(Up::Hello(proto::Hello {
        protocol: 2,
        actor: ACTOR.to_owned(),
    }))
    .await;
    assert_refused(&mut live, RefusalReason::Invalid).await;
    assert_eq!(live.try_next().await, None);

    let mut live = Live::connect(&server).await;
    live.try_send_message(Message::Binary(vec![0; 3 << 20].into()))
        .await;
    assert_eq!(live.try_next().await, None);
}
