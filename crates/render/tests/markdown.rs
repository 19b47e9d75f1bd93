//! Markdown as it comes out: structure kept, markup dropped, depth bounded.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use proptest::prelude::*;
use render::{markdown, markdown_html};
use widgets::{Limits, check};

/// The HTML without the outermost `div`.
fn check_html(text: &str, expected: &str) {
    let html = markdown_html(text);
    let inner = html.strip_prefix("<div class=\"stack\">").unwrap();
    assert_eq!(inner.strip_suffix("</div>").unwrap(), expected, "{text}");
}

#[test]
fn blocks() {
    check_html("# A\n###### B", "<h2>A</h2><h6>B</h6>");
    check_html("one\ntwo  \nthree", "<p>one two<br>three</p>");
    check_html("> a\n>\n> b", "<blockquote><p>a</p><p>b</p></blockquote>");
    check_html("- a\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>");
    check_html(
        "7. a\n   - b",
        "<ol start=\"7\"><li><p>a</p><ul><li><p>b</p></li></ul></li></ol>",
    );
    check_html(
        "- [x] a\n- [ ] b",
        "<ul><li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"Done\" checked>\
         <p>a</p></li><li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"To do\">\
         <p>b</p></li></ul>",
    );
    check_html(
        "```rust ignore\nlet a = \"<b>\";\n```",
        "<pre class=\"code-block\" data-language=\"rust\"><code>let a = &quot;&lt;b&gt;&quot;;\n</code></pre>",
    );
    check_html("a\n\n---", "<p>a</p><hr>");
    check_html(
        "|a|b|\n|--|-:|\n|1|2|\n|3|",
        "<div class=\"table-scroll\"><table><thead><tr><th scope=\"col\">a</th>\
         <th scope=\"col\" data-align=\"end\">b</th></tr></thead><tbody>\
         <tr><td>1</td><td data-align=\"end\">2</td></tr>\
         <tr><td>3</td><td data-align=\"end\"></td></tr></tbody></table></div>",
    );
}

#[test]
fn looks_are_flat_and_nest_right() {
    check_html(
        "a **b *c*** ~~d~~ `e*`",
        "<p>a <strong>b </strong><strong><em>c</em></strong> <s>d</s> <code>e*</code></p>",
    );
}

fn link(address: &str, text: &str) -> String {
    format!("<a href=\"{address}\" rel=\"noopener noreferrer\" target=\"_blank\">{text}</a>")
}

#[test]
fn links() {
    let address = "https://a.example/x_y_(z)?q=1";
    check_html(
        &format!("[t]({address})"),
        &format!("<p>{}</p>", link(address, "t")),
    );
    check_html(
        &format!("see {address}, (or {address})."),
        &format!("<p>see {0}, (or {0}).</p>", link(address, address)),
    );
    check_html(
        "<me@a.example>",
        &format!("<p>{}</p>", link("mailto:me@a.example", "me@a.example")),
    );
    check_html(
        "`https://a.example`",
        "<p><code>https://a.example</code></p>",
    );
    check_html(
        "xhttp://a.example https:// http",
        "<p>xhttp://a.example https:// http</p>",
    );
    check_html("[t](javascript:alert(1))", "<p>t</p>");
    check_html("[t](/n/1)", "<p>t</p>");
    check_html(
        "![plot](https://a.example/p.png)",
        &format!("<p>{}</p>", link("https://a.example/p.png", "plot")),
    );
    check_html(
        "![](https://a.example/p.png)",
        &format!(
            "<p>{}</p>",
            link("https://a.example/p.png", "https://a.example/p.png")
        ),
    );
}

#[test]
fn raw_html_is_dropped() {
    check_html(
        "a <b onclick=x>c</b>\n\n<script>alert(1)</script>\n\nd",
        "<p>a c</p><p>d</p>",
    );
    check_html("&lt;b&gt; \\<b>", "<p>&lt;b&gt; &lt;b&gt;</p>");
}

#[test]
fn deep_nesting_is_cut_and_its_words_kept() {
    let deep = format!("{} deep", ">".repeat(10_000));
    assert!(check(&markdown(&deep), &Limits::default()).is_ok());
    assert!(markdown_html(&deep).contains("deep"));
}

proptest! {
    #[test]
    fn any_text_makes_a_tree(text in r"([>*_`\[\]()!|~# \n<&-]|[0-9]\.|- |https://|a|<b>){0,200}") {
        let limits = Limits { nodes: usize::MAX, bytes: usize::MAX, ..Limits::default() };
        prop_assert_eq!(check(&markdown(&text), &limits), Ok(()));
    }
}
