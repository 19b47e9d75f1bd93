#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
use super::*;
use futures_util::FutureExt as _;
use notebook::{ActorId, Operation, OperationId};

const HOUR: Duration = Duration::from_secs(3_600);

/// News with a tick that ends only when the test says so.
fn held() -> Arc<News> {
    News::with_tick(NotebookId::from_bits(1), |_| HOUR)
}

/// News that are told at once.
fn immediate() -> Arc<News> {
    News::with_tick(NotebookId::from_bits(1), |_| Duration::ZERO)
}

fn entry(sequence: u64, title: &str) -> Entry {
    Entry {
        sequence: Sequence(sequence),
        id: OperationId::from_bits(sequence.into()),
        actor: ActorId::from_bits(1),
        time_ms: 0,
        operation: Operation::SetTitle {
            title: title.to_owned(),
        },
    }
}

fn add(news: &News, sequence: u64) {
    news.add(vec![entry(sequence, "a title")], Vec::new(), 0);
}

/// What comes without waiting: the sequence numbers of each frame.
fn frames(follower: &mut Follower) -> Vec<Vec<u64>> {
    let mut frames = Vec::new();
    while let Some(news) = follower.next().now_or_never() {
        let Announced::Commit(commit) = news.unwrap() else {
            panic!("no commit");
        };
        frames.push(commit.entries.iter().map(|it| it.sequence.0).collect());
    }
    frames
}

#[test]
fn a_tick_grows_with_those_who_follow() {
    let ms = Duration::from_millis;
    for few in [0, 1, 10, 100] {
        assert_eq!(tick(few), Duration::ZERO, "{few}");
    }
    assert_eq!(tick(1_000), ms(8));
    assert_eq!(tick(5_000), ms(88));
    assert_eq!(tick(1_000_000), LONGEST_TICK);
}

#[tokio::test]
async fn what_falls_into_one_tick_is_one_frame_for_all() {
    let news = held();
    let (mut one, mut two) = (news.follow(Sequence(0)), news.follow(Sequence(0)));
    add(&news, 1);
    assert_eq!(frames(&mut one), [[1]], "the first one waits for nothing");
    add(&news, 2);
    add(&news, 3);
    assert!(frames(&mut one).is_empty());
    assert!(news.due().now_or_never().is_none());
    news.tell();
    assert_eq!(frames(&mut one), [[2, 3]]);

    let encoded: Vec<_> = (0..2)
        .map(|_| match two.next().now_or_never() {
            Some(Ok(Announced::Commit(commit))) => commit.frame.clone(),
            _ => panic!("a frame"),
        })
        .collect();
    assert!(encoded[1].len() > encoded[0].len());
    assert!(frames(&mut two).is_empty());
    assert!(news.inner().queue.is_empty(), "nobody needs it any more");
}

#[tokio::test]
async fn few_followers_hear_of_each_commit_at_once() {
    let news = immediate();
    let mut follower = news.follow(Sequence(0));
    for sequence in 1..=3 {
        add(&news, sequence);
    }
    assert_eq!(frames(&mut follower), [[1], [2], [3]]);
}

#[tokio::test]
async fn a_full_frame_does_not_wait() {
    let news = held();
    let mut follower = news.follow(Sequence(0));
    add(&news, 1);
    let large = "x".repeat(FRAME_BYTES / 2 + 1);
    for sequence in 2..=4 {
        news.add(vec![entry(sequence, &large)], Vec::new(), 0);
    }
    // Two of them are more than a frame takes.
    assert_eq!(frames(&mut follower), [[1], [2], [3]]);
    news.tell();
    assert_eq!(frames(&mut follower), [[4]]);
}

#[tokio::test]
async fn who_is_told_early_or_comes_late_hears_nothing_twice() {
    let news = held();
    let mut early = news.follow(Sequence(0));
    for sequence in 1..=3 {
        add(&news, sequence);
    }
    assert_eq!(frames(&mut early), [[1]]);
    assert!(early.waiting().is_none(), "entry 1 does not wait");
    early.set_heard(Sequence(1));
    let (entries, _) = early.waiting().unwrap();
    assert_eq!(entries.len(), 2);
    early.set_heard(Sequence(3));
    assert!(early.waiting().is_none(), "there is no entry 4");

    // It starts from a state with entry 3 in it.
    let mut late = news.follow(Sequence(0));
    add(&news, 4);
    news.tell();
    let Announced::Commit(commit) = late.next().await.unwrap() else {
        panic!("no commit");
    };
    let heard: Vec<_> = commit.after(Sequence(3)).iter().collect();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].sequence, Sequence(4));
    assert_eq!(commit.after(Sequence(1)).len(), 3);
    assert!(commit.after(Sequence(4)).is_empty());
}

#[tokio::test]
async fn who_is_too_slow_lags_and_nobody_else_notices() {
    let news = immediate();
    let (mut slow, mut quick) = (news.follow(Sequence(0)), news.follow(Sequence(0)));
    let last = QUEUE_FRAMES as u64 + 1;
    for sequence in 1..=last {
        add(&news, sequence);
        assert_eq!(frames(&mut quick), [[sequence]]);
    }
    assert_eq!(news.inner().queue.len(), QUEUE_FRAMES);
    assert!(slow.next().await.is_err());
    drop(slow);
    assert!(news.inner().queue.is_empty());

    let mut again = news.follow(Sequence(0));
    add(&news, last + 1);
    assert_eq!(frames(&mut again), [[last + 1]]);
    assert_eq!(frames(&mut quick), [[last + 1]]);
}

#[tokio::test]
async fn the_queue_is_bounded_in_bytes() {
    let news = immediate();
    let mut slow = news.follow(Sequence(0));
    let large = "x".repeat(1 << 20);
    for sequence in 1..=20 {
        news.add(vec![entry(sequence, &large)], Vec::new(), 0);
    }
    assert!(news.inner().queue_bytes <= QUEUE_BYTES);
    assert!(slow.next().await.is_err());
}

#[tokio::test]
async fn the_end_comes_after_what_waited() {
    let news = held();
    let mut follower = news.follow(Sequence(0));
    add(&news, 1);
    add(&news, 2);
    news.end();
    for expected in [1, 2] {
        match follower.next().await.unwrap() {
            Announced::Commit(commit) => assert_eq!(commit.entries[0].sequence.0, expected),
            Announced::Reopen => panic!("too early"),
        }
    }
    assert!(matches!(follower.next().await, Ok(Announced::Reopen)));
    assert!(matches!(
        news.follow(Sequence(0)).next().await,
        Ok(Announced::Reopen)
    ));
}
