//! A view that does what its option `do` says and shows how that went. For tests; never shipped.
#![allow(
    clippy::panic,
    clippy::infinite_loop,
    reason = "a fixture that fails on purpose"
)]

use view_sdk::http::Request;
use view_sdk::widgets as ui;
use view_sdk::{Context, Element, Event, Failure, Output, Page, View, What};

#[derive(Default)]
struct Asking {
    said: Vec<String>,
}

impl View for Asking {
    fn new(_context: &Context) -> Self {
        Self::default()
    }

    fn show(&self, context: &Context) -> Element {
        let about = format!(
            "{} px, body `{}`, {} outputs, {} variables",
            context.width_px,
            context.body,
            context.outputs.len(),
            context.variables.len(),
        );
        ui::stack()
            .child(ui::paragraph(about))
            .children(self.said.iter().map(|line| ui::paragraph(line.as_str())))
            .child(ui::slot("rows"))
    }

    async fn update(page: Page<Self>, event: Event) -> Result<(), Failure> {
        if event.what() != What::Start {
            return Ok(());
        }
        let context = page.context();
        let option = |name| context.option(name).unwrap_or_default();
        let say = |words: String| page.state().said.push(words);
        match option("do") {
            "http" => {
                let response = page.http(Request::get(option("url"))).await?;
                say(format!("{}: {}", response.status(), response.text()));
            }
            "invoke" => say(text(call(&page, option("plugin")).await?.output)),
            "invoke_for_ever" => loop {
                call(&page, option("plugin")).await?;
            },
            "retry" => {
                for attempt in 1..=3 {
                    page.sleep(10).await;
                    say(format!("attempt {attempt}"));
                }
            }
            "refresh" => loop {
                say("refreshed".to_owned());
                page.sleep(60_000).await;
            },
            "tick" => loop {
                say("tick".to_owned());
                page.sleep(0).await;
            },
            "set" => page.set_option("url", "changed"),
            "slots" => {
                page.append("rows", ui::paragraph("lost"));
                page.replace("rows", ui::paragraph("one"));
                page.append("rows", ui::paragraph("two"));
            }
            "log" => view_sdk::log::warn!("look here"),
            "loop" => loop {
                std::hint::spin_loop();
            },
            "loop_later" => {
                page.sleep(0).await;
                loop {
                    std::hint::spin_loop();
                }
            }
            "memory" => say(vec![1u8; 1 << 30].len().to_string()),
            "panic" => panic!("as it was told"),
            "fail" => return Err(Failure::invalid("told to fail")),
            _ => {}
        }
        Ok(())
    }
}

async fn call(page: &Page<Asking>, plugin: &str) -> Result<view_sdk::Answer, Failure> {
    let options = [("do", "echo"), ("query", "hello")];
    page.invoke(plugin, options).await
}

fn text(output: Output) -> String {
    match output {
        Output::Text(text) => text,
        other => format!("{other:?}"),
    }
}

view_sdk::export!(Asking);
