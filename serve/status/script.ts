/**
 * The page's script, as it runs: asks for the status once a second and writes it as text, never as
 * HTML. A key that is needed is kept for as long as the tab is open.
 */
export const statusScript = `
const find = (id) => document.getElementById(id);
const made = (name, text, kind) => {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (kind) element.className = kind;
  return element;
};
const size = (octets) => octets < 1e6 ? (octets / 1e3).toFixed(0) + ' kB' : (octets / 1e6).toFixed(1) + ' MB';
const time = (ms) => ms === null ? '–' : ms < 1 ? (ms * 1000).toFixed(0) + ' µs' : ms.toFixed(ms < 10 ? 1 : 0) + ' ms';
const count = (number) => number.toLocaleString('en');
const share = (value) => (100 * value).toLocaleString('en', { maximumFractionDigits: 2 }) + ' %';
const before = new Map();
let since = 0;

function promised({ modes, level, promise, unchecked, isDegraded }) {
  const cell = made('td');
  const { epsilon, verdict } = promise;
  cell.append(made('span', epsilon === null ? verdict : verdict + ', ' + share(epsilon), verdict));
  if (isDegraded) cell.append(made('small', 'degraded now: something fails'));
  if (unchecked) cell.append(made('small', 'features unchecked'));
  const whose = promise.of === 'all-answers' ? ', of all answers together' : '';
  if (modes.length > 1) cell.append(made('small', 'mode ' + level + ' of ' + modes.length + whose));
  return cell;
}

function exits({ exits, stages }) {
  const cell = made('td');
  const total = exits.reduce((sum, rows) => sum + rows, 0);
  if (total === 0) return cell;
  const bar = made('div', undefined, 'bar');
  bar.setAttribute('role', 'img');
  bar.setAttribute('aria-label', exits.map((rows, stage) => 'stage ' + stage + ': ' + share(rows / total)).join(', '));
  bar.title = bar.getAttribute('aria-label');
  exits.forEach((rows, stage) => {
    const part = made('i', undefined, stage === stages ? 'full' : '');
    part.style.flex = String(rows / total);
    bar.append(part);
  });
  cell.append(bar);
  return cell;
}

function row(model, seconds) {
  const line = made('tr');
  const label = model.name + '/' + model.version;
  const name = made('th', model.name);
  name.scope = 'row';
  name.append(made('small', 'version ' + model.version + (model.sharesWith.length > 0
    ? ', shares with ' + model.sharesWith.slice(0, 3).join(', ') + (model.sharesWith.length > 3 ? ' and ' + (model.sharesWith.length - 3) + ' more' : '')
    : '')));
  const state = made('td', undefined);
  const alarmed = model.audit && model.audit.alarms > 0;
  state.append(made('span', alarmed ? 'ALARM' : model.isVoid ? 'VOID' : model.isUnsaved ? 'UNSAVED' : model.state, model.isVoid || model.isUnsaved ? 'void' : alarmed ? 'state' : model.state === 'READY' ? 'ready' : model.state.toLowerCase() + ' state'));
  if (model.reason) state.append(made('small', model.reason));
  const was = before.get(label);
  const rate = was === undefined || seconds <= 0 ? '–' : count(Math.max(0, Math.round((model.rows - was) / seconds)));
  before.set(label, model.rows);
  const { refused, expired, invalid, failed } = model.requests;
  line.append(name, state, promised(model), made('td', rate), made('td', time(model.p50Ms)), made('td', time(model.p99Ms)),
    exits(model), made('td', count(refused + expired) + ', ' + count(invalid) + ', ' + count(failed)),
    made('td', size(model.memory.own)), made('td', size(model.memory.shared)));
  return line;
}

function absence({ name, version, state, reason }) {
  const line = made('tr');
  const label = made('th', name);
  label.scope = 'row';
  label.append(made('small', 'version ' + version));
  const cell = made('td');
  cell.colSpan = 9;
  cell.append(made('span', state, state.toLowerCase() + ' state'), made('small', reason));
  line.append(label, cell);
  return line;
}

async function refresh() {
  const key = sessionStorage.getItem('key');
  try {
    const answer = await fetch('/status.json', key ? { headers: { authorization: 'Bearer ' + key } } : {});
    find('key').hidden = answer.status !== 401 && answer.status !== 403;
    if (!answer.ok) throw new Error('status ' + answer.status + (answer.status === 401 ? ': a key is needed' : ''));
    const { models, absent, memory, uptimeMs } = await answer.json();
    const seconds = (uptimeMs - since) / 1000;
    since = uptimeMs;
    find('models').replaceChildren(...models.map((model) => row(model, seconds)), ...absent.map(absence));
    const saved = memory.held > 0 && memory.unshared > memory.held ? ', ' + size(memory.unshared) + ' if nothing were shared' : '';
    find('summary').textContent = count(models.length) + (models.length === 1 ? ' model, ' : ' models, ') + size(memory.held) + saved
      + '; started ' + count(Math.round(uptimeMs / 1000)) + ' s ago';
  } catch (error) {
    find('summary').textContent = 'No status: ' + error.message;
  }
  setTimeout(refresh, 1000);
}

find('key').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem('key', find('secret').value);
});
refresh();
`;
