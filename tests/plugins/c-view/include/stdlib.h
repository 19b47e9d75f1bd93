/* What the bindings want of the C library; libc.c has it. */
#pragma once
#include <stddef.h>

void *malloc(size_t bytes);
void *realloc(void *block, size_t bytes);
void free(void *block);
_Noreturn void abort(void);
