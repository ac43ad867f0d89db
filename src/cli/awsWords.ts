import type { AwsCallError } from '../reconciler/ports.ts';

/** The SDK's own words, on one line: the error's advice is for the operator's role, and these are the person's credentials. */
export function awsWords({ call, code, cause, message }: AwsCallError): string {
  const words = cause instanceof Error && cause.message !== '' ? cause.message : message;
  return `${call} failed with ${code}: ${words.replaceAll(/\s+/g, ' ')}`;
}
