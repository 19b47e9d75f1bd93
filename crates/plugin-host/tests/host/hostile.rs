//! Every way to misbehave ends in the right error, and others do not notice.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use output::Output;
use plugin_host::{Event, FailureKind, HostLimits};

use crate::setup::{Setup, TestHost};

/// A host with short limits and a well-behaved neighbour.
fn host() -> TestHost {
    Setup::new()
        .plugin("hostile", "[limits]\ntimeout_s = 20")
        .plugin("echo", "")
        .limits(|limits| limits.cpu_time = std::time::Duration::from_millis(300))
        .start()
}

async fn check(options: &[(&str, &str)], kind: FailureKind, message: &str) {
    let host = host();
    let failure = host.failure("hostile", options).await;
    assert_eq!(failure.kind, kind, "{failure:?}");
    assert!(failure.message.contains("`hostile`"), "{failure:?}");
    assert!(failure.message.contains(message), "{failure:?}");
    assert!(!failure.hint.is_empty(), "{failure:?}");
    // The host is as good as before.
    let options = [("do", "echo"), ("query", "still here")];
    assert_eq!(host.text("hostile", &options).await, "still here");
    assert_eq!(host.text("echo", &options).await, "still here");
}

#[tokio::test]
async fn an_endless_loop_runs_out_of_computing_time() {
    check(
        &[("do", "loop")],
        FailureKind::Timeout,
        "computed for 0.3 s",
    )
    .await;
}

#[tokio::test]
async fn a_flood_of_previews_is_weighed_and_each_is_cut() {
    let host = Setup::new()
        .plugin("hostile", "")
        .limits(|limits| limits.kept_bytes = 1_000)
        .start();
    let failure = host.failure("hostile", &[("do", "previews")]).await;
    assert_eq!(failure.kind, FailureKind::Internal);
    assert!(failure.message.contains("more than 256 MB"), "{failure:?}");
    for event in host.events.lock().unwrap().iter() {
        if let Event::Preview { answer } = event {
            let Output::Text(text) = &answer.output else {
                panic!("a text");
            };
            assert!(text.len() <= 1_000);
            assert!(answer.notices[0].contains("is cut"), "{:?}", answer.notices);
        }
    }
}

#[tokio::test]
async fn endless_host_calls_are_counted() {
    let host = Setup::new()
        .plugin("hostile", "")
        .limits(|limits| limits.host_calls = 10_000)
        .start();
    let failure = host.failure("hostile", &[("do", "hostcalls")]).await;
    assert_eq!(failure.kind, FailureKind::Internal);
    assert!(
        failure.message.contains("more than 10000 times"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_memory_bomb_meets_the_memory_limit() {
    check(
        &[("do", "memory")],
        FailureKind::Internal,
        "more than its 64 MB of memory",
    )
    .await;
}

#[tokio::test]
async fn a_log_flood_is_cut_and_ended() {
    let host = Setup::new().plugin("hostile", "").start();
    let failure = host.failure("hostile", &[("do", "logs")]).await;
    assert_eq!(failure.kind, FailureKind::Internal);
    assert!(failure.message.contains("256 MB"), "{failure:?}");
    let log = host.log();
    let bytes: usize = log.iter().map(String::len).sum();
    assert!(bytes <= 257 << 10, "{bytes} bytes were passed on");
    assert!(log.last().unwrap().contains("is cut here"));
}

#[tokio::test]
async fn a_chatty_plugin_still_answers() {
    let host = Setup::new().plugin("hostile", "").start();
    assert_eq!(host.text("hostile", &[("do", "lines")]).await, "done");
    let log = host.log();
    assert!(log.len() < 5_000, "{} lines were passed on", log.len());
    assert!(log.last().unwrap().contains("is cut here"));
}

#[tokio::test]
async fn too_much_in_one_piece_is_refused() {
    for what in ["big_answer", "big_argument"] {
        let host = Setup::new()
            .plugin("hostile", "[limits]\nmemory_mb = 256")
            .start();
        let failure = host.failure("hostile", &[("do", what)]).await;
        assert_eq!(failure.kind, FailureKind::Internal);
        assert!(failure.message.contains("more than 52 MB"), "{failure:?}");
    }
}

#[tokio::test]
async fn a_60_mb_answer_fits_the_memory_and_is_refused() {
    check(
        &[("do", "big_answer")],
        FailureKind::Internal,
        "answered with more than 52 MB",
    )
    .await;
}

#[tokio::test]
async fn a_50_mb_answer_is_cut_with_a_notice() {
    let host = Setup::new().plugin("hostile", "").start();
    let answer = host
        .call("hostile", &[("do", "answer"), ("bytes", "50000000")])
        .await
        .unwrap();
    assert_eq!(
        answer.notices,
        ["The answer was too large and is cut: 8.4 MB of 50.0 MB."]
    );
    assert_eq!(answer.output, Output::Text("x".repeat(8 << 20)));

    let answer = host
        .call("hostile", &[("do", "frames"), ("bytes", "50000000")])
        .await
        .unwrap();
    assert_eq!(answer.notices.len(), 1, "{:?}", answer.notices);
    let Output::Frames(frames) = answer.output else {
        panic!("frames are expected");
    };
    // Beside eight bytes a point: the names `series` and `value`, and two items.
    assert_eq!(frames[0].rows(), ((8 << 20) - (6 + 5 + 2 * 16)) / 8);
}

#[tokio::test]
async fn a_panic_is_shown_with_its_message() {
    check(
        &[("do", "panic"), ("query", "the words")],
        FailureKind::Internal,
        "crashed: panicked at ",
    )
    .await;
    check(
        &[("do", "panic"), ("query", "the words")],
        FailureKind::Internal,
        "the hostile plugin panics with the words",
    )
    .await;
}

#[tokio::test]
async fn a_panic_without_a_message_is_a_crash() {
    check(&[("do", "abort")], FailureKind::Internal, "crashed").await;
}

#[tokio::test]
async fn a_stack_overflow_is_a_crash_that_says_so() {
    check(&[("do", "overflow")], FailureKind::Internal, "stack over").await;
}

#[tokio::test]
async fn answers_that_break_the_contract_are_refused() {
    check(
        &[("do", "unequal")],
        FailureKind::Internal,
        "column `b` has 3 rows",
    )
    .await;
    check(&[("do", "cycle")], FailureKind::Internal, "child 0").await;
}

#[tokio::test]
async fn a_forbidden_domain_is_denied() {
    check(
        &[("do", "domain"), ("query", "https://example.org/x?y=z")],
        FailureKind::Denied,
        "the entry `example.org` in `allowed_domains`",
    )
    .await;
}

#[tokio::test]
async fn a_forbidden_variable_is_denied() {
    let host = Setup::new()
        .plugin("hostile", "allowed_env_vars = [\"OPEN\", \"UNSET\"]")
        .env("OPEN", "yes")
        .env("CLOSED", "no")
        .start();
    for (variable, expected) in [("OPEN", true), ("UNSET", false), ("CLOSED", false)] {
        let result = host
            .call("hostile", &[("do", "env"), ("query", variable)])
            .await;
        assert_eq!(result.is_ok(), expected, "{variable}: {result:?}");
    }
    // The process has a PATH, and plugins never see it.
    let failure = host
        .failure("hostile", &[("do", "env"), ("query", "PATH")])
        .await;
    assert_eq!(failure.kind, FailureKind::Denied);
    let log = host.log();
    assert!(log[0].contains("`CLOSED` in `allowed_env_vars`"), "{log:?}");
}

/// Callers of the hostile plugin at the same time: more than it has places for, so that the rest
/// waits and takes nobody's place.
const HOSTILE_CALLERS: usize = 40;
const HOSTILE_PLACES: u32 = 4;

/// Two hundred calls of a neighbour, one after the other, are all answered while `what` goes on in
/// every place that its plugin has, started again whenever it ends. Gives how many hostile calls
/// ended during each.
async fn beside(what: &'static str, limits: impl FnOnce(&mut HostLimits)) -> Vec<usize> {
    let host = Setup::new()
        .plugin("hostile", "[limits]\ntimeout_s = 300")
        .plugin("echo", "")
        .limits(|all| {
            all.concurrent_calls_per_plugin = HOSTILE_PLACES;
            limits(all);
        })
        .start();
    let (started, ended) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let hostile: Vec<_> = (0..HOSTILE_CALLERS)
        .map(|_| {
            let (host, started, ended) = (host.clone(), started.clone(), ended.clone());
            tokio::spawn(async move {
                started.fetch_add(1, Ordering::Relaxed);
                loop {
                    host.failure("hostile", &[("do", what)]).await;
                    ended.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    while started.load(Ordering::Relaxed) < HOSTILE_CALLERS {
        tokio::task::yield_now().await;
    }
    let mut ends = Vec::new();
    for number in 0..200 {
        let before = ended.load(Ordering::Relaxed);
        let query = number.to_string();
        let options = [("do", "echo"), ("query", query.as_str())];
        assert_eq!(host.text("echo", &options).await, query);
        ends.push(ended.load(Ordering::Relaxed) - before);
    }
    assert!(
        hostile.iter().all(|task| !task.is_finished()),
        "`{what}` once ended without a failure"
    );
    hostile.iter().for_each(tokio::task::JoinHandle::abort);
    ends
}

/// These end after twenty seconds of computing, and all of the neighbour's calls before the first.
async fn check_beside_endless(what: &'static str) {
    let ends = beside(what, |limits| {
        limits.cpu_time = std::time::Duration::from_secs(20);
        limits.host_calls = u32::MAX;
    })
    .await;
    assert_eq!(ends.iter().sum::<usize>(), 0, "{what}: {ends:?}");
}

/// These meet a limit soon, and the next of those who wait begins. A call that stood in one queue
/// with them would see all of them end first; the machine's own hiccups meet only a few calls.
async fn check_beside_short(what: &'static str) {
    let mut ends = beside(what, |_| ()).await;
    ends.sort_unstable();
    let waiting = HOSTILE_CALLERS - HOSTILE_PLACES as usize;
    assert!(ends[ends.len() / 2] < waiting, "{what}: {ends:?}");
    assert!(ends.iter().sum::<usize>() > 0, "{what} was not running");
}

#[tokio::test]
async fn others_stay_fast_beside_endless_loops() {
    check_beside_endless("loop").await;
}

#[tokio::test]
async fn others_stay_fast_beside_endless_host_calls() {
    check_beside_endless("hostcalls").await;
}

#[tokio::test]
async fn others_stay_fast_beside_memory_bombs() {
    check_beside_short("memory").await;
}

#[tokio::test]
async fn others_stay_fast_beside_log_floods() {
    check_beside_short("logs").await;
}

#[tokio::test]
async fn dropping_the_call_ends_the_plugin() {
    let host = Setup::new()
        .plugin("hostile", "[limits]\ntimeout_s = 300")
        .limits(|limits| {
            limits.cpu_time = std::time::Duration::from_secs(300);
            limits.concurrent_calls_per_plugin = 1;
        })
        .start();
    let looping = {
        let host = host.clone();
        tokio::spawn(async move { host.call("hostile", &[("do", "loop")]).await })
    };
    tokio::task::yield_now().await;
    looping.abort();
    assert!(looping.await.unwrap_err().is_cancelled());
    // The only place is free again.
    let options = [("do", "echo"), ("query", "free")];
    assert_eq!(host.text("hostile", &options).await, "free");
}
