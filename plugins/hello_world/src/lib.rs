//! The smallest plugin: greets whom the option `name` says. A place to start from.

use plugin_sdk::{Answer, Backend, Context, Failure, Options};

struct HelloWorld;

impl Backend for HelloWorld {
    fn invoke(_context: Context, options: Options) -> Result<Answer, Failure> {
        let name = options.text_or("name", "world");
        Ok(Answer::text(format!("Hello, {name}!")))
    }
}

plugin_sdk::export!(HelloWorld);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use plugin_sdk::TimeRange;

    use super::*;

    fn check(options: Options, expected: &str) {
        let context = Context {
            now_ms: 0,
            time_range: TimeRange {
                start_ms: 0,
                end_ms: 0,
            },
            width_px: 0,
        };
        let answer = HelloWorld::invoke(context, options).unwrap();
        assert_eq!(answer, Answer::text(expected));
    }

    #[test]
    fn it_greets_the_world_or_whom_one_says() {
        check(Options::default(), "Hello, world!");
        check(Options::from_iter([("name", "Ada")]), "Hello, Ada!");
    }
}
