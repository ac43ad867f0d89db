import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionLost, type Dispatch, type WireRequest, type WireResponse } from '../../lab/wire/message.ts';
import { startWireServer, type WireServer } from '../../lab/wire/server.ts';
import type { Grants } from './grants.ts';
import { type History, nowMs } from './history.ts';
import { statusWriteOf } from './statusWrite.ts';
import { isReading, type WireCall, wireCallOf } from './wireCall.ts';

/** What a door does to the calls that pass it. */
export type Trouble =
  /** The connection breaks before the lab sees the call. */
  | { kind: 'refuse' }
  /** Nothing comes back, and the lab sees nothing, until the caller gives up. */
  | { kind: 'blackHole' }
  /** The lab serves the call, and the connection breaks in place of the answer. */
  | { kind: 'loseAnswer' }
  /** The call reaches the lab so much later, real time. */
  | { kind: 'delay'; ms: number };

/** A trouble while it lasts. */
export interface Spell {
  trouble: Trouble;
  /** The service whose calls it befalls, as calls are signed for; `everything` befalls all. */
  service: string;
  /** Calls that it has befallen. */
  struck: number;
}

/** Longer than any caller is patient. */
const BLACK_HOLE_MS = 60_000;

/**
 * One operator's way to the lab: an HTTP server of its own before the lab's dispatch, which can be in the way for one API while it serves
 * the others. It takes down every call that the lab has seen.
 */
export class Door {
  readonly #dispatch: Dispatch;
  readonly #history: History;
  readonly #grants: Grants;
  readonly #spells = new Set<Spell>();
  readonly #named = new Set<string>();
  readonly #closing = new AbortController();
  #server: WireServer | undefined;

  static async open(dispatch: Dispatch, history: History, grants: Grants): Promise<Door> {
    const door = new Door(dispatch, history, grants);
    door.#server = await startWireServer({ dispatch: (request) => door.#pass(request), log: () => {} });
    return door;
  }

  private constructor(dispatch: Dispatch, history: History, grants: Grants) {
    this.#dispatch = dispatch;
    this.#history = history;
    this.#grants = grants;
  }

  get endpoint(): string {
    return this.#server?.endpoint ?? '';
  }

  /** Makes trouble until {@link clear}. */
  trouble(service: string, trouble: Trouble): Spell {
    const spell: Spell = { trouble, service, struck: 0 };
    this.#spells.add(spell);
    return spell;
  }

  clear(spell: Spell): void {
    this.#spells.delete(spell);
  }

  async close(): Promise<void> {
    this.#spells.clear();
    this.#closing.abort();
    await this.#server?.close();
  }

  async #pass(request: WireRequest): Promise<WireResponse> {
    const granted = await this.#grants.answer(request);
    if (granted !== undefined) return granted;
    const call = wireCallOf(request);
    const trouble = this.#strike(call.service);
    switch (trouble?.kind) {
      case undefined:
        return this.#serve(request, call, true);
      case 'refuse':
        throw new ConnectionLost('the nemesis is in the way');
      case 'blackHole':
        await this.#pause(BLACK_HOLE_MS);
        throw new ConnectionLost('the nemesis is in the way');
      case 'delay':
        await this.#pause(trouble.ms);
        return this.#serve(request, call, true);
      case 'loseAnswer':
        await this.#serve(request, call, false);
        throw new ConnectionLost('the nemesis has lost the answer');
    }
  }

  #strike(service: string): Trouble | undefined {
    for (const spell of this.#spells) {
      if (spell.service !== 'everything' && spell.service !== service) continue;
      spell.struck += 1;
      return spell.trouble;
    }
    return undefined;
  }

  async #serve(request: WireRequest, call: WireCall, answered: boolean): Promise<WireResponse> {
    const at = nowMs();
    try {
      const response = await this.#dispatch(request);
      this.#note(call, at, answered, response);
      return response;
    } catch (error) {
      this.#note(call, at, answered, undefined);
      throw error;
    }
  }

  #note(call: WireCall, at: number, answered: boolean, response: WireResponse | undefined): void {
    const { service, operation, accessKeyId, input } = call;
    const by = this.#grants.nameOf(accessKeyId);
    const ms = nowMs() - at;
    const outcome = response === undefined ? 'lost' : response.status < 300 ? 'ok' : 'refused';
    const written = service === 'dynamodb' ? statusWriteOf(operation, input) : undefined;
    if (written !== undefined) {
      this.#history.write({ kind: 'record', at, ms, by, ...written, hasLanded: outcome === 'ok' });
    }
    const text = response === undefined ? '' : Buffer.from(response.body).toString('utf8');
    const code = outcome === 'refused' ? codeOf(text) : undefined;
    if (operation === 'ListNamespaces' && outcome === 'ok') this.#learnNames(text);
    // Of the table's calls the writes of status are lines of their own; what else it holds says nothing of who drives what.
    const isTold = service !== 'dynamodb' && !isReading(operation);
    this.#history.write({
      kind: 'call',
      at,
      ms,
      by,
      api: `${service}:${operation}`,
      outcome,
      answered,
      ...(code === undefined ? {} : { code }),
      ...(isTold ? { input } : {}),
    });
  }

  /** An operator deletes a namespace by an id that it has from this list. */
  #learnNames(text: string): void {
    const { Namespaces = [] } = JSON.parse(text) as { Namespaces?: { Id: string; Name: string }[] };
    for (const { Id: id, Name: name } of Namespaces) {
      if (this.#named.has(id)) continue;
      this.#named.add(id);
      this.#history.write({ kind: 'name', at: nowMs(), id, name });
    }
  }

  async #pause(ms: number): Promise<void> {
    // A door that is closed lets nobody wait.
    await sleep(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}

/** By `__type` in JSON, by `<Code>` in XML. */
const codeOf = (text: string): string =>
  /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1] ?? /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? 'unknown';
