//! The built page's `index.html`: where the rendered content goes in, and which inline
//! scripts the Content-Security-Policy may allow.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

/// Where the page's content goes.
const CONTENT_MARK: &str = "<!--content-->";

/// A page in three parts, around the title and the content.
#[derive(Debug, PartialEq)]
pub struct Shell {
    before_title: String,
    after_title: String,
    after_content: String,
    /// `'sha256-…'` of each inline script, ready for the policy.
    pub script_hashes: Vec<String>,
}

impl Shell {
    /// Takes `index.html` apart; without a mark the content goes to the start of the body.
    pub fn parse(html: &str) -> Self {
        let (head, tail) = html.split_once(CONTENT_MARK).unwrap_or_else(|| {
            let body = html.find("<body").unwrap_or(html.len());
            let at = html[body..]
                .find('>')
                .map_or(html.len(), |close| body + close + 1);
            html.split_at(at)
        });
        let (before_title, after_title) = match (head.find("<title>"), head.find("</title>")) {
            (Some(open), Some(close)) if open < close => (&head[..open], &head[close + 8..]),
            _ => match head.find("<head>") {
                Some(open) => head.split_at(open + 6),
                None => ("", head),
            },
        };
        Self {
            before_title: before_title.to_owned(),
            after_title: after_title.to_owned(),
            after_content: tail.to_owned(),
            script_hashes: inline_scripts(html).map(inline_hash).collect(),
        }
    }

    /// The page with its content; `title` is text, `content` is HTML that was escaped already.
    pub fn page(&self, title: &str, content: &str) -> String {
        let title = escape(title);
        let Self {
            before_title,
            after_title,
            after_content,
            ..
        } = self;
        format!(
            "{before_title}<title>{title}</title>{after_title}\
             <div id=\"readable\">{content}</div>{after_content}"
        )
    }
}

/// The page of a server that has no built page: says how to build it, and shows the content.
pub fn page_without_app(folder: &Path, title: &str, content: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\
         <body><aside role=\"note\"><p>The page has not been built: there is no \
         <code>{folder}/index.html</code>. Run <code>cargo xtask serve</code>, or name the folder \
         of a built page with <code>--app</code>. Until then notebooks can be read here.</p></aside>\
         <div id=\"readable\">{content}</div></body></html>",
        title = escape(title),
        folder = escape(&folder.display().to_string()),
    )
}

/// Text for HTML, in content and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The text of every `<script>` without `src`. For the output of our own build, not for
/// HTML of strangers.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let open = rest.find("<script")?;
            let tag_end = open + rest[open..].find('>')?;
            let close = tag_end + rest[tag_end..].find("</script>")?;
            let (tag, body) = (&rest[open..tag_end], &rest[tag_end + 1..close]);
            rest = &rest[close..];
            if !tag.contains(" src=") && !body.is_empty() {
                return Some(body);
            }
        }
    })
}

/// How a policy allows what stands in a `<script>` or a `<style>`.
pub fn inline_hash(text: &str) -> String {
    format!(
        "'sha256-{}'",
        STANDARD.encode(Sha256::digest(text.as_bytes()))
    )
}

/// The current `index.html`, read again when a build has replaced it.
pub struct ShellFile {
    folder: PathBuf,
    current: Mutex<Option<(SystemTime, Arc<Shell>)>>,
}

impl ShellFile {
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            current: Mutex::new(None),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `None` when the page has not been built.
    pub fn current(&self) -> Option<Arc<Shell>> {
        let path = self.folder.join("index.html");
        let modified = std::fs::metadata(&path)
            .and_then(|data| data.modified())
            .ok()?;
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, shell)) = &*current
            && *at == modified
        {
            return Some(shell.clone());
        }
        let shell = Arc::new(Shell::parse(&std::fs::read_to_string(&path).ok()?));
        *current = Some((modified, shell.clone()));
        Some(shell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_and_title_are_put_in_their_places() {
        let shell = Shell::parse(
            "<html><head><title>x</title></head><body><!--content--><p>end</p></body></html>",
        );
        assert_eq!(
            shell.page("a < b", "<h1>hi</h1>"),
            "<html><head><title>a &lt; b</title></head><body>\
             <div id=\"readable\"><h1>hi</h1></div><p>end</p></body></html>"
        );
        let bare = Shell::parse("<html><head></head><body class=\"a\"><i></i></body></html>");
        assert_eq!(
            bare.page("t", "c"),
            "<html><head><title>t</title></head><body class=\"a\">\
             <div id=\"readable\">c</div><i></i></body></html>"
        );
    }

    #[test]
    fn only_inline_scripts_are_hashed() {
        let shell =
            Shell::parse("<script src=\"a.js\"></script><script type=\"module\">alert(1)</script>");
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        assert_eq!(
            shell.script_hashes,
            ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]
        );
    }
}
