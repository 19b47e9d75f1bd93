//! Randomness for identifiers.

/// 128 bits from the browser's cryptographic generator.
pub fn random_bits() -> u128 {
    let mut bytes = [0; 16];
    let filled = crate::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if filled {
        return u128::from_le_bytes(bytes);
    }
    // Every browser that runs wasm has the generator; should one refuse, ids stay unlikely to meet.
    let half = || (js_sys::Math::random() * 2f64.powi(53)) as u128;
    half() << 64 | half() << 11 | half()
}
