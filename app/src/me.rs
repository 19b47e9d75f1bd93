//! Who is at this browser, and how they want to be seen: chosen once, kept here, and told to every
//! notebook that they do something in.

use crate::session::session;
use leptos::{ev::SubmitEvent, html, prelude::*};
use notebook::{ActorId, Colour, Person, limits};

/// A number of the palette, and a name after it.
const PERSON: &str = "databook.person";

/// Handle to the person; cheap to copy.
#[derive(Clone, Copy)]
pub struct Me {
    pub person: RwSignal<Person>,
    /// They have chosen their name.
    pub chosen: RwSignal<bool>,
    pub choosing: RwSignal<bool>,
}

impl Me {
    pub fn of(actor: ActorId) -> Self {
        let kept = web::stored(PERSON).and_then(|kept| read(&kept));
        Self {
            chosen: RwSignal::new(kept.is_some()),
            person: RwSignal::new(kept.unwrap_or_else(|| guest(actor))),
            choosing: RwSignal::new(false),
        }
    }

    /// From now on, in this browser.
    fn choose(self, person: Person) {
        let kept = format!("{} {}", person.colour.number(), person.name);
        web::store(PERSON, &kept);
        self.person.set(person);
        self.chosen.set(true);
        self.choosing.set(false);
        if let Some(model) = session().open_notebook() {
            model.introduce_again();
        }
    }
}

fn read(kept: &str) -> Option<Person> {
    let (colour, name) = kept.split_once(' ')?;
    let person = Person {
        name: name.to_owned(),
        colour: Colour::new(colour.parse().ok()?),
    };
    person.check().is_ok().then_some(person)
}

/// Somebody who has chosen no name, told apart from others like them.
fn guest(actor: ActorId) -> Person {
    let id = actor.to_string().to_uppercase();
    let end = id.len().saturating_sub(3);
    Person {
        name: format!("Guest {}", &id[end..]),
        colour: Colour::new(actor.bits() as u32),
    }
}

/// The person at this page, as a button that opens the choice of name and colour.
#[component]
pub fn MeButton() -> impl IntoView {
    let me = session().me;
    let label = move || {
        let name = me.person.with(|person| person.name.clone());
        match me.chosen.get() {
            true => format!("You: {name}"),
            false => format!("You: {name}. Choose your name"),
        }
    };
    view! {
        <button
            class="me quiet"
            aria-label=label
            title=label
            on:click=move |_| me.choosing.set(true)
        >
            <span class="person" aria-hidden="true" data-person=move || me.person.with(|person| person.colour.number().to_string())>
                {move || me.person.with(|person| render::initials(&person.name))}
            </span>
            <span class="me-name">{move || if me.chosen.get() { me.person.with(|person| person.name.clone()) } else { "Your name".into() }}</span>
        </button>
        <Show when=move || me.choosing.get()>
            <Choice />
        </Show>
    }
}

#[component]
fn Choice() -> impl IntoView {
    let me = session().me;
    let dialog = NodeRef::<html::Dialog>::new();
    let name = NodeRef::<html::Input>::new();
    let before = me.person.get_untracked();
    let colour = RwSignal::new(before.colour.number());
    let problem = RwSignal::new(String::new());
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            web::show_modal(&dialog);
        }
        if let Some(name) = name.get() {
            web::focus_and_select(&name);
        }
    });
    let sent = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(name) = name.get_untracked() else {
            return;
        };
        let person = Person {
            name: name.value().trim().to_owned(),
            colour: Colour::new(colour.get_untracked().into()),
        };
        match person.check() {
            Ok(()) => me.choose(person),
            Err(error) => problem.set(format!("{error}. {}", error.hint())),
        }
    };
    let shown = if me.chosen.get_untracked() {
        before.name
    } else {
        String::new()
    };
    view! {
        <dialog class="who" node_ref=dialog aria-labelledby="me-title" on:close=move |_| me.choosing.set(false)>
            <form on:submit=sent>
                <h2 id="me-title">"Who are you?"</h2>
                <p class="note">"Others in a notebook see your name and colour. Both are kept in this browser."</p>
                <label class="field">
                    <span>"Name"</span>
                    <input
                        type="text"
                        node_ref=name
                        maxlength=limits::PERSON_NAME_CHARACTERS.to_string()
                        autocomplete="nickname"
                        value=shown
                    />
                </label>
                <fieldset class="colours">
                    <legend>"Colour"</legend>
                    {(0..Colour::COUNT).map(|number| view! {
                        <label class="colour">
                            <input
                                type="radio"
                                name="colour"
                                aria-label=format!("Colour {}", number + 1)
                                prop:checked=move || colour.get() == number
                                on:change=move |_| colour.set(number)
                            />
                            <span class="person" aria-hidden="true" data-person=number.to_string()></span>
                        </label>
                    }).collect::<Vec<_>>()}
                </fieldset>
                <p class="problem" role="alert">{problem}</p>
                <p class="decisions">
                    <button type="submit" class="primary">"Save"</button>
                    <button type="button" on:click=move |_| me.choosing.set(false)>"Cancel"</button>
                </p>
            </form>
        </dialog>
    }
}
