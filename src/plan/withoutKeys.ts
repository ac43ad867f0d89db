/** What stands under the name of a part of credentials, as headers, JSON, variables and query strings write it. */
const NAMED =
  /((?:x-amz-security-token|aws_?session_?token|session_?token|aws_?secret_?access_?key|secret_?access_?key|(?<=")token(?=")|signature)["']?\s*[:=]\s*["']?)([^\s"',;&]+)/gi;

/** Session tokens by how they begin. */
const SESSION_TOKEN = /\b(?:AgoJ|AQoD|FQoG|FwoG|IQoJ)[A-Za-z0-9/+=]{40,}/g;

const ACCESS_KEY_ID = /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g;

/** Forty signs of base64 by themselves, small and capital letters and a digit among them: no ARN, id or hash of AWS's looks so. */
const SECRET_KEY =
  /(?<![\w/+=.:-])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*\d)[A-Za-z0-9/+]{40}(?![\w/+=-])/g;

const LEFT_OUT = '<left out>';

/**
 * A text of AWS, or of an SDK, without what it repeats of credentials: of a signature that it does not accept AWS says what should have been
 * signed, headers and session token included, and a parser shows the beginning of what it could not read.
 */
export const withoutKeys = (text: string): string =>
  text
    .replaceAll(NAMED, `$1${LEFT_OUT}`)
    .replaceAll(SESSION_TOKEN, LEFT_OUT)
    .replaceAll(ACCESS_KEY_ID, LEFT_OUT)
    .replaceAll(SECRET_KEY, LEFT_OUT);

/** Takes credentials out of an error itself, so that whoever tells of it further on tells none. */
export function leaveKeysOut(error: unknown): void {
  if (!(error instanceof Error)) return;
  const { message, stack } = error;
  const told = withoutKeys(message);
  if (told === message) return;
  error.message = told;
  if (stack !== undefined) error.stack = withoutKeys(stack);
}
