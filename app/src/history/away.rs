//! “While you were away”: what others did since this browser last showed the notebook. Which entry
//! that was is kept in the browser alone; what happened since is in the log.

use super::{Scope, history};
use crate::{
    chunks::{Chunk, Past, chunks},
    notebook_page::Model,
    route::router,
    session::{Session, session},
};
use leptos::{ev::MouseEvent, prelude::*};
use notebook::{Activity, ActorId, Away, Sequence};
use render::Point;

/// How long an arrival waits for others until it counts as seen.
const PAUSE_MS: u32 = 1_000;
/// A tab that was out of sight for shorter was not left: five minutes.
const AWAY_MS: i64 = 5 * 60 * 1_000;

fn key(model: Model) -> String {
    format!("databook.seen.{}", model.id)
}

fn seen(model: Model) -> Option<Sequence> {
    web::stored(&key(model))?.parse().ok().map(Sequence)
}

#[component]
pub fn WhileAway(model: Model) -> impl IntoView {
    let session = session();
    let past = chunks().past;
    let history = history();
    let router = router();
    let away = RwSignal::new(None::<(Sequence, String)>);
    let timer = StoredValue::new_local(None);
    let see = move || {
        let Some(sequence) = model.sequence.try_get_untracked() else {
            return;
        };
        if web::is_watched() && seen(model).is_none_or(|seen| seen < sequence) {
            web::store(&key(model), &sequence.0.to_string());
        }
    };
    Effect::new(move |looked: Option<bool>| {
        if model.sequence.get() == Sequence::default() {
            return false;
        }
        if looked == Some(true) {
            if timer.with_value(Option::is_none) {
                let seen = move || {
                    timer.try_set_value(None);
                    see();
                };
                timer.set_value(Some(web::after(PAUSE_MS, seen)));
            }
            return true;
        }
        // Never on a first visit: then everything would be news.
        if let Some(since) = seen(model) {
            look_back(model, session, past, since, away);
        }
        see();
        true
    });
    let hidden_ms = StoredValue::new(None::<i64>);
    web::on_watched(move |watched| {
        if !watched {
            hidden_ms.try_set_value(Some(web::now_ms()));
            return;
        }
        let hidden = hidden_ms.try_update_value(Option::take).flatten();
        if hidden.is_some_and(|since| web::now_ms() - since > AWAY_MS)
            && let Some(since) = seen(model)
        {
            look_back(model, session, past, since, away);
        }
        see();
    });
    move || {
        let (since, html) = away.get()?;
        let show = move |_| {
            history.show(Scope {
                after: since,
                ..Scope::default()
            });
        };
        let path = render::replay_path(model.id, Point::Sequence(since));
        let follow = move |event: MouseEvent| {
            if let Some(path) = web::followed(&event) {
                router.go(&path);
            }
        };
        Some(view! {
            <div class="callout away" data-tone="info" role="status">
                <div inner_html=html></div>
                <p class="decisions">
                    <button on:click=show>"Show what happened"</button>
                    <a href=path on:click=follow>"As you left it"</a>
                    <button class="quiet" on:click=move |_| away.set(None)>"Dismiss"</button>
                </p>
            </div>
        })
    }
}

/// Asks what others did since, and tells it.
fn look_back(
    model: Model,
    session: Session,
    past: Chunk<Past>,
    since: Sequence,
    away: RwSignal<Option<(Sequence, String)>>,
) {
    if model.sequence.get_untracked() <= since {
        return;
    }
    web::spawn(async move {
        // Without an answer nothing is summed up; the history can still be opened.
        let Ok((activities, _)) = session.rpc().activities(model.id, since).await else {
            return;
        };
        let Some(past) = past.get().await else { return };
        if let Some(html) = (past.away)(model, session.actor, &activities, since) {
            away.try_set(Some((since, html)));
        }
    });
}

/// What others did, as HTML; nothing where it was nothing.
pub fn sum_up(
    model: Model,
    own: ActorId,
    activities: &[Activity],
    since: Sequence,
) -> Option<String> {
    let html = model.read(|notebook| {
        let found = Away::sum_up(activities, since, own, notebook)?;
        Some(render::away(&found, notebook, own))
    });
    html.flatten()
}
