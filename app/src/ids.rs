//! New identifiers, and who is at this browser.

use notebook::ActorId;

const ACTOR: &str = "databook.actor";

/// A new identifier of any kind, made from the browser's randomness.
pub fn new_id<T>(from_bits: impl Fn(u128) -> T) -> T {
    from_bits(web::random_bits())
}

/// Who is at this browser: chosen at random once and kept.
pub fn actor() -> ActorId {
    if let Some(actor) = web::stored(ACTOR).and_then(|text| text.parse().ok()) {
        return actor;
    }
    let actor = new_id(ActorId::from_bits);
    web::store(ACTOR, &actor.to_string());
    actor
}
