//! What to ask: from the cell's options and the time range to one call of the API.

use plugin_sdk::http::encode;
use plugin_sdk::{Context, Failure, Options};

use crate::selector::is_range_vector;
use crate::step;

/// The modes, as the option `mode` spells them.
const MODES: [&str; 7] = [
    "auto",
    "instant",
    "range",
    "labels",
    "label_values",
    "series",
    "metadata",
];

/// One call of the HTTP API.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// A form in the body; otherwise the fields are in the address.
    pub post: bool,
    /// Below the server's address, without a slash in front.
    pub path: String,
    pub fields: Vec<(&'static str, String)>,
    pub wants: Wants,
}

/// What the answer will hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Wants {
    /// Samples of an expression.
    Samples { expression: String },
    /// A list of names, under that title.
    Names { column: String },
    /// A list of label sets.
    LabelSets,
    /// Type, unit and help of metrics.
    Metadata,
}

/// Decides what to ask.
pub fn plan(options: &Options, context: &Context) -> Result<Call, Failure> {
    match options.choice("mode", &MODES)?.unwrap_or("auto") {
        "instant" => instant(expression(options)?, context),
        "range" => range(expression(options)?, options, context),
        "labels" => Ok(labels(options, context)),
        "label_values" => label_values(options, context),
        "series" => series(options, context),
        "metadata" => Ok(metadata(options)),
        _ => {
            let expression = expression(options)?;
            if is_range_vector(expression) {
                instant(expression, context)
            } else {
                range(expression, options, context)
            }
        }
    }
}

fn expression(options: &Options) -> Result<&str, Failure> {
    match options.query() {
        "" => Err(Failure::invalid("The cell has no PromQL expression.")
            .hint("Write one on the lines below the directive, for example: up[5m]")),
        expression => Ok(expression),
    }
}

fn instant(expression: &str, context: &Context) -> Result<Call, Failure> {
    Ok(Call {
        post: true,
        path: "api/v1/query".to_owned(),
        fields: vec![
            ("query", expression.to_owned()),
            ("time", step::seconds(context.time_range.end_ms)),
        ],
        wants: samples(expression),
    })
}

fn range(expression: &str, options: &Options, context: &Context) -> Result<Call, Failure> {
    let wanted = options.duration("step")?;
    let grid = step::grid(&context.time_range, context.width_px, wanted)?;
    Ok(Call {
        post: true,
        path: "api/v1/query_range".to_owned(),
        fields: vec![
            ("query", expression.to_owned()),
            ("start", step::seconds(grid.start_ms)),
            ("end", step::seconds(grid.end_ms)),
            ("step", step::seconds(grid.step_ms)),
        ],
        wants: samples(expression),
    })
}

fn samples(expression: &str) -> Wants {
    Wants::Samples {
        expression: expression.to_owned(),
    }
}

fn labels(options: &Options, context: &Context) -> Call {
    Call {
        post: true,
        path: "api/v1/labels".to_owned(),
        fields: within(context, options.query()),
        wants: Wants::Names {
            column: "label".to_owned(),
        },
    }
}

/// The label is the option `label`, or the body when it is nothing but a name.
fn label_values(options: &Options, context: &Context) -> Result<Call, Failure> {
    let (label, selector) = match (options.get("label"), options.query()) {
        (Some(label), selector) => (label, selector),
        (None, body) if is_name(body) => (body, ""),
        (None, _) => {
            return Err(
                Failure::invalid("mode=label_values needs the name of a label.").hint(
                    "Add label=job to the directive; the body can hold a selector, for example: up",
                ),
            );
        }
    };
    Ok(Call {
        post: false,
        path: format!("api/v1/label/{}/values", encode(label)),
        fields: within(context, selector),
        wants: Wants::Names {
            column: label.to_owned(),
        },
    })
}

fn series(options: &Options, context: &Context) -> Result<Call, Failure> {
    let selector = options.query();
    if selector.is_empty() {
        return Err(Failure::invalid("mode=series needs a selector.")
            .hint("Write one below the directive, for example: up{job=\"prometheus\"}"));
    }
    Ok(Call {
        post: true,
        path: "api/v1/series".to_owned(),
        fields: within(context, selector),
        wants: Wants::LabelSets,
    })
}

fn metadata(options: &Options) -> Call {
    let metric = options.query();
    Call {
        post: false,
        path: "api/v1/metadata".to_owned(),
        fields: if metric.is_empty() {
            Vec::new()
        } else {
            vec![("metric", metric.to_owned())]
        },
        wants: Wants::Metadata,
    }
}

/// The time range, and the selector unless it is empty.
fn within(context: &Context, selector: &str) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("start", step::seconds(context.time_range.start_ms)),
        ("end", step::seconds(context.time_range.end_ms)),
    ];
    if !selector.is_empty() {
        fields.push(("match[]", selector.to_owned()));
    }
    fields
}

/// A label's name as Prometheus' data model defines it: `[a-zA-Z_][a-zA-Z0-9_]*`.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|character: char| character.is_ascii_digit())
        && text
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
}
