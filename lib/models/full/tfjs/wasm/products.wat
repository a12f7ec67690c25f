;; Sums of products of pictures' pixels, in the memory of tfjs-backend-wasm (products.ts). Addresses and steps are bytes.
(module
  (import "tfjs" "memory" (memory 0))

  ;; Adds, to the matrix of $m x $n floats at $out, whose rows are $outStep apart, the sum over $rows x $columns pixels of
  ;; the products of the $m channels of one picture, at $a, with the $n channels of the other, at $b.
  (func (export "add")
    (param $a i32) (param $aStep i32) (param $aRow i32)
    (param $b i32) (param $bStep i32) (param $bRow i32)
    (param $columns i32) (param $rows i32)
    (param $out i32) (param $outStep i32) (param $m i32) (param $n i32)
    (local $i i32) (local $j i32) (local $left i32) (local $to i32)
    (local $x i32) (local $y i32)
    (local.set $j (i32.const 0))
    (block $done
      (loop $across
        (br_if $done (i32.ge_u (local.get $j) (local.get $n)))
        (local.set $left (i32.sub (local.get $n) (local.get $j)))
        (local.set $y (i32.add (local.get $b) (i32.shl (local.get $j) (i32.const 2))))
        (local.set $i (i32.const 0))
        (block $end
          (loop $down
            (br_if $end (i32.ge_u (local.get $i) (local.get $m)))
            (local.set $x (i32.add (local.get $a) (i32.shl (local.get $i) (i32.const 2))))
            (local.set $to
              (i32.add (local.get $out)
                (i32.add (i32.mul (local.get $i) (local.get $outStep)) (i32.shl (local.get $j) (i32.const 2)))))
            (if (i32.ge_u (i32.sub (local.get $m) (local.get $i)) (i32.const 4))
              (then
                (if (i32.ge_u (local.get $left) (i32.const 8))
                  (then
                    (call $fourByEight
                      (local.get $x) (local.get $aStep) (local.get $aRow)
                      (local.get $y) (local.get $bStep) (local.get $bRow)
                      (local.get $columns) (local.get $rows) (local.get $to) (local.get $outStep)))
                  (else
                    (call $fourByOne
                      (local.get $x) (local.get $aStep) (local.get $aRow)
                      (local.get $y) (local.get $bStep) (local.get $bRow)
                      (local.get $columns) (local.get $rows) (local.get $to) (local.get $outStep))))
                (local.set $i (i32.add (local.get $i) (i32.const 4))))
              (else
                (if (i32.ge_u (local.get $left) (i32.const 8))
                  (then
                    (call $oneByEight
                      (local.get $x) (local.get $aStep) (local.get $aRow)
                      (local.get $y) (local.get $bStep) (local.get $bRow)
                      (local.get $columns) (local.get $rows) (local.get $to)))
                  (else
                    (call $oneByOne
                      (local.get $x) (local.get $aStep) (local.get $aRow)
                      (local.get $y) (local.get $bStep) (local.get $bRow)
                      (local.get $columns) (local.get $rows) (local.get $to))))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))))
            (br $down)))
        (local.set $j
          (i32.add (local.get $j)
            (select (i32.const 8) (i32.const 1) (i32.ge_u (local.get $left) (i32.const 8)))))
        (br $across))))

  (func $fourByEight
    (param $a i32) (param $aStep i32) (param $aRow i32)
    (param $b i32) (param $bStep i32) (param $bRow i32)
    (param $columns i32) (param $rows i32) (param $out i32) (param $outStep i32)
    (local $x i32) (local $y i32) (local $left i32)
    (local $s v128) (local $b0 v128) (local $b1 v128)
    (local $c00 v128) (local $c01 v128) (local $c10 v128) (local $c11 v128)
    (local $c20 v128) (local $c21 v128) (local $c30 v128) (local $c31 v128)
    (loop $row
      (local.set $x (local.get $a))
      (local.set $y (local.get $b))
      (local.set $left (local.get $columns))
      (loop $pixel
        (local.set $b0 (v128.load (local.get $y)))
        (local.set $b1 (v128.load offset=16 (local.get $y)))
        (local.set $s (v128.load32_splat (local.get $x)))
        (local.set $c00 (f32x4.add (local.get $c00) (f32x4.mul (local.get $s) (local.get $b0))))
        (local.set $c01 (f32x4.add (local.get $c01) (f32x4.mul (local.get $s) (local.get $b1))))
        (local.set $s (v128.load32_splat offset=4 (local.get $x)))
        (local.set $c10 (f32x4.add (local.get $c10) (f32x4.mul (local.get $s) (local.get $b0))))
        (local.set $c11 (f32x4.add (local.get $c11) (f32x4.mul (local.get $s) (local.get $b1))))
        (local.set $s (v128.load32_splat offset=8 (local.get $x)))
        (local.set $c20 (f32x4.add (local.get $c20) (f32x4.mul (local.get $s) (local.get $b0))))
        (local.set $c21 (f32x4.add (local.get $c21) (f32x4.mul (local.get $s) (local.get $b1))))
        (local.set $s (v128.load32_splat offset=12 (local.get $x)))
        (local.set $c30 (f32x4.add (local.get $c30) (f32x4.mul (local.get $s) (local.get $b0))))
        (local.set $c31 (f32x4.add (local.get $c31) (f32x4.mul (local.get $s) (local.get $b1))))
        (local.set $x (i32.add (local.get $x) (local.get $aStep)))
        (local.set $y (i32.add (local.get $y) (local.get $bStep)))
        (br_if $pixel (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (local.set $a (i32.add (local.get $a) (local.get $aRow)))
      (local.set $b (i32.add (local.get $b) (local.get $bRow)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    (call $addEight (local.get $out) (local.get $c00) (local.get $c01))
    (local.set $out (i32.add (local.get $out) (local.get $outStep)))
    (call $addEight (local.get $out) (local.get $c10) (local.get $c11))
    (local.set $out (i32.add (local.get $out) (local.get $outStep)))
    (call $addEight (local.get $out) (local.get $c20) (local.get $c21))
    (call $addEight (i32.add (local.get $out) (local.get $outStep)) (local.get $c30) (local.get $c31)))

  (func $addEight (param $out i32) (param $c0 v128) (param $c1 v128)
    (v128.store (local.get $out) (f32x4.add (v128.load (local.get $out)) (local.get $c0)))
    (v128.store offset=16 (local.get $out) (f32x4.add (v128.load offset=16 (local.get $out)) (local.get $c1))))

  ;; Four channels of $a in a register, with one of $b.
  (func $fourByOne
    (param $a i32) (param $aStep i32) (param $aRow i32)
    (param $b i32) (param $bStep i32) (param $bRow i32)
    (param $columns i32) (param $rows i32) (param $out i32) (param $outStep i32)
    (local $x i32) (local $y i32) (local $left i32) (local $c v128)
    (loop $row
      (local.set $x (local.get $a))
      (local.set $y (local.get $b))
      (local.set $left (local.get $columns))
      (loop $pixel
        (local.set $c
          (f32x4.add (local.get $c) (f32x4.mul (v128.load (local.get $x)) (v128.load32_splat (local.get $y)))))
        (local.set $x (i32.add (local.get $x) (local.get $aStep)))
        (local.set $y (i32.add (local.get $y) (local.get $bStep)))
        (br_if $pixel (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (local.set $a (i32.add (local.get $a) (local.get $aRow)))
      (local.set $b (i32.add (local.get $b) (local.get $bRow)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    (f32.store (local.get $out) (f32.add (f32.load (local.get $out)) (f32x4.extract_lane 0 (local.get $c))))
    (local.set $out (i32.add (local.get $out) (local.get $outStep)))
    (f32.store (local.get $out) (f32.add (f32.load (local.get $out)) (f32x4.extract_lane 1 (local.get $c))))
    (local.set $out (i32.add (local.get $out) (local.get $outStep)))
    (f32.store (local.get $out) (f32.add (f32.load (local.get $out)) (f32x4.extract_lane 2 (local.get $c))))
    (local.set $out (i32.add (local.get $out) (local.get $outStep)))
    (f32.store (local.get $out) (f32.add (f32.load (local.get $out)) (f32x4.extract_lane 3 (local.get $c)))))

  (func $oneByEight
    (param $a i32) (param $aStep i32) (param $aRow i32)
    (param $b i32) (param $bStep i32) (param $bRow i32)
    (param $columns i32) (param $rows i32) (param $out i32)
    (local $x i32) (local $y i32) (local $left i32) (local $s v128) (local $c0 v128) (local $c1 v128)
    (loop $row
      (local.set $x (local.get $a))
      (local.set $y (local.get $b))
      (local.set $left (local.get $columns))
      (loop $pixel
        (local.set $s (v128.load32_splat (local.get $x)))
        (local.set $c0 (f32x4.add (local.get $c0) (f32x4.mul (local.get $s) (v128.load (local.get $y)))))
        (local.set $c1 (f32x4.add (local.get $c1) (f32x4.mul (local.get $s) (v128.load offset=16 (local.get $y)))))
        (local.set $x (i32.add (local.get $x) (local.get $aStep)))
        (local.set $y (i32.add (local.get $y) (local.get $bStep)))
        (br_if $pixel (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (local.set $a (i32.add (local.get $a) (local.get $aRow)))
      (local.set $b (i32.add (local.get $b) (local.get $bRow)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    (call $addEight (local.get $out) (local.get $c0) (local.get $c1)))

  (func $oneByOne
    (param $a i32) (param $aStep i32) (param $aRow i32)
    (param $b i32) (param $bStep i32) (param $bRow i32)
    (param $columns i32) (param $rows i32) (param $out i32)
    (local $x i32) (local $y i32) (local $left i32) (local $c f32)
    (loop $row
      (local.set $x (local.get $a))
      (local.set $y (local.get $b))
      (local.set $left (local.get $columns))
      (loop $pixel
        (local.set $c
          (f32.add (local.get $c) (f32.mul (f32.load (local.get $x)) (f32.load (local.get $y)))))
        (local.set $x (i32.add (local.get $x) (local.get $aStep)))
        (local.set $y (i32.add (local.get $y) (local.get $bStep)))
        (br_if $pixel (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (local.set $a (i32.add (local.get $a) (local.get $aRow)))
      (local.set $b (i32.add (local.get $b) (local.get $bRow)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    (f32.store (local.get $out) (f32.add (f32.load (local.get $out)) (local.get $c)))))
