//! A plugin that misbehaves on request: the fixture of the plugin host's tests.
//!
//! Its option `do` chooses what it does. Built on the bare contract, without the SDK, so that
//! nothing of the SDK stands between the misbehaviour and the host.

#![allow(
    unsafe_code,
    clippy::panic,
    reason = "generated exports; and misbehaving is what this plugin is for"
)]

wit_bindgen::generate!({
    path: "../../../wit/1.0.0",
    world: "backend",
});

use databook::plugin::{
    answers::Output,
    host::{self, HttpError},
    types::{Column, FailureKind, Frame, Level, Values},
    widgets::{Kind, Node, Tree},
};

struct Hostile;

export!(Hostile);

impl Guest for Hostile {
    fn invoke(context: Context) -> Result<Answer, Failure> {
        let what = host::get("do").unwrap_or_default();
        match what.as_str() {
            "echo" => Ok(text(option("query"))),
            "options" => Ok(text(format!("{:?}", host::options()))),
            "context" => Ok(text(format!("{context:?}"))),
            "loop" => endless_loop(),
            "hostcalls" => loop {
                std::hint::black_box(host::get("query"));
            },
            "memory" => eat_memory(),
            "logs" => flood(Level::Info, &"y".repeat(1 << 20)),
            "lines" => {
                for number in 0..100_000 {
                    host::log(Level::Info, &format!("line {number}"));
                }
                Ok(text("done".to_owned()))
            }
            "big_argument" => {
                host::log(Level::Info, &"z".repeat(60_000_000));
                Ok(text("done".to_owned()))
            }
            "answer" => Ok(text("x".repeat(number("bytes")))),
            "big_answer" => Ok(text("x".repeat(60_000_000))),
            "frames" => Ok(frames(number("bytes"))),
            "panic" => {
                std::panic::set_hook(Box::new(|panic| {
                    host::log(Level::Error, &panic.to_string());
                }));
                panic!("the hostile plugin panics with {}", option("query"))
            }
            "abort" => panic!("nobody hears this"),
            "overflow" => Ok(text(deeper(0).to_string())),
            "domain" | "http" => http(),
            "env" => match host::env(&option("query")) {
                Some(value) => Ok(text(format!("value {value}"))),
                None => Err(failure(FailureKind::Denied, "no such variable")),
            },
            "leak" => leak(&option("query")),
            "progress" => {
                host::progress(0.5, "half");
                host::progress(f64::NAN, "nan");
                host::progress(7.0, "over");
                Ok(text("done".to_owned()))
            }
            "preview" => {
                host::preview(&text(option("query")));
                host::preview(&unequal());
                Ok(text("done".to_owned()))
            }
            "previews" => loop {
                host::preview(&text("y".repeat(1 << 20)));
            },
            // Shows something, and works on without an end.
            "preview_and_loop" => {
                host::log(Level::Info, "begun");
                host::progress(0.5, "half");
                host::preview(&text(option("query")));
                endless_loop()
            }
            "many_previews" => {
                for number in 0..5_000 {
                    host::preview(&text(format!("preview {number}")));
                }
                Err(failure(FailureKind::Upstream, "no answer"))
            }
            "unequal" => Ok(unequal()),
            "cycle" => Ok(answer(Output::Widgets(Tree {
                nodes: vec![Node {
                    key: "root".to_owned(),
                    kind: Kind::Stack,
                    children: vec![0],
                }],
            }))),
            "fail" => Err(failure(FailureKind::Upstream, &option("query"))),
            other => Err(failure(
                FailureKind::Invalid,
                &format!("nothing is called `{other}`"),
            )),
        }
    }
}

fn unequal() -> Answer {
    answer(Output::Table(Frame {
        name: "t".to_owned(),
        labels: Vec::new(),
        columns: vec![numbers("a", 2), numbers("b", 3)],
    }))
}

fn endless_loop() -> ! {
    let mut number = 0u64;
    loop {
        number = std::hint::black_box(number.wrapping_mul(31).wrapping_add(7));
    }
}

fn eat_memory() -> ! {
    let mut blocks = Vec::new();
    loop {
        blocks.push(vec![1u8; 1 << 20]);
        std::hint::black_box(&blocks);
    }
}

fn flood(level: Level, line: &str) -> ! {
    loop {
        host::log(level, line);
    }
}

fn deeper(depth: u64) -> u64 {
    let block = std::hint::black_box([depth; 64]);
    if depth == u64::MAX {
        return 0;
    }
    deeper(depth + 1) + block.first().copied().unwrap_or_default()
}

/// Says a secret in every way a plugin can.
fn leak(variable: &str) -> Result<Answer, Failure> {
    let secret = host::env(variable).unwrap_or_default();
    host::log(Level::Info, &format!("log {secret}"));
    host::progress(0.1, &format!("progress {secret}"));
    if option("as") == "failure" {
        return Err(failure(FailureKind::Upstream, &format!("failure {secret}")));
    }
    let mut column = numbers("", 0);
    column.values = Values::Texts(vec![format!("cell {secret}")]);
    Ok(Answer {
        output: Output::Table(Frame {
            name: format!("name {secret}"),
            labels: Vec::new(),
            columns: vec![column],
        }),
        notices: vec![format!("notice {secret}")],
    })
}

/// Sends the request that the options describe and shows what came back.
fn http() -> Result<Answer, Failure> {
    let headers = option("header")
        .split_once(':')
        .map(|(name, value)| host::Header {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
        })
        .into_iter()
        .collect();
    let request = host::Request {
        method: host::get("method").unwrap_or_else(|| "GET".to_owned()),
        url: option("query"),
        headers,
        body: option("body").into_bytes(),
        timeout_ms: option("timeout_ms").parse().ok(),
        max_body_bytes: option("max_body_bytes").parse().ok(),
    };
    match host::http(&request) {
        Ok(response) => {
            let location = response
                .headers
                .iter()
                .find(|header| header.name == "location")
                .map_or("-", |header| header.value.as_str());
            let body = String::from_utf8_lossy(&response.body);
            Ok(text(format!(
                "status={} truncated={} location={location} bytes={} body={}",
                response.status,
                response.truncated,
                response.body.len(),
                body.chars().take(2_000).collect::<String>(),
            )))
        }
        Err(HttpError::Denied(why)) => Err(failure(FailureKind::Denied, &why)),
        Err(HttpError::Invalid(why)) => Err(failure(FailureKind::Invalid, &why)),
        Err(HttpError::Unreachable(why)) => Err(failure(FailureKind::Unavailable, &why)),
        Err(HttpError::Timeout) => Err(failure(FailureKind::Timeout, "the exchange took too long")),
    }
}

fn option(name: &str) -> String {
    host::get(name).unwrap_or_default()
}

fn number(name: &str) -> usize {
    option(name).parse().unwrap_or_default()
}

fn numbers(name: &str, rows: usize) -> Column {
    Column {
        name: name.to_owned(),
        unit: String::new(),
        values: Values::Numbers(vec![1.0; rows]),
    }
}

fn frames(bytes: usize) -> Answer {
    answer(Output::Frames(vec![Frame {
        name: "series".to_owned(),
        labels: Vec::new(),
        columns: vec![numbers("value", bytes / 8)],
    }]))
}

fn text(text: String) -> Answer {
    answer(Output::Text(text))
}

fn answer(output: Output) -> Answer {
    Answer {
        output,
        notices: Vec::new(),
    }
}

fn failure(kind: FailureKind, message: &str) -> Failure {
    Failure {
        kind,
        message: message.to_owned(),
        hint: "Ask for something nicer.".to_owned(),
    }
}
