//! Opens pages in headless Chromium, at telephone and at desk width, and measures them from inside.
#![allow(clippy::print_stderr, reason = "a skipped test says why")]
#![allow(clippy::disallowed_methods, reason = "a browser opens files")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// What one page says about itself at one width.
#[derive(Debug, serde::Deserialize)]
pub struct Measured {
    pub width: f64,
    pub scroll_width: f64,
    pub figures: usize,
    pub untitled: Vec<String>,
    pub without_table: Vec<String>,
    pub smallest_text: f64,
    pub clipped: Vec<String>,
    pub overlapping: Vec<String>,
    pub heading_jumps: Vec<String>,
    pub duplicate_ids: Vec<String>,
    pub errors: Vec<String>,
}

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path).flat_map(|dir| names.map(|n| dir.join(n))).find(|p| p.is_file())
}

/// Measures a page at 390 and at 1280 pixels, and reads the browser's console; `None` where there is no browser.
pub fn measure(name: &str, page: &str) -> Option<(Vec<Measured>, Vec<String>)> {
    let Some(browser) = chromium() else {
        eprintln!("skipped: no Chromium on the path");
        return None;
    };
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{name}"));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("the test directory can be written");
    std::fs::write(dir.join("report.html"), page).expect("written");
    let early = format!("<head><script>{EARLY}</script>");
    let probed = page.replacen("<head>", &early, 1).replacen("</body>", &format!("<script>{PROBE}</script></body>"), 1);
    std::fs::write(dir.join("probed.html"), probed).expect("written");
    std::fs::write(dir.join("frames.html"), FRAMES).expect("written");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-logging=stderr",
        ])
        .args(["--virtual-time-budget=20000", "--window-size=1400,1000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", dir.join("profile").display()))
        .arg(format!("file://{}", dir.join("frames.html").display()))
        .output()
        .expect("the browser starts");
    let page = String::from_utf8_lossy(&output.stdout);
    let log = String::from_utf8_lossy(&output.stderr);
    let console = log.lines().filter(|l| l.contains("CONSOLE")).map(String::from).collect();
    let found = page.split("MEASURED[").nth(1).and_then(|rest| rest.split("]DERUSAEM").next());
    let found = found.unwrap_or_else(|| panic!("the page did not answer: {}", &log[..log.len().min(2000)]));
    let text = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    Some((serde_json::from_str(&format!("[{text}]")).expect("the probe writes JSON"), console))
}

/// Fails with the first thing that is wrong on a page.
pub fn demand(name: &str, page: &str, figures: usize) {
    let Some((measured, console)) = measure(name, page) else { return };
    assert!(console.is_empty(), "{name}: the browser's console: {console:?}");
    assert_eq!(measured.iter().map(|m| m.width).collect::<Vec<_>>(), [390.0, 1280.0]);
    for m in measured {
        assert!(m.scroll_width <= m.width, "{name} overflows: {} on {}", m.scroll_width, m.width);
        assert!(figures <= m.figures, "{name}: {} figures", m.figures);
        assert!(11.0 <= m.smallest_text, "{name} at {}: text of {} px", m.width, m.smallest_text);
        for (what, list) in [
            ("figures without title or description", &m.untitled),
            ("figures without table", &m.without_table),
            ("cut labels", &m.clipped),
            ("labels upon labels", &m.overlapping),
            ("headings out of order", &m.heading_jumps),
            ("identifiers used twice", &m.duplicate_ids),
            ("errors", &m.errors),
        ] {
            assert!(list.is_empty(), "{name} at {}: {what}: {list:#?}", m.width);
        }
    }
}

const EARLY: &str = r"window.problems=[];addEventListener('error',e=>problems.push(e.message));
addEventListener('securitypolicyviolation',e=>problems.push(e.violatedDirective+' '+e.blockedURI));";

const FRAMES: &str = r"<!doctype html><meta charset=utf-8><pre id=out></pre>
<script>const got={};addEventListener('message',e=>{got[e.data.width]=e.data;
if(Object.keys(got).length===2)document.getElementById('out').textContent='MEASURED['+JSON.stringify(got[390])+','+JSON.stringify(got[1280])+']DERUSAEM';});</script>
<iframe src=probed.html style='width:390px;height:844px;border:0'></iframe><iframe src=probed.html style='width:1280px;height:900px;border:0'></iframe>";

const PROBE: &str = r"addEventListener('load',()=>{const $=(s,r=document)=>[...r.querySelectorAll(s)];
const figures=$('figure'),name=f=>f.id||f.textContent.slice(0,30);
const shown=$('figure svg').filter(s=>s.getBoundingClientRect().width>0);
const m={width:innerWidth,scroll_width:document.scrollingElement.scrollWidth,figures:figures.length,
untitled:figures.filter(f=>$('svg',f).length?!$('svg',f).every(s=>s.querySelector('title')?.textContent&&s.querySelector('desc')?.textContent):!f.querySelector('[role=img][aria-label]')&&!f.querySelector('ol,ul,table')).map(name),
without_table:figures.filter(f=>!(f.querySelector('details table tbody tr')&&f.querySelector('figcaption')&&f.querySelector('h3'))).map(name),
smallest_text:99,clipped:[],overlapping:[],heading_jumps:[],duplicate_ids:[],errors:problems};
for(const s of shown){const box=s.getBoundingClientRect(),scale=s.getScreenCTM().a,texts=$('text',s).map(t=>({t,b:t.getBoundingClientRect()})).filter(x=>x.t.textContent.trim());
for(const {t,b} of texts){m.smallest_text=Math.min(m.smallest_text,parseFloat(getComputedStyle(t).fontSize)*scale);
if(b.left<box.left-1||b.right>box.right+1||b.top<box.top-1||b.bottom>box.bottom+1)m.clipped.push(s.parentNode.id+': '+t.textContent)}
for(let i=0;i<texts.length;i++)for(let j=i+1;j<texts.length;j++){const a=texts[i].b,b=texts[j].b;
const w=Math.min(a.right,b.right)-Math.max(a.left,b.left),h=Math.min(a.bottom,b.bottom)-Math.max(a.top,b.top);
if(w>2&&h>0.4*Math.min(a.height,b.height))m.overlapping.push(s.parentNode.id+': '+texts[i].t.textContent+' / '+texts[j].t.textContent)}}
let level=0;for(const h of $('h1,h2,h3,h4')){const l=+h.tagName[1];if(l>level+1)m.heading_jumps.push(h.textContent);level=l}
const ids=$('[id]').map(e=>e.id);m.duplicate_ids=ids.filter((x,i)=>ids.indexOf(x)!==i);
parent.postMessage(m,'*')});";
