//! A plot on a canvas, as wide as its cell, with what is at the pointer.

use leptos::{ev::PointerEvent, html, prelude::*};
use output::{Answer, Output};
use plot::{Chart, Hover, Palette, Size};
use plotters_canvas::CanvasBackend;
use std::sync::Arc;

/// Same as in the server's markup, so that taking over moves nothing.
const HEIGHT_PX: u32 = render::PLOT_HEIGHT_PX;

#[component]
pub fn PlotView(answer: Arc<Answer>) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let width_px = RwSignal::new(0u32);
    let dark = RwSignal::new(web::is_dark());
    web::on_scheme_change(move |now| {
        dark.try_set(now);
    });
    let watch = StoredValue::new_local(None);
    Effect::new(move || {
        if let Some(frame) = frame.get() {
            watch.set_value(web::on_resize(&frame, move |now| {
                width_px.try_set(now);
            }));
        }
    });
    let drawn = answer.clone();
    let chart = Memo::new_with_compare(
        move |_| {
            let Output::Frames(frames) = &drawn.output else {
                return None;
            };
            let width_px = width_px.get();
            (width_px > 0).then(|| {
                Arc::new(Chart::new(
                    frames,
                    Size {
                        width_px,
                        height_px: HEIGHT_PX,
                    },
                ))
            })
        },
        |old, new| match (old.as_ref(), new.as_ref()) {
            (Some(Some(old)), Some(Some(new))) => !Arc::ptr_eq(old, new),
            _ => true,
        },
    );
    Effect::new(move || {
        let (Some(chart), Some(canvas)) = (chart.get(), canvas.get()) else {
            return;
        };
        let palette = if dark.get() {
            Palette::dark()
        } else {
            Palette::light()
        };
        web::prepare_canvas(&canvas, width_px.get_untracked(), HEIGHT_PX);
        // A canvas that cannot be drawn on stays empty; its description says the same in words.
        if let Some(backend) = CanvasBackend::with_canvas_object(canvas) {
            let _ = chart.draw(backend, &palette);
        }
    });

    let hover = RwSignal::new(None::<Hover>);
    let point = move |event: PointerEvent| {
        let chart = chart.get_untracked();
        hover.set(
            chart.and_then(|chart| chart.hover(event.offset_x().into(), event.offset_y().into())),
        );
    };
    let description = move || {
        chart
            .get()
            .map(|chart| chart.describe())
            .unwrap_or_default()
    };
    let notices = render::notices(&answer.notices);

    view! {
        <figure class="plot">
            <div class="plot-frame" node_ref=frame>
                <div role=move || chart.get().map(|_| "img") aria-label=description class="plot-image">
                    <canvas
                        node_ref=canvas
                        on:pointermove=point
                        on:pointerdown=point
                        on:pointerleave=move |_| hover.set(None)
                    ></canvas>
                </div>
                {move || hover.get().map(|hover| view! { <Tooltip hover width_px=width_px.get_untracked() /> })}
            </div>
            <figcaption class="legend" inner_html=move || {
                chart.get().map(|chart| render::legend(&chart)).unwrap_or_default()
            }></figcaption>
        </figure>
        <div inner_html=notices></div>
    }
}

#[component]
fn Tooltip(hover: Hover, width_px: u32) -> impl IntoView {
    let left = hover.x_px;
    let flip = left > f64::from(width_px) / 2.0;
    view! {
        <div class="crosshair" style:left=format!("{left}px")></div>
        <div class="tooltip" class:flip=flip style:left=format!("{left}px")>
            <div class="tooltip-time">{hover.time_text}</div>
            <ul>
                {hover.entries.into_iter().map(|entry| view! {
                    <li class:nearest=entry.is_nearest>
                        <span class=format!("swatch series-{}", entry.colour_index) aria-hidden="true"></span>
                        <span class="tooltip-label">{entry.label}</span>
                        <span class="tooltip-value">{entry.value_text}</span>
                    </li>
                }).collect_view()}
            </ul>
            {(hover.more > 0).then(|| view! { <div class="tooltip-more">{format!("and {} more", hover.more)}</div> })}
        </div>
    }
}
