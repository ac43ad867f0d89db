import type { ResourceChange } from './terraform.ts';

/**
 * Attributes by which one resource tells of others: Terraform sees them change when those others are made, right after it made
 * them.
 */
const TELLS_OF_OTHERS: Readonly<Record<string, readonly string[]>> = {
  aws_iam_role: ['inline_policy', 'managed_policy_arns'],
  aws_lb_target_group: ['load_balancer_arns'],
  aws_security_group: ['egress', 'ingress'],
};

/**
 * One line a change: the address, what is done to it, and the attributes that differ, or for whose sake it is made anew. In the
 * order of the addresses.
 */
export function linesOf(changes: readonly ResourceChange[]): string[] {
  return changes.map(lineOf).toSorted();
}

/** The same of what others did, without what only says in other words, or says of other resources, what Terraform wrote. */
export function linesOfDrift(drift: readonly ResourceChange[]): string[] {
  return linesOf(drift.filter((one) => !isUpdate(one) || foreign(one).length > 0));
}

function lineOf(one: ResourceChange): string {
  const { actions, replace_paths: replaced = [] } = one.change;
  const attributes = isUpdate(one) ? foreign(one) : replaced.map((path) => path.join('.')).toSorted();
  return [`${one.address}:`, actions.join('+'), ...attributes].join(' ');
}

const isUpdate = ({ change }: ResourceChange): boolean => change.actions.join() === 'update';

function foreign({ address, change }: ResourceChange): string[] {
  const { before, after, after_unknown: unknown = {} } = change;
  const told = TELLS_OF_OTHERS[address.split('.')[0] ?? ''] ?? [];
  const names = new Set([before, after, unknown].flatMap((one) => Object.keys(one ?? {})));
  return [...names]
    .filter((name) => !told.includes(name))
    .filter((name) => isUnknown(unknown[name]) || said(before?.[name]) !== said(after?.[name]))
    .toSorted();
}

/** Terraform marks what it does not know yet with `true`, somewhere within the attribute. */
const isUnknown = (value: unknown): boolean =>
  value === true || (typeof value === 'object' && value !== null && Object.values(value).some(isUnknown));

/** A value without what says nothing: the provider makes no difference between absent and empty. */
function said(value: unknown): string {
  return JSON.stringify(pruned(value) ?? null);
}

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((one) => pruned(one) ?? null);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value).flatMap(([name, one]) => {
    const kept = pruned(one);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
