//! Making one element's content equal to new HTML with as little change as possible, so that
//! focus, caret, scroll and what a reader has opened stay.

use std::collections::HashMap;
use wasm_bindgen::JsCast;
use web_sys::{
    Element, HtmlInputElement, HtmlSelectElement, HtmlTemplateElement, HtmlTextAreaElement, Node,
};

/// Names a node among its siblings (`widgets`, `data-key`).
const KEY: &str = "data-key";
/// What the reader decides once it is there: which tab and which part is open.
const READERS: [(&str, &[&str]); 3] = [
    ("tab", &["aria-selected", "tabindex"]),
    ("tabpanel", &["hidden"]),
    ("", &["open"]),
];

/// Replaces what is in `element` by HTML of `widgets`, which has escaped it.
pub fn patch(element: &Element, html: &str) {
    if let Some(content) = parse(html) {
        children(element, &content);
        tell(element);
    }
}

/// Tells `app/widgets.js`, which keeps what a reader did to tables.
fn tell(element: &Element) {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    if let Ok(event) = web_sys::Event::new_with_event_init_dict("patched", &init) {
        // Only an event that is under way already could not be sent.
        let _ = element.dispatch_event(&event);
    }
}

/// Puts HTML of `widgets` behind what is in `element`.
fn append(element: &Element, html: &str) {
    if let Some(content) = parse(html) {
        while let Some(child) = content.first_child() {
            if element.append_child(&child).is_err() {
                return;
            }
        }
    }
}

/// Replaces or extends what is in the slot of this name below `element` (`widgets`, `data-slot`).
pub fn fill_slot(element: &Element, slot: &str, html: &str, at_the_end: bool) {
    let Ok(slots) = element.query_selector_all("[data-slot]") else {
        return;
    };
    let found = (0..slots.length())
        .filter_map(|place| slots.item(place)?.dyn_into::<Element>().ok())
        .find(|element| element.get_attribute("data-slot").as_deref() == Some(slot));
    match found {
        Some(element) if at_the_end => append(&element, html),
        Some(element) => patch(&element, html),
        None => {}
    }
}

fn parse(html: &str) -> Option<Node> {
    let template = crate::document()?.create_element("template").ok()?;
    let template: HtmlTemplateElement = template.dyn_into().ok()?;
    template.set_inner_html(html);
    Some(template.content().into())
}

fn key(node: &Node) -> Option<String> {
    node.dyn_ref::<Element>()?.get_attribute(KEY)
}

fn children(old: &Node, new: &Node) {
    // Mostly nothing has come, gone or moved, and then nobody needs to be looked for.
    let (mut cursor, mut fresh) = (old.first_child(), new.first_child());
    while let (Some(known), Some(wanted)) = (&cursor, &fresh) {
        let next = (known.next_sibling(), wanted.next_sibling());
        if !known.is_equal_node(Some(wanted)) {
            if !alike(known, wanted) || (is_element(known) && key(known) != key(wanted)) {
                break;
            }
            change(known, wanted);
        }
        (cursor, fresh) = next;
    }
    match fresh {
        Some(fresh) => rearrange(old, cursor, fresh),
        None => remove_from(old, cursor),
    }
}

/// Makes the nodes from `cursor` on equal to `fresh` and those behind it.
fn rearrange(old: &Node, mut cursor: Option<Node>, fresh: Node) {
    let mut keyed = HashMap::new();
    let mut next = cursor.clone();
    while let Some(child) = next {
        next = child.next_sibling();
        if let Some(key) = key(&child) {
            keyed.insert(key, child);
        }
    }
    let mut wanted = std::collections::HashSet::new();
    let mut next = Some(fresh.clone());
    while let Some(child) = next {
        next = child.next_sibling();
        wanted.extend(key(&child));
    }

    let mut ahead = Some(fresh);
    while let Some(fresh) = ahead {
        // Before it leaves the template.
        ahead = fresh.next_sibling();
        // What nobody wants any more goes first, so that what stays need not move.
        while let Some(gone) = cursor
            .clone()
            .filter(|node| key(node).is_some_and(|key| !wanted.contains(&key)))
        {
            cursor = gone.next_sibling();
            remove(old, &gone);
        }
        let fresh_key = key(&fresh);
        let known = match &fresh_key {
            Some(key) => keyed.remove(key).filter(|node| alike(node, &fresh)),
            None => cursor
                .clone()
                .filter(|node| key(node).is_none() && alike(node, &fresh)),
        };
        match known {
            Some(node) => {
                if cursor.as_ref() == Some(&node) {
                    cursor = node.next_sibling();
                } else {
                    insert(old, &node, cursor.as_ref());
                }
                if !node.is_equal_node(Some(&fresh)) {
                    change(&node, &fresh);
                }
            }
            None => insert(old, &fresh, cursor.as_ref()),
        }
    }
    remove_from(old, cursor);
}

fn remove_from(parent: &Node, mut cursor: Option<Node>) {
    while let Some(gone) = cursor {
        cursor = gone.next_sibling();
        remove(parent, &gone);
    }
}

/// Both are text, or elements of one name.
fn alike(left: &Node, right: &Node) -> bool {
    left.node_type() == right.node_type()
        && (!is_element(left) || left.node_name() == right.node_name())
}

/// By its type, which is a number: cheaper than asking the browser for its class.
fn is_element(node: &Node) -> bool {
    node.node_type() == Node::ELEMENT_NODE
}

fn insert(parent: &Node, child: &Node, before: Option<&Node>) {
    // Refused only for a node that contains its parent, which new nodes do not.
    let _ = parent.insert_before(child, before);
}

fn remove(parent: &Node, child: &Node) {
    // Refused only for a node that is somewhere else.
    let _ = parent.remove_child(child);
}

/// Of two that are [`alike`] and not equal.
fn change(old: &Node, new: &Node) {
    if !is_element(old) {
        old.set_node_value(new.node_value().as_deref());
        return;
    }
    let (old_element, new_element): (&Element, &Element) =
        (old.unchecked_ref(), new.unchecked_ref());
    if !differ_inside_only(old, new) {
        let was = old_element.get_attribute("value");
        attributes(old_element, new_element);
        value(old_element, was, new_element.get_attribute("value"));
    }
    // A text area's and a choice's content is its first value; afterwards it is the person's.
    if old_element.is_instance_of::<HtmlTextAreaElement>() {
        return;
    }
    let choice = Choice::of(old_element, new_element);
    children(old, new);
    if let Some(choice) = choice {
        choice.keep();
    }
}

/// Whether elements that are not equal have equal attributes. Reading attributes one by one takes many
/// more calls of the browser than comparing two empty copies.
fn differ_inside_only(old: &Node, new: &Node) -> bool {
    if !old.has_child_nodes() && !new.has_child_nodes() {
        return false;
    }
    // Copying what is in a document cannot be refused.
    let (Ok(old), Ok(new)) = (old.clone_node(), new.clone_node()) else {
        return false;
    };
    old.is_equal_node(Some(&new))
}

/// What is chosen in a list of choices. The browser chooses by itself when they change.
struct Choice {
    list: HtmlSelectElement,
    chosen: String,
}

impl Choice {
    /// Before the choices are patched: what the plugin says newly, else what the reader sees.
    fn of(old: &Element, new: &Element) -> Option<Self> {
        let list = old.dyn_ref::<HtmlSelectElement>()?.clone();
        if list.multiple() {
            return None;
        }
        let says = |element: &Element| {
            let option = element.query_selector("option[selected]").ok()??;
            option.get_attribute("value")
        };
        let (was, now) = (says(old), says(new));
        let chosen = match now {
            Some(now) if was.as_ref() != Some(&now) && !is_focused(old) => now,
            _ => list.value(),
        };
        Some(Self { list, chosen })
    }

    /// A choice that is gone leaves what the browser chose.
    fn keep(self) {
        let chosen_by_browser = self.list.value();
        self.list.set_value(&self.chosen);
        if self.list.selected_index() < 0 {
            self.list.set_value(&chosen_by_browser);
        }
    }
}

fn attributes(old: &Element, new: &Element) {
    let role = old.get_attribute("role").unwrap_or_default();
    let kept = READERS
        .iter()
        .find(|(name, _)| *name == role)
        .map_or(&[][..], |(_, attributes)| attributes);
    for name in old.get_attribute_names().iter() {
        let Some(name) = name.as_string() else {
            continue;
        };
        if !kept.contains(&name.as_str()) && !new.has_attribute(&name) {
            // Removing an attribute cannot be refused.
            let _ = old.remove_attribute(&name);
        }
    }
    for name in new.get_attribute_names().iter() {
        let Some(name) = name.as_string() else {
            continue;
        };
        let fresh = new.get_attribute(&name);
        if !kept.contains(&name.as_str()) && old.get_attribute(&name) != fresh {
            // Names come from a parsed document, so they are names.
            let _ = old.set_attribute(&name, fresh.as_deref().unwrap_or_default());
        }
    }
}

/// What the plugin says a field holds counts when it says something new, and not while somebody
/// types there.
fn value(element: &Element, was: Option<String>, now: Option<String>) {
    if was == now || is_focused(element) {
        return;
    }
    let now = now.unwrap_or_default();
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        if !["checkbox", "radio", "file"].contains(&input.type_().as_str()) {
            input.set_value(&now);
        }
    } else if let Some(select) = element.dyn_ref::<HtmlSelectElement>() {
        select.set_value(&now);
    }
}

fn is_focused(element: &Element) -> bool {
    crate::document()
        .and_then(|document| document.active_element())
        .is_some_and(|active| active == *element)
}
