;; The loops over rows and bins of growing trees. Each has its like in plain code beside it.
;;
;; A row's derivatives are two i32, the first and the second. While rows are added, a bin is 16 bytes: the sum of the first as
;; an i64, then an i64 whose low 44 bits are the sum of the second and whose high 20 bits count rows, so that one addition
;; does all three. Kept histograms have three f64 a bin.
(module
  (import "spillway" "memory" (memory 1))

  ;; bins0 … bins3: addresses of the columns' bins, a byte a row; their histograms are at `sums`,
  ;; 4096 bytes apart.
  (func (export "four")
    (param $bins0 i32) (param $bins1 i32) (param $bins2 i32) (param $bins3 i32)
    (param $order i32) (param $end i32) (param $derivatives i32) (param $sums i32)
    (local $row i32) (local $v v128) (local $at i32)
    (loop $next
      (local.set $row (i32.load (local.get $order)))
      (local.set $v
        (i64x2.add
          (i64x2.extend_low_i32x4_s
            (v128.load64_zero (i32.add (local.get $derivatives) (i32.shl (local.get $row) (i32.const 3)))))
          (v128.const i64x2 0 0x100000000000)))
      (local.set $at (i32.add (local.get $sums)
        (i32.shl (i32.load8_u (i32.add (local.get $bins0) (local.get $row))) (i32.const 4))))
      (v128.store (local.get $at) (i64x2.add (v128.load (local.get $at)) (local.get $v)))
      (local.set $at (i32.add (local.get $sums)
        (i32.shl (i32.load8_u (i32.add (local.get $bins1) (local.get $row))) (i32.const 4))))
      (v128.store offset=4096 (local.get $at) (i64x2.add (v128.load offset=4096 (local.get $at)) (local.get $v)))
      (local.set $at (i32.add (local.get $sums)
        (i32.shl (i32.load8_u (i32.add (local.get $bins2) (local.get $row))) (i32.const 4))))
      (v128.store offset=8192 (local.get $at) (i64x2.add (v128.load offset=8192 (local.get $at)) (local.get $v)))
      (local.set $at (i32.add (local.get $sums)
        (i32.shl (i32.load8_u (i32.add (local.get $bins3) (local.get $row))) (i32.const 4))))
      (v128.store offset=12288 (local.get $at) (i64x2.add (v128.load offset=12288 (local.get $at)) (local.get $v)))
      (br_if $next (i32.lt_u
        (local.tee $order (i32.add (local.get $order) (i32.const 4)))
        (local.get $end)))))

  (func (export "one")
    (param $bins i32) (param $order i32) (param $end i32) (param $derivatives i32) (param $sums i32)
    (local $row i32) (local $at i32)
    (loop $next
      (local.set $row (i32.load (local.get $order)))
      (local.set $at (i32.add (local.get $sums)
        (i32.shl (i32.load8_u (i32.add (local.get $bins) (local.get $row))) (i32.const 4))))
      (v128.store (local.get $at)
        (i64x2.add
          (v128.load (local.get $at))
          (i64x2.add
            (i64x2.extend_low_i32x4_s
              (v128.load64_zero (i32.add (local.get $derivatives) (i32.shl (local.get $row) (i32.const 3)))))
            (v128.const i64x2 0 0x100000000000))))
      (br_if $next (i32.lt_u
        (local.tee $order (i32.add (local.get $order) (i32.const 4)))
        (local.get $end)))))

  ;; Writes `bins` of the sums to a histogram of three f64 a bin (first, second, rows), and makes them 0.
  (func (export "write") (param $sums i32) (param $bins i32) (param $histogram i32)
    (local $packed i64) (local $end i32)
    (local.set $end (i32.add (local.get $sums) (i32.shl (local.get $bins) (i32.const 4))))
    (loop $next
      (local.set $packed (i64.load offset=8 (local.get $sums)))
      (f64.store (local.get $histogram) (f64.convert_i64_s (i64.load (local.get $sums))))
      (f64.store offset=8 (local.get $histogram)
        (f64.convert_i64_s (i64.and (local.get $packed) (i64.const 0xfffffffffff))))
      (f64.store offset=16 (local.get $histogram)
        (f64.convert_i64_u (i64.shr_u (local.get $packed) (i64.const 44))))
      (v128.store (local.get $sums) (v128.const i64x2 0 0))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 24)))
      (br_if $next (i32.lt_u
        (local.tee $sums (i32.add (local.get $sums) (i32.const 16)))
        (local.get $end)))))

  ;; The same, and subtracts what it writes from another histogram, `whole`.
  (func (export "writePart") (param $sums i32) (param $bins i32) (param $histogram i32) (param $whole i32)
    (local $packed i64) (local $end i32) (local $pair v128) (local $rows f64)
    (local.set $end (i32.add (local.get $sums) (i32.shl (local.get $bins) (i32.const 4))))
    (loop $next
      (local.set $packed (i64.load offset=8 (local.get $sums)))
      (local.set $pair (f64x2.replace_lane 1
        (f64x2.splat (f64.convert_i64_s (i64.load (local.get $sums))))
        (f64.convert_i64_s (i64.and (local.get $packed) (i64.const 0xfffffffffff)))))
      (local.set $rows (f64.convert_i64_s (i64.shr_u (local.get $packed) (i64.const 44))))
      (v128.store (local.get $sums) (v128.const i64x2 0 0))
      (v128.store (local.get $histogram) (local.get $pair))
      (f64.store offset=16 (local.get $histogram) (local.get $rows))
      (v128.store (local.get $whole) (f64x2.sub (v128.load (local.get $whole)) (local.get $pair)))
      (f64.store offset=16 (local.get $whole) (f64.sub (f64.load offset=16 (local.get $whole)) (local.get $rows)))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 24)))
      (local.set $whole (i32.add (local.get $whole) (i32.const 24)))
      (br_if $next (i32.lt_u
        (local.tee $sums (i32.add (local.get $sums) (i32.const 16)))
        (local.get $end)))))

  ;; Adds `bins` of the sums to what a histogram holds, and makes them 0.
  (func (export "flush") (param $sums i32) (param $bins i32) (param $histogram i32)
    (local $packed i64) (local $end i32)
    (local.set $end (i32.add (local.get $sums) (i32.shl (local.get $bins) (i32.const 4))))
    (loop $next
      (local.set $packed (i64.load offset=8 (local.get $sums)))
      (f64.store (local.get $histogram)
        (f64.add (f64.load (local.get $histogram)) (f64.convert_i64_s (i64.load (local.get $sums)))))
      (f64.store offset=8 (local.get $histogram)
        (f64.add (f64.load offset=8 (local.get $histogram))
          (f64.convert_i64_s (i64.and (local.get $packed) (i64.const 0xfffffffffff)))))
      (f64.store offset=16 (local.get $histogram)
        (f64.add (f64.load offset=16 (local.get $histogram))
          (f64.convert_i64_u (i64.shr_u (local.get $packed) (i64.const 44)))))
      (v128.store (local.get $sums) (v128.const i64x2 0 0))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 24)))
      (br_if $next (i32.lt_u
        (local.tee $sums (i32.add (local.get $sums) (i32.const 16)))
        (local.get $end)))))

  ;; Subtracts rows from the bins of a column, which are at `histogram`.
  (func (export "take")
    (param $bins i32) (param $order i32) (param $end i32) (param $derivatives i32) (param $histogram i32)
    (local $row i32) (local $at i32)
    (loop $next
      (local.set $row (i32.load (local.get $order)))
      (local.set $at (i32.add (local.get $histogram)
        (i32.mul (i32.load8_u (i32.add (local.get $bins) (local.get $row))) (i32.const 24))))
      (v128.store (local.get $at)
        (f64x2.sub
          (v128.load (local.get $at))
          (f64x2.convert_low_i32x4_s
            (v128.load64_zero (i32.add (local.get $derivatives) (i32.shl (local.get $row) (i32.const 3)))))))
      (f64.store offset=16 (local.get $at) (f64.sub (f64.load offset=16 (local.get $at)) (f64.const 1)))
      (br_if $next (i32.lt_u
        (local.tee $order (i32.add (local.get $order) (i32.const 4)))
        (local.get $end)))))

  ;; The cut between bins from `at` to before `end` that gains most: the address of its last bin on the left, or 0. `cut` has
  ;; the node's first, second and rows, l2, the fewest rows and the least second of a side, then the score to beat and the sums
  ;; on the left, both of which are replaced. Lane 0 of a pair is the first derivative, lane 1 the second.
  (func (export "scan")
    (param $at i32) (param $end i32) (param $before i32) (param $cut i32) (result i32)
    (local $left v128) (local $right v128) (local $node v128) (local $l2 v128) (local $over v128)
    (local $rows f64) (local $nodeRows f64) (local $minRows f64) (local $minSecond f64)
    (local $score f64) (local $best f64) (local $found i32)
    (local.set $node (v128.load (local.get $cut)))
    (local.set $nodeRows (f64.load offset=16 (local.get $cut)))
    (local.set $l2 (f64x2.splat (f64.load offset=24 (local.get $cut))))
    (local.set $minRows (f64.load offset=32 (local.get $cut)))
    (local.set $minSecond (f64.load offset=40 (local.get $cut)))
    (local.set $best (f64.load offset=48 (local.get $cut)))
    (if (local.get $before)
      (then
        (local.set $left (v128.load (local.get $before)))
        (local.set $rows (f64.load offset=16 (local.get $before)))))
    ;; No cut comes after bins without rows alone. Those between others repeat a score, which is no better.
    (block $begun
      (loop $empty
        (br_if $begun (i32.ge_u (local.get $at) (local.get $end)))
        (br_if $begun (f64.ne (f64.load offset=16 (local.get $at)) (f64.const 0)))
        (local.set $at (i32.add (local.get $at) (i32.const 24)))
        (br $empty)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $left (f64x2.add (local.get $left) (v128.load (local.get $at))))
        (local.set $rows (f64.add (local.get $rows) (f64.load offset=16 (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 24)))
        (br_if $next (f64.lt (local.get $rows) (local.get $minRows)))
        (br_if $next (f64.lt (f64x2.extract_lane 1 (local.get $left)) (local.get $minSecond)))
        (local.set $right (f64x2.sub (local.get $node) (local.get $left)))
        (br_if $done (f64.lt (f64.sub (local.get $nodeRows) (local.get $rows)) (local.get $minRows)))
        (br_if $done (f64.lt (f64x2.extract_lane 1 (local.get $right)) (local.get $minSecond)))
        ;; Both firsts, and both seconds.
        (local.set $over (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
          (local.get $left) (local.get $right)))
        (local.set $over (f64x2.div
          (f64x2.mul (local.get $over) (local.get $over))
          (f64x2.add
            (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $left) (local.get $right))
            (local.get $l2))))
        (local.set $score (f64.add
          (f64x2.extract_lane 0 (local.get $over)) (f64x2.extract_lane 1 (local.get $over))))
        (br_if $next (i32.eqz (f64.gt (local.get $score) (local.get $best))))
        (local.set $best (local.get $score))
        (local.set $found (i32.sub (local.get $at) (i32.const 24)))
        (f64.store offset=48 (local.get $cut) (local.get $score))
        (v128.store offset=56 (local.get $cut) (local.get $left))
        (f64.store offset=72 (local.get $cut) (local.get $rows))
        (br $next)))
    (local.get $found))

  ;; Moves the rows from `from` to `end` that go left before the others; returns the start of the
  ;; others.
  (func (export "partition")
    (param $from i32) (param $end i32) (param $bins i32) (param $goesLeft i32) (param $scratch i32) (result i32)
    (local $row i32) (local $isLeft i32) (local $left i32) (local $right i32)
    (local.set $left (local.get $from))
    (local.set $right (local.get $scratch))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
        (local.set $row (i32.load (local.get $from)))
        (local.set $isLeft (i32.shl
          (i32.load8_u (i32.add (local.get $goesLeft) (i32.load8_u (i32.add (local.get $bins) (local.get $row)))))
          (i32.const 2)))
        (i32.store (local.get $left) (local.get $row))
        (i32.store (local.get $right) (local.get $row))
        (local.set $left (i32.add (local.get $left) (local.get $isLeft)))
        (local.set $right (i32.add (local.get $right) (i32.sub (i32.const 4) (local.get $isLeft))))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (br $next)))
    (memory.copy (local.get $left) (local.get $scratch) (i32.sub (local.get $right) (local.get $scratch)))
    (local.get $left)))
