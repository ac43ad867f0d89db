/** Questions that are asked inside the page. Texts, since they run in the browser, whose types are none of Node's. */

/** How far the page is wider than its window, in pixels. */
export const OVERFLOW = 'document.documentElement.scrollWidth - innerWidth';

/** What is cut off, or stands outside the shape that it labels; with some of its text. */
export const CLIPPED = `(() => {
  const told = (element) => element.tagName + '.' + (element.getAttribute('class') ?? '') + ': ' + element.textContent.trim().slice(0, 60);
  const scrolls = ['auto', 'scroll'];
  const cut = [...document.querySelectorAll('main *, header *, footer *')].filter((element) => {
    if (element.closest('svg') || !element.checkVisibility() || element.matches('select, input, thead, thead *')) return false;
    const style = getComputedStyle(element);
    const hidesX = style.overflowX !== 'visible' && !scrolls.includes(style.overflowX);
    const hidesY = style.overflowY !== 'visible' && !scrolls.includes(style.overflowY);
    return (hidesX && element.scrollWidth > element.clientWidth + 1) || (hidesY && element.scrollHeight > element.clientHeight + 1);
  });
  const beyond = [...document.querySelectorAll('main :is(p, td, th, dd, dt, li, h2, h3, h4, small, code, a)')].filter((element) => {
    if (element.closest('svg') || !element.checkVisibility()) return false;
    const box = element.closest('.wide, .card, article, section');
    const { left, right } = element.getBoundingClientRect();
    const outer = box.getBoundingClientRect();
    return left < outer.left - 1 || (right > outer.right + 1 && box.scrollWidth <= box.clientWidth + 1);
  });
  const outside = [...document.querySelectorAll('.drawing .node')].flatMap((node) => {
    const body = node.querySelector('.body').getBBox();
    return [...node.querySelectorAll('text')].filter((text) => {
      const box = text.getBBox();
      return box.x < body.x || box.x + box.width > body.x + body.width || box.y < body.y || box.y + box.height > body.y + body.height + 1;
    });
  });
  return [...cut, ...beyond, ...outside].map(told);
})()`;

/** Every text whose contrast with what it stands on is below AA: 4.5, or 3 for large letters. */
export const FAINT = `(() => {
  const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const rgba = (color) => { context.clearRect(0, 0, 1, 1); context.fillStyle = color; context.fillRect(0, 0, 1, 1); return [...context.getImageData(0, 0, 1, 1).data]; };
  const luminance = ([r, g, b]) => [r, g, b].map((value) => value / 255).map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const groundOf = (element) => {
    const shape = element.closest('svg .node')?.querySelector('.body');
    if (shape) return rgba(getComputedStyle(shape).fill);
    for (let at = element; at !== null; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return rgba('Canvas');
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.textContent.trim() === '' || element.closest('script, title, select, :disabled') || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const ink = rgba(element.closest('svg') ? style.fill : style.color);
    const [one, other] = [luminance(ink), luminance(groundOf(element))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const enough = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if ((one + 0.05) / (other + 0.05) < enough) faint.add(element.tagName + '.' + element.getAttribute('class') + ': ' + node.textContent.trim().slice(0, 40));
  }
  return [...faint];
})()`;
