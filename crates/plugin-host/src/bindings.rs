//! The Rust side of `wit/1.0.0`, generated. Nothing outside this crate sees these types.

#![allow(
    unsafe_code,
    missing_debug_implementations,
    reason = "generated: lifting and lowering trust the layouts that the engine checked"
)]

wasmtime::component::bindgen!({
    path: "../../wit/1.0.0",
    world: "backend",
    imports: {
        default: trappable,
        "databook:plugin/host@1.0.0.http": async | trappable,
    },
    exports: { default: async },
    additional_derives: [serde::Serialize],
});
