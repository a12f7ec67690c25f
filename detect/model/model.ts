/**
 * An attentional cascade as plain data: what files are read to, what training makes, and what a `Detector` runs.
 *
 * The cascade has stages in order, a stage has trees in order, and a tree has nodes and leaves. They lie in flat
 * arrays, one after the other, and each array of `first…` says where a part begins, with one more entry for where the
 * last one ends.
 *
 * A window passes a stage if the sum of the leaves that it reaches is at least the stage's threshold less 1e-5. Nodes
 * compare a feature's value with a threshold (Haar: left if less), or look its pattern up in a subset (LBP: left if
 * it is one of these).
 *
 * @see Viola and Jones, Rapid object detection using a boosted cascade of simple features, CVPR 2001
 * @see Zhang et al., Face detection based on multi-block LBP representation, ICB 2007
 */
export interface CascadeModel {
  readonly kind: 'haar' | 'lbp';
  /** The window in pixels, from 3 to 4,096. */
  readonly width: number;
  readonly height: number;
  readonly features: CascadeFeatures;
  /** Trees of stage s: from `firstTree[s]` to before `firstTree[s + 1]`. */
  readonly firstTree: Int32Array;
  /** One a stage, as in OpenCV's files: before 1e-5 is taken off. */
  readonly stageThresholds: Float32Array;
  /**
   * Nodes of tree t: from `firstNode[t]` to before `firstNode[t + 1]`, the root first. A tree of n nodes has n + 1
   * leaves, from `firstNode[t] + t` on.
   */
  readonly firstNode: Int32Array;
  /**
   * Children of each node: above 0 a later node of its tree, else minus the position of a leaf among those of its
   * tree.
   */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** The feature that each node reads. */
  readonly feature: Int32Array;
  /** Haar: a threshold a node. LBP: empty. */
  readonly thresholds: Float32Array;
  /** LBP: a set of the 256 patterns a node, 8 words each, pattern p in bit p & 31 of word p >> 5. Haar: empty. */
  readonly subsets: Int32Array;
  /** What trees add to the sum of their stage. */
  readonly leaves: Float32Array;
}

/** The features of a cascade, flat. */
export interface CascadeFeatures {
  /** How many there are, 1 or more. */
  readonly count: number;
  /**
   * Rectangles as x, y, width and height in pixels of the window. Haar: three a feature, and a third that is not used
   * is 0. A tilted one has its top corner at (x, y), and its sides run width pixels down to the right and height
   * pixels down to the left. LBP: one, the first of its 3 x 3 blocks.
   */
  readonly rectangles: Int32Array;
  /** Haar: three a feature; a third of 0 is not used. LBP: empty. */
  readonly weights: Float32Array;
  /** Haar: 1 for each tilted feature. LBP: empty. */
  readonly tilted: Uint8Array;
}

/** Rectangles of a Haar feature. */
export const RECTANGLES = 3;

/** Words of a subset of LBP's patterns. */
export const SUBSET_WORDS = 8;
