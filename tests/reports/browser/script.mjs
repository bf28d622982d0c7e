// What the script of a page adds, used as readers do.

import { texts } from './layout.mjs';

const state = (page) => page.evaluate(() => ({
    told: document.querySelector('.search output').value,
    cases: [...document.querySelectorAll('.violation .case, .cases > li')].filter((one) => one.checkVisibility()).length,
    rows: [...document.querySelectorAll('.matrix tbody tr')].filter((one) => one.checkVisibility()).length,
    open: [...document.querySelectorAll('details[open]')].length,
    height: document.body.scrollHeight,
}));

async function looked(page, text) {
    await page.keyboard.press('/');
    await page.locator('#search').fill(text);
    await page.waitForTimeout(200);
    return state(page);
}

/** The field narrows the page as one types, looks into what is folded, counts, and gives all of it back. */
export async function searching(page) {
    const problems = [];
    const before = await state(page);
    const one = await looked(page, 'byte KIM-7f3a');
    // It is told under the two requirements that it breaks.
    if (one.cases !== 2 || one.told !== '1 case') problems.push(`of one case it tells ${JSON.stringify(one)}`);
    const skipped = await looked(page, 'malformed-id');
    if (skipped.cases !== 1) problems.push(`a case that is folded away is not shown: ${JSON.stringify(skipped)}`);
    const none = await looked(page, 'nothing that is there');
    if (none.cases + none.rows !== 0 || none.told !== 'nothing found') problems.push(`of nothing it tells ${JSON.stringify(none)}`);
    await page.locator('nav').evaluate((contents) => contents.querySelector('a[href="#requirements"]').click());
    const followed = await state(page);
    if (followed.rows !== before.rows) problems.push('a link does not lead to what a search has hidden');
    const size = page.viewportSize();
    await page.setViewportSize({ ...size, width: 380 });
    await looked(page, 'e');
    problems.push(...await page.evaluate(texts));
    await page.setViewportSize(size);
    await page.keyboard.press('Escape');
    const after = await state(page);
    if (JSON.stringify(after) !== JSON.stringify(before)) {
        problems.push(`after a search the page is ${JSON.stringify(after)}, not ${JSON.stringify(before)}`);
    }
    return problems;
}

/** A command and the address of a failure are copied; without a clipboard the command is selected. */
export async function copying(page) {
    const problems = [];
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    const block = page.locator('header .repeat');
    const command = await block.locator('pre').textContent();
    await block.locator('button').click();
    if (await copied() !== command) problems.push(`"${await copied()}" is copied, not the command`);
    if (await block.locator('button').textContent() !== 'Copied') problems.push('a copy is not told');
    await page.locator('#fail-0 > h3 .copy').click();
    if (!(await copied()).endsWith('#fail-0')) problems.push(`"${await copied()}" is copied, not the address`);
    await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); });
    await block.locator('button').click();
    const selected = await page.evaluate(() => getSelection().toString());
    if (selected.trim() !== command) problems.push(`"${selected}" is selected, not the command`);
    return problems;
}

/** A moment stands at the same place in all charts over time, each with its figures. */
export async function following(page) {
    const problems = [];
    const charts = page.locator('svg[data-axis="time"]');
    const axes = await charts.evaluateAll((all) => all.map((chart) =>
        [...chart.querySelectorAll('line.grid')].filter((line) => line.getAttribute('x1') === line.getAttribute('x2'))
            .map((line) => line.getAttribute('x1')).join()));
    if (axes.length < 5 || new Set(axes).size !== 1) problems.push(`the axes of time differ: ${JSON.stringify(axes)}`);
    await charts.first().scrollIntoViewIfNeeded();
    const { x, y, width, height } = await charts.first().boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    const lines = await page.locator('line.moment').evaluateAll((all) => all.map((line) => line.getAttribute('x1')));
    if (lines.length !== axes.length || new Set(lines).size !== 1) problems.push(`the moment stands at ${lines.join()}`);
    const told = await page.locator('text.moment').allTextContents();
    if (told.some((text) => !/^\d+ (to \d+ )?s: \d/.test(text) && !/^\d+ s: p50 \d/.test(text))) {
        problems.push(`the figures of a moment are ${JSON.stringify(told)}`);
    }
    await page.mouse.move(0, 0);
    if (await page.locator('.moment').count() > 0) problems.push('a moment stays when the cursor leaves');
    return problems;
}
