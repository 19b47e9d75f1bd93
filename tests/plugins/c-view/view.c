/* A view in C: which outputs it is shown with and what they are, and a button that counts.
 *
 * `view.h` is made of wit/1.0.0 by wit-bindgen. What the page hands in belongs to the plugin, which
 * frees it; what the plugin gives back is freed by the bindings after the page has read it, so each
 * text in it is a block of its own. */
#include "view.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_OUTPUTS = 100 };

/* What is shown of an output; `name` is ours. */
struct output {
  view_string_t name;
  uint8_t tag;
};

static struct output outputs[MOST_OUTPUTS];
static size_t output_count;
static view_string_t title;
static uint32_t presses;

/* The bindings want the object file that names the world; here the build writes the world into the
 * finished module. */
void __component_type_object_force_link_view(void) {}

static void *allocate(size_t count, size_t bytes) {
  void *block = malloc(count * bytes);
  if (!block) abort();
  return memset(block, 0, count * bytes);
}

static bool is(const view_string_t *text, const char *word) {
  return text->len == strlen(word) && memcmp(text->ptr, word, text->len) == 0;
}

static void copy(view_string_t *to, const view_string_t *from) {
  view_string_dup_n(to, (const char *)from->ptr, from->len);
}

static const char *content(uint8_t tag) {
  switch (tag) {
    case DATABOOK_PLUGIN_ANSWERS_OUTPUT_TEXT: return "text";
    case DATABOOK_PLUGIN_ANSWERS_OUTPUT_MARKDOWN: return "Markdown";
    case DATABOOK_PLUGIN_ANSWERS_OUTPUT_FRAMES: return "series";
    case DATABOOK_PLUGIN_ANSWERS_OUTPUT_TABLE: return "a table";
    case DATABOOK_PLUGIN_ANSWERS_OUTPUT_LOGS: return "logs";
    case DATABOOK_PLUGIN_ANSWERS_OUTPUT_WIDGETS: return "widgets";
    default: return "something new";
  }
}

/* Writes a number in decimal; gives its length. */
static size_t decimal(uint32_t number, char digits[10]) {
  char reversed[10];
  size_t length = 0;
  do {
    reversed[length++] = (char)('0' + number % 10);
    number /= 10;
  } while (number);
  for (size_t place = 0; place < length; place++) digits[place] = reversed[length - 1 - place];
  return length;
}

/* Remembers of a context what is shown, and frees it. */
static void remember(view_view_context_t *context) {
  view_string_free(&title);
  while (output_count) view_string_free(&outputs[--output_count].name);
  view_string_dup(&title, "Outputs");
  for (size_t place = 0; place < context->options.len; place++) {
    databook_plugin_views_setting_t *option = &context->options.ptr[place];
    if (is(&option->name, "title")) {
      view_string_free(&title);
      copy(&title, &option->value);
    }
  }
  for (size_t place = 0; place < context->outputs.len && place < MOST_OUTPUTS; place++) {
    databook_plugin_views_shown_output_t *shown = &context->outputs.ptr[place];
    struct output *output = &outputs[output_count++];
    if (shown->name.len)
      copy(&output->name, &shown->name);
    else
      view_string_dup(&output->name, "This cell");
    output->tag = shown->answer.output.tag;
  }
  view_view_context_free(context);
}

/* Adds a piece to a text. */
static void append(databook_plugin_widgets_list_span_t *spans, const char *text, size_t length,
                   bool bold) {
  databook_plugin_widgets_span_t *span = &spans->ptr[spans->len++];
  view_string_dup_n(&span->text, text, length);
  span->bold = bold;
}

static databook_plugin_widgets_list_span_t line(size_t parts) {
  databook_plugin_widgets_list_span_t spans = {
      .ptr = allocate(parts, sizeof(databook_plugin_widgets_span_t)), .len = 0};
  return spans;
}

/* The tree: a heading, a list of the outputs, how often the button was pressed, the button. */
static void show(view_step_t *step) {
  enum { STACK, HEADING, LIST, COUNT, BUTTON, FIRST_ITEM };
  size_t length = FIRST_ITEM + 2 * output_count;
  databook_plugin_widgets_node_t *nodes = allocate(length, sizeof *nodes);

  nodes[STACK].kind.tag = DATABOOK_PLUGIN_WIDGETS_KIND_STACK;
  nodes[STACK].children.len = BUTTON;
  nodes[STACK].children.ptr = allocate(BUTTON, sizeof(uint32_t));
  for (uint32_t child = HEADING; child <= BUTTON; child++)
    nodes[STACK].children.ptr[child - 1] = child;

  nodes[HEADING].kind.tag = DATABOOK_PLUGIN_WIDGETS_KIND_HEADING;
  nodes[HEADING].kind.val.heading.level = 3;
  nodes[HEADING].kind.val.heading.spans = line(1);
  append(&nodes[HEADING].kind.val.heading.spans, (const char *)title.ptr, title.len, false);

  nodes[LIST].kind.tag = DATABOOK_PLUGIN_WIDGETS_KIND_BULLETS;
  nodes[LIST].children.len = output_count;
  nodes[LIST].children.ptr = output_count ? allocate(output_count, sizeof(uint32_t)) : NULL;
  for (size_t place = 0; place < output_count; place++) {
    size_t item = FIRST_ITEM + 2 * place, text = item + 1;
    nodes[LIST].children.ptr[place] = (uint32_t)item;
    nodes[item].kind.tag = DATABOOK_PLUGIN_WIDGETS_KIND_ITEM;
    nodes[item].children.len = 1;
    nodes[item].children.ptr = allocate(1, sizeof(uint32_t));
    nodes[item].children.ptr[0] = (uint32_t)text;
    nodes[text].kind.tag = DATABOOK_PLUGIN_WIDGETS_KIND_PARAGRAPH;
    nodes[text].kind.val.paragraph = line(3);
    databook_plugin_widgets_list_span_t *spans = &nodes[text].kind.val.paragraph;
    const char *what = content(outputs[place].tag);
    append(spans, (const char *)outputs[place].name.ptr, outputs[place].name.len, true);
    append(spans, ": ", 2, false);
    append(spans, what, strlen(what), false);
  }

  char digits[10];
  size_t digit_count = decimal(presses, digits);
  nodes[COUNT].kind.tag = DATABOOK_PLUGIN_WIDGETS_KIND_PARAGRAPH;
  nodes[COUNT].kind.val.paragraph = line(3);
  databook_plugin_widgets_list_span_t *spans = &nodes[COUNT].kind.val.paragraph;
  append(spans, "Pressed ", 8, false);
  append(spans, digits, digit_count, true);
  append(spans, presses == 1 ? " time" : " times", presses == 1 ? 5 : 6, false);

  nodes[BUTTON].kind.tag = DATABOOK_PLUGIN_WIDGETS_KIND_BUTTON;
  databook_plugin_widgets_button_t *button = &nodes[BUTTON].kind.val.button;
  view_string_dup(&button->name, "count");
  view_string_dup(&button->label, "Count");
  button->style = DATABOOK_PLUGIN_WIDGETS_BUTTON_STYLE_PRIMARY;

  memset(step, 0, sizeof *step);
  step->tree.is_some = true;
  step->tree.val.nodes.ptr = nodes;
  step->tree.val.nodes.len = length;
}

bool exports_view_init(view_view_context_t *context, view_step_t *step, view_failure_t *failure) {
  (void)failure;
  remember(context);
  show(step);
  return true;
}

bool exports_view_update(view_event_t *event, view_step_t *step, view_failure_t *failure) {
  (void)failure;
  if (event->happening.tag == DATABOOK_PLUGIN_VIEWS_HAPPENING_CONTEXT) {
    remember(&event->happening.val.context);
  } else {
    if (event->happening.tag == DATABOOK_PLUGIN_VIEWS_HAPPENING_INPUT &&
        is(&event->happening.val.input.name, "count")) {
      presses++;
      view_string_t words;
      view_string_set(&words, "counted");
      databook_plugin_page_log(DATABOOK_PLUGIN_TYPES_LEVEL_INFO, &words);
    }
    view_event_free(event);
  }
  show(step);
  return true;
}
