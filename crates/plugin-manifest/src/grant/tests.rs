//! Which requests and addresses are granted, and what a denial says.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn network(entries: &[&str]) -> Network {
    let entries: Vec<_> = entries.iter().map(|entry| entry.parse().unwrap()).collect();
    let environment = BTreeMap::from([
        (
            "PROMETHEUS_URL".to_owned(),
            "http://user:secret@10.0.0.5:9090/prefix".to_owned(),
        ),
        ("BROKEN".to_owned(), "not an address".to_owned()),
    ]);
    Network::new("demo", &entries, &environment)
}

fn check(entries: &[&str], url: &str, expected: bool) {
    let decision = network(entries).decide(&Url::parse(url).unwrap());
    assert_eq!(
        decision.is_ok(),
        expected,
        "{entries:?} {url}: {decision:?}"
    );
}

fn check_address(entries: &[&str], url: &str, address: &str, expected: bool) {
    let permit = network(entries).decide(&Url::parse(url).unwrap()).unwrap();
    let decision = permit.decide_address(address.parse().unwrap());
    assert_eq!(
        decision.is_ok(),
        expected,
        "{entries:?} {url} {address}: {decision:?}"
    );
}

#[test]
fn a_host_grants_both_schemes_on_their_default_ports() {
    let entries = &["example.org"];
    check(entries, "https://example.org/any?x=1", true);
    check(entries, "http://example.org/", true);
    check(entries, "https://EXAMPLE.org:443/", true);
    check(entries, "https://example.org:8443/", false);
    check(entries, "http://example.org:443/", false);
    check(entries, "https://sub.example.org/", false);
    check(entries, "https://example.org.evil.net/", false);
    check(entries, "https://example.org./", false);
    check(entries, "https://user@example.org/", false);
    check(entries, "https://:pass@example.org/", false);
    check(entries, "https://evil.net@example.org.evil.net/", false);
    check(entries, "ftp://example.org/", false);
    check(entries, "ws://example.org/", false);
}

#[test]
fn an_origin_grants_exactly_itself() {
    let entries = &["http://127.0.0.1:9090"];
    check(entries, "http://127.0.0.1:9090/api", true);
    check(entries, "http://2130706433:9090/", true);
    check(entries, "https://127.0.0.1:9090/", false);
    check(entries, "http://127.0.0.1/", false);
    check(entries, "http://127.0.0.2:9090/", false);
    check(entries, "http://localhost:9090/", false);
    check(&["https://example.org"], "https://example.org:443/", true);
    check(&["https://example.org"], "http://example.org/", false);
}

#[test]
fn a_suffix_grants_what_is_below() {
    let entries = &["*.example.org"];
    check(entries, "https://a.example.org/", true);
    check(entries, "http://a.b.example.org/", true);
    check(entries, "https://example.org/", false);
    check(entries, "https://badexample.org/", false);
    check(entries, "https://a.example.org:8443/", false);
}

#[test]
fn an_environment_entry_grants_the_operators_address() {
    let entries = &["env:PROMETHEUS_URL"];
    check(entries, "http://10.0.0.5:9090/prefix/api/v1/query", true);
    check(entries, "http://10.0.0.5:9091/", false);
    check(entries, "https://10.0.0.5:9090/", false);
    check(&["env:UNSET"], "http://10.0.0.5:9090/", false);
    check(&["env:BROKEN"], "http://10.0.0.5:9090/", false);
}

#[test]
fn a_bare_name_leads_to_public_addresses_only() {
    let name = &["example.org"];
    check_address(name, "https://example.org/", "93.184.216.34", true);
    check_address(name, "https://example.org/", "2606:2800:220:1::1", true);
    for inside in ["10.0.0.1", "192.168.1.1", "127.0.0.1", "::1", "fd00::1"] {
        check_address(name, "https://example.org/", inside, false);
        check_address(name, "http://example.org/", inside, false);
    }
}

#[test]
fn inside_addresses_need_an_entry_that_reaches_inside() {
    let origin = &["https://example.org"];
    check_address(origin, "https://example.org/", "93.184.216.34", true);
    check_address(origin, "https://example.org/", "10.0.0.1", true);
    check_address(origin, "https://example.org/", "127.0.0.1", true);
    check_address(origin, "https://example.org/", "169.254.169.254", false);
    check_address(origin, "https://example.org/", "fe80::1", false);
    check_address(origin, "https://example.org/", "2002:7f00:1::", false);
    check_address(origin, "https://example.org/", "0.0.0.0", false);

    check_address(&["localhost"], "http://localhost/", "127.0.0.1", true);
    check_address(&["a.localhost"], "http://a.localhost/", "::1", true);
    check_address(&["nolocalhost"], "http://nolocalhost/", "::1", false);
    check_address(&["10.0.0.5"], "http://10.0.0.5/", "10.0.0.5", true);
    check_address(&["[::1]"], "http://[::1]/", "::1", true);

    let suffix = &["*.example.org"];
    check_address(suffix, "https://a.example.org/", "93.184.216.34", true);
    check_address(suffix, "https://a.example.org/", "10.0.0.1", false);
    check_address(suffix, "https://a.example.org/", "127.0.0.1", false);
    check_address(suffix, "https://a.example.org/", "::1", false);
    check_address(suffix, "https://a.example.org/", "::ffff:127.0.0.1", false);
    check_address(suffix, "https://a.example.org/", "64:ff9b::a00:1", false);
    check_address(suffix, "https://a.example.org/", "100.64.0.1", false);

    let both = &["*.example.org", "a.example.org", "https://a.example.org"];
    check_address(both, "https://a.example.org/", "10.0.0.1", true);
    check_address(both, "http://a.example.org/", "10.0.0.1", false);
    check_address(both, "https://b.example.org/", "10.0.0.1", false);

    check_address(
        &["env:PROMETHEUS_URL"],
        "http://10.0.0.5:9090/",
        "10.0.0.5",
        true,
    );
    let metadata = &["http://169.254.169.254"];
    check_address(metadata, "http://169.254.169.254/", "169.254.169.254", true);
}

#[test]
fn a_denial_says_which_entry_would_grant_it() {
    for (entries, url, expected) in [
        (
            &[][..],
            "https://example.org/path?secret=1",
            "the plugin `demo` may not reach https://example.org; the entry `example.org` in `allowed_domains` of its config.toml would grant it",
        ),
        (
            &["example.org"],
            "http://[::1]:9090/",
            "the plugin `demo` may not reach http://[::1]:9090; the entry `http://[::1]:9090` in `allowed_domains` of its config.toml would grant it",
        ),
        (
            &["env:UNSET"],
            "http://10.0.0.5:9090/",
            "the plugin `demo` may not reach http://10.0.0.5:9090 (the server's UNSET is not set); the entry `http://10.0.0.5:9090` in `allowed_domains` of its config.toml would grant it",
        ),
    ] {
        let denial = network(entries).decide(&Url::parse(url).unwrap());
        assert_eq!(denial.unwrap_err().to_string(), expected);
    }
    let permit = network(&["*.example.org"])
        .decide(&Url::parse("https://a.example.org/").unwrap())
        .unwrap();
    assert_eq!(
        permit
            .decide_address("10.0.0.1".parse().unwrap())
            .unwrap_err()
            .to_string(),
        "the plugin `demo` may not reach a.example.org: it resolves to 10.0.0.1, which is a private address; the entry `https://a.example.org` in `allowed_domains` of its config.toml would grant it"
    );
}

/// Every suggested entry is one that parses and grants.
#[test]
fn the_suggested_entry_grants() {
    for url in [
        "https://example.org/",
        "http://example.org/",
        "https://example.org:8443/",
        "http://127.0.0.1:9090/",
        "http://[::1]:9090/",
    ] {
        let url = Url::parse(url).unwrap();
        let Err(Denial::NotGranted { entry, .. }) = network(&[]).decide(&url) else {
            unreachable!("nothing is granted");
        };
        assert!(network(&[&entry]).decide(&url).is_ok(), "{entry}");
    }
}

/// The same where only the address was the reason.
#[test]
fn the_entry_suggested_for_an_inside_address_grants_it() {
    let inside = "10.0.0.1".parse().unwrap();
    for url in ["https://example.org/", "http://example.org/"] {
        let url = Url::parse(url).unwrap();
        let permit = network(&["example.org"]).decide(&url).unwrap();
        let Err(Denial::Address { entry, .. }) = permit.decide_address(inside) else {
            unreachable!("a bare name does not reach inside");
        };
        let permit = network(&[&entry]).decide(&url).unwrap();
        assert_eq!(permit.decide_address(inside), Ok(()), "{entry}");
    }
}

#[test]
fn entries_that_are_none() {
    for (entry, expected) in [
        ("", "the entry is empty"),
        (
            "*",
            "`*` has a `*` elsewhere than in front; only `*.example.org` is understood",
        ),
        (
            "*.org",
            "`*.org` grants too much: a `*.` entry needs at least two labels, like `*.example.org`",
        ),
        (
            "*.*.org",
            "`*.*.org` has a `*` elsewhere than in front; only `*.example.org` is understood",
        ),
        (
            "https://*.example.org",
            "`https://*.example.org` has a `*` elsewhere than in front; only `*.example.org` is understood",
        ),
        (
            "ftp://example.org",
            "`ftp://example.org` has the scheme `ftp`, and only http and https can be granted",
        ),
        (
            "https://example.org/path",
            "`https://example.org/path` has more than scheme, host and port; write `https://example.org`",
        ),
        (
            "https://u:p@example.org",
            "`https://u:p@example.org` has more than scheme, host and port; write `https://example.org`",
        ),
        (
            "example.org:8443",
            "`example.org:8443` needs a scheme to name a port; write `https://example.org:8443` or `http://example.org:8443`",
        ),
        (
            "exa mple.org",
            "`exa mple.org` is not a host name or an IP address",
        ),
        (
            "example.org/path",
            "`example.org/path` is not a host name or an IP address",
        ),
        ("a..b", "`a..b` is not a host name or an IP address"),
        (
            "env:",
            "`env:` names no environment variable (letters, digits and `_`)",
        ),
        (
            "env:A-B",
            "`env:A-B` names no environment variable (letters, digits and `_`)",
        ),
    ] {
        assert_eq!(
            entry.parse::<DomainEntry>().unwrap_err().to_string(),
            expected
        );
    }
}

#[test]
fn entries_print_as_they_were_written() {
    for entry in [
        "example.org",
        "127.0.0.1",
        "[::1]",
        "http://127.0.0.1:9090",
        "https://example.org",
        "*.example.org",
        "env:PROMETHEUS_URL",
    ] {
        assert_eq!(entry.parse::<DomainEntry>().unwrap().to_string(), entry);
    }
}
