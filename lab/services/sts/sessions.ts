import type { Random } from '../../random.ts';
import type { Tags } from '../iam/needs/need.ts';
import type { Statement } from '../iam/policy/statement.ts';

/** Somebody who has assumed a role: temporary credentials and what they stand for. */
export interface RoleSession {
  accessKeyId: string;
  secretAccessKey: string;
  token: string;
  issuedMs: number;
  expiresMs: number;
  accountId: string;
  roleName: string;
  roleArn: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session name>`. */
  arn: string;
  /** `<role id>:<session name>`. */
  userId: string;
  tags: Tags;
  /** The keys of those tags that go along when this session assumes a role. */
  transitiveTagKeys: readonly string[];
  /** What the session was narrowed to when it began; `undefined` where it may do all that its role may. */
  policies: readonly Statement[] | undefined;
}

/** Temporary access keys begin like this, and no others do (row N66). */
const TEMPORARY = 'ASIA';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** How long an expired session is still known to have been one. */
const REMEMBERED_MS = 24 * 3_600_000;

/** All that have assumed a role, whatever their account: an access key is of one alone. */
export class Sessions {
  readonly #now: () => number;
  readonly #random: Random;
  readonly #byKey = new Map<string, RoleSession>();

  /** @param now milliseconds since the epoch, as the clients of the sessions know the time */
  constructor({ now, random }: { now: () => number; random: Random }) {
    this.#now = now;
    this.#random = random;
  }

  /** Whether an access key is of temporary credentials; every other is an administrator's. */
  static areTemporary(accessKeyId: string): boolean {
    return accessKeyId.startsWith(TEMPORARY);
  }

  open(
    about: Omit<RoleSession, 'accessKeyId' | 'secretAccessKey' | 'token' | 'issuedMs' | 'expiresMs'>,
    seconds: number,
  ): RoleSession {
    const now = this.#now();
    for (const [key, { expiresMs }] of this.#byKey) {
      if (expiresMs + REMEMBERED_MS < now) this.#byKey.delete(key);
    }
    const session: RoleSession = {
      ...about,
      accessKeyId: TEMPORARY + this.#text(16),
      secretAccessKey: this.#text(40),
      token: this.#text(120),
      issuedMs: now,
      expiresMs: now + seconds * 1_000,
    };
    this.#byKey.set(session.accessKeyId, session);
    return session;
  }

  /** `undefined` where the key and the token are not of one session. */
  find(accessKeyId: string, token: string | undefined): RoleSession | undefined {
    const session = this.#byKey.get(accessKeyId);
    return session?.token === token ? session : undefined;
  }

  /** The account of an access key; `undefined` for one that is not temporary, or not known. */
  accountOf(accessKeyId: string): string | undefined {
    return this.#byKey.get(accessKeyId)?.accountId;
  }

  hasExpired({ expiresMs }: RoleSession): boolean {
    return this.#now() >= expiresMs;
  }

  #text(length: number): string {
    return Array.from({ length }, () => ALPHABET[this.#random.below(ALPHABET.length)]).join('');
  }
}
