// Starts the program that the two links in the head name. A file of its own, because the page's
// policy allows no inline script.
const link = (rel) => document.head.querySelector(`link[rel="${rel}"]`).href;
const { default: start } = await import(link("modulepreload"));
await start({ module_or_path: link("preload") });
