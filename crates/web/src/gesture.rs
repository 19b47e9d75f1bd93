//! What a person does to widgets, read from their markup (`widgets`, `data-widget`, `data-name`).

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, Event, EventTarget, File, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement,
};

/// Most bytes of one chosen file.
pub const MAX_FILE_BYTES: f64 = 8.0 * 1024.0 * 1024.0;

/// A chosen file.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenFile {
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    Pressed,
    Text(String),
    Number(Option<f64>),
    Flag(bool),
    Texts(Vec<String>),
    Numbers(f64, f64),
    /// Milliseconds since 1970 UTC.
    Time(Option<i64>),
    Times(i64, i64),
    Files(Vec<ChosenFile>),
}

/// Something that a person did.
#[derive(Clone, Debug, PartialEq)]
pub struct Gesture {
    pub name: String,
    pub held: Held,
    /// The fields of a form that was sent.
    pub form: Vec<(String, Held)>,
    /// A question to ask before it counts.
    pub question: String,
}

/// Listens below an element until dropped.
pub struct Gestures {
    root: Element,
    on_event: Closure<dyn FnMut(Event)>,
}

const EVENTS: [&str; 4] = ["click", "input", "change", "submit"];

impl Gestures {
    pub fn listen(root: &Element, call: impl Fn(Gesture) + Clone + 'static) -> Self {
        let on_event = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            let call = call.clone();
            match gesture(&event) {
                Some(Read::Now(gesture)) => call(gesture),
                Some(Read::Files { name, input }) => {
                    crate::spawn(async move {
                        let held = Held::Files(files(&input).await);
                        call(Gesture {
                            name,
                            held,
                            form: Vec::new(),
                            question: String::new(),
                        });
                    });
                }
                None => {}
            }
        });
        for name in EVENTS {
            // Adding a listener cannot be refused.
            let _ = root.add_event_listener_with_callback(name, on_event.as_ref().unchecked_ref());
        }
        Self {
            root: root.clone(),
            on_event,
        }
    }
}

impl Drop for Gestures {
    fn drop(&mut self) {
        let target: &EventTarget = &self.root;
        for name in EVENTS {
            let _ = target
                .remove_event_listener_with_callback(name, self.on_event.as_ref().unchecked_ref());
        }
    }
}

enum Read {
    Now(Gesture),
    Files {
        name: String,
        input: HtmlInputElement,
    },
}

fn gesture(event: &Event) -> Option<Read> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let kind = event.type_();
    let widget = target.closest("[data-widget][data-name]").ok()??;
    let name = widget.get_attribute("data-name")?;
    let is = widget.get_attribute("data-widget")?;
    let now = |held, form| {
        Some(Read::Now(Gesture {
            name: name.clone(),
            held,
            form,
            question: widget.get_attribute("data-ask").unwrap_or_default(),
        }))
    };
    match (kind.as_str(), is.as_str()) {
        ("click", "button") if !widget.has_attribute("disabled") => now(Held::Pressed, Vec::new()),
        ("click", "menu") => {
            let entry = target.closest("button[data-value]").ok()??;
            if let Ok(Some(open)) = widget.query_selector("details[open]") {
                let _ = open.remove_attribute("open");
            } else {
                let _ = widget.remove_attribute("open");
            }
            now(Held::Text(entry.get_attribute("data-value")?), Vec::new())
        }
        ("submit", "form") => {
            event.prevent_default();
            now(Held::Pressed, form(&widget))
        }
        // A field in a form is sent with it.
        (_, "form" | "button" | "menu") => None,
        ("input" | "change", _) if widget.closest("[data-widget=form]").ok()?.is_some() => None,
        // Fields for text tell each key, the others when a choice is made.
        (
            "change",
            "text-field" | "text-area" | "combobox" | "secret-field" | "slider" | "range-slider"
            | "number-field",
        ) => None,
        (
            "input",
            "file" | "date-time" | "time-range" | "select" | "radio" | "checkbox" | "toggle"
            | "multi-select",
        ) => None,
        ("change", "file") => Some(Read::Files {
            name,
            input: target.dyn_into().ok()?,
        }),
        ("input" | "change", other) => now(held(&widget, other)?, Vec::new()),
        _ => None,
    }
}

/// Every field of a form but files, which are too large to wait for.
fn form(form: &Element) -> Vec<(String, Held)> {
    let Ok(fields) = form.query_selector_all("[data-widget][data-name]") else {
        return Vec::new();
    };
    (0..fields.length())
        .filter_map(|place| fields.item(place)?.dyn_into::<Element>().ok())
        .filter_map(|field| {
            let held = held(&field, &field.get_attribute("data-widget")?)?;
            Some((field.get_attribute("data-name")?, held))
        })
        .collect()
}

fn held(widget: &Element, is: &str) -> Option<Held> {
    let inputs = || inputs(widget);
    let numbers = || {
        inputs()
            .iter()
            .map(|input| input.value().parse().ok())
            .collect::<Vec<Option<f64>>>()
    };
    let times = || {
        inputs()
            .iter()
            .map(|input| time_ms(&input.value()))
            .collect::<Vec<_>>()
    };
    Some(match is {
        "text-field" | "secret-field" | "combobox" => Held::Text(inputs().first()?.value()),
        "text-area" => {
            let area = itself_or_inside(widget, "textarea")?;
            Held::Text(area.dyn_into::<HtmlTextAreaElement>().ok()?.value())
        }
        "select" => {
            let select = itself_or_inside(widget, "select")?;
            Held::Text(select.dyn_into::<HtmlSelectElement>().ok()?.value())
        }
        "radio" => Held::Text(
            inputs()
                .iter()
                .find(|input| input.checked())
                .map_or_else(String::new, |input| input.value()),
        ),
        "number-field" | "slider" => Held::Number(*numbers().first()?),
        "range-slider" => {
            let (low, high) = (numbers().first().copied()??, numbers().get(1).copied()??);
            Held::Numbers(low.min(high), low.max(high))
        }
        "multi-select" => Held::Texts(
            inputs()
                .iter()
                .filter(|input| input.checked())
                .map(HtmlInputElement::value)
                .collect(),
        ),
        "checkbox" | "toggle" => Held::Flag(inputs().first()?.checked()),
        "date-time" => Held::Time(times().first().copied().flatten()),
        "time-range" => {
            let (start, end) = (times().first().copied()??, times().get(1).copied()??);
            Held::Times(start.min(end), start.max(end))
        }
        _ => return None,
    })
}

fn inputs(widget: &Element) -> Vec<HtmlInputElement> {
    if let Some(input) = widget.dyn_ref::<HtmlInputElement>() {
        return vec![input.clone()];
    }
    let Ok(found) = widget.query_selector_all("input") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|place| found.item(place)?.dyn_into().ok())
        .collect()
}

fn itself_or_inside(widget: &Element, tag: &str) -> Option<Element> {
    if widget.tag_name().eq_ignore_ascii_case(tag) {
        return Some(widget.clone());
    }
    widget.query_selector(tag).ok()?
}

/// `2026-11-24T03:12` in UTC.
fn time_ms(text: &str) -> Option<i64> {
    let time = js_sys::Date::parse(&format!("{text}Z"));
    time.is_finite().then_some(time as i64)
}

async fn files(input: &HtmlInputElement) -> Vec<ChosenFile> {
    let mut chosen = Vec::new();
    let Some(list) = input.files() else {
        return chosen;
    };
    for place in 0..list.length() {
        let Some(file) = list.get(place).filter(|file| file.size() <= MAX_FILE_BYTES) else {
            continue;
        };
        chosen.extend(read(&file).await);
    }
    chosen
}

/// None when the browser cannot read it.
pub(crate) async fn read(file: &File) -> Option<ChosenFile> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    let buffer: ArrayBuffer = buffer.dyn_into().ok()?;
    Some(ChosenFile {
        name: file.name(),
        media_type: file.type_(),
        content: Uint8Array::new(&buffer).to_vec(),
    })
}

/// The `data-value` of the button that was pressed, and the `data-name` of what it is in.
pub fn pressed(event: &Event) -> Option<(String, String)> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let button = target.closest("button[data-value]").ok()??;
    let name = match button.closest("[data-name]") {
        Ok(Some(named)) => named.get_attribute("data-name").unwrap_or_default(),
        Ok(None) | Err(_) => String::new(),
    };
    Some((button.get_attribute("data-value")?, name))
}

/// Asks a question that can only be answered by yes or no.
pub fn confirmed(question: &str) -> bool {
    crate::window().is_some_and(|window| window.confirm_with_message(question).unwrap_or(false))
}
