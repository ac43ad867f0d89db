import type { OperatorRole } from '../unit/operator/operatorRole.ts';
import type { WireRequest, WireResponse } from '../../lab/wire/message.ts';

const PATH = '/credentials/';

/**
 * Gives operators the credentials of their role, as ECS gives them to its tasks: by a container's endpoint, each a session of its own under the operator's
 * name. So a call's key says whose it is.
 */
export class Grants {
  readonly #role: Pick<OperatorRole, 'credentials'>;
  readonly #names = new Map<string, string>();

  constructor(role: Pick<OperatorRole, 'credentials'>) {
    this.#role = role;
  }

  /** What an operator has in its environment. */
  environmentOf(name: string, endpoint: string): Record<string, string> {
    return { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}${PATH}${name}` };
  }

  /** `undefined` where something else is asked for. */
  async answer({ method, path }: WireRequest): Promise<WireResponse | undefined> {
    if (method !== 'GET' || !path.startsWith(PATH)) return undefined;
    const name = path.slice(PATH.length);
    const { accessKeyId, secretAccessKey, sessionToken, expiresMs } = await this.#role.credentials(name);
    this.#names.set(accessKeyId, name);
    const answer = {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: new Date(expiresMs).toISOString(),
    };
    return {
      status: 200,
      headers: { 'content-type': 'application/json', date: new Date().toUTCString() },
      body: Buffer.from(JSON.stringify(answer)),
    };
  }

  /** The operator that signs with the key; the key itself, where it is nobody's. */
  nameOf(accessKeyId: string): string {
    return this.#names.get(accessKeyId) ?? accessKeyId;
  }
}
