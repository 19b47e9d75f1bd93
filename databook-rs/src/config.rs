//! Settings: flag over environment variable over `databook.toml` over default.
//!
//! Every setting has the same name in all three places (`--grace-s`, `DATABOOK_GRACE_S`,
//! `grace_s`). A key that nobody knows is an error and never ignored.

mod file;

pub use file::FileError;

use clap::{Parser, ValueEnum};
use plugin_manifest::DomainEntry;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

/// Where the server listens unless told otherwise.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// How long running plugins may go on after SIGTERM, in seconds.
pub const DEFAULT_GRACE_S: u64 = 10;
/// What is logged: everything of ours at `info`, libraries from `warn`.
pub const DEFAULT_LOG: &str = "warn,databook_rs=info,server=info,plugin_host=info,storage=info";
/// Read when `--config` is not given and the file is there.
pub const DEFAULT_CONFIG_FILE: &str = "databook.toml";

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AuthMode {
    /// Everybody who can reach the port.
    None,
    /// A login link that works once, and a bearer token for programs; both are printed at start.
    Token,
}

/// Databook's server: notebooks, plugins and the page on one port.
///
/// Every flag can also be given as the environment variable named beside it, or in
/// `databook.toml` under the same name with underscores. A flag wins over the environment,
/// the environment over the file.
#[derive(Clone, Debug, Default, Parser)]
#[command(name = "server", version)]
pub struct Flags {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    ///
    /// Anything beyond loopback needs `--auth` to be said as well.
    #[arg(long, value_name = "ADDRESS", env = "DATABOOK_LISTEN")]
    pub listen: Option<SocketAddr>,

    /// Folder that keeps notebooks and outputs; made when missing [default: ./data]
    #[arg(long, value_name = "FOLDER", env = "DATABOOK_DATA")]
    pub data: Option<PathBuf>,

    /// Folder of plugins, each in a folder NAME with config.toml and plugin.wasm [default: ./plugins]
    #[arg(long, value_name = "FOLDER", env = "DATABOOK_PLUGINS")]
    pub plugins: Option<PathBuf>,

    /// Folder of the built page [default: ./dist]
    #[arg(long, value_name = "FOLDER", env = "DATABOOK_APP")]
    pub app: Option<PathBuf>,

    /// Who may come in [default on loopback: none]
    #[arg(long, value_enum, env = "DATABOOK_AUTH")]
    pub auth: Option<AuthMode>,

    /// Further names under which the server is reached, `name` or `name:port`, comma separated
    ///
    /// Requests for other names are refused, so that a foreign site cannot reach the server
    /// under a name of its own.
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        env = "DATABOOK_ALLOWED_HOSTS"
    )]
    pub allowed_hosts: Option<Vec<String>>,

    /// Hosts that the page may ask for views that people bring along, comma separated, as in
    /// allowed_domains
    ///
    /// What installed views are granted need not be said again.
    #[arg(
        long,
        value_name = "ORIGINS",
        value_delimiter = ',',
        env = "DATABOOK_CONNECT_SRC"
    )]
    pub connect_src: Option<Vec<DomainEntry>>,

    /// Seconds that running plugins get to finish after SIGTERM [default: 10]
    #[arg(long, value_name = "SECONDS", env = "DATABOOK_GRACE_S")]
    pub grace_s: Option<u64>,

    /// What to log: `info`, `debug`, or per part such as `warn,databook_rs=debug`
    #[arg(long, value_name = "FILTER", env = "DATABOOK_LOG")]
    pub log: Option<String>,

    /// Settings file [default: ./databook.toml where there is one]
    #[arg(long, value_name = "FILE", env = "DATABOOK_CONFIG")]
    pub config: Option<PathBuf>,
}

/// All settings, decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub listen: SocketAddr,
    pub data: PathBuf,
    pub plugins: PathBuf,
    pub app: PathBuf,
    pub auth: AuthMode,
    pub allowed_hosts: Vec<String>,
    pub connect_src: Vec<DomainEntry>,
    pub grace: Duration,
    pub log: String,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the settings file {path}: {source}. Name another one with --config.")]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(transparent)]
    File(#[from] FileError),
    #[error(
        "refusing to listen on {listen}: it can be reached from other machines and nothing \
         says who may come in. Add `--auth token` (a login link is printed at start), or \
         `--auth none` if everybody who can reach the port may read, write and run everything."
    )]
    OpenDoor { listen: SocketAddr },
}

impl Config {
    /// Joins the flags (the environment already folded in by clap) with the settings file.
    pub fn resolve(flags: Flags) -> Result<Self, ConfigError> {
        let file = match &flags.config {
            Some(path) => read(path)?,
            None if Path::new(DEFAULT_CONFIG_FILE).is_file() => {
                read(Path::new(DEFAULT_CONFIG_FILE))?
            }
            None => Flags::default(),
        };
        Self::join(flags, file)
    }

    fn join(flags: Flags, file: Flags) -> Result<Self, ConfigError> {
        let listen = flags.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN);
        let auth = match flags.auth.or(file.auth) {
            Some(auth) => auth,
            None if listen.ip().is_loopback() => AuthMode::None,
            None => return Err(ConfigError::OpenDoor { listen }),
        };
        let path = |flag: Option<PathBuf>, file: Option<PathBuf>, default: &str| {
            flag.or(file).unwrap_or_else(|| default.into())
        };
        Ok(Self {
            listen,
            data: path(flags.data, file.data, "./data"),
            plugins: path(flags.plugins, file.plugins, "./plugins"),
            app: path(flags.app, file.app, "./dist"),
            auth,
            allowed_hosts: flags
                .allowed_hosts
                .or(file.allowed_hosts)
                .unwrap_or_default()
                .into_iter()
                .map(|name| name.trim().to_ascii_lowercase())
                .filter(|name| !name.is_empty())
                .collect(),
            connect_src: flags.connect_src.or(file.connect_src).unwrap_or_default(),
            grace: Duration::from_secs(flags.grace_s.or(file.grace_s).unwrap_or(DEFAULT_GRACE_S)),
            log: flags
                .log
                .or(file.log)
                .unwrap_or_else(|| DEFAULT_LOG.to_owned()),
        })
    }
}

fn read(path: &Path) -> Result<Flags, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    Ok(file::parse(&path.display().to_string(), &text)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use super::*;
    use clap::CommandFactory as _;

    fn join(flags: &[&str], file: &str) -> Result<Config, ConfigError> {
        let flags = Flags::parse_from(std::iter::once("server").chain(flags.iter().copied()));
        Config::join(flags, file::parse("databook.toml", file)?)
    }

    #[test]
    fn the_flag_wins_over_the_file_and_the_file_over_the_default() {
        let config = join(&["--grace-s", "3"], "grace_s = 7\ndata = '/srv/d'").unwrap();
        assert_eq!(config.grace, Duration::from_secs(3));
        assert_eq!(config.data, PathBuf::from("/srv/d"));
        assert_eq!(config.app, PathBuf::from("./dist"));
        assert_eq!(config.listen, DEFAULT_LISTEN);
    }

    #[test]
    fn beyond_loopback_only_with_auth_said() {
        let refused = join(&["--listen", "0.0.0.0:8080"], "").unwrap_err();
        assert!(refused.to_string().contains("--auth token"), "{refused}");
        assert!(join(&["--listen", "0.0.0.0:8080", "--auth", "none"], "").is_ok());
        assert!(join(&["--listen", "0.0.0.0:8080"], "auth = 'token'").is_ok());
    }

    #[test]
    fn every_flag_but_the_files_own_is_a_key_of_the_file() {
        let command = Flags::command();
        let flags: Vec<String> = command
            .get_arguments()
            .filter_map(|argument| argument.get_long())
            .filter(|&name| name != "config")
            .map(|name| name.replace('-', "_"))
            .collect();
        assert_eq!(flags, file::KEYS);
    }

    #[test]
    fn the_command_line_is_consistent_and_every_flag_has_a_variable() {
        let command = Flags::command();
        command.clone().debug_assert();
        for argument in command.get_arguments() {
            let name = argument.get_long().expect("long flags only");
            let variable = argument.get_env().expect("every flag has a variable");
            let expected = format!("DATABOOK_{}", name.replace('-', "_").to_uppercase());
            assert_eq!(variable.to_str(), Some(expected.as_str()));
        }
    }
}
