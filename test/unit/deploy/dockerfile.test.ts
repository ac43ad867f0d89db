import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { execForm, stagesOf } from '../../../tools/image/dockerfile.ts';

test('lines that go on are one step, comments are none, an ARG is filled in where the shell does not', () => {
  const text =
    'ARG BASE=node:24\n# what\nFROM ${BASE} AS build\nRUN echo ${HOME} \\\n  twice\nFROM ${BASE}\nUSER node\n';
  expect(stagesOf(text, { BASE: 'other' })).toEqual([
    { from: 'other', name: 'build', steps: [{ instruction: 'RUN', text: 'echo ${HOME} twice' }] },
    { from: 'other', name: undefined, steps: [{ instruction: 'USER', text: 'node' }] },
  ]);
});

test('an ARG without a value is told, and so is what is not in exec form', () => {
  expect(() => stagesOf('ARG BASE\nFROM ${BASE}')).toThrow('--build-arg BASE');
  expect(() => execForm('node dist/meshlift.js')).toThrow('not in exec form');
});

test('what the image’s build copies, the build’s context has', async () => {
  const root = new URL('../../../', import.meta.url);
  const ignored = (await readFile(new URL('.dockerignore', root), 'utf8')).split('\n');
  const [build] = stagesOf(await readFile(new URL('Dockerfile', root), 'utf8'));
  const copied = (build?.steps ?? []).flatMap(({ instruction, text }) =>
    instruction === 'COPY' ? text.split(' ').slice(0, -1) : [],
  );
  expect(copied).toContain('package-lock.json');
  expect(copied.filter((name) => ignored.includes(name))).toEqual([]);
});
