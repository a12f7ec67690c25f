;; Walks of forests (walks.ts, wide.ts), and the ranks of dense columns (ranks.ts). Addresses are bytes. Codes of eight rows
;; lie side by side, 32 bytes a slot, from address 0 on; the next eight rows follow.
;;
;; also in single precision
(module
  (import "spillway" "memory" (memory 1))

  ;; Writes the ranks of each column's values in four rows, which lie side by side from $values on, 32 bytes from column to
  ;; column. A record of a column has five i32: where its thresholds begin, less 4; half of their power of two, in bytes; the
  ;; code of a missing value; the places of both its slots from $codes on. A rank is a difference of addresses, 4 bytes
  ;; each, and codes are shifted by 16.
  (func (export "ranks")
    (param $record i32) (param $end i32) (param $values i32) (param $codes i32)
    (local $base i32) (local $jump i32) (local $missing i32) (local $to i32) (local $first i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $na f32) (local $nb f32) (local $nc f32) (local $nd f32)
    (block $done
      (loop $column
        (br_if $done (i32.ge_u (local.get $record) (local.get $end)))
        (local.set $base (i32.load (local.get $record)))
        (local.set $jump (i32.load offset=4 (local.get $record)))
        (local.set $a (local.get $base))
        (local.set $na (f32.load (local.get $values)))
        (local.set $b (local.get $base))
        (local.set $nb (f32.load offset=4 (local.get $values)))
        (local.set $c (local.get $base))
        (local.set $nc (f32.load offset=8 (local.get $values)))
        (local.set $d (local.get $base))
        (local.set $nd (f32.load offset=12 (local.get $values)))
        (block $found
          (loop $search
            (br_if $found (i32.lt_u (local.get $jump) (i32.const 4)))
            (local.set $a
              (select (i32.add (local.get $a) (local.get $jump)) (local.get $a)
                (f32.lt (f32.load (i32.add (local.get $a) (local.get $jump))) (local.get $na))))
            (local.set $b
              (select (i32.add (local.get $b) (local.get $jump)) (local.get $b)
                (f32.lt (f32.load (i32.add (local.get $b) (local.get $jump))) (local.get $nb))))
            (local.set $c
              (select (i32.add (local.get $c) (local.get $jump)) (local.get $c)
                (f32.lt (f32.load (i32.add (local.get $c) (local.get $jump))) (local.get $nc))))
            (local.set $d
              (select (i32.add (local.get $d) (local.get $jump)) (local.get $d)
                (f32.lt (f32.load (i32.add (local.get $d) (local.get $jump))) (local.get $nd))))
            (local.set $jump (i32.shr_u (local.get $jump) (i32.const 1)))
            (br $search)))
        (local.set $missing (i32.load offset=8 (local.get $record)))
        (local.set $to (i32.add (local.get $codes) (i32.load offset=12 (local.get $record))))
        (local.set $first (i32.add (local.get $codes) (i32.load offset=16 (local.get $record))))
        (local.set $a (i32.shl (i32.sub (local.get $a) (local.get $base)) (i32.const 14)))
        (i32.store (local.get $to)
          (select (local.get $a) (local.get $missing) (f32.eq (local.get $na) (local.get $na))))
        (i32.store (local.get $first)
          (select (i32.add (local.get $a) (i32.const 65536)) (i32.const 0) (f32.eq (local.get $na) (local.get $na))))
        (local.set $b (i32.shl (i32.sub (local.get $b) (local.get $base)) (i32.const 14)))
        (i32.store offset=4 (local.get $to)
          (select (local.get $b) (local.get $missing) (f32.eq (local.get $nb) (local.get $nb))))
        (i32.store offset=4 (local.get $first)
          (select (i32.add (local.get $b) (i32.const 65536)) (i32.const 0) (f32.eq (local.get $nb) (local.get $nb))))
        (local.set $c (i32.shl (i32.sub (local.get $c) (local.get $base)) (i32.const 14)))
        (i32.store offset=8 (local.get $to)
          (select (local.get $c) (local.get $missing) (f32.eq (local.get $nc) (local.get $nc))))
        (i32.store offset=8 (local.get $first)
          (select (i32.add (local.get $c) (i32.const 65536)) (i32.const 0) (f32.eq (local.get $nc) (local.get $nc))))
        (local.set $d (i32.shl (i32.sub (local.get $d) (local.get $base)) (i32.const 14)))
        (i32.store offset=12 (local.get $to)
          (select (local.get $d) (local.get $missing) (f32.eq (local.get $nd) (local.get $nd))))
        (i32.store offset=12 (local.get $first)
          (select (i32.add (local.get $d) (i32.const 65536)) (i32.const 0) (f32.eq (local.get $nd) (local.get $nd))))
        (local.set $values (i32.add (local.get $values) (i32.const 32)))
        (local.set $record (i32.add (local.get $record) (i32.const 20)))
        (br $column))))

  ;; The sum of one row's leaves in every $stride'th tree from $tree to before $trees, on top of $sum: eight trees at a
  ;; time, of which there must be enough. The row's codes are at $codes, 32 bytes apart. A node is two i32: its word, and
  ;; the place of its left child, which the right one follows. A leaf is its own left child, and its value is $values from
  ;; it. Roots are in a list of i32 from $roots on, heights in one from $heights on.
  ;; Each step ends with a branch that is never taken. Without it the compiler loads for all eight
  ;; trees before it continues with any, and runs out of registers.
  (func (export "walk")
    (param $codes i32) (param $tree i32) (param $trees i32) (param $stride i32) (param $roots i32) (param $heights i32) (param $values i32)
    (param $sum f64) (result f64)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $e i32) (local $f i32) (local $g i32) (local $h i32)
    (local $word i32) (local $steps i32) (local $height i32)
    (local.set $roots (i32.add (local.get $roots) (i32.shl (local.get $tree) (i32.const 2))))
    (local.set $heights (i32.add (local.get $heights) (i32.shl (local.get $tree) (i32.const 2))))
    (block $done
      (loop $eight
        (br_if $done (i32.ge_u (local.get $tree) (local.get $trees)))
        (local.set $steps (i32.const 0))
        (local.set $a (i32.load (local.get $roots)))
        (local.set $height (i32.load (local.get $heights)))
        (local.set $steps
          (select (local.get $height) (local.get $steps) (i32.gt_u (local.get $height) (local.get $steps))))
        (local.set $roots (i32.add (local.get $roots) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $heights (i32.add (local.get $heights) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $b (i32.load (local.get $roots)))
        (local.set $height (i32.load (local.get $heights)))
        (local.set $steps
          (select (local.get $height) (local.get $steps) (i32.gt_u (local.get $height) (local.get $steps))))
        (local.set $roots (i32.add (local.get $roots) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $heights (i32.add (local.get $heights) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $c (i32.load (local.get $roots)))
        (local.set $height (i32.load (local.get $heights)))
        (local.set $steps
          (select (local.get $height) (local.get $steps) (i32.gt_u (local.get $height) (local.get $steps))))
        (local.set $roots (i32.add (local.get $roots) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $heights (i32.add (local.get $heights) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $d (i32.load (local.get $roots)))
        (local.set $height (i32.load (local.get $heights)))
        (local.set $steps
          (select (local.get $height) (local.get $steps) (i32.gt_u (local.get $height) (local.get $steps))))
        (local.set $roots (i32.add (local.get $roots) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $heights (i32.add (local.get $heights) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $e (i32.load (local.get $roots)))
        (local.set $height (i32.load (local.get $heights)))
        (local.set $steps
          (select (local.get $height) (local.get $steps) (i32.gt_u (local.get $height) (local.get $steps))))
        (local.set $roots (i32.add (local.get $roots) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $heights (i32.add (local.get $heights) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $f (i32.load (local.get $roots)))
        (local.set $height (i32.load (local.get $heights)))
        (local.set $steps
          (select (local.get $height) (local.get $steps) (i32.gt_u (local.get $height) (local.get $steps))))
        (local.set $roots (i32.add (local.get $roots) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $heights (i32.add (local.get $heights) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $g (i32.load (local.get $roots)))
        (local.set $height (i32.load (local.get $heights)))
        (local.set $steps
          (select (local.get $height) (local.get $steps) (i32.gt_u (local.get $height) (local.get $steps))))
        (local.set $roots (i32.add (local.get $roots) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $heights (i32.add (local.get $heights) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $h (i32.load (local.get $roots)))
        (local.set $height (i32.load (local.get $heights)))
        (local.set $steps
          (select (local.get $height) (local.get $steps) (i32.gt_u (local.get $height) (local.get $steps))))
        (local.set $roots (i32.add (local.get $roots) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $heights (i32.add (local.get $heights) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $tree (i32.add (local.get $tree) (i32.shl (local.get $stride) (i32.const 3))))
        (block $reached
          (loop $step
            (br_if $reached (i32.eqz (local.get $steps)))
            (local.set $word (i32.load (local.get $a)))
            (br_if $reached (i32.lt_s
              (local.tee $a
                (i32.add (i32.load offset=4 (local.get $a))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $b)))
            (br_if $reached (i32.lt_s
              (local.tee $b
                (i32.add (i32.load offset=4 (local.get $b))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $c)))
            (br_if $reached (i32.lt_s
              (local.tee $c
                (i32.add (i32.load offset=4 (local.get $c))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $d)))
            (br_if $reached (i32.lt_s
              (local.tee $d
                (i32.add (i32.load offset=4 (local.get $d))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $e)))
            (br_if $reached (i32.lt_s
              (local.tee $e
                (i32.add (i32.load offset=4 (local.get $e))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $f)))
            (br_if $reached (i32.lt_s
              (local.tee $f
                (i32.add (i32.load offset=4 (local.get $f))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $g)))
            (br_if $reached (i32.lt_s
              (local.tee $g
                (i32.add (i32.load offset=4 (local.get $g))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $h)))
            (br_if $reached (i32.lt_s
              (local.tee $h
                (i32.add (i32.load offset=4 (local.get $h))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $steps (i32.sub (local.get $steps) (i32.const 1)))
            (br $step)))
        (local.set $sum (f64.add (local.get $sum) (f64.load (i32.add (local.get $a) (local.get $values)))))
        (local.set $sum (f64.add (local.get $sum) (f64.load (i32.add (local.get $b) (local.get $values)))))
        (local.set $sum (f64.add (local.get $sum) (f64.load (i32.add (local.get $c) (local.get $values)))))
        (local.set $sum (f64.add (local.get $sum) (f64.load (i32.add (local.get $d) (local.get $values)))))
        (local.set $sum (f64.add (local.get $sum) (f64.load (i32.add (local.get $e) (local.get $values)))))
        (local.set $sum (f64.add (local.get $sum) (f64.load (i32.add (local.get $f) (local.get $values)))))
        (local.set $sum (f64.add (local.get $sum) (f64.load (i32.add (local.get $g) (local.get $values)))))
        (local.set $sum (f64.add (local.get $sum) (f64.load (i32.add (local.get $h) (local.get $values)))))
        (br $eight)))
    (local.get $sum))

  ;; Makes bytes, less 128, of the codes of $slots slots of 64 rows, in eight groups whose codes are $size bytes apart: the 64
  ;; of a slot side by side, from $bytes on. No code may be above 255.
  (func (export "narrow") (param $slots i32) (param $size i32) (param $bytes i32)
    (local $at i32) (local $from i32) (local $next i32) (local $end i32) (local $group i32)
    (local.set $end (i32.shl (local.get $slots) (i32.const 5)))
    (loop $slot
      (local.set $from (local.get $at))
      (local.set $group (i32.const 4))
      (loop $two
        (local.set $next (i32.add (local.get $from) (local.get $size)))
        (v128.store (local.get $bytes)
          (v128.xor
            (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
              (i8x16.shuffle 2 6 10 14 18 22 26 30 2 6 10 14 18 22 26 30
                (v128.load (local.get $from)) (v128.load offset=16 (local.get $from)))
              (i8x16.shuffle 2 6 10 14 18 22 26 30 2 6 10 14 18 22 26 30
                (v128.load (local.get $next)) (v128.load offset=16 (local.get $next))))
            (i8x16.splat (i32.const 128))))
        (local.set $bytes (i32.add (local.get $bytes) (i32.const 16)))
        (local.set $from (i32.add (local.get $next) (local.get $size)))
        (br_if $two (local.tee $group (i32.sub (local.get $group) (i32.const 1)))))
      (br_if $slot (i32.lt_u
        (local.tee $at (i32.add (local.get $at) (i32.const 32)))
        (local.get $end)))))

  ;; Adds the leaves of 64 rows in every $stride'th tree from $tree to before $trees to their f64 from $sums on, sixteen rows
  ;; in a register, whatever the trees' depth: all nodes of a tree are evaluated, children first, and the result of each is
  ;; its left or its right child's, for each row the index of a leaf.
  ;; A tree has two i32 from $list on: where its nodes begin, which end where the next tree's begin, and where its values
  ;; are. A node is four i32: where its slot's 64 codes are, its limit less 128, and where the results of its left and its
  ;; right child are, which for a leaf are 64 times its index in the tree, the first at $leaves. Results are written one
  ;; after the other from $results on.
  (func (export "wide")
    (param $tree i32) (param $trees i32) (param $stride i32) (param $list i32) (param $leaves i32) (param $results i32)
    (param $sums i32)
    (local $at i32) (local $end i32) (local $values i32) (local $to i32) (local $root i32)
    (local $codes i32) (local $left i32) (local $right i32) (local $limit v128)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $tree) (local.get $trees)))
        (local.set $at (i32.add (local.get $list) (i32.shl (local.get $tree) (i32.const 3))))
        (local.set $values (i32.load offset=4 (local.get $at)))
        (local.set $end (i32.load offset=8 (local.get $at)))
        (local.set $at (i32.load (local.get $at)))
        (local.set $root (local.get $leaves))
        (local.set $to (local.get $results))
        (block $evaluated
          (loop $node
            (br_if $evaluated (i32.ge_u (local.get $at) (local.get $end)))
            (local.set $codes (i32.load (local.get $at)))
            (local.set $limit (v128.load8_splat offset=4 (local.get $at)))
            (local.set $left (i32.load offset=8 (local.get $at)))
            (local.set $right (i32.load offset=12 (local.get $at)))
            (v128.store (local.get $to)
              (v128.bitselect
                (v128.load (local.get $right))
                (v128.load (local.get $left))
                (i8x16.gt_s (v128.load (local.get $codes)) (local.get $limit))))
            (v128.store offset=16 (local.get $to)
              (v128.bitselect
                (v128.load offset=16 (local.get $right))
                (v128.load offset=16 (local.get $left))
                (i8x16.gt_s (v128.load offset=16 (local.get $codes)) (local.get $limit))))
            (v128.store offset=32 (local.get $to)
              (v128.bitselect
                (v128.load offset=32 (local.get $right))
                (v128.load offset=32 (local.get $left))
                (i8x16.gt_s (v128.load offset=32 (local.get $codes)) (local.get $limit))))
            (v128.store offset=48 (local.get $to)
              (v128.bitselect
                (v128.load offset=48 (local.get $right))
                (v128.load offset=48 (local.get $left))
                (i8x16.gt_s (v128.load offset=48 (local.get $codes)) (local.get $limit))))
            (local.set $root (local.get $to))
            (local.set $to (i32.add (local.get $to) (i32.const 64)))
            (local.set $at (i32.add (local.get $at) (i32.const 16)))
            (br $node)))
        (local.set $end (i32.add (local.get $root) (i32.const 64)))
        (local.set $to (local.get $sums))
        (loop $four
          (f64.store (local.get $to)
            (f64.add (f64.load (local.get $to))
              (f64.load
                (i32.add (local.get $values) (i32.shl (i32.load8_u (local.get $root)) (i32.const 3))))))
          (f64.store offset=8 (local.get $to)
            (f64.add (f64.load offset=8 (local.get $to))
              (f64.load
                (i32.add (local.get $values) (i32.shl (i32.load8_u offset=1 (local.get $root)) (i32.const 3))))))
          (f64.store offset=16 (local.get $to)
            (f64.add (f64.load offset=16 (local.get $to))
              (f64.load
                (i32.add (local.get $values) (i32.shl (i32.load8_u offset=2 (local.get $root)) (i32.const 3))))))
          (f64.store offset=24 (local.get $to)
            (f64.add (f64.load offset=24 (local.get $to))
              (f64.load
                (i32.add (local.get $values) (i32.shl (i32.load8_u offset=3 (local.get $root)) (i32.const 3))))))
          (local.set $to (i32.add (local.get $to) (i32.const 32)))
          (br_if $four (i32.lt_u
            (local.tee $root (i32.add (local.get $root) (i32.const 4)))
            (local.get $end))))
        (local.set $tree (i32.add (local.get $tree) (local.get $stride)))
        (br $next)))))
