"""What is measured on a page that stands in a browser: how large its targets are, what is wider than the screen, what breaks WCAG."""

from typing import Any

from bs4 import BeautifulSoup
from playwright.sync_api import Page, ViewportSize

from tests.browser import SCREEN, load_script
from tests.hostile import UNFIT
from tests.inspection import lost_in_refusal
from tests.running.serving import SNIFFER

NARROW: ViewportSize = {"width": 320, "height": 640}
TOUCH, ELDERS_TOUCH = 48, 60
USUAL, ELDERS = 112.5, 137.5
"""Per cent that the style sheet makes of a browser's letters: `html` and `.elder`."""

MODES = (
    ("usual", False, False, SCREEN),
    ("elder at 320", True, False, NARROW),
    ("200 % at 320", False, True, NARROW),
)
"""How a page is read: with type for the elderly or not, letters of double size or not, on which screen."""

AS_READ = """([elder, percent]) => {
    document.documentElement.classList.toggle('elder', elder);
    document.documentElement.style.fontSize = percent ? percent + '%' : '';
    document.querySelectorAll('details').forEach(one => { one.open = true; });
}"""

TARGETS = """least => {
    const shown = e => e.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) && e.getClientRects().length > 0
        && e.getBoundingClientRect().width > 1;
    const label_of = e => [...(e.labels || [])].filter(shown);
    const covers = e => {  // a link of a row is as large as its row
        const after = getComputedStyle(e, '::after');
        return after.content !== 'none' && after.position === 'absolute' ? e.offsetParent : e;
    };
    const block_of = e => {
        let block = e.parentElement;
        while (getComputedStyle(block).display.startsWith('inline') && block.parentElement) { block = block.parentElement; }
        return block;
    };
    const in_a_sentence = e => {  // WCAG 2.5.8, "inline": it stands in a line of other words, whose height it has
        if (e.tagName !== 'A' || getComputedStyle(e).display !== 'inline') { return false; }
        const others = block_of(e).cloneNode(true);
        others.querySelectorAll('a, .unseen').forEach(one => one.remove());
        return /[\\p{L}\\p{N}]/u.test(others.textContent);
    };
    const boxes = e => {
        const own = shown(e) && !e.classList.contains('unseen') ? [covers(e).getBoundingClientRect()] : [];
        return [...own, ...(/^(radio|checkbox|file)$/.test(e.type) ? label_of(e).map(one => one.getBoundingClientRect()) : [])];
    };
    const wrong = [];
    document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls]').forEach(e => {
        if (e.matches('.skip, [tabindex="-1"]') || in_a_sentence(e)) { return; }
        const found = boxes(e);
        if (!found.length) { return; }
        const [own, label] = [e.getBoundingClientRect(), label_of(e)[0]];
        if (/^(radio|checkbox)$/.test(e.type) && !e.matches('.unseen') && label && label.getBoundingClientRect().top >= own.bottom) {
            wrong.push(`a box above its label: ${label.innerText}`);
        }
        const width = Math.max(...found.map(b => b.width)), height = Math.max(...found.map(b => b.height));
        if (width < least - 0.5 || height < least - 0.5) {
            const up = e.parentElement;
            wrong.push(`${Math.round(width)}x${Math.round(height)} ${up.tagName.toLowerCase()}.${up.className} > `
                + e.outerHTML.replace(/<svg.*?<\\/svg>/gs, '').slice(0, 110).replace(/\\s+/g, ' '));
        }
    });
    return wrong;
}"""

WIDER = """() => { const most = document.documentElement.clientWidth;
    return document.documentElement.scrollWidth <= most ? [] : [...document.querySelectorAll("body *")]
        .filter(e => e.getBoundingClientRect().right > most + 1).slice(0, 4).map(e => e.outerHTML.slice(0, 110)) }"""

COLUMNS = """() => [...document.querySelectorAll("h1, h2, h3, h4, p, dt, dd, th, td, label, legend, summary, blockquote, figcaption, .name, .ledger a,"
    + " button, .button")].filter(e => {
    const text = e.innerText.trim(), letter = parseFloat(getComputedStyle(e).fontSize);
    return e.offsetWidth > 1 && /\\p{sc=Han}{4}/u.test(text) && text.length > 4 && !text.includes('\\n') && e.clientWidth && e.clientWidth < 3.4 * letter;
}).map(e => `a column of ${Math.round(e.clientWidth)} px: ${e.tagName} ${e.innerText.trim().slice(0, 30)}`)"""
"""Words that stand in a column of three characters or fewer."""

FIGURES = """() => {
    const broken = [], nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
        if (!node.parentElement.checkVisibility() || node.parentElement.closest('.unseen, textarea, [lang=en]')) { continue; }
        for (const found of node.data.matchAll(/(?<![\\w.:\\/-])\\d+(?:[.,:]\\d+)*(?![\\w.:\\/-])/g)) {
            if (found[0].length > 8) { continue; }
            range.setStart(node, found.index);
            range.setEnd(node, found.index + found[0].length);
            const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
            if (tops.size > 1) { broken.push(`${found[0]} is broken over ${tops.size} lines: ${node.parentElement.outerHTML.slice(0, 90)}`); }
        }
    }
    return broken;
}"""
"""Figures of eight signs or fewer that begin on one line and end on the next."""

NUMBERS = """() => {
    const broken = [], nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
        if (!node.parentElement.checkVisibility() || node.parentElement.closest('.unseen, textarea')) { continue; }
        for (const found of node.data.matchAll(/(?<![\\w-])\\d{4}-\\d{2}(?![\\w-])/g)) {
            range.setStart(node, found.index);
            range.setEnd(node, found.index + found[0].length);
            const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
            if (tops.size > 1) { broken.push(`${found[0]} is broken at its hyphen: ${node.parentElement.outerHTML.slice(0, 90)}`); }
        }
    }
    return broken;
}"""
"""Numbers with their year, 2026-03, that begin on one line and end on the next."""

WORDS = """() => {
    const broken = [], nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    const whole = /\\d+年\\d+月\\d+日|\\d+月\\d+日|(?<![\\w-])\\d{4}-\\d{3}(?![\\w-])|(?:周|星期)[一二三四五六日]|^\\s*\\p{sc=Han}{2,3}\\s*$/gu;
    const room = element => {
        while (getComputedStyle(element).display.startsWith('inline')) { element = element.parentElement; }
        const box = getComputedStyle(element);
        return element.clientWidth - parseFloat(box.paddingLeft) - parseFloat(box.paddingRight);
    };
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
        if (!node.parentElement.checkVisibility() || node.parentElement.closest('.unseen, textarea, svg, .seal, thead, main [lang]')) { continue; }
        for (const found of node.data.matchAll(whole)) {
            range.setStart(node, found.index + found[0].search(/\\S/));
            range.setEnd(node, found.index + found[0].trimEnd().length);
            const boxes = [...range.getClientRects()], tops = new Set(boxes.map(box => Math.round(box.top)));
            const wide = boxes.reduce((sum, box) => sum + box.width, 0), alone = /\\d|[周星]/.test(found[0]) || node.parentElement.innerText.trim() === found[0].trim();
            if (tops.size > 1 && alone && wide <= room(node.parentElement)) { broken.push(`${found[0].trim()} is broken: ${node.parentElement.outerHTML.slice(0, 90)}`); }
        }
    }
    return broken;
}"""
"""Days, weekdays, numbers of cases and words of two or three characters that begin on one line and end on the next.

Not where a line has no room for them whole, and not in what people wrote. Words of two or three characters count where they stand alone in their element."""

DOTS = """() => {
    const found = [], nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    const block_of = element => {
        while (getComputedStyle(element).display.startsWith('inline')) { element = element.parentElement; }
        return element;
    };
    const box = (node, at) => { range.setStart(node, at); range.setEnd(node, at + 1); return range.getBoundingClientRect(); };
    let before = null;
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
        if (!/\\S/.test(node.data) || !node.parentElement.checkVisibility() || node.parentElement.closest('.unseen, .skip, textarea, svg')) { continue; }
        for (const mark of node.data.matchAll(/(?<=^|\\s)[·–](?=\\s|$)/g)) {
            const said = /\\S/.test(node.data.slice(0, mark.index)) ? node : before;
            if (!said || block_of(said.parentElement) !== block_of(node.parentElement)) { continue; }
            const words = (said === node ? node.data.slice(0, mark.index) : said.data).trimEnd(), block = block_of(node.parentElement);
            const last = box(said, words.length - 1), left = block.getBoundingClientRect().left + parseFloat(getComputedStyle(block).paddingLeft);
            const fills = getComputedStyle(said.parentElement).wordBreak === 'keep-all'
                && box(said, words.search(/[^ \\n]+$/)).left <= left + 2;
            if (box(node, mark.index).top >= last.bottom - 2 && !fills) {
                found.push(`a line begins with ${mark[0]}: ${block.innerText.trim().slice(0, 60)}`);
            }
        }
        before = node;
    }
    return found;
}"""
"""Lines that begin with the dot or the dash that parts their facts; not where one word kept whole fills the line before it."""

ARROWS = """() => [...document.querySelectorAll('.ledger > li > div + .icon:last-child')].filter(arrow =>
    arrow.checkVisibility() && arrow.getBoundingClientRect().top >= arrow.previousElementSibling.getBoundingClientRect().bottom
).map(arrow => `an arrow on a line of its own: ${arrow.parentElement.innerText.trim().slice(0, 30)}`)"""
"""Rows of a list whose arrow stands below their words."""

CUT = """() => [...document.querySelectorAll("body *")].filter(e => {
    const style = getComputedStyle(e);
    if (e.closest('.unseen, .skip, svg, .projector') || !e.checkVisibility() || !/hidden|clip/.test(style.overflowX + style.overflowY)) { return false; }
    return e.innerText && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
}).map(e => `words are cut off: ${e.outerHTML.slice(0, 90)}`)"""

ROWS = """() => [
    ...[...document.querySelectorAll('.ledger > li')].filter(e => e.checkVisibility() && e.parentElement.clientWidth - e.offsetWidth > 1)
        .map(e => `a row of ${e.offsetWidth} px in a list of ${e.parentElement.clientWidth}: ${e.outerHTML.slice(0, 90)}`),
    ...[...document.querySelectorAll('.agenda > li')].filter(e => e.checkVisibility() && !e.closest('.projector') && e.offsetHeight < 40)
        .map(e => `a row ${e.offsetHeight} px high: ${e.outerHTML.slice(0, 90)}`),
]"""
"""Rows of a list that are narrower than it, and items of an agenda that stick together."""

DATES = """() => {
    const brush = document.createElement('canvas').getContext('2d');
    return [...document.querySelectorAll('input')].filter(e => /^(date|time|datetime-local)$/.test(e.type) && e.checkVisibility() && e.clientWidth).map(e => {
        const box = getComputedStyle(e), room = e.clientWidth - parseFloat(box.paddingLeft) - parseFloat(box.paddingRight);
        brush.font = `${box.fontSize} ${box.fontFamily}`;
        const needs = brush.measureText(e.type === 'time' ? '下午00:00' : '0000/00/00').width + 1.2 * parseFloat(box.fontSize);
        return needs <= room ? '' : `${e.name} needs ${Math.round(needs)} px and has ${Math.round(room)}`;
    }).filter(Boolean);
}"""
"""Fields for a day or a time in which its last digit has no room beside the picture that opens the calendar."""

CODES = """() => {
    const broken = [], range = document.createRange();
    document.querySelectorAll('td').forEach(cell => {
        const nodes = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
            for (const found of node.data.matchAll(/\\d+-\\d+/g)) {
                range.setStart(node, found.index);
                range.setEnd(node, found.index + found[0].length);
                const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
                if (tops.size > 1) { broken.push(`${found[0]} is broken in a table: ${cell.outerHTML.slice(0, 90)}`); }
            }
        }
    });
    return broken;
}"""
"""Numbers of households and the like that begin on one line of a table's cell and end on the next."""

TITLES = """() => { const all = [...document.querySelectorAll('h1')].filter(e => e.checkVisibility());
    return all.length === 1 ? [] : [`${all.length} titles: ${all.map(e => e.innerText)}`]; }"""

EMERGENCY = """() => {
    const calls = [...document.querySelectorAll("main a[href^='tel:11'], main a[href^='tel:120']")].filter(e => e.checkVisibility());
    if (!calls.length) { return []; }
    const size = e => parseFloat(getComputedStyle(e).fontSize), height = e => e.getBoundingClientRect().height;
    const others = [...document.querySelectorAll('main a[href], main button, main p, main h1, main h2, main h3, main label, main li, main summary')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().width > 1 && !calls.some(c => c === e || e.contains(c)));
    const letters = Math.min(...calls.map(size)), tall = Math.min(...calls.map(height));
    return [
        ...others.filter(e => size(e) > letters).map(e => `letters of ${size(e)} and not ${letters}: ${e.outerHTML.slice(0, 90)}`),
        ...others.filter(e => e.matches('a, button, summary') && getComputedStyle(e).display !== 'inline' && height(e) > tall
            && e.innerText.length < 12).map(e => `${height(e)} px and not ${tall}: ${e.outerHTML.slice(0, 90)}`),
    ].slice(0, 4);
}"""

BROKEN = (COLUMNS, FIGURES, NUMBERS, WORDS, DATES, CODES, DOTS, ARROWS, ROWS, CUT, TITLES)
"""What nobody can read with ease: columns too narrow for words, figures and numbers on two lines, a dot before a line, arrows alone on a line, rows that
are too narrow or stick together, words cut off, two titles or none."""

SNIFF = """() => new Promise(done => HTMLCS.process('WCAG2AA', document, () => done(HTMLCS.getMessages().filter(m => m.type < 3).map(m => (
    { error: m.type === 1, code: m.code, element: m.element && m.element.outerHTML ? m.element.outerHTML.slice(0, 140) : '', said: m.msg })))))"""


def as_read(page: Page, *, elder: bool, twice: bool, size: ViewportSize) -> None:
    """Show a page as somebody has set it: type for the elderly, letters of double size, a narrow screen."""
    page.set_viewport_size(size)
    percent = 2 * (ELDERS if elder else USUAL) if twice else 0
    page.evaluate(AS_READ, [elder, percent])


def misfits(page: Page) -> list[str]:
    """Return what a thumb misses, what scrolls sideways, what is broken or cut off: as read by most, by elders, and at 200 %."""
    found = []
    for mode, elder, twice, size in MODES:
        as_read(page, elder=elder, twice=twice, size=size)
        wrong = (
            page.evaluate(TARGETS, ELDERS_TOUCH if elder else TOUCH) + page.evaluate(EMERGENCY) + page.evaluate(WIDER)
        )
        found += [f"{mode}: {one}" for one in wrong + [fault for look in BROKEN for fault in page.evaluate(look)]]
    return found


def sniffed(page: Page) -> list[dict[str, Any]]:
    """Return what HTML_CodeSniffer finds against WCAG 2 AA: errors and warnings."""
    load_script(page, SNIFFER, "HTMLCS")
    found: list[dict[str, Any]] = page.evaluate(SNIFF)
    return found


MOST_BYTES, MOST_REQUESTS = 40_000, 6
"""Of a first visit, before anybody touches the page."""
OF_EACH_ANSWER = 120
"""Bytes that the server adds to the headers: its name, the day, the first line."""
FETCHED = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(one => one.name)"""
KEEPS = "form[data-private], [data-wish]"
"""What keeps things sealed on the phone, and brings the script for it."""
_sizes: dict[str, int] = {}


def too_heavy(page: Page) -> list[str]:
    """Return what a first visit of a page fetches where it is more than it may be, whether this browser has it already or not."""
    fetched: list[str] = page.evaluate(FETCHED)
    if page.locator(KEEPS).count():
        page.wait_for_selector("html[data-kept-ready]", state="attached")
    else:  # it came for what was kept from another page
        fetched = [one for one in fetched if "/kept.js" not in one]
    size = sum(_size(page, one) for one in fetched)
    fits = size <= MOST_BYTES and len(fetched) <= MOST_REQUESTS
    return [] if fits else [f"{size} bytes in {len(fetched)} requests: {fetched}"]


def _size(page: Page, address: str) -> int:
    """Return how many bytes an answer takes on the line. A worker of the page hides it from the browser's own count."""
    if (known := _sizes.get(address.rpartition("/static/")[2])) is not None:
        return known
    answer = page.request.get(address)
    size = int(answer.headers["content-length"]) + len(str(answer.headers)) + OF_EACH_ANSWER
    if "/static/" in address:
        _sizes[address.rpartition("/static/")[2]] = size
    return size


OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
FORMS = """() => [...document.querySelectorAll('main form[method=post]')].map((form, n) => ({ n,
    action: form.getAttribute('action'), hidden: !form.checkVisibility(), typed: [...form.elements].filter(e => e.name && !e.disabled
        && (e.tagName === 'TEXTAREA' || /^(text|number|tel|date|search)$/.test(e.type) && e.tagName === 'INPUT')).length }))"""

SEND_UNFIT = """n => {
    const form = document.querySelectorAll('main form[method=post]')[n], words = {};
    const unfit = e => e.type === 'date' ? '0001-01-01' : e.type === 'number' ? '-1' : e.type === 'tel' || e.inputMode === 'numeric'
        ? '12' : '长'.repeat(Number(e.dataset.most || 4000) + 1);
    [...form.elements].filter(e => e.name && !e.disabled && e.type !== 'hidden').forEach(e => {
        if (e.tagName === 'TEXTAREA' || e.tagName === 'INPUT' && /^(text|number|tel|date|search)$/.test(e.type)) {
            e.removeAttribute('maxlength');
            e.value = unfit(e);
            e.dispatchEvent(new Event('input', { bubbles: true }));
            words[e.name] = e.value;
        }
    });
    form.noValidate = true;
    const button = [...form.querySelectorAll('button:not([type=button]):not([formaction])')].pop();
    setTimeout(() => form.requestSubmit(button));
    return words;
}"""
"""Fills a form with too much, or with what no day and no number is, and sends it with the last button of its own."""


SUMMARY = """() => {
    const box = document.getElementById('mistakes').getBoundingClientRect(), focused = document.activeElement;
    return [
        ...(focused.id === 'mistakes' ? [] : [`the focus is on ${focused.outerHTML.slice(0, 80)}`]),
        ...(box.top < innerHeight && box.bottom > 0 ? [] : ['the summary is off the screen']),
    ];
}"""


NEAR_A_LIMIT = (
    """() => [...document.querySelectorAll('[data-most]')].some(e => e.value.trim().length >= 0.8 * e.dataset.most)"""
)
UNCOUNTED = """() => [...document.querySelectorAll('[data-most]')].filter(e => e.value.trim().length >= 0.8 * e.dataset.most)
    .filter(e => !e.nextElementSibling || !e.nextElementSibling.matches('p[role=status]:not([hidden])')).map(e => e.name)"""


def forms_to_fill(page: Page) -> list[tuple[int, str]]:
    """Return place and address of the forms of a page that take words."""
    page.evaluate(OPEN_ALL)
    found: list[dict[str, Any]] = page.evaluate(FORMS)
    return [(one["n"], str(one["action"])) for one in found if one["typed"] and not one["hidden"]]


def refused(page: Page, form: int) -> list[str]:
    """Send a form with what cannot be taken. Return what is wrong with the page that answers."""
    page.evaluate(OPEN_ALL)
    with page.expect_response(lambda answer: answer.request.method == "POST") as waited:
        words = page.evaluate(SEND_UNFIT, form)
    waited.value.finished()
    if (status := waited.value.status) != UNFIT:
        page.wait_for_timeout(300)
        page.wait_for_load_state("load")
        return [f"answered {status}"]
    page.wait_for_selector("#mistakes")
    page.wait_for_load_state("load")
    wrong = lost_in_refusal(BeautifulSoup(page.content(), "html.parser"), words.items())
    return [*wrong, *page.evaluate(SUMMARY), *_uncounted(page), *misfits(page)]


def _uncounted(page: Page) -> list[str]:
    """Return the boxes near their limit, or past it, that do not say how near. Nobody has touched the page."""
    if not page.evaluate(NEAR_A_LIMIT):
        return []
    page.wait_for_selector("[data-most] + p[role=status]", state="attached")
    return [f"nothing counts at {name}" for name in page.evaluate(UNCOUNTED)]
