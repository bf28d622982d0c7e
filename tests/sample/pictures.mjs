// Takes the pictures of reports/sample: the top of the page, and a terminal with what a run said in it.
//
// node pictures.mjs PARTS BROWSER FOLDER TERMINAL
//
// PARTS has node_modules with playwright-core, BROWSER is the browser's program, FOLDER has report.html and
// gets page.png and terminal.png, and TERMINAL is a file with the colours of a terminal in it.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [parts, executablePath, folder, terminal] = process.argv.slice(2);
const { chromium } = createRequire(`${resolve(parts)}/`)('playwright-core');

const PAGE = { width: 1100, height: 1120 };
const STYLES = {
    1: 'font-weight: bold', 2: 'color: #8b949e', 31: 'color: #ff7b72', 32: 'color: #7ee787',
    33: 'color: #e3b341', 36: 'color: #79c0ff',
};

const escaped = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.codePointAt(0)};`);

/** The text with its colours as elements. */
function coloured(text) {
    const [first, ...others] = text.split('\x1b[');
    const pieces = others.map((piece) => {
        const [, codes, rest] = piece.match(/^([0-9;]*)m([^]*)$/);
        const styles = codes.split(';').map((code) => STYLES[code]).filter(Boolean);
        return `<span style="${styles.join(';')}">${escaped(rest)}</span>`;
    });
    return escaped(first) + pieces.join('');
}

const screen = `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; }
    pre { display: inline-block; margin: 0; padding: 20px 24px; background: #0d1117; color: #e6edf3;
          font: 14px/1.45 'Liberation Mono', monospace; }
</style><pre>${coloured(readFileSync(terminal, 'utf8').trimEnd())}</pre>`;

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: PAGE });
await page.goto(pathToFileURL(resolve(folder, 'report.html')).href);
await page.screenshot({ path: join(folder, 'page.png') });
await page.setContent(screen);
await page.locator('pre').screenshot({ path: join(folder, 'terminal.png') });
await browser.close();
