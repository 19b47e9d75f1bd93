//! Bad input over the live socket and gRPC: refused with a reason, the log stays as it was, and
//! others go on.

use crate::support::{ACTOR, Launch, Live, TestServer, bits, get, insert, run_request, submit};
use notebook::{CellId, CommentId, NotebookId, OperationId};
use proto::{
    Refusal, RefusalReason, SubmitReply, SubmitRequest, client_frame::Frame as Up, operation::Kind,
    server_frame::Frame as Down,
};
use tokio_tungstenite::tungstenite::Message;

/// A notebook with a cell and a comment of somebody else, and one who follows.
struct Scene {
    server: TestServer,
    id: NotebookId,
    cell: CellId,
    follower: Live,
    head: u64,
}

const OTHER: &str = "00000000000000000000000002";

impl Scene {
    async fn new() -> Self {
        let server = Launch::new().start();
        let (id, cell) = server.notebook_with("one").await;
        let mut follower = Live::connect(&server).await;
        follower.follow(&id.to_string(), 0).await;
        Self {
            server,
            id,
            cell,
            follower,
            head: 2,
        }
    }

    /// The whole log, without the moment of the export.
    async fn log(&self) -> String {
        let path = format!("/api/notebooks/{}/log", self.id);
        let reply = get(&self.server, &path, &[]).await;
        let text = String::from_utf8(reply.body().to_vec()).unwrap();
        text.split_once('\n').unwrap().1.to_owned()
    }

    /// Takes something good, which the follower hears.
    async fn goes_on(&mut self) {
        let request = submit(self.id, self.head, title("Fine"));
        let id = request.proposals[0].id.clone();
        let reply = self.hand_in(&request).await;
        assert_eq!(reply.refusal, None);
        self.head += 1;
        assert_eq!(reply.sequences, [self.head]);
        let heard = self.follower.until(|entry| entry.id == id).await;
        assert_eq!(heard.len(), 1, "nothing else was announced: {heard:?}");
    }

    async fn hand_in(&self, request: &SubmitRequest) -> SubmitReply {
        let mut client = self.server.notebooks().await;
        client.submit(request.clone()).await.unwrap().into_inner()
    }

    /// Refused over gRPC and over the socket alike, without a trace.
    async fn refused(&mut self, request: SubmitRequest, reason: RefusalReason, words: &str) {
        let before = self.log().await;
        let reply = self.hand_in(&request).await;
        says(reply.refusal, reason, words);
        let mut live = Live::connect(&self.server).await;
        live.send(Up::Submit(request)).await;
        let Down::Submitted(submitted) = live.next().await else {
            panic!("an answer to the submission");
        };
        says(submitted.reply.unwrap().refusal, reason, words);
        assert_eq!(self.log().await, before, "{words}");
        self.goes_on().await;
    }

    fn of(&self, kind: Kind) -> SubmitRequest {
        submit(self.id, self.head, kind)
    }

    fn change(&self, cell: CellId, steps: Vec<proto::text_step::Step>) -> SubmitRequest {
        let steps = steps
            .into_iter()
            .map(|step| proto::TextStep { step: Some(step) });
        self.of(Kind::ChangeText(proto::ChangeText {
            cell: cell.to_string(),
            steps: steps.collect(),
        }))
    }
}

fn says(refusal: Option<Refusal>, reason: RefusalReason, words: &str) {
    let refusal = refusal.unwrap_or_else(|| panic!("taken, but {words}"));
    assert_eq!(refusal.reason(), reason, "{refusal:?}");
    assert!(refusal.message.contains(words), "{refusal:?}");
}

fn title(text: &str) -> Kind {
    Kind::SetTitle(proto::SetTitle {
        title: text.to_owned(),
    })
}

#[tokio::test]
async fn cells_that_are_not_there_and_cells_that_are_there_already() {
    let mut scene = Scene::new().await;
    let nowhere = CellId::from_bits(bits());
    let insertion = || vec![proto::text_step::Step::Insert("x".to_owned())];
    let request = scene.change(nowhere, insertion());
    scene
        .refused(request, RefusalReason::Invalid, "there is no cell")
        .await;
    let request = insert(scene.id, scene.cell, scene.head, "again");
    scene
        .refused(request, RefusalReason::Invalid, "there is already a cell")
        .await;
    let request = scene.of(Kind::MoveCell(proto::MoveCell {
        cell: scene.cell.to_string(),
        after: Some(scene.cell.to_string()),
    }));
    scene
        .refused(request, RefusalReason::Invalid, "after itself")
        .await;
    let request = scene.of(Kind::DeleteCell(proto::DeleteCell {
        cell: "no cell".to_owned(),
    }));
    scene
        .refused(
            request,
            RefusalReason::Invalid,
            "`no cell` is not an identifier",
        )
        .await;
}

/// A deleted cell keeps its place and text: what somebody typed meanwhile is there when it is
/// restored. It is not run.
#[tokio::test]
async fn a_deleted_cell_keeps_what_is_typed_and_is_not_run() {
    let mut scene = Scene::new().await;
    let cell = scene.cell;
    let delete = scene.of(Kind::DeleteCell(proto::DeleteCell {
        cell: cell.to_string(),
    }));
    assert_eq!(scene.hand_in(&delete).await.refusal, None);
    scene.head += 1;
    scene.follower.until(|entry| entry.sequence == 3).await;
    let before = scene.log().await;
    let run = run_request(scene.id, cell, "@plugin=demo\ntable");
    let reply = scene.server.notebooks().await.run(run).await.unwrap();
    says(
        reply.into_inner().refusal,
        RefusalReason::OutOfRange,
        "the cell to run is not in this notebook",
    );
    assert_eq!(scene.log().await, before);
    scene.goes_on().await;

    let steps = vec![
        proto::text_step::Step::Retain(3),
        proto::text_step::Step::Insert("!".to_owned()),
    ];
    let typed = scene.change(cell, steps);
    assert_eq!(scene.hand_in(&typed).await.refusal, None);
    let state = scene.server.read(scene.id).await;
    assert!(state.cells[0].deleted);
    assert_eq!(state.cells[0].text, "one!");
}

#[tokio::test]
async fn positions_past_the_end_and_bases_ahead_of_the_log() {
    use proto::text_step::Step;
    let mut scene = Scene::new().await;
    for steps in [
        vec![Step::Delete(1_000)],
        vec![Step::Retain(4), Step::Insert("x".to_owned())],
        vec![
            Step::Retain(u32::MAX),
            Step::Retain(u32::MAX),
            Step::Delete(u32::MAX),
        ],
    ] {
        let request = scene.change(scene.cell, steps);
        scene
            .refused(request, RefusalReason::OutOfRange, "does not fit the text")
            .await;
    }
    for base in [scene.head + 1, u64::MAX] {
        let mut request = scene.of(title("x"));
        request.base_sequence = base.max(scene.head + 1);
        scene
            .refused(request, RefusalReason::OutOfRange, "the log ends at")
            .await;
    }
}

#[tokio::test]
async fn nobody_speaks_for_somebody_else() {
    let mut scene = Scene::new().await;
    let zero = notebook::ActorId::SERVER.to_string();
    let comment = CommentId::from_bits(bits()).to_string();
    let words = |text: &str| {
        Some(proto::CommentWords {
            text: text.to_owned(),
            mentions: Vec::new(),
        })
    };
    let mut begin = scene.of(Kind::BeginThread(proto::BeginThread {
        comment: comment.clone(),
        cell: scene.cell.to_string(),
        run: None,
        words: words("mine"),
    }));
    begin.actor = OTHER.to_owned();
    assert_eq!(scene.hand_in(&begin).await.refusal, None);
    scene.head += 1;
    scene.follower.until(|entry| entry.sequence == 3).await;

    // A socket speaks for whom it has greeted as.
    let before = scene.log().await;
    for actor in [OTHER, &zero, "", "nobody"] {
        let mut live = Live::connect(&scene.server).await;
        let mut forged = scene.of(title("forged"));
        forged.actor = actor.to_owned();
        live.send(Up::Submit(forged)).await;
        let Down::Submitted(submitted) = live.next().await else {
            panic!("an answer to the submission");
        };
        says(
            submitted.reply.unwrap().refusal,
            RefusalReason::Forbidden,
            "speaks for somebody else",
        );
    }
    // And nobody greets as the server, or is taken for it.
    for actor in [zero.as_str(), "nobody"] {
        let mut live = Live::open(&scene.server, &[]).await.unwrap();
        let hello = proto::Hello {
            protocol: 1,
            actor: actor.to_owned(),
        };
        live.send(Up::Hello(hello)).await;
        let Down::Refused(refused) = live.next().await else {
            panic!("{actor}: not refused");
        };
        assert_eq!(refused.refusal.unwrap().reason(), RefusalReason::Invalid);
        assert_eq!(live.try_next().await, None, "{actor}");
    }
    let mut forged = scene.of(title("forged"));
    forged.actor = zero;
    says(
        scene.hand_in(&forged).await.refusal,
        RefusalReason::Forbidden,
        "cannot speak for the server",
    );
    assert_eq!(scene.log().await, before);
    scene.goes_on().await;

    // What only the server writes, and what only its author changes.
    let run = OperationId::from_bits(bits()).to_string();
    let request = scene.of(Kind::RunLogged(proto::RunLogged {
        run,
        level: proto::Level::Info.into(),
        message: "forged".to_owned(),
    }));
    scene
        .refused(request, RefusalReason::Forbidden, "only the server writes")
        .await;
    let request = scene.of(Kind::CreateNotebook(proto::CreateNotebook {
        title: "forged".to_owned(),
    }));
    scene
        .refused(
            request,
            RefusalReason::Forbidden,
            "not created by an operation",
        )
        .await;
    let request = scene.of(Kind::EditComment(proto::EditComment {
        comment: comment.clone(),
        words: words("forged"),
    }));
    scene
        .refused(
            request,
            RefusalReason::Forbidden,
            "only its author changes a comment",
        )
        .await;
    let request = scene.of(Kind::DeleteComment(proto::DeleteComment { comment }));
    scene
        .refused(
            request,
            RefusalReason::Forbidden,
            "only its author changes a comment",
        )
        .await;
}

#[tokio::test]
async fn too_much_at_once() {
    let mut scene = Scene::new().await;
    let request = insert(
        scene.id,
        CellId::from_bits(bits()),
        scene.head,
        &"x".repeat(300_000),
    );
    scene
        .refused(
            request,
            RefusalReason::TooLarge,
            "at most 262144 UTF-16 code units",
        )
        .await;
    let request = insert(
        scene.id,
        CellId::from_bits(bits()),
        scene.head,
        &"x".repeat(1_500_000),
    );
    scene
        .refused(request, RefusalReason::Invalid, "has 1500000 bytes")
        .await;
    let request = scene.of(title(&"x".repeat(201)));
    scene
        .refused(request, RefusalReason::TooLarge, "at most 200 characters")
        .await;
    let mut request = scene.of(title("0"));
    for _ in 1..1_000 {
        request.proposals.extend(scene.of(title("0")).proposals);
    }
    scene
        .refused(
            request,
            RefusalReason::Invalid,
            "has 1000 items, at most 200",
        )
        .await;
    let mut request = scene.of(title("0"));
    request.proposals.clear();
    scene
        .refused(request, RefusalReason::Invalid, "no proposals")
        .await;
    let mut large = scene.of(title("0"));
    large.proposals.clear();
    for _ in 0..8 {
        let cell = CellId::from_bits(bits());
        let one = insert(scene.id, cell, scene.head, &"x".repeat(200_000));
        large.proposals.extend(one.proposals);
    }
    scene
        .refused(large, RefusalReason::TooLarge, "at most 1048576 bytes")
        .await;
}

#[tokio::test]
async fn replayed_reordered_and_taken_identifiers() {
    let mut scene = Scene::new().await;
    let mut two = scene.of(title("first"));
    two.proposals.extend(scene.of(title("second")).proposals);
    let reply = scene.hand_in(&two).await;
    assert_eq!(reply.sequences, [3, 4]);
    scene.head = 4;
    scene.follower.until(|entry| entry.sequence == 4).await;

    // Replayed: the same places, and nobody hears of it twice.
    let before = scene.log().await;
    let mut live = Live::connect(&scene.server).await;
    for _ in 0..3 {
        live.send(Up::Submit(two.clone())).await;
        let Down::Submitted(again) = live.next().await else {
            panic!("an answer to the submission");
        };
        assert_eq!(again.reply.unwrap().sequences, [3, 4]);
    }
    assert_eq!(scene.log().await, before);
    scene.goes_on().await;

    let mut turned = two.clone();
    turned.proposals.reverse();
    scene
        .refused(
            turned,
            RefusalReason::Invalid,
            "in another order than before",
        )
        .await;
    let mut later = two.clone();
    later.base_sequence = scene.head;
    scene
        .refused(later, RefusalReason::Invalid, "in the log already")
        .await;
    let mut double = scene.of(title("x"));
    double.proposals.push(double.proposals[0].clone());
    scene
        .refused(double, RefusalReason::Invalid, "handed in twice")
        .await;
    // Half known, half new: the known part keeps its place.
    let mut longer = two.clone();
    longer.proposals.extend(scene.of(title("third")).proposals);
    let reply = scene.hand_in(&longer).await;
    assert_eq!(reply.refusal, None);
    assert_eq!(reply.sequences, [3, 4, scene.head + 1]);
}

#[tokio::test]
async fn garbage_on_the_socket() {
    let mut scene = Scene::new().await;
    let before = scene.log().await;
    let mut live = Live::connect(&scene.server).await;
    live.follow(&scene.id.to_string(), 0).await;
    let mut noise: Vec<Vec<u8>> = vec![Vec::new(), vec![0xff; 1_000], vec![0x0a, 0xff, 0xff]];
    // A frame that was cut, and one whose bits fell over.
    let frame = proto::ClientFrame {
        frame: Some(Up::Submit(scene.of(title("damaged")))),
    };
    let bytes = prost::Message::encode_to_vec(&frame);
    noise.push(bytes[..bytes.len() - 3].to_vec());
    let turned = bytes.iter().map(|byte| byte ^ 0x80);
    noise.push(turned.collect());
    for message in noise
        .into_iter()
        .map(|bytes| Message::Binary(bytes.into()))
        .chain([Message::Text("{\"hello\":1}".into())])
    {
        live.send_message(message.clone()).await;
        let Down::Refused(refused) = live.next().await else {
            panic!("{message:?}: not refused");
        };
        let refusal = refused.refusal.unwrap();
        assert_eq!(refusal.reason(), RefusalReason::Invalid);
        let known = ["cannot be decoded", "is empty", "binary messages only"];
        assert!(
            known.iter().any(|words| refusal.message.contains(words)),
            "{refusal:?}"
        );
    }
    assert_eq!(scene.log().await, before);
    scene.goes_on().await;
    // The socket itself goes on, too.
    live.until(|entry| entry.sequence == 3).await;
}

#[tokio::test]
async fn frames_that_are_too_large_or_too_early_end_their_socket_only() {
    let mut scene = Scene::new().await;
    let before = scene.log().await;
    let mut live = Live::connect(&scene.server).await;
    live.try_send_message(Message::Binary(vec![0; 64 << 20].into()))
        .await;
    assert_eq!(live.try_next().await, None, "64 MB");

    for frame in [
        Up::Submit(scene.of(title("early"))),
        Up::Open(proto::Open {
            notebook: scene.id.to_string(),
            after_sequence: 0,
        }),
        Up::Ping(proto::Ping { nonce: 1 }),
    ] {
        let mut live = Live::open(&scene.server, &[]).await.unwrap();
        live.send(frame).await;
        let Down::Refused(refused) = live.next().await else {
            panic!("not refused");
        };
        says(refused.refusal, RefusalReason::Invalid, "must be a `Hello`");
        assert_eq!(live.try_next().await, None);
    }
    assert_eq!(scene.log().await, before);
    scene.goes_on().await;
}

#[tokio::test]
async fn presence_that_is_none() {
    let mut scene = Scene::new().await;
    let before = scene.log().await;
    let mut live = Live::connect(&scene.server).await;
    live.follow(&scene.id.to_string(), 0).await;
    let present = |name: &str| proto::Present {
        notebook: scene.id.to_string(),
        person: Some(proto::Person {
            name: name.to_owned(),
            colour: 0,
        }),
        cell: None,
        selection: None,
    };
    let elsewhere = proto::Present {
        notebook: NotebookId::from_bits(99).to_string(),
        ..present("Ada")
    };
    let nobody = proto::Present {
        person: None,
        ..present("")
    };
    let no_cell = proto::Present {
        cell: Some("here".to_owned()),
        ..present("Ada")
    };
    for (present, reason, words) in [
        (
            present(&"x".repeat(100_000)),
            RefusalReason::TooLarge,
            "at most 60 characters",
        ),
        (
            present(""),
            RefusalReason::Invalid,
            "a name cannot be empty",
        ),
        (present("a\nb"), RefusalReason::Invalid, "line breaks"),
        (elsewhere, RefusalReason::Invalid, "not open on this socket"),
        (nobody, RefusalReason::Invalid, "person"),
        (
            no_cell,
            RefusalReason::Invalid,
            "`here` is not an identifier",
        ),
    ] {
        live.send(Up::Present(present)).await;
        loop {
            match live.any_next().await.unwrap() {
                Down::Presences(presences) => {
                    assert!(presences.present.is_empty(), "{words}: {presences:?}");
                }
                Down::Refused(refused) => {
                    says(refused.refusal, reason, words);
                    break;
                }
                other => panic!("{words}: {other:?}"),
            }
        }
    }
    assert_eq!(scene.log().await, before);
    scene.goes_on().await;
}

#[tokio::test]
async fn bad_calls_over_grpc() {
    let mut scene = Scene::new().await;
    let before = scene.log().await;
    let mut client = scene.server.notebooks().await;
    let request = insert(scene.id, CellId::from_bits(bits()), 2, &"x".repeat(3 << 20));
    let status = client.submit(request).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::OutOfRange, "{status}");
    let watch = |notebook: &str, after_sequence| proto::WatchRequest {
        notebook: notebook.to_owned(),
        after_sequence,
    };
    let id = scene.id.to_string();
    let mut entries = client.watch(watch(&id, 100)).await.unwrap().into_inner();
    let status = entries.message().await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::OutOfRange, "{status}");
    assert!(status.message().contains("only 2 entries"), "{status}");
    for (notebook, code) in [
        ("none", tonic::Code::InvalidArgument),
        (OTHER, tonic::Code::NotFound),
    ] {
        let status = client.watch(watch(notebook, 0)).await.unwrap_err();
        assert_eq!(status.code(), code, "{status}");
    }
    for (notebook, run, reason) in [
        (OTHER, OTHER, RefusalReason::UnknownNotebook),
        (id.as_str(), OTHER, RefusalReason::OutOfRange),
        (id.as_str(), "run", RefusalReason::Invalid),
    ] {
        let cancel = proto::CancelRequest {
            notebook: notebook.to_owned(),
            actor: ACTOR.to_owned(),
            run: run.to_owned(),
        };
        let reply = client.cancel(cancel).await.unwrap().into_inner();
        assert_eq!(reply.refusal.unwrap().reason(), reason);
    }
    assert_eq!(scene.log().await, before);
    scene.goes_on().await;
}
