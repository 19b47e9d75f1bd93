//! What is done to silences.

use view_sdk::{Context, Failure, FailureKind, Form, Page, duration_ms, moment};

use crate::api::{self, Silence};
use crate::group::{Group, groups};
use crate::matcher::{Filter, Matcher};
use crate::shown::{group_label, in_sight};
use crate::{Alerts, address, load};

/// Begins the names of buttons; what they are about follows.
pub const SILENCE_GROUP: &str = "silence group ";
pub const SILENCE_ALERT: &str = "silence alert ";
pub const EXPIRE: &str = "expire ";

/// How far in the future a silence ends that is ended by a new end: Alertmanager refuses one in the
/// past, and its clock and the reader's may differ.
const EXPIRES_IN_MS: i64 = 10_000;

/// A button that names an alert, a group or a silence.
pub async fn pressed(page: &Page<Alerts>, name: &str) -> Result<(), Failure> {
    if let Some(value) = name.strip_prefix(SILENCE_GROUP) {
        let matchers = of_group(&page.state(), &page.context(), value);
        begin(page, matchers);
    } else if let Some(fingerprint) = name.strip_prefix(SILENCE_ALERT) {
        let matchers = of_alert(&page.state(), fingerprint);
        begin(page, matchers);
    } else if let Some(id) = name.strip_prefix(EXPIRE) {
        let silence = find(&page.state(), id);
        if let Some(silence) = silence {
            expire(page, &silence).await?;
        }
    }
    Ok(())
}

fn begin(page: &Page<Alerts>, matchers: Vec<Matcher>) {
    let mut state = page.state();
    state.done = None;
    state.draft = Some(matchers);
}

/// The group's own label, and what the alerts in sight were narrowed down by. Those without the
/// label have no matcher for that: then what all of them share.
fn of_group(state: &Alerts, context: &Context, value: &str) -> Vec<Matcher> {
    let label = group_label(context);
    let filter = Filter::parse(state.filter(context));
    if !value.is_empty() {
        let mut matchers = filter.matchers;
        matchers.retain(|matcher| matcher.name != label);
        matchers.insert(0, Matcher::equal(label, value));
        return matchers;
    }
    let answered = state.answered.as_ref();
    let alerts = answered.map(|answered| in_sight(state, answered, &filter));
    let group = groups(alerts.unwrap_or_default(), label)
        .into_iter()
        .find(|group| group.value.is_empty());
    group.as_ref().map(Group::shared).unwrap_or_default()
}

fn of_alert(state: &Alerts, fingerprint: &str) -> Vec<Matcher> {
    let mut alerts = state.answered.iter().flat_map(|answered| &answered.alerts);
    let alert = alerts.find(|alert| alert.fingerprint == fingerprint);
    let labels = alert.iter().flat_map(|alert| &alert.labels);
    labels
        .map(|(name, value)| Matcher::equal(name, value))
        .collect()
}

fn find(state: &Alerts, id: &str) -> Option<Silence> {
    let mut silences = state
        .answered
        .iter()
        .flat_map(|answered| &answered.silences);
    silences.find(|silence| silence.id == id).cloned()
}

/// Hands in what the form says.
pub async fn silence(page: &Page<Alerts>, form: Form<'_>) -> Result<(), Failure> {
    let Filter {
        matchers,
        words,
        problems,
    } = Filter::parse(form.text("matchers"));
    if let Some(problem) = problems.into_iter().next() {
        return Err(Failure::invalid(problem));
    }
    if let Some(word) = words.first() {
        return Err(Failure::invalid(format!("`{word}` is no matcher."))
            .hint("Write the name of a label, then =, !=, =~ or !~, then a value in quotes."));
    }
    if matchers.is_empty() {
        return Err(Failure::invalid("A silence needs at least one matcher."));
    }
    let lasts_ms = duration_ms(form.text("duration"))
        .and_then(|lasts_ms| i64::try_from(lasts_ms).ok())
        .filter(|lasts_ms| *lasts_ms > 0)
        .ok_or_else(|| {
            Failure::invalid(format!("`{}` is no length of time.", form.text("duration")))
                .hint("Write it like 30m, 2h or 1d12h.")
        })?;
    let (author, comment) = (form.text("author").trim(), form.text("comment").trim());
    let missing = |what: &str| Failure::invalid(format!("The silence needs {what}."));
    if author.is_empty() {
        return Err(missing("your name"));
    }
    if comment.is_empty() {
        return Err(missing("a comment: the next person asks why"));
    }
    let starts_ms = page.now_ms();
    let ends_ms = starts_ms.saturating_add(lasts_ms);
    let request =
        address(&page.context()).silence(&matchers, (starts_ms, ends_ms), author, comment)?;
    // What was typed stays when it is refused.
    author.clone_into(&mut page.state().author);
    api::accepted(&page.http(request).await?)?;
    {
        let mut state = page.state();
        state.draft = None;
        state.done = Some(format!("Silenced until {}.", moment::utc(ends_ms)));
    }
    load(page).await;
    Ok(())
}

/// Ends a silence. Alertmanager answers a browser's DELETE, but does not list it among the methods
/// that pages of other origins may use, unless something in front of it does; a silence that is
/// handed in again with a near end is as good.
async fn expire(page: &Page<Alerts>, silence: &Silence) -> Result<(), Failure> {
    let address = address(&page.context());
    let done = match page.http(address.expire(silence)).await {
        Ok(response) => {
            api::accepted(&response)?;
            "The silence has ended.".to_owned()
        }
        Err(failure) if failure.kind == FailureKind::Unavailable => {
            let soon_ms = page.now_ms() + EXPIRES_IN_MS;
            // One that has not begun cannot end before it does.
            let ends_ms = soon_ms.max(silence.starts_ms().unwrap_or(0) + 1_000);
            let request = address.shorten(silence, ends_ms)?;
            api::accepted(&page.http(request).await?)?;
            format!("The silence ends at {}.", moment::utc(ends_ms))
        }
        Err(failure) => return Err(failure),
    };
    page.state().done = Some(done);
    load(page).await;
    Ok(())
}
