//! Plugin folders that are broken are listed with words, and the cache trusts nobody.

use std::{fs, path::Path};

use plugin_host::{FailureKind, HostConfig, HostError, HostLimits, Kind, PluginHost};
use tempfile::TempDir;

use crate::setup::{Setup, hostile_wasm};

const CONFIG: &str = "kind = \"backend\"";

fn broken(setup: Setup, name: &str, wasm: &[u8]) -> Setup {
    setup
        .file(
            name,
            "config.toml",
            format!("name = \"{name}\"\n{CONFIG}").as_bytes(),
        )
        .file(name, "plugin.wasm", wasm)
}

#[tokio::test]
async fn every_broken_folder_is_listed_with_its_error() {
    let foreign = wat::parse_str(
        r#"(component
            (import "wasi:cli/stdout@0.2.0" (instance (export "x" (func))))
            (import "wasi:clocks/wall-clock@0.2.0" (instance))
        )"#,
    )
    .unwrap();
    let other_type = wat::parse_str(
        r#"(component
            (core module $m (func (export "f")))
            (core instance $i (instantiate $m))
            (func (export "invoke") (canon lift (core func $i "f")))
        )"#,
    )
    .unwrap();
    let setup = Setup::new()
        .plugin("good", "")
        .file(
            "a_view",
            "config.toml",
            b"name = \"a_view\"\nkind = \"view\"",
        )
        .file("no_config", "plugin.wasm", hostile_wasm())
        .file("bad_toml", "config.toml", b"name = ")
        .file(
            "bad_key",
            "config.toml",
            b"name = \"bad_key\"\nkind = \"backend\"\nallowed_domain = []",
        )
        .file("not_text", "config.toml", b"\xff\xfe")
        .file(
            "other_name",
            "config.toml",
            b"name = \"x\"\nkind = \"backend\"",
        )
        .file("table", "config.toml", b"name = \"table\"\nkind = \"view\"")
        .file(
            "no_wasm",
            "config.toml",
            b"name = \"no_wasm\"\nkind = \"backend\"",
        )
        .file(".hidden", "config.toml", b"");
    let setup = broken(setup, "empty", b"");
    let setup = broken(setup, "not_wasm", b"#!/bin/sh\necho no");
    let setup = broken(setup, "core_module", b"\0asm\x01\0\0\0");
    let setup = broken(setup, "damaged", &hostile_wasm()[..20_000]);
    let setup = broken(setup, "no_invoke", b"\0asm\x0d\0\x01\0");
    let setup = broken(setup, "other_type", &other_type);
    let setup = broken(setup, "foreign", &foreign);
    let host = setup.start();

    let expected = [
        ("a_view", Some("plugin.wasm is missing; ")),
        (
            "bad_key",
            Some(
                "bad_key/config.toml:3:1: unknown key `allowed_domain`; did you mean `allowed_domains`?",
            ),
        ),
        ("bad_toml", Some("bad_toml/config.toml:1:8: not valid TOML")),
        (
            "core_module",
            Some("plugin.wasm is a core module, and a plugin is a component"),
        ),
        ("damaged", Some("plugin.wasm is not a valid component: ")),
        ("empty", Some("plugin.wasm is not WebAssembly")),
        (
            "foreign",
            Some(
                "plugin.wasm imports `wasi:cli/stdout@0.2.0`, `wasi:clocks/wall-clock@0.2.0`, which databook does not offer",
            ),
        ),
        ("good", None),
        ("no_config", Some("no_config/config.toml is missing")),
        ("no_invoke", Some("plugin.wasm does not export `invoke`")),
        ("no_wasm", Some("plugin.wasm is missing")),
        ("not_text", Some("not_text/config.toml is not UTF-8 text")),
        ("not_wasm", Some("plugin.wasm is not WebAssembly")),
        (
            "other_name",
            Some("other_name/config.toml: the name is `x`, but the folder is `other_name`"),
        ),
        (
            "other_type",
            Some("plugin.wasm does not fit the world `databook:plugin/backend@1.0.0`: "),
        ),
        (
            "table",
            Some(
                "table/config.toml: `table` is a view that is built in, so no plugin can have the name; ",
            ),
        ),
    ];
    let plugins = host.host.plugins();
    let names: Vec<_> = plugins.iter().map(|plugin| plugin.name.as_str()).collect();
    assert_eq!(names, expected.map(|(name, _)| name));
    for (plugin, (_, error)) in plugins.iter().zip(expected) {
        match (&plugin.error, error) {
            (None, None) => {}
            (Some(actual), Some(error)) => assert!(actual.starts_with(error), "{actual}"),
            (actual, error) => panic!("{}: {actual:?}, not {error:?}", plugin.name),
        }
    }
    assert_eq!(host.host.find("a_view").unwrap().kind, Kind::View);
    let failure = host.failure("no_wasm", &[]).await;
    assert_eq!(failure.kind, FailureKind::Internal);
    assert!(
        failure.message.contains("plugin.wasm is missing"),
        "{failure:?}"
    );
    let options = [("do", "echo"), ("query", "works")];
    assert_eq!(host.text("good", &options).await, "works");
}

#[test]
fn a_missing_plugins_folder_is_named() {
    let folder = TempDir::new().unwrap();
    let error = PluginHost::start(HostConfig {
        plugins_folder: folder.path().join("nowhere"),
        cache_folder: folder.path().join("cache"),
        limits: HostLimits::default(),
        environment: Default::default(),
    })
    .unwrap_err();
    assert!(matches!(error, HostError::PluginsFolder { .. }));
    assert!(error.to_string().contains("nowhere"), "{error}");
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn compiled_code_is_cached_privately_and_checked() {
    let cache = TempDir::new().unwrap();
    let start = || {
        let mut setup = Setup::new().plugin("echo", "");
        setup.cache_folder = cache.path().join("compiled");
        setup.start()
    };
    let options = [("do", "echo"), ("query", "works")];
    assert_eq!(start().text("echo", &options).await, "works");
    let stored = files(&cache.path().join("compiled"));
    assert_eq!(stored.len(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(cache.path().join("compiled"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    // Unchanged at the next start.
    let code = fs::read(&stored[0]).unwrap();
    let written = fs::metadata(&stored[0]).unwrap().modified().unwrap();
    assert_eq!(start().text("echo", &options).await, "works");
    assert_eq!(
        fs::metadata(&stored[0]).unwrap().modified().unwrap(),
        written
    );

    // Cut, changed or emptied: compiled again.
    let mut changed = code.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    for damaged in [&code[..code.len() / 2], &changed, &[]] {
        fs::write(&stored[0], damaged).unwrap();
        assert_eq!(start().text("echo", &options).await, "works");
        assert_eq!(fs::read(&stored[0]).unwrap().len(), code.len());
    }
}

#[tokio::test]
async fn precompiled_code_in_a_plugin_folder_is_refused() {
    let cache = TempDir::new().unwrap();
    let mut setup = Setup::new().plugin("echo", "");
    setup.cache_folder = cache.path().to_owned();
    drop(setup.start());
    let stored = fs::read(&files(cache.path())[0]).unwrap();
    // Without the hash in front this is what the engine itself would load.
    let host = broken(Setup::new(), "smuggled", &stored[32..]).start();
    assert_eq!(
        host.host.find("smuggled").unwrap().error.as_deref(),
        Some("plugin.wasm is precompiled code; only WebAssembly is loaded")
    );
}
