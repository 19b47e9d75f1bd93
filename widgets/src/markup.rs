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
    Button,
    Circle,
    Code,
    Datalist,
    Dd,
    Details,
    Div,
    Dl,
    Dt,
    Em,
    Fieldset,
    Figcaption,
    Figure,
    Form,
    G,
    H1,
    H2,
    H3,
    H4,
    H5,
    H6,
    Header,
    Hr,
    Img,
    Input,
    Label,
    Legend,
    Li,
    Line,
    Main,
    Nav,
    Ol,
    Option,
    Output,
    P,
    Path,
    Polygon,
    Polyline,
    Pre,
    Progress,
    Rect,
    S,
    Section,
    Select,
    Small,
    Span,
    Strong,
    Summary,
    Svg,
    SvgText,
    SvgTitle,
    Table,
    Tbody,
    Td,
    Textarea,
    Th,
    Thead,
    Time,
    Tr,
    Tspan,
    Ul,
}

impl Tag {
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::Article => "article",
            Self::Blockquote => "blockquote",
            Self::Br => "br",
            Self::Button => "button",
            Self::Circle => "circle",
            Self::Code => "code",
            Self::Datalist => "datalist",
            Self::Dd => "dd",
            Self::Details => "details",
            Self::Div => "div",
            Self::Dl => "dl",
            Self::Dt => "dt",
            Self::Em => "em",
            Self::Fieldset => "fieldset",
            Self::Figcaption => "figcaption",
            Self::Figure => "figure",
            Self::Form => "form",
            Self::G => "g",
            Self::H1 => "h1",
            Self::H2 => "h2",
            Self::H3 => "h3",
            Self::H4 => "h4",
            Self::H5 => "h5",
            Self::H6 => "h6",
            Self::Header => "header",
            Self::Hr => "hr",
            Self::Img => "img",
            Self::Input => "input",
            Self::Label => "label",
            Self::Legend => "legend",
            Self::Li => "li",
            Self::Line => "line",
            Self::Main => "main",
            Self::Nav => "nav",
            Self::Ol => "ol",
            Self::Option => "option",
            Self::Output => "output",
            Self::P => "p",
            Self::Path => "path",
            Self::Polygon => "polygon",
            Self::Polyline => "polyline",
            Self::Pre => "pre",
            Self::Progress => "progress",
            Self::Rect => "rect",
            Self::S => "s",
            Self::Section => "section",
            Self::Select => "select",
            Self::Small => "small",
            Self::Span => "span",
            Self::Strong => "strong",
            Self::Summary => "summary",
            Self::Svg => "svg",
            Self::SvgText => "text",
            Self::SvgTitle => "title",
            Self::Table => "table",
            Self::Tbody => "tbody",
            Self::Td => "td",
            Self::Textarea => "textarea",
            Self::Th => "th",
            Self::Thead => "thead",
            Self::Time => "time",
            Self::Tr => "tr",
            Self::Tspan => "tspan",
            Self::Ul => "ul",
        }
    }

    /// Elements that have no end tag.
    pub fn is_void(self) -> bool {
        matches!(self, Self::Br | Self::Hr | Self::Img | Self::Input)
    }
}

/// Attributes that may appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    Accept,
    Alt,
    AriaControls,
    AriaCurrent,
    AriaDescribedby,
    AriaExpanded,
    AriaHaspopup,
    AriaHidden,
    AriaLabel,
    AriaLabelledby,
    AriaLive,
    AriaPressed,
    AriaSelected,
    AriaSort,
    AriaValuemax,
    AriaValuemin,
    AriaValuenow,
    AriaValuetext,
    Autocomplete,
    Checked,
    Class,
    Colspan,
    Cx,
    Cy,
    D,
    DataAlign,
    DataAsk,
    DataChart,
    DataDepth,
    DataFilter,
    DataKey,
    DataKind,
    DataLanguage,
    DataLevel,
    DataMode,
    DataName,
    DataOutput,
    DataPageRows,
    DataPerson,
    DataPlot,
    DataSequence,
    DataShape,
    DataSlot,
    DataSort,
    DataState,
    DataStyle,
    DataThread,
    DataTimeMs,
    DataTone,
    DataValue,
    DataWidget,
    Datetime,
    Disabled,
    Download,
    Dx,
    Dy,
    Fill,
    For,
    Height,
    Hidden,
    Href,
    Id,
    List,
    Max,
    Maxlength,
    Min,
    Multiple,
    Name,
    Open,
    Pattern,
    Placeholder,
    Points,
    PreserveAspectRatio,
    R,
    Readonly,
    Rel,
    Required,
    Role,
    Rows,
    Rx,
    Scope,
    Selected,
    Src,
    Start,
    Step,
    Tabindex,
    Target,
    TextAnchor,
    Title,
    Transform,
    Type,
    Value,
    ViewBox,
    Width,
    X,
    X1,
    X2,
    Y,
    Y1,
    Y2,
}

impl Attribute {
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Alt => "alt",
            Self::AriaControls => "aria-controls",
            Self::AriaCurrent => "aria-current",
            Self::AriaDescribedby => "aria-describedby",
            Self::AriaExpanded => "aria-expanded",
            Self::AriaHaspopup => "aria-haspopup",
            Self::AriaHidden => "aria-hidden",
            Self::AriaLabel => "aria-label",
            Self::AriaLabelledby => "aria-labelledby",
            Self::AriaLive => "aria-live",
            Self::AriaPressed => "aria-pressed",
            Self::AriaSelected => "aria-selected",
            Self::AriaSort => "aria-sort",
            Self::AriaValuemax => "aria-valuemax",
            Self::AriaValuemin => "aria-valuemin",
            Self::AriaValuenow => "aria-valuenow",
            Self::AriaValuetext => "aria-valuetext",
            Self::Autocomplete => "autocomplete",
            Self::Checked => "checked",
            Self::Class => "class",
            Self::Colspan => "colspan",
            Self::Cx => "cx",
            Self::Cy => "cy",
            Self::D => "d",
            Self::DataAlign => "data-align",
            Self::DataAsk => "data-ask",
            Self::DataChart => "data-chart",
            Self::DataDepth => "data-depth",
            Self::DataFilter => "data-filter",
            Self::DataKey => "data-key",
            Self::DataKind => "data-kind",
            Self::DataLanguage => "data-language",
            Self::DataLevel => "data-level",
            Self::DataMode => "data-mode",
            Self::DataName => "data-name",
            Self::DataOutput => "data-output",
            Self::DataPageRows => "data-page-rows",
            Self::DataPerson => "data-person",
            Self::DataPlot => "data-plot",
            Self::DataSequence => "data-sequence",
            Self::DataShape => "data-shape",
            Self::DataSlot => "data-slot",
            Self::DataSort => "data-sort",
            Self::DataState => "data-state",
            Self::DataStyle => "data-style",
            Self::DataThread => "data-thread",
            Self::DataTimeMs => "data-time-ms",
            Self::DataTone => "data-tone",
            Self::DataValue => "data-value",
            Self::DataWidget => "data-widget",
            Self::Datetime => "datetime",
            Self::Disabled => "disabled",
            Self::Download => "download",
            Self::Dx => "dx",
            Self::Dy => "dy",
            Self::Fill => "fill",
            Self::For => "for",
            Self::Height => "height",
            Self::Hidden => "hidden",
            Self::Href => "href",
            Self::Id => "id",
            Self::List => "list",
            Self::Max => "max",
            Self::Maxlength => "maxlength",
            Self::Min => "min",
            Self::Multiple => "multiple",
            Self::Name => "name",
            Self::Open => "open",
            Self::Pattern => "pattern",
            Self::Placeholder => "placeholder",
            Self::Points => "points",
            Self::PreserveAspectRatio => "preserveAspectRatio",
            Self::R => "r",
            Self::Readonly => "readonly",
            Self::Rel => "rel",
            Self::Required => "required",
            Self::Role => "role",
            Self::Rows => "rows",
            Self::Rx => "rx",
            Self::Scope => "scope",
            Self::Selected => "selected",
            Self::Src => "src",
            Self::Start => "start",
            Self::Step => "step",
            Self::Tabindex => "tabindex",
            Self::Target => "target",
            Self::TextAnchor => "text-anchor",
            Self::Title => "title",
            Self::Transform => "transform",
            Self::Type => "type",
            Self::Value => "value",
            Self::ViewBox => "viewBox",
            Self::Width => "width",
            Self::X => "x",
            Self::X1 => "x1",
            Self::X2 => "x2",
            Self::Y => "y",
            Self::Y1 => "y1",
            Self::Y2 => "y2",
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
