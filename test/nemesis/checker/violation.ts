/** What a history shows that must not be. */
export interface Violation {
  rule: /** The history itself is no evidence. */
    | 'incomplete'
    /** A plan has not come to the end that its story has. */
    | 'unsettled'
    /** A user's request failed that no injected fault of green's accounts for. */
    | 'userFailed'
    /** An operator changed something of a plan that it did not hold. */
    | 'drivenByTwo'
    /** An operator asked for what its policies do not allow. */
    | 'denied'
    /** An operator changed something that belongs to no plan. */
    | 'stray'
    /** A record went back: epoch or version fell, or an epoch has two holders. */
    | 'recordFell'
    /** Weights that do not sum to the whole. */
    | 'weights'
    /** Green's weight rose on the way back. */
    | 'roseBackward'
    /** Something is left, or missing, at the end. */
    | 'leftBehind';
  plan?: string;
  what: string;
}
