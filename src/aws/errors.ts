import { AwsCallError, LeaseLostError } from '../reconciler/ports.ts';
import { adviceOnDenial } from './denial.ts';

/** Codes by which AWS says "later" (row K2), without `LimitExceededException`, which is a quota and stays one. */
const THROTTLING_CODES = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'ProvisionedThroughputExceededException',
  'PriorRequestNotComplete',
  'SlowDown',
]);

const DENIED_CODES = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  // SNS has a code of its own (row N65).
  'AuthorizationError',
  'AuthorizationErrorException',
  'ForbiddenException',
  'UnauthorizedOperation',
  'NotAuthorized',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'CredentialsProviderError',
]);

const CONFLICT_CODE =
  /^(ResourceInUse|ResourceInUseException|Conflict|ConflictException|ConcurrentUpdateException|Duplicate.*|.*AlreadyExists.*|UpdateInProgressException|ServiceNotActiveException)$/;

/** Failures of the connection from before a request could have left: the call was certainly not done. */
const NOT_SENT_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** What an error thrown by the SDK carries, seen without trust. */
interface SdkErrorParts {
  name: string;
  message: string;
  /** The HTTP status, if AWS answered at all. */
  status: number | undefined;
  requestId: string | undefined;
  /** Node's code of a failed connection. */
  systemCode: string | undefined;
}

function partsOf(error: unknown): SdkErrorParts {
  const seen = (typeof error === 'object' && error !== null ? error : {}) as {
    name?: unknown;
    message?: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: number; requestId?: string };
  };
  return {
    name: typeof seen.name === 'string' ? seen.name : 'Error',
    message: typeof seen.message === 'string' ? seen.message : String(error),
    status: seen.$metadata?.httpStatusCode,
    requestId: seen.$metadata?.requestId,
    systemCode: typeof seen.code === 'string' ? seen.code : undefined,
  };
}

export const isThrottling = (error: unknown): boolean => {
  const { name, status } = partsOf(error);
  return THROTTLING_CODES.has(name) || (status === 429 && name !== 'LimitExceededException');
};

export const requestIdOf = (error: unknown): string | undefined => partsOf(error).requestId;

/** The code that a person finds in AWS's documentation, or Node's code of a failed connection. */
export const codeOf = (error: unknown): string => {
  const { name, status, systemCode } = partsOf(error);
  return status === undefined && systemCode !== undefined ? systemCode : name;
};

/** Whether the error is one of these codes; the query protocol's short form counts (row L25). */
export const hasCode = (error: unknown, ...codes: string[]): boolean => {
  const { name } = partsOf(error);
  const short = name.replace(/Exception$/, '');
  return codes.some((code) => code === name || code.replace(/Exception$/, '') === short);
};

/** Whether AWS said this; texts are the only way to tell many `InvalidParameterException`s apart. */
export const says = (error: unknown, text: string | RegExp): boolean => {
  const { message } = partsOf(error);
  return typeof text === 'string' ? message.toLowerCase().includes(text.toLowerCase()) : text.test(message);
};

/** How an attempt of a mutating call ended: `unknown` is one that may have been done although it failed. */
export function outcomeOf(error: unknown): 'fail' | 'unknown' {
  const { status, systemCode } = partsOf(error);
  if (status === undefined) return systemCode !== undefined && NOT_SENT_CODES.has(systemCode) ? 'fail' : 'unknown';
  return status >= 500 ? 'unknown' : 'fail';
}

export function kindOf(error: unknown): AwsCallError['kind'] {
  const { name, message, status } = partsOf(error);
  if (isThrottling(error)) return 'throttled';
  if (DENIED_CODES.has(name)) return 'denied';
  if (status === undefined || status >= 500) return 'unknown';
  if (name.includes('NotFound') || message.startsWith('Unable to describe task definition')) return 'notFound';
  if (CONFLICT_CODE.test(name)) return 'conflict';
  return 'invalid';
}

const ADVICE: Record<AwsCallError['kind'], (api: string, code: string, message: string) => string> = {
  throttled: () => 'AWS is throttling this account; nothing was done, and it is tried again.',
  denied: adviceOnDenial,
  invalid: () => 'Nothing was done, and trying again will not help until the cause is mended.',
  notFound: () => 'Nothing was done.',
  conflict: () => 'Nothing was done: something else uses or changes it. It is tried again.',
  unknown: () => 'It may or may not have been done; what is there is read before anything is decided.',
};

/** An error of the SDK as one for the person who must act. `api` is the IAM action, `ecs:CreateService`. */
export function toAwsCallError(api: string, error: unknown): AwsCallError {
  if (error instanceof AwsCallError) return error;
  const kind = kindOf(error);
  const code = codeOf(error);
  const { message } = partsOf(error);
  const said = /[.!?]$/.test(message.trim()) ? message.trim() : `${message.trim()}.`;
  return new AwsCallError(api, code, kind, `${api}: ${code}: ${said} ${ADVICE[kind](api, code, message)}`, {
    cause: error,
  });
}

/** Which call an SDK error came from; filled in by the clients, so that nobody has to name calls by hand. */
const callsByError = new WeakMap<object, string>();

export function rememberCall(error: unknown, api: string): void {
  if (typeof error === 'object' && error !== null) callsByError.set(error, api);
}

/**
 * The room's outer wall: what leaves it is an {@link AwsCallError}, a {@link LeaseLostError}, or a fault of our own. Errors that
 * no SDK call threw are not dressed up as AWS's.
 */
export async function translated<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof AwsCallError || error instanceof LeaseLostError) throw error;
    const api = typeof error === 'object' && error !== null ? callsByError.get(error) : undefined;
    throw api === undefined ? error : toAwsCallError(api, error);
  }
}

/** One line about an error of the SDK, for a `why`. Faults of our own and a lost lease are thrown on. */
export function whyOf(error: unknown): string {
  if (error instanceof AwsCallError) return error.message;
  const api = typeof error === 'object' && error !== null ? callsByError.get(error) : undefined;
  if (error instanceof LeaseLostError || api === undefined) throw error;
  return toAwsCallError(api, error).message;
}
