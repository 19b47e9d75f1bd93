//! A command-line client over native gRPC, and an example of one.

mod connection;
mod follow;
mod told;
mod transfer;

use anyhow::Context as _;
use axum::body::Body;
use clap::{Args, Parser, Subcommand};
use connection::{MAX_ANSWER_BYTES, channel, grpc, rest_whole};
use databook_rs::{
    failure_status,
    json::{AnswerJson, ErrorJson},
};
use output::{Answer, Failure};
use proto::{GetRequest, databook_client::DatabookClient};
use std::{collections::BTreeMap, io::Write as _, path::PathBuf, process::ExitCode};

/// Calls plugins of a databook server, follows its notebooks, and takes them along.
#[derive(Parser)]
#[command(name = "client", version)]
struct Arguments {
    /// Address of the server
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "DATABOOK_SERVER",
        default_value = "http://127.0.0.1:8080"
    )]
    server: String,
    /// The bearer token that a server with `--auth token` has printed
    #[arg(
        long,
        global = true,
        value_name = "TOKEN",
        env = "DATABOOK_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a plugin and prints its answer
    Get {
        /// The plugin's name
        name: String,
        /// An option; the cell's body is `query`
        #[arg(long = "option", value_name = "NAME=VALUE", value_parser = option)]
        options: Vec<(String, String)>,
        /// Width of the result in CSS pixels
        #[arg(long, default_value_t = 800)]
        width_px: u32,
    },
    /// Shows a view and prints it as text
    View(ViewArguments),
    /// Lists the plugins
    Plugins,
    /// Shows a notebook and what happens in it, live, until Ctrl-C
    Follow(FollowArguments),
    /// Writes a notebook's whole log with its outputs, as JSON lines, to standard output
    Export {
        /// The notebook's identifier, the last part of its address
        notebook: String,
    },
    /// Takes what `export` wrote
    Import {
        /// The file
        file: PathBuf,
        /// `new`, or an identifier: import it as a copy
        #[arg(long = "as", value_name = "ID")]
        copy: Option<String>,
    },
}

#[derive(Args)]
struct FollowArguments {
    /// The notebook's identifier, the last part of its address
    notebook: String,
    /// With --json: begin after this entry, 0 for all of them
    #[arg(long, value_name = "ENTRY", requires = "json")]
    after: Option<u64>,
}

#[derive(Args)]
struct ViewArguments {
    /// The view's name
    name: String,
    /// An option of the view
    #[arg(long = "option", value_name = "NAME=VALUE", value_parser = option)]
    options: Vec<(String, String)>,
    /// What a cell gives beneath its directives
    #[arg(long, value_name = "TEXT", default_value = "")]
    body: String,
    /// A backend plugin whose answer is shown
    #[arg(long, value_name = "NAME", conflicts_with = "notebook")]
    plugin: Option<String>,
    /// An option of that plugin; a cell's body is `query`
    #[arg(
        long = "query-option",
        value_name = "NAME=VALUE",
        value_parser = option,
        requires = "plugin"
    )]
    query_options: Vec<(String, String)>,
    /// The notebook of a cell whose output is shown
    #[arg(long, value_name = "ID", requires = "cell")]
    notebook: Option<String>,
    /// That cell
    #[arg(long, value_name = "ID", requires = "notebook")]
    cell: Option<String>,
    /// Width in CSS pixels
    #[arg(long, alias = "width", default_value_t = 800)]
    width_px: u32,
    /// Print an HTML document
    #[arg(long, conflicts_with = "json")]
    html: bool,
}

fn option(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| format!("`{text}` is not NAME=VALUE"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.json;
    match run(arguments).await {
        // Written already.
        Ok(Ok(text)) if text.is_empty() => ExitCode::SUCCESS,
        Ok(Ok(text)) => {
            let mut out = std::io::stdout();
            match writeln!(out, "{}", text.trim_end()) {
                Ok(()) => ExitCode::SUCCESS,
                // Whoever read us has gone, as `| head` does.
                Err(_) => ExitCode::FAILURE,
            }
        }
        Ok(Err(failure)) => {
            match serde_json::to_string_pretty(&ErrorJson::from(&failure)) {
                Ok(text) if json => eprintln!("{text}"),
                _ => eprintln!("{}", render::failure_text(&failure)),
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("client: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<Result<String, Failure>> {
    let json = arguments.json;
    match &arguments.command {
        Command::Get {
            name,
            options,
            width_px,
        } => {
            let request = GetRequest {
                name: name.clone(),
                options: options.iter().cloned().collect(),
                time_range: None,
                width_px: *width_px,
            };
            let answer = match get(&arguments, request).await? {
                Ok(answer) => answer,
                Err(failure) => return Ok(Err(failure)),
            };
            Ok(Ok(if json {
                serde_json::to_string_pretty(&AnswerJson::from(&answer))?
            } else {
                render::answer_text(&answer)
            }))
        }
        Command::View(asked) => view(&arguments, asked).await,
        Command::Plugins => plugins(&arguments).await.map(Ok),
        Command::Follow(asked) => tokio::select! {
            ended = follow::follow(&arguments, asked) => ended.map(|()| Ok(String::new())),
            stopped = tokio::signal::ctrl_c() => Ok(stopped.map(|()| Ok(String::new()))?),
        },
        Command::Export { notebook } => {
            transfer::export(&arguments, notebook).await?;
            Ok(Ok(String::new()))
        }
        Command::Import { file, copy } => transfer::import(&arguments, file, copy.as_deref())
            .await
            .map(Ok),
    }
}

/// `Err` is about the way there; a failure of the plugin is an answer too.
async fn get(
    arguments: &Arguments,
    request: GetRequest,
) -> anyhow::Result<Result<Answer, Failure>> {
    let mut client =
        DatabookClient::new(channel(arguments).await?).max_decoding_message_size(MAX_ANSWER_BYTES);
    match client.get(grpc(arguments, request)?).await {
        Ok(reply) => {
            let answer = reply
                .into_inner()
                .answer
                .context("the server's answer is empty; is it older than this client?")?;
            Ok(Ok(wire::from_proto::answer(answer)?))
        }
        Err(status) => match failure_status::failure(&status) {
            Some(failure) => Ok(Err(failure)),
            None => anyhow::bail!("{}", status.message()),
        },
    }
}

async fn view(
    arguments: &Arguments,
    asked: &ViewArguments,
) -> anyhow::Result<Result<String, Failure>> {
    let map = |options: &[(String, String)]| -> BTreeMap<String, String> {
        options.iter().cloned().collect()
    };
    let mut body = serde_json::json!({
        "options": map(&asked.options),
        "body": asked.body,
        "width_px": asked.width_px,
    });
    if let Some(plugin) = &asked.plugin {
        let options = map(&asked.query_options);
        body["invoke"] = serde_json::json!({"plugin": plugin, "options": options});
    }
    if let (Some(notebook), Some(cell)) = (&asked.notebook, &asked.cell) {
        body["notebook"] = notebook.as_str().into();
        body["cell"] = cell.as_str().into();
    }
    let form = match (arguments.json, asked.html) {
        (true, _) => "application/json",
        (false, true) => "text/html",
        (false, false) => "text/plain",
    };
    let path = format!("/api/plugins/{}/view", asked.name);
    let request = axum::http::Request::post(path)
        .header("accept", form)
        .header("content-type", "application/json")
        .body(Body::from(serde_json::to_vec(&body)?))
        .with_context(|| format!("`{}` is no name of a view", asked.name))?;
    let (status, bytes) = rest_whole(arguments, request).await?;
    if status.is_success() {
        let text = String::from_utf8(bytes.to_vec()).context("the server answered no text")?;
        return Ok(Ok(if arguments.json {
            let value: serde_json::Value = serde_json::from_str(&text)?;
            serde_json::to_string_pretty(&value)?
        } else {
            text
        }));
    }
    let error: ErrorJson = serde_json::from_slice(&bytes)
        .with_context(|| format!("the server answered {status} and no JSON"))?;
    match Failure::try_from(error) {
        Ok(failure) => Ok(Err(failure)),
        Err(error) => anyhow::bail!("{}. {}", error.message, error.hint),
    }
}

async fn plugins(arguments: &Arguments) -> anyhow::Result<String> {
    let request = axum::http::Request::get("/api/plugins").body(Body::empty())?;
    let (status, bytes) = rest_whole(arguments, request).await?;
    let value: serde_json::Value = serde_json::from_slice(&bytes)
        .with_context(|| format!("the server answered {status} and no JSON"))?;
    if !status.is_success() {
        anyhow::bail!("{}", value["message"].as_str().unwrap_or("refused"));
    }
    if arguments.json {
        return Ok(serde_json::to_string_pretty(&value)?);
    }
    Ok(plugin_lines(&value))
}

fn plugin_lines(plugins: &serde_json::Value) -> String {
    let word =
        |plugin: &serde_json::Value, key: &str| plugin[key].as_str().unwrap_or_default().to_owned();
    let rows: BTreeMap<String, String> = plugins
        .as_array()
        .into_iter()
        .flatten()
        .map(|plugin| {
            let about = match plugin["error"].as_str() {
                Some(error) => format!("cannot be used: {error}"),
                None => word(plugin, "description"),
            };
            (
                word(plugin, "name"),
                format!("{:8} {about}", word(plugin, "kind")),
            )
        })
        .collect();
    let width = rows
        .keys()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0);
    match rows.is_empty() {
        true => "There are no plugins. Start the server with --plugins FOLDER.".to_owned(),
        false => rows
            .iter()
            .map(|(name, about)| format!("{name:width$}  {about}\n"))
            .collect(),
    }
}
