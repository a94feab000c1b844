// Opens a report in headless Chromium and says what is wrong with it: errors in its console, requests, what axe finds,
// controls without a name, text that runs out of the window. Takes screenshots.
// node look.mjs REPORT.html FOLDER-FOR-SCREENSHOTS CHROMIUM
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [file, folder, executablePath] = process.argv.slice(2);
const require = createRequire(join(process.env.MODULES, 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const address = pathToFileURL(resolve(file)).href;
const name = basename(file, '.html');
mkdirSync(folder, { recursive: true });

const wrong = [];
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });

async function open(options) {
  // The page's own policy keeps scripts out, the test's too.
  const context = await browser.newContext({ bypassCSP: options.javaScriptEnabled !== false, ...options });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`error in the page: ${error}`));
  page.on('request', (request) => {
    if (request.url() !== address) wrong.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return page;
}

const schemes = ['light', 'dark'];
const widths = [390, 1280];
for (const colorScheme of schemes) {
  for (const width of widths) {
    const where = `${width} px, ${colorScheme}`;
    const page = await open({ colorScheme, viewport: { width, height: 844 }, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) wrong.push(`${where}: the page is ${wide} px wider than the window`);
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations', 'incomplete'] }));
    for (const one of found.violations) {
      wrong.push(`${where}: ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ')}`);
    }
    for (const one of found.incomplete.filter((one) => one.id === 'color-contrast')) {
      wrong.push(`${where}: contrast cannot be told: ${one.nodes.length} places, such as ${one.nodes[0].html.slice(0, 120)}`);
    }
    await page.context().close();
  }
}

// As it is opened by people: with its own policy, and by the keyboard alone.
const page = await open({ viewport: { width: 1280, height: 844 }, bypassCSP: false });
const client = await page.context().newCDPSession(page);
const { nodes } = await client.send('Accessibility.getFullAXTree');
const controls = ['link', 'button', 'radio', 'checkbox', 'textbox', 'DisclosureTriangle', 'region', 'navigation', 'article', 'table'];
let named = 0;
for (const node of nodes.filter((node) => !node.ignored && controls.includes(node.role?.value))) {
  named += 1;
  if (!node.name?.value?.trim()) wrong.push(`a ${node.role.value} has no name (node ${node.backendDOMNodeId})`);
}
const focusable = await page.evaluate(() => document.querySelectorAll('a[href], summary, input').length);
await page.keyboard.press('Tab');
const skip = await page.evaluate(() => document.activeElement.className);
if (skip !== 'skip') wrong.push(`Tab goes first to ${skip}, not to the link that skips`);
await page.keyboard.press('Enter');
const landed = await page.evaluate(() => location.hash);
if (landed !== '#main') wrong.push(`the link that skips leads to ${landed}`);
const radio = page.getByRole('radio', { name: 'gates and answers', exact: true });
if (await radio.count()) {
  const shown = () => page.evaluate(() => [...document.querySelectorAll('.events > li')].filter((one) => one.checkVisibility()).length);
  const before = await shown();
  await radio.focus();
  await page.keyboard.press('Space');
  const after = await shown();
  const quiet = await page.evaluate(() => document.querySelectorAll('.events > .note, .events > .commit').length);
  if (before - after !== quiet) wrong.push(`the filter leaves ${after} of ${before} events, with ${quiet} to hide`);
}
const lost = await page.evaluate(() =>
  [...document.querySelectorAll('a[href^="#"]')].filter((one) => !document.getElementById(one.hash.slice(1))).map((one) => one.hash));
if (lost.length) wrong.push(`links that lead nowhere: ${lost.join(' ')}`);
const outward = await page.evaluate(() => [...document.querySelectorAll('[href]:not([href^="#"]), [src], script, iframe, object')].length);
if (outward) wrong.push(`${outward} elements lead out of the page`);
await page.context().close();

// Without scripts, and on paper with all that is folded in.
const paper = await open({ viewport: { width: 794, height: 1123 }, javaScriptEnabled: false, colorScheme: 'dark' });
await paper.emulateMedia({ media: 'print' });
await paper.screenshot({ path: join(folder, `${name}-print.png`), fullPage: true });
await paper.pdf({ path: join(folder, `${name}.pdf`), format: 'A4', printBackground: true });
await paper.context().close();
const print = await open({ viewport: { width: 794, height: 1123 } });
await print.emulateMedia({ media: 'print' });
const folded = await print.evaluate(() =>
  [...document.querySelectorAll('details:not([open]) > :not(summary)')].filter((one) => !one.checkVisibility()).length);
if (folded) wrong.push(`on paper ${folded} parts stay folded`);

await browser.close();
wrong.forEach((one) => console.error(`${name}: ${one}`));
console.log(`${name}: ${named} controls and landmarks named, ${focusable} to reach by Tab, ${wrong.length} wrong`);
process.exitCode = wrong.length ? 1 : 0;
