'use strict';

const VERDICTS = ['fixed', 'broken', 'changed'];
const LANGUAGE_TAG = /^[a-z]{2,3}$/;

/** Open the dialog on one cell: its scores, and examples that the system and the baseline answered differently. */
function openExamples(cell) {
  const [task, language] = [data.tasks[cell.task], data.languages[cell.language]];
  byId('examples-heading').replaceChildren(task.title, ', ', isolated(language.name));
  byId('examples-body').replaceChildren(scores(cell), ...remarks(cell), ...exampleList(cell));
  byId('examples').showModal();
  byId('examples-body').scrollTop = 0;
}

/** Esc closes a dialog by itself; so do the button, and a click beside it. */
function closeExamplesOnClick() {
  const dialog = byId('examples');
  dialog.querySelector('.close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
}

function scores(cell) {
  const bases = data.baselines.filter((base) => base !== cell.system).map((base) => cellAt(base, cell.task, cell.language));
  const rows = [...bases.filter((base) => base).map((base) => scoreRow(base, 'baseline')), scoreRow(cell, 'system')];
  const titles = ['', data.tasks[cell.task].metrics.join(' / '), cell.change ? 'change' : ''];
  const head = make('tr', {}, ...titles.map((title) => make('th', { scope: 'col', class: 'number' }, title)));
  const table = make('table', { class: 'scores' }, make('thead', {}, head), make('tbody', {}, ...rows));
  return make('div', { class: 'scroll' }, table);
}

function scoreRow(cell, role) {
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, isolatedName(data.systems[cell.system]), ' ', make('small', {}, role)),
    make('td', { class: 'number' }, cell.text),
    make('td', { class: 'number' }, role === 'system' && cell.change ? cell.change.text : ''),
  );
}

function remarks(cell) {
  return (cell.notes || []).map((number) => make('p', { class: 'remark' }, isolated(data.notes[number - 1])));
}

function exampleList(cell) {
  const found = examplesAt(cell.system, cell.task, cell.language);
  if (!found) {
    return [make('p', {}, whyNone(cell))];
  }
  const list = make('ol', { class: 'examples' });
  const shared = sharedAt(found.baseline, cell.task, cell.language);
  const show = (verdict) => {
    const wanted = found.shown.filter((one) => !verdict || one.verdict === verdict);
    list.replaceChildren(...wanted.map((one) => exampleItem(one, shared[one.item], cell)));
  };
  show('');
  const options = VERDICTS.filter((verdict) => found.shown.some((one) => one.verdict === verdict));
  const groups = [['', [['', 'all'], ...options.map((verdict) => [verdict, verdict])]]];
  return [make('p', {}, counted(found)), choice('Verdict', groups, show).field, list];
}

function whyNone(cell) {
  if (data.baseline === null) {
    return 'There is no baseline whose answers could be set beside these.';
  }
  if (data.baselines.includes(cell.system)) {
    return 'This is the baseline: choose another system to see where their answers differ.';
  }
  return 'No answers to set beside each other: predictions are missing, or were not made on the same examples.';
}

function counted(found) {
  const all = VERDICTS.reduce((sum, verdict) => sum + found.counts[verdict], 0);
  const kinds = VERDICTS.map((verdict) => `${found.counts[verdict]} ${verdict}`).join(', ');
  return `Answered differently: ${all} of ${found.examples} examples (${kinds}). Shown: ${found.shown.length} of ${all}.`;
}

function exampleItem(one, item, cell) {
  const head = make(
    'div',
    { class: 'example-head' },
    make('span', { class: `verdict ${one.verdict}` }, one.verdict),
    make('code', {}, isolated(item.id)),
  );
  const texts = item.texts.map((text) => make('p', { class: 'passage', dir: 'auto', ...spokenIn(cell) }, text));
  return make('li', {}, head, ...texts, one.words ? taggedWords(one.words, cell) : answers(one, item));
}

function answers(one, item) {
  const lines = [['gold', item.gold], ['baseline', item.base], ['system', one.head]];
  const parts = lines.flatMap(([role, text]) => [make('dt', {}, role), make('dd', { dir: 'auto' }, text)]);
  return make('dl', { class: 'answers' }, ...parts);
}

/** The words that not all tag alike, each above its tags; a tag that is not the gold one stands out. */
function taggedWords(words, cell) {
  const roles = ['word', 'gold', 'baseline', 'system'].map((role) => make('span', {}, role));
  const columns = words.map(([word, gold, base, head]) =>
    make(
      'li',
      { class: base === head ? false : 'differs', 'aria-label': `${word}: gold ${gold}, baseline ${base}, system ${head}` },
      make('span', { class: 'word', ...spokenIn(cell) }, word),
      make('span', {}, gold),
      ...[base, head].map((tag) => make('span', { class: tag === gold ? false : 'wrong' }, tag)),
    ),
  );
  // No `bdi` around the words: the first of them gives the whole its direction.
  const list = make('ol', { class: 'tagged', dir: 'auto' }, ...columns);
  return make('div', { class: 'tagging' }, make('div', { class: 'roles', 'aria-hidden': 'true' }, ...roles), list);
}

/**
 * The language of texts, so that a browser takes the right shapes for characters that several share. What retrieval
 * searches with may be in English.
 */
function spokenIn(cell) {
  const { code } = data.languages[cell.language];
  return LANGUAGE_TAG.test(code) && !data.tasks[cell.task].retrieval ? { lang: code } : {};
}
