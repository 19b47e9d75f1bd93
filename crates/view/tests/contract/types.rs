//! Each type against the WIT file, in all its names, orders and sizes.

use crate::interface;
use view::{Event, Step, ViewContext};
use wit_data::{Data, Layout, Type};
use wit_parser::{Resolve, SizeAlign, TypeDefKind, WorldItem};

/// The WIT type in our words.
fn described(resolve: &Resolve, ty: &wit_parser::Type) -> Type {
    let id = match ty {
        wit_parser::Type::Bool => return Type::Bool,
        wit_parser::Type::U8 => return Type::U8,
        wit_parser::Type::U16 => return Type::U16,
        wit_parser::Type::U32 => return Type::U32,
        wit_parser::Type::S64 => return Type::S64,
        wit_parser::Type::F64 => return Type::F64,
        wit_parser::Type::String => return Type::Text,
        wit_parser::Type::Id(id) => *id,
        other => panic!("{other:?} is no type of ours"),
    };
    let def = &resolve.types[id];
    let name = || -> &'static str { Box::leak(def.name.clone().unwrap().into_boxed_str()) };
    let leak = |text: &String| -> &'static str { Box::leak(text.clone().into_boxed_str()) };
    match &def.kind {
        TypeDefKind::Type(inner) => described(resolve, inner),
        TypeDefKind::List(inner) => Type::List(Box::new(described(resolve, inner))),
        TypeDefKind::Option(inner) => Type::Option(Box::new(described(resolve, inner))),
        TypeDefKind::Record(record) => Type::Record(
            name(),
            record
                .fields
                .iter()
                .map(|field| (leak(&field.name), described(resolve, &field.ty)))
                .collect(),
        ),
        TypeDefKind::Variant(variant) => Type::Variant(
            name(),
            variant
                .cases
                .iter()
                .map(|case| {
                    let payload = case.ty.as_ref().map(|ty| described(resolve, ty));
                    (leak(&case.name), payload)
                })
                .collect(),
        ),
        TypeDefKind::Enum(cases) => Type::Enum(
            name(),
            cases.cases.iter().map(|case| leak(&case.name)).collect(),
        ),
        other => panic!("{other:?} is no type of ours"),
    }
}

fn check<T: Data>(interface_name: &str, name: &str) {
    let (resolve, interface) = interface(interface_name);
    let id = resolve.interfaces[interface].types[name];
    let ty = wit_parser::Type::Id(id);
    assert_eq!(T::describe(), described(&resolve, &ty), "{name}");
    let mut sizes = SizeAlign::default();
    sizes.fill(&resolve);
    let expected = Layout {
        size: u32::try_from(sizes.size(&ty).size_wasm32()).unwrap(),
        align: u32::try_from(sizes.align(&ty).align_wasm32()).unwrap(),
    };
    assert_eq!(T::LAYOUT, expected, "{name}");
}

#[test]
fn the_types_of_a_view_are_those_of_the_wit_files() {
    check::<widgets::Tree>("widgets", "tree");
    check::<widgets::Kind>("widgets", "kind");
    check::<output::Answer>("answers", "answer");
    check::<output::Failure>("types", "failure");
    check::<output::Level>("types", "level");
    check::<ViewContext>("views", "view-context");
    check::<Event>("views", "event");
    check::<Step>("views", "step");
}

#[test]
fn what_the_exports_give_back_is_the_result_of_the_world() {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(crate::root().join("wit/1.0.0")).unwrap();
    let world = &resolve.worlds[resolve.packages[package].worlds["view"]];
    let mut sizes = SizeAlign::default();
    sizes.fill(&resolve);
    let functions: Vec<_> = world
        .exports
        .values()
        .filter_map(|item| match item {
            WorldItem::Function(function) => Some(function),
            WorldItem::Interface { .. } | WorldItem::Type { .. } => None,
        })
        .collect();
    assert_eq!(functions.len(), 2);
    for function in functions {
        let ty = function.result.unwrap();
        let expected = Layout {
            size: u32::try_from(sizes.size(&ty).size_wasm32()).unwrap(),
            align: u32::try_from(sizes.align(&ty).align_wasm32()).unwrap(),
        };
        assert_eq!(<Result<Step, output::Failure>>::LAYOUT, expected);
        let wit_parser::Type::Id(id) = ty else {
            panic!("a result");
        };
        let TypeDefKind::Result(result) = &resolve.types[id].kind else {
            panic!("a result");
        };
        let side = |ty: &Option<wit_parser::Type>| ty.as_ref().map(|ty| described(&resolve, ty));
        let cases = vec![("ok", side(&result.ok)), ("error", side(&result.err))];
        assert_eq!(
            <Result<Step, output::Failure>>::describe(),
            Type::Variant("result", cases)
        );
    }
}

/// What `init` and `update` take is passed by address only because it is long: more than 16 flat
/// values (`MAX_FLAT_PARAMS` of the canonical ABI).
#[test]
fn what_the_exports_take_is_passed_by_address() {
    assert!(flat(&ViewContext::describe()) > 16);
    assert!(flat(&Event::describe()) > 16);
}

fn flat(ty: &Type) -> usize {
    match ty {
        Type::Bool | Type::U8 | Type::U16 | Type::U32 | Type::S64 | Type::F64 => 1,
        Type::Enum(..) => 1,
        Type::Text | Type::List(_) => 2,
        Type::Option(inner) => 1 + flat(inner),
        Type::Record(_, fields) => fields.iter().map(|(_, ty)| flat(ty)).sum(),
        Type::Variant(_, cases) => {
            let payloads = cases.iter().filter_map(|(_, ty)| ty.as_ref());
            1 + payloads.map(flat).max().unwrap_or(0)
        }
    }
}
