"""What does not change while a program runs: constants of the runtime, its types, the tables of size classes."""

from layout import STRUCT, number
from memory import Missing

TYPES = """mspan mcache mheap fixalloc arenaHint mcentral heapArena linearAlloc persistentAlloc treapNode mTreap
mSpanList mSpanStateBox gcBitsArena gcBits special specialfinalizer specialprofile specialReachable specialPinCounter
specialWeakHandle specialCleanup specialCheckFinalizer specialTinyBlock specialBubble specialSecret specialsIter
stackfreelist stackpoolItem pageAlloc pageCache pallocData pallocBits pallocSum addrRange addrRanges offAddr spanSet
spanSetBlock gcSweepBuf gcSweepBlock spanInlineMarkBits spanSPMC mlink notInHeap scavengeIndex scavChunkData
heapStatsDelta heapStatsAggregate consistentHeapStats sysMemStat mstats gcControllerState bucket memRecord finblock
finalizer stackScanBuf workbuf p m g schedt mutex userArena heapArenaMetadata checkmarksMap xRegState xRegPerG""".split()

LAYOUTS = """mspan mcache mheap fixalloc arenaHint mcentral heapArena linearAlloc persistentAlloc treapNode mTreap
gcBitsArena special specialfinalizer specialprofile mSpanList stackfreelist stackpoolItem pageAlloc pageCache pallocData
addrRange addrRanges spanSet gcSweepBuf heapStatsDelta mstats mlink spanInlineMarkBits""".split()

OF_RUNTIME = """_PageSize pageSize _PageShift _PageMask heapArenaBytes logHeapArenaBytes heapArenaBitmapBytes
heapArenaBitmapWords pagesPerArena arenaL1Bits arenaL2Bits arenaL1Shift arenaBits arenaBaseOffset arenaBaseOffsetUintptr
heapAddrBits maxAlloc _64bit _NumSizeClasses numSizeClasses numSpanClasses smallSizeDiv smallSizeMax largeSizeDiv
_MaxSmallSize maxSmallSize _TinySize maxTinySize _TinySizeClass tinySizeClass _FixAllocChunk _StackCacheSize
_NumStackOrders _FixedStack fixedStack _StackMin stackMin _StackSystem _WorkbufSize workbufAlloc persistentChunkSize
gcBitsChunkBytes gcBitsHeaderBytes pagesPerSpanRoot pagesPerReclaimerChunk pallocChunkPages pallocChunkBytes
logPallocChunkPages logPallocChunkBytes pallocChunksL1Bits pallocChunksL2Bits summaryLevels summaryLevelBits
summaryL0Bits pageCachePages minPhysPageSize maxPhysPageSize maxPhysHugePageSize minSizeForMallocHeader mallocHeaderSize
minHeapAlign spanSetBlockEntries spanSetInitSpineCap scavengePercent tlsSize userArenaChunkBytes userArenaChunkPages
maxObjsPerSpan physPageAlignedStacks haveHighResSleep _MaxMHeapList maxPagesPerArena uintptrMask _MaxGcproc
randomizeHeapBase isSbrkPlatform tagBits addrBits mprofMaxStack""".split()

# In other packages; what moved from one to another is looked for in all.
ELSEWHERE = [["internal/runtime/gc." + name] for name in """PageSize NumSizeClasses MaxSmallSize SmallSizeDiv
SmallSizeMax LargeSizeDiv MinSizeForMallocHeader MallocHeaderSize MaxObjsPerSpan""".split()]
ELSEWHERE += [["runtime/internal/sys." + name, "internal/goarch." + name] for name in ("PtrSize", "DefaultPhysPageSize")]
ELSEWHERE += [["internal/cpu.CacheLinePadSize"], ["runtime/internal/sys.StackGuardMultiplier"]]
ELSEWHERE += [["internal/goexperiment." + name] for name in """GreenTeaGC SizeSpecializedMalloc SwissMap
RandomizedHeapBase64 AllocHeaders RuntimeFreegc PageTrace""".split()]

TABLES = {
    "class_to_size": ("runtime.class_to_size", "internal/runtime/gc.SizeClassToSize"),
    "class_to_allocnpages": ("runtime.class_to_allocnpages", "internal/runtime/gc.SizeClassToNPages"),
    "class_to_divmagic": ("runtime.class_to_divmagic", "internal/runtime/gc.SizeClassToDivMagic"),
    "size_to_class8": ("runtime.size_to_class8", "internal/runtime/gc.SizeToSizeClass8"),
    "size_to_class128": ("runtime.size_to_class128", "internal/runtime/gc.SizeToSizeClass128"),
}


def constants(program):
    """Constants by name: only those that this program's DWARF has."""
    out = {}
    for short, names in [(name, ["runtime." + name]) for name in OF_RUNTIME] + [(None, each) for each in ELSEWHERE]:
        for name in names:
            try:
                out[short or name] = number(program.constant(name))
                break
            except Missing:
                pass
    return out


def types(program, mheap):
    """Sizes, and layouts as rows of field, type, offset and size."""
    sizes, layouts = {}, {}
    for name in TYPES:
        try:
            type = program.type("runtime." + name)
        except Missing:
            continue
        sizes[name] = type.size
        if name in LAYOUTS and type.kind == STRUCT:
            layouts[name] = [[field, of.name, offset, program.memory.pointer_size if of.is_pointer() else of.size]
                             for field, (offset, of) in type.fields.items()]
    sizes["mheap.central[0]"] = mheap.field("central").type.element.size
    sizes["mheap.arenas"] = mheap.field("arenas").type.size
    return {"sizeof": sizes, "layout": layouts, "layout_columns": ["field", "type", "offset", "size"]}


def class_tables(program):
    """The tables of size classes; None for one that the release has not."""
    out = {}
    for short, names in TABLES.items():
        out[short] = None
        for name in names:
            try:
                table = program.symbol(name)
            except Missing:
                continue
            if table.type.element.kind == STRUCT:
                columns = list(table.type.element.fields)
                out[short] = {"columns": columns, "rows": [[row.field(c).get() for c in columns] for row in table]}
            else:
                out[short] = [each.get() for each in table]
            break
    return out
