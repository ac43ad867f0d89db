import { hostsIn, namesIn } from '../environment.ts';

/** Makes a short text of a value that tells whether two values are the same, and not what they are. */
export type Hash = (value: string) => string;

/** What may stand in clear: names that the estate itself tells. Lower case. */
export interface KnownNames {
  /** Names that something answers to: of Cloud Map, load balancers, virtual services and containers. */
  hosts: ReadonlySet<string>;
  /** DNS namespaces: what is under them is a host. */
  namespaces: ReadonlySet<string>;
  /** Names of services, clusters and meshes. */
  words: ReadonlySet<string>;
}

/** Behind any other scheme may stand something that is no host. */
const SCHEMES =
  /^(https?|wss?|grpcs?|tcp|tls|udp|rediss?|postgres(ql)?|mysql|mariadb|mongodb(\+srv)?|amqps?|nats|kafka|stomp|mqtts?|pulsar|memcached|sqlserver|mssql|oracle|db2|clickhouse|cassandra|neo4j|ldaps?|smtps?|statsd)$/i;

const HOST = /^[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*$/;

/** Without a scheme a name is believed to be one by its end alone. */
const HOST_END = /(^localhost|^\d{1,3}(\.\d{1,3}){3}|\.(local|internal|svc|amazonaws\.com|amazonaws\.com\.cn))$/;

const URL = /([a-z][a-z0-9+.-]*):\/\/([^\s"'<>,;|]*)/gi;

function isKnown(host: string, { hosts, namespaces }: KnownNames): boolean {
  if (hosts.has(host)) return true;
  const labels = host.split('.');
  return labels.some((_, index) => index > 0 && namespaces.has(labels.slice(index).join('.')));
}

const withPort = (host: string, port: string | number | undefined): string =>
  port === undefined || port === '' ? host : `${host}:${port}`;

/**
 * Host and port of what follows a scheme; `undefined` where it cannot be told for certain from a user and a password, which may hold
 * any character.
 */
function authority(rest: string): string | undefined {
  const at = rest.lastIndexOf('@');
  if (at >= 0 && /[/?#]/.test(rest.slice(0, at))) return undefined;
  const [, host = '', port] = /^([^/?#:]*)(?::(\d{1,5}))?(?=[/?#]|$)/.exec(rest.slice(at + 1)) ?? [];
  return HOST.test(host.toLowerCase()) ? withPort(host.toLowerCase(), port) : undefined;
}

/** The hosts that a text names, each once and in their order, with scheme and port as they stand. */
function hostsOf(text: string, known: KnownNames): string[] {
  const found = new Map<string, string>();
  const take = (host: string, shown: string): void => void (found.has(host) || found.set(host, shown));
  for (const { scheme, host, told } of namesIn(text)) {
    // With an @ about, a word without a dot may be a user, and what follows its colon a password.
    if (!isKnown(host, known) || (!host.includes('.') && text.includes('@'))) continue;
    const shown = withPort(host, told);
    take(shown, scheme !== undefined && SCHEMES.test(scheme) ? `${scheme.toLowerCase()}://${shown}` : shown);
  }
  for (const [, scheme = '', rest = ''] of text.matchAll(URL)) {
    if (!SCHEMES.test(scheme)) continue;
    const host = authority(rest) ?? '';
    take(host === '' ? scheme : host, `${scheme.toLowerCase()}://${host}`);
  }
  for (const item of text.split(/[,;\s]+/)) {
    const [, host = '', port] = /^([a-z0-9_.-]+)(?::(\d{1,5}))?$/.exec(item) ?? [];
    if (HOST.test(host) && HOST_END.test(host)) take(withPort(host, port), item);
  }
  return [...found.values()];
}

const REDUCED = /^(.*?) ?#[0-9a-f]{8}$/s;

/**
 * A text reduced to the hosts that it names and a hash of the whole: `postgres://db.internal:5432 #1f3a5c7e`. A text that is
 * nothing but hosts stays as it is, and what was reduced already too.
 */
export function reducedText(text: string, known: KnownNames, hash: Hash): string {
  if (text === '') return text;
  const hosts = hostsOf(text, known).join(' ');
  if (hosts === text) return text;
  const before = REDUCED.exec(text)?.[1];
  if (before !== undefined && (before === '' || hostsOf(before, known).join(' ') === before)) return text;
  return `${hosts}${hosts === '' ? '' : ' '}#${hash(text)}`;
}

/** `token=…`, `db_password=…`: in a query, an option or a message. What is reduced already, or filled in later, is left. */
const ASSIGNED =
  /((?:passw|pwd|secret|token|credential|api[-_.]?key|access[-_.]?key|private[-_.]?key|auth|session|signature)[\w.-]*=)(?!#[0-9a-f]{8}\b|\$\{)([^\s&;,"'<>()]+)/gi;

/** A text in which what is given under the name of a secret is a hash. */
export const withoutAssigned = (text: string, hash: Hash): string =>
  text.includes('=') ? text.replaceAll(ASSIGNED, (_, name: string, value: string) => `${name}#${hash(value)}`) : text;

/** A text with what stands before the `@` of a URL taken out: a user and a password, or a token. */
export function withoutCredentials(text: string): string {
  if (!text.includes('@') || !text.includes('://')) return text;
  return text.replaceAll(URL, (whole: string, scheme: string, rest: string) => {
    const at = rest.lastIndexOf('@');
    if (at < 0) return whole;
    const user = rest.slice(0, at);
    // A path may hold an @ of its own, which is no secret, and a password a slash: without a colon before it, it is a path.
    const isPath = /^[^/?#@:]+(:\d{1,5})?[/?#]/.test(user) && hostsIn(whole)[0]?.host.includes('.') === true;
    return isPath ? whole : `${scheme}://${rest.slice(at + 1)}`;
  });
}
