//! CommonMark to a widget tree: tables, strikethrough and task lists too; raw HTML is dropped.
//!
//! Nested emphasis becomes flat runs of text, images become links with their alternative text,
//! and bare web addresses become links, because that is what people paste during an incident.

use pulldown_cmark::{
    Alignment as ColumnAlignment, CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser,
    Tag, TagEnd,
};
use widgets::{
    Alignment, CodeBlock, Heading, Kind, ListItem, ListStyle, Node, Span, Table, TableColumn, Tone,
    Tree, safe_link,
};

/// Most bytes of Markdown that are read, 1 MiB; the rest is left out.
pub const MAX_MARKDOWN_BYTES: usize = 1 << 20;
/// Deepest nesting of quotes and lists; what is deeper is shown at this depth. Two levels less
/// than a tree may have, for the root and the paragraph.
const MAX_CONTAINERS: usize = widgets::MAX_DEPTH - 2;

/// Reads any text; there is no Markdown that is wrong.
pub fn markdown(text: &str) -> Tree {
    let text = crate::cut(text, MAX_MARKDOWN_BYTES);
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut builder = Builder::default();
    builder.add(Kind::Stack);
    for event in Parser::new_ext(text, options) {
        builder.event(event);
    }
    builder.flush();
    Tree {
        nodes: builder.nodes,
    }
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    /// Open containers, the root not counted. `None` is one that was too deep to be kept.
    open: Vec<Option<u32>>,
    spans: Vec<Span>,
    bold: u32,
    italic: u32,
    strike: u32,
    /// Addresses of the open links and images; the outermost counts.
    links: Vec<String>,
    code: Option<(String, String)>,
    table: Option<Table>,
    row: Vec<Vec<Span>>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.inline(&text, false),
            },
            Event::Code(text) => self.inline(&text, true),
            Event::SoftBreak => self.inline(" ", false),
            Event::HardBreak => self.inline("\n", false),
            Event::Rule => {
                self.flush();
                self.add(Kind::Divider);
            }
            Event::TaskListMarker(done) => {
                let item = self.open.last().copied().flatten();
                if let Some(node) = item.and_then(|index| self.nodes.get_mut(index as usize))
                    && let Kind::Item(ListItem { checked }) = &mut node.kind
                {
                    *checked = Some(done);
                }
            }
            Event::Html(_) | Event::InlineHtml(_) => {}
            // Extensions that are not switched on; their words are kept all the same.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.inline(&text, true),
            Event::FootnoteReference(name) => self.inline(&name, false),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::BlockQuote(_) => self.enter(Kind::Quote),
            Tag::List(first) => self.enter(Kind::Bullets(ListStyle {
                start: first.map(|first| u32::try_from(first).unwrap_or(u32::MAX)),
            })),
            Tag::Item => self.enter(Kind::Item(ListItem { checked: None })),
            Tag::Paragraph | Tag::Heading { .. } => self.flush(),
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match kind {
                    CodeBlockKind::Indented => String::new(),
                    CodeBlockKind::Fenced(info) => {
                        info.split_whitespace().next().unwrap_or("").to_owned()
                    }
                };
                self.code = Some((language, String::new()));
            }
            Tag::Table(columns) => {
                self.flush();
                let columns = columns.into_iter().map(|align| TableColumn {
                    title: Vec::new(),
                    align: match align {
                        ColumnAlignment::None | ColumnAlignment::Left => Alignment::Start,
                        ColumnAlignment::Center => Alignment::Center,
                        ColumnAlignment::Right => Alignment::End,
                    },
                });
                self.table = Some(Table {
                    columns: columns.collect(),
                    rows: Vec::new(),
                });
            }
            Tag::TableHead | Tag::TableRow => self.row = Vec::new(),
            Tag::TableCell => self.spans = Vec::new(),
            Tag::Emphasis => self.italic += 1,
            Tag::Strong => self.bold += 1,
            Tag::Strikethrough => self.strike += 1,
            Tag::Link {
                link_type: LinkType::Email,
                dest_url,
                ..
            } => self.links.push(format!("mailto:{dest_url}")),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push(dest_url.into_string());
            }
            Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.flush();
                self.open.pop();
            }
            TagEnd::Paragraph => self.flush(),
            TagEnd::Heading(level) => {
                let spans = self.take_spans();
                self.add(Kind::Heading(Heading {
                    level: match level {
                        HeadingLevel::H1 => 1,
                        HeadingLevel::H2 => 2,
                        HeadingLevel::H3 => 3,
                        HeadingLevel::H4 => 4,
                        HeadingLevel::H5 => 5,
                        HeadingLevel::H6 => 6,
                    },
                    spans,
                }));
            }
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    self.add(Kind::Code(CodeBlock { language, text }));
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.add(Kind::Table(table));
                }
            }
            TagEnd::TableCell => {
                let spans = self.take_spans();
                self.row.push(spans);
            }
            TagEnd::TableHead => {
                let titles = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    for (column, title) in table.columns.iter_mut().zip(titles) {
                        column.title = title;
                    }
                }
            }
            TagEnd::TableRow => {
                let mut row = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    row.resize(table.columns.len(), Vec::new());
                    table.rows.push(row);
                }
            }
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Strikethrough => self.strike = self.strike.saturating_sub(1),
            TagEnd::Image => {
                if let Some(address) = self.links.pop()
                    && self.spans.last().and_then(|span| span.link.as_ref()) != Some(&address)
                    && self.links.is_empty()
                {
                    // No alternative text: the address is better than nothing.
                    self.spans.push(Span {
                        link: Some(address.clone()),
                        ..Span::plain(address)
                    });
                }
            }
            TagEnd::Link => {
                self.links.pop();
            }
            TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    /// Text with the looks that are on now, joined to what has the same ones.
    fn inline(&mut self, text: &str, code: bool) {
        let span = Span {
            text: text.to_owned(),
            bold: self.bold > 0,
            italic: self.italic > 0,
            strike: self.strike > 0,
            code,
            tone: Tone::Neutral,
            link: self.links.first().cloned(),
        };
        match self.spans.last_mut() {
            Some(last) if same_look(last, &span) => last.text.push_str(text),
            _ => self.spans.push(span),
        }
    }

    fn take_spans(&mut self) -> Vec<Span> {
        std::mem::take(&mut self.spans)
            .into_iter()
            .flat_map(link_addresses)
            .collect()
    }

    /// What was written so far becomes a paragraph: the items of a tight list have none of their own.
    fn flush(&mut self) {
        let spans = self.take_spans();
        if spans.iter().any(|span| !span.text.trim().is_empty()) {
            self.add(Kind::Paragraph(spans));
        }
    }

    fn enter(&mut self, kind: Kind) {
        self.flush();
        let kept = self.open.len() < MAX_CONTAINERS;
        let index = kept.then(|| self.add(kind));
        self.open.push(index);
    }

    /// Adds a node to the innermost container that is kept.
    fn add(&mut self, kind: Kind) -> u32 {
        let index = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let parent = self.open.iter().rev().find_map(|index| *index).unwrap_or(0);
        let key = match self.nodes.get_mut(parent as usize) {
            None => String::new(),
            Some(parent) => {
                parent.children.push(index);
                (parent.children.len() - 1).to_string()
            }
        };
        self.nodes.push(Node {
            key,
            kind,
            children: Vec::new(),
        });
        index
    }
}

fn same_look(a: &Span, b: &Span) -> bool {
    (a.bold, a.italic, a.strike, a.code) == (b.bold, b.italic, b.strike, b.code) && a.link == b.link
}

/// Splits a run of plain text around the web addresses in it.
fn link_addresses(span: Span) -> Vec<Span> {
    if span.code || span.link.is_some() || !span.text.contains("://") {
        return vec![span];
    }
    let mut parts = Vec::new();
    let mut rest = span.text.as_str();
    let mut from = 0;
    while let Some(found) = rest[from..].find("http").map(|place| place + from) {
        let boundary = !rest[..found].ends_with(|c: char| c.is_alphanumeric());
        let length = address_length(&rest[found..]);
        if !boundary || length == 0 {
            from = found + "http".len();
            continue;
        }
        let address = &rest[found..found + length];
        if found > 0 {
            parts.push(Span {
                text: rest[..found].to_owned(),
                ..span.clone()
            });
        }
        parts.push(Span {
            text: address.to_owned(),
            link: Some(address.to_owned()),
            ..span.clone()
        });
        rest = &rest[found + length..];
        from = 0;
    }
    if !rest.is_empty() {
        parts.push(Span {
            text: rest.to_owned(),
            ..span.clone()
        });
    }
    parts
}

/// Bytes of the address at the start of the text, 0 when there is none. Punctuation that ends a
/// sentence, and a bracket that was opened before it, belong to the sentence.
fn address_length(text: &str) -> usize {
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`'))
        .unwrap_or(text.len());
    let mut address = &text[..end];
    loop {
        let shorter = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
        let open = shorter.matches('(').count();
        let shorter = match shorter.strip_suffix(')') {
            Some(inner) if shorter.matches(')').count() > open => inner,
            _ => shorter,
        };
        let shorter = shorter.strip_suffix(']').unwrap_or(shorter);
        if shorter.len() == address.len() {
            break;
        }
        address = shorter;
    }
    safe_link(address).map_or(0, str::len)
}
