//! The page is cut into chunks after it is linked, for which the linker must tell where it put what.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_CHUNKS").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
