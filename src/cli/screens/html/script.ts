/**
 * What a browser runs: filters, and the service that is pointed at or chosen. Takes its data from the page's own attributes, so that
 * no foreign text is ever inside a script. Without it everything is there to read.
 */
export const SCRIPT = `
(() => {
  'use strict';
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  for (const element of all('[data-scripted]')) element.hidden = false;

  // Findings.
  const form = byId('filter');
  const places = all('[data-place]').map((element) => {
    const code = element.closest('[data-code]');
    return {
      element,
      severity: code.dataset.severity,
      code: code.dataset.code,
      services: element.dataset.services.split(' '),
      text: (code.dataset.code + ' ' + [...element.closest('.text').querySelectorAll('p')].map((one) => one.textContent).join(' ') + ' ' + element.textContent).toLowerCase(),
    };
  });
  const applyFilter = () => {
    if (!form) return;
    const severities = new Set(all('[name=severity]:checked', form).map((box) => box.value));
    const code = form.elements.code.value;
    const service = form.elements.service.value;
    const words = form.elements.text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const place of places) {
      const matches = severities.has(place.severity)
        && (code === '' || place.code === code)
        && (service === '' || place.services.includes(service))
        && words.every((word) => place.text.includes(word));
      place.element.hidden = !matches;
      if (matches) shown += 1;
    }
    const narrowed = code !== '' || service !== '' || words.length > 0;
    const group = (selector) => {
      for (const element of all(selector)) element.hidden = element.querySelector('[data-place]:not([hidden])') === null;
    };
    group('article.code .text');
    group('article.code');
    group('section.severity');
    if (narrowed) for (const details of all('#findings details')) details.open = true;
    byId('no-findings').hidden = shown > 0;
    byId('filter-count').textContent = shown === places.length
      ? 'All ' + places.length + ' findings'
      : shown + ' of ' + places.length + ' findings';
  };
  if (form) {
    form.hidden = false;
    form.addEventListener('input', applyFilter);
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('reset', () => setTimeout(applyFilter));
    applyFilter();
  }
  const showFindingsOf = (id) => {
    if (!form) return;
    form.reset();
    form.elements.service.value = id;
    setTimeout(applyFilter);
  };
  for (const link of all('[data-findings-of]')) link.addEventListener('click', () => showFindingsOf(link.dataset.findingsOf));

  // The service that is pointed at or chosen.
  const drawings = all('.drawing');
  const bar = byId('selection');
  const finder = byId('find-service');
  let chosen;
  const bringOut = (id) => {
    for (const drawing of drawings) {
      drawing.classList.toggle('focused', id !== undefined);
      for (const element of all('.near', drawing)) element.classList.remove('near');
      if (id === undefined) continue;
      const near = new Set([id]);
      for (const edge of all('.edge', drawing)) {
        const { from, to } = edge.dataset;
        if (from !== id && to !== id) continue;
        edge.classList.add('near');
        near.add(from).add(to);
      }
      for (const node of all('.node', drawing)) if (near.has(node.dataset.node)) node.classList.add('near');
    }
  };
  const choose = (id) => {
    chosen = id;
    for (const element of all('.selected')) element.classList.remove('selected');
    if (id !== undefined) {
      for (const element of all('[data-service="' + id + '"],[data-row="' + id + '"]')) element.classList.add('selected');
      byId('selection-name').textContent = byId(id).querySelector('.name').textContent;
      byId('selection-row').href = '#' + id;
    }
    if (bar) bar.hidden = id === undefined;
    if (finder) finder.value = id ?? '';
    bringOut(id);
  };
  for (const node of all('.drawing .node')) {
    const id = node.dataset.node;
    node.addEventListener('pointerenter', () => bringOut(id));
    node.addEventListener('pointerleave', () => bringOut(chosen));
    node.addEventListener('focus', () => bringOut(id));
    node.addEventListener('blur', () => bringOut(chosen));
    node.addEventListener('click', (event) => {
      if (node.dataset.service === undefined || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      choose(chosen === id ? undefined : id);
    });
  }
  for (const link of all('a[data-service]:not(.node)')) link.addEventListener('click', () => choose(link.dataset.service));
  if (finder) finder.addEventListener('change', () => {
    choose(finder.value === '' ? undefined : finder.value);
    const node = document.querySelector('.drawing .node.selected');
    if (node) node.scrollIntoView({ block: 'nearest', inline: 'center' });
  });
  byId('selection-clear')?.addEventListener('click', () => { choose(undefined); finder?.focus(); });
  byId('selection-findings')?.addEventListener('click', () => showFindingsOf(chosen));
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && chosen !== undefined) choose(undefined); });

  // Both sides show the same part.
  const viewports = all('.viewport');
  for (const one of viewports) one.addEventListener('scroll', () => {
    for (const other of viewports) if (other !== one) {
      if (Math.abs(other.scrollTop - one.scrollTop) > 1) other.scrollTop = one.scrollTop;
      if (Math.abs(other.scrollLeft - one.scrollLeft) > 1) other.scrollLeft = one.scrollLeft;
    }
  }, { passive: true });
})();
`;
