/** The single faults that the lab can be switched to. Words as in `--faults`. */
export const FAULTS = {
  'green-errors': 'one in four requests to a Service Connect task answers 500',
  'green-slow': 'every request to a Service Connect task takes 1 s longer',
  'blue-errors': 'one in four requests to a task of the mesh answers 500',
  'all-slow': 'every request to a task of the mesh or of Service Connect takes 1 s longer',
  'app-mesh-gone':
    'the App Mesh API stops answering, a new Envoy never becomes healthy, blue’s Cloud Map endpoints freeze',
  throttling: 'every API family answers ThrottlingException above a quarter of its published rate',
} as const;

export type FaultName = keyof typeof FAULTS;

/** The switches themselves. Services and the data plane read them at each use; only the lab's owner turns them. */
export class Faults {
  readonly #on = new Set<FaultName>();

  constructor(names: Iterable<FaultName> = []) {
    for (const name of names) this.#on.add(name);
  }

  has(name: FaultName): boolean {
    return this.#on.has(name);
  }

  set(name: FaultName, on: boolean): void {
    if (on) this.#on.add(name);
    else this.#on.delete(name);
  }
}
