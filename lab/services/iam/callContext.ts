import type { RoleSession } from '../sts/sessions.ts';
import type { Need, Tags } from './needs/need.ts';
import type { ContextOf } from './policy/request.ts';

/** Who asks, as far as conditions go. */
export interface CallerFacts {
  /** Of a session its role's. */
  arn: string;
  accountId: string;
  tags: Tags;
  userId: string | undefined;
  /** Of temporary credentials: when they were given out. */
  issuedMs?: number;
}

export function factsOf(session: RoleSession): CallerFacts {
  return {
    arn: session.roleArn,
    accountId: session.accountId,
    tags: session.tags,
    userId: session.userId,
    issuedMs: session.issuedMs,
  };
}

/** Both `aws:ResourceTag/app` and a service's own `ecs:ResourceTag/app`. */
const TAG_KEY = /^([a-z0-9-]+):(ResourceTag|RequestTag|PrincipalTag)\/(.+)$/i;

/** The values of every condition key that the lab knows for one permission that is asked for. The resource's tags are looked up at need. */
export function contextOf(
  need: Need,
  caller: CallerFacts,
  region: string,
  resourceTags: () => Tags | undefined,
): ContextOf {
  const known = new Map<string, readonly string[]>();
  const set = (key: string, value: string | readonly string[] | undefined) => {
    if (value !== undefined) known.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
  };
  set('aws:PrincipalArn', caller.arn);
  set('aws:PrincipalAccount', caller.accountId);
  set('aws:userid', caller.userId);
  set('aws:TokenIssueTime', caller.issuedMs === undefined ? undefined : new Date(caller.issuedMs).toISOString());
  set('aws:RequestedRegion', region);
  set('aws:ResourceAccount', need.resource.split(':')[4] || undefined);
  set('aws:TagKeys', need.tagKeys ?? (need.requestTags === undefined ? undefined : Object.keys(need.requestTags)));
  for (const [key, value] of Object.entries(need.context ?? {})) set(key, value);

  return (key) => {
    const [, , kind = '', tag = ''] = TAG_KEY.exec(key) ?? [];
    switch (kind.toLowerCase()) {
      case 'resourcetag':
        return tagIn(resourceTags(), tag);
      case 'requesttag':
        return tagIn(need.requestTags, tag);
      case 'principaltag':
        return tagIn(caller.tags, tag);
      default:
        return known.get(key.toLowerCase());
    }
  };
}

/** The key's case does not matter in a condition. */
function tagIn(tags: Tags | undefined, key: string): readonly string[] | undefined {
  const found = Object.entries(tags ?? {}).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : [found[1]];
}
