// peer times the real allocator, for the model to be measured against.
//
// Usage: peer ROW REPETITIONS. It prints the nanoseconds that one allocation took, a line for each repetition. The
// collector is off while a row is timed and runs between two repetitions, but for the row "mixed", in which it runs when
// it likes.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"
	"unsafe"
)

type pair struct{ a, b *byte }
type wide struct {
	p    *byte
	rest [7]uint64
}

// What is stored in a global variable must be on the heap.
var (
	word    *uint64
	pointer **byte
	words2  *[2]uint64
	pairs   *pair
	words8  *[8]uint64
	wides   *wide
	slots   [1 << 16]unsafe.Pointer
	random  uint32 = 12345
)

var rows = map[string]struct {
	size int
	run  func(n int)
}{
	"tiny8": {8, func(n int) {
		for i := 0; i < n; i++ {
			word = new(uint64)
		}
	}},
	"8ptr": {8, func(n int) {
		for i := 0; i < n; i++ {
			pointer = new(*byte)
		}
	}},
	"16": {16, func(n int) {
		for i := 0; i < n; i++ {
			words2 = new([2]uint64)
		}
	}},
	"16ptr": {16, func(n int) {
		for i := 0; i < n; i++ {
			pairs = new(pair)
		}
	}},
	"64": {64, func(n int) {
		for i := 0; i < n; i++ {
			words8 = new([8]uint64)
		}
	}},
	"64ptr": {64, func(n int) {
		for i := 0; i < n; i++ {
			wides = new(wide)
		}
	}},
	"mixed": {64, mixed},
}

// mixed replaces objects of 16 to 256 bytes in 65,536 slots at random, so that survivors leave holes in every span.
func mixed(n int) {
	x := random
	for i := 0; i < n; i++ {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		slot := &slots[x&65535]
		switch (x >> 16) & 7 {
		case 0, 1:
			*slot = unsafe.Pointer(new([2]uint64))
		case 2, 3:
			*slot = unsafe.Pointer(new([4]uint64))
		case 4, 5:
			*slot = unsafe.Pointer(new([8]uint64))
		case 6:
			*slot = unsafe.Pointer(new([16]uint64))
		case 7:
			*slot = unsafe.Pointer(new([32]uint64))
		}
	}
	random = x
}

func main() {
	name := os.Args[1]
	row, ok := rows[name]
	if !ok {
		fmt.Fprintln(os.Stderr, "no such row:", name)
		os.Exit(2)
	}
	repetitions, err := strconv.Atoi(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	n := 32 << 20 / row.size
	if n > 1000000 {
		n = 1000000
	}
	runtime.GOMAXPROCS(1)
	if name != "mixed" {
		debug.SetGCPercent(-1)
	}
	for i := -1; i < repetitions; i++ {
		if name != "mixed" {
			runtime.GC()
		}
		start := time.Now()
		row.run(n)
		ns := float64(time.Since(start).Nanoseconds()) / float64(n)
		if i >= 0 {
			fmt.Printf("%.3f\n", ns)
		}
	}
}
