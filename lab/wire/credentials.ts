import type { Credentials } from '../access.ts';
import type { WireRequest } from './message.ts';

/** What a request is signed with: an empty access key for one without a signature. The signature itself is not looked at. */
export function credentialsOf({ headers }: WireRequest): Credentials {
  return {
    accessKeyId: /Credential=([^/,\s]+)/.exec(headers['authorization'] ?? '')?.[1] ?? '',
    sessionToken: headers['x-amz-security-token'],
  };
}
