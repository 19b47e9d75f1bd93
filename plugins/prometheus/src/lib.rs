//! Asks a Prometheus over its HTTP API (<https://prometheus.io/docs/prometheus/latest/querying/api/>)
//! and gives back series, tables and text.
//!
//! `plan` decides what to ask, `server` where and as whom, `reply` and `listing` read the answer,
//! `present` turns it into what the page shows, `trouble` says what went wrong. All of them are
//! pure; only this file talks to the host.

mod listing;
mod plan;
mod present;
mod reduce;
mod reply;
mod selector;
mod server;
mod step;
mod trouble;
mod unit;

use plugin_sdk::http::Response;
use plugin_sdk::{Answer, Backend, Context, Failure, Options, env};

use plan::{Call, Wants};
use server::Server;

struct Prometheus;

impl Backend for Prometheus {
    fn invoke(context: Context, options: Options) -> Result<Answer, Failure> {
        let call = plan::plan(&options, &context)?;
        let server = Server::from_environment(env::var)?;
        let response = server
            .request(&call)
            .send()
            .map_err(|error| trouble::exchange(&server, error))?;
        answer(&call, &server, &response)
    }
}

plugin_sdk::export!(Prometheus);

/// What a response means for the one who asked.
fn answer(call: &Call, server: &Server, response: &Response) -> Result<Answer, Failure> {
    trouble::refusal(server, response)?;
    match &call.wants {
        Wants::Samples { expression } => {
            let reply = reply::parse(response.body(), response.is_truncated())
                .map_err(|error| trouble::unreadable(server, response, &error))?;
            if let Some(complaint) = &reply.complaint {
                return Err(trouble::complaint(complaint));
            }
            present::samples(reply, expression, response.body().len())
        }
        Wants::Names { column } => {
            let (names, remarks) = listing::parse(server, response)?;
            Ok(listing::names(column, names, remarks))
        }
        Wants::LabelSets => {
            let (sets, remarks) = listing::parse(server, response)?;
            Ok(listing::label_sets(sets, remarks))
        }
        Wants::Metadata => {
            let (metrics, remarks) = listing::parse(server, response)?;
            Ok(listing::metadata(metrics, remarks))
        }
    }
}

#[cfg(test)]
mod tests;
