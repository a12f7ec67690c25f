;; Weighted histograms of four 8-bit features. `plain.ts` has the same in plain code.
(module
  (import "spillway" "memory" (memory 1))

  ;; bins0 … bins3: where the features' bins begin, a byte a row; their histograms lie at `sums`, 256 f64 each.
  ;; Rows come from `order`, an i32 each, up to `end`.
  (func (export "four")
    (param $bins0 i32) (param $bins1 i32) (param $bins2 i32) (param $bins3 i32)
    (param $order i32) (param $end i32) (param $weights i32) (param $sums i32)
    (local $row i32) (local $weight f64) (local $at i32)
    (memory.fill (local.get $sums) (i32.const 0) (i32.const 8192))
    (block $done
      (br_if $done (i32.ge_u (local.get $order) (local.get $end)))
      (loop $next
        (local.set $row (i32.load (local.get $order)))
        (local.set $weight (f64.load (i32.add (local.get $weights) (i32.shl (local.get $row) (i32.const 3)))))
        (local.set $at (i32.add (local.get $sums)
          (i32.shl (i32.load8_u (i32.add (local.get $bins0) (local.get $row))) (i32.const 3))))
        (f64.store (local.get $at) (f64.add (f64.load (local.get $at)) (local.get $weight)))
        (local.set $at (i32.add (local.get $sums)
          (i32.shl (i32.load8_u (i32.add (local.get $bins1) (local.get $row))) (i32.const 3))))
        (f64.store offset=2048 (local.get $at) (f64.add (f64.load offset=2048 (local.get $at)) (local.get $weight)))
        (local.set $at (i32.add (local.get $sums)
          (i32.shl (i32.load8_u (i32.add (local.get $bins2) (local.get $row))) (i32.const 3))))
        (f64.store offset=4096 (local.get $at) (f64.add (f64.load offset=4096 (local.get $at)) (local.get $weight)))
        (local.set $at (i32.add (local.get $sums)
          (i32.shl (i32.load8_u (i32.add (local.get $bins3) (local.get $row))) (i32.const 3))))
        (f64.store offset=6144 (local.get $at) (f64.add (f64.load offset=6144 (local.get $at)) (local.get $weight)))
        (br_if $next (i32.lt_u
          (local.tee $order (i32.add (local.get $order) (i32.const 4)))
          (local.get $end)))))))
