//! A view in C, made with nothing but the contract.

use output::{Answer, Output};
use view::{Happening, ShownOutput, component};

use crate::engine::Compiled;
use crate::setup::{NOON_MS, View, context, fixture};

fn output(name: &str, output: Output) -> ShownOutput {
    ShownOutput {
        name: name.to_owned(),
        time_ms: NOON_MS,
        answer: Answer {
            output,
            notices: vec!["a notice".to_owned()],
        },
    }
}

#[test]
fn a_view_in_c_shows_its_outputs_and_counts() {
    let core = component::read(&fixture("c-view"), 1).unwrap();
    assert_eq!(core.stubs, []);
    let mut view = View::load(&Compiled::new(core).unwrap());
    let text = |step: view::Step| widgets::text(step.tree.as_ref().unwrap());

    let outputs = vec![
        output("", Output::Text("up".to_owned())),
        output("requests", Output::Frames(Vec::new())),
    ];
    let step = view.session.init(&context("", outputs)).unwrap();
    assert_eq!(
        text(step),
        "### Outputs\n\n• This cell: text\n• requests: series\n\nPressed 0 times\n\n(Count)\n"
    );
    assert!(text(view.press("count").unwrap()).contains("Pressed 1 time\n"));
    assert!(text(view.press("other").unwrap()).contains("Pressed 1 time\n"));
    assert_eq!(view.log(), ["counted"]);

    let step = view.happens(Happening::Context(context("title=Späti", Vec::new())));
    assert_eq!(
        text(step.unwrap()),
        "### Späti\n\nPressed 1 time\n\n(Count)\n"
    );

    // What it is given and what it gives is freed: a megabyte would not last.
    for _ in 0..500 {
        let many =
            (0..50).map(|place| output(&format!("output {place}"), Output::Text("x".into())));
        let context = context("title=many", many.collect());
        view.happens(Happening::Context(context)).unwrap();
    }
    let last = (0..123).map(|_| text(view.press("count").unwrap())).last();
    assert!(last.unwrap().contains("Pressed 124 times"));
}
