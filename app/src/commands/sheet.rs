//! The sheet of shortcuts, out of the table of commands.

use super::commands;
use keys::{Command, Group, shown};
use leptos::prelude::*;

#[component]
pub fn Sheet() -> impl IntoView {
    let commands = commands();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            web::show_modal(&dialog);
        }
    });
    let rows = move |group: Group| {
        let of_group = Command::all().filter(|command| command.group() == group);
        let with_keys = of_group.filter(|command| !command.keys().is_empty());
        with_keys
            .map(|command| {
                let keys = command.keys().into_iter().map(|keys| {
                    view! { <kbd>{shown(keys, commands.is_mac)}</kbd> }
                });
                view! {
                    <div class="shortcut">
                        <dt>{command.words()}</dt>
                        <dd>{keys.collect::<Vec<_>>()}</dd>
                    </div>
                }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <dialog class="sheet" aria-labelledby="sheet-title" node_ref=dialog on:close=move |_| commands.close()>
            <header>
                <h2 id="sheet-title">"Shortcuts"</h2>
                <form method="dialog"><button class="quiet" aria-label="Close">"×"</button></form>
            </header>
            <p class="note">
                "Letters are commands while a cell is selected, and text while it is edited: Enter edits, Esc goes \
                 back."
            </p>
            <div class="shortcut-groups">
                {Group::ALL.map(|group| view! {
                    <section>
                        <h3>{group.words()}</h3>
                        <dl>{rows(group)}</dl>
                    </section>
                }).into_iter().collect::<Vec<_>>()}
            </div>
        </dialog>
    }
}
