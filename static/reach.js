// What Streamlit leaves out for readers who use no mouse, or do not read English.
// The page changes at every touch, so this looks again whenever it has.

// Streamlit's own words, which are in English whatever the page's language.
const KOREAN = {
  "Show data": "데이터 보기",
  "Show chart": "차트 보기",
  "Show/hide columns": "열 고르기",
  "Download as PNG": "PNG로 저장",
  "Download as CSV": "CSV로 저장",
  "Search": "찾기",
  "Add row": "행 추가",
  "Delete row(s)": "행 삭제",
  "Clear selection": "선택 해제",
  "Fullscreen": "전체 화면",
  "Close fullscreen": "전체 화면 닫기",
  "Skip to main content": "본문으로 건너뛰기",
  "Copy to clipboard": "복사",
  "Copied": "복사했습니다",
  "Increment": "늘리기",
  "Decrement": "줄이기",
  "Open": "펼치기",
  "Close": "접기",
  "Choose an option": "고르십시오",
  "Sidebar": "사이드바",
  "Expand sidebar": "사이드바 펼치기",
  "Collapse sidebar": "사이드바 접기",
  "visualization": "그림",
  "group mark container": "그림의 바탕",
  "start": "시작",
  "end": "끝",
};
const ENGLISH = Object.fromEntries(Object.entries(KOREAN).map(([english, korean]) => [korean, english]));

const NAMES = ["aria-label", "aria-roledescription", "title", "placeholder"];
const NAMED = NAMES.map((name) => `[${name}]`).join();
const WRITTEN = "[data-testid=stTooltipContent] p, [data-testid=stSkipToContent]";
const SCROLLS = "[data-testid=stTable] > div, [data-testid=stCode] pre, .katex-display";
const REST = 200; // ms between two looks at what scrolls, for which the page must be laid out

function inLanguage(words) {
  const known = document.documentElement.lang === "ko" ? KOREAN : ENGLISH;
  const [own, ...chart] = words.split(": "); // a chart's buttons say what chart it is, too
  if (own in known) return [known[own], ...chart].join(": ");
  const [slider, end] = words.split(" — "); // one of the two ends of a range
  return end in known ? `${slider} — ${known[end]}` : words;
}

function translate() {
  for (const part of document.querySelectorAll(NAMED)) {
    for (const name of NAMES) {
      const words = part.getAttribute(name);
      if (words && words !== inLanguage(words)) part.setAttribute(name, inLanguage(words));
    }
  }
  for (const part of document.querySelectorAll(WRITTEN)) {
    const words = part.textContent;
    if (words !== inLanguage(words)) part.textContent = inLanguage(words);
  }
}

// What scrolls sideways can be reached, and so scrolled, by keyboard.
function letFocus() {
  for (const box of document.querySelectorAll(SCROLLS)) {
    const scrolls = box.scrollWidth > box.clientWidth;
    if (scrolls === box.hasAttribute("tabindex")) continue;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

let drawing;
let resting;
function look() {
  drawing ??= requestAnimationFrame(() => {
    drawing = undefined;
    translate();
  });
  resting ??= setTimeout(() => {
    resting = undefined;
    letFocus();
  }, REST);
}

new MutationObserver(look).observe(document.documentElement, {
  attributes: true, attributeFilter: ["lang"], childList: true, subtree: true,
});
new ResizeObserver(look).observe(document.body);
look();
