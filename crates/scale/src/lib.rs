//! Scales, ticks, units, numbers and moments as people read them. Pure, and below everything that
//! draws or writes.

pub mod moment;
mod number;
pub mod thin;
pub mod time;
pub mod unit;
pub mod value;

pub use number::NumberFormat;
pub use unit::Unit;
pub use value::{MAX_VALUE, ValueScale, ValueTick};
