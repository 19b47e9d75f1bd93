/* As much of a C library as a small view needs, so that none has to be installed: memory that is
 * taken from the linear memory and used again, and four functions on bytes. Larger views link
 * wasi-libc instead. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WASM_PAGE_BYTES = 65536, ALIGN = 8 };

/* Stands before each block; `next` only while the block is free. */
struct head {
  uint32_t bytes;
  struct head *next;
};

/* The linker puts it behind everything else. */
extern unsigned char __heap_base;

static struct head *free_blocks;
static uintptr_t top;

void *malloc(size_t bytes) {
  if (bytes > INT32_MAX) return NULL;
  bytes = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
  for (struct head **link = &free_blocks; *link; link = &(*link)->next) {
    if ((*link)->bytes >= bytes) {
      struct head *found = *link;
      *link = found->next;
      return found + 1;
    }
  }
  if (top == 0) top = ((uintptr_t)&__heap_base + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1);
  uintptr_t end = top + sizeof(struct head) + bytes;
  uintptr_t there = __builtin_wasm_memory_size(0) * (uintptr_t)WASM_PAGE_BYTES;
  if (end > there) {
    size_t pages = (end - there + WASM_PAGE_BYTES - 1) / WASM_PAGE_BYTES;
    if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) return NULL;
  }
  struct head *head = (struct head *)top;
  head->bytes = bytes;
  top = end;
  return head + 1;
}

void free(void *block) {
  if (!block) return;
  struct head *head = (struct head *)block - 1;
  head->next = free_blocks;
  free_blocks = head;
}

void *realloc(void *block, size_t bytes) {
  if (!block) return malloc(bytes);
  size_t before = ((struct head *)block - 1)->bytes;
  if (before >= bytes) return block;
  void *larger = malloc(bytes);
  if (larger) {
    memcpy(larger, block, before);
    free(block);
  }
  return larger;
}

void abort(void) { __builtin_trap(); }

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  for (size_t place = 0; place < bytes; place++)
    ((unsigned char *)to)[place] = ((const unsigned char *)from)[place];
  return to;
}

void *memset(void *to, int byte, size_t bytes) {
  for (size_t place = 0; place < bytes; place++) ((unsigned char *)to)[place] = (unsigned char)byte;
  return to;
}

int memcmp(const void *left, const void *right, size_t bytes) {
  const unsigned char *a = left, *b = right;
  for (size_t place = 0; place < bytes; place++)
    if (a[place] != b[place]) return a[place] < b[place] ? -1 : 1;
  return 0;
}

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}
