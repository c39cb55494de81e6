'use strict';

/** What Python wrote of the board; systems, tasks and languages are named by their place in its lists. */
const data = JSON.parse(document.getElementById('data').textContent);

const cellsByPlace = new Map(data.cells.map((cell) => [placeKey(cell.system, cell.task, cell.language), cell]));
const examplesByPlace = new Map(
  (data.examples.cells || []).map((cell) => [placeKey(cell.system, cell.task, cell.language), cell]),
);
const sharedByPlace = new Map(
  (data.examples.shared || []).map((shared) => [placeKey(shared.baseline, shared.task, shared.language), shared.items]),
);

function placeKey(...parts) {
  return parts.join(' ');
}

function cellAt(system, task, language) {
  return cellsByPlace.get(placeKey(system, task, language));
}

/** The examples in which a cell differs from the baseline's, undefined if that is not known. */
function examplesAt(system, task, language) {
  return examplesByPlace.get(placeKey(system, task, language));
}

/** What is shared by all systems held against one baseline: texts, gold answers and the answers of that baseline. */
function sharedAt(baseline, task, language) {
  return sharedByPlace.get(placeKey(baseline, task, language));
}

/** The contender that a system is, or is one seed of. */
function contenderOf(system) {
  return data.contenders.find((contender) => contender.systems.includes(system));
}

/** `gain` or `loss`, or `even` where the difference is written as zero. */
function sideOf(change) {
  if (differenceText(change) === '0.0') {
    return 'even';
  }
  return change.difference > 0 ? 'gain' : 'loss';
}

/** The difference without its interval. */
function differenceText(change) {
  return change.text.split(' ')[0];
}
