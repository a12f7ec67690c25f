;; Rows of windows through stages of weak trees (wasm.ts), four adjacent windows at a time. Addresses are bytes.
;;
;; A program's header: 0 four corners of the sums for the norm, 16 of the squared sums, 32 area (f64), 40 where results go: stages
;; (i32), 44 sums (f64), 48 first entry of stages, 52 their end, 56 scratch for trees, 60 kind (0 Haar stumps, 1 Haar trees, 2 LBP), 64 the table of visits.
;; An entry of a stage: 0 its first record, 4 the end of its records, 8 its limit (f64).
;; A record of a node, Haar: 0 twelve offsets, 48 three weights, 60 threshold, then at 64 the links; 96 bytes.
;; LBP: 0 sixteen offsets, 64 a subset of 32 bytes, then at 96 the links; 128 bytes.
;; Links: 0 left leaf, 4 right leaf, 8 left child (16 times its position in the tree, or 0), 12 right child, 16 on a root: the bytes of
;; its tree.
(module
  (import "spillway" "memory" (memory 1))

  ;; Which of four windows have an LBP feature in the node's subset.
  (func $lbpWithin (param $record i32) (param $at i32) (result v128)
    (local $p0 v128) (local $p1 v128) (local $p2 v128) (local $p3 v128)
    (local $p4 v128) (local $p5 v128) (local $p6 v128) (local $p7 v128)
    (local $p8 v128) (local $p9 v128) (local $p10 v128) (local $p11 v128)
    (local $p12 v128) (local $p13 v128) (local $p14 v128) (local $p15 v128)
    (local $middle v128) (local $pattern v128) (local $byte v128)
    (local.set $p0 (v128.load (i32.add (local.get $at) (i32.load (local.get $record)))))
    (local.set $p1 (v128.load (i32.add (local.get $at) (i32.load offset=4 (local.get $record)))))
    (local.set $p2 (v128.load (i32.add (local.get $at) (i32.load offset=8 (local.get $record)))))
    (local.set $p3 (v128.load (i32.add (local.get $at) (i32.load offset=12 (local.get $record)))))
    (local.set $p4 (v128.load (i32.add (local.get $at) (i32.load offset=16 (local.get $record)))))
    (local.set $p5 (v128.load (i32.add (local.get $at) (i32.load offset=20 (local.get $record)))))
    (local.set $p6 (v128.load (i32.add (local.get $at) (i32.load offset=24 (local.get $record)))))
    (local.set $p7 (v128.load (i32.add (local.get $at) (i32.load offset=28 (local.get $record)))))
    (local.set $p8 (v128.load (i32.add (local.get $at) (i32.load offset=32 (local.get $record)))))
    (local.set $p9 (v128.load (i32.add (local.get $at) (i32.load offset=36 (local.get $record)))))
    (local.set $p10 (v128.load (i32.add (local.get $at) (i32.load offset=40 (local.get $record)))))
    (local.set $p11 (v128.load (i32.add (local.get $at) (i32.load offset=44 (local.get $record)))))
    (local.set $p12 (v128.load (i32.add (local.get $at) (i32.load offset=48 (local.get $record)))))
    (local.set $p13 (v128.load (i32.add (local.get $at) (i32.load offset=52 (local.get $record)))))
    (local.set $p14 (v128.load (i32.add (local.get $at) (i32.load offset=56 (local.get $record)))))
    (local.set $p15 (v128.load (i32.add (local.get $at) (i32.load offset=60 (local.get $record)))))
    (local.set $middle
      (i32x4.add (i32x4.sub (i32x4.sub (local.get $p5) (local.get $p6)) (local.get $p9)) (local.get $p10)))
    (local.set $pattern
      (v128.or
        (v128.or
          (v128.or
            (v128.and (v128.const i32x4 128 128 128 128)
              (i32x4.ge_s
                (i32x4.add (i32x4.sub (i32x4.sub (local.get $p0) (local.get $p1)) (local.get $p4)) (local.get $p5))
                (local.get $middle)))
            (v128.and (v128.const i32x4 64 64 64 64)
              (i32x4.ge_s
                (i32x4.add (i32x4.sub (i32x4.sub (local.get $p1) (local.get $p2)) (local.get $p5)) (local.get $p6))
                (local.get $middle))))
          (v128.or
            (v128.and (v128.const i32x4 32 32 32 32)
              (i32x4.ge_s
                (i32x4.add (i32x4.sub (i32x4.sub (local.get $p2) (local.get $p3)) (local.get $p6)) (local.get $p7))
                (local.get $middle)))
            (v128.and (v128.const i32x4 16 16 16 16)
              (i32x4.ge_s
                (i32x4.add (i32x4.sub (i32x4.sub (local.get $p6) (local.get $p7)) (local.get $p10)) (local.get $p11))
                (local.get $middle)))))
        (v128.or
          (v128.or
            (v128.and (v128.const i32x4 8 8 8 8)
              (i32x4.ge_s
                (i32x4.add (i32x4.sub (i32x4.sub (local.get $p10) (local.get $p11)) (local.get $p14)) (local.get $p15))
                (local.get $middle)))
            (v128.and (v128.const i32x4 4 4 4 4)
              (i32x4.ge_s
                (i32x4.add (i32x4.sub (i32x4.sub (local.get $p9) (local.get $p10)) (local.get $p13)) (local.get $p14))
                (local.get $middle))))
          (v128.or
            (v128.and (v128.const i32x4 2 2 2 2)
              (i32x4.ge_s
                (i32x4.add (i32x4.sub (i32x4.sub (local.get $p8) (local.get $p9)) (local.get $p12)) (local.get $p13))
                (local.get $middle)))
            (v128.and (v128.const i32x4 1 1 1 1)
              (i32x4.ge_s
                (i32x4.add (i32x4.sub (i32x4.sub (local.get $p4) (local.get $p5)) (local.get $p8)) (local.get $p9))
                (local.get $middle)))))))
    ;; The byte of the subset that has the pattern's bit; a position of 16 or more gives 0, which the other bytes of a lane need.
    (local.set $byte (i32x4.shr_u (local.get $pattern) (i32.const 3)))
    (i32x4.ne
      (v128.const i32x4 0 0 0 0)
      (v128.and
        (v128.or
          (i8x16.swizzle
            (v128.load offset=64 (local.get $record))
            (v128.or (local.get $byte) (v128.const i32x4 0xffffff00 0xffffff00 0xffffff00 0xffffff00)))
          (i8x16.swizzle
            (v128.load offset=80 (local.get $record))
            (v128.or
              (i32x4.sub (local.get $byte) (v128.const i32x4 16 16 16 16))
              (v128.const i32x4 0xffffff00 0xffffff00 0xffffff00 0xffffff00))))
        (i8x16.swizzle
          (v128.const i8x16 1 2 4 8 16 32 64 -128 0 0 0 0 0 0 0 0)
          (v128.or
            (v128.and (local.get $pattern) (v128.const i32x4 7 7 7 7))
            (v128.const i32x4 0xffffff00 0xffffff00 0xffffff00 0xffffff00))))))

  ;; Adds the leaves of stumps from $record to $end to the sums of four windows.
  (func $haarStumps
    (param $record i32) (param $end i32) (param $at i32) (param $low v128) (param $high v128) (param $norm v128)
    (result v128 v128)
    ;; As many as $haarTrees has before: the same code is then the same bytes, which are compressed to few.
    (local v128 v128) (local $leaf v128) (local v128 v128 v128 v128 v128 v128) (local $value v128)
    (loop $next
      (local.set $value
      (f32x4.add
        (f32x4.mul
          (v128.load32_splat offset=48 (local.get $record))
          (f32x4.convert_i32x4_s
            (i32x4.add
              (i32x4.sub
                (i32x4.sub
                  (v128.load (i32.add (local.get $at) (i32.load (local.get $record))))
                  (v128.load (i32.add (local.get $at) (i32.load offset=4 (local.get $record)))))
                (v128.load (i32.add (local.get $at) (i32.load offset=8 (local.get $record)))))
              (v128.load (i32.add (local.get $at) (i32.load offset=12 (local.get $record)))))))
        (f32x4.mul
          (v128.load32_splat offset=52 (local.get $record))
          (f32x4.convert_i32x4_s
            (i32x4.add
              (i32x4.sub
                (i32x4.sub
                  (v128.load (i32.add (local.get $at) (i32.load offset=16 (local.get $record))))
                  (v128.load (i32.add (local.get $at) (i32.load offset=20 (local.get $record)))))
                (v128.load (i32.add (local.get $at) (i32.load offset=24 (local.get $record)))))
              (v128.load (i32.add (local.get $at) (i32.load offset=28 (local.get $record)))))))))
    (if (f32.ne (f32.load offset=56 (local.get $record)) (f32.const 0))
      (then
        (local.set $value
          (f32x4.add
            (local.get $value)
            (f32x4.mul
              (v128.load32_splat offset=56 (local.get $record))
              (f32x4.convert_i32x4_s
                (i32x4.add
                  (i32x4.sub
                    (i32x4.sub
                      (v128.load (i32.add (local.get $at) (i32.load offset=32 (local.get $record))))
                      (v128.load (i32.add (local.get $at) (i32.load offset=36 (local.get $record)))))
                    (v128.load (i32.add (local.get $at) (i32.load offset=40 (local.get $record)))))
                  (v128.load (i32.add (local.get $at) (i32.load offset=44 (local.get $record)))))))))))
      (local.set $leaf
        (v128.bitselect
          (v128.load32_splat offset=64 (local.get $record))
          (v128.load32_splat offset=68 (local.get $record))
          (f32x4.lt
      (f32x4.mul (local.get $value) (local.get $norm))
      (v128.load32_splat offset=60 (local.get $record)))))
      (local.set $low (f64x2.add (local.get $low) (f64x2.promote_low_f32x4 (local.get $leaf))))
      (local.set $high
        (f64x2.add
          (local.get $high)
          (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $leaf) (local.get $leaf)))))
      (br_if $next
        (i32.lt_u (local.tee $record (i32.add (local.get $record) (i32.const 96))) (local.get $end))))
    (local.get $low)
    (local.get $high))

  ;; The same for trees: $scratch has for each node of a tree but the root which windows come to it, and is all 0 in between.
  (func $haarTrees
    (param $record i32) (param $end i32) (param $at i32) (param $low v128) (param $high v128)
    (param $alive v128) (param $scratch i32) (param $norm v128)
    (result v128 v128)
    (local $leaf v128) (local $come v128) (local $left v128) (local $right v128)
    (local $treeEnd i32) (local $slot i32) (local $child i32) (local $value v128)
    (loop $tree
      (local.set $treeEnd
        (i32.add (local.get $record)
          (i32.load offset=80 (local.get $record))))
      (local.set $slot (local.get $scratch))
      (local.set $leaf (v128.const i32x4 0 0 0 0))
      (local.set $come (local.get $alive))
      (loop $node
        (if (v128.any_true (local.get $come))
          (then
            (v128.store (local.get $slot) (v128.const i32x4 0 0 0 0))
            (local.set $value
      (f32x4.add
        (f32x4.mul
          (v128.load32_splat offset=48 (local.get $record))
          (f32x4.convert_i32x4_s
            (i32x4.add
              (i32x4.sub
                (i32x4.sub
                  (v128.load (i32.add (local.get $at) (i32.load (local.get $record))))
                  (v128.load (i32.add (local.get $at) (i32.load offset=4 (local.get $record)))))
                (v128.load (i32.add (local.get $at) (i32.load offset=8 (local.get $record)))))
              (v128.load (i32.add (local.get $at) (i32.load offset=12 (local.get $record)))))))
        (f32x4.mul
          (v128.load32_splat offset=52 (local.get $record))
          (f32x4.convert_i32x4_s
            (i32x4.add
              (i32x4.sub
                (i32x4.sub
                  (v128.load (i32.add (local.get $at) (i32.load offset=16 (local.get $record))))
                  (v128.load (i32.add (local.get $at) (i32.load offset=20 (local.get $record)))))
                (v128.load (i32.add (local.get $at) (i32.load offset=24 (local.get $record)))))
              (v128.load (i32.add (local.get $at) (i32.load offset=28 (local.get $record)))))))))
    (if (f32.ne (f32.load offset=56 (local.get $record)) (f32.const 0))
      (then
        (local.set $value
          (f32x4.add
            (local.get $value)
            (f32x4.mul
              (v128.load32_splat offset=56 (local.get $record))
              (f32x4.convert_i32x4_s
                (i32x4.add
                  (i32x4.sub
                    (i32x4.sub
                      (v128.load (i32.add (local.get $at) (i32.load offset=32 (local.get $record))))
                      (v128.load (i32.add (local.get $at) (i32.load offset=36 (local.get $record)))))
                    (v128.load (i32.add (local.get $at) (i32.load offset=40 (local.get $record)))))
                  (v128.load (i32.add (local.get $at) (i32.load offset=44 (local.get $record)))))))))))
            (local.set $left (f32x4.lt
      (f32x4.mul (local.get $value) (local.get $norm))
      (v128.load32_splat offset=60 (local.get $record))))
            (local.set $right (v128.andnot (local.get $come) (local.get $left)))
            (local.set $left (v128.and (local.get $come) (local.get $left)))
            (if (local.tee $child (i32.load offset=72 (local.get $record)))
              (then
                (local.set $child (i32.add (local.get $scratch) (local.get $child)))
                (v128.store (local.get $child) (v128.or (v128.load (local.get $child)) (local.get $left))))
              (else
                (local.set $leaf
                  (v128.bitselect (v128.load32_splat offset=64 (local.get $record)) (local.get $leaf) (local.get $left)))))
            (if (local.tee $child (i32.load offset=76 (local.get $record)))
              (then
                (local.set $child (i32.add (local.get $scratch) (local.get $child)))
                (v128.store (local.get $child) (v128.or (v128.load (local.get $child)) (local.get $right))))
              (else
                (local.set $leaf
                  (v128.bitselect (v128.load32_splat offset=68 (local.get $record)) (local.get $leaf) (local.get $right)))))))
        (local.set $slot (i32.add (local.get $slot) (i32.const 16)))
        (local.set $come (v128.load (local.get $slot)))
        (br_if $node
          (i32.lt_u
            (local.tee $record (i32.add (local.get $record) (i32.const 96)))
            (local.get $treeEnd))))
      (local.set $low (f64x2.add (local.get $low) (f64x2.promote_low_f32x4 (local.get $leaf))))
      (local.set $high
        (f64x2.add
          (local.get $high)
          (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $leaf) (local.get $leaf)))))
      (br_if $tree (i32.lt_u (local.get $record) (local.get $end))))
    (local.get $low)
    (local.get $high))

  (func $lbpTrees
    (param $record i32) (param $end i32) (param $at i32) (param $low v128) (param $high v128)
    (param $alive v128) (param $scratch i32)
    (result v128 v128)
    ;; So that others are numbered as in $haarTrees.
    (local v128)
    (local $leaf v128) (local $come v128) (local $left v128) (local $right v128)
    (local $treeEnd i32) (local $slot i32) (local $child i32)
    (loop $tree
      (local.set $treeEnd
        (i32.add (local.get $record)
          (i32.load offset=112 (local.get $record))))
      (local.set $slot (local.get $scratch))
      (local.set $leaf (v128.const i32x4 0 0 0 0))
      (local.set $come (local.get $alive))
      (loop $node
        (if (v128.any_true (local.get $come))
          (then
            (v128.store (local.get $slot) (v128.const i32x4 0 0 0 0))
            (local.set $left (call $lbpWithin (local.get $record) (local.get $at)))
            (local.set $right (v128.andnot (local.get $come) (local.get $left)))
            (local.set $left (v128.and (local.get $come) (local.get $left)))
            (if (local.tee $child (i32.load offset=104 (local.get $record)))
              (then
                (local.set $child (i32.add (local.get $scratch) (local.get $child)))
                (v128.store (local.get $child) (v128.or (v128.load (local.get $child)) (local.get $left))))
              (else
                (local.set $leaf
                  (v128.bitselect (v128.load32_splat offset=96 (local.get $record)) (local.get $leaf) (local.get $left)))))
            (if (local.tee $child (i32.load offset=108 (local.get $record)))
              (then
                (local.set $child (i32.add (local.get $scratch) (local.get $child)))
                (v128.store (local.get $child) (v128.or (v128.load (local.get $child)) (local.get $right))))
              (else
                (local.set $leaf
                  (v128.bitselect (v128.load32_splat offset=100 (local.get $record)) (local.get $leaf) (local.get $right)))))))
        (local.set $slot (i32.add (local.get $slot) (i32.const 16)))
        (local.set $come (v128.load (local.get $slot)))
        (br_if $node
          (i32.lt_u
            (local.tee $record (i32.add (local.get $record) (i32.const 128)))
            (local.get $treeEnd))))
      (local.set $low (f64x2.add (local.get $low) (f64x2.promote_low_f32x4 (local.get $leaf))))
      (local.set $high
        (f64x2.add
          (local.get $high)
          (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $leaf) (local.get $leaf)))))
      (br_if $tree (i32.lt_u (local.get $record) (local.get $end))))
    (local.get $low)
    (local.get $high))

  ;; Rows of levels, and their integral images (levelWriter.ts).

  ;; Mixes two rows of pixels, $share 256ths of the second, into 16 bits each.
  (func (export "mixRows")
    (param $first i32) (param $second i32) (param $share i32) (param $count i32) (param $to i32)
    (local $a v128) (local $b v128)
    (local.set $a (i16x8.splat (i32.sub (i32.const 256) (local.get $share))))
    (local.set $b (i16x8.splat (local.get $share)))
    (loop $next
      (v128.store (local.get $to)
        (i16x8.add
          (i16x8.mul (local.get $a) (v128.load8x8_u (local.get $first)))
          (i16x8.mul (local.get $b) (v128.load8x8_u (local.get $second)))))
      (local.set $first (i32.add (local.get $first) (i32.const 8)))
      (local.set $second (i32.add (local.get $second) (i32.const 8)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (br_if $next (i32.gt_s (local.tee $count (i32.sub (local.get $count) (i32.const 8))) (i32.const 0)))))

  ;; Mixes neighbours of such a row to pixels, four at a time: the places of their first neighbours in bytes, then for each 256ths of
  ;; both in 16 bits each. It writes up to three pixels too many. Products are signed, so that 2^15 is taken off every number, and 2^23
  ;; added to the sum.
  (func (export "mixColumns") (param $row i32) (param $taps i32) (param $end i32) (param $to i32)
    (local $pixels v128)
    (loop $next
      (local.set $pixels
        (v128.load32_lane 3 (i32.add (local.get $row) (i32.load offset=12 (local.get $taps)))
          (v128.load32_lane 2 (i32.add (local.get $row) (i32.load offset=8 (local.get $taps)))
            (v128.load32_lane 1 (i32.add (local.get $row) (i32.load offset=4 (local.get $taps)))
              (v128.load32_zero (i32.add (local.get $row) (i32.load (local.get $taps))))))))
      (local.set $pixels
        (i32x4.shr_u
          (i32x4.add
            (i32x4.splat (i32.const 0x808000))
            (i32x4.dot_i16x8_s
              (v128.xor (local.get $pixels) (i32x4.splat (i32.const 0x80008000)))
              (v128.load offset=16 (local.get $taps))))
          (i32.const 16)))
      (local.set $pixels (i16x8.narrow_i32x4_s (local.get $pixels) (local.get $pixels)))
      (v128.store32_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $pixels) (local.get $pixels)))
      (local.set $to (i32.add (local.get $to) (i32.const 4)))
      (br_if $next
        (i32.lt_u (local.tee $taps (i32.add (local.get $taps) (i32.const 32))) (local.get $end)))))

  ;; Adds a row of pixels (or their squares) to sums by column, and writes these as a row of the integral image: $half is where odd
  ;; columns begin, or 0 where columns lie one after the other. It writes up to 7 entries more than there are pixels.
  (func (export "addRow")
    (param $pixels i32) (param $count i32) (param $columns i32) (param $to i32) (param $half i32) (param $isSquared i32)
    (local $pixel v128) (local $low v128) (local $high v128) (local $carry v128) (local $odd i32) (local $zero v128)
    (i32.store (local.get $to) (i32.const 0))
    (local.set $odd (i32.add (local.get $to) (local.get $half)))
    (local.set $to (i32.add (local.get $to) (i32.const 4)))
    (loop $next
      (local.set $pixel (v128.load8x8_u (local.get $pixels)))
      (if (local.get $isSquared)
        (then (local.set $pixel (i16x8.mul (local.get $pixel) (local.get $pixel)))))
      ;; Sums of the first, the first two, three and four of four numbers, without a call for them.
      (local.set $low (i32x4.extend_low_i16x8_u (local.get $pixel)))
      (local.set $high (i32x4.extend_high_i16x8_u (local.get $pixel)))
      (local.set $low (i32x4.add (local.get $low)
        (i8x16.shuffle 16 16 16 16 0 1 2 3 4 5 6 7 8 9 10 11 (local.get $low) (local.get $zero))))
      (local.set $high (i32x4.add (local.get $high)
        (i8x16.shuffle 16 16 16 16 0 1 2 3 4 5 6 7 8 9 10 11 (local.get $high) (local.get $zero))))
      (local.set $low (i32x4.add (local.get $low)
        (i8x16.shuffle 16 16 16 16 16 16 16 16 0 1 2 3 4 5 6 7 (local.get $low) (local.get $zero))))
      (local.set $high (i32x4.add (local.get $high)
        (i8x16.shuffle 16 16 16 16 16 16 16 16 0 1 2 3 4 5 6 7 (local.get $high) (local.get $zero))))
      (local.set $low (i32x4.add (local.get $low) (local.get $carry)))
      (local.set $high
        (i32x4.add (local.get $high)
          (i8x16.shuffle 12 13 14 15 12 13 14 15 12 13 14 15 12 13 14 15 (local.get $low) (local.get $low))))
      (local.set $carry
        (i8x16.shuffle 12 13 14 15 12 13 14 15 12 13 14 15 12 13 14 15 (local.get $high) (local.get $high)))
      (local.set $low (i32x4.add (local.get $low) (v128.load (local.get $columns))))
      (local.set $high (i32x4.add (local.get $high) (v128.load offset=16 (local.get $columns))))
      (v128.store (local.get $columns) (local.get $low))
      (v128.store offset=16 (local.get $columns) (local.get $high))
      (if (local.get $half)
        (then
          (v128.store (local.get $odd)
            (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $low) (local.get $high)))
          (v128.store (local.get $to)
            (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $low) (local.get $high)))
          (local.set $odd (i32.add (local.get $odd) (i32.const 16)))
          (local.set $to (i32.add (local.get $to) (i32.const 16))))
        (else
          (v128.store (local.get $to) (local.get $low))
          (v128.store offset=16 (local.get $to) (local.get $high))
          (local.set $to (i32.add (local.get $to) (i32.const 32)))))
      (local.set $pixels (i32.add (local.get $pixels) (i32.const 8)))
      (local.set $columns (i32.add (local.get $columns) (i32.const 32)))
      (br_if $next (i32.gt_s (local.tee $count (i32.sub (local.get $count) (i32.const 8))) (i32.const 0)))))

  ;; Runs $count windows, the first one's own entry at $at, and returns how many pass all stages.
  (func (export "run") (param $header i32) (param $at i32) (param $count i32) (param $skips i32)
    (result i32)
    (local $kind i32) (local $found i32) (local $stage i32) (local $stagesEnd i32) (local $toStages i32) (local $toSums i32)
    (local $carry i32) (local $failed i32)
    (local $area v128) (local $sum v128) (local $squares v128) (local $norm v128)
    (local $alive v128) (local $wideLow v128) (local $wideHigh v128) (local $passed v128) (local $limit v128)
    (local $stages v128) (local $low v128) (local $high v128) (local $lastLow v128) (local $lastHigh v128)
    (local.set $kind (i32.load offset=60 (local.get $header)))
    (local.set $area (v128.load64_splat offset=32 (local.get $header)))
    (local.set $toStages (i32.load offset=40 (local.get $header)))
    (local.set $toSums (i32.load offset=44 (local.get $header)))
    (local.set $stagesEnd (i32.load offset=52 (local.get $header)))
    (block $done
      (loop $group
        (br_if $done (i32.le_s (local.get $count) (i32.const 0)))
        (local.set $alive (i32x4.lt_s (v128.const i32x4 0 1 2 3) (i32x4.splat (local.get $count))))
        (local.set $stages (v128.const i32x4 0 0 0 0))
        (local.set $lastLow (v128.const f64x2 nan nan))
        (local.set $lastHigh (v128.const f64x2 nan nan))
        (if (i32.lt_u (local.get $kind) (i32.const 2))
          (then
            (local.set $sum
              (i32x4.add
                (i32x4.sub
                  (i32x4.sub
                    (v128.load (i32.add (local.get $at) (i32.load (local.get $header))))
                    (v128.load (i32.add (local.get $at) (i32.load offset=4 (local.get $header)))))
                  (v128.load (i32.add (local.get $at) (i32.load offset=8 (local.get $header)))))
                (v128.load (i32.add (local.get $at) (i32.load offset=12 (local.get $header))))))
            (local.set $squares
              (i32x4.add
                (i32x4.sub
                  (i32x4.sub
                    (v128.load (i32.add (local.get $at) (i32.load offset=16 (local.get $header))))
                    (v128.load (i32.add (local.get $at) (i32.load offset=20 (local.get $header)))))
                  (v128.load (i32.add (local.get $at) (i32.load offset=24 (local.get $header)))))
                (v128.load (i32.add (local.get $at) (i32.load offset=28 (local.get $header))))))
            ;; One over area times standard deviation: in doubles, then rounded.
            (local.set $low (f64x2.convert_low_i32x4_s (local.get $sum)))
            (local.set $high
              (f64x2.convert_low_i32x4_s
                (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $sum) (local.get $sum))))
            (local.set $low
              (f64x2.sub
                (f64x2.mul (local.get $area) (f64x2.convert_low_i32x4_u (local.get $squares)))
                (f64x2.mul (local.get $low) (local.get $low))))
            (local.set $high
              (f64x2.sub
                (f64x2.mul (local.get $area)
                  (f64x2.convert_low_i32x4_u
                    (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $squares) (local.get $squares))))
                (f64x2.mul (local.get $high) (local.get $high))))
            (local.set $norm
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (f32x4.demote_f64x2_zero (f64x2.div (v128.const f64x2 1 1) (f64x2.sqrt (local.get $low))))
                (f32x4.demote_f64x2_zero (f64x2.div (v128.const f64x2 1 1) (f64x2.sqrt (local.get $high))))))
            ;; Neither NaN nor infinity is below a tenth.
            (local.set $passed
              (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
                (f64x2.lt
                  (f64x2.mul (local.get $area) (f64x2.promote_low_f32x4 (local.get $norm)))
                  (v128.const f64x2 0.1 0.1))
                (f64x2.lt
                  (f64x2.mul (local.get $area)
                    (f64x2.promote_low_f32x4
                      (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $norm) (local.get $norm))))
                  (v128.const f64x2 0.1 0.1))))
            ;; Flat: -1.
            (local.set $stages (v128.not (local.get $passed)))
            (local.set $alive (v128.and (local.get $alive) (local.get $passed)))))
        (local.set $stage (i32.load offset=48 (local.get $header)))
        (block $refused
          (br_if $refused (i32.and (i32.eqz (v128.any_true (local.get $alive))) (i32.eqz (local.get $carry))))
          (loop $next
            (local.set $low (v128.const f64x2 0 0))
            (local.set $high (v128.const f64x2 0 0))
            (if (i32.eqz (local.get $kind))
              (then
                (call $haarStumps
                  (i32.load (local.get $stage)) (i32.load offset=4 (local.get $stage)) (local.get $at)
                  (local.get $low) (local.get $high) (local.get $norm))
                (local.set $high)
                (local.set $low))
              (else
                (if (result v128 v128) (i32.eq (local.get $kind) (i32.const 1))
                  (then
                    (call $haarTrees
                      (i32.load (local.get $stage)) (i32.load offset=4 (local.get $stage)) (local.get $at)
                      (local.get $low) (local.get $high) (local.get $alive) (i32.load offset=56 (local.get $header))
                      (local.get $norm)))
                  (else
                    (call $lbpTrees
                      (i32.load (local.get $stage)) (i32.load offset=4 (local.get $stage)) (local.get $at)
                      (local.get $low) (local.get $high) (local.get $alive) (i32.load offset=56 (local.get $header)))))
                (local.set $high)
                (local.set $low)))
            (local.set $limit (v128.load64_splat offset=8 (local.get $stage)))
            (local.set $passed
              (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
                (f64x2.ge (local.get $low) (local.get $limit))
                (f64x2.ge (local.get $high) (local.get $limit))))
            (if (i32.and (local.get $skips) (i32.eq (local.get $stage) (i32.load offset=48 (local.get $header))))
              (then
                ;; By the windows that fail, and whether the first one is skipped: which are visited, and whether the next group's first isn't.
                (local.set $failed
                  (i32.load8_u
                    (i32.add
                      (i32.load offset=64 (local.get $header))
                      (i32.add
                        (local.get $carry)
                        (i32x4.bitmask (v128.andnot (local.get $alive) (local.get $passed)))))))
                (local.set $carry (i32.and (local.get $failed) (i32.const 16)))
                ;; Skipped: -2.
                (local.set $sum
                  (v128.and
                    (local.get $alive)
                    (i32x4.eq
                      (v128.and (i32x4.splat (local.get $failed)) (v128.const i32x4 1 2 4 8))
                      (v128.const i32x4 0 0 0 0))))
                (local.set $stages
                  (v128.bitselect (v128.const i32x4 -2 -2 -2 -2) (local.get $stages) (local.get $sum)))
                (local.set $alive (v128.andnot (local.get $alive) (local.get $sum)))))
            (local.set $wideLow (i64x2.extend_low_i32x4_s (local.get $alive)))
            (local.set $wideHigh (i64x2.extend_high_i32x4_s (local.get $alive)))
            (local.set $lastLow (v128.bitselect (local.get $low) (local.get $lastLow) (local.get $wideLow)))
            (local.set $lastHigh (v128.bitselect (local.get $high) (local.get $lastHigh) (local.get $wideHigh)))
            (local.set $alive (v128.and (local.get $alive) (local.get $passed)))
            ;; A mask is -1.
            (local.set $stages (i32x4.sub (local.get $stages) (local.get $alive)))
            (br_if $refused (i32.eqz (v128.any_true (local.get $alive))))
            (br_if $next
              (i32.lt_u
                (local.tee $stage (i32.add (local.get $stage) (i32.const 16)))
                (local.get $stagesEnd))))
          (local.set $found
            (i32.add (local.get $found) (i32.popcnt (i32x4.bitmask (local.get $alive))))))
        (v128.store (local.get $toStages) (local.get $stages))
        (v128.store (local.get $toSums) (local.get $lastLow))
        (v128.store offset=16 (local.get $toSums) (local.get $lastHigh))
        (local.set $toStages (i32.add (local.get $toStages) (i32.const 16)))
        (local.set $toSums (i32.add (local.get $toSums) (i32.const 32)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $count (i32.sub (local.get $count) (i32.const 4)))
        (br $group)))
    (local.get $found)))
