//! Who may come in: nobody is asked (`none`), or a login link and a bearer token (`token`).
//!
//! At start the server prints a login link and a bearer token. The link is used up by the
//! first exchange: it becomes a cookie that is valid until the server stops, and the server
//! prints a new link for the next browser. The bearer token is for programs (gRPC, REST) and
//! stays valid until the server stops. The two are different secrets, so a link that lingers in
//! a browser's history opens nothing. Neither is ever logged.

use crate::{config::AuthMode, random::Random};
use axum::http::{HeaderMap, HeaderValue, header};
use std::sync::Mutex;

/// Logins at the same time; the oldest is logged out beyond this.
pub const MAX_SESSIONS: usize = 1_000;

/// Decides whether a request comes from somebody who may.
pub struct Auth {
    token: Option<Token>,
}

struct Token {
    bearer: blake3::Hash,
    cookie_name: String,
    doors: Mutex<Doors>,
}

/// What changes while the server runs. Secrets are kept as hashes, whose comparison takes
/// the same time wherever they differ.
struct Doors {
    link: blake3::Hash,
    /// Oldest first.
    sessions: Vec<blake3::Hash>,
}

/// The secrets that are printed at start.
pub struct Printed {
    pub link: String,
    pub bearer: String,
}

/// What a used login link turns into.
pub struct Login {
    pub cookie: HeaderValue,
    /// The secret of the next login link.
    pub next_link: String,
}

impl Auth {
    /// `port` keeps the cookies of two servers on one machine apart: cookies know no ports.
    pub fn new(mode: AuthMode, port: u16, random: &Random) -> (Self, Option<Printed>) {
        match mode {
            AuthMode::None => (Self { token: None }, None),
            AuthMode::Token => {
                let printed = Printed {
                    link: random.secret(),
                    bearer: random.secret(),
                };
                let token = Token {
                    bearer: hash(&printed.bearer),
                    cookie_name: format!("databook_{port}"),
                    doors: Mutex::new(Doors {
                        link: hash(&printed.link),
                        sessions: Vec::new(),
                    }),
                };
                (Self { token: Some(token) }, Some(printed))
            }
        }
    }

    /// Whether the request's cookie or bearer token opens the door.
    pub fn admits(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else {
            return true;
        };
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| {
                let (scheme, secret) = value.split_once(' ')?;
                scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
            });
        if bearer.is_some_and(|secret| hash(secret) == token.bearer) {
            return true;
        }
        let doors = token.doors();
        cookies(headers)
            .filter(|(name, _)| *name == token.cookie_name)
            .any(|(_, secret)| {
                let given = hash(secret);
                doors.sessions.contains(&given)
            })
    }

    /// Uses up the login link; `None` when it is not the current one.
    pub fn exchange(&self, secret: &str, random: &Random) -> Option<Login> {
        let token = self.token.as_ref()?;
        let mut doors = token.doors();
        if hash(secret) != doors.link {
            return None;
        }
        let (session, next_link) = (random.secret(), random.secret());
        // Lax, not Strict: who follows a link from a chat comes with the cookie. Requests that
        // another site makes are refused by their `Origin` and `Sec-Fetch-*` (`security.rs`).
        let cookie = format!(
            "{}={session}; Path=/; HttpOnly; SameSite=Lax",
            token.cookie_name
        );
        let mut cookie = HeaderValue::from_str(&cookie).ok()?;
        cookie.set_sensitive(true);
        doors.link = hash(&next_link);
        if doors.sessions.len() >= MAX_SESSIONS {
            doors.sessions.remove(0);
        }
        doors.sessions.push(hash(&session));
        Some(Login { cookie, next_link })
    }
}

impl Token {
    fn doors(&self) -> std::sync::MutexGuard<'_, Doors> {
        self.doors
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn hash(secret: &str) -> blake3::Hash {
    blake3::hash(secret.as_bytes())
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn with(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn a_link_works_once_and_its_cookie_stays() {
        let random = Random::from_system().unwrap();
        let (auth, printed) = Auth::new(AuthMode::Token, 8080, &random);
        let printed = printed.unwrap();
        assert!(!auth.admits(&HeaderMap::new()));
        assert!(auth.exchange("guess", &random).is_none());

        let login = auth.exchange(&printed.link, &random).unwrap();
        let cookie = login.cookie.to_str().unwrap();
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"));
        let pair = cookie.split(';').next().unwrap();
        assert!(auth.admits(&with(header::COOKIE, &format!("other=1; {pair}"))));
        assert!(!auth.admits(&with(header::COOKIE, "databook_8080=guess")));

        assert!(auth.exchange(&printed.link, &random).is_none(), "used up");
        assert!(auth.exchange(&login.next_link, &random).is_some());
        assert!(auth.admits(&with(header::COOKIE, pair)), "still valid");
    }

    #[test]
    fn the_bearer_token_opens_and_the_link_is_no_bearer() {
        let random = Random::from_system().unwrap();
        let (auth, printed) = Auth::new(AuthMode::Token, 8080, &random);
        let printed = printed.unwrap();
        let bearer = |secret: &str| with(header::AUTHORIZATION, &format!("Bearer {secret}"));
        assert!(auth.admits(&bearer(&printed.bearer)));
        assert!(!auth.admits(&bearer(&printed.link)));
        assert!(
            Auth::new(AuthMode::None, 1, &random)
                .0
                .admits(&HeaderMap::new())
        );
    }
}
