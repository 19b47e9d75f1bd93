//! Trees that are values of the contract.

use view::Step;
use widgets::{
    Button, ButtonStyle, Download, Image, ImageData, ImageSource, Kind, Node, Span, Tree,
};

use crate::texts;

pub fn step(tree: Tree) -> Step {
    Step {
        tree: Some(tree),
        ..Step::default()
    }
}

pub fn node(kind: Kind, children: &[u32]) -> Node {
    Node {
        key: String::new(),
        kind,
        children: children.to_vec(),
    }
}

pub fn paragraph(text: &str) -> Node {
    node(Kind::Paragraph(vec![Span::plain(text)]), &[])
}

/// A paragraph, and the button `Go`.
pub fn with_button(text: &str) -> Tree {
    let button = Button {
        name: "go".to_owned(),
        label: "Go".to_owned(),
        style: ButtonStyle::Primary,
        disabled: false,
        question: String::new(),
    };
    Tree {
        nodes: vec![
            node(Kind::Stack, &[1, 2]),
            paragraph(text),
            node(Kind::Button(button), &[]),
        ],
    }
}

/// Nodes that are stacks with these children.
pub fn stacks(children: &[&[u32]]) -> Tree {
    let nodes = children.iter().map(|children| node(Kind::Stack, children));
    Tree {
        nodes: nodes.collect(),
    }
}

/// Each node the child of the one before.
pub fn chain(length: u32) -> Tree {
    let next = |place: u32| {
        if place + 1 < length {
            vec![place + 1]
        } else {
            Vec::new()
        }
    };
    let nodes = (0..length).map(|place| node(Kind::Quote, &next(place)));
    Tree {
        nodes: nodes.collect(),
    }
}

/// Pictures that would run something if they were pages, and files that say that they are.
pub fn pictures() -> Tree {
    let picture = |media_type: &str| {
        let data = ImageData {
            media_type: media_type.to_owned(),
            content: texts::PICTURE.as_bytes().to_vec(),
        };
        Kind::Image(Image {
            source: ImageSource::Data(data),
            description: media_type.to_owned(),
            width_px: 20,
            height_px: 20,
        })
    };
    let download = Download {
        label: "A page".to_owned(),
        file_name: "../../page.html".to_owned(),
        media_type: "text/html".to_owned(),
        content: b"<script>top.pwned=1</script>".to_vec(),
    };
    let mut nodes = vec![node(Kind::Stack, &[1, 2, 3, 4])];
    nodes.extend(
        [
            picture("image/svg+xml"),
            picture("text/html"),
            picture("image/png;base64,AA==\" onerror=\"window.pwned=1"),
            Kind::Download(download),
        ]
        .map(|kind| node(kind, &[])),
    );
    Tree { nodes }
}
