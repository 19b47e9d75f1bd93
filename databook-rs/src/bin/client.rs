//! A command-line client over native gRPC, and an example of one.

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
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
    /// Shows a view and prints it as text
    View(ViewArguments),
    /// Lists the plugins
    Plugins,
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
        .body(tonic::body::Body::new(axum::body::Body::from(
            serde_json::to_vec(&body)?,
        )))
        .with_context(|| format!("`{}` is no name of a view", asked.name))?;
    let (status, bytes) = rest(arguments, request).await?;
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

/// A request to the REST API, over the same kind of connection.
async fn rest(
    arguments: &Arguments,
    mut request: axum::http::Request<tonic::body::Body>,
) -> anyhow::Result<(axum::http::StatusCode, bytes::Bytes)> {
    let path = request.uri().path();
    let address = format!("{}{path}", arguments.server.trim_end_matches('/'));
    *request.uri_mut() = address
        .parse()
        .with_context(|| format!("`{address}` is no address"))?;
    if let Some(bearer) = bearer(arguments)? {
        request
            .headers_mut()
            .insert("authorization", bearer.parse()?);
    }
    let mut channel = channel(arguments).await?;
    let response = tower::ServiceExt::ready(&mut channel)
        .await
        .map(|ready| tower::Service::call(ready, request))?
        .await?;
    let status = response.status();
    let body = axum::body::Body::new(response.into_body());
    Ok((status, axum::body::to_bytes(body, MAX_ANSWER_BYTES).await?))
}

async fn plugins(arguments: &Arguments) -> anyhow::Result<String> {
    let request = axum::http::Request::get("/api/plugins").body(tonic::body::Body::empty())?;
    let (status, bytes) = rest(arguments, request).await?;
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
