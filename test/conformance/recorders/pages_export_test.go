package runtime

import "runtime/internal/atomic"

// What pages_test.go looks at and Go's own tests do not.

// PagesState is what a pageAlloc holds beside its bitmaps and summaries.
type PagesState struct {
	SearchAddr, Start, End, TotalBytes, Ready uintptr
	ScavSearch                                int64
	MinHeapIdx, Min, Max                      int32
}

func StateOfPages(pp *PageAlloc) PagesState {
	p := (*pageAlloc)(pp)
	x := &p.scav.index
	return PagesState{
		p.searchAddr.addr(), uintptr(p.start), uintptr(p.end), p.inUse.totalBytes, p.summaryMappedReady,
		x.searchAddr.a.Load(), x.minHeapIdx.Load(), x.min.Load(), x.max.Load(),
	}
}

// SummariesOf returns start, max and end of the entry that a chunk belongs to, on each level.
func SummariesOf(pp *PageAlloc, ci ChunkIdx) (out [][3]uint) {
	p := (*pageAlloc)(pp)
	for l := range p.summary {
		s, m, e := p.summary[l][offAddrToLevelIndex(l, offAddr{chunkBase(chunkIdx(ci))})].unpack()
		out = append(out, [3]uint{s, m, e})
	}
	return
}

// IsIndexed reports whether the scavenger's index has the chunk.
func IsIndexed(pp *PageAlloc, ci ChunkIdx) bool {
	return (*pageAlloc)(pp).scav.index.chunks[ci/8].Load()>>(ci%8)&1 == 1
}

// FreePages frees pages of which the system still has the memory.
func FreePages(pp *PageAlloc, base, npages uintptr) {
	p := (*pageAlloc)(pp)
	systemstack(func() {
		lock(p.mheapLock)
		p.free(base, npages, false)
		unlock(p.mheapLock)
	})
}

func GrowPages(pp *PageAlloc, base, size uintptr) {
	p := (*pageAlloc)(pp)
	systemstack(func() {
		lock(p.mheapLock)
		p.grow(base, size)
		unlock(p.mheapLock)
	})
}

// WithPhysPages runs f as if the system had pages, and huge pages, of these sizes.
func WithPhysPages(page, huge uintptr, f func()) {
	p, h := physPageSize, physHugePageSize
	physPageSize, physHugePageSize = page, huge
	f()
	physPageSize, physHugePageSize = p, h
}

// OwnIndex gives the allocator an index of its own: on 32-bit platforms it is a variable, which all allocators share.
func OwnIndex(pp *PageAlloc) {
	if pageAlloc32Bit != 0 {
		x := &(*pageAlloc)(pp).scav.index
		x.chunks = make([]atomic.Uint8, len(x.chunks))
	}
}
