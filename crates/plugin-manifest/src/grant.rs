//! What `allowed_domains` and `allowed_env_vars` grant, and the decisions about a request.
//!
//! Two questions are asked of every request: may this URL be requested ([`Network::decide`]), and
//! may the address its host resolved to be connected to ([`Permit::decide_address`]).

use std::{collections::BTreeMap, fmt, net::IpAddr, str::FromStr};

use url::{Host, Url};

use crate::{AddressClass, classify};

/// One entry of `allowed_domains`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainEntry {
    /// `example.org`: https and http on their default ports. A name other than `localhost` leads
    /// to public addresses only: whoever owns it could point it inside.
    Host(Host<String>),
    /// `http://127.0.0.1:9090`: this scheme, host and port, also inside.
    Origin(Origin),
    /// `*.example.org`: every name below, https and http on their default ports, at public
    /// addresses.
    Suffix(String),
    /// `env:PROMETHEUS_URL`: the origin of the address that the operator set there.
    Environment(String),
}

/// Scheme, host and port of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `http` or `https`.
    scheme: String,
    host: Host<String>,
    port: u16,
}

/// Why the text of an entry is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainEntryError {
    #[error("the entry is empty")]
    Empty,
    #[error("`{entry}` is not a host name or an IP address")]
    NotAHost { entry: String },
    #[error("`{entry}` has the scheme `{scheme}`, and only http and https can be granted")]
    Scheme { entry: String, scheme: String },
    #[error("`{entry}` has more than scheme, host and port; write `{origin}`")]
    MoreThanOrigin { entry: String, origin: String },
    #[error("`{entry}` needs a scheme to name a port; write `https://{entry}` or `http://{entry}`")]
    PortWithoutScheme { entry: String },
    #[error(
        "`{entry}` grants too much: a `*.` entry needs at least two labels, like `*.example.org`"
    )]
    TooWide { entry: String },
    #[error("`{entry}` has a `*` elsewhere than in front; only `*.example.org` is understood")]
    Wildcard { entry: String },
    #[error("`{entry}` names no environment variable (letters, digits and `_`)")]
    Variable { entry: String },
}

impl FromStr for DomainEntry {
    type Err = DomainEntryError;

    fn from_str(entry: &str) -> Result<Self, Self::Err> {
        let owned = || entry.to_owned();
        if entry.is_empty() {
            return Err(DomainEntryError::Empty);
        }
        if let Some(variable) = entry.strip_prefix("env:") {
            return if is_variable(variable) {
                Ok(Self::Environment(variable.to_owned()))
            } else {
                Err(DomainEntryError::Variable { entry: owned() })
            };
        }
        if let Some((scheme, _)) = entry.split_once("://") {
            if entry.contains('*') {
                return Err(DomainEntryError::Wildcard { entry: owned() });
            }
            let url =
                Url::parse(entry).map_err(|_| DomainEntryError::NotAHost { entry: owned() })?;
            let origin = Origin::of(&url).ok_or_else(|| DomainEntryError::Scheme {
                entry: owned(),
                scheme: scheme.to_owned(),
            })?;
            let bare = matches!(url.path(), "" | "/")
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none();
            return if bare {
                Ok(Self::Origin(origin))
            } else {
                Err(DomainEntryError::MoreThanOrigin {
                    entry: owned(),
                    origin: origin.to_string(),
                })
            };
        }
        if let Some(suffix) = entry.strip_prefix("*.") {
            if suffix.contains('*') {
                return Err(DomainEntryError::Wildcard { entry: owned() });
            }
            return match parse_host(suffix) {
                Some(Host::Domain(name)) if name.contains('.') => Ok(Self::Suffix(name)),
                Some(Host::Domain(_)) => Err(DomainEntryError::TooWide { entry: owned() }),
                Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => {
                    Err(DomainEntryError::NotAHost { entry: owned() })
                }
            };
        }
        if entry.contains('*') {
            return Err(DomainEntryError::Wildcard { entry: owned() });
        }
        match parse_host(entry) {
            Some(host) => Ok(Self::Host(host)),
            None if has_port(entry) => Err(DomainEntryError::PortWithoutScheme { entry: owned() }),
            None => Err(DomainEntryError::NotAHost { entry: owned() }),
        }
    }
}

impl DomainEntry {
    /// May what this entry grants be at a loopback or private address? Only where the entry says
    /// so itself: an address, `localhost`, or scheme, host and port written out.
    fn reaches_inside(&self) -> bool {
        match self {
            Self::Origin(_) | Self::Environment(_) => true,
            Self::Host(Host::Ipv4(_) | Host::Ipv6(_)) => true,
            Self::Host(Host::Domain(name)) => name == "localhost" || is_below(name, "localhost"),
            Self::Suffix(_) => false,
        }
    }
}

impl fmt::Display for DomainEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host) => write!(formatter, "{host}"),
            Self::Origin(origin) => write!(formatter, "{origin}"),
            Self::Suffix(suffix) => write!(formatter, "*.{suffix}"),
            Self::Environment(variable) => write!(formatter, "env:{variable}"),
        }
    }
}

/// Letters, digits and `_`, not beginning with a digit.
pub(crate) fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A host as URLs spell it. A trailing dot, an empty label or whitespace is none.
fn parse_host(text: &str) -> Option<Host<String>> {
    let host = Host::parse(text).ok()?;
    match &host {
        Host::Domain(name) if name.split('.').any(str::is_empty) => None,
        Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_) => Some(host),
    }
}

fn has_port(entry: &str) -> bool {
    entry
        .rsplit_once(':')
        .is_some_and(|(host, port)| parse_host(host).is_some() && port.parse::<u16>().is_ok())
}

impl Origin {
    /// Of an http or https URL; none for others.
    fn of(url: &Url) -> Option<Self> {
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        Some(Self {
            scheme: url.scheme().to_owned(),
            host: url.host()?.to_owned(),
            port: url.port_or_known_default()?,
        })
    }

    fn has_default_port(&self) -> bool {
        self.port == if self.scheme == "https" { 443 } else { 80 }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", self.scheme, self.host)?;
        if self.has_default_port() {
            Ok(())
        } else {
            write!(formatter, ":{}", self.port)
        }
    }
}

/// Where one plugin may go, with the operator's addresses filled in.
#[derive(Clone, Debug)]
pub struct Network {
    plugin: String,
    entries: Vec<(DomainEntry, Resolved)>,
}

/// What an entry means on this server.
#[derive(Clone, Debug)]
enum Resolved {
    /// Host, origin and suffix entries mean themselves.
    Itself,
    Origin(Origin),
    /// The environment variable is not set.
    Unset,
    /// The environment variable holds something that is not an http or https address.
    NotAnAddress,
}

impl Network {
    /// `environment` is what the operator gives to plugins; only variables that an `env:` entry
    /// names are looked at.
    pub fn new(
        plugin: &str,
        entries: &[DomainEntry],
        environment: &BTreeMap<String, String>,
    ) -> Self {
        let resolve = |entry: &DomainEntry| match entry {
            DomainEntry::Host(_) | DomainEntry::Origin(_) | DomainEntry::Suffix(_) => {
                Resolved::Itself
            }
            DomainEntry::Environment(variable) => match environment.get(variable) {
                None => Resolved::Unset,
                Some(value) if value.trim().is_empty() => Resolved::Unset,
                Some(value) => Url::parse(value.trim())
                    .ok()
                    .as_ref()
                    .and_then(Origin::of)
                    .map_or(Resolved::NotAnAddress, Resolved::Origin),
            },
        };
        Self {
            plugin: plugin.to_owned(),
            entries: entries
                .iter()
                .map(|entry| (entry.clone(), resolve(entry)))
                .collect(),
        }
    }

    /// What is granted as a browser can be told: origins, and `*.` suffixes. A host entry is two
    /// origins; an `env:` entry is what the operator set, or nothing.
    pub fn origins(&self) -> Vec<String> {
        let both =
            |host: &dyn fmt::Display| ["https", "http"].map(|scheme| format!("{scheme}://{host}"));
        self.entries
            .iter()
            .flat_map(|(entry, resolved)| match (entry, resolved) {
                (DomainEntry::Host(host), _) => both(host).to_vec(),
                (DomainEntry::Origin(origin), _) | (_, Resolved::Origin(origin)) => {
                    vec![origin.to_string()]
                }
                (DomainEntry::Suffix(suffix), _) => vec![format!("*.{suffix}")],
                (
                    DomainEntry::Environment(_),
                    Resolved::Itself | Resolved::Unset | Resolved::NotAnAddress,
                ) => Vec::new(),
            })
            .collect()
    }

    /// May this URL be requested?
    pub fn decide(&self, url: &Url) -> Result<Permit, Denial> {
        let Some(origin) = Origin::of(url) else {
            return Err(Denial::Scheme {
                plugin: self.plugin.clone(),
                scheme: url.scheme().to_owned(),
            });
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Denial::UserInfo {
                plugin: self.plugin.clone(),
                origin: origin.to_string(),
            });
        }
        let matching = |entry: &DomainEntry, resolved: &Resolved| match (entry, resolved) {
            (DomainEntry::Host(host), _) => origin.host == *host && origin.has_default_port(),
            (DomainEntry::Origin(granted), _) => origin == *granted,
            (DomainEntry::Suffix(suffix), _) => {
                matches!(&origin.host, Host::Domain(name) if is_below(name, suffix))
                    && origin.has_default_port()
            }
            (DomainEntry::Environment(_), Resolved::Origin(granted)) => origin == *granted,
            (
                DomainEntry::Environment(_),
                Resolved::Itself | Resolved::Unset | Resolved::NotAnAddress,
            ) => false,
        };
        let mut matches = self
            .entries
            .iter()
            .filter(|(entry, resolved)| matching(entry, resolved))
            .map(|(entry, _)| entry)
            .peekable();
        if matches.peek().is_some() {
            let reaches_inside = matches.any(DomainEntry::reaches_inside);
            return Ok(Permit {
                plugin: self.plugin.clone(),
                origin,
                reaches_inside,
            });
        }
        let unset = self
            .entries
            .iter()
            .find_map(|(entry, resolved)| match (entry, resolved) {
                (DomainEntry::Environment(variable), Resolved::Unset) => {
                    Some((variable.clone(), "is not set"))
                }
                (DomainEntry::Environment(variable), Resolved::NotAnAddress) => {
                    Some((variable.clone(), "is not an http or https address"))
                }
                _ => None,
            });
        Err(Denial::NotGranted {
            plugin: self.plugin.clone(),
            entry: if origin.has_default_port() && origin.scheme == "https" {
                origin.host.to_string()
            } else {
                origin.to_string()
            },
            origin: origin.to_string(),
            unset: unset
                .map(|(variable, state)| format!(" (the server's {variable} {state})"))
                .unwrap_or_default(),
        })
    }
}

/// Is the name a proper subdomain of the suffix?
fn is_below(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix)
        .and_then(|rest| rest.strip_suffix('.'))
        .is_some_and(|labels| labels.split('.').all(|label| !label.is_empty()))
}

/// A URL that may be requested, if its host leads where it may lead.
#[derive(Clone, Debug)]
pub struct Permit {
    plugin: String,
    origin: Origin,
    /// An entry grants this host also where it is at a loopback or private address.
    reaches_inside: bool,
}

impl Permit {
    /// May this address, which the host resolved to, be connected to?
    pub fn decide_address(&self, address: IpAddr) -> Result<(), Denial> {
        let class = classify(address);
        let is_the_host = match &self.origin.host {
            Host::Ipv4(host) => IpAddr::V4(*host) == address,
            Host::Ipv6(host) => IpAddr::V6(*host) == address,
            Host::Domain(_) => false,
        };
        let allowed = class == AddressClass::Public
            || (self.reaches_inside && (is_the_host || class.has_names()));
        if allowed {
            return Ok(());
        }
        Err(Denial::Address {
            plugin: self.plugin.clone(),
            host: self.origin.host.to_string(),
            address,
            class: class.words(),
            entry: if class.has_names() {
                self.origin.to_string()
            } else {
                Origin {
                    host: match address {
                        IpAddr::V4(address) => Host::Ipv4(address),
                        IpAddr::V6(address) => Host::Ipv6(address),
                    },
                    ..self.origin.clone()
                }
                .to_string()
            },
        })
    }
}

/// Why a request is not made, in words for the plugin's author and the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    #[error(
        "the plugin `{plugin}` may not reach {origin}{unset}; the entry `{entry}` in `allowed_domains` of its config.toml would grant it"
    )]
    NotGranted {
        plugin: String,
        origin: String,
        entry: String,
        /// Which variable of an `env:` entry is missing, as a parenthesis, or nothing.
        unset: String,
    },
    #[error(
        "the plugin `{plugin}` may not reach {host}: it resolves to {address}, which is {class}; the entry `{entry}` in `allowed_domains` of its config.toml would grant it"
    )]
    Address {
        plugin: String,
        host: String,
        address: IpAddr,
        class: &'static str,
        entry: String,
    },
    #[error(
        "the plugin `{plugin}` asked for a `{scheme}:` address; only http and https can be granted"
    )]
    Scheme { plugin: String, scheme: String },
    #[error(
        "the plugin `{plugin}` put a user or password into the address of {origin}; send an Authorization header instead"
    )]
    UserInfo { plugin: String, origin: String },
}

/// Why a variable is not given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the plugin `{plugin}` may not read the environment variable {variable}; the entry `{variable}` in `allowed_env_vars` of its config.toml would grant it"
)]
pub struct EnvDenial {
    pub plugin: String,
    pub variable: String,
}

#[cfg(test)]
mod tests;
