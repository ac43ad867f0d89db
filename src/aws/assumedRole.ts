import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { ECSClientConfig } from '@aws-sdk/client-ecs';
import type { Clock, Owner } from '../reconciler/ports.ts';
import { isOfCredentials } from './denial.ts';
import { codeOf, kindOf, says } from './errors.ts';
import { tagRecord, upperCaseTags } from './ownership.ts';

type Provide = Extract<NonNullable<ECSClientConfig['credentials']>, (...args: never[]) => unknown>;
type Credentials = Awaited<ReturnType<Provide>>;

/** Credentials, given out by one who can be told what became of them. */
export type CredentialsProvider = Provide & {
  /** AWS has answered a call with this error that was signed with this access key. */
  refused: (accessKeyId: string, error: unknown) => void;
};

interface Session {
  credentials: Credentials;
  /** AWS's time, as the end is. */
  openedAt: number;
  /** AWS's time. */
  expiresAt: number;
}

/** So long before they expire credentials are asked for anew, as the SDK does; AWS's time. */
const MARGIN_MS = 5 * 60_000;
/** After a renewal that failed. */
const PAUSE_MS = 15_000;
/**
 * What a policy denies it may deny every session of the role, or those alone that began before a moment (row N76): a session of this age is worth
 * another try with a new one, and no younger one is, or each such call would open one.
 */
const REVOKED_AGE_MS = 60_000;

/**
 * Every client of the SDK would keep credentials for itself until they expire by this process's clock. What is over already it asks for with each
 * request, so that they are kept here alone, and expire by the clock that AWS goes by.
 */
const ASKED_EACH_TIME = new Date(0);

/** The longest name that a session can have. */
const SESSION_NAME_LENGTH_MAX = 64;

/**
 * Credentials of one plan's session in a role. The session carries the plan and its uid as tags, so that the account can tell plans apart in its
 * policies and in CloudTrail, and so nobody else may have them. All clients of the plan share them; they are asked for anew before they expire,
 * and a refusal is asked for anew with the next call. What there is serves meanwhile, until it expires, or AWS does not take it any more.
 *
 * @param sts with the operator's own credentials
 */
export function assumedRole(
  sts: Pick<STSClient, 'send'>,
  clock: Clock,
  owner: Owner,
  { roleArn, externalId }: { roleArn: string; externalId: string | null },
): CredentialsProvider {
  /** The last that was given. It serves until it expires, whatever becomes of its renewal. */
  let given: Session | undefined;
  let renewAt = 0;
  let asking: Promise<Session> | undefined;
  const assume = async (): Promise<Session> => {
    const { Credentials: answered } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: `meshlift-${owner.plan}`.slice(0, SESSION_NAME_LENGTH_MAX),
        ...(externalId === null ? {} : { ExternalId: externalId }),
        Tags: upperCaseTags(Object.entries(tagRecord(owner))),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answered ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || Expiration === undefined) {
      throw new Error(`AWS answered no credentials for the role ${roleArn}; nothing was done.`);
    }
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    };
    return { credentials, openedAt: clock.now(), expiresAt: Expiration.getTime() };
  };
  const renew = (): Promise<Session> => {
    const asked = assume().finally(() => {
      asking = undefined;
    });
    asking = asked;
    asked.then(
      (opened) => {
        given = opened;
        renewAt = opened.expiresAt - MARGIN_MS;
      },
      () => {
        renewAt = clock.now() + PAUSE_MS;
      },
    );
    return asked;
  };
  const provide = async () => {
    const now = clock.now();
    const isValid = given !== undefined && now < given.expiresAt;
    // Nobody waits for a renewal who has what still serves: a way back does not wait for STS.
    if (isValid && now >= renewAt && asking === undefined) void renew().catch(() => {});
    const { credentials } = isValid && given !== undefined ? given : await (asking ?? renew());
    return { ...credentials, expiration: ASKED_EACH_TIME };
  };
  const refused = (accessKeyId: string, error: unknown) => {
    // A late answer to the session before says nothing of this one.
    if (given?.credentials.accessKeyId !== accessKeyId) return;
    if (isOfCredentials(codeOf(error))) {
      given = undefined;
      return;
    }
    // Its sessions may have been revoked, or its policy denies one thing for good: what still serves is kept until there is another.
    const mayBeRevoked = isExplicitDenial(error) && clock.now() >= given.openedAt + REVOKED_AGE_MS;
    if (mayBeRevoked && asking === undefined) void renew().catch(() => {});
  };
  return Object.assign(provide, { refused });
}

const isExplicitDenial = (error: unknown): boolean =>
  kindOf(error) === 'denied' && says(error, 'with an explicit deny in an identity-based policy');
