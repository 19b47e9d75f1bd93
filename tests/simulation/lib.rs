//! Server, clients and network in one thread: a seed decides everything that happens, and the same
//! seed does the same again. There is nothing here but the test `seeds`.
