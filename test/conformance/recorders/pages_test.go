// Records what go1.19's page allocator answers to random steps: growing, allocating, freeing, page caches, scavenging.
//
// Copy this file and pages_export_test.go into src/runtime of a Go 1.19 tree as zz_pages_test.go and
// zz_pages_export_test.go. Then, from there (GOARCH=386 for a platform with 32 bits):
//
//	go test -c -o rec runtime
//	GOGC=off PAGES_OUT=pages.jsonl PAGES_SEED=1 PAGES_CASES=40 PAGES_STEPS=60 PAGES_SPAN=200 ./rec -test.run TestRecordPages
package runtime_test

import (
	"encoding/json"
	"math/rand"
	"os"
	. "runtime"
	"sort"
	"strconv"
	"testing"
)

type pagesStep map[string]any

func pagesRuns(b *PallocBits) [][2]uint {
	out := [][2]uint{}
	for i := uint(0); i < PallocChunkPages; i++ {
		if b.PopcntRange(i, 1) == 0 {
			continue
		}
		if n := len(out); n > 0 && out[n-1][0]+out[n-1][1] == i {
			out[n-1][1]++
		} else {
			out = append(out, [2]uint{i, 1})
		}
	}
	return out
}

func pagesHex(x uint64) string { return "0x" + strconv.FormatUint(x, 16) }

func pagesInput(name string) int {
	n, err := strconv.Atoi(os.Getenv("PAGES_" + name))
	if err != nil {
		panic("PAGES_" + name + " must be a number")
	}
	return n
}

func TestRecordPages(t *testing.T) {
	path := os.Getenv("PAGES_OUT")
	if path == "" {
		t.Skip("PAGES_OUT names no file")
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	enc := json.NewEncoder(f)
	r := rand.New(rand.NewSource(int64(pagesInput("SEED"))))
	cases, steps, span := pagesInput("CASES"), pagesInput("STEPS"), pagesInput("SPAN")
	for i := 0; i < cases; i++ {
		if err := enc.Encode(recordPages(r, steps, span)); err != nil {
			t.Fatal(err)
		}
	}
}

// recordPages walks through n steps on chunks that are at most about eight times span apart.
func recordPages(r *rand.Rand, n, span int) map[string]any {
	phys, huge := uintptr(4096), []uintptr{0, 2 << 20, 4 << 20, 64 << 10}[r.Intn(4)]
	if r.Intn(2) == 0 {
		phys = []uintptr{8192, 16384, 65536, 524288}[r.Intn(4)]
	}
	nchunks := 1 + r.Intn(8)
	within := nchunks
	if r.Intn(2) == 0 {
		within *= 1 + r.Intn(span)
	}
	chosen := map[int]bool{0: true}
	for len(chosen) < nchunks {
		chosen[r.Intn(within)] = true
	}
	order := []int{}
	for i := range chosen {
		order = append(order, i)
	}
	sort.Ints(order)
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })

	type live struct{ at, n uint }
	var (
		base   = PageBase(BaseChunkIdx, 0)
		first  = uint(base / PageSize)
		b      = NewPageAlloc(map[ChunkIdx][]BitRange{}, nil)
		held   []live
		caches []PageCache
		grown  []int
		out    []pagesStep
	)
	OwnIndex(b)
	defer FreePageAlloc(b)
	add := func(s pagesStep) {
		state := StateOfPages(b)
		s["searchAddr"], s["scavSearchAddr"] = pagesHex(uint64(state.SearchAddr)), state.ScavSearch
		out = append(out, s)
	}
	hold := func(addr uintptr, n uint) {
		if addr != 0 {
			held = append(held, live{uint(addr/PageSize) - first, n})
		}
	}
	grow := func() {
		if len(order) == 0 {
			return
		}
		i := order[0]
		order, grown = order[1:], append(grown, i)
		GrowPages(b, PageBase(BaseChunkIdx+ChunkIdx(i), 0), PallocChunkPages*PageSize)
		add(pagesStep{"op": "grow", "chunk": i})
	}
	grow()
	for len(out) < n {
		switch x := r.Intn(20); {
		case x < 8:
			pages := 1 + uint(r.Intn([]int{1, 8, 64, PallocChunkPages / 2, PallocChunkPages * 2}[r.Intn(5)]))
			addr, scav := b.Alloc(uintptr(pages))
			hold(addr, pages)
			add(pagesStep{"op": "alloc", "pages": pages, "got": pagesHex(uint64(addr)), "scav": scav})
		case x < 13 && len(held) > 0:
			j := r.Intn(len(held))
			h := held[j]
			held = append(held[:j], held[j+1:]...)
			if h.n > 2 && r.Intn(3) == 0 {
				cut := 1 + uint(r.Intn(int(h.n-1)))
				held = append(held, live{h.at + cut, h.n - cut})
				h.n = cut
			}
			scavenged := r.Intn(4) == 0
			if scavenged {
				b.Free(uintptr(h.at+first)*PageSize, uintptr(h.n))
			} else {
				FreePages(b, uintptr(h.at+first)*PageSize, uintptr(h.n))
			}
			add(pagesStep{"op": "free", "at": h.at, "pages": h.n, "scavenged": scavenged})
		case x < 15:
			c := b.AllocToCache()
			if c.Cache() != 0 {
				caches = append(caches, c)
			}
			add(pagesStep{"op": "cache", "got": pagesHex(uint64(c.Base())), "cache": pagesHex(c.Cache()), "cscav": pagesHex(c.Scav())})
		case x < 17 && len(caches) > 0:
			j, pages := r.Intn(len(caches)), uint(1+r.Intn(8))
			addr, scav := caches[j].Alloc(uintptr(pages))
			hold(addr, pages)
			add(pagesStep{"op": "allocFromCache", "which": j, "pages": pages, "got": pagesHex(uint64(addr)), "scav": scav})
		case x < 18 && len(caches) > 0:
			j := r.Intn(len(caches))
			caches[j].Flush(b)
			caches = append(caches[:j], caches[j+1:]...)
			add(pagesStep{"op": "flush", "which": j})
		case x < 19:
			s := pagesStep{"op": "scavenge"}
			bytes := ^uintptr(0)
			if r.Intn(6) > 0 {
				bytes = uintptr(1 + r.Intn(1<<20))
				s["bytes"] = bytes
			}
			WithPhysPages(phys, huge, func() { s["got"] = b.Scavenge(bytes) })
			add(s)
		default:
			grow()
		}
	}

	end := map[string]any{}
	for _, i := range grown {
		ci := BaseChunkIdx + ChunkIdx(i)
		d := b.PallocData(ci)
		end[strconv.Itoa(i)] = map[string]any{
			"alloc": pagesRuns(d.PallocBits()), "scav": pagesRuns(d.Scavenged()),
			"sums": SummariesOf(b, ci), "indexed": IsIndexed(b, ci),
		}
	}
	inUse := [][2]string{}
	for _, x := range b.InUse() {
		inUse = append(inUse, [2]string{pagesHex(uint64(x.Base())), pagesHex(uint64(x.Limit()))})
	}
	s := StateOfPages(b)
	return map[string]any{
		"base": pagesHex(uint64(base)), "physPageSize": phys, "physHugePageSize": huge, "ops": out, "end": end, "inUse": inUse,
		"state": map[string]any{
			"start": s.Start, "end": s.End, "totalBytes": s.TotalBytes, "summaryMappedReady": s.Ready,
			"minHeapIdx": s.MinHeapIdx, "min": s.Min, "max": s.Max,
		},
	}
}
