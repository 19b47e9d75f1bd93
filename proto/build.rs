//! Compiles the `.proto` files with protox, so that nobody needs protoc.

use prost::Message as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=databook");
    let descriptors = protox::compile(
        [
            "databook/databook.proto",
            "databook/notebooks.proto",
            "databook/live.proto",
            "databook/history.proto",
            "databook/views.proto",
        ],
        ["."],
    )?;
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure()
        .build_transport(false)
        .server_mod_attribute(".", "#[cfg(feature = \"server\")]")
        .client_mod_attribute(".", "#[cfg(feature = \"client\")]")
        // Widget trees are read and written by their own description (src/widgets.rs).
        .extern_path(".databook.widgets", "crate::widgets")
        .compile_fds(descriptors)?;
    Ok(())
}
