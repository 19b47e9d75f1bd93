//! Keeps the values of secret environment variables out of everything that leaves the host.

use std::collections::BTreeMap;

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};
use percent_encoding::percent_decode_str;
use url::{Url, form_urlencoded};

/// Stands where a secret stood.
const MASK: &str = "•••";
/// Shorter values are words that would turn up by chance, and no secrets worth the name.
const MIN_SECRET_BYTES: usize = 6;
/// Shorter pieces of base64 would turn up by chance.
const MIN_BASE64_CHARS: usize = 6;
/// Variables with these endings say where and as whom, not with which secret. Masking a user name
/// like `prometheus` would destroy honest data. A password inside an address is still masked.
const OPEN_ENDINGS: [&str; 10] = [
    "_URL",
    "_URI",
    "_HOST",
    "_PORT",
    "_ADDRESS",
    "_USER",
    "_USERNAME",
    "_REGION",
    "_ORG",
    "_TENANT",
];

/// The forms in which a plugin's secrets could appear, longest first.
#[derive(Debug, Default)]
pub(crate) struct Masker {
    needles: Vec<String>,
}

impl Masker {
    /// `values` are the environment variables that the plugin may read.
    pub fn new(values: &BTreeMap<String, String>) -> Self {
        let mut needles = Vec::new();
        for (name, value) in values {
            let value = value.trim();
            if let Ok(url) = Url::parse(value)
                && url.has_host()
            {
                if let Some(password) = url.password() {
                    add(&mut needles, password);
                    let decoded = percent_decode_str(password).decode_utf8_lossy();
                    add(&mut needles, &decoded);
                }
            } else if !OPEN_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
                add(&mut needles, value);
            }
        }
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
        needles.dedup();
        Self { needles }
    }

    pub fn has_secrets(&self) -> bool {
        !self.needles.is_empty()
    }

    /// Replaces every secret in place.
    pub fn mask(&self, text: &mut String) {
        for needle in &self.needles {
            if text.contains(needle.as_str()) {
                *text = text.replace(needle.as_str(), MASK);
            }
        }
    }
}

fn add(needles: &mut Vec<String>, secret: &str) {
    if secret.len() < MIN_SECRET_BYTES {
        return;
    }
    needles.push(secret.to_owned());
    let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    if encoded != secret {
        needles.push(encoded);
    }
    for alphabet in [&STANDARD, &URL_SAFE] {
        let base64 = GeneralPurpose::new(alphabet, NO_PAD);
        for offset in 0..3 {
            let core = base64_core(&base64, secret.as_bytes(), offset);
            if core.len() >= MIN_BASE64_CHARS && !needles.contains(&core) {
                needles.push(core);
            }
        }
    }
}

/// The characters that are the same in every base64 text in which the secret begins `offset`
/// bytes after a multiple of three, whatever stands before and after it: `user:secret`.
fn base64_core(base64: &GeneralPurpose, secret: &[u8], offset: usize) -> String {
    let mut padded = vec![0; offset];
    padded.extend_from_slice(secret);
    let text = base64.encode(&padded);
    let first = (offset * 8).div_ceil(6);
    let end = padded.len() * 8 / 6;
    text.get(first..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masker(values: &[(&str, &str)]) -> Masker {
        Masker::new(
            &values
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    fn masked(masker: &Masker, text: &str) -> String {
        let mut text = text.to_owned();
        masker.mask(&mut text);
        text
    }

    #[test]
    fn secrets_are_masked_in_every_form() {
        let masker = masker(&[("API_TOKEN", "pässwörd/12+3")]);
        let base64 = base64::engine::general_purpose::STANDARD;
        for prefix in ["", "u:", "us:", "usr:"] {
            for suffix in ["", "x", "xy"] {
                let text = base64.encode(format!("{prefix}pässwörd/12+3{suffix}"));
                assert!(masked(&masker, &text).contains(MASK), "{text}");
            }
        }
        assert_eq!(
            masked(&masker, "with pässwörd/12+3, denied"),
            "with •••, denied"
        );
        assert_eq!(masked(&masker, "?t=p%C3%A4ssw%C3%B6rd%2F12%2B3"), "?t=•••");
        assert_eq!(masked(&masker, "nothing"), "nothing");
    }

    #[test]
    fn addresses_and_user_names_are_shown_but_not_their_passwords() {
        let masker = masker(&[
            ("PROMETHEUS_URL", "http://me:hunter%2B22@127.0.0.1:9090"),
            ("PROMETHEUS_USER", "prometheus"),
            ("SHORT_TOKEN", "abc"),
        ]);
        assert_eq!(
            masked(
                &masker,
                "prometheus at http://me:hunter%2B22@127.0.0.1:9090 abc"
            ),
            "prometheus at http://me:•••@127.0.0.1:9090 abc"
        );
        assert_eq!(masked(&masker, "hunter+22"), "•••");
    }

    #[test]
    fn nothing_secret_costs_nothing() {
        assert!(!masker(&[("PROMETHEUS_URL", "http://127.0.0.1:9090")]).has_secrets());
    }
}
