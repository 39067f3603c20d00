// leak fills a cache, drops most of it, and keeps a few goroutines that wait for ever.
package main

import (
	"fmt"
	"runtime"
	"time"
)

type entry struct {
	key   string
	value []byte
	hits  int64
	next  *entry
}

var cache []*entry
var table = map[int]*entry{}

func main() {
	n := 12000
	for i := 0; i < n; i++ {
		e := &entry{key: fmt.Sprint("user-", i), value: make([]byte, 20+i%300)}
		cache = append(cache, e)
		table[i] = e
	}
	big := make([]byte, 3<<20)
	big[0] = 1
	runtime.KeepAlive(big)
	big = nil
	// Seven of eight are forgotten, but those that stay lie all over the place.
	for i := 0; i < n; i++ {
		if i%8 != 0 {
			delete(table, i)
			cache[i] = nil
		}
	}
	for i := 0; i < 40; i++ {
		go func() { select {} }()
	}
	time.Sleep(20 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	var buf [][]byte
	for i := 0; i < 200; i++ {
		buf = append(buf, make([]byte, 1000))
	}
	report(buf)
}

//go:noinline
func report(buf [][]byte) {
	fmt.Println(len(cache), len(table), len(buf))
}
