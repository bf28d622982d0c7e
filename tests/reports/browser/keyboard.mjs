// A page used with nothing but keys.

// More than a page has places to stop at.
const MOST_STOPS = 1000;

/** Presses Tab until the focus is on what the selector finds. */
async function tabTo(page, selector) {
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
        await page.keyboard.press('Tab');
        const there = (wanted) => document.activeElement?.matches(wanted);
        if (await page.evaluate(there, selector)) return true;
    }
    return false;
}

const rows = (page) => page.evaluate(() => [...document.querySelectorAll('.matrix tbody tr')]
    .map((row) => ({ ...row.dataset, shown: row.checkVisibility() })));

const chosen = (page, group) => page.evaluate((name) =>
    document.querySelector(`input[name="${name}"]:checked`).id.slice(name.length + 1), group);

const outline = (page, of) => page.evaluate((own) => {
    const focused = document.activeElement;
    return getComputedStyle(own ? focused : focused.nextElementSibling).outlineStyle;
}, of === 'itself');

/** Each choice of each filter shows its rows only; two filters show what both let through. */
export async function filters(page) {
    if (!await tabTo(page, 'nav a[href="#requirements"]')) return ['no Tab leads to the requirements'];
    const problems = [];
    await page.keyboard.press('Enter');
    for (const group of ['verdict', 'level', 'area']) {
        await page.keyboard.press('Tab');
        problems.push(...await filter(page, group));
    }
    await page.keyboard.press('ArrowRight');
    const area = await chosen(page, 'area');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowRight');
    problems.push(...await shown(page, { area, level: await chosen(page, 'level') }));
    return problems;
}

async function filter(page, group) {
    const focused = await page.evaluate(() => document.activeElement?.name);
    if (focused !== group) return [`Tab leads to ${focused}, not to the filter ${group}`];
    const choices = await page.locator(`input[name="${group}"]`).count();
    const problems = choices < 3 ? [`the filter ${group} has too few choices to be tried`] : [];
    for (let choice = 1; choice < choices; choice += 1) {
        await page.keyboard.press('ArrowRight');
        problems.push(...await shown(page, { [group]: await chosen(page, group) }));
    }
    await page.keyboard.press('ArrowRight');
    if (await chosen(page, group) !== 'all') problems.push(`the arrows do not lead back to all of ${group}`);
    if ((await rows(page)).some((row) => !row.shown)) problems.push(`all of ${group} hides some`);
    return problems;
}

async function shown(page, wanted) {
    const all = await rows(page);
    const fits = (row) => Object.entries(wanted).every(([group, value]) => row[group] === value);
    const name = JSON.stringify(wanted);
    const problems = [];
    if (all.some((row) => row.shown !== fits(row))) problems.push(`${name} does not show just its rows`);
    if (all.every((row) => row.shown)) problems.push(`${name} hides nothing`);
    if (await outline(page, 'label') === 'none') problems.push(`the focus on ${name} cannot be seen`);
    return problems;
}

/** The exchange of a failure unfolds and folds by Enter and by Space. */
export async function unfolding(page) {
    await page.evaluate(() => document.activeElement.blur());
    if (!await tabTo(page, '#failed .exchange > summary')) return ['no Tab leads to an exchange'];
    const problems = [];
    const readable = () => page.evaluate(() =>
        document.activeElement.parentElement.querySelector('pre').checkVisibility());
    const before = await readable();
    for (const [key, wanted] of [['Enter', !before], ['Space', before], ['Space', !before], ['Enter', before]]) {
        await page.keyboard.press(key);
        if (await readable() !== wanted) problems.push(`${key} does not ${wanted ? 'un' : ''}fold an exchange`);
    }
    if (await outline(page, 'itself') === 'none') problems.push('the focus on an exchange cannot be seen');
    return problems;
}
