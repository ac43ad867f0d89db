/** One step of a Dockerfile, its arguments as they stand behind the instruction, with `ARG`s filled in. */
export interface Step {
  instruction: string;
  text: string;
}

export interface Stage {
  /** The image that it begins with. */
  from: string;
  /** `AS <name>`. */
  name: string | undefined;
  steps: Step[];
}

/**
 * A Dockerfile's stages, in as much of the language as ours uses: comments, lines that go on, `ARG` with a default, and instructions. Throws
 * where an `ARG` has no value, and where an instruction stands before the first `FROM`.
 *
 * @param given build arguments, over the defaults
 */
export function stagesOf(dockerfile: string, given: Readonly<Record<string, string>> = {}): Stage[] {
  const values = new Map<string, string>();
  const stages: Stage[] = [];
  for (const line of wholeLines(dockerfile)) {
    const [, instruction = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (instruction === 'ARG') {
      const [name = '', byDefault] = rest.split('=');
      const value = given[name] ?? byDefault;
      if (value !== undefined) values.set(name, value);
      continue;
    }
    // Of a shell's command a `$` is the shell's.
    const text = instruction === 'RUN' ? rest : filled(rest, values);
    if (instruction === 'FROM') {
      const [from = '', , name] = text.split(/\s+/);
      stages.push({ from, name, steps: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`The Dockerfile says ${line} before any FROM.`);
    stage.steps.push({ instruction, text });
  }
  return stages;
}

/** Without comments and empty lines; one that ends with a backslash has the next in it. */
const wholeLines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const filled = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`The Dockerfile wants a value for ${name}: --build-arg ${name}=…`);
    return value;
  });

/** The strings of an instruction in exec form. Throws where it is in another. */
export function execForm(text: string): string[] {
  const value: unknown = text.startsWith('[') ? JSON.parse(text) : undefined;
  if (!Array.isArray(value))
    throw new Error(`"${text}" is not in exec form, in which a signal reaches the program itself.`);
  return value.map(String);
}
