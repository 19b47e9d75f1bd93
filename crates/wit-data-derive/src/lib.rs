//! `#[derive(Data)]`: makes a struct a WIT record, an enum a WIT variant or enum.
//!
//! Names follow by rule: fields and types in kebab case. Whether the result is the type that the
//! WIT file means is tested where the types are (`widgets/tests/contract.rs`).

use proc_macro::TokenStream;
use proc_macro2::{Ident, TokenStream as Tokens};
use quote::quote;
use syn::{Data, DataEnum, DataStruct, DeriveInput, Error, Fields, Type, spanned::Spanned};

/// Implements `wit_data::Data`.
///
/// A struct has named fields. The variants of an enum hold nothing or one unnamed value.
#[proc_macro_derive(Data)]
pub fn derive(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    let made = match &input.data {
        Data::Struct(data) => record(&input.ident, data),
        Data::Enum(data) => variant(&input.ident, data),
        Data::Union(_) => Err(Error::new(input.span(), "a union is no WIT type")),
    };
    made.unwrap_or_else(Error::into_compile_error).into()
}

fn record(name: &Ident, data: &DataStruct) -> Result<Tokens, Error> {
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new(name.span(), "a WIT record has named fields"));
    };
    let names: Vec<&Ident> = fields
        .named
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .collect();
    let types: Vec<&Type> = fields.named.iter().map(|field| &field.ty).collect();
    let numbers = 1u32..;
    let numbers: Vec<u32> = numbers.take(names.len()).collect();
    // Locals that no field's name can meet.
    let parts: Vec<Ident> = numbers
        .iter()
        .map(|number| quote::format_ident!("part_{number}"))
        .collect();
    let kebab = kebab(&name.to_string());
    let field_names: Vec<String> = names.iter().map(|name| snake_to_kebab(name)).collect();
    Ok(quote! {
        impl ::wit_data::Data for #name {
            type Partial = ::core::option::Option<Self>;
            const IS_MESSAGE: bool = true;
            const LAYOUT: ::wit_data::Layout =
                ::wit_data::Layout::record(&[#(<#types as ::wit_data::Data>::LAYOUT),*]);
            fn lift(
                source: &mut ::wit_data::Reader<'_>,
                at: u32,
            ) -> ::core::result::Result<Self, ::wit_data::LiftError> {
                let mut fields = ::wit_data::Places::new(at);
                ::core::result::Result::Ok(Self { #(#names: fields.lift(source)?),* })
            }
            fn lower(
                &self,
                guest: &mut dyn ::wit_data::Guest,
                out: &mut [u8],
            ) -> ::core::result::Result<(), ::wit_data::GuestError> {
                let mut fields = ::wit_data::Places::new(0);
                #(fields.lower(&self.#names, guest, out)?;)*
                ::core::result::Result::Ok(())
            }
            fn put(&self, number: u32, out: &mut ::std::vec::Vec<u8>) {
                ::wit_data::put_message(number, out, |out| self.put_body(out));
            }
            fn put_body(&self, out: &mut ::std::vec::Vec<u8>) {
                #(::wit_data::Data::put(&self.#names, #numbers, out);)*
            }
            fn read_body(
                message: &[u8],
            ) -> ::core::result::Result<Self, ::wit_data::DecodeError> {
                #(let mut #parts = <<#types as ::wit_data::Data>::Partial as ::core::default::Default>::default();)*
                for entry in ::wit_data::Fields::of(message) {
                    let (entry_number, entry_value) = entry?;
                    match entry_number {
                        #(#numbers => <#types as ::wit_data::Data>::take(&mut #parts, entry_value)?,)*
                        _ => {}
                    }
                }
                ::core::result::Result::Ok(Self {
                    #(#names: <#types as ::wit_data::Data>::finish(#parts)?),*
                })
            }
            fn take(
                partial: &mut Self::Partial,
                wire: ::wit_data::Wire<'_>,
            ) -> ::core::result::Result<(), ::wit_data::DecodeError> {
                *partial = ::core::option::Option::Some(Self::read_body(wire.bytes()?)?);
                ::core::result::Result::Ok(())
            }
            fn finish(
                partial: Self::Partial,
            ) -> ::core::result::Result<Self, ::wit_data::DecodeError> {
                partial.map_or_else(|| Self::read_body(&[]), ::core::result::Result::Ok)
            }
            fn texts(&mut self, visit: &mut dyn FnMut(&mut ::std::string::String)) {
                #(::wit_data::Data::texts(&mut self.#names, visit);)*
            }
            fn weight(&self) -> usize {
                0 #(+ ::wit_data::Data::weight(&self.#names))*
            }
            fn describe() -> ::wit_data::Type {
                ::wit_data::Type::Record(
                    #kebab,
                    ::std::vec![#((#field_names, <#types as ::wit_data::Data>::describe())),*],
                )
            }
        }
    })
}

/// One case of an enum.
struct Case<'a> {
    name: &'a Ident,
    payload: Option<&'a Type>,
}

fn variant(name: &Ident, data: &DataEnum) -> Result<Tokens, Error> {
    let mut cases = Vec::new();
    for case in &data.variants {
        let payload = match &case.fields {
            Fields::Unit => None,
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                fields.unnamed.first().map(|field| &field.ty)
            }
            Fields::Unnamed(_) | Fields::Named(_) => {
                return Err(Error::new(
                    case.span(),
                    "a case of a WIT variant holds nothing or one unnamed value",
                ));
            }
        };
        cases.push(Case {
            name: &case.ident,
            payload,
        });
    }
    if cases.len() > 256 {
        return Err(Error::new(name.span(), "more than 256 cases"));
    }
    if cases.iter().all(|case| case.payload.is_none()) {
        Ok(plain_enum(name, &cases))
    } else {
        Ok(rich_enum(name, &cases))
    }
}

fn plain_enum(name: &Ident, cases: &[Case<'_>]) -> Tokens {
    let names: Vec<&Ident> = cases.iter().map(|case| case.name).collect();
    let kebab_name = kebab(&name.to_string());
    let case_names: Vec<String> = names.iter().map(|name| kebab(&name.to_string())).collect();
    let places: Vec<u8> = (0..=u8::MAX).take(names.len()).collect();
    quote! {
        impl ::wit_data::Data for #name {
            type Partial = ::core::option::Option<Self>;
            const LAYOUT: ::wit_data::Layout = ::wit_data::Layout { size: 1, align: 1 };
            fn lift(
                source: &mut ::wit_data::Reader<'_>,
                at: u32,
            ) -> ::core::result::Result<Self, ::wit_data::LiftError> {
                match source.fixed::<1>(at)?[0] {
                    #(#places => ::core::result::Result::Ok(Self::#names),)*
                    found => ::core::result::Result::Err(::wit_data::LiftError::Case {
                        of: #kebab_name,
                        found,
                    }),
                }
            }
            fn lower(
                &self,
                _: &mut dyn ::wit_data::Guest,
                out: &mut [u8],
            ) -> ::core::result::Result<(), ::wit_data::GuestError> {
                ::wit_data::write(out, 0, &[match self { #(Self::#names => #places),* }])
            }
            fn put(&self, number: u32, out: &mut ::std::vec::Vec<u8>) {
                let place: u8 = match self { #(Self::#names => #places),* };
                ::wit_data::put_varint_field(number, u64::from(place) + 1, out);
            }
            fn take(
                partial: &mut Self::Partial,
                wire: ::wit_data::Wire<'_>,
            ) -> ::core::result::Result<(), ::wit_data::DecodeError> {
                let number = wire.varint()?;
                *partial = ::core::option::Option::Some(
                    match u8::try_from(number.wrapping_sub(1)) {
                        #(::core::result::Result::Ok(#places) => Self::#names,)*
                        _ => return ::core::result::Result::Err(
                            ::wit_data::DecodeError::Case { of: #kebab_name, number },
                        ),
                    },
                );
                ::core::result::Result::Ok(())
            }
            fn finish(
                partial: Self::Partial,
            ) -> ::core::result::Result<Self, ::wit_data::DecodeError> {
                partial.ok_or(::wit_data::DecodeError::Missing { what: #kebab_name })
            }
            fn describe() -> ::wit_data::Type {
                ::wit_data::Type::Enum(#kebab_name, ::std::vec![#(#case_names),*])
            }
        }
    }
}

fn rich_enum(name: &Ident, cases: &[Case<'_>]) -> Tokens {
    let kebab_name = kebab(&name.to_string());
    let payloads: Vec<&Type> = cases.iter().filter_map(|case| case.payload).collect();
    let count = cases.len();
    let lift = cases.iter().zip(0u8..).map(|(case, place)| {
        let name = case.name;
        match case.payload {
            None => quote!(#place => Self::#name,),
            Some(ty) => {
                quote!(#place => Self::#name(<#ty as ::wit_data::Data>::lift(source, payload)?),)
            }
        }
    });
    let lower = cases.iter().zip(0u8..).map(|(case, place)| {
        let name = case.name;
        match case.payload {
            None => quote!(Self::#name => ::wit_data::write(out, 0, &[#place]),),
            Some(_) => quote! {
                Self::#name(value) => {
                    ::wit_data::write(out, 0, &[#place])?;
                    ::wit_data::lower_at(value, guest, out, Self::PAYLOAD_AT)
                }
            },
        }
    });
    let put = cases.iter().zip(1u32..).map(|(case, number)| {
        let name = case.name;
        match case.payload {
            None => quote!(Self::#name => ::wit_data::put_message(#number, out, |_| {}),),
            Some(_) => quote!(Self::#name(value) => ::wit_data::put_case(value, #number, out),),
        }
    });
    let read = cases.iter().zip(1u32..).map(|(case, number)| {
        let name = case.name;
        match case.payload {
            None => quote!(#number => ::core::option::Option::Some(Self::#name),),
            Some(ty) => quote! {
                #number => ::core::option::Option::Some(
                    Self::#name(::wit_data::read_case::<#ty>(wire)?),
                ),
            },
        }
    });
    let texts = cases.iter().map(|case| {
        let name = case.name;
        match case.payload {
            None => quote!(Self::#name => {}),
            Some(_) => quote!(Self::#name(value) => ::wit_data::Data::texts(value, visit),),
        }
    });
    let weight = cases.iter().map(|case| {
        let name = case.name;
        match case.payload {
            None => quote!(Self::#name => 0,),
            Some(_) => quote!(Self::#name(value) => ::wit_data::Data::weight(value),),
        }
    });
    let describe = cases.iter().map(|case| {
        let name = kebab(&case.name.to_string());
        match case.payload {
            None => quote!((#name, ::core::option::Option::None)),
            Some(ty) => quote!((
                #name,
                ::core::option::Option::Some(<#ty as ::wit_data::Data>::describe()),
            )),
        }
    });
    quote! {
        impl #name {
            const PAYLOAD: ::wit_data::Layout =
                ::wit_data::Layout::largest(&[#(<#payloads as ::wit_data::Data>::LAYOUT),*]);
            const PAYLOAD_AT: u32 = ::wit_data::align_up(1, Self::PAYLOAD.align);
        }
        impl ::wit_data::Data for #name {
            type Partial = ::core::option::Option<Self>;
            const IS_MESSAGE: bool = true;
            const LAYOUT: ::wit_data::Layout = ::wit_data::Layout::variant(Self::PAYLOAD);
            fn lift(
                source: &mut ::wit_data::Reader<'_>,
                at: u32,
            ) -> ::core::result::Result<Self, ::wit_data::LiftError> {
                let payload = at.wrapping_add(Self::PAYLOAD_AT);
                ::core::result::Result::Ok(match source.fixed::<1>(at)?[0] {
                    #(#lift)*
                    found => return ::core::result::Result::Err(::wit_data::LiftError::Case {
                        of: #kebab_name,
                        found,
                    }),
                })
            }
            fn lower(
                &self,
                guest: &mut dyn ::wit_data::Guest,
                out: &mut [u8],
            ) -> ::core::result::Result<(), ::wit_data::GuestError> {
                match self { #(#lower)* }
            }
            fn put(&self, number: u32, out: &mut ::std::vec::Vec<u8>) {
                ::wit_data::put_message(number, out, |out| self.put_body(out));
            }
            fn put_body(&self, out: &mut ::std::vec::Vec<u8>) {
                match self { #(#put)* }
            }
            fn read_body(
                bytes: &[u8],
            ) -> ::core::result::Result<Self, ::wit_data::DecodeError> {
                let mut found = ::core::option::Option::None;
                for field in ::wit_data::Fields::of(bytes) {
                    let (number, wire) = field?;
                    found = match number {
                        #(#read)*
                        _ => return ::core::result::Result::Err(
                            ::wit_data::DecodeError::Case {
                                of: #kebab_name,
                                number: u64::from(number),
                            },
                        ),
                    };
                }
                found.ok_or(::wit_data::DecodeError::Missing { what: #kebab_name })
            }
            fn take(
                partial: &mut Self::Partial,
                wire: ::wit_data::Wire<'_>,
            ) -> ::core::result::Result<(), ::wit_data::DecodeError> {
                *partial = ::core::option::Option::Some(Self::read_body(wire.bytes()?)?);
                ::core::result::Result::Ok(())
            }
            fn finish(
                partial: Self::Partial,
            ) -> ::core::result::Result<Self, ::wit_data::DecodeError> {
                partial.ok_or(::wit_data::DecodeError::Missing { what: #kebab_name })
            }
            fn texts(&mut self, visit: &mut dyn FnMut(&mut ::std::string::String)) {
                match self { #(#texts)* }
            }
            fn weight(&self) -> usize {
                match self { #(#weight)* }
            }
            fn describe() -> ::wit_data::Type {
                let cases: [_; #count] = [#(#describe),*];
                ::wit_data::Type::Variant(#kebab_name, cases.into())
            }
        }
    }
}

fn snake_to_kebab(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").unwrap_or(&name).replace('_', "-")
}

/// `KeyValues` becomes `key-values`.
fn kebab(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for (place, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && place > 0 {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}
