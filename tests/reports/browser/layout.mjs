// These run within a page, and so use nothing outside themselves.

/** Texts that leave the page or their box, and names in charts that are small or touch each other. */
export function texts() {
    const problems = [];
    const smallest = 9;
    const size = (name) => {
        const { a, b } = name.getScreenCTM();
        return parseFloat(getComputedStyle(name).fontSize) * Math.hypot(a, b);
    };
    const width = document.documentElement.clientWidth;
    const short = (text) => text.trim().replace(/\s+/g, ' ').slice(0, 40);

    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const { left, right } of text.data.trim() ? range.getClientRects() : []) {
            if (left < right && (left < -0.5 || right > width + 0.5)) {
                problems.push(`"${short(text.data)}" reaches from ${left} to ${right} on ${width} px`);
            }
        }
    }

    for (const box of document.querySelectorAll('html, body, body :not(svg *, input)')) {
        if (box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1) {
            const needs = `${box.scrollWidth} px of ${box.clientWidth}`;
            problems.push(`"${short(box.textContent)}" needs ${needs} in ${box.tagName} ${box.className}`);
        }
    }

    for (const chart of document.querySelectorAll('svg')) {
        const whole = chart.getBoundingClientRect();
        const names = [...chart.querySelectorAll('text')]
            .map((name) => ({ name: name.textContent, height: size(name), box: name.getBoundingClientRect() }));
        names.forEach(({ name, height, box }, index) => {
            if (height < smallest) problems.push(`"${name}" in a chart is ${height.toFixed(1)} px high`);
            if (box.left < whole.left - 1 || box.right > whole.right + 1
                || box.top < whole.top - 1 || box.bottom > whole.bottom + 1) {
                problems.push(`"${name}" leaves its chart`);
            }
            for (const { name: other, box: next } of names.slice(index + 1)) {
                const across = Math.min(box.right, next.right) - Math.max(box.left, next.left);
                const upright = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
                if (across > -2 && upright > 1) problems.push(`"${name}" and "${other}" touch in a chart`);
            }
        });
    }
    return problems;
}

/** Parts that nobody can unfold on paper. */
export function folded() {
    return [...document.querySelectorAll('details > :not(summary)')]
        .filter((part) => !part.checkVisibility())
        .map((part) => `"${part.textContent.trim().replace(/\s+/g, ' ').slice(0, 40)}" is folded`);
}
