//! The only place where HTML is spelled: allow-listed tags and attributes, and the escaping.
//!
//! Whoever makes HTML for Databook writes through [`Markup`]. Text and attribute values are
//! always escaped; there is no `style` and no event attribute in the vocabulary.

/// Elements that may appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    A,
    Article,
    Blockquote,
    Br,
    Code,
    Dd,
    Details,
    Div,
    Dl,
    Dt,
    Em,
    Figcaption,
    Figure,
    H1,
    H2,
    H3,
    H4,
    H5,
    H6,
    Header,
    Hr,
    Input,
    Label,
    Li,
    Main,
    Ol,
    P,
    Pre,
    Progress,
    S,
    Section,
    Span,
    Strong,
    Summary,
    Table,
    Tbody,
    Td,
    Th,
    Thead,
    Time,
    Tr,
    Ul,
}

impl Tag {
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::Article => "article",
            Self::Blockquote => "blockquote",
            Self::Br => "br",
            Self::Code => "code",
            Self::Dd => "dd",
            Self::Details => "details",
            Self::Div => "div",
            Self::Dl => "dl",
            Self::Dt => "dt",
            Self::Em => "em",
            Self::Figcaption => "figcaption",
            Self::Figure => "figure",
            Self::H1 => "h1",
            Self::H2 => "h2",
            Self::H3 => "h3",
            Self::H4 => "h4",
            Self::H5 => "h5",
            Self::H6 => "h6",
            Self::Header => "header",
            Self::Hr => "hr",
            Self::Input => "input",
            Self::Label => "label",
            Self::Li => "li",
            Self::Main => "main",
            Self::Ol => "ol",
            Self::P => "p",
            Self::Pre => "pre",
            Self::Progress => "progress",
            Self::S => "s",
            Self::Section => "section",
            Self::Span => "span",
            Self::Strong => "strong",
            Self::Summary => "summary",
            Self::Table => "table",
            Self::Tbody => "tbody",
            Self::Td => "td",
            Self::Th => "th",
            Self::Thead => "thead",
            Self::Time => "time",
            Self::Tr => "tr",
            Self::Ul => "ul",
        }
    }

    /// Elements that have no end tag.
    pub fn is_void(self) -> bool {
        matches!(self, Self::Br | Self::Hr | Self::Input)
    }
}

/// Attributes that may appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    AriaCurrent,
    AriaHidden,
    AriaLabel,
    Checked,
    Class,
    DataAlign,
    DataKind,
    DataLanguage,
    DataLevel,
    DataOutput,
    DataPlot,
    DataSequence,
    DataState,
    DataTone,
    Datetime,
    Disabled,
    Href,
    Id,
    Max,
    Rel,
    Role,
    Scope,
    Start,
    Target,
    Title,
    Type,
    Value,
}

impl Attribute {
    pub fn name(self) -> &'static str {
        match self {
            Self::AriaCurrent => "aria-current",
            Self::AriaHidden => "aria-hidden",
            Self::AriaLabel => "aria-label",
            Self::Checked => "checked",
            Self::Class => "class",
            Self::DataAlign => "data-align",
            Self::DataKind => "data-kind",
            Self::DataLanguage => "data-language",
            Self::DataLevel => "data-level",
            Self::DataOutput => "data-output",
            Self::DataPlot => "data-plot",
            Self::DataSequence => "data-sequence",
            Self::DataState => "data-state",
            Self::DataTone => "data-tone",
            Self::Datetime => "datetime",
            Self::Disabled => "disabled",
            Self::Href => "href",
            Self::Id => "id",
            Self::Max => "max",
            Self::Rel => "rel",
            Self::Role => "role",
            Self::Scope => "scope",
            Self::Start => "start",
            Self::Target => "target",
            Self::Title => "title",
            Self::Type => "type",
            Self::Value => "value",
        }
    }
}

/// HTML being written.
#[derive(Clone, Debug, Default)]
pub struct Markup {
    out: String,
}

impl Markup {
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts an element; for void elements this is all there is.
    pub fn open(&mut self, tag: Tag, attributes: &[(Attribute, &str)]) -> &mut Self {
        self.out.push('<');
        self.out.push_str(tag.name());
        for (attribute, value) in attributes {
            self.out.push(' ');
            self.out.push_str(attribute.name());
            if !value.is_empty() {
                self.out.push_str("=\"");
                push_escaped(&mut self.out, value);
                self.out.push('"');
            }
        }
        self.out.push('>');
        self
    }

    /// Ends an element.
    pub fn close(&mut self, tag: Tag) -> &mut Self {
        if !tag.is_void() {
            self.out.push_str("</");
            self.out.push_str(tag.name());
            self.out.push('>');
        }
        self
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        push_escaped(&mut self.out, text);
        self
    }

    /// An element that holds only text.
    pub fn element(&mut self, tag: Tag, attributes: &[(Attribute, &str)], text: &str) -> &mut Self {
        self.open(tag, attributes);
        if tag == Tag::Pre && text.starts_with('\n') {
            // A parser drops the first newline of a `pre`.
            self.out.push('\n');
        }
        self.text(text).close(tag)
    }

    /// HTML that this type wrote before.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        self.out.push_str(&other.out);
        self
    }

    /// A drawing from our own plot crate, the only markup that is taken as it is.
    pub fn drawing(&mut self, svg: &str) -> &mut Self {
        self.out.push_str(svg);
        self
    }

    pub fn finish(self) -> String {
        self.out
    }
}

/// The one escaping, right for text and for attribute values in double or single quotes.
/// Control characters that HTML cannot hold become U+FFFD.
fn push_escaped(out: &mut String, text: &str) {
    let mut from = 0;
    for (place, byte) in text.bytes().enumerate() {
        let instead = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            b'\t' | b'\n' => continue,
            // A lone CR would be read as a newline; CR LF must not become two.
            b'\r' => "",
            0..0x20 | 0x7f => "\u{fffd}",
            _ => continue,
        };
        // Only ASCII bytes are replaced, so both ends are character boundaries.
        out.push_str(&text[from..place]);
        out.push_str(instead);
        from = place + 1;
    }
    out.push_str(&text[from..]);
}

/// The address when it may become a link: `http`, `https` or `mailto` without spaces or
/// control characters in it.
pub fn safe_link(address: &str) -> Option<&str> {
    let address = address.trim();
    let starts = |scheme: &str| {
        address
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && address.len() > scheme.len()
    };
    let known = starts("http://") || starts("https://") || starts("mailto:");
    let clean = !address.chars().any(|c| c.is_control() || c.is_whitespace());
    (known && clean).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let mut markup = Markup::new();
        markup.element(
            Tag::P,
            &[(Attribute::Title, "\"><script>'")],
            "<b>&amp;</b> \u{0}\r\nü",
        );
        assert_eq!(
            markup.finish(),
            "<p title=\"&quot;&gt;&lt;script&gt;&#39;\">&lt;b&gt;&amp;amp;&lt;/b&gt; \u{fffd}\nü</p>"
        );
    }

    #[test]
    fn only_three_schemes_become_links() {
        let good = [
            "http://a",
            "https://example.org/?q=<x>",
            "HTTPS://A",
            "mailto:a@b",
            "  https://a ",
        ];
        for address in good {
            assert_eq!(safe_link(address), Some(address.trim()));
        }
        let bad = [
            "",
            "http://",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "//a",
            "/n/1",
            "#x",
            "ftp://a",
            "https://a b",
            "https://a\u{0}",
            "httpſ://a",
        ];
        for address in bad {
            assert_eq!(safe_link(address), None, "{address:?}");
        }
    }
}
