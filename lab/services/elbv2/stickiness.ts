import type { TargetGroupRecord, TargetRecord } from './store.ts';

/**
 * The load balancer's cookies: `AWSALBTG` holds a client to a target group (row L12), `AWSALB` to a target within it. Their
 * values are opaque to clients, carry their own expiry, and are renewed with every response.
 */
export function groupCookies(targetGroupArn: string, nowMs: number, durationSeconds: number): string[] {
  return cookiePair('AWSALBTG', 'AWSALBTGCORS', targetGroupArn, nowMs + durationSeconds * 1000);
}

/** The group that the cookie names, whether or not it is still in the action; `undefined` without cookie or once it is expired. */
export function groupOfCookie(cookies: Readonly<Record<string, string>>, nowMs: number): string | undefined {
  return decode(cookies['AWSALBTG'] ?? cookies['AWSALBTGCORS'], nowMs);
}

/** Only for a group whose `stickiness.type` is `lb_cookie`; the lab does not look at application cookies. */
export function targetCookies(group: TargetGroupRecord, target: TargetRecord, nowMs: number): string[] {
  if (!isSticky(group)) return [];
  const seconds = Number(group.attributes.get('stickiness.lb_cookie.duration_seconds'));
  return cookiePair('AWSALB', 'AWSALBCORS', `${group.arn} ${target.ip}:${target.port}`, nowMs + seconds * 1000);
}

/** `ip:port` of the target that the cookie names, if it is one of this group's. */
export function targetOfCookie(
  group: TargetGroupRecord,
  cookies: Readonly<Record<string, string>>,
  nowMs: number,
): string | undefined {
  if (!isSticky(group)) return undefined;
  const [arn, address] = decode(cookies['AWSALB'] ?? cookies['AWSALBCORS'], nowMs)?.split(' ') ?? [];
  return arn === group.arn ? address : undefined;
}

function isSticky(group: TargetGroupRecord): boolean {
  return (
    group.attributes.get('stickiness.enabled') === 'true' && group.attributes.get('stickiness.type') === 'lb_cookie'
  );
}

function cookiePair(name: string, corsName: string, content: string, expiresMs: number): string[] {
  const value = encodeURIComponent(btoa(`${expiresMs} ${content}`));
  const expires = new Date(expiresMs).toUTCString();
  return [
    `${name}=${value}; Expires=${expires}; Path=/`,
    `${corsName}=${value}; Expires=${expires}; Path=/; SameSite=None; Secure`,
  ];
}

function decode(value: string | undefined, nowMs: number): string | undefined {
  if (value === undefined) return undefined;
  let text: string;
  try {
    text = atob(decodeURIComponent(value));
  } catch {
    return undefined; // A cookie that the load balancer did not make is no cookie.
  }
  const space = text.indexOf(' ');
  return Number(text.slice(0, space)) > nowMs ? text.slice(space + 1) : undefined;
}
