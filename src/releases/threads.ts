// What a thread keeps for its operating system, as far as releases agree on it.
//
// The runtime masks and handles signals, and on macOS it waits by means of pthreads. The structs for that are the
// system's own, so they differ from system to system, and hardly ever from release to release.

import {fields, type NamedTypes, type StructDecls} from "./layout.js";
import type {Platform} from "./release.js";

/**
 * A set of signals. On Linux it has 64 bits, on MIPS 128, and each port chose a type of its own for them.
 *
 * @go runtime/os_linux_generic.go sigset go1.19.8
 */
export function sigset({goos, goarch}: Platform): NamedTypes {
  if (goos === "aix") return {sigset: "[4]uint64"};
  if (goos === "darwin" || goos === "ios") return {sigset: "uint32"};
  if (goos !== "linux") return {};
  if (goarch === "mips" || goarch === "mipsle") return {sigset: "[4]uint32"};
  if (goarch === "mips64" || goarch === "mips64le") return {sigset: "[2]uint64"};
  if (goarch === "ppc64" || goarch === "s390x") return {sigset: "uint64"};
  return {sigset: "[2]uint32"};
}

/**
 * Sets of signals that are structs, and the stack that signals are handled on. Windows and WebAssembly have neither.
 *
 * @go runtime/signal_unix.go gsignalStack go1.19.8
 */
export function signals({goos}: Platform): StructDecls {
  if (goos === "windows" || goos === "js" || goos === "wasip1") return {sigset: [], gsignalStack: []};
  return {
    gsignalStack: fields(`
      stack                               stack
      stackguard0, stackguard1, stktopsp  uintptr
    `),
    ...(goos === "freebsd" ? {sigset: fields("__bits [4]uint32")} : {}),
  };
}

/**
 * How a thread of macOS and iOS waits.
 *
 * @go runtime/os_darwin.go mOS go1.19.8
 */
export const pthreads: StructDecls = {
  mOS: fields(`
    initialized bool
    mutex       pthreadmutex
    cond        pthreadcond
    count       int
  `),
  pthreadmutex: fields(`
    X__sig    int64
    X__opaque [56]int8
  `),
  pthreadcond: fields(`
    X__sig    int64
    X__opaque [40]int8
  `),
};

/**
 * What a goroutine waits on in a browser, since go1.24: a list that the event loop looks through.
 *
 * @go runtime/note_js.go note go1.24.4
 */
export const jsNote = fields(`
  status           int32
  gp               *g
  deadline         int64
  allprev, allnext *note
`);
