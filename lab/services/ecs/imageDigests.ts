import { Random } from '../../random.ts';
import type { DeploymentRecord } from './records.ts';

/**
 * What a registry's tags point to. A deployment resolves each image that it names once, and all of its tasks run that, also those that start
 * after the tag was moved (row E78).
 */
export class ImageDigests {
  readonly #pushes = new Map<string, number>();
  readonly #resolved = new WeakMap<DeploymentRecord, Map<string, string>>();

  /** Somebody pushes another image under the same name: deployments from now on resolve to that. */
  push(image: string): void {
    this.#pushes.set(image, (this.#pushes.get(image) ?? 0) + 1);
  }

  /** `sha256:` and 64 hexadecimal digits; one that is named by its digest is that one. */
  of(deployment: DeploymentRecord, image: string): string {
    const pinned = image.split('@')[1];
    if (pinned !== undefined) return pinned;
    const resolved = this.#resolved.get(deployment) ?? new Map<string, string>();
    this.#resolved.set(deployment, resolved);
    const digest = resolved.get(image) ?? digestOf(`${image}#${this.#pushes.get(image) ?? 0}`);
    resolved.set(image, digest);
    return digest;
  }
}

/** The same for the same text, and as long as a real one. */
function digestOf(text: string): string {
  let seed = 0x811c9dc5;
  for (const character of text) seed = Math.imul(seed ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return `sha256:${new Random(seed).hex(64)}`;
}
