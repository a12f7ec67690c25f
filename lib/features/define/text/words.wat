;; Splits text into words, sixteen bytes at a time: ASCII text for scan.ts, whose plain loop is its
;; reference; and text in UTF-8 for finder.ts, for which it finds the words that a vocabulary knows.
;; A word is a run of at least two letters, digits or underscores.
;; The text's address is 16: the kernel reads before it. The sixteen bytes after it are no part of a
;; word. Positions count from its start.
(module
  (import "spillway" "memory" (memory 1))

  ;; Whether each of sixteen characters is in $low ... $low + $span - 1.
  (func $within (param $text v128) (param $low i32) (param $span i32) (result v128)
    (i8x16.lt_u
      (i8x16.sub (local.get $text) (i8x16.splat (local.get $low)))
      (i8x16.splat (local.get $span))))

  ;; Writes 0 over characters beyond ASCII that are no part of a word, from byte $at on. The
  ;; remaining ones have only bytes of 128 and more, which $edges takes for letters. $kinds
  ;; classifies units: 2 for part of a word, 1 for not, 0 for not yet classified. Returns the
  ;; address of the first unclassified one, or the length. Units beyond the basic plane are letters.
  (func (export "wide") (param $at i32) (param $length i32) (param $kinds i32) (result i32)
    (local $lead i32) (local $unit i32) (local $kind i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (local.set $lead (i32.load8_u offset=16 (local.get $at)))
        (if (i32.lt_u (local.get $lead) (i32.const 0x80))
          (then
            ;; On to the next byte that isn't ASCII, or as far as sixteen.
            (local.set $at
              (i32.add (local.get $at)
                (i32.ctz
                  (i32.or (i8x16.bitmask (v128.load offset=16 (local.get $at))) (i32.const 0x10000)))))
            (br $next)))
        (if (i32.ge_u (local.get $lead) (i32.const 0xf0))
          (then
            (local.set $at (i32.add (local.get $at) (i32.const 4)))
            (br $next)))
        (local.set $unit
          (i32.or
            (i32.shl (local.get $lead) (i32.const 6))
            (i32.and (i32.load8_u offset=17 (local.get $at)) (i32.const 63))))
        (if (i32.lt_u (local.get $lead) (i32.const 0xe0))
          (then (local.set $unit (i32.and (local.get $unit) (i32.const 0x7ff))))
          (else
            (local.set $unit
              (i32.and
                (i32.or
                  (i32.shl (local.get $unit) (i32.const 6))
                  (i32.and (i32.load8_u offset=18 (local.get $at)) (i32.const 63)))
                (i32.const 0xffff)))))
        (local.set $kind (i32.load8_u (i32.add (local.get $kinds) (local.get $unit))))
        (br_if $done (i32.eqz (local.get $kind)))
        (if (i32.eq (local.get $kind) (i32.const 1))
          (then
            (i32.store16 offset=16 (local.get $at) (i32.const 0))
            (if (i32.ge_u (local.get $lead) (i32.const 0xe0))
              (then (i32.store8 offset=18 (local.get $at) (i32.const 0))))))
        (local.set $at
          (i32.add (local.get $at) (i32.add (i32.const 2) (i32.ge_u (local.get $lead) (i32.const 0xe0)))))
        (br $next)))
    (local.get $at))

  ;; Lower-cases the text in place, with 0 for characters outside words, and writes the starts and
  ;; ends of runs of letters, in turn, at $to, 32 bits each. Returns the end of that list.
  (func $edges (param $length i32) (param $to i32) (result i32)
    (local $at i32) (local $text v128) (local $word v128) (local $mask i32) (local $edges i32) (local $inside i32)
    (loop $sixteen
      (local.set $text (v128.load offset=16 (local.get $at)))
      (local.set $text
        (v128.or (local.get $text)
          (v128.and (call $within (local.get $text) (i32.const 65) (i32.const 26)) (i8x16.splat (i32.const 32)))))
      (local.set $word
        (v128.or
          (call $within (local.get $text) (i32.const 97) (i32.const 26))
          (v128.or
            (call $within (local.get $text) (i32.const 48) (i32.const 10))
            (v128.or
              (i8x16.eq (local.get $text) (i8x16.splat (i32.const 95)))
              (i8x16.shr_s (local.get $text) (i32.const 7))))))
      (v128.store offset=16 (local.get $at) (v128.and (local.get $text) (local.get $word)))
      (local.set $mask (i8x16.bitmask (local.get $word)))
      ;; A bit is set where a word starts or has ended; $inside is whether the sixteen bytes before
      ;; ended within a word.
      (local.set $edges
        (i32.and (i32.const 0xffff)
          (i32.xor (local.get $mask) (i32.or (i32.shl (local.get $mask) (i32.const 1)) (local.get $inside)))))
      (local.set $inside (i32.shr_u (local.get $mask) (i32.const 15)))
      (block $done
        (br_if $done (i32.eqz (local.get $edges)))
        (loop $edge
          (i32.store (local.get $to) (i32.add (local.get $at) (i32.ctz (local.get $edges))))
          (local.set $to (i32.add (local.get $to) (i32.const 4)))
          (br_if $edge (local.tee $edges (i32.and (local.get $edges) (i32.sub (local.get $edges) (i32.const 1)))))))
      (br_if $sixteen
        (i32.le_s (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $length))))
    (local.get $to))

  ;; Writes to the three addresses: units of 16 bits, 0 outside words; and the words' starts and
  ;; ends, of 32 bits. Returns the number of words.
  (func (export "words")
    (param $length i32) (param $units i32) (param $starts i32) (param $ends i32) (result i32)
    (local $to i32) (local $at i32) (local $text v128) (local $bounds i32) (local $start i32) (local $end i32) (local $count i32)
    (local.set $to (call $edges (local.get $length) (local.get $starts)))
    (loop $sixteen
      (local.set $text (v128.load offset=16 (local.get $at)))
      (v128.store (local.get $units) (i16x8.extend_low_i8x16_u (local.get $text)))
      (v128.store offset=16 (local.get $units) (i16x8.extend_high_i8x16_u (local.get $text)))
      (local.set $units (i32.add (local.get $units) (i32.const 32)))
      (br_if $sixteen
        (i32.le_s (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $length))))
    ;; A start and an end in turn, read before a word's start is written over them.
    (local.set $bounds (local.get $starts))
    (block $listed
      (loop $word
        (br_if $listed (i32.ge_u (local.get $bounds) (local.get $to)))
        (local.set $start (i32.load (local.get $bounds)))
        (local.set $end (i32.load offset=4 (local.get $bounds)))
        (local.set $bounds (i32.add (local.get $bounds) (i32.const 8)))
        (br_if $word (i32.lt_u (i32.sub (local.get $end) (local.get $start)) (i32.const 2)))
        (i32.store (i32.add (local.get $starts) (local.get $count)) (local.get $start))
        (i32.store (i32.add (local.get $ends) (local.get $count)) (local.get $end))
        (local.set $count (i32.add (local.get $count) (i32.const 4)))
        (br $word)))
    (i32.shr_u (local.get $count) (i32.const 2)))

  ;; A word of up to eight bytes is its own key, except one whose eighth byte has the top bit set.
  ;; Any other word's key combines all its bytes, eight at a time and the last eight as they come,
  ;; with the top bit set; $is tells words that share a key apart. No branch for words of up to
  ;; sixteen: their lengths can't be predicted.
  (func $key (param $start i32) (param $end i32) (result i64)
    (local $first i64) (local $unused i64) (local $hash i64) (local $last i32) (local $at i32)
    (local.set $first (i64.load offset=16 (local.get $start)))
    (local.set $unused
      (i64.extend_i32_u (i32.shl (i32.sub (i32.add (local.get $start) (i32.const 8)) (local.get $end)) (i32.const 3))))
    (local.set $hash (i64.mul (local.get $first) (i64.const 0x9e3779b97f4a7c15)))
    (local.set $last (i32.sub (local.get $end) (i32.const 8)))
    (block $short
      (br_if $short (i32.le_s (i32.sub (local.get $end) (local.get $start)) (i32.const 16)))
      (local.set $at (i32.add (local.get $start) (i32.const 8)))
      (loop $eight
        (local.set $hash
          (i64.mul
            (i64.xor (i64.xor (local.get $hash) (i64.shr_u (local.get $hash) (i64.const 29))) (i64.load offset=16 (local.get $at)))
            (i64.const 0x9e3779b97f4a7c15)))
        (br_if $eight
          (i32.lt_s (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $last)))))
    (select
      (i64.shr_u (i64.shl (local.get $first) (local.get $unused)) (local.get $unused))
      (i64.or
        (i64.xor (local.get $hash) (i64.load offset=8 (local.get $end)))
        (i64.const 0x8000000000000000))
      (i32.lt_s
        (i32.sub (local.get $end) (local.get $start))
        (i32.sub (i32.const 9) (i32.wrap_i64 (i64.shr_u (local.get $first) (i64.const 63)))))))

  ;; The first slot of a key's search in the table: the top bits of a multiplicative hash (Knuth,
  ;; TAOCP 3, section 6.4).
  (func $slot (param $key i64) (param $shift i64) (result i32)
    (i32.shl
      (i32.wrap_i64 (i64.shr_u (i64.mul (local.get $key) (i64.const 0xbf58476d1ce4e5b9)) (local.get $shift)))
      (i32.const 4)))

  ;; Whether the term that is kept is this word of eight bytes or more: eight at a time, the last eight as they come.
  (func $is (param $kept i32) (param $word i32) (param $length i32) (result i32)
    (local $last i32)
    (if (i32.ne (i32.load (local.get $kept)) (local.get $length)) (then (return (i32.const 0))))
    (local.set $last (i32.sub (i32.add (local.get $word) (local.get $length)) (i32.const 8)))
    (if (i64.ne
          (i64.load offset=4 (i32.add (local.get $kept) (i32.sub (local.get $length) (i32.const 8))))
          (i64.load (local.get $last)))
      (then (return (i32.const 0))))
    (loop $eight
      (if (i64.ne (i64.load offset=4 (local.get $kept)) (i64.load (local.get $word))) (then (return (i32.const 0))))
      (local.set $kept (i32.add (local.get $kept) (i32.const 8)))
      (br_if $eight
        (i32.lt_u (local.tee $word (i32.add (local.get $word) (i32.const 8))) (local.get $last))))
    (i32.const 1))

  ;; Adds a term, the text's first $length bytes, as number $id. A slot of the table is 16 bytes: a
  ;; key, the id + 1 (0 if it is free), and the address in $kept of a term of eight bytes or more,
  ;; stored as its length and its bytes. Returns the number of slots passed.
  (func (export "add")
    (param $length i32) (param $id i32) (param $kept i32) (param $table i32) (param $bits i32) (result i32)
    (local $key i64) (local $at i32) (local $passed i32)
    (local.set $key (call $key (i32.const 0) (local.get $length)))
    (local.set $at (call $slot (local.get $key) (i64.extend_i32_u (i32.sub (i32.const 64) (local.get $bits)))))
    (loop $probe
      (local.set $at
        (i32.add (local.get $table)
          (i32.and (local.get $at) (i32.sub (i32.shl (i32.const 16) (local.get $bits)) (i32.const 1)))))
      (local.set $passed (i32.add (local.get $passed) (i32.const 1)))
      (if (i32.load offset=8 (local.get $at))
        (then
          (local.set $at (i32.add (i32.sub (local.get $at) (local.get $table)) (i32.const 16)))
          (br $probe))))
    (i64.store (local.get $at) (local.get $key))
    (i32.store offset=8 (local.get $at) (i32.add (local.get $id) (i32.const 1)))
    (i32.store offset=12 (local.get $at) (local.get $kept))
    (if (i32.ge_u (local.get $length) (i32.const 8))
      (then
        (i32.store (local.get $kept) (local.get $length))
        (memory.copy (i32.add (local.get $kept) (i32.const 4)) (i32.const 16) (local.get $length))))
    (local.get $passed))

  ;; Reads $texts texts, one character between each two, whose ends are at $ends, 32 bits each.
  ;; Writes at $ids the ids of all known words, and over each text's end the number of ids up to it.
  ;; $edges has room for the starts and ends of words, and of one more.
  (func (export "find")
    (param $length i32) (param $texts i32) (param $ends i32) (param $edges i32) (param $ids i32) (param $table i32) (param $bits i32)
    (local $found i32) (local $last i32) (local $mask i32) (local $shift i64)
    (local $start i32) (local $end i32) (local $key i64) (local $at i32) (local $entry i32)
    ;; An extra word after all others, which belongs to no text.
    (i32.store (call $edges (local.get $length) (local.get $edges)) (i32.const -1))
    (local.set $last (i32.add (local.get $ends) (i32.shl (local.get $texts) (i32.const 2))))
    (local.set $mask (i32.sub (i32.shl (i32.const 16) (local.get $bits)) (i32.const 1)))
    (local.set $shift (i64.extend_i32_u (i32.sub (i32.const 64) (local.get $bits))))
    (local.set $found (local.get $ids))
    (block $all
      (loop $word
        (local.set $start (i32.load (local.get $edges)))
        (local.set $end (i32.load offset=4 (local.get $edges)))
        (local.set $edges (i32.add (local.get $edges) (i32.const 8)))
        (block $within
          (loop $ended
            (br_if $within (i32.lt_u (local.get $start) (i32.load (local.get $ends))))
            (i32.store (local.get $ends) (i32.shr_u (i32.sub (local.get $found) (local.get $ids)) (i32.const 2)))
            (br_if $ended
              (i32.ne (local.tee $ends (i32.add (local.get $ends) (i32.const 4))) (local.get $last)))
            (br $all)))
        ;; A single letter is looked up like a word: it isn't in the table.
        (local.set $key (call $key (local.get $start) (local.get $end)))
        (local.set $at (call $slot (local.get $key) (local.get $shift)))
        (block $known
          (loop $probe
            (local.set $at (i32.add (local.get $table) (i32.and (local.get $at) (local.get $mask))))
            (br_if $known (i32.eqz (local.tee $entry (i32.load offset=8 (local.get $at)))))
            (if (i64.eq (i64.load (local.get $at)) (local.get $key))
              (then
                (br_if $known (i64.ge_s (local.get $key) (i64.const 0)))
                (br_if $known
                  (call $is
                    (i32.load offset=12 (local.get $at))
                    (i32.add (local.get $start) (i32.const 16))
                    (i32.sub (local.get $end) (local.get $start))))))
            (local.set $at (i32.add (i32.sub (local.get $at) (local.get $table)) (i32.const 16)))
            (br $probe)))
        (i32.store (local.get $found) (i32.sub (local.get $entry) (i32.const 1)))
        (local.set $found (i32.add (local.get $found) (i32.shl (i32.ne (local.get $entry) (i32.const 0)) (i32.const 2))))
        (br $word))))
)
