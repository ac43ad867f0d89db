import type { Account, ServiceId } from '../../service.ts';

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** One permission that a call asks for. */
export interface Need {
  /** `ecs:CreateService`. */
  action: string;
  /** An ARN, or `*` where the action has no resource-level permission. */
  resource: string;
  /** Values by condition key, besides those that follow from the caller and from the resource's own tags. */
  context?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** What the call tags with; `undefined` where it does not tag. */
  requestTags?: Tags | undefined;
  /** The keys of tags that the call takes away. */
  tagKeys?: readonly string[] | undefined;
}

/** What can be looked up to tell what a call is about. */
export interface Surroundings {
  account: Account;
  /** The answer of a service that the lab serves; `undefined` where it refuses. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each operation answers in its own shape.
  look: (service: ServiceId, operation: string, input: object) => any;
}

/** The permissions that one operation asks for, all of which must be allowed. None at all for what everybody may do. */
// oxlint-disable-next-line typescript/no-explicit-any -- each operation has its own input; the tables are heterogeneous.
export type NeedsOf = (input: any, around: Surroundings) => Need[];

/** By operation. */
export type NeedTable = Readonly<Record<string, NeedsOf>>;

/** An action without resource-level permission. */
export const onAnything =
  (action: string): NeedsOf =>
  () => [{ action, resource: '*' }];

/** The same action and table entry for several operations that are named alike. */
export function eachNamed(operations: readonly string[], needsOf: (operation: string) => NeedsOf): NeedTable {
  return Object.fromEntries(operations.map((operation) => [operation, needsOf(operation)]));
}

/** Tags in any of the forms in which AWS's APIs take them; `undefined` where there are none. */
export function tagsIn(
  given:
    | readonly { key?: string; value?: string; Key?: string; Value?: string }[]
    | Readonly<Record<string, string>>
    | undefined,
): Tags | undefined {
  if (given === undefined) return undefined;
  const tags = Array.isArray(given)
    ? Object.fromEntries(
        (given as readonly { key?: string; value?: string; Key?: string; Value?: string }[]).map((tag) => [
          tag.key ?? tag.Key ?? '',
          tag.value ?? tag.Value ?? '',
        ]),
      )
    : { ...(given as Record<string, string>) };
  return Object.keys(tags).length === 0 ? undefined : tags;
}

/**
 * What making something asks for, and, where it is given tags, the permission to tag it at that moment.
 *
 * @param tagging the action, the condition key that tells which creation it is for, and the operation that creates
 */
export function creating(
  need: Need,
  tagging: { action: string; createActionKey?: string; operation: string; resource?: string },
): Need[] {
  if (need.requestTags === undefined) return [need];
  const { action, createActionKey, operation, resource = need.resource } = tagging;
  const context = createActionKey === undefined ? need.context : { ...need.context, [createActionKey]: operation };
  return [need, { ...need, action, resource, ...(context === undefined ? {} : { context }) }];
}

/** The part of an ARN after the last slash; a plain name is its own. */
export const nameIn = (reference = '') => reference.slice(reference.lastIndexOf('/') + 1);
