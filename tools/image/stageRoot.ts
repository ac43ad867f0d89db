import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execForm, type Stage } from './dockerfile.ts';

/** What an image says of its containers. */
export interface Image {
  /** Its root directory. */
  root: string;
  /** Within the root. */
  workingDirectory: string;
  environment: Record<string, string>;
  user: string | undefined;
  entrypoint: string[];
  command: string[];
  /** Of the health check, in exec form. */
  healthCheck: string[];
}

/**
 * Plays the stages' steps in directories below `into`, one a stage, which have nothing in them at first but what the steps put there; base images are
 * not played, and `node` and `npm` are this process'. Throws where a step fails, or is one that is not played.
 *
 * @param context the build's context
 * @param say told each step before it is done
 */
export function playStages(
  stages: readonly Stage[],
  context: string,
  into: string,
  say: (line: string) => void,
): Image {
  const roots = new Map<string, string>();
  let image: Image | undefined;
  for (const [index, stage] of stages.entries()) {
    const root = join(into, String(index));
    mkdirSync(root, { recursive: true });
    if (stage.name !== undefined) roots.set(stage.name, root);
    image = playStage(stage, root, context, roots, say);
  }
  if (image === undefined) throw new Error('The Dockerfile has no stage.');
  return image;
}

function playStage(
  stage: Stage,
  root: string,
  context: string,
  roots: ReadonlyMap<string, string>,
  say: (line: string) => void,
): Image {
  const image: Image = {
    root,
    workingDirectory: '/',
    environment: {},
    user: undefined,
    entrypoint: [],
    command: [],
    healthCheck: [],
  };
  for (const { instruction, text } of stage.steps) {
    say(`${instruction} ${text}`);
    switch (instruction) {
      case 'WORKDIR':
        image.workingDirectory = text;
        mkdirSync(join(root, text), { recursive: true });
        break;
      case 'COPY':
        copy(text, context, join(root, image.workingDirectory), roots);
        break;
      case 'RUN':
        execFileSync('sh', ['-c', text], {
          cwd: join(root, image.workingDirectory),
          env: { ...process.env, ...image.environment },
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        break;
      case 'ENV': {
        const [name = '', value = ''] = text.split('=');
        image.environment[name] = value;
        break;
      }
      case 'USER':
        image.user = text;
        break;
      case 'EXPOSE':
      case 'LABEL':
        break;
      case 'HEALTHCHECK':
        image.healthCheck = execForm(text.slice(text.indexOf('CMD ') + 'CMD '.length));
        break;
      case 'ENTRYPOINT':
        image.entrypoint = execForm(text);
        break;
      case 'CMD':
        image.command = execForm(text);
        break;
      default:
        throw new Error(`${instruction} is not played by image:check. Nothing was built; teach it in tools/image/.`);
    }
  }
  return image;
}

/** Copies as COPY does: of a directory what is in it, of files the files. */
function copy(text: string, context: string, workingDirectory: string, roots: ReadonlyMap<string, string>): void {
  const words = text.split(/\s+/);
  const from = /^--from=(.*)$/.exec(words[0] ?? '')?.[1];
  const source = from === undefined ? context : roots.get(from);
  if (source === undefined) throw new Error(`COPY ${text}: there is no stage ${from} before this one.`);
  const names = from === undefined ? words : words.slice(1);
  const target = names.pop() ?? '.';
  for (const name of names) {
    const path = join(source, name);
    if (!existsSync(path)) throw new Error(`COPY ${text}: ${name} is not there.`);
    const isInto = target.endsWith('/') || names.length > 1;
    const to = join(workingDirectory, target, isInto ? basename(name) : '');
    cpSync(path, to, { recursive: true });
  }
}
