import { WAIVED } from '../../../machines/gates/waived.ts';
import { imagesVerdict, type ServiceImages } from '../../../machines/gates/images.ts';
import { greensOf } from '../../run.ts';
import { attempt } from '../attempt.ts';
import type { Gate, NamedVerdict } from './gate.ts';

/** Green runs the images that blue runs. Asked once green stands, before it has any weight. */
export const imagesGate: Gate = async ({ run, world, state }, { estate, stack }, { facts, waived }) => {
  if (state !== 'verify' || facts.provisioned.verdict !== 'pass') return [];
  const pairs = greensOf(stack).flatMap(({ name, blueService }) =>
    blueService === undefined ? [] : [{ green: name, blue: blueService }],
  );
  const names = pairs.flatMap(({ blue, green }) => [blue, green]);
  const read = await attempt(() => world.runningImages(estate.cluster.arn, names));
  if (!read.ok) return [{ name: 'images', ...read.verdict }];
  const of = (service: string): ServiceImages =>
    read.value.find((one) => one.service === service) ?? { service, images: [] };
  const verdicts = pairs.map(
    ({ blue, green }): NamedVerdict => ({ name: `images/${green}`, ...imagesVerdict(of(blue), of(green), run.spec) }),
  );
  if (run.spec.strategy === 'rescue') {
    waived.push(...verdicts.filter(({ why }) => why.endsWith(WAIVED)).map(({ name, why }) => ({ gate: name, why })));
  }
  return verdicts;
};
