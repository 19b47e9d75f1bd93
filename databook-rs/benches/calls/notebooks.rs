//! Notebooks from a client: runs until their outcome is known and until it is durable, and
//! operations that become durable.

use crate::{callers::WebLine, load::Figures, measured::Process, servers};
use futures_util::future::join_all;
use notebook::{CellId, NotebookId, OperationId, RunId};
use proto::{
    Entries, TextStep, notebooks_client::NotebooksClient, operation::Kind, run_reply, text_step,
};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};
use tonic::{Streaming, transport::Channel};

/// How long each row is measured.
const MEASURE: Duration = Duration::from_secs(3);
/// Notebooks that run a cell over and over at the same time, one author each.
const RUNNERS: [usize; 2] = [1, 16];
/// Notebooks that are typed into at the same time, one author each.
const WRITERS: [usize; 3] = [1, 8, 64];
/// An author other than the server.
const ACTOR: &str = "00000000000000000000000001";
const SOURCE: &str = "@plugin=hello_world name=Ada";
/// The aim for a run of a trivial plugin.
const AIM_RUN_P50_US: f64 = 500.0;
const AIM_RUNS_PER_S: f64 = 5_000.0;

/// A notebook with one cell, and its only author.
struct Author {
    client: NotebooksClient<Channel>,
    /// Runs go over gRPC-web where there is one, as those of the page do.
    web: Option<WebLine>,
    notebook: String,
    cell: String,
    /// The last entry that the author knows of.
    sequence: u64,
}

/// Different at each call, also from those of other processes.
fn bits() -> u128 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) << 64 | u128::from(std::process::id())
}

impl Author {
    async fn new(channel: Channel) -> Self {
        let mut author = Self {
            client: NotebooksClient::new(channel),
            web: None,
            notebook: NotebookId::from_bits(bits()).to_string(),
            cell: CellId::from_bits(bits()).to_string(),
            sequence: 1,
        };
        let request = proto::CreateRequest {
            id: author.notebook.clone(),
            title: "Benchmark".to_owned(),
            actor: ACTOR.to_owned(),
        };
        let reply = author.client.create(request).await.unwrap().into_inner();
        assert_eq!(reply.refusal, None);
        author
            .submit(Kind::InsertCell(proto::InsertCell {
                cell: author.cell.clone(),
                after: None,
                text: String::new(),
            }))
            .await;
        author
    }

    /// Comes back when the operation is durable.
    async fn submit(&mut self, kind: Kind) {
        let request = proto::SubmitRequest {
            notebook: self.notebook.clone(),
            actor: ACTOR.to_owned(),
            base_sequence: self.sequence,
            proposals: vec![proto::Proposal {
                id: OperationId::from_bits(bits()).to_string(),
                operation: Some(proto::Operation { kind: Some(kind) }),
            }],
        };
        let reply = self.client.submit(request).await.unwrap().into_inner();
        assert_eq!(reply.refusal, None);
        self.sequence = *reply.sequences.last().unwrap();
    }

    /// Types a letter at the end of the cell that has so many.
    async fn type_letter(&mut self, length: u32) {
        let steps = [
            (length > 0).then_some(text_step::Step::Retain(length)),
            Some(text_step::Step::Insert("x".to_owned())),
        ];
        self.submit(Kind::ChangeText(proto::ChangeText {
            cell: self.cell.clone(),
            steps: steps
                .into_iter()
                .flatten()
                .map(|step| TextStep { step: Some(step) })
                .collect(),
        }))
        .await;
    }

    /// Comes back with the reply; true when it carries the outcome.
    async fn run(&mut self) -> (String, bool) {
        let run = RunId::from_bits(bits()).to_string();
        let request = proto::RunRequest {
            notebook: self.notebook.clone(),
            actor: ACTOR.to_owned(),
            cell: self.cell.clone(),
            run: run.clone(),
            source: SOURCE.to_owned(),
            width_px: 800,
        };
        let reply: proto::RunReply = match &mut self.web {
            Some(web) => web.call("/databook.Notebooks/Run", &request).await,
            None => self.client.run(request).await.unwrap().into_inner(),
        };
        assert_eq!(reply.refusal, None);
        let is_known = match reply.outcome {
            Some(run_reply::Outcome::Answer(_)) => true,
            None => false,
            Some(run_reply::Outcome::Failure(failure)) => panic!("the run failed: {failure:?}"),
        };
        (run, is_known)
    }

    async fn watch(&mut self) -> Streaming<Entries> {
        let request = proto::WatchRequest {
            notebook: self.notebook.clone(),
            after_sequence: self.sequence,
        };
        self.client.watch(request).await.unwrap().into_inner()
    }
}

async fn authors(server: &Process, count: usize) -> Vec<Author> {
    let channel = servers::channel(server).await;
    join_all((0..count).map(|_| Author::new(channel.clone()))).await
}

/// What a run is awaited until.
#[derive(Clone, Copy, PartialEq)]
enum Until {
    Reply,
    /// The end of the run comes back through the log.
    Durable,
}

/// Runs one after the other in each notebook.
pub async fn runs(server: &Process) {
    println!("runs of hello_world through a notebook, {MEASURE:?} a row");
    println!(
        "{:<22} {:>9} {:>9} {:>9} {:>9} {:>15} {:>15}",
        "until", "notebooks", "p50 us", "p99 us", "runs/s", "server CPU us", "without outcome"
    );
    for count in RUNNERS {
        for (name, until, over_web) in [
            ("the reply, gRPC", Until::Reply, false),
            ("the reply, gRPC-web", Until::Reply, true),
            ("durable, gRPC", Until::Durable, false),
            ("durable, gRPC-web", Until::Durable, true),
        ] {
            let mut authors = authors(server, count).await;
            if over_web {
                for author in &mut authors {
                    author.web = Some(WebLine::open(server).await);
                }
            }
            let (cpu, start) = (server.cpu(), Instant::now());
            let rows = join_all(
                authors
                    .iter_mut()
                    .map(|author| run_over_and_over(author, start + MEASURE, until)),
            )
            .await;
            let (wall, cpu) = (start.elapsed(), server.cpu() - cpu);
            let unknown: usize = rows.iter().map(|(_, unknown)| unknown).sum();
            let took: Vec<_> = rows.into_iter().flat_map(|(took, _)| took).collect();
            if took.is_empty() {
                println!("{name:<22} {count:>9} no reply carried an outcome, of {unknown}");
                continue;
            }
            print_figures(name, count, &Figures::new(took, wall, cpu));
            println!(" {unknown:>15}");
        }
    }
    println!(
        "aims: p50 at most {AIM_RUN_P50_US:.0} us until the reply with the outcome, \
         {AIM_RUNS_PER_S:.0} runs/s\n"
    );
}

/// How long each took, and how many replies came without the outcome; those are not among them.
async fn run_over_and_over(
    author: &mut Author,
    end: Instant,
    until: Until,
) -> (Vec<Duration>, usize) {
    let mut news = match until {
        Until::Reply => None,
        Until::Durable => Some(author.watch().await),
    };
    let mut took = Vec::new();
    let mut unknown = 0;
    loop {
        let before = Instant::now();
        if before >= end {
            return (took, unknown);
        }
        let (run, is_known) = author.run().await;
        if let Some(news) = &mut news {
            while !has_finished(&news.message().await.unwrap().unwrap(), &run) {}
        }
        if is_known {
            took.push(before.elapsed());
        } else {
            unknown += 1;
        }
    }
}

fn has_finished(news: &Entries, run: &str) -> bool {
    news.entries.iter().any(|entry| {
        let kind = entry.operation.as_ref().and_then(|it| it.kind.as_ref());
        matches!(kind, Some(Kind::RunFinished(finished)) if finished.run == run)
    })
}

/// Key presses, each acknowledged as durable before the next.
pub async fn operations(server: &Process) {
    println!("operations that become durable, a key press each, {MEASURE:?} a row");
    println!(
        "{:<22} {:>9} {:>9} {:>9} {:>9} {:>15}",
        "", "notebooks", "p50 us", "p99 us", "op/s", "server CPU us"
    );
    for count in WRITERS {
        let mut authors = authors(server, count).await;
        let (cpu, start) = (server.cpu(), Instant::now());
        let end = start + MEASURE;
        let took = join_all(authors.iter_mut().map(|author| async move {
            let mut took = Vec::new();
            loop {
                let before = Instant::now();
                if before >= end {
                    return took;
                }
                author.type_letter(took.len() as u32).await;
                took.push(before.elapsed());
            }
        }))
        .await
        .concat();
        let figures = Figures::new(took, start.elapsed(), server.cpu() - cpu);
        print_figures("Submit", count, &figures);
        println!();
    }
}

/// Without the end of the line.
fn print_figures(name: &str, count: usize, figures: &Figures) {
    print!(
        "{name:<22} {count:>9} {:>9.0} {:>9.0} {:>9.0} {:>15.0}",
        figures.percentile_us(50),
        figures.percentile_us(99),
        figures.per_second(),
        figures.cpu_us(),
    );
}
