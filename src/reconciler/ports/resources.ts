import type { StackResource } from '../../assess/model.ts';

/** Whose an AWS object is: on every one that Meshlift makes, as the tags `meshlift.dev/plan` and `meshlift.dev/uid`. */
export interface Owner {
  plan: string;
  uid: string;
}

/** What a resource was read as. */
export type Observed =
  /** `why`: what keeps it from being made, where that is known. */
  | { status: 'absent'; why?: string }
  /** Exists, ours, as it should be, usable. */
  | { status: 'ready'; arn: string; why: string }
  /** Exists or is being made; nothing to do but wait. */
  | { status: 'waiting'; arn?: string; why: string }
  /** Exists and is ours, but not as it should be: `ensure` mends it. */
  | { status: 'differs'; arn: string; why: string }
  /** Exists but does not carry our tags: never touched. */
  | { status: 'foreign'; arn: string; why: string }
  /** Ours, and cannot become ready (a failed deployment). */
  | { status: 'failed'; arn: string; why: string }
  /** The API did not answer, or denied. */
  | { status: 'unknown'; why: string };

export type Ensured =
  | { outcome: 'unchanged' | 'created' | 'updated'; arn: string }
  | { outcome: 'waiting'; why: string };

export type Removed = { outcome: 'gone' } | { outcome: 'waiting'; why: string };

/** ARNs of the stack's resources that were read so far, by resource id. */
export type Resolved = ReadonlyMap<string, string>;

/**
 * The acting half of the stack's resources. `ensure` and `remove` may run twice and may be cut at any point; neither touches
 * what does not carry the owner's tags. They throw only {@link AwsCallError}.
 */
export interface ResourceActor {
  read(resource: StackResource, owner: Owner, resolved: Resolved): Promise<Observed>;
  ensure(resource: StackResource, owner: Owner, resolved: Resolved): Promise<Ensured>;
  /** For `rule` and `scalingFreeze`, `remove` restores what was there before. */
  remove(resource: StackResource, owner: Owner, resolved: Resolved): Promise<Removed>;
}
