// Opens pages of reports in a browser, as their readers do, and prints what a reader would trip over:
// one line each, nothing if there is none. Screenshots and prints stay beside the pages.
//
// node page.mjs PARTS BROWSER FOLDER [LIVE]
//
// PARTS has node_modules with playwright-core and axe-core, BROWSER is the browser's program, and FOLDER
// has the pages. LIVE is the address of the page of a load under way, which is looked at in place of them, until
// the browser is killed. Times and remarks go to standard error.

import { createRequire } from 'node:module';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filters, unfolding } from './keyboard.mjs';
import { folded, texts } from './layout.mjs';
import { copying, following, searching } from './script.mjs';

const [parts, executablePath, folder, live] = process.argv.slice(2);
const require = createRequire(`${resolve(parts)}/`);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const WIDTHS = [380, 1600];
const SCHEMES = ['light', 'dark'];
// A4 less margins of 1 cm, in CSS pixels.
const PAPER = { width: 718, height: 1047 };
// The impacts, in axe-core's words, that keep a reader out.
const BARRIERS = ['serious', 'critical'];

const problems = [];
let place = '';
const problem = (text) => problems.push(`${place}: ${text}`);

/** A page as it opens from disk or, alive, from its server. Whatever it asks for elsewhere or complains about is a problem. */
async function open(browser, name, options) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const url = live ?? pathToFileURL(resolve(folder, name)).href;
    const own = live ? [url, `${live}live.js`, `${live}events`] : [url];
    page.on('console', (message) => problem(`the console says: ${message.text()}`));
    page.on('pageerror', (error) => problem(`an error: ${error.message}`));
    page.on('request', (request) => {
        const asked = request.url().split('#')[0];
        if (!own.includes(asked) && !asked.startsWith('data:')) problem(`it asks for ${asked}`);
    });
    await page.goto(url);
    if (live) await page.waitForSelector('#load svg');
    return page;
}

/** The page lets no script in, and keeps doing so: this one comes through the debugger. */
async function accessibility(page) {
    const debuggee = await page.context().newCDPSession(page);
    const run = async (expression) => {
        const told = await debuggee.send('Runtime.evaluate', {
            expression, awaitPromise: true, returnByValue: true,
        });
        if (told.exceptionDetails) throw new Error(told.exceptionDetails.exception?.description);
        return told.result.value;
    };
    await run(`${axe}; 0`);
    const found = await run(`axe.run(document, { resultTypes: ['violations'] })
        .then((told) => told.violations.map(({ id, impact, help, nodes }) =>
            ({ id, impact, help, number: nodes.length, first: nodes[0].html })))`);
    for (const { id, impact, help, number, first } of found) {
        const text = `axe: ${id} (${impact}): ${help}, ${number} times, such as ${first}`;
        if (BARRIERS.includes(impact)) problem(text);
        else console.error(`${place}: ${text}`);
    }
}

async function onScreens(browser, name) {
    for (const width of WIDTHS) {
        for (const colorScheme of SCHEMES) {
            place = `${name}, ${width} px, ${colorScheme}`;
            const page = await open(browser, name, { viewport: { width, height: 900 }, colorScheme });
            (await page.evaluate(texts)).forEach(problem);
            await accessibility(page);
            const picture = name.replace('.html', `-${width}-${colorScheme}.png`);
            await page.screenshot({ path: join(folder, picture), fullPage: true });
            await page.context().close();
        }
    }
}

async function onPaper(browser, name) {
    place = `${name}, on paper`;
    const page = await open(browser, name, { viewport: PAPER, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    (await page.evaluate(texts)).forEach(problem);
    (await page.evaluate(folded)).forEach(problem);
    const margin = { top: '1cm', right: '1cm', bottom: '1cm', left: '1cm' };
    const path = join(folder, name.replace('.html', '.pdf'));
    await page.pdf({ path, format: 'A4', printBackground: true, margin });
    await page.context().close();
}

async function byKeyboard(browser, name) {
    place = `${name}, by keyboard`;
    const page = await open(browser, name, { viewport: { width: 1600, height: 900 } });
    (await filters(page)).forEach(problem);
    (await unfolding(page)).forEach(problem);
    await page.context().close();
}

/** What the script of a page adds: search, copies, and the moment under the cursor. */
async function byScript(browser, name, uses) {
    place = `${name}, by its script`;
    const permissions = ['clipboard-read', 'clipboard-write'];
    const page = await open(browser, name, { viewport: { width: 1600, height: 900 }, permissions });
    for (const use of uses) (await use(page)).forEach(problem);
    await page.context().close();
}

/** Without scripts a page has no control that does nothing. */
async function withoutScript(browser, name) {
    place = `${name}, without scripts`;
    const page = await open(browser, name, { javaScriptEnabled: false });
    if (await page.locator('.search, .copy').count() > 0) problem('it has controls that do nothing');
    await page.context().close();
}

/** Markup that got into a page, whoever wrote it, does not act: only the script whose hash the policy has does. */
async function tampered(browser, name) {
    place = `${name}, tampered with`;
    const act = "document.documentElement.dataset.acted = 'yes'";
    const markup = `<script>${act}</script><img src="data:," onerror="${act}"><p onclick="${act}">p</p>
        <a href="javascript:${act}">a</a><svg onload="${act}"></svg><iframe srcdoc="<script>parent.${act}</script>"></iframe>`;
    const page = await (await browser.newContext()).newPage();
    const path = join(folder, 'tampered.htm');
    writeFileSync(path, readFileSync(join(folder, name), 'utf8').replace('<main>', `<main>${markup}`));
    await page.goto(pathToFileURL(resolve(path)).href);
    await page.click('main > p');
    await page.click('main > a');
    if (await page.locator('[data-acted]').count() > 0) problem('foreign markup acts');
    if (await page.locator('.search').count() === 0) problem('its own script does not act');
    await page.context().close();
}

/** How long a page takes to open. Only told: on a busy machine a limit would fail for no fault. */
async function opening(browser, name) {
    place = `${name}, opening`;
    const page = await open(browser, name, { viewport: { width: 1600, height: 900 } });
    const [painted, whole] = await page.evaluate(() => [
        performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
        performance.getEntriesByType('navigation')[0].loadEventEnd,
    ]);
    console.error(`${name}: painted after ${painted?.toFixed()} ms, whole after ${whole.toFixed()} ms`);
    await page.context().close();
}

/** The page of a load under way; its end is that of a browser that is killed. */
async function underWay(server) {
    try {
        const browser = await chromium.connect(server.wsEndpoint());
        await onScreens(browser, 'live.html');
        await open(browser, 'live.html', {});
    } finally {
        await server.kill();
    }
}

async function stored(browser) {
    for (const name of readdirSync(folder).filter((name) => name.endsWith('.html'))) {
        if (name.startsWith('large')) {
            await opening(browser, name);
            continue;
        }
        await onScreens(browser, name);
        await onPaper(browser, name);
        if (name === 'failing.html') {
            await byKeyboard(browser, name);
            await byScript(browser, name, [searching, copying]);
            await withoutScript(browser, name);
            await tampered(browser, name);
        }
        if (name === 'load.html') await byScript(browser, name, [following]);
    }
}

const launch = { executablePath, args: ['--no-sandbox'] };
if (live) {
    await underWay(await chromium.launchServer(launch));
} else {
    const browser = await chromium.launch(launch);
    try {
        await stored(browser);
    } finally {
        await browser.close();
    }
}
problems.forEach((text) => console.log(text));
