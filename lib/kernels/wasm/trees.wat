;; Walks of forests (padded.ts, links.ts, open.ts, wide.ts), and the ranks of dense columns (ranks.ts). Addresses are bytes. Codes of
;; eight rows lie side by side, 32 bytes a slot, from address 0 on; one row's are those of the first of eight.
;;
;; also in single precision
(module
  (import "spillway" "memory" (memory 1))

  ;; Writes the ranks of each column's numbers in four rows, which lie side by side from $numbers on, 32 bytes from column to
  ;; column. A record of a column has five i32: where its thresholds begin, less 4; half of their power of two, in bytes; the
  ;; code of a missing number; the places of both its slots from $codes on. A rank is a difference of addresses, 4 bytes
  ;; each, and codes are shifted by 16.
  (func (export "ranks")
    (param $record i32) (param $end i32) (param $numbers i32) (param $codes i32)
    (local $base i32) (local $jump i32) (local $missing i32) (local $to i32) (local $first i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $na f32) (local $nb f32) (local $nc f32) (local $nd f32)
    (block $done
      (loop $column
        (br_if $done (i32.ge_u (local.get $record) (local.get $end)))
        (local.set $base (i32.load (local.get $record)))
        (local.set $jump (i32.load offset=4 (local.get $record)))
        (local.set $a (local.get $base))
        (local.set $na (f32.load (local.get $numbers)))
        (local.set $b (local.get $base))
        (local.set $nb (f32.load offset=4 (local.get $numbers)))
        (local.set $c (local.get $base))
        (local.set $nc (f32.load offset=8 (local.get $numbers)))
        (local.set $d (local.get $base))
        (local.set $nd (f32.load offset=12 (local.get $numbers)))
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
        (local.set $numbers (i32.add (local.get $numbers) (i32.const 32)))
        (local.set $record (i32.add (local.get $record) (i32.const 20)))
        (br $column))))

  ;; The same for one row, four columns at a time: the records must be a multiple of four.
  (func (export "rank")
    (param $record i32) (param $end i32) (param $numbers i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $ja i32) (local $jb i32) (local $jc i32) (local $jd i32)
    (local $na f32) (local $nb f32) (local $nc f32) (local $nd f32)
    (block $done
      (loop $columns
        (br_if $done (i32.ge_u (local.get $record) (local.get $end)))
        (local.set $a (i32.load (local.get $record)))
        (local.set $ja (i32.load offset=4 (local.get $record)))
        (local.set $na (f32.load (local.get $numbers)))
        (local.set $b (i32.load offset=20 (local.get $record)))
        (local.set $jb (i32.load offset=24 (local.get $record)))
        (local.set $nb (f32.load offset=32 (local.get $numbers)))
        (local.set $c (i32.load offset=40 (local.get $record)))
        (local.set $jc (i32.load offset=44 (local.get $record)))
        (local.set $nc (f32.load offset=64 (local.get $numbers)))
        (local.set $d (i32.load offset=60 (local.get $record)))
        (local.set $jd (i32.load offset=64 (local.get $record)))
        (local.set $nd (f32.load offset=96 (local.get $numbers)))
        (block $found
          (loop $search
            (br_if $found (i32.eqz
              (i32.or (i32.or (local.get $ja) (local.get $jb)) (i32.or (local.get $jc) (local.get $jd)))))
            (local.set $a
              (select (i32.add (local.get $a) (local.get $ja)) (local.get $a)
                (f32.lt (f32.load (i32.add (local.get $a) (local.get $ja))) (local.get $na))))
            (local.set $ja (i32.and (i32.shr_u (local.get $ja) (i32.const 1)) (i32.const -4)))
            (local.set $b
              (select (i32.add (local.get $b) (local.get $jb)) (local.get $b)
                (f32.lt (f32.load (i32.add (local.get $b) (local.get $jb))) (local.get $nb))))
            (local.set $jb (i32.and (i32.shr_u (local.get $jb) (i32.const 1)) (i32.const -4)))
            (local.set $c
              (select (i32.add (local.get $c) (local.get $jc)) (local.get $c)
                (f32.lt (f32.load (i32.add (local.get $c) (local.get $jc))) (local.get $nc))))
            (local.set $jc (i32.and (i32.shr_u (local.get $jc) (i32.const 1)) (i32.const -4)))
            (local.set $d
              (select (i32.add (local.get $d) (local.get $jd)) (local.get $d)
                (f32.lt (f32.load (i32.add (local.get $d) (local.get $jd))) (local.get $nd))))
            (local.set $jd (i32.and (i32.shr_u (local.get $jd) (i32.const 1)) (i32.const -4)))
            (br $search)))
        (local.set $a (i32.shl (i32.sub (local.get $a) (i32.load (local.get $record))) (i32.const 14)))
        (i32.store (i32.load offset=12 (local.get $record))
          (select (local.get $a) (i32.load offset=8 (local.get $record)) (f32.eq (local.get $na) (local.get $na))))
        (i32.store (i32.load offset=16 (local.get $record))
          (select (i32.add (local.get $a) (i32.const 65536)) (i32.const 0) (f32.eq (local.get $na) (local.get $na))))
        (local.set $b (i32.shl (i32.sub (local.get $b) (i32.load offset=20 (local.get $record))) (i32.const 14)))
        (i32.store (i32.load offset=32 (local.get $record))
          (select (local.get $b) (i32.load offset=28 (local.get $record)) (f32.eq (local.get $nb) (local.get $nb))))
        (i32.store (i32.load offset=36 (local.get $record))
          (select (i32.add (local.get $b) (i32.const 65536)) (i32.const 0) (f32.eq (local.get $nb) (local.get $nb))))
        (local.set $c (i32.shl (i32.sub (local.get $c) (i32.load offset=40 (local.get $record))) (i32.const 14)))
        (i32.store (i32.load offset=52 (local.get $record))
          (select (local.get $c) (i32.load offset=48 (local.get $record)) (f32.eq (local.get $nc) (local.get $nc))))
        (i32.store (i32.load offset=56 (local.get $record))
          (select (i32.add (local.get $c) (i32.const 65536)) (i32.const 0) (f32.eq (local.get $nc) (local.get $nc))))
        (local.set $d (i32.shl (i32.sub (local.get $d) (i32.load offset=60 (local.get $record))) (i32.const 14)))
        (i32.store (i32.load offset=72 (local.get $record))
          (select (local.get $d) (i32.load offset=68 (local.get $record)) (f32.eq (local.get $nd) (local.get $nd))))
        (i32.store (i32.load offset=76 (local.get $record))
          (select (i32.add (local.get $d) (i32.const 65536)) (i32.const 0) (f32.eq (local.get $nd) (local.get $nd))))
        (local.set $numbers (i32.add (local.get $numbers) (i32.const 128)))
        (local.set $record (i32.add (local.get $record) (i32.const 80)))
        (br $columns))))

  ;; Walks side by side end each step with a branch that is never taken. Without it the compiler loads for all of them before
  ;; it goes on with any, and runs out of registers.
  ;;
  ;; In both walks $first is the bytes of the words of the first level, $last those that the leaves would have as words.

  ;; Every $stride'th tree from $tree to before $trees, by groups of eight rows whose codes are $size bytes apart; a row's
  ;; leaves are added to its f64 from $sums on.
  (func (export "rows")
    (param $tree i32) (param $trees i32) (param $stride i32) (param $words i32) (param $first i32) (param $last i32)
    (param $leaves i32) (param $size i32) (param $sums i32) (param $end i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $e i32) (local $f i32) (local $g i32) (local $h i32)
    (local $word i32) (local $base i32) (local $width i32) (local $codes i32) (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $tree) (local.get $trees)))
        (local.set $codes (i32.const 0))
        (local.set $sum (local.get $sums))
        (loop $group
          (local.set $a (local.get $tree))
          (local.set $b (local.get $tree))
          (local.set $c (local.get $tree))
          (local.set $d (local.get $tree))
          (local.set $e (local.get $tree))
          (local.set $f (local.get $tree))
          (local.set $g (local.get $tree))
          (local.set $h (local.get $tree))
          (local.set $base (local.get $words))
          (local.set $width (local.get $first))
          (block $reached
            (loop $level
              (br_if $reached (i32.eq (local.get $width) (local.get $last)))
              (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $a) (i32.const 2)))))
              (br_if $reached (i32.lt_s
                (local.tee $a
                  (i32.add (i32.shl (local.get $a) (i32.const 1))
                    (i32.shr_u
                      (i32.sub (local.get $word)
                        (i32.load (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))))
                (i32.const 0)))
              (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $b) (i32.const 2)))))
              (br_if $reached (i32.lt_s
                (local.tee $b
                  (i32.add (i32.shl (local.get $b) (i32.const 1))
                    (i32.shr_u
                      (i32.sub (local.get $word)
                        (i32.load offset=4 (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))))
                (i32.const 0)))
              (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $c) (i32.const 2)))))
              (br_if $reached (i32.lt_s
                (local.tee $c
                  (i32.add (i32.shl (local.get $c) (i32.const 1))
                    (i32.shr_u
                      (i32.sub (local.get $word)
                        (i32.load offset=8 (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))))
                (i32.const 0)))
              (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $d) (i32.const 2)))))
              (br_if $reached (i32.lt_s
                (local.tee $d
                  (i32.add (i32.shl (local.get $d) (i32.const 1))
                    (i32.shr_u
                      (i32.sub (local.get $word)
                        (i32.load offset=12 (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))))
                (i32.const 0)))
              (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $e) (i32.const 2)))))
              (br_if $reached (i32.lt_s
                (local.tee $e
                  (i32.add (i32.shl (local.get $e) (i32.const 1))
                    (i32.shr_u
                      (i32.sub (local.get $word)
                        (i32.load offset=16 (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))))
                (i32.const 0)))
              (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $f) (i32.const 2)))))
              (br_if $reached (i32.lt_s
                (local.tee $f
                  (i32.add (i32.shl (local.get $f) (i32.const 1))
                    (i32.shr_u
                      (i32.sub (local.get $word)
                        (i32.load offset=20 (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))))
                (i32.const 0)))
              (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $g) (i32.const 2)))))
              (br_if $reached (i32.lt_s
                (local.tee $g
                  (i32.add (i32.shl (local.get $g) (i32.const 1))
                    (i32.shr_u
                      (i32.sub (local.get $word)
                        (i32.load offset=24 (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))))
                (i32.const 0)))
              (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $h) (i32.const 2)))))
              (br_if $reached (i32.lt_s
                (local.tee $h
                  (i32.add (i32.shl (local.get $h) (i32.const 1))
                    (i32.shr_u
                      (i32.sub (local.get $word)
                        (i32.load offset=28 (i32.add (local.get $codes) (i32.and (local.get $word) (i32.const 0xffff)))))
                      (i32.const 31))))
                (i32.const 0)))
              (local.set $base (i32.add (local.get $base) (local.get $width)))
              (local.set $width (i32.shl (local.get $width) (i32.const 1)))
              (br $level)))
          (f64.store (local.get $sum)
            (f64.add (f64.load (local.get $sum))
              (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $a) (i32.const 3))))))
          (f64.store offset=8 (local.get $sum)
            (f64.add (f64.load offset=8 (local.get $sum))
              (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $b) (i32.const 3))))))
          (f64.store offset=16 (local.get $sum)
            (f64.add (f64.load offset=16 (local.get $sum))
              (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $c) (i32.const 3))))))
          (f64.store offset=24 (local.get $sum)
            (f64.add (f64.load offset=24 (local.get $sum))
              (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $d) (i32.const 3))))))
          (f64.store offset=32 (local.get $sum)
            (f64.add (f64.load offset=32 (local.get $sum))
              (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $e) (i32.const 3))))))
          (f64.store offset=40 (local.get $sum)
            (f64.add (f64.load offset=40 (local.get $sum))
              (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $f) (i32.const 3))))))
          (f64.store offset=48 (local.get $sum)
            (f64.add (f64.load offset=48 (local.get $sum))
              (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $g) (i32.const 3))))))
          (f64.store offset=56 (local.get $sum)
            (f64.add (f64.load offset=56 (local.get $sum))
              (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $h) (i32.const 3))))))
          (local.set $codes (i32.add (local.get $codes) (local.get $size)))
          (br_if $group (i32.lt_u
            (local.tee $sum (i32.add (local.get $sum) (i32.const 64)))
            (local.get $end))))
        (local.set $tree (i32.add (local.get $tree) (local.get $stride)))
        (br $next))))

  ;; The sum of one row's leaves on top of $sum: eight trees at a time, of which there must be enough.
  (func (export "trees")
    (param $tree i32) (param $trees i32) (param $stride i32) (param $words i32) (param $first i32) (param $last i32)
    (param $leaves i32) (param $sum f64) (result f64)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $e i32) (local $f i32) (local $g i32) (local $h i32)
    (local $word i32) (local $base i32) (local $width i32)
    (block $done
      (loop $together
        (br_if $done (i32.ge_u (local.get $tree) (local.get $trees)))
        (local.set $a (local.get $tree))
        (local.set $b (i32.add (local.get $a) (local.get $stride)))
        (local.set $c (i32.add (local.get $b) (local.get $stride)))
        (local.set $d (i32.add (local.get $c) (local.get $stride)))
        (local.set $e (i32.add (local.get $d) (local.get $stride)))
        (local.set $f (i32.add (local.get $e) (local.get $stride)))
        (local.set $g (i32.add (local.get $f) (local.get $stride)))
        (local.set $h (i32.add (local.get $g) (local.get $stride)))
        (local.set $tree (i32.add (local.get $h) (local.get $stride)))
        (local.set $base (local.get $words))
        (local.set $width (local.get $first))
        (block $reached
          (loop $level
            (br_if $reached (i32.eq (local.get $width) (local.get $last)))
            (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $a) (i32.const 2)))))
            (br_if $reached (i32.lt_s
              (local.tee $a
                (i32.add (i32.shl (local.get $a) (i32.const 1))
                  (i32.shr_u
                    (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                    (i32.const 31))))
              (i32.const 0)))
            (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $b) (i32.const 2)))))
            (br_if $reached (i32.lt_s
              (local.tee $b
                (i32.add (i32.shl (local.get $b) (i32.const 1))
                  (i32.shr_u
                    (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                    (i32.const 31))))
              (i32.const 0)))
            (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $c) (i32.const 2)))))
            (br_if $reached (i32.lt_s
              (local.tee $c
                (i32.add (i32.shl (local.get $c) (i32.const 1))
                  (i32.shr_u
                    (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                    (i32.const 31))))
              (i32.const 0)))
            (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $d) (i32.const 2)))))
            (br_if $reached (i32.lt_s
              (local.tee $d
                (i32.add (i32.shl (local.get $d) (i32.const 1))
                  (i32.shr_u
                    (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                    (i32.const 31))))
              (i32.const 0)))
            (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $e) (i32.const 2)))))
            (br_if $reached (i32.lt_s
              (local.tee $e
                (i32.add (i32.shl (local.get $e) (i32.const 1))
                  (i32.shr_u
                    (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                    (i32.const 31))))
              (i32.const 0)))
            (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $f) (i32.const 2)))))
            (br_if $reached (i32.lt_s
              (local.tee $f
                (i32.add (i32.shl (local.get $f) (i32.const 1))
                  (i32.shr_u
                    (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                    (i32.const 31))))
              (i32.const 0)))
            (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $g) (i32.const 2)))))
            (br_if $reached (i32.lt_s
              (local.tee $g
                (i32.add (i32.shl (local.get $g) (i32.const 1))
                  (i32.shr_u
                    (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                    (i32.const 31))))
              (i32.const 0)))
            (local.set $word (i32.load (i32.add (local.get $base) (i32.shl (local.get $h) (i32.const 2)))))
            (br_if $reached (i32.lt_s
              (local.tee $h
                (i32.add (i32.shl (local.get $h) (i32.const 1))
                  (i32.shr_u
                    (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                    (i32.const 31))))
              (i32.const 0)))
            (local.set $base (i32.add (local.get $base) (local.get $width)))
            (local.set $width (i32.shl (local.get $width) (i32.const 1)))
            (br $level)))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $a) (i32.const 3))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $b) (i32.const 3))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $c) (i32.const 3))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $d) (i32.const 3))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $e) (i32.const 3))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $f) (i32.const 3))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $g) (i32.const 3))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $h) (i32.const 3))))))
        (br $together)))
    (local.get $sum))

  ;; The same for trees that aren't padded: a node is two i32, its word and where its left child is, which the right one
  ;; follows; a leaf is its own left child, and its value is as far from it as $values says. A tree's root is in a list
  ;; of i32 from $roots on, its height in one from $heights on.
  (func (export "links")
    (param $tree i32) (param $trees i32) (param $stride i32) (param $roots i32) (param $heights i32) (param $values i32)
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
                      (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $b)))
            (br_if $reached (i32.lt_s
              (local.tee $b
                (i32.add (i32.load offset=4 (local.get $b))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $c)))
            (br_if $reached (i32.lt_s
              (local.tee $c
                (i32.add (i32.load offset=4 (local.get $c))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $d)))
            (br_if $reached (i32.lt_s
              (local.tee $d
                (i32.add (i32.load offset=4 (local.get $d))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $e)))
            (br_if $reached (i32.lt_s
              (local.tee $e
                (i32.add (i32.load offset=4 (local.get $e))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $f)))
            (br_if $reached (i32.lt_s
              (local.tee $f
                (i32.add (i32.load offset=4 (local.get $f))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $g)))
            (br_if $reached (i32.lt_s
              (local.tee $g
                (i32.add (i32.load offset=4 (local.get $g))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
                      (i32.const 31))
                    (i32.const 3))))
              (i32.const 0)))
            (local.set $word (i32.load (local.get $h)))
            (br_if $reached (i32.lt_s
              (local.tee $h
                (i32.add (i32.load offset=4 (local.get $h))
                  (i32.shl
                    (i32.shr_u
                      (i32.sub (local.get $word) (i32.load (i32.and (local.get $word) (i32.const 0xffff))))
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

  ;; Asks one row all questions. A column's thresholds ascend, sixteen to a block, the very last of them infinite. A row goes right in all of the
  ;; blocks whose last threshold its number is above, and left in those after the next one, so that one block alone is looked into. A record of
  ;; a column has eight i32: where its number is; its thresholds; the last ones of its blocks, a multiple of sixteen of them, and where they
  ;; end; where its answers end; those for a missing number; where the addresses of its masks (masks.ts) are, by rank, or 0; and where the one for
  ;; this row goes. An answer is a byte from $to on: 2 where the row goes right, else 0. $steps is where as many answers of 2 as a column has
  ;; turn to 0; beyond its own a column may write up to 48 of these, and the next one writes over them.
  (func (export "ask") (param $record i32) (param $end i32) (param $to i32) (param $steps i32)
    (local $number v128) (local $two v128) (local $right v128) (local $stop i32) (local $at i32) (local $last i32)
    (local $above i32) (local $step i32) (local $masks i32)
    (local.set $two (i8x16.splat (i32.const 2)))
    (block $done
      (loop $column
        (br_if $done (i32.ge_u (local.get $record) (local.get $end)))
        (local.set $number (v128.load32_splat (i32.load (local.get $record))))
        (local.set $stop (i32.load offset=16 (local.get $record)))
        (local.set $masks (i32.load offset=24 (local.get $record)))
        (if (f32.ne (f32x4.extract_lane 0 (local.get $number)) (f32x4.extract_lane 0 (local.get $number)))
          (then
            (memory.copy (local.get $to) (i32.load offset=20 (local.get $record))
              (i32.sub (local.get $stop) (local.get $to)))
            ;; Those of a missing number come before those of the ranks.
            (local.set $masks (i32.sub (local.get $masks) (i32.const 4))))
          (else
            (local.set $at (i32.load offset=8 (local.get $record)))
            (local.set $last (i32.load offset=12 (local.get $record)))
            (local.set $above (i32.const 0))
            (loop $blocks
              (local.set $above
                (i32.add (local.get $above)
                  (i32.shl
                    (i32.popcnt
                      (i8x16.bitmask
                        (i8x16.narrow_i16x8_s
                          (i16x8.narrow_i32x4_s
                            (f32x4.gt (local.get $number) (v128.load (local.get $at)))
                            (f32x4.gt (local.get $number) (v128.load offset=16 (local.get $at))))
                          (i16x8.narrow_i32x4_s
                            (f32x4.gt (local.get $number) (v128.load offset=32 (local.get $at)))
                            (f32x4.gt (local.get $number) (v128.load offset=48 (local.get $at)))))))
                    (i32.const 4))))
              (br_if $blocks (i32.lt_u
                (local.tee $at (i32.add (local.get $at) (i32.const 64)))
                (local.get $last))))
            (local.set $at
              (i32.add (i32.load offset=4 (local.get $record)) (i32.shl (local.get $above) (i32.const 2))))
            (local.set $right
              (i8x16.narrow_i16x8_s
                (i16x8.narrow_i32x4_s
                  (f32x4.gt (local.get $number) (v128.load (local.get $at)))
                  (f32x4.gt (local.get $number) (v128.load offset=16 (local.get $at))))
                (i16x8.narrow_i32x4_s
                  (f32x4.gt (local.get $number) (v128.load offset=32 (local.get $at)))
                  (f32x4.gt (local.get $number) (v128.load offset=48 (local.get $at))))))
            (local.set $masks
              (i32.add (local.get $masks)
                (i32.shl
                  (i32.add (local.get $above) (i32.popcnt (i8x16.bitmask (local.get $right))))
                  (i32.const 2))))
            (local.set $step (i32.sub (local.get $steps) (local.get $above)))
            (local.set $above (i32.add (local.get $to) (local.get $above)))
            (loop $four
              (v128.store (local.get $to) (v128.load (local.get $step)))
              (v128.store offset=16 (local.get $to) (v128.load offset=16 (local.get $step)))
              (v128.store offset=32 (local.get $to) (v128.load offset=32 (local.get $step)))
              (v128.store offset=48 (local.get $to) (v128.load offset=48 (local.get $step)))
              (local.set $step (i32.add (local.get $step) (i32.const 64)))
              (br_if $four (i32.lt_u
                (local.tee $to (i32.add (local.get $to) (i32.const 64)))
                (local.get $stop))))
            (v128.store (local.get $above) (v128.and (local.get $two) (local.get $right)))))
        (if (i32.load offset=24 (local.get $record))
          (then (i32.store (i32.load offset=28 (local.get $record)) (i32.load (local.get $masks)))))
        (local.set $to (local.get $stop))
        (local.set $record (i32.add (local.get $record) (i32.const 32)))
        (br $column))))

  ;; The sum of the leaves of a row that was asked, in trees $tree to before $end, on top of $sum: eight padded trees at a time, of which there
  ;; must be enough. A node is the u16 of its answer's place: words begin at 0x80000, answers at 0xa0000. A walk that is at byte $a of the words
  ;; goes on to twice that and its answer. A tree begins at the level of its exits (exits.ts), at $first for tree 0 and $step further for each, and there at the
  ;; one whose number is in the byte at 0xb0000 and the tree. $depth is how many steps it is from there. Walks take two steps at a time, and every other one then
  ;; a branch, as above.
  (func (export "asked")
    (param $tree i32) (param $end i32) (param $first i32) (param $step i32) (param $depth i32) (param $leaves i32)
    (param $sum f64) (result f64)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $e i32) (local $f i32) (local $g i32) (local $h i32) (local $left i32) (local $node i32)
    (local.set $node (i32.add (local.get $first) (i32.mul (local.get $tree) (local.get $step))))
    (block $done
      (loop $together
        (br_if $done (i32.ge_u (local.get $tree) (local.get $end)))
        (local.set $a
          (i32.add (local.get $node)
            (i32.shl (i32.load8_u offset=0xb0000 (local.get $tree)) (i32.const 1))))
        (local.set $node (i32.add (local.get $node) (local.get $step)))
        (local.set $b
          (i32.add (local.get $node)
            (i32.shl (i32.load8_u offset=0xb0001 (local.get $tree)) (i32.const 1))))
        (local.set $node (i32.add (local.get $node) (local.get $step)))
        (local.set $c
          (i32.add (local.get $node)
            (i32.shl (i32.load8_u offset=0xb0002 (local.get $tree)) (i32.const 1))))
        (local.set $node (i32.add (local.get $node) (local.get $step)))
        (local.set $d
          (i32.add (local.get $node)
            (i32.shl (i32.load8_u offset=0xb0003 (local.get $tree)) (i32.const 1))))
        (local.set $node (i32.add (local.get $node) (local.get $step)))
        (local.set $e
          (i32.add (local.get $node)
            (i32.shl (i32.load8_u offset=0xb0004 (local.get $tree)) (i32.const 1))))
        (local.set $node (i32.add (local.get $node) (local.get $step)))
        (local.set $f
          (i32.add (local.get $node)
            (i32.shl (i32.load8_u offset=0xb0005 (local.get $tree)) (i32.const 1))))
        (local.set $node (i32.add (local.get $node) (local.get $step)))
        (local.set $g
          (i32.add (local.get $node)
            (i32.shl (i32.load8_u offset=0xb0006 (local.get $tree)) (i32.const 1))))
        (local.set $node (i32.add (local.get $node) (local.get $step)))
        (local.set $h
          (i32.add (local.get $node)
            (i32.shl (i32.load8_u offset=0xb0007 (local.get $tree)) (i32.const 1))))
        (local.set $node (i32.add (local.get $node) (local.get $step)))
        (local.set $tree (i32.add (local.get $tree) (i32.const 8)))
        (local.set $left (local.get $depth))
        (if (i32.and (local.get $left) (i32.const 1))
          (then
            (local.set $a
              (i32.add (i32.shl (local.get $a) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $a)))))
            (local.set $b
              (i32.add (i32.shl (local.get $b) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $b)))))
            (local.set $c
              (i32.add (i32.shl (local.get $c) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $c)))))
            (local.set $d
              (i32.add (i32.shl (local.get $d) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $d)))))
            (local.set $e
              (i32.add (i32.shl (local.get $e) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $e)))))
            (local.set $f
              (i32.add (i32.shl (local.get $f) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $f)))))
            (local.set $g
              (i32.add (i32.shl (local.get $g) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $g)))))
            (local.set $h
              (i32.add (i32.shl (local.get $h) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $h)))))
          ))
        (block $reached
          (loop $levels
            (br_if $reached (i32.lt_s (local.tee $left (i32.sub (local.get $left) (i32.const 2))) (i32.const 0)))
            (local.set $a
              (i32.add (i32.shl (local.get $a) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $a)))))
            (local.set $a
              (i32.add (i32.shl (local.get $a) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $a)))))
            (local.set $b
              (i32.add (i32.shl (local.get $b) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $b)))))
            (br_if $reached (i32.lt_s
              (local.tee $b
                (i32.add (i32.shl (local.get $b) (i32.const 1))
                  (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $b)))))
              (i32.const 0)))
            (local.set $c
              (i32.add (i32.shl (local.get $c) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $c)))))
            (local.set $c
              (i32.add (i32.shl (local.get $c) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $c)))))
            (local.set $d
              (i32.add (i32.shl (local.get $d) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $d)))))
            (br_if $reached (i32.lt_s
              (local.tee $d
                (i32.add (i32.shl (local.get $d) (i32.const 1))
                  (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $d)))))
              (i32.const 0)))
            (local.set $e
              (i32.add (i32.shl (local.get $e) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $e)))))
            (local.set $e
              (i32.add (i32.shl (local.get $e) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $e)))))
            (local.set $f
              (i32.add (i32.shl (local.get $f) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $f)))))
            (br_if $reached (i32.lt_s
              (local.tee $f
                (i32.add (i32.shl (local.get $f) (i32.const 1))
                  (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $f)))))
              (i32.const 0)))
            (local.set $g
              (i32.add (i32.shl (local.get $g) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $g)))))
            (local.set $g
              (i32.add (i32.shl (local.get $g) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $g)))))
            (local.set $h
              (i32.add (i32.shl (local.get $h) (i32.const 1))
                (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $h)))))
            (br_if $reached (i32.lt_s
              (local.tee $h
                (i32.add (i32.shl (local.get $h) (i32.const 1))
                  (i32.load8_u offset=0xa0000 (i32.load16_u offset=0x80000 (local.get $h)))))
              (i32.const 0)))
            (br $levels)))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $a) (i32.const 2))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $b) (i32.const 2))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $c) (i32.const 2))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $d) (i32.const 2))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $e) (i32.const 2))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $f) (i32.const 2))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $g) (i32.const 2))))))
        (local.set $sum
          (f64.add (local.get $sum) (f64.load (i32.add (local.get $leaves) (i32.shl (local.get $h) (i32.const 2))))))
        (br $together)))
    (local.get $sum))

  ;; $size bytes of masks (masks.ts), a multiple of 64, combined over columns, at $to. From $pointers to $last there is the address of each column's, of
  ;; one at least.
  (func $combine (export "combine") (param $pointers i32) (param $last i32) (param $size i32) (param $to i32)
    (local $pointer i32) (local $at i32) (local $offset i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $four
      (local.set $a (i32x4.splat (i32.const -1)))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $pointer (local.get $pointers))
      (loop $column
        (local.set $at (i32.add (i32.load (local.get $pointer)) (local.get $offset)))
        (local.set $a (v128.and (local.get $a) (v128.load (local.get $at))))
        (local.set $b (v128.and (local.get $b) (v128.load offset=16 (local.get $at))))
        (local.set $c (v128.and (local.get $c) (v128.load offset=32 (local.get $at))))
        (local.set $d (v128.and (local.get $d) (v128.load offset=48 (local.get $at))))
        (br_if $column (i32.lt_u
          (local.tee $pointer (i32.add (local.get $pointer) (i32.const 4)))
          (local.get $last))))
      (v128.store (local.get $to) (local.get $a))
      (v128.store offset=16 (local.get $to) (local.get $b))
      (v128.store offset=32 (local.get $to) (local.get $c))
      (v128.store offset=48 (local.get $to) (local.get $d))
      (local.set $to (i32.add (local.get $to) (i32.const 64)))
      (br_if $four (i32.lt_u
        (local.tee $offset (i32.add (local.get $offset) (i32.const 64)))
        (local.get $size)))))

  ;; The number of each tree's first exit that all columns leave open (exits.ts), in bytes at $to: of a mask, how many bits are below its lowest.
  (func (export "exits") (param $pointers i32) (param $last i32) (param $size i32) (param $to i32)
    (local $masks v128) (local $end i32)
    (call $combine (local.get $pointers) (local.get $last) (local.get $size) (local.get $to))
    (local.set $end (i32.add (local.get $to) (local.get $size)))
    (loop $sixteen
      (local.set $masks (v128.load (local.get $to)))
      (v128.store (local.get $to)
        (i8x16.popcnt
          (v128.andnot (i8x16.sub (local.get $masks) (i8x16.splat (i32.const 1))) (local.get $masks))))
      (br_if $sixteen (i32.lt_u
        (local.tee $to (i32.add (local.get $to) (i32.const 16)))
        (local.get $end)))))

  ;; The sum, on top of $sum, of the first leaf that is open in every $stride'th tree from $tree to before $trees: masks lie from $masks on,
  ;; and the leaves of a tree are 32 f64 from $leaves on.
  (func (export "open")
    (param $masks i32) (param $tree i32) (param $trees i32) (param $stride i32) (param $leaves i32)
    (param $sum f64) (result f64)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $tree) (local.get $trees)))
        (local.set $sum
          (f64.add (local.get $sum)
            (f64.load
              (i32.add (local.get $leaves)
                (i32.shl
                  (i32.add
                    (i32.shl (local.get $tree) (i32.const 5))
                    (i32.ctz (i32.load (i32.add (local.get $masks) (i32.shl (local.get $tree) (i32.const 2))))))
                  (i32.const 3))))))
        (local.set $tree (i32.add (local.get $tree) (local.get $stride)))
        (br $next)))
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

  ;; Writes the ranks of 64 rows' numbers as bytes (bytes.ts), 255 for a missing one. A record of a column has six i32: where its
  ;; numbers are; where its bytes go; where its buckets are, a byte each, how many thresholds lie in earlier ones; where its thresholds
  ;; begin, less 4; the half of the power of two that no bucket's thresholds reach; the last bucket; then two floats, the least
  ;; threshold and the buckets a unit.
  (func (export "place") (param $record i32) (param $end i32)
    (local $numbers i32) (local $to i32) (local $before i32) (local $thresholds i32) (local $half i32) (local $jump i32)
    (local $stop i32) (local $place v128) (local $last v128) (local $least v128) (local $rate v128)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $x f32) (local $y f32) (local $z f32) (local $w f32)
    (block $done
      (loop $column
        (br_if $done (i32.ge_u (local.get $record) (local.get $end)))
        (local.set $numbers (i32.load (local.get $record)))
        (local.set $to (i32.load offset=4 (local.get $record)))
        (local.set $before (i32.load offset=8 (local.get $record)))
        (local.set $thresholds (i32.load offset=12 (local.get $record)))
        (local.set $half (i32.load offset=16 (local.get $record)))
        (local.set $last (v128.load32_splat offset=20 (local.get $record)))
        (local.set $least (v128.load32_splat offset=24 (local.get $record)))
        (local.set $rate (v128.load32_splat offset=28 (local.get $record)))
        (local.set $stop (i32.add (local.get $to) (i32.const 64)))
        (loop $four
            (local.set $place
              (i32x4.min_s (local.get $last)
                (i32x4.max_s (v128.const i32x4 0 0 0 0)
                  (i32x4.trunc_sat_f32x4_s
                    (f32x4.mul (local.get $rate)
                      (f32x4.sub (v128.load (local.get $numbers)) (local.get $least)))))))
            (local.set $a (i32.load8_u (i32.add (local.get $before) (i32x4.extract_lane 0 (local.get $place)))))
            (local.set $x (f32.load offset=0 (local.get $numbers)))
            (local.set $b (i32.load8_u (i32.add (local.get $before) (i32x4.extract_lane 1 (local.get $place)))))
            (local.set $y (f32.load offset=4 (local.get $numbers)))
            (local.set $c (i32.load8_u (i32.add (local.get $before) (i32x4.extract_lane 2 (local.get $place)))))
            (local.set $z (f32.load offset=8 (local.get $numbers)))
            (local.set $d (i32.load8_u (i32.add (local.get $before) (i32x4.extract_lane 3 (local.get $place)))))
            (local.set $w (f32.load offset=12 (local.get $numbers)))
            (local.set $jump (local.get $half))
            (block $found
              (loop $search
                (br_if $found (i32.eqz (local.get $jump)))
                (local.set $a
                  (i32.add (local.get $a)
                    (i32.mul (local.get $jump)
                      (f32.lt
                        (f32.load
                          (i32.add (local.get $thresholds)
                            (i32.shl (i32.add (local.get $a) (local.get $jump)) (i32.const 2))))
                        (local.get $x)))))
                (local.set $b
                  (i32.add (local.get $b)
                    (i32.mul (local.get $jump)
                      (f32.lt
                        (f32.load
                          (i32.add (local.get $thresholds)
                            (i32.shl (i32.add (local.get $b) (local.get $jump)) (i32.const 2))))
                        (local.get $y)))))
                (local.set $c
                  (i32.add (local.get $c)
                    (i32.mul (local.get $jump)
                      (f32.lt
                        (f32.load
                          (i32.add (local.get $thresholds)
                            (i32.shl (i32.add (local.get $c) (local.get $jump)) (i32.const 2))))
                        (local.get $z)))))
                (local.set $d
                  (i32.add (local.get $d)
                    (i32.mul (local.get $jump)
                      (f32.lt
                        (f32.load
                          (i32.add (local.get $thresholds)
                            (i32.shl (i32.add (local.get $d) (local.get $jump)) (i32.const 2))))
                        (local.get $w)))))
                (local.set $jump (i32.shr_u (local.get $jump) (i32.const 1)))
                (br $search)))
            (i32.store8 (local.get $to)
              (i32.or (local.get $a) (i32.sub (i32.const 0) (f32.ne (local.get $x) (local.get $x)))))
            (i32.store8 offset=1 (local.get $to)
              (i32.or (local.get $b) (i32.sub (i32.const 0) (f32.ne (local.get $y) (local.get $y)))))
            (i32.store8 offset=2 (local.get $to)
              (i32.or (local.get $c) (i32.sub (i32.const 0) (f32.ne (local.get $z) (local.get $z)))))
            (i32.store8 offset=3 (local.get $to)
              (i32.or (local.get $d) (i32.sub (i32.const 0) (f32.ne (local.get $w) (local.get $w)))))
            (local.set $numbers (i32.add (local.get $numbers) (i32.const 16)))
            (br_if $four (i32.lt_u
              (local.tee $to (i32.add (local.get $to) (i32.const 4)))
              (local.get $stop))))
        (local.set $record (i32.add (local.get $record) (i32.const 32)))
        (br $column))))

  ;; Makes codes of 64 rows, less 128, of bytes that are packed as in bytes.ts. A slot's record has three i32: where its 64 bytes are, what each of them is
  ;; raised by, and where they go.
  (func (export "unpack") (param $record i32) (param $end i32)
    (local $from i32) (local $to i32) (local $more v128)
    (loop $slot
      (local.set $from (i32.load (local.get $record)))
      (local.set $more (i8x16.splat (i32.load offset=4 (local.get $record))))
      (local.set $to (i32.load offset=8 (local.get $record)))
      (v128.store (local.get $to) (i8x16.add (v128.load (local.get $from)) (local.get $more)))
      (v128.store offset=16 (local.get $to) (i8x16.add (v128.load offset=16 (local.get $from)) (local.get $more)))
      (v128.store offset=32 (local.get $to) (i8x16.add (v128.load offset=32 (local.get $from)) (local.get $more)))
      (v128.store offset=48 (local.get $to) (i8x16.add (v128.load offset=48 (local.get $from)) (local.get $more)))
      (br_if $slot (i32.lt_u
        (local.tee $record (i32.add (local.get $record) (i32.const 12)))
        (local.get $end)))))

  ;; Like "rows", for 64 rows at once, sixteen in a register, whatever the trees' depth: all nodes of a tree are asked,
  ;; children first, and each hands on the leaf that its left or its right child has handed to it.
  ;; A tree has two i32 from $list on: where its nodes begin, which end where the next tree's begin, and where its values
  ;; are. A node is four i32: where its slot's 64 codes are, its limit less 128, and where what its left and its right
  ;; child hand on will be, which for a leaf are 64 times its number among the tree's, the first at $leaves. Nodes write
  ;; one after the other from $results on.
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
        (block $asked
          (loop $node
            (br_if $asked (i32.ge_u (local.get $at) (local.get $end)))
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
