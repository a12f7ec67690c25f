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

  ;; Adds `bins` of the sums to a histogram of three f64 a bin (first, second, rows), and makes them 0.
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

  ;; node -= child, both of `length` f64.
  (func (export "subtract") (param $node i32) (param $child i32) (param $length i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $node) (i32.shl (local.get $length) (i32.const 3))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $node) (local.get $end)))
        (f64.store (local.get $node) (f64.sub (f64.load (local.get $node)) (f64.load (local.get $child))))
        (local.set $node (i32.add (local.get $node) (i32.const 8)))
        (local.set $child (i32.add (local.get $child) (i32.const 8)))
        (br $next))))

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
