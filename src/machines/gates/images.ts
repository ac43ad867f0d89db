import type { PlanSpec } from '../../plan/model.ts';
import { pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';
import { WAIVED } from './waived.ts';

/** A container of a task that runs. */
export interface RunningImage {
  container: string;
  /** As the task definition names it. */
  image: string;
  /** Of what really runs: `sha256:…`; `undefined` where ECS does not tell. */
  digest: string | undefined;
}

/** Every container of every running task of a service. */
export interface ServiceImages {
  service: string;
  images: readonly RunningImage[];
}

/**
 * Whether green runs the very images that blue runs: the same tag, resolved on another day, may be another image. Only containers that
 * both sides have are compared; Envoy and the agent of Service Connect are on one side each.
 *
 * A digest that ECS does not tell is `unknown`, and opens nothing: that the names are equal is what a moved tag looks like too.
 */
export function imagesVerdict(
  blue: ServiceImages,
  green: ServiceImages,
  { strategy, source: { onSourceChange } }: Pick<PlanSpec, 'strategy' | 'source'>,
): Verdict {
  const both = [...new Set(green.images.map(({ container }) => container))]
    .filter((container) => blue.images.some((one) => one.container === container))
    .toSorted();
  const untold = both.filter((container) => [blue, green].some((side) => digests(side, container).includes(undefined)));
  const different = both.filter(
    (container) => !untold.includes(container) && words(blue, container) !== words(green, container),
  );
  const problems = [
    ...different.map(
      (container) =>
        `container ${container} of ${green.service} runs ${words(green, container)}, that of ${blue.service} ${words(blue, container)}`,
    ),
    ...untold.map(
      (container) =>
        `ECS does not tell which image container ${container} of ${blue.service} and ${green.service} runs`,
    ),
  ];
  if (problems.length === 0) return pass(`${green.service} runs the images of ${blue.service}`);
  const why = problems.join('; ');
  if (strategy === 'rescue') return pass(`${why}; ${WAIVED}`);
  if (onSourceChange === 'ignore') return pass(`${why}; the plan passes it over (spec.source.onSourceChange)`);
  return different.length > 0
    ? wait(`${why}. Deploy blue anew, so that it runs what its tag names today, or name the image by its digest`)
    : unknown(`${why}. Name the image by its digest, or pass it over with spec.source.onSourceChange: ignore`);
}

const digests = ({ images }: ServiceImages, container: string): (string | undefined)[] =>
  images.filter((one) => one.container === container && !isPinned(one)).map(({ digest }) => digest);

/** An image that is named by its digest is that one. */
const isPinned = ({ image, digest }: RunningImage): boolean => digest === undefined && image.includes('@');

/** `shop:1 sha256:12ab…`; several where tasks of one service differ. */
const words = ({ images }: ServiceImages, container: string): string =>
  [
    ...new Set(
      images
        .filter((one) => one.container === container)
        .map(({ image, digest }) => digest ?? image.slice(image.indexOf('@') + 1)),
    ),
  ]
    .toSorted()
    .join(' and ');
