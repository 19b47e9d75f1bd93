//! What we write is what the `.proto` file says: an independent reader understands it.

use crate::root;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage};
use widgets::{
    Badge, BarSeries, Bars, Cells, DataColumn, DataTable, Image, ImageData, ImageSource, JsonNode,
    JsonTree, JsonValue, Kind, ListItem, Node, NumberField, Series, Span, Table, TableColumn,
    TimeSeries, Timestamp, Tone, Tree,
};
use wit_data::Data as _;

/// A kind for each way in which a value is written.
fn kinds() -> Vec<Kind> {
    let spans = || {
        vec![
            Span::plain("a"),
            Span {
                link: Some("https://b".into()),
                bold: true,
                tone: Tone::Bad,
                ..Span::default()
            },
        ]
    };
    vec![
        Kind::Stack,
        Kind::Paragraph(spans()),
        Kind::Paragraph(Vec::new()),
        Kind::Item(ListItem {
            checked: Some(false),
        }),
        Kind::Item(ListItem { checked: None }),
        Kind::Table(Table {
            columns: vec![TableColumn::default()],
            rows: vec![vec![spans()], vec![Vec::new()], Vec::new()],
        }),
        Kind::Markdown("*ü*".into()),
        Kind::Timestamp(Timestamp {
            time_ms: -1,
            relative: true,
        }),
        Kind::Image(Image {
            source: ImageSource::Data(ImageData {
                media_type: "image/png".into(),
                content: vec![0, 255],
            }),
            description: String::new(),
            width_px: 300,
            height_px: 0,
        }),
        Kind::TimeSeries(TimeSeries {
            series: vec![Series {
                times_ms: vec![1, -2],
                values: vec![0.5, f64::INFINITY],
                ..Series::default()
            }],
            ..TimeSeries::default()
        }),
        Kind::Bars(Bars {
            categories: vec!["x".into(), String::new()],
            series: vec![BarSeries::default()],
            ..Bars::default()
        }),
        Kind::DataTable(DataTable {
            columns: vec![
                DataColumn {
                    title: "t".into(),
                    unit: String::new(),
                    cells: Cells::Rich(vec![spans(), Vec::new()]),
                },
                DataColumn {
                    title: "n".into(),
                    unit: "s".into(),
                    cells: Cells::Badges(vec![Badge::default(), Badge::default()]),
                },
            ],
            ..DataTable::default()
        }),
        Kind::Json(JsonTree {
            nodes: vec![
                JsonNode {
                    name: String::new(),
                    value: JsonValue::Array(vec![1, 2, 300]),
                },
                JsonNode {
                    name: "a".into(),
                    value: JsonValue::Null,
                },
                JsonNode {
                    name: "b".into(),
                    value: JsonValue::Flag(false),
                },
            ],
        }),
        Kind::NumberField(NumberField {
            value: Some(0.0),
            ..NumberField::default()
        }),
    ]
}

#[test]
fn an_independent_reader_understands_what_we_write_and_we_what_it_writes() {
    let files = protox::compile(["databook/widgets.proto"], [root().join("proto")]).unwrap();
    let pool = DescriptorPool::from_file_descriptor_set(files).unwrap();
    let message = pool.get_message_by_name("databook.widgets.Tree").unwrap();
    for kind in kinds() {
        let tree = Tree {
            nodes: vec![Node {
                key: "k".into(),
                kind,
                children: vec![1, 200],
            }],
        };
        let ours = tree.encode();
        assert_eq!(Tree::decode(&ours).as_ref(), Ok(&tree));
        let theirs = DynamicMessage::decode(message.clone(), ours.as_slice()).unwrap();
        assert_eq!(
            theirs.unknown_fields().count(),
            0,
            "{:?} has a field that the file does not name",
            tree
        );
        assert_eq!(Tree::decode(&theirs.encode_to_vec()), Ok(tree));
    }
}
