//! A result of the contract written into memory by hand, from the description of its type alone, so
//! that any one place of it can be a lie.
//!
//! Everything there is is in it: each kind of widget, each case of what a widget holds, each wish.

use view::Step;
use wit_data::{Data, Type};

use crate::memory;

/// The milliseconds that each moment in it says.
const MOMENT_MS: i64 = 1_795_403_530_000;

/// A way to lie, for each place of its sort.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// A text that is not UTF-8.
    TextBytes,
    /// A text that begins where the memory ends.
    TextStart,
    /// A text that ends one byte behind the memory.
    TextLength,
    /// A list at the last address there can be.
    ListStart,
    /// A list at an odd address.
    ListAlignment,
    /// A list one element longer than the memory.
    ListLength,
    /// A list as long as a number can say.
    ListLongest,
    /// The first case that an enum, a variant or an option does not have.
    Case,
    /// Neither true nor false.
    Flag,
}

impl Lie {
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "text-bytes" => Self::TextBytes,
            "text-start" => Self::TextStart,
            "text-length" => Self::TextLength,
            "list-start" => Self::ListStart,
            "list-alignment" => Self::ListAlignment,
            "list-length" => Self::ListLength,
            "list-longest" => Self::ListLongest,
            "case" => Self::Case,
            "flag" => Self::Flag,
            _ => return None,
        })
    }
}

/// What is written.
pub struct Plan<'a> {
    /// For each of these every widget is written once, with it in the place of each text.
    pub texts: &'a [&'a str],
    /// How often a list of texts names its one text.
    pub repeats: u32,
    /// The lie, and at which place of its sort.
    pub lie: Option<(Lie, u32)>,
}

/// The address of the result, or how many places there are when the lie found none.
pub fn write(plan: &Plan<'_>) -> Result<u32, u32> {
    let ty = <Result<Step, output::Failure>>::describe();
    let (size, align) = layout(&ty);
    let at = memory::allocate(size, align);
    let mut writer = Writer {
        plan,
        text: plan.texts.first().copied().unwrap_or_default(),
        shared: None,
        places: 0,
        lied: None,
        tree_written: false,
    };
    writer.value(&ty, at, 0);
    match (plan.lie, writer.lied) {
        (None, _) => Ok(at),
        (Some(_), None) => Err(writer.places),
        (Some((lie, _)), Some(place)) => {
            // Last, when the memory has its length.
            tell(lie, &place);
            Ok(at)
        }
    }
}

/// Where the lie is told.
struct Place {
    at: u32,
    /// Where the text or the list begins.
    start: u32,
    /// Bytes of an element, or the number of cases.
    size: u32,
}

fn tell(lie: Lie, place: &Place) {
    let fitting = (memory::end() - place.start) / place.size.max(1);
    match lie {
        Lie::TextBytes => memory::put(place.start, &[0xff]),
        Lie::TextStart => memory::put_u32(place.at, memory::end()),
        Lie::ListStart => memory::put_u32(place.at, !7),
        Lie::ListAlignment => memory::put_u32(place.at, place.start + 1),
        Lie::TextLength | Lie::ListLength => memory::put_u32(place.at + 4, fitting + 1),
        Lie::ListLongest => memory::put_u32(place.at + 4, u32::MAX),
        Lie::Case => memory::put(place.at, &[u8::try_from(place.size).unwrap_or(u8::MAX)]),
        Lie::Flag => memory::put(place.at, &[2]),
    }
}

struct Writer<'a> {
    plan: &'a Plan<'a>,
    /// What each text says now.
    text: &'a str,
    /// The text that was written last, and where.
    shared: Option<(&'a str, u32)>,
    /// Places at which the lie could be told, so far.
    places: u32,
    lied: Option<Place>,
    /// The first tree has everything; those of slots are a root without children.
    tree_written: bool,
}

impl Writer<'_> {
    /// `seed` chooses the case of a variant, and the value of a number.
    fn value(&mut self, ty: &Type, at: u32, seed: u32) {
        match ty {
            Type::Bool => {
                memory::put(at, &[1]);
                self.place(&[Lie::Flag], at, at, 2);
            }
            Type::U8 => memory::put(at, &[1]),
            Type::U16 => memory::put(at, &1u16.to_le_bytes()),
            Type::U32 => memory::put_u32(at, seed + 1),
            Type::S64 => memory::put(at, &MOMENT_MS.to_le_bytes()),
            Type::F64 => memory::put(at, &0.5f64.to_le_bytes()),
            Type::Text => {
                let start = self.text_start();
                self.text_at(at, start);
            }
            Type::List(element) => self.list(element, at),
            Type::Option(inner) => {
                memory::put(at, &[1]);
                self.place(&[Lie::Case], at, at, 2);
                self.value(inner, at + payload_at(std::iter::once(&**inner)), seed);
            }
            Type::Record("node", fields) => self.fields(fields, at, 0),
            Type::Record(_, fields) => self.fields(fields, at, seed),
            Type::Enum(_, cases) => {
                memory::put(at, &[(seed % cases.len() as u32) as u8]);
                self.place(&[Lie::Case], at, at, cases.len() as u32);
            }
            Type::Variant(_, cases) => {
                let case = seed % cases.len() as u32;
                self.case(cases, case, at, seed);
            }
        }
    }

    /// Where the text stands: in one place for all, unless one of them will be changed.
    fn text_start(&mut self) -> u32 {
        match self.shared {
            Some((text, start)) if std::ptr::eq(text, self.text) && self.plan.lie.is_none() => {
                start
            }
            _ => {
                let start = memory::allocate(self.text.len() as u32, 1);
                memory::put(start, self.text.as_bytes());
                self.shared = Some((self.text, start));
                start
            }
        }
    }

    fn text_at(&mut self, at: u32, start: u32) {
        memory::put_u32(at, start);
        memory::put_u32(at + 4, self.text.len() as u32);
        let lies = [Lie::TextBytes, Lie::TextStart, Lie::TextLength];
        self.place(&lies, at, start, 1);
    }

    fn fields(&mut self, fields: &[(&'static str, Type)], at: u32, seed: u32) {
        let mut offset = 0;
        for (_, ty) in fields {
            let (size, align) = layout(ty);
            offset = up(offset, align);
            self.value(ty, at + offset, seed);
            offset += size;
        }
    }

    fn case(&mut self, cases: &[(&'static str, Option<Type>)], case: u32, at: u32, seed: u32) {
        memory::put(at, &[case as u8]);
        self.place(&[Lie::Case], at, at, cases.len() as u32);
        let payload = payload_at(cases.iter().filter_map(|(_, ty)| ty.as_ref()));
        if let Some((_, Some(ty))) = cases.get(case as usize) {
            self.value(ty, at + payload, seed);
        }
    }

    fn list(&mut self, element: &Type, at: u32) {
        if let Type::Record("node", fields) = element {
            return self.nodes(fields, at);
        }
        let count = match element {
            Type::Text => self.plan.repeats,
            other => varieties(other).max(2),
        };
        let (size, align) = layout(element);
        let start = memory::allocate(count * size, align);
        if *element == Type::Text {
            // One text for all of them.
            let text = self.text_start();
            for place in 0..count {
                self.text_at(start + place * size, text);
            }
        } else {
            for place in 0..count {
                self.value(element, start + place * size, place);
            }
        }
        self.list_at(at, start, count, size, align);
    }

    fn list_at(&mut self, at: u32, start: u32, count: u32, size: u32, align: u32) {
        memory::put_u32(at, start);
        memory::put_u32(at + 4, count);
        let lies = [Lie::ListStart, Lie::ListLength, Lie::ListLongest];
        self.place(&lies, at, start, size);
        if align > 1 {
            self.place(&[Lie::ListAlignment], at, start, size);
        }
    }

    /// A root, and below it every kind of widget in all its varieties, for each of the texts.
    fn nodes(&mut self, fields: &[(&'static str, Type)], at: u32) {
        let node = Type::Record("node", fields.to_vec());
        let (size, align) = layout(&node);
        let [(_, key), (_, Type::Variant(_, kinds)), (_, children)] = fields else {
            panic!("a node is not what it was");
        };
        let (kind_size, kind_align) = layout(&fields[1].1);
        let kind_at = up(layout(key).0, kind_align);
        let (_, children_align) = layout(children);
        let children_at = up(kind_at + kind_size, children_align);
        let texts = self.plan.texts;
        let each: u32 = kinds
            .iter()
            .map(|(_, kind)| kind.as_ref().map_or(1, varieties))
            .sum();
        let below = if self.tree_written {
            0
        } else {
            each * texts.len() as u32
        };
        let count = 1 + below;
        let start = memory::allocate(count * size, align);
        // The root is a stack without a key.
        let indices = memory::allocate((count - 1) * 4, 4);
        for place in 1..count {
            memory::put_u32(indices + (place - 1) * 4, place);
        }
        self.list_at(start + children_at, indices, count - 1, 4, 4);
        if std::mem::replace(&mut self.tree_written, true) {
            return self.list_at(at, start, count, size, align);
        }
        let mut here = start;
        for text in texts {
            self.text = text;
            for (place, (_, kind)) in (0..).zip(kinds) {
                for variety in 0..kind.as_ref().map_or(1, varieties) {
                    here += size;
                    self.value(key, here, 0);
                    self.case(kinds, place, here + kind_at, variety);
                }
            }
        }
        self.list_at(at, start, count, size, align);
    }

    /// Counts a place at which one of these lies can be told, and remembers the one that is meant.
    fn place(&mut self, lies: &[Lie], at: u32, start: u32, size: u32) {
        let Some((lie, wanted)) = self.plan.lie else {
            return;
        };
        if lies.contains(&lie) {
            if self.places == wanted {
                self.lied = Some(Place { at, start, size });
            }
            self.places += 1;
        }
    }
}

/// How many values show every case that a type has, its lists aside.
fn varieties(ty: &Type) -> u32 {
    match ty {
        Type::Variant("result", _) => 1,
        Type::Variant(_, cases) => cases.len() as u32,
        Type::Record(_, fields) => fields
            .iter()
            .map(|(_, ty)| varieties(ty))
            .max()
            .unwrap_or(1),
        Type::Option(inner) => varieties(inner),
        _ => 1,
    }
}

/// Size and alignment by the canonical ABI, written down here once more: the two must agree.
fn layout(ty: &Type) -> (u32, u32) {
    match ty {
        Type::Bool | Type::U8 | Type::Enum(..) => (1, 1),
        Type::U16 => (2, 2),
        Type::U32 => (4, 4),
        Type::S64 | Type::F64 => (8, 8),
        Type::Text | Type::List(_) => (8, 4),
        Type::Option(inner) => variant(std::iter::once(&**inner)),
        Type::Variant(_, cases) => variant(cases.iter().filter_map(|(_, ty)| ty.as_ref())),
        Type::Record(_, fields) => {
            let (mut size, mut align) = (0, 1);
            for (own_size, own_align) in fields.iter().map(|(_, ty)| layout(ty)) {
                size = up(size, own_align) + own_size;
                align = align.max(own_align);
            }
            (up(size, align), align)
        }
    }
}

fn variant<'a>(payloads: impl Iterator<Item = &'a Type> + Clone) -> (u32, u32) {
    let align = payloads.clone().map(|ty| layout(ty).1).max().unwrap_or(1);
    let size = payloads.map(|ty| layout(ty).0).max().unwrap_or(0);
    (up(up(1, align) + size, align), align)
}

fn payload_at<'a>(payloads: impl Iterator<Item = &'a Type>) -> u32 {
    let align = payloads.map(|ty| layout(ty).1).max().unwrap_or(1);
    up(1, align)
}

fn up(at: u32, align: u32) -> u32 {
    at.next_multiple_of(align)
}

/// A result whose tree is this many nodes without a parent, all of them zeros.
pub fn zeros(count: u32) -> u32 {
    let (size, align) = layout(&widgets::Node::describe());
    let nodes = memory::allocate(count * size, align);
    let result = <Result<Step, output::Failure>>::describe();
    let (size, align) = layout(&result);
    let at = memory::allocate(size, align);
    let (_, step_align) = layout(&Step::describe());
    let tree = at + up(1, step_align.max(layout(&output::Failure::describe()).1));
    memory::put(tree, &[1]);
    memory::put_u32(tree + 4, nodes);
    memory::put_u32(tree + 8, count);
    at
}
