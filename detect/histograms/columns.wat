;; Values of Haar features for four windows at a time, and their bins. `plainColumns.ts` has the same in plain code.
(module
  (import "spillway" "memory" (memory 1))

  ;; A feature of two rectangles: a0 … a3 and b0 … b3 are where the integral entries of their corners begin, an i32 a window. Each
  ;; operation is rounded to f32. The least and the greatest of each lane lie at `range`.
  (func (export "two")
    (param $a0 i32) (param $a1 i32) (param $a2 i32) (param $a3 i32) (param $b0 i32) (param $b1 i32) (param $b2 i32) (param $b3 i32)
    (param $wa f32) (param $wb f32)
    (param $norms i32) (param $values i32) (param $bytes i32) (param $range i32)
    (local $i i32) (local $v v128) (local $least v128) (local $greatest v128)
    (local.set $least (v128.const f32x4 inf inf inf inf))
    (local.set $greatest (v128.const f32x4 -inf -inf -inf -inf))
    (loop $next
      (local.set $v (f32x4.mul
        (f32x4.add (f32x4.mul
          (f32x4.splat (local.get $wa))
          (f32x4.convert_i32x4_s
            (i32x4.add
              (i32x4.sub
                (i32x4.sub (v128.load (i32.add (local.get $a0) (local.get $i))) (v128.load (i32.add (local.get $a1) (local.get $i))))
                (v128.load (i32.add (local.get $a2) (local.get $i))))
              (v128.load (i32.add (local.get $a3) (local.get $i)))))) (f32x4.mul
          (f32x4.splat (local.get $wb))
          (f32x4.convert_i32x4_s
            (i32x4.add
              (i32x4.sub
                (i32x4.sub (v128.load (i32.add (local.get $b0) (local.get $i))) (v128.load (i32.add (local.get $b1) (local.get $i))))
                (v128.load (i32.add (local.get $b2) (local.get $i))))
              (v128.load (i32.add (local.get $b3) (local.get $i)))))))
        (v128.load (i32.add (local.get $norms) (local.get $i)))))
      (local.set $least (f32x4.min (local.get $least) (local.get $v)))
      (local.set $greatest (f32x4.max (local.get $greatest) (local.get $v)))
      (v128.store (i32.add (local.get $values) (local.get $i)) (local.get $v))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $bytes))))
    (v128.store (local.get $range) (local.get $least))
    (v128.store offset=16 (local.get $range) (local.get $greatest)))

  ;; The same of three rectangles.
  (func (export "three")
    (param $a0 i32) (param $a1 i32) (param $a2 i32) (param $a3 i32) (param $b0 i32) (param $b1 i32) (param $b2 i32) (param $b3 i32) (param $c0 i32) (param $c1 i32) (param $c2 i32) (param $c3 i32)
    (param $wa f32) (param $wb f32) (param $wc f32)
    (param $norms i32) (param $values i32) (param $bytes i32) (param $range i32)
    (local $i i32) (local $v v128) (local $least v128) (local $greatest v128)
    (local.set $least (v128.const f32x4 inf inf inf inf))
    (local.set $greatest (v128.const f32x4 -inf -inf -inf -inf))
    (loop $next
      (local.set $v (f32x4.mul
        (f32x4.add (f32x4.add (f32x4.mul
          (f32x4.splat (local.get $wa))
          (f32x4.convert_i32x4_s
            (i32x4.add
              (i32x4.sub
                (i32x4.sub (v128.load (i32.add (local.get $a0) (local.get $i))) (v128.load (i32.add (local.get $a1) (local.get $i))))
                (v128.load (i32.add (local.get $a2) (local.get $i))))
              (v128.load (i32.add (local.get $a3) (local.get $i)))))) (f32x4.mul
          (f32x4.splat (local.get $wb))
          (f32x4.convert_i32x4_s
            (i32x4.add
              (i32x4.sub
                (i32x4.sub (v128.load (i32.add (local.get $b0) (local.get $i))) (v128.load (i32.add (local.get $b1) (local.get $i))))
                (v128.load (i32.add (local.get $b2) (local.get $i))))
              (v128.load (i32.add (local.get $b3) (local.get $i))))))) (f32x4.mul
          (f32x4.splat (local.get $wc))
          (f32x4.convert_i32x4_s
            (i32x4.add
              (i32x4.sub
                (i32x4.sub (v128.load (i32.add (local.get $c0) (local.get $i))) (v128.load (i32.add (local.get $c1) (local.get $i))))
                (v128.load (i32.add (local.get $c2) (local.get $i))))
              (v128.load (i32.add (local.get $c3) (local.get $i)))))))
        (v128.load (i32.add (local.get $norms) (local.get $i)))))
      (local.set $least (f32x4.min (local.get $least) (local.get $v)))
      (local.set $greatest (f32x4.max (local.get $greatest) (local.get $v)))
      (v128.store (i32.add (local.get $values) (local.get $i)) (local.get $v))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $bytes))))
    (v128.store (local.get $range) (local.get $least))
    (v128.store offset=16 (local.get $range) (local.get $greatest)))

  ;; The cell of each value, an i32 each, and how many there are of each cell.
  (func (export "cells")
    (param $values i32) (param $bytes i32) (param $least f32) (param $scale f32) (param $cells i32) (param $counts i32)
    (local $i i32) (local $v v128) (local $at i32)
    (loop $next
      (local.set $v (i32x4.trunc_sat_f32x4_s (f32x4.mul
        (f32x4.sub (v128.load (i32.add (local.get $values) (local.get $i))) (f32x4.splat (local.get $least)))
        (f32x4.splat (local.get $scale)))))
      (v128.store (i32.add (local.get $cells) (local.get $i)) (local.get $v))
      (local.set $at (i32.add (local.get $counts) (i32.shl (i32x4.extract_lane 0 (local.get $v)) (i32.const 2))))
      (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
      (local.set $at (i32.add (local.get $counts) (i32.shl (i32x4.extract_lane 1 (local.get $v)) (i32.const 2))))
      (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
      (local.set $at (i32.add (local.get $counts) (i32.shl (i32x4.extract_lane 2 (local.get $v)) (i32.const 2))))
      (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
      (local.set $at (i32.add (local.get $counts) (i32.shl (i32x4.extract_lane 3 (local.get $v)) (i32.const 2))))
      (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $bytes)))))

  ;; The bin of each cell: its place among those that have values if these are 256 or fewer, else before * share, where `before` are
  ;; the values of the cells before it.
  (func (export "assign") (param $counts i32) (param $end i32) (param $binOf i32) (param $share f64)
    (local $at i32) (local $filled v128) (local $before i32) (local $count i32) (local $few i32)
    (local.set $at (local.get $counts))
    (loop $next
      (local.set $filled (i32x4.sub (local.get $filled)
        (i32x4.gt_s (v128.load (local.get $at)) (v128.const i32x4 0 0 0 0))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end))))
    (local.set $few (i32.le_s
      (i32.add
        (i32.add (i32x4.extract_lane 0 (local.get $filled)) (i32x4.extract_lane 1 (local.get $filled)))
        (i32.add (i32x4.extract_lane 2 (local.get $filled)) (i32x4.extract_lane 3 (local.get $filled))))
      (i32.const 256)))
    (if (local.get $few) (then (local.set $share (f64.const 1))))
    (loop $next
      (local.set $count (i32.load (local.get $counts)))
      (i32.store8 (local.get $binOf)
        (i32.trunc_f64_s (f64.mul (f64.convert_i32_s (local.get $before)) (local.get $share))))
      (local.set $before (i32.add (local.get $before)
        (select (i32.ne (local.get $count) (i32.const 0)) (local.get $count) (local.get $few))))
      (local.set $binOf (i32.add (local.get $binOf) (i32.const 1)))
      (br_if $next (i32.lt_u (local.tee $counts (i32.add (local.get $counts) (i32.const 4))) (local.get $end)))))

  ;; bins[i] = binOf[cells[i]]
  (func (export "bins") (param $cells i32) (param $rows i32) (param $binOf i32) (param $bins i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $bins) (local.get $rows)))
    (loop $next
      (i32.store8 (local.get $bins)
        (i32.load8_u (i32.add (local.get $binOf) (i32.load (local.get $cells)))))
      (local.set $cells (i32.add (local.get $cells) (i32.const 4)))
      (br_if $next (i32.lt_u (local.tee $bins (i32.add (local.get $bins) (i32.const 1))) (local.get $end))))))
