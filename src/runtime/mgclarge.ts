// The treap: free spans, to be found by size.
//
// A treap is a search tree and a heap at once. As a tree it is ordered by the number of pages, and by address
// among spans of one length; as a heap, a random priority of each node is nowhere less than its parent's, which
// keeps the tree balanced on average. Nodes come from mheap.treapalloc.

import type {fixed} from "./mfixalloc.js";
import type {mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import {fastrand} from "./stubs.js";

/**
 * A node: one free span.
 *
 * @go runtime/mgclarge.go treapNode go1.12.17
 */
export class treapNode implements fixed {
  readonly address: number;
  right: treapNode | null = null;
  left: treapNode | null = null;
  parent: treapNode | null = null;
  /** Length of the span in pages, as it was when the span was inserted. */
  npagesKey = 0;
  spanKey: mspan | null = null;
  priority = 0;

  constructor(address: number) {
    this.address = address;
  }

  /** The first word is right. */
  get mlink(): fixed | null {
    return this.right;
  }
  set mlink(link: fixed | null) {
    this.right = link as treapNode | null;
  }

  clear(): void {
    this.right = null;
    this.left = null;
    this.parent = null;
    this.npagesKey = 0;
    this.spanKey = null;
    this.priority = 0;
  }

  /** The node before this one in order, or null. @go runtime/mgclarge.go treapNode.pred go1.12.17 */
  pred(): treapNode | null {
    if (this.left !== null) {
      let t = this.left;
      while (t.right !== null) t = t.right;
      return t;
    }
    let t: treapNode = this;
    while (t.parent !== null && t.parent.right !== t) t = t.parent;
    return t.parent;
  }

  /** The node after this one in order, or null. @go runtime/mgclarge.go treapNode.succ go1.12.17 */
  succ(): treapNode | null {
    if (this.right !== null) {
      let t = this.right;
      while (t.left !== null) t = t.left;
      return t;
    }
    let t: treapNode = this;
    while (t.parent !== null && t.parent.left !== t) t = t.parent;
    return t.parent;
  }
}

/** Less than 0 if a span of that length and address sorts before the node's, 0 if it is the node's. */
function order(npages: number, base: number, t: treapNode): number {
  return npages - t.npagesKey || base - t.spanKey!.base();
}

/**
 * A treap of free spans.
 *
 * @go runtime/mgclarge.go mTreap go1.12.17
 */
export class mTreap {
  treap: treapNode | null = null;
  readonly rt: Runtime;

  constructor(rt: Runtime) {
    this.rt = rt;
  }

  /** The smallest span's node. @go runtime/mgclarge.go mTreap.start go1.12.17 */
  start(): treapNode | null {
    let t = this.treap;
    while (t !== null && t.left !== null) t = t.left;
    return t;
  }

  /** The largest span's node. @go runtime/mgclarge.go mTreap.end go1.12.17 */
  end(): treapNode | null {
    let t = this.treap;
    while (t !== null && t.right !== null) t = t.right;
    return t;
  }

  /**
   * Puts a span in: as a leaf where the order wants it, then upwards until the priorities are right.
   *
   * @go runtime/mgclarge.go mTreap.insert go1.12.17
   */
  insert(span: mspan): void {
    let last: treapNode | null = null;
    let side = 0;
    for (let t = this.treap; t !== null; t = side < 0 ? t.left : t.right) {
      last = t;
      side = order(span.npages, span.base(), t);
      if (side === 0) throw new Throw(this.rt, "inserting span already in treap");
    }

    const t = this.rt.mheap_.treapalloc.alloc();
    t.npagesKey = span.npages;
    t.priority = fastrand(this.rt.getg().m);
    t.spanKey = span;
    t.parent = last;
    if (last === null) this.treap = t;
    else if (side < 0) last.left = t;
    else last.right = t;

    while (t.parent !== null && t.parent.priority > t.priority) {
      if (t.parent.left === t) this.rotateRight(t.parent);
      else this.rotateLeft(t.parent);
    }
  }

  /**
   * Takes a node out: downwards until it is a leaf, then off.
   *
   * @go runtime/mgclarge.go mTreap.removeNode go1.12.17
   */
  removeNode(t: treapNode): void {
    if (t.spanKey!.npages !== t.npagesKey)
      throw new Throw(this.rt, "span and treap node npages do not match");
    while (t.right !== null || t.left !== null) {
      if (t.right === null || (t.left !== null && t.left.priority < t.right.priority)) this.rotateRight(t);
      else this.rotateLeft(t);
    }
    this.#replace(t.parent, t, null);
    this.rt.mheap_.treapalloc.free(t);
  }

  /**
   * The node of the smallest span with at least `npages` pages, the lowest of them if there are several.
   *
   * @go runtime/mgclarge.go mTreap.find go1.12.17
   */
  find(npages: number): treapNode | null {
    let best: treapNode | null = null;
    let t = this.treap;
    while (t !== null) {
      if (t.npagesKey >= npages) {
        best = t;
        t = t.left;
      } else {
        t = t.right;
      }
    }
    return best;
  }

  /**
   * Takes a span out. It must be in.
   *
   * @go runtime/mgclarge.go mTreap.removeSpan go1.12.17
   */
  removeSpan(span: mspan): void {
    let t = this.treap;
    while (t !== null && t.spanKey !== span) {
      t = order(span.npages, span.base(), t) < 0 ? t.left : t.right;
    }
    this.removeNode(t!);
  }

  /**
   * Lets x's right child take its place, with x on its left.
   *
   * @go runtime/mgclarge.go mTreap.rotateLeft go1.12.17
   */
  rotateLeft(x: treapNode): void {
    const p = x.parent;
    const y = x.right!;
    const b = y.left;
    y.left = x;
    x.parent = y;
    x.right = b;
    if (b !== null) b.parent = x;
    y.parent = p;
    this.#replace(p, x, y);
  }

  /**
   * Lets y's left child take its place, with y on its right.
   *
   * @go runtime/mgclarge.go mTreap.rotateRight go1.12.17
   */
  rotateRight(y: treapNode): void {
    const p = y.parent;
    const x = y.left!;
    const b = x.right;
    x.right = y;
    y.parent = x;
    y.left = b;
    if (b !== null) b.parent = y;
    x.parent = p;
    this.#replace(p, y, x);
  }

  /** Hangs `by` where `t` hangs under `parent`; a parent of null means the root. */
  #replace(parent: treapNode | null, t: treapNode, by: treapNode | null): void {
    if (parent === null) this.treap = by;
    else if (parent.left === t) parent.left = by;
    else if (parent.right === t) parent.right = by;
    else throw new Throw(this.rt, "treap insert finds a broken treap");
  }
}
