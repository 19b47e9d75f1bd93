//! Where the Prometheus is and as whom to ask: from the server's environment.

use plugin_sdk::Failure;
use plugin_sdk::http::{Request, encode};

use crate::plan::Call;

/// Asked when `PROMETHEUS_URL` is not set; `config.toml` grants the same.
const DEFAULT_URL: &str = "http://127.0.0.1:9090";

/// A Prometheus and the way in.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// Without a slash at the end; holds no password.
    pub url: String,
    pub credentials: Credentials,
}

/// As whom to ask.
#[derive(Clone, PartialEq)]
pub enum Credentials {
    None,
    Basic { user: String, password: String },
    Bearer(String),
}

/// A secret is never printed.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::None => "None",
            Self::Basic { .. } => "Basic(…)",
            Self::Bearer(_) => "Bearer(…)",
        })
    }
}

impl Server {
    /// Reads `PROMETHEUS_URL` and the credentials. A bearer token wins over a user's name.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let url = variable("PROMETHEUS_URL").unwrap_or_else(|| DEFAULT_URL.to_owned());
        let url = checked(url.trim())?;
        let credentials = match (
            variable("PROMETHEUS_BEARER_TOKEN"),
            variable("PROMETHEUS_USERNAME"),
        ) {
            (Some(token), _) => Credentials::Bearer(token.trim().to_owned()),
            (None, Some(user)) => Credentials::Basic {
                user,
                password: variable("PROMETHEUS_PASSWORD").unwrap_or_default(),
            },
            (None, None) => Credentials::None,
        };
        Ok(Self { url, credentials })
    }

    /// The call as a request to this server.
    pub fn request(&self, call: &Call) -> Request {
        let address = format!("{}/{}", self.url, call.path);
        let request = if call.post {
            Request::post(address).form(call.fields.iter().map(|(name, value)| (name, value)))
        } else {
            Request::get(with_query(address, &call.fields))
        };
        let request = request.header("accept", "application/json");
        match &self.credentials {
            Credentials::None => request,
            Credentials::Basic { user, password } => request.basic(user, password),
            Credentials::Bearer(token) => request.bearer(token),
        }
    }
}

fn with_query(mut address: String, fields: &[(&str, String)]) -> String {
    for (position, (name, value)) in fields.iter().enumerate() {
        address.push(if position == 0 { '?' } else { '&' });
        address.push_str(&encode(name));
        address.push('=');
        address.push_str(&encode(value));
    }
    address
}

/// The messages do not repeat the value: a malformed one may hold a password.
fn checked(url: &str) -> Result<String, Failure> {
    const EXAMPLE: &str = "Set it to an address like https://prometheus.example.org:9090.";
    let Some(rest) = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"))
    else {
        return Err(
            Failure::invalid("PROMETHEUS_URL does not begin with http:// or https://.")
                .hint(EXAMPLE),
        );
    };
    if rest.contains(['?', '#']) {
        return Err(Failure::invalid("PROMETHEUS_URL has a query or a fragment.").hint(EXAMPLE));
    }
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Err(Failure::invalid("PROMETHEUS_URL holds a user or a password.").hint(
            "Put them into PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD, and only the address into PROMETHEUS_URL.",
        ));
    }
    if authority.is_empty() {
        return Err(Failure::invalid("PROMETHEUS_URL names no host.").hint(EXAMPLE));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn server(variables: &[(&str, &str)]) -> Result<Server, Failure> {
        Server::from_environment(|name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_variables_the_local_one_is_asked() {
        let server = server(&[]).unwrap();
        assert_eq!(server.url, "http://127.0.0.1:9090");
        assert_eq!(server.credentials, Credentials::None);
    }

    #[test]
    fn a_path_in_front_is_kept_and_a_slash_at_the_end_is_not() {
        let server = server(&[("PROMETHEUS_URL", " https://example.org/prom/ ")]).unwrap();
        assert_eq!(server.url, "https://example.org/prom");
    }

    #[test]
    fn a_token_wins_over_a_name() {
        let basic = [("PROMETHEUS_USERNAME", "a"), ("PROMETHEUS_PASSWORD", "b")];
        assert!(matches!(
            server(&basic).unwrap().credentials,
            Credentials::Basic { .. }
        ));
        let both = [
            ("PROMETHEUS_USERNAME", "a"),
            ("PROMETHEUS_BEARER_TOKEN", "t"),
        ];
        assert_eq!(
            server(&both).unwrap().credentials,
            Credentials::Bearer("t".to_owned())
        );
    }

    #[test]
    fn a_bad_address_is_named_but_not_repeated() {
        for url in [
            "example.org:9090",
            "http://user:secret@example.org",
            "http://",
            "http:///x",
            "http://example.org?a=secret",
        ] {
            let failure = server(&[("PROMETHEUS_URL", url)]).unwrap_err();
            assert!(failure.message.contains("PROMETHEUS_URL"), "{failure:?}");
            assert!(!format!("{failure:?}").contains("secret"), "{failure:?}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let server = server(&[("PROMETHEUS_BEARER_TOKEN", "s3cret")]).unwrap();
        assert!(!format!("{server:?}").contains("s3cret"));
    }
}
