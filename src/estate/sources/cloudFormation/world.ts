import { SourceError, type Unresolved } from '../reading.ts';
import { Unknown } from '../shapes/shape.ts';
import type { Place } from './parameters.ts';
import { Stack } from './stack.ts';
import type { Template } from './template.ts';
import type { Result } from './values.ts';

/** All that is read together: what is given about where it runs, and the stacks that import from each other. */
export class World {
  readonly place: Place;
  readonly templates: readonly Template[];
  readonly unresolved: Unresolved[] = [];
  readonly stacks: Stack[] = [];
  readonly #open: string[] = [];

  constructor(templates: readonly Template[], place: Place) {
    this.templates = templates;
    this.place = place;
  }

  /** @param given the value of a parameter, where one is given */
  open(template: Template, name: string, given: (name: string) => Result): Stack {
    const stack = new Stack(this, template, name, given);
    this.stacks.push(stack);
    return stack;
  }

  /** @throws {SourceError} with the whole way round where `read` comes back to what it is reading */
  guarded<T>(key: string, where: string, read: () => T): T {
    const first = this.#open.indexOf(key);
    if (first >= 0) {
      throw new SourceError(where, '', `it refers to itself: ${[...this.#open.slice(first), key].join(' → ')}`);
    }
    this.#open.push(key);
    try {
      return read();
    } finally {
      this.#open.pop();
    }
  }

  imported(name: string): Result {
    for (const stack of this.stacks) {
      const value = stack.exported(name);
      if (value !== undefined) return value;
    }
    return new Unknown(`None of the templates that were given exports ${name}.`, `\${${name}}`);
  }
}
