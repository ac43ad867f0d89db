import { CommanderError } from 'commander';
import { withoutKeys } from '../plan/withoutKeys.ts';
import { AwsCallError } from '../reconciler/ports.ts';
import { EXIT, UsageError } from './cli.ts';

/** What a failure ends with, and what the person is told; `undefined` where everything was said already. */
export function failureOf(error: unknown): { exitCode: number; message: string | undefined } {
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.error, message: undefined };
  const message = withoutKeys(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError) return { exitCode: EXIT.error, message };
  const name = error instanceof Error ? error.name : '';
  if (name === 'RecordMovedError') return { exitCode: EXIT.moved, message };
  return { exitCode: EXIT.error, message: explain(error, name, message) };
}

/** The failures that a person can do something about, with what to do. */
function explain(error: unknown, name: string, message: string): string {
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return `no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Nothing was changed. (${message})`;
  }
  if (message.includes('Region is missing'))
    return 'no AWS region: pass --region, or set AWS_REGION. Nothing was changed.';
  const reading = readingOf(error);
  if (reading !== undefined) return reading;
  const code = codeOf(error);
  if (code !== undefined && UNREACHABLE.has(code)) {
    return `DynamoDB cannot be reached: ${message || code}. Check --region, --endpoint-url and the network.`;
  }
  if (name === 'TimeoutError')
    return `DynamoDB did not answer in time; whether a change was made is not known. (${message})`;
  if (name === 'AccessDeniedException' || name === 'UnrecognizedClientException') {
    return `AWS refused the call: ${message}`;
  }
  return message;
}

/** What a person is told of a reading that failed: the operator's own words are of its role and of what it tries again. */
function readingOf(error: unknown): string | undefined {
  if (!(error instanceof AwsCallError) || !/:(Describe|List|Get)/.test(error.call)) return undefined;
  const { call: api, code, kind, cause } = error;
  const told = cause instanceof Error && cause.message !== '' ? cause.message.trim().replace(/\.?$/, '.') : '';
  const system = codeOf(cause);
  if (system !== undefined && UNREACHABLE.has(system)) {
    return `${api}: AWS cannot be reached: ${told || `${system}.`} Nothing was changed. Check --region, --endpoint-url and the network.`;
  }
  const next = kind === 'denied' ? ` Allow ${api} to the credentials that you use.` : '';
  return `${api}: ${code}: ${told} Nothing was changed.${next}`;
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** A connection that was tried on several addresses fails with one error that holds the others. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? error.errors.map(codeOf).find((code) => code !== undefined) : undefined;
}
