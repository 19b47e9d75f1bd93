//! `proto/databook/widgets.proto` is written from `wit/1.0.0/widgets.wit`, words and all.
//!
//! `BLESS=1 cargo test -p view` writes the file.

use crate::{interface, root};
use std::{collections::BTreeMap, fmt::Write as _, fs};
use wit_parser::{Docs, Resolve, Type, TypeDefKind, TypeId};

const HEAD: &str = "\
// Widget trees: data that becomes HTML or plain text, never markup.
//
// Written from wit/1.0.0/widgets.wit by `BLESS=1 cargo test -p view`: fields and cases are numbered
// from 1 in their order there, enums count from 1, a list in a list has a message of its own.
syntax = \"proto3\";
package databook.widgets;

message Nothing {}
";

#[test]
fn the_messages_are_written_from_the_wit_file() {
    let path = root().join("proto/databook/widgets.proto");
    let written = write();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &written).unwrap();
    }
    let present = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        present == written,
        "{} is not what wit/1.0.0/widgets.wit says; `BLESS=1 cargo test -p view` writes it",
        path.display()
    );
}

fn write() -> String {
    let (resolve, interface) = interface("widgets");
    let mut messages = Messages {
        resolve: &resolve,
        wrappers: BTreeMap::new(),
        out: HEAD.to_owned(),
    };
    for &id in resolve.interfaces[interface].types.values() {
        messages.define(id);
    }
    let wrappers = std::mem::take(&mut messages.wrappers);
    for (name, element) in wrappers {
        writeln!(
            messages.out,
            "\nmessage {name} {{\n  {element} values = 1;\n}}"
        )
        .unwrap();
    }
    messages.out
}

struct Messages<'a> {
    resolve: &'a Resolve,
    /// Messages around lists in lists and around what a `oneof` cannot hold.
    wrappers: BTreeMap<String, String>,
    out: String,
}

impl Messages<'_> {
    fn define(&mut self, id: TypeId) {
        let def = &self.resolve.types[id];
        let name = camel(def.name.as_deref().unwrap());
        self.out.push('\n');
        self.docs(&def.docs, "");
        match &def.kind {
            TypeDefKind::Record(record) => {
                writeln!(self.out, "message {name} {{").unwrap();
                for (field, number) in record.fields.iter().zip(1..) {
                    self.docs(&field.docs, "  ");
                    let ty = self.field(&field.ty);
                    let field = snake(&field.name);
                    writeln!(self.out, "  {ty} {field} = {number};").unwrap();
                }
                self.out.push_str("}\n");
            }
            TypeDefKind::Variant(variant) => {
                writeln!(self.out, "message {name} {{\n  oneof case {{").unwrap();
                for (case, number) in variant.cases.iter().zip(1..) {
                    self.docs(&case.docs, "    ");
                    let ty = case
                        .ty
                        .as_ref()
                        .map_or_else(|| "Nothing".to_owned(), |ty| self.payload(ty));
                    let case = snake(&case.name);
                    writeln!(self.out, "    {ty} {case} = {number};").unwrap();
                }
                self.out.push_str("  }\n}\n");
            }
            TypeDefKind::Enum(cases) => {
                let prefix = snake(def.name.as_deref().unwrap()).to_uppercase();
                writeln!(self.out, "enum {name} {{\n  {prefix}_UNSPECIFIED = 0;").unwrap();
                for (case, number) in cases.cases.iter().zip(1..) {
                    self.docs(&case.docs, "  ");
                    let case = snake(&case.name).to_uppercase();
                    writeln!(self.out, "  {prefix}_{case} = {number};").unwrap();
                }
                self.out.push_str("}\n");
            }
            other => panic!("{other:?}"),
        }
    }

    fn docs(&mut self, docs: &Docs, indent: &str) {
        for line in docs.contents.iter().flat_map(|text| text.lines()) {
            writeln!(self.out, "{indent}// {}", line.trim()).unwrap();
        }
    }

    /// A field's type with its label.
    fn field(&mut self, ty: &Type) -> String {
        if let Type::Id(id) = ty {
            match &self.resolve.types[*id].kind {
                TypeDefKind::List(Type::U8) => return "bytes".to_owned(),
                TypeDefKind::List(element) => return format!("repeated {}", self.single(element)),
                TypeDefKind::Option(inner) => return format!("optional {}", self.single(inner)),
                _ => {}
            }
        }
        self.single(ty)
    }

    fn single(&mut self, ty: &Type) -> String {
        let id = match ty {
            Type::Bool => return "bool".into(),
            Type::U8 | Type::U16 | Type::U32 => return "uint32".into(),
            Type::S64 => return "sfixed64".into(),
            Type::F64 => return "double".into(),
            Type::String => return "string".into(),
            Type::Id(id) => *id,
            other => panic!("{other:?}"),
        };
        match &self.resolve.types[id].kind {
            TypeDefKind::List(_) => self.wrapper(ty),
            _ => camel(self.resolve.types[id].name.as_deref().unwrap()),
        }
    }

    /// What a case of a `oneof` holds: always a message.
    fn payload(&mut self, ty: &Type) -> String {
        let is_message = matches!(ty, Type::Id(id) if matches!(
            self.resolve.types[*id].kind,
            TypeDefKind::Record(_) | TypeDefKind::Variant(_)
        ));
        if is_message {
            self.single(ty)
        } else {
            self.wrapper(ty)
        }
    }

    fn wrapper(&mut self, ty: &Type) -> String {
        let inner = self.field(ty);
        let name = match inner.strip_prefix("repeated ") {
            Some(element) => format!("{}List", capital(element)),
            None => format!("{}Value", capital(&inner)),
        };
        self.wrappers.insert(name.clone(), inner);
        name
    }
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

fn camel(name: &str) -> String {
    name.split('-').map(capital).collect()
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}
