//! What wit-bindgen makes of `wit/1.0.0/databook.wit`, world `backend`. Nothing is written by hand
//! here; the rest of the crate gives it an author's shape.
//!
//! Widget trees are not generated a second time: the types of `widgets` have the names, fields and
//! cases of the WIT file (a test in `crates/view` keeps them so), and are lowered as they are.
#![allow(
    unsafe_code,
    reason = "the canonical ABI passes pointers; wit-bindgen generates the code"
)]

wit_bindgen::generate!({
    path: "../../wit/1.0.0",
    world: "backend",
    additional_derives: [PartialEq],
    with: { "databook:plugin/widgets@1.0.0": ::widgets },
    pub_export_macro: true,
    export_macro_name: "export_backend",
    default_bindings_module: "plugin_sdk::__private",
});
