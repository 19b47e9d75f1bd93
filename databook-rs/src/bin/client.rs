//! A command-line client over native gRPC, and an example of one.

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use databook_rs::{
    failure_status,
    json::{AnswerJson, ErrorJson},
};
use output::{Answer, Failure};
use proto::{GetRequest, databook_client::DatabookClient};
use std::{collections::BTreeMap, io::Write as _, process::ExitCode};
use tonic::{Request, metadata::MetadataValue, transport::Endpoint};

/// Most bytes of an answer that is taken.
const MAX_ANSWER_BYTES: usize = 64 << 20;

/// Calls plugins of a databook server.
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
    /// Lists the plugins
    Plugins,
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
        Command::Plugins => plugins(&arguments).await.map(Ok),
    }
}

async fn channel(arguments: &Arguments) -> anyhow::Result<tonic::transport::Channel> {
    let server = &arguments.server;
    Endpoint::from_shared(server.clone())
        .with_context(|| format!("`{server}` is no address such as http://127.0.0.1:8080"))?
        .connect()
        .await
        .with_context(|| {
            format!("no databook answers at {server}; name another address with --server")
        })
}

fn bearer(arguments: &Arguments) -> anyhow::Result<Option<String>> {
    let Some(token) = &arguments.token else {
        return Ok(None);
    };
    let value = format!("Bearer {token}");
    // Never shown in an error: it is a secret.
    MetadataValue::try_from(value.as_str()).map_err(|_| {
        anyhow::anyhow!("the token has characters that cannot be sent; copy it again")
    })?;
    Ok(Some(value))
}

/// `Err` is about the way there; a failure of the plugin is an answer too.
async fn get(
    arguments: &Arguments,
    request: GetRequest,
) -> anyhow::Result<Result<Answer, Failure>> {
    let mut client =
        DatabookClient::new(channel(arguments).await?).max_decoding_message_size(MAX_ANSWER_BYTES);
    let mut request = Request::new(request);
    if let Some(bearer) = bearer(arguments)? {
        request
            .metadata_mut()
            .insert("authorization", bearer.parse()?);
    }
    match client.get(request).await {
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

/// The list comes from the REST API, over the same kind of connection.
async fn plugins(arguments: &Arguments) -> anyhow::Result<String> {
    let mut request = axum::http::Request::get(format!(
        "{}/api/plugins",
        arguments.server.trim_end_matches('/')
    ));
    if let Some(bearer) = bearer(arguments)? {
        request = request.header("authorization", bearer);
    }
    let request = request.body(tonic::body::Body::empty())?;
    let mut channel = channel(arguments).await?;
    let response = tower::ServiceExt::ready(&mut channel)
        .await
        .map(|ready| tower::Service::call(ready, request))?
        .await?;
    let status = response.status();
    let body = axum::body::Body::new(response.into_body());
    let bytes = axum::body::to_bytes(body, MAX_ANSWER_BYTES).await?;
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
