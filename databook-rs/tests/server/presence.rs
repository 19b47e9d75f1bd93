//! Who else is there: told to everybody who follows, forgotten with the socket, and never in the log.

use crate::support::{ACTOR, Launch, Live, submit};
use notebook::CellId;
use proto::{
    RefusalReason, client_frame::Frame as Up, operation::Kind, server_frame::Frame as Down,
};

fn present(notebook: &str, name: &str, head: u32) -> Up {
    Up::Present(proto::Present {
        notebook: notebook.to_owned(),
        person: Some(proto::Person {
            name: name.to_owned(),
            colour: 3,
        }),
        cell: Some(CellId::from_bits(1).to_string()),
        selection: Some(proto::Selection {
            anchor: 0,
            head,
            sequence: 2,
        }),
    })
}

#[tokio::test]
async fn others_hear_who_is_where_until_they_leave() {
    let server = Launch::new().without_plugins().start();
    let (id, _) = server.notebook_with("one").await;
    let id_text = id.to_string();
    let mut ada = Live::connect(&server).await;
    let mut ben = Live::connect(&server).await;
    ada.follow(&id_text, 0).await;
    ben.follow(&id_text, 0).await;
    ben.presences(|heard| heard.followers == 2).await;

    ada.send(present(&id_text, "Ada", 1)).await;
    let heard = ben.presences(|heard| !heard.present.is_empty()).await;
    let presence = &heard.present[0];
    assert_eq!(presence.actor, ACTOR);
    assert_eq!(presence.person.as_ref().unwrap().name, "Ada");
    assert_eq!(presence.selection.unwrap().head, 1);
    ada.send(present(&id_text, "Ada", 3)).await;
    let moved = ben.presences(|heard| !heard.present.is_empty()).await;
    assert_eq!(moved.present[0].session, presence.session);
    assert_eq!(moved.present[0].selection.unwrap().head, 3);

    // Who comes later is told of everybody.
    let mut eve = Live::connect(&server).await;
    eve.follow(&id_text, 2).await;
    let first = eve.presences(|heard| !heard.present.is_empty()).await;
    assert_eq!(first.present, moved.present);

    drop(ada);
    let gone = ben.presences(|heard| !heard.left.is_empty()).await;
    assert_eq!(gone.left, [presence.session]);
    assert_eq!(
        server.read(id).await.sequence,
        2,
        "nothing of it is in the log"
    );
}

#[tokio::test]
async fn nobody_speaks_where_they_are_not_or_for_somebody_else() {
    let server = Launch::new().without_plugins().start();
    let (id, _) = server.notebook_with("one").await;
    let mut ada = Live::connect(&server).await;
    let refused = async |ada: &mut Live| match ada.next().await {
        Down::Refused(refused) => refused.refusal.unwrap(),
        other => panic!("not refused: {other:?}"),
    };
    ada.send(present(&id.to_string(), "Ada", 1)).await;
    assert!(refused(&mut ada).await.message.contains("not open"));
    ada.follow(&id.to_string(), 0).await;
    ada.send(present(&id.to_string(), &"A".repeat(61), 1)).await;
    let refusal = refused(&mut ada).await;
    assert_eq!(refusal.reason(), RefusalReason::TooLarge);
    assert!(
        refusal.message.contains("60 characters"),
        "{}",
        refusal.message
    );

    let mut forged = submit(
        id,
        2,
        Kind::SetTitle(proto::SetTitle {
            title: "mine".into(),
        }),
    );
    forged.actor = CellId::from_bits(99).to_string();
    ada.send(Up::Submit(forged)).await;
    let Down::Submitted(submitted) = ada.next().await else {
        panic!("an answer to the submission");
    };
    let refusal = submitted.reply.unwrap().refusal.unwrap();
    assert_eq!(refusal.reason(), RefusalReason::Forbidden);
    assert_eq!(server.read(id).await.sequence, 2);
}
