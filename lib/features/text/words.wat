;; Splits lower-cased ASCII text into words, sixteen characters at a time: the fast path of scan.ts, whose plain loop
;; is its reference. A word is a run of at least two letters, digits or underscores.
(module
  (import "spillway" "memory" (memory 1))

  ;; Whether each of sixteen characters lies in $low ... $low + $span - 1.
  (func $within (param $text v128) (param $low i32) (param $span i32) (result v128)
    (i8x16.lt_u
      (i8x16.sub (local.get $text) (i8x16.splat (local.get $low)))
      (i8x16.splat (local.get $span))))

  ;; Reads the $length bytes of text at 0, after which lie 16 more that are no part of a word, lower-cases them there,
  ;; and writes to the four addresses: units of 16 bits, 0 where they are no part of a word; the words' starts and ends,
  ;; of 32 bits; and their keys (wordKeys.ts), of 64. Returns how many words there are.
  (func (export "words")
    (param $length i32) (param $units i32) (param $starts i32) (param $ends i32) (param $keys i32)
    (result i32)
    (local $at i32) (local $text v128) (local $word v128)
    (local $mask i32) (local $edges i32) (local $inside i32) (local $to i32)
    (local $bounds i32) (local $start i32) (local $end i32) (local $count i32)
    (local $unused i64) (local $unit i32) (local $hash i32)

    (local.set $to (local.get $starts))
    (block $scanned
      (loop $sixteen
        (br_if $scanned (i32.gt_s (local.get $at) (local.get $length)))
        (local.set $text (v128.load (local.get $at)))
        (local.set $text
          (v128.or (local.get $text)
            (v128.and (call $within (local.get $text) (i32.const 65) (i32.const 26)) (i8x16.splat (i32.const 32)))))
        (local.set $word
          (v128.or
            (call $within (local.get $text) (i32.const 97) (i32.const 26))
            (v128.or
              (call $within (local.get $text) (i32.const 48) (i32.const 10))
              (i8x16.eq (local.get $text) (i8x16.splat (i32.const 95))))))
        (local.set $text (v128.and (local.get $text) (local.get $word)))
        (v128.store (local.get $at) (local.get $text))
        (v128.store (i32.add (local.get $units) (i32.shl (local.get $at) (i32.const 1)))
          (i16x8.extend_low_i8x16_u (local.get $text)))
        (v128.store offset=16 (i32.add (local.get $units) (i32.shl (local.get $at) (i32.const 1)))
          (i16x8.extend_high_i8x16_u (local.get $text)))
        (local.set $mask (i8x16.bitmask (local.get $word)))
        ;; A bit where a word starts, or has ended; $inside says whether the sixteen before ended within a word.
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
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $sixteen)))

    ;; The edges at $starts are a start and an end in turn, read there before a word's start is written over them.
    (local.set $bounds (local.get $starts))
    (block $keyed
      (loop $word
        (br_if $keyed (i32.ge_u (local.get $bounds) (local.get $to)))
        (local.set $start (i32.load (local.get $bounds)))
        (local.set $end (i32.load offset=4 (local.get $bounds)))
        (local.set $bounds (i32.add (local.get $bounds) (i32.const 8)))
        (br_if $word (i32.lt_u (i32.sub (local.get $end) (local.get $start)) (i32.const 2)))
        (if (i32.le_u (i32.sub (local.get $end) (local.get $start)) (i32.const 8))
          (then
            ;; The word's bytes, without those that follow it.
            (local.set $unused
              (i64.extend_i32_u
                (i32.shl (i32.sub (i32.add (local.get $start) (i32.const 8)) (local.get $end)) (i32.const 3))))
            (i64.store (local.get $keys)
              (i64.shr_u
                (i64.shl (i64.load (local.get $start)) (local.get $unused))
                (local.get $unused))))
          (else
            (local.set $hash (i32.const 0x811c9dc5))
            (local.set $unit (local.get $start))
            (loop $next
              (local.set $hash
                (i32.mul (i32.xor (local.get $hash) (i32.load8_u (local.get $unit))) (i32.const 0x01000193)))
              (br_if $next
                (i32.lt_u (local.tee $unit (i32.add (local.get $unit) (i32.const 1))) (local.get $end))))
            (i32.store (local.get $keys) (local.get $hash))
            (i32.store offset=4 (local.get $keys) (i32.const -1))))
        (local.set $keys (i32.add (local.get $keys) (i32.const 8)))
        (i32.store (i32.add (local.get $starts) (local.get $count)) (local.get $start))
        (i32.store (i32.add (local.get $ends) (local.get $count)) (local.get $end))
        (local.set $count (i32.add (local.get $count) (i32.const 4)))
        (br $word)))
    (i32.shr_u (local.get $count) (i32.const 2)))
)
