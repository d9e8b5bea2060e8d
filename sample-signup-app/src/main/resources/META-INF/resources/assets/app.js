// The pages work without this file; it makes them live. Markup comes from the server, escaped there.
'use strict';

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const one = (selector, root = document) => root.querySelector(selector);

function tellTimes(root = document) {
  const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  all('[data-clock]', root).forEach((time) => {
    time.textContent = clock.format(new Date(time.dateTime));
  });
}

// The server's clock and the browser's may differ, so countdowns start from what the server wrote.
function countDown() {
  all('[data-due-at]').forEach((due) => {
    if (!due.dueAt) {
      const written = /(\d+)/.exec(due.textContent);
      due.dueAt = performance.now() + (written ? Number(written[1]) * 1000 : 0);
    }
    const seconds = Math.ceil((due.dueAt - performance.now()) / 1000);
    due.textContent = seconds > 0 ? `in ${seconds} s` : 'now';
  });
}

function followJourney(journey) {
  const events = new EventSource(journey.dataset.events);
  events.addEventListener('journey', (event) => {
    const { state, label, headline, html } = JSON.parse(event.data);
    const badge = one('[data-badge]', journey);
    one('[data-timeline]', journey).innerHTML = html;
    one('[data-headline]', journey).textContent = headline;
    if (badge.textContent !== label) badge.textContent = label;
    badge.dataset.tone = state;
    journey.dataset.state = state;
    countDown();
  });
}

function followJourneys(list) {
  const events = new EventSource('/journeys/events');
  events.addEventListener('journeys', (event) => {
    list.innerHTML = JSON.parse(event.data).html;
    tellTimes(list);
  });
}

function press(form, value) {
  all('button[value]', form).forEach((button) => {
    button.setAttribute('aria-pressed', String(button.value === value));
  });
}

function showStatus(controls, status) {
  const summary = one('[data-summary]', controls);
  const text = status[summary.dataset.summary];
  if (summary.textContent !== text) summary.textContent = text;
  const mailServer = one('[data-testid="mail-server"]', controls);
  if (mailServer) {
    mailServer.dataset.mode = status.mailServer;
    press(mailServer, status.mailServer);
  }
  one('[data-broker]', controls).dataset.connected = String(status.queue.connected);
  one('[data-broker-text]', controls).textContent =
    status.queue.connected ? 'Broker connected' : 'Broker not reachable';
  all('[data-figure]', controls).forEach((figure) => {
    figure.textContent = status.queue[figure.dataset.figure];
  });
  all('[data-department]', controls).forEach((worker) => {
    showWorker(worker, status.departments[worker.dataset.department]);
  });
  const queue = one('[data-testid="queue"]', controls);
  if (queue) showQueue(controls, queue, status);
}

function showWorker(worker, { on, waiting, deadLettered }) {
  worker.dataset.state = on ? 'on' : 'off';
  worker.dataset.waiting = waiting;
  press(worker, worker.dataset.state);
  one('[data-waiting-text]', worker).textContent = waiting;
  one('[data-dead-text]', worker).textContent = deadLettered;
  one('[data-dead]', worker).hidden = deadLettered === 0;
}

// What pages of purchases do not show.
function showQueue(controls, queue, status) {
  queue.dataset.state = status.queue.on ? 'on' : 'off';
  press(queue, queue.dataset.state);
  const letters = one('[data-dead-letters]', controls);
  if (letters.shown !== status.deadLettersHtml) {
    letters.innerHTML = status.deadLettersHtml;
    letters.shown = status.deadLettersHtml;
  }
  one('[data-redrive]', controls).disabled = status.queue.deadLettered === 0;
}

async function refresh(controls) {
  try {
    const response = await fetch('/demo/status');
    if (response.ok) showStatus(controls, await response.json());
  } catch {
    one('[data-broker-text]', controls).textContent = 'This application does not answer';
    one('[data-broker]', controls).dataset.connected = 'false';
  }
}

function enliven(controls) {
  all('form[data-live]', controls).forEach((form) => {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form));
      if (event.submitter && event.submitter.name) body.set(event.submitter.name, event.submitter.value);
      try {
        await fetch(form.action, { method: 'POST', body, redirect: 'manual' });
      } finally {
        await refresh(controls);
      }
    });
  });
  refresh(controls);
  setInterval(() => {
    if (!document.hidden) refresh(controls);
  }, 1500);
}

function prepareSignup(form) {
  const submit = one('[data-submit]', form);
  const waiting = one('[data-waiting]', form);
  const label = submit.textContent;
  all('[data-toggle]', form).forEach((toggle) => {
    const input = document.getElementById(toggle.dataset.toggle);
    toggle.hidden = false;
    toggle.addEventListener('click', () => {
      const shown = input.type === 'text';
      input.type = shown ? 'password' : 'text';
      toggle.textContent = shown ? 'Show' : 'Hide';
      toggle.setAttribute('aria-pressed', String(!shown));
    });
  });
  form.addEventListener('submit', () => {
    const startedAt = performance.now();
    submit.disabled = true;
    submit.textContent = 'Creating your account …';
    form.ticker = setInterval(() => {
      const seconds = Math.floor((performance.now() - startedAt) / 1000);
      waiting.hidden = seconds < 1;
      waiting.textContent = `Waiting for the mail server: ${seconds} s. This is what the queue is for.`;
    }, 250);
  });
  // A page that comes back from the browser's cache must be usable again.
  window.addEventListener('pageshow', () => {
    clearInterval(form.ticker);
    submit.disabled = false;
    submit.textContent = label;
    waiting.hidden = true;
  });
}

// A second click would buy a second time.
function preparePurchase(form) {
  const submit = one('[data-submit]', form);
  form.addEventListener('submit', () => { submit.disabled = true; });
  window.addEventListener('pageshow', () => { submit.disabled = false; });
}

tellTimes();
countDown();
setInterval(countDown, 250);
all('[data-journey]').forEach(followJourney);
all('[data-journeys]').forEach(followJourneys);
all('[data-controls]').forEach(enliven);
all('[data-signup]').forEach(prepareSignup);
all('[data-purchase]').forEach(preparePurchase);
const problems = document.getElementById('problems');
if (problems) problems.focus();
