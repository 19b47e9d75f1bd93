//! Texts that try to be something else. What they run sets `pwned`, which the tests look for.

/// Markup, for every text of every widget.
pub const MARKUP: &[&str] = &[
    "<img src=x onerror=\"window.pwned=1;alert(1)\">",
    "\"><script>window.pwned=1;alert(1)</script>",
    "' autofocus onfocus='window.pwned=1' onmouseover='window.pwned=1' x='",
    "</textarea></title></select></svg></style><svg onload=window.pwned=1>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<style>@import 'http://foreign.invalid/a.css';</style>",
    "\u{1b}]8;;javascript:window.pwned=1\u{7}click\u{1b}]8;;\u{7}\u{1b}[31m<b>\u{0}",
];

/// Addresses, for every text of every widget: some of them are links, pictures or names of files.
pub const LINKS: &[&str] = &[
    "javascript:window.pwned=1",
    " javascript:window.pwned=1",
    "JAVASCRIPT:window.pwned=1",
    "java\nscript:window.pwned=1",
    "\u{1}javascript:window.pwned=1",
    "vbscript:msgbox(1)",
    "data:text/html,<script>opener.pwned=1</script>",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='top.pwned=1'/>",
    "blob:http://foreign.invalid/1",
    "//foreign.invalid/x",
    "http://foreign.invalid/x.png",
    "https://user:password@foreign.invalid/\"onclick=\"window.pwned=1",
    "[a](javascript:window.pwned=1) <javascript:window.pwned=1> [b]: javascript:window.pwned=1",
    "![a](http://foreign.invalid/a.png) ![b](data:image/svg+xml,<svg/onload=window.pwned=1>)",
];

/// A picture that runs something where it may.
pub const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" \
    xmlns:xlink=\"http://www.w3.org/1999/xlink\" onload=\"top.pwned=1\">\
    <script>top.pwned=1</script><image xlink:href=\"http://foreign.invalid/in-svg.png\"/>\
    <foreignObject><body xmlns=\"http://www.w3.org/1999/xhtml\" onload=\"top.pwned=1\"/>\
    </foreignObject></svg>";
